"""An officer gives no role to the self; the own rules and the own one-time link are allowed and on record."""

from datetime import date, timedelta

import pytest

from thuocdo.audit.models import Event
from thuocdo.kernel.errors import Forbidden
from thuocdo.organisation import actions
from thuocdo.organisation.models import Person, Role
from thuocdo.rulesets.actions import bind

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


def officer_of(ward) -> Person:
    return Person.objects.get(user=ward.officer)


def test_nobody_gives_a_role_to_the_self_but_another_officer_may(ward, at):
    me, place = officer_of(ward), ward.units["P1"]
    act = {"at": at, "unit_id": place.pk, "start": START}
    for kind in ("inspector", "task_giver", "officer"):
        with pytest.raises(Forbidden, match=r"không tự giao vai trò.*giao thêm một người"):
            actions.give_role(by=ward.officer, person_id=me.pk, kind=kind, **act)
    actions.give_role(by=ward.officer, person_id=ward.employee_person.pk, kind="officer", **act)
    with pytest.raises(Forbidden, match=r"Nguyễn Văn Sẵn \(Phường Một\)"):
        actions.give_role(by=ward.officer, person_id=me.pk, kind="inspector", **act)
    given = actions.give_role(by=ward.employee, person_id=me.pk, kind="inspector", **act)
    assert (given.person, given.given_by) == (me, ward.employee)


def test_an_own_role_may_be_cut_short_but_not_prolonged(ward, at):
    role, today = Role.objects.get(person=officer_of(ward)), at.date()
    soon, later = today + timedelta(days=9), today + timedelta(days=30)
    assert actions.end_role(by=ward.officer, at=at, role_id=role.pk, end=later).end == later
    assert actions.end_role(by=ward.officer, at=at, role_id=role.pk, end=soon).end == soon
    with pytest.raises(Forbidden):
        actions.end_role(by=ward.officer, at=at, role_id=role.pk, end=later)
    assert actions.end_role(by=None, at=at, role_id=role.pk, end=later).end == later


def test_rules_and_own_link_are_allowed_and_on_record(ward, at):
    me = officer_of(ward)
    bind(by=ward.officer, at=at, unit_id=ward.units["P1"].pk, subject_kind="civil_servant",
         rulebook="state/nd-335-2025", start=START, decided_by="UBND phường Một", reason="Nghị định 335")
    actions.issue_links(by=ward.officer, at=at, person_ids=[me.pk])
    mine = Event.objects.filter(actor=str(ward.officer.pk)).values_list("code", flat=True)
    assert set(mine) == {"binding.recorded", "account.link_issued"}


def test_the_own_page_offers_no_role_and_says_whom_to_ask(client, ward, at):
    client.force_login(ward.officer)
    own = f"/to-chuc/nguoi/{officer_of(ward).pk}/"
    other = f"/to-chuc/nguoi/{ward.employee_person.pk}/"
    page = client.get(own).content.decode()
    assert 'value="vai-tro"' not in page
    assert "không tự giao vai trò cho chính mình" in page
    assert 'value="vai-tro"' in client.get(other).content.decode()
    form = {"viec": "vai-tro", "kind": "inspector", "unit": ward.units["P1"].pk, "start": "01/01/2026"}
    refused = client.post(own, form)
    assert refused.status_code in (400, 403)
    assert not Role.objects.filter(kind="inspector").exists()
    assert client.post(other, form).status_code == 302
    assert Role.objects.filter(kind="inspector").count() == 1
