"""Results under schemes are replaced on the pages that NĐ 335 uses: a petition corrected, a closed sheet reopened."""

from datetime import date

import pytest

from tests.cast import Cast
from tests.clients import page_of, signed_in
from tests.factories.months import OPENED, exempted, sheet_of
from tests.factories.schemes import FIELDS, HA_NOI, bound, judged, opened_period, under_review
from tests.integration.decisions.conftest import AT, CLOSED, choose
from thuocdo.appraisals import actions as appraisals
from thuocdo.appraisals.models import Confirmation, Petition
from thuocdo.appraisals.queries import rate_document
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions
from thuocdo.decisions.models import Reopening

MARKS = {"marks.discipline": "18", "marks.quantity": "24", "marks.quality": "24,5", "marks.progress": "20"}
OWN = MARKS | {"marks.bonus": "5"} | FIELDS
LOWER = {"fields": {"marks.quality": "10"}, "reasons": {"marks.quality": "Nhiều lỗi"}}


@pytest.fixture
def month(cast: Cast) -> Cycle:
    """February under Hà Nội 2021 with an agency's own criteria: 91,5 points reported, 77 judged."""
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    judged(under_review(cycle, cast.colleague, OWN), **LOWER)
    return cycle


def typed(quality: str, why: str) -> dict[str, str]:
    """What the form sends: every field as the owner has it, one changed."""
    fields = {f"fields.{name}": value for name, value in OWN.items()} | {"fields.marks.quality": quality}
    return fields | {"reasons.marks.quality": why, "comment": "Xem lại hồ sơ."}


def test_a_petition_is_corrected_by_the_fields_of_the_scheme(cast: Cast, month: Cycle) -> None:
    actions.set_petition_route(
        unit_id=cast.ward.pk, authority_id=cast.committee.pk, named_in="Quy chế số 4", start=date(2026, 1, 1),
        by=cast.organisation_officer.user, at=OPENED,
    )  # fmt: skip
    old = Confirmation.objects.get(sheet__person=cast.colleague)
    assert (old.score_shown, old.band) == (7700, "good")
    row = appraisals.petition(confirmation_id=old.pk, text="Lỗi không do tôi", by=cast.colleague.user, at=OPENED)
    chairman, path = signed_in(cast.chairman), f"/kien-nghi/{row.pk}/"
    page = page_of(chairman.get(path))
    assert 'name="fields.marks.quality" value="10"' in page
    assert "tự ghi: 24,5" in page
    assert "Mẫu 01" not in page
    tried = page_of(chairman.post(f"{path}tinh-thu/", typed("20", "Theo biên bản"), headers={"HX-Request": "true"}))
    assert "87" in tried
    assert "Hoàn thành tốt nhiệm vụ" in tried
    bare = chairman.post(f"{path}sua/", typed("20", "") | {"answer": "Chấp nhận một phần"})
    assert bare.status_code == 400
    assert 'href="#reasons.marks.quality"' in page_of(bare)
    assert "Chấp nhận một phần</textarea>" in page_of(bare)
    done = chairman.post(f"{path}sua/", typed("24,5", "") | {"answer": "Chấp nhận"})
    assert done.status_code == 302
    new = Confirmation.objects.get(replaces=old)
    assert (new.score_shown, new.band) == (9150, "excellent")
    assert Petition.objects.get().state == "corrected"
    assert "Hoàn thành xuất sắc nhiệm vụ" in page_of(chairman.get(path))
    assert "Hoàn thành xuất sắc nhiệm vụ" in page_of(signed_in(cast.colleague).get(f"/phieu/{old.sheet_id}/vi-sao/"))
    assert rate_document(new).to_json() == new.outcome


def test_a_petition_passed_on_says_only_that_what_was_read_is_silent(cast: Cast, month: Cycle) -> None:
    actions.set_petition_route(
        unit_id=cast.ward.pk, authority_id=cast.committee.pk, named_in="Quy chế số 4", start=date(2026, 1, 1),
        by=cast.organisation_officer.user, at=OPENED,
    )  # fmt: skip
    old = Confirmation.objects.get(sheet__person=cast.colleague)
    row = appraisals.petition(confirmation_id=old.pk, text="Lỗi không do tôi", by=cast.colleague.user, at=OPENED)
    actions.pass_on(petition_id=row.pk, reason="Người thân", by=cast.chairman.user, at=OPENED)
    row.refresh_from_db()
    assert row.authority == cast.city
    assert "(Hà Nội, 2021): phần văn bản mà phần mềm đọc được không nêu nơi, thời hạn" in row.authority_note
    assert "không quy định" not in row.authority_note + row.clock
    assert "cấp có thẩm quyền" not in row.authority_note


def test_a_closed_sheet_is_reopened_and_replaced_by_the_fields_of_the_scheme(cast: Cast, month: Cycle) -> None:
    for sheet in month.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        exempted(sheet, cast.organisation_officer, AT)
    appraisals.close_cycle(cycle_id=month.pk, by=cast.organisation_officer.user, at=CLOSED)
    choose(cast)
    (row,) = actions.propose_reopening(
        cycle_id=month.pk, sheet_ids=[sheet_of(month, cast.colleague).pk], reason="Chấm nhầm người",
        by=cast.organisation_officer.user, at=CLOSED,
    )  # fmt: skip
    assert row.authority_note.startswith("QĐ 1841-QĐ/TU (Hà Nội, 2021) không nêu ai thay kết quả đã khóa.")
    chairman, path = signed_in(cast.chairman), f"/quyet-dinh/mo-lai/{row.pk}/"
    assert "Kết quả thay thế" not in page_of(chairman.get(path))
    assert chairman.post(path, {"do": "agree"}).status_code == 302
    page = page_of(chairman.get(path))
    assert 'name="fields.marks.quality" value="10"' in page
    tried = page_of(chairman.post(f"{path}tinh-thu/", typed("20", "Sửa"), headers={"HX-Request": "true"}))
    assert "87" in tried
    refused = chairman.post(path, typed("99", "Sửa") | {"do": "replace", "answer": "Chấm nhầm"})
    assert refused.status_code == 400
    assert 'value="99"' in page_of(refused)
    done = chairman.post(path, typed("20", "Theo biên bản") | {"do": "replace", "answer": "Chấm nhầm"})
    assert done.status_code == 302
    new = Confirmation.objects.get(number=2)
    assert (new.score_shown, new.band, new.replace_reason) == (8700, "good", "Chấm nhầm")
    assert Reopening.objects.get().state == "replaced"
    assert Cycle.objects.get().state == "closed"
    assert rate_document(new).to_json() == new.outcome
