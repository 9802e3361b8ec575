"""What was published about the same subjects before: the sets of those asked, whatever they were asked."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Q

from thuocdo.opinions.apart import Asked
from thuocdo.opinions.models import OpinionInvitation, OpinionRound, OpinionSubject

LOOK_BACK = timedelta(days=366)
"""A year's result stands beside those of its months; older ones are of another year's work."""


def shown_before(one: OpinionRound, subjects: Iterable[OpinionSubject], on: date) -> dict[int, list[Asked]]:
    """By subject, what other secret rounds of the last year have shown about the same person or body, or will show: of
    an open round each party and all of them. The words of the question make no difference: who is asked the same with
    one word changed answers the same. `on`: today, as a last day far ahead moves nothing out of the year. At most five
    queries."""
    keys = {row.pk: _key(row) for row in subjects}
    people = {row.about_id for row in subjects} - {None}
    bodies = {row.year_subject.key for row in subjects if row.year_subject is not None and row.person_id is None}
    rows = OpinionSubject.objects.filter(
        Q(member__person__in=people) | Q(person__in=people) | Q(person=None, year_subject__key__in=bodies),
        living=True, round__secret=True,
    )  # fmt: skip
    since = min(one.closes_on, on) - LOOK_BACK
    late = Q(round__closes_on__gte=since) | Q(round__closed_at__date__gte=since)
    rows = rows.filter(Q(round__state=OpinionRound.State.OPEN) | Q(late, round__state=OpinionRound.State.CLOSED))
    found = rows.exclude(round=one).select_related("round", "member", "year_subject")
    others = list(found.prefetch_related("tallies", "round__parties"))
    sent = asked_of(others)
    shown: dict[str, list[Asked]] = {}
    for row in others:
        shown.setdefault(_key(row), []).extend(_shown(row, sent.get(row.pk, {})))
    return {pk: shown.get(key, []) for pk, key in keys.items()}


def asked_of(subjects: Iterable[OpinionSubject]) -> dict[int, dict[int, set[int]]]:
    """People asked, by subject and the number of the party. One query."""
    found: dict[int, dict[int, set[int]]] = {}
    rows = OpinionInvitation.objects.filter(subject__in=[row.pk for row in subjects])
    for subject, party, rater in rows.values_list("subject_id", "party__number", "rater_id"):
        found.setdefault(subject, {}).setdefault(party, set()).add(rater)
    return found


Fields = Mapping[int, Collection[int]]
"""Numbers of the questions of each party."""


def fields_of(one: OpinionRound) -> Fields:
    return {party.number: party.questions for party in one.parties.all()}


def by_question(asked: Mapping[int, set[int]], fields: Fields, numbers: Iterable[int]) -> dict[int, Asked]:
    """Who of these parties is asked each question: what a result counted over them shows of it."""
    found: dict[int, set[int]] = {}
    for number in numbers:
        for question in fields[number]:
            found.setdefault(question, set()).update(asked.get(number, ()))
    return {question: frozenset(people) for question, people in found.items()}


def sets_of(asked: Mapping[int, set[int]], fields: Fields) -> list[Asked]:
    """The sets that a round not yet closed may come to show: each party, and all that share a question."""
    together = by_question(asked, fields, asked).values()
    return list(dict.fromkeys([*map(frozenset, asked.values()), *together]))


def _shown(row: OpinionSubject, asked: Mapping[int, set[int]]) -> list[Asked]:
    fields = fields_of(row.round)
    if row.round.state == OpinionRound.State.OPEN:
        return sets_of(asked, fields)
    found: list[Asked] = []
    for tally in row.tallies.all():
        if tally.shown:
            figures = json.loads(tally.figures)
            of_each = by_question(asked, fields, tally.party_numbers or asked)
            found += [people for number, people in of_each.items() if "few" not in figures.get(str(number), {})]
    return found


def _key(row: OpinionSubject) -> str:
    if row.about_id is not None:
        return f"person/{row.about_id}"
    assert row.year_subject is not None, "who is no person is a subject of the year (a constraint of the table)"
    return row.year_subject.key
