"""The pages of regulations, and the printed draft read back."""

import re
from html import unescape
from io import BytesIO

import docx
import pytest
from django.db import DatabaseError, transaction

from tests.cast import Cast
from tests.clients import page_of, signed_in
from tests.guards import outside_actions
from tests.integration.rulesets.conftest import AT, KEY, TYPED, begun
from tests.integration.rulesets.test_regulations import approved
from thuocdo.decisions.contents import bases_of
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import Regulation, RegulationText
from thuocdo.rulesets.regulations import numbers_by_title

LIST = "/to-chuc/quy-che/"


@pytest.fixture(autouse=True)
def _january(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_from_the_empty_list_to_the_approved_text(cast: Cast) -> None:
    officer, chairman = signed_in(cast.organisation_officer), signed_in(cast.chairman)
    assert "Chưa có quy chế nào" in page_of(officer.get(LIST))
    answer = officer.post(LIST, {"unit": cast.ward.pk, "rulebook": KEY})
    one = Regulation.objects.get()
    editor = f"{LIST}{one.pk}/soan/"
    assert answer.headers["Location"] == editor
    text = page_of(officer.get(editor))
    months = re.findall(r'<option value="(\d\d/20\d\d)"', text)
    assert months[0] == "01/2026", "no month before the decree was in force"
    assert "Nghị định không quy định làm tròn điểm" in text
    assert "thấp hơn 20%" in text
    refused = officer.post(editor, {**TYPED, "revision": "1", "do": "propose", "lower-excellent": "25"})
    assert refused.status_code == 400
    text = page_of(refused)
    assert "25% cao hơn 20%" in text
    assert "Điều 20 khoản 5 điểm a" in text
    assert 'value="25"' in text
    assert officer.post(editor, {**TYPED, "revision": "2", "do": "propose"}).headers["Location"] == f"{LIST}{one.pk}/"
    assert "Chờ ông/bà phê duyệt" in page_of(chairman.get(LIST))
    review = page_of(chairman.get(f"{LIST}{one.pk}/"))
    assert "Theo bước 0,25 điểm" in review
    assert "Rút lại" not in review
    assert "Phê duyệt hoặc trả lại" not in page_of(officer.get(f"{LIST}{one.pk}/"))
    one.refresh_from_db()
    steps = {"revision": one.revision}
    assert chairman.post(f"{LIST}{one.pk}/quyet-dinh/", {**steps, "do": "return", "reason": ""}).status_code == 400
    assert chairman.post(f"{LIST}{one.pk}/quyet-dinh/", {**steps, "do": "approve"}).status_code == 302
    assert RegulationText.objects.get().approved_by == cast.chairman.user
    page = page_of(officer.get(f"{LIST}{one.pk}/"))
    assert "Phê duyệt quy chế của đơn vị (bản số 1), áp dụng từ tháng 02/2026" in page


def test_a_number_known_after_the_approval_is_recorded_and_corrected_with_its_reason(cast: Cast) -> None:
    text = approved(cast)
    page, steps = f"{LIST}{text.regulation_id}/", f"{LIST}{text.regulation_id}/quyet-dinh/"
    officer, chairman = signed_in(cast.organisation_officer), signed_in(cast.chairman)
    assert "Ghi số, ngày ban hành" in page_of(officer.get(page))
    assert "Ghi số, ngày ban hành" not in page_of(chairman.get(page))
    given = {"do": "number", "number": "12/QĐ-UBND", "issued": "19/01/2026"}
    assert chairman.post(steps, given).status_code == 404
    for wrong, words in (({"number": ""}, "Số, ký hiệu"), ({"issued": "31/02/2026"}, "15/12/2026"),
                         ({"issued": "21/01/2026"}, "sau hôm nay")):
        refused = officer.post(steps, given | wrong)
        assert (refused.status_code, words in page_of(refused)) == (400, True)
    for _ in range(2):
        assert officer.post(steps, given | {"number_reason": "như cũ"}).status_code == 302
    shown = page_of(officer.get(page))
    assert "12/QĐ-UBND; 19/01/2026" in shown
    assert text.numbers.count() == 1, "the same again changes nothing"
    assert bases_of([catalogue.load(KEY, (text.key,))], numbers_by_title([text.key]))[1].endswith("số 12/QĐ-UBND")
    assert officer.post(steps, given | {"number": "13/QĐ-UBND"}).status_code == 400
    assert officer.post(steps, given | {"number": "13/QĐ-UBND", "number_reason": "Ghi nhầm số"}).status_code == 302
    assert "sau khi phê duyệt: Ghi nhầm số" in page_of(officer.get(page))
    assert RegulationText.objects.get().content == text.content
    with outside_actions(), pytest.raises(DatabaseError), transaction.atomic():
        text.numbers.update(number="14")
    drawn = docx.Document(BytesIO(officer.get(f"{page}du-thao.docx").content))
    heads = [cell.text for table in drawn.tables for row in table.rows for cell in row.cells]
    assert any("13/QĐ-UBND" in head for head in heads)


def test_a_stale_page_is_refused_and_keeps_what_was_typed(cast: Cast) -> None:
    one = begun(cast)
    officer = signed_in(cast.organisation_officer)
    answer = officer.post(
        f"{LIST}{one.pk}/soan/", {**TYPED, "revision": "1", "do": "save", "settle-general_steps-reason": "Câu vừa gõ"}
    )
    assert answer.status_code == 400
    assert "đã sửa bản này" in page_of(answer)
    assert "Câu vừa gõ" in page_of(answer)
    assert "Câu vừa gõ" not in Regulation.objects.get().document


def test_the_state_is_shown_as_typed(cast: Cast) -> None:
    one = begun(cast)
    officer = signed_in(cast.organisation_officer)
    answer = officer.post(f"{LIST}{one.pk}/kiem/", {**TYPED, "settle-general_steps-reason": ""})
    assert "Đã quyết định 1 điểm để ngỏ" in page_of(answer)
    assert "”: chưa ghi. Hãy nêu vì sao" in page_of(answer)
    assert "Đủ để trình" in page_of(officer.post(f"{LIST}{one.pk}/kiem/", TYPED))
    assert Regulation.objects.get().revision == one.revision


@pytest.mark.parametrize("who", ["stranger", "head_elsewhere", "head"])
def test_others_do_not_see_it(cast: Cast, who: str) -> None:
    one = begun(cast)
    client = signed_in(getattr(cast, who))
    assert client.get(f"{LIST}{one.pk}/").status_code == 404
    assert client.get(f"{LIST}{one.pk}/du-thao.docx").status_code == 404
    assert client.get(f"{LIST}{one.pk}/soan/").status_code in (403, 404)
    assert "Quy chế của Phường" not in page_of(client.get(LIST))


def test_a_draft_can_be_read_as_rules_until_it_changes(cast: Cast) -> None:
    one = begun(cast)
    officer = signed_in(cast.organisation_officer)
    text = page_of(officer.get(f"{LIST}{one.pk}/soan/"))
    link = text.split(f'href="/quy-tac/{KEY}/?')[1].split('"')[0]
    assert "Bước 0,25 điểm dễ thống nhất." in page_of(officer.get(f"/quy-tac/{KEY}/?{link}"))
    tryout = unescape(text.split('href="/quy-tac/tinh-thu/')[1].split('"')[0])
    tried = page_of(officer.get(f"/quy-tac/tinh-thu/{tryout}"))
    assert f'name="b" value="{KEY}+ban-soan/{one.pk}-' in tried
    officer.post(f"{LIST}{one.pk}/soan/", {**TYPED, "revision": one.revision, "do": "save", "lower-excellent": "10"})
    assert officer.get(f"/quy-tac/{KEY}/?{link}").status_code == 404


def test_the_printed_draft(cast: Cast) -> None:
    one = begun(cast)
    answer = signed_in(cast.organisation_officer).get(f"{LIST}{one.pk}/du-thao.docx")
    document = docx.Document(BytesIO(answer.content))
    text = "\n".join(p.text for p in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "DỰ THẢO. Bản số 1, đang soạn" in text
    assert "Điều 1. Phạm vi điều chỉnh, đối tượng áp dụng" in text
    assert "Điều 5. Cách áp dụng những điểm chưa được quy định cụ thể" in text
    assert "Đơn vị áp dụng: Theo bước 0,25 điểm." in text
    assert "Đơn vị áp dụng: 15% (quy định cấp trên: 20%)." in text
    assert "Lý do: Giữ chất lượng khen thưởng." in text
    assert "Điều 7. Hiệu lực và tổ chức thực hiện" in text
    assert "từ ngày 01/02/2026" in text
    assert text.index("Căn cứ Nghị định") < text.index("Điều 1.")
    assert any("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in cell for cell in cells)
    assert any("CHỦ TỊCH UBND PHƯỜNG" in cell for cell in cells)
    assert any("Nơi nhận:" in cell for cell in cells)
    maxima = [row.cells[2].text for table in document.tables for row in table.rows if len(row.cells) == 3]
    assert maxima[0] == "Điểm tối đa"
    assert len(maxima) > 5


def test_dropping_a_draft(cast: Cast) -> None:
    one = begun(cast)
    officer = signed_in(cast.organisation_officer)
    answer = officer.post(f"{LIST}{one.pk}/soan/", {"revision": one.revision, "do": "drop"})
    assert answer.headers["Location"] == LIST
    assert Regulation.objects.get().state == "dropped"


def test_what_waits_for_a_decision_stands_among_the_things_to_do(cast: Cast) -> None:
    one = begun(cast)
    officer, chairman = signed_in(cast.organisation_officer), signed_in(cast.chairman)
    waits = f"Phê duyệt hoặc trả lại quy chế: {one.unit.name}, bản số 1"
    assert waits not in page_of(chairman.get("/"))
    officer.post(f"{LIST}{one.pk}/soan/", {**TYPED, "revision": str(one.revision), "do": "propose"})
    assert waits in page_of(chairman.get("/"))
    assert waits not in page_of(officer.get("/"))
    assert waits not in page_of(signed_in(cast.officer_appraised).get("/"))
    one.refresh_from_db()
    chairman.post(f"{LIST}{one.pk}/quyet-dinh/", {"revision": one.revision, "do": "return", "reason": "Thiếu căn cứ"})
    assert waits not in page_of(chairman.get("/"))
    assert f"Sửa quy chế được trả lại: {one.unit.name}, bản số 1" in page_of(officer.get("/"))


def test_an_approved_regulation_is_found_without_its_address(cast: Cast) -> None:
    one = begun(cast)
    officer, chairman = signed_in(cast.organisation_officer), signed_in(cast.chairman)
    officer.post(f"{LIST}{one.pk}/soan/", {**TYPED, "revision": str(one.revision), "do": "propose"})
    one.refresh_from_db()
    chairman.post(f"{LIST}{one.pk}/quyet-dinh/", {"revision": one.revision, "do": "approve"})
    name, title = f"{KEY}+{RegulationText.objects.get().key}", "Quy chế đánh giá của phường Bồ Đề"
    for person in (cast.officer_appraised, cast.organisation_officer):
        reader = signed_in(person)
        assert title in page_of(reader.get("/quy-tac/"))
        for form in ("/quy-tac/tinh-thu/", "/quy-tac/so-sanh/"):
            assert f'<option value="{name}">' in page_of(reader.get(form)), form
    assert title not in page_of(signed_in(cast.stranger).get("/quy-tac/tinh-thu/"))


def test_a_regulation_is_begun_only_for_a_chosen_rulebook(cast: Cast) -> None:
    answer = signed_in(cast.organisation_officer).post(LIST, {"unit": cast.ward.pk, "rulebook": ""})
    assert answer.status_code == 400
    assert '<a href="#rulebook">Bộ quy tắc: chưa chọn.' in page_of(answer)
    assert '<optgroup label="Nhà nước">' in page_of(answer)
    assert not Regulation.objects.exists()
