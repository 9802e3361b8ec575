"""Counting by the frozen rule. Integers and fractions; every share names what it is a share of.

A line is valid where the number of options marked lies between its `least` and `most`: (1, 1) is a single choice,
(0, k) at most k, (k, k) exactly k. Under `invalid: "line"` each line stands by itself and a slip is
invalid where none of its lines is valid; under `"slip"` one invalid line makes the whole slip invalid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Marks = Sequence[Sequence[int]]

BASES = {
    "summoned": "số người được triệu tập",
    "present": "số người có mặt",
    "issued": "số phiếu phát ra",
    "returned": "số phiếu thu về",
    "valid": "số phiếu hợp lệ của dòng",
}


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `of` is a key of BASES."""

    part: int
    whole: int
    of: str

    @property
    def fraction(self) -> Fraction | None:
        """Exact; None where there is nothing to be a share of."""
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def text(self) -> str:
        """Two decimals, half up, with the base named.

        >>> Share(2, 3, "valid").text
        '66,67 % số phiếu hợp lệ của dòng (2/3)'
        """
        if not self.whole:
            return f"không tính được: {BASES[self.of]} bằng 0"
        hundredths = (2 * 10_000 * self.part + self.whole) // (2 * self.whole)
        return f"{hundredths // 100},{hundredths % 100:02d} % {BASES[self.of]} ({self.part}/{self.whole})"


def line_valid(line: Mapping[str, Any], marked: Sequence[int]) -> bool:
    """Whether so many options may be marked on the line."""
    least: int = line["least"]
    most: int = line["most"]
    return least <= len(set(marked)) <= most


def slip_lines(ballot: Mapping[str, Any], marks: Marks | None) -> list[bool]:
    """For each line of one slip whether it counts; `marks` is None for a slip that cannot be read."""
    lines = ballot["lines"]
    if marks is None:
        return [False] * len(lines)
    each = [line_valid(line, marked) for line, marked in zip(lines, marks, strict=True)]
    return each if ballot["invalid"] == "line" or all(each) else [False] * len(lines)


def count(ballot: Mapping[str, Any], slips: Sequence[Marks | None]) -> dict[str, Any]:
    """Slips and lines, valid and invalid, and for each option of each line how many valid lines mark it."""
    lines = ballot["lines"]
    valid_slips = 0
    valid = [0] * len(lines)
    counts = [[0] * len(line["options"]) for line in lines]
    for marks in slips:
        counted = slip_lines(ballot, marks)
        valid_slips += any(counted)
        for number, holds in enumerate(counted):
            if holds and marks is not None:
                valid[number] += 1
                for option in set(marks[number]):
                    counts[number][option] += 1
    return {
        "valid": valid_slips,
        "invalid": len(slips) - valid_slips,
        "lines": [
            {"valid": good, "invalid": len(slips) - good, "counts": each}
            for good, each in zip(valid, counts, strict=True)
        ],
    }


def bases_of(board: Mapping[str, Any], line: int) -> dict[str, int]:
    """Every base a share of this line may be taken of."""
    return {
        "summoned": board["ballot"]["summoned"],
        "present": board["present"],
        "issued": board["issued"],
        "returned": board["returned"],
        "valid": board["result"]["lines"][line]["valid"],
    }


def quorum_met(ballot: Mapping[str, Any], present: int) -> bool:
    """Whether enough of those summoned are present, by cross-multiplication."""
    part, whole = ballot["quorum"]
    return bool(present * whole >= part * ballot["summoned"])


def passes(ballot: Mapping[str, Any], votes: int, bases: Mapping[str, int]) -> bool | None:
    """Whether so many votes reach the frozen majority; None where none was frozen or its base is empty."""
    rule = ballot["majority"]
    if rule is None or not bases[rule["of"]]:
        return None
    part, whole = rule["ratio"]
    needed = part * bases[rule["of"]]
    return bool(votes * whole > needed) if rule["over"] else bool(votes * whole >= needed)
