"""A district of Hòa Bình in the browser: the round of 2018 by the province's plan, then 2025's, and why they differ.

Through the product's pages: a prompt answered and followed, a meeting, formal opinions of bodies of which one does not
answer, the cell's ballot counted by two. What is routine is written down from paper.
"""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.factories.conclusions import competent
from tests.factories.hoa_binh import AT, LONG_AGO, make_district, second_officer
from tests.factories.rounds import Ward
from tests.journeys import yearly
from tests.journeys.conftest import Clock, Visitor
from tests.journeys.rated import at_the_share, left_open, record, scored_itself
from tests.journeys.steps import open_page, says, unfold
from tests.journeys.yearly import Story, fill, push
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.reviews.models import PromptPoint
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "Kế hoạch 183-KH/TU ngày 30/11/2018"
BEGIN = datetime(2018, 12, 3, 2, 0, tzinfo=timezone.utc)
VOTE = {
    "basis": "Hướng dẫn 14-HD/BTCTU", "title": "Phiếu đề nghị mức xếp loại đảng viên", "meeting": "Sinh hoạt chi bộ",
    "year": "2018", "secrecy": "secret", "mode": "paper", "options": "Đồng ý\nKhông đồng ý", "invalid": "line",
    "quorum": "2/3", "quorum_source": "Quy chế của chi bộ", "least": "1", "most": "1",
}  # fmt: skip
CELL = ("chair", "vice", "vice2", "chief", "officer")


@pytest.fixture
def district() -> Ward:
    ward = make_district()
    second_officer(ward)
    for kind in ("party_member", "party_organisation", "collective"):
        competent(ward, kind, start=LONG_AGO, at=AT - timedelta(days=10))
    return ward


def decide_about(who: Visitor, one: RoundSubject, standing: str, reviewed_with: str = "") -> None:
    """Write down what the competent authority decided about one subject."""
    who.go(f"/dot-xep-loai/{one.round_id}/doi-tuong/{one.pk}/")
    who.page.locator("#standing").select_option(standing)
    who.page.locator("#reason").fill("Ban Thường vụ quyết định")
    who.page.locator("#cite").fill(PLAN)
    if reviewed_with:
        who.page.locator("#with").select_option(label=reviewed_with)
    push(who, "Ghi quyết định")


@pytest.mark.long(34)
def prompted_and_met(story: Story, government: RoundSubject) -> None:
    """The superior's prompt is answered in the report and followed; it sets the length of the meeting."""
    ward, people, on = story.ward, story.ward.people, story.at(0)
    officer, chair = story.window("officer"), story.window("chair")
    officer.go(f"/kiem-diem/ban/{government.pk}/goi-y/")
    fill(officer, number="45-GY/TU", issued_on=f"{on:%d/%m/%Y}", points="Quản lý đất đai\nĐầu tư công", half_days="3")
    push(officer, "Ghi gợi ý")
    yearly.write_report(chair, government, "Đã rà soát, khắc phục", "Giải ngân chậm")
    officer.go(f"/kiem-diem/ban/{government.pk}/goi-y/")
    says(officer, "Trả lời trong bản kiểm điểm: Đã rà soát, khắc phục")
    officer.page.locator("#point").select_option(str(PromptPoint.objects.get(number=2).pk))
    officer.page.locator("#follow").select_option("met")
    fill(officer, words="Đã nêu rõ")
    push(officer, "Ghi", exact=True)
    officer.accessible()
    officer.picture("hoa-binh-2018-prompt")
    meeting = yearly.meet(officer, ward.round, [government], on + timedelta(days=3), "Hội trường", half_days="3")
    story.at(3)
    officer = story.window("officer")
    yearly.comment(officer, meeting, government, people["vice"], "Nêu rõ trách nhiệm từng người", "Đã phân công")
    yearly.hold(officer, meeting, people["chair"], people["vice2"], "Nhất trí")


def asked(story: Story, government: RoundSubject) -> None:
    """Three sides as bodies, by name: the one left out is flagged, the one that does not answer is shown as such."""
    ward, on = story.ward, story.at(4)
    officer, second = story.window("officer"), story.window("excused")
    one = yearly.ask(
        officer, ward.round, ward.units["place"].pk, government, "Thực hiện chức năng, nhiệm vụ", threshold="3",
        closes_on=f"{on + timedelta(days=3):%d/%m/%Y}",
    )  # fmt: skip
    yearly.ask_bodies(officer, "superior", "Ban Tổ chức Tỉnh ủy")
    yearly.ask_bodies(officer, "colleague", "Thường trực Hội đồng nhân dân")
    says(officer, "Thiếu một bên: Cấp dưới")
    yearly.ask_bodies(officer, "subordinate", "Phòng Kinh tế")
    assert "Thiếu một bên" not in officer.page.inner_text("main")
    push(officer, "Gửi văn bản tới 3 tập thể, cơ quan")
    for body in OpinionBody.objects.order_by("pk")[:2]:
        yearly.on_paper(officer, second, body, "Hoàn thành tốt nhiệm vụ", on)
    story.at(9)
    officer, second = story.window("officer"), story.window("excused")
    officer.go(f"/y-kien/{one.pk}/")
    push(officer, "Kết thúc đợt")
    second.go(f"/y-kien/ve/{government.pk}/")
    second.accessible()
    second.picture("hoa-binh-2018-opinions")
    says(second, "Phòng Kinh tế", "không trả lời")
    assert StepDone.objects.get(node="ask_around", subject=government).source == "opinions.round"


def voted(story: Story) -> None:
    """The cell votes on its members on one slip of many lines; two count; the round is told."""
    ward, on = story.ward, story.clock().date()
    secretary = story.window("chief")
    one = yearly.prepare_ballot(
        secretary, f"t{ward.party['office'].pk}", "member_levels", on, VOTE | {"round": str(ward.round.pk)}
    )
    secretary.go(f"/bo-phieu/{one.pk}/danh-sach/?chon=tat-ca")
    for name in CELL[:3]:
        secretary.page.locator(f"input[name=tellers][value='{ward.people[name].pk}']").check()
    secretary.page.locator(f"input[name=head][value='{ward.people['chair'].pk}']").check()
    secretary.page.locator(f"input[name=chair][value='{ward.people['chief'].pk}']").check()
    push(secretary, "Lưu danh sách")
    yearly.done(secretary)
    push(secretary, "Chốt nội dung phiếu")
    counts = {}
    for n in range(1, 6):
        counts |= {f"l{n}.valid": "5", f"l{n}.invalid": "0", f"l{n}.o1": "4", f"l{n}.o2": "1"}
    first, second = story.window("chair"), story.window("vice")
    yearly.count_votes(first, second, one, counts)
    yearly.sign_minutes(first, second, secretary, one)
    secretary.picture("hoa-binh-2018-votes")
    assert StepDone.objects.filter(node="vote_member", source="ballots.minutes").count() == len(CELL)


def test_the_round_of_2018_and_that_of_2025(visitors: Any, district: Ward, clock: Clock) -> None:
    ward = district
    story = Story(visitors, ward, clock, BEGIN)
    officer = story.window("officer")
    ward.round = yearly.open_round(officer, "2018", overlay="overlays/hoa-binh-2018", whom=PLAN)
    officer.picture("hoa-binh-2018-order")
    office = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy")
    decide_about(officer, office, "in", government.name)
    decide_about(officer, ward.subject("party_member", "Bùi Được Miễn"), "exempt")

    committee = ward.subject("collective", "Ban Thường vụ")
    open_page(officer, f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{committee.pk}/")
    unfold(officer, "Căn cứ")
    says(officer, "Phải chờ “Kiểm điểm tập thể lãnh đạo, cấp ủy, tổ chức đảng”", "183-KH/TU", "độ tin cậy L")
    assert officer.page.locator(f"input[value='review_collective:{committee.pk}']").count() == 0
    prompted_and_met(story, government)
    asked(story, government)
    officer = story.window("officer")
    for name in ("Trần Chủ Tịch", "Lê Phó Một", "Phạm Phó Hai"):
        record(officer, ward.subject("leader", name, of="Ủy ban"), ["review_individual"])
    record(officer, government, ["complete_report", "rate_same_level"], "excellent")
    record(officer, committee, ["review_collective", "ask_around", "rate_same_level"], "good")

    officer.go(f"/dot-xep-loai/{ward.round.pk}/viec/?buoc=rate_work")
    officer.page.locator("input[name=all]").check()
    officer.page.locator("#on").fill("12/12/2018")
    officer.page.locator("#number").fill("20-QĐ/UBND")
    officer.page.locator("#body").fill("Chủ tịch Ủy ban nhân dân huyện")
    officer.page.locator("#level").select_option("excellent")
    officer.picture("hoa-binh-2018-work")
    push(officer, "Ghi")
    assert StepDone.objects.filter(node="rate_work", level="excellent").count() == 7

    record(officer, office, ["ask_around"])
    left_open(story, office)
    for name in ("Văn phòng", "Phòng Kinh tế"):
        record(officer, ward.subject("unit", name), ["rate_same_level"])
    scored_itself(story, ward.subject("party_organisation", "Chi bộ Kinh tế"))
    cell = ward.subject("party_organisation", "Chi bộ Văn phòng")
    second = story.window("excused")
    record(second, cell, ["rate_organisation"], "good")

    voted(story)
    story.at(17)
    officer = story.window("officer")
    member = ward.subject("party_member", "Ngô Chánh")
    leader = ward.subject("leader", "Ngô Chánh", of="Chi ủy")
    early = "Phải chờ “Xếp loại đảng viên” của Ngô Chánh Văn Phòng"
    officer.go(f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{leader.pk}/")
    says(officer, early)
    officer.go(f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{member.pk}/")
    officer.arrive("link", "Kết luận, xếp loại")
    says(officer, "Chi bộ Văn phòng (theo quyết định giấy số 15-QĐ/HU ngày 12/12/2018): Hoàn thành tốt nhiệm vụ",
         "bí thư của chi ủy trong danh sách đã chốt")
    typed = officer.page.locator
    for grade in ("results-excellent", "others-excellent"):
        typed(f"[id='fields.grades.{grade}']").check()
    for count in ("assigned", "done"):
        typed(f"[id='fields.tasks.{count}']").fill("10")
    typed("#strengths").fill("Hoàn thành kế hoạch")
    typed("#defects").fill("Chậm một báo cáo")
    typed("input[name=level][value=excellent]").check()
    typed("#paper").fill("Bản kiểm điểm ngày 10/12/2018")
    push(officer, "Nộp phần tự xếp loại")
    officer.picture("hoa-binh-2018-verify")
    says(officer, "Thẩm định", "Phiếu đề nghị mức xếp loại đảng viên", "Đồng ý: 80,00 % số phiếu thu về (4/5)")
    first = typed("details", has_text="Kỷ luật, quyết định 1 (nếu có)").last
    assert first.get_attribute("open") is None
    typed("#comment").fill("Đúng thực tế")
    if typed("#group").count():
        typed("#group").fill("Bí thư chi bộ")
    push(officer, "Ghi thẩm định và đề xuất")
    chair = story.window("chair")
    chair.go("/")
    says(chair, "quyết định")
    chair.go(f"/ket-luan/doi-tuong/{member.pk}/")
    says(chair, "Chi bộ không hoàn thành xuất sắc thì bí thư, lãnh đạo phụ trách không hoàn thành xuất sắc")
    for name, text in (("prospects", "Có triển vọng"), ("number", "15-QĐ/ĐU"), ("on", "20/12/2018")):
        chair.page.locator(f"#{name}").fill(text)
    chair.picture("hoa-binh-2018-decide")
    push(chair, "Ghi quyết định")
    says(chair, "Hoàn thành tốt nhiệm vụ", "15-QĐ/ĐU", "Có triển vọng")
    assert StepDone.objects.get(node="rate_member").level == "good"
    officer.go(f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{leader.pk}/")
    assert early not in officer.page.inner_text("main")

    clock.set(datetime(2025, 12, 1, 2, 0, tzinfo=timezone.utc))
    officer = story.window("officer")
    later = yearly.open_round(officer, "2025")
    officer.arrive("link", "So với đợt, năm khác")
    officer.accessible()
    officer.picture("hoa-binh-compare")
    for part in officer.page.locator("details.fold > summary").all():
        part.click()
    says(officer, "Kết quả của hai đợt", "kiểm điểm một lần cùng nơi khác", "Đảng viên xếp loại trước, cán bộ lãnh đạo")
    says(officer, "không vượt quá 20%", "Cấp trên", "văn bản đã đọc không nêu")
    one = RoundSubject.objects.get(round=later, kind="leader", person=ward.people["chair"], party=None)
    officer.go(f"/dot-xep-loai/{later.pk}/doi-tuong/{one.pk}/")
    says(officer, "Kiểm điểm một lần tại hội nghị cấp ủy")
    ward.round = later
    at_the_share(story)
