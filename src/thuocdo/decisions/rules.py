"""Pure rules of papers: numbers, signing forms, who may sign how."""

import re

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean

SIGNING_WORDS = {
    "own": "Người đứng đầu đơn vị ký trực tiếp, không ghi thêm chữ viết tắt",
    "tm": "TM. (thay mặt): ký thay mặt tập thể, ví dụ TM. ỦY BAN NHÂN DÂN",
    "kt": "KT. (ký thay): cấp phó ký thay người đứng đầu, ví dụ KT. CHỦ TỊCH",
    "tl": "TL. (thừa lệnh): cấp dưới được giao ký thừa lệnh người đứng đầu",
    "tuq": "TUQ. (thừa ủy quyền): người được người đứng đầu ủy quyền bằng văn bản",
    "q": "Q. (quyền): người được giao quyền cấp trưởng",
}
PREFIX = {"tm": "TM.", "kt": "KT.", "tl": "TL.", "tuq": "TUQ.", "q": "Q."}
NAMES_WHOM = frozenset({"tm", "kt", "tl", "tuq"})
_NUMBER = re.compile(r"[0-9]{1,6}[A-Za-z]?", re.ASCII)
_SYMBOL = re.compile(r"[0-9A-ZÀ-ỸĐ&.-]{2,30}(?:/[0-9A-ZÀ-ỸĐ&.-]{2,30})?")


def number_from(typed: str) -> str:
    """A number as stored, without leading zeros: `07` and `7` are one number. Raises Refusal.

    >>> number_from(" 07 "), number_from("12A")
    ('7', '12a')
    """
    text = clean(typed)
    if _NUMBER.fullmatch(text) is None or not text.strip("0"):
        raise Refusal(
            "decision.number",
            f"Số văn bản “{text[:20]}” không dùng được. Hãy nhập số do văn thư cấp, ví dụ 12 hoặc 12a.",
            field="number",
        )
    return text.lstrip("0").lower()


def number_shown(number: str) -> str:
    """As Nghị định 30/2020 writes it: below ten with a zero in front.

    >>> number_shown("7"), number_shown("12a"), number_shown("")
    ('07', '12a', '…')
    """
    if not number:
        return "…"
    return number.zfill(2) if number.isdigit() else number


def symbol_from(typed: str) -> str:
    """The symbol after the number, in capitals: `QĐ-UBND`. Raises Refusal.

    >>> symbol_from("qđ-ubnd")
    'QĐ-UBND'
    """
    text = clean(typed).upper()
    if _SYMBOL.fullmatch(text) is None:
        raise Refusal(
            "decision.symbol",
            f"Ký hiệu “{text[:40]}” không dùng được. Hãy nhập chữ viết tắt loại văn bản và cơ quan, ví dụ QĐ-UBND.",
            field="symbol",
        )
    return text


def signing_lines(form: str, on_behalf: str, position: str) -> tuple[str, ...]:
    """The lines over the signature.

    >>> signing_lines("kt", "Chủ tịch", "Phó Chủ tịch")
    ('KT. CHỦ TỊCH', 'PHÓ CHỦ TỊCH')
    >>> signing_lines("q", "", "Chánh Văn phòng"), signing_lines("own", "", "Trưởng phòng")
    (('Q. CHÁNH VĂN PHÒNG',), ('TRƯỞNG PHÒNG',))
    """
    if form in NAMES_WHOM:
        return (f"{PREFIX[form]} {on_behalf.upper()}", position.upper())
    if form == "q":
        return (f"{PREFIX[form]} {position.upper()}",)
    return (position.upper(),)


def check_signing(form: str, on_behalf: str, *, is_head: bool, is_deputy: bool) -> None:
    """Who may sign in which form: the head (none, TM., Q.), a deputy (KT.), others (TL., TUQ.). Raises Refusal."""
    if form not in SIGNING_WORDS:
        raise Refusal("decision.signing", "Hãy chọn thể thức ký.", field="signing_form")
    if form in NAMES_WHOM and not on_behalf:
        raise Refusal(
            "decision.behalf",
            f"Thể thức {PREFIX[form]} phải ghi thay mặt, ký thay hoặc thừa lệnh ai, ví dụ Chủ tịch.",
            field="on_behalf",
        )
    if form in ("own", "tm", "q") and not is_head:
        raise Refusal(
            "decision.signer",
            "Người ký được chọn không phải người đứng đầu đơn vị. Hãy chọn người đứng đầu, hoặc KT., TL., TUQ.",
            field="signer",
        )
    if form == "kt" and not is_deputy:
        raise Refusal(
            "decision.signer",
            "KT. dùng cho cấp phó ký thay. Hãy chọn cấp phó của đơn vị, hoặc thể thức TL., TUQ.",
            field="signer",
        )
