"""The signed minutes of a meeting, and taking back a meeting that was written down by mistake."""

from datetime import datetime

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.queries import person_of
from thuocdo.reviews.actions.meetings import State, meeting_for
from thuocdo.reviews.minutes.models import MeetingMinutes, MeetingScan, MeetingWithdrawal
from thuocdo.reviews.models import MeetingSubject, ReviewMeeting, ReviewReport
from thuocdo.reviews.telling import tell_meeting
from thuocdo.rounds import books, gate
from thuocdo.rounds.locking import chain
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.work.evidence import Upload, check_scan, shown_name
from thuocdo.work.storage import keep

LATE = (Round.State.OPEN, Round.State.CLOSED)
"""Signed paper may come after the round was closed."""


@action
def attach_minutes(*, meeting_id: int, upload: Upload | None, by: User, at: datetime) -> MeetingScan:
    """Keep a scan of the signed minutes under its SHA-256. Raises NotYours, Refusal, Conflict."""
    meeting = meeting_for(meeting_id, by, at, state=State.HELD, rounds=LATE)
    minutes = _minutes(meeting)
    sent, media = check_scan(upload)
    number = 1 + minutes.scans.count()
    scan = MeetingScan(
        minutes=minutes, number=number, digest=keep(sent.content), name=shown_name(sent.name), media=media,
        attached_by=by, attached_at=at,
    )  # fmt: skip
    scan.save()
    return _recorded(meeting, scan, "review.minutes_attached", by, at)


@action
def confirm_minutes(*, meeting_id: int, number: int, same: bool, by: User, at: datetime) -> MeetingScan:
    """A second person (chair, secretary, or who records the subjects) has compared the scan with the minutes. Raises
    NotYours, Refusal, Conflict."""
    meeting = meeting_for(meeting_id, by, at, state=State.HELD, rounds=LATE, presided=True)
    minutes = _minutes(meeting)
    scan = minutes.scans.filter(number=number).first()
    if scan is None:
        raise NotYours()
    if scan.number != minutes.scans.count():
        raise Conflict("Đã có bản chụp mới hơn. Hãy tải lại trang rồi đối chiếu bản mới.")
    if scan.attached_by_id == by.pk:
        raise Conflict("Người đưa bản chụp lên không tự đối chiếu. Hãy nhờ chủ trì, thư ký hoặc người phụ trách khác.")
    if not same:
        raise Refusal(
            "review.same",
            "Chỉ xác nhận khi bản đã ký đúng như biên bản của phần mềm. Nếu khác, hãy đưa bản chụp khác, hoặc hủy biên "
            "bản ghi nhầm kèm lý do rồi ghi lại.",
            field="same",
        )
    scan.confirmed_by, scan.confirmed_at = by, at
    scan.save()
    return _recorded(meeting, scan, "review.minutes_confirmed", by, at)


def _minutes(meeting: ReviewMeeting) -> MeetingMinutes:
    """Raises Conflict where the meeting was held before minutes were kept, or the signed ones are settled."""
    minutes = MeetingMinutes.objects.filter(meeting=meeting).first()
    if minutes is None:
        raise Conflict("Hội nghị này ghi từ trước, chưa có biên bản để đối chiếu. Hãy in từ trang và lưu bản giấy.")
    if minutes.scans.filter(confirmed_by__isnull=False).exists():
        raise Conflict("Biên bản đã ký của hội nghị này đã được đối chiếu.")
    return minutes


def _recorded(meeting: ReviewMeeting, scan: MeetingScan, code: str, by: User, at: datetime) -> MeetingScan:
    data = {"round": meeting.round_id, "sha256": scan.digest}
    record(chain=chain(meeting.round, at), code=code, by=by, at=at, objects=[scan], data=data)
    return scan


@action
def withdraw_meeting(*, meeting_id: int, reason: str, by: User, at: datetime) -> MeetingWithdrawal:
    """The meeting was written down by mistake: its review steps are taken back by further rows, its minutes stay. Its
    subjects may be called again. Raises NotYours, Refusal, Conflict naming the steps that rest on it."""
    meeting = meeting_for(meeting_id, by, at, state=State.HELD)
    words = text_from(reason, "Lý do hủy", "withdraw-reason", 1000)
    steps = _taken_back(meeting, words, by, at)
    meeting.state = State.WITHDRAWN
    meeting.version += 1
    meeting.save()
    joined = list(meeting.subjects.all())
    for row in joined:
        row.counts = False
    MeetingSubject.objects.bulk_update(joined, ["counts"], batch_size=100)
    gone = MeetingWithdrawal(meeting=meeting, reason=words, by=by, by_person=person_of(by), at=at)
    gone.save(force_insert=True)
    people = list(meeting.seats.values_list("person_id", flat=True))
    said = f"Biên bản hội nghị kiểm điểm ngày {meeting.on:%d/%m/%Y} đã hủy vì ghi nhầm"
    tell_meeting(meeting, people, "review.meeting_withdrawn", said, by, at)
    record(
        chain=chain(meeting.round, at),
        code="review.meeting_withdrawn",
        by=by,
        at=at,
        objects=[meeting, gone, *joined, *steps],
        data={"round": meeting.round_id, "subjects": len(joined)},
    )
    return gone


def _taken_back(meeting: ReviewMeeting, reason: str, by: User, at: datetime) -> list[StepDone]:
    """Steps of the meeting and reports completed upon them, last first, so that only what others did since is in the
    way."""
    graph = books.rules_of(meeting.round).graph
    nodes = {node.id: node for node in graph.nodes}
    active = StepDone.objects.filter(round=meeting.round, undoes=None, undone=None)
    own = Q(source=ReviewMeeting.SOURCE, source_key=str(meeting.pk))
    upon = {edge.then for step in active.filter(own) for edge in graph.after(step.node)}
    near = RoundSubject.objects.filter(meetings__meeting=meeting)
    about = {key for keys in near.values_list("pk", "collective", "organisation") for key in keys if key is not None}
    made = []
    reports = Q(source=ReviewReport.SOURCE, node__in=upon, subject__in=about)
    for step in active.filter(own | reports).select_related("subject").order_by("-pk"):
        later = gate.dependants(meeting.round, step.node, step.subject)
        if later:
            names = "; ".join(f"“{label}” của {name}" for label, name in later[: gate.NAMED])
            more = f" và {len(later) - gate.NAMED} bước khác" if len(later) > gate.NAMED else ""
            raise Conflict(f"Các bước sau đã dựa vào hội nghị này: {names}{more}. Hãy hủy các bước ấy trước.")
        how = gate.Taken(day_of(at), source=step.source, source_key=step.source_key)
        made.append(gate.told(meeting.round, nodes[step.node], step.subject, how, by, at, step, reason))
    return made
