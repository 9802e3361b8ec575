"""Minutes of a meeting frozen and printed, the signed scan compared by a second person, and a mistake taken back."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import rounds as world
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.reviews.meeting_world import LATER, call, hold, send
from tests.standing import standing
from thuocdo.audit.digests import sha256
from thuocdo.audit.verify import verify
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.reviews import actions
from thuocdo.reviews.models import MeetingMinutes, ReviewMeeting
from thuocdo.rounds.models import RoundSubject, StepDone
from thuocdo.work.evidence import Upload

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 signed"


@standing
def ward(db: None) -> Ward:
    return world.open_ward()


def held(ward: Ward) -> tuple[ReviewMeeting, RoundSubject]:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    send(ward, government, "chair")
    meeting = call(ward, government)
    said = actions.add_comment(
        meeting_id=meeting.pk, subject_id=government.pk, person_id=ward.people["vice2"].pk, text="Cần sát cơ sở",
        by=ward.user("officer"), at=AT,
    )  # fmt: skip
    actions.answer_comment(comment_id=said.pk, answer="explained", said="Đã đi", by=ward.user("officer"), at=AT)
    present = [ward.people[name].pk for name in ("chair", "vice")]
    return hold(ward, meeting, present=present), government


def page_of(ward: Ward, name: str) -> Client:
    client = Client()
    client.force_login(ward.user(name))
    return client


def test_minutes_are_frozen_with_who_came_and_what_was_answered_and_printed(ward: Ward) -> None:
    meeting, _ = held(ward)
    row = MeetingMinutes.objects.get(meeting=meeting)
    said = json.loads(row.content)
    assert (len(said["present"]), said["absent"]) == (2, ["Phạm Phó Hai"])
    assert said["comments"][0][2:] == ["Cần sát cơ sở", "giải trình", "Đã đi"]
    assert row.digest == sha256(row.content)
    printed = page_of(ward, "vice2").get(f"/kiem-diem/hoi-nghi/{meeting.pk}/bien-ban.pdf")
    assert printed.content.startswith(b"%PDF-")
    assert page_of(ward, "outside").get(f"/kiem-diem/hoi-nghi/{meeting.pk}/bien-ban.pdf").status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        MeetingMinutes.objects.filter(pk=row.pk).update(content="{}")


def test_the_signed_scan_is_hashed_and_compared_by_somebody_else(ward: Ward) -> None:
    meeting, _ = held(ward)
    officer, address = page_of(ward, "officer"), f"/kiem-diem/hoi-nghi/{meeting.pk}/"
    assert officer.post(address, {"do": "scan"}).status_code == 400
    wrong = SimpleUploadedFile("bien-ban.pdf", b"no pdf")
    assert officer.post(address, {"do": "scan", "file": wrong}).status_code == 400
    assert officer.post(address, {"do": "scan", "file": SimpleUploadedFile("bb.pdf", PDF)}).status_code == 302
    with pytest.raises(Conflict, match="không tự đối chiếu"):
        actions.confirm_minutes(meeting_id=meeting.pk, number=1, same=True, by=ward.user("officer"), at=LATER)
    with pytest.raises(NotYours):
        actions.confirm_minutes(meeting_id=meeting.pk, number=1, same=True, by=ward.user("new"), at=LATER)
    secretary = page_of(ward, "vice")
    assert secretary.post(address, {"do": "confirm", "scan": "1"}).status_code == 400
    assert secretary.post(address, {"do": "confirm", "scan": "1", "same": "1"}).status_code == 302
    shown = officer.get(address).content.decode()
    assert "đã đối chiếu" in shown
    assert sha256(PDF.decode()) in shown
    assert officer.get(f"{address}ban-chup/1/").content == PDF
    assert page_of(ward, "outside").get(f"{address}ban-chup/1/").status_code == 404
    with pytest.raises(Conflict, match="đã được đối chiếu"):
        actions.attach_minutes(
            meeting_id=meeting.pk, upload=Upload("b.pdf", PDF), by=ward.user("officer"), at=LATER
        )
    assert [p.message for p in verify().problems if p.kind.startswith(("reviews.", "rounds."))] == []


def test_a_meeting_written_down_by_mistake_is_taken_back_and_its_subjects_meet_again(ward: Ward) -> None:
    government, committee = (
        ward.subject("collective", "Tập thể lãnh đạo Ủy ban"),
        ward.subject("collective", "Ban Thường"),
    )
    send(ward, government, "chair")
    send(ward, committee, "chair")
    meeting = call(ward, government, committee)
    hold(ward, meeting)
    leader = ward.subject("leader", "Trần Chủ Tịch", of="Ban Thường vụ")
    send(ward, leader, "chair")
    second = call(ward, leader)
    hold(ward, second)
    given = {"by": ward.user("officer"), "at": LATER}
    with pytest.raises(Conflict, match="“Kiểm điểm người đứng đầu” của Trần Chủ Tịch"):
        actions.withdraw_meeting(meeting_id=meeting.pk, reason="Nhầm đợt", **given)
    with pytest.raises(Refusal, match="Lý do hủy"):
        actions.withdraw_meeting(meeting_id=second.pk, reason=" ", **given)
    actions.withdraw_meeting(meeting_id=second.pk, reason="Nhầm người", **given)
    actions.withdraw_meeting(meeting_id=meeting.pk, reason="Nhầm đợt", **given)
    assert StepDone.objects.filter(step="review", undoes=None, undone=None).count() == 0
    again = hold(ward, call(ward, government, committee))
    shown = page_of(ward, "vice").get(f"/kiem-diem/hoi-nghi/{meeting.pk}/").content.decode()
    assert "đã hủy vì ghi nhầm: Nhầm đợt" in shown
    assert (again.state, MeetingMinutes.objects.filter(meeting=meeting).count()) == ("held", 1)
    with pytest.raises(Conflict, match="đã hủy vì ghi nhầm"):
        actions.withdraw_meeting(meeting_id=meeting.pk, reason="Lần nữa", **given)
    assert [p.message for p in verify().problems if p.kind.startswith(("reviews.", "rounds."))] == []
