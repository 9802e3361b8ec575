"""What is typed into a unit's sheet is kept on either side until it is filed, and is on no record."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clients import fields, page_of, signed_in
from tests.integration.collectives.conftest import AT, GOOD, World, filed
from thuocdo.audit.models import Event
from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitDraft, UnitSubmission


class Clock:
    """The time of day in these tests; it moves when they say so."""

    now: datetime = AT

    def later(self, minutes: int = 5) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: made.now)
    return made


def typed(strengths: str, **more: str) -> dict[str, str]:
    return fields(GOOD, strengths=strengths, shortcomings="", level="good", **more)


def test_what_the_unit_types_is_kept_and_a_colleague_goes_on_from_it(world: World, client: Client) -> None:
    cast, sheet = world.cast, world.sheet(world.cast.economy)
    path = f"/tap-the/phieu/{sheet.pk}/"
    events = Event.objects.count()
    kept = signed_in(cast.head, client).post(f"{path}luu/", typed("Gõ dở") | {"fields.marks.general": "2x"})
    assert kept.status_code == 200
    assert "Đã lưu nháp lúc" in page_of(kept)
    assert Event.objects.count() == events
    page = page_of(client.get(path))
    assert "Gõ dở" in page
    assert 'value="2x"' in page
    actions.name_writer(sheet_id=sheet.pk, version=1, person_id=cast.colleague.pk, by=cast.head.user, at=AT)

    writer = signed_in(cast.colleague, client)
    page = page_of(writer.get(path))
    assert "Gõ dở" in page
    assert f"lấy từ bản nháp của <b>{cast.head.user.display_name}</b>" in page
    assert writer.post(f"{path}luu/", typed("Gõ tiếp")).status_code == 200
    page = page_of(writer.get(path))
    assert "Gõ tiếp" in page
    assert f"{cast.head.user.display_name} cũng đang soạn" in page
    assert "Gõ dở" in page_of(signed_in(cast.head, client).get(path))
    assert UnitDraft.objects.count() == 2


def test_a_draft_ends_with_what_is_filed_and_the_second_to_file_keeps_what_was_typed(
    world: World, client: Client, clock: Clock
) -> None:
    cast, sheet = world.cast, world.sheet(world.cast.economy)
    path = f"/tap-the/phieu/{sheet.pk}/"
    actions.name_writer(sheet_id=sheet.pk, version=1, person_id=cast.colleague.pk, by=cast.head.user, at=AT)
    for person in (cast.colleague, cast.head):
        assert signed_in(person, client).post(f"{path}luu/", typed(f"Nháp {person.code}")).status_code == 200
    clock.later()
    assert client.post(path, typed("Bản được nộp", do="submit", version="2")).status_code == 302
    assert f'data-filed="{path}"' in page_of(client.get(path))
    assert list(UnitDraft.objects.values_list("author", flat=True)) == [cast.colleague.user.pk]

    writer = signed_in(cast.colleague, client)
    late = writer.post(path, typed("Nộp sau", do="submit", version="2"))
    assert late.status_code == 409
    assert "Những gì ông/bà vừa gõ" in page_of(late)
    assert "Nộp sau" in page_of(late)
    assert "data-filed" not in page_of(late)
    refused = writer.post(f"{path}luu/", typed("Gõ sau khi nộp"))
    assert refused.status_code == 409
    assert writer.post(path, {"do": "withdraw", "version": "3"}).status_code == 302
    page = page_of(writer.get(path))
    assert "Bản được nộp" in page
    assert "Nháp KT004" not in page


def test_the_authority_goes_on_from_its_draft_and_from_the_proposal_that_came_back(
    world: World, client: Client, clock: Clock
) -> None:
    cast = world.cast
    sheet = filed(world, cast.economy, cast.head, GOOD)
    path = f"/tap-the/phieu/{sheet.pk}/"
    actions.open_unit_sheet(sheet_id=sheet.pk, version=sheet.version, by=world.clerk.user, at=clock.later())
    clerk = signed_in(world.clerk, client)
    marks = {"marks.general": "19", "related.units.complete": "0"}
    document = fields(GOOD | marks, comment="Nhận xét dở", level="")
    document["reasons.marks.general"] = "Chậm một báo cáo"
    assert clerk.post(path, document | {"do": "save"}).status_code == 302
    page = page_of(clerk.get(path))
    assert "Nhận xét dở" in page
    assert "Chậm một báo cáo" in page
    assert page.count('value="19"') == 1
    assert signed_in(cast.head, client).post(f"{path}luu/", typed("Đơn vị")).status_code == 409

    clerk = signed_in(world.clerk, client)
    clock.later()
    ready = document | {"do": "propose", "version": "3", "comment": "Đã kiểm tra"}
    ready |= {f"fields.tasks.{name}": "10" for name in ("assigned", "done")}
    ready |= {f"fields.tasks.{name}": "0" for name in ("late", "failing", "above")}
    ready |= {f"reasons.tasks.{name}": "Theo sổ" for name in ("assigned", "done", "late", "failing", "above")}
    assert clerk.post(path, ready).status_code == 302, page_of(clerk.post(path, ready))
    assert not UnitDraft.objects.exists()
    back: dict[str, Any] = {"by": cast.chairman.user, "at": clock.later()}
    actions.send_unit_proposal_back(sheet_id=sheet.pk, version=4, reason="Xem lại điểm", **back)
    page = page_of(clerk.get(path))
    assert "Đã kiểm tra" in page
    assert "Chậm một báo cáo" in page


def test_a_draft_is_for_those_whose_turn_it_is_and_only_in_the_shape_of_the_sheet(world: World, client: Client) -> None:
    cast, sheet = world.cast, world.sheet(world.cast.economy)
    path = f"/tap-the/phieu/{sheet.pk}/luu/"
    for person in (cast.stranger, cast.deputy, cast.head_elsewhere):
        assert signed_in(person, client).post(path, typed("Không được")).status_code == 404
    assert signed_in(cast.organisation_officer, client).post(path, typed("Chưa tới lượt")).status_code == 409
    assert signed_in(cast.head, client).post(path, {"comment": "Không phải phần của đơn vị"}).status_code == 400
    assert client.get(path).status_code == 405
    assert not UnitDraft.objects.exists()
    assert not UnitSubmission.objects.exists()
