"""The life of a unit's sheet as one table, and what tasks count as. Pure."""

from collections.abc import Iterable
from typing import Protocol

from thuocdo.kernel.states import Machine, Transition

DRAFTING, SUBMITTED, UNDER_REVIEW = "drafting", "submitted", "under_review"
RETURNED, PROPOSED, DECIDED = "returned", "proposed", "decided"
WITH_UNIT = (DRAFTING, RETURNED)
UNDECIDED = (*WITH_UNIT, SUBMITTED, UNDER_REVIEW, PROPOSED)

MACHINE = Machine(
    {
        DRAFTING: "đơn vị đang lập",
        SUBMITTED: "đã nộp",
        UNDER_REVIEW: "cấp đánh giá đang xem xét",
        RETURNED: "trả lại để bổ sung",
        PROPOSED: "đã đề xuất mức, chờ quyết định",
        DECIDED: "đã quyết định",
    },
    [
        Transition("submit", WITH_UNIT, SUBMITTED, "unit", "Nộp phiếu của đơn vị"),
        Transition("withdraw", (SUBMITTED,), DRAFTING, "unit", "Rút lại phiếu"),
        Transition("open", (SUBMITTED,), UNDER_REVIEW, "authority", "Mở phiếu để xem xét"),
        Transition("return", (UNDER_REVIEW,), RETURNED, "authority", "Trả lại để bổ sung"),
        Transition("propose", (UNDER_REVIEW,), PROPOSED, "authority", "Đề xuất mức"),
        Transition("send_back", (PROPOSED,), UNDER_REVIEW, "decider", "Yêu cầu xem xét lại đề xuất"),
        Transition("decide", (PROPOSED,), DECIDED, "decider", "Quyết định mức"),
        Transition("keep", UNDECIDED, DECIDED, "decider", "Khóa lại, giữ kết quả"),
        Transition("reconsider", (DECIDED,), UNDER_REVIEW, "decider", "Xem xét lại để ra kết quả thay thế"),
    ],
)

COUNTED = ("assigned", "done", "late", "failing", "above")


class Counting(Protocol):
    """What counting asks of a task: the dates of the unit's report, or the authority's judgement."""

    judged: bool
    done: bool
    late: bool
    failing: bool
    above: bool

    @property
    def reported(self) -> tuple[bool, bool, bool]:
        """Done, done after the deadline, exceeding, as the unit reports."""


def counts(tasks: Iterable[Counting], *, as_judged: bool) -> dict[str, int]:
    """Number of tasks assigned, done, late, failing and exceeding: by the unit's reports, or as the authority judged
    (where it judged). Late are those done after the deadline; what is not done is missing from `done`."""
    found = dict.fromkeys(COUNTED, 0)
    for task in tasks:
        done, late, above = task.reported
        failing = False
        if as_judged and task.judged:
            done, late, failing, above = task.done, task.late, task.failing, task.above
        for name, holds in zip(COUNTED, (True, done, late, failing, above), strict=True):
            found[name] += int(holds)
    return found
