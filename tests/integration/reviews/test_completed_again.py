"""Hòa Bình: a report completed upon a meeting that was a mistake is completed again, with the same words."""

from datetime import timedelta

import pytest

from tests.factories.hoa_binh import AT, open_district
from tests.factories.reviews import typed_whole
from tests.integration.reviews.meeting_world import call, hold
from thuocdo.reviews import actions
from thuocdo.reviews.models import ReviewMeeting
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db


def test_a_report_completed_upon_a_mistake_is_completed_again_with_the_same_words(db: None) -> None:
    ward = open_district()
    when = {"on": AT.date(), "at": AT}
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    leaders = list(RoundSubject.objects.filter(kind="leader", collective=government, reviewed_with=None))
    hold(ward, call(ward, government, **when), **when)
    hold(ward, call(ward, *leaders, **when), **when)
    final = {
        "subject_id": government.pk, "stage": "final", "typed": typed_whole(government), "own": (), "layout": "",
        "by": ward.user("chair"),
    }  # fmt: skip
    report = actions.file_review(**final, versions={}, at=AT)
    steps = StepDone.objects.filter(source="reviews.reviewreport", undoes=None, undone=None)
    told = steps.count()
    last = ReviewMeeting.objects.latest("pk")
    actions.withdraw_meeting(meeting_id=last.pk, reason="Nhầm", by=ward.user("officer"), at=AT)
    assert (told, steps.count()) == (1, 0)
    hold(ward, call(ward, *leaders, **when), **when)
    again = actions.file_review(**final, versions={"own": 1}, at=AT + timedelta(hours=1))
    assert (again.number, steps.count()) == (report.number + 1, 1)
