"""Somebody moves to another agency: results are sent, received, read there only then; the old agency keeps its own."""

import json
import zipfile
from datetime import date, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.agreement import all_disagree
from tests.factories.months import make_task
from tests.factories.people import add_post, give_role, make_person
from tests.guards import outside_actions
from tests.integration.results import world
from thuocdo.appraisals.access import may_view
from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.queries import year_draft
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.difficulties import actions as difficulties
from thuocdo.difficulties.subjects import Asked, lines_of, own_bill
from thuocdo.documents.bundle import write_bundle
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.exact import decimal_vi, exact_vi
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Employment, Role, UnitLink
from thuocdo.organisation.waiting import todo
from thuocdo.records.models import Absence
from thuocdo.results import actions, handing, queries
from thuocdo.results.models import Handover, HandoverLine
from thuocdo.results.papers.queries import year_paper_file, year_papers
from thuocdo.results.person_file import person_file
from thuocdo.work.evidence import Upload

AT = world.day_after(3, 10)
DAY = AT.date()
MOVED = date(2026, 3, 1)


def closed(cycle: Cycle, cast: Any) -> Cycle:
    """The period closed, whoever has not filed: what is sent is what is closed."""
    with outside_actions():
        Cycle.objects.filter(pk=cycle.pk).update(
            state="closed", closed_at=world.day_after(cycle.number, 6), closed_by=cast.organisation_officer.user
        )
    return cycle


@pytest.fixture
def moved(cast: Any) -> Any:
    """January and February at the ward's economy division, closed; from March in the other ward, March closed there."""
    person = cast.officer_appraised
    officer = make_person("UB2002", "Hồ Thị Tình", cast.other_ward)
    give_role(officer, cast.other_ward, Role.Kind.OFFICER)
    for number in (1, 2):
        closed(world.month_of_work(cast, number, [person], late=number % 2), cast)
    with outside_actions():
        Employment.objects.filter(person=person).update(end=MOVED)
    add_post(person, cast.other_ward, "Chuyên viên", start=MOVED)
    there = SimpleNamespace(ward=cast.other_ward, organisation_officer=officer)
    make_task(person, cast.other_ward, 1, month=MOVED, giver=cast.stranger.user)
    march = world.open_period(there, 3)
    world.result(march, person, there, ethics="3")
    closed(march, there)
    return SimpleNamespace(**vars(cast), new_officer=officer, person=person)


def send(cast: Any, **changed: Any) -> Handover:
    asked = {"person_id": cast.person.pk, "from_id": cast.economy.pk, "to_id": cast.other_ward.pk, "year": 2026}
    given = {"note": "", "by": cast.organisation_officer.user, "at": AT}
    return actions.send_results(**(asked | given | changed))


def receive(cast: Any, sent: Handover, by: Any = None) -> Handover:
    return actions.receive_results(handover_id=sent.pk, by=(by or cast.new_officer).user, at=AT)


def quarter(cast: Any, by: Any) -> queries.OnePeriod:
    return queries.one_period(by.user, cast.person.pk, "quarter", 2026, 1, DAY)


def test_the_new_agency_reads_and_counts_only_after_its_receipt(moved: Any) -> None:
    scores = {
        c.sheet.cycle.number: Fraction(c.score)
        for c in Confirmation.objects.filter(subject=moved.person).select_related("sheet__cycle")
    }
    january = Confirmation.objects.get(subject=moved.person, sheet__cycle__number=1)
    before = quarter(moved, moved.new_officer)
    assert [p.score for p in before.parts] == [None, None, scores[3]]
    assert before.mean is not None
    assert before.mean.score is None
    assert not may_view(january.sheet, moved.new_officer.user, DAY)
    draft = year_draft(moved.new_officer.user, moved.person.pk, 2026, AT)
    assert [m.month for m in draft.months if m.score is not None] == [3]
    assert "chưa bàn giao" in draft.months[0].note

    sent = send(moved)
    assert [line.label for line in sent.lines.order_by("pk")] == ["Kết quả tháng 1/2026", "Kết quả tháng 2/2026"]
    assert [p.score for p in quarter(moved, moved.new_officer).parts] == [None, None, scores[3]]
    unread = handing.shown(moved.new_officer.user, sent.pk, DAY)
    assert (unread.readable, unread.may_receive, {line.score for line in unread.lines}) == (False, True, {""})
    assert not may_view(january.sheet, moved.new_officer.user, DAY)

    assert all_disagree(AT) == []
    receive(moved, sent)
    assert all_disagree(AT) == []
    after = quarter(moved, moved.new_officer)
    assert [(p.score, p.sent_by) for p in after.parts] == [
        (scores[1], moved.economy.name), (scores[2], moved.economy.name), (scores[3], ""),
    ]  # fmt: skip
    assert after.mean is not None
    assert after.mean.score == sum(scores.values(), Fraction(0)) / 3
    assert may_view(january.sheet, moved.new_officer.user, DAY)
    assert may_view(january.sheet, moved.stranger.user, DAY)
    assert len([m for m in year_draft(moved.stranger.user, moved.person.pk, 2026, AT).months if m.score]) == 3
    asked = {"person_id": moved.person.pk, "kind": "quarter", "year": 2026, "number": 1, "revision": 0}
    made = actions.freeze_rollup(**asked, decisions={}, reason="", by=moved.new_officer.user, at=AT)
    assert [one["sent_by"] for one in made.included] == [moved.economy.name, moved.economy.name, ""]


def test_the_old_agency_keeps_its_own_and_reads_no_more(moved: Any) -> None:
    receive(moved, send(moved))
    page = quarter(moved, moved.organisation_officer)
    assert [p.score is None for p in page.parts] == [False, False, True]
    assert (page.mean, page.may_make) == (None, False)
    assert "nơi đến" in page.waits
    assert [m.month for m in year_draft(moved.head.user, moved.person.pk, 2026, AT).months if m.score] == [1, 2]
    table = queries.unit_table(moved.organisation_officer.user, "quarter", 2026, 1, moved.economy.pk, DAY)
    (row,) = [one for one in table.rows if one.member.person_id == moved.person.pk]
    assert (row.score, row.may_make) == (None, False)
    with pytest.raises(NotYours):
        actions.freeze_rollups(
            people=[moved.person.pk], kind="quarter", year=2026, number=1, by=moved.organisation_officer.user, at=AT
        )
    assert all(p.score is not None for p in quarter(moved, moved.person).parts)


def test_a_corrected_result_waits_to_be_sent_again(moved: Any) -> None:
    receive(moved, send(moved))
    january = Confirmation.objects.get(subject=moved.person, sheet__cycle__number=1)
    world.corrected(january, moved, AT)
    assert [p.score is None for p in quarter(moved, moved.new_officer).parts] == [True, False, False]
    again = send(moved)
    assert (again.number, again.lines.count()) == (2, 1)
    receive(moved, again)
    assert [p.score is None for p in quarter(moved, moved.new_officer).parts] == [False, False, False]
    with pytest.raises(Refusal, match="không có kết quả nào"):
        send(moved)


def test_roll_ups_and_difficulties_about_the_results_go_along(moved: Any) -> None:
    sheet = Confirmation.objects.get(subject=moved.person, sheet__cycle__number=2).sheet
    line = lines_of(own_bill(moved.person.user, sheet.pk))[0].id
    asked = Asked(sheet_id=sheet.pk, line=line)
    difficulties.raise_difficulty(asked=asked, text="Chưa rõ cách tính.", proposal="", by=moved.person.user, at=AT)
    sent = send(moved, note="Kèm theo quyết định điều động")
    kinds = [line.kind for line in sent.lines.order_by("pk")]
    assert kinds == ["result", "result", "difficulty"]
    content = json.loads(sent.lines.get(kind="difficulty").content)
    assert content["text"] == "Chưa rõ cách tính."
    assert sent.left_out == []
    assert Event.objects.get(code="handover.sent").chain == "KT"


def test_only_those_who_keep_the_file_send_and_only_the_others_receive(moved: Any) -> None:
    for stranger in (moved.new_officer, moved.head, moved.inspector, moved.person):
        with pytest.raises(NotYours):
            send(moved, by=stranger.user)
    with pytest.raises(Refusal, match="chưa có vị trí công tác"):
        send(moved, to_id=moved.culture.pk)
    with pytest.raises(Refusal, match="không có kết quả nào"):
        send(moved, year=2025)
    sent = send(moved)
    with pytest.raises(NotYours):
        receive(moved, sent, moved.organisation_officer)
    with pytest.raises(NotYours):
        receive(moved, sent, moved.person)
    give_role(moved.organisation_officer, moved.other_ward, Role.Kind.OFFICER)
    with pytest.raises(Forbidden, match="không tự nhận"):
        receive(moved, sent, moved.organisation_officer)
    with pytest.raises(NotYours):
        handing.shown(moved.colleague.user, sent.pk, DAY)
    receive(moved, sent, moved.stranger)
    assert receive(moved, sent, moved.stranger).state == "received"
    with pytest.raises(Conflict):
        actions.withdraw_results(handover_id=sent.pk, reason="Nhầm", by=moved.organisation_officer.user, at=AT)
    for forged in ({"closed_by": sent.sent_by}, {"closed_by": moved.person.user}, {"sent_by": moved.person.user}):
        with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=sent.pk).update(**forged)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        HandoverLine.objects.filter(handover=sent).update(content="{}")


def test_returned_and_withdrawn_hand_nothing_over(moved: Any) -> None:
    first = send(moved)
    with pytest.raises(Refusal, match="Lý do trả lại"):
        actions.return_results(handover_id=first.pk, reason=" ", by=moved.new_officer.user, at=AT)
    actions.return_results(handover_id=first.pk, reason="Sai năm", by=moved.new_officer.user, at=AT)
    second = send(moved)
    actions.withdraw_results(handover_id=second.pk, reason="Gửi nhầm", by=moved.organisation_officer.user, at=AT)
    third = send(moved)
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert [p.score is None for p in quarter(moved, moved.new_officer).parts] == [True, True, False]
    with pytest.raises(Conflict):
        receive(moved, second)


def test_the_desk_the_list_of_things_to_do_and_the_notices_agree(moved: Any) -> None:
    (waiting,) = handing.desk(moved.organisation_officer.user, DAY).to_send
    assert (waiting.person.pk, waiting.year, waiting.results) == (moved.person.pk, 2026, 2)
    kinds = [one.kind for one in todo(moved.organisation_officer.user, AT)]
    assert "handover.to_send" in kinds
    sent = send(moved)
    assert handing.desk(moved.organisation_officer.user, DAY).to_send == ()
    assert "handover.to_send" not in [one.kind for one in todo(moved.organisation_officer.user, AT)]
    for receiver in (moved.new_officer, moved.stranger):
        assert [one.pk for one in handing.desk(receiver.user, DAY).to_receive] == [sent.pk]
        assert "handover.to_receive" in [one.kind for one in todo(receiver.user, AT)]
        (notice,) = Notice.objects.filter(user=receiver.user, kind="handover.sent")
        assert moved.person.full_name not in notice.text
    assert Notice.objects.filter(user=moved.person.user, kind="handover.own").count() == 1
    receive(moved, sent)
    assert "handover.to_receive" not in [one.kind for one in todo(moved.stranger.user, AT)]
    assert Notice.objects.filter(user=moved.organisation_officer.user, kind="handover.received").count() == 1


def names(moved: Any, by: Any) -> list[str]:
    out = BytesIO()
    write_bundle(by.user, moved.person.pk, 2026, AT, out)
    with zipfile.ZipFile(out) as archive:
        return archive.namelist()


def test_the_file_of_the_year_holds_what_was_received(moved: Any) -> None:
    sent = send(moved)
    alone = names(moved, moved.new_officer)
    assert len([n for n in alone if n.startswith("ket-qua/")]) == 1
    assert "chua-co.json" in alone
    receive(moved, sent)
    whole = names(moved, moved.new_officer)
    assert len([n for n in whole if n.startswith("ket-qua/")]) == 3
    assert f"ban-giao/ban-giao-{sent.pk}.json" in whole
    assert "chua-co.json" not in whole
    old = names(moved, moved.organisation_officer)
    assert len([n for n in old if n.startswith("ket-qua/")]) == 2
    with pytest.raises(NotYours):
        names(moved, moved.colleague)


def test_papers_of_the_year_go_along_and_are_read_after_the_receipt(moved: Any, settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    officer, newcomer = moved.organisation_officer.user, moved.new_officer.user
    paper = actions.file_year_paper(
        person_id=moved.person.pk, year=2026, kind="minutes", number="5/BB", signed_on=DAY, issued_by="Văn phòng",
        upload=Upload("bien ban.pdf", b"%PDF-1.7\n%%EOF\n"), by=officer, at=AT,
    )  # fmt: skip
    sent = send(moved)
    line = HandoverLine.objects.get(handover=sent, kind="paper")
    assert line.label == f"Biên bản cuộc họp nhận xét, đánh giá số 5/BB ngày {DAY:%d/%m/%Y}, Văn phòng"
    assert year_papers(newcomer, moved.person.pk, 2026, DAY).rows == ()
    with pytest.raises(NotYours):
        year_paper_file(newcomer, paper.pk, DAY)
    receive(moved, sent)
    page = year_papers(newcomer, moved.person.pk, 2026, DAY)
    assert (page.rows, page.handed) == ((paper,), {paper.pk})
    assert year_paper_file(newcomer, paper.pk, DAY)[1].startswith(b"%PDF")
    assert f"giay-to/minutes-{paper.pk}.pdf" in names(moved, moved.new_officer)
    with pytest.raises(Refusal, match="không có kết quả nào"):
        send(moved)
    assert handing.desk(officer, DAY).to_send == ()
    actions.file_year_paper(
        person_id=moved.person.pk, year=2026, kind="other", number="6/CV", signed_on=DAY, issued_by="Văn phòng",
        upload=Upload("cong van.pdf", b"%PDF-1.7\n%cong van\n%%EOF\n"), by=officer, at=AT + timedelta(minutes=1),
    )  # fmt: skip
    (late,) = handing.desk(officer, DAY).to_send
    assert (late.words, late.to_agency) == ("1 giấy tờ", sent.to_agency), "filed after the rest was sent"
    assert "handover.to_send" in [one.kind for one in todo(officer, AT)]
    assert [line.kind for line in send(moved, at=AT + timedelta(minutes=2)).lines.all()] == ["paper"]
    assert "handover.to_send" not in [one.kind for one in todo(officer, AT)]
    assert handing.desk(officer, DAY).to_send == ()


def records(moved: Any, by: Any) -> dict[str, Any]:
    out = BytesIO()
    write_bundle(by.user, moved.person.pk, 2026, AT, out)
    with zipfile.ZipFile(out) as archive:
        found: dict[str, Any] = json.loads(archive.read("ho-so.json"))
        return found


def test_posts_and_absences_of_the_file_stay_within_the_periods_one_reads(moved: Any) -> None:
    """The old agency does not learn from the file where somebody went and when they were away there."""
    with outside_actions():
        for start, end in ((date(2026, 1, 5), date(2026, 1, 9)), (date(2026, 3, 2), date(2026, 3, 5))):
            Absence.objects.create(person=moved.person, kind="sick_leave", start=start, end=end)
    old, own = records(moved, moved.organisation_officer), records(moved, moved.person)
    assert [(one["unit"], one["end"]) for one in old["posts"]] == [(moved.economy.name, "2026-03-01")]
    assert [one["start"] for one in old["absences"]] == ["2026-01-05"]
    assert [one["unit"] for one in own["posts"]] == [moved.economy.name, moved.other_ward.name]
    assert [one["start"] for one in own["absences"]] == ["2026-01-05", "2026-03-02"]
    assert [one["start"] for one in records(moved, moved.new_officer)["absences"]] == ["2026-03-02"]


def test_the_file_opens_with_what_was_received_before_anything_is_rated_at_the_new_agency(cast: Any) -> None:
    person, officer = cast.colleague, make_person("UB2002", "Hồ Thị Tình", cast.other_ward)
    give_role(officer, cast.other_ward, Role.Kind.OFFICER)
    closed(world.month_of_work(cast, 1, [person]), cast)
    make_task(person, cast.economy, 1, month=date(2026, 2, 1), giver=cast.task_giver.user)
    world.open_period(cast, 2)
    with outside_actions():
        Employment.objects.filter(person=person).update(end=MOVED)
    add_post(person, cast.other_ward, "Chuyên viên", start=MOVED)
    with pytest.raises(NotYours):
        person_file(officer.user, person.pk, 2026, DAY)
    receive(SimpleNamespace(new_officer=officer), send(SimpleNamespace(**vars(cast), person=person)))
    file = person_file(officer.user, person.pk, 2026, DAY)
    assert [row.sheet.cycle.number for row in file.results] == [1]
    assert len(file.missing) == 1


def test_a_successor_of_the_old_agency_needs_nothing_sent(moved: Any) -> None:
    with outside_actions():
        UnitLink.objects.create(
            tree=UnitLink.Tree.SUCCESSION, child=moved.economy, parent=moved.other_ward, start=MOVED
        )
    page = quarter(moved, moved.new_officer)
    assert [p.score is None for p in page.parts] == [False, False, False]
    assert handing.desk(moved.organisation_officer.user, DAY).to_send == ()


def test_the_pages_of_both_sides(moved: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)

    def page(person: Any, address: str, given: dict[str, Any] | None = None) -> str:
        client.force_login(person.user)
        answer = client.get(address) if given is None else client.post(address, given, follow=True)
        return answer.content.decode()

    desk = "/ket-qua/ban-giao/"
    assert moved.person.full_name in page(moved.organisation_officer, desk)
    with CaptureQueriesContext(connection) as seen:
        client.get(desk)
    assert len(seen) <= 15, len(seen)
    asked = {"person": moved.person.pk, "from": moved.economy.pk, "to": moved.culture.pk, "year": 2026}
    assert "chưa có vị trí công tác" in page(moved.organisation_officer, desk, asked)
    assert "Đã gửi tới" in page(moved.organisation_officer, desk, asked | {"to": moved.other_ward.pk})
    sent = Handover.objects.get()
    one = f"/ket-qua/ban-giao/{sent.pk}/"
    exact = Fraction(Confirmation.objects.get(subject=moved.person, sheet__cycle__number=1).score)
    score = f"{decimal_vi(exact)} (đúng bằng {exact_vi(exact)})"
    unread = page(moved.new_officer, one)
    assert f">{score}<" not in unread
    assert "sau khi xác nhận đã nhận" in unread
    assert "chưa nhập" in page(moved.new_officer, one, {"step": "return", "reason": ""})
    assert "Đã nhận" in page(moved.new_officer, one, {"step": "receive"})
    read = page(moved.new_officer, one)
    assert f">{score}<" in read
    assert f"/xem/phieu/{Confirmation.objects.filter(subject=moved.person).earliest('pk').sheet_id}/" in read
    assert Event.objects.filter(code="sheet.year_viewed", actor=str(moved.new_officer.user.pk)).count() == 1
    assert f">{score}<" in page(moved.person, one)
    assert "Kết quả gửi theo" in page(moved.person, "/ket-qua/")
    client.force_login(moved.colleague.user)
    assert client.get(one).status_code == 404
    assert client.get(desk).status_code == 403
