"""Passwords handed out or guessed first: a common word or the own name, then a run of digits, a year or a day."""

import re
from itertools import pairwise

from thuocdo.kernel.text import fold

_WORDS = {
    "", "a", "aa", "abc", "abcd", "admin", "administrator", "anhyeuem", "canbo", "changeme", "chao", "congan",
    "congchuc", "congvan", "cq", "danang", "emyeuanh", "hanoi", "haiphong", "hcm", "hello", "hn", "hue", "matkhau",
    "mk", "ngaymoi", "pass", "password", "phuong", "qwerty", "saigon", "secret", "sg", "test", "thanhpho", "thuocdo",
    "tphcm", "ubnd", "user", "vienchuc", "vietnam", "vn", "welcome", "xa", "xinchao",
}  # fmt: skip
_YEAR = re.compile(r"(?:1[5-9]|20)[0-9]{2}", re.ASCII)
_DAY = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])(?:0?[1-9]|1[0-2])(?:(?:19|20)?[0-9]{2})?", re.ASCII)


def is_default_pattern(password: str, *names: str) -> bool:
    """Whether the password is such a word and digits, whatever signs and capitals decorate it.

    >>> is_default_pattern("Abc@123456"), is_default_pattern("Ngoc01011990", "Nguyễn Thị Hồng Ngọc")
    (True, True)
    >>> is_default_pattern("ba con meo nam 2026")
    False
    """
    plain = fold(password)
    for name in names:
        plain = plain.replace(fold(name), " ")
    letters = "".join(c for c in plain if c.isalpha())
    digits = "".join(c for c in plain if c.isdigit())
    return (letters in _WORDS or letters in _own(names)) and _easy(digits)


def _own(names: tuple[str, ...]) -> set[str]:
    """Every run of words of the names, written together: ngoc, hongngoc, nguyenthihongngoc."""
    found = set()
    for name in names:
        words = re.findall(r"[a-z]+", fold(name))
        found |= {"".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1)}
        found.add("".join(word[0] for word in words))
    return found


def _easy(digits: str) -> bool:
    steps = {int(after) - int(before) for before, after in pairwise(digits)}
    run = steps <= {1, -9} or steps <= {-1} or steps <= {0}
    return run or bool(_YEAR.fullmatch(digits) or _DAY.fullmatch(digits))
