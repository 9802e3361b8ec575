"""A district of Hòa Bình in the browser: the round of 2018 by the province's plan, then 2025's, and why they differ."""

from typing import Any

import pytest

from tests.factories.conclusions import competent
from tests.factories.hoa_binh import make_district, second_officer
from tests.factories.rounds import Ward
from tests.journeys.conftest import Visitor
from tests.journeys.people import may_sign_in
from tests.journeys.steps import open_page, says, unfold
from thuocdo.rounds.models import Round, RoundSubject, StepDone

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "Kế hoạch 183-KH/TU ngày 30/11/2018"


@pytest.fixture
def district() -> Ward:
    ward = make_district()
    second_officer(ward)
    may_sign_in()
    for kind in ("party_member", "party_organisation"):
        competent(ward, kind)
    return ward


def push(who: Visitor, name: str) -> None:
    """Press a button; the page that comes is not looked at by axe: those pages have their own journeys."""
    who.arrive("button", name)


def open_round(who: Visitor, year: str, overlay: str = "", whom: str = "") -> Round:
    """Plan and open the round of a year through the pages."""
    who.go("/dot-xep-loai/lap/")
    who.page.locator("#year").fill(year)
    who.page.locator("#rating_date").fill(f"20/12/{year}")
    push(who, "Xem quy định của ngày này")
    if overlay:
        who.page.locator("#parent_overlay").select_option(overlay)
    if whom:
        who.page.locator("#whom").fill(whom)
    who.page.locator("#basis").fill(PLAN if whom else f"Kế hoạch năm {year}")
    who.page.locator("input[name=leaderships][value=every]").check()
    push(who, "Lập kế hoạch")
    who.arrive("link", "Xem trước ai thuộc đợt")
    says(who, "Xem trước: ai thuộc đợt")
    push(who, "Mở đợt")
    return Round.objects.get(year=int(year))


def record(who: Visitor, one: RoundSubject, steps: list[str], level: str = "") -> None:
    """Tick steps on the subject's own page, with day, place and level."""
    who.go(f"/dot-xep-loai/{one.round_id}/doi-tuong/{one.pk}/")
    for step in steps:
        who.page.locator(f"input[name=step][value='{step}:{one.pk}']").check()
    who.page.locator("#on").fill("12/12/2018")
    if any(step.startswith("rate_") for step in steps):
        who.page.locator("#number").fill("15-QĐ/HU")
        who.page.locator("#body").fill("Ban Thường vụ Huyện ủy")
    if level:
        who.page.locator("#level").select_option(level)
    push(who, "Ghi")
    says(who, f"Đã ghi {len(steps)} bước")


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
def test_the_round_of_2018_and_that_of_2025(visitors: Any, district: Ward) -> None:
    ward = district
    officer = visitors(phone=False)
    officer.context.set_default_timeout(30_000)
    officer.sign_in(ward.user("officer").username)
    ward.round = open_round(officer, "2018", "overlays/hoa-binh-2018", PLAN)
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
    record(officer, government, ["review_collective"])
    for name in ("Trần Chủ Tịch", "Lê Phó Một", "Phạm Phó Hai"):
        record(officer, ward.subject("leader", name, of="Ủy ban"), ["review_individual"])
    record(officer, government, ["complete_report", "ask_around", "rate_same_level"], "excellent")
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

    record(officer, office, ["ask_around", "rate_same_level"], "good")
    record(officer, ward.subject("unit", "Văn phòng"), ["rate_same_level"])
    cell = ward.subject("party_organisation", "Chi bộ Văn phòng")
    second = visitors(phone=False)
    second.sign_in(ward.user("excused").username)
    record(second, cell, ["rate_organisation"], "good")

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
    says(officer, "Thẩm định")
    typed("#comment").fill("Đúng thực tế")
    if typed("#group").count():
        typed("#group").fill("Bí thư chi bộ")
    push(officer, "Ghi thẩm định và đề xuất")
    chair = visitors(phone=False)
    chair.sign_in(ward.user("chair").username)
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

    later = open_round(officer, "2025")
    officer.arrive("link", "So với đợt, năm khác")
    officer.accessible()
    officer.picture("hoa-binh-compare")
    says(officer, "Kết quả của hai đợt", "kiểm điểm một lần cùng nơi khác", "Đảng viên xếp loại trước, cán bộ lãnh đạo")
    says(officer, "không vượt quá 20%", "Cấp trên", "văn bản đã đọc không nêu")
    one = RoundSubject.objects.get(round=later, kind="leader", person=ward.people["chair"], party=None)
    officer.go(f"/dot-xep-loai/{later.pk}/doi-tuong/{one.pk}/")
    says(officer, "Kiểm điểm một lần tại hội nghị cấp ủy")
