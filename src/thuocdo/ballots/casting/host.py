"""The WSGI application of the casting host. Of a request it reads method, path, length and body: no cookie,
address, `Referer` or time, and it logs nothing. Answers are the same for everybody."""

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from thuocdo.ballots.casting.keeper import Keeper, Open
from thuocdo.ballots.casting.pool import Full, Other
from thuocdo.ballots.lpk1 import casts

Environ = Mapping[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

_PATH = re.compile(r"/bo/([0-9a-z-]{1,64})/(da-ghi/|ket-qua/)?")
HEADERS = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("Access-Control-Allow-Origin", "*"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]
CHECKS = 8
"""Casts that are checked at the same moment; who comes beyond that is asked to come again."""


class Host:
    """Takes casts and says what is committed, from memory: a request never waits for the database."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self._checks = threading.BoundedSemaphore(CHECKS)

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        try:
            status, content = self._answer(environ)
        except Exception:  # noqa: BLE001  what went wrong must not carry a cast into a log
            status, content = HTTPStatus.INTERNAL_SERVER_ERROR, b"{}"
        headers = [*HEADERS, ("Content-Length", str(len(content)))]
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", "1"))
        start(f"{status.value} {status.phrase}", headers)
        return [content]

    def _answer(self, environ: Environ) -> tuple[HTTPStatus, bytes]:
        found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        open_ = self.keeper.open(found[1]) if found else None
        if found is None or open_ is None:
            return HTTPStatus.NOT_FOUND, b"{}"
        method, what = environ["REQUEST_METHOD"], found[2]
        if method == "POST" and what is None:
            status, why = self._take(open_, environ)
            return status, json.dumps({"why": why} if why else {}).encode()
        if method == "GET" and what == "da-ghi/":
            return HTTPStatus.OK, self.keeper.committed(open_)
        if method == "GET" and what == "ket-qua/" and open_.board:
            return HTTPStatus.OK, open_.board
        return (HTTPStatus.NOT_FOUND if method == "GET" else HTTPStatus.METHOD_NOT_ALLOWED), b"{}"

    def _take(self, open_: Open, environ: Environ) -> tuple[HTTPStatus, str]:
        if not open_.takes:
            return HTTPStatus.CONFLICT, "closed"
        if environ.get("CONTENT_LENGTH") != str(open_.length):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ""
        if not self._checks.acquire(blocking=False):
            return HTTPStatus.SERVICE_UNAVAILABLE, ""
        try:
            return self._checked(open_, environ["wsgi.input"].read(open_.length))
        finally:
            self._checks.release()

    def _checked(self, open_: Open, body: bytes) -> tuple[HTTPStatus, str]:
        """202: waits in memory; 200: written, which a phone learns by posting the same again."""
        try:
            row = json.loads(body)
        except (ValueError, RecursionError):
            return HTTPStatus.BAD_REQUEST, ""
        if not isinstance(row, dict) or set(row) != casts.FIELDS or not all(isinstance(v, str) for v in row.values()):
            return HTTPStatus.BAD_REQUEST, ""
        try:
            if not open_.pool.knows(row):
                if not casts.genuine(open_.ballot, open_.keys, open_.tag, row):
                    return HTTPStatus.BAD_REQUEST, ""
                open_.pool.put(row)
        except Full:
            return HTTPStatus.CONFLICT, "full"
        except Other:
            return HTTPStatus.CONFLICT, "other"
        return (HTTPStatus.OK if open_.pool.has(row) else HTTPStatus.ACCEPTED), ""
