"""Notices are written inside the action they are about; reading them is recorded on the row itself. A user's own mail
address is on the record."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.audit.recording import SYSTEM_CHAIN, action, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.notices.kinds import known
from thuocdo.notices.models import Letter, Mailbox, Notice
from thuocdo.notices.queries import mailbox_of_link
from thuocdo.notices.rules import ADDRESSES_A_DAY, address_from


def notify(*, users: Iterable[User | None], kind: str, text: str, path: str, at: datetime) -> None:
    """Leave one notice for each user that exists; who still has the same one unread gets no second one."""
    waiting = set(Notice.objects.filter(kind=kind, path=path, text=text, read_at=None).values_list("user", flat=True))
    Notice.objects.bulk_create(
        [
            Notice(user=u, kind=known(kind), text=text, path=path, at=at)
            for u in users
            if u is not None and u.pk not in waiting
        ]
    )


def notify_accounts(*, accounts: Sequence[int], kind: str, text: str, path: str, at: datetime) -> None:
    """`notify` for many accounts by their keys: the same rule, one statement for all."""
    unread = Notice.objects.filter(kind=kind, path=path, text=text, read_at=None)
    waiting = set(unread.values_list("user", flat=True))
    pattern = bulk.Pattern(Notice, ("user_id",), kind=known(kind), text=text, path=path, at=at)
    fresh = [pattern.row(account)[1:] for account in dict.fromkeys(accounts) if account not in waiting]
    bulk.insert(Notice, fresh, keyed=False)


def notify_each(*, pages: Iterable[tuple[int | None, str]], kind: str, text: str, at: datetime) -> None:
    """`notify` for accounts by their keys, each about a page of its own: the same rule, two statements for all."""
    wanted = dict.fromkeys((account, path) for account, path in pages if account is not None)
    unread = Notice.objects.filter(kind=kind, text=text, read_at=None, user__in={account for account, _ in wanted})
    waiting = set(unread.values_list("user", "path"))
    pattern = bulk.Pattern(Notice, ("user_id", "path"), kind=known(kind), text=text, at=at)
    bulk.insert(Notice, [pattern.row(*one)[1:] for one in wanted if one not in waiting], keyed=False)


def mark_read(*, by: User, at: datetime) -> None:
    """Mark all notices of `by` as read."""
    Notice.objects.filter(user=by, read_at=None).update(read_at=at)


@action
def set_address(*, by: User, at: datetime, address: str) -> Mailbox:
    """Write down the own address; a one-time link goes there, and until it is used nothing else does.
    Raises Refusal (`address`), Conflict (too many in a day)."""
    wanted = address_from(address)
    today = localdate(at)
    if Letter.objects.filter(user=by, kind=Letter.Kind.ADDRESS, day=today).count() >= ADDRESSES_A_DAY:
        raise Conflict("Hôm nay ông/bà đã ghi địa chỉ quá nhiều lần. Hãy thử lại vào ngày mai.")
    row = Mailbox.objects.select_for_update().filter(user=by).first() or Mailbox(user=by)
    row.address, row.confirmed_at, row.nonce = wanted, None, secrets.token_urlsafe(24)
    row.save()
    Letter.objects.create(user=by, kind=Letter.Kind.ADDRESS, day=today, address=wanted, due_at=at)
    record(chain=SYSTEM_CHAIN, code="mail.address_set", by=by, at=at, objects=[row])
    return row


@action
def confirm_address(*, by: User, at: datetime, token: str) -> Mailbox:
    """Use the one-time link. Raises NotYours: unknown, used, expired, or somebody else's."""
    row = mailbox_of_link(by, token, lock=True)
    row.confirmed_at, row.nonce = at, ""
    row.save()
    record(chain=SYSTEM_CHAIN, code="mail.address_confirmed", by=by, at=at, objects=[row])
    return row


@action
def choose_letters(*, by: User, at: datetime, when: str) -> Mailbox:
    """When messages are wanted. Raises Refusal (`when`; no address yet)."""
    row = Mailbox.objects.select_for_update().filter(user=by).first()
    if row is None:
        raise Refusal("mail.none", "Chưa có địa chỉ thư. Hãy ghi địa chỉ và xác nhận trước.", field="address")
    if when not in Mailbox.When.values:
        raise Refusal("mail.when", "Hãy chọn một cách nhận thư.", field="when")
    row.when = Mailbox.When(when)
    row.save()
    record(chain=SYSTEM_CHAIN, code="mail.choice_made", by=by, at=at, objects=[row], data={"when": when})
    return row
