"""The question of a ballot as typed, and as the JSON that is frozen (docs/ballots.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.ballots.lpk1 import board
from thuocdo.ballots.lpk1.counting import BASES
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.texts import BallotText, text_of
from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.text import clean

_RATIO = re.compile(r"([1-9][0-9]{0,2})\s*/\s*([1-9][0-9]{0,2})")
YEARS = range(2013, 2101)


@dataclass(frozen=True)
class Question:
    """What a form said, read."""

    values: Mapping[str, Any]
    text: BallotText | None


def read_question(typed: Mapping[str, str], *, kind: str, held_on: date) -> Question:
    """Raises Several with every fault at its input. What a text says is not typed: it holds."""
    text = text_of(typed.get("text", ""), kind, held_on) if typed.get("text") else None
    read = Reading()
    if typed.get("text") and text is None:
        read(_refuse, "text", "Văn bản này không nói về loại bỏ phiếu đã chọn vào ngày họp. Hãy chọn lại văn bản.")
    part, whole = read(_quorum, typed, text) or (0, 0)
    majority, majority_source = read(_majority, typed) or (None, "")
    values: dict[str, Any] = {
        "title": read(_words, typed, "title", "Tên cuộc bỏ phiếu", 200),
        "meeting": read(_words, typed, "meeting", "Cuộc họp", 200),
        "year": read(_year, typed.get("year", "")),
        "basis": read(_basis, typed, text) if text else read(_words, typed, "basis", "Văn bản làm căn cứ", 300),
        "rulebook": text.key if text else "",
        "secrecy": read(_secrecy, typed, text),
        "mode": read(_mode, typed),
        "options": read(_options, typed, text),
        "invalid": text.words.invalid if text and text.words.invalid else read(_invalid, typed),
        "quorum_part": part,
        "quorum_whole": whole,
        "quorum_source": text.articles[:300]
        if text and text.quorum
        else read(_words, typed, "quorum_source", "Căn cứ của điều kiện họp", 300),
        "majority": majority,
        "majority_source": majority_source,
    }
    least, most = read(_bounds, typed, values["options"], text) or (1, 1)
    read.done()
    return Question(values | {"least": least, "most": most}, text)


def document_of(one: Ballot, texts: list[str], summoned: int) -> dict[str, Any]:
    """The question as it is frozen. Raises Refusal where the protocol takes no such ballot."""
    line = {"options": one.options, "least": one.least, "most": one.most}
    value = {
        "protocol": board.PROTOCOL, "id": one.code, "title": one.title, "meeting": one.meeting,
        "date": one.held_on.isoformat(), "lines": [{"text": text, **line} for text in texts], "invalid": one.invalid,
        "summoned": summoned, "quorum": [one.quorum_part, one.quorum_whole], "majority": one.majority,
    }  # fmt: skip
    try:
        return board.checked(value)
    except board.BallotError as error:
        raise Refusal("ballot.content", f"Chưa chốt được: {error}. Hãy sửa nội dung phiếu.") from None


def _refuse(field: str, words: str) -> None:
    raise Refusal("ballot.typed", words, field=field)


def _words(typed: Mapping[str, str], name: str, label: str, most: int) -> str:
    found = clean(typed.get(name, ""))
    if not found:
        _refuse(name, f"{label}: chưa nhập. Hãy ghi rõ.")
    if len(found) > most:
        _refuse(name, f"{label}: dài quá {most} ký tự. Hãy rút gọn.")
    return found


def _basis(typed: Mapping[str, str], text: BallotText) -> str:
    """The text with its articles; where it holds in certain cases only, the case, and the number where one is asked."""
    if not text.triggers:
        return f"{text.title}: {text.articles}"[:300]
    wanted = typed.get("trigger", "")
    found = next((one for one in text.triggers if wanted == f"{text.code}|{one.words.id}"), None)
    if found is None:
        _refuse("trigger", "Văn bản đã chọn chỉ cho bỏ phiếu trong một số trường hợp. Hãy chọn trường hợp.")
        raise AssertionError
    said = f"{text.articles}; trường hợp: {found.words.label}"
    if not found.words.of:
        return said[:300]
    asked, whole = (_whole(typed, name, label) for name, label in (("asked", "Số người đề nghị"), ("of", "Tổng số")))
    if whole < asked:
        _refuse("asked", f"Số người đề nghị {asked} nhiều hơn tổng số {whole} {found.words.of}. Hãy xem lại.")
    if asked < found.least(whole):
        _refuse(
            "asked",
            f"Có {asked} trên {whole} {found.words.of} đề nghị, chưa đủ {found.ratio}: cần ít nhất "
            f"{found.least(whole)}. Chưa đưa ra bỏ phiếu theo trường hợp này được.",
        )
    return f"{said} ({asked}/{whole})"[:300]


def _whole(typed: Mapping[str, str], name: str, label: str) -> int:
    text = clean(typed.get(name, ""))
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text)):
        _refuse(name, f"{label}: hãy ghi một số nguyên, ví dụ 17.")
    return int(text)


def _year(typed: str) -> int:
    text = clean(typed)
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS):
        _refuse("year", "Kết quả dùng cho năm: hãy ghi bốn chữ số, ví dụ 2026.")
    return int(text)


def _mode(typed: Mapping[str, str]) -> str:
    """Paper unless somebody chose phones, for a ballot that is kept secret."""
    wanted = typed.get("mode", "") or str(Ballot.Mode.PAPER)
    if wanted not in Ballot.Mode.values:
        _refuse("mode", "Hãy chọn phiếu giấy hay điện thoại.")
    if wanted == Ballot.Mode.PHONE and typed.get("secrecy") == Ballot.Secrecy.MAY_SIGN:
        _refuse("mode", "Phiếu trên điện thoại luôn kín, không ký tên được. Hãy chọn phiếu giấy.")
    return wanted


def _secrecy(typed: Mapping[str, str], text: BallotText | None) -> str:
    wanted = typed.get("secrecy", "")
    if text and text.words.secret:
        if wanted not in ("", Ballot.Secrecy.SECRET):
            _refuse("secrecy", f"{text.title} quy định bỏ phiếu kín. Hãy chọn “bỏ phiếu kín”.")
        return Ballot.Secrecy.SECRET
    if wanted not in Ballot.Secrecy.values:
        _refuse("secrecy", "Hãy chọn bỏ phiếu kín, hay người bỏ phiếu có thể ký tên hoặc không.")
    return wanted


def _options(typed: Mapping[str, str], text: BallotText | None) -> list[str]:
    if text and text.words.options:
        return list(text.words.options)
    found = [clean(line) for line in typed.get("options", "").splitlines() if clean(line)]
    if not 1 <= len(found) <= 10:
        _refuse("options", "Các lựa chọn: mỗi dòng ghi một lựa chọn, từ 1 đến 10 lựa chọn.")
    if len(set(found)) < len(found):
        _refuse("options", "Các lựa chọn: có hai lựa chọn giống nhau. Hãy xóa một.")
    if long := next((one for one in found if len(one) > 120), ""):
        _refuse("options", f"Các lựa chọn: “{long[:40]}…” dài quá 120 ký tự. Hãy rút gọn.")
    return found


def _invalid(typed: Mapping[str, str]) -> str:
    if typed.get("invalid") not in ("line", "slip"):
        _refuse("invalid", "Hãy chọn một dòng sai thì chỉ dòng đó không hợp lệ, hay cả phiếu không hợp lệ.")
    return typed["invalid"]


def _bounds(typed: Mapping[str, str], options: list[str] | None, text: BallotText | None) -> tuple[int, int]:
    if text and text.words.marks:
        return text.words.marks, text.words.marks
    found = []
    for name, label in (("least", "Chọn ít nhất"), ("most", "Chọn nhiều nhất")):
        said = clean(typed.get(name, ""))
        if not (said.isascii() and said.isdigit() and len(said) <= 2):
            _refuse(name, f"{label}: hãy ghi một số nguyên.")
        found.append(int(said))
    least, most = found
    if options is not None and not (most >= 1 and least <= most <= len(options)):
        _refuse("most", f"Số lựa chọn mỗi dòng phải từ 0 đến {len(options)}, ít nhất không quá nhiều nhất.")
    return least, most


def _ratio(typed: str, name: str, label: str) -> tuple[int, int]:
    match = _RATIO.fullmatch(clean(typed))
    if match is None or int(match[1]) > int(match[2]):
        _refuse(name, f"{label}: hãy ghi một phân số không quá 1, ví dụ 2/3.")
        raise AssertionError
    return int(match[1]), int(match[2])


def _quorum(typed: Mapping[str, str], text: BallotText | None) -> tuple[int, int]:
    return text.quorum if text and text.quorum else _ratio(typed.get("quorum", ""), "quorum", "Điều kiện họp")


def _majority(typed: Mapping[str, str]) -> tuple[dict[str, Any] | None, str]:
    """None where the agency applies no threshold: then shares are shown to whoever decides, and nothing follows."""
    ratio, source = clean(typed.get("majority", "")), clean(typed.get("majority_source", ""))
    if not ratio and not source:
        return None, ""
    part, whole = _ratio(ratio, "majority", "Tỷ lệ để thông qua")
    if typed.get("majority_of") not in BASES:
        _refuse("majority_of", "Tỷ lệ để thông qua: hãy chọn tính trên số nào.")
    if typed.get("majority_over") not in ("over", "from"):
        _refuse("majority_over", "Tỷ lệ để thông qua: hãy chọn “trên” hay “từ”.")
    if not source:
        _refuse("majority_source", "Tỷ lệ để thông qua phải có căn cứ. Hãy ghi văn bản, điều khoản quy định tỷ lệ này.")
    over = typed["majority_over"] == "over"
    return {"of": typed["majority_of"], "over": over, "ratio": [part, whole]}, source[:300]
