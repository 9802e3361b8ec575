"""Cases of a period that hang on dates: absences, joiners, leavers, movers, several posts. Pure; decides nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from thuocdo.engine.situations import TITLES
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Employment
from thuocdo.records.models import Absence

TWO_SIDED = frozenset({"secondment", "moved", "moved_inside", "posts"})
"""Cases in which the head of another unit knows part of the month."""


@dataclass(frozen=True)
class Post:
    """A post as the cases need it; `end` is the day after the last. `agency` is that of its unit on its last day of the
    period, `came` on its first where that was another."""

    unit: int
    unit_name: str
    agency: int | None
    position: str
    start: date
    end: date | None
    leadership: str = Employment.Leadership.NONE
    kind: str = Employment.Kind.CIVIL_SERVANT
    group: str = ""
    came: int | None = None

    def begun(self) -> "Post":
        """As it was on its first day."""
        return self if self.came is None else replace(self, agency=self.came)

    def seat(self) -> tuple[str, str, str, str]:
        """What rule, evaluator and quota group hang on within one unit; the same as in `cycles.population`."""
        return self.position, self.leadership, self.kind, self.group

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
    rows = _continued(sorted(posts, key=lambda one: (one.start, one.unit)))
    return [*_away(days, rows, absences), *_posts(days, first, last, rows)]


def _continued(posts: Sequence[Post]) -> list[Post]:
    """A seat recorded anew before it ended (records of one person merged, a renewal) is one that goes on."""
    whole: list[Post] = []
    for one in posts:
        same = (n for n, was in enumerate(whole) if (was.unit, was.seat()) == (one.unit, one.seat()))
        place = next((n for n in same if whole[n].serves(one.start)), None)
        if place is None:
            whole.append(one)
        elif (was := whole[place]).end is not None:
            whole[place] = replace(was, end=None if one.end is None else max(was.end, one.end))
    return whole


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
        yield Case(f"posts:{at_once[0].start.isoformat()}", "posts", _apart(at_once))
    start, begun = posts[0].start, posts[0]
    if any(day < start for day in days):
        yield Case(f"joined:{start.isoformat()}", "joined", (begun.words(), worked))
    yield from _moves(days, posts)
    yield from _gaps(days, posts, worked)
    final = max(posts, key=lambda one: one.end or date.max)
    end = final.end
    if end is not None and any(day >= end for day in days):
        yield Case(f"left:{end.isoformat()}", "left", (final.words(), worked))


def _apart(posts: Sequence[Post]) -> tuple[str, ...]:
    """Posts of one name and unit say their task groups, where these tell them apart."""
    named = [(one.unit, one.position) for one in posts]
    return tuple(
        f"{one.words()}, nhóm nhiệm vụ: {one.group or 'chưa ghi'}"
        if any(other.group != one.group for other, name in zip(posts, named, strict=True) if name == named[n])
        else one.words()
        for n, one in enumerate(posts)
    )


def _moves(days: Sequence[date], posts: Sequence[Post]) -> Iterator[Case]:
    """Posts that take the place of one that had ended, in another unit or as somebody else in the same; posts held
    beside them change nothing."""
    codes: set[str] = set()
    for old, new in _followed(posts):
        inside = old.unit == new.unit
        kind = "changed" if inside else "moved_inside" if old.agency == new.agency else "moved"
        here = [sum(one.serves(day) for day in days) for one in (old, new)]
        facts = [f"{old.words()}: {here[0]} ngày làm việc", f"{new.words()}: {here[1]} ngày làm việc"]
        facts += _seats(old, new) if inside else ()
        code = f"{kind}:{new.start.isoformat()}"
        yield Case(f"{code}:{new.unit}" if code in codes else code, kind, tuple(facts))
        codes.add(code)


def _seats(old: Post, new: Post) -> Iterator[str]:
    """What else than the name of the post is another."""
    if old.kind != new.kind:
        yield f"Đối tượng: từ {Employment.Kind(old.kind).label} sang {Employment.Kind(new.kind).label}"
    if old.leadership != new.leadership:
        labels = [Employment.Leadership(one.leadership).label for one in (old, new)]
        yield f"Chức vụ lãnh đạo, quản lý: từ {labels[0]} sang {labels[1]}"
    if old.group != new.group:
        yield f"Nhóm nhiệm vụ: từ {old.group or 'chưa ghi'} sang {new.group or 'chưa ghi'}"


_NEAREST: Sequence[Callable[[Post], tuple[object, ...]]] = (
    lambda one: (one.unit, *one.seat()), lambda one: (one.unit,), lambda one: (one.agency,), lambda one: ()
)  # fmt: skip


def _followed(posts: Sequence[Post]) -> list[tuple[Post, Post]]:
    """Each new post that is another than the one that it follows: the last to end before it, first of its own seat,
    then of its unit, then of its agency. Day by day, and an ended post is followed once: who comes back follows
    whatever was held between. The same post going on is no move."""
    ended, pairs = [one for one in posts if one.end is not None], []
    for day in sorted({one.start for one in posts}):
        begun = [one.begun() for one in posts if one.start == day]
        for place in _NEAREST:
            for new in tuple(begun):
                before = [one for one in ended if one.end and one.end <= day and place(one) == place(new)]
                if before:
                    old = max(before, key=lambda one: (one.end, one.start))
                    ended.remove(old)
                    begun.remove(new)
                    if place is not _NEAREST[0]:
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
