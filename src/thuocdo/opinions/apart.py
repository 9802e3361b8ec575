"""Whether results about the same subject may stand beside each other without giving an answer away. Pure.

A result is the set of those who were asked. Whoever sees two results can take one from the other, and of several can
form every sum with every factor; nobody knows who answered, so those asked stand for those who did.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

Asked = frozenset[int]
PRIME = 2**61 - 1
"""Sums are told apart by remainders: what depends on each other in whole numbers does here too."""
STEPS = 20_000
"""Of groups tried before the answer is yes without having seen them all: dozens of results about one person."""


def too_near(shown: Collection[Asked], more: Collection[Asked], least: int) -> bool:
    """Whether one of `more` beside what is `shown` would leave fewer than `least` people when one is taken from the
    other, or by any combination with all of it. A set of fewer than `least` is never shown by itself; of a round that
    is not closed it is not known yet which sets will stand beside each other.

    >>> too_near([frozenset({1, 2, 3, 4, 5})], [frozenset({1, 2, 3, 4, 5, 6})], 5)
    True
    >>> too_near([frozenset({1, 2, 3, 4, 5})], [frozenset({1, 2, 3, 4, 5})], 5)
    False
    >>> too_near([frozenset({1, 2, 3})], [frozenset({4, 5, 6})], 3)
    False
    >>> too_near([frozenset({1, 2, 3}), frozenset({4, 5, 6})], [frozenset(range(1, 9))], 3)
    True
    """
    more = [result for result in more if len(result) >= least]
    for old in shown:
        for new in more:
            if old & new and any(0 < len(rest) < least for rest in (old - new, new - old)):
                return True
    return any(leaves_few([*shown, new], least) for new in more)


def apart(shown: Collection[Asked], questions: Mapping[int, Asked], least: int) -> dict[int, Asked]:
    """Which questions of one result may be shown beside what is `shown` and beside each other, the widest first; each
    with who was asked it: parties counted together may differ in what they are asked.

    >>> whole, five = frozenset(range(1, 7)), frozenset(range(1, 6))
    >>> list(apart([], {1: five, 2: whole, 3: five}, 5)), list(apart([five], {1: five, 2: whole}, 5))
    ([2], [1])
    """
    found: dict[int, Asked] = {}
    for number in sorted(questions, key=lambda number: (-len(questions[number]), number)):
        people = questions[number]
        if len(people) >= least and not too_near([*shown, *found.values()], [people], least):
            found[number] = people
    return found


def leaves_few(results: Sequence[Asked], least: int) -> bool:
    """Whether some combination of these sums is one of the answers of fewer than `least` people.

    Those who stand in the same sets are one group. A vector over the groups is a combination of the sets where every
    vector that all sets are perpendicular to is perpendicular to it: so some lie on few people where the columns of
    those perpendicular vectors, of groups of so few, depend on each other.

    >>> leaves_few([frozenset({1, 2, 3, 4}), frozenset({3, 4, 5, 6}), frozenset({1, 2, 5, 6})], 3)
    True
    >>> leaves_few([frozenset({1, 2, 3, 4}), frozenset({3, 4, 5, 6})], 2)
    False
    """
    sets = list(dict.fromkeys(results))
    together = Counter(tuple(one in result for result in sets) for one in frozenset().union(*sets))
    groups = sorted(together, key=lambda group: together[group])
    columns = _perpendicular([[int(group[i]) for group in groups] for i in range(len(sets))], len(groups))
    left = STEPS

    def depends(start: int, room: int, held: list[tuple[int, list[int]]]) -> bool:
        nonlocal left
        for place in range(start, len(groups)):
            if together[groups[place]] > room:
                break
            left -= 1
            rest = _without(columns[place], held)
            first = next((i for i, value in enumerate(rest) if value), None)
            if first is None or left < 0:
                return True
            if depends(place + 1, room - together[groups[place]], [*held, (first, rest)]):
                return True
        return False

    return depends(0, least - 1, [])


def _perpendicular(rows: list[list[int]], wide: int) -> list[list[int]]:
    """By column, its entries in a basis of the vectors that are perpendicular to all rows."""
    solved: list[tuple[int, list[int]]] = []
    for row in rows:
        rest = _without(row, solved)
        first = next((i for i, value in enumerate(rest) if value), None)
        if first is not None:
            rest = [value * pow(rest[first], -1, PRIME) % PRIME for value in rest]
            solved = [(at, _without(one, [(first, rest)])) for at, one in solved] + [(first, rest)]
    pivots = dict(solved)
    free = [column for column in range(wide) if column not in pivots]
    return [
        [-pivots[column][one] % PRIME if column in pivots else int(column == one) for one in free]
        for column in range(wide)
    ]


def _without(row: list[int], held: list[tuple[int, list[int]]]) -> list[int]:
    """What is left of the row when the held ones, each by its first entry, are taken from it."""
    for first, other in held:
        if row[first]:
            factor = row[first] * pow(other[first], -1, PRIME)
            row = [(a - factor * b) % PRIME for a, b in zip(row, other, strict=True)]
    return row
