"""Papers of a ballot in a meeting: the slip, the tally sheet, the minutes. No slip says whose it is; all are alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.ballots.figures import HEADS
from thuocdo.ballots.lpk1.board import short
from thuocdo.ballots.lpk1.counting import Share
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.queries import frozen_for, minutes_of
from thuocdo.ballots.results import LineResult, Result
from thuocdo.ballots.texts import text_by
from thuocdo.documents.decisions import NATION
from thuocdo.documents.model import Head, SignatureSpace
from thuocdo.documents.party import party_head, said_head
from thuocdo.documents.render import ballot_pdf

BOX, TALLY = "[]", "[=]"
SHARED = ("returned", "valid")
MARKS, SQUARE = 165, 5
"""Millimetres of a tally sheet on its side that hold marks, and of a square of five slips."""
SHORT = {"summoned": "triệu tập", "present": "có mặt", "issued": "phát ra", "returned": "thu về", "valid": "hợp lệ"}
STRUCK_OUT = "gạch tên"
WRONG_SLIP = {"not_issued": "không do ban kiểm phiếu phát", "added": "ghi thêm tên hoặc nội dung khác"}


@dataclass(frozen=True)
class BallotPaper:
    """Plain text ready to be laid out. A cell that is `[]` is a box to tick, one that is `[=]` room for squares of
    five, `row` millimetres high. `wide`: columns of the width of a name. `across`: on its side."""

    head: Head
    title: str
    under_title: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    wide: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]
    signatures: tuple[SignatureSpace, ...]
    stamp: str
    footer: str
    reference: str
    made_on: date
    across: bool = False
    row: int = 0


def slips_pdf(user: User, ballot_id: int, at: datetime) -> bytes:
    """One slip, to be printed as often as people are summoned. Raises NotYours, Conflict before the question is
    frozen."""
    found = frozen_for(user, ballot_id, at)
    one, question = found.ballot, found.question
    secret = one.secrecy == Ballot.Secrecy.SECRET
    sign = (
        "Phiếu kín: không ký tên, không ghi gì khác." if secret else "Người bỏ phiếu có thể ký tên hoặc không ký tên."
    )
    return ballot_pdf(
        _paper(
            one, "PHIẾU", one.title,
            lines=(
                f"{one.meeting}, ngày {one.held_on:%d/%m/%Y}",
                f"Mỗi dòng đánh dấu X vào {_how_many(one)}. {sign}",
                f"{spoils(one)} Viết hỏng thì đổi phiếu khác ở ban kiểm phiếu trước khi bỏ vào hòm.",
            ),
            columns=("STT", "Nội dung", *one.options), wide=(1,),
            rows=tuple(
                (str(n), line["text"], *[BOX] * len(one.options)) for n, line in enumerate(question["lines"], 1)
            ),
            stamp="Dấu kiểm soát của ban kiểm phiếu\n(đóng trước khi phát; không ghi tên, không đánh số)",
            name="phieu",
        )
    )  # fmt: skip


def tally_pdf(user: User, ballot_id: int, at: datetime) -> bytes:
    """The sheet on which one reads, one writes and one checks, in squares of five. Raises NotYours, Conflict."""
    found = frozen_for(user, ballot_id, at)
    one, question = found.ballot, found.question
    moved = (f"Chuyển từ điện thoại sang phiếu giấy. Lý do: {one.paper_reason}.",) if one.paper_reason else ()
    options = (*one.options, "Dòng không hợp lệ")
    slips = one.issued if one.issued is not None else question["summoned"]
    squares, beside = -(-slips // 5), max(1, MARKS // len(options) // SQUARE)
    return ballot_pdf(
        _paper(
            one, "PHIẾU KIỂM", one.title,
            lines=(
                *moved,
                f"Phát ra: {one.issued if one.issued is not None else '……'} phiếu. "
                + " ".join(f"{words}: ………" for words in HEADS.values()),
                "Một người đọc, một người ghi, một người kiểm tra; mỗi năm phiếu một ô vuông gạch chéo; cộng ở góc ô.",
                f"{spoils(one)}{f' Căn cứ: {by}.' if (by := spoils_by(one)) else ''}",
                "Số cộng do hai người nhập vào phần mềm, mỗi người nhập riêng, không xem số của nhau.",
            ),
            columns=("STT", "Nội dung", *options), wide=(1,),
            rows=tuple(
                (str(n), line["text"], *[TALLY] * len(options)) for n, line in enumerate(question["lines"], 1)
            ),
            signatures=tuple(SignatureSpace(title, "(Ký, ghi rõ họ tên)") for title in ("Đọc", "Ghi", "Kiểm tra")),
            name="phieu-kiem", across=True, row=SQUARE * (1 + -(-squares // beside)),
        )
    )  # fmt: skip


def minutes_pdf(user: User, ballot_id: int, at: datetime) -> bytes:
    """The minutes of the count, to be signed by hand. Raises NotYours, Conflict before the figures are settled."""
    found, result = minutes_of(user, ballot_id, at)
    one, figures, content = found.ballot, result.figures, result.content
    tellers = ", ".join(
        row.person.full_name + (" (trưởng ban)" if row.head else "") for row in found.tellers
    )  # fmt: skip
    lines = [
        f"{one.meeting}, ngày {one.held_on:%d/%m/%Y}. Căn cứ: {one.basis}.",
        f"Chủ trì: {one.chair.full_name if one.chair else ''}. Ban kiểm phiếu: {tellers}.",
        f"Triệu tập {found.question['summoned']} người; có mặt {content['present']}; điều kiện họp "
        f"{one.quorum_part}/{one.quorum_whole} ({one.quorum_source}).",
        f"Phát ra {content['issued']} phiếu; thu về {figures.returned}; không thu về {figures.unreturned}; hợp lệ "
        f"{figures.valid}; không hợp lệ {figures.invalid}.",
        *_how_settled(content),
    ]
    lines += [f"Không bỏ phiếu: {row.person.full_name}, {row.left_out}." for row in found.left_out]
    lines += [f"Không có trên phiếu: {row.text}, {row.left_out}." for row in found.left_off]
    if content.get("recount_reason"):
        lines.append(
            f"Kiểm lần thứ {content['counting']}, thay biên bản lần trước. Lý do: {content['recount_reason']}."
        )
    return ballot_pdf(
        _paper(
            one, "BIÊN BẢN KIỂM PHIẾU", one.title, lines=tuple(lines),
            columns=("STT", "Nội dung", "Hợp lệ", "Không hợp lệ", *one.options), wide=(1,),
            rows=tuple(_row(number, line, one) for number, line in enumerate(result.lines, 1)),
            closing=_closing(one, result), across=len(one.options) > 3,
            signatures=(
                *(SignatureSpace("Trưởng ban kiểm phiếu" if row.head else "Thành viên ban kiểm phiếu",
                                 "(Ký, ghi rõ họ tên)") for row in found.tellers[:3]),
                SignatureSpace("Chủ trì", "(Ký, ghi rõ họ tên)"),
            ),
            name="bien-ban",
        )
    )  # fmt: skip


def _how_settled(content: Mapping[str, Any]) -> list[str]:
    """What the figures rest on: two entries or a third on paper; on phones codes that anybody can compare again."""
    if "board" in content:
        said = [
            "Bỏ phiếu kín trên điện thoại trong phòng họp (giao thức LPK-1), hai người giữ mảnh khóa cùng mở. Mã nội "
            f"dung phiếu {content['fingerprint']}; mã khóa {content['keys_fingerprint']}.",
            f"Mã bảng kết quả {short(content['board'])}, SHA-256 {_grouped(content['board'])}. Kiểm tra lại: "
            "kiem-phieu.py với tệp kết quả, mã bảng, mã nội dung phiếu, mã khóa và số phiếu phát ra "
            f"{content['issued']}.",
        ]
        if used := content.get("tool"):
            by = f", cơ quan ký bằng khóa {used['key']}" if used["key"] else ", cơ quan chưa ký"
            said.append(
                f"Công cụ của ban kiểm phiếu theo bản phần mềm: SHA-256 {_grouped(used['sha256'])}{by}. Ban kiểm phiếu "
                "đã so tệp công cụ trước khi tạo khóa: ………………"
            )
        if content["refused"]:
            said.append(
                f"Từ chối {content['refused']} phiếu có chữ ký thật vì đã đủ số phiếu phát ra: phải làm rõ trước khi "
                "công nhận kết quả."
            )
        return said
    settled = "hai bản nhập độc lập giống nhau"
    if content["settled_by_third"]:
        settled = f"hai bản nhập khác nhau, người thứ ba giải quyết, lý do: {content['reason']}"
    moved = content.get("paper_reason")
    return [f"Cách chốt số: {settled}.", *([f"Chuyển từ điện thoại sang phiếu giấy, lý do: {moved}."] if moved else [])]


def _grouped(digest: str) -> str:
    """In eights, so that no line break hyphenates it; `kiem-phieu.py` takes it as printed."""
    return "-".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def _paper(
    one: Ballot, title: str, under: str, *, lines: tuple[str, ...], columns: tuple[str, ...], wide: tuple[int, ...],
    rows: tuple[tuple[str, ...], ...], name: str, closing: tuple[str, ...] = (),
    signatures: tuple[SignatureSpace, ...] = (), stamp: str = "", across: bool = False, row: int = 0,
) -> BallotPaper:  # fmt: skip
    head = _head(one)
    footer = ". ".join(filter(None, (f"Mã nội dung phiếu {one.fingerprint}", head.open)))
    return BallotPaper(
        head, title, under, lines, columns, wide, rows, closing, signatures, stamp,
        footer, f"{name}_{one.pk}", one.held_on, across, row,
    )  # fmt: skip


def _head(one: Ballot) -> Head:
    if one.organisation is None:
        return Head(one.unit.name, *NATION)
    return said_head(one.head) if one.head else party_head(one.organisation, one.held_on)


def spoils(one: Ballot) -> str:
    """What makes a line or a slip invalid: what the text that the ballot named says, and what the number of marks
    forbids."""
    text = text_by(one.rulebook, one.kind, one.held_on)
    said = text.words.spoils if text else ()
    wrong = [STRUCK_OUT] if "struck_out" in said else []
    wrong += ["để trống", "đánh dấu sai số ô"] if one.least else [f"đánh dấu quá {one.most} ô"]
    scope = "cả phiếu không hợp lệ" if one.invalid == "slip" else "riêng dòng đó không hợp lệ"
    found = [f"Dòng {_either(wrong)} thì {scope}."]
    if not one.least:
        found.append("Dòng để trống vẫn hợp lệ.")
    if slips := [words for name, words in WRONG_SLIP.items() if name in said]:
        found.append(f"Phiếu {_either(slips)} là phiếu không hợp lệ.")
    return " ".join(found)


def spoils_by(one: Ballot) -> str:
    """The articles behind it; empty where the organiser's own text holds."""
    text = text_by(one.rulebook, one.kind, one.held_on)
    return text.articles if text and text.words.spoils else ""


def _either(words: list[str]) -> str:
    return " hoặc ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _how_many(one: Ballot) -> str:
    if one.least == one.most:
        return f"đúng {one.most} ô"
    return f"không quá {one.most} ô" if one.least == 0 else f"từ {one.least} đến {one.most} ô"


def _row(number: int, line: LineResult, one: Ballot) -> tuple[str, ...]:
    bases = dict.fromkeys((*SHARED, one.majority["of"]) if one.majority else SHARED)
    cells = (
        "\n".join([str(got.votes), *(_short(share) for share in got.shares if share.of in bases)])
        for got in line.options
    )
    return (str(number), line.line.text, str(line.valid), str(line.invalid), *cells)


def _short(share: Share) -> str:
    """The share with its base in a word, which the closing lines spell out."""
    percent, sign, _ = share.text.partition(" %")
    return f"{percent} % {SHORT[share.of]}" if sign else f"– {SHORT[share.of]}"


def _closing(one: Ballot, result: Result) -> tuple[str, ...]:
    said = [
        "Mỗi ô ghi số phiếu, rồi tỷ lệ trên tổng số phiếu thu về (thu về) và trên số phiếu hợp lệ của dòng (hợp lệ); "
        "số nào được dùng là theo văn bản áp dụng."
    ]
    if one.majority:
        part, whole = one.majority["ratio"]
        word = "trên" if one.majority["over"] else "từ"
        said.append(f"Tỷ lệ để thông qua: {word} {part}/{whole} ({one.majority_source}).")
    for line in result.lines:
        said += [f"{line.line.text}. {text.title}: {text.words}." for text in line.consequences]
    said.append("Sự việc phát sinh: ……………………………………………………………………………………………………………………………")
    said.append(f"Mã biên bản {result.code}. SHA-256 {_grouped(result.digest)}.")
    return tuple(said)
