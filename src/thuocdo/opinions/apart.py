"""Whether results about the same subject and question may stand beside each other without giving an answer away. Pure.

A result is the set of those who were asked. Whoever sees two results can take one from the other, and of several can
form every sum with every factor; nobody knows who answered, so those asked stand for those who did.
"""

from collections.abc import Collection, Sequence
from fractions import Fraction

Asked = frozenset[int]


def too_near(shown: Collection[Asked], more: Collection[Asked], least: int) -> bool:
    """Whether `more` beside what is `shown` would leave fewer than `least` people when one is taken from the other, or
    a single one by any combination. A set of fewer than `least` is never shown by itself.

    >>> too_near([frozenset({1, 2, 3, 4, 5})], [frozenset({1, 2, 3, 4, 5, 6})], 5)
    True
    >>> too_near([frozenset({1, 2, 3, 4, 5})], [frozenset({1, 2, 3, 4, 5})], 5)
    False
    >>> too_near([frozenset({1, 2, 3})], [frozenset({4, 5, 6})], 3)
    False
    """
    more = [result for result in more if len(result) >= least]
    for old in shown:
        for new in more:
            if old & new and any(0 < len(rest) < least for rest in (old - new, new - old)):
                return True
    return bool(alone([*shown, *more]))


def alone(results: Sequence[Asked]) -> frozenset[int]:
    """People whose single answers follow from sums over these sets: those whose unit vector lies in their row space.

    >>> sorted(alone([frozenset({1, 2}), frozenset({2, 3}), frozenset({1, 3})]))
    [1, 2, 3]
    """
    columns = sorted({one for result in results for one in result})
    rows = [[Fraction(int(one in result)) for one in columns] for result in dict.fromkeys(results)]
    place = 0
    for column in range(len(columns)):
        pivot = next((i for i in range(place, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[place], rows[pivot] = rows[pivot], rows[place]
        first = rows[place][column]
        rows[place] = [value / first for value in rows[place]]
        for i, row in enumerate(rows):
            if i != place and row[column]:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[place], strict=True)]
        place += 1
    units = [row for row in rows if sum(1 for value in row if value) == 1]
    return frozenset(columns[next(i for i, value in enumerate(row) if value)] for row in units)
