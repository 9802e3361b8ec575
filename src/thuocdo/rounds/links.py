"""Which subjects a relation of the rulebook's graph leads to, from where each subject belongs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db.models import Q, QuerySet

from thuocdo.engine.schemes.standing import Subject
from thuocdo.rounds.models import Round, RoundSubject

UNITS = ("agency", "unit")
PEOPLE_OF_UNITS = ("party_member", "leader")
"""On whose levels that of their agency rests (Điều 3.4: "cán bộ, đảng viên")."""
STAFF = ("cadre", "civil_servant", "public_employee", "contract_worker")
COLUMNS = (
    "pk",
    "kind",
    "role",
    "person_id",
    "party_id",
    "collective_id",
    "organisation_id",
    "agency_id",
    "reviewed_with_id",
    "standing",
    "holds",
    "round_id",
)
_OWN = len(COLUMNS)


class Row(NamedTuple):
    """What the relations need of a subject."""

    pk: int
    kind: str
    role: str
    person: int | None
    party: int | None
    collective: int | None
    organisation: int | None
    agency: int | None
    reviewed_with: int | None
    standing: str
    holds: bool
    round: int

    @property
    def counts(self) -> bool:
        """Whether others wait for it: not for who is exempt, nor for who was postponed so that they need not."""
        return self.standing != "exempt" and (self.standing != "postponed" or self.holds)


class Near(NamedTuple):
    """Some subjects with those for whom one of their steps may wait: `rows` by key, and as the engine takes them."""

    rows: Mapping[int, Row]
    subjects: tuple[Subject, ...]


def rows_of(found: QuerySet[RoundSubject]) -> dict[int, Row]:
    """By key, and after them those with whom the review of one of them is held. One query."""
    rows: dict[int, Row] = {}
    others: dict[int, Row] = {}
    for row in found.order_by("pk").values_list(*COLUMNS, *(f"reviewed_with__{name}" for name in COLUMNS)):
        rows[row[0]], other = Row._make(row[:_OWN]), row[_OWN:]
        if other[0] is not None:
            others[other[0]] = Row._make(other)
    return rows | {pk: others[pk] for pk in sorted(others.keys() - rows.keys())}


def around(round_: Round, asked: Collection[RoundSubject]) -> dict[int, Row]:
    """These subjects and all those for whom one of their steps may wait. Up to two queries."""
    return around_of({round_.pk}, asked)


def near(round_: Round, asked: Collection[RoundSubject]) -> Near:
    """`around` and `subjects` together, for whoever needs both and hands them on."""
    rows = around(round_, asked)
    return Near(rows, subjects(rows, {one.pk for one in asked}))


def around_of(rounds: Collection[int], asked: Collection[RoundSubject]) -> dict[int, Row]:
    """The same for subjects of several rounds (ids)."""
    pks = {one.pk for one in asked}
    points = {pk for one in asked for pk in _points(one) if pk}
    collectives = {one.pk for one in asked if one.kind == "collective"}
    collectives |= {one.collective_id for one in asked if one.kind == "leader" and one.collective_id}
    organisations = {one.pk for one in asked if one.kind == "party_organisation"}
    organisations |= {
        one.organisation_id for one in asked if one.kind == "collective" and one.party_id and one.organisation_id
    }
    near = Q(pk__in=pks | points) | Q(person__in={one.person_id for one in asked if one.person_id})
    if collectives:
        near |= Q(collective__in=collectives)
    if organisations:
        near |= Q(organisation__in=organisations)
    units = {one.pk for one in asked if one.kind in UNITS}
    if units:
        agencies = inside(rounds, units)
        near |= Q(agency__in=agencies, kind__in=(*PEOPLE_OF_UNITS, *UNITS)) | Q(pk__in=agencies)
    return rows_of(RoundSubject.objects.filter(near, round__in=rounds))


def _points(one: RoundSubject) -> tuple[int | None, ...]:
    return one.collective_id, one.organisation_id, one.agency_id, one.reviewed_with_id


def inside(rounds: Collection[int], units: set[int]) -> set[int]:
    """Agencies and units with the units inside them. One query; none where there are none."""
    if not units:
        return set()
    parts = RoundSubject.objects.filter(round__in=rounds, kind__in=UNITS, agency__isnull=False)
    up = dict(parts.values_list("pk", "agency_id"))
    found, level = set(units), units
    while level:
        level = {pk for pk, above in up.items() if above in level} - found
        found |= level
    return found


def below(round_: Round, organisation: RoundSubject) -> dict[int, Row]:
    """Everything of a Party organisation and of those below it, and the other procedures of its people."""
    links = RoundSubject.objects.filter(round=round_, kind="party_organisation").values_list("pk", "organisation_id")
    children: dict[int, list[int]] = {}
    for pk, up in links:
        if up is not None:
            children.setdefault(up, []).append(pk)
    found, level = {organisation.pk}, [organisation.pk]
    while level:
        level = [child for up in level for child in children.get(up, ()) if child not in found]
        found.update(level)
    here = RoundSubject.objects.filter(Q(organisation__in=found) | Q(pk__in=found), round=round_)
    rows = rows_of(here)
    people = {row.person for row in rows.values() if row.person is not None}
    return rows | rows_of(RoundSubject.objects.filter(round=round_, person__in=people))


def subjects(rows: Mapping[int, Row], asked: Collection[int] | None = None) -> tuple[Subject, ...]:
    """The subjects as the engine takes them: with whom each relation leads to, for those in `asked` (all)."""
    collective: dict[int, list[Row]] = {}
    organisation: dict[int, list[Row]] = {}
    agency: dict[int, list[Row]] = {}
    counted = [row for row in rows.values() if row.counts]
    for row in counted:
        for place, key in ((collective, row.collective), (organisation, row.organisation), (agency, row.agency)):
            if key is not None:
                place.setdefault(key, []).append(row)

    def of(place: Mapping[int, list[Row]], key: int | None, *kinds: str) -> Iterator[Row]:
        return (row for row in (place.get(key, ()) if key is not None else ()) if row.kind in kinds)

    def members_of_unit(key: int) -> Iterator[Row]:
        yield from of(agency, key, *PEOPLE_OF_UNITS)
        for unit in of(agency, key, *UNITS):
            yield from members_of_unit(unit.pk)

    cells = {row.person: row.organisation for row in counted if row.kind == "party_member"}

    def relations(row: Row) -> Iterator[tuple[str, Iterable[Row | int | None]]]:
        yield "collective", [row.collective, row.organisation if row.kind == "party_member" else None]
        if row.kind == "party_member":
            yield "cell", [row.organisation]
        elif row.kind == "leader":
            led = row.party is not None and row.organisation == cells.get(row.person)
            yield "cell", [row.organisation if led else None]
            yield "head", (one for one in of(collective, row.collective, "leader") if one.role == "head")
        elif row.kind == "collective":
            yield "members", of(collective, row.pk, "leader")
            yield "lower", of(collective, row.pk, "collective")
            if row.party is not None:
                others = _of_government(of(organisation, row.organisation, "collective"))
                yield "same_level", (one for one in others if one.reviewed_with != row.pk)
        elif row.kind == "party_organisation":
            parts = list(of(organisation, row.pk, "party_organisation"))
            members = list(of(organisation, row.pk, "party_member"))
            yield "suborganisations", parts
            yield "members", members
            yield "below", [*parts, *members]
            yield "agencies", of(organisation, row.pk, *UNITS)
            yield (
                "same_level",
                [*_of_government(of(organisation, row.pk, "collective")), *of(organisation, row.pk, *UNITS)],
            )
        elif row.kind in UNITS:
            yield "members", members_of_unit(row.pk)

    def one(row: Row) -> Subject:
        links = {
            name: [str(to if isinstance(to, int) else to.pk) for to in found if to is not None and to != row]
            for name, found in relations(row)
        }
        return Subject(str(row.pk), row.kind, row.role, str(row.person) if row.person is not None else None, links)

    if asked is None:
        return tuple(map(one, counted))
    return tuple(
        one(row)
        if row.pk in asked
        else Subject(str(row.pk), row.kind, row.role, str(row.person) if row.person is not None else None)
        for row in counted
    )


def _of_government(found: Iterable[Row]) -> Iterator[Row]:
    """Collectives of government, professional and mass bodies: not those of the Party."""
    return (row for row in found if row.party is None)
