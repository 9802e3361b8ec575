"""A month of forty tasks still fits the page budget, because pages travel compressed."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import build_cast
from tests.factories import months

pytestmark = pytest.mark.django_db
STATIC_FILES = 25_000  # what style, script and htmx cost compressed, measured in test_weight.py
CLOCKED = ("access", "home.views", "my_month.views", "my_month.filing")


def test_a_month_of_forty_tasks_stays_under_100_kilobytes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in CLOCKED:
        monkeypatch.setattr(f"thuocdo.web.{module}.now", lambda: months.OPENED + timedelta(hours=2))
    cast = build_cast()
    for number in range(1, 41):
        months.make_task(cast.officer_appraised, cast.economy, number, reported=number % 2 == 0)
    sheet = months.sheet_of(months.open_month(cast.ward, cast.organisation_officer), cast.officer_appraised)
    client.force_login(cast.officer_appraised.user)
    answer = client.get(f"/phieu/{sheet.pk}/", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) + STATIC_FILES < 100_000
