"""Findings about all subjects of a case together: the quota in every agency and similar-task group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from thuocdo.engine.blocks import quota as block
from thuocdo.engine.explain import Writer
from thuocdo.engine.facts import QuotaRaise, SubjectFacts
from thuocdo.engine.outcome import Finding, Outcome, QuotaCell
from thuocdo.engine.plan import Plan
from thuocdo.engine.schema import Quota
from thuocdo.engine.schemes.cells import NOT_COUNTED, without_group
from thuocdo.kernel.exact import exact_vi, full_vi, scaled

Cell = tuple[str, str | None]
Rank = tuple[int, Fraction, tuple[str, ...]]  # first place, exact score, everybody with that score
UNNAMED = "chưa ghi cơ quan"


def quota_cells(
    plan: Plan,
    subjects: Sequence[SubjectFacts],
    outcomes: Mapping[str, Outcome],
    raises: Sequence[QuotaRaise],
) -> tuple[QuotaCell, ...]:
    """Every quota of the rulebook in every scope, for subjects that this rulebook rates in a year."""
    return tuple(
        cell for rule in plan.rulebook.book.quotas for cell in _cells(plan, rule, subjects, outcomes, raises)
    )


def _cells(
    plan: Plan,
    rule: Quota,
    subjects: Sequence[SubjectFacts],
    outcomes: Mapping[str, Outcome],
    raises: Sequence[QuotaRaise],
) -> list[QuotaCell]:
    members: dict[Cell, list[SubjectFacts]] = {}
    for subject in subjects:
        if outcomes[subject.id].kind == "not_rated":
            continue
        if "agency" in rule.scopes:
            members.setdefault((subject.agency or "", None), []).append(subject)
        if "group" in rule.scopes and subject.group is not None:
            members.setdefault((subject.agency or "", subject.group), []).append(subject)
    if not members:
        return []
    own = sorted((item for item in raises if item.side in (None, "staff")), key=lambda item: item.side is not None)
    raised = {(item.agency, item.group): item for item in own}
    cells = list(members)
    rates = np.array([_rate(rule, cell, raised) for cell in cells], dtype=np.int64)
    rows = [(number, outcomes[s.id].level) for number, cell in enumerate(cells) for s in members[cell]]
    levels = np.array(
        [plan.codes.index(level) if level else len(plan.codes) for _, level in rows], dtype=np.int8
    )
    counted = block.apply(
        np.array([number for number, _ in rows], dtype=np.int64),
        levels,
        limited=plan.codes.index(rule.level),
        base=plan.codes.index(rule.base),
        rates=rates,
    )
    return [
        _cell(
            plan,
            rule,
            cell,
            members[cell],
            outcomes,
            raised,
            int(rates[n]),
            tuple(
                int(column[n]) for column in (counted.at_level, counted.base, counted.places, counted.stable)
            ),
        )
        for n, cell in enumerate(cells)
    ]


def _decided(rule: Quota, cell: Cell, raised: Mapping[Cell, QuotaRaise]) -> QuotaRaise | None:
    """The decision by which the higher rate applies: of the group itself, else of its whole agency."""
    return (raised.get(cell) or raised.get((cell[0], None))) if rule.raised is not None else None


def _rate(rule: Quota, cell: Cell, raised: Mapping[Cell, QuotaRaise]) -> int:
    higher = _decided(rule, cell, raised) is not None
    return scaled(rule.raised.percent if higher and rule.raised else rule.percent)


def _cell(
    plan: Plan,
    rule: Quota,
    cell: Cell,
    members: Sequence[SubjectFacts],
    outcomes: Mapping[str, Outcome],
    raised: Mapping[Cell, QuotaRaise],
    rate: int,
    counts: tuple[int, ...],
) -> QuotaCell:
    at_level, base, places, stable = counts
    ranks = _ranked({s.id: outcomes[s.id].score for s in members if outcomes[s.id].level == rule.level})
    candidates = [one for _, _, tied in ranks for one in tied]
    undecided = tuple(s.id for s in members if outcomes[s.id].kind == "needs_decision")
    decision = _decided(rule, cell, raised)
    finding = _finding(
        plan,
        rule,
        cell,
        Fraction(rate, 100),
        (at_level, base, places, stable),
        ranks,
        undecided,
        decision,
        without_group(members, members, NOT_COUNTED) if cell[1] is None and "group" in rule.scopes else "",
    )
    return QuotaCell(
        rule.id,
        cell[0],
        cell[1],
        Fraction(rate, 100),
        base,
        at_level,
        places,
        stable,
        tuple(candidates),
        undecided,
        at_level > places,
        finding,
    )


def _ranked(scores: Mapping[str, Fraction | None]) -> list[Rank]:
    """Candidates by exact score, the highest first; equal scores share a rank and keep the order of the file."""
    tied: dict[Fraction, list[str]] = {}
    for one, score in scores.items():
        tied.setdefault(score or Fraction(0), []).append(one)
    ranks: list[Rank] = []
    for score in sorted(tied, reverse=True):
        ranks.append((1 + sum(len(ids) for _, _, ids in ranks), score, tuple(tied[score])))
    return ranks


def _places(rank: Rank) -> str:
    first, _, tied = rank
    return str(first) if len(tied) == 1 else f"{first}–{first + len(tied) - 1}"


def _rank_text(rank: Rank) -> str:
    _, score, tied = rank
    together = f" ({len(tied)} người bằng điểm)" if len(tied) > 1 else ""
    return f"{_places(rank)}. {', '.join(tied)}{together}: {full_vi(score)} điểm"


def _finding(
    plan: Plan,
    rule: Quota,
    cell: Cell,
    percent: Fraction,
    counts: tuple[int, int, int, int],
    ranks: Sequence[Rank],
    undecided: Sequence[str],
    decision: QuotaRaise | None,
    note: str,
) -> Finding:
    at_level, base, places, stable = counts
    top, below = plan.rulebook.level(rule.level).label, plan.rulebook.level(rule.base).label
    where = f"Cơ quan {cell[0] or UNNAMED}" + (f", nhóm {cell[1]}" if cell[1] else "")
    sentence = (
        f"{where}: {base} người {below}, được tối đa {places} người {top} "
        f"({exact_vi(percent)}% của {base}, lấy phần nguyên); đang có {at_level} người."
    )
    if decision is not None:
        sentence += f" Áp dụng {exact_vi(percent)}% theo quyết định của {decision.by}: {decision.reason}."
    if at_level > places:
        sentence += (
            f" Vượt {at_level - places}; nếu người vượt chuyển sang {below} thì số người {top} "
            f"giữ được là {stable}."
        )
    if ranks:
        listed = "; ".join(_rank_text(rank) for rank in ranks)
        sentence += f" Xếp theo điểm chính xác, từ cao xuống: {listed}."
    if at_level > places or any(len(tied) > 1 for _, _, tied in ranks):
        sentence += (
            " Nghị định không nêu cách chọn người, kể cả giữa những người bằng điểm; "
            "cấp có thẩm quyền quyết định."
        )
    if undecided:
        sentence += f" Còn {len(undecided)} người chưa có kết quả nên con số có thể thay đổi."
    sentence += note
    inputs = [
        (f"Số người {below}", str(base)),
        (f"Số người {top}", str(at_level)),
        ("Số chỗ", str(places)),
        ("Số chỗ khi người vượt chuyển mức", str(stable)),
        ("Người ở mức này", ", ".join(one for _, _, tied in ranks for one in tied) or "không"),
        *((f"Thứ tự theo điểm: {_places(rank)}", _rank_text(rank)) for rank in ranks),
    ]
    key = f"quota.{rule.id}.{cell[0] or '-'}" + (f".{cell[1]}" if cell[1] else "")
    cited = rule.raised if decision is not None and rule.raised is not None else rule
    return Writer(plan).make(
        key,
        "quota",
        rule.label,
        sentence,
        cited=cited,
        inputs=tuple(inputs),
        value=Fraction(places),
        unit="người",
        effect="exceeded" if at_level > places else "within",
    )
