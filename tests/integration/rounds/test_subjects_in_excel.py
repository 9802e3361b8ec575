"""Subjects of a round by Excel: what the page refuses the file refuses, row by row."""

from typing import Any

import pytest

from tests.factories import rounds as world
from tests.factories.people import give_role
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.intake.files import cells_of, written
from tests.standing import standing
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.models import Role
from thuocdo.rounds import actions
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db
WORDS = {"Lý do": "Nghỉ thai sản", "Căn cứ": "12-QĐ/ĐU"}
OUT = {"Tình trạng": "được miễn", **WORDS}
HELD = {"Tình trạng": "tạm hoãn", "Bước khác vẫn chờ": "không", **WORDS}


@standing
def ward(db: None) -> Ward:
    made = world.open_ward()
    give_role(made.people["excused"], made.units["office"], Role.Kind.OFFICER)
    return made


def sent(ward: Ward, *edits: tuple[RoundSubject, dict[str, str]], who: str = "officer") -> Any:
    """The rows of these subjects as this user takes them out, with other cells."""
    kind: dict[str, Any] = {
        "kind": "round-subjects", "scope": str(ward.round.pk), "by": ward.user(who), "at": AT,
    }  # fmt: skip
    header, *rows = cells_of(export_list(**kind))
    by_number = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    lines = [by_number[str(one.pk)] | cells for one, cells in edits]
    content = written([header, *([line[title] for title in header] for line in lines)])
    return preview_import(file_name="t.xlsx", content=content, **kind)


def test_an_officer_decides_row_by_row(ward: Ward) -> None:
    office = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    above = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    new = ward.subject("civil_servant", "Vũ Mới Vào")
    there = {"Tình trạng": "thuộc đợt", **WORDS, "Kiểm điểm cùng (số)": str(above.pk)}
    batch = sent(ward, (office, there), (new, HELD))
    assert (stored_problems(batch), stored_counts(batch)["changed"]) == ([], 2)
    apply_import(by=ward.user("officer"), at=AT, batch_id=batch.pk)
    for one in (office, new):
        one.refresh_from_db()
    assert (office.standing, office.reviewed_with, office.decided_by) == ("in", above, ward.user("officer"))
    assert (new.standing, new.reason, new.cite, new.holds) == ("postponed", "Nghỉ thai sản", "12-QĐ/ĐU", False)
    later = {"Bước khác vẫn chờ": "có"}
    apply_import(by=ward.user("officer"), at=AT, batch_id=sent(ward, (new, later)).pk)
    new.refresh_from_db()
    assert new.holds


def test_what_the_page_refuses_the_file_refuses_by_row(ward: Ward) -> None:
    one, own = ward.subject("civil_servant", "Ngô Chánh"), ward.subject("civil_servant", "Đỗ Tổ Chức")
    exempt = RoundSubject.objects.filter(standing="exempt").first()
    above = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    assert exempt is not None
    for subject, cells, words in (
        (own, OUT, "trường hợp của chính ông/bà"),
        (one, {"Lý do": "Vì sao"}, "Căn cứ: ô để trống"),
        (one, {"Tình trạng": "được miễn", "Căn cứ": "12"}, "Lý do: ô để trống"),
        (one, {**HELD, "Bước khác vẫn chờ": ""}, "hãy ghi có hoặc không"),
        (one, {**OUT, "Bước khác vẫn chờ": "có"}, "chỉ ghi khi tạm hoãn"),
        (one, {**WORDS, "Tình trạng": "cần quyết định"}, "Hãy chọn: thuộc đợt"),
        (one, {**WORDS, "Kiểm điểm cùng (số)": str(above.pk)}, "Chỉ tập thể"),
        (above, {**WORDS, "Kiểm điểm cùng (số)": str(above.pk)}, "một tập thể khác"),
        (above, {**WORDS, "Kiểm điểm cùng (số)": "999999"}, "một tập thể khác"),
        (one, {"Tên": "Khác"}, "không sửa ở đây"),
        (one, {"Số": "999999"}, "không có trong bảng này"),
        (exempt, {"Tình trạng": "thuộc đợt"}, "lý do còn là của tình trạng cũ"),
    ):
        assert words in stored_problems(sent(ward, (subject, cells)))[0].message, words
    led = ward.subject("civil_servant", "Trần Chủ Tịch")
    assert "trong phạm vi" in stored_problems(sent(ward, (led, OUT), who="chair"))[0].message


def test_a_subject_decided_about_since_the_preview_stops_the_file(ward: Ward) -> None:
    one = ward.subject("civil_servant", "Ngô Chánh")
    batch = sent(ward, (one, OUT))
    actions.decide_subjects(round_id=ward.round.pk, subject_ids=[one.pk], standing="exempt", reason="Khác", cite="1",
                            holds=False, with_id=None, by=ward.user("officer"), at=AT)  # fmt: skip
    with pytest.raises(Conflict):
        apply_import(by=ward.user("officer"), at=AT, batch_id=batch.pk)


def test_an_import_is_taken_back_but_not_over_what_was_done_since(ward: Ward) -> None:
    officer = ward.user("officer")
    act: dict[str, Any] = {"by": officer, "at": AT}
    office = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    above = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    new, one = ward.subject("civil_servant", "Vũ Mới Vào"), ward.subject("civil_servant", "Ngô Chánh")
    stood = {row.pk: (row.standing, row.reason, row.decided_by_id) for row in (office, new, one)}
    there = {"Tình trạng": "thuộc đợt", **WORDS, "Kiểm điểm cùng (số)": str(above.pk)}
    done = apply_import(batch_id=sent(ward, (office, there), (new, HELD), (one, OUT)).pk, **act)
    actions.decide_subjects(round_id=ward.round.pk, subject_ids=[one.pk], standing="exempt", reason="Khác", cite="1",
                            holds=False, with_id=None, **act)  # fmt: skip
    back = preview_undo(batch_id=done.pk, **act)
    assert (stored_counts(back)["changed"], stored_counts(back)["conflict"]) == (2, 1)
    said = " ".join(effect.text for effect in stored_effects(back))
    assert "Vũ Mới Vào, công chức: Căn cứ: 12-QĐ/ĐU → trống; Lý do: Nghỉ thai sản → trống; Tình trạng: tạm" in said
    assert "có người đã làm tiếp hoặc sửa từ khi nhập (Lý do: khi nhập “Nghỉ thai sản”, nay “Khác”" in said
    apply_import(batch_id=back.pk, **act)
    for row in (office, new):
        row.refresh_from_db()
        assert (row.standing, row.reason, row.decided_by_id) == stood[row.pk]
    assert office.reviewed_with is None
    one.refresh_from_db()
    assert one.reason == "Khác"
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        preview_undo(batch_id=done.pk, **act)


def test_nobody_of_whom_a_step_is_done_is_left_out_again(ward: Ward) -> None:
    officer = ward.user("officer")
    act: dict[str, Any] = {"by": officer, "at": AT}
    one = ward.subject("civil_servant", "Ngô Chánh")
    apply_import(batch_id=sent(ward, (one, OUT)).pk, **act)
    one.refresh_from_db()
    into = {"Tình trạng": "thuộc đợt", "Lý do": "Đi làm lại", "Căn cứ": "13"}
    done = apply_import(batch_id=sent(ward, (one, into)).pk, **act)
    early = preview_undo(batch_id=done.pk, **act)
    with outside_actions():
        StepDone.objects.create(
            round=ward.round, subject=one, node="verify_individuals", on=AT.date(), by=officer, at=AT
        )
    with pytest.raises(Conflict):
        apply_import(batch_id=early.pk, **act)
    [stays] = stored_effects(preview_undo(batch_id=done.pk, **act))
    assert (stays.outcome, "đã có bước được ghi" in stays.text) == ("conflict", True)
