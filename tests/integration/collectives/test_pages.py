"""The pages of units as subjects, as each reader sees and posts them, down to the receipt of the decision."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tests.cast import Cast
from tests.clients import fields, page_of, signed_in
from tests.integration.collectives.conftest import AT, GOOD, LAW, TASKS, World, decided, opened, proposed
from thuocdo.audit.models import Event
from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitTask
from thuocdo.decisions.models import Decision, Delivery

EXAMPLE = "local/phu-tho-so-tttt-2022|overlays/vi-du-phu-tho-so-tttt"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_a_sheet_from_the_unit_to_the_decision_on_pages(world: World, client: Client) -> None:
    cast = world.cast
    sheet = world.sheet(cast.economy)
    path = f"/tap-the/phieu/{sheet.pk}/"
    officer = signed_in(cast.organisation_officer, client)
    task = {
        "do": "give", "title": "Trình quy hoạch chi tiết", "given_by": "Chủ tịch Ủy ban nhân dân phường",
        "document": "số 12/CV", "due": "31/10/2026",
    }  # fmt: skip
    bad = officer.post(path, task | {"due": "31/02/2026"})
    assert bad.status_code == 400
    assert "Trình quy hoạch chi tiết" in page_of(bad)
    said = [str(one) for one in get_messages(officer.post(path, task).wsgi_request)]
    assert "31/10/2026 là ngày nghỉ cuối tuần" in said[0]
    number = UnitTask.objects.get().pk

    head = signed_in(cast.head, client)
    assert cast.economy.name in page_of(head.get("/tap-the/"))
    page = page_of(head.get(path))
    assert "Nộp phiếu của đơn vị" in page
    assert "Số nhiệm vụ được giao" not in page
    report = {"do": "report", "task": str(number), "done_on": "20/10/2026", "above": "1", "evidence": ""}
    refused = head.post(path, report | {"note": "Đã trình đủ"})
    assert refused.status_code == 400
    assert f'href="#evidence-{number}"' in page_of(refused)
    assert 'value="Đã trình đủ"' in page_of(refused)
    assert head.post(path, report | {"evidence": "Báo cáo 34/BC"}).status_code == 302
    form = fields(GOOD, version="1", strengths="Tốt", level="good", do="save")
    form["evidence.marks.results"] = "Báo cáo 35/BC"
    assert head.post(path, form).status_code == 302
    saved = page_of(head.get(path))
    assert "<dd>75</dd>" in saved
    assert "Báo cáo 35/BC" in saved
    refused = head.post(path, form | {"do": "submit", "fields.marks.general": "31"})
    assert refused.status_code == 400
    assert "error-summary" in page_of(refused)
    assert head.post(path, form | {"do": "submit"}).status_code == 302
    assert head.post(path, form | {"do": "submit", "level": "excellent"}).status_code == 409
    assert "Rút lại phiếu" in page_of(head.get(path))

    officer = signed_in(cast.organisation_officer, client)
    seen = Event.objects.filter(code="unit_sheet.viewed").count()
    page = page_of(officer.get(path))
    assert "Mở phiếu để xem xét" in page
    assert "<li>Nhóm tiêu chí kết quả thực hiện nhiệm vụ: Báo cáo 35/BC</li>" in page
    assert Event.objects.filter(code="unit_sheet.viewed").count() == seen + 1
    assert officer.post(path, {"do": "open", "version": "2"}).status_code == 302
    judge = {"do": "judge", "task": str(number), "done": "1"}
    assert officer.post(path, judge).status_code == 400
    judged = {"done": "1", "above": "1"}
    assert officer.post(path, judge | judged).status_code == 302
    propose = fields(GOOD | {"related.units.good": "0"}, do="propose", version="3", comment="Đạt", level="")
    assert officer.post(path, propose).status_code == 302
    compared = page_of(officer.get(f"/tap-the/ky/{world.round.pk}/"))
    assert "chờ quyết định" in compared
    assert 'class="num">75</td>' in compared
    assert officer.post(path, {"do": "decide", "version": "4", "level": "good"}).status_code == 403

    chairman = signed_in(cast.chairman, client)
    deciding = page_of(chairman.get(path))
    assert "Quyết định mức" in deciding
    assert re.search(r"Điểm theo đề xuất</dt><dd>\d+(,\d+)? điểm", deciding), "who decides sees the score"
    assert "<dt>Đơn vị tự đánh giá</dt><dd>75 điểm, " in deciding
    assert chairman.post(path, {"do": "decide", "version": "4", "level": "excellent"}).status_code == 400
    assert chairman.post(path, {"do": "decide", "version": "4", "level": "good"}).status_code == 302
    assert chairman.post(path, {"do": "decide", "version": "4", "level": "good"}).status_code == 409
    why = page_of(signed_in(cast.head, client).get(f"{path}vi-sao/"))
    assert "Hoàn thành tốt nhiệm vụ" in why
    assert "Trình quy hoạch chi tiết" in why
    for person in (cast.stranger, cast.colleague, cast.head_elsewhere):
        other = signed_in(person, client)
        assert other.get(path).status_code == other.get(f"{path}vi-sao/").status_code == 404
        assert other.get(f"/tap-the/ky/{world.round.pk}/").status_code == 404
        assert other.post(path, {"do": "submit", "version": "1"}).status_code == 404


def test_a_round_is_opened_on_a_page_with_the_rule_of_the_law_first(world: World, client: Client) -> None:
    cast = world.cast
    officer = signed_in(cast.organisation_officer, client)
    page = page_of(officer.get(f"/tap-the/ky/mo/?authority={cast.committee.pk}&kind=year&year=2027"))
    assert page.index("(theo luật)") < page.index("Sở TT&amp;TT Phú Thọ (2022)")
    form = {
        "authority": str(cast.committee.pk), "kind": "year", "year": "2027", "number": "1", "basis": "",
        "submit_by": "01/12/2027", "rule_agency": LAW, "rule_unit": "", f"unit-{cast.economy.pk}": "agency",
    }  # fmt: skip
    refused = officer.post("/tap-the/ky/mo/", form | {f"unit-{cast.economy.pk}": ""})
    assert refused.status_code == 400
    assert "Có 2 chỗ cần sửa" in page_of(refused)
    assert "01/12/2027" in page_of(refused)
    opened = officer.post("/tap-the/ky/mo/", form | {"basis": "Chương II", "submit_by": "05/12/2027"}, follow=True)
    assert "Hạn nộp: Chủ nhật, 05/12/2027 là ngày nghỉ" in page_of(opened)
    assert UnitRound.objects.get(year=2027).sheets.count() == 1
    assert signed_in(cast.colleague, client).get("/tap-the/ky/mo/").status_code == 403
    assert signed_in(cast.head, client).get(f"/tap-the/ky/mo/?authority={cast.committee.pk}").status_code == 404


def test_the_decision_goes_to_the_authorities_concerned_with_receipt(world: World, client: Client) -> None:
    cast = world.cast
    for unit, head in (
        (cast.economy, cast.head), (cast.culture, cast.head_elsewhere), (cast.office, cast.office_head)
    ):  # fmt: skip
        decided(world, proposed(world, unit, head, GOOD | TASKS))
    path = f"/tap-the/ky/{world.round.pk}/"
    officer = signed_in(cast.organisation_officer, client)
    assert officer.post(path, {"do": "paper"}).status_code == 409
    assert officer.post(path, {"do": "close", "version": "1"}).status_code == 302
    assert officer.post(path, {"do": "paper"}).status_code == 302
    row = Decision.objects.get()
    paper = f"/quyet-dinh/van-ban/{row.pk}/"
    assert "Tên đơn vị" in page_of(officer.get(paper))
    form = {
        "do": "save", "version": "1", "subject": row.subject, "number": "9", "symbol": "QĐ-UBND", "place": "Bồ Đề",
        "signed_on": "20/11/2026", "signing_form": "own", "signer": str(cast.chairman.pk), "on_behalf": "",
        "recipients": "Lưu: VT.",
    }  # fmt: skip
    assert officer.post(paper, form).status_code == 302
    chairman = signed_in(cast.chairman, client)
    assert chairman.post(paper, {"do": "issue", "version": "2"}).status_code == 302
    assert chairman.get(f"{paper}tep/pdf/").status_code == 200
    page = page_of(chairman.get(paper))
    assert f'name="to" value="{cast.economy.pk}"' in page
    assert chairman.post(paper, {"do": "deliver", "to": [str(cast.economy.pk)]}).status_code == 302
    head = signed_in(cast.head, client)
    assert head.post(paper, {"do": "receive", "id": str(Delivery.objects.get().pk)}).status_code == 302
    assert "Lê Minh Đức" in page_of(signed_in(cast.chairman, client).get(paper))
    officer = signed_in(cast.organisation_officer, client)
    assert officer.post(path, {"do": "paper", "reason": "Nhầm"}).status_code == 400
    inspector = signed_in(cast.inspector, client)
    seen = page_of(inspector.get(path))
    assert paper in seen
    assert "Soạn dự thảo quyết định" not in seen
    assert inspector.get(paper).status_code == 200, "what the page leads to can be read"
    assert inspector.post(path, {"do": "paper", "reason": "Thử"}).status_code == 404
    reopened_by_two(world.sheet(cast.economy), cast)


def reopened_by_two(sheet: UnitSheet, cast: Cast) -> None:
    """The round is closed: one asks, the head does not agree, then agrees; each reader has the buttons that are his."""
    path, seen = f"/tap-the/phieu/{sheet.pk}/", {"version": str(sheet.version)}
    officer, chairman = Client(), Client()
    signed_in(cast.organisation_officer, officer)
    signed_in(cast.chairman, chairman)
    page = page_of(chairman.get(path))
    assert ('value="reconsider"' in page, "reopening" in page) == (False, False)
    assert chairman.post(path, {"do": "reconsider", "back_reason": "Một mình"} | seen).status_code == 409
    ask = {"do": "ask_reopening", "reopen_reason": "Số liệu sai"} | seen
    empty = officer.post(path, ask | {"reopen_reason": " "})
    assert (empty.status_code, 'id="reopen_reason-error"' in page_of(empty)) == (400, True)
    for end in ("drop_reopening", "agree_reopening"):
        assert 'value="ask_reopening"' in page_of(officer.get(path))
        assert officer.post(path, ask).status_code == 302
        asked = page_of(officer.get(path))
        buttons = ("agree_reopening", "drop_reopening", "ask_reopening")
        assert [f'value="{name}"' in asked for name in buttons] == [False, True, False]
        assert officer.post(path, {"do": "agree_reopening"} | seen).status_code == 403
        assert "Số liệu sai" in page_of(chairman.get(path))
        assert path in page_of(chairman.get("/"))
        assert chairman.post(path, {"do": end, "reopen_end": "Chưa đủ căn cứ"} | seen).status_code == 302
    assert "không mở lại (Chưa đủ căn cứ)" in page_of(officer.get(path))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.returned) == ("under_review", "Số liệu sai")


def test_bonus_points_are_asked_with_evidence_and_ruled_by_somebody_else(world: World, client: Client) -> None:
    cast = world.cast
    one = opened(cast, {cast.culture.pk: "agency"}, {"agency": EXAMPLE}, year=2022, basis="Bộ tiêu chí của Sở")
    sheet = UnitSheet.objects.get(round=one)
    path = f"/tap-the/phieu/{sheet.pk}/"
    head = signed_in(cast.head_elsewhere, client)
    ask = {"do": "ask", "group": "bonus", "asked": "4,5", "reason": "Sáng kiến số hóa", "evidence": ""}
    bare = page_of(head.post(path, ask | {"asked": "99"}))
    assert "nhóm này tối đa" in bare
    assert 'href="#evidence"' in bare
    assert head.post(path, ask | {"evidence": "QĐ 55"}).status_code == 302
    bonus = sheet.bonuses.get()
    marks = {"marks.advice": "20", "marks.fields": "45", "marks.other_work": "10"}
    assert head.post(path, fields(marks, do="submit", version="1", level="good")).status_code == 302
    act: dict[str, Any] = {"by": world.clerk.user, "at": AT}
    actions.open_unit_sheet(sheet_id=sheet.pk, version=2, **act)
    officer = signed_in(world.clerk, client)
    propose = fields(marks, do="propose", version="3", comment="Đạt", level="")
    assert officer.post(path, propose).status_code == 409
    rule = {"do": "rule", "bonus": str(bonus.pk), "given": "5", "ruled_note": "Một sáng kiến được công nhận"}
    assert officer.post(path, rule).status_code == 400
    assert officer.post(path, rule | {"given": "3"}).status_code == 302
    assert officer.post(path, propose).status_code == 302
    chairman = signed_in(cast.chairman, client)
    assert chairman.post(path, {"do": "decide", "version": "4", "level": "good"}).status_code == 302
    assert "78 điểm" in page_of(chairman.get(f"{path}vi-sao/"))


def test_figures_that_nobody_regulated_are_named_and_nothing_is_decided(world: World, client: Client) -> None:
    cast = world.cast
    one = opened(cast, {cast.culture.pk: "agency"}, {"agency": EXAMPLE.split("|")[0]}, year=2022, basis="Sở")
    path = f"/tap-the/phieu/{UnitSheet.objects.get(round=one).pk}/"
    page = page_of(signed_in(cast.head_elsewhere, client).get(path))
    assert "Cần quy định của cơ quan." in page
    assert "cần quy định</b> của cơ quan về điểm tối đa" in page
