"""Many assessments of one round at once: who may take them together, on which facts, and why one cannot go with the
others."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.conclusions import access, facts, lacking, sheets
from thuocdo.conclusions.competences import OWN_BODY, exercised, resolved
from thuocdo.conclusions.models import Assessment, AssessmentHold, AssessmentPart, Competence
from thuocdo.engine import parse_subject
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import SubjectFacts, plain
from thuocdo.engine.many import Brief, rate_many
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import on_day, units_where
from thuocdo.rounds.models import Round

Part, State = AssessmentPart.Part, Assessment.State
MOST = 1000
ONE_BY_ONE = "Hãy mở riêng hồ sơ này."


@dataclass
class Taken:
    """One assessment among many. `over`: the part it goes on, `document` that part's; `problem`: why it cannot go with
    the others, empty where it can; `subject` and `brief`: the facts as they are now and what the rule gives."""

    one: Assessment
    form: sheets.Form
    over: AssessmentPart
    document: dict[str, Any]
    number: int
    problem: str = ""
    subject: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""
    rule_kind: str = ""
    rule_level: str = ""
    score: int | None = None


def for_verifier(user: User, on: date, round_: Round) -> QuerySet[Assessment]:
    """Assessments that wait for the user's verification. One query more."""
    offices = units_where(user, Role.Kind.OFFICER, on)
    return Assessment.objects.filter(_verifies(user, offices), round=round_)


def for_decider(user: User, on: date, round_: Round) -> QuerySet[Assessment]:
    """Assessments that wait for a decision by a body the user acts for, or, where that is above, that the user records
    as officer. Nobody decides the own, nor what they verified. One query more."""
    offices = units_where(user, Role.Kind.OFFICER, on)
    return Assessment.objects.filter(deciding(user, on, offices), round=round_)


def waiting(user: User, on: date, round_: Round) -> tuple[int, int]:
    """How many wait for the user's verification, how many for the user's decision. After the end of the
    round a rating is made again one by one. Two queries."""
    offices = units_where(user, Role.Kind.OFFICER, on)
    rows = Assessment.objects.filter(round=round_, state__in=(State.VERIFY, State.DECIDE))
    found = rows.aggregate(
        verify=Count("pk", filter=_verifies(user, offices)), decide=Count("pk", filter=deciding(user, on, offices))
    )
    return found["verify"] if round_.state == Round.State.OPEN else 0, found["decide"]


def _verifies(user: User, offices: set[int]) -> Q:
    return Q(state=State.VERIFY, unit__in=offices) & _others(user)


def deciding(user: User, on: date, offices: Collection[int] | QuerySet[Any]) -> Q:
    """Assessments that wait for a decision that the user takes or records; `offices`: units of which the user is
    organisation officer. Nobody decides about the own, nor about the body that they lead."""
    held = Competence.objects.filter(on_day(on))
    mine = Q(competence__in=held.filter(exercised(user, on)).values("pk"))
    above = Q(competence__in=held.filter(party=None, body_unit=None).values("pk"), unit__in=offices)
    itself = OWN_BODY | access.headed(user, on)
    return Q(state=State.DECIDE) & (mine | above) & _others(user) & ~Q(pk__in=Assessment.objects.filter(itself))


def _others(user: User) -> Q:
    return Q(person=None) | Q(person__user=None) | ~Q(person__user=user.pk)


def marked(rows: QuerySet[Assessment], user: User) -> QuerySet[Assessment]:
    """With what keeps a row out of a common decision: `held`, `verified_by_me`, `replacing`."""
    parts = AssessmentPart.objects.filter(assessment=OuterRef("pk"))
    last = parts.filter(part=Part.VERIFICATION).order_by("-number").values("by_person__user_id")[:1]
    return rows.annotate(
        held=Exists(AssessmentHold.objects.filter(assessment=OuterRef("pk"), ended_at__isnull=True)),
        verifier=last,
        replacing=Exists(parts.filter(part=Part.DECISION)),
    )


def apart(one: Assessment, user: User) -> str:
    """Why an assessment as `marked` gives it is decided by itself or by somebody else; empty where it is not."""
    if getattr(one, "held", False):
        return "Đang có việc phải xác minh."
    if getattr(one, "verifier", None) == user.pk:
        return "Ông/bà đã thẩm định hồ sơ này, nên người khác quyết định."
    if getattr(one, "replacing", False):
        return f"Đã có quyết định trước, cần lý do thay. {ONE_BY_ONE}"
    if one.rule_kind == "needs_decision":
        return f"Văn bản để cấp có thẩm quyền chọn. {ONE_BY_ONE}"
    return ""


def locked(rows: QuerySet[Assessment], round_: Round, keys: Collection[int]) -> list[Assessment]:
    """These of the rows, locked in the order of their keys, with the round and what forms and rules read."""
    mine = rows.filter(pk__in=keys).values("pk")
    found = Assessment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=mine).order_by("pk")
    known = set(found.values_list("pk", flat=True))
    # Bodies, units and organisations are few: one object of each, not one a row.
    several = rows.filter(pk__in=known).select_related("subject", "person")
    several = several.prefetch_related("competence", "unit", "party")
    every = list(several.order_by("pk"))
    for one in every:
        one.round = round_
        if one.subject is not None:
            one.subject.round = round_
    return every


def pointed(every: Sequence[Assessment], on: date) -> None:
    """Point each to the competence that holds now."""
    old = [one for one in every if not access.holds(one, on)]
    if old:
        now = resolved(old, on)
        for one in old:
            one.competence = now.get(one.pk)


def gathered(round_: Round, every: Sequence[Assessment], part: str) -> list[Taken]:
    """Each with its form and the last part of that kind, rated on the facts as they are now: those of the part with
    what other rooms deliver. A constant number of queries."""
    forms = sheets.forms_of(round_, every, opinions=part == Part.OWN)
    keys = [one.pk for one in every]
    rows = AssessmentPart.objects.filter(assessment__in=keys)
    last: dict[int, AssessmentPart] = {}
    for row in rows.filter(part=part).order_by("number"):
        last[row.assessment_id] = row
    numbers = dict(rows.values_list("assessment_id").annotate(n=Max("number")).order_by())
    found = [
        Taken(one, form, last[one.pk], json.loads(last[one.pk].document), numbers[one.pk] + 1)
        for one, form in zip(every, forms, strict=True)
    ]
    _rate(found)
    return found


def _rate(every: Sequence[Taken]) -> None:
    groups: dict[str, list[tuple[Taken, SubjectFacts]]] = {}
    known: dict[str, dict[str, Any]] = {}
    for row in every:
        if row.form.scheme is None:
            row.problem = f"Bộ quy tắc của đợt không có khung cho đối tượng này. {ONE_BY_ONE}"
            continue
        row.problem = _other(row)
        subject = _now(row, known)
        if row.over.outcome and subject == row.document["subject"]:
            _keep(row)
            continue
        try:
            parsed = parse_subject(subject)
        except CaseError as error:
            row.problem = f"{error.problem[:1].upper()}{error.problem[1:]}. {ONE_BY_ONE}"
            continue
        row.subject = plain(parsed)
        groups.setdefault(row.one.rulebook_hash, []).append((row, parsed))
    for rows in groups.values():
        first = rows[0][0]
        briefs = rate_many(first.form.book, [parsed for _, parsed in rows], facts.period_of(first.one))
        for (row, _), brief in zip(rows, briefs, strict=True):
            _told(row, brief)


def _keep(row: Taken) -> None:
    """The facts are those of the part it goes on, and so is what the rule gives."""
    row.subject, stored = row.document["subject"], json.loads(row.over.outcome)
    row.outcome, row.rule_kind, row.rule_level = row.over.outcome, stored["outcome"], row.over.rule_level
    score = stored["score"]
    row.score = None if score is None else hundredths(Fraction(score["exact"]))


def _told(row: Taken, brief: Brief | None) -> None:
    if brief is None:
        row.problem = row.problem or f"Dữ kiện không tính chung được. {ONE_BY_ONE}"
        return
    row.outcome, row.rule_kind, row.rule_level = facts.brief_text(brief), brief.kind, brief.code
    row.score = hundredths(brief.score)


def waits_for(row: Taken) -> str:
    """What a row without a result waits for, in words; it is rated alone, with its findings, to be told."""
    return f"{lacking.said(row.form, facts.rate(row.one, row.form.book, row.subject).outcome)} {ONE_BY_ONE}"


def hundredths(score: Fraction | None) -> int | None:
    """A score as lists show it, cut."""
    return None if score is None else score.numerator * 100 // score.denominator


def _now(row: Taken, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The frozen facts of the part with what other rooms deliver now, written as frozen facts are (`known`: what was
    written before), so that who has the same is not rated again."""
    subject = {**row.document["subject"], "decisions": {}}
    given = row.form.delivered
    if given.related:
        now = {name: items if isinstance(items, list) else [items] for name, items in given.related.items()}
        subject["related"] = {**(subject.get("related") or {}), **now}
    for section, values in given.sections.items():
        subject[section] = {**(subject.get(section) or {}), **_written(row.one.kind, section, values, known)}
    return subject


def _written(
    kind: str, section: str, values: Mapping[str, Any], known: dict[str, dict[str, Any]]
) -> Mapping[str, Any]:
    """These values of a section in the one canonical form; as they are where they are refused alone."""
    key = repr((kind, section, values))
    if key not in known:
        try:
            found = plain(parse_subject({"id": "x", "kind": kind, section: values})).get(section, {})
        except CaseError:
            found = {}
        known[key] = {name: found.get(name, value) for name, value in values.items()}
    return known[key]


def _other(row: Taken) -> str:
    """Where a typed value differs from what other rooms deliver."""
    given = row.form.delivered
    for name, value in row.document["fields"].items():
        if given.gives(name) and given.told(name)[0] != value:
            told, source = given.told(name)
            return f"Ghi {value}, còn {source} cho {told}. {ONE_BY_ONE}"
    return ""


def own_words(keys: Collection[int]) -> dict[int, dict[str, str]]:
    """By assessment what the last self-rating says of strengths and defects. One query."""
    rows = AssessmentPart.objects.filter(assessment__in=keys, part=Part.OWN).order_by("number")
    found = {}
    for key, text in rows.values_list("assessment_id", "document"):
        document = json.loads(text)
        found[key] = {name: document.get(name, "") for name in ("strengths", "defects")}
    return found
