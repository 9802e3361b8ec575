"""The minutes of a review meeting as PDF, from what was frozen; no report goes out with them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.documents.ballots import BallotPaper
from thuocdo.documents.model import SignatureSpace
from thuocdo.documents.party import party_head, said_head
from thuocdo.documents.render import ballot_pdf
from thuocdo.reviews.minutes.content import code_of, in_eights
from thuocdo.reviews.minutes.queries import printed

SIGN = "(Ký, ghi rõ họ tên)"


def minutes_pdf(user: User, meeting_id: int, at: datetime) -> bytes:
    """Attendance, length, comments with their answers, conclusion. Raises NotYours, Conflict before there are any."""
    found, minutes, said = printed(user, meeting_id, at)
    on = date.fromisoformat(said["on"])
    head = said_head(said["head"]) if "head" in said else party_head(found.round.organisation, on)
    return ballot_pdf(
        BallotPaper(
            head,
            "BIÊN BẢN HỘI NGHỊ KIỂM ĐIỂM",
            f"Đợt {said['round']}",
            lines=_lines(said, on),
            columns=("STT", "Về ai", "Ý kiến góp ý", "Người góp ý", "Trả lời") if said["comments"] else (),
            wide=(1, 2, 4),
            rows=_rows(said["comments"]),
            closing=(
                *(f"Chưa giữ đúng quy định: {term}" for term in said["terms"]),
                *((f"Lý do: {said['exception']}",) if said["exception"] else ()),
                f"Kết luận của chủ trì: {said['conclusion']}",
                f"Mã biên bản {code_of(minutes.digest)}. SHA-256 {in_eights(minutes.digest)}.",
            ),
            signatures=(
                SignatureSpace("Thư ký", SIGN, said["secretary"]),
                SignatureSpace("Chủ trì", SIGN, said["chair"]),
            ),
            stamp="",
            footer=". ".join(filter(None, (f"Mã biên bản {code_of(minutes.digest)}", head.open))),
            reference=f"bien-ban-kiem-diem_{meeting_id}",
            made_on=on,
        )
    )


def _lines(said: Mapping[str, Any], on: date) -> tuple[str, ...]:
    summoned = len(said["present"]) + len(said["absent"])
    subjects = "; ".join(
        f"{name} ({label.lower()}{f', {post}' if post else ''})" for label, name, post in said["subjects"]
    )
    absent = f" Vắng: {', '.join(said['absent'])}." if said["absent"] else ""
    return (
        f"Họp ngày {on:%d/%m/%Y} tại {said['place']}; thời lượng {said['half_days']} buổi (một ngày là 2 buổi).",
        f"Chủ trì: {said['chair']}. Thư ký: {said['secretary']}.",
        f"Kiểm điểm: {subjects}.",
        f"Có mặt {len(said['present'])}/{summoned} người được triệu tập: {', '.join(said['present'])}.{absent}",
        *(() if said["comments"] else ("Không ghi ý kiến góp ý nào.",)),
    )


def _rows(comments: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(n), about, text, by, f"{answer.capitalize()}{f': {said}' if said else ''}")
        for n, (about, by, text, answer, said) in enumerate(comments, start=1)
    )
