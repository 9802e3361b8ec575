"""People of a round, slice by slice: the facts of the day, and each person's subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from thuocdo.kernel.periods import period_span
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import Absence, CommitteeSeat, PartyMembership, PartyStanding
from thuocdo.rounds import rules
from thuocdo.rounds.frame import Frame, committee_key, organisation_key
from thuocdo.rounds.population import COMMITTEES, New, agency_of, beside, leadership_of
from thuocdo.rounds.rules import IN, Inclusion, WhoRules

Post = tuple[int, str, str, str, int]
"""Unit, kind, leadership, position, key."""
NO_COLLECTIVE = (
    "Giữ chức vụ ở đơn vị mà kế hoạch của đợt không coi là có tập thể lãnh đạo: trong đợt chỉ kiểm điểm ở chi bộ. Cấp "
    "có thẩm quyền quyết định nếu còn phải kiểm điểm ở nơi khác."
)
POST = ("person_id", "unit_id", "kind", "leadership", "position", "pk")


def next_people(frame: Frame, on: date, after: int, most: int, organisation: int = 0) -> list[int]:
    """The keys of the next people of the round, or of one of its Party organisations and the unit beside it: members,
    committee members, and holders of posts."""
    held, beyond = on_day(on), Q(person_id__gt=after)
    organisations = [organisation] if organisation else list(frame.organisations)
    units = [frame.organisations[organisation].unit_id] if organisation else list(frame.units)
    found: set[int] = set()
    for rows in (
        PartyMembership.objects.filter(held, beyond, organisation__in=organisations),
        CommitteeSeat.objects.filter(held, beyond, organisation__in=organisations),
        Employment.objects.filter(held, beyond, unit__in=units),
    ):
        found.update(rows.order_by("person_id").values_list("person_id", flat=True).distinct()[:most])
    return sorted(found)[:most]


def count_people(frame: Frame, on: date) -> int:
    """How many people the round looks at."""
    held = on_day(on)
    rows = (
        PartyMembership.objects.filter(held, organisation__in=list(frame.organisations)),
        CommitteeSeat.objects.filter(held, organisation__in=list(frame.organisations)),
        Employment.objects.filter(held, unit__in=list(frame.units)),
    )
    first, *more = (found.order_by().annotate(who=F("person_id")).values("who") for found in rows)
    return first.union(*more).count()


@dataclass(frozen=True)
class Facts:
    """What is known of one slice of people on the day. `elsewhere`: roles of posts outside the round's units; `seats`:
    roles of seats in committees."""

    people: Mapping[int, tuple[str, str]]
    cells: Mapping[int, tuple[int, date]]
    posts: Mapping[int, list[Post]]
    elsewhere: Mapping[int, set[str]]
    seats: Mapping[int, set[str]]
    standings: Mapping[int, set[str]]
    absences: Mapping[int, set[str]]


def read_people(frame: Frame, on: date, year: int, people: Sequence[int]) -> Facts:
    """Six queries."""
    held, keys = on_day(on), list(people)
    names = {pk: (name, code) for pk, name, code in _people(keys)}
    cells = PartyMembership.objects.filter(held, person__in=keys, organisation__in=list(frame.organisations))
    posts: dict[int, list[Post]] = {}
    elsewhere: dict[int, set[str]] = {}
    rows = Employment.objects.filter(held, person__in=keys).order_by("-start", "pk")
    for person, unit, kind, role, position, key in rows.values_list(*POST):
        if unit in frame.units:
            posts.setdefault(person, []).append((unit, kind, role, position, key))
        else:
            elsewhere.setdefault(person, set()).add(role)
    seats: dict[int, set[str]] = {}
    for person, role in CommitteeSeat.objects.filter(held, person__in=keys).values_list("person_id", "role"):
        seats.setdefault(person, set()).add(rules.SEAT_ROLES[role])
    standings: dict[int, set[str]] = {}
    known = PartyStanding.objects.filter(held, person__in=keys, withdrawn_at=None)
    for person, kind in known.values_list("person_id", "kind"):
        standings.setdefault(person, set()).add(kind)
    span = period_span("year", year, 1)
    away: dict[int, set[str]] = {}
    in_year = Q(start__lt=span.end) & (Q(end__isnull=True) | Q(end__gt=span.start))
    for person, kind in Absence.objects.filter(in_year, person__in=keys).values_list("person_id", "kind"):
        away.setdefault(person, set()).add(kind)
    members = {
        person: (cell, admitted)
        for person, cell, admitted in cells.values_list("person_id", "organisation_id", "admitted")
    }
    return Facts(names, members, posts, elsewhere, seats, standings, away)


def _people(keys: list[int]) -> Iterator[tuple[int, str, str]]:
    yield from Person.objects.filter(pk__in=keys).values_list("pk", "full_name", "code")


def person_subjects(frame: Frame, who: WhoRules, facts: Facts, rating: date, year: int) -> list[New]:
    """Every subject of these people: as member, as civil servant, in each collective."""
    seated: dict[int, list[str]] = {}
    everybody = dict(frame.seats()) if "leader" in who.kinds else {}
    leads: dict[int, set[str]] = {}
    for seats in frame.leaderships.values():
        for person, role in seats.items():
            leads.setdefault(person, set()).add(role)
    for key, seats in everybody.items():
        for person in seats:
            if person in facts.people:
                seated.setdefault(person, []).append(key)
    found: list[New] = []
    for person in facts.people:
        if person in facts.cells and "party_member" in who.kinds:
            found.append(_member(frame, who, facts, person, leads.get(person, set()), rating, year))
        staff = _staff(frame, who, facts, person)
        found += [staff] if staff else []
        found += _leader(frame, who, facts, person, seated.get(person, []), everybody)
    return found


def _member(
    frame: Frame, who: WhoRules, facts: Facts, person: int, leads: set[str], rating: date, year: int
) -> New:
    """`leads`: the roles of the person in leaderships of units, also of who acts as head."""
    cell, admitted = facts.cells[person]
    standings = facts.standings.get(person, set())
    post = _main(facts.posts.get(person, []))
    notes = []
    if "temporary" in standings and who.cite(rules.TEMPORARY):
        notes.append(
            "Sinh hoạt tạm thời: chi bộ chính thức xếp loại sau khi có nhận xét của chi bộ nơi sinh hoạt tạm thời. "
            + who.cite(rules.TEMPORARY)
        )
    if facts.absences.get(person, set()) & {"maternity", "sick_leave"} and who.cite(rules.AWAY):
        notes.append(
            "Có thời gian nghỉ thai sản hoặc nghỉ ốm trong năm: từ 03 tháng trở lên (hoặc thai sản) thì mức dựa trên "
            "công việc thực tế đã làm trong năm. " + who.cite(rules.AWAY)
        )
    if post and post[2] != "none" and post[0] not in frame.leaderships and "leader" in who.kinds:
        notes.append(NO_COLLECTIVE)
    posts = leads | facts.elsewhere.get(person, set()) | {one[2] for one in facts.posts.get(person, ())}
    role, said = rules.member_role(who, posts, facts.seats.get(person, set()))
    notes += [said] if said else []
    return New(
        f"dang-vien/{person}",
        "party_member",
        facts.people[person][0],
        frame.organisations[cell].unit_id,
        role=role,
        position=post[3] if post else "",
        person=person,
        party=cell,
        organisation=organisation_key(cell),
        collective=committee_key(cell) if cell in frame.committees and "collective" in who.kinds else "",
        agency=agency_of(frame, who, post[0]) if post else "",
        notes=tuple(notes),
        inclusion=rules.member(who, standings, admitted, rating, year),
    )


def _main(posts: Sequence[Post]) -> Post | None:
    order = ("head", "deputy", "none")
    return min(posts, key=lambda post: order.index(post[2]), default=None)


def _staff(frame: Frame, who: WhoRules, facts: Facts, person: int) -> New | None:
    posts = facts.posts.get(person, [])
    post = _main(posts)
    if post is None or post[1] not in who.kinds:
        return None
    unit, kind, role, position, _ = post
    return New(
        f"can-bo/{person}",
        kind,
        facts.people[person][0],
        unit,
        role=role,
        position=position,
        person=person,
        collective=leadership_of(frame, unit) if "collective" in who.kinds else "",
        organisation=beside(frame, unit),
        agency=agency_of(frame, who, unit),
        inclusion=rules.highest([(one[2], one[4]) for one in posts]),
    )


def _leader(
    frame: Frame,
    who: WhoRules,
    facts: Facts,
    person: int,
    keys: Sequence[str],
    everybody: Mapping[str, Mapping[int, str]],
) -> Iterator[New]:
    """One subject in each collective; where a whole collective sits in the same committee, the review is there."""
    places = who.cite(rules.PLACES)
    wider_of = {key: _wider(key, keys, everybody) if places else "" for key in keys}
    several = list(wider_of.values()).count("") > 1
    for key in keys:
        of, _, number = key.partition("/")
        pk = int(number)
        party = of == "cap-uy"
        unit = frame.organisations[pk].unit_id if party else pk
        wider = wider_of[key]
        notes = [f"Kiểm điểm một lần tại hội nghị cấp ủy, vì cả tập thể cùng ở cấp ủy ấy. {places}"] if wider else []
        if several and places and not wider:
            notes.append(
                "Giữ chức vụ ở nhiều nơi: kiểm điểm nơi làm việc nhiều thời gian hơn; ở nơi kiêm nhiệm chỉ trong phạm "
                f"vi nhiệm vụ ở đó. {places}"
            )
        off = party and "off_committee" in facts.standings.get(person, set()) and who.cite(rules.OFF_COMMITTEE)
        yield New(
            f"ca-nhan/{person}/{key}",
            "leader",
            facts.people[person][0],
            unit,
            role=everybody[key][person],
            position=_seat_words(frame, party, pk, facts, person),
            person=person,
            party=pk if party else None,
            collective=key,
            organisation=organisation_key(pk) if party else beside(frame, pk),
            agency=agency_of(frame, who, unit),
            reviewed_with=f"ca-nhan/{person}/{wider}" if wider else "",
            notes=tuple(notes),
            inclusion=Inclusion(
                "exempt", "Bị đình chỉ sinh hoạt cấp ủy: kiểm điểm ở chi bộ về thời gian trước khi bị đình chỉ.", off
            )
            if off
            else IN,
        )


def _wider(key: str, keys: Sequence[str], everybody: Mapping[str, Mapping[int, str]]) -> str:
    """The committee in which a whole leadership sits; empty where there is none."""
    if key.startswith("cap-uy/"):
        return ""
    committees = (other for other in keys if other.startswith("cap-uy/"))
    return next((other for other in committees if rules.together(everybody[key], everybody[other])), "")


def _seat_words(frame: Frame, party: bool, pk: int, facts: Facts, person: int) -> str:
    if party:
        return f"{COMMITTEES.get(frame.organisations[pk].kind, 'Chi ủy')} {frame.organisations[pk].name}"
    return next((post[3] for post in facts.posts.get(person, []) if post[0] == pk), "")
