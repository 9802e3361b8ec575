"""The acts of the year on the pages, by the people whose acts they are; the clock of the server is the story's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.journeys import steps
from tests.journeys.conftest import PASSWORD, Visitor
from tests.journeys.steps import follow, open_page, press, says, unfold
from tests.story.acts import (
    ANSWERED,
    ASKED,
    LEAVE,
    MERGED,
    MERGED_NAME,
    MERGED_ON,
    MOVED_ON,
    NEW_HEAD_ON,
    WHY_NEW_HEAD,
    Acts,
)
from tests.story.clock import after, within
from tests.story.founding import let_in
from tests.story.office import Office
from tests.story.people import (
    CHAIRMAN,
    CITY_OFFICER,
    COSTS_HEAD,
    DEPARTMENT_OFFICER,
    ECONOMY_DEPUTY,
    ECONOMY_HEAD,
    MOTHER,
    MOVER,
    PETITIONER,
    WARD_OFFICER,
    Who,
)
from tests.story.routine import Routine
from thuocdo.appraisals.models import Confirmation, Petition
from thuocdo.organisation.models import Employment

ACTORS = (
    CHAIRMAN,
    CITY_OFFICER,
    DEPARTMENT_OFFICER,
    ECONOMY_DEPUTY,
    ECONOMY_HEAD,
    MOTHER,
    PETITIONER,
    WARD_OFFICER,
)
SetClock = Callable[[datetime], None]


class InBrowser(Acts):
    """Each act in a window of its own, signed in as the person who acts, at the moment of the story."""

    def __init__(self, routine: Routine, office: Office, visitors: Any, set_clock: SetClock, folder: Any) -> None:
        super().__init__(routine, office)
        self.visitors, self.set_clock, self.folder = visitors, set_clock, folder
        for one in ACTORS:
            let_in(routine.user(one.code), PASSWORD)

    def window(self, who: Who, at: datetime) -> Visitor:
        """The person's browser, signed in at that moment."""
        self.set_clock(at)
        visitor: Visitor = self.visitors()
        visitor.sign_in(who.code.lower())
        return visitor

    def maternity(self) -> None:
        officer = self.window(WARD_OFFICER, within(3, 25, 15))
        row = {"Mã cán bộ": MOTHER.code, "Loại vắng": "nghỉ thai sản", "Từ ngày": f"{LEAVE[0]:%d/%m/%Y}",
               "Đến ngày": f"{LEAVE[1]:%d/%m/%Y}"}  # fmt: skip
        steps.import_list(officer, self.folder, "absences", "Thời gian vắng", [row], scope="P")
        asked = f"?root={self.routine.unit('P')}&kind=month&number=4&year=2026&submit_by=03/05/2026"
        open_page(
            officer, f"/to-chuc/ky/mo/ra-soat/{asked}&submit_by_time=17:00&confirm_by=08/05/2026&confirm_by_time=17:00"
        )
        says(officer, MOTHER.name, "Vắng cả kỳ (nghỉ thai sản)")

    def merger(self) -> None:
        officer = self.window(DEPARTMENT_OFFICER, within(6, 29, 9))
        open_page(officer, "/to-chuc/co-cau/sap-xep/")
        officer.page.get_by_label("Phạm vi").select_option(label="Sở Xây dựng")
        for field, text in (
            ("title", "Hợp nhất hai phòng"),
            ("decision", "45/QĐ-SXD"),
            ("decided_on", "22/06/2026"),
            ("start", f"{MERGED_ON:%d/%m/%Y}"),
        ):
            officer.page.locator(f"#{field}").fill(text)
        press(officer, "Soạn phương án")
        for old in ("S-QH", "S-KT"):
            for field, text in (("old", old), ("code", MERGED), ("name", MERGED_NAME)):
                officer.page.locator(f"#{field}").fill(text)
            officer.page.locator("#kind").select_option("component")
            press(officer, "Thêm dòng")
        says(officer, "sẽ có 2 người đứng đầu")
        officer.page.locator("#placements").fill(f"{COSTS_HEAD.code}; S-KT; {MERGED}; Phó Trưởng phòng; cấp phó")
        press(officer, "Ghi bố trí")
        says(officer, "Nghị định 335 không nêu ai đánh giá tháng có thay đổi đơn vị", "6 phiếu chưa xác nhận")
        officer.page.locator("#month_rule").select_option("new")
        officer.page.locator("#month_reason").fill("Hai trưởng phòng đã thống nhất.")
        press(officer, "Ghi lựa chọn")
        press(officer, "Áp dụng phương án")
        says(officer, "đã áp dụng")
        for day, name in (("30/06/2026", "Phòng Kinh tế xây dựng"), ("01/07/2026", MERGED_NAME)):
            open_page(officer, f"/to-chuc/co-cau/?goc={self.routine.unit('S')}&ngay={day}")
            says(officer, name)

    def petition(self) -> None:
        old = self.routine.result(PETITIONER.code, 6)
        author = self.window(PETITIONER, after(6, 13))
        open_page(author, f"/phieu/{old.sheet_id}/vi-sao/")
        contested = steps.total_of(author)
        follow(author, "Gửi kiến nghị")
        author.page.get_by_label("Nội dung kiến nghị").fill(ASKED)
        press(author, "Gửi kiến nghị")
        says(author, "7 ngày làm việc", ASKED)
        chairman = self.window(CHAIRMAN, after(6, 17))
        steps.to_do(chairman, "Trả lời kiến nghị")
        unfold(chairman, "Sửa bằng một kết quả mới")
        task = f"tasks.{self.routine.tasks(PETITIONER.code, 6)[0].code}"
        steps.fill_judgement(
            chairman,
            {
                f"{task}.quality_errors": "0",
                f"{task}.note": "Bản vẽ có trong hồ sơ.",
                "comment": "Đã xem lại hồ sơ.",
                "answer": ANSWERED,
            },
        )
        press(chairman, "Sửa bằng kết quả mới và trả lời")
        says(chairman, "Đã sửa bằng kết quả mới", "Kết quả cũ, đã được thay và được giữ lại")
        self.set_clock(after(6, 17, 15))
        author = self.window(PETITIONER, after(6, 17, 15))
        open_page(author, f"/phieu/{old.sheet_id}/vi-sao/")
        says(author, "bản 2, thay bản trước", CHAIRMAN.name)
        assert steps.total_of(author) != contested
        assert Petition.objects.get(confirmation=old).state == Petition.State.CORRECTED
        assert Confirmation.objects.filter(sheet=old.sheet).count() == 2

    def move(self) -> None:
        city = self.window(CITY_OFFICER, within(8, 28, 10))
        self._change_post(city, MOVER, "Phòng Hạ tầng kỹ thuật", "Chuyên viên", "none", f"{MOVED_ON:%d/%m/%Y}")

    def send_along(self, who: Who, old: str, new: str, receiver: Who, month: int, day: int) -> None:
        """Of the mover on the pages; of the head who left for the city as routine."""
        if who is not MOVER:
            super().send_along(who, old, new, receiver, month, day)
            return
        sender = self.window(WARD_OFFICER, after(month, day))
        steps.to_do(sender, "Gửi kết quả của 1 người đã chuyển đi")
        says(sender, who.name, f"{len(self.routine.ledger.months(who.code))} kết quả")
        press(sender, "Gửi", exact=True)
        says(sender, "nơi đó đọc được sau khi xác nhận đã nhận")
        new_place = self.window(receiver, after(month, day, 14))
        steps.to_do(new_place, "chờ xác nhận đã nhận")
        follow(new_place, who.name)
        says(new_place, "chỉ mở cho nơi nhận sau khi xác nhận đã nhận")
        press(new_place, "Đã nhận", exact=True)
        says(new_place, "Đã nhận. Từ nay")

    def new_head(self) -> None:
        city, day = self.window(CITY_OFFICER, after(9, 1, 9)), f"{NEW_HEAD_ON:%d/%m/%Y}"
        self._change_post(city, ECONOMY_HEAD, "Sở Nội vụ", "Chuyên viên chính", "none", day)
        self._change_post(city, ECONOMY_DEPUTY, "Phòng Kinh tế, Hạ tầng và Đô thị", "Trưởng phòng", "head", day)

    def _change_post(self, city: Visitor, who: Who, unit: str, position: str, leadership: str, start: str) -> None:
        post = Employment.objects.get(person__code=who.code, end=None)
        open_page(city, f"/to-chuc/nguoi/{self.routine.persons[who.code]}/sua/")
        unfold(city, "Chuyển hoặc sửa vị trí")
        city.page.locator(f"#p{post.pk}unit").select_option(label=unit)
        city.page.locator(f"#p{post.pk}position").fill(position)
        city.page.locator(f"#p{post.pk}leadership").select_option(leadership)
        city.page.locator(f"#p{post.pk}start").fill(start)
        press(city, "Ghi từ ngày này")
        says(city, "Đã ghi thay đổi")
        open_page(city, f"/to-chuc/nguoi/{self.routine.persons[who.code]}/")
        says(city, unit, f"từ {start}")

    def hand_over(self) -> None:
        sheet = self.routine.sheet(PETITIONER.code, 9)
        former = self.window(ECONOMY_HEAD, after(9, 2, 14))
        open_page(former, f"/danh-gia/phieu/{sheet.pk}/")
        says(former, "Không có quyền")
        officer = self.window(WARD_OFFICER, after(9, 3))
        steps.to_do(officer, "chờ người không còn đứng đầu nơi đánh giá")
        says(officer, PETITIONER.name, ECONOMY_DEPUTY.name)
        for code in (PETITIONER.code, ECONOMY_DEPUTY.code):
            open_page(officer, f"/to-chuc/ky/phieu/{self.routine.sheet(code, 9).pk}/nguoi-danh-gia/")
            officer.page.get_by_label("Lý do").fill(WHY_NEW_HEAD)
            press(officer, "Chuyển người đánh giá")
            says(officer, "kèm lý do")
        new = self.window(ECONOMY_DEPUTY, after(9, 3, 11))
        open_page(new, f"/danh-gia/phieu/{sheet.pk}/")
        says(new, PETITIONER.name)
        owner = self.window(PETITIONER, after(9, 3, 12))
        open_page(owner, f"/phieu/{sheet.pk}/")
        says(owner, WHY_NEW_HEAD, ECONOMY_DEPUTY.name)
