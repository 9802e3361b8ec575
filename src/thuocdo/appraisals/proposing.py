"""Proposed results of many submitted sheets at once: the latest self document of each, rated in columns.

What a column cannot hold (own decisions, subordinates, a scheme's facts) goes through `facts.rate`, one by one; a
test compares both ways.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np

from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.models import ProposedResult, Sheet, Submission
from thuocdo.audit import bulk
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Outcome, Period, Rulebook, compile_plan, rate_columns
from thuocdo.engine.columns import Lines, ProductColumns, Ragged
from thuocdo.engine.errors import CaseError, RulebookError
from thuocdo.engine.plan import ROLES, Plan
from thuocdo.kernel.errors import Refusal

PLAIN = {"id", "name", "kind", "leadership", "agency", "marks", "products"}
NUMBERS = ("completed", "quality_met", "on_time")
COUNTS = ("quality_errors", "late", "late_excused")
KINDS = ("scored", "not_rated", "needs_decision")
COLUMNS = (
    "id",
    "sheet_id",
    "submission_id",
    "rulebook_hash",
    "outcome_kind",
    "score",
    "score_shown",
    "band",
    "open_points",
)
Subject = Mapping[str, Any]
Rule = tuple[str, tuple[str, ...], str]
"""Key, overlays and hash of a pinned rulebook."""
Found = tuple[str, Fraction | None, str, tuple[str, ...]]
"""Kind, exact score, band and open points of one outcome."""
hundredths = lru_cache(maxsize=4096)(facts.hundredths)


def propose(cycle: Cycle, sheets: Sequence[int], at: datetime) -> tuple[int, dict[int, str]]:
    """Compute and store the proposed results of those of the sheets that are with their evaluators.

    A step of an action. Returns how many were stored, and by person why one could not be.
    """
    groups: dict[Rule, list[tuple[int, int, int, Subject]]] = {}
    members: dict[Rule, int] = {}
    for rule, member, *one in _filed(cycle, sheets):
        members.setdefault(rule, member)
        groups.setdefault(rule, []).append(tuple(one))  # type: ignore[arg-type]
    rows: list[tuple[Any, ...]] = []
    failed: dict[int, str] = {}
    for key, found in groups.items():
        try:
            book = facts.pinned_book(Member.objects.get(pk=members[key]))
        except (Refusal, RulebookError) as error:
            failed |= {person: str(error) for _, _, person, _ in found}
            continue
        outcomes = rate_all(book, cycle, [subject for *_, subject in found])
        for (sheet_id, submission, person, _), outcome in zip(found, outcomes, strict=True):
            if isinstance(outcome, str):
                failed[person] = outcome
                continue
            kind, score, band, points = outcome
            rows.append(
                (sheet_id, submission, key[2], kind, facts.fraction(score), facts.shown(score), band, " ".join(points))
            )
    ProposedResult.objects.filter(sheet__in=sheets).delete()
    pattern = bulk.Pattern(ProposedResult, COLUMNS, at=at)
    keys = bulk.reserve(ProposedResult, len(rows))
    bulk.insert(ProposedResult, [pattern.row(key, *row) for key, row in zip(keys, rows, strict=True)])
    return len(rows), failed


def _filed(cycle: Cycle, sheets: Sequence[int]) -> Iterable[tuple[Rule, int, int, int, int, Subject]]:
    """Of each sheet that waits for its evaluator: rule, member, sheet, latest self document's key, person, subject."""
    waiting = Sheet.objects.filter(pk__in=sheets, cycle=cycle, state__in=rules.WITH_EVALUATOR)
    pinned = ("member__rulebook", "member__overlays", "member__rulebook_hash")
    about = {pk: row for pk, *row in waiting.values_list("pk", "person_id", "member_id", *pinned)}
    own = Submission.objects.filter(sheet__in=sheets, sheet__cycle=cycle, part=Submission.Part.SELF)
    filed = own.order_by("sheet_id", "-number").values_list("sheet_id", "pk", "document")
    for sheet, submission, document in filed.iterator(chunk_size=2000):
        if sheet in about:  # the first is the latest; earlier ones find their sheet gone
            person, member, key, overlays, digest = about.pop(sheet)
            yield (key, tuple(overlays), digest), member, sheet, submission, person, json.loads(document)["subject"]


def rate_all(book: Any, cycle: Cycle, subjects: Sequence[Subject]) -> list[Found | str]:
    """The outcome of each subject under one rulebook, or the sentence that says why there is none."""
    found: list[Found | str] = ["" for _ in subjects]
    plain = [i for i, subject in enumerate(subjects) if _is_plain(book, subject)]
    if plain:
        try:
            outcomes = _in_columns(book, facts.period_of(cycle), [subjects[i] for i in plain])
            for i, outcome in zip(plain, outcomes, strict=True):
                found[i] = outcome
        except CaseError:  # one mark off its step refuses the whole column: each row is then asked for itself
            plain = []
    rest = set(range(len(subjects))) - set(plain)
    for i in rest:
        try:
            found[i] = of_outcome(facts.rate(book, cycle, dict(subjects[i])).outcome)
        except (Refusal, RulebookError) as error:
            found[i] = str(error)
    return found


def of_outcome(outcome: Outcome) -> Found:
    """What is stored of an outcome."""
    return (
        outcome.kind,
        outcome.score,
        outcome.band or outcome.level or "",
        tuple(sorted(q.id for q in outcome.open_points)),
    )


def _is_plain(book: Any, subject: Subject) -> bool:
    if not isinstance(book, Rulebook) or "products" not in subject:
        return False
    if any(value and key not in PLAIN for key, value in subject.items()):
        return False
    criteria = {item.slug for item in book.criteria}
    covered = {*book.book.subject_kinds, *(item.kind for item in book.book.optional_kinds)}
    return subject["kind"] in covered and subject.get("marks", {}).keys() <= criteria


def _in_columns(book: Rulebook, period: Period, subjects: Sequence[Subject]) -> list[Found]:
    plan = compile_plan(book)
    result = rate_columns(plan, columns(plan, period, subjects))
    found: list[Found] = []
    for row, kind in enumerate(result.kind.tolist()):
        scored = KINDS[kind] == "scored"
        points = (
            ()
            if scored
            else tuple(
                sorted(point for point, is_open in zip(result.point_ids, result.open[row], strict=True) if is_open)
            )
        )
        found.append((KINDS[kind], result.score(row), result.codes[int(result.band[row])] if scored else "", points))
    return found


def columns(plan: Plan, period: Period, subjects: Sequence[Subject]) -> ProductColumns:
    """Stored subjects as the engine's columns, without parsing each again: they were parsed when filed."""
    slugs = [item.slug for item in plan.rulebook.criteria]
    given = [subject.get("marks", {}) for subject in subjects]
    marks = [[hundredths(m[slug]) if slug in m else -1 for slug in slugs] for m in given]
    flat = [line for subject in subjects for line in subject["products"]]
    optional = {item.kind for item in plan.rulebook.book.optional_kinds}
    count = len(subjects)
    none = np.zeros(count + 1, dtype=np.int64)
    return ProductColumns(
        ids=tuple(s["id"] for s in subjects),
        period=period,
        marks=np.array(marks, dtype=np.int64).reshape(count, len(slugs)),
        roles=np.array([ROLES.index(s.get("leadership", "none")) for s in subjects], dtype=np.int8),
        lines=Lines(
            offsets=np.array([0, *accumulate(len(s["products"]) for s in subjects)], dtype=np.int64),
            coefficient=np.array([hundredths(x["coefficient"]) for x in flat], dtype=np.int64),
            assigned=np.array([hundredths(x["assigned"]) for x in flat], dtype=np.int64),
            outside_plan=np.array([x.get("outside_plan", False) for x in flat], dtype=np.bool_),
            handed_back=np.array([x.get("handed_back", False) for x in flat], dtype=np.bool_),
            **{n: np.array([hundredths(x[n]) if n in x else 0 for x in flat], dtype=np.int64) for n in NUMBERS},
            **{n: np.array([x.get(n, 0) for x in flat], dtype=np.int64) for n in COUNTS},
        ),
        factors=np.full((count, len(plan.factor_slugs)), -1, dtype=np.int64),
        subordinates=Ragged(none, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)),
        unreported=np.array([any(map(_is_unreported, s["products"])) for s in subjects], dtype=np.bool_),
        optional=np.array([s["kind"] in optional for s in subjects], dtype=np.bool_),
        settled=None,
    )


def _is_unreported(line: Mapping[str, Any]) -> bool:
    return not line.get("handed_back", False) and not all(name in line for name in NUMBERS)
