"""Texts typed for the old fonts: TCVN 5712:1993 VN3 (fonts .Vn…) and VNI Windows (fonts VNI-…), as conversions.

Both show Vietnamese by giving bytes of Windows-1252 other shapes, so such a text looks like “NguyÔn V¨n” or
“Nguyeãn Vaên” in any other font. Fonts .Vn…H show the small letters of TCVN3 as capitals.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from thuocdo.kernel.spelling import is_syllable


class Encoding(StrEnum):
    """An encoding older than Unicode. `TCVN3_CAPITALS`: the font shows every letter as a capital."""

    TCVN3 = "tcvn3"
    TCVN3_CAPITALS = "tcvn3h"
    VNI = "vni"

    @property
    def label(self) -> str:
        """As people know it."""
        return _LABELS[self.value]


_LABELS = {
    "tcvn3": "TCVN3 (ABC, phông .Vn…)",
    "tcvn3h": "TCVN3 chữ hoa (phông .Vn…H)",
    "vni": "VNI (phông VNI-…)",
}
_MARKS = "\u0300\u0309\u0303\u0301\u0323"
_PLACES = {
    "a": "B5B6B7B8B9", "ă": "BBBCBDBEC6", "â": "C7C8C9CACB", "e": "CCCECFD0D1", "ê": "D2D3D4D5D6",
    "i": "D7D8DCDDDE", "o": "DFE1E2E3E4", "ô": "E5E6E7E8E9", "ơ": "EAEBECEDEE", "u": "EFF1F2F3F4",
    "ư": "F5F6F7F8F9", "y": "FAFBFCFDFE",
}  # fmt: skip


def _toned(letter: str, mark: str) -> str:
    return unicodedata.normalize("NFC", letter + mark)


def _tcvn3() -> dict[str, str]:
    plain = dict(zip(map(chr, range(0xA1, 0xAF)), "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
    for letter, places in _PLACES.items():
        for byte, mark in zip(bytes.fromhex(places), _MARKS, strict=True):
            plain[chr(byte)] = _toned(letter, mark)
    return plain


_PLAIN = dict(zip("øûõùï", _MARKS, strict=True))
_CIRCUMFLEX = dict(zip("àåãáä", _MARKS, strict=True))
_BREVE = dict(zip("èúüéë", _MARKS, strict=True))


def _vni() -> dict[str, str]:
    small = dict(zip("ìæóíò", (_toned("i", m) for m in _MARKS), strict=True)) | {"ô": "ơ", "ö": "ư", "ñ": "đ", "î": "ỵ"}
    for typed, letter in {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "ô": "ơ", "ö": "ư"}.items():
        small |= {typed + sign: _toned(letter, mark) for sign, mark in _PLAIN.items()}
    for typed, letter in {"a": "â", "e": "ê", "o": "ô"}.items():
        small |= {typed + "â": letter} | {typed + sign: _toned(letter, mark) for sign, mark in _CIRCUMFLEX.items()}
    small |= {"aê": "ă"} | {"a" + sign: _toned("ă", mark) for sign, mark in _BREVE.items()}
    del small["yï"]
    capital = {typed.upper(): letter.upper() for typed, letter in small.items()}
    mixed = {t[0].upper() + t[1:]: letter.upper() for t, letter in small.items()}
    return small | mixed | capital


_TCVN3_TABLE = str.maketrans(_tcvn3())
_TCVN3_GONE = dict.fromkeys(_TCVN3_TABLE)
_VNI_TABLE = _vni()
_VNI_PIECE = re.compile("|".join(sorted(map(re.escape, _VNI_TABLE), key=len, reverse=True)))
_HIGH = re.compile("[\u0080-\u00ff]")
_BEYOND = re.compile("[\u0100-\u1fff\u2100-\uffff]")
_UNKNOWN = re.compile("[\u00a1-\u00ff]")
_WORD = re.compile("[A-Za-z\u00a1-\u00ff]*[\u00a1-\u00ff][A-Za-z\u00a1-\u00ff]*")
LEAST_SHARE = 80


def to_unicode(text: str, encoding: Encoding) -> str:
    """The text in Unicode (NFC). Text is given as Windows-1252 shows it; what the encoding does not know stays.

    >>> to_unicode("NguyÔn V¨n §øc", Encoding.TCVN3), to_unicode("Nguyeãn Vaên Ñöùc", Encoding.VNI)
    ('Nguyễn Văn Đức', 'Nguyễn Văn Đức')
    """
    if encoding is Encoding.VNI:
        return _VNI_PIECE.sub(lambda found: _VNI_TABLE[found[0]], text)
    converted = text.translate(_TCVN3_TABLE)
    return converted.upper() if encoding is Encoding.TCVN3_CAPITALS else converted


def fits(text: str, encoding: Encoding) -> bool:
    """Whether every sign beyond ASCII is one that the encoding knows; if not, the text is something else.

    >>> fits("Hµ", Encoding.TCVN3), fits("Hà", Encoding.TCVN3), fits("Hµ", Encoding.VNI)
    (True, False, False)
    """
    if encoding is Encoding.VNI:
        return _UNKNOWN.search(_VNI_PIECE.sub("", text)) is None
    return _UNKNOWN.search(text.translate(_TCVN3_GONE)) is None


def encoding_of_font(font: str) -> Encoding | None:
    """The encoding that a font's name tells, None for a font of Unicode.

    >>> encoding_of_font(".VnTimeH"), encoding_of_font("VNI-Times"), encoding_of_font("Times New Roman")
    (<Encoding.TCVN3_CAPITALS: 'tcvn3h'>, <Encoding.VNI: 'vni'>, None)
    """
    if font.casefold().startswith(".vn"):
        return Encoding.TCVN3_CAPITALS if font.endswith("H") else Encoding.TCVN3
    return Encoding.VNI if font.casefold().startswith("vni-") else None


def in_old_bytes(text: str) -> bool:
    """Whether a text can be in an old encoding at all: a byte beyond ASCII and no letter beyond Windows-1252."""
    return _HIGH.search(text) is not None and _BEYOND.search(text) is None


@dataclass(frozen=True)
class Guess:
    """What the words of a list look like: `share` in hundred of `words` are Vietnamese syllables after conversion."""

    encoding: Encoding
    share: int
    words: int


def guess(texts: Iterable[str]) -> Guess | None:
    """The old encoding under which at least 80 of 100 words beyond ASCII become Vietnamese, more than as they stand.

    None: Unicode, or nothing certain. It is a suggestion to be shown, never applied unseen.
    """
    words = [word for text in texts if in_old_bytes(text) for word in _WORD.findall(text)]
    if not words:
        return None
    standing = sum(map(is_syllable, words))
    counts = {e: sum(is_syllable(to_unicode(w, e)) for w in words) for e in (Encoding.TCVN3, Encoding.VNI)}
    best = max(counts, key=lambda e: counts[e])
    share = counts[best] * 100 // len(words)
    return Guess(best, share, len(words)) if share >= LEAST_SHARE and counts[best] > standing else None
