"""The task giver's pages: who has nothing yet, giving, changing, taking back."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.guards import outside_actions
from tests.integration.web.office import MOST_QUERIES, counted, form_of, ready_cast, set_clock, text_of
from thuocdo.plans.actions import add_items
from thuocdo.plans.rules import ItemData
from thuocdo.work.actions import choose_conversion
from thuocdo.work.models import Product, Task

pytestmark = pytest.mark.django_db
FEBRUARY = "?thang=2&nam=2026"


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Cast:
    set_clock(monkeypatch, at)
    return ready_cast()


def given(cast: Cast) -> list[Task]:
    return list(Task.objects.filter(person=cast.officer_appraised, month=date(2026, 2, 1)).order_by("pk"))


def test_month_lists_those_without_tasks_first_and_stays_within_the_budget(cast: Cast) -> None:
    giver = signed_in(cast.task_giver)
    path = reverse("tasks_month")
    page = text_of(giver.get(path + FEBRUARY))
    assert page.index(cast.team_member.full_name) < page.index(cast.officer_appraised.full_name)
    assert "chưa giao" in page
    assert cast.head_elsewhere.full_name not in page
    assert "tháng 3/2026" in text_of(giver.get(path + "?thang=x&nam=y"))
    assert counted(giver, path + FEBRUARY) <= MOST_QUERIES
    assert signed_in(cast.officer_appraised).get(path).status_code == 403


def test_assign_from_the_catalogue_or_by_hand_keeping_what_was_typed(cast: Cast) -> None:
    with outside_actions():
        product = Product.objects.create(
            agency=cast.economy,
            code="SP1",
            name="Báo cáo tháng",
            complexity=2,
            coefficient=150,
            start=date(2026, 1, 1),
        )
    giver = signed_in(cast.task_giver)
    path = reverse("tasks_person", args=[cast.officer_appraised.pk]) + FEBRUARY
    assert "Báo cáo tháng" in text_of(giver.get(path))
    assert counted(giver, path) <= MOST_QUERIES
    wrong = giver.post(
        path, {"title": "Tổng hợp số liệu", "coefficient": "1.000", "assigned": "2", "due_date": "28/02/2026"}
    )
    assert wrong.status_code == 400
    assert 'value="Tổng hợp số liệu"' in wrong.content.decode()
    assert 'href="#coefficient"' in wrong.content.decode()
    impossible = giver.post(path, {"title": "A", "coefficient": "1", "assigned": "2", "due_date": "30/02/2026"})
    assert "không có ngày 30/02/2026" in text_of(impossible)
    good = {"title": "Tổng hợp số liệu", "coefficient": "1,5", "assigned": "2", "due_date": "28/02/2026"}
    assert giver.post(path, good).status_code == 302
    assert giver.post(path, {"product": product.pk, "assigned": "3", "due_date": "28-02-2026"}).status_code == 302
    by_hand, listed = given(cast)[2:]
    assert (by_hand.coefficient, by_hand.assigned, by_hand.product) == (150, 200, None)
    assert (listed.title, listed.coefficient, listed.product) == ("Báo cáo tháng", 150, product)
    elsewhere = reverse("tasks_person", args=[cast.head_elsewhere.pk]) + FEBRUARY
    assert giver.get(elsewhere).status_code == 404
    assert giver.post(elsewhere, good).status_code == 404


DETAILS = {"nature": "ad_hoc", "is_key": "1", "is_hard": "1", "expected": "Tờ trình", "start_date": "05/02/2026"}


def kept(task: Task) -> tuple[str, bool, bool, bool, str, date | None]:
    task.refresh_from_db()
    return task.nature, task.is_key, task.is_new, task.is_hard, task.expected, task.start_date


def test_given_with_nature_signs_expected_product_and_start_and_all_can_be_changed(cast: Cast) -> None:
    giver = signed_in(cast.task_giver)
    path = reverse("tasks_person", args=[cast.officer_appraised.pk]) + FEBRUARY
    fields = {"title": "Tổng hợp số liệu", "coefficient": "1,5", "assigned": "2", "due_date": "28/02/2026"}
    late = giver.post(path, fields | DETAILS | {"start_date": "01/03/2026"})
    assert late.status_code == 400
    page = late.content.decode()
    assert 'href="#start_date"' in page
    assert 'name="is_key" value="1" checked' in page
    assert "<details open>" in page
    assert giver.post(path, fields | DETAILS).status_code == 302
    task = given(cast)[-1]
    assert kept(task) == ("ad_hoc", True, False, True, "Tờ trình", date(2026, 2, 5))
    page = text_of(giver.get(path))
    assert all(words in page for words in ("trọng tâm", "đột xuất", "sản phẩm dự kiến: Tờ trình", "bắt đầu 05/02/2026"))
    with outside_actions():
        Task.objects.filter(pk=task.pk).update(assigned_by="Chủ tịch")
    form = reverse("task_change", args=[task.pk])
    page = giver.get(form).content.decode()
    assert all(f'name="{name}" value="{DETAILS[name]}"' in page for name in ("expected", "start_date"))
    assert all(f'name="{name}" value="1" checked' in page for name in ("is_key", "is_hard"))
    assert '<option value="ad_hoc" selected>' in page
    assert giver.post(form, fields | {"version": "1", "is_new": "1", "start_date": "29/02/2026"}).status_code == 400
    assert giver.post(form, fields | {"version": "1", "is_new": "1", "nature": "regular"}).status_code == 302
    assert kept(task) == ("regular", False, True, False, "", None)
    assert task.assigned_by == "Chủ tịch"


def test_the_group_of_complexity_stands_on_every_page_of_tasks_and_plans_without_a_query_more(
    cast: Cast, at: datetime
) -> None:
    tasks, doer = given(cast), signed_in(cast.officer_appraised)
    giver, group = signed_in(cast.task_giver), "nhóm phức tạp 4"
    week = "?tuan=2026-02-02"
    add_items(
        by=cast.officer_appraised.user, at=at, week=date(2026, 2, 2),
        items=[ItemData(text=task.title, task_id=task.pk) for task in tasks],
    )  # fmt: skip
    pages = {
        reverse("tasks_person", args=[cast.officer_appraised.pk]) + FEBRUARY: giver,
        reverse("task", args=[tasks[0].pk]): giver,
        reverse("my_work") + FEBRUARY: doer,
        reverse("plan_week") + week: doer,
        reverse("plan_month") + FEBRUARY: doer,
        reverse("plan_unit", args=[cast.economy.pk]) + week: signed_in(cast.head),
    }
    for path, who in pages.items():
        assert group not in text_of(who.get(path)), path
    before = {path: counted(who, path) for path, who in pages.items()}
    values = {"complexity": 4, "coefficient": 150, "start": date(2026, 1, 1)}
    with outside_actions():
        for number, task in enumerate(tasks):
            task.product = Product.objects.create(agency=cast.economy, code=f"SP{number}", name="Báo cáo", **values)
            task.save()
    for path, who in pages.items():
        assert text_of(who.get(path)).count(group) >= (1 if f"/{tasks[0].pk}/" in path else len(tasks)), path
        assert counted(who, path) <= before[path], path


def test_change_and_withdraw_with_stale_tabs_told(cast: Cast) -> None:
    task = given(cast)[0]
    giver, path = signed_in(cast.task_giver), reverse("task_change", args=[task.pk])
    fields = {
        "title": "Báo cáo quý",
        "coefficient": "2",
        "assigned": "5",
        "due_date": "25/02/2026",
        "version": "1",
    }
    assert giver.post(path, fields | {"assigned": "-1"}).status_code == 400
    assert giver.post(path, fields).status_code == 302
    stale = giver.post(path, fields | {"title": "Khác"})
    assert stale.status_code == 409
    assert 'value="Khác"' in stale.content.decode()
    gone = reverse("task_withdraw", args=[task.pk])
    unsaid = giver.post(gone, {"version": "2"})
    assert unsaid.status_code == 400
    assert 'id="reason-error"' in unsaid.content.decode()
    assert giver.post(gone, {"version": "1", "reason": "Giao nhầm người"}).status_code == 409
    assert giver.post(gone, {"version": "2", "reason": "Giao nhầm người"}).status_code == 302
    person = giver.get(reverse("tasks_person", args=[cast.officer_appraised.pk]) + FEBRUARY)
    assert "1 công việc đã thu hồi Báo cáo quý" in text_of(person)
    assert "Giao nhầm người" in text_of(person)
    assert "Giao nhầm người" in text_of(signed_in(cast.officer_appraised).get(reverse("task", args=[task.pk])))
    other = given(cast)[1]
    change = reverse("task_change", args=[other.pk])
    assert f'href="{change}#thu-hoi"' in person.content.decode()
    assert set(form_of(giver.get(change), reverse("task_withdraw", args=[other.pk]))) == {"version", "reason"}
    with outside_actions():
        Task.objects.filter(pk=other.pk).update(handed_back=True, completed=0, quality_met=0, on_time=0)
    stays = text_of(giver.get(change))
    assert "vẫn nằm trong tổng số được giao" in stays
    assert "Lý do thu hồi" not in stays
    withdraw, listed = f'href="{change}#thu-hoi"', reverse("tasks_person", args=[cast.officer_appraised.pk]) + FEBRUARY
    assert withdraw not in giver.get(listed).content.decode()
    with outside_actions():
        Task.objects.filter(pk=other.pk).update(outside_plan=True)
    assert withdraw in giver.get(listed).content.decode(), "what never was in the total is taken back"
    assert signed_in(cast.head_elsewhere).get(path).status_code == 404


def test_work_hard_to_count_is_given_by_the_agencys_choice_and_why_says_so(cast: Cast, at: datetime) -> None:
    giver = signed_in(cast.task_giver)
    path = reverse("tasks_person", args=[cast.officer_appraised.pk]) + FEBRUARY
    form = {"title": "Trực bão", "assigned": "16", "coefficient": "", "due_date": "27/02/2026", "uncountable": "1"}
    refused = giver.post(path, form)
    assert refused.status_code == 400
    assert "Người đứng đầu cơ quan quyết định" in text_of(refused)
    assert 'id="uncountable" name="uncountable" value="1" aria-invalid="true"' in refused.content.decode()
    choose_conversion(
        agency_id=cast.economy.pk, way="hours", hours=800, start=date(2026, 1, 1), text="Quy chế 12",
        decided_by="Chủ tịch", decided_on=date(2025, 12, 20), by=cast.organisation_officer.user, at=at,
    )  # fmt: skip
    assert giver.post(path, form).status_code == 302
    task = Task.objects.get(title="Trực bão")
    assert (task.coefficient, task.assigned, task.uncountable) == (100, 200, True)
    assert "khó lượng hóa" in text_of(giver.get(path))
    with outside_actions():
        Task.objects.filter(pk=task.pk).update(completed=200, quality_met=200, on_time=200, reported_at=at)
    february = months.open_month(cast.ward, cast.organisation_officer)
    sheet = months.confirmed(february, cast.officer_appraised, at).sheet
    page = text_of(signed_in(cast.officer_appraised).get(reverse("why", args=[sheet.pk])))
    assert "Việc khó lượng hóa. Lựa chọn của cơ quan, không phải quy định của luật: 8 giờ là một đơn vị chuẩn" in page


def test_the_month_before_is_given_again_with_its_dates_on_working_days(cast: Cast) -> None:
    doer, giver = cast.officer_appraised, signed_in(cast.task_giver)
    first, second = given(cast)[:2]
    path = reverse("tasks_again") + "?thang=3&nam=2026"
    page = text_of(giver.get(path))
    assert first.title in page
    assert counted(giver, path) <= MOST_QUERIES
    wish = {"chosen": [first.pk, second.pk], f"assigned-{first.pk}": "7", f"due_date-{first.pk}": "13/03/2026"}
    wrong = giver.post(path, wish | {f"assigned-{second.pk}": "x", f"due_date-{second.pk}": "32/03/2026"})
    assert wrong.status_code == 400
    assert all(said in wrong.content.decode() for said in ("không có ngày", "số lượng", 'value="7"', 'value="x"'))
    assert not Task.objects.filter(month=date(2026, 3, 1)).exists()
    posted = wish | {f"assigned-{second.pk}": "4,5", f"due_date-{second.pk}": "31/03/2026"}
    assert giver.post(path, posted).status_code == 302
    made = Task.objects.filter(person=doer, month=date(2026, 3, 1)).order_by("pk")
    assert [(t.title, t.assigned, t.due_date.day, t.given_by_id) for t in made] == [
        (first.title, 700, 13, cast.task_giver.user_id), (second.title, 450, 31, cast.task_giver.user_id)
    ]  # fmt: skip
    again = giver.post(path, posted)
    assert again.status_code == 400, "pressed twice, given once"
    assert "đã giao trong tháng này" in text_of(again)
    assert made.count() == 2
    assert giver.post(path, {"chosen": ["999999"]}).status_code == 404
    assert signed_in(cast.head_elsewhere).post(path, posted).status_code == 404


def test_one_product_for_several_people_all_or_nobody(cast: Cast) -> None:
    giver, path = signed_in(cast.task_giver), reverse("tasks_many") + FEBRUARY
    people = [cast.officer_appraised.pk, cast.team_member.pk]
    typed = {"title": "Rà soát hồ sơ", "coefficient": "1", "assigned": "2", "due_date": "27/02/2026"}
    assert counted(giver, path) <= MOST_QUERIES
    nobody = giver.post(path, typed | {"coefficient": ""})
    assert nobody.status_code == 400
    for said in ("Chưa chọn người", "Hệ số quy đổi: chưa nhập", 'value="Rà soát hồ sơ"'):
        assert said in nobody.content.decode()
    late = giver.post(path, typed | {"person": people, "due_date": "27/01/2026"})
    assert text_of(late).count("trước tháng được giao") == 2, "in the summary and at the field, not for each person"
    assert giver.post(path, typed | {"person": [*people, cast.stranger.pk]}).status_code == 404
    made = Task.objects.filter(title="Rà soát hồ sơ").order_by("assigned")
    assert not made.all()
    assert giver.post(path, typed | {"person": people, f"assigned-{people[1]}": "3,5"}).status_code == 302
    assert [(t.person_id, t.assigned) for t in made.all()] == [(people[0], 200), (people[1], 350)]
    assert giver.post(path, typed | {"person": people}).status_code == 400, "nobody gets a second one of that name"
    assert made.all().count() == 2
