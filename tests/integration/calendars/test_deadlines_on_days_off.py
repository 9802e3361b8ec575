"""Abuse case 36 on the pages: a deadline on a day off is kept as typed, and its name and the next working day said."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.guards import outside_actions
from tests.integration.web.office import ready_cast, set_clock, text_of
from thuocdo.appraisals.models import Sheet
from thuocdo.calendars.actions import set_day
from thuocdo.calendars.queries import days_off
from thuocdo.intake.actions import preview_block
from thuocdo.intake.documents import stored_problems, stored_warnings
from thuocdo.plans.models import WeekItem
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
HERE = timezone(timedelta(hours=7))
SUNDAY = "Chủ nhật, 05/04/2026 là ngày nghỉ cuối tuần; ngày làm việc tiếp theo là thứ Hai, 06/04/2026."
FESTIVAL = "thứ Tư, 08/04/2026 là ngày nghỉ: Giỗ tổ cấp tỉnh; ngày làm việc tiếp theo là thứ Năm, 09/04/2026."


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Cast:
    set_clock(monkeypatch, at)
    made = ready_cast()
    officer = made.organisation_officer.user
    set_day(unit_id=made.ward.pk, day=date(2026, 4, 8), kind="off", reason="Giỗ tổ cấp tỉnh", decision="Số 3/TB",
            by=officer, at=at)  # fmt: skip
    return made


def test_abuse_36_the_shared_question_answers_by_unit_with_one_query(cast: Cast, django_assert_num_queries) -> None:
    above = {cast.economy.pk: [cast.economy.pk, cast.ward.pk], cast.other_ward.pk: [cast.other_ward.pk]}
    asked = [(unit, date(2026, 4, day)) for unit in above for day in (5, 7, 8)]
    asked += [(cast.economy.pk, date(2027, 1, 1)), (cast.economy.pk, date(2101, 1, 1))]
    with django_assert_num_queries(1):
        found = days_off(asked, lambda unit, _: above[unit])
    off = {cast.economy.pk: [date(2026, 4, 5), date(2026, 4, 8), date(2027, 1, 1)],
           cast.other_ward.pk: [date(2026, 4, 5)]}  # fmt: skip
    assert found.keys() == {(unit, day) for unit, days in off.items() for day in days}
    assert f"{found[cast.economy.pk, date(2026, 4, 8)].words()}." == FESTIVAL
    new_year = found[cast.economy.pk, date(2027, 1, 1)]
    assert (new_year.name, new_year.following) == ("Tết Dương lịch", date(2027, 1, 4))
    with django_assert_num_queries(0):
        assert days_off([]) == {}


def test_abuse_36_opening_a_period_and_extending_a_sheet_say_the_day_off(cast: Cast) -> None:
    officer = signed_in(cast.organisation_officer)
    asked = {"root": cast.ward.pk, "kind": "month", "number": 2, "year": 2026, "submit_by": "05/04/2026",
             "submit_by_time": "17:00", "confirm_by": "08/04/2026", "confirm_by_time": "17:00"}  # fmt: skip
    page = text_of(officer.get(reverse("cycle_review"), asked))
    assert f"Hạn nộp phiếu: {SUNDAY}" in page
    assert f"Hạn xác nhận: {FESTIVAL}" in page
    asked |= {"submit_by": "06/04/2026", "confirm_by": "09/04/2026"}
    plain = text_of(officer.get(reverse("cycle_review"), asked))
    assert "ngày nghỉ" not in plain
    sheet = months.sheet_of(months.open_month(cast.ward, cast.organisation_officer), cast.officer_appraised)
    path = reverse("sheet_exception", args=[sheet.pk, "gia-han"])
    sent = {"until": "05/04/2026", "until_time": "16:30", "reason": "Đi công tác dài ngày"}
    said = text_of(officer.post(path, sent, follow=True))
    assert f"Gia hạn đến: {SUNDAY} Hạn vẫn giữ như đã ghi" in said
    assert Sheet.objects.get(pk=sheet.pk).extended_until == datetime(2026, 4, 5, 16, 30, tzinfo=HERE)


def test_abuse_36_task_deadlines_typed_changed_and_proposed_say_the_day_off(cast: Cast) -> None:
    giver = signed_in(cast.task_giver)
    path = reverse("tasks_person", args=[cast.officer_appraised.pk]) + "?thang=4&nam=2026"
    sent = {"title": "Tổng hợp", "coefficient": "1", "assigned": "2", "due_date": "05/04/2026"}
    assert f"Hạn: {SUNDAY}" in text_of(giver.post(path, sent, follow=True))
    task = Task.objects.get(title="Tổng hợp")
    assert task.due_date == date(2026, 4, 5), "kept, never shifted"
    change = reverse("task_change", args=[task.pk])
    changed = giver.post(change, sent | {"due_date": "08/04/2026", "version": task.version}, follow=True)
    assert f"Hạn: {FESTIVAL}" in text_of(changed)
    task.refresh_from_db()
    plain = giver.post(change, sent | {"due_date": "09/04/2026", "version": task.version}, follow=True)
    assert "ngày nghỉ" not in text_of(plain)
    own = signed_in(cast.officer_appraised)
    proposing = reverse("propose_task") + "?thang=4&nam=2026"
    assert f"Hạn: {SUNDAY}" in text_of(own.post(proposing, sent | {"title": "Tự làm"}, follow=True))
    part = own.post(proposing, sent | {"title": "Tự làm nữa"}, headers={"HX-Request": "true"})
    assert f"Hạn: {SUNDAY}" in text_of(part)


def test_abuse_36_plan_rows_pasted_and_changed_say_the_day_off(cast: Cast) -> None:
    own = signed_in(cast.officer_appraised)
    rows = {"week": "2026-03-30", "rows": "Soạn tờ trình\t05/04/2026\tTờ trình\nHọp tổ\t02/04/2026\t"}
    seen = text_of(own.post(reverse("plan_paste"), rows))
    assert (seen.count(f"Hạn: {SUNDAY}"), WeekItem.objects.count()) == (1, 0)
    saved = text_of(own.post(reverse("plan_paste"), rows | {"save": "1"}, follow=True))
    assert saved.count(f"Hạn: {SUNDAY}") == 1
    row = WeekItem.objects.get(text="Họp tổ")
    form = {"text": row.text, "nature": "regular", "due_date": "08/04/2026", "version": row.version}
    page = own.post(reverse("plan_item", args=[row.pk]), form, follow=True)
    assert f"Hạn: {FESTIVAL}" in text_of(page)
    row.refresh_from_db()
    assert row.due_date == date(2026, 4, 8)


def test_abuse_36_a_list_of_tasks_is_warned_once_for_each_day(cast: Cast) -> None:
    with outside_actions():
        Task.objects.all().delete()
    officer = signed_in(cast.organisation_officer)
    titles = "Mã công việc\tMã cán bộ\tTháng\tTên công việc\tHệ số quy đổi\tSố lượng giao\tHạn hoàn thành"
    code = cast.officer_appraised.code
    days = ["05/04/2026", "05/04/2026", "09/04/2026"]
    lines = [f"K{n}\t{code}\t04/2026\tViệc {n}\t1\t1\t{due}" for n, due in enumerate(days)]
    block = "\r\n".join([titles, *lines])
    batch = preview_block(
        by=cast.organisation_officer.user, at=months.OPENED, kind="tasks", scope=cast.ward.code, text=block
    )
    assert stored_problems(batch) == []
    assert [(w.row, w.column, w.value) for w in stored_warnings(batch)] == [(2, "Hạn hoàn thành", "05/04/2026")]
    assert stored_warnings(batch)[0].message == f"{SUNDAY[:-1]} (2 dòng). Hạn giữ như đã ghi."
    assert "(2 dòng). Hạn giữ như đã ghi" in text_of(officer.get(reverse("import_batch", args=[batch.pk])))
