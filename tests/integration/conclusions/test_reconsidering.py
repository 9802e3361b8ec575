"""What was decided on a level that a decision replaced since: flagged, told, rated again or kept with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.agreement import disagreements
from tests.factories import conclusions as world
from tests.factories import rounds as ward_of
from tests.factories.conclusions import DAY, decide, file_own, verify
from tests.factories.people import give_role, make_person
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.conclusions.test_deciding import member, with_fields
from tests.standing import standing
from thuocdo.audit.verify import verify as verify_all
from thuocdo.conclusions import actions
from thuocdo.conclusions.models import Reconsideration
from thuocdo.conclusions.reconsidering.found import of_subject
from thuocdo.conclusions.reconsidering.resting import resting
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Employment, Role, Unit, UnitLink
from thuocdo.organisation.waiting import todo
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation
from thuocdo.rounds import actions as rounds
from thuocdo.rounds import books, closing, gate
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db
GOOD = with_fields(marks__results="50", led__above="0")
LOWER = with_fields(marks__results="30", led__above="0", marks__general="25")


@standing
def ward(db: None) -> Ward:
    return world.decided_ward()


def replaced(ward: Ward, *, cell_decided: bool) -> tuple[RoundSubject, RoundSubject]:
    """A member decided, the cell rated on that level, the member decided again lower: member and cell. The order of the
    round asks for all members before the cell, so the cell's step is written as if they were done."""
    one, cell = member(ward), ward.subject("party_organisation", "Chi bộ Văn phòng")
    file_own(ward, one, "vice")
    verify(ward, one, document=GOOD)
    decide(ward, one)
    if cell_decided:
        actions.file_own(subject_id=cell.pk, version=0, document={"fields": {}}, level="good", paper="BB 1",
                         by=ward.user("officer"), at=AT)  # fmt: skip
    graph = books.rules_of(ward.round).graph
    node = next(n for n in graph.steps_of(cell.kind, cell.role) if n.step == "rating")
    with outside_actions():
        gate.told(ward.round, node, cell, gate.Taken(DAY, number="9", level="good"), ward.user("officer"), AT)
    again(ward, one, LOWER, "3-QĐ")
    return one, cell


def again(ward: Ward, one: RoundSubject, document: dict[str, Any], number: str) -> None:
    actions.order_again(subject_id=one.pk, version=world.version(one), body="Ban Thường vụ Thành ủy", on=DAY,
                        number=number, reason="Chấm chưa đúng", by=ward.user("officer"), at=AT)  # fmt: skip
    verify(ward, one, document=document)
    decide(ward, one, reason=f"Theo {number}", number=f"Thay {number}")


def lines(ward: Ward, who: str) -> list[str]:
    return [line.text for line in todo(ward.user(who), AT) if line.kind == "assessments.to_reconsider"]


def test_who_decides_on_it_is_told_and_keeps_it_with_a_reason(ward: Ward) -> None:
    one, cell = replaced(ward, cell_decided=True)
    row = Reconsideration.objects.get()
    assert (row.subject, row.step.level, row.cause.level) == (cell, "good", "complete")
    said = f"Xem lại kết quả của {cell.name}: mức làm căn cứ đã thay"
    assert [lines(ward, who) for who in ("vice", "chair", "second", "outside")] == [[said], [said], [], []]
    told = Notice.objects.filter(kind="assessment.to_reconsider")
    assert {one.user for one in told} == {ward.user("vice")}
    assert told.get().text == f"Mức của {one.name} đã thay: xem lại kết quả của {cell.name}"
    assert disagreements([ward.user("vice"), ward.user("second")], AT) == []
    assert any("dựa trên mức đã thay" in words for words in closing.problems(ward.round))
    with pytest.raises(NotYours):
        keep(ward, row, "outside", "Vẫn đúng")
    with pytest.raises(Forbidden, match="Cấp quyết định"):
        keep(ward, row, "second", "Vẫn đúng")
    with pytest.raises(Refusal, match="chưa nhập"):
        keep(ward, row, "vice", " ")
    kept = keep(ward, row, "vice", "Không đổi tỷ lệ của chi bộ")
    assert keep(ward, row, "vice", "Lần nữa").answer == kept.answer == "Không đổi tỷ lệ của chi bộ"
    assert (lines(ward, "vice"), closing.problems(ward.round)) == ([], [])
    assert StepDone.objects.get(subject=cell, step="rating").level == "good"


def keep(ward: Ward, row: Reconsideration, by: str, reason: str) -> Reconsideration:
    return actions.keep_result(reconsideration_id=row.pk, reason=reason, by=ward.user(by), at=AT)


def test_a_result_from_paper_is_for_the_officer_and_ends_with_its_step(ward: Ward) -> None:
    replaced(ward, cell_decided=False)
    row = Reconsideration.objects.get()
    assert [len(lines(ward, who)) for who in ("second", "officer", "vice")] == [1, 0, 0]
    with pytest.raises(Forbidden, match="nơi mình lãnh đạo"):
        keep(ward, row, "officer", "Vẫn đúng")
    rounds.undo_step(step_id=row.step_id, reason="Xếp loại lại", by=ward.user("second"), at=AT)
    assert lines(ward, "second") == []
    with pytest.raises(Conflict, match="xếp loại lại"):
        keep(ward, row, "second", "Vẫn đúng")
    row.refresh_from_db()
    row.answer = "Nửa vời"
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        row.save()


def test_an_unchanged_level_asks_nobody_and_a_second_change_asks_again(ward: Ward) -> None:
    one, _ = replaced(ward, cell_decided=True)
    again(ward, one, LOWER, "4-QĐ")
    assert Reconsideration.objects.count() == 1
    again(ward, one, GOOD, "5-QĐ")
    assert [(row.cause.replaces.level, row.cause.level) for row in Reconsideration.objects.order_by("pk")] == [  # type: ignore[union-attr]
        ("good", "complete"),
        ("complete", "good"),
    ]
    assert len(lines(ward, "vice")) == 1


def test_the_page_says_whose_level_changed_and_takes_the_reason(ward: Ward, client: Client) -> None:
    one, cell = replaced(ward, cell_decided=True)
    row, path = Reconsideration.objects.get(), f"/ket-luan/doi-tuong/{cell.pk}/"
    client.force_login(ward.user("vice"))
    page = client.get(path).content.decode()
    assert f"mức của {one.name} đổi từ “Hoàn thành tốt nhiệm vụ” thành “Hoàn thành nhiệm vụ”" in page
    answer = client.post(path, {"do": "keep", "version": "1", "row": str(row.pk), f"keep-{row.pk}": ""})
    assert (answer.status_code, "Lý do giữ nguyên kết quả: chưa nhập" in answer.content.decode()) == (400, True)
    client.post(path, {"do": "keep", "version": "1", "row": str(row.pk), f"keep-{row.pk}": "Vẫn đúng"})
    page = client.get(path).content.decode()
    assert "Vẫn đúng" in page
    assert "Đã xem lại" in page
    client.force_login(ward.user("outside"))
    assert client.get(path).status_code == 404


def test_a_ceiling_is_read_from_a_level_for_which_no_step_waits(db: None) -> None:
    """Hòa Bình 2018: who leads a cell is not above it, and the order of the round says nothing of the two."""
    ward = ward_of.make_ward()
    with outside_actions():
        old: Any
        for old in (Unit, UnitLink, Employment, PartyOrganisation, PartyLink, CommitteeSeat):
            old.objects.update(start=date(2015, 1, 1))
        PartyMembership.objects.update(start=date(2015, 1, 1), admitted=date(2015, 1, 1))
    ward_of.plan(ward, year=2018, rating_date=date(2018, 12, 20), overlays=["overlays/hoa-binh-2018"],
                 whom="Kế hoạch 183-KH/TU")  # fmt: skip
    ward.round = rounds.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=AT)
    cell = ward.subject("party_organisation", "Chi bộ Văn phòng")
    head = RoundSubject.objects.get(round=ward.round, kind="leader", role="head", party=ward.party["office"])
    graph = books.rules_of(ward.round).graph
    for one in (cell, head, ward.subject("party_organisation", "Chi bộ Kinh tế")):
        node = next(n for n in graph.steps_of(one.kind, one.role) if n.step == "rating")
        with outside_actions():
            gate.told(ward.round, node, one, gate.Taken(DAY, number="9", level="good"), ward.user("officer"), AT)
    rates = next(n for n in graph.steps_of(cell.kind, cell.role) if n.step == "rating")
    assert head.pk not in {step.subject_id for step in gate.leaning(ward.round, rates.id, cell)}
    assert [step.subject for step in resting(ward.round, cell)] == [head]
    assert resting(ward.round, head) == []
    step = StepDone.objects.get(subject=cell, node=rates.id)
    ward.people["second"] = make_person("A9", "Lý Tổ Chức Hai", ward.units["office"], "Chuyên viên")
    give_role(ward.people["second"], ward.units["place"], Role.Kind.OFFICER)
    second: Any = {"by": ward.user("second"), "at": AT}
    rounds.undo_step(step_id=step.pk, reason="Ghi nhầm mức của chi bộ", **second)
    row = Reconsideration.objects.get()
    assert (row.subject, row.step.level, row.taken.undoes if row.taken else None) == (head, "good", step)
    assert [said for said in verify_all().problems if said.kind == "conclusions.reconsideration"] == []
    (shown,) = of_subject(head.pk)
    assert shown.change == "“Hoàn thành tốt nhiệm vụ” đã hủy, chưa có mức mới"
    lower, same = (gate.Taken(DAY, number="10", level=level) for level in ("complete", "good"))
    with outside_actions():
        then = gate.told(ward.round, rates, cell, lower, ward.user("second"), AT)
    assert of_subject(head.pk)[0].change == "đổi từ “Hoàn thành tốt nhiệm vụ” thành “Hoàn thành nhiệm vụ”"
    rounds.undo_step(step_id=then.pk, reason="Ghi nhầm", **second)
    with outside_actions():
        gate.told(ward.round, rates, cell, same, ward.user("second"), AT)
    assert any("dựa trên mức đã thay" in words for words in closing.problems(ward.round))
    for hours, apart, said in (
        (2, 1, "“Hoàn thành tốt nhiệm vụ” đã hủy, chưa có mức mới"),  # a later paper of which nobody wrote the level
        (6, 0, "đổi từ “chưa ghi mức” thành “không xếp loại”"),
    ):
        then = StepDone.objects.get(subject=cell, node=rates.id, undoes=None, undone=None)
        when = AT + timedelta(hours=hours)
        rounds.undo_step(step_id=then.pk, reason="Ghi nhầm", by=ward.user("second"), at=when)
        empty = gate.Taken(DAY, number="11", level="")
        with outside_actions():
            gate.told(ward.round, rates, cell, empty, ward.user("second"), when + timedelta(hours=apart))
        assert of_subject(head.pk)[-1].change == said


def test_a_wrong_rating_is_made_again_after_the_round_has_ended(ward: Ward, client: Client) -> None:
    """QĐ 366 Điều 13, 15.3 (Mẫu 03): with its document, the places of the group and what leans on the level."""
    one, cell = replaced(ward, cell_decided=True)
    kept = Reconsideration.objects.get()
    keep(ward, kept, "vice", "Không đổi tỷ lệ của chi bộ")
    close(ward)
    other = RoundSubject.objects.filter(round=ward.round, kind="party_member", assessment=None).first()
    assert other is not None
    with pytest.raises(Conflict, match="Mẫu 03"):
        file_own(ward, other, "officer", paper="BB 1")
    with pytest.raises(Conflict, match="đã quyết định"):
        verify(ward, one)
    path = f"/ket-luan/doi-tuong/{one.pk}/"
    client.force_login(ward.user("officer"))
    assert "Cấp trên yêu cầu xếp loại lại" in client.get(path).content.decode()
    order = {"do": "order", "version": str(world.version(one)), "order_body": "Ban Thường vụ Thành ủy",
             "order_number": "9-QĐ", "order_on": "01/12/2025", "order_reason": "Chấm chưa đúng"}  # fmt: skip
    assert client.post(path, order).status_code == 302
    assert [line.kind for line in todo(ward.user("officer"), AT) if line.kind.startswith("assessments")] == [
        "assessments.to_verify"
    ]
    assert 'value="verify"' in client.get(path).content.decode()
    verify(ward, one, document=GOOD)
    assert "assessments.to_decide" in {line.kind for line in todo(ward.user("chair"), AT)}
    with pytest.raises(Refusal, match="lý do thay"):
        decide(ward, one)
    decide(ward, one, reason="Theo 9-QĐ", number="10-QĐ")
    steps = StepDone.objects.filter(subject=one, step="rating", undoes=None, undone=None)
    assert [(step.level, step.number) for step in steps] == [("good", "10-QĐ")]
    row = Reconsideration.objects.exclude(pk=kept.pk).get()
    assert (row.subject, lines(ward, "vice")) == (cell, [f"Xem lại kết quả của {cell.name}: mức làm căn cứ đã thay"])
    assert disagreements([ward.user("vice"), ward.user("officer")], AT) == []
    keep(ward, row, "vice", "Vẫn đúng")
    assert lines(ward, "vice") == []


def test_a_level_from_paper_is_replaced_by_another_paper_after_the_round_has_ended(ward: Ward, client: Client) -> None:
    one, work = member(ward), ward.subject("civil_servant", "Lê Phó Một")
    step = StepDone.objects.get(subject=work)
    file_own(ward, one, "vice")
    verify(ward, one, document=GOOD)
    decide(ward, one)
    close(ward)
    client.force_login(ward.user("second"))
    path = f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{work.pk}/"
    assert "Ghi quyết định giấy thay mức đã ghi" in client.get(path).content.decode()
    with pytest.raises(Conflict, match="ghi quyết định thay thế ở trang này"):
        rounds.undo_step(step_id=step.pk, reason="Sai", by=ward.user("second"), at=AT)
    wrong = client.post(path, {"do": "replace", "taken": str(step.pk), "new_on": "01/12/2025", "new_level": ""})
    assert wrong.status_code == 400
    page = wrong.content.decode()
    assert all(words in page for words in ("#new_number", "#new_body", "#new_reason", "Lý do xếp loại lại: chưa nhập"))
    assert "Mức mới: chưa chọn" in page, "nobody's level is taken away by a choice that was forgotten"
    given: dict[str, Any] = {
        "step_id": step.pk, "level": "complete", "on": DAY, "number": "7-QĐ", "body": "Ủy ban", "group": "",
        "reason": "Thanh tra kết luận khác", "at": AT,
    }  # fmt: skip
    for who in ("outside", "chair"):
        with pytest.raises(NotYours):
            rounds.replace_paper(**given, by=ward.user(who))
    sent = {f"new_{name}": str(given[name]) for name in ("level", "number", "body", "reason")}
    sent |= {"do": "replace", "taken": str(step.pk), "new_on": f"{DAY:%d/%m/%Y}"}
    assert client.post(path, sent).status_code == 302
    active = StepDone.objects.get(subject=work, undoes=None, undone=None)
    assert (active.level, active.number, active.place) == ("complete", "7-QĐ", "Ủy ban")
    assert [row.subject for row in Reconsideration.objects.all()] == [one]
    with pytest.raises(Conflict, match="đã được thay"):
        rounds.replace_paper(**given, by=ward.user("second"))
    same = given | {"step_id": active.pk, "number": "8-QĐ"}
    rounds.replace_paper(**same, by=ward.user("second"))
    assert Reconsideration.objects.count() == 1, "an unchanged level asks nobody"
    active = StepDone.objects.get(subject=work, undoes=None, undone=None)
    sent |= {"taken": str(active.pk), "new_level": "-", "new_number": "9-QĐ"}
    assert client.post(path, sent).status_code == 302
    assert StepDone.objects.get(subject=work, undoes=None, undone=None).level == ""
    assert [said for said in verify_all().problems if said.kind.startswith(("conclusions.", "rounds."))] == []


def close(ward: Ward) -> None:
    ward.round.refresh_from_db()
    rounds.close_round(round_id=ward.round.pk, version=ward.round.version, by=ward.user("officer"), at=AT)
