"""The JSON door: what comes in, what is refused, and what nobody can do through it."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.clients import signed_in
from tests.guards import outside_actions
from tests.integration.inflow.conftest import Place, make_source, task
from tests.integration.web.office import text_of
from thuocdo.audit import verify
from thuocdo.inflow.actions import resolve_items, stop_source
from thuocdo.inflow.models import DeliveryDay, SourceItem
from thuocdo.notices.models import Notice
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.rules import Report


def test_a_task_comes_in_is_changed_and_withdrawn(place: Place) -> None:
    made = place.put()
    assert (made.status_code, made.json()["result"]) == (201, "created")
    row = place.task()
    assert (row.person.code, row.coefficient, row.assigned, f"{row.month}") == ("CC900", 150, 400, "2026-03-01")
    assert (row.origin, row.product_id, row.given_by_id) == ("imported", place.product.pk, place.ward.officer.pk)
    assert place.put().json()["result"] == "unchanged"
    changed = place.put(title="Báo cáo quý 1", updated_at="2026-03-05T09:00:00+07:00")
    assert (changed.status_code, changed.json()["result"]) == (200, "updated")
    assert place.task().title == "Báo cáo quý 1"
    late = place.put(title="Bản cũ", updated_at="2026-03-05T07:00:00+07:00")
    assert (late.status_code, late.json()["result"], place.task().title) == (409, "stale", "Báo cáo quý 1")
    gone = place.call("delete", "/12/UBND")
    assert (gone.status_code, gone.json()["result"], place.task().state) == (200, "withdrawn", "withdrawn")
    assert place.call("delete", "/12/UBND").json()["result"] == "unchanged"
    assert place.put(updated_at="2026-03-05T09:00:00+07:00").json()["result"] == "stale"
    back = place.put(updated_at="2026-03-05T10:00:00+07:00")
    assert (back.json()["result"], place.task().state, Task.objects.count()) == ("updated", "active", 1)
    assert [p for p in verify.verify().problems if p.kind.startswith(("inflow.", "work.task"))] == []


def test_abuse_36_a_deadline_on_a_day_off_is_kept_and_noted_in_the_answer(place: Place) -> None:
    made = place.put(due_date="2026-03-29").json()
    assert made["message"] == (
        "Hạn giữ như nguồn ghi: Chủ nhật, 29/03/2026 là ngày nghỉ cuối tuần; "
        "ngày làm việc tiếp theo là thứ Hai, 30/03/2026."
    )
    assert f"{place.task().due_date}" == "2026-03-29"
    same = place.put(due_date="2026-03-29", title="Tên khác", updated_at="2026-03-05T09:00:00+07:00").json()
    assert (same["result"], same["message"]) == ("updated", "")
    plain = place.put(due_date="2026-03-30", updated_at="2026-03-05T10:00:00+07:00").json()
    assert (plain["result"], plain["message"]) == ("updated", "")


def test_the_doer_is_told_of_what_a_source_takes_back_and_why_it_went(place: Place) -> None:
    names = ("1", "2")
    for name in names:
        place.put(name)
    place.call("put", "", {"withdrawn": list(names)})
    told = Notice.objects.filter(kind="task.withdrawn", user=place.ward.employee)
    assert set(told.values_list("path", flat=True)) == {f"/cong-viec/{place.task(name).pk}/" for name in names}
    assert {one.text for one in told} == {"Nguồn “Hệ thống văn bản” đã thu hồi một công việc của ông/bà."}
    assert {place.task(name).answer for name in names} == {"Nguồn “Hệ thống văn bản” thu hồi."}
    place.put("1", updated_at="2026-03-05T09:00:00+07:00")
    assert (place.task("1").state, place.task("1").answer) == ("active", "")
    place.call("delete", "/1")
    assert told.count() == 2, "the same again is not said while it is unread"
    with outside_actions():
        told.update(read_at=place.at)
    place.put("1", updated_at="2026-03-05T10:00:00+07:00")
    place.call("delete", "/1")
    assert told.count() == 3
    doer = signed_in(place.ward.employee_person)
    assert "Nguồn “Hệ thống văn bản” thu hồi." in text_of(doer.get(f"/cong-viec/{place.task('1').pk}/"))


def test_what_the_giver_took_back_loses_the_reason_when_the_source_gives_it_again(place: Place) -> None:
    place.put()
    row = place.task()
    with outside_actions():
        Task.objects.filter(pk=row.pk).update(state=Task.State.WITHDRAWN, answer="Nhầm người")
    place.put(title="Việc khác", updated_at="2026-03-05T09:00:00+07:00")
    item = place.item()
    resolve_items(by=place.ward.officer, at=place.at, source_id=place.rest.pk, items=[(item.pk, item.version)],
                  keep="theirs")  # fmt: skip
    assert (place.task().state, place.task().title, place.task().answer) == ("active", "Việc khác", "")


def test_the_same_again_writes_nothing(place: Place) -> None:
    place.put()
    before = place.task().version, place.item().version
    for _ in range(3):
        assert place.put().status_code == 200
    assert (place.task().version, place.item().version) == before
    assert DeliveryDay.objects.get().counts == {"created": 1, "unchanged": 3}


def test_exact_results_are_taken_over(place: Place) -> None:
    result = {"completed": "4", "quality_met": "4", "on_time": "4", "quality_errors": 1, "evidence": "12/BC"}
    assert place.put(result=result).json()["result"] == "created"
    row = place.task()
    assert (row.completed, row.quality_met, row.on_time, row.quality_errors) == (400, 400, 400, 1)
    assert row.reported_at == place.at
    assert place.put(result={**result, "quality_met": "4.5"}, updated_at="2026-03-05T09:00:00+07:00").status_code == 422


def test_what_is_said_of_single_products_comes_in_and_goes_only_with_its_figures(place: Place) -> None:
    """A product left out beside an occurrence is no reason to refuse a source: whoever judges resolves it."""
    result = {"completed": "4", "quality_met": "4", "on_time": "3", "late": 2}
    assert place.put(result=result).json()["result"] == "created"
    row = place.task()
    row.late_each = "1"  # as the doer says it
    row.save()
    later = {"updated_at": "2026-03-05T09:00:00+07:00"}
    assert place.put(result={**result, "evidence": "12/BC"}, **later).json()["result"] == "updated"
    assert (place.task().late_each, place.task().evidence) == ("1", "12/BC")
    later = {"updated_at": "2026-03-05T10:00:00+07:00"}
    assert place.put(result={**result, "on_time": "4"}, **later).json()["result"] == "updated"
    assert place.task().late_each == ""
    said = {**result, "on_time": "4", "quality_errors": 5, "quality_errors_each": [1, 1, 3]}
    later = {"updated_at": "2026-03-05T11:00:00+07:00"}
    assert place.put(result=said, **later).json()["result"] == "updated"
    assert place.task().quality_errors_each == "1; 1; 3"
    more = {**said, "completed": "5"}
    later = {"updated_at": "2026-03-05T11:30:00+07:00"}
    assert place.put(result=more, **later).json()["result"] == "updated"
    assert place.task().quality_errors_each == "1; 1; 3"  # said again, of the new figures
    wrong = {"result": {**said, "quality_errors_each": [1]}, "updated_at": "2026-03-05T12:00:00+07:00"}
    assert place.put(**wrong).status_code == 422


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"quantity": "1e5"}, "string_pattern_mismatch"),
        ({"quantity": "-1"}, "string_pattern_mismatch"),
        ({"quantity": "1,5"}, "string_pattern_mismatch"),
        ({"quantity": "NaN"}, "string_pattern_mismatch"),
        ({"quantity": "1.555"}, "string_pattern_mismatch"),
        ({"quantity": "１"}, "string_pattern_mismatch"),
        ({"quantity": 4}, "string_type"),
        ({"state": "active"}, "extra_forbidden"),
        ({"agency": 1}, "extra_forbidden"),
        ({"given_by": 1}, "extra_forbidden"),
        ({"coefficient": "9"}, "coefficient_differs"),
        ({"title": "a\x00b"}, "value_error"),
        ({"title": ...}, "missing"),
        ({"due_date": "25/03/2026"}, "date_from_datetime_parsing"),
        ({"due_date": "2026-02-25", "month": "2026-03"}, "task.due"),
        ({"updated_at": "2026-03-05T08:00:00"}, "timezone_aware"),
        ({"updated_at": ...}, "missing"),
        ({"is_key": "true"}, "bool_type"),
    ],
)
def test_hostile_fields_are_refused_and_nothing_is_kept(place: Place, changed: dict[str, Any], code: str) -> None:
    answer = place.put(**changed)
    assert (answer.status_code, answer.json()["result"], answer.json()["code"]) == (422, "refused", code)
    assert answer.json()["message"]
    assert not SourceItem.objects.exists()


def test_the_id_inside_agrees_with_the_address(place: Place) -> None:
    answer = place.call("put", "/1", task(external_id="2"))
    assert (answer.status_code, answer.json()["code"]) == (422, "external_id")
    assert place.call("put", f"/{'x' * 201}", task()).json()["code"] == "string_too_long"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"tasks":', 400, "json"),
        (b"\xff\xfe", 400, "json"),
        ('{"tasks":[{"quantity": 1.5}]}', 422, "number"),
        ('{"tasks":[{"quantity": NaN}]}', 422, "number"),
        ('{"tasks":[], "tasks":[]}', 422, "duplicate_key"),
        ('{"tasks":[], "source": 2}', 422, "form"),
        ('{"tasks": 5}', 422, "form"),
        ("[" * 100_000, 400, "json"),
        (json.dumps({"withdrawn": ["x"] * 1001}), 413, "too_many"),
        (json.dumps({"tasks": [{}] * 600, "withdrawn": ["x"] * 600}), 422, "too_many"),
        (" " * (4 * 1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_in_json(place: Place, body: Any, status: int, code: str) -> None:
    answer = place.call("put", "", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"].startswith("application/json")


def test_no_token_a_wrong_a_revoked_and_an_expired_one_are_answered_alike(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = set()
    near = place.token[:-1] + ("B" if place.token.endswith("A") else "A")
    for token in ("", "td1_" + "a" * 43, "x" * 5000, near, "td1_'; DROP TABLE"):
        answer = place.call("put", "", {"tasks": [task(external_id="1")]}, token=token)
        assert answer.status_code == 401
        bodies.add(answer.content)
    bare = Client().put("/api/v1/tasks", {}, content_type="application/json")
    with monkeypatch.context() as later:
        later.setattr("django.utils.timezone.now", lambda: place.at.replace(year=2027))
        expired = place.put()
    stop_source(by=place.ward.officer, at=place.at, source_id=place.rest.pk, version=place.rest.version)
    revoked = place.put()
    assert {a.status_code for a in (bare, expired, revoked)} == {401}
    assert bodies | {a.content for a in (bare, expired, revoked)} == bodies
    assert len(bodies) == 1
    assert not SourceItem.objects.exists()


def test_a_signed_in_browser_is_nobody_here(place: Place) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(place.ward.officer, "thuocdo.accounts.backends.PasswordBackend")
    assert client.put("/api/v1/tasks", {"tasks": []}, content_type="application/json").status_code == 401
    assert "Set-Cookie" not in place.put().headers


def test_items_of_another_source_do_not_exist(place: Place) -> None:
    other = make_source(place.ward, place.at, name="Khác")
    place.put()
    for method in ("get", "delete"):
        theirs = place.call(method, "/12/UBND", token=other.token)
        unknown = place.call(method, "/khong-co", token=other.token)
        assert theirs.status_code == unknown.status_code == 404
    assert place.task().state == "active"
    mine = place.call("get", "/12/UBND").json()
    assert (mine["state"], mine["task"]) == ("applied", place.task().code)
    assert "CC900" not in json.dumps(mine)


def test_unknown_people_and_products_wait_and_nothing_is_guessed(place: Place) -> None:
    answer = place.put("1", person="Nguyễn Văn Sẵn")
    assert (answer.status_code, answer.json()["result"], answer.json()["code"]) == (202, "waiting", "unknown_person")
    assert place.put("2", product="BC-09").json()["code"] == "unknown_product"
    assert place.put("3", product="").json()["code"] == "no_coefficient"
    assert place.put("4", month="2024-01", due_date="2026-03-25").json()["code"] == "month_far"
    assert place.put("5", title="Rất dài " * 30).json()["code"] == "title_long"
    assert place.put("6", person="TC002").json()["code"] == "unknown_person"
    assert not Task.objects.exists()


def test_a_change_made_here_is_never_overwritten(place: Place) -> None:
    place.put()
    row, owner = place.task(), place.ward.employee
    report = Report(completed=200, quality_met=200, on_time=200)
    work.report_task(by=owner, at=place.at, task_id=row.pk, version=row.version, report=report)
    other = place.put(title="Tên mới", updated_at="2026-03-05T09:00:00+07:00")
    assert other.json()["result"] == "updated"
    assert (place.task().title, place.task().completed) == ("Tên mới", 200)
    result = {"completed": "4", "quality_met": "4", "on_time": "4"}
    clash = place.put(title="Tên mới", result=result, updated_at="2026-03-05T10:00:00+07:00")
    assert (clash.status_code, clash.json()["result"], clash.json()["code"]) == (409, "conflict", "changed_here")
    assert place.task().completed == 200
    gone = place.call("delete", "/12/UBND")
    assert (gone.status_code, gone.json()["code"], place.task().state) == (409, "withdrawn_there", "active")


def test_a_batch_answers_item_by_item(place: Place) -> None:
    place.put("cu")
    tasks = [
        task(external_id="a"), task(external_id="b", person="LA"), task(external_id="c", quantity="x"), "sai",
        task(external_id="a"), task(),
    ]  # fmt: skip
    answer = place.call("put", "", {"tasks": tasks, "withdrawn": ["cu", "la"]})
    found = [(r["external_id"], r["result"]) for r in answer.json()["results"]]
    assert found == [
        ("a", "created"), ("b", "waiting"), ("c", "refused"), ("", "refused"), ("a", "refused"), ("", "refused"),
        ("cu", "withdrawn"), ("la", "unknown"),
    ]  # fmt: skip
    assert answer.json()["counts"]["refused"] == 4


@pytest.mark.long(23)
def test_a_thousand_items_cost_a_bounded_number_of_queries(place: Place) -> None:
    def cost(count: int, prefix: str, **changed: Any) -> int:
        body = {"tasks": [task(external_id=f"{prefix}{n}", **changed) for n in range(count)]}
        with CaptureQueriesContext(connection) as queries:
            answer = place.call("put", "", body)
        assert answer.status_code == 200
        return len(queries)

    few = cost(10, "it-")
    many = cost(1000, "nhieu-")
    again = cost(1000, "nhieu-")
    changed = cost(1000, "nhieu-", title="Khác", updated_at="2026-03-05T09:00:00+07:00")
    assert Task.objects.count() == 1010
    assert again <= few
    assert max(many, changed) < 130, "a thousand items: SQLite takes 24 tasks an insert, PostgreSQL 500"
    with CaptureQueriesContext(connection) as gone:
        place.call("put", "", {"withdrawn": [f"nhieu-{n}" for n in range(1000)]})
    assert Notice.objects.filter(kind="task.withdrawn").count() == 1000
    assert len(gone) < 130


def test_too_many_calls_are_slowed_down(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from thuocdo.api.tasks import api

    paces = {t for _, router in api._routers for v in router.path_operations.values() for o in v.operations
             for t in o.throttle_objects}  # fmt: skip
    for pace in paces:
        monkeypatch.setattr(pace, "num_requests", 3)
    statuses = [place.call("get", "/x").status_code for _ in range(5)]
    assert statuses == [404, 404, 404, 429, 429]


def test_addresses_elsewhere_and_the_description(place: Place) -> None:
    for path in ("/api/v1/tasks/", "/api/v2/", "/api/v1/khac"):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("application/json"), path
    assert place.call("post", "", {}).status_code == 405
    described = Client().get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {"/api/v1/tasks", "/api/v1/tasks/{external_id}"}
