"""Goal B8: whoever has every number that was ever shown of secret opinions cannot pin down a single answer.

The attacker knows who was asked as what and exactly who answered which question in every round (which no page says:
from who was away, from the number who answered, or because somebody told to have left one blank); and takes it for
granted that people answer the same question the same way every time, in other words too: two of the four questions of a
round ask what the other two ask, and not every party is asked all. From the words shown about groups, over several
rounds about the same person, the attacker draws every sum that follows (the row space of the sets of those who
answered, and of up to six of them every sum and difference, for groups too small to be shown), and from each group
shown the least and the most that an answer in it can be. The same attack on a naive table of means by party, shown
again after a late answer, succeeds. `TD_B8=10000` for as many trees as the goal names.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from random import Random

from tests.progress import Bounded
from thuocdo.opinions import rules
from thuocdo.opinions.apart import (
    Asked,
    Closing,
    Fields,
    Heard,
    People,
    apart,
    by_question,
    leaves_few,
    sets_of,
    too_near,
)

TREES = int(os.environ.get("TD_B8", "300"))
ALL = (1, 2, 3, 4)
Blank = frozenset[tuple[int, int]]
"""Of people and questions."""
MOST = 10000
"""100 points, in hundredths."""


@dataclass(frozen=True)
class Shown:
    """What is published of one question of one group: who was asked, who of them answered, and the words about it."""

    asked: Asked
    answered: Asked
    marks: bool
    words: str


@dataclass(frozen=True)
class Tree:
    """A person rated by units of a tree, in rounds with more or fewer people, and their answers."""

    rounds: tuple[tuple[tuple[Asked, ...], Fields, Asked, Blank], ...]
    """The parties, what each is asked (1 and 3 for a mark, 2 and 4 whether one agrees), who did not answer, and who
    left which question blank."""
    answers: dict[int, tuple[int, bool]]
    threshold: int


def a_tree(chance: Random) -> Tree:
    """Units of one to nine people in two or three levels; of the later rounds some have left and some have come, or the
    same are asked again; a few do not answer, often another one each time. Often all agree, or nearly all give the best
    mark: that is where answers show."""
    units = [chance.randint(1, 9) for _ in range(chance.randint(1, 5))]
    people = list(range(1, sum(units) + chance.randint(1, 6)))
    rounds = []
    for _ in range(chance.randint(1, 4)):
        if rounds and chance.random() < 0.4:
            parties, fields, *_ = rounds[-1]
            rounds.append((parties, fields, _silent(people, chance), _blank(people, chance)))
            continue
        here, parties, place = chance.sample(people, chance.randint(max(1, len(people) - 4), len(people))), [], 0
        order = sorted(here) if chance.random() < 0.7 else here
        for size in units:
            parties.append(frozenset(order[place : place + size]))
            place += size
        parties = [party for party in parties if party]
        whole = chance.choice((ALL, ALL, (1, 2), (3, 4)))
        fields = {
            number: whole if chance.random() < 0.7 else tuple(chance.sample(ALL, chance.randint(1, 4)))
            for number in range(len(parties))
        }
        rounds.append((tuple(parties), fields, _silent(people, chance), _blank(people, chance)))
    usual = chance.choice(((MOST, True), (0, False), (8000, True), None))
    answers = {
        one: usual if usual and chance.random() < 0.85 else (chance.randrange(0, MOST + 1, 50), chance.random() < 0.5)
        for one in people
    }
    return Tree(tuple(rounds), answers, chance.choice((3, 4, 5, 7)))


def _silent(people: Sequence[int], chance: Random) -> Asked:
    if chance.random() < 0.3:
        return frozenset(chance.sample(people, chance.choice((0, 0, 1))))
    return frozenset(one for one in people if chance.random() < chance.choice((0, 0.15)))


def _blank(people: Sequence[int], chance: Random) -> Blank:
    """Mostly nobody, or one person one question; sometimes several."""
    share = chance.choice((0, 0, 0, 0.02, 0.1))
    found = {(one, number) for one in people for number in ALL if chance.random() < share}
    if chance.random() < 0.4:
        found.add((chance.choice(people), chance.choice(ALL)))
    return frozenset(found)


def published(tree: Tree) -> list[Shown]:
    """What the product shows of all rounds: those too near to an earlier one are not sent, small groups are merged."""
    shown: list[Shown] = []
    before: list[Heard] = []
    for turn, (parties, fields, silent, blank) in enumerate(tree.rounds, 1):
        people = {number: set(party) for number, party in enumerate(parties)}
        each = {number: Heard(asked) for number, asked in by_question(people, fields, people).items()}
        together = [one for one in each.values() if len(one.asked) >= tree.threshold]
        if len(frozenset().union(*parties)) < tree.threshold or len(apart((), each, tree.threshold)) < len(together):
            continue
        more = [Heard(asked, round=turn) for asked in sets_of(people, fields)]
        if too_near([one.whole for one in before], more, tree.threshold):
            continue
        said = {
            number: {one: {n for n in fields[number] if (one, n) not in blank} for one in sorted(party - silent)}
            for number, party in enumerate(parties)
        }
        answered = {number: [one for one in forms.values() if one] for number, forms in said.items()}
        unsaid = sum(forms.get(one) != set(fields[n]) for n, forms in said.items() for one in parties[n])
        closing = Closing(before, people, fields, answered, unsaid, turn)
        for block in rules.blocks({number: len(forms) for number, forms in answered.items()}, tree.threshold):
            if block.shown:
                found = closing.may_show(block.parties, tree.threshold)
                who = {
                    n: one.asked - silent - {person for person, left in blank if left == n} for n, one in found.items()
                }
                words = (_words(number, one.asked, who[number], tree) for number, one in found.items())
                shown += [one for one in words if one is not None]
    return shown


def _words(number: int, asked: People, answered: People, tree: Tree) -> Shown | None:
    place, key = 1 - number % 2, str(number)
    given = [tree.answers[one][place] for one in sorted(answered)]
    slips: list[rules.Answers] = [{key: one if place == 0 else rules.YES if one else rules.NO} for one in given]
    found = rules.figures(slips, (number,), tree.threshold)[key]
    if found == rules.FEW:
        return None
    words = rules.averaged(found["tenths"], MOST) if place == 0 else None
    return Shown(asked, answered, not place, words or rules.agreeing(found["yes"], found["no"], tree.threshold))


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


def few(results: Sequence[Asked], least: int) -> bool:
    """Whether sums and differences of up to six sets leave fewer people than may be told apart; tried one by one."""
    sets = list(dict.fromkeys(results))
    for some in combinations(sets, min(len(sets), 6)):
        for factors in product((-1, 0, 1), repeat=len(some)):
            held = Counter[int]()
            for factor, one in zip(factors, some, strict=True):
                held.update(dict.fromkeys(one, factor) if factor > 0 else {})
                held.subtract(dict.fromkeys(one, 1) if factor < 0 else {})
            if 0 < sum(1 for value in held.values() if value) < least:
                return True
    return False


def pinned(shown: Iterable[Shown], threshold: int) -> set[int]:
    """People one of whose answers follows: by a sum, or because no other answer fits the words about a group."""
    sets = list(shown)
    found = set(alone([one.answered for one in sets]))
    for known in ([one.answered for one in sets], [one.asked for one in sets]):
        if few(known, threshold) or any(0 < len(one - two) < threshold for one in known for two in known if one & two):
            found |= sets[0].asked
    for one in sets:
        if not one.marks:
            if _counts(one.words, len(one.answered), threshold) in ({0}, {len(one.answered)}):
                found |= one.answered
            continue
        low, high = _sums(one.words, len(one.answered))
        least, most = max(Fraction(0), low - (len(one.answered) - 1) * MOST), min(Fraction(MOST), high)
        if most - least < Fraction(MOST, 10):
            found |= one.answered
    return found


def _counts(words: str, many: int, threshold: int) -> set[int]:
    """How many may have agreed, where these words are shown of so many."""
    return {yes for yes in range(many + 1) if rules.agreeing(yes, many - yes, threshold) == words}


def _sums(words: str, many: int) -> tuple[Fraction, Fraction]:
    """The least and the most that the marks of so many may add up to, in hundredths."""
    found = re.search(r"(\d+)(?:,(\d+))?", words)
    assert found is not None
    value = Fraction(f"{found[1]}.{found[2] or 0}") * 100
    if "trở lên" in words:
        return (value - 5) * many, Fraction(MOST * many)
    if "trở xuống" in words:
        return Fraction(0), (value + 5) * many
    return (value - 5) * many, (value + 5) * many


def naive(tree: Tree) -> Sequence[Asked]:
    """A table of means by party with their counts, shown in every round and again after each late answer."""
    sets: list[Asked] = []
    for parties, _, silent, _ in tree.rounds:
        for party in parties:
            early = frozenset(sorted(party - silent)[:-1])
            sets += [one for one in (early, party - silent) if one]
    return sets


def test_b8_no_answer_follows_from_all_that_was_ever_shown_and_a_naive_table_gives_answers_away() -> None:
    chance = Random(20251123)
    groups = given_away = several = 0
    bounded = Bounded("B8, trees", TREES)
    for number in bounded:
        tree = a_tree(chance)
        shown = published(tree)
        assert pinned(shown, tree.threshold) == set(), (number, tree, shown)
        assert all(len(one.answered) >= tree.threshold for one in shown)
        groups, several = groups + len(shown), several + (len(shown) > 1)
        given_away += bool(alone(naive(tree)))
    bounded.require_whole()
    assert groups > TREES // 2, "enough is shown to attack"
    assert several > TREES // 10
    assert given_away > TREES * 9 // 10, "the attack has teeth"


def test_b8_one_who_leaves_one_of_two_like_questions_blank_is_not_found_by_the_other() -> None:
    """Six times the mean of the one question less five times that of the other is the mark of who left it blank."""
    six, both = frozenset(range(6)), {0: (1, 3)}
    for said, seen in (([{1, 3}] * 5 + [{1}], {1}), ([{1, 3}] * 6, {1, 3}), ([{1, 3}] * 5 + [{3}], {3})):
        assert set(Closing([], {0: six}, both, {0: said}, 0, 1).may_show([0], 5)) == seen


def test_b8_what_few_left_blank_in_two_rounds_is_not_set_against_each_other() -> None:
    """Six left the second question blank in the one round and five of them in the other: the difference of the two
    differences is the mark of the sixth."""
    first, second = frozenset(range(1, 41)), frozenset((*range(1, 11), *range(41, 81)))
    answered = {1: (first, first - set(range(1, 7))), 2: (second, second - set(range(1, 6)))}
    assert alone([one for both in answered.values() for one in both]) == {6}
    before: list[Heard] = []
    shown: list[frozenset[int]] = []
    for turn, blank in ((1, 6), (2, 5)):
        asked = answered[turn][0]
        said = [{1, 3} if one > blank else {1} for one in sorted(asked)]
        may = Closing(before, {0: asked}, {0: (1, 3)}, {0: said}, blank, turn).may_show([0], 5)
        shown += [answered[turn][number == 3] for number in may]
    assert len(shown) == 3, "of the second round one question"
    assert alone(shown) == frozenset()


def test_b8_three_results_of_which_each_two_differ_enough_may_still_give_one_away() -> None:
    """Why the guard draws every sum and does not only compare two by two."""
    three = [frozenset(range(1, 7)), frozenset(range(4, 10)), frozenset((1, 2, 3, 7, 8, 9, 10))]
    assert all(len(a - b) >= 3 for a in three for b in three if a != b)
    assert alone([*three, frozenset(range(1, 10))]) == {10}
    assert too_near([Heard(three[0]), Heard(three[1]), Heard(frozenset(range(1, 10)))], [Heard(three[2])], 3)


def test_b8_two_results_and_one_of_all_of_them_and_two_more_would_give_those_two_away() -> None:
    first, second = frozenset(range(1, 6)), frozenset(range(6, 11))
    both = [Heard(first), Heard(second)]
    assert few([first, second, frozenset(range(1, 13))], 5)
    assert too_near(both, [Heard(frozenset(range(1, 13)))], 5)
    assert not too_near(both, [Heard(frozenset(range(1, 16)))], 5)


def test_b8_the_same_people_twice_are_shown_twice_only_where_nobody_was_silent() -> None:
    """Six asked, five answer the second time: six times the first mean less five times the second is the mark of the
    sixth, and who was away is on the list of absences."""
    six, others = frozenset(range(1, 7)), frozenset(range(1, 17))
    for first, second, near in ((0, 0, False), (0, 1, True), (1, 0, True), (1, 1, True)):
        assert too_near([Heard(six, first, 1)], [Heard(six, second, 2)], 5) is near
    assert not too_near([Heard(six, 0, 1)], [Heard(others, 0, 2)], 5), "ten more"
    assert too_near([Heard(six, 0, 1)], [Heard(others, 1, 2)], 5), "of six, one may be the silent one of sixteen"
    assert not too_near([Heard(six, 1, 1)], [Heard(frozenset(range(6, 17)), 1, 2)], 4), "four and nine stay"
    assert too_near([Heard(six, 2, 1)], [Heard(frozenset(range(6, 17)), 1, 2)], 4), "three may be left"


def test_b8_sums_of_several_rounds_that_cancel_out_leave_who_was_silent() -> None:
    first, second = frozenset(range(10)), frozenset(range(10, 20))
    for silent in (0, 1):
        shown = [Heard(first, 0, 1), Heard(second, silent, 2)]
        assert too_near(shown, [Heard(first | second, 0, 3)], 5) is bool(silent)
    assert alone([first, second - {15}, first | second]) == {15}


def test_b8_so_many_results_that_not_all_can_be_tried_are_too_near() -> None:
    chance = Random(5)
    many = [frozenset(chance.sample(range(60), 30)) for _ in range(20)]
    assert not leaves_few(many, 3)
    assert leaves_few(many, 9), "nobody can say that it does not"
