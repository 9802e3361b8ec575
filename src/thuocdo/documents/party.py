"""The head of a Party paper: that of the Party organisation that issues it; no text read says its words."""

from collections.abc import Mapping
from datetime import date

from thuocdo.documents.model import Head
from thuocdo.records.models import PartyOrganisation
from thuocdo.records.party.letterheads import letterhead_of

OPEN = "…………………………"
UNWRITTEN = "Góc phải để trống: {name} chưa ghi tiêu đề văn bản (Cơ cấu đơn vị › Tổ chức đảng)"
UNWRITTEN_THEN = "Góc phải để trống: khi lập văn bản này {name} chưa ghi tiêu đề văn bản"
NOBODY = "Góc phải để trống: hồ sơ không gắn với tổ chức đảng nào"


def party_head(issuer: PartyOrganisation | None, on: date, agency: str = "") -> Head:
    """As the office of `issuer` wrote it down; `agency` stands at left where another than its committee speaks."""
    if issuer is None:
        return Head(agency, OPEN, "", open=NOBODY)
    said = letterhead_of(issuer, on).said()
    return _head(said | ({"name": agency, "above": ""} if agency else {}), UNWRITTEN)


def said_head(said: Mapping[str, str]) -> Head:
    """From words frozen with a paper; `issuer` is empty where no Party organisation issues it."""
    return _head(said, UNWRITTEN_THEN)


def _head(said: Mapping[str, str], unwritten: str) -> Head:
    heading, issuer = said["heading"], said["issuer"]
    open_ = unwritten.format(name=issuer) if issuer else NOBODY
    return Head(said["name"], heading or OPEN, "", said["above"], "" if heading else open_)
