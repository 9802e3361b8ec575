"""Ballots on the to-do list: those to finish preparing, what the committee and the chair have to do, and for who votes
on a phone the page to keep open. Whether somebody has cast is not known, so that line stays until casting ends."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from thuocdo.ballots import rules
from thuocdo.ballots.models import Ballot, CountEntry, Elector, Teller
from thuocdo.ballots.phones.models import TokenRequest
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

TO_FREEZE, TO_CONDUCT, TO_VOTE = "ballots.to_freeze", "ballots.to_conduct", "ballots.to_vote"
AFTER = {
    Ballot.State.COUNTED: "đưa biên bản đã ký lên và đối chiếu",
    Ballot.State.SIGNED: "công bố và kết thúc",
}
STEPS = {
    Ballot.Mode.PAPER: {
        Ballot.State.FROZEN: "điểm danh",
        Ballot.State.CALLED: "phát phiếu",
        Ballot.State.ISSUED: "nhập số kiểm phiếu",
    },
    Ballot.Mode.PHONE: {
        Ballot.State.FROZEN: "tạo khóa của ban kiểm phiếu",
        Ballot.State.KEYED: "điểm danh, bắt đầu phát phiếu",
        Ballot.State.ISSUING: "ký phiếu, kết thúc phát phiếu",
        Ballot.State.ISSUED: "công bố số phiếu phát ra, cho bỏ phiếu",
        Ballot.State.CASTING: "đóng bỏ phiếu khi đã thu đủ",
        Ballot.State.CLOSED: "mở phiếu, công bố bảng kết quả",
        Ballot.State.OPENED: "nghe ý kiến, lập biên bản",
    },
}


def _rows(asking: Asking) -> Sequence[Rows]:
    drafts = Ballot.objects.filter(state=Ballot.State.DRAFT, unit__in=asking.units("headed", "officer"))
    sits = Teller.objects.filter(ballot=OuterRef("pk"), person__user_id=asking.user.pk)
    entered = CountEntry.objects.filter(ballot=OuterRef("pk"), counting=OuterRef("counting"), by=asking.user.pk)
    counts = Q(Exists(sits)) & ~Q(Exists(entered), mode=Ballot.Mode.PAPER, state=Ballot.State.ISSUED)
    step = Q(state=Ballot.State.COUNTED)
    for mode, named in STEPS.items():
        step |= Q(mode=mode, state__in=named)
    chair = Q(chair__user_id=asking.user.pk, state=Ballot.State.SIGNED)
    held = Ballot.objects.filter(held_on__lte=asking.on)
    mine = Elector.objects.filter(person__user_id=asking.user.pk, left_out="")
    voting = mine.filter(ballot__mode=Ballot.Mode.PHONE, ballot__held_on__lte=asking.on).filter(
        Q(ballot__state__in=(rules.FROZEN, rules.KEYED, rules.ISSUING))
        | Q(Exists(TokenRequest.objects.filter(elector=OuterRef("pk"))))
        & Q(ballot__state__in=(rules.ISSUED, rules.CASTING))
    )
    return [
        rows(drafts, TO_FREEZE, text="title", day="held_on"),
        rows(held.filter(step & counts | chair), TO_CONDUCT, text="title", day="held_on"),
        rows(voting, TO_VOTE, key="ballot_id", text="ballot__title", day="ballot__held_on"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    known = {row.key for row in found if row.kind == TO_CONDUCT}
    states = {pk: (mode, state) for pk, mode, state in Ballot.objects.filter(pk__in=known).values_list(
        "pk", "mode", "state")}  # fmt: skip
    for row in found:
        path = f"/bo-phieu/{row.key}/"
        if row.kind == TO_FREEZE:
            text = f"Soạn xong và chốt cuộc bỏ phiếu: {row.text}"
        elif row.kind == TO_VOTE:
            text, path = f"Bỏ phiếu trên điện thoại: {row.text}", f"/bo-phieu/dien-thoai/{row.key}/phieu/"
        elif said := _step(*states[row.key]):
            text, after = f"{said[0].upper()}{said[1:]}: {row.text}", states[row.key][1] in AFTER
            if states[row.key][0] == Ballot.Mode.PHONE and not after:
                path = f"/bo-phieu/dien-thoai/{row.key}/"
        else:
            continue
        yield Todo(row.kind, text, path, row.day, overdue=False)


def _step(mode: str, state: str) -> str:
    return AFTER.get(Ballot.State(state)) or STEPS[Ballot.Mode(mode)].get(Ballot.State(state), "")


SOURCE = Source(frozenset({TO_FREEZE, TO_CONDUCT, TO_VOTE}), _rows, _lines)
