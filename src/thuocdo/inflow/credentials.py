"""Passwords of calendar servers: one file each in the data directory, readable by the service alone.

They are not in the database, so neither a dump of it nor the record holds them; whoever may read the service's own
files may read them. Docs: docs/api.md.
"""

import os
from pathlib import Path

from django.conf import settings

from thuocdo.kernel.errors import Refusal

MOST = 500


def _path(source_id: int) -> Path:
    return Path(settings.CREDENTIALS_DIR) / f"source-{int(source_id)}"


def keep_password(source_id: int, password: str) -> None:
    """Write the password file (mode 0600 in a folder 0700), replacing the one before. Raises Refusal."""
    if not password or len(password) > MOST or not password.isprintable():
        raise Refusal("password.unusable", f"Mật khẩu: chưa nhập, hoặc dài quá {MOST} ký tự.", field="password")
    path = _path(source_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(password)
    fresh.replace(path)


def password_of(source_id: int) -> str:
    """The kept password. Raises Refusal when there is none."""
    try:
        return _path(source_id).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Refusal("password.missing", "Chưa có mật khẩu của máy chủ lịch. Hãy nhập.", field="password") from error


def drop_password(source_id: int) -> None:
    """Forget the password."""
    _path(source_id).unlink(missing_ok=True)
