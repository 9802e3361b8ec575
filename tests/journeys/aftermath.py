"""After the month is closed: petitions, both ways to answer them, the year's draft and the printed forms."""

from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from pypdf import PdfReader

from tests.journeys import place, steps
from tests.journeys.conftest import Visitor
from tests.journeys.place import ANH, CHAIRMAN, CHIEF, NGOC, this_month
from tests.journeys.steps import follow, open_page, press, says, to_do, unfold
from thuocdo.appraisals.models import Confirmation, Petition, Sheet


class Story:
    """The windows of the people of the story."""

    def __init__(self, visitors: Any, phone: bool, folder: Path) -> None:
        self.make = lambda: visitors(phone=phone)
        self.folder = folder
        self.size = "phone" if phone else "desktop"
        self.officer: Visitor = self.make()
        self.window: dict[str, Visitor] = {}
        self.code = f"{this_month():%Y%m}"

    def __getitem__(self, person: place.Listed) -> Visitor:
        return self.window[person.code]

    def sheet(self, person: place.Listed) -> Sheet:
        return Sheet.objects.select_related("cycle").get(person__code=person.code)


def petition(story: Story, person: place.Listed, text: str) -> str:
    """The person is notified, opens “Vì sao?” and petitions. Returns the total contested."""
    who = story[person]
    open_page(who, "/")
    with who.page.expect_navigation():
        who.page.locator("#thong-bao ~ ul a", has_text="xác nhận").first.click()
    if "/vi-sao/" not in who.page.url:
        follow(who, "Vì sao được số điểm này?")
    who.accessible()
    says(who, "chưa phải xếp loại", "Điều 14", CHIEF.name)
    total = steps.total_of(who)
    follow(who, "Gửi kiến nghị")
    who.page.get_by_label("Nội dung kiến nghị").fill(text)
    press(who, "Gửi kiến nghị")
    says(who, "7 ngày làm việc", text)
    return total


def petition_corrected(story: Story) -> None:
    """The authority corrects by a new version, which replaces the old one and keeps it."""
    contested = petition(story, NGOC, "Hồ sơ thứ hai có bản vẽ kèm theo, không phải lỗi chất lượng.")
    chairman, ngoc, sheet = story[CHAIRMAN], story[NGOC], story.sheet(NGOC)
    to_do(chairman, "Trả lời kiến nghị")
    unfold(chairman, "Sửa bằng một kết quả mới")
    task = f"tasks.{story.code}-{NGOC.code}-02"
    steps.fill_judgement(
        chairman,
        {
            f"{task}.quality_errors": "1",
            f"{task}.note": "Bản vẽ có trong hồ sơ; chậm do sở trả lời muộn.",
            "comment": "Kết quả sau khi xem lại hồ sơ.",
            "answer": "Chấp nhận: hồ sơ thứ hai đủ bản vẽ.",
        },
    )
    press(chairman, "Sửa bằng kết quả mới và trả lời")
    says(chairman, "Đã sửa bằng kết quả mới", "Kết quả cũ, đã được thay và được giữ lại")
    old, new = Confirmation.objects.filter(sheet=sheet).order_by("number")
    assert (old.number, new.number, new.replaces_id) == (1, 2, old.pk)
    assert old.score != new.score
    open_page(ngoc, f"/phieu/{sheet.pk}/vi-sao/")
    says(ngoc, "bản 2, thay bản trước", CHAIRMAN.name)
    assert steps.total_of(ngoc) != contested
    follow(ngoc, "Xem kiến nghị và trả lời")
    says(ngoc, "Chấp nhận: hồ sơ thứ hai đủ bản vẽ.")


def petition_upheld(story: Story) -> None:
    """Another petition is answered by keeping the result, with reasons."""
    contested = petition(story, ANH, "Đề nghị xem lại điểm tiêu chí thứ nhất.")
    chairman, anh = story[CHAIRMAN], story[ANH]
    to_do(chairman, "Trả lời kiến nghị")
    chairman.page.get_by_label("Lý do giữ nguyên").fill("Điểm đúng như phiếu tự chấm của ông/bà.")
    press(chairman, "Giữ nguyên và trả lời")
    says(chairman, "giữ nguyên kết quả")
    sheet = story.sheet(ANH)
    open_page(anh, f"/phieu/{sheet.pk}/kien-nghi/")
    says(anh, "Điểm đúng như phiếu tự chấm của ông/bà.")
    open_page(anh, f"/phieu/{sheet.pk}/vi-sao/")
    assert steps.total_of(anh) == contested
    assert set(Petition.objects.values_list("state", flat=True)) == {"corrected", "upheld"}


def papers(story: Story) -> None:
    """The year is a draft that lists the missing months; Mẫu 01 comes as PDF and DOCX with name and total."""
    ngoc, sheet = story[NGOC], story.sheet(NGOC)
    open_page(ngoc, f"/nam/{this_month().year}/")
    missing = ", ".join(str(m) for m in range(1, 13) if m != this_month().month)
    says(ngoc, "dự thảo", f"Còn thiếu kết quả của tháng {missing}.")
    open_page(ngoc, f"/phieu/{sheet.pk}/")
    shown = ngoc.page.locator("dd b", has_text="điểm").first.inner_text().removesuffix(" điểm")
    pdf = steps.download(ngoc, "Mẫu 01 (PDF)", story.folder).read_bytes()
    words = {"pdf": " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)}
    document = Document(str(steps.download(ngoc, "Mẫu 01 (Word)", story.folder)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words["docx"] = " ".join([*(p.text for p in document.paragraphs), *cells])
    for kind, text in words.items():
        plain = " ".join(text.split())
        assert NGOC.name in plain, f"{kind}: {plain[:500]}"
        assert shown in plain, f"{kind}: {shown} not in {plain}"
