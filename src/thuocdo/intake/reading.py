"""From a sheet to readable rows and problems: the header is matched, then every cell is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuocdo.intake.specs import Column, Problem, Row, Spec
from thuocdo.intake.workbook import Sheet
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import fold

MARK_COLUMN = "Vấn đề và cách sửa"


@dataclass(frozen=True)
class Reading:
    """Readable rows, problems, and how many rows have one."""

    rows: list[Row]
    problems: list[Problem]
    refused: int


def title_key(title: str) -> str:
    """What two titles of one column have in common."""
    return title.rstrip(" *").casefold()


def match_header(header: Sequence[str], columns: Sequence[Column]) -> tuple[dict[int, Column], list[Problem]]:
    """Which column of the file is which; the order is free, capitals and a final * do not matter."""
    by_title = {title_key(c.title): c for c in columns}
    places: dict[int, Column] = {}
    problems = []
    seen: set[str] = set()
    for index, title in enumerate(header):
        column = by_title.get(title_key(title))
        if title_key(title) == title_key(MARK_COLUMN) or not title:
            continue
        if column is None:
            problems.append(Problem(1, title, title, _unknown(title, columns, header)))
        elif column.key in seen:
            problems.append(Problem(1, title, title, f"Cột “{column.title}” có hai lần. Hãy xóa bớt một "
                                                     f"cột."))
        else:
            seen.add(column.key)
            places[index] = column
    for column in columns:
        if column.needed and column.key not in seen:
            problems.append(Problem(1, column.title, "", f"Thiếu cột “{column.title}”. Hãy thêm cột này ở "
                                                         f"dòng 1, đúng "
                                    "tên như tệp mẫu."))
    return places, problems


def fits(header: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether a header has every needed column and no other than these."""
    return not match_header(header, columns)[1]


def _unknown(title: str, columns: Sequence[Column], header: Sequence[str]) -> str:
    present = {title_key(h) for h in header}
    near = [
        c.title for c in columns if fold(c.title) == fold(title.rstrip(" *")) and title_key(c.title) not in present
    ]
    if near:
        return f"Không có cột “{title[:60]}”. Có phải “{near[0]}”? Hãy sửa tên cột cho đúng."
    return f"Không có cột “{title[:60]}” trong mẫu. Hãy đổi đúng tên cột theo tệp mẫu, hoặc xóa cột này."


def read_rows(sheet: Sheet, columns: Sequence[Column]) -> Reading:
    """Read every cell of every row; a row with a problem is not handed on."""
    places, problems = match_header(sheet.header, columns)
    if problems:
        return Reading([], problems, len(sheet.rows))
    absent = {c.key: c.default for c in columns if c not in places.values()}
    cells = _Cells()
    rows: list[Row] = []
    refused = 0
    for number, texts in sheet.rows:
        found = {column.key: texts[index] for index, column in places.items()}
        values, wrong = cells.row(number, found, places.values())
        if wrong:
            problems.extend(wrong)
            refused += 1
        else:
            rows.append(Row(number, {**absent, **values}, found))
    return Reading(rows, problems, refused)


class _Cells:
    """Reads cells; what a column said about a text before is remembered, as long lists repeat themselves."""

    most = 200_000

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], tuple[object, str]] = {}

    def row(
        self, number: int, texts: Mapping[str, str], columns: Iterable[Column]
    ) -> tuple[dict[str, object], list[Problem]]:
        """The values of one row, and its problems."""
        values: dict[str, object] = {}
        wrong: list[Problem] = []
        for column in columns:
            typed = texts[column.key]
            value, message = self.cell(column, typed)
            values[column.key] = value
            if message:
                wrong.append(Problem(number, column.title, typed[:200], message))
        return values, wrong

    def cell(self, column: Column, typed: str) -> tuple[object, str]:
        """The value of one cell and the sentence of its problem, which is empty when there is none."""
        if not typed:
            empty = f"{column.title}: ô để trống. {column.hint}" if column.needed else ""
            return column.default, empty
        key = (column.key, typed)
        answer = self.known.get(key)
        if answer is None:
            try:
                answer = column.read(typed, column.title), ""
            except Refusal as refusal:
                answer = None, refusal.message
            if len(self.known) < self.most:
                self.known[key] = answer
        return answer


def keys_in(sheet: Sheet, spec: Spec, first: int | None = None) -> list[tuple[Any, ...]]:
    """The keys of the rows, or only the `first` of each, as the list reads them, whatever stands in the other cells."""
    columns = [next(c for c in spec.columns if c.key == key) for key in spec.keys[:first]]
    titles = [title_key(t) for t in sheet.header]
    if any(title_key(c.title) not in titles for c in columns):
        return []
    places = [titles.index(title_key(c.title)) for c in columns]
    cells = tuple((number, tuple(texts[place] for place in places)) for number, texts in sheet.rows)
    rows = read_rows(Sheet(tuple(c.title for c in columns), cells), columns).rows
    return [tuple(row.values[c.key] for c in columns) for row in rows]
