"""Spelling facts: where the tone stands does not make another word, and what a Vietnamese syllable can look like."""

import re
import unicodedata

from thuocdo.kernel.text import clean

TONES = "\u0300\u0309\u0303\u0301\u0323"
_ONSETS = "ngh|ng|nh|n|ch|c|gh|gi|g|kh|k|ph|p|th|tr|t|qu|q|b|d|đ|h|l|m|r|s|v|x|"
_VOWELS = (
    "iêu|yêu|uyê|uya|uyu|uôi|ươi|ươu|oai|oay|oao|oeo|uây|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|"
    "ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE = re.compile(f"({_ONSETS})({_VOWELS})(?:ch|nh|ng|c|m|n|p|t|)")
_TONE_FIRST = frozenset(re.findall(r"\w+", "ai ao au ay âu ây eo êu ia iu oi ôi ơi ua ui ưa ưi ưu"))


def _parts(word: str) -> tuple[str, str]:
    """Letters without tones, and the tones in their order."""
    decomposed = unicodedata.normalize("NFD", word)
    letters = "".join(c for c in decomposed if c not in TONES)
    return unicodedata.normalize("NFC", letters), "".join(c for c in decomposed if c in TONES)


def match_key(text: str) -> str:
    """Key under which two spellings of one text are equal: look-alike Đ, capitals, NFD, and where the tone stands.
    Marks are kept. It is never an identity: people match by code.

    >>> match_key("Hoà") == match_key("HÒA"), match_key("Hoa") == match_key("Hoà")
    (True, False)
    """
    return " ".join("".join(_parts(word)) for word in clean(text).casefold().split(" "))


def is_syllable(word: str) -> bool:
    """Whether a word could be written in Vietnamese: onset, vowel, coda, at most one tone, on the vowel that bears it.

    >>> is_syllable("Nguyễn"), is_syllable("NguyÔn"), is_syllable("Vaên")
    (True, False, False)
    """
    signs = [_parts(sign) for sign in unicodedata.normalize("NFC", word.casefold())]
    letters = "".join(letter for letter, _ in signs)
    found = _SYLLABLE.fullmatch(letters)
    toned = [place for place, (_, tones) in enumerate(signs) if tones]
    if found is None or len(toned) > 1 or any(len(tones) > 1 for _, tones in signs):
        return False
    if not toned:
        return True
    return toned[0] == found.start(2) if found[2] in _TONE_FIRST else toned[0] in range(*found.span(2))
