"""Which rule binds whom, on a day: the nearest unit upwards that recorded a decision, else the law itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.engine import Rulebook
from thuocdo.engine.coverage import select_rulebook
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import forest, officer_units, on_day, roots_for_officer
from thuocdo.organisation.rules import Forest
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import Binding, RegulationText
from thuocdo.rulesets.rules import KIND_NAMES, RuleChoice, applies, missing
from thuocdo.rulesets.stored import is_stored

__all__ = ["BindingsPage", "RuleChoice", "bindings_page", "rule_for", "rules_for"]


def rules_for(
    asked: Collection[tuple[int, str]], on: date, tree: Forest | None = None
) -> dict[tuple[int, str], RuleChoice]:
    """The rule for each (unit id, kind of people). At most three queries; `tree` is that day's, if known."""
    tree = tree or forest(on)
    bindings = {(b.unit_id, b.subject_kind): b for b in Binding.objects.filter(on_day(on))}
    answers: dict[tuple[int | None, str], RuleChoice] = {}
    chosen: dict[tuple[int, str], RuleChoice] = {}
    for unit, kind in asked:
        here = next((bindings[u, kind] for u in tree.path(unit) if (u, kind) in bindings), None)
        key = (here.pk if here else None, kind)
        if key not in answers:
            answers[key] = _choice(here, kind, on)
        chosen[unit, kind] = answers[key]
    return chosen


def rule_for(unit: Unit | int, kind: str, on: date) -> RuleChoice:
    """The rule for one kind of people in one unit on a day."""
    unit_id = unit if isinstance(unit, int) else unit.pk
    return rules_for([(unit_id, kind)], on)[unit_id, kind]


def _choice(binding: Binding | None, kind: str, on: date) -> RuleChoice:
    if binding is None:
        selection = select_rulebook(kind, on, catalogue.roots())
        book = catalogue.load_any(selection.rulebook) if selection.rulebook is not None else None
        if not isinstance(book, Rulebook):  # who evaluates under schemes is for the agency to choose and to record
            return missing(selection)
        return applies(book, since=None, decided_by="", decision="", binding=None)
    if not binding.rulebook:
        return RuleChoice(None, (), None, None, binding.reason, "", binding.pk)
    book = catalogue.load_any(binding.rulebook, binding.overlays)
    return applies(book, since=binding.start, decided_by=binding.decided_by, decision=binding.reason,
                   binding=binding.pk)


@dataclass(frozen=True)
class KindRule:
    """One kind of people of a unit and the rule for it."""

    kind: str
    name: str
    rule: RuleChoice


@dataclass(frozen=True)
class UnitRules:
    """One unit over which the user is officer: the rule of each kind of people, and what was recorded
    here.
    """

    unit: Unit
    rules: list[KindRule]
    history: list[Binding]


@dataclass(frozen=True)
class BindingsPage:
    """The page of applicable rules: units, and the choices of its form."""

    units: list[UnitRules]
    choices: UnitChoice
    kinds: dict[str, str]
    rulebooks: list[catalogue.Book]
    overlays: tuple[str, ...]
    names: dict[str, str]


def bindings_page(user: User, on: date, typed: str = "", chosen: int = 0) -> BindingsPage:
    """The rules of the officer's units on a day. Constant queries."""
    inside = Unit.objects.filter(on_day(on), pk__in=officer_units(user, on))
    recorded: dict[int, list[Binding]] = {}
    rows = Binding.objects.filter(unit__in=inside).select_related("recorded_by")
    for binding in rows.order_by("-start", "subject_kind"):
        recorded.setdefault(binding.unit_id, []).append(binding)
    roots = {root.pk for root in roots_for_officer(user, on)}
    shown = list(inside.filter(pk__in=roots | recorded.keys()).order_by("order", "code"))
    found = rules_for([(u.pk, kind) for u in shown for kind in KIND_NAMES], on)
    units = [
        UnitRules(u, [KindRule(k, n, found[u.pk, k]) for k, n in KIND_NAMES.items()], recorded.get(u.pk, []))
        for u in shown
    ]
    own = {key for rows in recorded.values() for b in rows if b.start <= on for key in b.overlays if is_stored(key)}
    overlays = (*catalogue.overlays(), *sorted(own))
    return BindingsPage(
        units, choice(inside, typed, chosen), KIND_NAMES, catalogue.of_sheets(), overlays, _names(own)
    )


def _names(approved: Collection[str]) -> dict[str, str]:
    """What rulebooks and overlays are called, by key. One query."""
    names = {book.key: book.short_title for book in catalogue.books()}
    for parent, fits in catalogue.fitting().items():
        names |= {key: f"{title} (bổ sung {names[parent]})" for key, title in fits}
    return names | dict(RegulationText.objects.filter(key__in=approved).values_list("key", "title"))
