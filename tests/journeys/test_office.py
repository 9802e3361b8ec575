"""The evaluator's, task giver's and officer's pages in a real browser: accessible, by keyboard, live, on a phone."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import Visitor
from tests.journeys.people import cast_with_passwords, month_open
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Petition
from thuocdo.cycles.models import Cycle, Member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR = tmp_path / "heads"
    made = cast_with_passwords()
    for person in (made.officer_appraised, made.colleague, made.head, made.deputy, made.task_giver):
        for number in (1, 2):
            months.make_task(person, made.economy, number, giver=made.task_giver.user)
    months.make_task(made.colleague, made.economy, 3, late=1, cause="Mất điện cả ngày 20/02")
    return made


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def cycle(cast: Cast, at: datetime) -> Cycle:
    return month_open(cast, at)


def visit(visitor: Visitor, username: str, paths: list[str], name: str) -> None:
    """Sign in, open each page, check it, take its picture."""
    visitor.sign_in(username)
    for number, path in enumerate(paths, start=1):
        visitor.go(path)
        for fold in visitor.page.locator("details").all():
            fold.evaluate("fold => fold.open = true")
        visitor.accessible()
        visitor.picture(f"{name}-{number}")


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.long(22)
def test_every_page_is_accessible(
    visitors: Any, cast: Cast, cycle: Cycle, at: datetime, on_phone: bool
) -> None:
    size = "phone" if on_phone else "desktop"
    opened = months.opened(cycle, cast.colleague, at)
    waiting = months.submitted(cycle, cast.officer_appraised, at)
    leader = months.opened(cycle, cast.head, at)
    result = months.confirmed(cycle, cast.deputy, at, months.leader_judgement())
    petition = actions.petition(confirmation_id=result.pk, text="Xem lại", by=cast.deputy.user, at=at)
    missing = months.sheet_of(cycle, cast.task_giver)
    actions.allow_stand_in(sheet_id=missing.pk, reason="Ốm", by=cast.organisation_officer.user, at=at)
    outside = Member.objects.get(cycle=cycle, person=cast.mover)
    visit(
        visitors(phone=on_phone),
        cast.head.user.username,
        [
            reverse("evaluate_cycles"),
            reverse("evaluate_table", args=[cycle.pk]),
            reverse("evaluate_sheet", args=[opened.pk]),
            reverse("evaluate_sheet", args=[waiting.pk]),
            reverse("evaluate_sheet", args=[result.sheet_id]),
            reverse("evaluate_stand_in", args=[missing.pk]),
            reverse("petitions_to_answer"),
            reverse("look", args=[result.sheet_id]),
        ],
        f"{size}-evaluator",
    )
    visit(
        visitors(phone=on_phone),
        cast.chairman.user.username,
        [
            reverse("evaluate_sheet", args=[leader.pk]),
            reverse("petitions_to_answer"),
            reverse("answer_petition", args=[petition.pk]),
        ],
        f"{size}-chairman",
    )
    month = "?thang=2&nam=2026"
    visit(
        visitors(phone=on_phone),
        cast.task_giver.user.username,
        [
            reverse("tasks_month"),
            reverse("tasks_month") + month,
            reverse("tasks_person", args=[cast.colleague.pk]) + month,
            reverse("task_change", args=[cast.colleague.tasks.first().pk]),
        ],
        f"{size}-tasks",
    )
    visit(
        visitors(phone=on_phone),
        cast.organisation_officer.user.username,
        [
            reverse("cycles"),
            reverse("cycle_new"),
            reverse("cycle_review")
            + f"?root={cast.ward.pk}&kind=month&number=1&year=2026&submit_by=31/01/2026"
            "&submit_by_time=17:00&confirm_by=05/02/2026&confirm_by_time=17:00",
            reverse("cycle_review") + "?kind=month",
            reverse("cycle_progress", args=[cycle.pk]),
            reverse("cycle_progress", args=[cycle.pk]) + "?trang-thai=drafting",
            reverse("sheet_exception", args=[missing.pk, "gia-han"]),
            reverse("member_admit", args=[outside.pk]),
            reverse("cycle_close", args=[cycle.pk]),
            reverse("cycle_log", args=[cycle.pk]),
        ],
        f"{size}-officer",
    )


def test_many_sheets_by_keyboard_alone(desktop: Visitor, cast: Cast, cycle: Cycle, at: datetime) -> None:
    for person in (cast.officer_appraised, cast.task_giver):
        months.submitted(cycle, person, at)
    months.submitted(cycle, cast.colleague, at)
    desktop.sign_in(cast.head.user.username)
    page = desktop.go(reverse("evaluate_table", args=[cycle.pk]))
    assert page.locator("input[name=item]").count() == 2
    pressed = 0

    def to(selector: str) -> None:
        nonlocal pressed
        for _ in range(40):
            if page.locator(f"{selector}:focus").count():
                return
            page.keyboard.press("Tab")
            pressed += 1
        raise AssertionError(f"no way to {selector} by Tab")

    page.locator("main").focus()
    for sheet in page.locator("input[name=item]").all():
        to(f"#{sheet.get_attribute('id')}")
        page.keyboard.press("Space")
    to("#comment")
    page.keyboard.type("Nhất trí")
    to("button:has-text('Xem lại')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/xac-nhan/")
    assert "Sẽ xác nhận 2 phiếu" in page.inner_text("main")
    desktop.accessible()
    to("button[name=final]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('evaluate_table', args=[cycle.pk])}")
    assert Confirmation.objects.filter(sheet__cycle=cycle).count() == 2
    assert "Đã xác nhận 2 phiếu" in page.inner_text("main")
    assert pressed <= 60


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
def test_judging_shows_the_result_as_it_changes(
    visitors: Any, cast: Cast, cycle: Cycle, at: datetime, on_phone: bool
) -> None:
    visitor = visitors(phone=on_phone)
    sheet = months.submitted(cycle, cast.colleague, at)
    visitor.sign_in(cast.head.user.username)
    page = visitor.go(reverse("evaluate_sheet", args=[sheet.pk]))
    visitor.arrive("button", "Mở phiếu để đánh giá")
    code = f"202602-{cast.colleague.code}-03"
    before = page.locator("#result dd").first.inner_text()
    with page.expect_response(lambda r: r.url.endswith("/tinh-thu/")):
        page.locator(f"[id='tasks.{code}.late_excused']").fill("1")
        page.locator(f"[id='tasks.{code}.note']").fill("Có công văn của điện lực")
        page.locator("#comment").fill("Hoàn thành tốt, nguyên nhân khách quan được xác nhận")
    page.wait_for_function("before => document.querySelector('#result dd').innerText !== before", arg=before)
    assert page.locator("#result dd").first.inner_text() == "99"
    page.locator("#comment").blur()
    page.get_by_text("Đã lưu nháp").wait_for()
    visitor.tap("button", "Xác nhận kết quả")
    page.get_by_text("Đã xác nhận kết quả").wait_for()
    assert Confirmation.objects.get().score == "99/1"
    visitor.accessible()


def test_answering_a_petition_without_scripts(
    browser: Any, live_server: Any, cast: Cast, cycle: Cycle, at: datetime
) -> None:
    result = months.confirmed(cycle, cast.officer_appraised, at)
    petition = actions.petition(
        confirmation_id=result.pk, text="Xem lại", by=cast.officer_appraised.user, at=at
    )
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    visitor = Visitor(context, live_server.url, None)
    visitor.sign_in(cast.chairman.user.username)
    page = visitor.go(reverse("answer_petition", args=[petition.pk]))
    page.get_by_text("Sửa bằng một kết quả mới").click()
    code = f"202602-{cast.officer_appraised.code}-01"
    page.locator(f"[id='tasks.{code}.on_time']").fill("2")
    page.locator(f"[id='tasks.{code}.note']").fill("Hai bản nộp muộn")
    with page.expect_navigation():
        page.get_by_role("button", name="Tính thử").click()
    assert "93,1666…" in page.locator("#result").inner_text()
    assert page.locator(f"[id='tasks.{code}.note']").input_value() == "Hai bản nộp muộn"
    page.locator("#answer").fill("Đã đối chiếu hồ sơ")
    with page.expect_navigation():
        page.get_by_role("button", name="Sửa bằng kết quả mới và trả lời").click()
    assert "Kết quả mới, đang có hiệu lực" in page.inner_text("main")
    assert Petition.objects.get().state == "corrected"
    visitor.close()
