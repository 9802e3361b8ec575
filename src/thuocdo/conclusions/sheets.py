"""The form of an assessment: which fields its scheme asks for, what was typed into them, and what that gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.scheme_fields import is_own, read_fields
from thuocdo.appraisals.typed import LONG_TEXT, Problems
from thuocdo.conclusions import facts
from thuocdo.conclusions.delivering import NOTHING, Asked, Delivered, delivered
from thuocdo.conclusions.models import Assessment
from thuocdo.engine.outcome import Outcome
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.occasions import Criterion, criteria_of
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.text import clean
from thuocdo.records.models import PartyStanding
from thuocdo.rounds.models import Round
from thuocdo.rulesets.fields import FieldGroup, FieldSpec, all_fields
from thuocdo.rulesets.scheme_fields import levels_of, scheme_fields, subject_of

REASON = 1000
Sort = tuple[str, str, str]
"""Hash of the rulebook, kind, role: assessments of one round that are alike in these are under the same rules."""
BY_HAND = (
    "Đợt chưa có hoặc không tự đưa sang các mức này, nên ghi tay: hãy đối chiếu với mức của từng nơi ở danh sách đối "
    "tượng của đợt. Mức của nơi ấy thay sau khi thẩm định thì phần mềm không tự báo: hãy thẩm định lại."
)
"""Said beside levels of others that are typed."""
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
    `groups` are the fields that are typed, `delivered` what other rooms give instead; `key_cadre`: the person is
    recorded as one, asked only where the text has criteria for them."""

    one: Assessment
    book: SchemeBook
    scheme: Scheme | None
    groups: tuple[FieldGroup, ...]
    delivered: Delivered
    key_cadre: bool = False

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What the text asks in words beside what is scored."""
        return _criteria(self.one, self.book, key_cadre=self.key_cadre)

    @property
    def every_criterion(self) -> tuple[Criterion, ...]:
        """As `criteria`, with those of key cadres: what a part may hold."""
        return _criteria(self.one, self.book, key_cadre=True)

    @property
    def levels(self) -> dict[str, str]:
        """Codes and names, best first."""
        return {level.code: level.label for level in self.scheme.levels} if self.scheme else {}

    @property
    def own(self) -> tuple[FieldGroup, ...]:
        """The fields that the subject fills: marks, grades, counts."""
        return tuple(part for group in self.groups if (part := _only_own(group)).fields)

    def best(self, by_rule: str) -> str:
        """The level that follows: the rule's, or a lower one that a regulation uses again."""
        again, codes = self.delivered.reused, list(self.levels)
        if again is None or not again.applies or not {again.level, by_rule} <= set(codes):
            return by_rule
        return max(again.level, by_rule, key=codes.index)

    def left(self, outcome: Outcome) -> list[str]:
        """The levels of which the text leaves the authority the choice: each as it stands, or, where a regulation uses
        a lower one again, that."""
        return list(dict.fromkeys(self.best(code) for code in outcome.within))

    def reason_for(self, by_rule: str, level: str, typed: str) -> str:
        """The reason that was typed; where none was and the level is the one used again, that."""
        again = self.delivered.reused
        if typed or again is None or level == by_rule or level != self.best(by_rule):
            return typed
        return f"{again.rule.label}: {again.words}. {again.source}"[:REASON]

    def label(self, code: str) -> str:
        """The name of a level; its code where the scheme does not have it, nothing for none."""
        return self.levels.get(code, code)

    @cached_property
    def _specs(self) -> dict[str, FieldSpec]:
        return {spec.name: spec for spec in all_fields(self.groups)}

    def spec(self, name: str) -> FieldSpec | None:
        return self._specs.get(name)


def form_of(one: Assessment, *, live: bool = True, report: bool = False, opinions: bool = False) -> Form:
    """The form with what other rooms deliver; `live=False`: nothing is asked of them, for what is decided; with
    the report and opinions where wanted. Raises Refusal where the pinned rulebook cannot be read."""
    if not live or one.round is None or one.subject is None:
        book = facts.book_of(one)
        scheme = facts.scheme_of(one, book)
        return Form(one, book, scheme, _asked(scheme, one) if scheme else (), NOTHING, *_key_cadres([one], [book]))
    return forms_of(one.round, [one], report=report, opinions=opinions)[0]


def counting_form(one: Assessment, known: dict[Sort, Form]) -> Form:
    """The form as far as shares are counted by it, built once for all of one rulebook, kind and role (`known`)."""
    sort = _sort(one)
    if sort not in known:
        book = facts.book_of(one)
        known[sort] = Form(one, book, facts.scheme_of(one, book), (), NOTHING)
    return known[sort]


def forms_of(
    round_: Round, every: Sequence[Assessment], *, report: bool = False, opinions: bool = False
) -> list[Form]:
    """The forms of assessments of one round, in their order. Raises Refusal where a rulebook cannot be read."""
    known: dict[Sort, _Rules] = {}
    for one in every:
        if _sort(one) not in known:
            known[_sort(one)] = _rules_of(one)
    ruled = [known[_sort(one)] for one in every]
    asked: list[Asked] = [
        (one, rules.scheme, rules.names)
        for one, rules in zip(every, ruled, strict=True)
        if rules.scheme is not None or report or opinions
    ]
    found = delivered(round_, asked, report=report, opinions=opinions) if asked else {}
    left: dict[tuple[object, ...], tuple[FieldGroup, ...]] = {}
    forms = []
    marked = _key_cadres(every, [rules.book for rules in ruled])
    for one, rules, is_key in zip(every, ruled, marked, strict=True):
        given = found.get(one.subject_id or 0, NOTHING)
        groups: tuple[FieldGroup, ...] = ()
        if rules.scheme is not None:
            sections = tuple((name, *values) for name, values in given.sections.items())
            like = (*_sort(one), *sections, tuple(given.related))
            if like not in left:
                left[like] = _typed(rules.scheme, rules.groups, given)
            groups = left[like]
        forms.append(Form(one, rules.book, rules.scheme, groups, given, is_key))
    return forms


@dataclass(frozen=True)
class _Rules:
    """What all of one `Sort` share: rulebook, scheme, and the fields with their names (none without a scheme)."""

    book: SchemeBook
    scheme: Scheme | None
    groups: tuple[FieldGroup, ...]
    names: frozenset[str]


def _sort(one: Assessment) -> Sort:
    return one.rulebook_hash, one.kind, one.role


def _rules_of(one: Assessment) -> _Rules:
    book = facts.book_of(one)
    scheme = facts.scheme_of(one, book)
    groups = _asked(scheme, one) if scheme is not None else ()
    return _Rules(book, scheme, groups, frozenset(spec.name for spec in all_fields(groups)))


def _criteria(one: Assessment, book: SchemeBook, *, key_cadre: bool) -> tuple[Criterion, ...]:
    day = _day(one)
    return criteria_of(book, one.kind, one.role, day, key_cadre=key_cadre) if day is not None else ()


def _day(one: Assessment) -> date | None:
    return one.round.rating_date if one.round is not None else one.day


def _key_cadres(every: Sequence[Assessment], books: Sequence[SchemeBook]) -> list[bool]:
    """Whether each is about somebody recorded as a key cadre on its day. One query; none where no text asks."""
    asked = {
        one.person_id: _day(one)
        for one, book in zip(every, books, strict=True)
        if one.person_id is not None and any(criterion.key_cadres for criterion in book.book.words_criteria)
    }
    if not asked:
        return [False] * len(every)
    kind = PartyStanding.Kind.KEY_CADRE
    rows = PartyStanding.objects.filter(person__in=asked, kind=kind, withdrawn_at=None)
    found = {
        person
        for person, start, end in rows.values_list("person_id", "start", "end")
        if (day := asked[person]) is not None and start <= day and (end is None or day < end)
    }
    return [one.person_id in found for one in every]


def _asked(scheme: Scheme, one: Assessment) -> tuple[FieldGroup, ...]:
    return scheme_fields(scheme, cast(Role, one.role), "year", levels_of(scheme), one.kind, open_bases=True)


def _typed(scheme: Scheme, groups: tuple[FieldGroup, ...], given: Delivered) -> tuple[FieldGroup, ...]:
    """The fields that nothing delivers. A case that the text concludes from a delivered section is not asked either."""
    told = {f"facts.{fact.id}" for fact in scheme.facts
            if fact.given_by in given.sections or fact.unrated in given.related}  # fmt: skip
    kept = (
        replace(group, fields=tuple(f for f in group.fields if f.name not in told and not given.gives(f.name)),
                note=BY_HAND if any(f.name.startswith("related.") for f in group.fields) else group.note)
        for group in groups
    )  # fmt: skip
    return tuple(group for group in kept if group.fields)


def _only_own(group: FieldGroup) -> FieldGroup:
    return replace(group, fields=tuple(f for f in group.fields if is_own(f)))


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
    form: Form,
    document: Mapping[str, Any],
    texts: Mapping[str, bool],
    *,
    own: bool,
    decisions: Mapping[str, Any],
    criteria: bool | None = None,
) -> Part:
    """Fields and texts as typed; `texts` by name whether needed; `decisions` in the case format; `criteria`: whether
    those in words are needed, None where the part has none. Raises Refused with every problem."""
    problems = Problems()
    groups = form.own if own else form.groups
    raw = _untold(form, document.get("fields", {}), problems)
    typed = read_fields(groups, {name: raw[name] for name in raw if form.spec(name) or not own}, problems)
    said: dict[str, Any] = {
        name: problems.text(name, document.get(name, ""), most=LONG_TEXT, label=TEXTS[name], needed=needed)
        for name, needed in texts.items()
    }
    answers = document.get("criteria", {})
    answered = {
        one.id: problems.text(
            f"criteria.{one.id}", answers.get(one.id, ""), most=LONG_TEXT, label=one.label, needed=bool(criteria)
        )
        for one in (form.criteria if criteria is not None else ())
    }
    if problems:
        raise Refused(problems)
    said["fields"] = typed.texts
    if answered:
        said["criteria"] = answered
    if form.scheme is None:
        return Part(said, None)
    if form.delivered.lines:
        said["sources"] = [[line.name, line.label, line.value, line.source] for line in form.delivered.lines]
    return Part(said, facts.rate(form.one, form.book, subject_of_form(form, typed.values, decisions)))


def subject_of_form(form: Form, values: Mapping[str, object], decisions: Mapping[str, Any]) -> dict[str, Any]:
    """The entry in the case format: what was typed, with what is delivered."""
    subject = facts.base_subject(form.one) | subject_of(values)
    related = {**cast(dict[str, Any], subject.get("related", {})), **form.delivered.related}
    if related:
        subject["related"] = related
    for section, given in form.delivered.sections.items():
        subject[section] = {**cast(dict[str, Any], subject.get(section, {})), **given}
    if decisions:
        subject["decisions"] = dict(decisions)
    return subject


def _untold(form: Form, raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """What was typed without what is delivered; the same again is no fault, another value is."""
    left = {}
    for name, value in raw.items():
        if not form.delivered.gives(name):
            left[name] = value
            continue
        given, source = form.delivered.told(name)
        if isinstance(value, str) and clean(value) not in ("", given):
            problems[f"fields.{name}"] = (
                f"Đã có “{given}” ({source}), khác “{clean(value)[:40]}” ghi ở đây. Nếu nơi ấy sai thì sửa ở nơi ấy; "
                "nếu đã thẩm định thì thẩm định lại."
            )
    return left
