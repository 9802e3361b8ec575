"""At the same moment: two secretaries write one meeting down, one report is written in two windows."""

from functools import partial
from typing import Any

import pytest

from tests.factories import hoa_binh
from tests.factories import rounds as world
from tests.factories.rounds import AT
from tests.integration.reviews.meeting_world import call, hold, send
from tests.integration.reviews.test_scoring import score
from tests.races import meeting, together
from thuocdo.kernel.errors import Conflict
from thuocdo.reviews import actions
from thuocdo.reviews.actions import reports
from thuocdo.reviews.models import MeetingMinutes, ReviewDraft
from thuocdo.reviews.rules import Typed
from thuocdo.rounds.actions import subjects
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_secretaries_one_minutes_and_two_windows_one_text(transactional_db: None) -> None:
    ward = world.open_ward()
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    send(ward, government, "chair")
    meeting = call(ward, government)
    both = together(*(partial(hold, ward, meeting, conclusion=f"Bản {n}") for n in range(2)))
    assert sorted(type(one).__name__ for one in both) == ["Conflict", "ReviewMeeting"]
    assert (MeetingMinutes.objects.count(), StepDone.objects.filter(subject=government).count()) == (1, 1)

    mine = RoundSubject.objects.filter(person=ward.people["vice"], kind__in=("leader", "party_member"), standing="in")
    places = [one for one in mine.order_by("pk") if one.reviewed_with_id is None]
    kinds = {one.kind for one in places}
    assert kinds == {"leader", "party_member"}, "the text of a person is written from two procedures"

    def keep(one: RoundSubject, word: str) -> str:
        actions.keep_review(
            subject_id=one.pk, typed=Typed({"qualities": word}, {}), own=(), layout="",
            versions={"shared": 0, "own": 0}, by=ward.user("vice"), at=AT,
        )  # fmt: skip
        return word

    found = together(partial(keep, places[0], "một"), partial(keep, places[-1], "hai"))
    kept = [one for one in found if isinstance(one, str)]
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "str"]
    assert f'"{kept[0]}"' in ReviewDraft.objects.get(owner=f"p{ward.people['vice'].pk}").typed


def test_filing_a_report_and_deciding_about_its_subject(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both hold the round before the subject: one is done, then the other says what stands."""
    ward = world.open_ward()
    mine = RoundSubject.objects.filter(person=ward.people["vice"], kind="party_member").first()
    assert mine is not None
    meeting(monkeypatch, (reports, "locked"), (subjects, "in_state"))
    filed, decided = together(
        partial(send, ward, mine, "vice"),
        partial(
            subjects.decide_subjects, round_id=ward.round.pk, subject_ids=[mine.pk], standing="postponed",
            reason="Nghỉ ốm", cite="12-QĐ/ĐU", holds=False, with_id=None, by=ward.user("officer"), at=AT,
        ),
    )  # fmt: skip
    mine.refresh_from_db()
    assert filed is None or (isinstance(filed, Conflict) and "tạm hoãn" in filed.message)
    assert isinstance(decided, list)
    assert mine.standing == "postponed"


def test_two_who_recognise_at_once(transactional_db: None) -> None:
    """Who is late is told instead of overruling an opinion that was not seen; the same opinion is one row."""
    ward = hoa_binh.open_district()
    row = score(ward, ("regular", 1))
    given: dict[str, Any] = {"score_id": row.pk, "by": ward.user("chair"), "at": hoa_binh.AT}
    yes = partial(actions.recognise_score, seen=0, recognised=True, words="", **given)
    no = partial(actions.recognise_score, seen=0, recognised=False, words="Chưa đúng", **given)
    found = together(yes, no)
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Recognition"], found
    (kept,) = row.recognitions.all()
    say = {"recognised": kept.recognised, "words": kept.words}
    assert actions.recognise_score(seen=0, **say, **given) == kept
    turned = actions.recognise_score(seen=1, recognised=not kept.recognised, words="Xét lại", **given)
    assert (turned.turn, row.recognitions.count()) == (2, 2)
