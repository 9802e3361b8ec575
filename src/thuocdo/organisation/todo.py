"""What waits for an organisation officer in this room: plans not applied yet, merges of codes that need a second
officer."""

from collections.abc import Iterable, Sequence

from thuocdo.organisation.models import Employment, PersonMerge, Reorganisation
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_PLAN, _MERGE = "reorganisation.draft", "person.merge_waiting"


def _rows(asking: Asking) -> Sequence[Rows]:
    units = asking.units("officer")
    plans = Reorganisation.objects.filter(root_id__in=units, state=Reorganisation.State.DRAFT)
    here = Employment.objects.filter(unit_id__in=units)
    merges = PersonMerge.objects.filter(approved_at=None, withdrawn_at=None, kept_id__in=here.values("person_id"))
    return [
        rows(plans, _PLAN, text="title", day="start"),
        rows(merges.exclude(proposed_by=asking.user), _MERGE),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        if row.kind == _PLAN:
            words = f"Hoàn tất, áp dụng phương án sắp xếp: {row.text}"
            late = row.day is not None and asking.on > row.day
            yield Todo(_PLAN, words, f"/to-chuc/co-cau/sap-xep/{row.key}/", row.day, overdue=late)
    merges = sum(row.kind == _MERGE for row in found)
    if merges:
        words = f"{merges} đề nghị gộp hai mã của một người chờ cán bộ thứ hai duyệt"
        yield Todo(_MERGE, words, "/to-chuc/nguoi/gop-ma/", None, overdue=False)


SOURCE = Source(frozenset({_PLAN, _MERGE}), _rows, _lines)
