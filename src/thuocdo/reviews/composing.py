"""A report while it is written: shared and own texts, the months of the year, what the year before left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.appraisals.models import Confirmation
from thuocdo.collectives.models import UnitResult
from thuocdo.engine.schemes.reviewing import Layout
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.changes.clashes import identities
from thuocdo.reviews.layouts import layout_for, layouts_for
from thuocdo.reviews.models import ReviewDraft
from thuocdo.reviews.owners import owner_of
from thuocdo.reviews.rules import Typed
from thuocdo.rounds.models import Round, RoundSubject

PERIODS = ("month", "quarter")
SHARED, OWN = "shared", "own"


@dataclass(frozen=True)
class Written:
    """What is in the drafts of a subject: `own` are the texts that only this procedure has; `versions` of the shared
    and the own draft, 0 where there is none."""

    layout: Layout
    layouts: tuple[Layout, ...]
    typed: Typed
    own: frozenset[str]
    versions: Mapping[str, int]
    drafts: Mapping[str, ReviewDraft]


def owners(one: RoundSubject) -> dict[str, str]:
    """The owners of the drafts: a collective shares with nobody."""
    own = {OWN: f"s{one.pk}"}
    return {SHARED: owner_of(one), **own} if one.person_id is not None else own


def drafts_of(one: RoundSubject, *, lock: bool = False) -> dict[str, ReviewDraft]:
    """The stored drafts, shared and own; `lock`: until the transaction ends, for the texts of a person are written from
    every procedure. One query."""
    names = {owner: name for name, owner in owners(one).items()}
    rows = ReviewDraft.objects.filter(round=one.round_id, owner__in=names).select_related("saved_by").order_by("pk")
    rows = rows.select_for_update(no_key=True, of=("self",)) if lock else rows
    return {names[row.owner]: row for row in rows}


def written(one: RoundSubject) -> Written:
    """From where the writer goes on. One query. Raises Conflict where the rulebook has no form for the subject."""
    rows = drafts_of(one)
    data: dict[str, dict[str, Any]] = {name: json.loads(row.typed) for name, row in rows.items()}
    shared, own = data.get(SHARED, {}), data.get(OWN, {})
    alone = frozenset(own.get("own", ()))
    texts = dict(own.get("texts", {}))
    if one.person_id is not None:
        texts = {**shared.get("texts", {}), **{key: text for key, text in texts.items() if key in alone}}
    typed = Typed(
        texts, own.get("marks", {}), own.get("level", ""), own.get("answers", {}), bool(shared.get("none_before"))
        or bool(own.get("none_before")),
    )  # fmt: skip
    versions = {name: rows[name].version if name in rows else 0 for name in (SHARED, OWN)}
    return Written(layout_for(one, own.get("layout", "")), layouts_for(one), typed, alone, versions, rows)


@dataclass(frozen=True)
class Elsewhere:
    """What the person wrote in another round of the same year: `texts` by head, and which round."""

    round: Round
    texts: Mapping[str, str]


def written_elsewhere(one: RoundSubject) -> Elsewhere | None:
    """The shared texts last kept by the person's own hand in another open round of the year, to go on from; None where
    there are none. One query."""
    if one.person is None or one.person.user_id is None:
        return None
    rows = ReviewDraft.objects.filter(
        round__year=one.round.year, round__state=Round.State.OPEN, owner=owner_of(one), saved_by=one.person.user_id
    ).exclude(round=one.round_id)
    row = rows.select_related("round__organisation").order_by("-saved_at", "-pk").first()
    texts = json.loads(row.typed).get("texts", {}) if row is not None else {}
    return Elsewhere(row.round, texts) if row is not None and texts else None


@dataclass(frozen=True)
class Month:
    """A result of the year as it is offered: `tháng 3`, `92,5 điểm`."""

    label: str
    words: str


def months_of(one: RoundSubject) -> list[Month]:
    """The confirmed results of the months or quarters of the year, in order. Up to two queries."""
    if one.person_id is not None:
        rows = Confirmation.objects.filter(
            sheet__person__in=identities(one.person_id),
            sheet__cycle__year=one.round.year,
            sheet__cycle__kind__in=PERIODS,
            replaced_by=None,
        )
        found = rows.order_by("sheet__cycle__kind", "sheet__cycle__number", "pk")
        columns = found.values_list("sheet__cycle__kind", "sheet__cycle__number", "score_shown")
        return [Month(_label(kind, number), _points(shown)) for kind, number, shown in columns]
    if one.party_id is not None:
        return []
    units = UnitResult.objects.filter(
        unit=one.unit_id, sheet__round__year=one.round.year, sheet__round__kind__in=PERIODS, replaced_by=None
    )
    ordered = units.order_by("sheet__round__kind", "sheet__round__number", "pk")
    named = ordered.values_list("sheet__round__kind", "sheet__round__number", "score_shown", "label")
    return [
        Month(_label(kind, number), f"{_points(shown)}, {label.lower()}" if shown is not None else label.lower())
        for kind, number, shown, label in named
    ]


def _label(kind: str, number: int) -> str:
    return f"{'tháng' if kind == 'month' else 'quý'} {number}"


def _points(shown: int | None) -> str:
    return "không chấm điểm" if shown is None else f"{format_points(shown)} điểm"


def offered(one: RoundSubject, months: list[Month]) -> str:
    """The months in words, to go on from; empty where there are none."""
    if not months:
        return ""
    told = "; ".join(f"{month.label}: {month.words}" for month in months)
    return f"Kết quả theo dõi, đánh giá trong năm {one.round.year}: {told}."
