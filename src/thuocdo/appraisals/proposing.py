"""Proposed results of many submitted sheets at once: the latest self document of each, rated in columns.

Documents of converted products become columns as they are; all others are parsed and rated together
(`engine.many`). What neither can tell, e.g. facts that the rule refuses, goes through `facts.rate`, one by one.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.filed_columns import plain_subjects, product_columns
from thuocdo.appraisals.models import ProposedResult, Sheet, Submission
from thuocdo.audit import bulk
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Period, Rulebook, SubjectFacts, compile_plan, parse_subject, rate_columns
from thuocdo.engine.errors import CaseError, RulebookError
from thuocdo.engine.many import Brief, brief_of, briefs, rate_many
from thuocdo.kernel.errors import Refusal
from thuocdo.rulesets.catalogue import Book

COLUMNS = (
    "sheet_id",
    "submission_id",
    "rulebook_hash",
    "outcome_kind",
    "score",
    "score_shown",
    "band",
    "open_points",
)


@dataclass
class _Filed:
    """Sheets under one pinned rule: a member of them, sheet, submission and person of each, and their documents."""

    member: int
    keys: list[tuple[int, int, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def propose(cycle: Cycle, sheets: Collection[int], at: datetime) -> tuple[int, dict[int, str]]:
    """Compute and store the proposed results of those of the sheets that are with their evaluators.

    A step of an action. Returns how many were stored, and by person why one could not be.
    """
    sheets = frozenset(sheets)
    pattern = bulk.Pattern(ProposedResult, COLUMNS, at=at)
    rows: list[Sequence[Any]] = []
    failed: dict[int, str] = {}
    for rule, filed in _filed(cycle, sheets).items():
        try:
            book = facts.pinned_book(Member.objects.get(pk=filed.member))
        except (Refusal, RulebookError) as error:
            failed |= {person: str(error) for _, _, person in filed.keys}
            continue
        for (sheet, submission, person), found in zip(filed.keys, rate_all(book, cycle, filed.texts), strict=True):
            if isinstance(found, str):
                failed[person] = found
                continue
            score, points = found.score, " ".join(found.asked)
            shown = facts.shown(score)
            row = pattern.row(sheet, submission, rule, found.kind, facts.fraction(score), shown, found.code, points)
            rows.append(row[1:])
    ProposedResult.objects.filter(sheet__in=sheets).delete()
    bulk.insert(ProposedResult, rows, keyed=False)
    return len(rows), failed


def _filed(cycle: Cycle, sheets: frozenset[int]) -> dict[str, _Filed]:
    """The latest self document of each sheet that waits for its evaluator, by the hash of its pinned rule.

    Two reads by keys alone: joined, and told of the cycle, the database reads the whole cycle for each batch while
    its statistics are those of before the filing.
    """
    columns = ("pk", "cycle_id", "state", "person_id", "member_id", "member__rulebook_hash")
    about = {
        sheet: (person, member, rule)
        for sheet, of, state, person, member, rule in Sheet.objects.filter(pk__in=sheets).values_list(*columns)
        if of == cycle.pk and state in rules.WITH_EVALUATOR
    }
    groups: dict[str, _Filed] = {}
    own = Submission.objects.filter(sheet__in=frozenset(about), part=Submission.Part.SELF).order_by(
        "sheet_id", "-number"
    )
    for sheet, submission, text in own.values_list("sheet_id", "pk", "document"):
        if sheet in about:  # the first is the latest; earlier ones find their sheet gone
            person, member, rule = about.pop(sheet)
            group = groups.setdefault(rule, _Filed(member))
            group.keys.append((sheet, submission, person))
            group.texts.append(text)
    return groups


def rate_all(book: Book, cycle: Cycle, texts: Sequence[str]) -> list[Brief | str]:
    """The result of each filed document under one rulebook, or the sentence that says why there is none."""
    period = facts.period_of(cycle)
    found: dict[int, Brief] = _in_columns(book, period, texts) if isinstance(book, Rulebook) else {}
    rest = {place: json.loads(text)["subject"] for place, text in enumerate(texts) if place not in found}
    parsed = {place: one for place, subject in rest.items() if (one := _parsed(subject)) is not None}
    together = rate_many(book, [*parsed.values()], period)
    found |= {place: brief for place, brief in zip(parsed, together, strict=True) if brief is not None}
    return [found[place] if place in found else _alone(book, cycle, rest[place]) for place in range(len(texts))]


def _in_columns(book: Rulebook, period: Period, texts: Sequence[str]) -> dict[int, Brief]:
    """Results by place of what columns can hold; none where one mark off its step refuses the whole column."""
    plan, plain = compile_plan(book), plain_subjects(book, texts)
    try:
        result = rate_columns(plan, product_columns(plan, period, [*plain.values()]))
    except CaseError:
        return {}
    return dict(zip(plain, briefs(result, "scored"), strict=True))


def _parsed(subject: Any) -> SubjectFacts | None:
    try:
        return parse_subject(subject)
    except CaseError:
        return None


def _alone(book: Book, cycle: Cycle, subject: Any) -> Brief | str:
    try:
        return brief_of(facts.rate(book, cycle, subject).outcome)
    except (Refusal, RulebookError) as error:
        return str(error)
