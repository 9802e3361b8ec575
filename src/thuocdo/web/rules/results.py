"""Outcomes in words: what came out for a subject, and the rules that gave it."""

from dataclasses import dataclass

from thuocdo.engine import Case, CaseResult, Finding, OpenQuestion, Outcome, rate_case
from thuocdo.engine.facts import Expect
from thuocdo.engine.rulebook import Rulebook
from thuocdo.kernel.exact import decimal_vi, parse_fraction
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.fact_words import COMMON_LEVELS, first_upper

KINDS = {
    "scored": "có điểm",
    "rated": "được xếp loại",
    "not_rated": "không xếp loại",
    "needs_decision": "cần quyết định",
}
QUIET = frozenset({"not_triggered", "within"})


@dataclass(frozen=True)
class Result:
    """What came out for one subject: in one line, why not where there is nothing, and the rules in order."""

    id: str
    name: str
    kind: str
    line: str
    reason: str
    findings: tuple[Finding, ...]
    quiet: tuple[Finding, ...]
    open_points: tuple[OpenQuestion, ...]


def result_of(book: catalogue.Book, outcome: Outcome, name: str = "") -> Result:
    """An outcome in words; findings that changed nothing are apart."""
    loud = tuple(f for f in outcome.lines if f.effect not in QUIET)
    quiet = tuple(f for f in outcome.lines if f.effect in QUIET)
    return Result(
        outcome.id, name or outcome.id, outcome.kind, line_of(book, outcome), outcome.reason, loud, quiet,
        outcome.open_points,
    )  # fmt: skip


def line_of(book: catalogue.Book, outcome: Outcome) -> str:
    """An outcome in one line: kind, score, level."""
    parts = [KINDS[outcome.kind]]
    if outcome.score is not None:
        parts.append(f"{decimal_vi(outcome.score)} điểm")
    code = outcome.level or outcome.band
    if code:
        parts.append(f"{'mức' if outcome.level else 'mức tương ứng'} “{level_name(book, code)}”")
    return first_upper(", ".join(parts))


def level_name(book: catalogue.Book, code: str) -> str:
    """The label that a rulebook gives to a level; the common one where it gives none."""
    if isinstance(book, Rulebook):
        return next((band.label for band in book.bands if band.code == code), code)
    labels = (level.label for scheme in book.schemes for level in scheme.levels if level.code == code)
    return next(labels, COMMON_LEVELS.get(code, code))


def expected(book: catalogue.Book, expect: Expect) -> str:
    """What a case expects, in one line."""
    parts = [KINDS[expect.outcome]]
    if expect.score is not None:
        parts.append(f"{decimal_vi(parse_fraction(expect.score))} điểm")
    code = expect.level or expect.band
    if code:
        parts.append(f"{'mức' if expect.level else 'mức tương ứng'} “{level_name(book, code)}”")
    if expect.reason:
        parts.append(f"lý do có “{expect.reason}”")
    if expect.open_points:
        parts.append(f"còn điểm luật để ngỏ: {' '.join(_question(book, point) for point in expect.open_points)}")
    return first_upper(", ".join(parts))


def _question(book: catalogue.Book, point_id: str) -> str:
    """An open point in words; a further point of an overlay that the book alone does not have, by its id."""
    if isinstance(book, Rulebook):
        return next((p.question_vi for p in book.open_points if p.id == point_id), point_id)
    return next((p.question for p in book.open_points if p.id == point_id), point_id)


def rate(book: catalogue.Book, case: Case) -> CaseResult:
    """Rate a case by a loaded rulebook of either shape. Raises CaseError."""
    return rate_case(book, case)
