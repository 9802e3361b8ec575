"""Generated facts for any scheme, read off its TOML: dense at the bounds it tests, with holes and related subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

GRADES = ("excellent", "good", "average", "poor")
ROLES = ("none", "head", "deputy")
REASONS = ("sick", "annual_leave", "maternity", "part_time_training", "unpaid_leave", "other")
NUDGES = (-1, 0, 0, 1)
WORDS = ("at_least", "more_than", "at_most", "below")


def conditions(scheme: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every condition of a scheme, those inside others too."""
    for field in ("levels", "triggers", "not_rated", "limits"):
        for item in scheme.get(field, []):
            yield from _inside(item.get("when", []))
            yield from _inside(item.get("unless", []))
            yield from _inside(item.get("mitigation", {}).get("when", []))


def _inside(tests: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for test in tests:
        yield test
        yield from _inside(test.get("conditions", []))


def bounds(test: Mapping[str, Any]) -> list[Fraction]:
    """The figures a test compares with; open ones are left out."""
    found = [test[word] for word in WORDS if test.get(word) not in (None, "open")]
    return [Fraction(str(bound)) if "/" not in str(bound) else 100 * Fraction(str(bound)) for bound in found]


def plain(hundredths: int) -> str:
    """Hundredths as plain decimal text."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@st.composite
def subjects(draw: st.DrawFn, scheme: Mapping[str, Any]) -> dict[str, Any]:
    """One subject of a scheme; about one fact in twelve is missing."""
    role = draw(st.sampled_from(list(scheme.get("roles", ROLES))))
    person: dict[str, Any] = {
        "id": "S1",
        "kind": draw(st.sampled_from(scheme["subject_kinds"])),
        "leadership": role,
        "agency": "CQ",
        "group": "nhom",
        "parent": "TREN",
    }
    tests = list(conditions(scheme))
    if "score" in scheme:
        person |= draw(_marks(scheme, role, [b for t in tests if t["test"] == "score" for b in bounds(t)]))
    if "rollup" in scheme and draw(st.booleans()):
        for marked in ("marks", "member_marks", "deductions"):
            person.pop(marked, None)
        person |= draw(_parts(scheme))
    if "grades" in scheme:
        person["grades"] = {
            item["slug"]: draw(st.sampled_from(GRADES[:3] if draw(st.integers(0, 5)) else GRADES))
            for item in scheme["grades"]["criteria"]
            if draw(st.integers(0, 20))
        }
    person |= draw(_measures(scheme, tests))
    person["related"] = draw(_related(scheme, person["kind"]))
    if draw(st.integers(0, 2)) == 0:
        person["disciplines"] = draw(st.lists(_records(), max_size=3, unique_by=_act_and_side).map(_of_one_act))
    if any(test["test"] == "absence" for test in tests):
        person["absences"] = [
            {"reason": reason, "days": plain(draw(st.integers(0, 90)) * 50)}
            for reason in draw(st.lists(st.sampled_from(REASONS), max_size=3, unique=True))
        ]
    return person


@st.composite
def _marks(draw: st.DrawFn, scheme: Mapping[str, Any], role: str, aims: list[Fraction]) -> dict[str, Any]:
    slots: list[tuple[str, int, bool]] = []
    for group in scheme["score"]["groups"]:
        if role not in group.get("roles", ROLES) or "scale" in group:
            continue
        parts = group.get("parts", [])
        by_part = parts and all(part["max"] != "open" for part in parts)
        for item in parts if by_part else [group]:
            top = 100 if group.get("input") == "percent" else item["max"]
            slots.append(
                (item["slug"], int(Fraction(str(top if top != "open" else 10)) * 100), bool(group.get("bonus")))
            )
    aim = draw(st.sampled_from(aims)) * 100 if aims else Fraction(sum(top for _, top, _ in slots))
    left = int(aim) + draw(st.sampled_from([-100, -1, 0, 0, 1, 100, 900]))
    marks: dict[str, str] = {}
    for slug, top, bonus in slots:
        given = max(0, min(top, left))
        left -= given
        if draw(st.integers(0, 24)) and not (bonus and given == 0 and draw(st.booleans())):
            marks[slug] = plain(given)
    found: dict[str, Any] = {"marks": marks}
    spec = scheme["score"]
    if spec.get("combine") == "mean_of_members" and role in (spec.get("combine_roles") or ROLES):
        others = []
        for number in range(draw(st.integers(0, 3))):
            sheet = {slug: plain(draw(st.integers(0, top))) for slug, top, _ in slots}
            others.append({"marker": f"M{number}", "marks": sheet})
        found = {"member_marks": [{"marker": "M", "marks": marks}, *others]}
    overflow = [group for group in spec["groups"] if group.get("overflow") and role in group.get("roles", ROLES)]
    if draw(st.booleans()) and overflow:
        found["deductions"] = {group["slug"]: plain(draw(st.integers(0, 3000))) for group in overflow}
    return found


@st.composite
def _parts(draw: st.DrawFn, scheme: Mapping[str, Any]) -> dict[str, Any]:
    word = scheme["rollup"]["parts"]
    most = 12 if word == "months" else 4
    numbers = draw(st.lists(st.integers(1, most), min_size=1, max_size=most, unique=True))
    reasons = ["maternity", "sick_leave", "other"]
    rows = []
    for number in sorted(numbers):
        row: dict[str, Any] = {word[:-1]: number}
        if draw(st.integers(0, 7)) == 0:
            row["not_scored"] = draw(st.sampled_from(reasons))
        else:
            row["score"] = f"{draw(st.sampled_from([50, 70, 80, 90])) * 7 + draw(st.integers(-8, 8))}/7"
        rows.append(row)
    return {word: rows}


@st.composite
def _measures(draw: st.DrawFn, scheme: Mapping[str, Any], tests: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Counts with their parts in order, and the declared facts; totals are round so that shares meet the bounds."""
    used = {name for test in tests for field in ("part", "of") for name in _names(test.get(field))}
    used |= {name for group in scheme.get("score", {}).get("groups", []) for name in _scale_names(group)}
    wanted: dict[str, set[str]] = {}
    for name in used:
        section, key = name.split(".")
        wanted.setdefault(section, set()).add(key)
    found: dict[str, Any] = {}
    for section in ("tasks", "led"):
        if section in wanted:
            found[section] = draw(_tasks(wanted[section]))
    if "defects" in wanted:
        total = draw(st.integers(0, 5))
        found["defects"] = {"total": total, "fixed": draw(st.integers(max(0, total - 1), total))}
    if "votes" in wanted:
        found["votes"] = draw(_votes())
    if "time" in wanted:
        days = draw(st.sampled_from([20, 22]))
        found["time"] = {
            "working_days": days,
            "worked_days": plain(draw(st.integers(0, days * 2)) * 50),
            "months_worked": plain(
                draw(st.sampled_from([250, 299, 300, 301, 599, 600, 601, 1200, 1200, 1200, 1200, 1200]))
            ),
            "months_member": plain(draw(st.sampled_from([500, 599, 600, 1200]))),
        }
    found["facts"] = draw(_facts(scheme, tests))
    for section in ("tasks", "led", "votes", "time"):
        if section in found and draw(st.integers(0, 15)) == 0:
            found[section].pop(draw(st.sampled_from(sorted(found[section]))))
    return found


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [] if value == "open" else [value]
    return list(value or [])


def _scale_names(group: Mapping[str, Any]) -> list[str]:
    scale = group.get("scale")
    return [*scale["part"], *scale["of"]] if scale else []


@st.composite
def _tasks(draw: st.DrawFn, keys: set[str]) -> dict[str, int]:
    assigned = draw(st.sampled_from([0, 1, 3, 10, 10, 20, 100]))
    near = [0, assigned // 5, assigned * 3 // 10, assigned // 2, assigned * 7 // 10, assigned * 9 // 10, assigned]

    def count(most: int) -> int:
        return max(0, min(most, draw(st.sampled_from(near)) + draw(st.sampled_from(NUDGES))))

    done = assigned if draw(st.integers(0, 2)) else count(assigned)
    found = {"assigned": assigned, "done": done}
    found |= {key: count(done) for key in ("late", "above") if key in keys}
    if "failing" in keys:
        found["failing"] = count(assigned)
    return found


@st.composite
def _votes(draw: st.DrawFn) -> dict[str, int]:
    collected = draw(st.sampled_from([3, 6, 10, 30, 299]))
    low = max(
        0, min(collected, draw(st.sampled_from([0, collected // 2, collected * 2 // 3])) + draw(st.integers(-1, 1)))
    )
    medium = draw(st.integers(0, collected - low))
    high = draw(st.integers(0, collected - low - medium))
    present = collected + draw(st.integers(0, 2))
    convened = max(present, draw(st.sampled_from([present, present * 3 // 2, present * 3 // 2 + 1])))
    return {
        "convened": convened,
        "present": present,
        "issued": present,
        "collected": collected,
        "valid": high + medium + low,
        "high": high,
        "medium": medium,
        "low": low,
        "total": convened + draw(st.integers(0, 3)),
    }


@st.composite
def _facts(draw: st.DrawFn, scheme: Mapping[str, Any], tests: list[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in (one for one in scheme.get("facts", []) if "of_kind" not in one):
        if item["kind"] == "flag":
            if draw(st.integers(0, 9)) == 0:
                found[item["id"]] = True
            continue
        near = [b for t in tests if t["test"] == "number" and t["of"] == f"facts.{item['id']}" for b in bounds(t)] or [
            Fraction(10)
        ]
        value = int(draw(st.sampled_from(near))) + draw(st.sampled_from(NUDGES))
        if draw(st.integers(0, 15)):
            found[item["id"]] = max(0, value if item["kind"] != "percent" else min(100, value))
    return found


@st.composite
def _related(draw: st.DrawFn, scheme: Mapping[str, Any], kind: str) -> dict[str, Any]:
    codes = [item["code"] for item in scheme.get("levels", [])]
    found: dict[str, Any] = {}
    for item in scheme.get("relations", []):
        if item.get("of_kind") not in (None, kind):
            continue
        if draw(st.integers(0, 11)) == 0:
            continue
        levels = [
            {"level": draw(st.sampled_from(codes))} for _ in range(draw(st.integers(0, 10)) if item.get("many") else 1)
        ]
        found[item["id"]] = levels if item.get("many") else levels[0]
    return found


def _act_and_side(record: Mapping[str, Any]) -> tuple[str, str]:
    return str(record["act"]), str(record["side"])


def _in_order(record: Mapping[str, Any]) -> bool:
    """Whether the act comes before its decision and its year of counting: other records are refused (test_facts.py)."""
    years = [int(record["effective_date"][:4]), *([record["used_in_year"]] if "used_in_year" in record else [])]
    return "act_year" not in record or record["act_year"] <= min(years)


def _of_one_act(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Decisions on one act say the same of it: others are refused (test_scheme_facts.py). A year that another decision
    cannot bear is left out."""
    told: dict[tuple[str, str], Any] = {}
    found = []
    for record in records:
        alike = {**record, "act_agency": record.get("act_agency", "current")}
        for name in ("about", "act_agency", "act_year"):
            if name in alike:
                alike[name] = told.setdefault((record["act"], name), alike[name])
        found.append(alike if _in_order(alike) else {key: alike[key] for key in alike if key != "act_year"})
    return found


def _records() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "act": st.sampled_from(["HV1", "HV2"]),
            "form": st.sampled_from(["khien_trach", "canh_cao", "cach_chuc"]),
            "side": st.sampled_from(["administrative", "party"]),
            "effective_date": st.sampled_from(["2025-05-10", "2024-12-31", "2025-01-01"]),
            "about": st.sampled_from(["duty", "degradation", "other"]),
        },
        optional={
            "act_agency": st.sampled_from(["current", "former"]),
            "used_in_year": st.sampled_from([2023, 2024, 2025]),
            "act_year": st.sampled_from([2023, 2025]),
        },
    ).filter(_in_order)
