"""Tables of a page whose rows have other cells than their heading: a column nobody named, or a name over nothing."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Table:
    """Rows as numbers of columns, cells that reach down from a row above among them."""

    rows: list[int] = field(default_factory=list)
    coming: list[tuple[int, int]] = field(default_factory=list)
    """For each cell that spans rows its columns and how many rows it still covers."""


class Tables(HTMLParser):
    """Those of one page; a table within a table counts by itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[Table] = []
        self.found: list[Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.open.append(Table())
            self.found.append(self.open[-1])
        elif not self.open:
            return
        elif tag == "tr":
            one = self.open[-1]
            one.rows.append(sum(columns for columns, _ in one.coming))
            one.coming = [(columns, left - 1) for columns, left in one.coming if left > 1]
        elif tag in ("td", "th") and self.open[-1].rows:
            given = dict(attrs)
            columns, rows = int(given.get("colspan") or 1), int(given.get("rowspan") or 1)
            self.open[-1].rows[-1] += columns
            if rows > 1:
                self.open[-1].coming.append((columns, rows - 1))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.open:
            self.open.pop()


def ragged(page: str) -> list[tuple[int, ...]]:
    """The different widths of each table that has more than one."""
    reader = Tables()
    reader.feed(page)
    widths = (tuple(sorted(set(table.rows))) for table in reader.found)
    return [one for one in widths if len(one) > 1]
