"""A regulation in words: what it decides against the parent and against the version before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thuocdo.rulesets.choices import Item
from thuocdo.rulesets.typed_regulation import Choice

PARENT = {
    "settle": "còn để ngỏ",
    "fill": "còn để ngỏ",
    "say": "còn để ngỏ",
    "parts": "để đơn vị chia",
}


@dataclass(frozen=True)
class Line:
    """One decision: what the parent says, what the unit says, and what changed since the version before."""

    item: Item
    parent: str
    words: str
    article: str
    reason: str
    change: str


@dataclass(frozen=True)
class Difference:
    """All decisions of a version; `gone` are decisions of the version before that this one no longer has."""

    lines: tuple[Line, ...]
    gone: tuple[tuple[str, str], ...]
    first: bool


def difference(choices: Sequence[Choice], before: Sequence[Choice] | None) -> Difference:
    """This version against the parent and against `before` (None for a first version)."""
    known = {choice.item.target: choice for choice in before or ()}
    lines = tuple(
        Line(
            c.item,
            PARENT.get(c.item.kind, c.item.limit_words),
            c.words,
            c.article,
            c.reason,
            "" if before is None else _change(c, known.get(c.item.target)),
        )
        for c in choices
    )
    return Difference(lines, tuple(_gone(choices, before or ())), before is None)


def _change(now: Choice, then: Choice | None) -> str:
    if then is None:
        return "mới so với bản trước"
    if now.value != then.value:
        return f"bản trước: {then.words}"
    if (now.reason, now.article) != (then.reason, then.article):
        return "giữ nội dung; đổi điều khoản hoặc lý do"
    return "như bản trước"


def _gone(choices: Sequence[Choice], before: Sequence[Choice]) -> Iterator[tuple[str, str]]:
    kept = {choice.item.target for choice in choices}
    for choice in before:
        if choice.item.target not in kept:
            yield choice.item.label, choice.words
