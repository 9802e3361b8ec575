"""“Ngày nào, ai, ở đâu → quy tắc nào”: what selection answers, one line for each procedure a person falls under."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict

from thuocdo.engine import Selection, select_all, select_rulebook
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.fact_words import first_upper
from thuocdo.rulesets.fields import read_day
from thuocdo.web.forms import Problem
from thuocdo.web.rules.rows import PLACES, PROCEDURES, SUBJECTS

ROLE_NAMES: tuple[Role, ...] = ("none", "head", "deputy")
PERIOD_KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "half_year", "year")
_ANSWERS = {"": None, "co": True, "chua": False}


@dataclass(frozen=True)
class Asked:
    """What was asked, as typed and as read; `problems` name the fields that cannot be read."""

    kinds: tuple[str, ...]
    on: date | None
    on_text: str
    rated_text: str
    rated: date | None
    place: str
    own: str
    role: Role | None
    period: PeriodKind | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Answer:
    """One procedure that one kind of subject falls under, with its rulebook or what is missing."""

    who: str
    procedure: str
    selection: Selection
    title: str


def read_asked(query: QueryDict, today: date) -> Asked:
    """Read the question; a day that is not typed is today."""
    problems: list[Problem] = []
    on_text = query.get("ngay", f"{today:%d/%m/%Y}")
    rated_text = query.get("ngay-xep-loai", "")
    on = _day(on_text, "ngay", "Ngày", problems)
    rated = _day(rated_text, "ngay-xep-loai", "Ngày xếp loại", problems) if rated_text else None
    kinds = tuple(kind for kind in query.getlist("ai") if kind in SUBJECTS)
    if query.getlist("ai") and not kinds:
        problems.append(Problem("Không có đối tượng này. Hãy chọn trong danh sách.", "ai-civil_servant"))
    if "ngay" in query and not query.getlist("ai"):
        problems.append(Problem("Hãy chọn ít nhất một đối tượng.", "ai-civil_servant"))
    own = query.get("quy-che-don-vi", "")
    place = query.get("noi", "")
    role = next((r for r in ROLE_NAMES if r == query.get("vai-tro")), None)
    period = next((p for p in PERIOD_KINDS if p == query.get("ky")), None)
    own = own if own in _ANSWERS else ""
    return Asked(kinds, on, on_text, rated_text, rated, place, own, role, period, tuple(problems))


def _day(text: str, field: str, label: str, problems: list[Problem]) -> date | None:
    found = read_day(text)
    if found is None:
        problems.append(
            Problem(f"{label} “{text[:20]}” không đọc được. Hãy ghi dạng ngày/tháng/năm, ví dụ 01/07/2026.", field)
        )
    return found


def answers(asked: Asked) -> list[Answer]:
    """One line for each procedure that a chosen kind falls under; a kind nobody knows gets one line saying so."""
    if asked.on is None or asked.problems:
        return []
    titles = {book.key: book.title for book in catalogue.books()}
    found: list[Answer] = []
    for kind in asked.kinds:
        selections = select_all(
            [kind],
            asked.on,
            catalogue.roots(),
            place=asked.place,
            rating_date=asked.rated,
            own_regulation=_ANSWERS[asked.own],
            role=asked.role,
            period=asked.period,
        ) or (select_rulebook(kind, asked.on, catalogue.roots()),)
        found += [
            Answer(
                first_upper(SUBJECTS[kind]), PROCEDURES[s.procedure], s, titles.get(s.rulebook or s.by_choice or "", "")
            )
            for s in selections
        ]
    return found


def assumed_in(found: Iterable[Answer], on: date | None) -> list[tuple[str, tuple[str, ...]]]:
    """What each rulebook among the answers takes for granted on the day where its sources say nothing, by its title."""
    if on is None:
        return []
    after = on + timedelta(days=1)
    books = {book.key: book for book in catalogue.books() if isinstance(book, SchemeBook)}
    keys = dict.fromkeys(key for a in found if (key := a.selection.rulebook or a.selection.by_choice or "") in books)
    found_of = {key: [one.label for one in books[key].book.assumed if one.touches(on, after)] for key in keys}
    return [(books[key].title, tuple(labels)) for key, labels in found_of.items() if labels]


def places() -> list[tuple[str, str]]:
    """Localities with an instrument of their own, with their names."""
    found = {b.book.place for b in catalogue.books() if isinstance(b, SchemeBook) and b.book.place}
    return sorted((place, PLACES.get(place, place)) for place in found)
