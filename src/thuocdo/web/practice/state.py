"""What somebody has practised so far: kept in the session, so it ends with it and belongs to nobody else."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest

from thuocdo.work.rules import Report

KEY = "practice"
MOST = 2000
"""Characters kept of one text."""


class State:
    """The practice of this session; every change is written back at once."""

    def __init__(self, request: HttpRequest) -> None:
        self.session = request.session
        found = self.session.get(KEY, {})
        self.document: dict[str, Any] = found.get("document", {})
        self.reports: dict[str, dict[str, Any]] = found.get("reports", {})
        self.filed: bool = found.get("filed", False)
        self.confirmed: list[int] = found.get("confirmed", [])
        self.schemes: dict[str, dict[str, Any]] = found.get("schemes", {})

    @property
    def begun(self) -> bool:
        """Whether anything was typed or reported."""
        return bool(self.document or self.reports)

    def keep(self, document: dict[str, Any]) -> None:
        """What was typed, cut where it is longer than an example needs."""
        self.document, self.filed = _cut(document), False
        self._write()

    def report(self, number: int, report: Report) -> None:
        """The result of one invented task."""
        self.reports[str(number)] = asdict(report)
        self._write()

    def file(self) -> None:
        """The practised sheet counts as filed."""
        self.filed = True
        self._write()

    def confirm(self, numbers: list[int]) -> None:
        """These invented sheets count as confirmed."""
        self.confirmed = sorted({*self.confirmed, *numbers})
        self._write()

    def scheme(self, period: str, digest: str) -> dict[str, Any]:
        """What was typed on the sheet of a scheme, and whether it was filed; nothing of another version of it."""
        kept = self.schemes.get(period, {})
        return kept if kept.get("hash") == digest else {}

    def keep_scheme(self, period: str, digest: str, document: dict[str, Any], *, filed: bool = False) -> None:
        """What was typed on the sheet of a scheme."""
        self.schemes[period] = {"hash": digest, "document": _cut(document), "filed": filed}
        self._write()

    def erase(self) -> None:
        """Forget all of it."""
        self.session.pop(KEY, None)

    def _write(self) -> None:
        self.session[KEY] = {
            "document": self.document, "reports": self.reports, "filed": self.filed, "confirmed": self.confirmed,
            "schemes": self.schemes,
        }


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MOST]
    if isinstance(value, dict):
        return {key: _cut(inner) for key, inner in value.items()}
    return value
