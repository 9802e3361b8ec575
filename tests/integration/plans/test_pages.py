"""The pages of plans as people use them, without JavaScript."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.integration.plans.conftest import WEEK, Plan
from tests.integration.web.office import form_of, set_clock, text_of
from thuocdo.audit.models import Event
from thuocdo.calendars.models import CalendarDay
from thuocdo.plans import actions
from thuocdo.plans.models import RecurringTask, WeekGrade, WeekItem
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
ASKED = f"?tuan={WEEK.isoformat()}"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    set_clock(monkeypatch, at)


def test_a_week_from_nothing_to_done(cast: Cast) -> None:
    client = signed_in(cast.officer_appraised)
    page = text_of(client.get("/ke-hoach/"))
    assert "Kế hoạch tuần 02/03 – 08/03/2026" in page
    assert "chưa có việc nào" in page
    for _ in range(2):
        sent = client.post(reverse("plan_add"), {"week": WEEK.isoformat(), "text": "Soạn báo cáo quý"}, follow=True)
    assert "không thêm lần nữa" in text_of(sent)
    row = WeekItem.objects.get()
    kept = client.post(reverse("plan_add"), {"week": WEEK.isoformat(), "text": "dài " * 80})
    assert kept.status_code == 400
    assert "dài dài" in kept.content.decode()
    form = form_of(client.get("/ke-hoach/"), reverse("plan_report")) | {f"state-{row.pk}": "partly"}
    form[f"note-{row.pk}"] = "Chờ số liệu"
    assert "Đã ghi kết quả 1 việc" in text_of(client.post(reverse("plan_report"), form, follow=True))
    stale = client.post(reverse("plan_report"), form | {f"state-{row.pk}": "done"})
    assert stale.status_code == 409
    row.refresh_from_db()
    assert (row.state, row.note) == ("partly", "Chờ số liệu")


def test_a_row_in_full_and_dropped(cast: Cast, plan: Plan) -> None:
    client = signed_in(cast.officer_appraised)
    row = plan(cast.officer_appraised, "Họp")[0]
    path = reverse("plan_item", args=[row.pk])
    typed = {"version": 1, "text": "Họp giao ban", "day": "1", "due_date": "31/02/2026", "nature": "ad_hoc"}
    wrong = client.post(path, typed)
    assert wrong.status_code == 400
    assert 'value="31/02/2026"' in wrong.content.decode()
    client.post(path, typed | {"due_date": "06/03/2026", "is_key": "1"})
    row.refresh_from_db()
    assert (row.text, row.day, row.due_date, row.nature, row.is_key) == (
        "Họp giao ban", 1, date(2026, 3, 6), "ad_hoc", True,
    )  # fmt: skip
    page = text_of(client.get("/ke-hoach/"))
    assert "Thứ Hai" in page
    assert "đột xuất" in page
    client.post(reverse("plan_drop", args=[row.pk]), {"version": 2})
    assert client.get(path).status_code == 404
    assert signed_in(cast.head).get(path).status_code == 404


def test_pasted_lines_are_seen_before_they_are_saved(cast: Cast) -> None:
    client = signed_in(cast.officer_appraised)
    path = reverse("plan_paste") + ASKED
    assert client.get(path).status_code == 200
    text = "Báo cáo tháng\t30/03/2026\tBáo cáo\nHọp\t2026"
    wrong = client.post(path, {"week": WEEK.isoformat(), "rows": text, "save": "1"})
    assert wrong.status_code == 400
    assert "dòng 2" in text_of(wrong)
    assert not WeekItem.objects.exists()
    text = text.replace("\t2026", "")
    seen = client.post(path, {"week": WEEK.isoformat(), "rows": text})
    assert "Đọc được cả 2 dòng" in text_of(seen)
    assert not WeekItem.objects.exists()
    for _ in range(2):
        client.post(path, {"week": WEEK.isoformat(), "rows": text, "save": "1"})
    assert list(WeekItem.objects.order_by("pk").values_list("text", "due_date")) == [
        ("Báo cáo tháng", date(2026, 3, 30)), ("Họp", None),
    ]  # fmt: skip
    assert client.post(path, {"rows": " "}).status_code == 400


def test_a_block_of_excel_is_read_as_excel_means_it_and_old_fonts_are_not_taken(cast: Cast) -> None:
    client = signed_in(cast.officer_appraised)
    path = reverse("plan_paste") + ASKED
    block = '"Họp\n""giao ban"""\t30/03/2026\r\n\t\t\r\n"Tuần lễ" phát động\t\tKế hoạch\r\n\t\r\n'
    client.post(path, {"week": WEEK.isoformat(), "rows": block.replace('"Tuần lễ"', "Tuần lễ"), "save": "1"})
    assert list(WeekItem.objects.order_by("pk").values_list("text", "expected")) == [
        ('Họp "giao ban"', ""), ("Tuần lễ phát động", "Kế hoạch"),
    ]  # fmt: skip
    for wrong, words in (("B¸o c¸o th¸ng", "phông chữ cũ"), ("#REF!", "lỗi công thức"), ("Họp\t3/4/26", "Hạn: ")):
        refused = client.post(path, {"week": WEEK.isoformat(), "rows": wrong, "save": "1"})
        assert (refused.status_code, words in text_of(refused)) == (400, True), wrong
    assert WeekItem.objects.count() == 2


def test_copying_the_week_before(cast: Cast, plan: Plan) -> None:
    client = signed_in(cast.officer_appraised)
    path = reverse("plan_copy") + "?tuan=2026-03-09"
    assert "Chưa có kế hoạch" in text_of(client.get(path))
    row = plan(cast.officer_appraised, "Chưa xong")[0]
    assert " checked" in client.get(path).content.decode()
    for _ in range(2):
        client.post(path, {"week": "2026-03-09", "item": row.pk})
    assert WeekItem.objects.filter(week=date(2026, 3, 9)).count() == 1
    assert "đã chép" in text_of(client.get(path))


def test_tasks_given_go_into_the_week(cast: Cast) -> None:
    task = months.make_task(cast.officer_appraised, cast.economy, 1, month=date(2026, 3, 1), giver=cast.head.user)
    client = signed_in(cast.officer_appraised)
    assert task.title in text_of(client.get("/ke-hoach/"))
    client.post(reverse("plan_take"), {"week": WEEK.isoformat(), "task": task.pk})
    assert WeekItem.objects.get().task_id == task.pk


def test_the_month_as_calendar_and_list_own_and_of_others(cast: Cast, plan: Plan) -> None:
    plan(cast.officer_appraised, "Họp tổ", day=2)
    plan(cast.officer_appraised, "Việc cả tuần")
    months.make_task(cast.officer_appraised, cast.economy, 1, month=date(2026, 3, 1), giver=cast.head.user)
    own = text_of(signed_in(cast.officer_appraised).get("/ke-hoach/thang/?thang=3&nam=2026"))
    assert own.count("Họp tổ") == 2
    assert "hạn:" in own
    path = reverse("plan_person", args=[cast.officer_appraised.pk]) + "?thang=3&nam=2026"
    for _ in range(2):
        assert "được ghi vào nhật ký" in text_of(signed_in(cast.head).get(path))
    assert Event.objects.filter(code="plan.person_viewed").count() == 1
    assert signed_in(cast.colleague).get(path).status_code == 404
    assert signed_in(cast.stranger).get(path).status_code == 404


def test_the_units_page_names_who_has_no_plan(cast: Cast, plan: Plan, asks: Any) -> None:
    asks()
    plan(cast.officer_appraised, "Soạn báo cáo", is_key=True)
    client = signed_in(cast.head)
    assert cast.economy.name in text_of(client.get("/ke-hoach/don-vi/" + ASKED))
    page = text_of(client.get(reverse("plan_unit", args=[cast.economy.pk]) + ASKED))
    assert "người chưa có kế hoạch tuần" in page
    assert "Soạn báo cáo" in page
    assert "trọng tâm" in page
    assert Event.objects.filter(code="plan.unit_viewed").count() == 1
    assert signed_in(cast.head_elsewhere).get(reverse("plan_unit", args=[cast.economy.pk])).status_code == 404
    todo = text_of(client.get("/"))
    assert "người chưa có kế hoạch tuần" in todo
    assert "Lập kế hoạch tuần" in text_of(signed_in(cast.colleague).get("/"))


def test_settings_gradings_and_campaigns_by_the_officer(cast: Cast) -> None:
    officer = signed_in(cast.organisation_officer)
    base = reverse("plan_settings", args=[cast.economy.pk])
    decided = {"start": "05/01/2026", "end": "", "decided_by": "Trưởng phòng", "decision": "Thông báo 5"}
    wrong = officer.post(base + "xep-loai/", decided | {"levels": "Tốt"})
    assert wrong.status_code == 400
    assert "từ 2 đến 5 mức" in text_of(wrong)
    officer.post(base + "xep-loai/", decided | {"levels": "Tốt\nĐạt\nChưa đạt"})
    officer.post(base + "yeu-cau/", decided | {"required": "1", "published": "1"})
    assert "phải có ngày cuối" in text_of(officer.post(base + "dot/", decided))
    campaign = {"name": "Phòng, chống dịch", "criteria": "Trực chốt", "decision_number": "1/QĐ", "end": "31/03/2026"}
    officer.post(base + "dot/", decided | campaign | {"decision_date": "02/01/2026"})
    page = text_of(officer.get(base))
    for words in ("Tốt · Đạt · Chưa đạt", "công khai trong đơn vị", "Phòng, chống dịch", "Không có điểm"):
        assert words in page
    setting = cast.economy.plan_settings.get()
    assert officer.post(f"{base}yeu-cau/{setting.pk}/", {"last": "x"}).status_code == 400
    officer.post(f"{base}yeu-cau/{setting.pk}/", {"last": "31/03/2026"})
    officer.post(f"{base}xep-loai/{cast.economy.week_gradings.get().pk}/", {"last": "31/03/2026"})
    officer.post(f"{base}dot/{cast.economy.campaigns.get().pk}/", {"last": "20/03/2026"})
    assert "đến trước 21/03/2026" in text_of(officer.get(base))
    assert officer.post(f"{base}khac/1/", {"last": "31/03/2026"}).status_code == 404
    assert signed_in(cast.stranger).get(base).status_code == 404


def test_the_head_grades_a_week_and_the_person_sees_it(cast: Cast, plan: Plan, at: datetime) -> None:
    plan(cast.colleague, "Soạn báo cáo")
    actions.set_week_grading(
        by=cast.head.user, at=at, unit_id=cast.economy.pk, start=date(2026, 1, 5), end=None,
        levels=["Tốt", "Chưa đạt"], decided_by="Trưởng phòng", decision="Thông báo 5",
    )  # fmt: skip
    client = signed_in(cast.head)
    path = reverse("plan_grading", args=[cast.economy.pk]) + ASKED
    page = client.get(path).content.decode()
    assert "không vào điểm" in text_of(client.get(path))
    assert f'name="level-{cast.colleague.pk}"' in page
    assert f'name="level-{cast.head.pk}"' not in page
    deputy = signed_in(cast.deputy).get(path).content.decode()
    assert f'name="level-{cast.colleague.pk}"' in deputy
    assert f'name="level-{cast.head.pk}"' not in deputy
    pk = cast.colleague.pk
    form = {"week": WEEK.isoformat(), f"level-{pk}": "1", f"reason-{pk}": "", f"version-{pk}": "0"}
    wrong = client.post(path, form)
    assert wrong.status_code == 400
    assert "phải kèm lý do" in text_of(wrong)
    assert not WeekGrade.objects.exists()
    client.post(path, form | {f"reason-{pk}": "Trễ hai báo cáo"})
    assert "Trễ hai báo cáo" in text_of(signed_in(cast.colleague).get("/ke-hoach/"))
    assert "Trễ hai báo cáo" in text_of(client.get(reverse("plan_unit", args=[cast.economy.pk]) + ASKED))
    assert signed_in(cast.head_elsewhere).get(path).status_code == 404
    assert client.get(reverse("plan_grading", args=[cast.economy.pk]) + "?tuan=2025-12-01").status_code == 404


def test_answers_on_a_campaign_stand_beside_the_months_sheet(cast: Cast, at: datetime) -> None:
    for person in (cast.officer_appraised, cast.colleague, cast.head, cast.deputy, cast.team_head):
        months.make_task(person, cast.economy, 1, giver=cast.task_giver.user)
    cycle = months.open_month(cast.ward, cast.organisation_officer)
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    campaign = actions.begin_campaign(
        by=cast.organisation_officer.user, at=at, unit_id=cast.economy.pk, name="Phòng, chống dịch",
        start=date(2026, 2, 1), end=date(2026, 3, 1), decision_number="1/QĐ", decision_date=date(2026, 1, 30),
        decided_by="Chủ tịch", criteria="Trực chốt",
    )  # fmt: skip
    client = signed_in(cast.officer_appraised)
    name = f"answer-{campaign.criteria.get().pk}"
    assert "Trực chốt" in text_of(client.get("/ke-hoach/?tuan=2026-02-09"))
    typed = client.get("/ke-hoach/", {"tuan": "11/02/2026"})
    assert "Kế hoạch tuần 09/02" in text_of(typed)
    unread = client.get("/ke-hoach/", {"tuan": "thứ Hai"})
    assert unread.status_code == 400
    assert "Tuần có ngày: “thứ Hai” không đọc được thành ngày" in text_of(unread)
    client.post(reverse("plan_answer"), {"week": "2026-02-09", name: "Ba ca trực"})
    path = reverse("plan_beside", args=[sheet.pk])
    for person in (cast.officer_appraised, cast.head, cast.inspector):
        page = text_of(signed_in(person).get(path))
        assert "Ba ca trực" in page
        assert "Không vào điểm" in page
    fragment = signed_in(cast.head).get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert signed_in(cast.stranger).get(path).status_code == 404
    judged = signed_in(cast.head).get(reverse("evaluate_sheet", args=[sheet.pk])).content.decode()
    assert path in judged


def test_recurring_work_from_its_page_to_week_and_month(cast: Cast) -> None:
    client = signed_in(cast.officer_appraised)
    path = reverse("plan_recurring")
    form = {
        "text": "Báo cáo tuần",
        "rule": "weekly",
        "day": "9",
        "start": "01/01/2026",
        "quantity": "1",
        "coefficient": "1",
    }
    assert client.post(path, form).status_code == 400
    client.post(path, form | {"day": "5"})
    row = RecurringTask.objects.get()
    one = reverse("plan_recurring_one", args=[row.pk])
    assert client.post(one, form | {"day": "5", "version": "7"}).status_code == 409
    client.post(one, form | {"day": "4", "version": "1", "last": "31/12/2026"})
    week = reverse("plan_recurring_week") + ASKED
    assert "05/03/2026" in text_of(client.get(week))
    day = {"unit": cast.ward.pk, "day": date(2026, 3, 19), "kind": "off", "reason": "Ngày nghỉ thử"}
    CalendarDay.objects.create(**day, set_at=datetime(2026, 1, 1, tzinfo=UTC))
    client.post(week, {"week": WEEK.isoformat(), "chosen": f"{row.pk}:2026-03-05"})
    assert "đã có" in text_of(client.get(week))
    month = reverse("plan_recurring_month") + "?thang=3&nam=2026"
    assert "19/03/2026" in text_of(client.get(month))
    answer = client.post(month, {"thang": "3", "nam": "2026", "chosen": f"{row.pk}:2026-03-19"}, follow=True)
    assert "Ngày nghỉ thử" in text_of(answer), "a deadline on a day off is said"
    assert Task.objects.get().state == "proposed"
    assert client.post(month, {"thang": "3", "nam": "2026", "chosen": f"{row.pk}:2026-03-20"}).status_code == 404
    client.post(reverse("plan_recurring_end", args=[row.pk]), {"version": "2", "last": "30/06/2026"})
    assert "01/07/2026" in text_of(client.get(path))
    assert signed_in(cast.colleague).get(one).status_code == 404
