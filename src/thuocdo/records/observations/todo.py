"""Observations that the person has not read yet."""

from collections.abc import Iterable, Sequence

from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.records.observations.models import Observation

_READ = "observations.to_read"


def _rows(asking: Asking) -> Sequence[Rows]:
    mine = Observation.objects.filter(person__user_id=asking.user.pk, steps=None)
    return [rows(mine, _READ, text="about")]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        path = f"/ghi-nhan/#ghi-nhan-{row.key}"
        yield Todo(row.kind, f"Đọc ghi nhận về ông/bà: {row.text}", path, None, overdue=False)


SOURCE = Source(frozenset({_READ}), _rows, _lines)
