"""The versions of rulebooks that a period holds to, beside what is installed now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals.progress import cycle_to_follow
from thuocdo.appraisals.rerating import MOST_RESULTS, Again, again, confirmed_under, count_under
from thuocdo.appraisals.shapes import shape_with
from thuocdo.cycles.models import Cycle, RulebookMove
from thuocdo.kernel.errors import NotYours
from thuocdo.rulesets.versions import Pinned, pinned_book, pinned_versions

LISTED = 20


@dataclass(frozen=True)
class Changed:
    """A confirmed result that would differ: levels in words, scores in hundredths."""

    again: Again
    before: str
    after: str


@dataclass(frozen=True)
class Versions:
    """The versions of a period, the moves it has made, and what a move of `chosen` would do: how many confirmed
    results it computes again, those that change and those that stop it (the first LISTED of each are shown)."""

    cycle: Cycle
    label: str
    pinned: tuple[Pinned, ...]
    moves: tuple[RulebookMove, ...]
    chosen: Pinned | None
    results: int
    changed: tuple[Changed, ...]
    stopped: tuple[Again, ...]

    @property
    def too_many(self) -> bool:
        return self.results > MOST_RESULTS

    @property
    def may_move(self) -> bool:
        return self.chosen is not None and self.cycle.state == Cycle.State.OPEN and not self.too_many


def versions_of(user: User, cycle_id: int, at: datetime, digest: str = "") -> Versions:
    """For officers and inspectors. `digest` picks one of several changed versions. Raises NotYours."""
    cycle = cycle_to_follow(user, cycle_id, at)
    pinned = tuple(pinned_versions(cycle.pins))
    newer = [one for one in pinned if one.newer]
    chosen = next((one for one in newer if one.hash == digest), None if digest else next(iter(newer), None))
    if digest and chosen is None:
        raise NotYours()
    moves = tuple(cycle.moves.select_related("by").order_by("pk"))
    if chosen is None or cycle.state != Cycle.State.OPEN:
        return Versions(cycle, cycle.label, pinned, moves, chosen, 0, (), ())
    results = count_under(cycle, chosen.hash)
    book = pinned_book(chosen.rulebook, chosen.overlays, chosen.newer)
    found = again(confirmed_under(cycle, chosen.hash), book) if results and results <= MOST_RESULTS else []
    return Versions(
        cycle, cycle.label, pinned, moves, chosen, results, _changed(found, chosen),
        tuple(one for one in found if one.problem),
    )  # fmt: skip


def _changed(found: Sequence[Again], chosen: Pinned) -> tuple[Changed, ...]:
    old = shape_with(pinned_book(chosen.rulebook, chosen.overlays, chosen.hash))
    new = shape_with(pinned_book(chosen.rulebook, chosen.overlays, chosen.newer))
    return tuple(
        Changed(one, old.label(one.confirmation.band or None), new.label(one.level or None))
        for one in found
        if one.changes
    )
