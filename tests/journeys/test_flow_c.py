"""Flow C: an officer closes a district on one screen; navigations and taps are counted, keyboard and phone work."""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.factories.people import START
from tests.guards import outside_actions
from tests.journeys.conftest import Visitor
from tests.journeys.counting import within
from tests.journeys.people import cast_with_passwords
from thuocdo.appraisals import actions
from thuocdo.appraisals.counts.keeping import recount_cycle
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.text import fold, sort_key
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Employment, Person, Unit, UnitLink

UNITS, SHEETS = 120, 5000
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR = tmp_path / "heads"
    made = cast_with_passwords()
    return made


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
def test_a_district_is_closed_on_one_screen(visitors: Any, cast: Cast, at: datetime, on_phone: bool) -> None:
    month = months.open_month(cast.ward, cast.organisation_officer)
    months.submitted(month, cast.colleague, at)
    visitor: Visitor = visitors(phone=on_phone)
    visitor.sign_in(cast.organisation_officer.user.username)
    page = visitor.go(reverse("cycle_progress", args=[month.pk]))
    assert page.get_by_role("button", name="Khóa kỳ").is_disabled()
    assert f"chờ {cast.head.full_name} xác nhận 1 phiếu" in page.inner_text("main")
    visitor.accessible()
    visitor.picture(f"flow-c-red-{'phone' if on_phone else 'desktop'}")
    visitor.arrive("button", f"Nhắc {cast.economy.name}")
    assert "Đã nhắc" in page.inner_text("main")
    assert Notice.objects.filter(kind="sheet.reminder", user=cast.head.user).count() == 1
    finished(month, cast)
    visitor.go(reverse("cycle_progress", args=[month.pk]))
    navigations: list[str] = []
    page.on("framenavigated", lambda frame: navigations.append(frame.url))
    taps = 0
    if on_phone:
        page.locator("#khoa > summary").tap()
        taps += 1
    else:
        page.locator("#khoa > summary").focus()
        page.keyboard.press("Enter")
    panel = page.locator("#khoa")
    assert "Không ai nộp, rút, trả lại hay xác nhận" in panel.inner_text()
    assert navigations == []
    visitor.accessible()
    visitor.picture(f"flow-c-clean-{'phone' if on_phone else 'desktop'}")
    with page.expect_navigation():
        if on_phone:
            panel.get_by_role("button", name="Khóa tháng").tap()
            taps += 1
        else:
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
    assert taps == (2 if on_phone else 0)
    assert Cycle.objects.get(pk=month.pk).state == "closed"
    assert "Đã khóa kỳ" in page.inner_text("main")
    visitor.accessible()
    visitor.arrive("link", "Công bố và văn bản tổng hợp của kỳ")
    assert page.url.endswith(reverse("decisions_cycle", args=[month.pk]))


def test_120_units_show_in_one_and_5000_sheets_lock_in_ten_seconds_of_processor_time(
    desktop: Visitor, cast: Cast, at: datetime
) -> None:
    """An officer's district of rows written past the actions: what is measured is the page and the closing. That
    people file, evaluators confirm and officers exempt and extend is the story of the year and of flows A and B."""
    month = months.open_month(cast.ward, cast.organisation_officer)
    units = district_of(cast, month, at)
    desktop.sign_in(cast.organisation_officer.user.username)
    path = reverse("cycle_progress", args=[month.pk])
    times = []
    for _ in range(3):
        begun = time.monotonic()
        with within(1):
            page = desktop.go(path)
        times.append(time.monotonic() - begun)
    assert min(times) <= 1, f"by the clock, until the browser has loaded it: {times}"
    table = page.inner_text("table.counts")
    assert [unit.name for unit in units if unit.name not in table] == []
    assert table.count("chờ ") >= UNITS
    red = " ".join(page.locator("table.counts tr:has(.tag-stop)").all_inner_texts())
    late = units[::3]  # whose people have filed nothing; the others wait for their evaluator
    assert [unit.name for unit in units if unit.name in red] == [unit.name for unit in late]
    nobody_is_left(month)
    desktop.go(path)
    page.locator("#khoa > summary").click()
    with within(10):
        desktop.arrive("button", "Khóa tháng")
    assert Cycle.objects.get(pk=month.pk).state == "closed"
    assert Sheet.objects.filter(cycle=month).count() > SHEETS


def finished(month: Cycle, cast: Cast) -> None:
    """The month as people finish it: the head confirms what was filed, the officer exempts the others with a reason."""
    at = timezone.now()
    head, filed = cast.head.user, months.sheet_of(month, cast.colleague)
    opened = actions.open_for_review(sheet_id=filed.pk, by=head, at=at)
    actions.confirm(sheet_id=opened.pk, version=opened.version, judgement=months.judgement(), by=head, at=at)
    for sheet in month.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        months.exempted(sheet, cast.organisation_officer, at)


def nobody_is_left(month: Cycle) -> None:
    """Every sheet is exempted past the action: this makes the page as it is before closing, and shows nothing of
    exempting, which tests/integration/appraisals/test_closing.py does by its action."""
    with outside_actions():
        Sheet.objects.filter(cycle=month).update(state="exempted")
        recount_cycle(month.pk)


def district_of(cast: Cast, month: Cycle, at: datetime) -> list[Unit]:
    """120 more units with 5,000 more sheets in the month, filed and not filed, written in sets."""
    like = months.sheet_of(month, cast.colleague)
    names = [f"Nguyễn Thị Hồng {n:04}" for n in range(SHEETS)]
    with outside_actions():
        units = Unit.objects.bulk_create(
            Unit(code=f"D{n:03}", name=f"Phòng chuyên môn số {n:03}", kind="agency", start=START) for n in range(UNITS)
        )
        UnitLink.objects.bulk_create(UnitLink(tree="structure", child=u, parent=cast.ward, start=START) for u in units)
        people = Person.objects.bulk_create(
            Person(code=f"DD{n:04}", full_name=name, sort_key=sort_key(name), search_key=fold(name))
            for n, name in enumerate(names)
        )
        posts = Employment.objects.bulk_create(
            Employment(person=p, unit=units[n % UNITS], kind="civil_servant", position="Chuyên viên", start=START)
            for n, p in enumerate(people)
        )
        frozen = {field.attname: getattr(like.member, field.attname) for field in Member._meta.concrete_fields} | {
            "id": None
        }
        members = Member.objects.bulk_create(
            Member(**frozen | {"person_id": e.person_id, "employment_id": e.pk, "unit_id": e.unit_id,
                               "agency_id": e.unit_id, "evaluator_unit_id": e.unit_id})
            for e in posts
        )  # fmt: skip
        Sheet.objects.bulk_create(
            Sheet(cycle=month, member=m, person_id=m.person_id, evaluator=cast.head, submit_by=month.submit_by,
                  state="submitted" if n % 3 else "drafting", changed_at=at, changed_by=cast.organisation_officer.user)
            for n, m in enumerate(members)
        )  # fmt: skip
        recount_cycle(month.pk)
    return units
