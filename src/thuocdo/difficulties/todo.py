"""Difficulties that wait in the units an officer looks after, as one line of the to-do list."""

from collections.abc import Iterable, Sequence

from thuocdo.difficulties import rules
from thuocdo.difficulties.models import Difficulty
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_KIND = "difficulties.waiting"


def _rows(asking: Asking) -> Sequence[Rows]:
    here = Difficulty.objects.filter(holder__in=asking.units("officer"), state=rules.WAITING)
    return [rows(here.exclude(author=asking.user), _KIND, key="holder_id", grouped=True)]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    words = f"{sum(row.number for row in found)} vướng mắc về quy tắc chờ trả lời"
    yield Todo(_KIND, words, "/to-chuc/vuong-mac/?tinh-trang=waiting", None, overdue=False)


SOURCE = Source(frozenset({_KIND}), _rows, _lines)
