"""The Party organisations, units and people of a generated province: deterministic, written set by set."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timezone

from bench.city.people import NAMES, Ledger
from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.text import fold, sort_key
from thuocdo.organisation.models import Employment, Person, Role, Unit, UnitLink
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation, PartyStanding

START, ADMITTED = date(2024, 1, 1), date(2012, 5, 19)
LATE, BETWEEN = date(2025, 9, 2), date(2025, 6, 25)
"""Admitted too late for the year, and so that six months end between the rating date and the end of the year."""
CREATED = datetime(2025, 7, 1, tzinfo=timezone.utc)
ROOT = "TINH"
"""Code of the province's unit and of its Party organisation."""
NEW_EVERY, EXCUSED_EVERY, OUTSIDE_EVERY = 401, 211, 13


@dataclass(frozen=True)
class Size:
    """`divisions` of each committee have a head, two deputies, `staff` others and a cell; `hamlets` are cells of people
    without a post; so many cells of either elect a committee of three."""

    committees: int = 20
    divisions: int = 28
    hamlets: int = 17
    staff: int = 17
    villagers: int = 43
    elected: int = 30

    @property
    def cells(self) -> int:
        return self.committees * (self.divisions + self.hamlets)

    def people(self) -> int:
        each = 5 + 3 + self.divisions * (3 + self.staff) + self.hamlets * self.villagers
        return 6 + self.committees * each


@dataclass(frozen=True)
class Province:
    """Where the generated province is: its Party organisation, its officer's account, how many people it has; accounts
    of a committee's secretary, of a head of division who is a cell's secretary, and of somebody without a post."""

    root: int
    officer: int
    people: int
    secretary: int
    head: int
    plain: int


@dataclass
class _Crowd:
    """Gives out people one after the other, each with an account."""

    ledger: Ledger
    people: int
    number: int = 0
    accounts: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.persons, self.users = iter(bulk.reserve(Person, self.people)), iter(bulk.reserve(User, self.people))
        self.keys = {name: (sort_key(name), fold(name)) for name in NAMES}

    def one(self) -> int:
        """Somebody new, by key."""
        self.number += 1
        n, person, account = self.number, next(self.persons), next(self.users)
        code, name = f"{n:07d}", NAMES[n * 7 % len(NAMES)]
        self.ledger.add(User, account, f"dv{code}", name)
        self.ledger.add(Person, person, code, name, *self.keys[name], account)
        self.accounts[person] = account
        return person


class _Writer:
    """Rows of all tables, with keys taken in one go."""

    def __init__(self, size: Size) -> None:
        self.ledger, self.size = Ledger(), size
        self._tables()
        units, parties = 2 + size.committees * (2 + size.divisions), 1 + size.committees + size.cells
        self.units = self._keys(Unit, units)
        self.links = self._keys(UnitLink, 2 * units)
        self.parties = self._keys(PartyOrganisation, parties)
        self.party_links = self._keys(PartyLink, parties)
        people = size.people()
        self.crowd = _Crowd(self.ledger, people)
        self.posts, self.members = self._keys(Employment, people), self._keys(PartyMembership, people)
        self.seats = self._keys(CommitteeSeat, 10 + size.committees * (10 + 3 * size.elected))
        self.standings = self._keys(PartyStanding, people // EXCUSED_EVERY + 1)

    @staticmethod
    def _keys(model: type, count: int) -> Iterator[int]:
        return iter(bulk.reserve(model, count))

    def _tables(self) -> None:
        ledger = self.ledger
        ledger.table(User, ("id", "username", "display_name"), password="!", created_at=CREATED)
        ledger.table(Unit, ("id", "code", "name", "kind", "order"), start=START)
        ledger.table(UnitLink, ("id", "tree", "child_id", "parent_id"), start=START)
        ledger.table(Person, ("id", "code", "full_name", "sort_key", "search_key", "user_id"))
        ledger.table(
            Employment,
            ("id", "person_id", "unit_id", "position", "leadership"),
            start=START,
            kind="civil_servant",
            task_group="Chuyên môn, nghiệp vụ",
        )
        ledger.table(Role, ("id", "person_id", "unit_id"), kind=Role.Kind.OFFICER, start=START)
        ledger.table(PartyOrganisation, ("id", "code", "name", "kind", "unit_id"), start=START)
        ledger.table(PartyLink, ("id", "child_id", "parent_id"), start=START)
        ledger.table(PartyMembership, ("id", "person_id", "organisation_id", "admitted", "start"))
        ledger.table(CommitteeSeat, ("id", "person_id", "organisation_id", "role"), start=START)
        ledger.table(PartyStanding, ("id", "person_id"), kind="excused", start=START)

    def unit(self, code: str, name: str, kind: str, order: int, above: int | None) -> int:
        key = next(self.units)
        self.ledger.add(Unit, key, code, name, kind, order)
        if above is not None:
            self.ledger.add(UnitLink, next(self.links), "structure", key, above)
        return key

    def party(self, code: str, name: str, kind: str, unit: int, above: int | None) -> int:
        key = next(self.parties)
        self.ledger.add(PartyOrganisation, key, code, name, kind, unit)
        if above is not None:
            self.ledger.add(PartyLink, next(self.party_links), key, above)
        return key

    def post(self, unit: int, position: str, leadership: str) -> int:
        """Somebody new who holds this post."""
        person = self.crowd.one()
        self.ledger.add(Employment, next(self.posts), person, unit, position, leadership)
        return person

    def joins(self, person: int, cell: int) -> None:
        n = self.crowd.number
        day = ADMITTED if n % NEW_EVERY else BETWEEN if n % 2 else LATE
        self.ledger.add(PartyMembership, next(self.members), person, cell, day, max(day, START))
        if n % EXCUSED_EVERY == 0:
            self.ledger.add(PartyStanding, next(self.standings), person)

    def sit(self, organisation: int, people: list[int], roles: tuple[str, ...]) -> None:
        for person, role in zip(people, roles, strict=True):
            self.ledger.add(CommitteeSeat, next(self.seats), person, organisation, role)

    def committee(self, number: int, root_unit: int, root: int) -> tuple[int, int]:
        """One committee with its commune; its secretary and the first head of a division."""
        size, code = self.size, f"X{number:02d}"
        place = self.unit(code, f"Xã {number + 1:02d}", "place", 10 + number, root_unit)
        office = self.unit(f"{code}-UB", f"Ủy ban nhân dân xã {number + 1:02d}", "agency", 1, place)
        party = self.party(code, f"Đảng bộ xã {number + 1:02d}", "above_base", place, root)
        leaders = [
            self.post(office, position, role)
            for position, role in (("Chủ tịch", "head"), ("Phó Chủ tịch", "deputy"), ("Phó Chủ tịch", "deputy"))
        ]
        standing = [self.crowd.one() for _ in range(5)]
        self.sit(
            party, [*standing, *leaders], ("secretary", "deputy", *("standing",) * 3, "deputy", *("standing",) * 2)
        )
        first, heads = 0, []
        for c in range(size.divisions + size.hamlets):
            name = f"{c + 1:02d}, xã {number + 1:02d}"
            if c < size.divisions:
                unit = self.unit(f"{code}-{c:02d}", f"Phòng {name}", "component", c, office)
                people = [self.post(unit, "Trưởng phòng", "head")]
                people += [self.post(unit, "Phó Trưởng phòng", "deputy") for _ in range(2)]
                heads.append(people[0])
            else:
                unit, people = place, []
            cell = self.party(f"{code}-CB{c:02d}", f"Chi bộ {name}", "sub_cell", unit, party)
            for person in people + ([*standing, *leaders] if not first else []):
                self.joins(person, cell)
            first = first or cell
            for n in range(size.staff if c < size.divisions else size.villagers):
                person = self.post(unit, "Chuyên viên", "none") if c < size.divisions else self.crowd.one()
                if c >= size.divisions or n == 0 or self.crowd.number % OUTSIDE_EVERY:
                    self.joins(person, cell)
                people.append(person)
            if c < size.elected:
                self.sit(cell, people[:3], ("secretary", "deputy", "member"))
        return standing[0], heads[0]


@action
def found_province(*, size: Size, by: None, at: datetime, on_record: bool = False) -> Province:
    """Write the units, posts, accounts, Party organisations, members and committees of a province."""
    writer = _Writer(size)
    place = writer.unit(ROOT, "Tỉnh mẫu", "place", 1, None)
    office = writer.unit(f"{ROOT}-VP", "Văn phòng Tỉnh ủy", "agency", 1, place)
    root = writer.party(ROOT, "Đảng bộ tỉnh", "province", place, None)
    officer = writer.post(office, "Chuyên viên", "none")
    writer.sit(root, [writer.crowd.one() for _ in range(5)], ("secretary", "deputy", *("standing",) * 3))
    (secretary, head), *_ = [writer.committee(number, place, root) for number in range(size.committees)]
    writer.ledger.add(Role, bulk.reserve(Role, 1)[0], officer, place)
    writer.ledger.write()
    if on_record:
        record(chain=ROOT, code="demo.finished", by=by, at=at, fresh=list(writer.ledger.rows.items()))
    else:
        nothing_changed()
    known = writer.crowd.accounts
    plain = max(known)
    return Province(root, known[officer], writer.crowd.number, known[secretary], known[head], known[plain])
