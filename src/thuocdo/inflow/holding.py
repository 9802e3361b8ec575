"""What a source does not write over, because somebody here reported, proved or claimed something on the task."""

from collections.abc import Mapping
from typing import Any

from thuocdo.inflow import rules
from thuocdo.inflow.models import SourceItem
from thuocdo.inflow.values import REPORTED, values_of
from thuocdo.work.models import Task
from thuocdo.work.rules import IN_THE_TOTAL, REPORT_STANDS, STAYS_IN_TOTAL, excused_stand

THE_DOERS = {*REPORTED, "person", "month"}
"""What only its doer changes of a task that was handed back: what was reported, and whose it is."""
ANOTHERS = (
    "Nguồn chuyển việc này cho người khác, nhưng ở đây người đang làm đã báo cáo, nộp minh chứng hoặc nêu nguyên nhân; "
    "phần đó không tính cho người khác được. Hãy giữ bản ở đây; phần còn lại thì giao người mới một việc riêng."
)
ANOTHER_MONTH = (
    "Nguồn chuyển việc này sang tháng khác, nhưng ở đây người làm đã báo cáo, nộp minh chứng hoặc nêu nguyên nhân "
    "trong tháng đang ghi. Hãy chọn giữ bản nào."
)


def held(item: SourceItem, task: Task, write: Mapping[str, Any], *, forced: bool, proved: bool) -> tuple[str, str]:
    """Code and sentence of why a source does not write these on the task; empty where it does.

    `forced`: a person chose the source's version. `proved`: proofs, claims or questions hang on the task. Work that was
    done is never another person's; to another month of the same doer it goes where a person chose so.
    """
    names = set(write)
    if task.handed_back and task.stays_in_total and names & set(IN_THE_TOTAL):
        return "handed_back", STAYS_IN_TOTAL
    if task.handed_back and names & THE_DOERS:
        return "handed_back", REPORT_STANDS
    if excused := excused_stand(write.get("late", task.late), task.late_excused):
        return "excused", excused
    done = done_here(item, task, proved=proved)
    if done and "person" in names:
        return "doers_own", ANOTHERS
    if done and "month" in names and not forced:
        return "changed_here", ANOTHER_MONTH
    return "", ""


def done_here(item: SourceItem, task: Task, *, proved: bool) -> bool:
    """Whether somebody here reported, proved, claimed or was asked something on the task."""
    return proved or bool(REPORTED & set(rules.touched(item.applied, values_of(task))))
