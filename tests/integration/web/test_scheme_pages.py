"""The pages of a sheet under a scheme: filled in, checked, judged, explained, levels proposed; no script."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, build_cast
from tests.factories.months import sheet_of
from tests.factories.schemes import FIELDS, HA_NOI, bound, filed, judged, opened_period, under_review
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, LevelProposal
from thuocdo.organisation.models import Person

MARKS = {"marks.discipline": "18", "marks.quantity": "24", "marks.quality": "24,5", "marks.progress": "20"}
OWN = MARKS | {"marks.bonus": "5"} | FIELDS
FULL = {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "30", "marks.bonus": "5"}


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()


@pytest.fixture(autouse=True)
def _in_the_month(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.factories.months import OPENED

    for module in ("my_month.filing", "my_month.scheme", "my_month.views", "my_unit.judging", "my_unit.judgement_page",
                   "my_unit.table", "my_unit.levels"):  # fmt: skip
        monkeypatch.setattr(f"thuocdo.web.{module}.now", lambda: OPENED)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def posted(fields: dict[str, str], **more: str) -> dict[str, str]:
    return {f"fields.{name}": text for name, text in fields.items()} | more


def text(response: Any) -> str:
    return response.content.decode()


def test_the_owner_fills_in_checks_and_files(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    sheet = sheet_of(opened_period(cast), cast.colleague)
    me, path = signed_in(cast.colleague), f"/phieu/{sheet.pk}/"
    page = text(me.get(path))
    assert "tối đa 25 điểm" in page
    assert 'name="fields.time.working_days" value="15"' in page
    wrong = me.post(path, posted({**OWN, "marks.quality": "30"}, do="review"))
    assert wrong.status_code == 400
    assert 'href="#fields.marks.quality"' in text(wrong)
    assert 'value="30"' in text(wrong)
    fragment = me.post(f"{path}luu/", posted(OWN), headers={"HX-Request": "true"})
    assert "91,5" in text(fragment)
    assert "Hoàn thành xuất sắc nhiệm vụ" in text(fragment)
    assert me.post(path, posted(OWN, do="review")).headers["Location"] == f"{path}xem-lai/"
    check = text(me.get(f"{path}xem-lai/"))
    assert 'name="fields.marks.quality" value="24,5"' in check
    done = me.post(f"{path}xem-lai/", posted(OWN, version=str(sheet.version), strengths="Tốt"))
    assert done.headers["Location"] == f"{path}bien-nhan/"
    assert "Rút lại phiếu" in text(me.get(path))


def test_the_head_judges_from_the_owners_marks_and_both_read_why(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    sheet = under_review(cycle, cast.colleague, OWN)
    head, path = signed_in(cast.head), f"/danh-gia/phieu/{sheet.pk}/"
    page = text(head.get(path))
    assert 'name="fields.marks.quality" value="24,5"' in page
    assert "tự ghi: 24,5" in page
    changed = posted({**OWN, "marks.quality": "20"}, comment="Đã xem", version=str(sheet.version))
    refused = head.post(f"{path}xac-nhan/", changed)
    assert refused.status_code == 400
    assert "hãy ghi lý do" in text(refused)
    assert "Đã xem</textarea>" in text(refused)
    done = head.post(f"{path}xac-nhan/", changed | {"reasons.marks.quality": "Còn lỗi trình bày"})
    assert done.status_code == 302
    assert Confirmation.objects.get(sheet=sheet).band == "good"
    assert "Hoàn thành tốt nhiệm vụ" in text(head.get(path))
    why = text(signed_in(cast.colleague).get(f"/phieu/{sheet.pk}/vi-sao/"))
    assert "Người đánh giá ghi: Còn lỗi trình bày" in why
    assert "Mẫu 01" not in why
    assert "Hoàn thành tốt nhiệm vụ" in text(head.get(f"/danh-gia/{cycle.pk}/"))


def test_levels_are_proposed_with_the_count_in_sight(cast: Cast) -> None:
    bound(cast, "local/ha-noi-3814-2018", ("overlays/vi-du-ha-noi-2018",))
    cycle = opened_period(cast)
    for person in (cast.colleague, cast.officer_appraised, cast.task_giver):
        judged(under_review(cycle, person, FULL))
    filed(cycle, cast.deputy, FULL)
    head, path = signed_in(cast.head), f"/danh-gia/{cycle.pk}/muc/"
    assert path in text(head.get(f"/danh-gia/{cycle.pk}/"))
    assert "Chưa có suất nào được chốt" in text(head.get(path))
    from tests.factories.months import OPENED

    actions.freeze_places(cycle_id=cycle.pk, rounding={}, by=cast.organisation_officer.user, at=OPENED)
    for number, person in enumerate((cast.colleague, cast.officer_appraised), start=1):
        sheet = sheet_of(cycle, person)
        sent = {"sheet": str(sheet.pk), "version": "0", "level": "excellent", "reason": ""}
        assert head.post(path, sent).status_code == 302
        assert f"Hoàn thành xuất sắc nhiệm vụ {number}/2" in text(head.get(path))
    full = head.post(path, {"sheet": str(sheet_of(cycle, cast.task_giver).pk), "version": "0", "level": "excellent"})
    assert full.status_code == 409
    assert "Không còn suất" in text(full)
    assert LevelProposal.objects.count() == 2
    assert signed_in(cast.colleague).get(path).status_code in (403, 404)
