"""Whom to call: dated, inherited from the unit above, at the end of every page, recorded by the unit's officer."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.guards import outside_actions
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation import actions
from thuocdo.organisation.contacts import Call, arrival, contact_for
from thuocdo.organisation.models import Contact, UnitLink
from thuocdo.organisation.queries import main_post, permissions

pytestmark = pytest.mark.django_db
START = date(2026, 1, 5)


def written(cast: Cast, at: datetime, **changed: Any) -> Contact:
    given: dict[str, Any] = {
        "by": cast.organisation_officer.user, "at": at, "unit_id": cast.ward.pk, "name": "Trần Thị Bình",
        "role": "Văn phòng", "phone": "024 3825 3536 máy lẻ 12", "email": "", "start": START,
    }
    return actions.set_contact(**(given | changed))


def test_a_unit_without_one_calls_that_of_the_unit_above(cast: Cast, at: datetime) -> None:
    assert contact_for(cast.economy.pk, START) is None
    written(cast, at)
    inherited = Call("Trần Thị Bình", "Văn phòng", "024 3825 3536 máy lẻ 12", "", cast.ward.pk, cast.ward.name)
    assert contact_for(cast.economy.pk, START) == inherited
    assert contact_for(cast.economy.pk, START - timedelta(days=1)) is None
    written(cast, at, unit_id=cast.economy.pk, name="Lê Văn Năm", start=date(2026, 2, 1))
    found = contact_for(cast.economy.pk, date(2026, 2, 1))
    assert found is not None
    assert (found.name, found.unit_id) == ("Lê Văn Năm", cast.economy.pk)
    assert contact_for(cast.economy.pk, date(2026, 1, 31)) == inherited
    assert contact_for(cast.ward.pk, date(2026, 2, 1)) == inherited


def test_it_follows_the_tree_of_the_day(cast: Cast, at: datetime) -> None:
    written(cast, at)
    with outside_actions():
        links = UnitLink.objects.filter(child=cast.economy, tree=UnitLink.Tree.STRUCTURE)
        links.update(end=date(2026, 3, 1))
    assert contact_for(cast.economy.pk, date(2026, 2, 28)) is not None
    assert contact_for(cast.economy.pk, date(2026, 3, 1)) is None


def test_a_new_one_ends_the_one_before_and_the_same_day_mends(cast: Cast, at: datetime) -> None:
    first = written(cast, at)
    second = written(cast, at, name="Lê Văn Năm", start=date(2026, 3, 1))
    first.refresh_from_db()
    assert (first.end, second.end) == (date(2026, 3, 1), None)
    written(cast, at, name="Lê Văn Năm", phone="024 1111 2222", start=date(2026, 3, 1))
    second.refresh_from_db()
    assert second.phone == "024 1111 2222"
    events = Event.objects.filter(code="contact.set").count()
    written(cast, at, name="Lê Văn Năm", phone="024 1111 2222", start=date(2026, 3, 1))
    assert Event.objects.filter(code="contact.set").count() == events
    with pytest.raises(Conflict):
        written(cast, at, start=date(2026, 2, 1))
    assert [one for one in verify().problems if one.kind == "organisation.contact"] == []


def test_it_ends_by_a_day_and_the_unit_above_stands_in(cast: Cast, at: datetime) -> None:
    written(cast, at)
    row = written(cast, at, unit_id=cast.economy.pk, name="Lê Văn Năm")
    by = cast.organisation_officer.user
    with pytest.raises(Refusal):
        actions.end_contact(by=by, at=at, contact_id=row.pk, end=START)
    actions.end_contact(by=by, at=at, contact_id=row.pk, end=date(2026, 2, 1))
    with pytest.raises(Conflict):
        actions.end_contact(by=by, at=at, contact_id=row.pk, end=date(2026, 3, 1))
    found = contact_for(cast.economy.pk, date(2026, 2, 1))
    assert found is not None
    assert found.name == "Trần Thị Bình"


@pytest.mark.parametrize(("changed", "field"), [
    ({"phone": "", "email": ""}, "phone"), ({"phone": "gọi anh Năm"}, "phone"), ({"email": "a@b"}, "email"),
    ({"name": " "}, "name"), ({"role": ""}, "role"), ({"start": date(2020, 1, 1)}, "start"),
])
def test_what_cannot_be_used_is_refused_with_its_field(
    cast: Cast, at: datetime, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as caught:
        written(cast, at, **changed)
    assert caught.value.field == field
    assert not Contact.objects.exists()


def test_only_the_officer_of_the_unit_writes_it(cast: Cast, at: datetime) -> None:
    row = written(cast, at)
    for person in (cast.officer_appraised, cast.head):
        with pytest.raises(NotYours):
            written(cast, at, by=person.user)
        with pytest.raises(NotYours):
            actions.end_contact(by=person.user, at=at, contact_id=row.pk, end=date(2026, 5, 1))


def test_the_database_wants_a_way_to_call(cast: Cast) -> None:
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(unit=cast.ward, name="A", role="B", start=START)


def test_every_page_names_the_person_to_call(cast: Cast, at: datetime, client: Client) -> None:
    written(cast, at, phone="+84 24 3825 3536", email="binh@phuong.gov.vn")
    client.force_login(cast.officer_appraised.user)
    for path in ("/", "/phieu/", "/mat-khau/", "/khong-co/"):
        shown = client.get(path).content.decode()
        assert '<a href="tel:+842438253536">+84 24 3825 3536</a>' in shown, path
        assert '<a href="mailto:binh@phuong.gov.vn">' in shown, path
    assert '<a href="/tro-giup/cong-chuc/#lap-va-nop-phieu">' in client.get("/phieu/").content.decode()


def test_the_frame_costs_one_query(cast: Cast, at: datetime) -> None:
    written(cast, at)
    with CaptureQueriesContext(connection) as queries:
        came = arrival(cast.officer_appraised.user, at.date())
    known = came.introduction
    post = main_post(cast.officer_appraised.user, at.date())
    assert post is not None
    assert (known.position, known.unit) == (post.position, post.unit.name)
    assert known.call == contact_for(post.unit_id, at.date())
    assert (len(queries), known.unread, known.call is None) == (1, 0, False)
    assert came.allowed == permissions(cast.officer_appraised.user, at.date()) != frozenset()


def test_the_officer_records_it_on_the_page_of_the_unit(cast: Cast, client: Client) -> None:
    client.force_login(cast.organisation_officer.user)
    path = f"/to-chuc/co-cau/don-vi/{cast.economy.pk}/lien-he/"
    assert path in client.get(f"/to-chuc/co-cau/don-vi/{cast.economy.pk}/").content.decode()
    typed = {"viec": "ghi", "name": "Trần Thị Bình", "role": "Văn phòng", "phone": "gọi", "start": "05/01/2026"}
    refused = client.post(path, typed)
    assert refused.status_code == 400
    assert 'href="#phone"' in refused.content.decode()
    assert 'value="Trần Thị Bình"' in refused.content.decode()
    assert client.post(path, typed | {"phone": "024 3825 3536"}).status_code == 302
    row = Contact.objects.get()
    shown = client.get(path).content.decode()
    assert "Đã ghi người liên hệ" in shown
    ended = client.post(path, {"viec": "ket-thuc", "contact": str(row.pk), "last": "31/12/2026"})
    assert ended.status_code == 302
    row.refresh_from_db()
    assert row.end == date(2027, 1, 1)
    client.force_login(cast.head.user)
    assert client.get(path).status_code == 403
