"""Generated facts of a month and a year, dense around the bounds and the open points."""

from fractions import Fraction
from math import ceil
from typing import Any

from hypothesis import strategies as st

from tests.oracle import MAXIMA

BOUNDS = (50, 70, 90)
NUDGES = tuple(Fraction(n, 100) for n in (-2, -1, 0, 0, 1, 2))


def text(value: Fraction) -> str:
    """A multiple of a hundredth as plain decimal text."""
    return f"{value.numerator * 100 // value.denominator // 100}.{value.numerator * 100 // value.denominator % 100:02d}"


@st.composite
def each(draw: st.DrawFn, counted: int, completed: int, times: int, *, piece: bool) -> list[int]:
    """Occurrences said of single products, more often than not; none where nothing can be said."""
    part = not piece and counted > 100 and counted % 100 > 0
    most = min(1, counted) if piece or counted <= 100 else counted // 100 + part
    if not times or not most or not draw(st.integers(0, 3)):
        return []
    left = times if counted >= completed else draw(st.integers(0, times))
    found: list[int] = []
    while left and len(found) < most - 1:
        found.append(draw(st.integers(0, left)))
        left -= found[-1]
    return [*found, left] if left or not found else found


@st.composite
def products(draw: st.DrawFn, *, plain: bool = False) -> list[dict[str, Any]]:
    """Product lines; `plain` ones are inside the plan, done in full and without occurrences."""
    lines = []
    for number in range(draw(st.integers(0, 5))):
        assigned = draw(st.sampled_from([0, 50, 100, 100, 200, 300, 700]))
        completed = draw(st.sampled_from([assigned, assigned, assigned // 2, 0, assigned + 100]))
        good = draw(st.sampled_from([completed, completed, completed // 2]))
        timely = draw(st.sampled_from([completed, completed, completed // 3]))
        errors = 0 if plain else draw(st.sampled_from([0, 0, 0, 1, 3, 4, 5, 9]))
        late = 0 if plain else draw(st.sampled_from([0, 0, 0, 1, 2, 4, 5, 11]))
        excused = draw(st.integers(0, late))
        piece = draw(st.sampled_from([False, False, False, True]))
        said = {
            "quality_errors_each": draw(each(good, completed, errors, piece=piece)),
            "late_each": draw(each(timely, completed, late - excused, piece=piece)),
            "one_piece": piece or None,
        }
        lines.append(
            {key: value for key, value in said.items() if value}
            | {
                "id": f"SP{number}",
                "coefficient": text(Fraction(draw(st.sampled_from([50, 100, 133, 250, 700])), 100)),
                "assigned": text(Fraction(assigned, 100)),
                "completed": text(Fraction(completed, 100)),
                "quality_met": text(Fraction(good, 100)),
                "on_time": text(Fraction(timely, 100)),
                "quality_errors": errors,
                "late": late,
                "late_excused": excused,
                "outside_plan": not plain and draw(st.booleans()) and draw(st.booleans()),
                "handed_back": not plain and draw(st.sampled_from([False, False, False, True])),
            }
        )
    return lines


@st.composite
def marks(draw: st.DrawFn, *, aim: Fraction | None = None) -> dict[str, str]:
    """Marks of all criteria; with `aim`, their sum is as near to it as hundredths and maxima allow."""
    unit = draw(st.sampled_from([50, 50, 25, 1]))
    if aim is None:
        return {
            slug: text(Fraction(draw(st.integers(0, int(top * 100) // unit)) * unit, 100))
            for slug, top in MAXIMA.items()
        }
    left, chosen = max(Fraction(0), min(aim, Fraction(30))), {}
    for slug, top in MAXIMA.items():
        part = min(top, left)
        chosen[slug] = text(Fraction(int(part * 100), 100))
        left -= Fraction(int(part * 100), 100)
    return chosen


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    """One person's month. Half of them are aimed at a bound, a hundredth or two beside it."""
    from tests import oracle

    leadership = draw(st.sampled_from(["none", "none", "head", "deputy"]))
    person: dict[str, Any] = {
        "id": "CC001",
        "kind": "civil_servant",
        "leadership": leadership,
        "products": draw(products(plain=draw(st.booleans()))),
    }
    if leadership != "none":
        person["leadership_factors"] = {
            slug: draw(st.sampled_from([100, 100, 50]))
            for slug in ("unit_results", "organising", "solidarity")
            if draw(st.integers(0, 15))
        }
        if "unit_results" not in person["leadership_factors"]:
            person["subordinates"] = [
                {"id": f"NV{n}", "score": score} if score else {"id": f"NV{n}"}
                for n, score in enumerate(
                    draw(st.lists(st.sampled_from(["50", "49.99", "3599/72", "88.5", None]), max_size=3))
                )
            ]
    person["marks"] = dict.fromkeys(MAXIMA, "0")
    base = oracle.month(person, {p: r[0] for p, r in oracle.OPEN_MONTH.items()})
    if base.score is not None and draw(st.booleans()):
        aim = draw(st.sampled_from(BOUNDS)) - base.score + draw(st.sampled_from(NUDGES))
        person["marks"] = draw(marks(aim=aim))
    else:
        person["marks"] = draw(marks())
    if draw(st.integers(0, 25)) == 0:
        person["marks"].pop("discipline")
    return person


@st.composite
def years(draw: st.DrawFn) -> dict[str, Any]:
    """One person's year of twelve months, near a bound more often than not."""
    bound = draw(st.sampled_from(BOUNDS))
    worked = draw(st.sampled_from(["12", "12", "12", "6", "5.5", "3"]))
    months = []
    for number in range(1, 13):
        if number > ceil(Fraction(worked)) or draw(st.integers(0, 9)) == 0:  # no score without work
            months.append(
                {"month": number, "not_scored": draw(st.sampled_from(["maternity", "sick_leave", "unpaid_leave"]))}
            )
            continue
        denominator = draw(st.sampled_from([1, 1, 3, 7, 100, 997, 2**31 + 11, 10**12 + 39]))
        offset = draw(
            st.sampled_from([Fraction(0), Fraction(1, denominator), Fraction(-1, denominator), Fraction(-1, 200)])
        )
        score = max(Fraction(0), min(Fraction(100), bound + offset + draw(st.sampled_from([-3, 0, 0, 0, 3]))))
        months.append({"month": number, "score": f"{score.numerator}/{score.denominator}"})
    leadership = draw(st.sampled_from(["none", "none", "head", "deputy"]))
    facts: dict[str, Any] = {"months_worked": worked}
    for flag in (
        "maternity_leave",
        "sick_leave",
        "unpaid_leave",
        "degradation_concluded",
        "unit_involved_in_corruption",
    ):
        if draw(st.integers(0, 9)) == 0:
            facts[flag] = True
    if leadership == "head" and draw(st.integers(0, 4)):
        facts["organisation_level"] = draw(st.sampled_from(["excellent", "good", "complete"]))
    if draw(st.integers(0, 7)) == 0:
        facts["disciplines"] = [
            {
                "act": "HV1",
                "form": "khien_trach",
                "side": "administrative",
                "effective_date": "2026-05-10",
                "about": draw(st.sampled_from(["duty", "degradation", "other"])),
            }
        ]
    return {"id": "CC001", "kind": "civil_servant", "leadership": leadership, "months": months, "year": facts}
