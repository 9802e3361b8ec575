"""Acts of the Gia Lai story in 2025: a collective is rated, then a leader of it after a vote of no confidence."""

from io import BytesIO

from pypdf import PdfReader

from tests.factories import before
from tests.factories.conclusions import MEMBER, TASKS, competent
from tests.journeys import yearly
from tests.journeys.steps import open_page, says
from tests.journeys.yearly import Story, fill, push
from thuocdo.conclusions.models import Assessment, FileSent
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject, StepDone

GOOD = MEMBER | TASKS | {"marks.results": "50", "tasks.above": "0", "led.above": "0"}
LOW = {
    "returned": "6", "unreturned": "0", "valid": "6", "invalid": "0",
    "l1.valid": "6", "l1.invalid": "0", "l1.o1": "1", "l1.o2": "1", "l1.o3": "4",
    "l2.valid": "6", "l2.invalid": "0", "l2.o1": "6", "l2.o2": "0", "l2.o3": "0",
}  # fmt: skip


def typed(who: yearly.Visitor, **more: str) -> None:
    """Facts of the year, in the fields that the form of this subject has."""
    for name, value in (GOOD | more).items():
        place = who.page.locator(f"[id='fields.{name}']")
        if place.count():
            place.fill(value)


def with_the_government(story: Story) -> None:
    """The office has one leader: by the text the competent level says with whom it is reviewed."""
    ward = story.ward
    office, government = (ward.subject("collective", f"Tập thể lãnh đạo {name}") for name in ("Văn phòng", "Ủy"))
    rounds.decide_subjects(round_id=ward.round.pk, subject_ids=[office.pk], standing="in", reason="Dưới 03 người",
                           cite="Mục 7.4 Hướng dẫn 43-HD/BTCTW", holds=False, with_id=government.pk,
                           by=ward.user("excused"), at=story.clock())  # fmt: skip


def rated_together(story: Story) -> None:
    """The collective by its head's marks; decided above, and written down by who did not verify it."""
    ward, at = story.ward, story.clock()
    with_the_government(story)
    one = ward.subject("collective", "Tập thể lãnh đạo Ủy")
    competent(ward, "collective", body="Ban Thường vụ Tỉnh ủy", party_id=0, at=at, basis="Phân cấp của tỉnh")
    before.clear(ward, "rate_collective", one, at=at)
    path = f"/ket-luan/doi-tuong/{one.pk}/"
    chair, officer, second = (story.window(name) for name in ("chair", "officer", "excused"))
    chair.go(path)
    typed(chair)
    fill(chair, strengths="Đạt kế hoạch", defects="Chậm một báo cáo")
    chair.page.locator("input[name=level][value=good]").check()
    chair.picture("gia-lai-2025-collective-own")
    push(chair, "Nộp phần tự xếp loại")
    yearly.done(chair)
    officer.go(path)
    fill(officer, comment="Đúng thực tế", group="Ủy ban nhân dân cấp xã")
    push(officer, "Ghi thẩm định và đề xuất")
    yearly.done(officer)
    sent_up(officer, one)
    open_page(second, path)
    fill(second, number="30-QĐ/TU", on=f"{at:%d/%m/%Y}")
    second.picture("gia-lai-2025-collective-decide")
    push(second, "Ghi quyết định")
    yearly.done(second)
    says(second, "30-QĐ/TU", "Ban Thường vụ Tỉnh ủy")
    assert StepDone.objects.get(node="rate_collective", subject=one).level == "good"


def sent_up(officer: yearly.Visitor, one: RoundSubject) -> None:
    """The file that the authority above decides on: refused with all that is missing, then sent with its list."""
    officer.arrive("link", "Hồ sơ gửi cấp trên (Mẫu 04)")
    push(officer, "Gửi hồ sơ")
    asked = officer.page.locator("fieldset.group")
    every = asked.count()
    missing = asked.filter(has=officer.page.locator("input[type=radio]"))
    assert 0 < missing.count() < every, "what the product holds is not asked for again"
    assert officer.page.locator("fieldset .field-error").count() == missing.count()
    officer.picture("gia-lai-2025-file-refused")
    for paper in missing.all():
        paper.locator("input[value=has]").check()
        paper.locator("input[type=text]").fill("Văn bản 12 ngày 28/11/2025")
    fill(officer, number="8-TTr/ĐU", on="01/12/2025")
    push(officer, "Gửi hồ sơ")
    yearly.done(officer)
    officer.accessible()
    officer.picture("gia-lai-2025-file-sent")
    says(officer, "Lần gửi 1", "Ban Thường vụ Tỉnh ủy, số 8-TTr/ĐU ngày 01/12/2025")
    row = FileSent.objects.get(assessment__subject=one)
    assert len(row.items) == every
    answer = officer.context.request.get(f"{officer.origin}/ket-luan/gui/{row.pk}/pdf/")
    assert "8-TTr/ĐU" in " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)


def rated_after_the_vote(story: Story) -> None:
    """More than half of the slips say low: by the text the leader has not done the tasks, whatever the marks."""
    ward, at = story.ward, story.clock()
    before.confidence_vote(ward, ward.units["people"], LOW, at=at, text="votes/qd-96-2023#vote", year="2025")
    one = ward.subject("leader", "Lê Phó Một", of="Ủy ban")
    before.clear(ward, "rate_individual", one, at=at)
    path = f"/ket-luan/doi-tuong/{one.pk}/"
    own, officer, chair = story.window("vice", phone=True), story.window("officer"), story.window("chair")
    own.go(path)
    typed(own)
    fill(own, strengths="Đạt kế hoạch", defects="Chậm một báo cáo")
    own.page.locator("input[name=level][value=good]").check()
    own.picture("gia-lai-2025-leader-own-phone")
    push(own, "Nộp phần tự xếp loại")
    yearly.done(own)
    officer.go(path)
    says(officer, "Tín nhiệm thấp: 66,67 % số phiếu thu về (4/6)", "Miễn nhiệm, bố trí công tác thấp hơn")
    fill(officer, comment="Phiếu tín nhiệm thấp quá nửa", group="Phó Chủ tịch")
    push(officer, "Ghi thẩm định và đề xuất")
    yearly.done(officer)
    open_page(chair, path)
    chair.picture("gia-lai-2025-leader-decide")
    says(chair, "mức theo quy tắc: Không hoàn thành nhiệm vụ", "Mọi cách hiểu cho cùng kết quả")
    says(chair, "Không chọn được: kết quả theo quy tắc cao nhất là “Không hoàn thành nhiệm vụ”")
    assert chair.page.locator("input[name=level][value=good]").is_disabled(), "not offered, then refused"
    fill(chair, number="31-QĐ/ĐU", on="", reason="Điểm đạt 78")
    chair.page.locator("#level").check()
    push(chair, "Ghi quyết định")
    says(chair, "cần sửa")
    assert chair.page.locator("#number").input_value() == "31-QĐ/ĐU", "what was typed is kept"
    fill(chair, on=f"{at:%d/%m/%Y}")
    push(chair, "Ghi quyết định")
    yearly.done(chair)
    open_page(own, path)
    own.picture("gia-lai-2025-leader-decided-phone")
    says(own, "Không hoàn thành nhiệm vụ", "31-QĐ/ĐU", "Lấy phiếu tín nhiệm")
    assert StepDone.objects.get(node="rate_individual", subject=one).level == "incomplete"


def before_reappointment(story: Story) -> None:
    """The same leader before the term in the post is over: the level of the year stands beside, the end is in words."""
    at = story.clock()
    officer, own, chair = story.window("officer"), story.window("vice", phone=True), story.window("chair")
    officer.go("/ket-luan/viec/moi/")
    fill(officer, find="Lê Phó Một")
    push(officer, "Tìm, xem quy định của ngày này")
    officer.page.locator("input[name=who]").first.check()
    officer.page.locator("#occasion-reappointment").check()
    fill(officer, event="bổ nhiệm lại Phó Chủ tịch")
    push(officer, "Mở hồ sơ")
    says(officer, "văn bản không nêu bao nhiêu năm")
    assert officer.page.locator("#occasion-reappointment").is_checked(), "what was chosen is kept"
    fill(officer, start="01/12/2020")
    push(officer, "Mở hồ sơ")
    path = officer.page.url.removeprefix(officer.origin)
    own.go(path)
    fill(own, strengths="Đủ nhiệm kỳ", defects="Phiếu tín nhiệm thấp")
    push(own, "Nộp phần tự đánh giá")
    yearly.done(own)
    officer.go(path)
    says(officer, "Kết quả các năm trước, để đối chiếu", "Không hoàn thành nhiệm vụ", "31-QĐ/ĐU", "năm: 2024")
    fill(officer, comment="Mức năm 2025 không đạt")
    push(officer, "Ghi thẩm định và đề xuất")
    yearly.done(officer)
    chair.go(path)
    fill(chair, prospects="Chưa đề nghị bổ nhiệm lại", number="32-KL/ĐU", on=f"{at:%d/%m/%Y}")
    push(chair, "Ghi quyết định")
    yearly.done(chair)
    open_page(own, path)
    own.picture("gia-lai-2025-reappointment-phone")
    says(own, "Chưa đề nghị bổ nhiệm lại", "32-KL/ĐU")
    one = Assessment.objects.get(occasion="reappointment")
    assert (one.state, one.level) == ("decided", "")
