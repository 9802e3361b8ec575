"""Acts of the Hòa Bình story: a collective is prompted and meets, its people answer for its defect, and what came of
their own reviews goes back into its report."""

from datetime import timedelta

from tests.integration.reviews import meeting_world
from tests.journeys import yearly
from tests.journeys.steps import says, unfold
from tests.journeys.yearly import Story, fill, push
from thuocdo.reviews.models import PromptPoint, ReviewReport
from thuocdo.rounds.models import RoundSubject, StepDone

DEFECT = "Giải ngân chậm"


def prompted(story: Story, government: RoundSubject) -> None:
    """The superior's prompt is answered in the report and followed; it sets the length of the meeting."""
    ward, on = story.ward, story.at(0)
    officer, chair = story.window("officer"), story.window("chair")
    officer.go(f"/kiem-diem/ban/{government.pk}/goi-y/")
    fill(officer, number="45-GY/TU", issued_on=f"{on:%d/%m/%Y}", points="Quản lý đất đai\nĐầu tư công", half_days="3")
    push(officer, "Ghi gợi ý")
    yearly.write_report(chair, government, "Đã rà soát, khắc phục", DEFECT)
    officer.go(f"/kiem-diem/ban/{government.pk}/goi-y/")
    says(officer, "Trả lời trong bản kiểm điểm: Đã rà soát, khắc phục")
    officer.page.locator("#point").select_option(str(PromptPoint.objects.get(number=2).pk))
    officer.page.locator("#follow").select_option("met")
    fill(officer, words="Đã nêu rõ")
    push(officer, "Ghi", exact=True)
    officer.accessible()
    officer.picture("hoa-binh-2018-prompt")
    day = on + timedelta(days=3)
    meeting = meeting_world.call(ward, government, on=day, half_days=3, at=story.clock())
    story.at(3)
    meeting_world.hold(ward, meeting, on=day, half_days=3, at=story.clock())


def flowed_back(story: Story, government: RoundSubject) -> None:
    """The defect is named as somebody's; the answer and the reviews of the people come before the report is whole."""
    ward, on = story.ward, story.clock().date()
    chair, vice = story.window("chair"), story.window("vice")
    remedies = f"/kiem-diem/ban/{government.pk}/khac-phuc/"
    chair.go(remedies)
    unfold(chair, "Nêu trách nhiệm cá nhân")
    leader = ward.subject("leader", "Lê Phó Một", of="Ủy ban")
    chair.page.locator("select[name=leader]").select_option(str(leader.pk))
    chair.page.locator("textarea[name=duty]").fill("Phụ trách đầu tư công")
    push(chair, "Nêu trách nhiệm")
    vice.go(f"/kiem-diem/ban/{leader.pk}/viet/")
    says(vice, "Trách nhiệm được nêu đối với khuyết điểm của tập thể", DEFECT, "Phụ trách đầu tư công")
    vice.picture("hoa-binh-2018-duty")
    vice.arrive("link", DEFECT)
    vice.page.locator("textarea[name=said]").fill("Nhận trách nhiệm, đã họp tiến độ")
    push(vice, "Ghi trả lời")
    vice.accessible()
    vice.picture("hoa-binh-2018-duty-answered")
    own = f"/kiem-diem/ban/{government.pk}/viet/"
    chair.go(own)
    says(chair, "Lê Phó Một, Phụ trách đầu tư công (nhận trách nhiệm: Nhận trách nhiệm, đã họp tiến độ)")
    push(chair, "Ghi bản hoàn chỉnh")
    says(chair, "Kết quả kiểm điểm cá nhân bổ sung vào báo cáo tập thể", "183-KH/TU")
    assert not ReviewReport.objects.filter(subject=government, stage="final").exists()
    people = [ward.subject("leader", name, of="Ủy ban") for name in ("Trần Chủ Tịch", "Lê Phó Một", "Phạm Phó Hai")]
    meeting = meeting_world.call(ward, *people, on=on, at=story.clock())
    meeting_world.hold(ward, meeting, on=on, at=story.clock())
    chair.go(own)
    chair.page.locator("textarea[id^=text-]").first.fill("Bổ sung: đồng chí Phó Chủ tịch đã nhận trách nhiệm")
    push(chair, "Ghi bản hoàn chỉnh")
    yearly.done(chair)
    says(chair, "hoàn chỉnh sau hội nghị")
    chair.picture("hoa-binh-2018-report-whole")
    assert StepDone.objects.get(node="complete_report", subject=government).source == "reviews.reviewreport"
