"""Local rulebooks: how sure we are is written down, open places have cases, 80 points mean what each place says."""

import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from thuocdo.engine import list_overlays, list_rulebooks
from thuocdo.engine.case_io import parse_case
from thuocdo.engine.cases import rate_file
from thuocdo.engine.loader import default_roots, load_book, overlay_parent
from thuocdo.engine.schema import OpenPoint
from thuocdo.engine.schemes.book import SchemeBook

ROOT = default_roots()[0]
LOCAL = [key for key in list_rulebooks() if key.startswith("local/")]


def _book(key: str, *overlays: str) -> SchemeBook:
    book = load_book(key, overlays)
    assert isinstance(book, SchemeBook)
    return book


def _cases(folder: Path) -> list[dict[str, Any]]:
    return [tomllib.loads(path.read_text("utf-8"), parse_float=Decimal) for path in folder.glob("cases/*.toml")]


def _rating(key: str) -> list[OpenPoint]:
    """Points that a rating meets; what is open about petitions is asked where one is answered (test_reopening)."""
    return [one for one in _book(key).open_points if set(one.places) != {"procedure.petition.authority"}]


def test_there_are_the_local_rulebooks_that_were_asked_for() -> None:
    places = {_book(key).book.place for key in LOCAL}
    assert places == {"ha-noi", "phu-tho", "tp-hcm", "da-nang", "khanh-hoa", "hai-phong"}
    assert len(LOCAL) >= 15


@pytest.mark.parametrize("key", LOCAL)
def test_no_local_text_claims_to_be_read_in_full_and_the_unknown_is_listed(key: str) -> None:
    book = _book(key).book
    assert book.unknown
    assert not [a.ref for i in book.instruments for a in i.articles if a.confidence == "H"]


@pytest.mark.parametrize("key", LOCAL)
def test_an_inferred_reading_is_never_the_only_one(key: str) -> None:
    for point in _rating(key):
        assert not [r.id for r in point.readings if r.confidence == "I"] or len(point.readings) > 1, point.id


@pytest.mark.parametrize("key", LOCAL)
def test_every_open_point_is_asked_in_a_case_or_settled_by_an_example(key: str) -> None:
    asked: set[str] = set()
    for case in _cases(ROOT / key):
        for subject in case["subjects"]:
            asked |= set(subject.get("expect", {}).get("open_points", ()))
    for overlay in list_overlays():
        if overlay_parent(overlay) == key:
            settled = _book(key, overlay)
            asked |= set(settled.settled)
            asked |= {point.id for point in _book(key).open_points if set(point.places) <= set(settled.filled)}
    silent = {"bound_85", "bound_80", "part_maxima"} if key == "local/da-nang-2013" else set()
    assert {point.id for point in _rating(key)} - asked == silent


EIGHTY: Mapping[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "local/ha-noi-3814-2018": (
        {"kind": "month", "year": 2019, "number": 5},
        {"marks": {"discipline": 20, "results": 60}},
        "good",
    ),
    "local/tp-hcm-4631-2018": (
        {"kind": "quarter", "year": 2018, "number": 4},
        {
            "marks": {"discipline": 10, "competence": 20},
            "facts": {"on_time_quality": 10},
            "tasks": {"assigned": 10, "done": 10},
        },
        "excellent",
    ),
    "local/da-nang-2013": ({"kind": "month", "year": 2014, "number": 3}, {"marks": {"total": 80}}, "good"),
}


@pytest.mark.parametrize("key", EIGHTY)
def test_eighty_points_mean_what_each_place_says(key: str) -> None:
    period, facts, level = EIGHTY[key]
    subject = {"id": "CB1", "kind": "civil_servant", **facts}
    text = json.dumps({"title": "80 điểm", "rulebook": key, "period": period, "subjects": [subject]})
    outcome = rate_file(parse_case(text.encode())).outcomes["CB1"]
    assert outcome.kind == "rated"
    assert outcome.score == Fraction(80)
    assert outcome.level == level
