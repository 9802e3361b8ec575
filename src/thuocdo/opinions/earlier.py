"""What was published about the same subjects before: the sets of those asked, by question."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Q

from thuocdo.opinions.apart import Asked
from thuocdo.opinions.models import OpinionInvitation, OpinionRound, OpinionSubject

LOOK_BACK = timedelta(days=366)
"""A year's result stands beside those of its months; older ones are of another year's work."""
By = dict[str, list[Asked]]
"""Sets by the words of the question."""


def shown_before(one: OpinionRound, subjects: Iterable[OpinionSubject]) -> dict[int, By]:
    """By subject, what other secret rounds of the last year have shown about the same person or body, or will show: of
    an open round each party and all of them. At most five queries."""
    keys = {row.pk: _key(row) for row in subjects}
    people = {row.about_id for row in subjects} - {None}
    bodies = {row.year_subject.key for row in subjects if row.year_subject is not None and row.person_id is None}
    rows = OpinionSubject.objects.filter(
        Q(member__person__in=people) | Q(person__in=people) | Q(person=None, year_subject__key__in=bodies),
        living=True, round__secret=True, round__closes_on__gte=one.closes_on - LOOK_BACK,
        round__state__in=(OpinionRound.State.OPEN, OpinionRound.State.CLOSED),
    )  # fmt: skip
    found = rows.exclude(round=one).select_related("round", "member", "year_subject")
    others = list(found.prefetch_related("tallies", "round__questions", "round__parties"))
    sent = asked_of(others)
    shown: dict[str, By] = {}
    for row in others:
        for words, sets in _shown(row, sent.get(row.pk, {})).items():
            shown.setdefault(_key(row), {}).setdefault(words, []).extend(sets)
    return {pk: shown.get(key, {}) for pk, key in keys.items()}


def asked_of(subjects: Iterable[OpinionSubject]) -> dict[int, dict[int, set[int]]]:
    """People asked, by subject and the number of the party. One query."""
    found: dict[int, dict[int, set[int]]] = {}
    rows = OpinionInvitation.objects.filter(subject__in=[row.pk for row in subjects])
    for subject, party, rater in rows.values_list("subject_id", "party__number", "rater_id"):
        found.setdefault(subject, {}).setdefault(party, set()).add(rater)
    return found


def sets_of(asked: Mapping[int, set[int]], fields: Mapping[int, Iterable[str]]) -> By:
    """The sets that a round not yet closed may come to show: each party, and all that share a question."""
    found: By = {}
    for number, people in asked.items():
        for words in fields[number]:
            found.setdefault(words, []).append(frozenset(people))
    for sets in found.values():
        sets.append(frozenset().union(*sets))
    return found


def fields_of(one: OpinionRound) -> dict[int, list[str]]:
    """The words of the questions of each party."""
    words = {question.number: question.label for question in one.questions.all()}
    return {party.number: [words[n] for n in party.questions] for party in one.parties.all()}


def _shown(row: OpinionSubject, asked: Mapping[int, set[int]]) -> By:
    fields = fields_of(row.round)
    if row.round.state == OpinionRound.State.OPEN:
        return sets_of(asked, fields)
    found: By = {}
    for tally in row.tallies.all():
        if tally.shown:
            numbers = tally.party_numbers or list(asked)
            everybody = frozenset().union(*(asked.get(number, set()) for number in numbers))
            for words in {words for number in numbers for words in fields.get(number, ())}:
                found.setdefault(words, []).append(everybody)
    return found


def _key(row: OpinionSubject) -> str:
    if row.about_id is not None:
        return f"person/{row.about_id}"
    assert row.year_subject is not None, "who is no person is a subject of the year (a constraint of the table)"
    return row.year_subject.key
