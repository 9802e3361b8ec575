"""Which rule binds whom, on a day and in a kind of period: the nearest unit upwards that recorded a decision, else the
law itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from thuocdo.accounts.models import User
from thuocdo.engine import Rulebook
from thuocdo.engine.coverage import select_rulebook
from thuocdo.engine.schema import PeriodKind
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import forest, officer_units, on_day, roots_for_officer
from thuocdo.organisation.rules import Forest
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.catalogue import SPANS
from thuocdo.rulesets.models import Binding, RegulationText
from thuocdo.rulesets.periods import WORDS, Held, by_place, nearest, spans_of, words
from thuocdo.rulesets.rules import KIND_NAMES, RuleChoice, applies, missing
from thuocdo.rulesets.stored import is_stored

__all__ = ["BindingsPage", "RuleChoice", "bindings_page", "every_rule", "rule_for", "rules_for"]


def rules_for(
    asked: Collection[tuple[int, str]], on: date, period: str, tree: Forest | None = None
) -> dict[tuple[int, str], RuleChoice]:
    """The rule for each (unit id, kind of people) in a `period` (month, quarter, year). At most three queries; `tree`
    is that day's, if known."""
    tree = tree or forest(on)
    return _chosen(asked, on, period, tree, by_place(Binding.objects.filter(on_day(on))))


def every_rule(asked: Collection[tuple[int, str]], on: date) -> dict[str, dict[tuple[int, str], RuleChoice]]:
    """The same by kind of period, `parts` (months and quarters) and `year`. At most three queries."""
    tree, held = forest(on), by_place(Binding.objects.filter(on_day(on)))
    return {SPANS[period]: _chosen(asked, on, period, tree, held) for period in ("month", "year")}


def rule_for(unit: Unit | int, kind: str, on: date, period: str = "month") -> RuleChoice:
    """The rule for one kind of people in one unit on a day."""
    unit_id = unit if isinstance(unit, int) else unit.pk
    return rules_for([(unit_id, kind)], on, period)[unit_id, kind]


def _chosen(
    asked: Collection[tuple[int, str]], on: date, period: str, tree: Forest, held: Held
) -> dict[tuple[int, str], RuleChoice]:
    answers: dict[tuple[int | None, str], RuleChoice] = {}
    chosen: dict[tuple[int, str], RuleChoice] = {}
    for unit, kind in asked:
        here = nearest(held, tree.path(unit), kind, SPANS[period])
        other = here or next((b for u in tree.path(unit) for b in held.get((u, kind), ())), None)
        key = (other.pk if other else None, kind)
        if key not in answers:
            answers[key] = _choice(here, kind, on, period, other)
        chosen[unit, kind] = answers[key]
    return chosen


def _choice(binding: Binding | None, kind: str, on: date, period: str, other: Binding | None) -> RuleChoice:
    """The rule of the binding, or of the law; `other` is what was bound for another kind of period."""
    if binding is None:
        selection = select_rulebook(kind, on, catalogue.roots(), period=cast(PeriodKind, period))
        book = catalogue.load_any(selection.rulebook) if selection.rulebook is not None else None
        if not isinstance(book, Rulebook):  # who evaluates under schemes is for the agency to choose and to record
            return missing(selection, f"{_only_for(other)} " if other is not None else "")
        return applies(book, since=None, decided_by="", decision="", binding=None)
    if not binding.rulebook:
        return RuleChoice(None, (), None, None, binding.reason, "", binding.pk)
    book = catalogue.load_any(binding.rulebook, binding.overlays)
    return applies(book, since=binding.start, decided_by=binding.decided_by, decision=binding.reason,
                   binding=binding.pk)


def _only_for(other: Binding) -> str:
    return f"Quy định đã ghi từ {other.start:%d/%m/%Y} chỉ dùng cho kỳ {words(spans_of(other))}."


@dataclass(frozen=True)
class KindRule:
    """One kind of people of a unit and the rule for it. `periods`: for which kind of period; empty for all."""

    kind: str
    name: str
    rule: RuleChoice
    periods: str = ""


@dataclass(frozen=True)
class Recorded:
    """One decision as it was recorded, and for which kinds of period it holds."""

    binding: Binding
    periods: str


@dataclass(frozen=True)
class UnitRules:
    """One unit over which the user is officer: the rule of each kind of people, and what was recorded
    here.
    """

    unit: Unit
    rules: list[KindRule]
    history: list[Recorded]


@dataclass(frozen=True)
class BindingsPage:
    """The page of applicable rules: units, and the choices of its form; rulebooks with their kinds of period, and the
    overlays written for one of them."""

    units: list[UnitRules]
    choices: UnitChoice
    kinds: dict[str, str]
    rulebooks: list[tuple[catalogue.Book, str]]
    periods: dict[str, str]
    overlays: tuple[str, ...]
    names: dict[str, str]
    on: date


def bindings_page(user: User, on: date, typed: str = "", chosen: int = 0) -> BindingsPage:
    """The rules of the officer's units on a day. Constant queries."""
    inside = Unit.objects.filter(on_day(on), pk__in=officer_units(user, on))
    recorded: dict[int, list[Binding]] = {}
    rows = Binding.objects.filter(unit__in=inside).select_related("recorded_by")
    for binding in rows.order_by("-start", "subject_kind", "pk"):
        recorded.setdefault(binding.unit_id, []).append(binding)
    roots = {root.pk for root in roots_for_officer(user, on)}
    shown = list(inside.filter(pk__in=roots | recorded.keys()).order_by("order", "code"))
    found = every_rule([(u.pk, kind) for u in shown for kind in KIND_NAMES], on)
    units = [
        UnitRules(
            u,
            [line for kind in KIND_NAMES for line in _lines(kind, {span: found[span][u.pk, kind] for span in found})],
            [Recorded(b, words(spans_of(b))) for b in recorded.get(u.pk, [])],
        )
        for u in shown
    ]
    own = {key for rows in recorded.values() for b in rows if b.start <= on for key in b.overlays if is_stored(key)}
    fitting, offered = catalogue.fitting(), catalogue.of_sheets()
    shipped = [key for book in offered for key, _ in fitting.get(book.key, ())]
    overlays = (*shipped, *sorted(own))
    books = [(book, words(frozenset().union(*catalogue.sheet_spans(book).values()))) for book in offered]
    return BindingsPage(units, choice(inside, typed, chosen), KIND_NAMES, books, WORDS, overlays, _names(own), on)


def _lines(kind: str, by_span: Mapping[str, RuleChoice]) -> list[KindRule]:
    """One line where all kinds of period have the same rule, else one for each."""
    name = KIND_NAMES[kind]
    if len(set(by_span.values())) == 1:
        return [KindRule(kind, name, next(iter(by_span.values())))]
    return [KindRule(kind, name, rule, WORDS[span]) for span, rule in by_span.items()]


def _names(approved: Collection[str]) -> dict[str, str]:
    """What rulebooks and overlays are called, by key. One query."""
    names = {book.key: book.short_title for book in catalogue.books()}
    for parent, fits in catalogue.fitting().items():
        names |= {key: f"{title} (bổ sung {names[parent]})" for key, title in fits}
    return names | dict(RegulationText.objects.filter(key__in=approved).values_list("key", "title"))
