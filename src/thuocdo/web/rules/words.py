"""The conditions of a scheme as sentences: the law's own words, and the figures that are compared."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, assert_never

from thuocdo.engine.acts import ABOUT
from thuocdo.engine.outline_words import DISCIPLINARY_FORMS
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.schema import Comparison, Condition, Scheme
from thuocdo.kernel.exact import exact_vi, is_terminating
from thuocdo.rulesets.fact_words import COMMON_LEVELS, GRADES, LEFT_OPEN, MEASURES, REASONS
from thuocdo.web.rules.rows import listed

_BOUNDS = (
    ("at_least", "từ {} trở lên"),
    ("more_than", "trên {}"),
    ("at_most", "không quá {}"),
    ("below", "dưới {}"),
)
_QUANTIFIERS = {"all": "tất cả", "any": "ít nhất một", "share": ""}
_SIDES = {"administrative": "chính quyền", "party": "đảng"}
_ACTS = {"this_year": "vi phạm xảy ra trong năm", "earlier": "vi phạm xảy ra hoặc đã có quyết định từ năm trước"}
NEED = {"any": "một trong các điều sau", "all": "tất cả các điều sau", "open": "một hay tất cả, văn bản để ngỏ"}


def bounds(test: Comparison, unit: str = "") -> str:
    """The bounds of a comparison in words.

    >>> bounds(schema.ShareComparison(at_least=30, below=50), "%")
    'từ 30% trở lên và dưới 50%'
    >>> bounds(schema.ShareComparison(at_least="2/3"), "%"), bounds(Comparison(at_most="open"), " điểm")
    ('từ 2/3 trở lên', 'không quá … (văn bản để ngỏ)')
    """
    found = []
    for name, words in _BOUNDS:
        value = getattr(test, name)
        if value == "open":
            found.append(words.format(f"… ({LEFT_OPEN})"))
        elif value is not None:
            found.append(words.format(_figure(value, unit)))
    return " và ".join(found)


def _figure(value: Fraction, unit: str) -> str:
    """A percentage that does not end as a decimal was written as a part of the whole, and is read so."""
    if unit == "%" and not is_terminating(value):
        return exact_vi(value / 100)
    return f"{exact_vi(value)}{unit}"


def condition(test: Condition, scheme: Scheme) -> str:
    """One condition in words: its label, then what is compared where the label alone does not say it."""
    said = figures(test, scheme)
    return f"{test.label} ({said})" if said else test.label


def lines(tests: tuple[Condition, ...], scheme: Scheme, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Conditions with those inside them, each with its depth."""
    for test in tests:
        yield depth, condition(test, scheme)
        if isinstance(test, schema.AnyTest | schema.AllTest | schema.ChosenTest):
            yield from lines(test.conditions, scheme, depth + 1)


def flat(tests: tuple[Condition, ...], scheme: Scheme) -> tuple[str, ...]:
    """Conditions as plain lines; what stands inside another one is marked by a dash."""
    return tuple(f"{'– ' * depth}{text}" for depth, text in lines(tests, scheme))


def figures(test: Condition, scheme: Scheme) -> str:
    """What a condition compares, without its label; empty where the label says everything."""
    match test:
        case schema.ScoreTest():
            return f"điểm {bounds(test)}"
        case schema.ShareTest():
            of = f"… ({LEFT_OPEN})" if test.of == "open" else _measures(test.of, scheme)
            return f"{_measures(test.part, scheme)} trên {of}: {bounds(test, '%')}"
        case schema.NumberTest():
            return f"{measure(test.of, scheme)}: {bounds(test)}"
        case schema.FlagTest():
            return "" if test.value else "không có"
        case schema.GradesTest():
            return _grades(test, scheme)
        case schema.LevelsTest():
            return _levels(test, scheme)
        case schema.DisciplineTest():
            forms = f", hình thức {listed(test.forms, DISCIPLINARY_FORMS)}" if test.forms else ""
            none = "" if test.value else "không có "
            act = f", {_ACTS[test.act]}" if test.act else ""
            return f"{none}kỷ luật {listed(test.sides, _SIDES)} về {listed(test.about, ABOUT)}{forms}{act}"
        case schema.AbsenceTest():
            of = f" so với {measure(test.of, scheme)}" if test.of else ""
            return f"số ngày {listed(test.reasons, REASONS)}{of}: {bounds(test, '%' if test.of else ' ngày')}"
        case schema.AnyTest():
            return NEED["any"]
        case schema.AllTest():
            return NEED["all"]
        case schema.ChosenTest():
            return NEED[test.need]
        case _:
            assert_never(test)


def measure(name: str, scheme: Scheme) -> str:
    """A measure in words; a declared fact by its own label."""
    section, _, key = name.partition(".")
    if section == "facts":
        return next((f.label for f in scheme.facts if f.id == key), key)
    return MEASURES.get(name, name)


def _measures(names: tuple[str, ...], scheme: Scheme) -> str:
    return " cộng ".join(measure(name, scheme) for name in names)


def _grades(test: schema.GradesTest, scheme: Scheme) -> str:
    who = "tất cả tiêu chí" if test.quantifier == "all" else "ít nhất một tiêu chí"
    if test.groups:
        who += f" nhóm {', '.join(group_label(scheme, slug) for slug in test.groups)}"
    if test.except_groups:
        who += f", trừ nhóm {', '.join(group_label(scheme, slug) for slug in test.except_groups)}"
    asked = test.at_least or test.exactly or ""
    grade = GRADES.get(asked, f"… ({LEFT_OPEN})")
    return f"{who}: " + (f"từ {grade} trở lên" if test.at_least else f"đúng mức {grade}")


def _levels(test: schema.LevelsTest, scheme: Scheme) -> str:
    relation = next((r.label for r in scheme.relations if r.id == test.relation), test.relation)
    code = test.at_least_level or test.exactly_level or ""
    exact = "" if test.at_least_level else "đúng "
    level = f"{exact}mức {level_label(scheme, code)}" + (" trở lên" if test.at_least_level else "")
    share = f"{bounds(test.share, '%')} " if test.share else f"{_QUANTIFIERS[test.quantifier]} "
    return f"{relation}: {share}{level}"


def level_label(scheme: Scheme, code: str) -> str:
    """The level's label in the scheme; the common name of a code that the scheme itself does not give."""
    return next((level.label for level in scheme.levels if level.code == code), COMMON_LEVELS.get(code, code))


def group_label(scheme: Scheme, slug: str) -> str:
    """A criteria group by its label, or the slug where criteria are graded in groups without one."""
    groups = scheme.score.groups if scheme.score else ()
    return next((group.label for group in groups if group.slug == slug), slug)




def figure(value: Any, unit: str = "") -> str:
    """A figure of a scheme, or that the text leaves it open."""
    if value is None:
        return ""
    return LEFT_OPEN if value == "open" else f"{exact_vi(Fraction(value))}{unit}"
