"""The pages of rules in a real browser: library, reader, comparison, a case run, a fictional sheet, what-if."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import Visitor
from tests.journeys.people import cast_with_passwords
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS, OLDER, PARTY = "state/nd-335-2025", "state/nd-90-2020-nd-48-2023", "party/qd-366-2025"
LIMIT = 100_000


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR = tmp_path / "heads"
    made = cast_with_passwords()
    for person in (made.officer_appraised, made.colleague):
        months.make_task(person, made.economy, giver=made.task_giver.user)
    return made


@pytest.fixture
def closed(cast: Cast) -> Cycle:
    at, officer = timezone.now(), cast.organisation_officer
    cycle = actions.open_cycle(
        root_id=cast.ward.pk, kind="month", year=2026, number=2, choices={}, by=officer.user, at=at,
        submit_by=at, confirm_by=at,
    )  # fmt: skip
    for person in (cast.officer_appraised, cast.colleague):
        months.confirmed(cycle, person, at)
    for sheet in Sheet.objects.filter(cycle=cycle).exclude(state="confirmed"):
        months.exempted(sheet, officer, at)
    actions.close_cycle(cycle_id=cycle.pk, by=officer.user, at=at)
    return cycle


def seen(who: Visitor, size: str, name: str, *, folded: bool = False) -> str:
    """Everything unfolded, accessible, pictured; the words of the page."""
    if not folded:
        for fold in who.page.locator("main details").all():
            fold.evaluate("fold => fold.open = true")
    who.accessible()
    who.picture(f"rules-{size}-{name}")
    return who.page.inner_text("main")


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.long(12)
def test_from_the_library_to_the_what_if(visitors: Any, cast: Cast, closed: Cycle, on_phone: bool) -> None:
    who: Visitor = visitors(phone=on_phone)
    size = "phone" if on_phone else "desktop"
    assert cast.organisation_officer.user is not None
    who.sign_in(cast.organisation_officer.user.username)
    who.go("/quy-tac/")
    assert "Đảng" in seen(who, size, "library")
    who.arrive("link", "Ngày nào, ai, ở đâu thì theo quy tắc nào?")
    who.page.get_by_label("công chức", exact=True).check()
    who.page.get_by_label("đảng viên", exact=True).check()
    who.page.locator("#ngay").fill("01/03/2026")
    who.arrive("button", "Xem quy tắc")
    assert "Điều 27 khoản 1" in seen(who, size, "selection")

    who.arrive("link", "Nghị định số 335/2025/NĐ-CP: đánh giá, xếp loại chất lượng công chức")
    assert "Còn để ngỏ" in seen(who, size, "reader")
    who.arrive("link", "Tình huống mẫu", exact=True)
    who.arrive("link", "Chạy tình huống Mức tương ứng ngay tại ngưỡng 90, 70, 50")
    assert "đúng như mong đợi" in seen(who, size, "case")

    who.go(f"/quy-tac/{PARTY}/")
    assert "Quy định 366-QĐ/TW" in seen(who, size, "party")
    who.arrive("link", "So sánh với bộ quy tắc khác")
    who.page.locator("#a").select_option(OLDER)
    who.page.locator("#b").select_option(NUMBERS)
    who.arrive("button", "So sánh")
    assert "chỗ khác nhau" in seen(who, size, "comparison")

    who.go(f"/quy-tac/tinh-thu/?a={OLDER}&b={NUMBERS}")
    who.page.locator("#f-tasks-assigned").fill("mười")
    who.arrive("button", "Tính thử")
    assert "Có 1 chỗ cần sửa" in seen(who, size, "try-refused")
    who.page.locator("#f-tasks-assigned").fill("10")
    who.arrive("button", "Tính thử")
    assert "Kết quả" in seen(who, size, "try")

    who.go("/quy-tac/neu-doi/")
    seen(who, size, "periods")
    who.arrive("link", "Phường Bồ Đề")
    who.page.locator("#muc-excellent").fill("99,5")
    who.arrive("button", "Xem ai sẽ đổi mức")
    assert "dưới 5 phiếu" in seen(who, size, "what-if", folded=True)
    who.arrive("button", "Xem danh sách")
    assert str(cast.colleague.full_name) in seen(who, size, "what-if-people", folded=True)


def test_the_longest_pages_stay_light(visitors: Any, cast: Cast) -> None:
    who: Visitor = visitors(phone=True)
    assert cast.officer_appraised.user is not None
    who.sign_in(cast.officer_appraised.user.username)
    for path in (
        "/quy-tac/",
        f"/quy-tac/{NUMBERS}/",
        f"/quy-tac/{PARTY}/?khung=tat-ca",
        f"/quy-tac/tinh-huong/{NUMBERS}/?chay=levels-year",
        f"/quy-tac/so-sanh/?a=party/qd-132-2019&b={PARTY}",
    ):
        assert who.weigh(path).total <= LIMIT, path
