"""A rulebook of schemes with overlays being written into it, and the refusal of what an overlay may not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thuocdo.engine.rulebook import Citation, Settlement
from thuocdo.engine.schema import Instrument
from thuocdo.engine.schemes.draft import Draft
from thuocdo.engine.schemes.paths import Location
from thuocdo.engine.schemes.schema import SchemePoint

# What an overlay wrote: the path of each figure, and the figure as text.
Written = dict[str, str]


class Refused(Exception):
    """What an overlay may not do; `location` is the place of the parent that forbids it."""

    def __init__(self, problem: str, remedy: str, *, key: str = "path", location: Location | None = None) -> None:
        self.problem, self.remedy, self.key, self.location = problem, remedy, key, location
        super().__init__(problem)


@dataclass
class Laid:
    """The draft, and who settled which point and wrote which figure."""

    draft: Draft
    points: tuple[SchemePoint, ...]
    articles: dict[str, Citation]
    instruments: list[Instrument]
    settled: dict[str, Settlement] = field(default_factory=dict)
    filled: dict[str, Settlement] = field(default_factory=dict)

    def article(self, location: Location) -> str:
        """The articles of the rule around a place, in words."""
        here: Any = self.draft.content()
        cite: object = ()
        for key in location:
            if isinstance(here, Mapping):
                cite = here.get("cite", cite)
                here = here.get(key)
            else:
                here = here[key]
        if isinstance(here, Mapping):
            cite = here.get("cite", cite)
        refs = [cite] if isinstance(cite, str) else list(cite) if isinstance(cite, list) else []
        return "; ".join(self.articles[ref].text() if ref in self.articles else ref for ref in refs)


def as_text(value: Any) -> str:
    """A figure as it is written."""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
