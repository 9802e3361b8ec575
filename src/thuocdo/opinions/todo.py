"""Opinions on the to-do list: rounds to answer, and rounds whose last day is over, to be closed."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from thuocdo.opinions.bodies.models import OpinionPaper
from thuocdo.opinions.models import OpinionRound
from thuocdo.opinions.queries import bodies_waiting, unanswered
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

TO_ANSWER, TO_CLOSE = "opinions.to_answer", "opinions.to_close"
TO_SPEAK, TO_CHECK = "opinions.to_speak", "opinions.to_check"


def _rows(asking: Asking) -> Sequence[Rows]:
    mine = unanswered(Q(rater__user_id=asking.user.pk), asking.on)
    over = OpinionRound.objects.filter(state=OpinionRound.State.OPEN, closes_on__lt=asking.on)
    over = over.filter(unit__in=asking.units("headed", "officer"))
    papers = OpinionPaper.objects.filter(state=OpinionPaper.State.ENTERED)
    papers = papers.filter(body__party__round__state=OpinionRound.State.OPEN)
    papers = papers.filter(body__party__round__unit__in=asking.units("headed", "officer"))
    papers = papers.exclude(entered_by=asking.user)
    return [
        rows(mine, TO_ANSWER, key="party__round_id", day="party__round__closes_on", grouped=True),
        rows(over, TO_CLOSE, text="unit__name", day="closes_on"),
        rows(bodies_waiting(asking.user, asking.on), TO_SPEAK, text="name", day="party__round__closes_on"),
        rows(papers, TO_CHECK, text="body__name", key="body__party__round_id", day="body__party__round__closes_on"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        if row.kind == TO_ANSWER:
            text = f"Cho ý kiến về {row.number} người"
            yield Todo(TO_ANSWER, text, f"/y-kien/{row.key}/tra-loi/", row.day, overdue=False)
        elif row.kind == TO_SPEAK:
            text = f"Cho ý kiến thay mặt {row.text}"
            yield Todo(TO_SPEAK, text, f"/y-kien/tap-the/{row.key}/", row.day, overdue=False)
        elif row.kind == TO_CHECK:
            text = f"Đối chiếu phiếu lấy ý kiến của {row.text} với bản chụp"
            yield Todo(TO_CHECK, text, f"/y-kien/{row.key}/", row.day, overdue=False)
        else:
            text = f"Kết thúc đợt lấy ý kiến của {row.text}: đã hết hạn trả lời"
            yield Todo(TO_CLOSE, text, f"/y-kien/{row.key}/", row.day, overdue=True)


SOURCE = Source(frozenset({TO_ANSWER, TO_CLOSE, TO_SPEAK, TO_CHECK}), _rows, _lines)
