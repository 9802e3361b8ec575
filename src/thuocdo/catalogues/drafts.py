"""What a line of a draft says, as typed on a page or read from a file."""

from dataclasses import dataclass

from thuocdo.catalogues.models import CatalogueLine

STEM = ("code", "name", "complexity", "standard", "points", "typed", "reason")


@dataclass(frozen=True)
class Wording:
    """What a line of a draft says; points and the typed coefficient in hundredths."""

    code: str
    name: str
    complexity: int
    standard: bool = False
    points: int | None = None
    typed: int | None = None
    reason: str = ""


def wording_of(line: CatalogueLine) -> Wording:
    """The words of a stored line."""
    return Wording(**{name: getattr(line, name) for name in STEM})
