"""The printed papers: Nghị định 30/2020 layout in PDF and DOCX, from the frozen content."""

from io import BytesIO

import docx
from pypdf import PdfReader

from tests.cast import Cast
from tests.integration.decisions.test_papers import AT, ON, drafted, issued
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions
from thuocdo.documents.decisions import decision_paper
from thuocdo.documents.decisions_word import decision_docx
from thuocdo.documents.render import decision_pdf


def pdf_text(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


def test_a_decision_in_pdf_and_docx(cast: Cast, closed: Cycle) -> None:
    row = issued(cast, closed)
    paper = decision_paper(cast.head.user, row.pk, ON)
    text = pdf_text(decision_pdf(paper))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 07/QĐ-KT",
        "Bồ Đề, ngày 09 tháng 3 năm 2026", "QUYẾT ĐỊNH", "Điều 1.", "Nơi nhận:", "Lưu: VT.", "TRƯỞNG PHÒNG",
        "Lê Minh Đức", "Nguyễn Thị Hồng Ngọc", "kèm theo",
    ):  # fmt: skip
        assert part in text, part
    assert "DỰ THẢO" not in text
    assert text.index("Đỗ Ánh") < text.index("Phạm Thu Hà") < text.index("Nguyễn Thị Hồng Ngọc")
    assert "KT003" not in text
    assert "Nhất trí" not in text
    assert decision_pdf(paper) == decision_pdf(paper)
    document = docx.Document(BytesIO(decision_docx(paper)))
    section = document.sections[0]
    assert [round(side.mm) for side in (section.left_margin, section.right_margin, section.top_margin)] == [30, 20, 20]
    words = "\n".join(cell.text for table in document.tables for line in table.rows for cell in line.cells)
    assert "Số: 07/QĐ-KT" in words
    assert "Lê Minh Đức" in words
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert "Điều 2. Quyết định này có hiệu lực kể từ ngày ký." in [p.text for p in document.paragraphs]


def test_a_draft_and_a_replaced_paper_say_so(cast: Cast, closed: Cycle) -> None:
    draft = drafted(cast, closed, "list")
    text = pdf_text(decision_pdf(decision_paper(cast.head.user, draft.pk, ON)))
    assert "DỰ THẢO, chưa ban hành" in text
    assert "Số: …/…" in text
    notice = drafted(cast, closed, "notice")
    assert "thông báo kết quả" in pdf_text(decision_pdf(decision_paper(cast.head.user, notice.pk, ON)))
    old = issued(cast, closed)
    act = {"by": cast.head.user, "at": AT}
    new = actions.draft_replacement(decision_id=old.pk, reason="Theo kiến nghị", **act)
    typed = {
        "subject": new.subject, "number": "9", "symbol": "QĐ-KT", "place": "Bồ Đề", "signing_form": "tm",
        "on_behalf": "Lãnh đạo phòng", "signer": str(cast.head.pk), "recipients": "Lưu: VT.",
    }  # fmt: skip
    new = actions.save_decision(decision_id=new.pk, version=1, typed=typed, signed_on=ON, **act)
    actions.issue_decision(decision_id=new.pk, version=2, **act)
    replaced = decision_paper(cast.head.user, old.pk, ON)
    assert "ĐÃ ĐƯỢC THAY THẾ bằng văn bản số 09/QĐ-KT" in pdf_text(decision_pdf(replaced))
    later = pdf_text(decision_pdf(decision_paper(cast.head.user, new.pk, ON)))
    assert "thay thế quyết định số 07/QĐ-KT ngày 09/03/2026" in decision_paper(cast.head.user, new.pk, ON).articles[1]
    assert "Lý do: Theo kiến nghị." in later
    assert "TM. LÃNH ĐẠO PHÒNG TRƯỞNG PHÒNG" in later
    gone = actions.drop_decision(decision_id=draft.pk, version=1, **act)
    assert decision_paper(cast.head.user, gone.pk, ON).remark == "DỰ THẢO ĐÃ BỎ"
