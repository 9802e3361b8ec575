"""What follows from the meetings of a year that were scored and recognised. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from thuocdo.engine.schemes.reviewing import Scoring


@dataclass(frozen=True)
class Counted:
    """Of `every` meeting that the text counts: how many were written down, how many of these scored, and of these how
    many the superior recognised or refused."""

    every: int
    written: int
    scored: int
    recognised: int
    refused: int


def counted(rule: Scoring, states: Iterable[tuple[bool, bool | None]]) -> Counted:
    """`states`: of each meeting written down whether it was scored, and whether it was recognised (None: not said)."""
    rows = list(states)
    return Counted(
        len(rule.places),
        len(rows),
        sum(could for could, _ in rows),
        sum(could and said is True for could, said in rows),
        sum(could and said is False for could, said in rows),
    )


def facts_from(rule: Scoring, got: Counted) -> tuple[dict[str, bool], str]:
    """The facts that are certain under every reading of the text, and the question that stays.

    What was read says “suốt 12 tháng” and no number between: all meetings, or none, is certain; anything else is for
    the authority to decide.
    """
    if not got.written:
        return {}, "Chưa ghi kỳ tự chấm điểm nào của tổ chức đảng này trong năm."
    facts = {}
    if got.scored == got.every:
        facts[rule.not_scored] = False
    elif got.written == got.every and not got.scored:
        facts[rule.not_scored] = True
    if got.recognised == got.every:
        facts[rule.not_recognised] = False
    elif got.written == got.every and not got.recognised and got.refused == got.scored:
        facts[rule.not_recognised] = True
    if len(facts) == len({rule.not_scored, rule.not_recognised}):
        return facts, ""
    return facts, (
        f"Tự chấm điểm {got.scored}/{got.every} kỳ, cấp trên công nhận {got.recognised}/{got.every} kỳ. Nguồn chỉ nói "
        "“không tự chấm được”, “không được công nhận suốt 12 tháng”, không nói thiếu mấy kỳ thì không xếp loại: cấp có "
        "thẩm quyền quyết định, ghi lý do."
    )
