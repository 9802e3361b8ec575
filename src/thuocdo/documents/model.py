"""What a statutory form prints (mẫu phiếu): plain frozen text, ready to be laid out as PDF or DOCX.

Wording prescribed by the decree comes from the rulebook's `forms`; numbers are exact Vietnamese text ("4,5").
`remark` and `notes` are ours: they stand apart from the form and are marked as such on paper.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

PLACE_AND_DATE = "…………, ngày …… tháng …… năm ………"
NOTES_TITLE = "Ghi chú của phần mềm Thước Đo (không thuộc mẫu phiếu)"


@dataclass(frozen=True)
class Head:
    """The head of the page: the agency at left under whoever is `above`, national name and motto at right; a Party
    paper: `party_head`, where `open` says that the right is left to be written by hand, and why."""

    agency: str
    national_name: str
    motto: str
    above: str = ""
    open: str = ""


@dataclass(frozen=True)
class Line:
    """A label with what is filled in; an empty `value` prints as a dotted blank."""

    label: str
    value: str


@dataclass(frozen=True)
class MarkRow:
    """A row of the table of general criteria; an empty `mark` stays empty on paper."""

    kind: Literal["group", "criterion", "total"]
    number: str
    label: str
    maximum: str
    mark: str


@dataclass(frozen=True)
class MonthRow:
    """A month of the year's table, or its last row."""

    month: str
    score: str
    note: str


@dataclass(frozen=True)
class Box:
    label: str
    checked: bool


@dataclass(frozen=True)
class SignatureSpace:
    """Where somebody signs by hand: title of the signer and what to do; place and date stay blank, the name too where
    it is not known."""

    title: str
    note: str
    name: str = ""


@dataclass(frozen=True)
class Common:
    """What both forms carry. `reference` is ASCII, for the file name; `made_on` is the date of the facts."""

    number: str
    reference: str
    made_on: date
    head: Head
    title: str
    under_title: str
    identity: tuple[Line, ...]
    signatures: tuple[SignatureSpace, ...]
    remark: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Mau01(Common):
    """Monitoring and evaluation sheet (phiếu theo dõi, đánh giá công chức) of a month or quarter."""

    marks_heading: str
    columns: tuple[str, ...]
    column_numbers: tuple[str, ...]
    rows: tuple[MarkRow, ...]
    summary_heading: str
    points: tuple[Line, ...]
    comments: tuple[Line, ...]


@dataclass(frozen=True)
class Mau02(Common):
    """Quality rating sheet (phiếu xếp loại chất lượng công chức) of a year."""

    months_heading: str
    columns: tuple[str, ...]
    months: tuple[MonthRow, ...]
    mean: MonthRow
    self_heading: str
    self_boxes: tuple[Box, ...]
    decision_heading: str
    decision_boxes: tuple[Box, ...]
    remedy_heading: str
    remedy: str


@dataclass(frozen=True)
class Words:
    """A paragraph of a report: `label` is set in bold and kept with what follows, `item` hangs under its number."""

    kind: Literal["label", "item", "text", "small"]
    text: str


@dataclass(frozen=True)
class Part:
    """A part of a report: heading, what was written, a table (its second column is the widest), boxes below a line."""

    heading: str
    words: tuple[Words, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    boxes: tuple[Box, ...] = ()
    over_boxes: str = ""


@dataclass(frozen=True)
class Report(Common):
    """Review report (bản kiểm điểm), or an analysis sheet, as it was filed."""

    parts: tuple[Part, ...]


FormData = Mau01 | Mau02 | Report
