"""Vietnamese text: one normal form, a search key without marks, a sort key by given name."""

import re
import unicodedata

_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_LOOKALIKE = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u0256": "đ", "\u00f0": "đ"})
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 60
_ORDER = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {c: i + 1 for i, c in enumerate(_ORDER)}
_TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def clean(text: str) -> str:
    """One line in NFC: zero-width signs removed, look-alike Đ mapped, spaces collapsed and trimmed.

    >>> clean(" Nguye\\u0302\\u0303n\\u00a0 Văn\\u200b  An ")
    'Nguyễn Văn An'
    """
    text = unicodedata.normalize("NFC", text.translate(_ZERO_WIDTH)).translate(_LOOKALIKE)
    return _SPACES.sub(" ", text).strip()


def clean_lines(text: str) -> str:
    """The same for text of several lines: line breaks are kept, at most one blank line in a row."""
    lines = [clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """Search key: lower case, no marks, đ as d.

    >>> fold("Đặng Thị MƯỜI")
    'dang thi muoi'
    """
    decomposed = unicodedata.normalize("NFD", clean(text).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")


def asked_words(typed: str) -> tuple[str, ...]:
    """What somebody looks for: folded words of letters and digits, each once, in their order.

    >>> asked_words("Đặng  thi, 12/QĐ")
    ('dang', 'thi', '12', 'qd')
    """
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold(typed))))


def search_words(*texts: str) -> str:
    """The words under which texts are found, between single spaces: those of `asked_words`, and what stands without a
    space inside (a code, a number of a document) also as one word.

    >>> search_words("Lê Thị Tổ", "CB-001", "12/QĐ-UBND")
    'le thi to cb 001 cb001 12 qd ubnd 12qdubnd'
    """
    found: dict[str, None] = {}
    for chunk in fold(" ".join(texts)).split(" "):
        parts = _WORD.findall(chunk)
        found.update(dict.fromkeys(part[:LONGEST_WORD] for part in [*parts, "".join(parts)] if part))
    return " ".join(found)


def _letters(word: str) -> tuple[bytes, bytes]:
    letters, tones = bytearray(), bytearray()
    for char in word.casefold():
        tone, base = 0, []
        for part in unicodedata.normalize("NFD", char):
            if part in _TONES and part:
                tone = _TONES[part]
            else:
                base.append(part)
        letter = unicodedata.normalize("NFC", "".join(base))
        letters.append(_RANK.get(letter, min(ord(letter[0]), 200) if letter.isdigit() else 60))
        tones.append(tone)
    return bytes(letters), bytes(tones)


def sort_key(full_name: str) -> str:
    """Hex key that sorts by given name, then family and middle names, in Vietnamese order under any collation.

    >>> sorted(["Lê Văn Bình", "Trần An", "Đỗ Ánh", "Nguyễn Ân"], key=sort_key)
    ['Trần An', 'Đỗ Ánh', 'Nguyễn Ân', 'Lê Văn Bình']
    """
    words = clean(full_name).split(" ")
    ordered = [words[-1], *words[:-1]] if words != [""] else []
    letters, tones = b"", b""
    for word in ordered:
        word_letters, word_tones = _letters(word)
        letters += word_letters + b"\x00"
        tones += word_tones + b"\x00"
    return (letters + b"\x00" + tones).hex()


_FOREIGN, _LATIN = "авеёгікмноорстухѕјԛԝһαβγικμνοορτυχ", "abeerikmhoopctyxsjqwhabyikmvooptux"
_TWINS = str.maketrans(dict(zip(_FOREIGN, _LATIN, strict=True)))


def skeleton(text: str) -> str:
    """What a text looks like: Cyrillic and Greek twins as Latin, full width as plain, no marks, đ and ð as d, no
    zero-width signs. Two texts with one skeleton cannot be told apart by eye; it says nothing about identity.

    >>> skeleton("Ðuc.NV") == skeleton("duc.nv") == skeleton("\\u200bđu\\u0441.nv")
    True
    """
    plain = unicodedata.normalize("NFKC", text.translate(_ZERO_WIDTH)).casefold().translate(_TWINS)
    return fold(plain.replace("\u0131", "i"))


def disguised(text: str) -> bool:
    """Whether letters outside Vietnamese Latin pass for Latin ones in this text.

    >>> disguised("Đặng Thị Mười"), disguised("\\u0421C001")
    (False, True)
    """
    return any(char.casefold().translate(_TWINS) != char.casefold() for char in clean(text))
