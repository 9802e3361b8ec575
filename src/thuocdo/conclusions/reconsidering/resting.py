"""Which results rest on the level of a subject: those whose step waited for its step, and those whose rule reads it."""

from __future__ import annotations

from collections.abc import Iterable

from thuocdo.conclusions.delivering import People, wanted
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.rounds import books, gate, links
from thuocdo.rounds.models import Round, RoundSubject, StepDone


def resting(round_: Round, one: RoundSubject) -> list[StepDone]:
    """The rating steps that are done on it, each with its subject and person. A constant number of queries."""
    nodes = [node for node in books.rules_of(round_).graph.steps_of(one.kind, one.role) if node.step == "rating"]
    found = {step.pk: step for node in nodes for step in gate.leaning(round_, node.id, one) if step.step == "rating"}
    readers = StepDone.objects.filter(subject__in=_readers(round_, one), step="rating", undoes=None, undone=None)
    found |= {step.pk: step for step in readers.select_related("subject", "person")}
    return [found[key] for key in sorted(found)]


def _readers(round_: Round, one: RoundSubject) -> Iterable[int]:
    """Subjects whose scheme has a rule (a ceiling, a condition) that reads this one's level."""
    book = books.rules_of(round_).book
    near = [row for row in links.around(round_, [one]).values() if row.pk != one.pk]
    used = {}
    for kind, role in {(row.kind, row.role) for row in near}:
        scheme = books.scheme_of(book, kind, role)
        if scheme is not None and (names := compile_scheme(book, scheme.id).relations_used):
            used[kind, role] = scheme, names
    asked = list(RoundSubject.objects.filter(pk__in=[row.pk for row in near if (row.kind, row.role) in used]))
    if not asked:
        return []
    rows = links.around(round_, asked)
    leads = {int(each.id): each.links for each in links.subjects(rows, {each.pk for each in asked})}
    people = People(rows)
    found = []
    for each in asked:
        scheme, names = used[each.kind, each.role]
        mine = {name: [int(key) for key in keys] for name, keys in leads.get(each.pk, {}).items()}
        to = wanted(each, scheme, mine, rows, people)
        if any(one.pk in to.get(name, ()) for name in names):
            found.append(each.pk)
    return found
