"""The fixed cast: Vietnamese people with fixed roles in one ward, in February 2026. `build_cast()` writes
them."""

from dataclasses import dataclass
from datetime import date

from tests.factories.people import add_post, give_role, make_person, make_unit
from tests.guards import outside_actions
from thuocdo.organisation.models import Person, Role, Unit
from thuocdo.records.models import Absence

MOVED = date(2026, 2, 16)


@dataclass(frozen=True)
class Cast:
    """Units by short name, people by what they are."""

    city: Unit
    ward: Unit
    committee: Unit
    economy: Unit
    finance_team: Unit
    culture: Unit
    office: Unit
    other_ward: Unit
    chairman_above: Person
    chairman: Person
    head: Person
    deputy: Person
    officer_appraised: Person
    colleague: Person
    task_giver: Person
    team_head: Person
    team_member: Person
    head_elsewhere: Person
    organisation_officer: Person
    office_head: Person
    inspector: Person
    mover: Person
    on_maternity: Person
    contract_worker: Person
    cadre: Person
    without_account: Person
    stranger: Person


def build_cast() -> Cast:
    """Write the cast. The city manages the ward's committee; the committee manages the ward's divisions."""
    city = make_unit("TP", "Ủy ban nhân dân thành phố")
    ward = make_unit("PHUONG", "Phường Bồ Đề", Unit.Kind.PLACE)
    committee = make_unit("UB", "Ủy ban nhân dân phường", under=ward, managed_by=city)
    economy = make_unit("KT", "Phòng Kinh tế, Hạ tầng và Đô thị", under=ward, managed_by=committee)
    team = make_unit("KT-TC", "Tổ Tài chính", Unit.Kind.COMPONENT, under=economy)
    culture = make_unit("VH", "Phòng Văn hóa - Xã hội", under=ward, managed_by=committee)
    office = make_unit("VP", "Văn phòng", under=ward, managed_by=committee)
    other_place = make_unit("PHUONG2", "Phường Long Biên", Unit.Kind.PLACE)
    other = make_unit("UB2", "Ủy ban nhân dân phường Long Biên", under=other_place, managed_by=city)
    cast = Cast(
        city,
        ward,
        committee,
        economy,
        team,
        culture,
        office,
        other,
        chairman_above=make_person("TP001", "Trần Quang Vinh", city, "Chủ tịch", leadership="head"),
        chairman=make_person("UB001", "Nguyễn Hữu Thắng", committee, "Chủ tịch", leadership="head"),
        head=make_person("KT001", "Lê Minh Đức", economy, "Trưởng phòng", leadership="head"),
        deputy=make_person("KT002", "Phạm Thu Hà", economy, "Phó Trưởng phòng", leadership="deputy"),
        officer_appraised=make_person("KT003", "Nguyễn Thị Hồng Ngọc", economy),
        colleague=make_person("KT004", "Đỗ Ánh", economy),
        task_giver=make_person("KT005", "Đặng Quốc Khánh", economy),
        team_head=make_person("KT006", "Hoàng Văn Sơn", team, "Tổ trưởng", leadership="head"),
        team_member=make_person("KT007", "Đỗ Thị Lan", team),
        head_elsewhere=make_person("VH001", "Vũ Thị Thanh", culture, "Trưởng phòng", leadership="head"),
        organisation_officer=make_person("VP002", "Bùi Thị Mai", office),
        office_head=make_person("VP001", "Ngô Đình Long", office, "Chánh Văn phòng", leadership="head"),
        inspector=make_person("TP002", "Trịnh Xuân Bách", city),
        mover=make_person("KT008", "Cao Tiến Dũng", economy, end=MOVED),
        on_maternity=make_person("KT009", "Lý Thùy Dương", economy),
        contract_worker=make_person("VP003", "Mai Văn Tư", office, "Nhân viên", kind="contract_worker"),
        cadre=make_person("UB002", "Phan Thị Út", committee, "Chủ tịch Hội đồng", kind="cadre"),
        without_account=make_person("VH002", "Tạ Bích Loan", culture, account=False),
        stranger=make_person("UB2001", "Dương Văn Lạ", other, "Chủ tịch", leadership="head"),
    )
    _facts(cast)
    return cast


def _facts(cast: Cast) -> None:
    add_post(cast.mover, cast.culture, "Chuyên viên", start=MOVED)
    give_role(cast.organisation_officer, cast.ward, Role.Kind.OFFICER)
    give_role(cast.inspector, cast.ward, Role.Kind.INSPECTOR)
    give_role(cast.task_giver, cast.economy, Role.Kind.TASK_GIVER)
    with outside_actions():
        Absence.objects.create(
            person=cast.on_maternity,
            kind=Absence.Kind.MATERNITY,
            start=date(2026, 1, 5),
            end=date(2026, 7, 5),
        )
