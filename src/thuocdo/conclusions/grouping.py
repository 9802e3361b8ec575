"""Among whom a share is counted: groups that the text itself names, and levels from paper that belong to one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import SchemeQuota
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import PartyLink, PartyOrganisation
from thuocdo.rounds import books
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.on_paper import RECORDED


class FromPaper(NamedTuple):
    """A subject whose level somebody wrote down from a decision on paper."""

    subject: int
    kind: str
    role: str
    group: str
    level: str


def from_paper(round_: Round, groups: Collection[str] | None = None) -> list[FromPaper]:
    """Levels from paper of those who are counted by the base Party organisation, in these groups (None: in all). Up to
    four queries; none where the text counts otherwise."""
    kinds = {kind for kind, rule in _rules(books.rules_of(round_).book) if "agency" in rule.scopes}
    if not kinds:
        return []
    steps = list(_steps(round_, kinds).select_related("subject"))
    names = base_groups(round_, [step.subject for step in steps])
    found = (
        FromPaper(one.pk, one.kind, one.role, names[one.pk], step.level) for step in steps for one in (step.subject,)
    )
    return [row for row in found if groups is None or row.group in groups]


def without_group(round_: Round, kind: str) -> dict[str, int]:
    """By level how many subjects of the kind have it from paper, where the text counts in groups of similar position:
    a paper names no group, so they stand in none. One query; none where the text counts otherwise."""
    limited = {rule.level for of, rule in _rules(books.rules_of(round_).book) if of == kind and "group" in rule.scopes}
    if not limited:
        return {}
    found: dict[str, int] = {}
    for level in _steps(round_, {kind}).values_list("level", flat=True):
        found[level] = found.get(level, 0) + 1
    return found


def _rules(book: SchemeBook) -> Iterator[tuple[str, SchemeQuota]]:
    for scheme in book.schemes:
        for rule in scheme.quotas:
            for kind in scheme.subject_kinds:
                yield kind, rule


def _steps(round_: Round, kinds: Collection[str]) -> QuerySet[StepDone]:
    """Whoever is verified or decided in an assessment is counted by that one; a self-rating alone counts nobody."""
    rows = StepDone.objects.filter(round=round_, step="rating", source=RECORDED, undoes=None, undone=None)
    rows = rows.filter(subject__kind__in=kinds).exclude(subject__assessment__state__in=("decide", "decided"))
    return rows.exclude(level="").order_by("pk")


def base_groups(round_: Round, subjects: Collection[RoundSubject]) -> dict[int, str]:
    """By key the base Party organisation of each, as a group. Up to three queries."""
    if not subjects:
        return {}
    up = dict(PartyLink.objects.filter(on_day(round_.rating_date)).values_list("child_id", "parent_id"))
    above = dict(RoundSubject.objects.filter(pk__in={one.organisation_id for one in subjects})
                 .values_list("pk", "party_id"))  # fmt: skip
    rows = PartyOrganisation.objects.filter(kind__in=("base", "base_cell")).values_list("pk", "name", "code")
    bases = {pk: named(name, code) for pk, name, code in rows}
    found = {}
    for one in subjects:
        start: int | None = one.party_id or above.get(one.organisation_id or 0)
        seen: set[int] = set()
        while start is not None and start not in bases and start not in seen:
            seen.add(start)
            start = up.get(start)
        found[one.pk] = bases.get(start or 0) or named(round_.organisation.name, round_.organisation.code)
    return found


def named(name: str, code: str) -> str:
    """The group of a Party organisation: two of one name are two groups.

    >>> named("Đảng bộ Trường Tiểu học", "DB-07")
    'Đảng bộ Trường Tiểu học (DB-07)'
    """
    return f"{name[: 117 - len(code)]} ({code})"
