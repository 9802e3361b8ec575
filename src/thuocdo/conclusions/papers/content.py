"""What a paper of a part says: frozen when it is made, printed from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.conclusions import facts
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.conclusions.sheets import Form
from thuocdo.decisions.rules import signing_lines
from thuocdo.records.party.letterheads import letterhead_of
from thuocdo.rounds.issuing import issuer_of

UNREAD = "Nguyên văn {form} chưa đọc được: trình bày theo Nghị định 30/2020/NĐ-CP, hãy đối chiếu mẫu trước khi ký"

SAID_BY = {"own": " (lời tự nêu trong phần tự xếp loại)", "verifier": " (lời nơi thẩm định)"}
"""Whose words strengths and defects of a conclusion on many are."""


@dataclass(frozen=True)
class Typed:
    """What the office typed."""

    place: str
    signing_form: str
    on_behalf: str
    signer: str
    signer_position: str
    recipients: tuple[str, ...]


def of(one: Assessment, part: AssessmentPart, form: Form, typed: Typed) -> dict[str, Any]:
    """The whole paper in words."""
    order = part.part == AssessmentPart.Part.ORDER
    who = f"{one.name}, {one.position}" if one.position else one.name
    said = _order(part, who) if order else _conclusion(one, part, form, who)
    return said | {
        "agency": part.body,
        "above": "",
        "number": f"Số: {part.document_number}",
        "on": str(part.on),
        "place": typed.place,
        "recipients": list(typed.recipients),
        "signing": list(signing_lines(typed.signing_form, typed.on_behalf, typed.signer_position)),
        "signer": typed.signer,
        "digest": part.digest,
    } | _head(one, part)


def _head(one: Assessment, part: AssessmentPart) -> dict[str, Any]:
    """Of a Party body: what its organisation says at the head of its papers. Who orders stands there itself."""
    party = one.competence.party if one.competence is not None else None
    if party is None:
        return {}
    assert part.on is not None, "a paper is of a part with number and day"
    head = letterhead_of(party, part.on).said()
    if party.paper_name and part.part != AssessmentPart.Part.ORDER:
        return {"head": head}
    return {"head": head | {"name": part.body, "above": head["above"] if party.paper_name else ""}}


def head_of_file(one: Assessment, on: date) -> dict[str, str]:
    """What a file sent up (Mẫu 04) says at the head of its list: its Party organisation's words, or its unit."""
    party = one.party
    if party is None and one.subject is not None and one.round is not None:
        party = issuer_of(one.round, [one.subject])
    if party is None:
        return {"issuer": "", "above": "", "name": one.unit.name, "heading": ""}
    return letterhead_of(party, on).said()


def _order(part: AssessmentPart, who: str) -> dict[str, Any]:
    return {
        "title": "QUYẾT ĐỊNH",
        "subject": f"Đánh giá, xếp loại lại: {who}",
        "authority": part.body.upper(),
        "paragraphs": [
            f"Điều 1. Đánh giá, xếp loại lại {who} ({part.assessment.label}).",
            f"Lý do: {part.reason}",
            "Điều 2. Kết quả đã quyết định còn hiệu lực cho tới khi có quyết định thay thế.",
            "Điều 3. Cơ quan, tổ chức và cá nhân liên quan chịu trách nhiệm thi hành Quyết định này.",
        ],
        "remark": UNREAD.format(form="Mẫu 03"),
    }


def _conclusion(one: Assessment, part: AssessmentPart, form: Form, who: str) -> dict[str, Any]:
    document = facts.read(part)
    found = [f"Đối tượng: {who}, {one.unit.name}.", f"Dịp đánh giá: {one.label}."]
    if one.round_id is None:
        found.append(f"Thời gian được xét: từ {one.start:%d/%m/%Y} đến {one.end:%d/%m/%Y}.")
    own = SAID_BY.get(document.get("said_by", ""), "")
    if own and document.get("comment"):
        found.append(f"Nhận xét của nơi thẩm định: {document['comment']}")
    heads = ((f"1. Ưu điểm{own}: ", "strengths"), (f"2. Hạn chế, khuyết điểm{own}: ", "defects"))
    found += [head + document[name] for head, name in heads if document.get(name)]
    if document.get("prospects"):
        found.append(f"3. Chiều hướng, triển vọng phát triển: {document['prospects']}")
    if part.level:
        found.append(f"Mức xếp loại: {form.label(part.level)}.")
    elif form.scheme is not None:
        found.append("Không xếp loại.")
    if part.reason:
        found.append(f"Lý do: {part.reason}")
    if part.replaces is not None:
        old = part.replaces
        found.append(f"Thay văn bản số {old.document_number} ngày {old.on:%d/%m/%Y}.")
    return {
        "title": "KẾT LUẬN",
        "subject": f"Đánh giá, xếp loại {one.name}",
        "authority": "",
        "paragraphs": found,
        "remark": "",
    }
