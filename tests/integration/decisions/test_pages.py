"""The pages of publication, papers and reopening, as each reader sees and posts them."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.clients import page_of, signed_in
from tests.factories.months import sheet_of
from tests.integration.decisions.conftest import CLOSED
from thuocdo.appraisals import actions as appraisals
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import Decision, Delivery, Publication, Reopening, ResultReceipt


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: CLOSED + timedelta(days=1))


def test_the_officer_publishes_and_everybody_receives(cast: Cast, closed: Cycle, client: Client) -> None:
    office = f"/quyet-dinh/ky/{closed.pk}/"
    officer = signed_in(cast.organisation_officer, client)
    page = page_of(officer.get(office))
    assert "chưa có kết quả nào đã xác nhận" in page
    assert page_of(officer.post(office, {"do": "publish"})).count("chọn ít nhất một đơn vị") == 1
    units = {"do": "publish", "unit": [str(cast.economy.pk), str(cast.culture.pk)]}
    assert "1 đơn vị chưa công bố được" in page_of(officer.post(office, units, follow=True))
    published = Publication.objects.get()
    assert officer.post(office, {"do": "file", "publication": str(published.pk)}).status_code == 302
    page, publish = page_of(officer.get(office)), "Công bố các đơn vị đã chọn"
    assert ("0/3" in page, publish in page) == (True, True)
    officer.post(office, {"do": "publish", "unit": str(cast.committee.pk)})
    page = page_of(officer.get(office))
    assert publish not in page, "nothing is left to publish"
    choices = 'href="/quyet-dinh/lua-chon/"'
    assert (choices in page, choices in page_of(signed_in(cast.inspector).get(office))) == (True, False)

    mine = signed_in(cast.colleague, client)
    result = cast.colleague.sheets.get().confirmations.get()
    assert "tháng 2 năm 2026" in page_of(mine.get("/quyet-dinh/"))
    assert mine.post("/quyet-dinh/", {"do": "result", "id": result.pk}).status_code == 302
    assert mine.post("/quyet-dinh/", {"do": "result", "id": "x"}).status_code == 404
    assert ResultReceipt.objects.filter(party="person").count() == 1
    assert "Đỗ Ánh" in page_of(mine.get(f"/quyet-dinh/cong-bo/{published.pk}/"))
    assert mine.get(office).status_code == 403
    assert signed_in(cast.stranger, client).get(f"/quyet-dinh/cong-bo/{published.pk}/").status_code == 404
    assert "Chưa có kết quả nào" in page_of(signed_in(cast.team_member, client).get("/quyet-dinh/"))


def test_a_paper_from_draft_to_receipt(cast: Cast, closed: Cycle, client: Client) -> None:
    unit = f"/quyet-dinh/ky/{closed.pk}/{cast.economy.pk}/"
    head = signed_in(cast.head, client)
    assert cast.economy.name in page_of(head.get("/quyet-dinh/"))
    assert head.post(unit, {"do": "draft", "kind": "?"}).status_code == 400
    assert head.post(unit, {"do": "draft", "kind": "decision"}).status_code == 302
    row = Decision.objects.get()
    assert head.post(unit, {"do": "draft", "kind": "decision"}).status_code == 409
    path = f"/quyet-dinh/van-ban/{row.pk}/"
    assert "KT. (ký thay)" in page_of(head.get(path))
    form = {
        "do": "save", "version": "1", "subject": row.subject, "number": "7", "symbol": "QĐ-KT", "place": "Bồ Đề",
        "signed_on": "09/03/2026", "signing_form": "own", "signer": str(cast.head.pk), "recipients": "Lưu: VT.",
        "on_behalf": "",
    }  # fmt: skip
    bad = head.post(path, form | {"number": "bảy", "place": "Giữ lại chữ này"})
    assert bad.status_code == 400
    assert "Giữ lại chữ này" in page_of(bad)
    assert head.post(path, form | {"signed_on": "31/02/2026"}).status_code == 400
    assert head.post(path, {"do": "issue", "version": "1"}).status_code == 400
    assert head.post(path, form).status_code == 302
    assert head.post(path, form).status_code == 409
    assert head.post(path, {"do": "issue", "version": "2"}).status_code == 302
    assert "07/QĐ-KT" in page_of(head.get(path))
    pdf = head.get(f"{path}tep/pdf/")
    assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    assert head.get(f"{path}tep/docx/").content[:2] == b"PK"
    assert head.get(f"{path}tep/exe/").status_code == 404

    officer = signed_in(cast.organisation_officer, client)
    assert "Gửi văn bản" in page_of(officer.get(path))
    assert officer.post(path, {"do": "deliver"}).status_code == 400
    assert officer.post(path, {"do": "deliver", "to": [str(cast.committee.pk)]}).status_code == 302
    came = Delivery.objects.get()
    chairman = signed_in(cast.chairman, client)
    assert "văn bản gửi đến" in page_of(chairman.get("/"))
    assert row.subject in page_of(chairman.get("/quyet-dinh/"))
    assert "Đã nhận" in page_of(chairman.get(path))
    assert chairman.post(path, {"do": "receive", "id": came.pk}).status_code == 302
    assert chairman.post("/quyet-dinh/", {"do": "paper", "id": came.pk}).status_code == 302
    assert signed_in(cast.colleague, client).get(path).status_code == 404

    officer = signed_in(cast.organisation_officer, client)
    assert officer.post(path, {"do": "replace", "reason": ""}).status_code == 400
    assert officer.post(path, {"do": "replace", "reason": "Có kết quả mới"}).status_code == 302
    new = Decision.objects.get(replaces=row)
    assert "Đang soạn" in page_of(officer.get(path))
    assert "Ban hành bản đã lưu" not in page_of(officer.get(f"/quyet-dinh/van-ban/{new.pk}/"))
    assert officer.post(f"/quyet-dinh/van-ban/{new.pk}/", {"do": "issue", "version": "1"}).status_code == 403
    assert officer.post(f"/quyet-dinh/van-ban/{new.pk}/", {"do": "drop", "version": "1"}).status_code == 302


def test_who_proposes_a_replacement_sees_at_once_which_result_a_petition_holds(cast: Cast, closed: Cycle) -> None:
    unit = f"/quyet-dinh/ky/{closed.pk}/{cast.economy.pk}/"
    officer, at = signed_in(cast.organisation_officer), CLOSED + timedelta(days=1)
    held = sheet_of(closed, cast.colleague)
    assert "kiến nghị chưa trả lời" not in page_of(officer.get(unit))
    result = held.confirmations.get()
    petition = appraisals.petition(confirmation_id=result.pk, text="Xem lại.", by=cast.colleague.user, at=at)
    page = page_of(officer.get(unit))
    assert "1 người dưới đây chưa đề nghị thay kết quả được lúc này" in page
    boxes = {key: box for box in re.findall(r'<input type="checkbox"[^>]*name="sheet"[^>]*>', page)
             for key in re.findall(r'value="(\d+)"', box)}  # fmt: skip
    assert [int(key) for key, box in boxes.items() if "disabled" in box] == [held.pk]
    assert f"“{petition.authority.name}” trả lời" in page
    head = page_of(signed_in(cast.head).get(unit))
    assert "kiến nghị" not in head.split("<main")[1].split("</main>")[0].lower(), "who does not propose is not told"
    refused = officer.post(unit, {"do": "reopen", "sheet": str(held.pk), "reason": "Sai"})
    assert refused.status_code == 409
    appraisals.uphold(petition_id=petition.pk, answer="Đã đối chiếu.", by=cast.chairman.user, at=at)
    assert "disabled" not in page_of(officer.get(unit)).split("<main")[1].split("</main>")[0]


def test_reopening_pages(cast: Cast, closed: Cycle, client: Client) -> None:
    unit = f"/quyet-dinh/ky/{closed.pk}/{cast.economy.pk}/"
    sheet = sheet_of(closed, cast.officer_appraised)
    officer = signed_in(cast.organisation_officer, client)
    assert "Chưa có phiếu nào" in page_of(officer.get("/quyet-dinh/mo-lai/"))
    assert officer.post(unit, {"do": "reopen", "reason": "Sai"}).status_code == 400
    missing = officer.post(unit, {"do": "reopen", "sheet": str(sheet.pk), "reason": ""})
    assert missing.status_code == 400
    assert "Lý do: chưa nhập" in page_of(missing)
    asked = {"do": "reopen", "sheet": str(sheet.pk), "reason": "Số liệu sai"}
    assert officer.post(unit, asked).status_code == 302
    row = Reopening.objects.get()
    path = f"/quyet-dinh/mo-lai/{row.pk}/"
    assert "Đồng ý mở lại" not in page_of(officer.get(path))
    assert signed_in(cast.stranger, client).get(path).status_code == 404

    chairman = signed_in(cast.chairman, client)
    assert "Đồng ý hay không việc thay kết quả" in page_of(chairman.get("/"))
    assert "Đồng ý mở lại" in page_of(chairman.get(path))
    assert chairman.post(path, {"do": "agree"}).status_code == 302
    assert chairman.post(path, {"do": "agree"}).status_code == 409
    page = page_of(chairman.get(path))
    assert "Thay bằng kết quả mới và khóa lại" in page
    task = "tasks.202602-KT003-01"
    judged = {
        f"{task}.completed": "4", f"{task}.quality_met": "2", f"{task}.on_time": "4", f"{task}.quality_errors": "0",
        f"{task}.late": "0", f"{task}.late_excused": "0", f"{task}.note": "Sai số liệu", "comment": "Xem lại.",
    }  # fmt: skip
    tried = chairman.post(f"{path}tinh-thu/", judged, headers={"HX-Request": "true"})
    assert "Tổng điểm" in page_of(tried)
    assert chairman.post(f"{path}tinh-thu/", judged).status_code == 200
    kept = chairman.post(path, {"do": "replace", "answer": "", **judged})
    assert kept.status_code == 400
    assert "Sai số liệu" in page_of(kept)
    assert chairman.post(path, {"do": "replace", "answer": "Theo kiểm tra", **judged}).status_code == 302
    assert "có kết quả thay thế" in page_of(chairman.get(path))
    assert chairman.post(path, {"do": "drop", "end_reason": "x"}).status_code == 409
    assert "Nguyễn Thị Hồng Ngọc" in page_of(chairman.get("/quyet-dinh/mo-lai/"))


def test_standing_back_from_a_petition(cast: Cast, closed: Cycle, client: Client) -> None:
    result = cast.officer_appraised.sheets.get().confirmations.get()
    at = CLOSED
    row = appraisals.petition(confirmation_id=result.pk, text="Xem lại.", by=cast.officer_appraised.user, at=at)
    path = f"/kien-nghi/{row.pk}/"
    chairman = signed_in(cast.chairman, client)
    page = page_of(chairman.get(path))
    assert "Từ chối giải quyết, chuyển lên cấp trên" in page
    assert "7 ngày làm việc, trừ thứ Bảy, Chủ nhật" in page
    assert chairman.post(f"{path}tu-choi/", {"recusal": ""}).status_code == 400
    assert chairman.post(f"{path}tu-choi/", {"recusal": "Người thân"}).status_code == 302
    assert chairman.post(f"{path}tu-choi/", {"recusal": "Người thân"}).status_code == 404
    assert cast.city.name in page_of(signed_in(cast.officer_appraised, client).get(f"/phieu/{row.sheet_id}/kien-nghi/"))


def test_the_officer_records_what_was_chosen(cast: Cast, february: Cycle, client: Client) -> None:
    officer, path = signed_in(cast.organisation_officer, client), "/quyet-dinh/lua-chon/"
    assert "Chưa ghi nhận hình thức nào" in page_of(officer.get(path))
    form = {
        "do": "form", "unit": str(cast.ward.pk), "kind": "electronic", "decided_by": "Chủ tịch", "start": "01/01/2026",
    }  # fmt: skip
    for wrong in ({"kind": "x"}, {"decided_by": ""}, {"start": "hôm nay"}):
        assert officer.post(path, form | wrong).status_code == 400
    for do, select in (("form", "unit"), ("route", "route_unit"), ("second", "second_unit")):
        assert f'href="#{select}">Đơn vị: chưa chọn' in page_of(officer.post(path, {"do": do, "unit": ""}), 400)
    kept = page_of(officer.post(path, {"do": "second", "unit": str(cast.ward.pk)}), 400)
    assert kept.count(f'value="{cast.ward.pk}" selected') == 1, "only the form that was sent keeps what was chosen"
    assert officer.post(path, form).status_code == 302
    assert officer.post(path, form | {"start": "01/12/2025"}).status_code == 409
    assert officer.post(path, form | {"unit": "x"}).status_code == 404
    route = {
        "do": "route", "unit": str(cast.ward.pk), "authority": str(cast.committee.pk), "named_in": "Quy chế số 3",
        "route_start": "01/01/2026",
    }  # fmt: skip
    assert officer.post(path, route | {"authority": ""}).status_code == 400
    assert officer.post(path, route).status_code == 302
    assert "Quy chế số 3" in page_of(officer.get(path))
    assert signed_in(cast.colleague, client).get(path).status_code == 403
