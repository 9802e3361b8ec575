"""A review meeting: called, commented on, held. Holding it takes the review step of all its subjects at once."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical, sha256
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person
from thuocdo.reviews import meeting_rules
from thuocdo.reviews.layouts import steps_for
from thuocdo.reviews.minutes.content import content_of
from thuocdo.reviews.minutes.models import MeetingMinutes
from thuocdo.reviews.models import MeetingComment, MeetingSeat, MeetingSubject, ReviewMeeting
from thuocdo.reviews.telling import tell_meeting
from thuocdo.rounds import gate
from thuocdo.rounds.access import recordable
from thuocdo.rounds.locking import chain, in_state, locked
from thuocdo.rounds.models import Round, RoundSubject

MOST = 300
State = ReviewMeeting.State


@action
def call_meeting(
    *, round_id: int, subject_ids: Collection[int], on: date, half_days: int, place: str, by: User, at: datetime
) -> ReviewMeeting:
    """Call a meeting on these subjects; everybody who meets about them is summoned. Raises NotYours, Several, Conflict
    where a draft was not sent in time or the meeting is too short, with the article."""
    round_ = locked(round_id)
    in_state(round_, Round.State.OPEN)
    rows = RoundSubject.objects.filter(recordable(by, day_of(at)), round=round_, pk__in=subject_ids)
    subjects = list(rows.select_related("round", "party", "unit").order_by("pk"))
    if not subjects or {one.pk for one in subjects} != set(subject_ids):
        raise NotYours("Không tìm thấy đối tượng này trong phạm vi ông/bà được ghi.")
    read = Reading()
    where = read(text_from, place, "Nơi họp", "place", 200)
    read(_length, half_days)
    read.done()
    for one in subjects:
        _can_be_reviewed(one)
    broken = meeting_rules.broken(subjects, on, half_days)
    if broken:
        raise Conflict(" ".join(broken))
    meeting = ReviewMeeting(round=round_, on=on, half_days=half_days, place=where, called_by=by, called_at=at)
    meeting.save()
    try:
        with transaction.atomic():
            joined = MeetingSubject.objects.bulk_create([MeetingSubject(meeting=meeting, subject=s) for s in subjects])
    except IntegrityError:
        raise Conflict("Có đối tượng đã thuộc một hội nghị khác. Hãy tải lại trang để xem.") from None
    people = meeting_rules.summoned(subjects)
    seats = MeetingSeat.objects.bulk_create([MeetingSeat(meeting=meeting, person_id=key) for key in people])
    words = f"Hội nghị kiểm điểm ngày {on:%d/%m/%Y}: ông/bà được triệu tập"
    tell_meeting(meeting, people, "review.meeting_called", words, by, at)
    record(
        chain=chain(round_, at),
        code="review.meeting_called",
        by=by,
        at=at,
        objects=[meeting, *joined, *seats],
        data={"round": round_.pk, "subjects": len(subjects)},
    )
    return meeting


def _length(half_days: int) -> None:
    if not 1 <= half_days <= 20:
        raise Refusal("review.half_days", "Số buổi: hãy ghi từ 1 đến 20 (một ngày là 2 buổi).", field="half_days")


def _can_be_reviewed(one: RoundSubject) -> None:
    if one.standing != RoundSubject.Standing.IN or not steps_for(one, "review"):
        raise Conflict(f"{one.name} không có bước kiểm điểm trong đợt. Hãy bỏ chọn.")
    if one.reviewed_with_id is not None:
        raise Conflict(f"{one.name}: kiểm điểm một lần cùng nơi khác. Hãy bỏ chọn.")


def meeting_for(
    meeting_id: int,
    by: User,
    at: datetime,
    *,
    state: str = State.CALLED,
    rounds: Collection[str] = (Round.State.OPEN,),
    presided: bool = False,
) -> ReviewMeeting:
    """The meeting with its round locked, for whoever records all its subjects, or, where `presided`, was its chair or
    secretary. Raises NotYours, Conflict."""
    found = ReviewMeeting.objects.filter(pk=meeting_id).values_list("round_id", flat=True).first()
    if found is None:
        raise NotYours()
    round_ = locked(found)
    meeting = ReviewMeeting.objects.select_related("chair", "secretary").get(pk=meeting_id)
    meeting.round = round_
    heads = {person.user_id for person in (meeting.chair, meeting.secretary) if person is not None}
    mine = RoundSubject.objects.filter(recordable(by, day_of(at)), meetings__meeting=meeting)
    if not (presided and by.pk in heads) and mine.count() != meeting.subjects.count():
        raise NotYours()
    in_state(round_, *rounds)
    if meeting.state != state:
        raise Conflict(f"Hội nghị này hiện {meeting.get_state_display()}, nên không làm được việc này nữa.")
    return meeting


@action
def drop_meeting(*, meeting_id: int, reason: str, by: User, at: datetime) -> ReviewMeeting:
    """The meeting will not be held; its subjects may be called to another one. Raises NotYours, Refusal, Conflict."""
    meeting = meeting_for(meeting_id, by, at)
    meeting.exception = text_from(reason, "Lý do không họp", "reason", 1000)
    meeting.state = State.DROPPED
    meeting.save()
    joined = list(meeting.subjects.all())
    for row in joined:
        row.counts = False
    MeetingSubject.objects.bulk_update(joined, ["counts"], batch_size=100)
    people = list(meeting.seats.values_list("person_id", flat=True))
    words = f"Hội nghị kiểm điểm ngày {meeting.on:%d/%m/%Y} không họp"
    tell_meeting(meeting, people, "review.meeting_dropped", words, by, at)
    record(chain=chain(meeting.round, at), code="review.meeting_dropped", by=by, at=at, objects=[meeting, *joined])
    return meeting


@action
def add_comment(
    *, meeting_id: int, subject_id: int, person_id: int, text: str, by: User, at: datetime
) -> MeetingComment:
    """What somebody summoned said about one subject. Raises NotYours, Several, Conflict."""
    meeting = meeting_for(meeting_id, by, at)
    read = Reading()
    words = read(text_from, text, "Ý kiến", "comment", 2000, lines=True)
    read.done()
    if not meeting.seats.filter(person=person_id).exists() or not meeting.subjects.filter(subject=subject_id).exists():
        raise NotYours("Hãy chọn người được triệu tập và đối tượng của hội nghị này.")
    row = MeetingComment(meeting=meeting, subject_id=subject_id, person_id=person_id, text=words, by=by, at=at)
    row.save()
    record(chain=chain(meeting.round, at), code="review.comment_added", by=by, at=at, objects=[row])
    return row


@action
def answer_comment(*, comment_id: int, answer: str, said: str, by: User, at: datetime) -> MeetingComment:
    """The answer to a comment: taken, or explained in words. Raises NotYours, Refusal, Conflict."""
    row = MeetingComment.objects.filter(pk=comment_id).first()
    if row is None:
        raise NotYours()
    meeting = meeting_for(row.meeting_id, by, at)
    if answer not in ("taken", "explained"):
        raise Refusal("review.answer", "Trả lời: hãy chọn tiếp thu hoặc giải trình.", field="answer")
    words = text_from(said, "Nội dung trả lời", "said", 2000, needed=answer == "explained", lines=True)
    if (row.answer, row.said) == (answer, words):
        nothing_changed()
        return row
    row.answer, row.said = answer, words
    row.save()
    record(chain=chain(meeting.round, at), code="review.comment_answered", by=by, at=at, objects=[row])
    return row


@action
def hold_meeting(
    *,
    meeting_id: int,
    version: int,
    on: date,
    half_days: int,
    present: Collection[int],
    chair_id: int,
    secretary_id: int,
    conclusion: str,
    exception: str,
    by: User,
    at: datetime,
) -> ReviewMeeting:
    """The meeting took place: who came, who presided, what was concluded. Takes the review steps of its subjects.

    A term that was not kept needs `exception` and stays on the minutes with its article. Raises NotYours, Several,
    Conflict with the article where a step comes too early."""
    meeting = meeting_for(meeting_id, by, at)
    if meeting.version != version:
        raise Conflict("Hội nghị này vừa được người khác sửa. Hãy tải lại trang; những gì ông/bà đã gõ vẫn còn.")
    subjects = meeting_rules.subjects_of(meeting)
    seats = list(meeting.seats.all())
    came = set(present) & {seat.person_id for seat in seats}
    read = Reading()
    read(_length, half_days)
    read(_day, on, at)
    words = read(text_from, conclusion, "Kết luận của chủ trì", "conclusion", 8000, lines=True)
    read(_presides, came, chair_id, secretary_id)
    read.done()
    broken = meeting_rules.broken(subjects, on, half_days)
    meeting.exception = text_from(
        exception, f"{' '.join(broken)} Nếu hội nghị vẫn đã họp như vậy, lý do", "exception", 1000, needed=bool(broken)
    )
    for seat in seats:
        seat.present = seat.person_id in came
    MeetingSeat.objects.bulk_update(seats, ["present"], batch_size=200)
    meeting.on, meeting.half_days, meeting.conclusion, meeting.terms = on, half_days, words, broken
    meeting.chair, meeting.secretary = Person.objects.get(pk=chair_id), Person.objects.get(pk=secretary_id)
    meeting.state, meeting.held_by, meeting.held_at = State.HELD, by, at
    meeting.version += 1
    meeting.save()
    text = canonical(content_of(meeting, subjects, came))
    minutes = MeetingMinutes(meeting=meeting, content=text, digest=sha256(text), at=at)
    minutes.save(force_insert=True)
    wanted = [(node.id, one) for one in subjects for node in steps_for(one, "review")]
    how = gate.Taken(on, meeting.place, source=ReviewMeeting.SOURCE, source_key=str(meeting.pk))
    ordered = gate.require_free(meeting.round, wanted)
    steps = [gate.told(meeting.round, node, one, how, by, at) for node, one in ordered]
    record(
        chain=chain(meeting.round, at),
        code="review.meeting_held",
        by=by,
        at=at,
        objects=[meeting, minutes, *seats, *steps],
        data={"round": meeting.round_id, "subjects": len(subjects), "present": len(came)},
    )
    return meeting


def _day(on: date, at: datetime) -> None:
    if on > day_of(at):
        raise Refusal("review.future", f"Ngày {on:%d/%m/%Y} chưa đến. Hãy ghi ngày đã họp.", field="on")


def _presides(came: Collection[int], chair_id: int, secretary_id: int) -> None:
    if chair_id not in came:
        raise Refusal("review.chair", "Chủ trì: hãy chọn một người có mặt.", field="chair")
    if secretary_id not in came or secretary_id == chair_id:
        raise Refusal(
            "review.secretary", "Thư ký: hãy chọn một người có mặt, không phải người chủ trì.", field="secretary"
        )
