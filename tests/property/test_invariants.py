"""Laws every rating obeys, whoever is rated: order, monotony, re-adding, one by one as all at once."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle import LEVELS, MAXIMA
from tests.property.strategies import people
from thuocdo.engine import Outcome, Period, load_rulebook, parse_subject, rate_subject
from thuocdo.engine.many import brief_of, rate_many

BOOK = load_rulebook("state/nd-335-2025")
SETTLED = load_rulebook("state/nd-335-2025", ("overlays/vi-du-phuong",))
MONTH = Period(kind="month", year=2026, number=10)
EFFORT = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def rate(person: dict[str, Any]) -> Outcome:
    return rate_subject(BOOK, parse_subject(person), MONTH)


def value(outcome: Outcome, name: str) -> Fraction:
    found = next(f.value for f in outcome.findings if f.id == name)
    assert found is not None
    return found


@EFFORT
@given(person=people(), order=st.randoms(use_true_random=False))
def test_the_order_of_products_and_marks_is_irrelevant(person: dict[str, Any], order: Any) -> None:
    shuffled = {
        **person,
        "products": order.sample(person["products"], len(person["products"])),
        "marks": dict(reversed(person["marks"].items())),
    }
    one, other = rate(person), rate(shuffled)
    assert (one.kind, one.score, one.band) == (other.kind, other.score, other.band)


@EFFORT
@given(person=people(), slug=st.sampled_from(sorted(MAXIMA)))
def test_a_better_mark_never_lowers_the_result(person: dict[str, Any], slug: str) -> None:
    before = rate(person)
    after = rate(
        {**person, "marks": {**person["marks"], slug: str(Decimal(MAXIMA[slug].numerator) / MAXIMA[slug].denominator)}}
    )
    if before.kind == after.kind == "scored":
        assert before.score is not None
        assert after.score is not None
        assert after.score >= before.score
        assert LEVELS.index(after.band or "") <= LEVELS.index(before.band or "")


@EFFORT
@given(person=people())
def test_the_explanation_adds_up_to_the_score(person: dict[str, Any]) -> None:
    outcome = rate_subject(SETTLED, parse_subject(person), MONTH) if _on_step(person) else rate(person)
    if outcome.kind != "scored":
        return
    general = sum((value(outcome, f"general.{slug}") for slug in MAXIMA), Fraction(0))
    parts = [value(outcome, f"results.{name}") for name in ("quantity", "quality", "progress")]
    if person["leadership"] != "none":
        parts += [value(outcome, f"results.leadership.{name}") for name in ("unit_results", "organising", "solidarity")]
    mean = sum(parts, Fraction(0)) / len(parts)
    assert value(outcome, "general.total") == general
    assert value(outcome, "results.mean") == mean
    assert value(outcome, "results.points") == min(Fraction(70), 70 * mean)
    assert outcome.score == value(outcome, "total") == general + min(Fraction(70), 70 * mean)


def _on_step(person: dict[str, Any]) -> bool:
    return all((Fraction(mark) * 4).denominator == 1 for mark in person["marks"].values())


@EFFORT
@given(group=st.lists(people(), min_size=1, max_size=6))
def test_one_by_one_equals_all_at_once(group: list[dict[str, Any]]) -> None:
    subjects = [parse_subject({**person, "id": f"CC{n}"}) for n, person in enumerate(group)]
    for subject, together in zip(subjects, rate_many(BOOK, subjects, MONTH), strict=True):
        assert together == brief_of(rate_subject(BOOK, subject, MONTH))


@given(score=st.fractions(min_value=0, max_value=100, max_denominator=10_000))
def test_bands_partition_the_range(score: Fraction) -> None:
    hits = [band for band in BOOK.book.bands if score >= Fraction(band.at_least)]
    assert hits
    assert hits[0].code == (
        "excellent" if score >= 90 else "good" if score >= 70 else "complete" if score >= 50 else "incomplete"
    )
