"""The story of a district of Hòa Bình: the round of 2018 under the province's plan, then 2025's on the same people.

The ground of family matters is left out: the product holds no such facts.
"""

from datetime import datetime, timedelta

import pytest

from tests.factories import before
from tests.factories import rounds as world
from tests.factories.hoa_binh import AT, begin, open_district, second_officer
from tests.factories.rounds import Ward
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.kernel.errors import Conflict
from thuocdo.rounds import actions, books, queries
from thuocdo.rounds.differences import edge_rows
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db


@standing
def district(db: None) -> Ward:
    made = open_district()
    second_officer(made)
    return made


def take(ward: Ward, *steps: tuple[str, RoundSubject], by: str = "officer", at: datetime = AT) -> list[StepDone]:
    return actions.take_steps(
        round_id=ward.round.pk, steps=[(node, one.pk) for node, one in steps], on=at.date(), place="Hội trường",
        number="1", body="Ban Thường vụ", levels={}, by=ward.user(by), at=at,
    )  # fmt: skip


def refused(ward: Ward, node: str, one: RoundSubject, words: str) -> None:
    """The step is refused with the part of the province's text, and how sure it is known."""
    with pytest.raises(Conflict, match=words) as told:
        take(ward, (node, one), by="vice2" if one.person == ward.people["officer"] else "officer")
    assert "Kế hoạch số 183-KH/TU" in told.value.message
    assert "độ tin cậy L" in told.value.message


def test_each_order_of_the_province_is_kept_and_the_two_passes_end_in_the_report(district: Ward) -> None:
    ward = district
    committee, government = (
        ward.subject("collective", "Ban Thường vụ"),
        ward.subject("collective", "Tập thể lãnh đạo Ủy"),
    )
    refused(ward, "review_collective", committee, "chính quyền, chuyên môn, đoàn thể")
    chair = ward.subject("leader", "Trần Chủ Tịch", of="Ủy ban")
    refused(ward, "review_individual", chair, "Kiểm điểm tập thể trước, cá nhân sau")
    take(ward, ("review_collective", government))
    refused(ward, "complete_report", government, "bổ sung vào báo cáo tập thể")
    three = [ward.subject("leader", name, of="Ủy ban") for name in ("Trần Chủ Tịch", "Lê Phó Một", "Phạm Phó Hai")]
    take(ward, *(("review_individual", one) for one in three))
    take(ward, ("complete_report", government))
    member, work = (ward.subject(kind, "Ngô Chánh") for kind in ("party_member", "civil_servant"))
    refused(ward, "rate_member", member, "xong mới xếp loại đảng viên")
    leader = ward.subject("leader", "Ngô Chánh", of="Chi ủy")
    refused(ward, "rate_leader", leader, "Đảng viên xếp loại trước")
    take(ward, ("rate_work", work))
    refused(ward, "rate_member", member, "Phiếu kín của chi bộ quyết định mức của đảng viên")
    take(ward, ("vote_member", member))
    take(ward, ("rate_member", member), by="excused")
    refused(ward, "rate_leader", leader, "Lấy ý kiến các bên xong mới xếp loại")
    take(ward, ("ask_around", leader))
    take(ward, ("rate_leader", leader), by="excused")
    refused(ward, "rate_organisation", ward.subject("party_organisation", "Đảng bộ"), "xếp loại trước tổ chức đảng")
    assert [p.message for p in verify().problems if p.kind.startswith("rounds.")] == []


def test_the_district_is_rated_after_the_agency_and_the_leadership_of_its_level(district: Ward) -> None:
    ward = district
    place = ward.subject("party_organisation", "Đảng bộ")
    before.clear(ward, "rate_organisation", place, at=AT)
    rated = set(StepDone.objects.filter(step="rating").values_list("subject__kind", "subject__name"))
    assert rated == {
        ("agency", "Ủy ban nhân dân Phường Một"), ("collective", "Tập thể lãnh đạo Ủy ban nhân dân Phường Một")
    }  # fmt: skip
    last = StepDone.objects.latest("pk").pk
    before.take(ward, "rate_organisation", place, level="good", at=AT)
    assert StepDone.objects.get(subject=place, node="rate_organisation").pk > last


def test_who_sits_in_both_collectives_is_reviewed_twice_in_2018_and_once_in_2025(district: Ward) -> None:
    ward = district
    chair = ward.subject("leader", "Trần Chủ Tịch", of="Ủy ban")
    assert (chair.reviewed_with, chair.notes) == (None, [])
    begin(ward, 2025, world.AT)
    chair = ward.subject("leader", "Trần Chủ Tịch", of="Ủy ban")
    assert chair.reviewed_with == ward.subject("leader", "Trần Chủ Tịch", of="Ban Thường vụ")
    assert "Mục 2 Hướng dẫn 43-HD/BTCTW" in chair.notes[0]


def test_the_same_organisation_in_2025_and_why_the_order_differs(district: Ward) -> None:
    ward = district
    first = books.rules_of(ward.round)
    begin(ward, 2025, world.AT)
    second = books.rules_of(ward.round)
    assert (first.book.key, second.book.key) == ("party/qd-132-2018", "party/qd-366-2025")
    only = {row.words for row in edge_rows(first.graph, second.graph) if row.first and not row.second}
    assert "Đảng viên xếp loại trước, cán bộ lãnh đạo xếp loại sau" in only
    assert "Kết quả kiểm điểm cá nhân bổ sung vào báo cáo tập thể" in only
    leader = ward.subject("leader", "Phạm Phó Hai", of="Ban Thường vụ")
    row = queries.view(ward.user("officer"), ward.round.pk, leader.pk, world.AT).line
    waits = {one.node.id: {w.edge.first for w in one.waits} for one in row.steps}
    assert "rate_member" not in waits["rate_individual"]
    later = world.AT + timedelta(days=1)
    with pytest.raises(Conflict, match="Quy định 366-QĐ/TW"):
        take(ward, ("rate_individual", leader), at=later)
