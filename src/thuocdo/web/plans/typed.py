"""What the pages of plans are asked for and what their forms send. Nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from thuocdo.intake.blocks import block_lines
from thuocdo.intake.cells import text as text_cell
from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import parse_points, text_from
from thuocdo.organisation.rules import end_from_last_day
from thuocdo.plans import rules
from thuocdo.plans.rules import Graded, ItemData, RecurringData, Reported
from thuocdo.web.my_unit.dates import parse_day

MOST_LINES = 60
MOST_LENGTH = 20_000


def whole(text: str) -> int | None:
    """A plain whole number, else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def iso_day(text: str) -> date | None:
    """A day as addresses write it (2026-03-02), within this century, else None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def week_from(asked: Mapping[str, str], on: date) -> date:
    """Monday of the week that holds `tuan`, as an address or a person writes a day; of the present week without one.

    Raises Refusal for what is no day.
    """
    text = asked.get("tuan", "").strip()
    known = iso_day(text) or (parse_day(text, label="Tuần có ngày", field="tuan") if text else on)
    return rules.monday_of(known)


def _day_or_none(posted: Mapping[str, str], name: str, label: str) -> date | None:
    return parse_day(posted[name], label=label, field=name) if posted.get(name, "").strip() else None


def item(posted: Mapping[str, str]) -> ItemData:
    """One row from the full form. Raises Several, by input."""
    read = Reading()
    data = ItemData(
        text=read(text_from, posted.get("text", ""), "Việc", most=300, field="text"),
        day=whole(posted.get("day", "")) if posted.get("day") else None,
        nature=posted.get("nature", "regular"),
        is_key="is_key" in posted,
        is_new="is_new" in posted,
        is_hard="is_hard" in posted,
        due_date=read(_day_or_none, posted, "due_date", "Hạn"),
        expected=posted.get("expected", ""),
        assigned_by=posted.get("assigned_by", ""),
        task_id=whole(posted.get("task", "")),
    )
    read.done()
    return data


def reports(posted: Mapping[str, str]) -> list[Reported]:
    """The results of a week: `state-<id>`, `note-<id>`, `version-<id>`."""
    found = []
    for name, state in posted.items():
        pk = whole(name.removeprefix("state-")) if name.startswith("state-") else None
        if pk is not None:
            version = whole(posted.get(f"version-{pk}", "")) or 0
            found.append(Reported(pk, version, state, posted.get(f"note-{pk}", "")))
    return found


def answers(posted: Mapping[str, str]) -> dict[int, tuple[str, int]]:
    """Answers on criteria: `answer-<id>`, `version-<id>`."""
    found = {}
    for name, text in posted.items():
        pk = whole(name.removeprefix("answer-")) if name.startswith("answer-") else None
        if pk is not None:
            found[pk] = (text, whole(posted.get(f"version-{pk}", "")) or 0)
    return found


def grades(posted: Mapping[str, str]) -> list[Graded]:
    """The head's table: `level-<person>`, `reason-<person>`, `version-<person>`. Rows without a level are left."""
    found = []
    for name, typed in posted.items():
        pk = whole(name.removeprefix("level-")) if name.startswith("level-") else None
        level = whole(typed)
        if pk is not None and level is not None:
            version = whole(posted.get(f"version-{pk}", "")) or 0
            found.append(Graded(pk, level, posted.get(f"reason-{pk}", ""), version))
    return found


def ids(posted: QueryDict, name: str) -> list[int]:
    """Ticked rows."""
    return [pk for pk in map(whole, posted.getlist(name)) if pk is not None]


def pairs(posted: QueryDict) -> list[tuple[int, date]]:
    """Ticked occurrences: `id:day`."""
    found = []
    for value in posted.getlist("chosen"):
        pk, _, day = value.partition(":")
        number, on = whole(pk), iso_day(day)
        if number is not None and on is not None:
            found.append((number, on))
    return found


@dataclass(frozen=True)
class Line:
    """One pasted row: what was read from it, or what is wrong with it. Its cells are kept as `raw`."""

    number: int
    raw: str
    data: ItemData | None
    problem: str = ""


def pasted(text: str) -> list[Line]:
    """Lines from Excel or Word: work, deadline, product, separated by tabs; empty lines are left out.

    Raises Refusal for nothing or too much.
    """
    lines = [(n, cells) for n, cells in block_lines(text) if any(map(clean, cells))]
    if not lines:
        raise Refusal("plan.paste", "Chưa có dòng nào. Hãy dán mỗi việc một dòng.", field="rows")
    if len(lines) > MOST_LINES or len(text) > MOST_LENGTH:
        raise Refusal("plan.paste", f"Mỗi lần dán tối đa {MOST_LINES} dòng. Hãy dán làm nhiều lần.", field="rows")
    return [_line(number, [clean(cell) for cell in cells]) for number, cells in lines]


def _line(number: int, cells: list[str]) -> Line:
    text, due, expected = (*cells, "", "")[:3]
    raw = " · ".join(filter(None, cells))
    try:
        if len([cell for cell in cells[3:] if cell]):
            raise Refusal("plan.paste", "có hơn 3 cột. Hãy chỉ giữ: việc, hạn, sản phẩm.")
        if not text:
            raise Refusal("plan.paste", "chưa có tên việc ở cột đầu.")
        for typed, label in ((text, "Việc"), (expected, "Sản phẩm")):
            text_cell(300)(typed, label)
        day = parse_day(due, label="Hạn", field="rows") if due else None
    except Refusal as refusal:
        return Line(number, raw, None, refusal.message)
    return Line(number, raw, ItemData(text=text, due_date=day, expected=expected))


def _day_number(posted: Mapping[str, str]) -> int:
    day = whole(posted.get("day", "").strip())
    if day is None:
        raise Refusal("recurring.day", "Ngày: hãy nhập số, ví dụ 1.", field="day")
    return day


def recurring(posted: Mapping[str, str]) -> RecurringData:
    """Recurring work from its form. Raises Several, by input."""
    rule, read = posted.get("rule", ""), Reading()
    data = RecurringData(
        text=read(text_from, posted.get("text", ""), "Việc", most=200, field="text"),
        rule=rule,
        day=read(_day_number, posted),
        quarter_month=whole(posted.get("quarter_month", "")) if rule == "quarterly" else None,
        start=read(parse_day, posted.get("start", ""), label="Từ ngày", field="start"),
        end=end_from_last_day(read(_day_or_none, posted, "last", "Đến hết ngày")),
        product_id=whole(posted.get("product", "")),
        coefficient=read(_number, posted, "coefficient", "Hệ số quy đổi"),
        quantity=read(_number, posted, "quantity", "Số lượng"),
        expected=posted.get("expected", ""),
    )
    read.done()
    return data


def _number(posted: Mapping[str, str], name: str, label: str) -> int | None:
    if not posted.get(name, "").strip():
        return None
    try:
        return parse_points(posted[name], label=label)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=name) from None


def span(posted: Mapping[str, str], read: Reading) -> tuple[date, date | None]:
    """First day and the day after the last, of a unit's setting; what cannot be read stays with `read`."""
    start = read(parse_day, posted.get("start", ""), label="Từ ngày", field="start")
    return start, end_from_last_day(read(_day_or_none, posted, "end", "Đến hết ngày"))


def decided(posted: Mapping[str, str], read: Reading, **more: tuple[str, int]) -> dict[str, str]:
    """Who decided and the other plain texts of a setting (`more`: label and greatest length by name)."""
    asked = {"decided_by": ("Người quyết định", 160), **more}
    return {
        name: read(text_from, posted.get(name, ""), label, most=most, field=name)
        for name, (label, most) in asked.items()
    }
