"""Accounts of people, kept by the organisation officer of their unit. No password passes through an
officer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.actions import switch_active
from thuocdo.accounts.links import IssuedLink, new_links, new_user
from thuocdo.accounts.models import User
from thuocdo.accounts.rules import username_from
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import people_for_officer


@dataclass(frozen=True)
class PersonLink:
    """A one-time link with the person it is for, as shown or printed once."""

    person: Person
    link: IssuedLink


def _people(by: User | None, at: datetime, ids: Sequence[int]) -> list[Person]:
    """The officer's people with these ids, in the stored order. Raises NotYours if one is not the
    officer's.
    """
    people = Person.objects.select_related("user") if by is None else people_for_officer(by, day_of(at))
    found = list(people.filter(pk__in=set(ids)))
    if len(found) != len(set(ids)):
        raise NotYours()
    return found


@action
def open_account(*, by: User | None, at: datetime, person_id: int, username: str) -> User:
    """Make an account without a password for a person. Raises NotYours, Refusal, Conflict (taken, has
    one).
    """
    (person,) = _people(by, at, [person_id])
    name = username_from(username)
    if person.user_id is not None:
        raise Conflict(f"{person.full_name} đã có tài khoản.")
    if User.objects.filter(username=name).exists():
        raise Conflict(f"Tên đăng nhập “{name}” đã có người dùng. Hãy chọn tên khác.")
    user = new_user(username=name, display_name=person.full_name, at=at)
    user.save()
    person.user = user
    person.save(update_fields=["user"])
    record(chain=SYSTEM_CHAIN, code="account.created", by=by, at=at, objects=[user, person])
    return user


@action
def issue_links(*, by: User | None, at: datetime, person_ids: Sequence[int]) -> list[PersonLink]:
    """A fresh one-time link for each person; earlier unused links of theirs end.

    Raises NotYours, Refusal (nobody chosen, or a person has no account or a stopped one). All or nothing.
    """
    people = _people(by, at, person_ids)
    if not people:
        raise Refusal("account.nobody", "Chưa chọn ai. Hãy đánh dấu ít nhất một người rồi thử lại.")
    missing = [p.full_name for p in people if p.user is None or not p.user.is_active]
    if missing:
        raise Refusal(
            "account.none",
            f"Chưa có tài khoản đang dùng: {', '.join(missing[:5])}. Hãy lập tài khoản hoặc cho dùng lại "
            f"trước.",
        )
    users = [p.user for p in people if p.user is not None]
    links, rows = new_links(users=users, by=by, at=at)
    record(
        chain=SYSTEM_CHAIN, code="account.link_issued", by=by, at=at, objects=rows, data={"links": len(links)}
    )
    return [PersonLink(person, link) for person, link in zip(people, links, strict=True)]


@action
def stop_account(*, by: User | None, at: datetime, person_id: int) -> Person:
    """The account cannot be used from now on; sessions and open links end at once. Raises NotYours,
    Conflict.
    """
    return _switch(by, at, person_id, active=False)


@action
def restart_account(*, by: User | None, at: datetime, person_id: int) -> Person:
    """A stopped account can be used again. Raises NotYours, Conflict."""
    return _switch(by, at, person_id, active=True)


def _switch(by: User | None, at: datetime, person_id: int, *, active: bool) -> Person:
    (person,) = _people(by, at, [person_id])
    if person.user is None:
        raise Conflict(f"{person.full_name} chưa có tài khoản.")
    if by is not None and person.user.pk == by.pk and not active:
        raise Refusal("account.own", "Không tự dừng tài khoản của mình. Hãy nhờ cán bộ tổ chức khác.")
    rows = switch_active([person.user], at=at, active=active)
    if rows:
        code = "account.reactivated" if active else "account.deactivated"
        record(chain=SYSTEM_CHAIN, code=code, by=by, at=at, objects=rows)
    else:
        nothing_changed()
    return person
