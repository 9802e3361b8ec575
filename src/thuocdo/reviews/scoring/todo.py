"""Meetings that are over and of which a secretary has not written down how the organisation scored itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Exists

from thuocdo.engine.schemes.reviewing import Scoring
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.records.models import PartyLink, PartyOrganisation
from thuocdo.reviews.scoring.access import climbed, led, rule_of
from thuocdo.reviews.scoring.models import SelfScore
from thuocdo.rounds.models import Round

_SCORE = "reviews.to_score"
_RUNNING = (Round.State.PLAN, Round.State.OPENING, Round.State.OPEN)


def _rows(asking: Asking) -> Sequence[Rows]:
    """Organisations led, where any round under an overlay runs at all: elsewhere nothing further is asked."""
    runs = Round.objects.filter(state__in=_RUNNING, year__gte=asking.on.year - 1, overlays__0__isnull=False)
    mine = PartyOrganisation.objects.filter(led(asking.user, asking.on), on_day(asking.on))
    return [rows(mine.filter(Exists(runs)), _SCORE, text="name", day="start")]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """Three queries, whatever there is."""
    up = dict(PartyLink.objects.filter(on_day(asking.on)).values_list("child_id", "parent_id"))
    lines = {row.key: climbed(row.key, up) for row in found}
    above = {one for line in lines.values() for one in line}
    kept = Round.objects.filter(organisation__in=above, state__in=_RUNNING, year__gte=asking.on.year - 1)
    ruled = [(round_, rule) for round_ in kept.order_by("-year") if (rule := rule_of(round_)) is not None]
    if not ruled:
        return
    scores = SelfScore.objects.filter(organisation__in=list(lines), turn=1)
    written = set(scores.values_list("organisation_id", "year", "kind", "number"))
    for row in found:
        for year, rule in _nearest(lines[row.key], ruled).items():
            over = _over(rule, year, row.day, asking.on)
            missing = [label for kind, n, label in over if (row.key, year, kind, n) not in written]
            if missing:
                several = "" if len(missing) == 1 else f", cùng {len(missing) - 1} kỳ khác"
                words = f"Ghi tự chấm điểm năm {year} của {row.text}: {missing[0].lower()}{several}"
                yield Todo(_SCORE, words, f"/kiem-diem/tu-cham/{row.key}/{year}/", None, overdue=False)


def _nearest(line: Sequence[int], ruled: Sequence[tuple[Round, Scoring]]) -> dict[int, Scoring]:
    """By year the rule of the nearest round, as `access.rule_for` finds it."""
    here = [(round_, rule) for round_, rule in ruled if round_.organisation_id in line]
    here.sort(key=lambda pair: line.index(pair[0].organisation_id), reverse=True)
    return {round_.year: rule for round_, rule in here}


def _over(rule: Scoring, year: int, since: date | None, on: date) -> Iterator[tuple[str, int, str]]:
    """Regular meetings of months that are over, thematic ones when the year is; none from before the organisation."""
    for kind, number, label in rule.places:
        month = number if kind == "regular" else 12
        if (year, month) < (on.year, on.month) and (since is None or (year, month) >= (since.year, since.month)):
            yield kind, number, label


SOURCE = Source(frozenset({_SCORE}), _rows, _lines)
