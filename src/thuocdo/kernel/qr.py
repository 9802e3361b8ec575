"""QR codes (ISO/IEC 18004): bytes, error correction M, sizes 1 to 9, as a square of dark and light, or as a picture.

What a phone in the room needs to find a page: no more of the standard than that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

Grid = list[list[bool]]
LONGEST = 180
_TOTAL = (26, 44, 70, 100, 134, 172, 196, 242, 292)
_CHECKS = (10, 16, 26, 18, 24, 16, 18, 22, 22)
_BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5)
_ALIGNED = ((), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42), (6, 26, 46))
_QUIET = 4
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


@dataclass(frozen=True)
class Drawn:
    """A picture: the side of the square with its quiet border, and the path of what is dark, for an SVG."""

    side: int
    dark: str


def drawn(text: str) -> Drawn:
    """The code of a text, to be drawn dark on white. Raises ValueError over 180 bytes."""
    grid = code(text)
    places = ((r + _QUIET, c + _QUIET) for r, row in enumerate(grid) for c, set_ in enumerate(row) if set_)
    return Drawn(len(grid) + 2 * _QUIET, "".join(f"M{c} {r}h1v1h-1z" for r, c in places))


def code(text: str, mask: int | None = None) -> Grid:
    """Rows of dark modules, without a border; of eight masks the one that leaves the fewest even patches, or the one
    given. Raises ValueError over 180 bytes."""
    content = text.encode()
    size = next((n for n in range(1, 10) if len(content) + 2 <= _room(n)), None)
    if size is None:
        raise ValueError(f"a QR code of this kind holds at most {LONGEST} bytes")
    grid, fixed = _frame(size)
    _fill(grid, fixed, _interleaved(content, size))
    made = [_masked(grid, fixed, number, size) for number in (range(8) if mask is None else (mask,))]
    return min(made, key=_patches)


def _room(size: int) -> int:
    return _TOTAL[size - 1] - _BLOCKS[size - 1] * _CHECKS[size - 1]


def _interleaved(content: bytes, size: int) -> bytes:
    """Mode and length, the bytes, the filling; in blocks, each with its check bytes, read across."""
    bits = f"0100{len(content):08b}" + "".join(f"{one:08b}" for one in content) + "0000"
    data = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    room, blocks = _room(size), _BLOCKS[size - 1]
    data += [(0xEC, 0x11)[n % 2] for n in range(room - len(data))]
    short, longer = room // blocks, room % blocks
    parts, at = [], 0
    for number in range(blocks):
        long = short + (number >= blocks - longer)
        parts.append(data[at : at + long])
        at += long
    checks = [_checks(part, _CHECKS[size - 1]) for part in parts]
    return bytes([*_across(parts), *_across(checks)])


def _across(parts: Sequence[Sequence[int]]) -> Iterator[int]:
    for place in range(max(map(len, parts))):
        yield from (part[place] for part in parts if place < len(part))


@cache
def _times(a: int, b: int) -> int:
    """Product in the field of 256 elements by x^8 + x^4 + x^3 + x^2 + 1."""
    found = 0
    while b:
        found ^= a if b & 1 else 0
        a, b = (a << 1) ^ (0x11D if a & 0x80 else 0), b >> 1
    return found


@cache
def _divisor(degree: int) -> tuple[int, ...]:
    found, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        for place in range(degree):
            found[place] = _times(found[place], root) ^ (found[place + 1] if place + 1 < degree else 0)
        root = _times(root, 2)
    return tuple(found)


def _checks(data: Sequence[int], degree: int) -> list[int]:
    """The Reed-Solomon check bytes of a block."""
    left = [0] * degree
    for one in data:
        factor = one ^ left.pop(0)
        left.append(0)
        left = [a ^ _times(b, factor) for a, b in zip(left, _divisor(degree), strict=True)]
    return left


def _frame(size: int) -> tuple[Grid, Grid]:
    """Finders, timing, alignment and the number of the size; and which modules are not data."""
    side = 17 + 4 * size
    grid, fixed = ([[False] * side for _ in range(side)] for _ in range(2))

    def put(r: int, c: int, dark: bool) -> None:
        if 0 <= r < side and 0 <= c < side:
            grid[r][c], fixed[r][c] = dark, True

    for place in range(side):
        put(6, place, place % 2 == 0)
        put(place, 6, place % 2 == 0)
    for r, c in ((3, 3), (3, side - 4), (side - 4, 3)):
        for i in range(-4, 5):
            for j in range(-4, 5):
                put(r + i, c + j, max(abs(i), abs(j)) not in (2, 4))
    centres = _ALIGNED[size - 1]
    corners = {(6, 6), (6, side - 7), (side - 7, 6)}
    for r, c in ((r, c) for r in centres for c in centres if (r, c) not in corners):
        for i in range(-2, 3):
            for j in range(-2, 3):
                put(r + i, c + j, max(abs(i), abs(j)) != 1)
    for place in range(9):
        put(8, place, grid[8][place])
        put(place, 8, grid[place][8])
        put(8, side - 1 - place, False) if place < 8 else None
        put(side - 1 - place, 8, place == 7) if place < 8 else None
    if size >= 7:
        bits = _with_checks(size, 12, 0x1F25)
        for place in range(18):
            dark, far = bool(bits >> place & 1), side - 11 + place % 3
            put(place // 3, far, dark)
            put(far, place // 3, dark)
    return grid, fixed


def _with_checks(value: int, degree: int, divisor: int) -> int:
    left = value
    for _ in range(degree):
        left = (left << 1) ^ (divisor if left >> (degree - 1) & 1 else 0)
    return value << degree | left


def _fill(grid: Grid, fixed: Grid, content: bytes) -> None:
    """The bits, in columns of two from the right, up and down, past column 6."""
    side, at = len(grid), 0
    for right in (c if c > 6 else c - 1 for c in range(side - 1, 0, -2)):
        upward = (right + 1) & 2 == 0
        for step in range(side):
            r = side - 1 - step if upward else step
            for c in (right, right - 1):
                if not fixed[r][c] and at < 8 * len(content):
                    grid[r][c] = bool(content[at >> 3] >> (7 - (at & 7)) & 1)
                    at += 1


def _masked(grid: Grid, fixed: Grid, number: int, size: int) -> Grid:
    """With a mask, and the 15 bits that name it beside two finders each."""
    side, inverts = 17 + 4 * size, _MASKS[number]
    found = [[dark ^ (not fixed[r][c] and inverts(r, c)) for c, dark in enumerate(row)] for r, row in enumerate(grid)]
    bits = _with_checks(number, 10, 0x537) ^ 0x5412
    first = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    other = [(side - 1 - n, 8) for n in range(7)] + [(8, side - 8 + n) for n in range(8)]
    for places in (first, other):
        for n, (r, c) in enumerate(places):
            found[r][c] = bool(bits >> (14 - n) & 1)
    return found


def _patches(grid: Grid) -> int:
    """Neighbours of one colour: the fewer, the easier a camera reads it."""
    across = sum(a == b for row in grid for a, b in pairwise(row))
    return across + sum(a == b for up, down in pairwise(grid) for a, b in zip(up, down, strict=True))
