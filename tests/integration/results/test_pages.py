"""The pages of results, a leader's branch and the inspector's search and files."""

import csv
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.clients import page_of, signed_in
from tests.factories.months import exempted, sheet_of
from tests.factories.people import give_role
from tests.guards import outside_actions
from tests.integration.results import world
from thuocdo.appraisals.counts.keeping import recount_cycle
from thuocdo.appraisals.counts.units import withheld
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.intake.specs import Scope
from thuocdo.organisation.models import Person, Role
from thuocdo.results.branch import NO_LEVEL, LevelNames, branch, month_to_show
from thuocdo.results.listings import LISTINGS, branch_rows
from thuocdo.results.models import Rollup
from thuocdo.rulesets.catalogue import load_any

AT = world.day_after(3, 20)


@pytest.fixture
def quarter(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Three months of one person, March exempted for another, and a name that begins like a formula."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    world.month_of_work(cast, 1, [cast.officer_appraised])
    world.month_of_work(cast, 2, [cast.officer_appraised], late=1)
    march = world.month_of_work(cast, 3, [cast.officer_appraised])
    exempted(sheet_of(march, cast.colleague), cast.organisation_officer, AT)
    with outside_actions():
        Person.objects.filter(pk=cast.colleague.pk).update(full_name="=HYPERLINK(1)")
    cast.march = march
    return cast


@pytest.fixture
def cast(cast: Any) -> Any:
    """The same people in an object that takes the period along."""
    from types import SimpleNamespace

    return SimpleNamespace(**vars(cast))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_quarter_from_the_table_to_the_own_page(quarter: Any, client: Client) -> None:
    table = f"/ket-qua/don-vi/?nam=2026&ky=quarter-1&don-vi={quarter.economy.pk}"
    officer = signed_in(quarter.organisation_officer, client)
    page = page_of(officer.get(table))
    assert "3/3" in page
    person = quarter.officer_appraised
    assert "Hãy chọn từ 1 đến" in page_of(officer.post(table, {}))
    done = officer.post(table, {"person": [person.pk, quarter.colleague.pk]}, follow=True)
    assert "Đã chốt 1 người" in page_of(done)
    assert "1 người chưa chốt được" in page_of(done)
    assert officer.post(table, {"person": [quarter.organisation_officer.pk]}).status_code == 404
    mine = signed_in(person, client)
    assert "Quý 1 năm 2026" in page_of(mine.get("/ket-qua/"))
    one = f"/ket-qua/nguoi/{person.pk}/quarter/2026/1/"
    assert "Đã chốt" in page_of(mine.get(one))
    assert mine.post(one, {"revision": "1"}).status_code == 403
    assert mine.get(table).status_code == 403
    assert signed_in(quarter.colleague, client).get(one).status_code == 404
    assert "không phải là mức xếp loại" in page_of(
        signed_in(quarter.head, client).get(f"/ket-qua/nguoi/{person.pk}/year/2026/1/")
    )
    assert signed_in(quarter.head, client).get(f"/ket-qua/nguoi/{person.pk}/week/2026/1/").status_code == 404


def test_the_authority_chooses_and_what_was_typed_stays(quarter: Any, client: Client) -> None:
    one = f"/ket-qua/nguoi/{quarter.officer_appraised.pk}/half_year/2026/1/"
    head = signed_in(quarter.head, client)
    assert "tháng 4" in page_of(head.get(one)).lower()
    assert Event.objects.filter(code="sheet.year_viewed").count() == 1
    assert Rollup.objects.count() == 0
    assert head.post(one, {"revision": "0"}).status_code == 400


def test_a_branch_shows_exceptions_first_and_no_small_group(quarter: Any, client: Client) -> None:
    found = branch(quarter.inspector.user, 2026, 3, AT)
    lines = {one.unit.name: one for one in found.units}
    economy = lines[quarter.economy.name]
    assert (economy.confirmed, economy.levels) == (1, None)
    assert economy.overdue == economy.waiting > 0
    assert all(one.people == one.confirmed + one.waiting + one.exempted for one in found.units)
    assert (economy.exempted, economy.away) == (1, 1)
    assert economy.unit.code == quarter.economy.code
    assert [(one.people, one.confirmed) for one in found.trend[-1:]] == [(found.people, found.confirmed)]
    assert list(found.units) == sorted(found.units, key=lambda one: -one.exceptional)
    assert len(found.trend) == 12
    assert [one.confirmed for one in found.trend[-3:]] == [1, 1, 1]
    assert all(one.levels is None for one in found.trend)
    page = page_of(signed_in(quarter.inspector, client).get("/lanh-dao/?nam=2026&thang=3"))
    assert "không nêu, nhóm nhỏ" in page
    assert f'<span class="tag tag-stop">{economy.overdue} quá hạn</span>' in page
    assert page.count('class="tag tag-stop"') == sum(bool(one.overdue) for one in found.units)
    way = f"/ket-qua/don-vi/?nam=2026&ky=quarter-1&don-vi={quarter.economy.pk}"
    assert f'href="{way.replace("&", "&amp;")}">{quarter.economy.name}</a>' in page
    for reader in (quarter.inspector, quarter.head):
        opened = [one.unit.pk for one in branch(reader.user, 2026, 3, AT).units if one.opens]
        assert quarter.economy.pk in opened
        for unit in opened:
            address = f"/ket-qua/don-vi/?nam=2026&ky=quarter-1&don-vi={unit}"
            assert signed_in(reader, client).get(address).status_code == 200
    signed_in(quarter.inspector, client)
    assert quarter.officer_appraised.full_name not in page
    assert signed_in(quarter.inspector, client).get("/lanh-dao/?nam=2026&thang=13").status_code == 404
    held = sorted(Cycle.objects.filter(kind="month").values_list("year", "number"))
    assert month_to_show(date(*held[0], 20)) == held[0], "no month before the first one"
    assert month_to_show(date(*held[1], 20)) == held[0]
    assert signed_in(quarter.colleague, client).get("/lanh-dao/").status_code == 403
    assert "chưa có kỳ đánh giá" in page_of(signed_in(quarter.stranger, client).get("/lanh-dao/?nam=2026&thang=3"))


def test_a_branch_says_what_its_members_say_page_by_page(quarter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    month = Cycle.objects.get(kind="month", year=2026, number=3)
    naive: dict[int, Counter[str]] = {}
    for member in month.members.select_related("sheet"):
        sheet = getattr(member, "sheet", None)
        state = sheet.state if sheet else ""
        of = naive.setdefault(member.unit_id, Counter())
        done = {"confirmed": "confirmed", "exempted": "exempted"}.get(state, "waiting")
        standing = {"in": done, "away": "away"}.get(member.standing, "outside")
        of.update([standing, *(["people"] if member.standing == "in" else [])])
        of["no_rule"] += member.standing == "no_rule"
        held = sheet is not None and sheet.state != "under_review"
        of["rated"] += held and sheet.confirmations.filter(replaced_by=None).exists()
    names = ("people", "confirmed", "waiting", "exempted", "away", "outside", "no_rule")
    whole = branch(quarter.inspector.user, 2026, 3, AT)
    assert {one.unit.pk: tuple(getattr(one, name) for name in names) for one in whole.units} == {
        unit: tuple(of[name] for name in names) for unit, of in naive.items()
    }
    assert any(one.no_rule for one in whole.units)
    listed = list(branch_rows(Scope("", "", whole), AT))  # as the page splits who is outside
    assert [row[8:10] for row in listed] == [(str(one.to_settle), str(one.no_rule)) for one in whole.units]
    columns = next(one for one in LISTINGS if one.kind == "branch").columns
    assert {len(row) for row in listed} == {len(columns)}
    assert [one.exceptional for one in whole.units] == [
        one.overdue + one.outside - one.no_rule + one.petitions for one in whole.units
    ]
    key = [(-one.exceptional, -one.no_rule, one.unit.order, one.unit.name, one.unit.pk) for one in whole.units]
    assert key == sorted(key)
    assert (whole.count, whole.people) == (len(naive), sum(of["people"] for of in naive.values()))
    assert whole.withheld == len(withheld({unit: of["rated"] for unit, of in naive.items()})) > 0
    with monkeypatch.context() as patched:
        patched.setattr("thuocdo.appraisals.counts.units.SMALL", 1)
        (trend,) = [one for one in branch(quarter.inspector.user, 2026, 3, AT).trend if one.number == 3]
    assert trend.levels is not None
    assert sum(trend.levels.values()) == sum(of["rated"] for of in naive.values()) == 1
    with monkeypatch.context() as patched, outside_actions():
        patched.setattr("thuocdo.appraisals.counts.units.SMALL", 1)
        month.sheets.filter(state="confirmed").update(state="under_review")
        recount_cycle(month.pk)
        (trend,) = [one for one in branch(quarter.inspector.user, 2026, 3, AT).trend if one.number == 3]
        assert not trend.levels, "whoever evaluates judges it anew"
        month.sheets.filter(state="under_review", confirmations__isnull=False).update(state="confirmed")
        recount_cycle(month.pk)
    monkeypatch.setattr("thuocdo.appraisals.counts.units.PAGE", 2)
    pages = [branch(quarter.inspector.user, 2026, 3, AT, page) for page in range(1, -(-whole.count // 2) + 1)]
    assert [one for page in pages for one in page.units] == list(whole.units)
    assert branch(quarter.inspector.user, 2026, 3, AT, 99) == pages[-1]
    assert len(pages) > 1
    for reader in (quarter.inspector, quarter.head):
        mixed = branch(reader.user, 2026, 3, AT)
        assert mixed.trend[-1].people == mixed.people


def test_an_inspector_inside_a_period_reads_the_own_units_alone(quarter: Any, client: Client) -> None:
    inside, outside = quarter.officer_appraised, quarter.head_elsewhere
    reader = quarter.stranger
    address = f"/kiem-tra/ky/{quarter.march.pk}"
    give_role(reader, quarter.economy, Role.Kind.INSPECTOR)
    mine = signed_in(reader, client)
    page = page_of(mine.get("/kiem-tra/?tim=hong ngoc"))
    assert inside.code in page
    assert "chỉ những đơn vị trong phạm vi" in page
    assert "Không có phiếu nào" in page_of(mine.get(f"/kiem-tra/?tim={outside.code}"))
    sheets = {person.pk: sheet_of(quarter.march, person).pk for person in (inside, outside)}
    assert mine.get(f"/xem/phieu/{sheets[inside.pk]}/").status_code == 200
    assert mine.get(f"/xem/phieu/{sheets[outside.pk]}/").status_code == 404
    taken = json.loads(body(mine.get(f"{address}/json/")))
    codes = {row[0] for row in taken["rows"]}
    assert taken["only_units_within_reach"]
    assert inside.code in codes
    assert outside.code not in codes
    assert mine.get(f"/to-chuc/ky/{quarter.march.pk}/nhat-ky/").status_code in (403, 404)
    whole = json.loads(body(signed_in(quarter.inspector, client).get(f"{address}/json/")))
    assert "only_units_within_reach" not in whole


def test_an_inspector_searches_and_takes_a_period(quarter: Any, client: Client) -> None:
    inspector = signed_in(quarter.inspector, client)
    assert "KT003" in page_of(inspector.get("/kiem-tra/?tim=hong ngoc"))
    assert "KT003" in page_of(inspector.get("/kiem-tra/?tim=kt003"))
    assert "Không có phiếu nào" in page_of(inspector.get("/kiem-tra/?tim=khong co ai"))
    inspector.get(f"/xem/phieu/{sheet_of(quarter.march, quarter.officer_appraised).pk}/")
    address = f"/kiem-tra/ky/{quarter.march.pk}"
    rows = list(csv.reader(StringIO(body(inspector.get(f"{address}/csv/")).decode("utf-8-sig"))))
    names = {row[0]: row for row in rows}
    assert names["KT004"][1] == "'=HYPERLINK(1)"
    assert names["KT003"][16].startswith(quarter.inspector.full_name)
    found = json.loads(body(inspector.get(f"{address}/json/")))
    assert (found["format"], len(found["rows"])) == ("thuocdo-ket-qua-ky/1", len(rows) - 1)
    sheet = CalamineWorkbook.from_filelike(BytesIO(body(inspector.get(f"{address}/xlsx/")))).get_sheet_by_index(0)
    shown = sheet.to_python()
    assert len(shown) == len(rows)
    read = dict(zip(shown[0], next(row for row in shown if row[0] == "KT003"), strict=True))
    kept = dict(zip(rows[0], names["KT003"], strict=True))
    assert (kept["Mã mức"], read["Mức"]) == ("excellent", "Hoàn thành xuất sắc nhiệm vụ")
    told = datetime.fromisoformat(kept["Xác nhận lúc"]).astimezone(timezone(timedelta(hours=7)))
    assert read["Xác nhận lúc"] == f"{told:%d/%m/%Y %H:%M}"
    assert re.fullmatch(r".+ \d\d/\d\d/\d{4} \d\d:\d\d", read["Đã xem"])
    assert Event.objects.filter(code="cycle.file_taken").count() == 3
    assert inspector.get(f"{address}/doc/").status_code == 404
    assert signed_in(quarter.head, client).get(f"{address}/csv/").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/ket-qua/",
        "/ket-qua/don-vi/?nam=2026&ky=year-1&don-vi={unit}",
        "/lanh-dao/?nam=2026&thang=3",
        "/kiem-tra/?tim=nguyen",
        "/ket-qua/nguoi/{person}/year/2026/1/",
    ],
)
def test_the_pages_ask_few_queries(quarter: Any, client: Client, address: str) -> None:
    filled = address.format(unit=quarter.economy.pk, person=quarter.officer_appraised.pk)
    inspector = signed_in(quarter.inspector, client)
    assert inspector.get(filled).status_code == 200
    with CaptureQueriesContext(connection) as seen:
        assert inspector.get(filled).status_code == 200
    assert len(seen) <= (20 if "nguoi" in address else 15), "\n".join(q["sql"][:400] for q in seen.captured_queries)


def test_levels_of_a_branch_come_in_the_order_of_the_rulebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thuocdo.results.branch.past_book", load_any)
    names = LevelNames()
    given = {names("state/nd-335-2025", band): 1 for band in ("incomplete", "", "good", "complete", "excellent")}
    best_first = ("Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ")
    listed = (*best_first, "Không hoàn thành nhiệm vụ")
    assert tuple(names.ordered(given)) == (*(f"{name} (tương ứng)" for name in listed), NO_LEVEL)


def test_a_branch_calls_no_band_of_a_month_a_level(
    quarter: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thuocdo.appraisals.counts.units.SMALL", 1)
    found = branch(quarter.inspector.user, 2026, 3, AT)
    assert any(found.level_names)
    assert all(name.endswith("(tương ứng)") or name == NO_LEVEL for name in found.level_names)
    page = page_of(signed_in(quarter.inspector, client).get("/lanh-dao/?nam=2026&thang=3"))
    assert "(tương ứng): 1" in page
    assert "chưa phải xếp loại" in page
