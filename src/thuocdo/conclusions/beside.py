"""What stands beside an assessment before an event: who names the event, and levels of earlier years; never computed
into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from thuocdo.appraisals.year_levels import year_levels
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.occasions import Event, events_of
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.changes.clashes import identities
from thuocdo.rounds import books
from thuocdo.rounds.models import Round, StepDone
from thuocdo.rounds.on_paper import paper_words


@dataclass(frozen=True)
class Earlier:
    """A level of an earlier year, or a conclusion before another event. `of`: by which procedure, `source`: the paper.
    """

    year: int
    of: str
    level: str
    source: str
    path: str = ""


@dataclass(frozen=True)
class Beside:
    """`event` is None where the pinned text no longer holds it; `missing`: years looked at without any level."""

    event: Event | None
    earlier: tuple[Earlier, ...]
    missing: tuple[int, ...]


def beside(one: Assessment, book: SchemeBook) -> Beside | None:
    """For an assessment before an event; None for one of a round. Up to six queries."""
    if one.round_id is not None or one.day is None:
        return None
    event = next((found for found in events_of(book, one.day) if found.id == one.occasion), None)
    found = sorted([*_rounds(one), *_sheets(one), *_events(one)], key=lambda row: (-row.year, row.of))
    years = {row.year for row in found}
    missing = tuple(y for y in range(one.end.year - 1, _first_year(one, event) - 1, -1) if y not in years)
    return Beside(event, tuple(found), missing)


def _first_year(one: Assessment, event: Event | None) -> int:
    """Of the years that the text names every one is looked for; else the full years since the first day."""
    full = one.start.year if (one.start.month, one.start.day) == (1, 1) else one.start.year + 1
    return min(full, one.end.year - event.years) if event is not None and event.years else full


def _rounds(one: Assessment) -> Iterable[Earlier]:
    """Levels told to the rounds of these years."""
    rows = StepDone.objects.filter(step="rating", undoes=None, undone=None, round__year__range=_span(one))
    if one.person_id is not None:
        rows = rows.filter(subject__person__in=identities(one.person_id))
    else:
        rows = rows.filter(subject__unit=one.unit_id, subject__party=one.party_id, subject__kind=one.kind)
    for row in rows.exclude(level="").select_related("round", "subject").order_by("-round__year", "pk"):
        number = f"số {row.number} " if row.number else ""
        paper = paper_words(row) or f"{number}ngày {row.on:%d/%m/%Y}"
        path = f"/ket-luan/doi-tuong/{row.subject_id}/" if row.source == "conclusions.decision" else ""
        level = _label(row.round, row.subject.kind, row.subject.role, row.level)
        yield Earlier(row.round.year, books.LABELS[row.subject.kind], level, paper, path)


def _label(round_: Round, kind: str, role: str, code: str) -> str:
    """The level in the words of the round's rulebook; its code where that has none for such a subject."""
    try:
        book = books.rules_of(round_).book
    except Refusal:
        return code
    scheme = books.scheme_of(book, kind, role)
    return next((level.label for level in scheme.levels if level.code == code), code) if scheme else code


def _sheets(one: Assessment) -> Iterable[Earlier]:
    """Levels of the person's year sheets; where one has none yet, why."""
    if one.person_id is None:
        return
    for row in year_levels(identities(one.person_id), _span(one)):
        yield Earlier(row.year, "phiếu năm", row.label or row.waits, row.cycle)


def _events(one: Assessment) -> Iterable[Earlier]:
    """Conclusions before other events."""
    for part in _decided(one).select_related("assessment").order_by("-on", "pk"):
        other = part.assessment
        if part.on is not None:
            yield Earlier(
                part.on.year, other.get_occasion_display(), "kết luận bằng lời",
                f"số {part.document_number} ngày {part.on:%d/%m/%Y}", f"/ket-luan/ho-so/{other.pk}/",
            )  # fmt: skip


def _decided(one: Assessment) -> QuerySet[AssessmentPart]:
    rows = AssessmentPart.objects.filter(
        part=AssessmentPart.Part.DECISION, replaced_by=None, assessment__round=None, on__year__range=_span(one)
    ).exclude(assessment=one.pk)
    if one.person_id is not None:
        return rows.filter(assessment__person__in=identities(one.person_id))
    return rows.filter(assessment__unit=one.unit_id, assessment__party=one.party_id, assessment__kind=one.kind)


def _span(one: Assessment) -> tuple[int, int]:
    return one.start.year, one.end.year
