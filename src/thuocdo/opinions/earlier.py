"""What was published about the same subjects before: who was asked, whatever it was, and how many were silent."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from thuocdo.opinions import rules
from thuocdo.opinions.apart import Asked, Fields, Heard, by_question, sets_of, too_near
from thuocdo.opinions.models import OpinionInvitation, OpinionRound, OpinionSubject

LOOK_BACK = timedelta(days=366)
"""A year's result stands beside those of its months; older ones are of another year's work."""


def shown_before(
    one: OpinionRound, subjects: Iterable[OpinionSubject], on: date, *, running: bool
) -> dict[int, list[Heard]]:
    """By subject, what other secret rounds of the last year have shown about the same person or body and, where
    `running`, will show: of an open round each party and all of them. The words of the question make no difference: who
    is asked the same with one word changed answers the same. `on`: today, as a last day far ahead moves nothing out of
    the year. At most six queries."""
    keys = {row.pk: _key(row) for row in subjects}
    since = min(one.closes_on, on) - LOOK_BACK
    late = Q(round__closes_on__gte=since) | Q(round__closed_at__date__gte=since)
    wanted = Q(late, round__state=OpinionRound.State.CLOSED)
    if running:
        wanted |= Q(round__state=OpinionRound.State.OPEN)
    found = _about(subjects).filter(wanted, round__secret=True).exclude(round=one)
    found = found.select_related("round", "member", "year_subject")
    others = list(found.prefetch_related("tallies", "round__parties"))
    sent, absent = asked_of(others), _absent(row.round for row in others)
    shown: dict[str, list[Heard]] = {}
    for row in others:
        shown.setdefault(_key(row), []).extend(_shown(row, sent.get(row.pk, {}), absent[row.round_id]))
    return {pk: shown.get(key, []) for pk, key in keys.items()}


def hold_about(subjects: Iterable[OpinionSubject]) -> None:
    """Of two rounds about the same person or body that are closed at once, the second sees what the first has shown:
    until the end of the transaction. One query."""
    list(_about(subjects).select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))


def asked_again(one: OpinionRound, subjects: Iterable[OpinionSubject], on: date) -> list[tuple[str, bool]]:
    """Of a secret round that is prepared: about whom some of those asked were asked in another one of the last year, by
    name, and whether something is hidden whoever answers this time, as somebody was silent then. At most seven
    queries."""
    rows = list(subjects)
    before, asked, fields = shown_before(one, rows, on, running=True), asked_of(rows), fields_of(one)
    found = []
    for row in rows:
        here = [Heard(people, round=one.pk) for people in sets_of(asked.get(row.pk, {}), fields)]
        if any(old.asked & new.asked for old in before[row.pk] for new in here):
            found.append((row.name, too_near(before[row.pk], here, one.threshold)))
    return found


def _about(subjects: Iterable[OpinionSubject]) -> QuerySet[OpinionSubject]:
    """These people and bodies in all rounds that were not dropped."""
    rows = list(subjects)
    people = {row.about_id for row in rows} - {None}
    bodies = {row.year_subject.key for row in rows if row.year_subject is not None and row.person_id is None}
    return OpinionSubject.objects.filter(
        Q(member__person__in=people) | Q(person__in=people) | Q(person=None, year_subject__key__in=bodies), living=True
    )


def _absent(rounds: Iterable[OpinionRound]) -> dict[int, int]:
    """How many of those asked sent nothing, by round that is closed. One query. Of the whole round, not by subject: of
    people asked about each other, the one about whom nothing is missing would be who did not answer."""
    every = {one.pk: one for one in rounds}
    rows = OpinionInvitation.objects.filter(party__round__in=every).values_list("party__round")
    asked = dict(rows.annotate(Count("rater", distinct=True)).order_by())
    return {pk: asked.get(pk, 0) - (one.answered or 0) for pk, one in every.items()}


def asked_of(subjects: Iterable[OpinionSubject]) -> dict[int, dict[int, set[int]]]:
    """People asked, by subject and the number of the party. One query."""
    found: dict[int, dict[int, set[int]]] = {}
    rows = OpinionInvitation.objects.filter(subject__in=[row.pk for row in subjects])
    for subject, party, rater in rows.values_list("subject_id", "party__number", "rater_id"):
        found.setdefault(subject, {}).setdefault(party, set()).add(rater)
    return found


def fields_of(one: OpinionRound) -> Fields:
    return {party.number: party.questions for party in one.parties.all()}


def _shown(row: OpinionSubject, asked: Mapping[int, set[int]], absent: int) -> list[Heard]:
    """Each question shown of this round. How many left one of them blank is at most as many as gave an opinion, or
    were asked it, and are not among its answers."""
    fields = fields_of(row.round)
    if row.round.state == OpinionRound.State.OPEN:
        return [Heard(people, round=row.round_id) for people in sets_of(asked, fields)]
    tallies = list(row.tallies.all())
    results: list[tuple[Asked, int]] = []
    for tally in tallies:
        figures = json.loads(tally.figures) if tally.shown else {}
        of_each = by_question(asked, fields, tally.party_numbers or asked)
        for number, people in of_each.items():
            found = figures.get(str(number), rules.FEW)
            if "few" not in found:
                results.append((people, min(tally.valid, len(people)) - found["answers"]))
    silent = absent + sum(tally.returned - tally.valid for tally in tallies) + sum(max(0, n) for _, n in results)
    return [Heard(people, silent, row.round_id) for people, _ in results]


def _key(row: OpinionSubject) -> str:
    if row.about_id is not None:
        return f"person/{row.about_id}"
    assert row.year_subject is not None, "who is no person is a subject of the year (a constraint of the table)"
    return row.year_subject.key
