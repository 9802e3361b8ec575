"""The engine: loads rulebooks, rates facts exactly, explains every number. Knows no Vietnamese
institution.
"""

from thuocdo.engine.case_io import canonical_json, parse_case, parse_frozen, parse_subject
from thuocdo.engine.comparing import Difference, compare_books
from thuocdo.engine.convert import columns_from_subjects
from thuocdo.engine.coverage import Selection, select_all, select_rulebook
from thuocdo.engine.errors import CaseError, RulebookError
from thuocdo.engine.facts import Case, Period, SubjectFacts
from thuocdo.engine.loader import list_overlays, list_rulebooks, load_book, load_rulebook
from thuocdo.engine.outcome import CaseResult, Finding, OpenQuestion, Outcome, QuotaCell, ReadingResult
from thuocdo.engine.plan import compile_plan
from thuocdo.engine.rate import OutcomeColumns, rate_columns
from thuocdo.engine.rating import rate_case, rate_selected
from thuocdo.engine.rulebook import Citation, PointOfLaw, Reading, Rulebook, Settlement
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.single import rate_subject
from thuocdo.engine.variants import load_variant

ENGINE_VERSION = "1"

__all__ = [
    "ENGINE_VERSION",
    "Case",
    "CaseError",
    "CaseResult",
    "Citation",
    "Difference",
    "Finding",
    "OpenQuestion",
    "Outcome",
    "OutcomeColumns",
    "Period",
    "PointOfLaw",
    "QuotaCell",
    "Reading",
    "ReadingResult",
    "Rulebook",
    "RulebookError",
    "SchemeBook",
    "Selection",
    "Settlement",
    "SubjectFacts",
    "canonical_json",
    "columns_from_subjects",
    "compare_books",
    "compile_plan",
    "list_overlays",
    "list_rulebooks",
    "load_book",
    "load_rulebook",
    "load_variant",
    "parse_case",
    "parse_frozen",
    "parse_subject",
    "rate_case",
    "rate_columns",
    "rate_selected",
    "rate_subject",
    "select_all",
    "select_rulebook",
]
