"""Facts that are not there yet: their keys in the case format, and the same in Vietnamese words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from thuocdo.engine.aggregate import RollupState
from thuocdo.engine.blocks import occurrences
from thuocdo.engine.convert import missing_numbers, product_lines
from thuocdo.engine.facts import Period, Product, SubjectFacts
from thuocdo.engine.period import Evaluation, PeriodState
from thuocdo.engine.plan import Plan

NUMBERS = {
    "completed": "số hoàn thành",
    "quality_met": "số đạt chất lượng",
    "on_time": "số đúng tiến độ",
}
EACH = {
    "quality_errors_each": "sản phẩm nào có bao nhiêu lần không đạt chất lượng, trong dòng",
    "late_each": "sản phẩm nào chậm bao nhiêu lần, trong dòng",
}
PLAIN = {
    "products": "danh sách sản phẩm, công việc",
    "year.months_worked": "số tháng làm việc thực tế trong năm",
    "year.organisation_level": "mức xếp loại của tổ chức mà người này đứng đầu",
}
_ITEM = re.compile(r"(\w+)\[(.+)\](?:\.(\w+))?")


def missing_keys(plan: Plan, subject: SubjectFacts, period: Period, state: Evaluation) -> Iterator[str]:
    """Keys of the facts that this subject's result waits for, in the order of the format."""
    if isinstance(state, PeriodState):
        yield from (f"marks.{c.slug}" for c in plan.rulebook.criteria if c.slug not in (subject.marks or {}))
        if subject.products is None:
            yield "products"
        unsaid = _unsaid(plan, subject.products or ())
        for row, line in enumerate(subject.products or ()):
            yield from (f"products[{line.id}].{name}" for name in (*missing_numbers(line), *unsaid[row]))
        if bool(state.factors.waiting[0]):
            yield from (f"subordinates[{s.id}].score" for s in subject.subordinates or () if s.score is None)
        return
    assert isinstance(state, RollupState)
    if bool(state.worked.unknown[0]):
        yield "year.months_worked"
    if bool(state.rollup.lacking[0]) and not bool(state.scoreless[0]):
        yield from _missing_parts(subject, period)
    if bool(state.held.unknown[0]):
        yield "year.organisation_level"


def _unsaid(plan: Plan, products: Sequence[Product]) -> list[list[str]]:
    """By line, the keys that say which products had how many occurrences, where that is still to be said."""
    found: list[list[str]] = [[] for _ in products]
    for ratio, mask in occurrences.unsaid(plan, product_lines(plan, [products])):
        for row in mask.nonzero()[0]:
            found[row].append(f"{ratio.occurrences}_each")
    return found


def _missing_parts(subject: SubjectFacts, period: Period) -> Iterator[str]:
    if subject.quarters is not None:
        there = {q.quarter for q in subject.quarters if q.not_scored != "not_yet"}
        wanted = sorted({(month - 1) // 3 + 1 for month in period.months})
        yield from (f"quarters[{number}]" for number in wanted if number not in there)
        return
    there = {m.month for m in subject.months or () if m.not_scored != "not_yet"}
    yield from (f"months[{number}]" for number in period.months if number not in there)


def missing_sentence(plan: Plan, keys: Sequence[str]) -> str:
    """What is missing in words, then the keys to fill in, in the same order."""
    labels = {f"marks.{item.slug}": f"điểm tiêu chí “{item.label.rstrip('.')}”" for item in plan.rulebook.criteria}
    words = "; ".join(labels.get(key) or _words(key) for key in keys)
    return f"Chưa đủ dữ kiện: {words} (khóa {', '.join(keys)})."


def _words(key: str) -> str:
    found = _ITEM.fullmatch(key)
    if found is None:
        return PLAIN[key]
    group, item, name = found.groups()
    if group == "products":
        return f"{EACH[name]} {item}" if name in EACH else f"{NUMBERS[name]} của sản phẩm {item}"
    if group == "subordinates":
        return f"điểm của cấp dưới {item}"
    return f"điểm {'tháng' if group == 'months' else 'quý'} {item}"
