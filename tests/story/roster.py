"""Who serves where and who evaluates whom, kept by the story itself: a second reading of Điều 10 NĐ 335."""

from dataclasses import dataclass, field

from tests.story.people import CENTRE, DEPARTMENT, EVERYBODY, HEAD, PLACES, WARD


@dataclass
class Seat:
    """Where somebody serves now."""

    unit: str
    leadership: str
    kind: str


@dataclass
class Roster:
    """The posts of everybody now; the acts change it when they change the product."""

    seats: dict[str, Seat] = field(
        default_factory=lambda: {one.code: Seat(one.unit, one.leadership, one.kind) for one in EVERYBODY}
    )
    kinds: dict[str, str] = field(default_factory=lambda: {one.code: one.kind for one in PLACES})
    away: set[str] = field(default_factory=set)

    def root_of(self, code: str) -> str:
        """The agency whose months the person is in, or nothing for people of the city."""
        start = self.seats[code].unit.partition("-")[0]
        return start if start in (WARD, DEPARTMENT) else ""

    def people(self, root: str) -> list[str]:
        """Everybody who serves there, in the order of staff codes."""
        return sorted(code for code in self.seats if self.root_of(code) == root)

    def rated(self, root: str) -> list[str]:
        """Everybody who has a sheet under NĐ 335 there this month."""
        others = self.away | {one.code for one in CENTRE}
        return [c for c in self.people(root) if c not in others and self.seats[c].kind != "public_employee"]

    def head(self, unit: str) -> str:
        """The one head of the unit."""
        (found,) = [code for code, seat in self.seats.items() if (seat.unit, seat.leadership) == (unit, HEAD)]
        return found

    def above(self, unit: str) -> str:
        """The unit that manages this one, or of which it is a part."""
        if self.kinds[unit] == "component":
            return DEPARTMENT
        return "TP-UB" if unit in ("P-UB", DEPARTMENT) else "P-UB"

    def judging_unit(self, code: str) -> str:
        """The unit whose head evaluates the month (Điều 10)."""
        seat = self.seats[code]
        return self.above(seat.unit) if seat.leadership == HEAD else seat.unit

    def evaluator(self, code: str) -> str:
        """Who evaluates the month."""
        return self.head(self.judging_unit(code))

    def below(self, code: str) -> list[str]:
        """Whose scores the head's own first factor rests on (Điều 15): those of the unit, of an agency all within."""
        seat = self.seats[code]
        if seat.leadership != HEAD:
            return []
        within = [c for c in self.rated(self.root_of(code)) if c != code]
        if seat.unit == DEPARTMENT:
            return within
        return [c for c in within if self.seats[c].unit == seat.unit]

    def rank(self, code: str) -> int:
        """Who is judged first: a head after the people whose scores count for the head."""
        seat = self.seats[code]
        if seat.leadership != HEAD:
            return 0 if seat.leadership == "none" else 1
        return 3 if seat.unit in ("P-UB", DEPARTMENT) else 2
