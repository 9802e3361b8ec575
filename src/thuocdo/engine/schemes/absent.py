"""Facts that nobody stated and that were therefore read as “no”: which, and what that decided for one subject.

Found by rating the subject once more as if they were not known: rules that then stand open were decided by them. Where
the result stays the same whatever they are, there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from thuocdo.engine.absent import absent_finding
from thuocdo.engine.outcome import Finding
from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes import nodes
from thuocdo.engine.schemes.conditions import Evaluator
from thuocdo.engine.schemes.levels import Possible, possible
from thuocdo.engine.schemes.one import One
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.truth import UNKNOWN, Truth
from thuocdo.engine.schemes.wording import row

DISCIPLINES, ABSENCES = "disciplines", "absences"
LABELS = {DISCIPLINES: "Quyết định kỷ luật", ABSENCES: "Ngày nghỉ, vắng mặt"}
Rule = tuple[str, Cited, str, Sequence[int], Truth, Truth]


class _Doubting(Evaluator):
    """Conditions as they stand when nobody knows the facts that were not stated."""

    def __init__(self, one: One, absent: frozenset[str]) -> None:
        super().__init__(one.own, one.columns)
        self.unstated, self._score = absent, one.found.evaluator.score

    def _evaluate(self, node: nodes.Node) -> Truth:
        return UNKNOWN if _reads(node) in self.unstated else super()._evaluate(node)


def taken_as_no(one: One) -> Finding | None:
    """What was read as “no” because nobody stated it, and the rules that this decided; None where it decided nothing.
    Its inputs are the facts: label and key of the case format."""
    absent = _not_stated(one)
    if not absent:
        return None
    sure, doubt = one.found.possible, possible(_Doubting(one, absent))
    if int(sure.bits[0]) == int(doubt.bits[0]):
        return None
    said: dict[str, list[str]] = {}
    facts: dict[str, str] = {}
    cites: list[str] = []
    for words, rule, label, numbers, before, after in _rules(one, sure, doubt):
        if row(before.unknown) or not row(after.unknown):
            continue
        said.setdefault(words, []).append(label)
        cites += [ref for ref in rule.cite if ref not in cites]
        facts |= {key: _label(one.own, key) for key in _keys(one.own, numbers) if key in absent}
    return absent_finding(facts, said, one.own.book.cite(tuple(cites)))


def _not_stated(one: One) -> frozenset[str]:
    """Keys of facts that are read as “no” where they are not given, and were not."""
    subject = one.subject
    found = {key for key in LABELS if getattr(subject, key) is None}
    for fact in one.own.scheme.facts:
        derived = fact.of_kind is not None or (fact.given_by and getattr(subject, fact.given_by) is not None)
        derived = derived or (fact.unrated is not None and fact.unrated in (subject.related or {}))
        if fact.kind == "flag" and not derived and fact.id not in (subject.facts or {}):
            found.add(f"facts.{fact.id}")
    return frozenset(found)


def _reads(node: nodes.Node) -> str:
    """The key that a condition is read from, of those that may be left out; empty for others."""
    match node:
        case nodes.FlagNode():
            return node.fact
        case nodes.DisciplineNode():
            return DISCIPLINES
        case nodes.AbsenceNode():
            return ABSENCES
        case _:
            return ""


def _keys(plan: SchemePlan, numbers: Iterable[int]) -> Iterator[str]:
    for number in numbers:
        node = plan.nodes[number]
        if isinstance(node, nodes.JoinNode):
            yield from _keys(plan, node.children)
        else:
            yield _reads(node)


def _rules(one: One, sure: Possible, doubt: Possible) -> Iterator[Rule]:
    """Every rule with what its standing as “no” (or “yes”) means, and how it came out sure and in doubt."""
    plan = one.own
    for not_rated, before, after in zip(plan.not_rated, sure.not_rated, doubt.not_rated, strict=True):
        words = "không xếp loại vì" if row(before.yes) else "vẫn xếp loại, không thuộc"
        yield words, not_rated.spec, not_rated.spec.label, (*not_rated.when, *not_rated.unless), before, after
    if one.kind == "not_rated":
        return
    for trigger, before, after in zip(plan.triggers, sure.triggers, doubt.triggers, strict=True):
        fired = row(before.yes)
        words = "không xét tình tiết khi áp dụng" if fired else "không xếp thẳng mức vì"
        numbers = (*trigger.when, *(trigger.mitigation or ())) if fired else trigger.when
        yield words, trigger.spec, trigger.spec.label, numbers, before, after
    levels = zip(plan.levels, sure.levels, doubt.levels, strict=True)
    for spec, when, before, after in [(rule.spec, rule.when, b, a) for rule, b, a in levels if rule.spec is not None]:
        words = "coi là đủ điều kiện của mức" if row(before.yes) else "coi là chưa đủ điều kiện của mức"
        yield words, spec, spec.label, when, before, after
    for limit, before, after in zip(plan.limits, sure.limits, doubt.limits, strict=True):
        words = "áp dụng giới hạn" if row(before.yes) else "không áp dụng giới hạn"
        yield words, limit.spec, limit.spec.label, limit.when, before, after


def _label(plan: SchemePlan, key: str) -> str:
    return LABELS.get(key) or next(fact.label for fact in plan.scheme.facts if f"facts.{fact.id}" == key)
