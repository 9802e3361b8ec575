"""The flows of the month within their budgets (trust-and-use §5.3): everything a person does is counted."""


import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.factories.people import make_person
from tests.journeys.conftest import Visitor
from tests.journeys.counting import Counter, within
from tests.journeys.people import cast_with_passwords, month_open
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    """The cast with passwords; the officer has five tasks to report in February."""
    made = cast_with_passwords()
    return made


def opened_month(cast: Cast, number: int) -> Cycle:
    """A cycle with deadlines still to come."""
    at = timezone.now()
    return month_open(cast, at, number=number)  # fmt: skip


def test_flow_a_a_typical_month_on_a_phone(phone: Visitor, cast: Cast) -> None:
    """Five tasks wait, one of them was done in part; one was not in the register; two marks differ from January."""
    me = cast.officer_appraised
    january = opened_month(cast, 1)
    months.make_task(me, cast.economy, 1, month=months.MONTH.replace(month=1))
    months.submitted(january, me, timezone.now())
    tasks = [months.make_task(me, cast.economy, n, reported=False) for n in range(1, 6)]
    sheet = months.sheet_of(opened_month(cast, 2), me)
    phone.sign_in("kt003")
    phone.page.wait_for_load_state("networkidle")
    flow = Counter(phone).start()

    flow.arrive(lambda: flow.tap("link", "Lập và nộp phiếu tháng 2/2026"))
    part = tasks[2]
    for name, text in (("completed", "3"), ("quality_met", "3"), ("on_time", "3")):
        flow.type(f"#task-{part.pk}-{name}", text)
    flow.tap("button", "Ghi kết quả đã nhập", within=f"#viec-{part.pk}")
    flow.wait(f"#viec-{part.pk} .tag-ok")
    assert flow.count("#ghi-ca-khung input") == 4, "the list names what one press reports"
    flow.tap("button", "Ghi các việc đã đánh dấu")
    flow.wait(f"#viec-{tasks[4].pk} .tag-ok")
    phone.picture("flow-a-tasks-phone")

    flow.tap("link", "Thêm việc tự làm chưa có trong sổ")
    flow.wait("#them-viec #title")
    flow.type("#title", "Tiếp dân lưu động")
    flow.type("#assigned", "1")
    flow.type("#coefficient", "1")
    flow.tap("button", "Hạn: hết tháng")
    phone.accessible()
    phone.picture("flow-a-add-phone")
    flow.tap("button", "Gửi đề xuất")
    flow.wait("#them-viec", "Đã gửi đề xuất")

    groups = flow.count(".group")
    assert flow.count(".keep") == groups
    assert not any(flow.value(f"#mark-{slug}") for slug in months.marks()), "nothing is filled in before the choice"
    for number in range(groups):
        flow.tap_on(f".group >> nth={number} >> .keep button")
        flow.wait(f".group >> nth={number}", "cộng dồn")
    flow.tap("button", "3", within="#mark-political_ethics-khung", exact=True)
    flow.wait("#dang-tinh .saved")
    assert {slug: flow.value(f"#mark-{slug}") for slug in months.marks()} == months.marks(political_ethics="3")
    phone.accessible()
    phone.picture("flow-a-filled-phone")
    flow.arrive(lambda: flow.tap("button", "Xem lại trước khi nộp"))
    assert flow.count("main >> text=Sửa") >= 3
    assert cast.head.full_name in flow.text()
    flow.arrive(lambda: flow.tap("button", "Nộp phiếu tháng 2/2026"))
    assert f"{cast.head.full_name}" in flow.text("dl.facts"), "the receipt says who holds the sheet"

    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SUBMITTED
    assert list(Task.objects.filter(pk__in=[t.pk for t in tasks]).order_by("pk").values_list("completed", flat=True)) \
        == [400, 400, 300, 400, 400]  # fmt: skip
    assert Task.objects.get(title="Tiếp dân lưu động").state == Task.State.PROPOSED
    assert flow.taps <= 20, flow
    assert flow.characters <= 60, flow
    assert flow.loads <= 4, flow
    assert flow.bytes <= 300_000, flow
    assert flow.seconds <= 180, flow
    assert flow.keys == 0, flow
    print(flow, round(flow.seconds))
    plain_month(phone, cast)


def plain_month(phone: Visitor, cast: Cast) -> None:
    """March: every task done as given, every mark as before. The same budgets, and half the time."""
    me = cast.officer_appraised
    tasks = [months.make_task(me, cast.economy, n, month=months.MONTH.replace(month=3), reported=False) for n in (1, 2)]
    sheet = months.sheet_of(opened_month(cast, 3), me)
    phone.go("/")
    phone.page.wait_for_load_state("networkidle")
    flow = Counter(phone).start()
    flow.arrive(lambda: flow.tap("link", "Lập và nộp phiếu tháng 3/2026"))
    flow.tap("button", "Ghi các việc đã đánh dấu")
    flow.wait(f"#viec-{tasks[1].pk} .tag-ok")
    for number in range(flow.count(".group")):
        flow.tap_on(f".group >> nth={number} >> .keep button")
        flow.wait(f".group >> nth={number}", "cộng dồn")
    flow.wait("#dang-tinh .saved")
    flow.arrive(lambda: flow.tap("button", "Xem lại trước khi nộp"))
    flow.arrive(lambda: flow.tap("button", "Nộp phiếu tháng 3/2026"))
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SUBMITTED
    assert Task.objects.filter(pk__in=[t.pk for t in tasks], completed=400).count() == 2
    assert flow.taps <= 20, flow
    assert (flow.keys, flow.characters) == (0, 0), flow
    assert flow.loads <= 4, flow
    assert flow.bytes <= 300_000, flow
    assert flow.seconds <= 90, flow
    print(flow, round(flow.seconds))


@pytest.mark.long(12)
def test_flow_b_a_head_confirms_forty_sheets_with_the_keyboard_only(desktop: Visitor, cast: Cast) -> None:
    """Eight of forty sheets have something to look at: each is opened beside the table and judged there."""
    people = [make_person(f"KT{n:03}", f"Nguyễn Văn {n:02}", cast.economy) for n in range(100, 140)]
    for number, person in enumerate(people):
        late = {"late": 1} if number < 8 else {}
        months.make_task(person, cast.economy, 1, **late)
    cycle, at = opened_month(cast, 2), timezone.now()
    for person in people:
        months.submitted(cycle, person, at)
    desktop.sign_in(cast.head.user.username)
    desktop.go(f"/danh-gia/{cycle.pk}/")
    desktop.accessible()
    desktop.picture("flow-b-table-desktop")
    flow = Counter(desktop).start()

    flow.press("c")
    flow.write("Nhất trí.")
    flow.press("Escape")
    for _ in range(8):
        flow.press("ArrowDown")
        flow.press("Enter")
        flow.wait("#ben-phieu [data-sheet]:has([data-key-open])")
        flow.press("Enter")
        flow.wait("#ben-phieu [data-sheet]:has([data-key-confirm])")
        flow.press("n")
        assert flow.value("#ben-phieu textarea[name=comment]") == "Nhất trí."
        flow.press("d")
        flow.wait("#ben-phieu", "Đã xác nhận kết quả")
    desktop.accessible()
    desktop.picture("flow-b-panel-desktop")
    assert Sheet.objects.filter(cycle=cycle, state=Sheet.State.CONFIRMED).count() == 8
    flow.press("a")
    flow.arrive(lambda: flow.press("d"))
    assert "32 phiếu" in flow.text()
    with within(3):
        flow.arrive(lambda: flow.press("d"))
    assert "Đã xác nhận 32 phiếu" in flow.text()
    assert Sheet.objects.filter(cycle=cycle, person__in=people, state=Sheet.State.CONFIRMED).count() == 40
    assert flow.taps == 0, flow
    assert flow.keys <= 60, flow
    assert flow.loads <= 2, flow
    assert flow.seconds <= 300, flow
    print(flow, round(flow.seconds))


def test_no_key_takes_unopened_flagged_sheets_along(desktop: Visitor, cast: Cast) -> None:
    """Flagged rows cannot be ticked at all; keys do nothing while somebody types."""
    months.make_task(cast.colleague, cast.economy, 1, late=1)
    months.make_task(cast.officer_appraised, cast.economy, 1)
    cycle, at = opened_month(cast, 2), timezone.now()
    flagged = months.submitted(cycle, cast.colleague, at)
    plain = months.submitted(cycle, cast.officer_appraised, at)
    desktop.sign_in(cast.head.user.username)
    page = desktop.go(f"/danh-gia/{cycle.pk}/")
    page.keyboard.press("c")
    page.keyboard.type("acgnd ăâ 1234")
    assert page.get_by_label("Ý kiến nhận xét chung").input_value() == "acgnd ăâ 1234"
    assert not page.locator("#ben-phieu [data-sheet]").count()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    ticked = [box.get_attribute("value") for box in page.locator("[name=item]:checked").all()]
    assert [value.rsplit(":", 1)[0] for value in ticked] == [f"{plain.pk}:{plain.version}"]
    assert not page.locator(f"#sheet-{flagged.pk}").count()
