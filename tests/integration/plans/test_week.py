"""A person's week: adding, changing, reporting, carrying over, taking tasks; whose it is and when it is closed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import months
from tests.integration.plans.conftest import WEEK, Plan, unrecorded
from thuocdo.intake.actions import apply_import, preview_block, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.queries import person_of
from thuocdo.plans import actions, queries
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import WEEK as SEVEN_DAYS
from thuocdo.plans.rules import ItemData, Refused, Reported
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
NEXT = WEEK + SEVEN_DAYS


def texts(cast: Cast, week: date = WEEK) -> list[str]:
    return [row.text for row in queries.my_week(cast.officer_appraised.user, week).items]


def test_pressing_twice_adds_once(cast: Cast, plan: Plan) -> None:
    assert len(plan(cast.officer_appraised, "Soạn báo cáo", "Họp giao ban")) == 2
    assert plan(cast.officer_appraised, " soạn  báo cáo") == []
    assert texts(cast) == ["Soạn báo cáo", "Họp giao ban"]
    assert len(plan(cast.officer_appraised, "Họp giao ban", day=5)) == 1


def test_a_week_begins_on_monday_and_needs_a_post(cast: Cast, plan: Plan) -> None:
    with pytest.raises(Refusal, match="thứ Hai"):
        plan(cast.officer_appraised, "Việc", week=WEEK + timedelta(days=1))
    with pytest.raises(Refusal, match="vị trí công tác"):
        plan(cast.officer_appraised, "Việc", week=date(2020, 1, 6))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (ItemData(text="  "), "text"),
        (ItemData(text="x" * 301), "text"),
        (ItemData(text="Việc", day=8), "day"),
        (ItemData(text="Việc", nature="other"), "nature"),
        (ItemData(text="Việc", expected="x" * 301), "expected"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_field(cast: Cast, at: datetime, data: ItemData, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        actions.add_items(by=cast.officer_appraised.user, at=at, week=WEEK, items=[data])
    assert refused.value.field == field
    assert not WeekItem.objects.exists()


def test_a_week_holds_at_most_sixty_rows(cast: Cast, plan: Plan) -> None:
    plan(cast.officer_appraised, *[f"Việc {n}" for n in range(60)])
    with pytest.raises(Refusal, match="60"):
        plan(cast.officer_appraised, "Việc nữa")
    assert len(texts(cast)) == 60


def test_change_and_drop_need_the_version_seen_and_the_owner(cast: Cast, plan: Plan, at: datetime) -> None:
    row = plan(cast.officer_appraised, "Soạn báo cáo")[0]
    act = {"by": cast.officer_appraised.user, "at": at, "item_id": row.pk}
    data = ItemData(text="Soạn báo cáo quý", day=3, is_key=True, due_date=date(2026, 3, 4), assigned_by="Trưởng phòng")
    for stranger in (cast.colleague, cast.head):
        with pytest.raises(NotYours):
            actions.change_item(**(act | {"by": stranger.user}), version=1, data=data)
    changed = actions.change_item(**act, version=1, data=data)
    assert (changed.text, changed.day, changed.is_key, changed.version) == ("Soạn báo cáo quý", 3, True, 2)
    with pytest.raises(Conflict):
        actions.drop_item(**act, version=1)
    actions.drop_item(**act, version=2)
    actions.drop_item(**act, version=2)
    assert texts(cast) == []
    with pytest.raises(Conflict):
        actions.change_item(**act, version=3, data=data)
    assert unrecorded() == []


def test_results_are_reported_together_and_problems_named_together(cast: Cast, plan: Plan, at: datetime) -> None:
    first, second = plan(cast.officer_appraised, "Một", "Hai")
    act = {"by": cast.officer_appraised.user, "at": at, "week": WEEK}
    wrong = [Reported(first.pk, 1, "great"), Reported(second.pk, 1, "done", "x" * 301)]
    with pytest.raises(Refused) as refused:
        actions.report_items(**act, reports=wrong)
    assert list(refused.value.problems) == [f"note-{first.pk}", f"note-{second.pk}"]
    good = [Reported(first.pk, 1, "partly", "Chờ số liệu"), Reported(second.pk, 1, "open")]
    assert [row.pk for row in actions.report_items(**act, reports=good)] == [first.pk]
    assert actions.report_items(**act, reports=good) == []
    with pytest.raises(Conflict):
        actions.report_items(**act, reports=[Reported(first.pk, 1, "done")])
    other = plan(cast.colleague, "Ba")[0]
    with pytest.raises(NotYours):
        actions.report_items(**act, reports=[Reported(other.pk, 1, "done")])


def test_carrying_over_copies_each_row_once(cast: Cast, plan: Plan, at: datetime) -> None:
    user = cast.officer_appraised.user
    done, undone = plan(cast.officer_appraised, "Xong", "Chưa xong", week=WEEK)
    actions.report_items(by=user, at=at, week=WEEK, reports=[Reported(done.pk, 1, "done")])
    earlier = queries.earlier_week(user, NEXT + SEVEN_DAYS)
    assert earlier.week == WEEK
    assert [row.pk for row in earlier.rows] == [undone.pk, done.pk]
    act = {"by": user, "at": at, "week": NEXT}
    copied = actions.carry_over(**act, item_ids=[undone.pk, undone.pk])
    assert [(row.text, row.state, row.carried_from_id) for row in copied] == [("Chưa xong", "open", undone.pk)]
    assert actions.carry_over(**act, item_ids=[undone.pk]) == []
    assert texts(cast, NEXT) == ["Chưa xong"]
    actions.drop_item(by=user, at=at, item_id=copied[0].pk, version=1)
    assert len(actions.carry_over(**act, item_ids=[undone.pk])) == 1
    with pytest.raises(Refusal):
        actions.carry_over(by=user, at=at, week=WEEK, item_ids=[undone.pk])
    with pytest.raises(NotYours):
        actions.carry_over(**act, item_ids=[plan(cast.colleague, "Của người khác")[0].pk])
    assert unrecorded() == []


def test_tasks_of_the_month_go_into_the_week_once(cast: Cast, at: datetime) -> None:
    user = cast.officer_appraised.user
    task = months.make_task(cast.officer_appraised, cast.economy, 1, month=date(2026, 3, 1), giver=cast.head.user)
    other = months.make_task(cast.colleague, cast.economy, 2, month=date(2026, 3, 1))
    assert [t.pk for t in queries.my_week(user, WEEK).tasks] == [task.pk]
    rows = actions.take_tasks(by=user, at=at, week=WEEK, task_ids=[task.pk])
    assert [(r.text, r.task_id, r.assigned_by) for r in rows] == [(task.title, task.pk, cast.head.full_name)]
    assert actions.take_tasks(by=user, at=at, week=WEEK, task_ids=[task.pk]) == []
    assert queries.my_week(user, WEEK).tasks == ()
    with pytest.raises(NotYours):
        actions.take_tasks(by=user, at=at, week=WEEK, task_ids=[other.pk])
    with pytest.raises(NotYours):
        actions.add_items(by=user, at=at, week=WEEK, items=[ItemData(text="Việc", task_id=other.pk)])


def test_weeks_are_closed_once_the_months_sheet_is_confirmed(cast: Cast, plan: Plan, at: datetime) -> None:
    owner = cast.officer_appraised
    february, march = date(2026, 2, 16), WEEK
    row = plan(owner, "Việc tháng Hai", week=february)[0]
    for person in (owner, cast.colleague, cast.head, cast.deputy, cast.team_head):
        months.make_task(person, cast.economy, 1, giver=cast.task_giver.user)
    pasted = {"week": (f"{february}", "Số\tViệc\tKết quả", f"{row.pk}\t{row.text}\txong"),
              "progress": ("2026-02", "Mã công việc\tMinh chứng", f"{Task.objects.get(person=owner).code}\t9/BC")}
    act: dict[str, Any] = {"by": owner.user, "at": at}
    done = []
    for kind, (scope, *lines) in pasted.items():
        batch = preview_block(kind=kind, scope=scope, text="\n".join(lines), **act)
        done.append(apply_import(batch_id=batch.pk, **act))
    cycle = months.open_month(cast.ward, cast.organisation_officer)
    months.confirmed(cycle, owner, at)
    for batch in done:
        back = preview_undo(batch_id=batch.pk, **act)
        assert (stored_counts(back)["conflict"], stored_counts(back)["changed"]) == (1, 0)
        assert "đã xác nhận" in stored_effects(back)[0].text
    for attempt in (
        lambda: plan(owner, "Thêm", week=february),
        lambda: actions.drop_item(by=owner.user, at=at, item_id=row.pk, version=1),
        lambda: actions.report_items(by=owner.user, at=at, week=february, reports=[Reported(row.pk, 1, "done")]),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert "Tháng 2" in queries.my_week(owner.user, february).closed.replace("tháng 2", "Tháng 2")
    assert plan(owner, "Thêm", week=march)
    assert person_of(owner.user) == owner


def test_a_pasted_week_is_taken_back_but_not_what_went_on_since(cast: Cast, plan: Plan, at: datetime) -> None:
    owner = cast.officer_appraised
    first, second, third = plan(owner, "Soạn báo cáo", "Họp giao ban", "Tiếp dân", due_date=date(2026, 3, 6))
    act: dict[str, Any] = {"by": owner.user, "at": at}
    text = "\n".join([
        "Số\tViệc\tHạn\tKết quả", f"{first.pk}\tSoạn tờ trình\t\txong", f"{second.pk}\tHọp giao ban\t\tchưa làm được",
        f"{third.pk}\tTiếp dân\t06/03/2026\txong", "\tViệc mới\t\t", "\tViệc đã chép\t\t",
    ])  # fmt: skip
    done = apply_import(batch_id=preview_block(kind="week", scope=f"{WEEK}", text=text, **act).pk, **act)
    copied = WeekItem.objects.get(text="Việc đã chép")
    actions.carry_over(week=NEXT, item_ids=[copied.pk], **act)
    third.refresh_from_db()
    actions.report_items(week=WEEK, reports=[Reported(third.pk, third.version, "partly", "Còn một")], **act)
    back = preview_undo(batch_id=done.pk, **act)
    counts = stored_counts(back)
    assert (counts["changed"], counts["ended"], counts["conflict"]) == (2, 1, 2)
    said = " ".join(effect.text for effect in stored_effects(back))
    assert "Hạn: trống → 06/03/2026; Kết quả: xong → chưa ghi kết quả; Việc: Soạn tờ trình → Soạn báo cáo" in said
    assert f"việc đã chép sang tuần từ {NEXT:%d/%m/%Y}" in said
    assert "nay “xong một phần”" in said
    apply_import(batch_id=back.pk, **act)
    rows = [(row.text, row.due_date, row.state) for row in queries.my_week(owner.user, WEEK).items]
    day = date(2026, 3, 6)
    assert rows == [("Soạn báo cáo", day, "open"), ("Họp giao ban", day, "open"), ("Tiếp dân", day, "partly"),
                    ("Việc đã chép", None, "open")]  # fmt: skip
    assert WeekItem.objects.get(text="Việc mới").state == "dropped", "as where the owner drops it"
    assert unrecorded() == []
