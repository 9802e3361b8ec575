from dataclasses import dataclass

import pytest

from thuocdo.collectives.rules import MACHINE, counts
from thuocdo.kernel.errors import Conflict


@dataclass
class Task:
    reported: tuple[bool, bool, bool]
    judged: bool = False
    done: bool = False
    late: bool = False
    failing: bool = False
    above: bool = False


def test_tasks_count_by_report_until_the_authority_judged() -> None:
    tasks = [
        Task((True, False, True)),
        Task((True, True, False)),
        Task((False, False, False)),
        Task((True, False, True), judged=True, done=True, failing=True),
    ]
    assert counts(tasks, as_judged=False) == {"assigned": 4, "done": 3, "late": 1, "failing": 0, "above": 2}
    assert counts(tasks, as_judged=True) == {"assigned": 4, "done": 3, "late": 1, "failing": 1, "above": 1}
    assert counts((), as_judged=True)["assigned"] == 0


def test_a_decided_sheet_moves_only_to_be_reconsidered() -> None:
    assert MACHINE.names_from("decided") == ("reconsider",)
    assert MACHINE.target("send_back", "proposed") == "under_review"
    for step in ("submit", "propose", "decide", "return"):
        with pytest.raises(Conflict):
            MACHINE.target(step, "decided")
