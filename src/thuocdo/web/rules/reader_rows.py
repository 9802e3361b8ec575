"""Tables and rows in which a rulebook of schemes is read."""

from dataclasses import dataclass

from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.web.rules.rows import Row


@dataclass(frozen=True)
class Section:
    """One table of rows; `column` heads the middle column, `marks` the first where rows have marks."""

    title: str
    rows: tuple[Row, ...]
    column: str = "Quy tắc"
    marks: str = ""


def row_of(
    book: SchemeBook,
    rule: Cited,
    name: str,
    said: str,
    *,
    mark: str = "",
    more: tuple[str, ...] = (),
    path: str = "",
) -> Row:
    """A rule in words beside its articles; `path` is where an overlay may have written a figure."""
    return Row(name, said, book.cite(rule.cite), mark, more, written(book, path) if path else "")


def written(book: SchemeBook, prefix: str) -> str:
    """Which overlays wrote figures at or below this path, and what they are called."""
    found = {
        book.overlay_titles.get(made.overlay, made.overlay)
        for path, made in book.filled.items()
        if path == prefix or path.startswith(f"{prefix}.")
    }
    return "; ".join(sorted(found))
