"""Pure rules of opinions: who is asked by chance among those chosen, what may be typed, what is shown of small groups.
No opinion is weighed or turned into a score here: weights are known of no text."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from thuocdo.kernel.errors import Refusal, Several
from thuocdo.kernel.text import clean_lines
from thuocdo.kernel.typed import format_points, parse_points

FLOOR = 3
"""Never fewer opinions than this are shown together: the product's own floor; a round may ask for more."""
USUAL = 5
TEXTS_FROM = 5
MOST_SUBJECTS, MOST_QUESTIONS, MOST_PARTIES, MOST_PER_RATER, LONGEST = 60, 6, 6, 12, 300
YES, NO, OUTSIDE = "yes", "no", "outside"
FEW = {"few": 1}
"""In place of the figures of a question that is not shown."""

AGAIN = (
    "Ông/bà đã gửi ý kiến cho đợt này. Ý kiến đã gửi được niêm phong: không xem lại, không sửa và không gửi thêm được."
)

Answers = dict[str, int | str]
"""Of one form, by number of the question: hundredths, or `yes`/`no`. A question left out had no opinion."""


class Refused(Several):
    """Several inputs are wrong. `problems` maps field names to Vietnamese sentences."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems, code="opinions.problems")


class Chance(Protocol):
    """A source of chance, such as `random.Random`."""

    def sample(self, population: list[int], k: int) -> list[int]: ...


def assign(
    subjects: Sequence[int], allowed: Mapping[int, Collection[int]], each: int, load: Mapping[int, int], chance: Chance
) -> list[tuple[int, int]]:
    """Pairs (subject, rater): every subject gets `each` of the raters allowed for it (all where `each` is 0 or
    there are no more), those with the fewest forms first, by chance among equals. `load`: forms a rater has already."""
    busy, pairs = dict(load), []
    for subject in chance.sample(list(subjects), len(subjects)):
        free = sorted(allowed[subject])
        order = sorted(chance.sample(free, len(free)), key=lambda rater: busy.get(rater, 0))
        for rater in order[: each or None]:
            busy[rater] = busy.get(rater, 0) + 1
            pairs.append((subject, rater))
    return sorted(pairs)


@dataclass(frozen=True)
class Block:
    """Parties counted together, by number; `shown` says whether enough opinions stand in it."""

    parties: tuple[int, ...]
    shown: bool


def blocks(valid: Mapping[int, int], threshold: int) -> tuple[Block, ...]:
    """How the parties of one person are counted. `valid`: opinions by party.

    A party below the threshold is counted together with the other small ones; if these still are too few, the smallest
    of the large parties joins them, so that nothing shown can be subtracted from a total, nor a party of one be seen
    to have answered or not. Too few in all: hidden.

    >>> blocks({1: 5, 2: 2, 3: 6}, 3)
    (Block(parties=(3,), shown=True), Block(parties=(1, 2), shown=True))
    >>> blocks({1: 0, 2: 4}, 3)
    (Block(parties=(1, 2), shown=True),)
    >>> blocks({1: 1, 2: 1}, 3)
    (Block(parties=(1, 2), shown=False),)
    """
    large = [party for party in sorted(valid) if valid[party] >= threshold]
    small = [party for party in sorted(valid) if valid[party] < threshold]
    gathered = sum(valid[party] for party in small)
    if small and gathered < threshold and large:
        joining = min(large, key=lambda party: (valid[party], party))
        large.remove(joining)
        small.append(joining)
        gathered += valid[joining]
    found = [Block((party,), True) for party in large]
    return (*found, Block(tuple(sorted(small)), gathered >= threshold)) if small else tuple(found)


def figures(answers: Sequence[Answers], questions: Iterable[int], threshold: int) -> dict[str, dict[str, int]]:
    """What is shown of each question: the number of answers with their mean in tenths of a point (half up), or the yes
    and no; of a question that too few answered only `few`. Never the lowest, the highest or a distribution of marks."""
    shown: dict[str, dict[str, int]] = {}
    for number in questions:
        given = [one[str(number)] for one in answers if str(number) in one]
        marks = [mark for mark in given if isinstance(mark, int)]
        if len(given) < threshold:
            shown[str(number)] = FEW
        elif marks:
            shown[str(number)] = {"answers": len(marks), "tenths": (sum(marks) + 5 * len(marks)) // (10 * len(marks))}
        else:
            shown[str(number)] = {"answers": len(given), "yes": given.count(YES), "no": given.count(NO)}
    return shown


def agreeing(yes: int, no: int, least: int) -> str:
    """Yes and no of a secret round in words that do not say how many answered, nor ever that all or none agreed: that
    would be everybody's answer. At the ends a band that holds all and all but one, of as few as `least`; between them
    the share of yes to the nearest ten percent, half up.

    >>> agreeing(5, 0, 5), agreeing(4, 1, 5), agreeing(3, 2, 5), agreeing(1, 4, 5), agreeing(0, 5, 5)
    ('từ 80% trở lên đồng ý', 'từ 80% trở lên đồng ý', 'khoảng 60% đồng ý', 'dưới 30% đồng ý', 'dưới 30% đồng ý')
    """
    all_ = yes + no
    top = 10 * min(9, 10 * (least - 1) // least)
    if 100 * yes >= top * all_:
        return f"từ {top}% trở lên đồng ý"
    if 100 * yes < (110 - top) * all_:
        return f"dưới {110 - top}% đồng ý"
    return f"khoảng {(20 * yes + all_) // (2 * all_) * 10}% đồng ý"


def averaged(tenths: int, maximum: int) -> str:
    """The mean of a secret round: to the nearest tenth, but within a twentieth of the end of the scale only that, as a
    mean at the very end is everybody's answer. `maximum` in hundredths.

    >>> averaged(874, 10000), averaged(1000, 10000), averaged(2, 1000)
    ('trung bình 87,4 điểm', 'trung bình từ 95 điểm trở lên', 'trung bình từ 0,5 điểm trở xuống')
    """
    if 200 * tenths >= 19 * maximum:
        return f"trung bình từ {format_points(19 * maximum // 20)} điểm trở lên"
    if 200 * tenths <= maximum:
        return f"trung bình từ {format_points(-(-maximum // 20))} điểm trở xuống"
    return f"trung bình {tenths // 10},{tenths % 10} điểm"


def may_show_texts(valid: int, threshold: int) -> bool:
    """Words are shown only of larger groups: a way of writing gives away more than a mark."""
    return valid >= max(threshold, TEXTS_FROM)


def read_form(
    typed: Mapping[str, str], name: str, about: str, asked: Sequence[tuple[int, str, int | None]]
) -> tuple[Answers, str]:
    """One person's form as typed: answers by question (`asked`: number, label, maximum or None for agree), and words.
    `{name}.outside` says that this is outside the giver's field. Raises Refused with every problem by field."""
    answers: Answers = {}
    problems: dict[str, str] = {}
    if typed.get(f"{name}.{OUTSIDE}"):
        return {}, ""
    for number, label, maximum in asked:
        field = f"{name}.{number}"
        given = typed.get(field, "").strip()
        try:
            if given:
                answers[str(number)] = _answer(given, maximum, f"{about}, {label}")
        except Refusal as refusal:
            problems[field] = refusal.message
    text = clean_lines(typed.get(f"{name}.text", ""))
    if len(text) > LONGEST:
        problems[f"{name}.text"] = f"{about}: lời góp ý dài {len(text)} ký tự. Hãy rút gọn còn tối đa {LONGEST}."
    if not answers and not text and not problems:
        problems[f"{name}.{OUTSIDE}"] = f"{about}: chưa có ý kiến. Hãy trả lời, hoặc chọn “ngoài lĩnh vực của tôi”."
    if problems:
        raise Refused(problems)
    return answers, text


def _answer(given: str, maximum: int | None, label: str) -> int | str:
    if maximum is not None:
        return parse_points(given, maximum, label=label)
    if given not in (YES, NO):
        raise Refusal("opinions.answer", f"{label}: hãy chọn đồng ý hoặc không đồng ý.")
    return given
