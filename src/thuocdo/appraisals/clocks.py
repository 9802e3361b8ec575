"""How long the authority has to answer, by the rulebook's article and the working calendar of the unit."""

from dataclasses import dataclass
from datetime import date, timedelta

from thuocdo.appraisals import facts
from thuocdo.appraisals.authority import authority_under
from thuocdo.appraisals.models import Sheet
from thuocdo.calendars.queries import add_workdays
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.workdays import LONGEST, NoWorkday, named_day
from thuocdo.organisation.successors import keeping

NOT_COUNTED = (
    "cần quyết định: quy định cho {days} ngày làm việc sau {received}, nhưng lịch làm việc của đơn vị không có ngày "
    "làm việc nào trong {longest} ngày liền nên chưa tính được hạn. Cán bộ tổ chức sửa lịch làm việc; nơi nhận kiến "
    "nghị ấn định hạn trả lời"
)


@dataclass(frozen=True)
class Clock:
    """The last day for the answer, and how it was counted, in words. No clock: `due` None, `words` say why."""

    due: date | None
    words: str


def clock_of(unit_id: int, received: date, days: int, kind: str) -> Clock:
    """The clock of a petition received on that day (which is not counted), on the calendar of the unit (id), or
    of whoever keeps its files once it has ended. A calendar without days to work gives no last day: who answers
    settles it, and the petition is taken all the same."""
    if kind == "working":
        try:
            count = add_workdays(keeping(unit_id, received), received, days)
        except NoWorkday:
            return Clock(None, NOT_COUNTED.format(days=days, received=named_day(received), longest=LONGEST))
        return Clock(count.due, count.words()[:500])
    due = received + timedelta(days=days)
    return Clock(
        due, f"{days} ngày, kể cả thứ Bảy, Chủ nhật và ngày lễ, sau {named_day(received)}; đến hết {named_day(due)}"
    )


@dataclass(frozen=True)
class Way:
    """Whether the owner can petition now, and what the rulebook says about the clock and the addressee."""

    open: bool
    sentence: str
    cite: str


def petition_way(sheet: Sheet, on: date) -> Way:
    """What to tell the owner of the sheet (read with its member's units) before a petition; no clock where the
    rulebook gives none."""
    book = facts.pinned_book(sheet.member)
    rule = book.procedure.petition if isinstance(book, Rulebook) else None
    if rule is not None and isinstance(book, Rulebook):
        kind = "ngày làm việc" if rule.day_kind == "working" else "ngày"
        cite = "; ".join(one.text() for one in book.cite(rule.cite))
        return Way(
            True,
            f"Ông/bà có quyền kiến nghị. Cấp có thẩm quyền trả lời trong {rule.answer_days} {kind} kể từ ngày nhận.",
            cite,
        )
    try:
        _, note = authority_under(book, sheet, on)
    except Refusal as refusal:
        return Way(False, refusal.message, "")
    return Way(True, note, "")
