"""The level of another procedure of the same person that an agency's regulation uses again: whose, where the share of
Party members is large enough, counted exactly on a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from thuocdo.conclusions.models import Assessment
from thuocdo.engine.schemes.reusing import ReuseRule, reuse_of
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import PartyMembership
from thuocdo.rounds import books, links
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, RoundSubject, StepDone


@dataclass(frozen=True)
class Reused:
    """The level that is used again: `level` is empty where there is none, or more than one. `members` of `staff` of the
    place are Party members (`place` empty: the round does not show where the person's other procedure is); `enough`:
    that is the share the rule asks for."""

    rule: ReuseRule
    level: str
    label: str
    place: str
    members: int
    staff: int
    day: str

    @property
    def enough(self) -> bool:
        return self.rule.enough(self.members, self.staff)

    @property
    def applies(self) -> bool:
        return self.enough and bool(self.level)

    @property
    def words(self) -> str:
        """The count, and what follows from it: the level is a ceiling, never above the rule."""
        if not self.place:
            return "chưa xác định được nơi để đếm: không dùng lại"
        share = f"{self.members}/{self.staff} người của {self.place} là đảng viên (ngày {self.day})"
        bound = self.rule.bound
        if not self.enough:
            return f"{share}, chưa đủ {bound}: không dùng lại"
        if not self.level:
            return f"{share}, từ {bound}; chưa có mức để dùng lại"
        return f"{share}, từ {bound}: dùng lại mức “{self.label}”, không cao hơn quy tắc"

    @property
    def source(self) -> str:
        """The rule with its articles and how sure they are."""
        return "; ".join(f"{one.text()} (độ tin cậy {one.confidence})" for one in self.rule.cite)


def reused(round_: Round, every: Sequence[Assessment]) -> dict[int, Reused]:
    """By the key of the round's subject, for those to whom a rule of the round's book speaks. Up to five queries; none
    where the book has no such rule."""
    book = books.rules_of(round_).book
    rules = {kind: reuse_of(book, kind, round_.rating_date) for kind in {one.kind for one in every}}
    asked = [one for one in every if one.person_id is not None and rules[one.kind] is not None]
    if not asked:
        return {}
    people = {one.person_id for one in asked}
    kinds = {kind for rule in rules.values() if rule is not None for kind in rule.first.subjects}
    here = RoundSubject.objects.filter(round=round_, kind__in=kinds)
    theirs: dict[int, list[RoundSubject]] = {}
    for row in here.filter(person__in=people):
        theirs.setdefault(row.person_id or 0, []).append(row)
    places = _places(round_)
    wanted = {places[row.agency_id].pk for rows in theirs.values() for row in rows if row.agency_id in places}
    counts = _counts(here, places, wanted, round_)
    steps = StepDone.objects.filter(subject__person__in=people, round=round_, undoes=None, undone=None)
    levels = {(step.subject_id, step.node): step.level for step in steps.filter(step="rating")}
    found = {}
    for one in asked:
        rule, rows = rules[one.kind], theirs.get(one.person_id or 0, [])
        place = places.get(rows[0].agency_id or 0) if len(rows) == 1 else None
        if rule is not None and rows and place is None:
            found[one.subject_id or 0] = Reused(rule, "", "", "", 0, 0, "")
        elif rule is not None and place is not None:
            level = levels.get((rows[0].pk, rule.first.id), "")
            label = levels_for(round_, rows[0]).get(level, level)
            day = f"{round_.rating_date:%d/%m/%Y}"
            found[one.subject_id or 0] = Reused(rule, level, label, place.name, *counts[place.pk], day)
    return found


def _places(round_: Round) -> dict[int, RoundSubject]:
    """By agency or unit of the round the agency that it is or is inside of. One query."""
    rows = RoundSubject.objects.filter(round=round_, kind__in=links.UNITS).only("pk", "kind", "name", "agency_id")
    known = {row.pk: row for row in rows}
    found = {}
    for key, row in known.items():
        seen = {row.pk}
        while row.kind != "agency" and row.agency_id in known and row.agency_id not in seen:
            row = known[row.agency_id]
            seen.add(row.pk)
        found[key] = row
    return found


def _counts(
    here: QuerySet[RoundSubject], places: Mapping[int, RoundSubject], wanted: Collection[int], round_: Round
) -> Mapping[int, tuple[int, int]]:
    """By agency how many of its staff are Party members on the rating date, and how many there are. Two queries."""
    inside = [key for key, place in places.items() if place.pk in wanted]
    staff: dict[int, set[int]] = {}
    for unit, person in here.filter(agency__in=inside).values_list("agency_id", "person_id"):
        staff.setdefault(places[unit].pk, set()).add(person)
    people = {person for found in staff.values() for person in found}
    members = PartyMembership.objects.filter(on_day(round_.rating_date), person__in=people)
    known = set(members.values_list("person_id", flat=True))
    return {agency: (len(found & known), len(found)) for agency, found in staff.items()}
