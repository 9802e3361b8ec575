"""Results that were taken on a level which was replaced since."""

from collections.abc import Iterable, Sequence

from thuocdo.conclusions.reconsidering.found import path_of, waiting
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_KIND = "assessments.to_reconsider"


def _rows(asking: Asking) -> Sequence[Rows]:
    mine = waiting(asking.user, asking.on, asking.units("officer"))
    return [rows(mine, _KIND, key="subject_id", text="subject__name", grouped=True)]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        text = f"Xem lại kết quả của {row.text}: mức làm căn cứ đã thay"
        yield Todo(row.kind, text, path_of(row.key), None, overdue=False)


SOURCE = Source(frozenset({_KIND}), _rows, _lines)
