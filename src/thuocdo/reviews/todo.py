"""Reports that somebody has yet to send, in open rounds whose plan has a day for the review."""

from collections.abc import Iterable, Sequence

from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.reviews.models import DefectDuty, Remedy
from thuocdo.rounds.models import Round, RoundSubject

_WRITE, _REMEDY, _DUTY = "reviews.to_write", "reviews.remedy", "reviews.duty"


def _rows(asking: Asking) -> Sequence[Rows]:
    mine = RoundSubject.objects.filter(
        person__user_id=asking.user.pk,
        kind__in=("leader", "party_member"),
        standing="in",
        reviewed_with=None,
        round__state=Round.State.OPEN,
        reports=None,
    )
    remedies = Remedy.objects.filter(person__user_id=asking.user.pk, defect__dropped_at=None)
    remedies = remedies.exclude(state__in=(Remedy.State.CLAIMED, Remedy.State.FIXED))
    duties = DefectDuty.objects.filter(subject__person__user_id=asking.user.pk, answer=DefectDuty.Answer.WAITING)
    return [
        rows(mine, _WRITE, key="round_id", text="round__organisation__name", also="round__year", grouped=True),
        rows(remedies, _REMEDY, key="defect__subject_id", text="measure", day="due"),
        rows(duties, _DUTY, key="defect__subject_id", text="defect__text"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        if row.kind == _REMEDY:
            late = row.day is not None and row.day < asking.on
            where = f"/kiem-diem/ban/{row.key}/khac-phuc/"
            yield Todo(_REMEDY, f"Khắc phục: {row.text}", where, row.day, overdue=late)
            continue
        if row.kind == _DUTY:
            words = f"Trả lời về trách nhiệm đối với khuyết điểm: {row.text}"
            yield Todo(_DUTY, words, f"/kiem-diem/ban/{row.key}/khac-phuc/", None, overdue=False)
            continue
        words = f"Viết {row.number} bản kiểm điểm năm {row.also}, {row.text}"
        yield Todo(_WRITE, words, f"/kiem-diem/{row.key}/", None, overdue=False)


SOURCE = Source(frozenset({_WRITE, _REMEDY, _DUTY}), _rows, _lines)
