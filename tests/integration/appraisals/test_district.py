"""The one screen of closing: what stops each unit and who is next, one reminder a person a day, lists by key."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.guards import outside_actions
from tests.integration.web.office import text_of
from thuocdo.appraisals import actions, followed, progress
from thuocdo.appraisals.models import QuotaPlaces
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.district import district
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(cast: Cast, february: Cycle, at: datetime) -> Cycle:
    """One sheet submitted, one confirmed, the others not filed."""
    months.submitted(february, cast.colleague, at)
    months.confirmed(february, cast.officer_appraised, at)
    return february


def test_each_unit_says_what_stops_it_and_who_is_next(cast: Cast, month: Cycle, at: datetime) -> None:
    found = district(cast.organisation_officer.user, month.pk, at)
    rows = {row.unit.pk: row for row in found.units}
    economy = rows[cast.economy.pk]
    sheets = list(month.sheets.select_related("member"))
    inside = [s for s in sheets if s.member.unit_id == cast.economy.pk]
    assert economy.total == len(inside)
    assert economy.evaluators == 1
    assert economy.owners == sum(s.state == "drafting" for s in inside)
    assert f"chờ {cast.head.full_name} xác nhận 1 phiếu" in economy.reason
    assert found.total == len(sheets) == sum(row.total for row in found.units)
    assert found.sums.stops == len(sheets) - 1
    assert not found.may_close
    with pytest.raises(NotYours):
        district(cast.head.user, month.pk, at)


def test_an_extension_is_a_written_exception_until_it_ends(cast: Cast, month: Cycle, at: datetime) -> None:
    officer = cast.organisation_officer.user
    for sheet in month.sheets.filter(state__in=("drafting", "submitted")):
        who = months.relief_officer(cast.ward).user if sheet.person_id == cast.organisation_officer.pk else officer
        actions.extend(sheet_id=sheet.pk, reason="Đi công tác", until=at + timedelta(days=1), by=who, at=at)
    found = district(officer, month.pk, at)
    assert found.may_close
    assert found.sums.running == found.total - 1
    later = district(officer, month.pk, at + timedelta(days=2))
    assert (later.sums.running, later.may_close) == (0, False)


def test_many_units_are_shown_agency_by_agency(cast: Cast, month: Cycle, at: datetime, monkeypatch: Any) -> None:
    officer = cast.organisation_officer.user
    plain = district(officer, month.pk, at)
    monkeypatch.setattr(progress, "ROWS", 1)
    found = district(officer, month.pk, at)
    assert found.by_agency
    assert sum(row.total for row in found.units) == plain.total
    assert found.sums.stops == plain.sums.stops
    agency = found.units[0]
    inside = district(officer, month.pk, at, agency.unit.pk)
    assert not inside.by_agency
    page = signed_in(cast.organisation_officer).get(reverse("cycle_progress", args=[month.pk])).content.decode()
    for anchor in ('<p id="ngoai-ky"><a href="?trang-thai=ngoai-ky#ngoai-ky">', '<a href="?co-quan='):
        assert anchor in page
    assert "Ngoài kỳ, và vì sao</h2>" not in page
    late = signed_in(cast.organisation_officer).get(f"{reverse('cycle_progress', args=[month.pk])}?trang-thai=ngoai-ky")
    assert "Ngoài kỳ, và vì sao</h2>" in late.content.decode()
    assert inside.total == agency.total
    assert not inside.may_close
    assert {s.sheet.member.agency_id or s.sheet.member.unit_id for s in followed.sheets_of(
        inside, at, state=followed.STOPS).rows} <= {agency.unit.pk}  # fmt: skip
    with pytest.raises(NotYours):
        district(officer, month.pk, at, cast.other_ward.pk)


def test_lists_by_key_name_everybody_once(cast: Cast, month: Cycle, at: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(followed, "PAGE", 2)
    found = district(cast.organisation_officer.user, month.pk, at)
    seen: list[int] = []
    after = None
    while True:
        page = followed.sheets_of(found, at, state=followed.STOPS, after=after)
        seen += [row.sheet.pk for row in page.rows]
        after = page.onward
        if after is None:
            break
    assert sorted(seen) == sorted(month.sheets.exclude(state="confirmed").values_list("pk", flat=True))


def test_one_reminder_a_person_a_day(cast: Cast, month: Cycle, at: datetime) -> None:
    asked: dict[str, Any] = {"cycle_id": month.pk, "unit_id": cast.economy.pk, "by": cast.organisation_officer.user}
    first = actions.remind(**asked, at=at)
    sent = Notice.objects.filter(kind="sheet.reminder")
    assert first.sent == sent.count() > 1
    assert sent.filter(user=cast.head.user).count() == 1
    assert first.without_account == 0
    assert cast.officer_appraised.user_id not in set(sent.values_list("user", flat=True))
    again = actions.remind(**asked, at=at + timedelta(hours=1))
    assert (again.sent, again.already) == (0, first.sent)
    assert Event.objects.filter(code="cycle.reminded").count() == 1
    with outside_actions():
        sent.update(read_at=at)
    assert actions.remind(**asked, at=at + timedelta(minutes=1)).sent == 0
    assert actions.remind(**asked, at=at + timedelta(days=1)).sent == first.sent
    with pytest.raises(NotYours):
        actions.remind(**asked | {"by": cast.head.user}, at=at)
    for sheet in month.sheets.exclude(state="confirmed"):
        with outside_actions():
            type(sheet).objects.filter(pk=sheet.pk).update(state="exempted")
    actions.close_cycle(cycle_id=month.pk, by=cast.organisation_officer.user, at=at)
    with pytest.raises(Conflict):
        actions.remind(**asked, at=at)


def test_quota_places_stand_in_the_row_of_their_agency(cast: Cast, month: Cycle, at: datetime) -> None:
    with outside_actions():
        QuotaPlaces.objects.create(
            cycle=month, rulebook_hash="x", quota="q", label="Xuất sắc", level="a", scope="agency",
            agency=cast.economy, roles=["none"], places=8, hard=True, sentence="20%", frozen_at=at,
        )  # fmt: skip
    found = district(cast.organisation_officer.user, month.pk, at)
    assert found.has_places
    assert [row.places for row in found.units if row.places] == [["Xuất sắc: 0/8"]]


def test_the_page_reminds_and_keeps_strange_keys_out(cast: Cast, month: Cycle) -> None:
    officer = signed_in(cast.organisation_officer)
    path = reverse("cycle_remind", args=[month.pk])
    assert officer.post(path, {"don-vi": "x"}).status_code == 404
    done = officer.post(path, {"don-vi": str(cast.economy.pk)}, follow=True)
    assert "Đã nhắc" in text_of(done)
    unit = months.sheet_of(month, cast.without_account).member.unit_id
    assert "1 người chưa có tài khoản" in text_of(officer.post(path, {"don-vi": str(unit)}, follow=True))
    page = reverse("cycle_progress", args=[month.pk])
    assert officer.get(f"{page}?don-vi=abc").status_code == 404
    assert officer.get(f"{page}?co-quan=99999999").status_code == 404
    assert signed_in(cast.head).post(path, {"don-vi": str(cast.economy.pk)}).status_code == 403
