"""The life of a difficulty as one table, who may take which step, and which counts are too small to print. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thuocdo.kernel.errors import Conflict
from thuocdo.kernel.periods import moment_vi
from thuocdo.kernel.states import Machine, Transition

WAITING, ANSWERED, PUBLISHED = "waiting", "answered", "published"
MERGED, WITHDRAWN = "merged", "withdrawn"
FEW = 5
HIDDEN, WITHHELD = "ẩn", "không nêu"

MACHINE = Machine(
    {
        WAITING: "chờ trả lời",
        ANSWERED: "đã trả lời",
        PUBLISHED: "đã công bố cách hiểu",
        MERGED: "đã gộp",
        WITHDRAWN: "người nêu đã rút",
    },
    [
        Transition("withdraw", (WAITING,), WITHDRAWN, "author", "Rút lại vướng mắc"),
        Transition("answer", (WAITING,), ANSWERED, "holder", "Trả lời"),
        Transition("merge", (WAITING,), MERGED, "holder", "Gộp vào vướng mắc khác"),
        Transition("send_up", (WAITING,), WAITING, "holder", "Gửi cấp trên"),
        Transition("take_back", (WAITING,), WAITING, "sender", "Lấy lại từ cấp trên"),
        Transition("publish", (ANSWERED,), PUBLISHED, "holder", "Công bố cách hiểu"),
        Transition("reopen", (ANSWERED, PUBLISHED, MERGED), WAITING, "holder", "Mở lại"),
    ],
)


@dataclass(frozen=True)
class Standing:
    """What is known about a difficulty when somebody wants to act on it; times are local."""

    number: int
    state: str
    version: int
    changed_by: str
    changed_at: datetime


def who_did_what(found: Standing) -> str:
    """The last change of a difficulty in one sentence."""
    return (
        f"{found.changed_by} đã xử lý vướng mắc số {found.number} lúc {moment_vi(found.changed_at)}; hiện ở trạng thái "
        f"“{MACHINE.states[found.state]}”."
    )


def check_version(found: Standing, version: int) -> None:
    """Refuse an act on an older version, saying who did what and when."""
    if version != found.version:
        raise Conflict(
            f"{who_did_what(found)} Nội dung ông/bà vừa gửi chưa được ghi nhưng vẫn còn trên trang này; hãy xem "
            "tình trạng mới nhất rồi gửi lại nếu còn cần."
        )


def steps(state: str, *, author: bool, holder: bool, sender: bool) -> frozenset[str]:
    """Names of the steps that somebody may take now, for buttons. The actions check again.

    `holder`: officer of the unit that has it now; `sender`: officer of the unit that sent it there. Nobody
    answers, merges or publishes the own difficulty.
    """
    found = set()
    for name in MACHINE.names_from(state):
        who = MACHINE.transitions[name].who
        if who == "author":
            allowed = author
        elif who == "sender":
            allowed = sender
        else:
            allowed = holder and (not author or name == "send_up")
        found |= {name} if allowed else set()
    return frozenset(found)


def check_target(number: int, target: Standing, final: int | None) -> None:
    """Refuse to merge difficulty `number` into `target`, which is itself merged into `final` (None: it is not)."""
    if number == target.number:
        raise Conflict("Không gộp một vướng mắc vào chính nó. Hãy chọn vướng mắc khác.")
    if final == number:
        raise Conflict(
            f"Vướng mắc số {target.number} đã được gộp vào chính vướng mắc số {number} này, nên không gộp ngược lại. "
            f"Hãy trả lời ngay ở số {number}."
        )
    if final is not None:
        raise Conflict(f"Vướng mắc số {target.number} đã được gộp vào số {final}. Hãy gộp vào số {final}.")
    if target.state == WITHDRAWN:
        raise Conflict(f"Vướng mắc số {target.number} đã được người nêu rút lại. Hãy chọn vướng mắc khác.")


def printed(count: int) -> str:
    """A count as it may be printed: fewer than five people are not told apart.

    >>> printed(0), printed(3), printed(5)
    ('0', 'dưới 5', '5')
    """
    return f"dưới {FEW}" if 0 < count < FEW else str(count)


@dataclass(frozen=True)
class PrintedRow:
    """Counts of one period as they may be printed; `total` may be withheld so that nothing follows from it."""

    cells: tuple[str, ...]
    total: str


def printed_row(counts: Sequence[int]) -> PrintedRow:
    """Counts of people by level with their total, without a way to work out a small one.

    Beside small cells one larger cell is hidden, such that every small cell could still be 1 to 4; where no cell
    is large enough, the total is withheld.

    >>> printed_row([10, 20, 0])
    PrintedRow(cells=('10', '20', '0'), total='30')
    >>> printed_row([3, 20, 12])
    PrintedRow(cells=('dưới 5', '20', 'ẩn'), total='35')
    >>> printed_row([3, 5])
    PrintedRow(cells=('dưới 5', '5'), total='không nêu')
    """
    total = sum(counts)
    small = [n for n in counts if 0 < n < FEW]
    if not small:
        return PrintedRow(tuple(map(str, counts)), str(total))
    if total < FEW:
        return PrintedRow(tuple(HIDDEN for _ in counts), printed(total))
    enough = FEW + (FEW - 1) * len(small) - sum(small)
    large = [(n, place) for place, n in enumerate(counts) if n >= max(FEW, enough)]
    if not large:
        return PrintedRow(tuple(map(printed, counts)), WITHHELD)
    hidden = min(large)[1]
    cells = (HIDDEN if place == hidden else printed(n) for place, n in enumerate(counts))
    return PrintedRow(tuple(cells), str(total))


def printed_sum(rows: Sequence[PrintedRow], total: int) -> str:
    """The sum of the totals of rows: withheld where one of them is, which would otherwise follow from it.

    >>> printed_sum([PrintedRow((), "47"), PrintedRow((), "47")], 94)
    '94'
    >>> printed_sum([PrintedRow((), "47"), PrintedRow((), "không nêu")], 52)
    'không nêu'
    """
    return printed(total) if total < FEW or all(row.total.isdigit() for row in rows) else WITHHELD
