"""Opinions about subjects of the year's round: sides, one policy of forms, bodies on paper, the order of steps."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.opinions.year_world import (
    answered,
    asked_ward,
    begun,
    bodies_asked,
    closed,
    fresh,
    of_another_plan,
    people_asked,
    sent,
    staff_of,
)
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.kernel.errors import Conflict, NotYours, Refusal, Several
from thuocdo.opinions import actions
from thuocdo.opinions.about_subject import facts_of, lines_of
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.bodies.models import OpinionPaper
from thuocdo.opinions.models import OpinionInvitation, OpinionRound
from thuocdo.opinions.organising import prepared
from thuocdo.rounds import actions as rounds
from thuocdo.work.evidence import Upload

pytestmark = pytest.mark.django_db
PDF = Upload("phieu.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")


@standing
def ward(db: None) -> Ward:
    return asked_ward()


@standing
def hoa_binh(db: None) -> Ward:
    return asked_ward(
        year=2018, rating_date=date(2018, 12, 20), overlays=["overlays/hoa-binh-2018"], whom="Kế hoạch 183-KH/TU"
    )


def paper(ward: Ward, body: Any, by: str = "officer", upload: Upload | None = PDF, **typed: str) -> OpinionPaper:
    return actions.answer_for_body(
        body_id=body.pk, typed=typed, number="15-CV/ĐU", on=date(2025, 12, 1), upload=upload, by=ward.user(by), at=AT
    )


def test_a_side_that_the_rulebook_requires_and_nobody_asks_is_flagged_with_its_article(ward: Ward) -> None:
    chair = ward.subject("leader", "Trần Chủ Tịch", of="Ban Thường vụ")
    one = people_asked(ward, begun(ward, [chair]), staff_of(ward))
    found = prepared(ward.user("officer"), one.pk, 0, AT)
    assert [(side.group, side.required) for side in found.sides] == [("related", False), ("residence", True)]
    assert [side.cite for side in found.omitted] == ["Điều 17 Quy định 366-QĐ/TW (nguồn chắc chắn)"]
    assert fresh(one).basis == "rule"
    bodies_asked(ward, one, "Chi ủy khu phố 3")
    assert prepared(ward.user("officer"), one.pk, 0, AT).omitted == ()
    cells = begun(ward, [ward.subject("collective", "Tập thể lãnh đạo Ủy ban")])
    assert prepared(ward.user("officer"), cells.pk, 0, AT).omitted == (), "residence is asked about people"


def test_nobody_is_asked_about_oneself_or_the_own_collective_and_a_person_once_for_all_procedures(ward: Ward) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    one = begun(ward, [government])
    everybody = [*staff_of(ward), ward.people["chair"], ward.people["vice"]]
    people_asked(ward, one, everybody)
    raters = set(OpinionInvitation.objects.filter(party__round=one).values_list("rater__full_name", flat=True))
    assert raters == {person.full_name for person in staff_of(ward)}, "who sits in the collective does not rate it"
    member, leader = ward.subject("party_member", "Lê Phó Một"), ward.subject("leader", "Lê Phó Một", of="Ủy ban")
    with pytest.raises(Refusal, match="nhiều vai"):
        begun(ward, [member, leader])
    begun(ward, [member])
    with pytest.raises(Conflict, match="đã thuộc một đợt lấy ý kiến của năm này"):
        begun(ward, [leader])
    with pytest.raises(NotYours):
        begun(ward, [ward.subject("party_member", "Đỗ Tổ Chức")])
    with pytest.raises(NotYours):
        begun(ward, [government], by=ward.user("s1"))


def test_forms_are_blank_or_all_of_them_show_the_self_rating(ward: Ward) -> None:
    vice, chief = ward.subject("party_member", "Lê Phó Một"), ward.subject("party_member", "Ngô Chánh")
    with pytest.raises(Refusal, match="Ngô Chánh Văn Phòng: chưa ghi mức tự nhận"):
        begun(ward, [vice, chief], shows_self=True, self_ratings={vice.pk: "Hoàn thành tốt nhiệm vụ"})
    one = begun(ward, [vice, chief], self_ratings={vice.pk: "Hoàn thành tốt nhiệm vụ"})
    assert set(one.subjects.values_list("self_rating", flat=True)) == {""}, "blank is blank for all"


def test_a_person_asked_once_serves_every_procedure_and_small_sides_are_merged(ward: Ward) -> None:
    member, leader = ward.subject("party_member", "Lê Phó Một"), ward.subject("leader", "Lê Phó Một", of="Ủy ban")
    staff = staff_of(ward)
    one = people_asked(ward, begun(ward, [member]), staff[:5])
    one = sent(ward, people_asked(ward, one, staff[5:], group="subordinate"))
    for place, rater in enumerate(staff):
        answered(one, rater, mark=f"{70 + place}", text="Tận tụy")
    assert facts_of([leader]) == {}, "nothing before closing"
    closed(ward, one)
    found = facts_of([member, leader, ward.subject("civil_servant", "Hồ Ngoài")])
    assert set(found) == {member.pk, leader.pk}
    assert found[leader.pk].facts == {}, "no text read takes an opinion into the rating"
    lines = list(lines_of(found[leader.pk]))
    assert [line[0] for line in lines if "trung bình" in line[2]] == ["Đồng nghiệp; Cấp dưới"]
    assert "từ 60% trở lên đồng ý" in lines[0][2], "never that all agreed"
    assert lines[-1][2].startswith("không được hỏi, trong khi quy định yêu cầu: Điều 17")
    assert [p.message for p in verify().problems if p.kind.startswith("opinions.")] == []


def test_a_body_without_an_account_answers_on_paper_by_two_people(ward: Ward) -> None:
    chair = ward.subject("party_member", "Trần Chủ Tịch")
    one = begun(ward, [chair])
    [residence, front] = bodies_asked(ward, one, "Chi ủy khu phố 3\nBan công tác Mặt trận khu phố 3|S1")
    sent(ward, one)
    key = one.subjects.get().pk
    with pytest.raises(Several, match=r"chưa có ý kiến.*Chưa có bản chụp"):
        paper(ward, residence, upload=None)
    entered = paper(ward, residence, **{f"b{key}.2": "yes", f"b{key}.text": "Gương mẫu"})
    assert entered.state == "entered"
    with pytest.raises(Conflict, match="đã có ý kiến"):
        paper(ward, residence, **{f"b{key}.2": "no"})
    with pytest.raises(Conflict, match="không tự xác nhận"):
        actions.confirm_paper(paper_id=entered.pk, same=True, by=ward.user("officer"), at=AT)
    with pytest.raises(Conflict, match="chờ người thứ hai"):
        closed(ward, one)
    actions.return_paper(paper_id=entered.pk, reason="Ghi nhầm dòng", by=ward.user("officer2"), at=AT)
    again = paper(ward, residence, **{f"b{key}.2": "no"})
    actions.confirm_paper(paper_id=again.pk, same=True, by=ward.user("officer2"), at=AT)
    given = paper(ward, front, by="s1", upload=None, **{f"b{key}.outside": "1"})
    assert (given.state, given.digest) == ("confirmed", "")
    with pytest.raises(NotYours):
        paper(ward, front, by="s2", **{f"b{key}.2": "yes"})
    closed(ward, one)
    words = [line[1:] for line in lines_of(facts_of([chair])[chair.pk])]
    assert words == [
        ("Chi ủy khu phố 3 (văn bản 15-CV/ĐU, ngày 01/12/2025)", "Đoàn kết nội bộ: không đồng ý"),
        ("Ban công tác Mặt trận khu phố 3 (văn bản 15-CV/ĐU, ngày 01/12/2025)", "ngoài lĩnh vực"),
    ]
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        OpinionPaper.objects.filter(pk=again.pk).update(checked_by=again.entered_by)
    assert [p.message for p in verify().problems if p.kind.startswith("opinions.")] == []


def test_the_step_of_the_order_is_told_at_closing_and_ratings_wait_for_it(hoa_binh: Ward) -> None:
    ward = hoa_binh
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")

    def rate() -> None:
        rounds.take_steps(
            round_id=ward.round.pk, steps=[("rate_same_level", government.pk)], on=date(2018, 12, 21), place="",
            number="1", body="Ban Thường vụ", levels={}, by=ward.user("officer"), at=AT,
        )  # fmt: skip

    with pytest.raises(Conflict, match=r"phải chờ “Lấy ý kiến cấp trên, đồng cấp, cấp dưới”.*độ tin cậy L"):
        rate()
    one = people_asked(ward, begun(ward, [government]), staff_of(ward))
    found = prepared(ward.user("officer"), one.pk, 0, AT)
    assert {side.group for side in found.omitted} == {"superior", "subordinate"}, "asked only colleagues"
    assert all("nguồn yếu" in side.cite for side in found.omitted)
    sent(ward, one)
    for rater in staff_of(ward):
        answered(one, rater)
    closed(ward, one)
    rate()


def test_abuse_45_a_second_round_that_differs_by_one_person_is_not_sent(ward: Ward) -> None:
    """Two plans of a year may hold the same person: the same people are asked, or enough others."""
    member = ward.subject("party_member", "Lê Phó Một")
    staff = staff_of(ward)
    first = sent(ward, people_asked(ward, begun(ward, [member]), staff[:6]))
    of_another_plan(first, member)
    other_words = (Asking("Kết quả công tác trong năm", "agree", ""), Asking("Phối hợp", "agree", ""))
    near = people_asked(ward, begun(ward, [member], questions=other_words), staff)
    with pytest.raises(Conflict, match=r"chỉ khác ít người.*dù câu hỏi viết khác đi"):
        sent(ward, near)
    for rater in staff[:6]:
        answered(first, rater)
    first = closed(ward, first)
    with pytest.raises(Conflict, match="chỉ khác ít người"):
        sent(ward, near)
    with outside_actions():
        OpinionRound.objects.filter(pk=near.pk).update(closes_on=AT.date() + timedelta(days=800))
    with pytest.raises(Conflict, match="chỉ khác ít người"):  # a last day far ahead moves nothing out of sight
        sent(ward, near)
    with outside_actions():
        OpinionRound.objects.filter(pk=first.pk).update(closes_on=AT.date() - timedelta(days=800))
    with pytest.raises(Conflict, match="chỉ khác ít người"):  # nor does one that was closed late
        sent(ward, near)
