"""The file sent up with its list and its receipt; the conclusion as a paper with signer and recipients."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from docx import Document

from tests.factories import conclusions as world
from tests.factories import events
from tests.factories.conclusions import DAY, MEMBER
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.verify import verify as verify_all
from thuocdo.conclusions import actions
from thuocdo.conclusions.models import Assessment, AssessmentPaper, AssessmentPart, FileSent
from thuocdo.conclusions.papers import actions as papers
from thuocdo.conclusions.papers import queries
from thuocdo.documents.assessments import assessment_paper, sent_list
from thuocdo.documents.decisions_word import decision_docx
from thuocdo.documents.party import OPEN
from thuocdo.documents.render import decision_pdf
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.notices.models import Notice
from thuocdo.organisation.waiting import todo
from thuocdo.records.party.actions import write_letterhead

pytestmark = pytest.mark.django_db
TYPED = {
    "residence": ("has", "Nhận xét 12/NX ngày 20/11/2025"), "review": ("has", "Bản kiểm điểm 30/11/2025"),
    "minutes": ("has", "Biên bản 3"), "prompt": ("none", "Không được gợi ý"), "opinions": ("none", "Không lấy ý kiến"),
    "complaints": ("none", "Không có đơn"),
}  # fmt: skip


@standing
def ward(db: None) -> Ward:
    """A member whose file is verified."""
    ward = world.decided_ward()
    one = ward.subject("party_member", "Lê Phó Một")
    world.file_own(ward, one, "vice")
    fields = MEMBER | {"marks.results": "50", "led.above": "0"}
    world.verify(ward, one, document={"fields": fields, "comment": "Đúng"})
    return ward


def send(ward: Ward, by: str = "officer", **more: Any) -> FileSent:
    given: dict[str, Any] = {
        "assessment_id": Assessment.objects.get(round__isnull=False).pk, "papers": TYPED, "number": "8-CV", "on": DAY,
        "by": ward.user(by), "at": AT,
    }  # fmt: skip
    return papers.send_file(**(given | more))


def answer(ward: Ward, row: FileSent, by: str = "chair", *, received: bool = True, words: str = "BN 5") -> FileSent:
    return papers.answer_file(file_id=row.pk, received=received, answer=words, by=ward.user(by), at=AT)


def test_a_file_goes_up_whole_or_is_refused_with_everything_that_is_missing(ward: Ward) -> None:
    with pytest.raises(Several) as told:
        send(ward, papers={"prompt": ("none", ""), "residence": ("none", "Không xin")})
    assert sorted(told.value.problems) == [
        f"paper.{name}" for name in ("complaints", "minutes", "opinions", "prompt", "residence", "review")
    ]
    row = send(ward)
    words = {item["id"]: item["words"] for item in row.items}
    assert words["verification"].endswith("Đỗ Tổ Chức")
    assert words["conclusion"] == "Đề xuất: Hoàn thành tốt nhiệm vụ"
    assert {item["cite"] for item in row.items} == {"Điều 17 Quy định 366-QĐ/TW"}
    with pytest.raises(Conflict, match="chờ nhận"):
        send(ward)
    with pytest.raises(Forbidden):
        send(ward, by="vice")


def test_the_authority_receives_or_returns_and_a_returned_file_goes_again(ward: Ward) -> None:
    row = send(ward)
    assert [one.text for one in todo(ward.user("chair"), AT) if one.kind == "files.to_receive"] == [
        "Nhận hoặc trả lại hồ sơ gửi đến: Lê Phó Một"
    ]
    with pytest.raises(Forbidden):
        answer(ward, row, by="officer")
    with pytest.raises(Refusal, match="Lý do trả lại"):
        answer(ward, row, received=False, words=" ")
    answer(ward, row, received=False, words="Thiếu chữ ký biên bản")
    assert Notice.objects.get(kind="file.answered").user == ward.user("officer")
    again = answer(ward, send(ward))
    assert (again.turn, again.state, again.answer) == (2, "received", "BN 5")
    assert not [one for one in todo(ward.user("chair"), AT) if one.kind == "files.to_receive"]
    with pytest.raises(Conflict, match="đã nhận"):
        send(ward)
    assert [p.message for p in verify_all().problems if "conclusions" in p.kind] == []


def test_what_is_being_verified_does_not_go_up_and_its_outcome_does(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    hold = actions.begin_hold(subject_id=one.pk, version=world.version(one), kind="objection", note="Đơn 4",
                              by=ward.user("officer"), at=AT)  # fmt: skip
    with pytest.raises(Conflict, match="Đang xác minh"):
        send(ward)
    actions.end_hold(hold_id=hold.pk, outcome="Đơn không đúng", by=ward.user("officer"), at=AT)
    row = send(ward, papers={name: value for name, value in TYPED.items() if name != "complaints"})
    assert next(item for item in row.items if item["id"] == "complaints")["words"] == "khiếu nại: Đơn không đúng"


def test_who_is_rated_does_not_read_the_list_before_the_decision(ward: Ward) -> None:
    row = send(ward)
    subject = ward.subject("party_member", "Lê Phó Một").pk
    for read in (queries.sent_page, queries.sent_file):
        with pytest.raises(NotYours):
            read(ward.user("vice"), subject if read is queries.sent_page else row.pk, AT)
    assert queries.sent_page(ward.user("chair"), subject, AT).may_answer
    made = sent_list(ward.user("officer"), row.pk, AT)
    assert (made.head.national_name, made.head.motto) == (OPEN, ""), "no text read says the head of a Party paper"
    assert made.head.agency == "Chi bộ Văn phòng", "the organisation that sends, not the unit beside it"
    assert [line.score for line in made.rows].count("không") == 3
    assert "Mẫu 04 chưa đọc được" in made.remark
    write_letterhead(organisation_id=ward.subject("party_member", "Lê Phó Một").organisation.party_id, above="",
                     name="Chi bộ VP", heading="DÒNG MỘT", by=ward.user("officer"), at=AT)  # fmt: skip
    assert sent_list(ward.user("officer"), row.pk, AT) == made, "printed again it says what was sent"
    whole = "Thành phần hồ sơ: Điều 17 Quy định 366-QĐ/TW."
    assert (made.articles[-1], made.columns[-1]) == (whole, "Có"), "one article for all lines is said once"
    assert len(Document(BytesIO(decision_docx(made))).tables[1].columns) == 4
    assert decision_pdf(made)[:5] == b"%PDF-"


def conclusion(ward: Ward, by: str = "officer", **more: Any) -> AssessmentPaper:
    part = AssessmentPart.objects.filter(part="decision").latest("pk")
    given: dict[str, Any] = {
        "part_id": part.pk, "place": "Phường Một", "signing_form": "tm", "on_behalf": "Ban Thường vụ",
        "signer": "Trần Chủ Tịch", "signer_position": "Bí thư", "recipients": ["Như trên", " ", "Lưu"], "reason": "",
        "by": ward.user(by), "at": AT,
    }  # fmt: skip
    return papers.make_paper(**(given | more))


def decided(ward: Ward) -> Assessment:
    one = events.opened(ward)
    events.own(ward, one)
    events.verify(ward, one)
    events.decide(ward, one)
    return one


def test_a_conclusion_is_a_paper_with_number_signer_and_recipients(ward: Ward) -> None:
    one = decided(ward)
    with pytest.raises(Several) as told:
        conclusion(ward, signer=" ", recipients=[" "], signing_form="x")
    assert list(told.value.problems) == ["signer", "signing_form"]
    with pytest.raises(Forbidden):
        conclusion(ward, by="vice")
    row = conclusion(ward)
    made, party = assessment_paper(ward.user("vice"), row.pk, AT), row.part.assessment.competence.party
    assert (made.head.agency, made.head.national_name, made.head.motto) == (row.part.body, OPEN, "")
    assert f"{party.name} chưa ghi tiêu đề văn bản" in made.remark, "the paper says what is missing and where"
    write_letterhead(organisation_id=party.pk, above="Thành ủy", name="Đảng ủy Một", heading="DÒNG MỘT",
                     by=ward.user("officer"), at=AT)  # fmt: skip
    assert assessment_paper(ward.user("vice"), row.pk, AT).head.national_name == OPEN, "a paper keeps what it says"
    made = assessment_paper(ward.user("vice"), conclusion(ward, reason="Thêm tiêu đề").pk, AT)
    assert (made.above, made.head.agency, made.head.national_name) == ("Thành ủy", "Đảng ủy Một", "DÒNG MỘT")
    assert made.remark == ""
    assert (made.number, made.signing, made.recipients) == (
        "Số: 20-KL/ĐU", ("TM. BAN THƯỜNG VỤ", "BÍ THƯ"), ("Như trên", "Lưu"),
    )  # fmt: skip
    text = "\n".join(p.text for p in Document(BytesIO(decision_docx(made))).paragraphs)
    assert "Chiều hướng, triển vọng phát triển: Có thể giữ chức vụ cao hơn" in text
    with pytest.raises(Several):
        conclusion(ward)
    assert conclusion(ward, reason="Sai địa danh").turn == 3
    with pytest.raises(NotYours):
        assessment_paper(ward.user("outside"), row.pk, AT)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        AssessmentPaper.objects.filter(pk=row.pk).update(signer="Khác")
    actions.order_again(**events.seen(one), body="Ban Thường vụ Thành ủy", on=DAY, number="3-QĐ", reason="Chưa đúng",
                        by=ward.user("officer"))  # fmt: skip
    order = AssessmentPart.objects.get(part="order")
    said = json.loads(conclusion(ward, part_id=order.pk).content)
    assert (said["agency"], said["title"]) == ("Ban Thường vụ Thành ủy", "QUYẾT ĐỊNH")
    assert (said["head"]["name"], said["head"]["heading"]) == ("Ban Thường vụ Thành ủy", "DÒNG MỘT")
    assert "Mẫu 03 chưa đọc được" in said["remark"]


def test_the_pages_send_receive_and_print(ward: Ward) -> None:
    officer, chair, vice = Client(), Client(), Client()
    for client, name in ((officer, "officer"), (chair, "chair"), (vice, "vice")):
        client.force_login(ward.user(name))
    path = f"/ket-luan/doi-tuong/{ward.subject('party_member', 'Lê Phó Một').pk}/gui/"
    sent = {"do": "send", "number": "8-CV", "on": "01/12/2025"}
    for name, (how, words) in TYPED.items():
        sent |= {f"how.{name}": how, f"paper.{name}": words}
    bad = officer.post(path, sent | {"paper.minutes": ""})
    assert (bad.status_code, "hãy ghi số, ngày giấy tờ" in bad.content.decode()) == (400, True)
    empty = officer.post(path, {"do": "send", "on": "hôm nay"})
    said = empty.content.decode()
    assert (empty.status_code, said.count("còn thiếu. Hãy ghi số, ngày giấy tờ") >= 6) == (400, True), said
    assert "Ngày gửi: “hôm nay”" in said, "the day is told with everything else"
    assert not FileSent.objects.exists()
    assert officer.post(path, sent).status_code == 302
    assert vice.get(path).status_code == 404
    row = FileSent.objects.get()
    assert chair.post(path, {"do": "receive", "file": row.pk, "answer": "BN 5"}).status_code == 302
    assert "BN 5" in officer.get(path).content.decode()
    assert officer.get(f"/ket-luan/gui/{row.pk}/pdf/").content[:5] == b"%PDF-"
    assert officer.get(f"/ket-luan/gui/{row.pk}/exe/").status_code == 404
    decided(ward)
    page = f"/ket-luan/phan/{AssessmentPart.objects.get(part='decision').pk}/van-ban/"
    typed = {"place": "X", "signing_form": "own", "signer": "Trần Chủ Tịch", "signer_position": "Bí thư"}
    assert officer.post(page, typed | {"recipients": " "}).status_code == 400
    assert officer.post(page, typed | {"recipients": "Lưu"}).status_code == 302
    assert "Trần Chủ Tịch" in vice.get(page).content.decode()
    assert vice.get(f"/ket-luan/van-ban/{AssessmentPaper.objects.get().pk}/docx/").status_code == 200
