"""A precedence graph as a picture: boxes in rows, numbered arrows. Whole pixels; the template writes the SVG."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

WIDE, HIGH, GAP, BETWEEN = 184, 74, 16, 54
ACROSS, SLIM, LETTERS, LINES = 4, 2, 25, 3


@dataclass(frozen=True)
class Box:
    """One step: its words broken into lines, its state as a class and in words, where it leads."""

    id: str
    lines: tuple[tuple[int, str], ...]
    x: int
    y: int
    middle: int
    note_at: int
    note: str = ""
    state: str = ""
    href: str = ""
    width: int = WIDE
    height: int = HIGH


@dataclass(frozen=True)
class Arrow:
    """What leads from one box to another, with its number in the list beside."""

    number: int
    path: str
    x: int
    y: int
    state: str = ""


@dataclass(frozen=True)
class Picture:
    """Everything the template draws."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class Shown:
    """What stands in a box beside its label."""

    note: str = ""
    state: str = ""
    href: str = ""


def picture(
    ranks: Sequence[Sequence[tuple[str, str]]],
    edges: Sequence[tuple[str, str]],
    shown: Mapping[str, Shown] | None = None,
    across: int = ACROSS,
) -> Picture:
    """Rows of (id, label) and pairs of ids, laid out from top to bottom; arrow n is pair n. At most `across` boxes
    stand beside each other.

    >>> drawn = picture([[("a", "Tập thể")], [("b", "Cá nhân")]], [("a", "b")])
    >>> [box.y for box in drawn.boxes], drawn.arrows[0].number
    ([8, 136], 1)
    """
    rows = [rank[i : i + across] for rank in ranks for i in range(0, len(rank), across)]
    width = GAP + max((len(row) for row in rows), default=0) * (WIDE + GAP) + GAP
    boxes: dict[str, Box] = {}
    for line, row in enumerate(rows):
        left = (width - len(row) * (WIDE + GAP) + GAP) // 2
        for place, (key, label) in enumerate(row):
            boxes[key] = _box(
                key, label, left + place * (WIDE + GAP), 8 + line * (HIGH + BETWEEN), (shown or {}).get(key)
            )
    leaving = Counter(first for first, then in edges if first != then)
    coming = Counter(then for first, then in edges if first != then)
    gone, come = Counter[str](), Counter[str]()
    arrows = []
    for number, (first, then) in enumerate(edges, start=1):
        if first == then:
            arrows.append(_loop(number, boxes[then]))
            continue
        gone[first] += 1
        come[then] += 1
        start = boxes[first].x + WIDE * gone[first] // (leaving[first] + 1)
        arrows.append(_arrow(number, boxes[first], boxes[then], start, WIDE * come[then] // (coming[then] + 1)))
    return Picture(width, 16 + len(rows) * (HIGH + BETWEEN) - BETWEEN, tuple(boxes.values()), tuple(arrows))


def _box(key: str, label: str, x: int, y: int, shown: Shown | None) -> Box:
    shown = shown or Shown()
    lines = wrap(label, LETTERS, max_lines=LINES, placeholder="…")
    top = y + (HIGH - 16 * (len(lines) + bool(shown.note))) // 2 + 13
    texts = tuple((top + 16 * i, text) for i, text in enumerate(lines))
    return Box(key, texts, x, y, x + WIDE // 2, top + 16 * len(lines), shown.note, shown.state, shown.href)


def _loop(number: int, box: Box) -> Arrow:
    x, y = box.x + WIDE, box.y + 18
    return Arrow(number, f"M{x} {y} c26 -10 26 40 2 34", x + 8, y + 16, box.state)


def _arrow(number: int, first: Box, then: Box, start: int, place: int) -> Arrow:
    """The number stands close to where the arrow arrives, so no box hides it."""
    end, top, bottom = then.x + place, first.y + HIGH, then.y - 3
    bend = max((bottom - top) // 2, 18)
    path = f"M{start} {top} C{start} {top + bend} {end} {bottom - bend} {end} {bottom}"
    return Arrow(number, path, end, bottom - 16, then.state)
