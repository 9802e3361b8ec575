"""What the year's sheet takes over of the months' tasks fits itself."""

from datetime import date

from thuocdo.appraisals.year_sources import TaskLine, _counts

MARCH = date(2026, 3, 1)


def test_a_task_that_is_late_and_not_done_is_not_done_late() -> None:
    tasks = [
        TaskLine("1", "Xong đúng hạn", MARCH, done=True, late=False, failing=False, judged=True),
        TaskLine("2", "Xong chậm", MARCH, done=True, late=True, failing=True, judged=True),
        TaskLine("3", "Chưa xong, đã quá hạn", MARCH, done=False, late=True, failing=True, judged=True),
    ]
    assert _counts(tasks) == {"tasks.assigned": 3, "tasks.done": 2, "tasks.late": 1, "tasks.failing": 2}
