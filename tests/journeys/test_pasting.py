"""A block copied in Excel and pasted with the keys into the own month and into the head's table, at a desk and on a
phone: decimal commas, Vietnamese days, nothing written before it was seen and applied."""

import json
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.steps import says
from tests.journeys.test_flows import cast as cast
from tests.journeys.test_flows import opened_month
from thuocdo.appraisals.models import Draft
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
MINE = ("Mã công việc", "Hạn hoàn thành", "Hoàn thành", "Đạt chất lượng", "Đúng hạn", "Số lần chậm")
HEADS = ("Mã công việc", "Số lần chậm", "Lý do")


def paste(who: Visitor, path: str, *lines: tuple[str, ...]) -> None:
    """What Excel leaves in the clipboard, pasted as people do; the page that comes is checked at both sizes."""
    who.context.grant_permissions(["clipboard-read", "clipboard-write"])
    who.go(path)
    block = "".join("\t".join(line) + "\r\n" for line in lines)
    who.page.evaluate("text => navigator.clipboard.writeText(text)", block)
    who.page.get_by_label("Dán từ Excel").focus()
    who.page.keyboard.press("Control+V")
    says(who, f"{len(lines) - 1} dòng, {len(lines[0])} cột")
    for size in (DESKTOP, PHONE):
        who.page.set_viewport_size(size)  # type: ignore[arg-type]
        who.accessible()
    who.arrive("button", "Xem các khác biệt", exact=True)
    for size in (DESKTOP, PHONE):
        who.page.set_viewport_size(size)  # type: ignore[arg-type]
        who.accessible()


@pytest.mark.long(20)
def test_a_block_from_excel_goes_into_the_month_and_the_heads_table(visitors: Any, cast: Cast) -> None:
    me, head = cast.officer_appraised, cast.head
    tasks = [months.make_task(me, cast.economy, n, reported=False) for n in (1, 2)]
    day = f"{tasks[0].due_date:%d/%m/%Y}"
    mine, theirs = visitors(phone=True), visitors()
    mine.sign_in(me.user.username)
    rows = [(one.code, day if one is tasks[0] else day.replace("/", "-"), "3,5", "3,25", "3.5", "1") for one in tasks]
    paste(mine, "/bang/progress/2026-02/", MINE, *rows)
    says(mine, "trống → 3,5", "trống → 3,25")
    assert not Task.objects.exclude(completed=None).exists(), "nothing is written before it is applied"
    mine.picture("paste-month-phone")
    mine.arrive("button", "Áp dụng")
    reported = Task.objects.filter(pk__in=[one.pk for one in tasks])
    assert set(reported.values_list("completed", "quality_met", "on_time", "late")) == {(350, 325, 350, 1)}
    cycle = opened_month(cast, 2)
    sheet = months.opened(cycle, me, timezone.now())
    theirs.sign_in(head.user.username)
    judged = [(one.code, "2", f"Nộp ngày {day}, chậm hai lần") for one in tasks]
    paste(theirs, f"/bang/judgements/{cycle.pk}/", HEADS, *judged)
    says(theirs, "Số lần chậm", "→ 2", f"Nộp ngày {day}")
    theirs.picture("paste-judgements-desktop")
    theirs.arrive("button", "Áp dụng")
    drafted = json.loads(Draft.objects.get(sheet=sheet, author=head.user).document)["tasks"]
    assert {code: one["late"] for code, one in drafted.items()} == {one.code: "2" for one in tasks}
