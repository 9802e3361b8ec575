"""The days of calendars go out as XLSX and come back: nothing edited is nothing changed; edits, new days, refusals."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, build_cast
from tests.integration.intake.files import cells_of, written
from tests.integration.organisation.ward import xlsx
from thuocdo.audit.models import Event
from thuocdo.calendars.actions import set_day
from thuocdo.calendars.models import CalendarDay
from thuocdo.calendars.queries import is_workday
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import NotYours

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 0, tzinfo=timezone(timedelta(hours=7)))
HEADER = ["Mã đơn vị", "Ngày", "Nghỉ hay làm việc", "Tên ngày, lý do", "Văn bản"]
SATURDAY, MONDAY = date(2026, 8, 22), date(2026, 8, 31)


@pytest.fixture
def cast() -> Cast:
    cast = build_cast()
    officer = cast.organisation_officer.user
    for unit, day, kind in ((cast.ward, MONDAY, "off"), (cast.economy, SATURDAY, "working")):
        set_day(unit_id=unit.pk, day=day, kind=kind, reason="Hoán đổi", decision="Số 15/TB", by=officer, at=AT)
    return cast


def preview(cast: Cast, content: bytes) -> ImportBatch:
    return preview_import(
        by=cast.organisation_officer.user, at=AT, kind="calendar", scope=cast.ward.code, file_name="lich.xlsx",
        content=content,
    )  # fmt: skip


def export(cast: Cast) -> bytes:
    return export_list(by=cast.organisation_officer.user, at=AT, kind="calendar", scope=cast.ward.code)


def figures(batch: ImportBatch) -> tuple[int, ...]:
    counts = stored_counts(batch)
    return tuple(counts.get(name, 0) for name in ("created", "changed", "unchanged", "conflict", "problems"))


def test_what_comes_back_unedited_changes_nothing(cast: Cast) -> None:
    content = export(cast)
    assert figures(preview(cast, content)) == (0, 0, 2, 0, 0)
    bare = [row[:-1] for row in cells_of(content)]
    assert bare[0] == HEADER
    assert figures(preview(cast, written(bare))) == (0, 0, 2, 0, 0)
    for scope, by in ((cast.other_ward, cast.organisation_officer), (cast.ward, cast.head)):
        with pytest.raises(NotYours):
            export_list(by=by.user, at=AT, kind="calendar", scope=scope.code)


def test_edits_and_new_days_are_shown_and_applied_as_one_event(cast: Cast) -> None:
    rows = cells_of(export(cast))
    monday = next(row for row in rows[1:] if row[0] == cast.ward.code)
    monday[3] = "Nghỉ bù Quốc khánh"
    rows.append([cast.ward.code, "24/08/2026", "nghỉ", "Nghỉ hoán đổi", "", ""])
    batch = preview(cast, written(rows))
    assert figures(batch) == (1, 1, 1, 0, 0), stored_problems(batch)
    shown = " ".join(effect.text for effect in stored_effects(batch))
    assert "Tên ngày, lý do: Hoán đổi → Nghỉ bù Quốc khánh" in shown
    events = Event.objects.count()
    assert is_workday(cast.economy.pk, date(2026, 8, 24))
    apply_import(by=cast.organisation_officer.user, at=AT, batch_id=batch.pk)
    assert Event.objects.count() == events + 1
    assert not is_workday(cast.economy.pk, date(2026, 8, 24))
    assert CalendarDay.objects.get(unit=cast.ward.pk, day=MONDAY).reason == "Nghỉ bù Quốc khánh"
    assert CalendarDay.objects.get(day=date(2026, 8, 24)).set_by == cast.organisation_officer.user


def test_an_applied_list_is_taken_back_with_the_days_it_added(cast: Cast) -> None:
    rows, officer = cells_of(export(cast)), cast.organisation_officer.user
    next(row for row in rows[1:] if row[0] == cast.ward.code)[3] = "Ghi nhầm"
    rows += [[cast.ward.code, day, "nghỉ", "Ghi nhầm", "", ""] for day in ("24/08/2026", "25/08/2026")]
    batch = preview(cast, written(rows))
    apply_import(by=officer, at=AT, batch_id=batch.pk)
    set_day(unit_id=cast.ward.pk, day=date(2026, 8, 25), kind="off", reason="Có sửa", decision="", by=officer, at=AT)
    back = preview_undo(by=officer, at=AT, batch_id=batch.pk)
    assert [e.outcome for e in stored_effects(back)] == ["changed", "ended", "conflict"]
    events = Event.objects.count()
    apply_import(by=officer, at=AT, batch_id=back.pk)
    assert Event.objects.count() == events + 1
    assert set(CalendarDay.objects.values_list("day", "reason")) == {
        (MONDAY, "Hoán đổi"), (SATURDAY, "Hoán đổi"), (date(2026, 8, 25), "Có sửa"),
    }  # fmt: skip


def test_a_day_changed_since_the_export_is_a_conflict(cast: Cast) -> None:
    rows = cells_of(export(cast))
    officer = cast.organisation_officer.user
    set_day(unit_id=cast.ward.pk, day=MONDAY, kind="off", reason="Khác", decision="", by=officer, at=AT)
    next(row for row in rows[1:] if row[0] == cast.ward.code)[3] = "Của tệp"
    batch = preview(cast, written(rows))
    assert figures(batch) == (0, 0, 1, 1, 0)
    apply_import(by=officer, at=AT, batch_id=batch.pk)
    assert CalendarDay.objects.get(unit=cast.ward.pk, day=MONDAY).reason == "Khác"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["KHONG", "24/08/2026", "nghỉ", "x", ""], "Mã đơn vị", "Không có mã đơn vị"),
        (["", "24/08/2026", "nghỉ", "x", ""], "Mã đơn vị", "trống"),
        (["{ward}", "24/08/2010", "nghỉ", "x", ""], "Ngày", "từ năm 2020"),
        (["{ward}", "24/08/2026", "làm việc (làm bù)", "x", ""], "Ngày", "đã là ngày làm việc"),
        (["{ward}", "24/08/2026", "nửa ngày", "x", ""], "Nghỉ hay làm việc", "Hãy ghi một trong"),
        (["{ward}", "24/08/2026", "nghỉ", "", ""], "Tên ngày, lý do", "trống"),
    ],
)
def test_wrong_rows_name_column_and_remedy(cast: Cast, row: list[str], column: str, words: str) -> None:
    batch = preview(cast, xlsx(HEADER, [[cell.format(ward=cast.ward.code) for cell in row]]))
    (problem,) = stored_problems(batch)
    assert (problem.row, problem.column) == (2, column)
    assert words in problem.message


def test_a_day_twice_is_refused_and_a_swap_in_one_file_is_not(cast: Cast) -> None:
    day = [cast.ward.code, "24/08/2026", "nghỉ", "x", ""]
    assert "đã có ở dòng 2" in stored_problems(preview(cast, xlsx(HEADER, [day, day])))[0].message
    below = [cast.culture.code, "24/08/2026", "làm việc (làm bù)", "Trực", ""]
    assert stored_problems(preview(cast, xlsx(HEADER, [day, below]))) == []
    against_the_ward = [cast.culture.code, "31/08/2026", "làm việc (làm bù)", "Trực", ""]
    assert stored_problems(preview(cast, xlsx(HEADER, [against_the_ward]))) == [], "off by the unit above"


def test_many_rows_cost_no_more_queries(cast: Cast) -> None:
    def counted(days: int) -> int:
        rows = [[cast.ward.code, f"{date(2027, 1, 1) + timedelta(n):%d/%m/%Y}", "nghỉ", "x", ""] for n in range(days)]
        with CaptureQueriesContext(connection) as queries:
            assert figures(preview(cast, xlsx(HEADER, rows))) == (days, 0, 0, 0, 0)
        return len(queries)

    assert counted(2) == counted(90)
