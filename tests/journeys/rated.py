"""Acts of the Hòa Bình story about who is rated how: steps from paper, a level that the text leaves open, a cell that
is not rated, the fifth of 2025."""

from datetime import date

from tests.factories import before
from tests.factories.conclusions import OWN
from tests.journeys import yearly
from tests.journeys.conftest import Visitor
from tests.journeys.steps import says
from tests.journeys.yearly import Story, fill, push
from thuocdo.reviews import actions as reviews
from thuocdo.reviews.scoring.access import rule_of
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject, StepDone


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


def assessed(story: Story, one: RoundSubject, window: str, *, grades: tuple[str, ...], level: str = "") -> None:
    """The own part entered from paper, and the verification of it."""
    who = story.window(window)
    who.go(f"/ket-luan/doi-tuong/{one.pk}/")
    for grade in grades:
        who.page.locator(f"[id='fields.grades.{grade}']").check()
    fill(who, strengths="Hoàn thành kế hoạch", defects="Chậm một báo cáo", paper="Bản kiểm điểm ngày 10/12/2018")
    who.page.locator(f"input[name=level][value={level}]").check()
    push(who, "Nộp phần tự xếp loại")
    yearly.done(who)
    fill(who, comment="Đúng thực tế")
    push(who, "Ghi thẩm định và đề xuất")
    yearly.done(who)


def left_open(story: Story, office: RoundSubject) -> None:
    """The text of 2018 leaves the levels of a collective open: the authority chooses one, and says why."""
    assessed(story, office, "excused", grades=("results-excellent", "others-excellent"), level="excellent")
    chair = story.window("chair")
    chair.go(f"/ket-luan/doi-tuong/{office.pk}/")
    chair.accessible()
    chair.picture("hoa-binh-2018-left-open")
    says(chair, "không nêu cách hiểu nào để chọn", "nguồn yếu")
    fill(chair, number="16-QĐ/ĐU", on="12/12/2018")
    chair.page.locator("input[name=level][value=good]").check()
    push(chair, "Ghi quyết định")
    says(chair, "Văn bản để ngỏ điều kiện của mức: hãy ghi lý do chọn mức")
    fill(chair, reason="Còn một báo cáo chậm")
    push(chair, "Ghi quyết định")
    yearly.done(chair)
    assert StepDone.objects.get(node="rate_same_level", subject=office).level == "good"


def scored_itself(story: Story, cell: RoundSubject) -> None:
    """A cell scores its meetings, the superior recognises none: the first on the pages, the others likewise; by the
    text it is not rated."""
    ward, kept = story.ward, {"year": 2018, "held_on": date(2018, 5, 4), "at": story.clock()}
    path = f"/kiem-diem/tu-cham/{ward.party['economy'].pk}/2018/"
    officer, chair = story.window("officer"), story.window("chair")
    officer.go(path)
    fill(officer, held_on="05/01/2018", total="92,5")
    push(officer, "Ghi kỳ này")
    yearly.done(officer)
    chair.go(path)
    chair.page.locator("#recognised").select_option("0")
    push(chair, "Ghi ý kiến")
    says(chair, "Lý do không công nhận")
    fill(chair, words="Chưa đúng thực tế")
    push(chair, "Ghi ý kiến")
    yearly.done(chair)
    rule = rule_of(ward.round)
    assert rule is not None
    for kind, number, _ in rule.places[1:]:
        score = reviews.score_itself(
            organisation_id=ward.party["economy"].pk, kind=kind, number=number, could=True, marks={}, total="92",
            reason="", by=ward.user("officer"), **kept,
        )  # fmt: skip
        reviews.recognise_score(score_id=score.pk, seen=0, recognised=False, words="Chưa đúng thực tế",
                                by=ward.user("chair"), at=kept["at"])  # fmt: skip
    chair.go(path)
    chair.accessible()
    chair.picture("hoa-binh-2018-self-scores")
    says(chair, "Đã tự chấm 16/16 kỳ; cấp trên công nhận 0/16 kỳ")
    before.take(ward, "review_collective", cell, level="", at=story.clock())
    assessed(story, cell, "excused", grades=("results-good", "others-good"), level="good")
    chair.go(f"/ket-luan/doi-tuong/{cell.pk}/")
    chair.accessible()
    chair.picture("hoa-binh-2018-not-rated")
    says(chair, "Theo quy tắc: không xếp loại", "Không được cấp ủy công nhận suốt 12 tháng")
    assert chair.page.locator("input[name=level]").count() == 0
    fill(chair, number="17-QĐ/ĐU", on="12/12/2018")
    push(chair, "Ghi quyết định")
    yearly.done(chair)
    says(chair, "Không xếp loại. Ban Thường vụ Đảng ủy Phường Một, số 17-QĐ/ĐU")
    assert StepDone.objects.get(node="rate_organisation", subject=cell).level == ""


def at_the_share(story: Story) -> None:
    """The secretary again in 2025, by marks: one alone has no place; the authority decides with a reason."""
    ward, officer, chair = story.ward, story.window("officer"), story.window("chair")
    work, one = (ward.subject(kind, "Ngô Chánh") for kind in ("civil_servant", "party_member"))
    rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=date(2025, 12, 1), place="",
                      number="1", body="Ủy ban", levels={work.pk: "excellent"}, by=ward.user("excused"),
                      at=story.clock())  # fmt: skip
    path = f"/ket-luan/doi-tuong/{one.pk}/"
    officer.go(path)
    for name, value in OWN.items():
        officer.page.locator(f"[id='fields.{name}']").fill(value)
    fill(officer, strengths="Vượt kế hoạch", defects="Chậm một báo cáo", paper="Bản kiểm điểm ngày 01/12/2025")
    officer.page.locator("input[name=level][value=excellent]").check()
    push(officer, "Nộp phần tự xếp loại")
    yearly.done(officer)
    officer.page.locator("[id='fields.related.units.good']").fill("1")
    fill(officer, comment="Đúng thực tế", group="Chánh văn phòng")
    officer.picture("hoa-binh-2025-verify")
    push(officer, "Ghi thẩm định và đề xuất")
    yearly.done(officer)
    chair.go(path)
    fill(chair, number="21-QĐ/ĐU", on="01/12/2025")
    chair.accessible()
    push(chair, "Ghi quyết định")
    says(chair, "được tối đa 0 ở mức Hoàn thành xuất sắc nhiệm vụ (20%", "Không còn suất: hãy quyết định mức khác")
    chair.picture("hoa-binh-2025-no-place")
    chair.page.locator("input[name=level][value=good]").check()
    push(chair, "Ghi quyết định")
    says(chair, "Hãy ghi lý do chọn mức thấp hơn")
    assert chair.page.locator("#number").input_value() == "21-QĐ/ĐU", "what was typed is kept"
    fill(chair, reason="Nhóm không còn suất hoàn thành xuất sắc")
    push(chair, "Ghi quyết định")
    yearly.done(chair)
    says(chair, "21-QĐ/ĐU", "Mức theo quy tắc: Hoàn thành xuất sắc nhiệm vụ", "Nhóm không còn suất")
    chair.picture("hoa-binh-2025-decided")
    assert StepDone.objects.get(node="rate_member", subject=one).level == "good"
