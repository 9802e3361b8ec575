"""Compiles a scheme once per loaded rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast, get_args

from thuocdo.engine.blocks.triggers import ABOUT, SIDES
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.scheme_facts import REASONS
from thuocdo.engine.schemes import nodes, paths, schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.nodes import WORDS, Bound, Waits
from thuocdo.engine.schemes.plan import (
    LEVEL_ORDER,
    ROLES,
    WHOLE_SECTIONS,
    GroupPlan,
    LevelRule,
    LimitRule,
    Location,
    NotRatedRule,
    RollUpPlan,
    ScalePlan,
    SchemePlan,
    Slot,
    TriggerRule,
)
from thuocdo.engine.schemes.readings import content_of
from thuocdo.kernel.exact import scaled

NONE: Waits = frozenset()
OPEN = "open"
FORMS: tuple[str, ...] = get_args(schema.Form)


@lru_cache(maxsize=256)
def compile_scheme(book: SchemeBook, scheme_id: str) -> SchemePlan:
    """The plan of one scheme; raises KeyError for an unknown scheme."""
    return _Compiler(book, book.scheme(scheme_id)).plan()


class _Compiler:
    def __init__(self, book: SchemeBook, scheme: schema.Scheme) -> None:
        self.book, self.scheme = book, scheme
        self.kinds = {item.id: item.kind for item in scheme.facts}
        self.codes = tuple(level.code for level in scheme.levels)
        self.order = LEVEL_ORDER if set(self.codes) <= set(LEVEL_ORDER) else self.codes
        self.nodes: dict[nodes.Node, int] = {}
        self.at: dict[Location, int] = {}
        self.points: list[schema.SchemePoint] = []
        self.waiting = self._waiting()

    def _waiting(self) -> dict[Location, int]:
        """Open places of this scheme, with the place of their point among `points`."""
        content = content_of(self.book)
        found: dict[Location, int] = {}
        for point in self.book.open_points:
            here = [path for path in point.places if path.split(".", 1)[0] == self.scheme.id]
            left = [path for path in here if path not in self.book.filled]
            if point.id in self.book.settled or not left:
                continue
            for path in left:
                found[paths.find(content, path)] = len(self.points)
            self.points.append(point)
        return found

    def waits(self, location: Location) -> Waits:
        point = self.waiting.get(location)
        return NONE if point is None else frozenset((point,))

    def plan(self) -> SchemePlan:
        scheme, base = self.scheme, (self.scheme.id,)
        levels = tuple(
            LevelRule(level, self.all(level.when, (*base, "levels", place, "when")))
            for place, level in enumerate(scheme.levels)
        )
        if not levels:
            levels = (LevelRule(None, (self.number(nodes.ScoreKnown()),)),)
        groups = scheme.score.groups if scheme.score else ()
        percent = any(group.input == "percent" for group in groups)
        return SchemePlan(
            book=self.book,
            scheme=scheme,
            codes=self.codes or ("",),
            order=self.order,
            level_at=self._level_at(),
            levels=levels,
            triggers=tuple(self._trigger(place, item) for place, item in enumerate(scheme.triggers)),
            not_rated=tuple(self._not_rated(place, item) for place, item in enumerate(scheme.not_rated)),
            limits=tuple(self._limit(place, item) for place, item in enumerate(scheme.limits)),
            dating={rule.id: rule.counts_in for rule in scheme.dating},
            groups=tuple(self._group(place, group) for place, group in enumerate(groups)),
            unit=10_000 if percent else 1,
            mean_roles=self._mean_roles(),
            rollup=self._rollup(),
            nodes=tuple(self.nodes),
            at=self.at,
            points=tuple(self.points),
        )

    def _level_at(self) -> tuple[int, ...]:
        if not self.codes:
            return ()
        places = [self.order.index(code) for code in self.codes]
        last = len(self.codes) - 1
        return tuple(
            next((own for own, rank in enumerate(places) if rank >= other), last) for other in range(len(self.order))
        )

    def _trigger(self, place: int, item: schema.SchemeTrigger) -> TriggerRule:
        base = (self.scheme.id, "triggers", place)
        mitigation = None
        if item.mitigation is not None:
            mitigation = self.all(item.mitigation.when, (*base, "mitigation", "when"))
        when = self.all(item.when, (*base, "when"))
        return TriggerRule(item, roles(item.roles), self.codes.index(item.level), when, mitigation)

    def _not_rated(self, place: int, item: schema.NotRated) -> NotRatedRule:
        base = (self.scheme.id, "not_rated", place)
        return NotRatedRule(item, self.all(item.when, (*base, "when")), self.all(item.unless, (*base, "unless")))

    def _limit(self, place: int, item: schema.Limit) -> LimitRule:
        when = self.all(item.when, (self.scheme.id, "limits", place, "when"))
        top = None if item.at_most is None else self.codes.index(item.at_most)
        return LimitRule(item, roles(item.roles), when, top, item.at_most_of)

    # --- conditions ---

    def all(self, conditions: Sequence[schema.Condition], base: Location) -> tuple[int, ...]:
        """Numbers of the conditions of a list, in order."""
        return tuple(self._condition(item, (*base, place)) for place, item in enumerate(conditions))

    def number(self, node: nodes.Node) -> int:
        return self.nodes.setdefault(node, len(self.nodes))

    def _condition(self, item: schema.Condition, at: Location) -> int:
        found = self.number(self._node(item, at))
        self.at[at] = found
        return found

    def _node(self, item: schema.Condition, at: Location) -> nodes.Node:
        match item:
            case schema.ScoreTest():
                return nodes.ScoreNode(*self._bounds(item, at))
            case schema.ShareTest():
                return self._share(item, at)
            case schema.NumberTest():
                bounds, waits = self._bounds(item, at)
                return nodes.NumberNode(item.of, self._unit(item.of), bounds, waits)
            case schema.FlagTest():
                unrated = next((fact.unrated for fact in self.scheme.facts if fact.id == item.fact), None)
                return nodes.FlagNode(f"facts.{item.fact}", item.value, unrated or "")
            case schema.GradesTest():
                return self._grades(item, at)
            case schema.LevelsTest():
                return self._levels(item, at)
            case schema.DisciplineTest():
                open_forms = (*at, "forms") in self.waiting
                years = (self.waits((self.scheme.id, "dating", i, "counts_in")) for i in range(len(self.scheme.dating)))
                return nodes.DisciplineNode(
                    item.value,
                    tuple(ABOUT.index(word) for word in item.about),
                    tuple(SIDES.index(word) for word in item.sides),
                    tuple(FORMS.index(word) for word in item.forms),
                    open_forms,
                    self.waits((*at, "forms")).union(*years),
                    None if item.act is None else item.act == "earlier",
                )
            case schema.AbsenceTest():
                bounds, waits = self._bounds(item, at)
                reasons = tuple(REASONS.index(cast(Any, reason)) for reason in item.reasons)
                of = None if item.of is None else (item.of, 100 // self._unit(item.of))
                return nodes.AbsenceNode(reasons, of, bounds, waits)
            case schema.AnyTest():
                return nodes.JoinNode("any", self.all(item.conditions, (*at, "conditions")), NONE)
            case schema.AllTest():
                return nodes.JoinNode("all", self.all(item.conditions, (*at, "conditions")), NONE)
            case _:
                children = self.all(item.conditions, (*at, "conditions"))
                return nodes.JoinNode(item.need, children, self.waits((*at, "need")))

    def _bounds(self, item: schema.Comparison, at: Location) -> tuple[tuple[Bound, ...], Waits]:
        bounds: list[Bound] = []
        waits = NONE
        for word in WORDS:
            value = getattr(item, word)
            if value is None:
                continue
            if value == OPEN:
                waits |= self.waits((*at, word))
            bounds.append(Bound(word, None if value == OPEN else value))
        return tuple(bounds), waits

    def _none(self, item: schema.ShareTest | schema.LevelsTest, at: Location) -> Waits:
        """The point that asks what holds where there is nothing to take a share of."""
        return self.waits((*at, "when_none")) if item.when_none == OPEN else NONE

    def _share(self, item: schema.ShareTest, at: Location) -> nodes.ShareNode:
        bounds, waits = self._bounds(item, at)
        waits |= self._none(item, at)
        if item.of == OPEN:
            part = self._measures(item.part, self._common(item.part))
            return nodes.ShareNode(part, None, bounds, item.when_none, waits | self.waits((*at, "of")))
        part, of = self._ratio(item.part, cast(tuple[str, ...], item.of))
        return nodes.ShareNode(part, of, bounds, item.when_none, waits)

    def _ratio(self, part: Sequence[str], of: Sequence[str]) -> tuple[Any, Any]:
        unit = self._common((*part, *of))
        return self._measures(part, unit), self._measures(of, unit)

    def _common(self, names: Iterable[str]) -> int:
        return max(self._unit(name) for name in names)

    def _measures(self, names: Iterable[str], unit: int) -> tuple[tuple[str, int], ...]:
        return tuple((name, unit // self._unit(name)) for name in names)

    def _unit(self, name: str) -> int:
        """1 where the column holds whole numbers, 100 where it holds hundredths."""
        section, _, key = name.partition(".")
        return 1 if section in WHOLE_SECTIONS or (self.kinds.get(key) == "count" and section == "facts") else 100

    def _grades(self, item: schema.GradesTest, at: Location) -> nodes.GradesNode:
        assert self.scheme.grades is not None
        slugs = tuple(
            f"grades.{criterion.slug}"
            for criterion in self.scheme.grades.criteria
            if (not item.groups or criterion.group in item.groups) and criterion.group not in item.except_groups
        )
        word = "at_least" if item.at_least is not None else "exactly"
        asked = getattr(item, word)
        grade = None if asked == OPEN else schema.GRADES.index(asked)
        return nodes.GradesNode(slugs, item.quantifier, word == "exactly", grade, self.waits((*at, word)))

    def _levels(self, item: schema.LevelsTest, at: Location) -> nodes.LevelsNode:
        code = item.at_least_level or item.exactly_level
        if code not in self.order:
            raise RulebookError(
                file=f"{self.book.key}/schemes",
                key=".".join(str(part) for part in at),
                problem=f"mức “{code}” không có trong thang mức {', '.join(self.order)}",
                remedy="Dùng mã mức của khung này.",
            )
        bounds: tuple[Bound, ...] = ()
        waits = NONE
        if item.share is not None:
            bounds, waits = self._bounds(item.share, (*at, "share"))
        waits |= self._none(item, at)
        return nodes.LevelsNode(
            item.relation,
            item.quantifier,
            item.exactly_level is not None,
            self.order.index(code),
            bounds,
            item.when_none,
            waits,
        )

    # --- score ---

    def _group(self, place: int, group: schema.Group) -> GroupPlan:
        at: Location = (self.scheme.id, "score", "groups", place)
        by_part = bool(group.parts) and all(part.max != OPEN for part in group.parts)
        waits = NONE
        if group.max == OPEN:
            waits |= self.waits((*at, "max"))
        if group.input == OPEN:
            waits |= self.waits((*at, "input"))
        if group.percent_cap == OPEN:
            waits |= self.waits((*at, "percent_cap"))
        most = None if group.max == OPEN else scaled(cast(Any, group.max))
        if group.scale is not None:
            slots: tuple[Slot, ...] = ()
        elif by_part:
            slots = tuple(
                Slot(f"marks.{part.slug}", part.slug, part.label, scaled(cast(Any, part.max))) for part in group.parts
            )
        else:
            slots = (Slot(f"marks.{group.slug}", group.slug, group.label, most),)
        cap = group.percent_cap
        return GroupPlan(
            spec=group,
            roles=roles(group.roles),
            slots=slots,
            most=most,
            percent=None if group.input == OPEN else group.input == "percent",
            percent_cap=None if cap is None or cap == OPEN else scaled(cast(Any, cap)),
            scale=None if group.scale is None else self._scale(group.scale, (*at, "scale")),
            waits=waits,
        )

    def _scale(self, scale: schema.Scale, at: Location) -> ScalePlan:
        part, of = self._ratio(scale.part, scale.of)
        steps = tuple(
            (step.at_least, step.below, None if step.points == OPEN else scaled(cast(Any, step.points)))
            for step in scale.steps
        )
        waits = tuple(self.waits((*at, "steps", place, "points")) for place in range(len(steps)))
        return ScalePlan(part, of, steps, waits)

    def _mean_roles(self) -> tuple[int, ...]:
        score = self.scheme.score
        if score is None or score.combine == "one":
            return ()
        return roles(score.combine_roles or cast(Any, ROLES))

    def _rollup(self) -> RollUpPlan | None:
        rule = self.scheme.rollup
        if rule is None:
            return None
        waits = self.waits((self.scheme.id, "rollup", "method")) if rule.method == OPEN else NONE
        return RollUpPlan(rule, waits)


def roles(names: Iterable[str]) -> tuple[int, ...]:
    """Roles as the columns hold them."""
    return tuple(ROLES.index(name) for name in names)
