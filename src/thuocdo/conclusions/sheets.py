"""The form of an assessment: which fields its scheme asks for, what was typed into them, and what that gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.scheme_fields import is_own, read_fields
from thuocdo.appraisals.typed import LONG_TEXT, Problems
from thuocdo.conclusions import facts
from thuocdo.conclusions.models import Assessment
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.rulesets.fields import FieldGroup, FieldSpec, all_fields
from thuocdo.rulesets.scheme_fields import conditions_of, levels_of, measures_of, scheme_fields, subject_of

MONTHS = "time.months_member"

TEXTS = {
    "strengths": "Ưu điểm, kết quả nổi bật",
    "defects": "Hạn chế, khuyết điểm và nguyên nhân",
    "prospects": "Chiều hướng, triển vọng phát triển",
    "opinions": "Ý kiến của cơ quan liên quan và các phía",
    "comment": "Nhận xét thẩm định",
}
"""Words that stand in a part; which of them a part has is said by its action."""


@dataclass(frozen=True)
class Form:
    """An assessment with its rules: `scheme` is None where the pinned rulebook has no level for such a subject;
    `groups` are the fields that are typed, `delivered` what the round gives instead."""

    one: Assessment
    book: SchemeBook
    scheme: Scheme | None
    groups: tuple[FieldGroup, ...]
    delivered: facts.Delivered

    @property
    def levels(self) -> dict[str, str]:
        """Codes and names, best first."""
        return {level.code: level.label for level in self.scheme.levels} if self.scheme else {}

    @property
    def own(self) -> tuple[FieldGroup, ...]:
        """The fields that the subject fills: marks, grades, counts."""
        return tuple(part for group in self.groups if (part := _only_own(group)).fields)

    def label(self, code: str) -> str:
        """The name of a level; its code where the scheme does not have it, nothing for none."""
        return self.levels.get(code, code)

    def spec(self, name: str) -> FieldSpec | None:
        return next((one for one in all_fields(self.groups) if one.name == name), None)


def form_of(one: Assessment) -> Form:
    """The form with what the round delivers. Raises Refusal where the pinned rulebook cannot be read."""
    book = facts.book_of(one)
    scheme = facts.scheme_of(one, book)
    if scheme is None:
        return Form(one, book, None, (), facts.NOTHING)
    given = facts.delivered(one, scheme)
    groups = scheme_fields(scheme, cast(Role, one.role), "year", levels_of(scheme))
    typed = tuple(part for group in groups if (part := _typed(group, given)).fields)
    return Form(one, book, scheme, typed, given)


def _typed(group: FieldGroup, given: facts.Delivered) -> FieldGroup:
    known = {MONTHS} if given.months_member is not None else set()
    fields = (f for f in group.fields if f.name not in known and _relation(f) not in given.related)
    return FieldGroup(group.title, tuple(fields), group.note)


def _asks_months(form: Form) -> bool:
    assert form.scheme is not None, "only a scheme asks for facts"
    return MONTHS in measures_of(
        form.scheme, tuple(conditions_of(form.scheme, cast(Role, form.one.role))), cast(Role, form.one.role)
    )


def _relation(spec: FieldSpec) -> str:
    head, _, rest = spec.name.partition(".")
    return rest.partition(".")[0] if head == "related" else ""


def _only_own(group: FieldGroup) -> FieldGroup:
    return FieldGroup(group.title, tuple(f for f in group.fields if is_own(f)), group.note)


@dataclass(frozen=True)
class Part:
    """A part read: its texts to freeze and what the rule gives; `rated` is None where there is no scheme."""

    texts: dict[str, Any]
    rated: facts.Rated | None

    @property
    def rule_level(self) -> str:
        return (self.rated.outcome.level or self.rated.outcome.band or "") if self.rated else ""

    @property
    def outcome(self) -> str:
        """Canonical JSON, empty without a scheme."""
        return self.rated.outcome.to_json() if self.rated else ""


def read_part(
    form: Form, document: Mapping[str, Any], texts: Mapping[str, bool], *, own: bool, decisions: Mapping[str, Any]
) -> Part:
    """Fields and texts as typed; `texts` by name whether needed; `decisions` in the case format. Raises Refused with
    every problem."""
    problems = Problems()
    groups = form.own if own else form.groups
    raw = document.get("fields", {})
    typed = read_fields(groups, {name: raw[name] for name in raw if form.spec(name) or not own}, problems)
    said: dict[str, Any] = {
        name: problems.text(name, document.get(name, ""), most=LONG_TEXT, label=TEXTS[name], needed=needed)
        for name, needed in texts.items()
    }
    if problems:
        raise Refused(problems)
    said["fields"] = typed.texts
    if form.scheme is None:
        return Part(said, None)
    subject = facts.base_subject(form.one) | subject_of(typed.values)
    related = {**cast(dict[str, Any], subject.get("related", {})), **form.delivered.related}
    if related:
        subject["related"] = related
    months = form.delivered.months_member
    if months is not None and _asks_months(form):
        subject["time"] = {**cast(dict[str, Any], subject.get("time", {})), "months_member": months}
    if decisions:
        subject["decisions"] = dict(decisions)
    return Part(said, facts.rate(form.one, form.book, subject))
