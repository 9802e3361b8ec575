"""What a review asks of somebody: a report to send, points to answer, a meeting, duties and remedies."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from thuocdo.organisation.queries import on_day
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.records.models import PartyLink, PartyOrganisation
from thuocdo.reviews.models import (
    DefectDuty,
    MeetingSeat,
    Remedy,
    ReviewMeeting,
    ReviewPrompt,
    ReviewReport,
)
from thuocdo.reviews.scoring import access as scoring
from thuocdo.reviews.scoring.models import SelfScore
from thuocdo.rounds.access import Eyes, led_by, recordable
from thuocdo.rounds.models import Round, RoundSubject

_WRITE, _REMEDY, _DUTY = "reviews.to_write", "reviews.remedy", "reviews.duty"
_RECOGNISE = "reviews.to_recognise"
_PROMPT, _MEETING, _CLAIMED = "reviews.prompt", "reviews.meeting", "reviews.remedy_claimed"


def _rows(asking: Asking) -> Sequence[Rows]:
    mine = RoundSubject.objects.filter(
        person__user_id=asking.user.pk,
        kind__in=("leader", "party_member"),
        standing="in",
        reviewed_with=None,
        round__state=Round.State.OPEN,
        reports=None,
    )
    remedies = Remedy.objects.filter(person__user_id=asking.user.pk, defect__dropped_at=None)
    remedies = remedies.filter(state__in=(Remedy.State.OPEN, Remedy.State.DOING))
    duties = DefectDuty.objects.filter(subject__person__user_id=asking.user.pk, answer=DefectDuty.Answer.WAITING)
    led = RoundSubject.objects.filter(led_by(asking.user), person=None)
    asked = ReviewPrompt.objects.filter(
        Q(subject__person__user_id=asking.user.pk) | Q(subject__in=led), subject__round__state=Round.State.OPEN
    )
    later = ReviewReport.objects.filter(subject=OuterRef("subject"), at__gte=OuterRef("at"))
    seats = MeetingSeat.objects.filter(
        person__user_id=asking.user.pk,
        meeting__state=ReviewMeeting.State.CALLED,
        meeting__round__state=Round.State.OPEN,
    )
    eyes = Eyes(asking.units("officer"), frozenset())
    over = RoundSubject.objects.filter(recordable(asking.user, asking.on, eyes))
    asked_for = (Remedy.State.CLAIMED, Remedy.State.WRONG)
    claimed = Remedy.objects.filter(state__in=asked_for, defect__dropped_at=None, defect__subject__in=over)
    claimed = claimed.exclude(person__user_id=asking.user.pk)
    newer = SelfScore.objects.filter(
        organisation=OuterRef("organisation"),
        year=OuterRef("year"),
        kind=OuterRef("kind"),
        number=OuterRef("number"),
        turn__gt=OuterRef("turn"),
    )
    above = PartyOrganisation.objects.filter(scoring.led(asking.user, asking.on))
    below = PartyLink.objects.filter(on_day(asking.on), parent__in=above).values("child")
    scores = SelfScore.objects.filter(~Exists(newer), organisation__in=below, could=True, recognitions=None)
    scores = scores.exclude(by=asking.user)
    return [
        rows(scores, _RECOGNISE, key="organisation_id", text="organisation__name", also="year", grouped=True),
        rows(asked.filter(~Exists(later)), _PROMPT, key="subject_id", text="subject__name"),
        rows(seats, _MEETING, key="meeting_id", text="meeting__place", day="meeting__on"),
        rows(claimed, _CLAIMED, key="defect__subject_id", text="measure"),
        rows(mine, _WRITE, key="round_id", text="round__organisation__name", also="round__year", grouped=True),
        rows(remedies, _REMEDY, key="defect__subject_id", text="measure", day="due"),
        rows(duties, _DUTY, key="defect__subject_id", text="defect__text"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        text, path = _said(row)
        late = row.kind == _REMEDY and row.day is not None and row.day < asking.on
        yield Todo(row.kind, text, path, row.day, overdue=late)


def _said(row: Row) -> tuple[str, str]:
    after, prompt = f"/kiem-diem/ban/{row.key}/khac-phuc/", f"/kiem-diem/ban/{row.key}/goi-y/"
    return {
        _WRITE: (f"Viết {row.number} bản kiểm điểm năm {row.also}, {row.text}", f"/kiem-diem/{row.key}/"),
        _RECOGNISE: (
            f"Công nhận {row.number} kỳ tự chấm điểm năm {row.also} của {row.text}",
            f"/kiem-diem/tu-cham/{row.key}/{row.also}/",
        ),
        _PROMPT: (f"Trả lời gợi ý kiểm điểm cho {row.text}", prompt),
        _MEETING: (f"Dự hội nghị kiểm điểm tại {row.text}", f"/kiem-diem/hoi-nghi/{row.key}/"),
        _REMEDY: (f"Khắc phục: {row.text}", after),
        _CLAIMED: (f"Xác nhận đã khắc phục: {row.text}", after),
        _DUTY: (f"Trả lời về trách nhiệm đối với khuyết điểm: {row.text}", after),
    }[row.kind]


SOURCE = Source(frozenset({_WRITE, _REMEDY, _DUTY, _PROMPT, _MEETING, _CLAIMED, _RECOGNISE}), _rows, _lines)
