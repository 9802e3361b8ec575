"""A task given, changed or taken back after the sheet was filed or confirmed."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import (
    MONTH,
    confirmed,
    exempted,
    judgement,
    make_task,
    open_month,
    opened,
    sheet_of,
    submitted,
)
from tests.guards import outside_actions
from tests.integration.organisation.ward import xlsx
from thuocdo.appraisals import actions, frozen, queries
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.intake.actions import preview_import
from thuocdo.intake.documents import stored_counts, stored_problems
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.models import Person
from thuocdo.organisation.waiting import todo
from thuocdo.work import actions as work
from thuocdo.work.closed import closed_months, in_open_month
from thuocdo.work.models import Task
from thuocdo.work.rules import Wanted

NEW = {"title": "Việc giao thêm", "coefficient": 100, "assigned": 200, "due_date": date(2026, 2, 27)}
CHANGED = {"title": "Báo cáo", "coefficient": 200, "assigned": 650, "due_date": date(2026, 2, 20)}


def act(cast: Cast, at: datetime) -> dict[str, Any]:
    return {"by": cast.task_giver.user, "at": at}


def tasks(cast: Cast) -> list[Task]:
    return list(Task.objects.filter(person=cast.officer_appraised).order_by("code"))


def test_the_evaluator_sees_what_changed_after_filing(
    cast: Cast, february: Cycle, at: datetime, client: Client
) -> None:
    sheet = submitted(february, cast.officer_appraised, at)
    first, second = tasks(cast)
    assert not any("sau khi nộp" in f for f in queries.sheet_to_evaluate(cast.head.user, sheet.pk, at).flags)
    work.change_task(task_id=first.pk, version=first.version, **CHANGED, **act(cast, at))
    work.withdraw_task(task_id=second.pk, version=second.version, reason="Thôi", **act(cast, at))
    given = work.assign_task(person_id=cast.officer_appraised.pk, month=MONTH, **NEW, **act(cast, at))
    wanted = (f"Công việc được giao đã thay đổi sau khi nộp: {second.code} đã thu hồi; "
              f"{first.code} số lượng giao 4 → 6,5; {given.code} giao thêm")
    assert wanted in queries.sheet_to_evaluate(cast.head.user, sheet.pk, at).flags
    client.force_login(cast.head.user)
    assert wanted in client.get(f"/danh-gia/phieu/{sheet.pk}/").content.decode()
    assert wanted in client.get(f"/danh-gia/{february.pk}/").content.decode()


def test_a_confirmed_month_takes_no_tasks(cast: Cast, february: Cycle, at: datetime, client: Client) -> None:
    confirmed(february, cast.officer_appraised, at)
    first, _ = tasks(cast)
    steps = [
        lambda: work.assign_task(person_id=cast.officer_appraised.pk, month=MONTH, **NEW, **act(cast, at)),
        lambda: work.change_task(task_id=first.pk, version=first.version, **CHANGED, **act(cast, at)),
        lambda: work.withdraw_task(task_id=first.pk, version=first.version, reason="Thôi", **act(cast, at)),
    ]
    for step in steps:
        with pytest.raises(Conflict, match="Phiếu tháng 2 năm 2026 của Nguyễn Thị Hồng Ngọc đã xác nhận"):
            step()
    first.refresh_from_db()
    assert (first.assigned, first.state, len(tasks(cast))) == (400, "active", 2)
    client.force_login(cast.task_giver.user)
    path = f"/giao-viec/nguoi/{cast.officer_appraised.pk}/?thang=%d&nam=2026"
    assert "đã xác nhận, nên không giao thêm" in client.get(path % 2).content.decode()
    assert "nên không giao thêm" not in client.get(path % 3).content.decode()
    page = client.post(f"/giao-viec/nguoi/{cast.officer_appraised.pk}/?thang=2&nam=2026", {
        "title": "Việc giao thêm", "coefficient": "1", "assigned": "2", "due_date": "27/02/2026"})
    assert page.status_code == 409
    assert "đã xác nhận" in page.content.decode()

    for person, month in ((cast.colleague, MONTH), (cast.officer_appraised, date(2026, 3, 1))):
        values = NEW | {"due_date": month.replace(day=27)}
        assert work.assign_task(person_id=person.pk, month=month, **values, **act(cast, at)).pk


def test_an_exempted_sheet_closes_the_month_too(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.officer_appraised)
    actions.exempt(sheet_id=sheet.pk, reason="Điều động", by=cast.organisation_officer.user, at=at)
    with pytest.raises(Conflict, match="miễn lập phiếu"):
        work.assign_task(person_id=cast.officer_appraised.pk, month=MONTH, **NEW, **act(cast, at))


def test_an_import_names_the_rows_of_closed_months(cast: Cast, february: Cycle, at: datetime) -> None:
    confirmed(february, cast.officer_appraised, at)
    header = ["Mã công việc", "Mã cán bộ", "Tháng", "Tên công việc", "Hệ số quy đổi", "Số lượng giao",
              "Hạn hoàn thành"]
    stored = tasks(cast)[0]
    same = [stored.code, stored.person.code, "02/2026", stored.title, "2", "4", "20/02/2026"]
    rows = [
        ["CV-1", "KT003", "02/2026", "Việc thêm", "1", "2", "27/02/2026"],
        [same[0], *same[1:5], "9", same[6]],
        ["CV-2", "KT004", "02/2026", "Việc thêm", "1", "2", "27/02/2026"],
        ["CV-3", "KT003", "03/2026", "Việc thêm", "1", "2", "27/03/2026"],
    ]

    def preview(sent: list[list[str]]) -> Any:
        return preview_import(by=cast.organisation_officer.user, at=at, kind="tasks", scope="PHUONG",
                              file_name="viec.xlsx", content=xlsx(header, sent))

    found = stored_problems(preview(rows))
    assert [(p.row, p.column) for p in found] == [(2, "Tháng"), (3, "Tháng")]
    assert all("đã xác nhận" in p.message for p in found)
    assert stored_counts(preview([same]))["unchanged"] == 1


def waiting(person: Person, at: datetime) -> set[str]:
    return {line.kind for line in todo(person.user, at) if line.kind.startswith("task.")}


def test_nothing_waits_in_a_confirmed_month(cast: Cast, february: Cycle, at: datetime, client: Client) -> None:
    """A cause, an explanation and a proposal left open at confirmation: no list asks for what is refused."""
    doer, head = cast.officer_appraised, cast.head
    own, give = {"by": doer.user, "at": at}, {"by": head.user, "at": at}
    late = make_task(doer, cast.economy, 7, late=1, giver=cast.task_giver.user)
    claim = work.claim_cause(**own, task_id=late.pk, version=late.version, occurrences=1, text="Bão")
    asked = work.ask_clarification(**give, task_id=late.pk, question="Vì sao chậm?", due=date(2026, 12, 31))
    proposal = work.propose_task(**own, month=MONTH, wanted=Wanted("Số hóa hồ sơ", 100, 500, date(2026, 2, 27)))
    sheet = opened(february, doer, at)
    assert waiting(doer, at) == {"task.answer"}
    assert waiting(head, at) == {"task.cause", "task.asked", "task.proposal"}
    assert waiting(cast.task_giver, at) == {"task.proposal"}

    actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement(), unanswered_ok=True, **give)
    assert waiting(doer, at) == waiting(head, at) == waiting(cast.task_giver, at) == set()
    with pytest.raises(Conflict):
        work.decide_cause(**give, claim_id=claim.pk, confirmed=1, reason="Bão")
    with pytest.raises(Conflict):
        work.answer_clarification(**own, clarification_id=asked.pk, answer="Bão")
    with pytest.raises(Conflict, match="đã xác nhận"):
        work.accept_task(
            **give, task_id=proposal.pk, version=1, coefficient=100, assigned=500, outside_plan=False, answer=""
        )
    client.force_login(head.user)
    page = client.get(f"/cong-viec/{proposal.pk}/").content.decode()
    assert "/khong-duyet/" in page
    assert "/duyet/" not in page
    declined = client.post(f"/cong-viec/{proposal.pk}/khong-duyet/", {"version": "1", "answer": "Tháng đã có kết quả"})
    assert declined.status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == Task.State.DECLINED


@pytest.mark.parametrize(
    ("kind", "number", "closes"), [("quarter", 1, True), ("quarter", 2, False), ("year", 1, False)]
)
def test_a_quarter_closes_its_months_and_a_year_none(
    cast: Cast, february: Cycle, at: datetime, kind: str, number: int, closes: bool
) -> None:
    sheet = sheet_of(february, cast.officer_appraised)
    actions.exempt(sheet_id=sheet.pk, reason="Điều động", by=cast.organisation_officer.user, at=at)
    with outside_actions():
        Cycle.objects.filter(pk=february.pk).update(kind=kind, number=number)
    found = Task.objects.filter(in_open_month(), person=cast.officer_appraised)
    assert found.exists() is not closes
    assert bool(closed_months([(cast.officer_appraised.pk, MONTH)])) is closes


def test_only_the_sheets_of_who_and_when_is_asked_are_read(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list asks for months of some people: neither others' sheets nor those people's other months come along."""
    people = [cast.officer_appraised, cast.colleague, cast.deputy]
    for cycle in (february, open_month(cast.ward, cast.organisation_officer, month=1, at=at)):
        for person in people:
            exempted(sheet_of(cycle, person), cast.organisation_officer, at)
    read: list[int] = []
    whole = Sheet.from_db.__func__

    def counted(model: Any, *row: Any) -> Any:
        made = whole(model, *row)
        read.append(made.person_id)
        return made

    monkeypatch.setattr(Sheet, "from_db", classmethod(counted))
    found = closed_months([(one.pk, MONTH) for one in people[:2]])
    assert set(found) == {(one.pk, MONTH) for one in people[:2]}
    assert sorted(read) == sorted(one.pk for one in people[:2])


def test_a_frozen_document_is_read_once_in_a_process(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = submitted(february, cast.officer_appraised, at)

    def shown() -> Any:
        table = queries.evaluation_table(cast.head.user, february.pk, at)
        return next(row for row in table.rows if row.sheet.pk == sheet.pk)

    frozen._KEPT.clear()
    assert frozen.filed_by([sheet])[sheet.pk].text
    first = shown()
    kept = frozen.filed_by([sheet])[sheet.pk]
    assert kept.text == "", "it stays in the database"
    assert (shown(), first.self_score is None) == (first, False)
    frozen._KEPT.clear()  # by another request, after the rows were asked for
    assert frozen.frozen(sheet, kept).outcome.score == first.self_score.value
