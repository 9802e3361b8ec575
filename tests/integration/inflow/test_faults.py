"""What goes wrong between systems: merged codes, ids used again, one task from two sources, a death half-way."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.guards import outside_actions
from tests.integration.inflow.conftest import Place, closed_february, make_source, task
from tests.integration.inflow.test_work_done_here import at_hour, offers, settle
from tests.integration.organisation.ward import member
from tests.integration.web.office import text_of
from thuocdo.audit.verify import verify
from thuocdo.inflow import writing
from thuocdo.inflow.actions import answer_items
from thuocdo.inflow.actions.deliveries import deliver
from thuocdo.inflow.models import DeliveryDay, SourceItem
from thuocdo.organisation.actions import merging
from thuocdo.organisation.models import Person
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

IN_FEBRUARY = {"month": "2026-02", "due_date": "2026-02-25"}


def test_a_month_with_a_confirmed_result_takes_nothing_in_and_loses_nothing(place: Place) -> None:
    place.put("cu", **IN_FEBRUARY)
    closed_february(place)
    new = place.put("moi", **IN_FEBRUARY)
    assert (new.status_code, new.json()["code"]) == (409, "month_closed")
    changed = place.put("cu", title="Khác", **IN_FEBRUARY, **at_hour(9))
    assert (changed.json()["code"], place.task("cu").title) == ("month_closed", "Báo cáo tháng 3")
    moved = place.put("cu", month="2026-03", due_date="2026-03-25", **at_hour(10))
    assert moved.json()["code"] == "month_closed"
    assert place.call("delete", "/cu").json()["code"] == "month_closed"
    assert (place.task("cu").state, place.item("cu").state) == ("active", "withdrawn")
    assert place.put("sau").json()["result"] == "created"
    into = place.put("sau", **IN_FEBRUARY, **at_hour(11))
    assert (into.json()["code"], place.task("sau").month) == ("month_closed", date(2026, 3, 1))
    assert [p for p in verify().problems if p.kind.startswith(("inflow.", "work.task"))] == []


def merged(place: Place, at: datetime) -> Person:
    """The employee goes on under another code from that day."""
    ward = place.ward
    other, _ = member(at, ward.units["P1"], "TC009", "Vũ Thị Ba", "vt.ba", officer_of=ward.units["P1"])
    _, kept = member(at, ward.units["P1-UB"], "CC901", "Nguyễn Văn Sẵn", "nv.san2")
    row = merging.propose_merge(kept_code="CC901", dropped_code="CC900", reason="Một người", by=ward.officer, at=at)
    merging.approve_merge(merge_id=row.pk, by=other, at=at)
    return kept


def test_a_code_that_was_merged_goes_on_under_the_one_that_was_kept(place: Place) -> None:
    """New work goes to the code that goes on; what stands under the old one stays, and is still changed."""
    place.put("truoc")
    kept = merged(place, place.at)
    assert place.put("moi").json()["result"] == "created"
    assert place.task("moi").person == kept
    again = place.put("truoc", title="Báo cáo tháng 3, bản mới", **at_hour(9))
    assert (again.json()["result"], place.task("truoc").person.code) == ("updated", "CC900")
    assert place.task("truoc").title == "Báo cáo tháng 3, bản mới"
    later = place.put("sau", due_date="2026-05-25")
    assert (later.json()["result"], place.task("sau").person) == ("created", kept)
    before = place.put("xua", **IN_FEBRUARY)
    assert before.json()["result"] == "created"
    assert place.item("xua").applied["person"] == place.task("xua").person.code


def test_an_id_used_again_for_other_work_does_not_take_over_what_was_reported(place: Place) -> None:
    place.put()
    first = place.task()
    work.report_task(
        task_id=first.pk, version=first.version, by=place.ward.employee, at=place.at,
        report=Report(completed=300, quality_met=300, on_time=300),
    )  # fmt: skip
    place.call("delete", "/12/UBND")
    settle(place, "theirs")
    assert (place.task().state, place.item().state) == ("withdrawn", "withdrawn")
    again = place.put(title="Kế hoạch khác hẳn", **at_hour(9))
    assert (again.status_code, again.json()["code"]) == (409, "id_again")
    assert (place.task().state, place.task().title) == ("withdrawn", "Báo cáo tháng 3")
    settle(place, "ours")
    assert place.task().state == "withdrawn"
    assert place.put("12/UBND-2", title="Kế hoạch khác hẳn").json()["result"] == "created"
    untouched = place.put("chua-bao-cao")
    assert untouched.json()["result"] == "created"
    place.call("delete", "/chua-bao-cao")
    fresh = place.put("chua-bao-cao", title="Tên mới", **at_hour(9))
    assert (fresh.json()["result"], place.task("chua-bao-cao").title) == ("updated", "Tên mới")


def test_one_task_from_two_sources_waits_and_is_not_counted_twice(place: Place) -> None:
    other = make_source(place.ward, place.at, name="Hệ thống chỉ đạo")
    place.put()
    second = {"token": other.token}
    answer = place.call("put", "/CD-7", task(title="BÁO CÁO  tháng 3"), **second)
    assert (answer.status_code, answer.json()["code"]) == (202, "twin")
    assert "nguồn “Hệ thống văn bản”" in answer.json()["message"]
    assert Task.objects.count() == 1
    page = text_of(browser(place).get(f"/viec-den/{other.source.pk}/?trang-thai=waiting"))
    assert "Đúng là cùng một việc thì bấm “Bỏ qua các mục đã đánh dấu”" in page
    item = SourceItem.objects.get(source=other.source)
    answer_items(by=place.ward.officer, at=place.at, source_id=other.source.pk, item_ids=[item.pk], remember=False,
                 answers={"title": "Báo cáo tháng 3 gửi thành phố"})  # fmt: skip
    assert sorted(Task.objects.values_list("title", flat=True)) == ["Báo cáo tháng 3", "Báo cáo tháng 3 gửi thành phố"]
    for name, changed in (("khac-han", {"due_date": "2026-03-26"}), ("khac-ten", {"title": "Việc khác"})):
        assert place.call("put", f"/{name}", task(**changed), **second).json()["result"] == "created"
    assert place.put("cung-nguon").json()["result"] == "created", "one source knows what it lists twice"


def browser(place: Place) -> Client:
    client = Client()
    client.force_login(place.ward.officer, "thuocdo.accounts.backends.PasswordBackend")
    return client


def test_a_delivery_that_dies_half_way_leaves_nothing_and_is_sent_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = offers(*(f"VB-{n}" for n in range(20)))

    def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    for step in ("_tell_withdrawn", "_tell_moved"):
        with monkeypatch.context() as patch:
            patch.setattr(writing, step, dies)
            with pytest.raises(RuntimeError):
                deliver(by=None, at=place.at, source_id=place.rest.pk, offers=given)
        assert (Task.objects.count(), SourceItem.objects.count(), DeliveryDay.objects.count()) == (0, 0, 0)
    done = deliver(by=None, at=place.at, source_id=place.rest.pk, offers=given)
    assert {one.outcome for one in done} == {"created"}
    assert Task.objects.count() == 20


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({"month": "2026-03", "due_date": "2026-02-25"}, "task.due", 422),
        ({"month": "2024-01", "due_date": "2026-03-25"}, "month_far", 202),
        ({"start_date": "2026-03-26"}, "task.start", 422),
        ({"person": "TC002"}, "unknown_person", 202),
    ],
)
def test_days_out_of_the_period_and_people_of_other_units_are_not_guessed(
    place: Place, changed: dict[str, Any], code: str, status: int
) -> None:
    """`TC002` serves in another ward, which this source does not reach."""
    answer = place.put(**changed)
    assert (answer.json()["code"], answer.status_code, Task.objects.count()) == (code, status, 0)


def test_a_withdrawal_of_work_in_shares_leaves_the_shares(place: Place) -> None:
    place.put()
    whole = place.task()
    _, colleague = member(place.at, place.ward.units["P1-VP"], "CC902", "Đỗ Thị Chung", "dt.chung")
    with outside_actions():
        Task.objects.filter(pk=whole.pk).update(state=Task.State.SPLIT)
        for number, person in enumerate((place.ward.employee_person, colleague)):
            Task.objects.create(
                code=f"P{number}", person=person, agency=whole.agency, month=whole.month, title=whole.title,
                coefficient=150, assigned=200, due_date=whole.due_date, given_by=place.ward.officer, given_at=place.at,
            )  # fmt: skip
    assert place.call("delete", "/12/UBND").json()["code"] == "task_state"
    settle(place, "ours")
    assert list(Task.objects.order_by("code").values_list("code", "state")) == [
        (whole.code, "split"), ("P0", "active"), ("P1", "active"),
    ]  # fmt: skip
    again = place.put(quantity="6", **at_hour(9))
    assert (again.status_code, again.json()["code"], place.task().assigned) == (409, "task_state", 400)
