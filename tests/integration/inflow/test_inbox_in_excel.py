"""The inbox by Excel: items are made clear, left aside or settled row by row, by the rules of the page."""

from typing import Any

import pytest

from tests.integration.inflow.conftest import Place
from tests.integration.intake.files import cells_of, written
from thuocdo.audit.verify import verify
from thuocdo.inflow import actions
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.work import actions as work
from thuocdo.work.rules import Report

LATER = "2026-03-05T09:00:00+07:00"


def sent(place: Place, edits: dict[str, dict[str, str]], state: str = "waiting") -> Any:
    """These items as the officer takes them out, by the id at the source, with other cells."""
    act: dict[str, Any] = {
        "kind": "inbox", "scope": f"{place.rest.pk}-{state}", "by": place.ward.officer, "at": place.at,
    }  # fmt: skip
    header, *rows = cells_of(export_list(**act))
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    lines = [line | edits[line["Mã ở nguồn"]] for line in lines if line["Mã ở nguồn"] in edits]
    content = written([header, *([line[title] for title in header] for line in lines)])
    return preview_import(file_name="t.xlsx", content=content, **act)


def applied(place: Place, batch: Any) -> None:
    assert stored_problems(batch) == []
    apply_import(by=place.ward.officer, at=place.at, batch_id=batch.pk)


def test_what_waits_is_made_clear_or_left_aside_by_file(place: Place) -> None:
    place.put("1", person="LA", title="Việc 3×4  của “Sở”")
    place.put("2", person="LA", product="KHAC")
    place.put("3", person="LA")
    edits = {"1": {"Mã cán bộ": "cc900"}, "2": {"Mã cán bộ": "CC900"}, "3": {"Xử lý": "bỏ qua"}}
    batch = sent(place, edits)
    assert stored_counts(batch)["changed"] == 3
    said = {effect.text.split(":")[0]: effect.text.rpartition("→")[2] for effect in stored_effects(batch)}
    assert (said["1"][:6], said["3"]) == (" mới: ", " bỏ qua")
    assert " vẫn chờ: " in said["2"], "who is answered, the product is not"
    applied(place, batch)
    assert [place.item(name).state for name in "123"] == ["applied", "waiting", "ignored"]
    assert (place.task("1").person.code, place.item("2").choices) == ("CC900", {"person": "CC900"})
    more = {"Mã sản phẩm": "-", "Hệ số quy đổi": "1,5", "Tháng": "03/2026", "Tên việc ghi ở đây": "Việc hai"}
    applied(place, sent(place, {"2": more}))
    task = place.task("2")
    assert (task.product, task.coefficient, task.title, f"{task.month:%m/%Y}") == (None, 150, "Việc hai", "03/2026")


def test_what_the_page_refuses_the_file_refuses_by_row(place: Place) -> None:
    place.put("1", person="LA")
    for cells, words in (
        ({"Mã cán bộ": "CC999"}, "Không có mã “CC999”"),
        ({"Tháng": "13/2026"}, "không có tháng này"),
        ({"Hệ số quy đổi": "0"}, "lớn hơn 0"),
        ({"Mã cán bộ": "CC900", "Xử lý": "bỏ qua"}, "không cả hai"),
        ({"Xử lý": "theo nguồn"}, "chưa hiểu nên không"),
        ({"Công việc": "Khác"}, "không sửa ở đây"),
        ({"Số": "999999"}, "không có trong bảng này"),
    ):
        assert words in stored_problems(sent(place, {"1": cells}))[0].message
    with pytest.raises(NotYours):
        export_list(by=place.ward.employee, at=place.at, kind="inbox", scope=f"{place.rest.pk}-waiting")
    batch = sent(place, {"1": {"Mã cán bộ": "CC900"}})
    actions.ignore_items(by=place.ward.officer, at=place.at, source_id=place.rest.pk, item_ids=[place.item("1").pk])
    with pytest.raises(Conflict):
        apply_import(by=place.ward.officer, at=place.at, batch_id=batch.pk)


def test_a_conflict_is_settled_by_file(place: Place) -> None:
    for name, step, kept in (("1", "giữ bản ở đây", 300), ("2", "theo nguồn", 200)):
        place.put(name, result={"completed": "1", "quality_met": "1", "on_time": "1"})
        task = place.task(name)
        report = Report(completed=300, quality_met=300, on_time=300)
        work.report_task(by=place.ward.employee, at=place.at, task_id=task.pk, version=task.version, report=report)
        place.put(name, result={"completed": "2", "quality_met": "2", "on_time": "2"}, updated_at=LATER)
        wrong = sent(place, {name: {"Tháng": "03/2026"}}, "conflict")
        assert "nên không làm rõ được" in stored_problems(wrong)[0].message
        applied(place, sent(place, {name: {"Xử lý": step}}, "conflict"))
        assert (place.item(name).state, place.task(name).completed) == ("applied", kept)


def test_what_a_file_settled_waits_again_and_its_tasks_are_withdrawn(place: Place) -> None:
    """A task on which its doer went on stays, and so does what was written over by the source's version."""
    for name in "1234":
        place.put(name, person="LA", **({"product": "KHAC"} if name == "2" else {}))
    code = {"Mã cán bộ": "CC900"}
    batch = sent(place, {"1": code, "2": code, "3": {"Xử lý": "bỏ qua"}, "4": code})
    applied(place, batch)
    act: dict[str, Any] = {"by": place.ward.officer, "at": place.at}
    task, kept = place.task("1"), place.task("4")
    early = preview_undo(batch_id=batch.pk, **act)
    report = Report(completed=300, quality_met=300, on_time=300)
    work.report_task(by=place.ward.employee, at=place.at, task_id=kept.pk, version=kept.version, report=report)
    with pytest.raises(Conflict):
        apply_import(batch_id=early.pk, **act)
    back = preview_undo(batch_id=batch.pk, **act)
    assert (stored_counts(back)["changed"], stored_counts(back)["conflict"]) == (3, 1)
    assert any("có người đã làm tiếp" in effect.text for effect in stored_effects(back) if effect.text[0] == "4")
    apply_import(batch_id=back.pk, **act)
    task.refresh_from_db()
    assert [place.item(name).state for name in "1234"] == ["waiting", "waiting", "waiting", "applied"]
    assert (task.state, place.item("1").task, place.item("1").applied, place.item("2").choices) == (
        "withdrawn", None, {}, {}
    )  # fmt: skip
    applied(place, sent(place, {"1": code}))
    assert place.task("1").code != task.code, "made clear again, it is a task of its own"
    assert not {"inflow.sourceitem", "work.task"} & {p.kind for p in verify().problems if "khác" in p.message}


def test_a_conflict_settled_for_the_source_is_not_taken_back(place: Place) -> None:
    act: dict[str, Any] = {"by": place.ward.officer, "at": place.at}
    batches = {}
    for name, step in (("1", "giữ bản ở đây"), ("2", "theo nguồn")):
        place.put(name, result={"completed": "1", "quality_met": "1", "on_time": "1"})
        task = place.task(name)
        report = Report(completed=300, quality_met=300, on_time=300)
        work.report_task(by=place.ward.employee, at=place.at, task_id=task.pk, version=task.version, report=report)
        place.put(name, result={"completed": "2", "quality_met": "2", "on_time": "2"}, updated_at=LATER)
        batches[name] = sent(place, {name: {"Xử lý": step}}, "conflict")
        applied(place, batches[name])
    apply_import(batch_id=preview_undo(batch_id=batches["1"].pk, **act).pk, **act)
    assert (place.item("1").state, place.task("1").completed) == ("conflict", 300)
    [stays] = stored_effects(preview_undo(batch_id=batches["2"].pk, **act))
    assert (stays.outcome, "bảng không đưa lại đúng như cũ được" in stays.text) == ("conflict", True)
