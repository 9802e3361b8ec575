"""Two people at once, double clicks, old tabs, the back button, no JavaScript: one effect, nothing typed is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import PATIENCE, Visitor
from tests.journeys.people import cast_with_passwords, month_open
from tests.journeys.steps import says
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Sheet, Submission
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Person
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    """The cast with passwords; one task reported for the officer and the colleague."""
    made = cast_with_passwords()
    for person in (made.officer_appraised, made.colleague):
        months.make_task(person, made.economy, 1)
    return made


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """February's cycle, with deadlines still to come."""
    return month_open(cast)


def signed_in(visitors: Any, person: Person, path: str) -> Visitor:
    """A window of this person on a page."""
    window: Visitor = visitors()
    window.sign_in(person.user.username)
    window.go(path)
    return window


def second_tab(window: Visitor, path: str) -> Page:
    """Another tab of the same person."""
    tab = window.context.new_page()
    tab.goto(window.origin + path)
    return tab


def fill_form(window: Visitor, sheet: Sheet, words: str) -> None:
    """All marks and a text, as typed by hand."""
    window.go(f"/phieu/{sheet.pk}/")
    for slug, text in months.marks().items():
        window.page.locator(f'[name="mark:{slug}"]').fill(text)
    window.page.get_by_label("Ưu điểm").fill(words)


def to_review(window: Visitor, sheet: Sheet, words: str = "Đủ việc.") -> None:
    """The form filled in, the answers on the screen."""
    fill_form(window, sheet, words)
    window.tap("button", "Xem lại trước khi nộp")
    window.page.wait_for_url("**/xem-lai/")


def state_of(sheet: Sheet) -> str:
    return str(Sheet.objects.values_list("state", flat=True).get(pk=sheet.pk))


def filed(cycle: Cycle, person: Person) -> Sheet:
    """Handed in a moment ago."""
    return months.submitted(cycle, person, timezone.now())


def opened(cycle: Cycle, person: Person) -> Sheet:
    """Handed in and opened by the evaluator."""
    return months.opened(cycle, person, timezone.now())


def test_a_double_click_submits_once(visitors: Any, cast: Cast, cycle: Cycle) -> None:
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    me = signed_in(visitors, cast.officer_appraised, "/")
    to_review(me, sheet)
    me.page.get_by_role("button", name="Nộp phiếu").dblclick()
    me.page.wait_for_url("**/bien-nhan/")
    assert Submission.objects.filter(sheet=sheet).count() == 1
    assert state_of(sheet) == "submitted"


def test_two_tabs_submit_the_same_and_it_counts_once(visitors: Any, cast: Cast, cycle: Cycle) -> None:
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    me = signed_in(visitors, cast.officer_appraised, "/")
    to_review(me, sheet)
    other = second_tab(me, f"/phieu/{sheet.pk}/xem-lai/")
    for page in (me.page, other):
        page.evaluate("document.querySelector('main form').requestSubmit()")
    for page in (me.page, other):
        page.wait_for_url("**/bien-nhan/")
    assert Submission.objects.filter(sheet=sheet).count() == 1
    assert me.page.inner_text("#ma-bien-nhan") == other.inner_text("#ma-bien-nhan")


def test_an_old_tab_after_the_close_is_told_and_keeps_the_words(
    visitors: Any, cast: Cast, cycle: Cycle
) -> None:
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    me = signed_in(visitors, cast.officer_appraised, f"/phieu/{sheet.pk}/")
    officer, at = cast.organisation_officer.user, timezone.now()
    for one in Sheet.objects.filter(cycle=cycle):
        months.exempted(one, cast.organisation_officer, at, "Thử khóa kỳ.")
    actions.close_cycle(cycle_id=cycle.pk, by=officer, at=at)
    before = Sheet.objects.get(pk=sheet.pk).version
    me.page.evaluate("htmx.config.responseHandling = []; document.querySelector('#luu').remove()")
    me.page.get_by_label("Ưu điểm").fill("Những lời gõ trong thẻ cũ")
    me.tap("button", "Xem lại trước khi nộp")
    me.page.get_by_role("heading", name="Chưa ghi được").wait_for()
    says(me, "đã được Bùi Thị Mai", "Những lời gõ trong thẻ cũ")
    me.accessible()
    assert not Submission.objects.filter(sheet=sheet).exists()
    assert Sheet.objects.get(pk=sheet.pk).version == before


def test_one_tab_returns_and_the_other_confirms(visitors: Any, cast: Cast, cycle: Cycle) -> None:
    sheet = opened(cycle, cast.colleague)
    path = f"/danh-gia/phieu/{sheet.pk}/"
    head = signed_in(visitors, cast.head, path)
    other = second_tab(head, path)
    other.locator("summary", has_text="Trả lại").click()
    other.get_by_label("Lý do trả lại").fill("Bổ sung minh chứng.")
    other.get_by_role("button", name="Trả lại phiếu").click()
    other.get_by_text("Đã trả lại phiếu").wait_for()
    head.page.get_by_label("Ý kiến nhận xét").fill("Ý kiến đã gõ rất công phu.")
    head.tap("button", "Xác nhận kết quả")
    head.page.get_by_text("Ý kiến đã gõ rất công phu.").wait_for()
    says(head, "trả lại để bổ sung", "Lê Minh Đức")
    head.accessible()
    assert state_of(sheet) == "returned"
    assert not Confirmation.objects.filter(sheet=sheet).exists()


def test_one_tab_confirms_and_the_other_returns(visitors: Any, cast: Cast, cycle: Cycle) -> None:
    sheet = opened(cycle, cast.colleague)
    path = f"/danh-gia/phieu/{sheet.pk}/"
    head = signed_in(visitors, cast.head, path)
    other = second_tab(head, path)
    head.page.get_by_label("Ý kiến nhận xét").fill("Nhất trí.")
    head.tap("button", "Xác nhận kết quả")
    head.page.get_by_text("Đã xác nhận kết quả").wait_for()
    other.locator("summary", has_text="Trả lại").click()
    other.get_by_label("Lý do trả lại").fill("Lý do đã gõ ở thẻ thứ hai.")
    with other.expect_navigation():
        other.get_by_role("button", name="Trả lại phiếu").click()
    words = other.inner_text("main")
    assert "đã xác nhận" in words
    assert "Lý do đã gõ ở thẻ thứ hai." in words
    assert state_of(sheet) == "confirmed"
    assert Confirmation.objects.filter(sheet=sheet).count() == 1


def test_opening_and_withdrawing_at_once(visitors: Any, cast: Cast, cycle: Cycle) -> None:
    sheet = filed(cycle, cast.colleague)
    head = signed_in(visitors, cast.head, f"/danh-gia/phieu/{sheet.pk}/")
    me = signed_in(visitors, cast.colleague, f"/phieu/{sheet.pk}/")
    press = "name => [...document.querySelectorAll('main button')].find(b => b.textContent.includes(name)).click()"
    with head.page.expect_navigation(), me.page.expect_navigation():
        head.page.evaluate(press, "Mở phiếu để đánh giá")
        me.page.evaluate(press, "Rút lại phiếu")
    state = state_of(sheet)
    assert state in ("under_review", "drafting")
    if state == "under_review":
        says(me, "Lê Minh Đức")
        says(head, "Xác nhận kết quả")
    else:
        says(me, "Đã rút lại phiếu")
        says(head, "Đỗ Ánh")
        assert not head.page.get_by_role("button", name="Xác nhận kết quả").count()


def test_who_comes_second_is_told_who_was_first(visitors: Any, cast: Cast, cycle: Cycle) -> None:
    first, second = filed(cycle, cast.colleague), filed(cycle, cast.officer_appraised)
    me = signed_in(visitors, cast.colleague, f"/phieu/{first.pk}/")
    head = signed_in(visitors, cast.head, f"/danh-gia/phieu/{second.pk}/")
    actions.open_for_review(sheet_id=first.pk, by=cast.head.user, at=timezone.now())
    owner = cast.officer_appraised.user
    actions.withdraw(sheet_id=second.pk, version=second.version, by=owner, at=timezone.now())
    me.tap("button", "Rút lại phiếu")
    me.page.get_by_text("Nội dung đã thay đổi").first.wait_for()
    says(me, "Lê Minh Đức", "người đánh giá đã mở")
    me.accessible()
    head.arrive("button", "Mở phiếu để đánh giá")
    says(head, "Nguyễn Thị Hồng Ngọc", "đang lập")
    head.accessible()
    assert (state_of(first), state_of(second)) == ("under_review", "drafting")


def test_the_back_button_after_filing_shows_how_it_stands(visitors: Any, cast: Cast, cycle: Cycle) -> None:
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    me = signed_in(visitors, cast.officer_appraised, "/")
    to_review(me, sheet)
    me.tap("button", "Nộp phiếu")
    me.page.wait_for_url("**/bien-nhan/")
    with me.page.expect_navigation():
        me.page.go_back()
    says(me, "đã nộp", "Ai đang giữ phiếu")
    assert not me.page.get_by_role("button", name="Nộp phiếu").count()
    me.accessible()
    assert Submission.objects.filter(sheet=sheet).count() == 1


@pytest.fixture
def plain(browser: Browser, live_server: Any) -> Iterator[Any]:
    """Windows of browsers that run no script."""
    made: list[Visitor] = []

    def make(person: Person) -> Visitor:
        context = browser.new_context(java_script_enabled=False, locale="vi-VN")
        context.set_default_timeout(PATIENCE)
        made.append(Visitor(context, live_server.url, None))
        made[-1].sign_in(person.user.username)
        return made[-1]

    yield make
    for visitor in made:
        visitor.close()


@pytest.mark.long(13)
def test_the_month_goes_through_without_javascript(plain: Any, cast: Cast, cycle: Cycle) -> None:
    """Flow A, flow B and the officer's reminder and exemption: each with forms and links alone."""
    waiting = months.make_task(cast.officer_appraised, cast.economy, 2, reported=False)
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    files(plain(cast.officer_appraised), sheet, waiting)
    ordinary = filed(cycle, cast.colleague)
    judges(plain(cast.head), cycle, sheet, ordinary)
    follows_up(plain(cast.organisation_officer), cast, cycle)


def files(me: Visitor, sheet: Sheet, waiting: Task) -> None:
    """With one mistake on the way."""
    fill_form(me, sheet, "Làm không cần kịch bản.")
    wrong = me.page.locator('[name="mark:discipline"]')
    wrong.fill("30.5")
    for name, text in (("completed", "4"), ("quality_met", "4"), ("on_time", "4"), ("late", "1")):
        me.page.locator(f'[name="task:{waiting.pk}:{name}"]').fill(text)
    me.arrive("button", "Xem lại trước khi nộp")
    me.page.locator("#error-summary").wait_for()
    assert wrong.input_value() == "30.5"
    assert me.page.get_by_label("Ưu điểm").input_value() == "Làm không cần kịch bản."
    wrong.fill("4,5")
    me.arrive("button", "Xem lại trước khi nộp")
    assert me.page.url.endswith("/xem-lai/")
    me.arrive("button", "Nộp phiếu")
    assert me.page.url.endswith("/bien-nhan/")
    assert Submission.objects.filter(sheet=sheet).count() == 1
    assert Task.objects.get(pk=waiting.pk).late == 1


def judges(head: Visitor, cycle: Cycle, flagged: Sheet, ordinary: Sheet) -> None:
    """The flagged sheet on its own page, the ordinary one in the table."""
    table = f"/danh-gia/{cycle.pk}/"
    page = head.go(table)
    assert not page.locator(f"#sheet-{flagged.pk}").count()
    assert not page.get_by_role("button", name="bên cạnh").count(), "no button that could do nothing"
    head.arrive("link", flagged.person.full_name)
    head.arrive("button", "Mở phiếu để đánh giá")
    head.arrive("button", "Xác nhận kết quả")
    page.locator("#error-summary").wait_for()
    page.get_by_label("Ý kiến nhận xét").fill("Nhất trí.")
    head.arrive("button", "Xác nhận kết quả")
    assert state_of(flagged) == "confirmed"
    head.go(table)
    page.locator(f"#sheet-{ordinary.pk}").check()
    page.get_by_label("Ý kiến nhận xét chung").fill("Nhất trí.")
    head.arrive("button", "Xem lại trước khi xác nhận")
    assert state_of(ordinary) == "submitted"
    head.arrive("button", "Xác nhận 1 phiếu")
    assert state_of(ordinary) == "confirmed"


def follows_up(officer: Visitor, cast: Cast, cycle: Cycle) -> None:
    """Reminds a unit and lets somebody off with a reason."""
    page = officer.go(f"/to-chuc/ky/{cycle.pk}/")
    officer.arrive("button", f"Nhắc {cast.culture.name}")
    assert "Đã nhắc" in page.inner_text("main")
    sheet = months.sheet_of(cycle, cast.without_account)
    officer.go(f"/to-chuc/ky/{cycle.pk}/?don-vi={cast.culture.pk}&trang-thai=drafting")
    officer.arrive("link", f"Miễn phiếu của {cast.without_account.full_name}")
    page.get_by_label("Lý do").fill("Nghỉ không hưởng lương cả tháng.")
    officer.arrive("button", "Miễn lập phiếu kỳ này")
    assert state_of(sheet) == "exempted"
