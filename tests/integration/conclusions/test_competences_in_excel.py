"""Who decides for whom by Excel: what the page refuses the file refuses; what is not decided follows."""

from typing import Any

import pytest

from tests.factories import conclusions as world
from tests.factories.conclusions import competent
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.intake.files import cells_of, written
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.conclusions import actions
from thuocdo.conclusions.models import Assessment, Competence
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.rules import last_day

pytestmark = pytest.mark.django_db
KIND: dict[str, Any] = {"kind": "competences", "scope": "tat-ca", "at": AT}


@standing
def ward(db: None) -> Ward:
    return world.decided_ward()


def new_line(**cells: str) -> dict[str, str]:
    return {
        "Mã đơn vị": "P1", "Loại đối tượng": "đảng viên", "Cấp quyết định": "Ban Thường vụ Thành ủy",
        "Cơ quan thẩm định": "Ban Tổ chức Thành ủy", "Văn bản": "07-QĐ/TU", "Từ ngày": "01/12/2025",
    } | cells  # fmt: skip


def sent(ward: Ward, *lines: dict[str, str], who: str = "officer", stored: Competence | None = None) -> Any:
    """These lines as new ones; with `stored`, the first one is the row of it with other cells."""
    header, *rows = cells_of(export_list(by=ward.user(who), **KIND))
    made = [dict.fromkeys(header, "") | line for line in lines]
    if stored is not None:
        [row] = [row for row in rows if row[0] == str(stored.pk)]
        made[0] = dict(zip(header, row, strict=True)) | lines[0]
    content = written([header, *([one[title] for title in header] for one in made)])
    return preview_import(by=ward.user(who), file_name="t.xlsx", content=content, **KIND)


def test_a_new_line_ends_the_one_that_held_and_moves_what_is_not_decided(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    world.file_own(ward, one, "vice")
    old = Competence.objects.get(kind="party_member")
    heads = new_line(**{"Vai trò": "người đứng đầu", "Mã tổ chức đảng quyết định": "DB", "Ngày cuối": "31/12/2025"})
    batch = sent(ward, new_line(), heads)
    assert (stored_problems(batch), stored_counts(batch)["created"]) == ([], 2)
    assert "dòng đang dùng, Ban Thường vụ Đảng ủy Phường Một, hết ngày 30/11/2025" in batch.problems
    apply_import(by=ward.user("officer"), at=AT, batch_id=batch.pk)
    old.refresh_from_db()
    made = Competence.objects.get(kind="party_member", role="", end=None)
    assert (old.end, made.body, made.above, made.recorded_by) == (
        made.start, "Ban Thường vụ Thành ủy", True, ward.user("officer")
    )  # fmt: skip
    assert Assessment.objects.get(subject=one).competence == made
    assert Competence.objects.get(role="head").party == ward.party["ward"]
    assert stored_counts(sent(ward, new_line(), heads))["unchanged"] == 2, "the same lines again are there already"


def test_a_line_that_stands_gets_its_last_day_once(ward: Ward) -> None:
    old = Competence.objects.get(kind="leader")
    batch = sent(ward, {"Ngày cuối": "31/12/2025"}, stored=old)
    assert stored_counts(batch)["changed"] == 1
    apply_import(by=ward.user("officer"), at=AT, batch_id=batch.pk)
    old.refresh_from_db()
    assert f"{last_day(old.end):%d/%m/%Y}" == "31/12/2025"
    assert "không sửa" in stored_problems(sent(ward, {"Ngày cuối": "15/12/2025"}, stored=old))[0].message


def test_what_the_page_refuses_the_file_refuses_by_row(ward: Ward) -> None:
    old = Competence.objects.get(kind="leader")
    for cells, words in (
        ({"Mã đơn vị": "KHAC"}, "trong phạm vi ông/bà phụ trách"),
        ({"Mã tổ chức đảng quyết định": "KHAC"}, "Không có tổ chức đảng mã"),
        ({"Mã tổ chức đảng quyết định": "DB", "Mã đơn vị quyết định": "P1"}, "Hãy chọn một"),
        ({"Từ ngày": "01/07/2025"}, "Đã có dòng phân cấp như vậy từ ngày 01/07/2025"),
        ({"Ngày cuối": "30/11/2025"}, "trước ngày bắt đầu"),
        ({"Loại đối tượng": "cán bộ xã"}, "Hãy ghi một trong"),
        ({"Văn bản": ""}, "ô để trống"),
    ):
        assert words in stored_problems(sent(ward, new_line(**cells)))[0].message
    for cells, words in (
        ({"Cấp quyết định": "Nơi khác"}, "không sửa ở đây"),
        ({"Mã tổ chức đảng quyết định": ""}, "không sửa ở đây"),
        ({"Ngày cuối": "30/06/2025"}, "trước ngày bắt đầu"),
        ({"Số": "999999"}, "không có trong bảng này"),
    ):
        assert words in stored_problems(sent(ward, cells, stored=old))[0].message
    reader = sent(ward, {"Ngày cuối": "31/12/2025"}, stored=old, who="chair")
    assert "không trong phạm vi" in stored_problems(reader)[0].message, "who decides reads the list and writes none"


def test_a_line_written_since_the_preview_stops_the_file(ward: Ward) -> None:
    old = Competence.objects.get(kind="leader")
    batch = sent(ward, {"Ngày cuối": "31/12/2025"}, stored=old)
    competent(ward, "agency")
    actions.end_competence(competence_id=old.pk, last=AT.date(), by=ward.user("second"), at=AT)
    with pytest.raises(Conflict):
        apply_import(by=ward.user("officer"), at=AT, batch_id=batch.pk)


def undone(ward: Ward, batch: Any, who: str = "officer") -> Any:
    return preview_undo(by=ward.user(who), at=AT, batch_id=batch.pk)


def test_an_import_is_taken_back_and_what_is_not_decided_follows_the_old_body(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    world.file_own(ward, one, "vice")
    old = Competence.objects.get(kind="party_member")
    officer = ward.user("officer")
    batch = apply_import(by=officer, at=AT, batch_id=sent(ward, new_line()).pk)
    with pytest.raises(NotYours):
        undone(ward, batch, "second")
    first, again = undone(ward, batch), undone(ward, batch)
    texts = [effect.text for effect in stored_effects(first)]
    assert any("bỏ dòng đã thêm" in text for text in texts)
    assert any("Ngày cuối: 30/11/2025 → trống" in text for text in texts)
    added = next(e.row for e in stored_effects(first) if e.outcome == "ended")
    with pytest.raises(Refusal, match="đã có dòng phân cấp như vậy từ 01/12/2025"):
        apply_import(by=officer, at=AT, batch_id=first.pk, skip=frozenset({added}))
    apply_import(by=officer, at=AT, batch_id=first.pk)
    old.refresh_from_db()
    assert (old.end, Competence.objects.filter(kind="party_member").count()) == (None, 1)
    assert Assessment.objects.get(subject=one).competence == old
    with pytest.raises(Conflict):
        apply_import(by=officer, at=AT, batch_id=again.pk)
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        undone(ward, batch)
    kinds = {"conclusions.competence", "conclusions.assessment"}
    assert not kinds & {problem.kind for problem in verify().problems if "khác" in problem.message}


def test_a_line_by_which_somebody_decided_or_that_was_ended_since_stays(ward: Ward) -> None:
    officer = ward.user("officer")
    heads = new_line(**{"Vai trò": "người đứng đầu"})
    batch = apply_import(by=officer, at=AT, batch_id=sent(ward, new_line(), heads).pk)
    made = Competence.objects.get(kind="party_member", role="", end=None)
    head = Competence.objects.get(kind="party_member", role="head")
    actions.end_competence(competence_id=head.pk, last=AT.date().replace(year=2027), by=officer, at=AT)
    one = ward.subject("party_member", "Lê Phó Một")
    world.file_own(ward, one, "vice")
    with outside_actions():
        Assessment.objects.filter(subject=one).update(state="decided", competence=made)
    found = undone(ward, batch)
    said = " ".join(effect.text for effect in stored_effects(found))
    assert stored_counts(found)["conflict"] == 3
    assert "đã quyết định xếp loại theo dòng này (Lê Phó Một)" in said
    assert "đã có dòng phân cấp như vậy từ 01/12/2025 (Ban Thường vụ Thành ủy)" in said, "the old one would overlap"
    assert "đã làm tiếp hoặc sửa từ khi nhập (Ngày cuối: khi nhập “”, nay “" in said
