"""The list of units as XLSX: any order of rows, bounded by the officer's scope, loops refused, idempotent."""

from datetime import date

import pytest

from tests.integration.intake.files import cells_of, written
from tests.integration.organisation.ward import SINCE, Ward, xlsx
from thuocdo.audit.models import Event
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Unit, UnitLink
from thuocdo.organisation.queries import agency_of, descendants, managing_unit_of

pytestmark = pytest.mark.django_db
HEADER = ["Mã đơn vị", "Tên đơn vị", "Loại", "Mã đơn vị cấp trên", "Mã cơ quan quản lý công chức", "Thứ tự",
          "Từ ngày", "Đến ngày"]


def row(code, parent, name="Đơn vị mẫu", kind="cơ quan sử dụng", manager="", order="", start="01/07/2025",
        last=""):
    return [code, name, kind, parent, manager, order, start, last]


def preview(ward: Ward, at, rows, header=HEADER) -> ImportBatch:
    return preview_import(by=ward.officer, at=at, kind="units", scope="P1", file_name="don-vi.xlsx",
                          content=xlsx(header, rows))


def applied(ward: Ward, at, rows) -> ImportBatch:
    return apply_import(by=ward.officer, at=at, batch_id=preview(ward, at, rows).pk)


def problems(ward: Ward, at, rows, header=HEADER) -> list[tuple[int, str, str]]:
    before = Unit.objects.count()
    batch = preview(ward, at, rows, header)
    assert batch.state == "refused"
    assert Unit.objects.count() == before
    return [(p.row, p.column, p.message) for p in stored_problems(batch)]


NEW = [
    row("P1-TT-A", "P1-TT", "Tổ A", "đơn vị trực tiếp sử dụng", order="2"),
    row("P1-TT", "P1", "Trung tâm phục vụ", "Cơ quan sử dụng", manager="P1-UB", order="7"),
    row("P1-KV", "P1", "Khu vực Một", "địa bàn", last="31/12/2026"),
]


def test_parents_may_stand_in_any_row_and_all_is_one_event(ward, at):
    units, events = Unit.objects.count(), Event.objects.count()
    batch = preview(ward, at, NEW)
    assert (stored_counts(batch)["created"], Unit.objects.count()) == (3, units)
    assert "đơn vị mới: Tổ A (P1-TT-A), đơn vị trực tiếp sử dụng" in stored_effects(batch)[0].text

    apply_import(by=ward.officer, at=at, batch_id=batch.pk)

    assert Event.objects.count() == events + 2
    made = {u.code: u for u in Unit.objects.filter(code__in=["P1-TT-A", "P1-TT", "P1-KV"])}
    assert (made["P1-TT"].order, made["P1-KV"].end, made["P1-TT"].start) == (7, date(2027, 1, 1), SINCE)
    assert agency_of(made["P1-TT-A"], at.date()) == made["P1-TT"]
    assert managing_unit_of(made["P1-TT-A"], at.date()) == ward.units["P1-UB"]
    assert {u.pk for u in made.values()} <= descendants(ward.units["P1"], at.date())


def test_the_same_file_again_changes_nothing(ward, at):
    applied(ward, at, NEW)
    before = (Unit.objects.count(), UnitLink.objects.count())
    again = preview(ward, at, NEW)
    counts = stored_counts(again)
    assert (counts["created"], counts["changed"], counts["unchanged"]) == (0, 0, 3)
    apply_import(by=ward.officer, at=at, batch_id=again.pk)
    assert (Unit.objects.count(), UnitLink.objects.count()) == before


def test_a_unit_that_moves_keeps_its_past_place(ward, at):
    moved = [row("P1-VP", "P1-DU", "Văn phòng phường Một", "đơn vị trực tiếp sử dụng", start="01/03/2026")]
    batch = applied(ward, at, moved)
    assert "Đơn vị cấp trên: P1-UB → P1-DU, từ 01/03/2026" in stored_effects(batch)[0].text
    assert agency_of(ward.units["P1-VP"], date(2026, 2, 28)) == ward.units["P1-UB"]
    assert agency_of(ward.units["P1-VP"], date(2026, 3, 1)) == ward.units["P1-DU"]
    assert stored_counts(preview(ward, at, moved))["unchanged"] == 1


def test_a_place_of_the_same_day_is_put_right_and_columns_left_out_stay(ward, at):
    header = ["Mã đơn vị", "Tên đơn vị", "Loại", "Mã đơn vị cấp trên", "Từ ngày"]
    fixed = [["P1-VP", "Văn phòng Đảng ủy", "cơ quan sử dụng", "P1-DU", "01/07/2025"]]
    apply_import(by=ward.officer, at=at, batch_id=preview(ward, at, fixed, header).pk)
    assert UnitLink.objects.get(child=ward.units["P1-VP"]).parent == ward.units["P1-DU"]
    assert Unit.objects.get(code="P1-VP").name == "Văn phòng Đảng ủy"
    assert stored_counts(preview(ward, at, fixed, header))["unchanged"] == 1


def test_the_officer_may_describe_the_own_unit_but_not_move_or_end_it(ward, at):
    applied(ward, at, [row("P1", "", "Phường Một (mới)", "địa bàn")])
    assert Unit.objects.get(code="P1").name == "Phường Một (mới)"
    found = problems(ward, at, [row("P1", "P1-UB", "Phường Một", "địa bàn", last="31/12/2026")])
    assert [column for _, column, _ in found] == ["Mã đơn vị cấp trên", "Đến ngày"]


@pytest.mark.parametrize(("rows", "at_row", "column", "words"), [
    ([row("P1-A", "P1-KHONG")], 2, "Mã đơn vị cấp trên", "Không có đơn vị mã “P1-KHONG”"),
    ([row("P1-A", "P1-V")], 2, "Mã đơn vị cấp trên", "Có phải “P1-VP”?"),
    ([row("P1-A", "P2-UB")], 2, "Mã đơn vị cấp trên", "trong phạm vi"),
    ([row("P2-UB", "P1")], 2, "Mã đơn vị", "ngoài phạm vi"),
    ([row("P1-A", "")], 2, "Mã đơn vị cấp trên", "Chưa ghi đơn vị cấp trên"),
    ([row("P1-A", "P1"), row("p1-a", "P1")], 3, "Mã đơn vị", "trùng với dòng 2"),
    ([row("P1-A", "P1-B"), row("P1-B", "P1-A")], 2, "Mã đơn vị cấp trên", "thành vòng"),
    ([row("P1-A", "P1-A")], 2, "Mã đơn vị cấp trên", "thành vòng"),
    ([row("P1-UB", "P1-VP", start="01/09/2025")], 2, "Mã đơn vị cấp trên", "thành vòng"),
    ([row("P1-A", "P1", manager="P1-X")], 2, "Mã cơ quan quản lý công chức", "Không có đơn vị mã"),
    ([row("P1-A", "P1", manager="P1")], 2, "Mã cơ quan quản lý công chức", "không phải là cơ quan"),
    ([row("P1-A", "P1", kind="phòng")], 2, "Loại", "“đơn vị trực tiếp sử dụng”"),
    ([row("P1-A", "P1", start="31/02/2026")], 2, "Từ ngày", "không có ngày 31/02/2026"),
    ([row("P1-A", "P1", last="01/06/2025")], 2, "Đến ngày", "trước Từ ngày"),
    ([row("P1-VP", "P1-UB", start="01/01/2020")], 2, "Từ ngày", "bắt đầu từ 01/07/2025"),
    ([row("P1-VP", "P1-UB", last="31/01/2026")], 2, "Đến ngày", "vị trí công tác sau ngày này"),
    ([row("P1-DU", "P1", last="31/01/2026"), row("P1-A", "P1-DU")], 2, "Đến ngày", "P1-A còn thuộc"),
])
def test_each_mistake_is_named_by_row_with_the_remedy(ward, at, rows, at_row, column, words):
    found = problems(ward, at, rows)
    assert any((r, c) == (at_row, column) and words in message for r, c, message in found), found


def test_only_the_officer_of_the_scope_may_import(ward, at):
    for user in (ward.stranger, ward.employee):
        with pytest.raises(NotYours):
            preview_import(by=user, at=at, kind="units", scope="P1", file_name="x.xlsx",
                           content=xlsx(HEADER, NEW))


def test_the_number_of_queries_does_not_depend_on_the_rows(ward, at):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (2, 40):
        rows = [row(f"P1-N{size}-{n}", "P1", manager="P1-UB") for n in range(size)]
        batch = preview(ward, at, rows)
        with CaptureQueriesContext(connection) as queries:
            apply_import(by=ward.officer, at=at, batch_id=batch.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_names_go_back_and_a_new_place_is_said_to_stay(ward, at):
    applied(ward, at, NEW)
    rows = cells_of(export_list(by=ward.officer, at=at, kind="units", scope="P1", month=""))
    by_code = {one[0]: one for one in rows[1:]}
    by_code["P1-TT"][1], by_code["P1-TT-A"][3] = "Tên nhầm", "P1-UB"
    by_code["P1-TT-A"][6] = "01/03/2026"
    batch = preview_import(by=ward.officer, at=at, kind="units", scope="P1", file_name="x.xlsx", content=written(rows))
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    back = preview_undo(by=ward.officer, at=at, batch_id=batch.pk)
    said = {e.outcome: e.text for e in stored_effects(back)}
    assert set(said) == {"changed", "conflict"}
    assert "Tên nhầm → Trung tâm phục vụ" in said["changed"]
    apply_import(by=ward.officer, at=at, batch_id=back.pk)
    assert Unit.objects.get(code="P1-TT").name == "Trung tâm phục vụ"
    assert UnitLink.objects.filter(child__code="P1-TT-A", parent__code="P1-UB", tree="structure").exists()
