"""Confirmed results of an open period under another version of its rulebook: the same judgements, rated again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, Sheet, SheetCount
from thuocdo.cycles.models import Cycle
from thuocdo.engine import Outcome
from thuocdo.rulesets.catalogue import Book

MOST_RESULTS = 500
"""Confirmed results that are computed again in one act."""


@dataclass(frozen=True)
class Again:
    """One confirmed result as it would be: `problem` says in words why its evaluator would have to judge anew."""

    confirmation: Confirmation
    subject: dict[str, Any]
    outcome: Outcome | None
    problem: str

    @property
    def score_shown(self) -> int | None:
        return facts.shown(self.outcome.score) if self.outcome else None

    @property
    def level(self) -> str:
        """Code of the band or level."""
        return (self.outcome.band or self.outcome.level or "") if self.outcome else ""

    @property
    def changes(self) -> bool:
        """Whether score or level would differ."""
        old = self.confirmation
        return self.outcome is not None and (facts.fraction(self.outcome.score), self.level) != (old.score, old.band)


def confirmed_under(cycle: Cycle, digest: str) -> list[Confirmation]:
    """The results in force of a period that were rated under a version, in name order. Two queries: the counts name
    the units that have any, of a city where most have none yet."""
    rated = SheetCount.objects.filter(cycle=cycle, rulebook_hash=digest).order_by().values_list("unit", flat=True)
    inside = {"sheet__cycle": cycle, "sheet__member__unit__in": set(rated.distinct())}
    rows = in_force(Confirmation.objects.filter(rulebook_hash=digest, **inside))
    related = ("submission", "confirmed_by__user", "sheet__person__user", "sheet__member", "sheet__cycle__root")
    return list(rows.select_related(*related).order_by("subject__sort_key", "subject__code"))


def count_under(cycle: Cycle, digest: str) -> int:
    """How many these are. One query, of the counts."""
    counts = SheetCount.objects.filter(cycle=cycle, rulebook_hash=digest).exclude(state=Sheet.State.UNDER_REVIEW)
    return int(counts.aggregate(n=Sum("number"))["n"] or 0)


def again(results: list[Confirmation], book: Book) -> list[Again]:
    """Rate the same judgements under `book`; a head's factors follow from the new scores of those below."""
    waiting = {c.sheet.person.code: (c, dict(stored.read(c.submission)["subject"])) for c in results}
    scores: dict[str, str] = {}
    found: dict[str, Again] = {}
    while waiting:
        ready = [code for code, (_, subject) in waiting.items() if not _below(subject) & (waiting.keys() - {code})]
        for code in ready or list(waiting):  # two that stand below each other are rated with the scores as they were
            confirmation, subject = waiting.pop(code)
            found[code] = _rated(confirmation, _with(subject, scores), book)
            outcome = found[code].outcome
            if outcome is not None and outcome.score is not None:
                scores[code] = facts.fraction(outcome.score)
    return [found[c.sheet.person.code] for c in results]


def _below(subject: Mapping[str, Any]) -> set[str]:
    return {one["id"] for one in subject.get("subordinates") or ()}


def _with(subject: dict[str, Any], scores: Mapping[str, str]) -> dict[str, Any]:
    below = subject.get("subordinates")
    if not below:
        return subject
    return subject | {
        "subordinates": [one | {"score": scores[one["id"]]} if one["id"] in scores else one for one in below]
    }


def _rated(confirmation: Confirmation, subject: dict[str, Any], book: Book) -> Again:
    try:
        rated = facts.rate(book, confirmation.sheet.cycle, subject)
    except Refused as refused:
        return Again(confirmation, subject, None, " ".join(refused.problems.values()))
    outcome = rated.outcome
    if outcome.missing:
        return Again(confirmation, subject, None, f"còn thiếu dữ kiện: {', '.join(outcome.missing)}")
    if outcome.open_points and confirmation.outcome_kind != outcome.kind:
        asked = "; ".join(question.question_vi for question in outcome.open_points)
        return Again(confirmation, subject, None, f"người đánh giá phải quyết định thêm: {asked}")
    return Again(confirmation, rated.subject, outcome, "")
