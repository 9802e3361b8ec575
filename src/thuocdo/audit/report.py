"""What a verification found."""

from dataclasses import dataclass, field

KEPT = 1000
"""Problems kept with their text; the rest are counted."""


@dataclass(frozen=True)
class Problem:
    """One finding. `message` is Vietnamese; the other fields name the place, where there is one."""

    code: str
    message: str
    chain: str = ""
    seq: int | None = None
    kind: str = ""
    key: str = ""


@dataclass(frozen=True)
class Anchor:
    """Up to which event a chain is held by exported heads: 0 means not at all."""

    held_to: int
    last: int


@dataclass
class Report:
    """Problems, what was looked at, and how far each chain is anchored."""

    problems: list[Problem] = field(default_factory=list)
    found: int = 0
    events: int = 0
    objects: int = 0
    rows: int = 0
    rerated: int = 0
    anchors: dict[str, Anchor] = field(default_factory=dict)
    backwards: dict[str, int] = field(default_factory=dict)
    """Chain -> number of its first event dated well before the one in front of it: a clock was set back."""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        return self.found == 0

    def add(
        self,
        code: str,
        message: str,
        *,
        chain: str = "",
        seq: int | None = None,
        kind: str = "",
        key: str = "",
    ) -> None:
        """Count a problem and keep it while there is room."""
        self.found += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(code, message, chain, seq, kind, key))
