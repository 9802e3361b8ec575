"""Whether results about the same subject may stand beside each other without giving an answer away. Pure.

A result is the set of those who answered. Whoever sees two results can take one from the other, and of several can
form every sum with every factor; who was away is often known, so whoever looks is taken to know exactly who answered.
We do not: after closing nothing says it. Of another round only those asked are known and how many at most were silent,
so it must be safe whoever they were: the same people twice only where nobody was silent either time, others only where
enough stay when as many as were silent are taken away. Within a round it is known, while it is closed, which questions
each form answers; whoever left one of them blank counts among the silent of that round.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

Asked = frozenset[int]
People = frozenset[Hashable]
PRIME = 2**61 - 1
"""Sums are told apart by remainders: what depends on each other in whole numbers does here too."""
STEPS = 20_000
"""Of groups tried before the answer is yes without having seen them all: dozens of results about one person."""

Fields = Mapping[int, Collection[int]]
"""Numbers of the questions of each party."""


@dataclass(frozen=True)
class Heard:
    """A result: who was asked, how many of a round's people at most left something about the subject unsaid, all of it
    or one question, and the round."""

    asked: People
    silent: int = 0
    round: int = 0

    @property
    def whole(self) -> "Heard":
        """As if all answered: what is taken for granted before anybody was asked."""
        return replace(self, silent=0)


def by_question(asked: Mapping[int, Collection[int]], fields: Fields, numbers: Iterable[int]) -> dict[int, Asked]:
    """Who of these parties is asked each question: what a result counted over them shows of it."""
    found: dict[int, set[int]] = {}
    for number in numbers:
        for question in fields[number]:
            found.setdefault(question, set()).update(asked.get(number, ()))
    return {question: frozenset(people) for question, people in found.items()}


def sets_of(asked: Mapping[int, Collection[int]], fields: Fields) -> list[Asked]:
    """The sets that a round not yet closed may come to show: each party, and all that share a question."""
    together = by_question(asked, fields, asked).values()
    return list(dict.fromkeys([*map(frozenset, asked.values()), *together]))


def too_near(shown: Collection[Heard], more: Collection[Heard], least: int) -> bool:
    """Whether one of `more` beside what is `shown` would leave fewer than `least` people when one is taken from the
    other, or by any combination with all of it. A set of fewer than `least` is never shown by itself; of a round that
    is not closed it is not known yet which sets will stand beside each other.

    >>> five, six = Heard(frozenset({1, 2, 3, 4, 5}), round=1), Heard(frozenset({1, 2, 3, 4, 5, 6}), round=2)
    >>> too_near([five], [six], 5), too_near([replace(six, round=1)], [six], 5)
    (True, False)
    >>> too_near([replace(six, round=1)], [replace(six, silent=1)], 5), too_near([replace(six, silent=1)], [five], 5)
    (True, True)
    >>> too_near([Heard(frozenset({1, 2, 3}), 1, 1)], [Heard(frozenset({4, 5, 6}), 1, 2)], 3)
    False
    >>> parts = [Heard(frozenset({1, 2, 3}), round=1), Heard(frozenset({4, 5, 6}), round=1)]
    >>> too_near(parts, [Heard(frozenset(range(1, 9)), round=2)], 3)
    True
    """
    more = [result for result in more if len(result.asked) >= least]
    return any(_near(old, new, least) for old in shown for new in more) or any(
        _few_together(shown, new, least) for new in more
    )


def _near(one: Heard, other: Heard, least: int) -> bool:
    """Whether, whoever was silent, some but fewer than `least` may have answered the one and not the other."""
    if not one.asked & other.asked:
        return False
    for this, that in ((one, other), (other, one)):
        here, there = (0, 0) if this.round == that.round else (this.silent, that.silent)
        rest = len(this.asked - that.asked)
        if (rest or there) and rest - here < least:
            return True
    return False


def _few_together(shown: Iterable[Heard], new: Heard, least: int) -> bool:
    """Whether a combination of the new one with those it stands beside may be one of the answers of fewer than `least`,
    whoever was silent: so many people may be missing from it, and where all cancel out so many may be left."""
    left, beside = list(shown), [new]
    for one in beside:
        beside += [other for other in left if other.asked & one.asked]
        left = [other for other in left if not other.asked & one.asked]
    silent = {one.round: one.silent for one in beside}
    unknown = sum(silent.values()) if len(silent) > 1 else 0
    sets = list(dict.fromkeys(one.asked for one in beside))
    return leaves_few(sets, least + unknown) or (unknown > 0 and (_cancels_out(sets) or _both_blank(beside)))


def _both_blank(beside: Sequence[Heard]) -> bool:
    """Whether two rounds show several results of the same people: what few left blank in the one may be set against
    what few left blank in the other, as nothing else is left of either."""
    together = Counter((one.round, one.asked) for one in beside)
    return len({number for (number, _), results in together.items() if results > 1}) > 1


def _cancels_out(sets: Sequence[People]) -> bool:
    people = frozenset[Hashable]().union(*sets)
    return len(_solved([[int(person in one) for person in people] for one in sets])) < len(sets)


def apart(
    shown: Collection[Heard], questions: Mapping[int, Heard], least: int, known: Mapping[int, People] | None = None
) -> dict[int, Heard]:
    """Which questions of one result may be shown beside what is `shown` and beside each other; each with who was asked
    it: parties counted together may differ in what they are asked. The widest first, then what most others were
    answered by the same people as: one who left one question blank hides that one and not all others. `known`: who
    answered each.

    >>> whole, five = Heard(frozenset(range(1, 7))), Heard(frozenset(range(1, 6)))
    >>> list(apart([], {1: five, 2: whole, 3: five}, 5)), list(apart([five], {1: five, 2: whole}, 5))
    ([2], [1])
    >>> many = {1: Heard(frozenset(range(12))), 2: Heard(frozenset(range(6)))}
    >>> list(apart([], many, 5)), list(apart([], many, 5, {1: frozenset(range(6)), 2: frozenset(range(5))}))
    ([1, 2], [1])
    >>> blank = {1: frozenset(range(1, 6)), 2: frozenset(range(1, 7)), 3: frozenset(range(1, 7))}
    >>> list(apart([], dict.fromkeys((1, 2, 3), whole), 5, blank))
    [2, 3]
    """
    of = known if known is not None else {number: heard.asked for number, heard in questions.items()}
    alike = Counter(of[number] for number in questions)
    order = sorted(
        (number for number in questions if len(of[number]) >= least),
        key=lambda number: (-len(questions[number].asked), -alike[of[number]], -len(of[number]), number),
    )
    found: dict[int, Heard] = {}
    for number in order:
        heard = questions[number]
        near = too_near([*shown, *found.values()], [heard], least)
        few = known is not None and _few_answered(found | {number: heard}, known, least)
        if len(heard.asked) >= least and not near and not few:
            found[number] = heard
    return found


def _few_answered(questions: Mapping[int, Heard], known: Mapping[int, People], least: int) -> bool:
    """Whether some but fewer than `least` answered one of these questions and not another. Where others were asked it
    is not shown either if nobody did: else what is not shown would say that somebody did."""
    return any(
        len(known[one] - known[other]) < least
        and bool(questions[one].asked - questions[other].asked or known[one] - known[other])
        for one in questions
        for other in questions
    ) or leaves_few([known[one] for one in questions], least)


@dataclass(frozen=True)
class Closing:
    """One round about one subject while it is closed. `shown`: what other rounds have shown, and this one so far;
    `asked`, and of each form that says something the questions it answers, by party; `silent`: how many may have left
    something unsaid."""

    shown: list[Heard]
    asked: Mapping[int, Collection[int]]
    fields: Fields
    answered: Mapping[int, Sequence[Collection[int]]]
    silent: int
    round: int

    def may_show(self, numbers: Sequence[int], least: int) -> dict[int, Heard]:
        """The questions of these parties, counted together, that may be shown; then they are among what is."""
        found = apart(
            self.shown,
            {
                question: Heard(people, self.silent, self.round)
                for question, people in by_question(self.asked, self.fields, numbers).items()
            },
            least,
            {
                question: frozenset(
                    (party, place)
                    for party in parties
                    for place, said in enumerate(self.answered[party])
                    if question in said
                )
                for question, parties in by_question({one: (one,) for one in numbers}, self.fields, numbers).items()
            },
        )
        self.shown.extend(found.values())
        return found


def leaves_few(results: Sequence[People], least: int) -> bool:
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
    pivots = dict(_solved(rows))
    free = [column for column in range(wide) if column not in pivots]
    return [
        [-pivots[column][one] % PRIME if column in pivots else int(column == one) for one in free]
        for column in range(wide)
    ]


def _solved(rows: list[list[int]]) -> list[tuple[int, list[int]]]:
    """As many rows as do not depend on each other, each one at a place where all others are nought."""
    solved: list[tuple[int, list[int]]] = []
    for row in rows:
        rest = _without(row, solved)
        first = next((i for i, value in enumerate(rest) if value), None)
        if first is not None:
            rest = [value * pow(rest[first], -1, PRIME) % PRIME for value in rest]
            solved = [(at, _without(one, [(first, rest)])) for at, one in solved] + [(first, rest)]
    return solved


def _without(row: list[int], held: list[tuple[int, list[int]]]) -> list[int]:
    """What is left of the row when the held ones, each by its first entry, are taken from it."""
    for first, other in held:
        if row[first]:
            factor = row[first] * pow(other[first], -1, PRIME)
            row = [(a - factor * b) % PRIME for a, b in zip(row, other, strict=True)]
    return row
