"""What the suite forbids: the network beyond this machine, and writes that leave no event."""

import inspect
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from thuocdo.audit.recording import in_action
from thuocdo.audit.tables import protected_models

_WRITE = re.compile(r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|COPY)\s+"?(\w+)"?', re.IGNORECASE)
_SIGN_IN = re.compile(r'^UPDATE "accounts_user" SET "last_login" = \S+ WHERE')
_outside: ContextVar[bool] = ContextVar("outside_actions", default=False)


class NetworkBlocked(AssertionError):
    """A test tried to reach another machine."""


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, by name or by address."""
    if host in ("", "localhost"):
        return True
    try:
        return ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def block_network(patch: pytest.MonkeyPatch) -> None:
    """Let sockets reach only this machine, and names be looked up only for it."""
    look_up = socket.getaddrinfo

    def guarded(name: str) -> Callable[..., Any]:
        original = getattr(socket.socket, name)

        def run(self: socket.socket, *args: Any) -> Any:
            address = args[-1]
            if self.family != socket.AF_UNIX and not is_loopback(str(address[0])):
                raise NetworkBlocked(f"{name} to {address} from a test")
            return original(self, *args)

        return run

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if not is_loopback(name):
            raise NetworkBlocked(f"look-up of {name} from a test")
        return look_up(host, *args, **kwargs)

    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, guarded(name))
    patch.setattr(socket, "getaddrinfo", guarded_look_up)


@contextmanager
def outside_actions() -> Iterator[None]:
    """Let product code write rows of the record without an action, for a factory. Such rows have no event, so `verify`
    reports them."""
    token = _outside.set(True)
    try:
        yield
    finally:
        _outside.reset(token)


def refused_by_database(row: Model, constraint: str, **columns: object) -> None:
    """These values, written into the row past the product, are refused by the constraint of that name and no other."""
    table, key = row._meta.db_table, row._meta.pk.column  # type: ignore[union-attr]
    wanted = ", ".join(f'"{name}" = %s' for name in columns)
    refused = pytest.raises(IntegrityError, match=constraint)
    with outside_actions(), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET {wanted} WHERE "{key}" = %s', [*columns.values(), row.pk])


def writes_need_actions(patch: pytest.MonkeyPatch) -> None:
    """Let product code write a row of the record only inside an action: every statement of every connection and
    thread of this process, and COPY. What a test writes itself is its own; sign-in times and migrations are excepted.
    Servers that a test starts as another process are not watched."""
    tables = {model._meta.db_table for model in protected_models()}
    execute, copy = CursorWrapper._execute_with_wrappers, psycopg.Cursor.copy  # type: ignore[attr-defined]

    def check(statement: object) -> None:
        found = _WRITE.match(statement if isinstance(statement, str) else "")
        if found is None or found[1] not in tables or in_action() or _outside.get():
            return
        if not _SIGN_IN.match(found.string) and _writer_is_the_product():
            raise AssertionError(f"write outside an action: {found.string[:200]}")

    def guarded(self: CursorWrapper, sql: Any, *args: Any, **kwargs: Any) -> Any:
        check(sql)
        return execute(self, sql, *args, **kwargs)

    def guarded_copy(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
        check(statement)
        return copy(self, statement, *args, **kwargs)

    patch.setattr(CursorWrapper, "_execute_with_wrappers", guarded)
    patch.setattr(psycopg.Cursor, "copy", guarded_copy)


def _writer_is_the_product() -> bool:
    """Whether the nearest caller of ours is the product, and not a test, a factory or a migration."""
    frame = inspect.currentframe()
    frame = frame.f_back if frame is not None else None
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("thuocdo."):
            return ".migrations." not in name
        if name.startswith("tests.") and name != __name__:
            return False
        frame = frame.f_back
    return False
