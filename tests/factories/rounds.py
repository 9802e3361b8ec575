"""A ward with its committee, two cells, a leadership of three, and the round of 2025."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any

from tests.factories.party import join, make_party, seat, stand
from tests.factories.people import give_role, make_person, make_unit
from thuocdo.accounts.models import User
from thuocdo.organisation.models import Person, Role, Unit
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds import actions
from thuocdo.rounds.models import Round, RoundSubject

AT = datetime(2025, 12, 1, 2, 0, tzinfo=timezone.utc)
RATING = date(2025, 12, 20)


@dataclass
class Ward:
    """Units, organisations and people by short names; `round` once it is planned."""

    units: dict[str, Unit]
    party: dict[str, PartyOrganisation]
    people: dict[str, Person]
    round: Round = field(default_factory=Round)

    def user(self, name: str) -> User:
        found = self.people[name].user
        assert found is not None
        return found

    def subject(self, kind: str, name: str, role: str = "", of: str = "") -> RoundSubject:
        """The subject of that kind whose name begins so; a leader in the collective whose name holds `of`."""
        found = RoundSubject.objects.filter(round=self.round, kind=kind, name__startswith=name)
        found = found.filter(role=role) if role else found
        return (found.filter(collective__name__contains=of) if of else found).get()


def make_ward() -> Ward:
    """Chair, two vice chairs and four others: all three leaders on the committee of the ward, cells of the office and
    of the economy division; a member admitted in October, one excused, one who is in no cell."""
    place = make_unit("P1", "Phường Một", Unit.Kind.PLACE)
    people = make_unit("P1-UB", "Ủy ban nhân dân Phường Một", under=place)
    office = make_unit("P1-VP", "Văn phòng", Unit.Kind.COMPONENT, under=people)
    economy = make_unit("P1-KT", "Phòng Kinh tế", Unit.Kind.COMPONENT, under=people)
    one = {
        "chair": make_person("A1", "Trần Chủ Tịch", people, "Chủ tịch", leadership="head"),
        "vice": make_person("A2", "Lê Phó Một", people, "Phó Chủ tịch", leadership="deputy"),
        "vice2": make_person("A3", "Phạm Phó Hai", people, "Phó Chủ tịch", leadership="deputy"),
        "chief": make_person("A4", "Ngô Chánh Văn Phòng", office, "Chánh Văn phòng", leadership="head"),
        "officer": make_person("A5", "Đỗ Tổ Chức", office, "Chuyên viên"),
        "new": make_person("A6", "Vũ Mới Vào", economy, "Chuyên viên"),
        "excused": make_person("A7", "Bùi Được Miễn", economy, "Chuyên viên"),
        "outside": make_person("A8", "Hồ Ngoài Đảng", economy, "Chuyên viên"),
    }
    give_role(one["officer"], place, Role.Kind.OFFICER)
    ward = make_party("DB", "Đảng bộ Phường Một", "above_base", place)
    cells = {
        "office": make_party("CB1", "Chi bộ Văn phòng", "sub_cell", office, under=ward),
        "economy": make_party("CB2", "Chi bộ Kinh tế", "sub_cell", economy, under=ward),
    }
    for name in ("chair", "vice", "vice2", "chief", "officer"):
        join(one[name], cells["office"])
    join(one["new"], cells["economy"], admitted=date(2025, 10, 1))
    join(one["excused"], cells["economy"])
    stand(one["excused"], "excused")
    for name, role in (("chair", "secretary"), ("vice", "deputy"), ("vice2", "standing"), ("chief", "member")):
        seat(one[name], ward, role)
    for name, role in (("chief", "secretary"), ("officer", "deputy"), ("vice", "member")):
        seat(one[name], cells["office"], role)
    units = {"place": place, "people": people, "office": office, "economy": economy}
    return Ward(units, {"ward": ward, **cells}, one)


def plan(ward: Ward, **more: Any) -> Round:
    """A plan for the year 2025 by the ward's officer."""
    given: dict[str, Any] = {
        "organisation_id": ward.party["ward"].pk, "year": 2025, "rating_date": RATING, "overlays": [],
        "basis": "Kế hoạch 12-KH/ĐU", "whom": "", "leaderships": "every", "seats": "leading", "deadlines": {},
        "by": ward.user("officer"), "at": AT,
    }  # fmt: skip
    ward.round = actions.plan_round(**(given | more))
    return ward.round


def open_ward(also: Callable[[Ward], None] | None = None, **more: Any) -> Ward:
    """The ward with its round open; `also`: what comes to the ward before."""
    ward = make_ward()
    if also is not None:
        also(ward)
    plan(ward, **more)
    ward.round = actions.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=AT)
    return ward
