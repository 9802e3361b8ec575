"""A report sent, a meeting called and held in the ward: what tests of reviews begin with."""

from datetime import date, timedelta
from typing import Any

from tests.factories.reviews import typed_whole
from tests.factories.rounds import AT, Ward
from thuocdo.reviews import actions
from thuocdo.reviews.models import ReviewMeeting
from thuocdo.rounds.models import RoundSubject

THURSDAY = date(2025, 12, 4)
LATER = AT + timedelta(days=4)


def send(ward: Ward, one: RoundSubject, by: str, **more: Any) -> None:
    actions.file_review(
        subject_id=one.pk, stage="draft", typed=typed_whole(one, **more), own=(), layout="", versions={},
        by=ward.user(by), at=AT,
    )  # fmt: skip


def call(ward: Ward, *subjects: RoundSubject, by: str = "officer", **more: Any) -> ReviewMeeting:
    given: dict[str, Any] = {"on": THURSDAY, "half_days": 2, "place": "Hội trường", "at": AT} | more
    keys = [one.pk for one in subjects]
    return actions.call_meeting(round_id=ward.round.pk, subject_ids=keys, by=ward.user(by), **given)


def hold(ward: Ward, meeting: ReviewMeeting, **more: Any) -> ReviewMeeting:
    people = [seat.person_id for seat in meeting.seats.all()]
    given: dict[str, Any] = {
        "version": 1, "on": THURSDAY, "half_days": 2, "present": people, "chair_id": ward.people["chair"].pk,
        "secretary_id": ward.people["vice"].pk, "conclusion": "Thống nhất", "exception": "",
        "by": ward.user("officer"), "at": LATER,
    } | more  # fmt: skip
    return actions.hold_meeting(meeting_id=meeting.pk, **given)
