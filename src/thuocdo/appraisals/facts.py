"""From tasks, marks and judgements to one subject in the case format (docs/case-format.md), and its
result."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.typed import SelfDocument
from thuocdo.appraisals.typed_judgement import Judgement, Line
from thuocdo.audit.digests import sha256
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Outcome, Period, Rulebook, SubjectFacts, canonical_json, parse_subject, rate_subject
from thuocdo.engine.errors import CaseError
from thuocdo.engine.schemes.case import rate_one
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.exact import fraction_text
from thuocdo.kernel.once import once
from thuocdo.kernel.periods import period_span
from thuocdo.kernel.typed import parse_each
from thuocdo.organisation.models import Person
from thuocdo.rulesets import versions
from thuocdo.rulesets.catalogue import Book
from thuocdo.work.how_given import marked_late, marked_outside
from thuocdo.work.models import Clarification, Task, TaskSet
from thuocdo.work.rules import EACH

Subject = dict[str, Any]


def plain(hundredths: int) -> str:
    """Hundredths as the case format writes them.

    >>> plain(450), plain(400), plain(425)
    ('4.5', '4', '4.25')
    """
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)


def hundredths(text: str) -> int:
    """The inverse of `plain`, for numbers that we stored ourselves.

    >>> hundredths("4.5"), hundredths("4")
    (450, 400)
    """
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def period_of(cycle: Cycle) -> Period:
    """The period of a cycle as the engine names it."""
    return Period.model_validate(period_data(cycle))


def period_data(cycle: Cycle) -> dict[str, Any]:
    """The same as data of a document: a year has no number."""
    number = None if cycle.kind == Cycle.Kind.YEAR else cycle.number
    return {"kind": cycle.kind, "year": cycle.year, "number": number}


def pinned_book(member: Member) -> Book:
    """The rulebook that was pinned when the cycle was opened, of either shape, also after the installed one changed.
    Raises Refusal where it was not kept. A table of many sheets asks for the same few."""
    pinned = member.rulebook, tuple(member.overlays), member.rulebook_hash
    return once((pinned_book, pinned), lambda: versions.pinned_book(*pinned))


def pinned(member: Member) -> Rulebook:
    """The pinned rulebook of a sheet that counts converted products (NĐ 335). Refuses one of schemes."""
    return of_points(pinned_book(member))


def of_points(book: Book) -> Rulebook:
    """The same rulebook where it counts converted products. Raises Refusal for one of schemes."""
    if not isinstance(book, Rulebook):
        raise Refusal(
            "rulebook.scheme", f"Phiếu này theo {book.short_title}; trang và mẫu này chỉ dùng cho phiếu theo NĐ 335."
        )
    return book


def tasks_of(persons: Iterable[int], cycle: Cycle) -> list[Task]:
    """Tasks that count, of some people in the months of the cycle, in a fixed order. One query."""
    return list(_counted(persons, cycle))


def tasks_with_questions(persons: Iterable[int], cycle: Cycle) -> tuple[list[Task], dict[int, int]]:
    """The same, and by person how many explanations are outstanding on active tasks of these months, also on those not
    yet converted (as `work_beside.outstanding`). One query."""
    asked = Clarification.objects.filter(task=OuterRef("pk"), answered_at__isnull=True).order_by().values("task")
    number = Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0)
    active = _ordered(_in_months(Task.objects.filter(state=Task.State.ACTIVE), persons, cycle))
    rows: list[Any] = list(active.annotate(asked=number))
    found: dict[int, int] = {}
    for task in rows:
        if task.asked:
            found[task.person_id] = found.get(task.person_id, 0) + task.asked
    return [task for task in rows if not task.unconverted], found


class Compared(NamedTuple):
    """Of a task what a table compares; stands in for it there."""

    person_id: int
    code: str
    coefficient: int
    assigned: int
    outside_plan: bool
    is_outside_catalogue: bool
    is_given_late: bool


def tasks_compared(persons: Iterable[int], cycle: Cycle) -> list[Compared]:
    """The same as rows of what a table compares: a head of a city reads 1,560. One query."""
    return [Compared(*row) for row in marked_late(_counted(persons, cycle)).values_list(*Compared._fields)]


def _counted(persons: Iterable[int], cycle: Cycle) -> TaskSet:
    return _ordered(_in_months(Task.objects.counted(), persons, cycle))


def _in_months(tasks: TaskSet, persons: Iterable[int], cycle: Cycle) -> TaskSet:
    span = period_span(cycle.kind, cycle.year, cycle.number)
    return tasks.filter(person__in=list(persons), month__gte=span.start, month__lt=span.end)


def _ordered(tasks: TaskSet) -> TaskSet:
    return marked_outside(tasks).order_by("person_id", "due_date", "code")


def product(task: Task, *, unreported_as_zero: bool = False) -> Subject:
    """One product line. A task not reported has no results yet, or results of zero where its owner said
    so."""
    line: Subject = {
        "id": task.code,
        "name": task.title,
        "coefficient": plain(task.coefficient),
        "assigned": plain(task.assigned),
        "quality_errors": task.quality_errors,
        "late": task.late,
        "late_excused": task.late_excused,
        **_said(task),
        "outside_plan": task.outside_plan,
        "handed_back": task.handed_back,
    }
    reported = task.reported_at is not None and task.completed is not None
    if reported or unreported_as_zero:
        values = (task.completed, task.quality_met, task.on_time) if reported else (0, 0, 0)
        line |= {
            name: plain(value or 0)
            for name, value in zip(("completed", "quality_met", "on_time"), values, strict=True)
        }
    return line


def _said(task: Task) -> Subject:
    """What is said of the products of a line one by one; work that is hard to count is one product."""
    said = {name: list(parse_each(getattr(task, name), label=label)) for name, label in EACH.items()}
    return {name: each for name, each in said.items() if each} | ({"one_piece": True} if task.uncountable else {})


def is_unreported(task: Task) -> bool:
    """Whether the owner has not reported on the task; a task handed back needs no report."""
    return (task.reported_at is None or task.completed is None) and not task.handed_back


def recorded_decisions(member: Member) -> Subject:
    """What was decided for everybody of this kind when the rule was chosen, e.g. Điều 28 khoản 2 NĐ
    335/2025 for contract workers. Empty where the law applies by itself or an overlay settled the point.
    """
    if not member.rule_decided_by:
        return {}
    book = pinned_book(member)
    if not isinstance(book, Rulebook):  # under schemes a unit settles a point in its regulation
        return {}
    points = {p.id: p for p in book.open_points}
    made = {"by": member.rule_decided_by, "reason": member.rule_decision}
    return {
        optional.point: {"reading": reading.id, **made}
        for optional in book.book.optional_kinds
        if optional.kind == member.kind and points[optional.point].settled is None
        for reading in points[optional.point].readings
        if reading.spec.applies
    }


def base_subject(member: Member, person: Person) -> Subject:
    """Who is rated: without marks or products yet, with what was decided for the whole kind."""
    subject: Subject = {
        "id": person.code,
        "name": person.full_name,
        "kind": member.kind,
        "leadership": member.leadership,
        "agency": member.agency.code if member.agency else None,
        "decisions": recorded_decisions(member) or None,
    }
    return {key: value for key, value in subject.items() if value is not None}


def self_subject(member: Member, person: Person, tasks: Iterable[Task], document: SelfDocument) -> Subject:
    """The owner's own account: tasks as reported, marks as typed."""
    return base_subject(member, person) | {
        "marks": {slug: plain(value) for slug, value in document.marks.items()},
        "products": [product(t, unreported_as_zero=document.unreported_ok or t.handed_back) for t in tasks],
    }


def line_of(entry: Mapping[str, Any]) -> Line:
    """The numbers of a stored product line."""
    return Line(
        completed=_quantity(entry, "completed"),
        quality_met=_quantity(entry, "quality_met"),
        on_time=_quantity(entry, "on_time"),
        quality_errors=int(entry.get("quality_errors", 0)),
        late=int(entry.get("late", 0)),
        late_excused=int(entry.get("late_excused", 0)),
        quality_errors_each=tuple(entry.get("quality_errors_each", ())),
        late_each=tuple(entry.get("late_each", ())),
        one_piece=bool(entry.get("one_piece")),
        title=entry.get("name", ""),
    )


def _quantity(entry: Mapping[str, Any], name: str) -> int | None:
    return hundredths(entry[name]) if name in entry else None


def base_lines(subject: Subject) -> dict[str, Line]:
    """Product lines of a stored subject by task code."""
    return {entry["id"]: line_of(entry) for entry in subject.get("products", [])}


def judged_subject(
    subject: Subject,
    judgement: Judgement,
    *,
    decided_by: str,
    subordinates: list[Subject] | None,
    recorded: Subject,
    apart: bool = True,
) -> Subject:
    """The subject as the evaluator judges it, over the owner's account (or over plain tasks for a
    stand-in). `recorded` decisions hold for the whole kind and stay as they are. `apart`: the rulebook takes from
    single products; what is said of them is else of no use and left out."""
    judged = dict(subject)
    judged["products"] = [
        _judged(entry, judgement.tasks[entry["id"]], apart) for entry in subject.get("products", [])
    ]
    if judgement.marks is not None:
        judged["marks"] = {slug: plain(value) for slug, value in judgement.marks.items()}
    if judgement.factors:
        judged["leadership_factors"] = dict(judgement.factors)
    if subordinates:
        judged["subordinates"] = subordinates
    judged["decisions"] = {
        point: {"reading": reading, "by": decided_by, "reason": reason}
        for point, (reading, reason) in judgement.decisions.items()
    } | recorded
    return judged


def _judged(entry: Mapping[str, Any], line: Line, apart: bool) -> Subject:
    judged = dict(entry) | {
        "quality_errors": line.quality_errors,
        "late": line.late,
        "late_excused": line.late_excused,
    }
    for name in ("completed", "quality_met", "on_time"):
        value = getattr(line, name)
        if value is not None:
            judged[name] = plain(value)
    for name in EACH:
        judged.pop(name, None)
        if apart and (each := getattr(line, name)):
            judged[name] = list(each)
    return judged


@dataclass(frozen=True)
class Rated:
    """A subject in its one canonical form, with its outcome."""

    subject: Subject
    outcome: Outcome


def outcome_of(book: Book, subject: SubjectFacts, period: Period) -> Outcome:
    """What the engine says of one subject under a rulebook of either shape. Raises CaseError."""
    if isinstance(book, Rulebook):
        return rate_subject(book, subject, period)
    return rate_one(in_force(book, period.start, period.end), subject, period)


def rate(book: Book, cycle: Cycle, subject: Subject) -> Rated:
    """Rate a subject with a rulebook. Facts the rulebook refuses become Refused, named by field."""
    try:
        facts = parse_subject(subject)
        outcome = outcome_of(book, facts, period_of(cycle))
    except CaseError as error:
        field = error.key.split("].", 1)[-1] if error.key.startswith("subjects[") else error.key
        raise Refused({field: f"{error.problem[:1].upper()}{error.problem[1:]}. {error.remedy}"}) from error
    return Rated(json.loads(canonical_json(facts)), outcome)


def canonical(document: Mapping[str, Any]) -> str:
    """The one JSON text of a stored document."""
    return _encode(document)


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def digest_of(text: str) -> str:
    """Hex SHA-256 of a stored document."""
    return sha256(text)


def fraction(score: Fraction | None) -> str:
    """The exact score as stored: numerator/denominator, empty where there is none."""
    return "" if score is None else fraction_text(score)


def shown(score: Fraction | None) -> int | None:
    """Hundredths for lists: cut, never rounded up, so that no list shows a bound the score does not reach.

    >>> shown(Fraction(200, 3)), shown(None)
    (6666, None)
    """
    return None if score is None else score.numerator * 100 // score.denominator
