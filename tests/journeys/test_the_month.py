"""Point 5 of the first issue as one story in the browser: a month from the list of people to the petitions.

At the beginning there are only the units, the rule that applies and one officer with a password; everything
else happens on the pages.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import place, steps
from tests.journeys.aftermath import Story, papers, petition_corrected, petition_upheld
from tests.journeys.place import ANH, AWAY, CHAIRMAN, CHIEF, CITY_HEAD, NGOC, SILENT
from tests.journeys.steps import follow, open_page, press, says, to_do, unfold
from thuocdo.appraisals.models import Confirmation, Sheet, Submission
from thuocdo.audit.verify import verify
from thuocdo.cli.verifying import confirmations

pytestmark = pytest.mark.django_db(transaction=True)
MONTHLY, LIST, DIGEST = "Báo cáo giải ngân", "Rà soát hồ sơ đất đai", "Tổng hợp kiến nghị cử tri"
PARTLY = {
    "Hoàn thành": "4",
    "Đạt chất lượng": "4",
    "Đúng hạn": "4",
    "Số lần không đạt": "1",
    "Số lần chậm": "1",
    "Nguyên nhân khách quan": "Chờ ý kiến sở chuyên ngành, công văn 215",
}


@pytest.mark.slow
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.long(100)
def test_the_first_real_month(visitors: Any, tmp_path: Path, settings: Any, phone: bool) -> None:
    settings.HEADS_DIR = tmp_path / "heads"
    place.found_place()
    story = Story(visitors, phone, tmp_path)
    people_and_accounts(story)
    work_is_given(story)
    period_is_opened(story)
    report_and_submit(story)
    colleague_and_chief_submit(story)
    chief_returns_and_confirms(story)
    head_goes_up(story)
    exceptions(story)
    heads = close(story)
    petition_corrected(story)
    petition_upheld(story)
    papers(story)
    report = verify(heads, rerate=[confirmations()])
    assert report.clean, [p.message for p in report.problems][:5]
    assert report.rerated == Confirmation.objects.count() == 5


def people_and_accounts(story: Story) -> None:
    """The officer imports people with their accounts; everybody sets a password through a one-time link."""
    officer = story.officer
    officer.sign_in("bt.mai")
    officer.accessible()
    rows = [person.row() for person in place.EVERYBODY]
    steps.import_list(officer, story.folder, "people", "Danh sách người và vị trí công tác", rows)
    open_page(officer, f"/to-chuc/tai-khoan/?tim={AWAY.code}")
    press(officer, "Lập tài khoản")
    links = steps.issue_links(officer)
    assert set(links) == {person.code for person in place.EVERYBODY}
    for person in (CITY_HEAD, CHAIRMAN, CHIEF, NGOC, ANH):
        story.window[person.code] = story.make()
        steps.set_password(story[person], links[person.code], person)
    again = story.make()
    again.go(links[NGOC.code])
    says(again, "không còn dùng được")


def work_is_given(story: Story) -> None:
    """The head assigns products with deadlines; the officer imports the others' as a list."""
    steps.assign(story[CHIEF], NGOC, MONTHLY)
    steps.assign(story[CHIEF], NGOC, LIST)
    rows = [place.task_row(p, 1, DIGEST) for p in (CHAIRMAN, CHIEF, ANH, SILENT)]
    steps.import_list(story.officer, story.folder, "tasks", "công việc được giao", rows)


def period_is_opened(story: Story) -> None:
    """Readiness says who is in, who is out and why, and what is missing."""
    officer = story.officer
    steps.open_period(officer)
    says(
        officer,
        "Mai Văn Tư",
        "Ngô Đình Long",
        "Chưa ghi nhận người đứng đầu",
        AWAY.name,
        "Thuộc kỳ nhưng còn thiếu",
    )
    press(officer, "Mở kỳ tháng")
    says(officer, "Đã mở kỳ", "6 phiếu", "Ngoài kỳ, và vì sao", "Mai Văn Tư")
    assert Sheet.objects.count() == 6


def report_and_submit(story: Story) -> None:
    """The work is there already; report, mark, watch the score grow, submit, withdraw, submit again."""
    ngoc = story[NGOC]
    to_do(ngoc, "Lập và nộp phiếu tháng")
    says(ngoc, MONTHLY, LIST, "Giao 4", "hệ số 2", "chưa ghi kết quả")
    total = ngoc.page.locator("#tong-tam-tinh")
    before = total.inner_text()
    steps.report_in_full(ngoc, MONTHLY, "Báo cáo 12/BC")
    steps.report(ngoc, LIST, PARTLY, "Tờ trình 7/TTr")
    reported = total.inner_text()
    assert before != reported, "the score moves with the work"
    steps.mark(ngoc)
    assert total.inner_text() not in (before, reported), "and with the marks"
    ngoc.page.get_by_label("Ưu điểm").fill("Hoàn thành đủ số lượng.")
    ngoc.page.get_by_label("Hạn chế, khuyết điểm").fill("Một hồ sơ chậm.")
    ngoc.accessible()
    steps.submit(ngoc)
    says(ngoc, "Mã biên nhận", CHIEF.name)
    follow(ngoc, "Xem phiếu, rút lại")
    press(ngoc, "Rút lại phiếu để sửa")
    says(ngoc, "Đã rút lại phiếu")
    steps.submit(ngoc)
    says(ngoc, "Lần nộp", "2")


def colleague_and_chief_submit(story: Story) -> None:
    """Others hand in theirs."""
    for person in (ANH, CHIEF):
        to_do(story[person], "Lập và nộp phiếu tháng")
        steps.report_in_full(story[person], DIGEST, "Báo cáo 30/BC")
        steps.mark(story[person], lowered=(0, 3))
        steps.submit(story[person])


def chief_returns_and_confirms(story: Story) -> None:
    """One table; open, return with a reason; the person resubmits; judge, comment, confirm."""
    chief, ngoc, sheet = story[CHIEF], story[NGOC], story.sheet(NGOC)
    nobody_confirms_the_own_sheet(story)
    to_do(chief, "chờ ông/bà nhận xét, xác nhận")
    says(chief, NGOC.name, ANH.name, "1 lần không đạt chất lượng", "Nêu nguyên nhân khách quan")
    follow(chief, NGOC.name)
    press(chief, "Mở phiếu để đánh giá")
    ngoc.go(f"/phieu/{sheet.pk}/")
    assert not ngoc.page.get_by_role("button", name="Rút lại").count(), "opened: no way back"
    unfold(chief, "Trả lại để người nộp bổ sung")
    chief.page.get_by_label("Lý do trả lại").fill("Bổ sung số công văn của sở.")
    press(chief, "Trả lại phiếu")
    says(chief, "Đã trả lại phiếu")
    to_do(ngoc, "được trả lại, cần bổ sung")
    says(ngoc, "Bổ sung số công văn của sở.")
    ngoc.page.get_by_label("Hạn chế, khuyết điểm").fill("Một hồ sơ chậm do chờ công văn 215/SXD.")
    steps.submit(ngoc)
    assert Submission.objects.filter(sheet=sheet, part="self").count() == 3
    open_page(chief, f"/danh-gia/phieu/{sheet.pk}/")
    press(chief, "Mở phiếu để đánh giá")
    task = f"tasks.{story.code}-{NGOC.code}-02"
    judged = {
        f"{task}.quality_errors": "2",
        f"{task}.late_excused": "1",
        f"{task}.note": "Thêm một hồ sơ thiếu bản vẽ; chậm do sở trả lời muộn.",
        "comment": "Cố gắng, cần rà kỹ hồ sơ trước khi trình.",
    }
    steps.fill_judgement(chief, judged)
    says(chief, "Tổng điểm theo đánh giá")
    press(chief, "Xác nhận kết quả")
    says(chief, "Đã xác nhận kết quả")
    confirm_in_the_table(story)


def nobody_confirms_the_own_sheet(story: Story) -> None:
    """The chief's own sheet is not found among those to evaluate, and a forged confirmation is refused."""
    own, chief = story.sheet(CHIEF), story[CHIEF]
    assert own.evaluator.code == CHAIRMAN.code
    chief.go(f"/danh-gia/phieu/{own.pk}/")
    says(chief, "Không tìm thấy")
    token = next(c["value"] for c in chief.context.cookies() if c["name"] == "csrftoken")
    for act in ("mo", "xac-nhan", "tra-lai", "lap-thay"):
        answer = chief.context.request.post(
            f"{chief.origin}/danh-gia/phieu/{own.pk}/{act}/",
            form={"version": own.version, "comment": "Tự xác nhận", "csrfmiddlewaretoken": token},
        )
        assert answer.status == 404, (act, answer.status)
    own.refresh_from_db()
    assert own.state == Sheet.State.SUBMITTED


def confirm_in_the_table(story: Story) -> None:
    """A sheet with nothing to look at is confirmed from the table, after a summary."""
    chief = story[CHIEF]
    open_page(chief, f"/danh-gia/{story.sheet(ANH).cycle_id}/")
    chief.page.get_by_label(f"Chọn phiếu của {ANH.name}").check()
    chief.page.get_by_label("Ý kiến nhận xét chung").fill("Nhất trí với phần tự đánh giá.")
    press(chief, "Xem lại trước khi xác nhận")
    says(chief, "1 phiếu", ANH.name)
    press(chief, "Xác nhận 1 phiếu")
    says(chief, "Đã xác nhận 1 phiếu")


def head_goes_up(story: Story) -> None:
    """The head of the agency is judged by the head of the managing agency, with leadership factors."""
    chairman = story[CHAIRMAN]
    to_do(chairman, "chờ ông/bà nhận xét, xác nhận")
    follow(chairman, CHIEF.name)
    press(chairman, "Mở phiếu để đánh giá")
    says(chairman, "Kết quả lãnh đạo, quản lý (Điều 15)")
    for factor, value in (("unit_results", "100"), ("organising", "50"), ("solidarity", "100")):
        chairman.page.locator(f'[name="leadership_factors.{factor}"][value="{value}"]').check()
    reason = {"factor_reasons.organising": "Phân công còn chậm.", "comment": "Cần phân công sớm hơn."}
    steps.fill_judgement(chairman, reason)
    press(chairman, "Xác nhận kết quả")
    says(chairman, "Đã xác nhận kết quả")
    assert story.sheet(CHAIRMAN).evaluator.code == CITY_HEAD.code


def exceptions(story: Story) -> None:
    """A missing sheet is exempted, one entered by the evaluator, one extended: each with its reason."""
    officer, chief, cycle = story.officer, story[CHIEF], story.sheet(NGOC).cycle_id
    open_page(officer, f"/to-chuc/ky/{cycle}/khoa/")
    says(officer, "Còn vướng 3 phiếu", AWAY.name, SILENT.name, CHAIRMAN.name)
    assert not officer.page.get_by_role("button", name="Khóa").count()
    steps.make_exception(officer, f"Miễn {AWAY.name}", "Nghỉ ốm dài ngày.", "Miễn lập phiếu kỳ này")
    steps.make_exception(officer, f"Cho lập thay {SILENT.name}", "Không nộp dù đã nhắc.", "Cho phép lập phần còn thiếu")
    steps.make_exception(officer, f"Gia hạn {CHAIRMAN.name}", "Đi công tác.", "Gia hạn phiếu", until=place.soon(9))
    open_page(chief, f"/danh-gia/{cycle}/")
    follow(chief, SILENT.name)
    follow(chief, "Lập phần còn thiếu")
    task = f"tasks.{story.code}-{SILENT.code}-01"
    entry = {f"{task}.{name}": "3" for name in ("completed", "quality_met", "on_time")}
    marks = {str(i.get_attribute("name")): "2" for i in chief.page.locator('[name^="marks."]').all()}
    assert len(marks) == 10
    note = {f"{task}.note": "Theo sổ theo dõi của phòng.", "comment": "Lập theo hồ sơ của phòng."}
    steps.fill_judgement(chief, entry | marks | note)
    press(chief, "Lập và xác nhận kết quả")
    says(chief, "Đã lập và xác nhận kết quả")


def close(story: Story) -> dict[str, Any]:
    """Nothing stops the closing any more; the chain heads are downloaded."""
    officer = story.officer
    open_page(officer, f"/to-chuc/ky/{story.sheet(NGOC).cycle_id}/khoa/")
    says(officer, "Không còn phiếu nào vướng", CHAIRMAN.name)
    press(officer, "Khóa tháng")
    says(officer, "Đã khóa kỳ")
    saved = steps.download(officer, "Tải tệp đầu chuỗi", story.folder)
    heads: dict[str, Any] = json.loads(saved.read_text(encoding="utf-8"))
    assert heads["chains"]
    return heads
