"""Small rulebooks of schemes made in the test itself, and cases for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from thuocdo.engine import CaseResult, Outcome, SchemeBook, parse_case, rate_case
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.schema import SchemeBookFile

DAY = date(2020, 1, 1)
YEAR = {"kind": "year", "year": 2025}
CITED = {"cite": "t/1", "since": DAY}


def c(**keys: Any) -> dict[str, Any]:
    """A cited rule."""
    return {**CITED, **keys}


def level(code: str, *when: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return c(code=code, label=f"Mức {code}", abbr=code[:2].upper(), when=list(when), **keys)


def score_from(bound: Any, **keys: Any) -> dict[str, Any]:
    return {"test": "score", "label": f"Từ {bound}", "at_least": bound, **keys}


def flag(fact: str, **keys: Any) -> dict[str, Any]:
    return {"test": "flag", "id": fact, "label": f"Có {fact}", "fact": fact, **keys}


def share(name: str, part: str, of: Any, **bounds: Any) -> dict[str, Any]:
    whole = [of] if isinstance(of, str) and of != "open" else of
    return {"test": "share", "id": name, "label": name, "part": [part], "of": whole, **bounds}


def group(slug: str, most: Any, **keys: Any) -> dict[str, Any]:
    return c(slug=slug, label=f"Nhóm {slug}", max=most, **keys)


def flags(*names: str) -> list[dict[str, Any]]:
    return [c(id=name, label=f"Có {name}", kind="flag") for name in names]


FOUR = (
    level("excellent", score_from(90)),
    level("good", score_from(70)),
    level("complete", score_from(50)),
    level("incomplete", otherwise=True),
)


def scheme(**keys: Any) -> dict[str, Any]:
    """A scheme of four levels over one group of 100 points, changed by `keys`."""
    plain = c(
        id="s",
        label="Khung",
        subject_kinds=["civil_servant", "collective", "unit", "agency"],
        periods=["year", "quarter", "month"],
        score=c(label="Tổng", max=100, groups=[group("all", 100)]),
        levels=list(FOUR),
    )
    return {**plain, **keys}


def book(*schemes: dict[str, Any], points: Sequence[dict[str, Any]] = (), **keys: Any) -> SchemeBook:
    """A loaded rulebook with one article that everything cites."""
    data = {
        "key": "test/made",
        "title": "Bộ thử",
        "short_title": "Bộ thử",
        "version": "1",
        "since": DAY,
        "procedure_kind": "state",
        "key_date": "period_start",
        "instruments": [
            {
                "id": "t",
                "title": "Văn bản",
                "name": "Văn bản thử",
                "number": "1",
                "issuer": "Cơ quan",
                "issued": DAY,
                "since": DAY,
                "articles": [{"ref": "1", "text": "Điều 1", "source": "thử", "confidence": "H"}],
            }
        ],
        "schemes": list(schemes or (scheme(),)),
        "points": list(points),
        **keys,
    }
    article = Citation("t/1", "Văn bản thử", "Điều 1", "H", "thử")
    return SchemeBook("test/made", (), "hash", SchemeBookFile.model_validate(data), {"t/1": article}, {}, {}, {})


def point(name: str, places: Sequence[str], **readings: dict[str, Any]) -> dict[str, Any]:
    """An open point; each reading by its id and what it writes."""
    listed = [
        {"id": key, "label": f"Hiểu là {key}", "source": "thử", "confidence": "I", "set": value}
        for key, value in readings.items()
    ]
    return c(id=name, question=f"Câu hỏi {name}?", places=list(places), readings=listed)


def person(name: str = "A", **facts: Any) -> dict[str, Any]:
    return {"id": name, "kind": "civil_servant", **facts}


def run(made: SchemeBook, *people: dict[str, Any], period: dict[str, Any] = YEAR, **keys: Any) -> CaseResult:
    """Rate a file of these subjects."""
    file = {"title": "Thử", "period": period, "subjects": list(people), **keys}
    return rate_case(made, parse_case(json.dumps(file, default=str).encode()))


def one(made: SchemeBook, period: dict[str, Any] = YEAR, **facts: Any) -> Outcome:
    """The outcome of one civil servant."""
    return run(made, person(**facts), period=period).outcomes["A"]


def decided(reading: str) -> dict[str, str]:
    return {"reading": reading, "by": "Chủ tịch", "reason": "Có lý do"}
