"""Accounts and one-time links: used once, for one account, for seven days; never a password from an
officer.
"""

from datetime import timedelta

import pytest

from tests.factories.people import make_account
from thuocdo.accounts import actions
from thuocdo.accounts.models import SignInLink, User
from thuocdo.accounts.queries import open_link
from thuocdo.audit.models import Event
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation.actions import issue_links, stop_account

pytestmark = pytest.mark.django_db
PASSWORD = "mot mat khau du dai"


@pytest.fixture
def user(db, at):
    return make_account("Quan.Tri", "Quản trị", at)


def test_first_account_is_made_by_the_operator_and_set_by_its_link(user, at):
    assert user.username == "quan.tri"
    assert not user.has_usable_password()
    link = actions.issue_link(by=None, at=at, username="quan.tri")
    assert SignInLink.objects.get().token_hash != link.token
    changed = actions.set_password_by_link(by=None, at=at, token=link.token, password=PASSWORD)
    assert changed.check_password(PASSWORD)
    with pytest.raises(NotYours):
        actions.set_password_by_link(by=None, at=at, token=link.token, password=PASSWORD)
    codes = ["account.created", "account.link_issued", "account.password_set"]
    assert list(Event.objects.order_by("seq").values_list("code", flat=True)) == codes


def test_a_link_ends_after_seven_days_or_when_a_new_one_is_issued(user, at):
    first = actions.issue_link(by=None, at=at, username="quan.tri")
    second = actions.issue_link(by=None, at=at + timedelta(minutes=1), username="quan.tri")
    later = at + timedelta(minutes=2)
    assert open_link(second.token, later).user == user
    for token, moment in [(first.token, later), (second.token, at + timedelta(days=8)), ("khong-co", later)]:
        with pytest.raises(NotYours):
            open_link(token, moment)


@pytest.mark.parametrize("password", ["ngan", "1234567890", "password123", "quan.tri2026"])
def test_weak_passwords_are_refused_and_the_link_stays_open(user, at, password):
    link = actions.issue_link(by=None, at=at, username="quan.tri")
    with pytest.raises(Refusal) as refused:
        actions.set_password_by_link(by=None, at=at, token=link.token, password=password)
    assert "Hãy" in refused.value.message
    assert open_link(link.token, at).user == user


@pytest.mark.parametrize("name", ["ab", "an nv", "ấn", "a@b.vn", ".an", "an.", "аn.nv", "x" * 61])
def test_user_names_that_could_look_alike_are_refused(db, at, name):
    with pytest.raises(Refusal):
        make_account(name, "A", at)


def test_one_user_name_one_account(user, at):
    with pytest.raises(Conflict):
        make_account(" QUAN.TRI\u200b ", "B", at)


def test_signed_in_users_cannot_use_the_operators_action(ward, at):
    with pytest.raises(Forbidden):
        actions.issue_link(by=ward.officer, at=at, username="nv.san")


def test_somebody_elses_session_cannot_use_the_link(ward, at):
    (issued,) = issue_links(by=ward.officer, at=at, person_ids=[ward.employee_person.pk])
    with pytest.raises(Conflict):
        actions.set_password_by_link(by=ward.stranger, at=at, token=issued.link.token, password=PASSWORD)
    assert not User.objects.get(pk=ward.employee.pk).has_usable_password()


def test_stopping_ends_open_links_and_nobody_stops_the_own_account(ward, at):
    (issued,) = issue_links(by=ward.officer, at=at, person_ids=[ward.employee_person.pk])
    stop_account(by=ward.officer, at=at, person_id=ward.employee_person.pk)
    with pytest.raises(NotYours):
        open_link(issued.link.token, at)
    with pytest.raises(Refusal):
        issue_links(by=ward.officer, at=at, person_ids=[ward.employee_person.pk])
    with pytest.raises(Refusal):
        stop_account(by=ward.officer, at=at, person_id=ward.officer.person.pk)


def test_password_is_changed_with_the_old_one_only(user, at):
    link = actions.issue_link(by=None, at=at, username="quan.tri")
    user = actions.set_password_by_link(by=None, at=at, token=link.token, password=PASSWORD)
    with pytest.raises(Refusal):
        actions.change_password(by=user, at=at, old="sai roi", password="mat khau moi rat dai")
    assert actions.change_password(
        by=user, at=at, old=PASSWORD, password="mat khau moi rat dai"
    ).check_password("mat khau moi rat dai")
