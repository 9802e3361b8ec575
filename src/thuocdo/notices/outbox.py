"""The outbox: steps of the worker on messages. Each may be killed at any point; a message that was handed to the server
but not yet noted is sent once more after `CLAIMED`."""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.notices.models import Letter, Mailbox
from thuocdo.notices.queries import link_token
from thuocdo.notices.rules import FROM_HOUR, LOOK_AGAIN, address_letter, next_try, waiting_letter

AT_ONCE = 100
CLAIMED = timedelta(minutes=10)
SIGN_IN = "/dang-nhap/"
Count = Callable[[User, datetime], int]
"""How much waits for a user at a moment."""


def configured() -> bool:
    """Whether the installation sends mail at all."""
    return bool(settings.EMAIL_HOST)


def to_look_at(at: datetime) -> list[Mailbox]:
    """Mailboxes whose owners' to-do lists are to be read now: once a day, or each hour for who wants to know soon and
    has had no message today. One query."""
    if localtime(at).time() < FROM_HOUR:
        return []
    today = Letter.objects.filter(kind=Letter.Kind.WAITING, day=localdate(at))
    open_still = today.filter(due_at=None, user__mailbox__when=Mailbox.When.SOON, looked_at__lte=at - LOOK_AGAIN)
    done = today.exclude(pk__in=open_still.values("pk"))
    wanting = Mailbox.objects.filter(confirmed_at__isnull=False, user__is_active=True)
    rows = wanting.exclude(when=Mailbox.When.NEVER).exclude(user__in=done.values("user"))
    return list(rows.select_related("user").order_by("pk")[:AT_ONCE])


def looked(box: Mailbox, at: datetime, waiting: int, *, send: bool) -> None:
    """Note what was seen; `send` makes it the one message of the day."""
    values = {"address": box.address, "waiting": waiting, "looked_at": at, "due_at": at if send else None}
    Letter.objects.update_or_create(user=box.user, kind=Letter.Kind.WAITING, day=localdate(at), defaults=values)


def send_due(at: datetime, count: Count) -> int:
    """Send what is due over one connection; a message whose reason is gone meanwhile, or that is no longer wanted, is
    not sent. Returns how many were handled."""
    rows = Letter.objects.filter(sent_at=None, failed_at=None, due_at__lte=at).select_related("user__mailbox")
    letters = [letter for letter in rows.order_by("due_at", "pk")[:AT_ONCE] if _claim(letter, at)]
    connection = get_connection()
    for letter in letters:
        words = _words(letter, at, count)
        if words is None:
            _note(letter, failed_at=at, last_error="không còn việc hoặc không còn muốn nhận")
        else:
            _send(letter, words, at, connection)
    connection.close()
    return len(letters)


def _claim(letter: Letter, at: datetime) -> bool:
    """Whether this worker has the letter now; another one leaves it for `CLAIMED`."""
    free = Letter.objects.filter(pk=letter.pk, sent_at=None, failed_at=None, tries=letter.tries)
    letter.tries += 1
    return bool(free.update(tries=F("tries") + 1, due_at=at + CLAIMED))


def _words(letter: Letter, at: datetime, count: Count) -> tuple[str, str] | None:
    """Subject and text as things stand now; None: there is nothing to say any more."""
    box: Mailbox = letter.user.mailbox
    if box.address != letter.address or not letter.user.is_active:
        return None
    if letter.kind == Letter.Kind.ADDRESS:
        return address_letter(f"{settings.LINK}/thu-bao/xac-nhan/{link_token(box)}/") if box.nonce else None
    if box.when == Mailbox.When.NEVER or box.confirmed_at is None or letter.day != localdate(at):
        return None
    number = count(letter.user, at)
    return waiting_letter(number, f"{settings.LINK}{SIGN_IN}") if number else None


def _send(letter: Letter, words: tuple[str, str], at: datetime, connection: BaseEmailBackend) -> None:
    """A refusal for good (5xx) and the last try end the message; anything else is tried again later."""
    subject, text = words
    headers = {"Auto-Submitted": "auto-generated"}
    message = EmailMessage(subject, text, to=[letter.address], connection=connection, headers=headers)
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        connection.close()
        later = None if _for_good(error) else next_try(letter.tries, at)
        when: dict[str, object] = {"due_at": later} if later else {"failed_at": at}
        _note(letter, last_error=_error_words(error), **when)
    else:
        _note(letter, sent_at=at, last_error="")


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _for_good(error: Exception) -> bool:
    """Only what the server says about the address or the message; a wrong password is the operator's to mend."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False
    codes = _codes(error)
    return bool(codes) and all(500 <= code < 600 for code in codes)


def _error_words(error: Exception) -> str:
    """The kind of error and its code; what the server wrote may repeat addresses and is not kept."""
    return " ".join([type(error).__name__, *map(str, _codes(error))])[:200]


def _note(letter: Letter, **values: object) -> None:
    Letter.objects.filter(pk=letter.pk).update(**values)
