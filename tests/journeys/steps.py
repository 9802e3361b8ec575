"""Steps of the month as people take them in the browser. Every page they come to is checked with axe-core."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.journeys.conftest import PASSWORD, Visitor
from tests.journeys.place import Listed, filled, soon, this_month
from thuocdo.appraisals.models import Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def press(who: Visitor, name: str, *, exact: bool = False) -> None:
    """Press a button; the page that comes is checked."""
    who.arrive("button", name, exact=exact)
    who.accessible()


def follow(who: Visitor, name: str, *, exact: bool = False) -> None:
    """Follow a link; the page that comes is checked."""
    who.arrive("link", name, exact=exact)
    who.accessible()


def open_page(who: Visitor, path: str) -> None:
    """Open an address; the page is checked."""
    who.go(path)
    who.accessible()


def says(who: Visitor, *texts: str) -> None:
    """The page says all of this."""
    words = who.page.inner_text("main")
    for text in texts:
        assert text.lower() in words.lower(), f"{who.page.url} does not say “{text}”:\n{words}"


def unfold(who: Visitor, summary: str) -> None:
    """Open a folded part of the page."""
    who.page.locator("summary", has_text=summary).first.click()


def download(who: Visitor, name: str, folder: Path) -> Path:
    """Follow a link that gives a file, and keep the file."""
    with who.page.expect_download() as waiting:
        who.tap("link", name)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def import_list(
    who: Visitor, folder: Path, kind: str, title: str, rows: Sequence[Mapping[str, str]], scope: str = "TP"
) -> None:
    """Take the template from the page, fill it in, upload it, look at the preview, apply it."""
    open_page(who, "/to-chuc/nhap-du-lieu/")
    with who.page.expect_download() as waiting:
        who.page.locator(f'a[href$="/mau/{kind}.xlsx"]').click()
    template = folder / waiting.value.suggested_filename
    waiting.value.save_as(template)
    who.page.get_by_label(title).check()
    who.page.get_by_label("Phạm vi").select_option(scope)
    content = filled(template, rows)
    who.page.set_input_files("#file", {"name": f"{kind}.xlsx", "mimeType": XLSX, "buffer": content})
    press(who, "Xem trước")
    says(who, "Chưa có gì được ghi", f"{len(rows)} dòng")
    press(who, "Áp dụng các dòng được chọn")
    says(who, "Đã áp dụng tệp")


def issue_links(who: Visitor) -> dict[str, str]:
    """One-time links for everybody who waits for a password: path by staff code."""
    open_page(who, "/to-chuc/tai-khoan/")
    press(who, "hiện để in")
    lines = who.page.locator("ul.rows li").all_inner_texts()
    return {
        re.search(r"\b[A-Z]{2}\d{3}\b", line)[0]: re.search(r"/kich-hoat/[\w-]+/", line)[0]  # type: ignore[index]
        for line in lines
    }


def set_password(who: Visitor, path: str, person: Listed) -> None:
    """The person opens the link, chooses a password and signs in with it."""
    open_page(who, path)
    says(who, person.name)
    who.page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    who.page.get_by_label("Nhập lại mật khẩu mới").fill(PASSWORD)
    press(who, "Đặt mật khẩu")
    who.sign_in(person.code.lower())
    who.accessible()


def assign(who: Visitor, person: Listed, title: str) -> None:
    """The task giver gives one product with its deadline."""
    open_page(who, "/giao-viec/")
    follow(who, person.name)
    for label, text in (
        ("Tên sản phẩm, công việc", title),
        ("Hệ số quy đổi", "2"),
        ("Số lượng giao", "4"),
        ("Hạn hoàn thành", f"28/{this_month():%m/%Y}"),
    ):
        who.page.get_by_label(label).fill(text)
    press(who, "Giao công việc")
    says(who, f"Đã giao “{title}”")


def open_period(who: Visitor) -> None:
    """Deadlines, then who is in, who is out and why; then the period is opened."""
    open_page(who, "/to-chuc/ky/")
    follow(who, "Mở kỳ mới")
    who.page.get_by_label("Đơn vị").select_option(label="Phường Bồ Đề")
    who.page.get_by_label("Hạn nộp phiếu: ngày").fill(soon(2))
    who.page.get_by_label("Hạn xác nhận: ngày").fill(soon(6))
    press(who, "Rà soát trước khi mở")


def report_in_full(who: Visitor, title: str, evidence: str) -> None:
    """One task done in full, with its evidence."""
    box = who.page.locator(".task", has_text=title)
    box.locator("summary").click()
    box.get_by_label("Minh chứng").fill(evidence)
    box.get_by_role("button", name="Xong đủ, đạt, đúng hạn").click()
    box.get_by_text("đã ghi", exact=True).wait_for()


def report(who: Visitor, title: str, values: Mapping[str, str], evidence: str) -> None:
    """One task reported number by number."""
    box = who.page.locator(".task", has_text=title)
    box.locator("summary").click()
    for label, text in {**values, "Minh chứng": evidence}.items():
        box.get_by_label(label, exact=True).fill(text)
    box.get_by_role("button", name="Ghi kết quả đã nhập").click()
    box.get_by_text("đã ghi", exact=True).wait_for()


def mark(who: Visitor, lowered: Sequence[int] = (0,)) -> None:
    """A tap for each general criterion: its maximum, and one step less for the `lowered` ones."""
    groups = who.page.locator(".quick")
    for index in range(groups.count()):
        buttons = groups.nth(index).get_by_role("button")
        buttons.nth(buttons.count() - (2 if index in lowered else 1)).click()
    running = who.page.locator("#dang-tinh")
    running.filter(has_text="Đã lưu nháp lúc").filter(has_not_text="tiêu chí chưa chấm").wait_for()


def submit(who: Visitor) -> None:
    """Look at the answers, then file them."""
    press(who, "Xem lại trước khi nộp")
    who.page.wait_for_url("**/xem-lai/")
    press(who, "Nộp phiếu tháng")
    who.page.wait_for_url("**/bien-nhan/")


def to_do(who: Visitor, name: str) -> None:
    """From the list of things to do."""
    open_page(who, "/")
    follow(who, name)


def fill_judgement(who: Visitor, values: Mapping[str, Any]) -> None:
    """Type into the judgement form and wait until the draft is kept."""
    for name, text in values.items():
        who.page.locator(f'[name="{name}"]').fill(str(text))
    who.page.get_by_label("Ý kiến nhận xét").first.blur()
    who.page.wait_for_load_state("networkidle")


def make_exception(who: Visitor, link: str, reason: str, button: str, **fields: str) -> None:
    """From the closing page: one exception with its reason."""
    period = str(Sheet.objects.latest("pk").cycle_id)
    open_page(who, f"/to-chuc/ky/{period}/khoa/")
    follow(who, link)
    for name, text in fields.items():
        who.page.locator(f"#{name}").fill(text)
    who.page.get_by_label("Lý do").fill(reason)
    press(who, button)
    says(who, "kèm lý do")


def total_of(who: Visitor) -> str:
    """The total on the bill, as people read it."""
    return who.page.locator('[data-role="total"]').first.inner_text()
