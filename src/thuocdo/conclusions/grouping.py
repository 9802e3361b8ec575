"""Among whom a share is counted: groups that the text itself names, and levels from paper that belong to one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from thuocdo.conclusions import facts
from thuocdo.conclusions.competences import resolved
from thuocdo.conclusions.models import Competence
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import SchemeQuota
from thuocdo.kernel.once import once
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import PartyLink, PartyOrganisation
from thuocdo.rounds import books
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.on_paper import RECORDED


class FromPaper(NamedTuple):
    """A subject whose level somebody wrote down from a decision on paper. `competence`: whose decision it is, where
    the group is one that somebody named (as recorded, else the body as the paper has it)."""

    subject: int
    kind: str
    role: str
    group: str
    level: str
    competence: Competence | None = None
    person: Person | None = None


def from_paper(
    round_: Round, groups: Collection[str] | None = None, told: Sequence[StepDone] | None = None
) -> list[FromPaper]:
    """Levels from paper of those who are counted by the base Party organisation, or in a group that was named with the
    level, in these groups (None: in all); `told` as `on_paper` reads them, read here where not given. Up to six
    queries; none where the text has no share."""
    scopes: dict[str, set[str]] = {}
    for kind, rule in _rules(books.rules_of(round_).book):
        scopes.setdefault(kind, set()).update(rule.scopes)
    if not scopes:
        return []
    steps = [step for step in (on_paper(round_) if told is None else told) if step.subject.kind in scopes]
    based = [step for step in steps if "agency" in scopes[step.subject.kind]]
    names = base_groups(round_, [step.subject for step in based])
    found = [
        FromPaper(one.pk, one.kind, one.role, names[one.pk], step.level, person=one.person)
        for step in based
        for one in (step.subject,)
    ]
    named = [step for step in steps if step not in based and step.group]
    whose = _deciders(round_, [step for step in named if groups is None or step.group in groups])
    found += [
        FromPaper(one.pk, one.kind, one.role, step.group, step.level, whose[one.pk], one.person)
        for step in named
        for one in (step.subject,)
        if one.pk in whose
    ]
    return [row for row in found if groups is None or row.group in groups]


def _deciders(round_: Round, steps: Sequence[StepDone]) -> dict[int, Competence]:
    """By subject the competence on the day of the last of these papers; else the body that the paper names."""
    if not steps:
        return {}
    asked = []
    for step in steps:
        step.subject.round = round_
        one = facts.of_round(step.subject)
        one.pk = -step.subject_id
        asked.append(one)
    known = resolved(asked, max(step.on for step in steps))
    return {step.subject_id: known.get(-step.subject_id) or Competence(body=step.place) for step in steps}


def without_group(round_: Round, kind: str = "", told: Sequence[StepDone] | None = None) -> dict[str, int]:
    """By level how many subjects of the kind have it from paper, where the text counts in groups of similar position
    and none was named: they stand in none. Without a kind: of all kinds, only levels that have a share. `told` as in
    `from_paper`. One query; none where the text counts otherwise."""
    limited = {
        (of, rule.level)
        for of, rule in _rules(books.rules_of(round_).book)
        if kind in ("", of) and "group" in rule.scopes
    }
    if not limited:
        return {}
    found: dict[str, int] = {}
    kinds = {of for of, _ in limited}
    for step in on_paper(round_) if told is None else told:
        if step.subject.kind in kinds and not step.group and (kind or (step.subject.kind, step.level) in limited):
            found[step.level] = found.get(step.level, 0) + 1
    return found


def _rules(book: SchemeBook) -> Iterator[tuple[str, SchemeQuota]]:
    for scheme in book.schemes:
        for rule in scheme.quotas:
            for kind in scheme.subject_kinds:
                yield kind, rule


def on_paper(round_: Round) -> list[StepDone]:
    """Levels from paper of the kinds that some share counts. Whoever is verified or decided in an assessment is counted
    by that one; a self-rating alone counts nobody. One query, one alone for a page that only reads."""
    rules = books.rules_of(round_)
    limited = {of for of, _ in _rules(rules.book)}
    # Of all steps of a large round the levels of other kinds are most: the step's name leaves them out by its index.
    nodes = [node.id for node in rules.graph.nodes if node.step == "rating" and not limited.isdisjoint(node.subjects)]
    rows = StepDone.objects.filter(round=round_, node__in=nodes, step="rating", source=RECORDED)
    rows = rows.filter(undoes=None, undone=None, subject__kind__in=limited)
    rows = rows.exclude(subject__assessment__state__in=("decide", "decided"))
    rows = rows.exclude(level="").order_by("pk").select_related("subject__unit", "subject__party", "subject__person")
    return once(("levels on paper", round_.pk), lambda: list(rows))


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
