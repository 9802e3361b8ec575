"""The levels that a subject of a round may be given."""

from datetime import date
from functools import lru_cache

from thuocdo.engine import select_rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rounds.books import rules_of
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rulesets import catalogue


def levels_for(round_: Round, one: RoundSubject) -> dict[str, str]:
    """The levels that the rulebook has for such a subject, by code; of civil servants and the like those of the State's
    rulebook that rates the year. None where the texts read have none."""
    return _of_book(rules_of(round_).book, one.kind, one.role) or _of_state(one.kind, one.role, round_)


def _of_book(book: SchemeBook, kind: str, role: str) -> dict[str, str]:
    fitting = (s for s in book.schemes if kind in s.subject_kinds and role in s.roles and "year" in s.periods)
    return {level.code: level.label for scheme in fitting for level in scheme.levels}


def _of_state(kind: str, role: str, round_: Round) -> dict[str, str]:
    if kind not in catalogue.PEOPLE:
        return {}
    first = date(round_.year, 1, 1)
    found = select_rulebook(kind, first, catalogue.roots(), rating_date=round_.rating_date)
    return _stated(found.rulebook, kind, role) if found.rulebook else {}


@lru_cache(maxsize=64)
def _stated(key: str, kind: str, role: str) -> dict[str, str]:
    book = catalogue.load_any(key)
    if isinstance(book, SchemeBook):
        return _of_book(book, kind, role)
    return {band.code: band.label for band in book.levels}
