"""The standing measures of the case format: sections of counts that every scheme may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

MEASURES: Mapping[str, tuple[str, ...]] = {
    "tasks": ("assigned", "done", "late", "above", "failing"),
    "led": ("assigned", "done", "late", "above", "failing"),
    "defects": ("total", "fixed"),
    "votes": ("issued", "collected", "valid", "high", "medium", "low", "convened", "present", "total"),
    "time": ("working_days", "worked_days", "months_worked", "months_member"),
}
AbsenceReason = Literal[
    "sick",
    "annual_leave",
    "maternity",
    "part_time_training",
    "full_time_training",
    "unpaid_leave",
    "private_leave",
    "work_accident",
    "summer_break",
    "secondment",
    "suspended",
    "other",
]
ABSENCE_REASONS = frozenset(get_args(AbsenceReason))


def is_measure(name: str, facts: frozenset[str]) -> bool:
    """Whether a measure is a standing one, or `facts.<id>` of the declared facts.

    >>> is_measure("tasks.done", frozenset()), is_measure("facts.x", frozenset())
    (True, False)
    """
    section, _, key = name.partition(".")
    return key in facts if section == "facts" else key in MEASURES.get(section, ())
