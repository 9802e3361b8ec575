"""Difficulties with the rules in a real browser: raised, merged, answered, published, seen, reviewed at year's end."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast, build_cast
from tests.factories import months
from tests.factories.people import give_role, make_person
from tests.journeys.conftest import Visitor
from tests.journeys.people import may_sign_in
from tests.journeys.steps import download, follow, open_page, press, says, unfold
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation
from thuocdo.difficulties.models import Difficulty
from thuocdo.organisation.models import Role

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = "/quy-tac/state/nd-335-2025/"


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR = tmp_path / "heads"
    made = build_cast()
    give_role(make_person("TP003", "Hồ Thị Xuân", made.city), made.city, Role.Kind.OFFICER)
    may_sign_in()
    for person in (made.officer_appraised, made.colleague):
        months.make_task(person, made.economy, giver=made.task_giver.user)
    return made


@pytest.fixture
def result(cast: Cast) -> Confirmation:
    """The confirmed month of the employee, in the year in which the test runs."""
    at = timezone.now()
    cycle = actions.open_cycle(
        root_id=cast.ward.pk,
        kind="month",
        year=2026,
        number=2,
        choices={},
        by=cast.organisation_officer.user,
        at=at,
        submit_by=at,
        confirm_by=at,
    )
    return months.confirmed(cycle, cast.officer_appraised, at)


def shot(who: Visitor, size: str, name: str) -> None:
    """A picture for those who look at the pages."""
    who.picture(f"{size}-{name}")


def fill(who: Visitor, **typed: str) -> None:
    """Type into fields by their id."""
    for name, text in typed.items():
        who.page.locator(f"#{name}").fill(text)


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.long(24)
def test_from_a_doubt_to_the_yearly_review(
    visitors: Any, cast: Cast, result: Confirmation, tmp_path: Path, on_phone: bool
) -> None:
    size = "phone" if on_phone else "desktop"
    me, colleague = visitors(phone=on_phone), visitors(phone=on_phone)
    officer, above = visitors(phone=on_phone), visitors(phone=on_phone)

    # One raises it from “Vì sao?”, first forgetting the line; the other from the rulebook, on the article.
    me.sign_in(cast.officer_appraised.user.username)
    open_page(me, reverse("why", args=[result.sheet_id]))
    follow(me, "Nêu vướng mắc")
    fill(me, text="Điểm sát ngưỡng được so trước hay sau khi làm tròn?")
    press(me, "Gửi vướng mắc")
    says(me, "chưa chọn", "Nội dung đã nhập vẫn còn nguyên")
    assert me.page.locator("#text").input_value().startswith("Điểm sát ngưỡng")
    shot(me, size, "raise-refused")
    me.page.locator("#line").select_option("band")
    press(me, "Gửi vướng mắc")
    says(me, "đã gửi vướng mắc", cast.ward.name, "chờ trả lời")
    shot(me, size, "own")
    colleague.sign_in(cast.colleague.user.username)
    open_page(colleague, BOOK)
    follow(colleague, "Nêu vướng mắc về Điều 17 khoản 1 Nghị định 335/2025/NĐ-CP")
    shot(colleague, size, "raise")
    fill(colleague, text="69,995 điểm xếp vào mức nào?", proposal="Nên ghi rõ trong quy chế.")
    press(colleague, "Gửi vướng mắc")
    mine = Difficulty.objects.get(author=cast.officer_appraised.user)
    other = Difficulty.objects.get(author=cast.colleague.user)

    # The officer finds both, merges one into the other, sends it up and takes it back.
    officer.sign_in(cast.organisation_officer.user.username)
    open_page(officer, "/")
    follow(officer, "2 vướng mắc về quy tắc chờ trả lời")
    shot(officer, size, "list")
    open_page(officer, reverse("difficulty_handle", args=[other.pk]))
    unfold(officer, "Gộp vào vướng mắc khác")
    officer.page.locator("#into").select_option(str(mine.pk))
    press(officer, "Gộp", exact=True)
    says(officer, f"đã gộp vào vướng mắc số {mine.pk}")
    open_page(officer, reverse("difficulty_handle", args=[mine.pk]))
    unfold(officer, "Gửi cấp trên")
    fill(officer, up_reason="Cần hướng dẫn thống nhất của thành phố.")
    press(officer, "Gửi lên")
    says(officer, f"đang ở {cast.city.name}", "ông/bà theo dõi ở đây")
    above.sign_in("tp003")
    open_page(above, reverse("difficulties_to_handle"))
    says(above, "chờ trả lời (1)")
    unfold(officer, "Lấy lại")
    fill(officer, back_reason="Thành phố đã có công văn.")
    press(officer, "Lấy lại", exact=True)
    shot(officer, size, "handle")

    # Answered, then published in words of its own.
    press(officer, "Gửi trả lời")
    says(officer, "chưa ghi")
    fill(officer, answer="So trên điểm chính xác, không làm tròn; áp dụng cho cả tháng đã qua.")
    press(officer, "Gửi trả lời")
    says(officer, "người nêu đã được thông báo")
    fill(officer, question="Điểm sát ngưỡng được so thế nào?", reading="So trên điểm chính xác.", start="01/01/2026")
    shot(officer, size, "publish")
    press(officer, "Công bố", exact=True)
    says(officer, "đã công bố cách hiểu")
    shot(officer, size, "published")

    # Both authors see the answer; everybody else only the reading.
    open_page(me, "/")
    says(me, f"Vướng mắc số {mine.pk} ông/bà đã nêu: {cast.ward.name} đã công bố cách hiểu")
    open_page(colleague, reverse("difficulty", args=[other.pk]))
    says(colleague, "trả lời của số đó cũng là trả lời cho vướng mắc này", "không làm tròn", "So trên điểm chính xác")
    shot(colleague, size, "merged")
    open_page(colleague, BOOK)
    says(colleague, "So trên điểm chính xác.")
    shot(colleague, size, "reader")
    reader = visitors(phone=on_phone)
    reader.sign_in(cast.task_giver.user.username)
    open_page(reader, "/vuong-mac/?tim=lam+tron")
    says(reader, "không có cách hiểu nào khớp")
    open_page(reader, "/vuong-mac/?tim=diem+chinh+xac")
    shot(reader, size, "overview")
    follow(reader, f"Vướng mắc số {mine.pk}")
    says(reader, "Điểm sát ngưỡng được so thế nào?")
    assert cast.officer_appraised.full_name not in reader.page.inner_text("main")
    assert "trước hay sau khi làm tròn" not in reader.page.inner_text("main")
    shot(reader, size, "public")

    # The yearly review, on the screen and as a file.
    open_page(officer, "/to-chuc/vuong-mac/")
    follow(officer, "Rà soát hằng năm")
    year = datetime.now(tz=timezone.get_current_timezone()).year
    says(officer, f"Rà soát bộ tiêu chí năm {year}", "2 vướng mắc được nêu trong năm", "cùng 1 vướng mắc khác")
    says(officer, "dưới 5" if year == 2026 else "chưa có kết quả nào được xác nhận")
    shot(officer, size, "review")
    assert download(officer, "Tải danh sách", tmp_path).stat().st_size > 3000
