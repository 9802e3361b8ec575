"""What became of the defects that the review of the year before pointed out, as a report says it (Mẫu 01, 02A–02C,
A.III: remedied, under way and how far, not remedied; what stands in the way; who answers for it)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch

from thuocdo.reviews.models import Defect, Remedy
from thuocdo.reviews.owners import defects_of
from thuocdo.reviews.remedied import Remedied
from thuocdo.rounds.models import RoundSubject


def past_of(one: RoundSubject) -> list[Defect]:
    """Defects of the year before that count, with their remedies. Up to three queries."""
    return past_and_present(one)[0]


def past_and_present(one: RoundSubject) -> tuple[list[Defect], list[Defect]]:
    """The same, and those of the year itself. Up to three queries."""
    counted = Remedy.objects.exclude(state="dropped").select_related("person").order_by("pk").prefetch_related("steps")
    year = one.round.year
    rows = defects_of(one, year - 1, year).prefetch_related(Prefetch("remedies", queryset=counted, to_attr="counted"))
    both = list(rows)
    return [row for row in both if row.year < year], [row for row in both if row.year == year]


def said(defect: Defect) -> dict[str, Any]:
    """As a report freezes it: each remedy as measure, state, who, by when, and the last words on how far it is."""
    counted: Sequence[Remedy] = defect.counted  # type: ignore[attr-defined]
    return {
        "id": defect.pk,
        "text": defect.text,
        "cause": defect.cause,
        "source": defect.source,
        "remedies": [
            [row.measure, row.get_state_display(), row.person.full_name, f"{row.due:%d/%m/%Y}", _last_words(row)]
            for row in counted
        ],
        "fixed": is_fixed(counted),
    }


def is_fixed(remedies: Sequence[Remedy]) -> bool:
    """Whether a defect is remedied: it has a remedy, and each was confirmed (as `remedied` counts)."""
    return bool(remedies) and all(row.state == Remedy.State.FIXED for row in remedies)


def share_of(past: Sequence[dict[str, Any]]) -> Remedied | None:
    """How many of these were remedied; None where there were none, or where a report of an earlier version does not
    say."""
    known = [one["fixed"] for one in past if "fixed" in one]
    return Remedied(len(known), sum(known)) if known and len(known) == len(past) else None


def _last_words(row: Remedy) -> str:
    steps = sorted(row.steps.all(), key=lambda step: step.pk)
    return steps[-1].words if steps else ""
