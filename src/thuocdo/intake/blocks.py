"""A block copied from a spreadsheet, as cells: lines of texts between tabs, quoted where a cell holds several lines."""

import csv
import io
from collections.abc import Sequence

from thuocdo.intake.archive import MOST_COLUMNS
from thuocdo.intake.reading import title_key
from thuocdo.kernel.errors import Refusal

MOST_LINES = 2_000
MOST_SIGNS = 1_000_000


def block_cells(text: str, titles: Sequence[str]) -> list[list[str]]:
    """The cells of a block whose first line names the columns. Raises Refusal with what to do."""
    if not text.strip():
        raise _refusal("Chưa dán gì. Hãy chọn các ô trong Excel gồm cả dòng tên cột, chép, rồi dán vào ô này.")
    if len(text) > MOST_SIGNS:
        raise _refusal("Khối dán quá lớn. Hãy dán từng phần, mỗi lần tối đa 2.000 dòng, hoặc tải tệp lên.")
    rows = [cells for _, cells in block_lines(text)]
    if len(rows) > MOST_LINES + 1 or max(map(len, rows)) > MOST_COLUMNS:
        raise _refusal(f"Khối dán quá {MOST_LINES} dòng hoặc {MOST_COLUMNS} cột. Hãy dán từng phần.")
    known = {title_key(t) for t in titles}
    if not known & {title_key(" ".join(t.split())) for t in rows[0]}:
        examples = ", ".join(titles[:4])
        raise _refusal(f"Dòng đầu của khối dán phải là tên các cột (ví dụ: {examples}). Hãy chép cả dòng tên cột.")
    return rows


def block_lines(text: str) -> list[tuple[int, list[str]]]:
    """The cells of each row with the number of its first line. A cell of several lines stands in quotes, as Excel
    writes it; where quotes do not close, each line is a row."""
    lines = io.StringIO(text.strip("\r\n"), newline=None).read().split("\n")
    reader, found, begin = csv.reader(iter(f"{line}\n" for line in lines), delimiter="\t", strict=True), [], 1
    try:
        for cells in reader:
            found.append((begin, cells))
            begin = reader.line_num + 1
    except csv.Error:
        return [(number, line.split("\t")) for number, line in enumerate(lines, start=1)]
    return found


def _refusal(message: str) -> Refusal:
    return Refusal("block", message, field="block")
