"""Gia Lai's chain of 2017 in the browser, with a confidence vote; then the same organisation rated in 2025, and why.

Self-rating, review in a meeting, opinions of Party bodies, a confidence vote on paper, verification by the nine
criteria in words, conclusion with prospects. No level is computed: the text that was read has none for leaders.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories import gia_lai
from tests.factories.gia_lai import AT
from tests.factories.hoa_binh import begin
from tests.factories.rounds import Ward
from tests.journeys import under_366, yearly
from tests.journeys.conftest import Clock
from tests.journeys.steps import open_page, says, unfold
from tests.journeys.yearly import Story, fill, push
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "Kế hoạch 52-KH/TU ngày 20/11/2017"
VOTE = {
    "title": "Lấy phiếu tín nhiệm cán bộ lãnh đạo", "meeting": "Hội nghị cán bộ chủ chốt", "year": "2017",
    "secrecy": "secret", "mode": "paper", "quorum": "2/3", "quorum_source": "Quy chế làm việc của Đảng ủy, Điều 6",
    "least": "1", "most": "1",
}  # fmt: skip
COUNTS = {
    "l1.valid": "6", "l1.invalid": "0", "l1.o1": "2", "l1.o2": "0", "l1.o3": "4",
    "l2.valid": "6", "l2.invalid": "0", "l2.o1": "6", "l2.o2": "0", "l2.o3": "0",
}  # fmt: skip


@pytest.fixture
def place() -> Ward:
    return gia_lai.make_place()


def review(story: Story, vice: RoundSubject, government: RoundSubject) -> None:
    """The own report, sent; the meeting on the collective and on the person; a comment, answered."""
    ward, officer, on = story.ward, story.window("officer"), story.at(0)
    writer = story.window("vice", phone=True)
    open_page(writer, f"/kiem-diem/ban/{vice.pk}/viet/")
    writer.picture("gia-lai-report-phone")
    yearly.write_report(writer, vice, "Hoàn thành kế hoạch năm 2017", "Chậm báo cáo quý III")
    meeting = yearly.meet(officer, ward.round, [government, vice], on + timedelta(days=3), "Hội trường Ủy ban")
    story.at(3)
    officer = story.window("officer")
    yearly.comment(officer, meeting, vice, ward.people["chair"], "Cần quyết đoán hơn", "Đã phân công lại")
    officer.picture("gia-lai-meeting")
    yearly.hold(officer, meeting, ward.people["chair"], ward.people["vice2"], "Nhất trí với bản kiểm điểm")
    officer.accessible()
    officer.picture("gia-lai-minutes")
    assert set(StepDone.objects.values_list("node", flat=True)) == {"review_collective", "review_individual"}


def opinions(story: Story, vice: RoundSubject) -> None:
    """Two Party bodies are asked, one does not answer; the paper is entered and compared by two officers."""
    ward, on = story.ward, story.at(4)
    officer, second = story.window("officer"), story.window("excused")
    one = yearly.ask(
        officer, ward.round, ward.units["place"].pk, vice, "Gương mẫu, giữ gìn đoàn kết",
        basis_text="Công văn 31-CV/BTCTU", threshold="3", closes_on=f"{on + timedelta(days=3):%d/%m/%Y}",
    )  # fmt: skip
    yearly.ask_bodies(officer, "superior", "Ban Tuyên giáo Tỉnh ủy\nỦy ban Kiểm tra Tỉnh ủy")
    officer.picture("gia-lai-opinions")
    push(officer, "Gửi văn bản tới 2 tập thể, cơ quan")
    body = OpinionBody.objects.order_by("pk")[0]
    yearly.on_paper(officer, second, body, "Có năng lực tổng kết thực tiễn", on)
    story.at(8)
    officer, second = story.window("officer"), story.window("excused")
    officer.go(f"/y-kien/{one.pk}/")
    push(officer, "Kết thúc đợt")
    officer.picture("gia-lai-opinions-closed")
    second.go(f"/y-kien/ve/{vice.pk}/")
    second.picture("gia-lai-opinions-about")
    says(second, "Có năng lực tổng kết thực tiễn", "Ủy ban Kiểm tra Tỉnh ủy")


def confidence(story: Story) -> None:
    """Three levels on paper: who is on the slip and who is left off, who votes; two count; what each text says."""
    ward, people, on = story.ward, story.ward.people, story.at(10)
    secretary = story.window("chair")
    one = yearly.prepare_ballot(
        secretary, f"d{ward.units['people'].pk}", "confidence_levels", on, VOTE | {"round": str(ward.round.pk)},
        "Quy định số 262",
    )  # fmt: skip
    page = secretary.page
    secretary.picture("gia-lai-ballot-people")
    for name in ("chair", "vice", "vice2", "chief", "officer", "new"):
        page.locator(f"input[name=voters][value='{people[name].pk}']").check()
    page.locator(f"input[name='vno-{people['excused'].pk}']").fill("được miễn sinh hoạt đảng")
    page.locator(f"input[name='vno-{people['outside'].pk}']").fill("không thuộc thành phần bỏ phiếu")
    for name in ("chief", "officer", "new"):
        page.locator(f"input[name=tellers][value='{people[name].pk}']").check()
    page.locator(f"input[name=head][value='{people['chief'].pk}']").check()
    page.locator(f"input[name=chair][value='{people['chair'].pk}']").check()
    for name in ("chair", "vice"):
        page.locator(f"input[name=lines][value='p{people[name].pk}']").check()
    page.locator(f"input[name='lno-p{people['vice2'].pk}']").fill("đã có thông báo nghỉ hưu")
    push(secretary, "Lưu danh sách")
    yearly.done(secretary)
    push(secretary, "Chốt nội dung phiếu")
    secretary.picture("gia-lai-ballot-frozen")
    says(secretary, "đã có thông báo nghỉ hưu", "được miễn sinh hoạt đảng")
    first, second = story.window("chief"), story.window("officer")
    yearly.count_votes(first, second, one, COUNTS)
    yearly.sign_minutes(first, second, secretary, one)
    secretary.accessible()
    secretary.picture("gia-lai-ballot-result")
    says(secretary, "66,67 % số phiếu thu về (4/6)", "Đúng 2/3 phiếu tín nhiệm thấp thuộc mức nào")
    open_page(secretary, f"/bo-phieu/tin-nhiem/?ngay={on:%d/%m/%Y}")
    secretary.picture("gia-lai-confidence-texts")
    says(secretary, "Nghị quyết số 85/2014/QH13", "Quy định số 262-QĐ/TW")


def conclude(story: Story, vice: RoundSubject) -> None:
    """Self-rating, verification by criteria in words with opinions and votes beside, conclusion; read by the person."""
    path, on = f"/ket-luan/doi-tuong/{vice.pk}/", story.at(15)
    own = story.window("vice")
    own.go(path)
    own.picture("gia-lai-own-phone")
    assert own.page.locator("#defects").input_value() == "Chậm báo cáo quý III", "taken from the report"
    for box in own.page.locator("textarea").all():
        box.fill("Đã nêu trong bản kiểm điểm")
    push(own, "Nộp phần tự xếp loại")
    second = story.window("excused")
    open_page(second, path)
    says(second, "Tín nhiệm thấp: 66,67 % số phiếu thu về (4/6)", "Có năng lực tổng kết thực tiễn", "Sáng tạo, đổi mới")
    push(second, "Ghi thẩm định và đề xuất")
    second.picture("gia-lai-verify-faults")
    assert second.page.locator(".field-error").count() == 10, "nine criteria and the comment"
    for box in second.page.locator("form textarea[id^='criteria.']").all():
        box.fill("Đạt yêu cầu")
    fill(second, comment="Thống nhất với hội nghị")
    push(second, "Ghi thẩm định và đề xuất")
    yearly.done(second)
    chair = story.window("chair")
    open_page(chair, path)
    chair.picture("gia-lai-decide")
    says(chair, "Tín nhiệm thấp: 66,67 % số phiếu thu về (4/6)", "Đạt yêu cầu", "Thẩm định")
    fill(chair, prospects="Tiếp tục theo dõi một năm", number="15-KL/TU", on=f"{on:%d/%m/%Y}")
    push(chair, "Ghi quyết định")
    yearly.done(chair)
    chair.picture("gia-lai-decided")
    own.go(path)
    own.accessible()
    own.picture("gia-lai-decided-phone")
    says(own, "15-KL/TU", "Tiếp tục theo dõi một năm")
    assert "Ủy ban Kiểm tra Tỉnh ủy" not in own.page.inner_text("main"), "opinions are not read by the person here"
    assert StepDone.objects.get(node="rate_leader").level == ""


def later(story: Story) -> None:
    """The same people in 2025: other forms, other steps, levels by marks; the page that says why they differ."""
    ward = story.ward
    story.clock.set(datetime(2025, 12, 1, 2, 0, tzinfo=AT.tzinfo))
    officer = story.window("officer")
    begin(ward, 2025, story.clock())
    round_ = ward.round
    officer.go(f"/dot-xep-loai/{round_.pk}/")
    officer.picture("gia-lai-2025-order")
    officer.arrive("link", "So với đợt, năm khác")
    officer.picture("gia-lai-compare")
    for part in officer.page.locator("details.fold > summary").all():
        part.click()
    says(officer, "Hướng dẫn 27-HD/BTCTW", "Quy định 366-QĐ/TW", "Đã kết luận bằng lời", "số mẫu không được nêu",
         "Mẫu 02B: Bản kiểm điểm cá nhân không giữ chức vụ", "Ban cán sự đảng Ủy ban nhân dân tỉnh")
    forms = {("vice", "leader"): "02A", ("vice", "party_member"): "02A", ("new", "party_member"): "02B"}
    for (name, kind), form in forms.items():
        one = RoundSubject.objects.filter(round=round_, kind=kind, person=ward.people[name]).order_by("pk")[0]
        who = story.window(name, phone=True)
        who.go(f"/kiem-diem/ban/{one.pk}/viet/")
        who.picture(f"gia-lai-2025-{name}-{kind}-phone")
        says(who, f"Mẫu {form}")
    under_366.rated_together(story)
    under_366.rated_after_the_vote(story)
    under_366.before_reappointment(story)


@pytest.mark.long(45)
def test_the_chain_of_2017_and_the_same_organisation_in_2025(visitors: Any, place: Ward, clock: Clock) -> None:
    story = Story(visitors, place, clock, AT)
    officer = story.window("officer")
    place.round = yearly.open_round(officer, "2017", overlay=gia_lai.OVERLAY, whom=PLAN)
    officer.picture("gia-lai-2017-order")
    vice = place.subject("leader", "Lê Phó Một", of="Ủy ban")
    open_page(officer, f"/dot-xep-loai/{place.round.pk}/doi-tuong/{vice.pk}/")
    unfold(officer, "Căn cứ")
    officer.picture("gia-lai-2017-subject")
    says(officer, "Phải chờ “Kiểm điểm tự phê bình và phê bình của cá nhân”", "Hướng dẫn của tỉnh Gia Lai",
         "độ tin cậy L")
    review(story, vice, place.subject("collective", "Tập thể lãnh đạo Ủy"))
    opinions(story, vice)
    confidence(story)
    conclude(story, vice)
    later(story)
