"""Rounds in which somebody must still decide about subjects, or whose opening stands still, for their officers."""

from collections.abc import Iterable, Sequence

from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.rounds.models import Round, RoundOpening, RoundSubject

_OPEN, _FAILED = "rounds.undecided", "rounds.opening_failed"


def _rows(asking: Asking) -> Sequence[Rows]:
    units = asking.units("officer")
    waiting = RoundSubject.objects.filter(round__state=Round.State.OPEN, round__unit__in=units, standing="open")
    failed = RoundOpening.objects.filter(round__unit__in=units, state=RoundOpening.State.FAILED)
    return [
        rows(waiting, _OPEN, key="round_id", text="round__organisation__name", also="round__year", grouped=True),
        rows(failed, _FAILED, key="round_id", text="round__organisation__name", also="round__year"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        where = f"đợt năm {row.also}, {row.text}"
        if row.kind == _OPEN:
            words, path = f"{row.number} đối tượng cần quyết định trong {where}", "doi-tuong/?tinh-trang=open"
        else:
            words, path = f"Lượt lập danh sách của {where} gặp lỗi", ""
        yield Todo(row.kind, words, f"/dot-xep-loai/{row.key}/{path}", None, overdue=False)


SOURCE = Source(frozenset({_OPEN, _FAILED}), _rows, _lines)
