"""The levels that stand on the page of a decision, each with what it needs: nothing is offered that is then refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from thuocdo.conclusions.sheets import Form
from thuocdo.engine.outcome import Outcome
from thuocdo.kernel.errors import Refusal


@dataclass(frozen=True)
class Offer:
    """A level. `needs` says what a decision for it needs, empty for nothing; `barred`: above what the rule gives, so
    that no reason helps. A full share bars nothing: places become free."""

    code: str
    label: str
    needs: str
    barred: bool


def offers(form: Form, outcome: Outcome, full: Mapping[str, Refusal]) -> list[Offer]:
    """Best first; none of who is not rated, and what the rules leave where the authority chooses in an open text.
    `full`: by level the refusal for want of a place (`places.full`)."""
    if outcome.kind == "not_rated":
        return []
    kept: Collection[str] = form.left(outcome) if outcome.left_whole else form.levels
    codes, ceiling = list(form.levels), _ceiling(form, outcome)
    sure = outcome.level or outcome.band
    found = []
    for place, code in enumerate(codes):
        if code not in kept:
            continue
        needs, barred = "", place < ceiling
        if barred:
            needs = f"Không chọn được: kết quả theo quy tắc cao nhất là “{form.label(codes[ceiling])}”."
        elif code in full:
            needs = str(full[code])
        elif outcome.left_whole:
            needs = "Cần lý do."
        elif sure and code != sure:
            needs = "Thấp hơn kết quả theo quy tắc: cần lý do."
        found.append(Offer(code, form.label(code), needs, barred))
    return found


def _ceiling(form: Form, outcome: Outcome) -> int:
    """The place of the best level that the rule can give: the one it gives, or the best that an answer to the one open
    question gives. 0 where that is not known yet."""
    codes = list(form.levels)
    given = [outcome.level or outcome.band]
    if outcome.kind == "needs_decision" and not outcome.left_whole and len(outcome.open_points) == 1:
        given = [reading.band for reading in outcome.open_points[0].readings]
    return min((codes.index(code) if code in codes else 0 for code in given), default=0)
