"""PDF of a form with typst, and the doors to both formats (`to_pdf`, `to_docx`)."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import typst

from thuocdo.documents import model
from thuocdo.documents.decisions import DecisionPaper
from thuocdo.documents.fonts import form_fonts, printable
from thuocdo.documents.model import FormData, Mau01, Mau02, Report
from thuocdo.documents.word import to_docx

if TYPE_CHECKING:
    from thuocdo.documents.ballots import BallotPaper

__all__ = ["ballot_pdf", "decision_pdf", "to_docx", "to_pdf"]

TEMPLATES = {Mau01: "mau_01.typ", Mau02: "mau_02.typ", Report: "report.typ"}
_FOLDER = Path(__file__).parent
_LOCK = Lock()
_LONG_WORD = re.compile(r"(\S{30})(?=\S)")


def to_pdf(form: FormData) -> bytes:
    """A tagged PDF/A-2b of the form in Tinos; the same form gives the same bytes.

    Raises `Refusal("font_missing")` with the command to run where Tinos is not installed.
    """
    return _pdf(TEMPLATES[type(form)], form)


def decision_pdf(paper: DecisionPaper) -> bytes:
    """A tagged PDF/A-2b of a unit's list, notice or decision, as `to_pdf`."""
    return _pdf("decision.typ", paper)


def ballot_pdf(paper: "BallotPaper") -> bytes:
    """A tagged PDF/A-2b of a slip, a tally sheet or minutes, as `to_pdf`."""
    return _pdf("ballot.typ", paper)


def _pdf(template: str, form: "FormData | DecisionPaper | BallotPaper") -> bytes:
    data = json.dumps(_layout_data(form), ensure_ascii=False)
    day = form.made_on
    with _LOCK:
        result = _compiler().compile(
            input=_FOLDER / template,
            format="pdf",
            sys_inputs={"form": data},
            pdf_standards="a-2b",
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )
    if not isinstance(result, bytes):
        raise TypeError("typst returned no PDF")
    return result


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=_FOLDER, font_paths=form_fonts(), ignore_system_fonts=True)


def _layout_data(form: "FormData | DecisionPaper | BallotPaper") -> dict[str, Any]:
    data: dict[str, Any] = _texts(asdict(form), _fitting)
    data.setdefault("place_and_date", model.PLACE_AND_DATE)
    day = form.made_on
    data["made_on"] = {"year": day.year, "month": day.month, "day": day.day}
    data["notes_title"] = model.NOTES_TITLE
    return data


def _fitting(text: str) -> str:
    """The text in letters of the font, with a place to break inside words that no line could hold."""
    return _LONG_WORD.sub("\\1\u200b", printable(text))


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _texts(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(item, change) for item in value]
    return value
