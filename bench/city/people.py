"""The units and people of a generated city: deterministic, written set by set, off the record unless asked."""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.text import fold, sort_key
from thuocdo.organisation.finding import index
from thuocdo.organisation.models import Employment, Person, Role, Unit, UnitLink
from thuocdo.records.models import Absence

FULL_AGENCIES, FULL_COMPONENTS, STAFF = 156, 37, 24
START = date(2025, 7, 1)
SETTLED = date(2024, 1, 1)
CREATED = datetime(2025, 7, 1, tzinfo=timezone.utc)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thanh", "Quốc", "Ngọc", "Hữu", "Thu", "Xuân", "Hồng")
GIVEN = (
    "An",
    "Ánh",
    "Bình",
    "Châu",
    "Dũng",
    "Đạt",
    "Giang",
    "Hà",
    "Hải",
    "Hòa",
    "Huệ",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Quân",
    "Sơn",
    "Tâm",
    "Thảo",
    "Trang",
    "Tuấn",
    "Uyên",
    "Việt",
    "Yến",
)
NAMES = [f"{f} {m} {g}" for g in GIVEN for m in MIDDLE for f in FAMILY]
AWAY_EVERY, MOVER_EVERY, NO_ACCOUNT_EVERY = 211, 97, 331


@dataclass(frozen=True)
class City:
    """Where the generated city is: its root, its officer's account, and how many units and people it has."""

    root: int
    officer: int
    units: int
    people: int


class Ledger:
    """Collects rows per model; `write` inserts them and, on the record, takes their digests."""

    def __init__(self) -> None:
        self.patterns: dict[type[Model], bulk.Pattern] = {}
        self.rows: dict[type[Model], list[bulk.Row]] = {}

    def table(self, model: type[Model], varying: tuple[str, ...], **constant: Any) -> None:
        """The columns that vary, and the rest."""
        self.patterns[model], self.rows[model] = bulk.Pattern(model, varying, **constant), []

    def add(self, model: type[Model], *values: Any) -> None:
        """One row."""
        self.rows[model].append(self.patterns[model].row(*values))

    def write(self) -> None:
        """Insert everything, in the order in which the tables were named."""
        for model, rows in self.rows.items():
            bulk.insert(model, rows)

    def found(self) -> None:
        """Keep the words under which the rows are found, as `record` does of what is on the record."""
        for model, rows in self.rows.items():
            index.add(model, (model(*row) for row in rows))


@action
def found_city(
    *, scale: int, by: None, at: datetime, on_record: bool = False, components: int = FULL_COMPONENTS
) -> City:
    """Write units, posts, accounts and absences of one `scale`-th of 150,000 people in about 6,000 units."""
    ledger = Ledger()
    _tables(ledger)
    agencies = max(2, FULL_AGENCIES // scale)
    people = agencies * (3 + components * (2 + STAFF)) + 1
    units = 2 + agencies * (1 + components)
    unit_keys = iter(bulk.reserve(Unit, units))
    link_keys = iter(bulk.reserve(UnitLink, 3 * units))
    staff = _Staff(ledger, people)
    root, chair = next(unit_keys), next(unit_keys)
    ledger.add(Unit, root, "TP", "Thành phố mẫu", "place", 1)
    ledger.add(Unit, chair, "TP-UB", "Ủy ban nhân dân thành phố", "agency", 2)
    ledger.add(UnitLink, next(link_keys), "structure", chair, root)
    officer = staff.seat(chair, "Chủ tịch", "head")
    for a in range(agencies):
        agency, name = next(unit_keys), f"Cơ quan {a + 1:03d}" if a < 30 else f"Phường {a - 29:03d}"
        ledger.add(Unit, agency, f"CQ{a:03d}", name, "agency", 10 + a)
        ledger.add(UnitLink, next(link_keys), "structure", agency, root)
        ledger.add(UnitLink, next(link_keys), "management", agency, chair)
        for position, leadership in (
            ("Thủ trưởng", "head"),
            ("Phó thủ trưởng", "deputy"),
            ("Phó thủ trưởng", "deputy"),
        ):
            staff.seat(agency, position, leadership)
        for c in range(components):
            unit = next(unit_keys)
            ledger.add(Unit, unit, f"CQ{a:03d}-{c:02d}", f"Đơn vị {c + 1:02d}, {name}", "component", c)
            ledger.add(UnitLink, next(link_keys), "structure", unit, agency)
            staff.seat(unit, "Trưởng đơn vị", "head")
            staff.seat(unit, "Phó trưởng đơn vị", "deputy")
            for _ in range(STAFF):
                staff.seat(unit, "Chuyên viên", "none")
    ledger.add(Role, bulk.reserve(Role, 1)[0], officer.person, root)
    ledger.write()
    if on_record:
        record(chain="TP", code="demo.finished", by=by, at=at, fresh=list(ledger.rows.items()))
    else:
        ledger.found()
        nothing_changed()
    return City(root, officer.account, units, people)


def _tables(ledger: Ledger) -> None:
    ledger.table(User, ("id", "username", "display_name"), password="!", created_at=CREATED)
    ledger.table(Unit, ("id", "code", "name", "kind", "order"), start=START)
    ledger.table(UnitLink, ("id", "tree", "child_id", "parent_id"), start=START)
    ledger.table(Person, ("id", "code", "full_name", "sort_key", "search_key", "user_id"))
    ledger.table(
        Employment,
        ("id", "person_id", "unit_id", "position", "leadership", "start", "end"),
        kind="civil_servant",
        task_group="Chuyên môn, nghiệp vụ",
    )
    ledger.table(Absence, ("id", "person_id"), kind="maternity", start=date(2026, 1, 5), end=date(2026, 7, 5))
    ledger.table(Role, ("id", "person_id", "unit_id"), kind=Role.Kind.OFFICER, start=START)


@dataclass(frozen=True)
class Seat:
    """Who took a seat."""

    person: int
    account: int


class _Staff:
    """Gives out people one after the other: every 211th away all month, every 97th moved in mid-month."""

    def __init__(self, ledger: Ledger, people: int) -> None:
        self.ledger, self.number = ledger, 0
        self.persons, self.accounts = iter(bulk.reserve(Person, people)), iter(bulk.reserve(User, people))
        self.posts = iter(bulk.reserve(Employment, people + people // MOVER_EVERY + 2))
        self.absences = iter(bulk.reserve(Absence, people // AWAY_EVERY + 2))
        self.keys = {name: (sort_key(name), fold(name)) for name in NAMES}
        self.before: int | None = None

    def seat(self, unit: int, position: str, leadership: str) -> Seat:
        self.number += 1
        n, person, account = self.number, next(self.persons), next(self.accounts)
        code, name = f"{n:07d}", NAMES[n * 7 % len(NAMES)]
        self.ledger.add(User, account, f"nv{code}", name)
        holder = account if n % NO_ACCOUNT_EVERY else None
        self.ledger.add(Person, person, code, name, *self.keys[name], holder)
        since = SETTLED
        if leadership == "none" and n % MOVER_EVERY == 0 and self.before is not None:
            since = date(2026, 2, 10)
            self.ledger.add(Employment, next(self.posts), person, self.before, position, leadership, SETTLED, since)
        self.ledger.add(Employment, next(self.posts), person, unit, position, leadership, since, None)
        if leadership == "none" and n % AWAY_EVERY == 0:
            self.ledger.add(Absence, next(self.absences), person)
        self.before = unit
        return Seat(person, account)
