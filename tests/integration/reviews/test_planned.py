"""A remedy is taken into the week of who carries it out, once, and what is reported there stands beside it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories import rounds as world
from tests.factories.party import seat
from tests.factories.rounds import AT, Ward
from tests.integration.reviews.meeting_world import call, send
from thuocdo.kernel.errors import NotYours
from thuocdo.notices.models import Notice
from thuocdo.organisation.waiting import todo
from thuocdo.plans.models import WeekItem
from thuocdo.reviews import actions
from thuocdo.reviews.models import Remedy
from thuocdo.reviews.telling import tell_claimed

pytestmark = pytest.mark.django_db
WEEK = date(2025, 12, 1)


@pytest.fixture
def ward(db: None, monkeypatch: pytest.MonkeyPatch) -> Ward:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    return world.open_ward()


def remedy(ward: Ward, measure: str = "Họp tiến độ hằng tuần") -> Remedy:
    one = ward.subject("party_member", "Lê Phó Một")
    defect = actions.add_defect(
        subject_id=one.pk, year=2025, text=f"Chậm: {measure}", cause="", source="self", by=ward.user("vice"), at=AT
    )
    return actions.plan_remedy(
        defect_id=defect.pk, measure=measure, person_id=ward.people["vice"].pk, due=AT.date() + timedelta(days=20),
        by=ward.user("officer"), at=AT,
    )  # fmt: skip


def test_a_remedy_goes_into_the_week_once_and_its_result_comes_back(
    ward: Ward, django_assert_max_num_queries: Any
) -> None:
    one, client = remedy(ward), Client()
    client.force_login(ward.user("vice"))
    page = client.get(f"/ke-hoach/?tuan={WEEK}").content.decode()
    assert "Khắc phục sau kiểm điểm, chưa có trong tuần" in page
    assert "Họp tiến độ hằng tuần" in page
    with django_assert_max_num_queries(15):
        client.get(f"/ke-hoach/?tuan={WEEK}")
    for _ in range(2):
        sent = {"week": f"{WEEK}", "remedy": str(one.pk)}
        assert client.post("/ke-hoach/lay-khac-phuc/", sent).status_code == 302
    row = WeekItem.objects.get()
    assert (row.text, row.due_date) == ("Khắc phục: Họp tiến độ hằng tuần", one.due)
    assert row.assigned_by == "Kiểm điểm năm 2025"
    assert "chưa có trong tuần" not in client.get(f"/ke-hoach/?tuan={WEEK}").content.decode()
    done = {"week": f"{WEEK}", f"state-{row.pk}": "partly", f"note-{row.pk}": "Đã họp 2 buổi", f"version-{row.pk}": "1"}
    assert client.post("/ke-hoach/ket-qua/", done).status_code == 302
    beside = client.get(f"/kiem-diem/ban/{one.defect.subject_id}/khac-phuc/").content.decode()
    assert "Kế hoạch tuần 01/12/2025: xong một phần, Đã họp 2 buổi" in beside
    assert Remedy.objects.get(pk=one.pk).state == "open", "the plan confirms nothing"
    with pytest.raises(NotYours):
        actions.take_remedies(week=WEEK, remedy_ids=[one.pk], by=ward.user("vice2"), at=AT)


def test_who_carries_out_is_told_and_who_confirms_has_it_on_the_list(ward: Ward) -> None:
    one = remedy(ward)
    assert Notice.objects.get(kind="review.remedy_planned").user == ward.user("vice")
    assert "Khắc phục: Họp tiến độ hằng tuần" in [line.text for line in todo(ward.user("vice"), AT)]
    actions.report_remedy(remedy_id=one.pk, state="claimed", words="Xong", by=ward.user("vice"), at=AT)
    assert "Xác nhận đã khắc phục: Họp tiến độ hằng tuần" in [line.text for line in todo(ward.user("chief"), AT)]
    assert "Xác nhận đã khắc phục: Họp tiến độ hằng tuần" not in [line.text for line in todo(ward.user("vice"), AT)]
    told = Notice.objects.filter(kind="review.remedy_claimed").values_list("user__person__full_name", flat=True)
    assert "Lê Phó Một" not in told
    assert "Ngô Chánh Văn Phòng" in told


def test_a_draft_a_prompt_and_a_meeting_are_told_to_whom_they_concern(ward: Ward) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    officer: dict[str, Any] = {"by": ward.user("officer"), "at": AT}
    actions.issue_prompt(
        subject_id=government.pk, number="05", issued_on=AT.date(), points=["Đất đai"], half_days=None, **officer
    )
    asked = f"Trả lời gợi ý kiểm điểm cho {government.name}"
    assert asked in [line.text for line in todo(ward.user("chair"), AT)]
    send(ward, government, "chair", answers={"1": "Đã rà soát"})
    assert asked not in [line.text for line in todo(ward.user("chair"), AT)]
    meeting = call(ward, government)
    assert "Dự hội nghị kiểm điểm tại Hội trường" in [line.text for line in todo(ward.user("vice"), AT)]
    actions.drop_meeting(meeting_id=meeting.pk, reason="Bão", **officer)
    assert "Dự hội nghị kiểm điểm tại Hội trường" not in [line.text for line in todo(ward.user("vice"), AT)]
    told = set(Notice.objects.filter(user=ward.user("vice2")).values_list("kind", flat=True))
    assert told == {"review.prompt_issued", "review.draft_sent", "review.meeting_called", "review.meeting_dropped"}


def test_of_a_cell_without_a_committee_the_secretary_and_the_deputies_are_told(ward: Ward) -> None:
    """In such a cell these two are reviewed themselves and lead it (QĐ 366 Điều 5, HD 43)."""
    seat(ward.people["vice2"], ward.party["economy"], "secretary")
    seat(ward.people["excused"], ward.party["economy"], "deputy")
    cell, member = ward.subject("party_organisation", "Chi bộ Kinh tế"), ward.subject("party_member", "Vũ Mới Vào")
    assert cell.collective_id is None
    actions.issue_prompt(subject_id=cell.pk, number="06", issued_on=AT.date(), points=["Đất đai"], half_days=None,
                         by=ward.user("officer"), at=AT)  # fmt: skip
    told = Notice.objects.filter(kind="review.prompt_issued").values_list("user", flat=True)
    assert set(told) == {ward.user("vice2").pk, ward.user("excused").pk}
    tell_claimed(member, [ward.people["excused"].pk], ward.user("officer"), AT)
    claimed = Notice.objects.filter(kind="review.remedy_claimed")
    assert list(claimed.values_list("user", flat=True)) == [ward.user("vice2").pk]
    member.organisation_id = None
    tell_claimed(member, [], ward.user("officer"), AT)
    assert claimed.count() == 1, "part of no organisation: not who leads elsewhere"
