"""The form says by which rule it counts: steps, chosen readings, articles, interim figures, what a save left."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, build_cast
from tests.factories import months
from thuocdo.appraisals.models import Draft, Sheet
from thuocdo.rulesets.actions import bind
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
AT = months.OPENED + timedelta(hours=2)
OVERLAY = "overlays/vi-du-phuong"
STEP = "Điều 4 khoản 2 Quy chế đánh giá của phường (ví dụ minh họa)"
AUTHOR = "Chủ tịch Ủy ban nhân dân phường (ví dụ minh họa)"


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The officer has one task reported and one not; the pages' clock stands two hours after the opening."""
    for module in ("access", "my_month.views", "my_month.filing"):
        monkeypatch.setattr(f"thuocdo.web.{module}.now", lambda: AT)
    made = build_cast()
    months.make_task(made.officer_appraised, made.economy, 1)
    months.make_task(made.officer_appraised, made.economy, 2, reported=False)
    return made


def opened(cast: Cast, client: Client, *overlays: str) -> Sheet:
    """The officer's sheet under the decree and these overlays; the officer is signed in."""
    if overlays:
        bind(
            by=None,
            at=months.OPENED,
            unit_id=cast.ward.pk,
            subject_kind="civil_servant",
            start=date(2026, 1, 5),
            rulebook="state/nd-335-2025",
            overlays=overlays,
            decided_by="Chủ tịch",
            reason="Quy chế của phường",
        )
    client.force_login(cast.officer_appraised.user)
    cycle = months.open_month(cast.ward, cast.organisation_officer)
    return months.sheet_of(cycle, cast.officer_appraised)


def saved(client: Client, sheet: Sheet, **fields: str) -> Any:
    """“Lưu và tính thử” with all marks typed unless `fields` say otherwise."""
    marks = {f"mark:{slug}": text for slug, text in months.marks().items()}
    return client.post(f"/phieu/{sheet.pk}/", marks | {"version": str(sheet.version), "do": "save"} | fields)


def seen(answer: Any) -> str:
    """The page's text as it reads, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_a_settled_step_stands_beside_every_mark_with_its_article(cast: Cast, client: Client) -> None:
    sheet = opened(cast, client, OVERLAY)
    page = seen(client.get(f"/phieu/{sheet.pk}/"))
    assert page.count(f"0 đến 2,5 điểm · bước 0,25 theo {STEP}") == 8
    assert page.count(f"0 đến 5 điểm · bước 0,25 theo {STEP}") == 2
    assert f"Chấm theo bước 0,25 điểm: {STEP}, do {AUTHOR} quyết định." in page


def test_without_a_settled_step_the_form_says_which_marks_wait(cast: Cast, client: Client) -> None:
    sheet = opened(cast, client)
    page = seen(client.get(f"/phieu/{sheet.pk}/"))
    assert "Nghị định không quy định bước điểm (Điều 12 " in page
    assert "không phải bội số của 0,5" in page
    assert "· bước" not in page
    saved(client, sheet, **{"mark:discipline": "4,3"}, unreported_ok="1")
    for path in ("", "xem-lai/"):
        page = seen(client.get(f"/phieu/{sheet.pk}/{path}"))
        assert "cần quyết định Nghị định không quy định bước điểm" in page
        assert "1 điểm luật cần quyết định" in page


def test_the_readings_a_regulation_chose_are_seen_before_filing(cast: Cast, client: Client) -> None:
    sheet = opened(cast, client, OVERLAY)
    chosen = f"Theo bước 0,25 điểm, do {AUTHOR} quyết định: {STEP}."
    assert chosen not in seen(client.get(f"/phieu/{sheet.pk}/")), "nothing typed uses it yet"
    saved(client, sheet, **{"mark:discipline": "4,25"}, unreported_ok="1")
    for path in ("", "xem-lai/"):
        page = seen(client.get(f"/phieu/{sheet.pk}/{path}"))
        assert chosen in page
        assert "1 điểm luật để ngỏ đã được chọn cách hiểu" in page
    fragment = client.post(f"/phieu/{sheet.pk}/luu/", {"mark:discipline": "4,25"}, headers={"HX-Request": "true"})
    assert chosen in seen(fragment)
    assert 'id="diem-luat" hx-swap-oob="innerHTML"' in fragment.content.decode()


@pytest.mark.parametrize(("outside_plan", "times"), [(False, 1), (True, 0)])
def test_more_done_than_assigned_is_remarked_on_never_refused(
    cast: Cast, client: Client, outside_plan: bool, times: int
) -> None:
    more: Any = {"completed": 500, "quality_met": 500, "on_time": 500, "outside_plan": outside_plan}
    months.make_task(cast.officer_appraised, cast.economy, 3, **more)
    sheet = opened(cast, client)
    remark = "Hoàn thành 5, nhiều hơn số được giao 4 (125%)."
    for path in ("", "xem-lai/"):
        answer = client.get(f"/phieu/{sheet.pk}/{path}")
        assert (answer.status_code, seen(answer).count(remark)) == (200, times)


def test_a_save_names_what_it_could_not_count(cast: Cast, client: Client) -> None:
    sheet = opened(cast, client, OVERLAY)
    task = Task.objects.get(person=sheet.person, completed=None)
    wrong = {"mark:discipline": "30.5", "mark:responsibility": "1,03", f"task:{task.pk}:completed": "hai"}
    answer = saved(client, sheet, **wrong)
    page = answer.content.decode()
    assert "Đã lưu nháp; còn 3 ô chưa tính được." in page
    assert "Đã lưu nháp và tính thử." not in page
    summary = page[page.index('id="error-summary"') : page.index('id="phieu"')]
    for field in ("mark-discipline", "mark-responsibility", f"task-{task.pk}-completed"):
        assert f'href="#{field}"' in summary
        assert f'id="{field}"' in page
    assert f"“1,03” không theo bước 0,25 điểm mà {STEP} quy định" in summary
    assert '"30.5"' in Draft.objects.get(sheet=sheet).document
    assert saved(client, sheet).status_code == 302
    assert "Đã lưu nháp và tính thử." in seen(client.get(f"/phieu/{sheet.pk}/"))


def test_every_number_of_a_task_has_its_article_from_the_rulebook(cast: Cast, client: Client) -> None:
    sheet = opened(cast, client)
    page = client.get(f"/phieu/{sheet.pk}/").content.decode()
    for task in Task.objects.filter(person=sheet.person):
        found = dict(re.findall(rf'id="task-{task.pk}-(\w+)-luat">([^<]+)<', page))
        assert found == {
            "completed": "Điều 14 khoản 2 điểm a",
            "quality_met": "Điều 14 khoản 2 điểm b",
            "on_time": "Điều 14 khoản 2 điểm c",
            "quality_errors": "Điều 14 khoản 2 điểm b",
            "late": "Điều 14 khoản 2 điểm c",
        }


def test_the_result_part_so_far_says_what_it_supposes(cast: Cast, client: Client) -> None:
    sheet = opened(cast, client)
    words = "nếu 1 việc còn lại không hoàn thành, phần kết quả là 35 / 70."
    assert words in seen(client.get(f"/phieu/{sheet.pk}/"))
    saved(client, sheet, unreported_ok="1")
    page = seen(client.get(f"/phieu/{sheet.pk}/"))
    assert "không hoàn thành, phần kết quả" not in page, "now it is the result itself"
    assert "Kết quả nhiệm vụ35 / 70" in page.replace("vụ ", "vụ")
