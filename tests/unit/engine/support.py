"""Facts and rulebooks that the engine's tests build on."""

from pathlib import Path
from shutil import copytree
from typing import Any

from thuocdo.engine import Outcome, Period, Rulebook, load_rulebook, parse_subject, rate_subject
from thuocdo.engine.loader import default_roots

KEY = "state/nd-335-2025"
WARD = "overlays/vi-du-phuong"
BOOK = load_rulebook(KEY)
WARD_BOOK = load_rulebook(KEY, [WARD])
MARCH = Period(kind="month", year=2026, number=3)
YEAR = Period(kind="year", year=2026)
FULL = {item.slug: str(item.max) for item in BOOK.criteria}


def product(name: str = "SP1", **changes: Any) -> dict[str, Any]:
    """A product line of four, all done."""
    line = {"id": name, "coefficient": 1, "assigned": 4, "completed": 4, "quality_met": 4, "on_time": 4}
    return {**line, **changes}


def month(**changes: Any) -> dict[str, Any]:
    """A civil servant with full marks and one product all done."""
    return {"id": "A", "kind": "civil_servant", "marks": FULL, "products": [product()], **changes}


def year(score: str = "80", **changes: Any) -> dict[str, Any]:
    """A civil servant with twelve equal months."""
    months = [{"month": number, "score": score} for number in range(1, 13)]
    return {"id": "A", "kind": "civil_servant", "months": months, "year": {"months_worked": 12}, **changes}


def short_year(worked: object, scored: int, score: str = "95", **changes: Any) -> dict[str, Any]:
    """A civil servant who was employed only in the first months of the year."""
    months = [
        {"month": n, "score": score} if n <= scored else {"month": n, "not_scored": "not_employed"}
        for n in range(1, 13)
    ]
    return year(months=months, year={"months_worked": worked}, **changes)


def rate(facts: dict[str, Any], period: Period = MARCH, book: Rulebook = BOOK) -> Outcome:
    return rate_subject(book, parse_subject(facts), period)


def copy_of_rulebooks(folder: Path) -> Path:
    """A root of one's own that a test may break."""
    root = folder / "rulebooks"
    copytree(default_roots()[0], root)
    return root


def edit(path: Path, old: str, new: str) -> None:
    """Replace text that must be there, once."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
