"""Errors of the engine: each prints as one clear Vietnamese line that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 10


class RulebookError(Exception):
    """A rulebook that cannot be used: names the file, the key, its line, the article and the remedy."""

    def __init__(
        self,
        *,
        file: str,
        key: str,
        problem: str,
        remedy: str,
        line: int | None = None,
        article: str | None = None,
    ) -> None:
        self.file, self.key, self.line, self.article = file, key, line, article
        self.problem, self.remedy = problem, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.file}" + (f", dòng {self.line}" if self.line else "")
        place += f", khóa “{self.key}”" if self.key else ""
        place += f" ({self.article})" if self.article else ""
        return f"{place}: {self.problem}. {self.remedy}"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file of facts: its key, the problem and the remedy in Vietnamese."""

    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"khóa “{self.key}”: {self.problem}. {self.remedy}"


class CaseError(Exception):
    """Facts that cannot be used: names the file, the key, the problem and the remedy; `more` holds what else
    is wrong in the same file.
    """

    def __init__(
        self, *, file: str, key: str, problem: str, remedy: str, more: tuple[Fault, ...] = ()
    ) -> None:
        self.file, self.key, self.problem, self.remedy, self.more = file, key, problem, remedy, more
        super().__init__(str(self))

    def __str__(self) -> str:
        more = f" (còn {len(self.more)} lỗi khác)" if self.more else ""
        return self._first() + more

    def lines(self) -> tuple[str, ...]:
        """One line for each fault, each with the file, none twice; ten at most, then how many are not shown."""
        place = f"{self.file}, " if self.file else ""
        every = tuple(dict.fromkeys((self._first(), *(f"{place}{fault}" for fault in self.more))))
        hidden = len(every) - SHOWN
        return (*every[:SHOWN], f"Còn {hidden} lỗi khác.") if hidden > 0 else every

    def faults(self) -> tuple[Fault, ...]:
        """Everything that is wrong, the first one as well."""
        return (Fault(self.key, self.problem, self.remedy), *self.more)

    def _first(self) -> str:
        place = ", ".join(part for part in (self.file, f"khóa “{self.key}”" if self.key else "") if part)
        return f"{place}: {self.problem}. {self.remedy}"


def together(errors: Sequence[CaseError]) -> CaseError:
    """One refusal of all that is wrong in one file."""
    first, *rest = (fault for error in errors for fault in error.faults())
    return CaseError(
        file=errors[0].file, key=first.key, problem=first.problem, remedy=first.remedy, more=tuple(rest)
    )
