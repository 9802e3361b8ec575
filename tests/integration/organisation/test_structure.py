"""Trees, heads, roles and permissions as they stood on a day; rules bound to units."""

from datetime import date

import pytest

from tests.integration.organisation.ward import SINCE, member
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation import actions, queries
from thuocdo.organisation.actions import NewUnit
from thuocdo.rulesets.actions import bind
from thuocdo.rulesets.queries import rule_for

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)


def codes(units):
    return [u.code for u in units]


def test_ancestors_agency_and_descendants(ward):
    office = ward.units["P1-VP"]
    assert codes(queries.ancestors(office, DAY)) == ["P1-VP", "P1-UB", "P1"]
    assert queries.agency_of(office, DAY) == ward.units["P1-UB"]
    assert queries.agency_of(ward.units["P1"], DAY) is None
    assert queries.descendants(ward.units["P1"], DAY) == {
        u.pk for c, u in ward.units.items() if c.startswith("P1")
    }
    assert queries.ancestors(office, date(2025, 6, 30)) == [office]


def test_managing_unit_is_the_nearest_one_stated(db, at):
    units = actions.create_units(by=None, at=at, units=[
        NewUnit("T", "Thành phố", "agency", SINCE), NewUnit("P", "Phường", "agency", SINCE, managed_by="T"),
        NewUnit("V", "Văn phòng", "component", SINCE, parent="P"),
    ])
    assert queries.managing_unit_of(units["V"], DAY) == units["T"]
    assert queries.managing_unit_of(units["T"], DAY) is None


def test_units_are_set_up_by_the_operator_and_codes_are_unique(ward, at):
    new = [NewUnit("p1-vp", "Trùng", "component", SINCE, parent="P1")]
    with pytest.raises(Conflict):
        actions.create_units(by=None, at=at, units=new)
    with pytest.raises(Forbidden):
        actions.create_units(by=ward.officer, at=at, units=new)
    with pytest.raises(Refusal):
        actions.create_units(by=None, at=at, units=[NewUnit("X", "X", "component", SINCE, parent="KHONG")])


def test_one_head_at_a_time_and_only_of_the_own_unit(ward, at):
    _, head = member(at, ward.units["P1-UB"], "CT001", "Hoàng Chủ", "h.chu", leadership="head")
    assert queries.head_of(ward.units["P1-UB"], DAY) == head
    assert queries.head_of(ward.units["P1-VP"], DAY) is None
    post = {
        "by": ward.officer,
        "at": at,
        "person_id": ward.employee_person.pk,
        "unit_id": ward.units["P1-UB"].pk,
        "kind": "civil_servant",
        "position": "Chủ tịch",
        "leadership": "head",
    }
    with pytest.raises(Conflict):
        actions.employ(**post, start=DAY)
    actions.end_employment(
        by=ward.officer,
        at=at,
        employment_id=queries.head_post(ward.units["P1-UB"], DAY).pk,
        end=date(2026, 4, 1),
    )
    actions.employ(**post, start=date(2026, 4, 1))
    assert queries.head_of(ward.units["P1-UB"], date(2026, 3, 31)) == head
    assert queries.head_of(ward.units["P1-UB"], date(2026, 4, 1)) == ward.employee_person


def test_permissions_follow_dated_posts_and_roles(ward, at):
    assert queries.permissions(ward.employee, DAY) == {"signed_in", "own_sheet"}
    assert {"manage_people", "manage_cycles"} <= queries.permissions(ward.officer, DAY)
    assert "manage_people" not in queries.permissions(ward.officer, date(2025, 6, 30))
    head, _ = member(at, ward.units["P1-DU"], "BT001", "Vũ Bí Thư", "vu.bt", leadership="head")
    assert {"evaluate", "answer_petitions", "assign_tasks"} <= queries.permissions(head, DAY)
    ward.officer.is_active = False
    assert queries.permissions(ward.officer, DAY) == frozenset()


def test_an_officer_sees_and_finds_only_the_own_people(ward):
    mine = [p.code for p in queries.people_for_officer(ward.officer, DAY)]
    assert mine == ["CC900", "TC001"]
    assert [p.code for p in queries.people_for_officer(ward.officer, DAY, "SAN")] == ["CC900"]
    assert [p.code for p in queries.people_for_officer(ward.officer, DAY, "cc9")] == ["CC900"]
    assert not queries.people_for_officer(ward.employee, DAY)
    with pytest.raises(NotYours):
        queries.person_for_officer(ward.stranger, ward.employee_person.pk, DAY)


def test_writes_reach_only_the_officers_units(ward, at):
    outside = ward.units["P2-UB"].pk
    new = {"by": ward.officer, "at": at, "code": "X1", "full_name": "Người Mới"}
    with pytest.raises(NotYours):
        actions.create_person(**new, unit_id=outside)
    person = actions.create_person(**new, unit_id=ward.units["P1-VP"].pk)
    with pytest.raises(NotYours):
        actions.employ(
            by=ward.officer,
            at=at,
            person_id=person.pk,
            unit_id=outside,
            kind="cadre",
            position="A",
            start=DAY,
        )
    with pytest.raises(NotYours):
        actions.give_role(
            by=ward.officer,
            at=at,
            person_id=ward.stranger.person.pk,
            unit_id=ward.units["P1"].pk,
            kind="inspector",
            start=DAY,
        )
    with pytest.raises(NotYours):
        actions.open_account(by=ward.officer, at=at, person_id=ward.stranger.person.pk, username="moi.nv")


def test_civil_servants_fall_under_the_law_and_others_are_named_as_missing(ward):
    rule = rule_for(ward.units["P1-VP"], "civil_servant", DAY)
    assert (rule.rulebook, rule.overlays, rule.binding) == ("state/nd-335-2025", (), None)
    assert rule.hash
    assert rule_for(ward.units["P1-VP"], "civil_servant", date(2025, 12, 31)).rulebook is None
    for kind, name in (("cadre", "cán bộ"), ("public_employee", "viên chức"), ("contract_worker", "hợp "
        "đồng")):
        missing = rule_for(ward.units["P1-VP"], kind, DAY)
        assert missing.rulebook is None
        assert name in missing.sentence.lower(), missing.sentence


def test_the_nearest_binding_applies_from_its_day_and_ends_the_one_before(ward, at):
    top = {"by": ward.officer, "at": at, "unit_id": ward.units["P1"].pk, "subject_kind": "civil_servant",
           "rulebook": "state/nd-335-2025", "decided_by": "UBND phường", "reason": "Quyết định 1"}
    first = bind(**top, start=date(2026, 1, 1))
    assert bind(**top, start=date(2026, 2, 1)) == first
    own = bind(**{**top, "unit_id": ward.units["P1-VP"].pk, "reason": "Quyết định 2"}, start=date(2026, 2, 1))
    assert rule_for(ward.units["P1-VP"], "civil_servant", date(2026, 1, 31)).binding == first.pk
    assert rule_for(ward.units["P1-VP"], "civil_servant", date(2026, 2, 1)).binding == own.pk
    assert rule_for(ward.units["P1-DU"], "civil_servant", DAY).binding == first.pk
    second = bind(**{**top, "reason": "Quyết định 3"}, start=date(2026, 3, 1))
    first.refresh_from_db()
    assert (first.end, second.end) == (date(2026, 3, 1), None)


@pytest.mark.parametrize(
    ("change", "error"),
    [({"rulebook": "state/khong-co"}, Refusal), ({"subject_kind": "x"}, Refusal), ({"reason": " "}, Refusal),
     ({"rulebook": "", "overlays": ["overlays/x"]}, Refusal), ({"subject_kind": "public_employee"}, Refusal),
     ({"start": date(2025, 1, 1)}, Refusal)],
)
def test_wrong_bindings_are_refused(ward, at, change, error):
    values = {
        "by": ward.officer,
        "at": at,
        "unit_id": ward.units["P1"].pk,
        "subject_kind": "civil_servant",
        "rulebook": "state/nd-335-2025",
        "decided_by": "UBND",
        "reason": "QĐ",
        "start": date(2026, 1, 1),
    }
    with pytest.raises(error):
        bind(**{**values, **change})
    with pytest.raises(NotYours):
        bind(**{**values, "by": ward.stranger})
