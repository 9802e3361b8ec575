"""Why a subject's result differs between two rulebooks: what decided it on either side, under its articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thuocdo.cli.rating_text import cited
from thuocdo.engine import CaseResult, Outcome
from thuocdo.engine.moves import Moves, result_of
from thuocdo.engine.outcome import Finding

SUBJECTS_SHOWN = 20
FIRED = {"triggered", "lowered", "not_rated"}
TOTALS = ("level", "level.by_score", "band")


def why(changed: Moves, results: tuple[CaseResult, CaseResult], named: Mapping[str, str]) -> Iterator[str]:
    """The lines of the text: each who moved, then either side with what decided it."""
    if changed.moved:
        yield "\nVì sao khác:"
    for move in changed.moved[:SUBJECTS_SHOWN]:
        yield f"  {move.id}"
        for side, result in zip("AB", results, strict=True):
            outcome = result.outcomes.get(move.id)
            code = result_of(outcome)
            yield f"    {side}: {named.get(code, code)}"
            yield from (f"      - {line}" for line in reasons(outcome))
    hidden = len(changed.moved) - SUBJECTS_SHOWN
    if hidden > 0:
        yield f"  Còn {hidden} đối tượng: lọc tệp, hoặc dùng thuocdo explain cho từng đối tượng."


def reasons(outcome: Outcome | None) -> list[str]:
    """What decided an outcome: what is missing or asked; rules that fixed or lowered the level; conditions of better
    levels that do not hold; else the level itself."""
    if outcome is None:
        return []
    asked = [outcome.reason] if outcome.kind == "needs_decision" else []
    fired = [item for item in outcome.findings if item.effect in FIRED]
    fixed = any(item.effect != "lowered" for item in fired)
    said = fired if fixed else [*fired, *_unmet(outcome)]
    said = said or [item for item in outcome.findings if item.id in TOTALS or _met(item)]
    return asked + list(dict.fromkeys(_with_articles(item) for item in said))


def _unmet(outcome: Outcome) -> list[Finding]:
    """Conditions that fail of levels that were not reached; of an open result, only of the level that lacks fewest."""
    found: dict[str, list[Finding]] = {}
    missed = {item.id for item in outcome.findings if item.id.count(".") == 1 and item.effect == "not_met"}
    for item in outcome.findings:
        level = ".".join(item.id.split(".")[:2])
        if item.effect == "not_met" and item.id != level and level in missed:
            found.setdefault(level, []).append(item)
    if outcome.kind == "needs_decision":
        return min(found.values(), key=len, default=[])
    return [item for items in found.values() for item in items]


def _met(item: Finding) -> bool:
    return item.id.startswith("level.") and item.id.count(".") == 1 and item.effect == "met"


def _with_articles(item: Finding) -> str:
    return f"{item.sentence_vi} ({cited(item)})" if item.cite else item.sentence_vi
