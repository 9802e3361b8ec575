"""Sending a round: everybody is asked, and what was settled is fixed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.notices.actions import notify
from thuocdo.opinions.actions.drafting import draft
from thuocdo.opinions.apart import Asked, Heard, apart, by_question, sets_of, too_near
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.opinions.earlier import asked_of, fields_of, shown_before
from thuocdo.opinions.models import OpinionInvitation, OpinionRound, OpinionSubject
from thuocdo.opinions.steps import require_steps_free
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Person


@action
def send_round(*, round_id: int, version: int, by: User, at: datetime) -> OpinionRound:
    """Ask everybody: from now on lists, questions, threshold, secrecy are fixed. Of the year's round every form shows
    the self-rating or none does, and the step must be free. Raises NotYours, Refusal, Conflict with the articles."""
    on = localdate(at)
    one = draft(round_id, version, by, on)
    if one.closes_on < on:
        raise Refusal("opinions.day", "Hạn trả lời đã qua. Hãy bỏ đợt này và lập đợt khác.")
    subjects = list(one.subjects.select_related("member__person", "year_subject").order_by("pk"))
    bodies = OpinionBody.objects.filter(party__round=one).count()
    _require_enough(one, subjects, bodies)
    _require_apart(one, subjects, on)
    require_steps_free(one, subjects, by)
    one.state = OpinionRound.State.OPEN
    one.version += 1
    one.save()
    asked = list(Person.objects.filter(opinion_invitations__party__round=one).select_related("user").distinct())
    _tell(one, asked, f"/y-kien/{one.pk}/tra-loi/", at)
    speaking = OpinionBody.objects.filter(party__round=one, speaker__isnull=False).select_related("speaker__user")
    for body in speaking.order_by("pk"):
        _tell(one, [body.speaker], f"/y-kien/tap-the/{body.pk}/", at)
    forms = OpinionInvitation.objects.filter(party__round=one).count() + bodies * len(subjects)
    record(
        chain=chain_of(one.unit, on), code="opinions.sent", by=by, at=at, objects=[one],
        data={"round": one.pk, "forms": forms, "raters": len(asked)},
    )  # fmt: skip
    return one


def _tell(one: OpinionRound, people: Iterable[Person | None], path: str, at: datetime) -> None:
    notify(
        users=[person.user for person in people if person is not None], kind="opinions.asked", path=path, at=at,
        text=f"Có đợt lấy ý kiến chờ ông/bà trả lời, hạn {one.closes_on:%d/%m/%Y}.",
    )  # fmt: skip


def _require_enough(one: OpinionRound, subjects: Sequence[OpinionSubject], bodies: int) -> None:
    """Raises Refusal where nobody is asked, or so few that nothing could be shown."""
    sent = asked_of(subjects)
    least = one.threshold if one.secret else 1
    people = {row.pk: sum(map(len, sent.get(row.pk, {}).values())) for row in subjects}
    short = [row.name for row in subjects if people[row.pk] < (least if people[row.pk] or not bodies else 0)]
    if short:
        raise Refusal(
            "opinions.few", f"Chưa đủ {least} người được hỏi về: {', '.join(short[:5])}. Hãy thêm bên được hỏi: ít hơn "
            "thì kết quả không công bố được.",
        )  # fmt: skip
    blank = [row.name for row in subjects if one.shows_self and not row.self_rating]
    if blank:
        raise Refusal("opinions.self_rating", f"Chưa ghi mức tự nhận của: {', '.join(blank[:5])}.")


def _require_apart(one: OpinionRound, subjects: Sequence[OpinionSubject], on: date) -> None:
    """Raises Conflict where the result beside an earlier one would give somebody's answer away even if all answer. That
    somebody was silent then does not forbid to ask: an order of steps may demand it. The page says what will be hidden.
    """
    if not one.secret:
        return
    before, asked, fields = shown_before(one, subjects, on, running=True), asked_of(subjects), fields_of(one)
    here = {row: asked.get(row.pk, {}) for row in subjects}
    mixed = [row.name for row, people in here.items() if not _together(by_question(people, fields, people), one)]
    if mixed:
        raise Conflict(
            f"Trong đợt này, hai nội dung hỏi về {', '.join(mixed)} có người được hỏi chỉ khác nhau dưới "
            f"{one.threshold} người: so hai số liệu sẽ lộ ý kiến của người thêm hay bớt. Hãy bỏ bên được hỏi ít người "
            f"rồi thêm lại với cùng các nội dung như bên khác, hoặc thêm người cho đủ {one.threshold}."
        )
    near = [
        row.name
        for row, people in here.items()
        if too_near(
            [old.whole for old in before[row.pk]],
            [Heard(found, round=one.pk) for found in sets_of(people, fields)],
            one.threshold,
        )
    ]
    if near:
        raise Conflict(
            f"Người được hỏi về {', '.join(near)} chỉ khác ít người so với một đợt giữ kín khác trong 12 tháng qua: so "
            "các kết quả sẽ lộ ý kiến của người thêm hay bớt, dù câu hỏi viết khác đi. Hãy hỏi đúng những người ấy, "
            f"hoặc thêm, bớt từ {one.threshold} người. Hỏi đúng những người ấy thì đợt này chỉ công bố số liệu khi ở "
            "cả hai đợt mọi người được hỏi đều cho ý kiến."
        )


def _together(sets: Mapping[int, Asked], one: OpinionRound) -> bool:
    """Whether the questions, each over all who are asked it, may stand beside each other."""
    found = apart((), {number: Heard(people) for number, people in sets.items()}, one.threshold)
    return len(found) == sum(len(people) >= one.threshold for people in sets.values())
