"""An approved regulation on the pages of rules: read, compared, tried, in a what-if of the period that pinned it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import months
from tests.integration.rulesets.conftest import KEY, user
from tests.integration.rulesets.test_regulations import approved
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.what_if import pinned_books, what_if
from thuocdo.engine.schema import Situation
from thuocdo.rulesets.choices import situation_items
from thuocdo.rulesets.models import RegulationText
from thuocdo.web.rules.reader import situation_rows


@pytest.fixture
def text(cast: Cast) -> RegulationText:
    return approved(cast)


@pytest.fixture
def reader(client: Client, cast: Cast, text: RegulationText) -> Client:
    client.force_login(user(cast.officer_appraised))
    return client


def body(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content.decode()[-1500:]
    return str(answer.content.decode())


def test_it_is_read_compared_and_tried(reader: Client, text: RegulationText) -> None:
    page = body(reader, f"/quy-tac/{KEY}/", **{"quy-che": text.key})
    assert "Cơ quan đã chọn" in page
    assert f"/quy-tac/tinh-huong/{text.key}/" not in page
    page = body(reader, "/quy-tac/so-sanh/", a=KEY, b=f"{KEY}+{text.key}")
    assert "Cách hiểu cơ quan đã chọn" in page
    assert "Điều 5 khoản 1 Quy chế đánh giá của phường Bồ Đề" in page
    assert "15%" in page
    sheet = {"a": f"{KEY}+{text.key}", "ky": "month"}
    typed = {f"f.marks.{slug}": mark for slug, mark in months.marks(discipline="4,9").items()}
    answer = reader.post("/quy-tac/tinh-thu/", sheet | typed)
    assert "4,9" in answer.content.decode()
    refused = reader.post("/quy-tac/tinh-thu/tep/", sheet | typed)
    assert refused.status_code == 400
    assert "lệnh thuocdo rate không đọc được" in refused.content.decode()


def test_the_period_that_pinned_it_may_be_tried_with_another_rule(cast: Cast, text: RegulationText) -> None:
    months.make_task(cast.colleague, cast.economy, giver=cast.task_giver.user)
    cycle = months.open_month(cast.ward, cast.organisation_officer)
    months.confirmed(cycle, cast.colleague, months.OPENED)
    for sheet in Sheet.objects.filter(cycle=cycle).exclude(state="confirmed"):
        months.exempted(sheet, cast.organisation_officer, months.OPENED)
    officer = user(cast.organisation_officer)
    actions.close_cycle(cycle_id=cycle.pk, by=officer, at=months.OPENED)
    closed, (pinned,) = pinned_books(officer, cycle.pk, months.OPENED)
    assert pinned.overlays == (text.key,)
    found = what_if(closed, pinned, {"bands.excellent.at_least": "99.5"})
    assert [(m.name, m.step) for m in found.movers] == [(cast.colleague.full_name, -1)]


def test_a_case_is_open_or_not_on_the_day_of_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has ended answers no more, what comes later does not answer yet; both say so."""
    monkeypatch.setattr("thuocdo.web.rules.reader.today", lambda: date(2026, 3, 5))
    monkeypatch.setattr("thuocdo.rulesets.choices.localdate", lambda: date(2026, 3, 5))
    said = {"kind": "gap", "cite": ("x/1",), "since": date(2026, 1, 1)}
    rows = (
        Situation(**said, says="Theo ngày làm việc.", asks="Ai đánh giá?"),
        Situation(**said | {"until": date(2026, 3, 1)}, says="Trong thời gian thí điểm: nơi mới."),
        Situation(**said | {"since": date(2026, 7, 1)}, says="Từ tháng 7: nơi cũ."),
    )
    book: Any = SimpleNamespace(book=SimpleNamespace(situations=rows), cite=lambda cite: (), short_title="QĐ")
    assert [row.more for row in situation_rows(book)] == [
        ("Để ngỏ: Ai đánh giá?",), ("Hết hiệu lực từ 01/03/2026",), ("Có hiệu lực từ 01/07/2026",),
    ]  # fmt: skip
    assert "say-gap" in {item.name for item in situation_items(book)}
    monkeypatch.setattr("thuocdo.rulesets.choices.localdate", lambda: date(2026, 7, 2))
    assert "say-gap" not in {item.name for item in situation_items(book)}
