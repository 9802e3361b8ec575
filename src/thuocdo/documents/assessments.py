"""The conclusion, the order to rate again (Mẫu 03), and the list of a file sent up (Mẫu 04) for print."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.conclusions.papers import queries
from thuocdo.conclusions.papers.content import UNREAD, head_of_file
from thuocdo.documents.decisions import BLANK, NATION, DecisionPaper, ListRow, dated
from thuocdo.documents.model import Head
from thuocdo.documents.party import party_head, said_head

COLUMNS = ("STT", "Giấy tờ", "Số, ngày, nội dung", "Có", "Căn cứ")


def assessment_paper(user: User, paper_id: int, at: datetime) -> DecisionPaper:
    """From its frozen content alone. Raises NotYours."""
    row, said = queries.paper(user, paper_id, at)
    competence = row.part.assessment.competence
    party = competence.party if competence is not None else None
    if "head" in said:
        head = said_head(said["head"])
    else:
        on, agency = date.fromisoformat(said["on"]), said["agency"]
        head = party_head(party, on, agency) if party else Head(agency, *NATION)
    return DecisionPaper(
        head=head,
        above=head.above or said["above"],
        number=said["number"],
        place_and_date=dated(said["place"], date.fromisoformat(said["on"])),
        title=said["title"],
        subject=said["subject"],
        authority=said["authority"],
        bases=(),
        articles=tuple(said["paragraphs"]),
        list_title="",
        list_note="",
        columns=(),
        rows=(),
        recipients=tuple(said["recipients"]),
        signing=tuple(said["signing"]),
        signer=said["signer"],
        remark=". ".join(filter(None, (said["remark"], head.open))),
        reference=f"van-ban-ho-so_{row.part.assessment_id}_{row.pk}",
        made_on=localdate(row.at),
    )


def sent_list(user: User, file_id: int, at: datetime) -> DecisionPaper:
    """Mẫu 04 of one sending, with places to sign for both sides. Raises NotYours."""
    row = queries.sent_file(user, file_id, at)
    one = row.assessment
    answer = f" {row.get_state_display().capitalize()}: {row.answer}." if row.answer else ""
    # One article for every line is said once, above them.
    cites = {item["cite"] for item in row.items}
    whole = f"Thành phần hồ sơ: {cites.pop()}." if len(cites) == 1 else ""
    head = said_head(row.head or head_of_file(one, row.on))
    return DecisionPaper(
        head=head,
        above=head.above,
        number=f"Số: {row.number}",
        place_and_date=dated(BLANK, row.on),
        title="DANH MỤC HỒ SƠ",
        subject=f"Hồ sơ đánh giá, xếp loại {one.name} gửi {row.body} (Mẫu 04)",
        authority="",
        bases=(),
        articles=tuple(
            filter(None, (f"{one.name}, {one.position or one.unit.name}; lần gửi {row.turn}.{answer}", whole))
        ),
        list_title="",
        list_note="",
        columns=COLUMNS[:-1] if whole else COLUMNS,
        rows=tuple(
            ListRow(str(place), item["label"], item["words"], "có" if item["has"] else "không", item["cite"])
            for place, item in enumerate(row.items, 1)
        ),
        recipients=(row.body, "Lưu hồ sơ"),
        signing=("NGƯỜI LẬP DANH MỤC",),
        signer="",
        remark=". ".join(filter(None, (UNREAD.format(form="Mẫu 04"), head.open))),
        reference=f"mau-04_{one.pk}_{row.turn}",
        made_on=localdate(row.sent_at),
    )
