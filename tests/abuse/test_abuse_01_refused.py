"""Case 1: what somebody asks for and does not get is where an inspector sees it, and cannot fill the place."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.integration.web.office import ready_cast, set_clock, text_of
from thuocdo.accounts import actions
from thuocdo.accounts.models import RefusedAttempt
from thuocdo.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Cast:
    set_clock(monkeypatch, at)
    return ready_cast()


def test_abuse_01_refused_attempts_are_seen_by_the_inspector_and_flood_nothing(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = months.sheet_of(months.open_month(cast.ward, cast.organisation_officer), cast.officer_appraised)
    curious, events = signed_in(cast.colleague), Event.objects.count()
    for number in range(40):
        set_clock(monkeypatch, at + timedelta(minutes=number))
        assert curious.get(reverse("own_sheet", args=[sheet.pk])).status_code == 404
        assert curious.get(reverse("own_sheet", args=[10_000 + number])).status_code == 404
    assert curious.post(reverse("withdraw", args=[sheet.pk]), {"version": "1"}).status_code == 404
    assert curious.get(reverse("accounts")).status_code == 403
    assert Event.objects.count() == events, "the log holds what was done; nothing was"
    rows = {row.page: row for row in RefusedAttempt.objects.all()}
    assert {page: row.times for page, row in rows.items()} == {"own_sheet": 80, "withdraw": 1, "accounts": 1}
    assert (rows["own_sheet"].first_at, rows["own_sheet"].last_at) == (at, at + timedelta(minutes=39))

    page = signed_in(cast.inspector).get(reverse("refused_attempts"))
    text = text_of(page)
    assert cast.colleague.full_name in text
    assert "80" in text
    assert f"/phieu/{sheet.pk}/rut-lai/" in text or reverse("withdraw", args=[sheet.pk]) in text
    assert curious.get(reverse("refused_attempts")).status_code == 403


def test_abuse_01_a_link_opened_by_somebody_else_is_not_shown_to_the_inspector(cast: Cast) -> None:
    address = reverse("confirm_mail", args=["bi-mat:1vAbcd:xyz"])
    assert signed_in(cast.colleague).get(address).status_code == 404
    assert RefusedAttempt.objects.get(page="confirm_mail").last_path == "/thu-bao/xac-nhan/…/"
    assert "bi-mat" not in text_of(signed_in(cast.inspector).get(reverse("refused_attempts")))


def test_inspectors_see_their_own_units_only_and_old_rows_go(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(cast.stranger).get(reverse("own_sheet", args=[10_000]))
    assert RefusedAttempt.objects.filter(user=cast.stranger.user).count() == 1
    assert cast.stranger.full_name not in text_of(signed_in(cast.inspector).get(reverse("refused_attempts")))
    later = at + actions.KEPT + timedelta(days=1)
    actions.note_refusal(page="own_sheet", path="/phieu/1/", by=cast.stranger.user, at=later)
    actions.forget_refusals(by=None, at=later)
    assert [row.first_at for row in RefusedAttempt.objects.filter(user=cast.stranger.user)] == [later]


def test_a_row_that_says_a_thousand_is_not_written_again(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST", 3)
    for number in range(6):
        moment = at + timedelta(minutes=number)
        actions.note_refusal(page="x", path=f"/{number}/", by=cast.colleague.user, at=moment)
    row = RefusedAttempt.objects.get()
    assert (row.times, row.last_path, row.last_at) == (3, "/2/", at + timedelta(minutes=2))
