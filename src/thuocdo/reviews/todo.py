"""Reports that somebody has yet to send, in open rounds whose plan has a day for the review."""

from collections.abc import Iterable, Sequence

from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.rounds.models import Round, RoundSubject

_WRITE = "reviews.to_write"


def _rows(asking: Asking) -> Sequence[Rows]:
    mine = RoundSubject.objects.filter(
        person__user_id=asking.user.pk,
        kind__in=("leader", "party_member"),
        standing="in",
        reviewed_with=None,
        round__state=Round.State.OPEN,
        reports=None,
    )
    return [rows(mine, _WRITE, key="round_id", text="round__organisation__name", also="round__year", grouped=True)]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        words = f"Viết {row.number} bản kiểm điểm năm {row.also}, {row.text}"
        yield Todo(_WRITE, words, f"/kiem-diem/{row.key}/", None, overdue=False)


SOURCE = Source(frozenset({_WRITE}), _rows, _lines)
