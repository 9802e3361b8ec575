"""Every scheme of every rulebook: the engine and the independent oracle agree on generated facts, zero tolerance."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import scheme_oracle
from tests.property.scheme_facts import subjects
from thuocdo.engine import CaseError, Period, list_rulebooks, load_book, parse_case, parse_subject, rate_case
from thuocdo.engine.loader import default_roots
from thuocdo.engine.many import brief_of, rate_many

OWN = Path(__file__).parents[1] / "rulebooks"
ROOTS = (OWN, *default_roots())
YEAR = 2025
PHASES = (Phase.explicit, Phase.generate)  # shrinking a whole file of facts takes minutes


def content(folder: Path) -> dict[str, Any]:
    """A rulebook of schemes as its TOML stands."""

    def read(path: Path) -> dict[str, Any]:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)

    open_file = folder / "open.toml"
    points = read(open_file) if open_file.is_file() else {}
    return {"schemes": [read(path) for path in sorted((folder / "schemes").glob("*.toml"))], **points}


def all_schemes() -> list[Any]:
    """(key, scheme id) of everything that gives a level."""
    found = []
    for key in list_rulebooks(ROOTS):
        folder = next(root / key for root in ROOTS if (root / key).is_dir())
        if (folder / "schemes").is_dir():
            found += [(key, item["id"]) for item in content(folder)["schemes"] if item.get("levels")]
    return [pytest.param(key, scheme, id=f"{key}:{scheme}") for key, scheme in found]


def period_of(scheme: dict[str, Any]) -> dict[str, Any]:
    kind = scheme["periods"][-1]
    return {"kind": kind, "year": YEAR} | ({} if kind == "year" else {"number": 1})


def folder_of(key: str) -> Path:
    return next(root / key for root in ROOTS if (root / key).is_dir())


def rated(key: str, period: dict[str, Any], people: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The engine's outcomes; None where it refuses a group's deductions that exceed its marks."""
    file = {"title": "Sinh ngẫu nhiên", "rulebook": key, "period": period, "subjects": people}
    try:
        return rate_case(load_book(key, (), ROOTS), parse_case(json.dumps(file).encode())).outcomes
    except CaseError as error:
        if "trừ" not in str(error):
            raise
        return None


def same(ours: Any, theirs: scheme_oracle.Verdict) -> None:
    assert (ours.kind.replace("scored", "rated"), ours.level or ours.band) == (theirs.kind, theirs.level), ours.reason
    if theirs.kind == "rated" and theirs.score is not None:
        assert ours.score == theirs.score


def together(key: str, period: dict[str, Any], people: list[dict[str, Any]], outcomes: dict[str, Any]) -> None:
    """All at once gives each what it gets alone."""
    subjects_ = [parse_subject(person) for person in people]
    found = rate_many(load_book(key, (), ROOTS), subjects_, Period(**period))
    assert found == [brief_of(outcomes[person["id"]]) for person in people]


@pytest.mark.parametrize(("key", "scheme_id"), all_schemes())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(data=st.data())
def test_the_engine_agrees_with_the_oracle(key: str, scheme_id: str, data: st.DataObject) -> None:
    raw = content(folder_of(key))
    scheme = next(item for item in raw["schemes"] if item["id"] == scheme_id)
    people = data.draw(st.lists(subjects(scheme), min_size=1, max_size=8))
    for number, person in enumerate(people):
        person["id"] = f"S{number}"
    outcomes = rated(key, period_of(scheme), people)
    if outcomes is not None:
        together(key, period_of(scheme), people, outcomes)
    for person in people if outcomes is not None else []:
        verdict = scheme_oracle.rate(raw, scheme_id, person, {}, YEAR, period_of(scheme))
        same(outcomes[person["id"]], verdict)  # type: ignore[index]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(data=st.data())
def test_a_tree_is_rated_from_the_bottom_up(data: st.DataObject) -> None:
    """Subjects name later ones as their units and collective; levels flow up as the oracle carries them, one by one."""
    key, raw = "test/every-kind", content(OWN / "test/every-kind")
    scheme = next(item for item in raw["schemes"] if item["id"] == "scored")
    people = data.draw(st.lists(subjects(scheme), min_size=2, max_size=9))
    for number, person in enumerate(people):
        person["id"] = f"S{number}"
        later = [f"S{n}" for n in range(number + 1, len(people))]
        if later:
            chosen = data.draw(st.lists(st.sampled_from(later), max_size=4, unique=True))
            person["related"]["units"] = [{"id": one} for one in chosen]
            person["related"]["collective"] = {"id": data.draw(st.sampled_from(later))}
    outcomes = rated(key, period_of(scheme), data.draw(st.permutations(people)))
    levels: dict[str, str | None] = {}
    for person in reversed(people if outcomes is not None else []):
        verdict = scheme_oracle.rate(raw, "scored", person, levels, YEAR, period_of(scheme))
        levels[person["id"]] = "" if verdict.kind == "not_rated" else verdict.level
        same(outcomes[person["id"]], verdict)  # type: ignore[index]
