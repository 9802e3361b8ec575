"""One subject under one scheme: its evaluation with everything kept, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from thuocdo.engine.facts import Decision, Period, SubjectFacts
from thuocdo.engine.outcome import OpenQuestion, ReadingResult
from thuocdo.engine.schemes.columns import SchemeColumns
from thuocdo.engine.schemes.convert import Ranked, columns_from_subjects
from thuocdo.engine.schemes.fitting import fault
from thuocdo.engine.schemes.gaps import MISSED, reaches, unmet
from thuocdo.engine.schemes.levels import worst_related
from thuocdo.engine.schemes.liveness import Causes, causes_of
from thuocdo.engine.schemes.nodes import JoinNode
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.rate import (
    NEEDS_DECISION_ROW,
    NOT_RATED_ROW,
    Found,
    Variants,
    agreeing,
    by_readings,
    evaluate,
    matters,
    under_readings,
    variants,
)
from thuocdo.engine.schemes.schema import AnyTest, Mitigation
from thuocdo.engine.schemes.scoring import check_deductions
from thuocdo.engine.schemes.wording import row

Kind = Literal["scored", "rated", "not_rated", "needs_decision"]


@dataclass(frozen=True, eq=False)
class One:
    """The evaluation of one subject. `plan` is the scheme's; `found` stands under the readings decided for the
    subject, and of points that these facts touch without any effect (`agreeing`: their ids) under the first reading:
    its causes and its words are those of a rule whose figure is known. `others`: the results under every other reading,
    where all agree on one.
    """

    plan: SchemePlan
    subject: SubjectFacts
    period: Period
    ranks: Ranked
    columns: SchemeColumns
    found: Found
    causes: Causes
    variants: tuple[Variants, ...]
    agreeing: tuple[str, ...]
    others: tuple[Found, ...]

    @property
    def own(self) -> SchemePlan:
        """The plan under the readings of `found`."""
        return self.found.evaluator.plan

    @property
    def kind(self) -> Kind:
        found = int(self.found.kind[0])
        if found == NOT_RATED_ROW:
            return "not_rated"
        if found == NEEDS_DECISION_ROW:
            return "needs_decision"
        return "scored" if self.plan.band_only else "rated"

    @property
    def level(self) -> str | None:
        """Level code; None without a result, or in a scheme without levels."""
        index = int(self.found.level[0])
        return None if index < 0 else self.plan.codes[index] or None

    @property
    def within(self) -> tuple[str, ...]:
        """Codes of the levels that facts and rules leave possible, the best first."""
        bits = int(self.found.possible.bits[0])
        return tuple(code for index, code in enumerate(self.plan.codes) if bits >> index & 1)

    @property
    def score(self) -> Fraction | None:
        """The exact score, if there is a result and it is the same under every reading that is left."""
        if self.kind in ("not_rated", "needs_decision"):
            return None
        score = self.found.score(0)
        return None if any(other.score(0) != score for other in self.others) else score

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the facts that the result waits for."""
        return tuple(self.causes.missing) if self.kind == "needs_decision" else ()

    def again(self, decisions: Mapping[str, str]) -> One:
        """The same subject as if these decisions had been taken as well."""
        made = {name: Decision(reading=reading, by="…", reason="…") for name, reading in decisions.items()}
        subject = self.subject.model_copy(update={"decisions": {**self.subject.decisions, **made}})
        return evaluate_one(self.plan, subject, self.period, self.ranks)


def evaluate_one(plan: SchemePlan, subject: SubjectFacts, period: Period, ranks: Ranked) -> One:
    """Evaluate one subject. Raises `CaseError` for facts that the scheme refuses."""
    columns = columns_from_subjects(plan, [subject], period, ranks)
    ((_, part, own),) = by_readings(plan, columns)
    found = evaluate(own, part)
    check_deductions(own, part, found.evaluator.score)
    one = _settled(One(plan, subject, period, ranks, part, found, *_waits(found), (), ()))
    if one.agreeing or one.kind == "needs_decision" or part.decided is None or not (part.decided.triggers >= 0).any():
        return one
    # What was decided on a trigger is said with the figures that it had when it was asked.
    asking = replace(part, decided=replace(part.decided, triggers=np.full_like(part.decided.triggers, -1)))
    asked = evaluate(own, asking)
    asked_one = _settled(One(plan, subject, period, ranks, asking, asked, *_waits(asked), (), ()))
    found = evaluate(asked_one.own, part)
    return replace(one, found=found, causes=causes_of(found.evaluator, found.possible), agreeing=asked_one.agreeing)


def _waits(found: Found) -> tuple[Causes, tuple[Variants, ...]]:
    causes = causes_of(found.evaluator, found.possible)
    return causes, tuple(variants(found, causes))


def _settled(one: One) -> One:
    """The same evaluation under the first reading of each point of which no reading changes anything; what the
    result still waits for is then asked, not hidden behind that point."""
    while one.variants and one.kind == "needs_decision":
        (variant,) = one.variants
        own, agree = one.own, bool(agreeing(variant)[0])
        idle = [
            place
            for position, place in enumerate(variant.points)
            if agree or (variant.complete and not bool(matters(variant, position)[0]))
        ]
        if not idle:
            break
        found = evaluate(under_readings(own, idle, (0,) * len(idle)), one.columns)
        one = replace(
            one,
            found=found,
            causes=(waits := _waits(found))[0],
            variants=waits[1],
            agreeing=(*one.agreeing, *(own.points[place].id for place in idle)),
            others=tuple(variant.results.values()) if agree else (),
        )
    return one


def check_decisions_matter(one: One) -> None:
    """A decision on something that is not at issue for this subject is refused, and a level that a limit rules out."""
    for place in one.causes.limits:
        name = one.own.limits[place].spec.id
        if name in one.subject.decisions:
            raise fault(
                one.subject,
                f"decisions.{name}.reading",
                "mức này cao hơn mức trần",
                f"Chọn: {', '.join(code for code in one.own.codes if _may_choose(one, place, code))}.",
            )
    for name in one.subject.decisions:
        rest = {key: value for key, value in one.subject.decisions.items() if key != name}
        without = evaluate_one(one.plan, one.subject.model_copy(update={"decisions": rest}), one.period, one.ranks)
        changed = (without.kind, without.level, without.score) != (one.kind, one.level, one.score)
        if not changed and name not in asked_of(without):
            raise fault(
                one.subject,
                f"decisions.{name}",
                "với dữ kiện này không có gì phải quyết định ở điểm đó",
                "Xóa quyết định này, hoặc kiểm tra lại dữ kiện.",
            )


def asked_of(one: One) -> tuple[str, ...]:
    """Everything that the authority is asked about this subject: points, triggers, limits, the gap."""
    causes, own = one.causes, one.own
    if one.kind != "needs_decision":
        return one.agreeing
    found = [*one.agreeing, *(own.points[place].id for place in open_points(one))]
    found += [own.triggers[place].spec.id for place in causes.triggers]
    found += [own.limits[place].spec.id for place in causes.limits]
    if causes.gap is not None and bool(causes.gap[0]):
        found.append(own.gap_id)
    return tuple(found)


def open_points(one: One) -> tuple[int, ...]:
    """Open points (places in `own`) that the result hangs on."""
    changing = {
        place
        for found in one.variants
        for position, place in enumerate(found.points)
        if bool(matters(found, position)[0]) or not found.complete
    }
    return tuple(place for place in one.causes.points if place in changing or not one.own.points[place].readings)


def questions(one: One) -> tuple[OpenQuestion, ...]:
    """What the authority is asked, with what each answer gives."""
    if one.kind != "needs_decision":
        return ()
    own = one.own
    cite = own.book.cite
    result = []
    for place in open_points(one):
        point = own.points[place]
        readings = tuple(
            _answer(one, point.id, item.id, item.label, item.source, item.confidence) for item in point.readings
        )
        result.append(OpenQuestion(point.id, point.question, cite(point.cite), readings))
    for place in one.causes.triggers:
        trigger = own.triggers[place].spec
        asked = trigger.mitigation or trigger
        text = f"{trigger.label}: cấp có thẩm quyền quyết định áp dụng hay không?"
        if trigger.mitigation is not None:
            text = f"{trigger.label}: {_lower(grounds(one, place, trigger.mitigation))}."
            text += " Cấp có thẩm quyền áp dụng hay không?"
        result.append(
            OpenQuestion(
                trigger.id,
                text,
                cite(asked.cite),
                (
                    _answer(one, trigger.id, "apply", "Áp dụng"),
                    _answer(one, trigger.id, "waive", "Không áp dụng"),
                ),
            )
        )
    for place in one.causes.limits:
        limit = own.limits[place].spec
        text = f"{limit.label}: cấp có thẩm quyền chọn mức nào trong các mức còn lại?"
        codes = [code for code in own.codes if _may_choose(one, place, code)]
        answers = tuple(_answer(one, limit.id, code, _label(own, code)) for code in codes)
        result.append(OpenQuestion(limit.id, text, cite(limit.cite), answers))
    if one.causes.gap is not None and bool(one.causes.gap[0]):
        result.append(_gap(one))
    return tuple(result)


def grounds(one: One, place: int, mitigation: Mitigation) -> str:
    """Why the authority weighs a trigger: of several circumstances those that hold, else what the text calls them."""
    held: dict[str, None] = {}
    for spec, number in zip(mitigation.when, one.own.triggers[place].mitigation or (), strict=True):
        if isinstance(spec, AnyTest):
            node = one.own.nodes[number]
            assert isinstance(node, JoinNode)
            inside = zip(spec.conditions, node.children, strict=True)
            held |= {item.label: None for item, child in inside if row(one.found.evaluator.truth(child).yes)}
    return "; ".join(held) or mitigation.label


def _gap(one: One) -> OpenQuestion:
    own = one.own
    gap = own.scheme.gap
    text = gap.question if gap else "Không mức nào đủ điều kiện. Văn bản không nói xếp mức nào."
    text += unmet(one.found.evaluator) + (MISSED if own.gap_id in one.subject.decisions else "")
    cited = own.book.cite(gap.cite) if gap else own.book.cite(own.scheme.cite)
    answers = tuple(
        _answer(one, own.gap_id, code, _label(own, code))
        for code in own.gap_levels
        if not row(reaches(one.found.evaluator, own.codes.index(code)).no)
    )
    return OpenQuestion(own.gap_id, text, cited, answers)


def _may_choose(one: One, place: int, code: str) -> bool:
    rule = one.own.limits[place]
    index = one.own.codes.index(code)
    if rule.at_most is not None:
        return index >= rule.at_most
    assert rule.relation is not None
    rank = worst_related(one.columns, rule.relation)
    return rank is not None and index >= one.own.level_at[int(rank[0])]


def _answer(one: One, name: str, reading: str, label: str, source: str = "", confidence: str = "") -> ReadingResult:
    then = one.again({name: reading})
    code = then.level
    return ReadingResult(
        reading,
        label,
        source,
        confidence,
        then.kind,
        then.score,
        code,
        _label(one.own, code) if code else "",
        then.kind == "needs_decision",
    )


def _label(plan: SchemePlan, code: str) -> str:
    return next(level.label for level in plan.scheme.levels if level.code == code)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
