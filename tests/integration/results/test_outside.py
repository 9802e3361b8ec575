"""Results from outside the installation: entered, confirmed by a second person, counted; in and out as Excel."""

from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories.people import give_role, make_person
from tests.guards import outside_actions
from tests.integration.intake.files import cells_of, written
from tests.integration.results import world
from thuocdo.appraisals.models import Confirmation
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.organisation.models import Role
from thuocdo.organisation.waiting import todo
from thuocdo.results import actions, queries
from thuocdo.results.models import OutsideResult
from thuocdo.results.outside.queries import desk, scan, shown
from thuocdo.results.outside.rules import Typed, entry_from
from thuocdo.work.evidence import Upload

pytestmark = pytest.mark.django_db
AT = world.day_after(3, 10)
DAY = AT.date()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LETTER = Typed(
    "tháng 1/2026", "Sở Nội vụ tỉnh khác", "Nghị định 335/2025/NĐ-CP", "1023/12", "Tốt", "12/BC", date(2026, 3, 2)
)


def typed(**changed: Any) -> Typed:
    return Typed(**(vars(LETTER) | changed))


@pytest.fixture
def joined(cast: Any) -> Any:
    """The person has March here; what was before is known elsewhere. A second officer beside the first."""
    second = make_person("TC909", "Phan Thị Mơ", cast.economy)
    give_role(second, cast.ward, Role.Kind.OFFICER)
    world.month_of_work(cast, 3, [cast.officer_appraised])
    return SimpleNamespace(**vars(cast), second=second, person=cast.officer_appraised)


def enter(cast: Any, **changed: Any) -> OutsideResult:
    """One result, typed by the first officer; other fields of the letter by name."""
    given = {"upload": Upload("bao cao.pdf", PDF), "replaces_id": 0, "reason": "", "code": cast.person.code}
    act = {"by": cast.organisation_officer.user, "at": AT}
    own = {key: changed.pop(key) for key in (*given, *act) if key in changed}
    return actions.enter_outside_result(typed=typed(**changed), **(given | act | own))


def confirm(cast: Any, row: OutsideResult, by: Any = None) -> int:
    return actions.confirm_outside_results(result_id=row.pk, by=(by or cast.second).user, at=AT)


def quarter(cast: Any) -> queries.OnePeriod:
    return queries.one_period(cast.organisation_officer.user, cast.person.pk, "quarter", 2026, 1, DAY)


def test_it_counts_once_a_second_person_confirmed_it(joined: Any) -> None:
    march = Fraction(Confirmation.objects.get(subject=joined.person).score)
    before = quarter(joined)
    assert [p.score for p in before.parts] == [None, None, march]
    assert "chưa có kết quả nơi cũ gửi" in before.parts[0].words
    assert "không công tác" not in before.parts[0].words
    row = enter(joined)
    assert quarter(joined).parts[0].score is None, "one person alone makes no score"
    assert [t.kind for t in todo(joined.second.user, AT) if "outside" in t.kind] == ["outside_result.to_confirm"]
    assert not [t for t in todo(joined.organisation_officer.user, AT) if "outside" in t.kind]
    assert confirm(joined, row) == 1
    assert confirm(joined, row) == 1, "twice is one effect"
    after = quarter(joined)
    part = after.parts[0]
    assert (part.score, part.sent_by, part.outside) == (Fraction(1023, 12), "Sở Nội vụ tỉnh khác", row.pk)
    assert after.mean is not None
    assert (after.mean.score, "điểm tháng 2" in after.waits) == (None, True), "February is still to come"
    confirm(joined, enter(joined, period="tháng 2/2026", score="80,25"))
    after = quarter(joined)
    assert after.mean is not None
    assert after.mean.score == (Fraction(1023, 12) + Fraction(321, 4) + march) / 3, "by hand, exact"
    made = actions.freeze_rollup(
        person_id=joined.person.pk, kind="quarter", year=2026, number=1, revision=0, decisions={}, reason="",
        by=joined.organisation_officer.user, at=AT,
    )  # fmt: skip
    assert made.included[0] == {
        "number": 1, "confirmation": None, "score": "341/4", "sent_by": "Sở Nội vụ tỉnh khác",
    }  # fmt: skip
    better = enter(joined, score="90", replaces_id=row.pk, reason="Nơi gửi đính chính")
    assert quarter(joined).parts[0].score == Fraction(341, 4), "the old one stands until the new one is confirmed"
    confirm(joined, better)
    assert quarter(joined).parts[0].score == 90
    frozen = quarter(joined).frozen
    assert frozen is not None
    assert "tháng 1 đã sửa" in frozen.stale
    assert (better.version, OutsideResult.objects.get(pk=row.pk).state) == (2, "confirmed")


def test_duties_are_separate_in_actions_and_in_the_database(joined: Any) -> None:
    row = enter(joined)
    with pytest.raises(Forbidden, match="không tự xác nhận"):
        confirm(joined, row, joined.organisation_officer)
    give_role(joined.person, joined.ward, Role.Kind.OFFICER)
    with pytest.raises(Forbidden, match="chính ông/bà"):
        confirm(joined, row, joined.person)
    with pytest.raises(Forbidden, match="chính mình"):
        enter(joined, by=joined.person.user, period="tháng 2/2026")
    with pytest.raises(NotYours):
        confirm(joined, row, joined.stranger)
    with pytest.raises(NotYours):
        enter(joined, by=joined.stranger.user)
    for by in (row.entered_by, joined.person.user):
        with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
            OutsideResult.objects.filter(pk=row.pk).update(state="confirmed", closed_by=by, closed_at=AT)
    with pytest.raises(Conflict, match="chờ xác nhận"):
        enter(joined)
    actions.return_outside_results(result_id=row.pk, reason="Sai tháng", by=joined.second.user, at=AT)
    again = enter(joined)
    actions.withdraw_outside_results(result_id=again.pk, reason="Nhầm", by=joined.organisation_officer.user, at=AT)
    with pytest.raises(Conflict):
        confirm(joined, again)
    third = enter(joined)
    confirm(joined, third)
    with pytest.raises(Conflict, match="chọn “Sửa”"):
        enter(joined)
    assert third.version == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score", "100,01"), ("score", "1201/12"), ("score", "85,255"), ("score", "-1"), ("score", "1/0"),
        ("period", "tháng 13/2026"), ("period", "tháng 4/2026"), ("period", "năm 2025"), ("place", ""),
        ("basis", " "), ("document", ""), ("signed_on", None), ("signed_on", date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(field: str, value: Any) -> None:
    with pytest.raises(Several) as refused:
        entry_from(typed(**{field: value}), DAY)
    assert list(refused.value.problems) == [field]


def test_a_paper_and_somebody_of_the_agency_are_needed(joined: Any) -> None:
    with pytest.raises(Several) as refused:
        enter(joined, code="KHONGCO", upload=Upload("a.pdf", b"MZ not a pdf"))
    assert list(refused.value.problems) == ["code", "file"]


def test_a_result_of_here_and_one_from_outside_for_the_same_month_is_a_conflict(joined: Any) -> None:
    confirm(joined, enter(joined, period="tháng 3/2026", at=world.day_after(4, 1)))
    found = queries.one_period(joined.organisation_officer.user, joined.person.pk, "quarter", 2026, 1, DAY)
    assert "cần thống nhất" in found.waits


def test_pages(joined: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    officer, second, own, stranger = Client(), Client(), Client(), Client()
    for client, who in ((officer, joined.organisation_officer), (second, joined.second), (own, joined.person),
                        (stranger, joined.stranger)):  # fmt: skip
        client.force_login(who.user)
    year = f"/ket-qua/nguoi/{joined.person.pk}/quarter/2026/1/"
    assert "/ket-qua/ngoai/?ma=" in officer.get(year).content.decode()
    form = vars(typed()) | {"signed_on": "02/03/2026", "code": joined.person.code}
    refused = officer.post("/ket-qua/ngoai/", form)
    assert refused.status_code == 400
    assert 'value="Sở Nội vụ tỉnh khác"' in refused.content.decode(), "what was typed is kept"
    assert not OutsideResult.objects.exists()
    upload = world_file()
    sent = officer.post("/ket-qua/ngoai/", form | {"file": upload})
    row = OutsideResult.objects.get()
    path = f"/ket-qua/ngoai/{row.pk}/"
    assert sent["Location"] == path
    assert "Xác nhận</button>" not in officer.get(path).content.decode()
    assert "Xác nhận</button>" in second.get(path).content.decode()
    assert stranger.get(path).status_code == stranger.get(f"{path}van-ban/").status_code == 404
    assert stranger.post(path, {"step": "confirm"}).status_code == 404
    assert officer.post(path, {"step": "confirm"}).status_code == 403
    assert second.post(path, {"step": "return"}).status_code == 400
    assert second.post(path, {"step": "confirm"}).status_code == 302
    page = own.get(path).content.decode()
    assert "Tốt" in page
    assert own.get(f"{path}van-ban/").content == PDF == scan(joined.person.user, row.pk, DAY)[1]
    text = officer.get(year).content.decode()
    assert "Sở Nội vụ tỉnh khác gửi" in text
    assert path in text
    corrected = officer.get(f"/ket-qua/ngoai/?sua={row.pk}").content.decode()
    assert 'value="85,25"' in corrected
    assert row.person.full_name in second.get("/ket-qua/ngoai/").content.decode()


def world_file() -> Any:
    """The paper as a browser sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("bao-cao.pdf", PDF, "application/pdf")


def test_a_file_comes_in_is_confirmed_once_and_goes_out_and_back(joined: Any) -> None:
    header = [
        "Mã cán bộ", "Kỳ", "Nơi gửi", "Quy định đã áp dụng", "Điểm", "Mức nơi gửi đã ghi", "Số văn bản gửi",
        "Ngày văn bản", "Lý do sửa",
    ]  # fmt: skip
    line = [joined.person.code, "tháng 1/2026", "Huyện cũ", "NĐ 335", "80,5", "", "7/BC", "02/03/2026", ""]
    other = [joined.second.code, *line[1:]]
    act: Any = {"by": joined.organisation_officer.user, "at": AT}

    def preview(*rows: list[str]) -> Any:
        return preview_import(
            kind="outside", scope=joined.ward.code, file_name="a.xlsx", content=written([header, *rows]), **act
        )

    wrong = preview([*line[:4], "101", *line[5:]], [joined.organisation_officer.code, *line[1:]], line, line)
    said = " ".join(problem.message for problem in stored_problems(wrong))
    assert all(words in said for words in ("mức tối đa 100", "chính mình", "đã có kỳ này ở dòng"))
    batch = preview(line, [line[0], "tháng 2/2026", *line[2:4], "1023/12", *line[5:]], other)
    assert stored_problems(batch) == []
    apply_import(batch_id=batch.pk, **act)
    rows = list(OutsideResult.objects.order_by("pk"))
    assert len({row.lot for row in rows}) == 1
    assert {row.state for row in rows} == {"waiting"}
    assert desk(joined.head.user, DAY).waiting[0].number == 3
    with pytest.raises(Forbidden):
        confirm(joined, rows[0], joined.second)  # one of them is about the second officer
    assert shown(joined.person.user, rows[0].pk, DAY).number == 2, "the person reads the own rows only"
    assert confirm(joined, rows[0], joined.head) == 3
    march = Fraction(Confirmation.objects.get(subject=joined.person).score)
    mean = quarter(joined).mean
    assert mean is not None
    assert mean.score == (Fraction(161, 2) + Fraction(341, 4) + march) / 3
    content = export_list(kind="outside", scope=joined.ward.code, month="", **act)
    assert [row[4] for row in cells_of(content)[1:]].count("85,25") == 1
    back = preview_import(kind="outside", scope=joined.ward.code, file_name="b.xlsx", content=content, **act)
    assert (stored_problems(back), stored_counts(back)["unchanged"]) == ([], 3)
    changed = [*line[:4], "81", *line[5:]]
    assert "Lý do sửa" in stored_problems(preview(changed))[0].message
    corrected = preview([*changed[:-1], "Đính chính"])
    assert [effect.outcome for effect in stored_effects(corrected)] == ["changed"]
    apply_import(batch_id=corrected.pk, **act)
    assert OutsideResult.objects.get(version=2).replaces_id == rows[0].pk
    with pytest.raises(NotYours):
        export_list(kind="outside", scope=joined.ward.code, month="", by=joined.stranger.user, at=AT)
    with pytest.raises(Refusal):
        preview_import(kind="khong", scope=joined.ward.code, file_name="b.xlsx", content=content, **act)


def test_a_file_nobody_confirmed_is_taken_back_whole_by_whoever_entered_it(joined: Any) -> None:
    header = ["Mã cán bộ", "Kỳ", "Nơi gửi", "Quy định đã áp dụng", "Điểm", "Số văn bản gửi", "Ngày văn bản"]
    header.append("Lý do sửa")
    line = [joined.person.code, "tháng 1/2026", "Huyện cũ", "NĐ 335", "80,5", "7/BC", "02/03/2026", ""]
    other = [joined.second.code, *line[1:]]
    act: Any = {"by": joined.organisation_officer.user, "at": AT}

    def file(*rows: list[str]) -> Any:
        given = {"kind": "outside", "scope": joined.ward.code, "file_name": "a.xlsx"}
        return apply_import(batch_id=preview_import(content=written([header, *rows]), **given, **act).pk, **act)

    confirm(joined, enter(joined))
    batch = file([*line[:-1], "Đính chính"], other)
    theirs = preview_undo(batch_id=batch.pk, by=joined.second.user, at=AT)
    assert all("chỉ người đã nhập" in e.text for e in stored_effects(theirs) if joined.person.code in e.text)
    back = preview_undo(batch_id=batch.pk, **act)
    assert [(e.outcome, e.text.split(": ", 1)[1]) for e in stored_effects(back)] == [
        ("changed", "Chờ xác nhận: tháng 1/2026 → trống"), ("ended", "rút kết quả đã nhập, chưa ai xác nhận"),
    ]  # fmt: skip
    with pytest.raises(Refusal, match="chỉ rút được cả lượt"):
        apply_import(batch_id=back.pk, skip=frozenset({2}), **act)
    apply_import(batch_id=back.pk, **act)
    rows = list(OutsideResult.objects.order_by("pk"))
    assert [row.state for row in rows] == ["confirmed", "withdrawn", "withdrawn"]
    assert {(row.closed_by, row.remark) for row in rows[1:]} == {(act["by"], "Hoàn tác lượt nhập bằng tệp")}
    assert quarter(joined).parts[0].score == Fraction(1023, 12), "what was confirmed before still counts"
    again = file([*line[:-1], "Đính chính"], other)
    last = OutsideResult.objects.filter(person=joined.person).order_by("pk").last()
    assert last is not None
    confirm(joined, last, joined.head)
    late = preview_undo(batch_id=again.pk, **act)
    assert [e.outcome for e in stored_effects(late)] == ["conflict", "conflict"]
    assert all("Không hoàn tác" in e.text for e in stored_effects(late))
