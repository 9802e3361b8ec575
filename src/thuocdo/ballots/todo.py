"""Ballots on the to-do list: those to finish preparing, and what the committee and the chair have to do."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from thuocdo.ballots.models import Ballot, CountEntry, Teller
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

TO_FREEZE, TO_CONDUCT = "ballots.to_freeze", "ballots.to_conduct"
STEPS = {
    Ballot.State.FROZEN: "điểm danh",
    Ballot.State.CALLED: "phát phiếu",
    Ballot.State.ISSUED: "nhập số kiểm phiếu",
    Ballot.State.COUNTED: "đưa biên bản đã ký lên và đối chiếu",
    Ballot.State.SIGNED: "công bố và kết thúc",
}


def _rows(asking: Asking) -> Sequence[Rows]:
    drafts = Ballot.objects.filter(state=Ballot.State.DRAFT, unit__in=asking.units("headed", "officer"))
    sits = Teller.objects.filter(ballot=OuterRef("pk"), person__user_id=asking.user.pk)
    entered = CountEntry.objects.filter(ballot=OuterRef("pk"), counting=OuterRef("counting"), by=asking.user.pk)
    mine = Q(Exists(sits)) & ~Q(state=Ballot.State.SIGNED) & ~Q(Exists(entered), state=Ballot.State.ISSUED)
    chair = Q(chair__user_id=asking.user.pk, state=Ballot.State.SIGNED)
    paper = Ballot.objects.filter(mode=Ballot.Mode.PAPER, state__in=STEPS, held_on__lte=asking.on)
    return [
        rows(drafts, TO_FREEZE, text="title", day="held_on"),
        rows(paper.filter(mine | chair), TO_CONDUCT, text="title", day="held_on"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    states = dict(Ballot.objects.filter(pk__in=[row.key for row in found]).values_list("pk", "state"))
    for row in found:
        if row.kind == TO_FREEZE:
            yield Todo(
                TO_FREEZE,
                f"Soạn xong và chốt cuộc bỏ phiếu: {row.text}",
                f"/bo-phieu/{row.key}/",
                row.day,
                overdue=False,
            )
        elif step := STEPS.get(Ballot.State(states[row.key])):
            text = f"{step.capitalize()}: {row.text}"
            yield Todo(TO_CONDUCT, text, f"/bo-phieu/{row.key}/", row.day, overdue=False)


SOURCE = Source(frozenset({TO_FREEZE, TO_CONDUCT}), _rows, _lines)
