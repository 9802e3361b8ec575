"""Errors of the engine: each prints as one clear Vietnamese line that says what to do."""

from __future__ import annotations


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


class CaseError(Exception):
    """Facts that cannot be used: names the file, the key, the problem and the remedy; `others` counts
    more.
    """

    def __init__(self, *, file: str, key: str, problem: str, remedy: str, others: int = 0) -> None:
        self.file, self.key, self.problem, self.remedy, self.others = file, key, problem, remedy, others
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, f"khóa “{self.key}”" if self.key else "") if part)
        more = f" (còn {self.others} lỗi khác)" if self.others else ""
        return f"{place}: {self.problem}. {self.remedy}{more}"
