"""Findings of one subject under a scheme, from the same evaluation that gave its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from thuocdo.engine.outcome import Finding, OpenQuestion
from thuocdo.engine.schemes.explain_rules import Writer
from thuocdo.engine.schemes.explain_score import score_findings
from thuocdo.engine.schemes.one import One
from thuocdo.engine.schemes.wording import (
    key_words,
    row,
)


def findings_of(one: One, asked: Sequence[OpenQuestion]) -> tuple[Finding, ...]:
    """Every rule that was tested, in the order of rating. Not rated: only why."""
    writer = Writer(one)
    if one.kind == "not_rated":
        return (*writer.not_rated(), *writer.points(asked))
    found = [
        *writer.not_rated(),
        *score_findings(one),
        *writer.dating(),
        *writer.triggers(),
        *writer.levels(),
        *writer.gap(),
        *writer.limits(),
        *writer.level(),
        *writer.points(asked),
    ]
    return tuple(found)


def reason_of(one: One, asked: Sequence[OpenQuestion]) -> str:
    """Why there is no result, in words; empty where there is one."""
    if one.kind == "not_rated":
        pairs = zip(one.own.not_rated, one.found.possible.not_rated, strict=True)
        return next(f"{rule.spec.label}." for rule, truth in pairs if row(truth.yes))
    if one.kind != "needs_decision":
        return ""
    parts = [item.question_vi for item in asked]
    if one.missing:
        words = "; ".join(key_words(one.own, key) for key in one.missing)
        parts.append(f"Chưa đủ dữ kiện: {words} (khóa {', '.join(one.missing)}{_none_there(one)}).")
    for number in one.causes.holes:
        label = _label_of(one, number)
        parts.append(f"Không có gì để tính tỷ lệ ở điều kiện “{label}”, văn bản không nói xử lý thế nào.")
    for name in one.causes.unrated:
        label = next(relation.label for relation in one.own.scheme.relations if relation.id == name)
        parts.append(f"{label}: có đối tượng không xếp loại nên không có mức để so, văn bản không nói xử lý thế nào.")
    for place in one.causes.scale_holes:
        label = one.own.groups[place].spec.label
        parts.append(f"Tỷ lệ để tính điểm “{label}” không thuộc bậc nào của văn bản.")
    return " ".join(parts) or "Các quy tắc còn để ngỏ, cấp có thẩm quyền quyết định."


def _none_there(one: One) -> str:
    """How to state that there is nobody in a relation of which nothing was stated; empty where none is missing."""
    lists = {f"related.{relation.id}" for relation in one.own.scheme.relations if relation.many}
    unstated = lists - {f"related.{name}" for name in one.subject.related or {}}
    keys = [key for key in one.missing if key in unstated]
    return f"; không có đối tượng nào như vậy thì ghi {', '.join(f'{key} = []' for key in keys)}" if keys else ""


def _label_of(one: One, number: int) -> str:
    location = next(at for at, found in one.own.at.items() if found == number)
    here: Any = one.own.scheme
    for key in location[1:]:
        here = here[key] if isinstance(key, int) else getattr(here, key)
    return str(here.label)
