"""The pages of review reports: written, refused with what was typed, sent and read."""

import pytest
from django.test import Client

from tests.factories import rounds as world
from tests.factories.reviews import typed_whole
from tests.factories.rounds import AT, Ward
from thuocdo.reviews.models import ReviewReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(db: None, monkeypatch: pytest.MonkeyPatch) -> Ward:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    return world.open_ward()


def signed_in(ward: Ward, name: str) -> Client:
    client = Client()
    client.force_login(ward.user(name))
    return client


def test_a_report_is_written_refused_with_what_was_typed_sent_and_read(ward: Ward) -> None:
    one, client = ward.subject("party_member", "Lê Phó Một"), signed_in(ward, "vice")
    desk = client.get(f"/kiem-diem/{ward.round.pk}/").content.decode()
    assert f"/kiem-diem/ban/{one.pk}/viet/" in desk
    form = client.get(f"/kiem-diem/ban/{one.pk}/viet/").content.decode()
    assert "Mẫu 02A" in form
    assert form.count("Phương hướng, biện pháp khắc phục</h2>") == 1
    assert 'class="hidden-visually">Phương hướng, biện pháp khắc phục</label>' in form, "said once, read aloud still"
    whole = typed_whole(one)
    sent = {f"text-{key}": text for key, text in whole.texts.items()} | {"level": whole.level, "none_before": "1"}
    sent |= {f"mark-{key}": mark for key, mark in whole.marks.items()} | {"version-shared": "0", "version-own": "0"}
    wrong = client.post(f"/kiem-diem/ban/{one.pk}/viet/", sent | {"do": "draft", "mark-general": "30,5"})
    assert wrong.status_code == 400
    page = wrong.content.decode()
    assert "lớn hơn mức tối đa 30" in page
    assert 'value="30,5"' in page
    assert "Nội dung qualities" in page
    assert client.post(f"/kiem-diem/ban/{one.pk}/viet/", sent | {"do": "draft"}).status_code == 302
    read = signed_in(ward, "officer").get(f"/kiem-diem/ban/{one.pk}/").content.decode()
    assert "Nội dung measures" in read
    assert ReviewReport.objects.count() == 1
    assert one.name in signed_in(ward, "officer").get(f"/kiem-diem/{ward.round.pk}/?xem=read").content.decode()
    assert signed_in(ward, "outside").get(f"/kiem-diem/ban/{one.pk}/").status_code == 404
    assert signed_in(ward, "vice").post(f"/kiem-diem/ban/{one.pk}/viet/", {"do": "?"}).status_code == 400
