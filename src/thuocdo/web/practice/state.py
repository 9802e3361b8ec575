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

    def erase(self) -> None:
        """Forget all of it."""
        self.session.pop(KEY, None)

    def _write(self) -> None:
        self.session[KEY] = {
            "document": self.document, "reports": self.reports, "filed": self.filed, "confirmed": self.confirmed,
        }


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MOST]
    if isinstance(value, dict):
        return {key: _cut(inner) for key, inner in value.items()}
    return value
