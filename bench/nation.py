"""Generated years under the Party's rulebook of 2025: collectives, leaders with a ceiling, members; as arrays.

Whole numbers as the engine's columns want them (marks in hundredths), seeded, every situation in realistic shares.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]
FLAGS = {
    "collective": ("concluded_wrongdoing", "member_degradation"),
    "leader": ("degradation", "subordinate_corruption", "subordinate_disciplined"),
    "member": ("degradation", "forbidden_acts", "example_breached", "excused", "suspended"),
}
COMMON = ("self_remedied", "force_majeure")
TARGETS = ("growth_missed", "revenue_missed", "disbursement_missed", "income_missed", "poverty_missed")


@dataclass(frozen=True)
class Year:
    """Columns by scheme under the names of the case format, and by scheme the roles and the group of each row.

    `collective` (leaders): the row of the collective they belong to.
    """

    columns: dict[str, Columns]
    roles: dict[str, npt.NDArray[np.int8]]
    groups: dict[str, npt.NDArray[np.int32]]
    collective: npt.NDArray[np.int32]

    @property
    def subjects(self) -> int:
        return sum(len(roles) for roles in self.roles.values())


def _columns(rng: np.random.Generator, scheme: str, rows: int) -> Columns:
    tasks = "led" if scheme == "leader" else "tasks"
    assigned = rng.integers(5, 31, rows).astype(np.int32)
    done = assigned - rng.choice([0, 1, 3], size=rows, p=[0.93, 0.05, 0.02]).astype(np.int32)
    good = rng.random(rows) < 0.25
    found: Columns = {
        "marks.general": (3000 - 25 * rng.integers(0, 30, rows)).astype(np.int32),
        "marks.results": (7000 - 25 * rng.integers(0, 90, rows) ** np.where(rng.random(rows) < 0.03, 1, 1)).astype(
            np.int32
        ),
        f"{tasks}.assigned": assigned,
        f"{tasks}.done": done,
        f"{tasks}.late": np.minimum(done, rng.choice([0, 1, 6], size=rows, p=[0.9, 0.08, 0.02])).astype(np.int32),
        f"{tasks}.failing": rng.choice([0, 1], size=rows, p=[0.95, 0.05]).astype(np.int32),
        f"{tasks}.above": np.minimum(done, np.where(good, assigned // 2, rng.integers(0, 5, rows))).astype(np.int32),
        "defects.total": rng.integers(0, 4, rows).astype(np.int32),
    }
    found["defects.fixed"] = found["defects.total"] - ((rng.random(rows) < 0.05) & (found["defects.total"] > 0)).astype(
        np.int32
    )
    for flag in (*FLAGS[scheme], *COMMON):
        found[f"facts.{flag}"] = (rng.random(rows) < 0.004).astype(np.int8)
    if scheme != "member":
        for flag in TARGETS:
            found[f"facts.{flag}"] = (rng.random(rows) < 0.002).astype(np.int8)
    if scheme == "leader":
        found["facts.vote_held"] = np.zeros(rows, dtype=np.int8)
    if scheme == "member":
        found["time.months_member"] = np.where(rng.random(rows) < 0.01, 500, 1200).astype(np.int32)
    return found


def year(people: int, seed: int = 2025) -> Year:
    """One collective for 30 people; 20 % lead, the first of each collective as its head; groups of about 12."""
    rng = np.random.default_rng(seed)
    collectives, leaders = max(people // 30, 1), people // 5
    sizes = {"collective": collectives, "leader": leaders, "member": people - leaders}
    roles = {name: np.zeros(rows, dtype=np.int8) for name, rows in sizes.items()}
    collective = (np.arange(leaders) % collectives).astype(np.int32)
    roles["leader"] = np.where(np.arange(leaders) < collectives, 1, 2).astype(np.int8)
    groups = {name: np.sort(rng.integers(0, max(rows // 12, 1), rows)).astype(np.int32) for name, rows in sizes.items()}
    return Year({name: _columns(rng, name, rows) for name, rows in sizes.items()}, roles, groups, collective)
