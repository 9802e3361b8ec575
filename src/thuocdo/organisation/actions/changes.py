"""Changing people with their history kept: a post from a day on, a name, a sign-in, leaving and its undoing."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from thuocdo.accounts.actions import switch_active
from thuocdo.accounts.links import new_links
from thuocdo.accounts.models import User
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.periods import Span
from thuocdo.kernel.text import fold, sort_key
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of, living_or_refuse, require_officer
from thuocdo.organisation.actions.accounts import PersonLink
from thuocdo.organisation.actions.people import hold_unit
from thuocdo.organisation.changes.ledger import Ledger, take_back
from thuocdo.organisation.changes.reading import living
from thuocdo.organisation.holding import hold
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    Departure,
    DeputyField,
    Employment,
    Person,
    PersonName,
    Role,
)
from thuocdo.organisation.own_case import refuse_own
from thuocdo.organisation.queries import main_post, person_for_officer

OWN_LEAVE = "Ông/bà không tự ghi thôi công tác cho chính mình"


@action
def change_post(
    *, by: User, at: datetime, employment_id: int, start: date, unit_id: int, kind: str, position: str,
    leadership: str, task_group: str = "",
) -> Employment:
    """From `start` the post is another one (unit, kind, post, group); before it, it stays as it was.

    Raises NotYours, Refusal (nothing changes, a day before the post began), Conflict (ended, second head).
    """
    Person.objects.select_for_update(no_key=True).filter(employments=employment_id).first()
    unit = hold_unit(unit_id)
    post = Employment.objects.select_for_update(of=("self",)).select_related("unit", "person").filter(
        pk=employment_id).first()
    if post is None or unit is None:
        raise NotYours()
    require_officer(by, [post.unit_id, unit_id], at)
    living_or_refuse(unit, start)
    if post.end is not None and post.end <= start:
        raise Conflict("Vị trí công tác này đã kết thúc trước ngày đó.")
    if start <= post.start:
        raise Refusal("post.start", f"Vị trí này bắt đầu ngày {post.start:%d/%m/%Y}; ngày thay đổi phải sau ngày đó.",
                      field="start")
    if kind not in Employment.Kind.values or leadership not in Employment.Leadership.values:
        raise Refusal("employment.kind", "Đối tượng hoặc vai trò không có trong danh mục. Hãy chọn lại.", field="kind")
    wanted: dict[str, Any] = {
        "unit_id": unit.pk, "kind": kind, "leadership": leadership,
        "position": text_from(position, "Chức vụ", most=160, field="position"),
        "task_group": text_from(task_group, "Nhóm nhiệm vụ", most=80, needed=False, field="task_group"),
    }
    if all(getattr(post, name) == value for name, value in wanted.items()):
        nothing_changed()
        return post
    if leadership == Employment.Leadership.HEAD:
        _refuse_second_head(unit_id, Span(start, post.end), post.person_id)
    _refuse_twice(post, unit_id, Span(start, post.end))
    new = Employment(person=post.person, start=start, end=post.end, **wanted)
    post.end = start
    post.save(update_fields=["end"])
    new.save()
    record(chain=chain_of(post.unit, day_of(at)), code="employment.changed", by=by, at=at, objects=[post, new])
    return new


def _refuse_second_head(unit_id: int, span: Span, person_id: int) -> None:
    others = Employment.objects.filter(unit_id=unit_id, leadership=Employment.Leadership.HEAD)
    if any(span.overlaps(Span(o.start, o.end)) for o in others.exclude(person_id=person_id)):
        raise Conflict("Đơn vị đã có người đứng đầu trong thời gian này. Hãy ghi ngày kết thúc của người đó trước.")


def _refuse_twice(post: Employment, unit_id: int, span: Span) -> None:
    others = Employment.objects.filter(person_id=post.person_id, unit_id=unit_id).exclude(pk=post.pk)
    if any(span.overlaps(Span(o.start, o.end)) for o in others):
        raise Conflict(f"{post.person.full_name} đã có vị trí ở đơn vị này trong thời gian đó. Hãy sửa ngày.")


@action
def rename_person(*, by: User, at: datetime, person_id: int, full_name: str, reason: str) -> Person:
    """Correct or change a name; the former one is kept. A name is never an identity. Raises NotYours, Refusal."""
    person = _person(by, person_id, at)
    name = text_from(full_name, "Họ và tên", most=120, field="full_name")
    if name == person.full_name:
        nothing_changed()
        return person
    former = PersonName.objects.create(person=person, full_name=person.full_name, end=day_of(at),
                                       reason=text_from(reason, "Lý do", most=200, field="reason"))
    person.full_name, person.sort_key, person.search_key = name, sort_key(name)[:600], fold(name)[:120]
    person.save(update_fields=["full_name", "sort_key", "search_key"])
    written: list[Any] = [person, former]
    if person.user is not None:
        person.user.display_name = name
        person.user.save(update_fields=["display_name"])
        written.append(person.user)
    record(chain=_chain(person, at), code="person.renamed", by=by, at=at, objects=written)
    return person


def _person(by: User, person_id: int, at: datetime) -> Person:
    """One of the officer's people, locked. Raises NotYours."""
    person_for_officer(by, person_id, day_of(at))
    Person.objects.select_for_update(no_key=True).get(pk=person_id)
    return Person.objects.select_related("user").get(pk=person_id)


def _chain(person: Person, at: datetime) -> str:
    post = main_post(person.user, day_of(at)) if person.user is not None else None
    return chain_of(post.unit if post is not None else None, day_of(at))


@action
def reset_sign_in(*, by: User, at: datetime, person_id: int) -> PersonLink:
    """The password stops working at once, sessions end, a one-time link is issued. Raises NotYours, Conflict."""
    person = _person(by, person_id, at)
    if person.user is None or not person.user.is_active:
        raise Conflict(f"{person.full_name} chưa có tài khoản đang dùng. Hãy lập tài khoản hoặc cho dùng lại trước.")
    person.user.password = make_password(None)
    person.user.save(update_fields=["password"])
    (link,), rows = new_links(users=[person.user], by=by, at=at)
    record(chain=SYSTEM_CHAIN, code="account.sign_in_reset", by=by, at=at, objects=[person.user, *rows])
    return PersonLink(person, link)


@action
def offboard(*, by: User, at: datetime, person_id: int, last_day: date, reason: str) -> Departure:
    """Somebody leaves: posts, roles and duties end after `last_day`; the account is closed when that day is over.

    Raises NotYours, Refusal, Conflict (left already), Forbidden for oneself.
    """
    person = _person(by, person_id, at)
    end = date.fromordinal(last_day.toordinal() + 1)
    hold(Employment.objects.all(), "person_id", [person.pk])
    posts = list(Employment.objects.filter(living(end), person=person).select_related("unit"))
    if not posts:
        raise Conflict(f"{person.full_name} không còn vị trí nào sau ngày {last_day:%d/%m/%Y}.")
    refuse_own(person, posts[0].unit, by, at, what=OWN_LEAVE)
    if any(p.start >= end for p in posts):
        raise Refusal("departure.early", "Có vị trí công tác bắt đầu sau ngày cuối cùng này. Hãy sửa ngày.",
                      field="last_day")
    require_officer(by, {p.unit_id for p in posts}, at)
    ledger = Ledger()
    ledger.set(posts, end=end)
    for model in (Role, ActingHead, DeputyField):
        ledger.set(model.objects.filter(living(end), person=person, start__lt=end), end=end)
    ledger.set(Delegation.objects.filter(living(end), delegate=person, start__lt=end), end=end)
    ledger.set(Delegation.objects.filter(living(end), giver=person, start__lt=end), end=end)
    closed = switch_active([person.user], at=at, active=False) if person.user and end <= day_of(at) else []
    row = Departure.objects.create(
        person=person, end=end, reason=text_from(reason, "Lý do", most=300, field="reason"), recorded_by=by,
        recorded_at=at, effects=ledger.effects() | {"account": bool(closed)},
    )
    record(chain=chain_of(posts[0].unit, day_of(at)), code="departure.recorded", by=by, at=at,
           objects=[row, *ledger.rows.values(), *closed])
    return row


@action
def undo_offboard(*, by: User, at: datetime, departure_id: int) -> Departure:
    """Take a departure back on the day it was recorded. Raises NotYours, Conflict (another day, or built on since)."""
    row = Departure.objects.select_for_update(of=("self",)).filter(pk=departure_id).first()
    if row is None:
        raise NotYours()
    person = _person(by, row.person_id, at)
    if row.undone_at is not None:
        nothing_changed()
        return row
    if day_of(row.recorded_at) != day_of(at):
        raise Conflict("Chỉ hoàn tác được trong ngày ghi. Hãy ghi một vị trí công tác mới cho người này.")
    changed, _ = take_back({"changed": row.effects["changed"]})
    if row.effects["account"] and person.user is not None:
        changed += switch_active([person.user], at=at, active=True)
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    record(chain=_chain(person, at), code="departure.undone", by=by, at=at, objects=[row, *changed])
    return row


@action
def close_left_account(*, by: User | None, at: datetime, departure_id: int) -> bool:
    """The day is over on which somebody left as recorded before: the account is closed, unless a new post goes on.

    `by` is None, as the worker does it. False where there was nothing to close.
    """
    today = day_of(at)
    row = Departure.objects.select_for_update(of=("self",)).select_related("person__user").get(pk=departure_id)
    user = row.person.user
    back = Employment.objects.filter(living(today), person=row.person).exists()
    if row.undone_at is not None or row.end > today or back or user is None or not user.is_active:
        nothing_changed()
        return False
    closed = switch_active([user], at=at, active=False)
    record(chain=_chain(row.person, at), code="departure.account_closed", by=by, at=at, objects=closed)
    return True
