"""What the command line says of a case, the try-out page says too: each subject typed field by field as people do."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from thuocdo.engine import CaseResult, load_book, parse_case
from thuocdo.engine.cases import case_files, rate_file
from thuocdo.engine.facts import Discipline, SubjectFacts
from thuocdo.rulesets.fields import all_fields, read
from thuocdo.rulesets.scheme_fields import NOT_RATED
from thuocdo.web.rules.results import result_of
from thuocdo.web.rules.tryout import Side, Whom, side_of, tried

FILES = case_files()
SECTIONS = ("deductions", "grades", "tasks", "led", "defects", "votes", "time", "year")
"""Sections of which each key is one field; marks, facts, lists and relations are typed below."""


def typed(subject: SubjectFacts, result: CaseResult, many: set[str]) -> dict[str, str] | None:
    """The facts as texts by field; None for what no form takes: sheets of several markers, fractions, third decisions,
    products beyond four, scores that are not there."""
    data = subject.model_dump(exclude_none=True, exclude_unset=True)
    found = {f"marks.{key}": _figure(value) for key, value in data.get("marks", {}).items()}
    found |= {f"leadership_factors.{key}": str(value) for key, value in data.get("leadership_factors", {}).items()}
    for section in SECTIONS:
        for key, value in data.get(section, {}).items():
            if value is not False and key != "disciplines":
                found[f"{section}.{key}"] = _figure(value)
    found |= {f"facts.{key}": _figure(value) for key, value in data.get("facts", {}).items() if value is not False}
    if subject.products == ():
        found["products.none"] = "on"
    for number, item in enumerate(data.get("products", ()), start=1):
        keys = {key for key, value in item.items() if value not in (None, False)} - {"id", "name"}
        if number > 4 or keys - PRODUCT:
            return None
        found |= {f"products.{number}.{key}": _figure(item[key]) for key in keys}
    for part in ("months", "quarters"):
        for item in data.get(part, ()):
            score = None if item.get("score") is None else Fraction(str(item["score"]))
            if score is None or 100 % score.denominator:
                return None
            found[f"{part}.{item[part[:-1]]}"] = _figure(Decimal(score.numerator) / score.denominator)
    away: dict[str, Decimal] = {}
    for absence in subject.absences or ():
        away[absence.reason] = away.get(absence.reason, Decimal(0)) + absence.days
    found |= {f"absences.{reason}": _figure(days) for reason, days in away.items()}
    acts = subject.disciplines or (subject.year.disciplines if subject.year else ())
    found |= _decided(acts)
    for name, items in (subject.related or {}).items():
        outcomes = [None if item.id is None else result.outcomes[item.id] for item in items]
        levels = [
            NOT_RATED if item.not_rated or (found and found.kind == NOT_RATED) else found.level if found else item.level
            for item, found in zip(items, outcomes, strict=True)
        ]
        if None in levels or (items and not many and name not in many and len(items) > 1):
            return None
        if name in many:
            found |= {f"related.{name}.{code}": str(levels.count(code)) for code in {*levels, "good"}}
        elif levels:
            found[f"related.{name}"] = str(levels[0])
    return None if len(acts) > 2 or subject.member_marks or subject.subordinates is not None else found


PRODUCT = {"coefficient", "assigned", "completed", "quality_met", "on_time", "quality_errors", "late", "late_excused"}


def _figure(value: Any) -> str:
    text = f"{value:f}" if isinstance(value, Decimal) else "on" if value is True else str(value)
    return text.replace(".", ",")


def _decided(acts: Sequence[Discipline]) -> dict[str, str]:
    found = {}
    for number, item in enumerate(acts, start=1):
        at = f"disciplines.{number}"
        for key in ("form", "side", "about", "act_agency", "act_year", "used_in_year"):
            if getattr(item, key) is not None:
                found[f"{at}.{key}"] = str(getattr(item, key))
        found[f"{at}.effective_date"] = f"{item.effective_date:%d/%m/%Y}"
        if number == 2 and item.act == acts[0].act:
            found[f"{at}.act"] = "HV1"
    return found


NEEDED = ("marks.", "months.", "quarters.")
"""Where the form has no such field: a year whose form asks for the scores of its parts."""


def test_the_page_says_the_same() -> None:
    """Once for each shape of facts and decisions in the cases of all rulebooks: what came out, in words."""
    seen: set[Any] = set()
    differ: list[str] = []
    sides: dict[Any, Side] = {}
    for path in FILES:
        case = parse_case(path)
        key = case.rulebook
        if key is None:
            continue
        book = load_book(key, case.overlays)
        result = rate_file(case)
        for subject in case.subjects:
            whom = Whom(subject.kind, subject.leadership, case.period.kind, case.period.year, case.period.number or 1)
            where = (key, case.overlays, whom)
            if where not in sides:
                sides[where] = side_of(book, "", whom)
            side = sides[where]
            names = {spec.name for spec in all_fields(side.groups)}
            many = {name.split(".")[1] for name in names if name.startswith("related.") and name.count(".") == 2}
            fields = None if side.why_not else typed(subject, result, many)
            if fields is None or _unasked(set(fields) - names):
                continue
            shape = (*where, result.outcomes[subject.id].kind, frozenset(fields),
                     tuple(sorted((name, one.reading) for name, one in subject.decisions.items())))  # fmt: skip
            if shape in seen:
                continue
            seen.add(shape)
            facts = read(side.groups, {name: text for name, text in fields.items() if name in names})
            page = tried(side, whom, facts, {name: one.reading for name, one in subject.decisions.items()})
            wanted = result_of(book, result.outcomes[subject.id])
            got = page.result.line if page.result else page.refusal
            if facts.problems or got != wanted.line:
                differ.append(f"{path} {subject.id}: {facts.problems} {got} != {wanted.line}")
    assert differ == [], "\n".join(differ)
    assert len(seen) > 650
    decree = set().union(*(shape[4] for shape in seen if shape[0] == "state/nd-335-2025"))
    assert {"products.none", "months.4", "quarters.1", "disciplines.2.act", "disciplines.1.used_in_year"} <= decree
    assert sum("votes" in str(shape[0]) for shape in seen) > 20


def _unasked(names: set[str]) -> bool:
    return any(name.startswith(NEEDED) or name.endswith(".form") for name in names)
