"""Rounds in which somebody must still decide about subjects, or whose opening stands still, for their officers; members
of a cell who have no level yet, for those who lead the cell."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.rounds.access import cells_led
from thuocdo.rounds.models import Round, RoundOpening, RoundSubject, StepDone
from thuocdo.rounds.rules import LEADING

_OPEN, _FAILED, _MEMBERS = "rounds.undecided", "rounds.opening_failed", "rounds.members"


def _rows(asking: Asking) -> Sequence[Rows]:
    units = asking.units("officer")
    waiting = RoundSubject.objects.filter(round__state=Round.State.OPEN, round__unit__in=units, standing="open")
    failed = RoundOpening.objects.filter(round__unit__in=units, state=RoundOpening.State.FAILED)
    led = RoundSubject.objects.filter(
        person__user_id=asking.user.pk, kind="leader", role__in=LEADING, standing="in", party__isnull=False,
        round__state=Round.State.OPEN,
    )  # fmt: skip
    rated = StepDone.objects.filter(subject=OuterRef("pk"), step="rating", undoes=None, undone=None)
    members = RoundSubject.objects.filter(kind="party_member", standing="in")
    cells = cells_led(asking.user).filter(round__state=Round.State.OPEN)
    members = members.filter(
        ~Exists(rated), Q(organisation__in=led.values("organisation")) | Q(organisation__in=cells.values("pk"))
    )
    members = members.exclude(person__user_id=asking.user.pk)
    return [
        rows(members, _MEMBERS, key="round_id", text="organisation__name", also="round__year", day="round__rating_date",
             grouped=True),
        rows(waiting, _OPEN, key="round_id", text="round__organisation__name", also="round__year", grouped=True),
        rows(failed, _FAILED, key="round_id", text="round__organisation__name", also="round__year"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        late = row.day is not None and row.day < asking.on
        where = f"đợt năm {row.also}, {row.text}"
        if row.kind == _OPEN:
            words, path = f"{row.number} đối tượng cần quyết định trong {where}", "doi-tuong/?tinh-trang=open"
        elif row.kind == _MEMBERS:
            words = f"{row.number} đảng viên chưa có mức xếp loại năm {row.also}, {row.text}: họp, bỏ phiếu, kết luận"
            path = "viec/"
        else:
            words, path = f"Lượt lập danh sách của {where} gặp lỗi", ""
        yield Todo(row.kind, words, f"/dot-xep-loai/{row.key}/{path}", row.day, overdue=late)


SOURCE = Source(frozenset({_OPEN, _FAILED, _MEMBERS}), _rows, _lines)
