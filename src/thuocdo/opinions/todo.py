"""Opinions on the to-do list: rounds to answer, and rounds whose last day is over, to be closed."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from thuocdo.opinions.models import OpinionRound
from thuocdo.opinions.queries import unanswered
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

TO_ANSWER, TO_CLOSE = "opinions.to_answer", "opinions.to_close"


def _rows(asking: Asking) -> Sequence[Rows]:
    mine = unanswered(Q(rater__user_id=asking.user.pk), asking.on)
    over = OpinionRound.objects.filter(state=OpinionRound.State.OPEN, closes_on__lt=asking.on)
    over = over.filter(unit__in=asking.units("headed", "officer"))
    return [
        rows(mine, TO_ANSWER, key="party__round_id", day="party__round__closes_on", grouped=True),
        rows(over, TO_CLOSE, text="unit__name", day="closes_on"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        if row.kind == TO_ANSWER:
            text = f"Cho ý kiến về {row.number} người"
            yield Todo(TO_ANSWER, text, f"/y-kien/{row.key}/tra-loi/", row.day, overdue=False)
        else:
            text = f"Kết thúc đợt lấy ý kiến của {row.text}: đã hết hạn trả lời"
            yield Todo(TO_CLOSE, text, f"/y-kien/{row.key}/", row.day, overdue=True)


SOURCE = Source(frozenset({TO_ANSWER, TO_CLOSE}), _rows, _lines)
