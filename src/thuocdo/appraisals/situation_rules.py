"""Cases of a period that hang on dates: absences, joiners, leavers, movers, several posts. Pure; decides nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from thuocdo.kernel.workdays import Workdays
from thuocdo.records.models import Absence

TITLES = {
    "maternity": "Nghỉ thai sản",
    "sick_leave": "Nghỉ ốm theo chế độ",
    "unpaid_leave": "Nghỉ không hưởng lương",
    "study": "Đi học tập trung",
    "secondment": "Biệt phái",
    "joined": "Mới đến trong kỳ",
    "left": "Thôi công tác trong kỳ",
    "moved": "Chuyển cơ quan trong kỳ",
    "moved_inside": "Chuyển đơn vị trong cơ quan",
    "gap": "Ngừng công tác rồi làm lại trong kỳ",
    "posts": "Nhiều vị trí công tác cùng lúc",
}
TWO_SIDED = frozenset({"secondment", "moved", "moved_inside", "posts"})
"""Cases in which the head of another unit knows part of the month."""
NOT_SAID = "{} không nêu trường hợp này: kỳ này ai đánh giá, việc và thời gian nào được tính?"


@dataclass(frozen=True)
class Post:
    """A post as the cases need it; `end` is the day after the last."""

    unit: int
    unit_name: str
    agency: int | None
    position: str
    start: date
    end: date | None

    def serves(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def words(self) -> str:
        """`Chuyên viên, Phòng Kinh tế (từ 16/02/2026)`."""
        until = f" đến hết {_day(self.end - timedelta(days=1))}" if self.end else ""
        return f"{self.position}, {self.unit_name} (từ {_day(self.start)}{until})"


@dataclass(frozen=True)
class Case:
    """One case: `code` names it among those of a sheet, `facts` are sentences with dates and working days."""

    code: str
    kind: str
    facts: tuple[str, ...]

    @property
    def title(self) -> str:
        return TITLES[self.kind]


def cases(
    first: date, last: date, posts: Sequence[Post], absences: Iterable[Absence], workdays: Workdays
) -> list[Case]:
    """The cases of a period from `first` to `last` (inclusive). `posts` and `absences` are those that touch it."""
    days = [day for day in _days(first, last) if workdays.works(day)]
    rows = sorted(posts, key=lambda one: (one.start, one.unit))
    return [*_away(days, rows, absences), *_posts(days, first, last, rows)]


def _away(days: Sequence[date], posts: Sequence[Post], absences: Iterable[Absence]) -> Iterator[Case]:
    for one in sorted(absences, key=lambda row: (row.start, row.kind)):
        off = [day for day in days if one.start <= day and (one.end is None or day < one.end)]
        if off:
            until = f"đến hết {_day(one.end - timedelta(days=1))}" if one.end else "chưa ghi ngày về"
            fact = f"Từ {_day(one.start)} {until}: vắng {len(off)} trên {len(days)} ngày làm việc của kỳ"
            yield Case(f"{one.kind}:{one.start.isoformat()}", str(one.kind), (fact,))


def _posts(days: Sequence[date], first: date, last: date, posts: Sequence[Post]) -> Iterator[Case]:
    if not posts:
        return
    served = [day for day in days if any(one.serves(day) for one in posts)]
    worked = f"Làm việc {len(served)} trên {len(days)} ngày làm việc của kỳ (chưa trừ ngày vắng)"
    at_once = [one for one in posts if any(_together(one, other, first, last) for other in posts if other != one)]
    if at_once:
        yield Case(f"posts:{at_once[0].start.isoformat()}", "posts", tuple(one.words() for one in at_once))
    start, begun = posts[0].start, posts[0]
    if any(day < start for day in days):
        yield Case(f"joined:{start.isoformat()}", "joined", (begun.words(), worked))
    yield from _moves(days, posts)
    yield from _gaps(days, posts, worked)
    ends = [one.end for one in posts]
    end = None if None in ends else max(one for one in ends if one is not None)
    if end is not None and any(day >= end for day in days):
        yield Case(f"left:{end.isoformat()}", "left", (posts[-1].words(), worked))


def _moves(days: Sequence[date], posts: Sequence[Post]) -> Iterator[Case]:
    """Posts that take the place of one that had ended, in another unit; posts held beside them change nothing."""
    codes: set[str] = set()
    for old, new in _followed(posts):
        kind = "moved_inside" if old.agency == new.agency else "moved"
        here = [sum(one.serves(day) for day in days) for one in (old, new)]
        facts = (f"{old.words()}: {here[0]} ngày làm việc", f"{new.words()}: {here[1]} ngày làm việc")
        code = f"{kind}:{new.start.isoformat()}"
        yield Case(f"{code}:{new.unit}" if code in codes else code, kind, facts)
        codes.add(code)


def _followed(posts: Sequence[Post]) -> list[tuple[Post, Post]]:
    """Each new post in another unit with the post that it follows: the last to end before it, first of its agency. An
    ended post is followed once; what goes on in its own unit is no move."""
    ended, begun = [one for one in posts if one.end is not None], list(posts)
    pairs = []
    for inside in (True, False):
        for new in tuple(begun):
            before = [
                (one.agency == new.agency, one.end, one.start, place)
                for place, one in enumerate(ended)
                if one.end is not None and one.end <= new.start and (not inside or one.unit == new.unit)
            ]
            if before:
                old = ended.pop(max(before)[-1])
                begun.remove(new)
                if old.unit != new.unit:
                    pairs.append((old, new))
    return pairs


def _gaps(days: Sequence[date], posts: Sequence[Post], worked: str) -> Iterator[Case]:
    """Working days between two posts on which no post at all is recorded."""
    until = posts[0].end
    for one in posts:
        if until is None:
            return
        off = [day for day in days if until <= day < one.start]
        if off:
            words = f"Không ghi vị trí công tác nào từ {_day(until)} đến hết {_day(one.start - timedelta(days=1))}"
            yield Case(f"gap:{one.start.isoformat()}", "gap", (f"{words}: {len(off)} ngày làm việc", worked))
        until = None if one.end is None else max(until, one.end)


def _together(one: Post, other: Post, first: date, last: date) -> bool:
    """Whether both posts are held on one day of the period."""
    start = max(one.start, other.start, first)
    return start <= last and one.serves(start) and other.serves(start)


def _days(first: date, last: date) -> Iterator[date]:
    for step in range((last - first).days + 1):
        yield first + timedelta(days=step)


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"
