"""A district of Hòa Bình in the browser: the round of 2018 by the province's plan, then 2025's, and why they differ.

Through the product's pages: a prompt answered and followed, a defect that its people answer for, formal opinions of
bodies of which one does not answer, a cell of fifty that votes and is counted twice. What is routine is from paper.
"""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.factories import before
from tests.factories.conclusions import competent
from tests.factories.hoa_binh import AT, LONG_AGO, begin, make_district, second_officer
from tests.factories.rounds import Ward
from tests.journeys import big_cell, two_passes, yearly
from tests.journeys.conftest import Clock, Visitor
from tests.journeys.rated import at_the_share, left_open, record, scored_itself
from tests.journeys.steps import open_page, says, unfold
from tests.journeys.yearly import Story, push
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "Kế hoạch 183-KH/TU ngày 30/11/2018"
LATER = datetime(2025, 12, 1, 2, 0, tzinfo=timezone.utc)
BIG = 52
BEGIN = datetime(2018, 12, 3, 2, 0, tzinfo=timezone.utc)


@pytest.fixture
def district() -> Ward:
    ward = make_district(more=BIG - 5)
    second_officer(ward)
    for kind in ("party_member", "party_organisation", "collective"):
        competent(ward, kind, start=LONG_AGO, at=AT - timedelta(days=10))
    return ward


def reviewed_with(who: Visitor, one: RoundSubject, other: RoundSubject) -> None:
    """Write down what the competent authority decided about a collective that is too small."""
    who.go(f"/dot-xep-loai/{one.round_id}/doi-tuong/{one.pk}/")
    who.page.locator("#standing").select_option("in")
    who.page.locator("#reason").fill("Ban Thường vụ quyết định")
    who.page.locator("#cite").fill(PLAN)
    who.page.locator("#with").select_option(label=other.name)
    push(who, "Ghi quyết định")


def asked(story: Story, government: RoundSubject) -> None:
    """Three sides as bodies, by name: the one left out is flagged, the one that does not answer is shown as such."""
    ward, on = story.ward, story.at(4)
    officer = story.window("officer")
    one = yearly.ask(
        officer, ward.round, ward.units["place"].pk, government, "Thực hiện chức năng, nhiệm vụ", self_rating=True,
        threshold="3", closes_on=f"{on + timedelta(days=3):%d/%m/%Y}",
    )  # fmt: skip
    yearly.ask_bodies(officer, "superior", "Ban Tổ chức Tỉnh ủy")
    yearly.ask_bodies(officer, "colleague", "Thường trực Hội đồng nhân dân")
    says(officer, "Thiếu một bên: Cấp dưới", "Mọi phiếu kèm mức tự nhận")
    yearly.ask_bodies(officer, "subordinate", "Phòng Kinh tế")
    assert "Thiếu một bên" not in officer.page.inner_text("main")
    push(officer, "Gửi văn bản tới 3 tập thể, cơ quan")
    superior, colleague = OpinionBody.objects.order_by("pk")[:2]
    officer.go(f"/y-kien/tap-the/{superior.pk}/")
    officer.picture("hoa-binh-2018-opinion-form")
    says(officer, "Mức tự nhận: Hoàn thành xuất sắc nhiệm vụ")
    for body in (superior, colleague):
        before.body_answers(ward, body, government, "Hoàn thành tốt nhiệm vụ", at=story.clock())
    story.at(9)
    officer, second = story.window("officer"), story.window("excused")
    officer.go(f"/y-kien/{one.pk}/")
    push(officer, "Kết thúc đợt")
    second.go(f"/y-kien/ve/{government.pk}/")
    second.accessible()
    second.picture("hoa-binh-2018-opinions")
    says(second, "Phòng Kinh tế", "không trả lời")
    assert StepDone.objects.get(node="ask_around", subject=government).source == "opinions.round"


@pytest.mark.long(60)
def test_the_round_of_2018_and_that_of_2025(visitors: Any, district: Ward, clock: Clock) -> None:
    ward = district
    story = Story(visitors, ward, clock, BEGIN)
    officer = story.window("officer")
    ward.round = yearly.open_round(officer, "2018", overlay="overlays/hoa-binh-2018", whom=PLAN)
    officer.picture("hoa-binh-2018-order")
    office = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy")
    reviewed_with(officer, office, government)
    excused = ward.subject("party_member", "Bùi Được Miễn")
    rounds.decide_subjects(round_id=ward.round.pk, subject_ids=[excused.pk], standing="exempt", reason="Miễn sinh hoạt",
                           cite=PLAN, holds=False, with_id=None, by=ward.user("officer"), at=clock())  # fmt: skip

    committee = ward.subject("collective", "Ban Thường vụ")
    open_page(officer, f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{committee.pk}/")
    unfold(officer, "Căn cứ")
    says(officer, "Phải chờ “Kiểm điểm tập thể lãnh đạo, cấp ủy, tổ chức đảng”", "183-KH/TU", "độ tin cậy L")
    assert officer.page.locator(f"input[value='review_collective:{committee.pk}']").count() == 0
    two_passes.prompted(story, government)
    two_passes.flowed_back(story, government)
    asked(story, government)
    officer = story.window("officer")
    record(officer, government, ["rate_same_level"], "excellent")
    for step in ("review_collective", "ask_around", "rate_same_level"):
        before.take(ward, step, committee, level="good", at=clock())

    officer.go(f"/dot-xep-loai/{ward.round.pk}/viec/?buoc=rate_work")
    officer.page.locator("input[name=all]").check()
    officer.page.locator("#on").fill("12/12/2018")
    officer.page.locator("#number").fill("20-QĐ/UBND")
    officer.page.locator("#body").fill("Chủ tịch Ủy ban nhân dân huyện")
    officer.page.locator("#level").select_option("excellent")
    officer.picture("hoa-binh-2018-work")
    push(officer, "Ghi")
    assert StepDone.objects.filter(node="rate_work", level="excellent").count() == 25, "the whole page at once"
    work = ward.subject("civil_servant", "Ngô Chánh")
    if not StepDone.objects.filter(node="rate_work", subject=work).exists():
        before.take(ward, "rate_work", work, level="excellent", at=story.clock())

    before.take(ward, "ask_around", office, level="", at=clock())
    left_open(story, office)
    for name in ("Văn phòng", "Phòng Kinh tế"):
        before.take(ward, "rate_same_level", ward.subject("unit", name), level="", at=clock())
    scored_itself(story, ward.subject("party_organisation", "Chi bộ Kinh tế"))
    cell = ward.subject("party_organisation", "Chi bộ Văn phòng")
    second = story.window("excused")
    record(second, cell, ["rate_organisation"], "good")

    big_cell.voted(story, BIG)
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
    says(officer, "Thẩm định", "Phiếu đề nghị mức xếp loại đảng viên", "Đồng ý: 80,77 % số phiếu thu về (42/52)")
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
    says(chair, "Văn bản không nói tỷ lệ tính trên số nào", "Báo ghi tỷ lệ 20%; tính trên số nào vẫn để ngỏ")
    for name, text in (("prospects", "Có triển vọng"), ("number", "15-QĐ/ĐU"), ("on", "20/12/2018")):
        chair.page.locator(f"#{name}").fill(text)
    chair.picture("hoa-binh-2018-decide")
    push(chair, "Ghi quyết định")
    says(chair, "Hoàn thành tốt nhiệm vụ", "15-QĐ/ĐU", "Có triển vọng")
    assert StepDone.objects.get(node="rate_member").level == "good"
    officer.go(f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{leader.pk}/")
    assert early not in officer.page.inner_text("main")

    clock.set(LATER)
    officer = story.window("officer")
    begin(ward, 2025, LATER)
    later = ward.round
    officer.go(f"/dot-xep-loai/{later.pk}/")
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
    at_the_share(story)
