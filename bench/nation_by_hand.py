"""The floor: the same year written by hand in NumPy for this one rulebook and overlay, and nothing else.

Levels 0 excellent … 3 incomplete; kind 0 rated, 1 not rated, 2 needs a decision.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from bench.nation import COMMON, FLAGS, TARGETS, Columns, Year

Levels = tuple[npt.NDArray[np.int8], npt.NDArray[np.int8], npt.NDArray[Any]]


def _rate(scheme: str, given: Columns, collective: npt.NDArray[np.int8] | None, roles: npt.NDArray[np.int8]) -> Levels:
    tasks = "led" if scheme == "leader" else "tasks"
    score = given["marks.general"] + given["marks.results"]
    assigned, done, late = (given[f"{tasks}.{key}"] for key in ("assigned", "done", "late"))
    whole = done == assigned
    clean = whole & (late == 0) & (given[f"{tasks}.failing"] == 0)
    fixed = given["defects.fixed"] == given["defects.total"]
    best = (score >= 9000) & (10 * given[f"{tasks}.above"] >= 3 * assigned) & fixed
    best &= whole if scheme == "leader" else clean
    good = (score >= 7000) & (score < 9000) & clean
    enough = (score >= 5000) & (score < 7000) & whole & (5 * late <= assigned)
    level = np.select([best, good, enough, score < 5000], [0, 1, 2, 3], -1).astype(np.int8)
    fires = 100 * done < (50 if scheme == "member" else 70) * assigned
    for flag in FLAGS[scheme][: 2 if scheme == "collective" else 1]:
        fires |= given[f"facts.{flag}"] == 1
    if scheme == "member":
        fires |= (given["facts.forbidden_acts"] == 1) | (given["facts.example_breached"] == 1)
    else:
        for flag in TARGETS:
            fires |= given[f"facts.{flag}"] == 1
    if scheme == "leader":
        fires |= (given["facts.subordinate_corruption"] == 1) & (given["facts.subordinate_disciplined"] == 1)
    weighed = (given[f"facts.{COMMON[0]}"] == 1) | (given[f"facts.{COMMON[1]}"] == 1)
    level = np.where(fires & ~weighed, 3, level).astype(np.int8)
    open_still = ((level < 0) & ~(fires & ~weighed)) | (fires & weighed & (level != 3))
    if collective is not None:
        head = roles == 1
        known = collective >= 0
        level = np.where(head & known & (level >= 0), np.maximum(level, collective), level).astype(np.int8)
        open_still |= head & ~known & (level != 3)
        open_still &= ~(head & known & (collective == 3))
        level = np.where(head & known & (collective == 3), 3, level).astype(np.int8)
    kind = np.where(open_still, 2, 0).astype(np.int8)
    if scheme == "member":
        out = (given["facts.excused"] == 1) | (given["facts.suspended"] == 1) | (given["time.months_member"] < 600)
        kind[out] = 1
    return kind, np.where(kind == 0, level, -1).astype(np.int8), score


def _cells(level: npt.NDArray[np.int8], groups: npt.NDArray[np.int32]) -> tuple[Any, Any, Any, Any]:
    cells = int(groups[-1]) + 1
    best = np.bincount(groups[level == 0], minlength=cells)
    base = np.bincount(groups[level == 1], minlength=cells)
    places = base * 20 // 100
    return best, base, places, np.where(best > places, (best + base) // 6, places)


def rate(given: Year) -> tuple[dict[str, Levels], dict[str, tuple[Any, Any, Any, Any]]]:
    """Levels by scheme, the collectives first; and by scheme the cells of the quota: held, base, places, stable."""
    levels = {"collective": _rate("collective", given.columns["collective"], None, given.roles["collective"])}
    above = levels["collective"][1][given.collective]
    levels["leader"] = _rate("leader", given.columns["leader"], above, given.roles["leader"])
    levels["member"] = _rate("member", given.columns["member"], None, given.roles["member"])
    return levels, {name: _cells(levels[name][1], given.groups[name]) for name in levels}
