"""Rulebooks of the NĐ 335 shape that leave out what NĐ 335 has: no ceiling, no shortest time, no dating, no factors."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.schemes.small import small
from tests.unit.engine.support import BOOK, KEY, YEAR, copy_of_rulebooks, month, rate, short_year, year
from thuocdo.engine import (
    CaseError,
    CaseResult,
    Rulebook,
    RulebookError,
    canonical_json,
    compare_books,
    load_rulebook,
    parse_case,
    rate_case,
)

RAISED = {"agency": "CQ", "by": "Chủ tịch", "reason": "thành tích"}


def changed(**parts: Any) -> Rulebook:
    return replace(BOOK, book=BOOK.book.model_copy(update=parts))


def discipline(**facts: Any) -> dict[str, Any]:
    record = {"act": "H", "form": "khien_trach", "side": "party", "about": "duty", "effective_date": "2026-03-01"}
    return year("95", year={"months_worked": 12, "disciplines": [{**record, **facts}]})


def test_without_a_ceiling_a_head_may_stand_above_the_organisation() -> None:
    facts = year("95", leadership="head", year={"months_worked": 12, "organisation_level": "complete"})
    assert rate(facts, YEAR).level == "complete"
    free = rate(facts, YEAR, changed(ceiling=None))
    assert (free.kind, free.level) == ("rated", "excellent")
    assert not [item for item in free.findings if item.rule == "ceiling"]


def test_without_a_shortest_time_only_the_mean_is_asked() -> None:
    facts = short_year(5, 5)
    assert rate(facts, YEAR).kind == "not_rated"
    free = rate(facts, YEAR, changed(absence=None))
    assert free.kind == "needs_decision"
    assert [point.id for point in free.open_points] == ["partial_period"]
    assert not [item for item in free.findings if item.rule == "absence"]


@pytest.mark.parametrize(
    ("facts", "with_dating"),
    [
        (discipline(act_agency="former"), "excellent"),
        (discipline(used_in_year=2025), "excellent"),
        (discipline(), "incomplete"),
    ],
)
def test_without_dating_every_decision_of_the_year_counts(facts: dict[str, Any], with_dating: str) -> None:
    assert rate(facts, YEAR).level == with_dating
    assert rate(facts, YEAR, changed(dating=())).level == "incomplete"


def test_an_act_in_two_years_counts_in_both_without_dating() -> None:
    act = {"act": "H", "form": "khien_trach", "side": "party", "about": "duty"}
    dates = [{**act, "effective_date": day} for day in ("2025-11-01", "2026-03-01")]
    facts = year("95", year={"months_worked": 12, "disciplines": dates})
    assert rate(facts, YEAR).kind == "needs_decision"
    assert rate(facts, YEAR, changed(dating=())).level == "incomplete"


def test_the_comparison_names_what_is_left_out() -> None:
    bare = changed(ceiling=None, absence=None)
    gone = {item.path: item.after_vi for item in compare_books(BOOK, bare)}
    assert gone == {"absence": "không có", "ceiling": "không có"}
    full, less = ({d.path for d in compare_books(small(), book)} for book in (BOOK, bare))
    assert full - less == {"monthly.limits.ceiling", "monthly.not_rated.absence"}
    assert less - full == set()


def quota_of(scopes: tuple[str, ...]) -> CaseResult:
    quota = BOOK.book.quotas[0].model_copy(update={"scopes": scopes})
    people = [year("80", id=f"A{n}", agency="CQ", group="nhom") for n in range(5)] + [year("80", id="B", agency="CQ")]
    case = {"title": "t", "period": {"kind": "year", "year": 2026}, "subjects": people, "quota_raises": [RAISED]}
    return rate_case(changed(quotas=(quota,)), parse_case(canonical_json(case).encode()))


def test_a_quota_is_counted_in_its_scopes_alone() -> None:
    assert [(cell.agency, cell.group, cell.base) for cell in quota_of(("group",)).quotas] == [("CQ", "nhom", 5)]
    assert [(cell.agency, cell.group, cell.base) for cell in quota_of(("agency",)).quotas] == [("CQ", None, 6)]


def test_without_factors_of_leaders_a_head_is_rated_by_the_products(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    path = root / KEY / "results.toml"
    text = path.read_text(encoding="utf-8")
    cites = '"nd-335/15.1", "nd-335/15.3", "nd-335/15.4", '
    rest = text[text.index("[total]") :].replace('cite = ["nd-335/12.3"', f'cite = [{cites}"nd-335/12.3"')
    path.write_text(text[: text.index("[factors]")] + rest, encoding="utf-8")
    book = load_rulebook(KEY, (), [root])
    assert book.book.factors is None
    head = month(leadership="head")
    assert rate(head).kind == "needs_decision"
    free = rate(head, book=book)
    assert (free.kind, free.score) == ("scored", Fraction(100))


def test_a_list_of_nothing_is_refused(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    path = root / KEY / "quotas.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('scopes = ["agency", "group"]', "scopes = []"), encoding="utf-8")
    with pytest.raises(RulebookError, match="có quá ít mục, tối thiểu 1"):
        load_rulebook(KEY, (), [root])


@pytest.mark.parametrize("key", ["disciplines", "tasks", "facts"])
def test_facts_that_only_schemes_read_are_refused(key: str) -> None:
    given = {
        "disciplines": [
            {"act": "H", "form": "khien_trach", "side": "party", "about": "duty", "effective_date": "2026-03-01"}
        ],
        "tasks": {"assigned": 1},
        "facts": {"degradation": True},
    }
    with pytest.raises(CaseError, match=rf"{key}.*không dùng dữ kiện này.*ghi ở year"):
        rate(year("95", **{key: given[key]}), YEAR)
