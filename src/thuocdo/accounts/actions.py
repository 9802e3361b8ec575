"""Writes on accounts. Officers reach them through `organisation.actions`, which checks whose people they are.

`issue_link` here is for the operator of the installation (the command line, `by=None`): the first officer, and a way
back in when the last officer is locked out.
"""

import json
import re
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F, Model
from django.utils.timezone import localdate

from thuocdo.accounts.guessable import is_default_pattern
from thuocdo.accounts.links import IssuedLink, new_links
from thuocdo.accounts.models import RefusedAttempt, SignInLink, UnsentText, User
from thuocdo.accounts.queries import open_link
from thuocdo.accounts.rules import username_from
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal

_PASSWORD_MESSAGES = {
    "password_too_short": "Mật khẩu quá ngắn. Hãy dùng ít nhất 10 ký tự.",
    "password_too_similar": "Mật khẩu quá giống tên đăng nhập hoặc họ tên. Hãy chọn mật khẩu khác.",
    "password_too_common": "Mật khẩu này nhiều người dùng, dễ bị đoán. Hãy chọn mật khẩu khác.",
}

SHORTEST = 10
KEPT = timedelta(days=180)
"""How long refused attempts are kept."""
MOST = 1000
"""From so many times on nothing more is written: the row says what there is to say."""
UNSENT_KEPT = timedelta(days=60)
"""How long what was never sent is kept."""
LONGEST = 20_000
MOST_FIELDS = 1200
MOST_PLACES = 200
"""Forms of one account; the oldest goes first."""
_PLACE = re.compile(r"[a-z0-9]+(?:[/-][a-z0-9]+)*", re.ASCII)
_DEFAULT_PATTERN = (
    "Mật khẩu theo kiểu thường được cấp sẵn (một từ hoặc tên kèm dãy số, năm hay ngày sinh), dễ bị đoán. "
    "Hãy dùng một câu của riêng ông/bà."
)


def _operator_only(by: User | None) -> None:
    if by is not None:
        raise Forbidden("Việc này do cán bộ tổ chức của đơn vị làm tại trang Tài khoản.")


@action
def issue_link(*, by: User | None, at: datetime, username: str) -> IssuedLink:
    """A one-time link for an account; earlier unused links end. Raises NotYours, Forbidden, Refusal."""
    _operator_only(by)
    user = User.objects.filter(username=username_from(username)).first()
    if user is None:
        raise NotYours(f"Không có tài khoản “{username}”.")
    if not user.is_active:
        raise Refusal("account.stopped", "Tài khoản đang dừng. Hãy cho dùng lại trước khi cấp liên kết.")
    links, rows = new_links(users=[user], by=by, at=at)
    record(chain=SYSTEM_CHAIN, code="account.link_issued", by=by, at=at, objects=rows, data={"links": 1})
    return links[0]


@action
def set_password_by_link(*, by: User | None, at: datetime, token: str, password: str) -> User:
    """Set the password of the account behind a one-time link, which is used up. All its sessions end.

    `by` is whoever is signed in meanwhile: nobody, or the owner of the link; anyone else is refused.
    Raises NotYours (unknown, used or expired link), Refusal (password), Conflict.
    """
    link = open_link(token, at, lock=True)
    user = link.user
    if by is not None and by.pk != user.pk:
        raise Conflict("Ông/bà đang đăng nhập bằng tài khoản khác. Hãy đăng xuất rồi mở lại liên kết.")
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    link.used_at = at
    link.save(update_fields=["used_at"])
    record(chain=SYSTEM_CHAIN, code="account.password_set", by=user, at=at, objects=[user, link])
    return user


@action
def change_password(*, by: User, at: datetime, old: str, password: str) -> User:
    """The user replaces the own password; every session ends but the one the caller renews. Raises
    Refusal.
    """
    user = User.objects.select_for_update().get(pk=by.pk)
    if not user.check_password(old):
        raise Refusal("account.old_password", "Mật khẩu đang dùng không đúng. Hãy nhập lại.", field="old")
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(chain=SYSTEM_CHAIN, code="account.password_changed", by=user, at=at, objects=[user])
    return user


def _check_password(password: str, user: User) -> None:
    if len(password) >= SHORTEST and is_default_pattern(password, user.username, user.display_name):
        raise Refusal("account.password", _DEFAULT_PATTERN, field="password")
    try:
        validate_password(password, user)
    except ValidationError as error:
        sentences = [_PASSWORD_MESSAGES.get(e.code or "", e.messages[0]) for e in error.error_list]
        raise Refusal("account.password", " ".join(sentences), field="password") from error


def switch_active(users: list[User], *, at: datetime, active: bool) -> list[Model]:
    """Shared step: the rows written, empty when every account already was so."""
    changed = [u for u in users if u.is_active is not active]
    for user in changed:
        user.is_active = active
    User.objects.bulk_update(changed, ["is_active"], batch_size=500)
    ended: list[SignInLink] = []
    if not active:
        ended = list(SignInLink.objects.filter(user__in=changed, used_at=None, expires_at__gt=at))
        for link in ended:
            link.expires_at = at
        SignInLink.objects.bulk_update(ended, ["expires_at"], batch_size=500)
    return [*changed, *ended]


@action
def record_sign_in(*, by: User, at: datetime) -> None:
    """Leave the event of a successful sign-in."""
    record(chain=SYSTEM_CHAIN, code="account.signed_in", by=by, at=at)


@action
def record_sign_out(*, by: User, at: datetime) -> None:
    """Leave the event of a sign-out."""
    record(chain=SYSTEM_CHAIN, code="account.signed_out", by=by, at=at)


@action
def note_refusal(*, page: str, path: str, by: User, at: datetime) -> None:
    """Count one refused attempt of `by` on the page of that name; `path` without what was
    typed and without the secret part of a link. Beside the log: the
    log holds what was done, this what was not. What is older than `KEPT` goes with `forget_refusals`."""
    day = localdate(at)
    rows = RefusedAttempt.objects.filter(user=by, day=day, page=page[:60])
    if not rows.filter(times__lt=MOST).update(times=F("times") + 1, last_path=path[:200], last_at=at):
        first = {"last_path": path[:200], "first_at": at, "last_at": at}
        RefusedAttempt.objects.get_or_create(user=by, day=day, page=page[:60], defaults=first)
    nothing_changed()


@action
def forget_refusals(*, by: None, at: datetime) -> None:
    """Delete refused attempts older than `KEPT`; the worker's sweep calls it."""
    RefusedAttempt.objects.filter(day__lt=localdate(at) - KEPT).delete()
    nothing_changed()


def _text_of(values: str) -> str:
    """The fields as they are kept; nothing where none is filled in. Raises Refusal for another shape."""
    try:
        found = json.loads(values) if len(values) <= LONGEST else None
    except ValueError:
        found = None
    plain = isinstance(found, dict) and all(isinstance(one, (str, bool)) for one in found.values())
    if not isinstance(found, dict) or not plain or len(found) > MOST_FIELDS:
        raise Refusal("unsent.shape", "Nội dung gửi lên sai dạng hoặc quá dài; hãy tải lại trang rồi nhập lại.")
    return json.dumps(found, ensure_ascii=True, sort_keys=True) if found else ""


def _keep(by: User, at: datetime, place: str, typed: str) -> None:
    rows = UnsentText.objects.filter(user=by)
    _, new = rows.get_or_create(user=by, place=place, defaults={"typed": typed, "saved_at": at})
    if not new:
        rows.filter(place=place, saved_at__lt=at).update(typed=typed, saved_at=at)
    elif beyond := list(rows.order_by("-saved_at", "-pk").values_list("pk", flat=True)[MOST_PLACES:]):
        rows.filter(pk__in=beyond).delete()


def is_place(text: str) -> bool:
    """Whether this can name a form: `cong-viec/12/giai-trinh`."""
    return len(text) <= 80 and _PLACE.fullmatch(text) is not None


@action
def keep_unsent(*, by: User, at: datetime, place: str, values: str) -> None:
    """Keep what the user has typed at a place so far; `values` is a flat JSON object, an empty one forgets it.

    Raises Refusal for another shape.
    """
    if not is_place(place):
        raise Refusal("unsent.place", "Không rõ nội dung này gõ ở biểu mẫu nào; hãy tải lại trang.")
    _keep(by, at, place, _text_of(values))
    nothing_changed()


@action
def note_sent(*, by: User, at: datetime, place: str) -> None:
    """The form of this place was sent: what was typed is forgotten, and so is what is still on its way."""
    if is_place(place):
        _keep(by, at, place, "")
    nothing_changed()


@action
def forget_unsent(*, by: None, at: datetime) -> None:
    """Delete what is older than `UNSENT_KEPT`; the worker's sweep calls it."""
    UnsentText.objects.filter(saved_at__lt=at - UNSENT_KEPT).delete()
    nothing_changed()
