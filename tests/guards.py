"""What the suite forbids: the network beyond this machine, and writes that leave no event."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any

import pytest
from django.db import connections

from thuocdo.audit.recording import in_action
from thuocdo.audit.tables import protected_models

_WRITE = re.compile(r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
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
    """Let a factory write rows of the record directly. Such rows have no event, so `verify` reports them."""
    token = _outside.set(True)
    try:
        yield
    finally:
        _outside.reset(token)


@contextmanager
def writes_need_actions() -> Iterator[None]:
    """Fail when a row of the record is written outside an action (sign-in time excepted)."""
    tables = {model._meta.db_table for model in protected_models()}

    def check(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITE.match(sql)
        if found and found[1] in tables and not (in_action() or _outside.get() or _SIGN_IN.match(sql)):
            raise AssertionError(f"write outside an action: {sql[:200]}")
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(check))
        yield
