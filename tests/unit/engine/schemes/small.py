"""A small rulebook of schemes with an overlay, which tests copy and break."""

from pathlib import Path
from shutil import copytree

from thuocdo.engine import SchemeBook, load_book

ROOT = Path(__file__).parents[3] / "rulebooks"
KEY, UNIT = "test/small", "overlays/small-unit"


def copy_of_small(folder: Path) -> Path:
    """A root of one's own."""
    root = folder / "rulebooks"
    copytree(ROOT / KEY, root / KEY)
    copytree(ROOT / UNIT, root / UNIT)
    return root


def small(root: Path = ROOT, *overlays: str) -> SchemeBook:
    book = load_book(KEY, overlays, [root])
    assert isinstance(book, SchemeBook)
    return book
