"""The officer's pages: no controls on the own row, no dead link to admission, units that can be opened."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.factories.people import add_post, give_role, make_person, make_unit
from tests.integration.web.office import MOST_QUERIES, counted, ready_cast, set_clock, text_of
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.models import Role, Unit
from thuocdo.rulesets.actions import bind

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Cast:
    set_clock(monkeypatch, at)
    return ready_cast()


@pytest.fixture
def february(cast: Cast) -> Cycle:
    return months.open_month(cast.ward, cast.organisation_officer)


def test_the_own_row_has_no_controls_and_the_address_is_refused(cast: Cast, february: Cycle) -> None:
    own = months.sheet_of(february, cast.organisation_officer)
    other = months.sheet_of(february, cast.colleague)
    second = months.relief_officer(cast.ward)
    pages = [
        reverse("cycle_progress", args=[february.pk]) + "?trang-thai=drafting",
        reverse("cycle_close", args=[february.pk]),
    ]
    for who, hidden in ((cast.organisation_officer, True), (second, False)):
        for path in pages:
            page = signed_in(who).get(path).content.decode()
            assert (reverse("sheet_exception", args=[own.pk, "gia-han"]) not in page) is hidden
            assert (reverse("sheet_exception", args=[own.pk, "mien"]) not in page) is hidden
            assert reverse("sheet_exception", args=[other.pk, "mien"]) in page
    mine = reverse("sheet_exception", args=[own.pk, "mien"])
    for answer in (
        signed_in(cast.organisation_officer).get(mine),
        signed_in(cast.organisation_officer).post(mine, {"reason": "Bận"}),
    ):
        assert answer.status_code == 403
        assert second.full_name in text_of(answer)
    assert signed_in(second).post(mine, {"reason": "Đi học"}).status_code == 302


def test_the_own_place_is_left_to_another_officer(cast: Cast) -> None:
    officer = cast.organisation_officer
    add_post(officer, cast.culture, "Chuyên viên kiêm nhiệm")
    asked = {
        "root": cast.ward.pk, "kind": "month", "number": "2", "year": "2026", "submit_by": "10/03/2026",
        "submit_by_time": "17:00", "confirm_by": "15/03/2026", "confirm_by_time": "17:00",
    }  # fmt: skip
    page = signed_in(officer).get(reverse("cycle_review"), asked).content.decode()
    assert f'name="choice-{officer.pk}"' not in page
    assert f'name="choice-{cast.mover.pk}"' in page
    cycle = months.open_month(cast.ward, officer)
    own = reverse("member_admit", args=[Member.objects.get(cycle=cycle, person=officer).pk])
    outside = reverse("cycle_progress", args=[cycle.pk]) + "?trang-thai=ngoai-ky"
    assert own not in signed_in(officer).get(outside).content.decode()
    assert signed_in(officer).get(own).status_code == 403
    assert signed_in(months.relief_officer(cast.ward)).get(own).status_code == 200


def test_admission_is_offered_only_where_a_rule_covers_the_person(cast: Cast, february: Cycle, at: datetime) -> None:
    officer, path = signed_in(cast.organisation_officer), reverse("cycle_progress", args=[february.pk])
    path += "?trang-thai=ngoai-ky"

    def offered(person: object) -> bool:
        member = Member.objects.get(cycle=february, person=person)
        return reverse("member_admit", args=[member.pk]) in officer.get(path).content.decode()

    assert [offered(p) for p in (cast.cadre, cast.contract_worker)] == [False, False]
    assert [offered(p) for p in (cast.mover, cast.on_maternity)] == [True, True]
    page = officer.get(path).content.decode()
    assert "Cần quy định áp dụng trước" in page
    assert f'<a href="{reverse("rule_bindings")}">Cần quy định' in page
    bind(
        by=cast.organisation_officer.user, at=at, unit_id=cast.ward.pk, subject_kind="contract_worker",
        rulebook="state/nd-335-2025", start=date(2026, 1, 1), decided_by="Chủ tịch UBND phường",
        reason="Áp dụng cho lao động hợp đồng",
    )  # fmt: skip
    assert [offered(p) for p in (cast.cadre, cast.contract_worker)] == [False, True]
    assert counted(officer, path) <= MOST_QUERIES


def test_an_officer_above_opens_a_period_for_a_unit_below(cast: Cast) -> None:
    province = make_unit("TINH", "Tỉnh")
    for number in range(1, 4):
        ward = make_unit(f"X{number}", f"Xã số {number}", Unit.Kind.PLACE, under=province)
        make_person(f"X{number}01", "Hồ Thị Xuân", make_unit(f"X{number}-UB", f"Ủy ban {number}", under=ward))
    empty = make_unit("X9", "Xã chưa có người", Unit.Kind.PLACE, under=province)
    part = make_unit("X1-TO", "Tổ công tác", Unit.Kind.COMPONENT, under=Unit.objects.get(code="X1"))
    make_person("X1-TO1", "Kiều Oanh", part)
    officer = make_person("SNV01", "Lâm Nhật Minh", make_unit("SNV", "Sở Nội vụ"))
    give_role(officer, province, Role.Kind.OFFICER)
    client, path = signed_in(officer), reverse("cycle_new")
    page = client.get(path).content.decode()
    for code in ("TINH", "X1", "X2", "X3-UB"):
        assert f'<option value="{Unit.objects.get(code=code).pk}"' in page
    for unit in (empty, part, cast.ward, cast.other_ward):
        assert f'<option value="{unit.pk}"' not in page
    assert '<optgroup label="Thuộc Tỉnh">' in page
    few = counted(client, path)
    for number in range(10, 30):
        make_person(f"Y{number}", "Hồ Thị Thu", make_unit(f"Y{number}-UB", f"Ban {number}", under=province))
    assert counted(client, path) == few <= MOST_QUERIES
    below = Unit.objects.get(code="X2")
    assert months.open_month(below, officer).root == below
    own = signed_in(cast.organisation_officer).get(path).content.decode()
    assert f'<option value="{cast.ward.pk}"' in own
    assert f'<option value="{below.pk}"' not in own
