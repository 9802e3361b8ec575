"""What a source sends about work that somebody here reported, proved or closed: nothing done is lost or given away."""

from typing import Any

import pytest
from django.test import Client

from tests.integration.inflow.conftest import Place, closed_february, task
from tests.integration.organisation.ward import member
from tests.integration.web.office import text_of
from thuocdo.inflow.actions import resolve_items
from thuocdo.inflow.actions.deliveries import deliver
from thuocdo.inflow.models import DeliveryDay, SourceItem
from thuocdo.inflow.payloads import Offer, offer_from
from thuocdo.kernel.errors import Refusal
from thuocdo.notices.models import Notice
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

DONE = {"completed": "4", "quality_met": "4", "on_time": "4"}
LATE = {**DONE, "on_time": "3", "late": 1}


def at_hour(hour: int) -> dict[str, str]:
    return {"updated_at": f"2026-03-05T{hour:02}:00:00+07:00"}


def offers(*names: str, hour: int = 8, **changed: Any) -> list[Offer]:
    found = [offer_from(task(external_id=name, **at_hour(hour), **changed)) for name in names]
    return [one for one in found if isinstance(one, Offer)]


def settle(place: Place, keep: str, name: str = "12/UBND") -> None:
    item = place.item(name)
    resolve_items(
        by=place.ward.officer, at=place.at, source_id=place.rest.pk, items=[(item.pk, item.version)], keep=keep
    )


def test_a_lateness_whose_cause_was_confirmed_stays_and_stops_no_delivery(place: Place) -> None:
    head, _ = member(place.at, place.ward.units["P1-VP"], "CC800", "Phạm Văn Trưởng", "pv.truong", leadership="head")
    place.put(result=LATE)
    row = place.task()
    claim = work.claim_cause(
        by=place.ward.employee, at=place.at, task_id=row.pk, version=row.version, occurrences=1, text="Mất điện"
    )
    work.decide_cause(by=head, at=place.at, claim_id=claim.pk, confirmed=1, reason="Đúng là mất điện")
    both = offers("12/UBND", "khac", hour=9, result=DONE)
    found = deliver(by=None, at=place.at, source_id=place.rest.pk, offers=both)
    assert [(one.outcome, one.code) for one in found] == [("conflict", "excused"), ("created", "")]
    settle(place, "theirs")
    assert (place.item().state, place.item().problem_code) == ("conflict", "excused"), "the head decided it"
    settle(place, "ours")
    assert (place.item().state, place.task().late, place.task().late_excused) == ("applied", 1, 1)


def test_reported_work_never_becomes_another_persons_and_both_are_told_of_what_moves(place: Place) -> None:
    other, _ = member(place.at, place.ward.units["P1-VP"], "CC901", "Trần Thị Mới", "tt.moi")
    place.put("moi")
    assert place.put("moi", person="CC901", **at_hour(9)).json()["result"] == "updated"
    told = Notice.objects.filter(kind="task.moved").values_list("user", "path")
    assert set(told) == {(place.ward.employee.pk, "/cong-viec/"), (other.pk, f"/cong-viec/{place.task('moi').pk}/")}
    place.put()
    row = place.task()
    report = Report(completed=300, quality_met=300, on_time=300)
    work.report_task(by=place.ward.employee, at=place.at, task_id=row.pk, version=row.version, report=report)
    assert place.put(person="CC901", **at_hour(9)).json()["code"] == "doers_own"
    settle(place, "theirs")
    assert (place.item().state, place.task().person.code, place.task().completed) == ("conflict", "CC900", 300)
    settle(place, "ours")
    assert (place.item().state, place.task().person.code) == ("applied", "CC900")
    assert Notice.objects.filter(kind="task.moved").count() == 2


def test_withdrawals_in_a_closed_month_are_settled_once_and_never_fill_a_list(place: Place) -> None:
    officer = Client()
    officer.force_login(place.ward.officer, "thuocdo.accounts.backends.PasswordBackend")
    old, new = [f"cu-{n}" for n in range(8)], [f"moi-{n}" for n in range(4)]

    def whole(names: list[str]) -> dict[str, str]:
        given = [one for name in names for one in offers(name, due_date=f"2026-0{2 + (name in later)}-25")]
        done = deliver(by=None, at=place.at, source_id=place.rest.pk, offers=given, whole=True, many_gone=many)
        return {one.external_id: one.outcome for one in done}

    many, later = False, [*new, "moi-4"]
    whole([*old, *new])
    closed_february(place)
    with pytest.raises(Refusal, match="quá một nửa"):
        whole(new)
    many = True
    assert set(whole(new).values()) == {"refused", "unchanged"}
    many = False
    again = whole(later)
    assert again == dict.fromkeys(new, "unchanged") | {"moi-4": "created"}, "the eight are not lost anew"
    assert Task.objects.filter(state="active").count() == 13, "what counts in the closed month still does"
    assert "giữ nguyên" in place.item("cu-0").problem
    assert {row[0] for row in DeliveryDay.objects.get().refusals} == set(old)
    where = f"/to-chuc/nguon-viec/{place.rest.pk}/"
    page, whole_day = (text_of(officer.get(f"{where}{asked}")) for asked in ("", "?ngay=2026-03-05"))
    assert "Xem 3 mục bị từ chối khác trong ngày" in page
    assert [sum(f"{name}: Phiếu" in text for name in old) for text in (page, whole_day)] == [5, 8]


def test_a_withdrawal_that_waits_is_not_counted_as_lost_again_and_what_was_kept_still_follows_the_source(
    place: Place,
) -> None:
    names = [f"v-{n}" for n in range(10)]
    deliver(by=None, at=place.at, source_id=place.rest.pk, offers=offers(*names))
    report = Report(completed=300, quality_met=300, on_time=300)
    for name in names[:6]:
        row = place.task(name)
        work.report_task(by=place.ward.employee, at=place.at, task_id=row.pk, version=row.version, report=report)
    deliver(by=None, at=place.at, source_id=place.rest.pk, offers=offers(*names[6:]), whole=True, many_gone=True)
    assert SourceItem.objects.filter(state="conflict", withdrawing=True).count() == 6
    deliver(by=None, at=place.at, source_id=place.rest.pk, offers=offers(*names[6:]), whole=True)
    settle(place, "ours", "v-0")
    assert (place.item("v-0").state, place.item("v-0").kept) == ("applied", True)
    assert place.call("delete", "/v-0").json()["result"] == "unchanged", "kept by a person: not asked again"
    assert place.put("v-0", **at_hour(8)).json()["result"] == "stale", "what it withdrew is no news"
    assert place.put("v-0", title="Báo cáo quý", **at_hour(9)).json()["result"] == "updated"
    assert (place.task("v-0").title, place.task("v-0").completed, place.item("v-0").kept) == ("Báo cáo quý", 300, False)
