"""A district of Hòa Bình with the round of 2018 open under the province's plan."""

from datetime import date, datetime, timezone
from typing import Any

from tests.factories import rounds as world
from tests.factories.party import join
from tests.factories.people import give_role, make_person
from tests.factories.rounds import Ward
from tests.guards import outside_actions
from thuocdo.organisation.models import Employment, Role, Unit, UnitLink
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation, PartyStanding
from thuocdo.rounds import actions

FAMILY = ("Bùi", "Đinh", "Hà", "Quách", "Xa", "Lường", "Phùng")
MIDDLE = ("Văn", "Thị", "Đức")
GIVEN = ("An", "Bình", "Cường", "Duyên", "Giang", "Hạnh", "Khánh", "Lâm", "Mai", "Nghĩa", "Oanh")
LONG_AGO = date(2016, 1, 1)
AT = datetime(2018, 12, 12, 2, 0, tzinfo=timezone.utc)
PLAN = {"basis": "Kế hoạch 183-KH/TU ngày 30/11/2018", "whom": "Kế hoạch 183-KH/TU ngày 30/11/2018"}


def make_district(more: int = 0) -> Ward:
    """People, organisations and committees as they stood since 2016; `more`: members of the cell of the office, whom
    no account is opened for."""
    ward = world.make_ward()
    for n in range(1, more + 1):
        name = f"{FAMILY[n % len(FAMILY)]} {MIDDLE[n % len(MIDDLE)]} {GIVEN[n % len(GIVEN)]}"
        join(make_person(f"B{n:02}", name, ward.units["office"], "Chuyên viên", account=False), ward.party["office"])
    with outside_actions():
        PartyMembership.objects.update(admitted=date(2015, 2, 3))
        for model in (Unit, UnitLink, Employment, Role, PartyOrganisation, PartyLink, PartyMembership, CommitteeSeat,
                      PartyStanding):  # fmt: skip
            model.objects.update(start=LONG_AGO)  # type: ignore[attr-defined]
    return ward


def open_district() -> Ward:
    ward = make_district()
    begin(ward, 2018, AT, overlays=["overlays/hoa-binh-2018"], **PLAN)
    return ward


def second_officer(ward: Ward) -> None:
    """An officer of the place who leads nobody."""
    role = give_role(ward.people["excused"], ward.units["place"], Role.Kind.OFFICER)
    with outside_actions():
        Role.objects.filter(pk=role.pk).update(start=LONG_AGO)


def begin(ward: Ward, year: int, at: datetime, **more: Any) -> None:
    world.plan(ward, year=year, rating_date=date(year, 12, 20), at=at, **more)
    ward.round = actions.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=at)
