"""Closing: envelopes are opened once, counted, and what may be shown is frozen; dropping a round opens nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.notices.actions import notify
from thuocdo.opinions import rules
from thuocdo.opinions.access import locked, require_organises
from thuocdo.opinions.apart import Closing
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.earlier import asked_of, fields_of, hold_about, shown_before
from thuocdo.opinions.models import (
    Opinion,
    OpinionComment,
    OpinionEnvelope,
    OpinionInvitation,
    OpinionParty,
    OpinionReturn,
    OpinionRound,
    OpinionSubject,
    OpinionTally,
)
from thuocdo.opinions.sealing import Unreadable, unseal
from thuocdo.opinions.steps import steps_told
from thuocdo.organisation.access import chain_of

Slip = Mapping[str, Any]


@action
def close_opinions(*, round_id: int, version: int, by: User, at: datetime) -> OpinionRound:
    """Open all envelopes, freeze the counts and what may be shown, tell the evaluators; nothing is taken afterwards.

    After the last day, or earlier once everybody has answered: nobody chooses the moment by looking. Of a secret round
    the marks of who has answered are deleted, and answers of groups that are too small are not kept at all. Raises
    NotYours, Conflict, Refusal where an envelope cannot be opened.
    """
    on = localdate(at)
    one = locked(round_id)
    require_organises(one.unit_id, by, on)
    if one.state != OpinionRound.State.OPEN or one.version != version:
        raise Conflict(f"Đợt lấy ý kiến vừa thay đổi (hiện {one.get_state_display()}). Hãy tải lại trang.")
    raters = set(OpinionInvitation.objects.filter(party__round=one).values_list("rater_id", flat=True))
    back = set(OpinionReturn.objects.filter(round=one).values_list("rater_id", flat=True))
    silent = _bodies_silent(one)
    if on <= one.closes_on and (back != raters or silent):
        raise Conflict(
            f"Còn người chưa trả lời và chưa hết hạn {one.closes_on:%d/%m/%Y}. "
            "Chỉ kết thúc sớm khi mọi người đã trả lời."
        )
    written = _count(one, _opened(one), back, on)
    OpinionEnvelope.objects.filter(round=one).delete()
    if one.secret:
        OpinionReturn.objects.filter(round=one).delete()
    one.state, one.closed_at, one.answered = OpinionRound.State.CLOSED, at, len(back)
    one.version += 1
    one.save()
    subjects = list(one.subjects.select_related("year_subject", "person").order_by("pk"))
    steps = steps_told(one, subjects, by, at)
    _tell(one, at)
    tallies = [row for row in written if isinstance(row, OpinionTally)]
    said = {"raters": len(raters), "answered": len(back)}
    if not one.secret:  # forms that came back would name who was given more or fewer of them than others
        said = {"returned": sum(t.returned for t in tallies), "valid": sum(t.valid for t in tallies)}
    record(
        chain=chain_of(one.unit, on), code="opinions.closed_secret" if one.secret else "opinions.closed", by=by, at=at,
        objects=[one, *written, *steps], data={"round": one.pk, "sent": sum(t.sent for t in tallies)} | said,
    )  # fmt: skip
    return one


def _bodies_silent(one: OpinionRound) -> bool:
    """Whether a body has not answered yet. Raises Conflict where an entry for one waits for the second person."""
    standing = OpinionPaper.objects.filter(body=OuterRef("pk"))
    bodies = OpinionBody.objects.filter(party__round=one)
    waiting = bodies.filter(Exists(standing.filter(state=OpinionPaper.State.ENTERED))).first()
    if waiting is not None:
        raise Conflict(f"Phiếu của {waiting.name} còn chờ người thứ hai xác nhận. Hãy xác nhận hoặc trả lại trước.")
    return bodies.exclude(Exists(standing.filter(state=OpinionPaper.State.CONFIRMED))).exists()


def _opened(one: OpinionRound) -> dict[tuple[int, int], list[Slip]]:
    """Slips that say something, by subject and party."""
    found: dict[tuple[int, int], list[Slip]] = {}
    for sealed in OpinionEnvelope.objects.filter(round=one).order_by("key").values_list("sealed", flat=True):
        try:
            slip = unseal(bytes(sealed), one.pk)
        except Unreadable:
            raise Refusal(
                "opinions.sealed", "Có phiếu không mở được: khóa bí mật của máy chủ đã đổi từ khi phiếu được gửi. "
                "Hãy nhờ người quản trị đặt lại khóa cũ, hoặc bỏ đợt này.",
            ) from None  # fmt: skip
        if slip["a"] or slip["t"]:
            found.setdefault((slip["s"], slip["p"]), []).append(slip)
    return found


def _count(one: OpinionRound, slips: Mapping[tuple[int, int], Sequence[Slip]], back: set[int], on: date) -> list[Any]:
    forms: dict[int, dict[int, list[bool]]] = {}
    asked = OpinionInvitation.objects.filter(party__round=one).values_list("subject_id", "party_id", "rater_id")
    for subject, party, rater in asked:
        forms.setdefault(subject, {}).setdefault(party, []).append(rater in back)
    parties = {party.pk: party for party in one.parties.all()}
    subjects = list(one.subjects.select_related("member", "year_subject").order_by("pk"))
    if one.secret:
        hold_about(subjects)
    before = shown_before(one, subjects, on, running=False) if one.secret else {}
    people, fields = asked_of(subjects), fields_of(one)
    absent = len({rater for _, _, rater in asked} - back)
    written: list[Any] = []
    for row in subjects:
        sent = forms.get(row.pk, {})
        of_party = {party: slips.get((row.pk, party), ()) for party in sent}
        answered = {parties[party].number: [_questions(slip) for slip in given] for party, given in of_party.items()}
        blank = sum(map(sum, sent.values())) - sum(map(len, answered.values()))
        partly = sum(not said >= set(fields[party]) for party, forms_ in answered.items() for said in forms_)
        silent = absent + blank + partly
        closing = Closing(before.get(row.pk, []), people.get(row.pk, {}), fields, answered, silent, one.pk)
        written += _of_subject(one, row, sent, of_party, parties, closing)
    return written


def _questions(slip: Slip) -> frozenset[int]:
    """What a form answers, by number."""
    return frozenset(map(int, slip["a"]))


def _of_subject(
    one: OpinionRound, subject: OpinionSubject, forms: Mapping[int, Sequence[bool]],
    slips: Mapping[int, Sequence[Slip]], parties: Mapping[int, OpinionParty], closing: Closing,
) -> Iterable[Any]:  # fmt: skip
    least = one.threshold if one.secret else 1
    counted = rules.blocks({party: len(slips[party]) for party in forms}, least)
    for number, block in enumerate(sorted(counted, key=lambda block: block.parties), 1):
        given = [slip for party in block.parties for slip in slips[party]]
        numbers = [parties[party].number for party in block.parties]
        questions = {n for party in block.parties for n in parties[party].questions}
        may = set(closing.may_show(numbers, least)) if one.secret and block.shown else questions
        shown = block.shown and bool(may)
        tally = OpinionTally(
            subject=subject, number=number, parties="; ".join(parties[party].label for party in block.parties),
            party_numbers=numbers,
            sent=sum(len(forms[party]) for party in block.parties),
            returned=sum(sum(forms[party]) for party in block.parties), valid=len(given), shown=shown,
        )  # fmt: skip
        if shown:
            apart_ = {str(n): rules.FEW for n in questions - may}
            tally.figures = canonical(rules.figures([slip["a"] for slip in given], sorted(may), least) | apart_)
        tally.save()
        yield tally
        if shown:
            yield from _kept(one, tally, given)


def _kept(one: OpinionRound, tally: OpinionTally, given: Sequence[Slip]) -> Iterable[Any]:
    """Answers and words as rows without order; answers to a question that is not shown are left out. A secret
    answer is a row for each question: which of them somebody answered could name the party they belong to."""
    shown = {n for n, what in json.loads(tally.figures).items() if "few" not in what}
    marks = [
        Opinion(tally=tally, answers=canonical(marked), secret=one.secret, author_id=slip.get("by"))
        for slip in given
        for marked in _rows({n: said for n, said in slip["a"].items() if n in shown}, apart=one.secret)
    ]
    words = [
        OpinionComment(tally=tally, text=slip["t"], secret=one.secret, author_id=slip.get("by"))
        for slip in given
        if slip["t"] and (not one.secret or rules.may_show_texts(len(given), one.threshold))
    ]
    Opinion.objects.bulk_create(sorted(marks, key=lambda row: row.key))
    OpinionComment.objects.bulk_create(sorted(words, key=lambda row: row.key))
    return [*marks, *words]


def _rows(answers: Mapping[str, Any], *, apart: bool) -> list[dict[str, Any]]:
    if apart:
        return [{number: said} for number, said in answers.items()]
    return [dict(answers)] if answers else []


def _tell(one: OpinionRound, at: datetime) -> None:
    subjects = one.subjects.select_related("member__person__user", "person__user", "member")
    evaluators = {row.member.evaluator_id for row in subjects if row.member is not None}
    notify(
        users=User.objects.filter(person__in=evaluators - {None}).order_by("pk"),
        kind="opinions.closed", path="/danh-gia/", at=at,
        text="Đợt lấy ý kiến đã kết thúc; kết quả có trên trang đánh giá của từng người.",
    )  # fmt: skip
    if one.told != OpinionRound.Told.NOTHING:
        people = [row.person if row.member is None else row.member.person for row in subjects]
        notify(
            users=[one.user for one in people if one is not None], kind="opinions.told", path="/y-kien/", at=at,
            text="Kết quả lấy ý kiến về ông/bà đã có.",
        )  # fmt: skip


@action
def drop_round(*, round_id: int, version: int, by: User, at: datetime) -> OpinionRound:
    """Give a round up before closing: sealed answers are deleted unopened, its people may be in another one. Raises
    NotYours, Conflict."""
    on = localdate(at)
    one = locked(round_id)
    require_organises(one.unit_id, by, on)
    if one.state not in (OpinionRound.State.DRAFT, OpinionRound.State.OPEN) or one.version != version:
        raise Conflict(f"Không bỏ được: đợt lấy ý kiến {one.get_state_display()}. Hãy tải lại trang.")
    OpinionEnvelope.objects.filter(round=one).delete()
    OpinionReturn.objects.filter(round=one).delete()
    subjects = list(one.subjects.order_by("pk"))
    for row in subjects:
        row.living = False
        row.save()
    one.state = OpinionRound.State.DROPPED
    one.version += 1
    one.save()
    record(
        chain=chain_of(one.unit, on), code="opinions.dropped", by=by, at=at, objects=[one, *subjects],
        data={"round": one.pk},
    )  # fmt: skip
    return one
