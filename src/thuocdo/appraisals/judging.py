"""From a judgement document to a rated subject: shared by confirming, standing in, correcting and
previews."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, Sheet, Submission
from thuocdo.appraisals.typed import Problems
from thuocdo.appraisals.typed_judgement import Judgement, read_judgement
from thuocdo.appraisals.work_beside import with_confirmed_causes
from thuocdo.cycles.models import Member
from thuocdo.engine import Outcome, Rulebook
from thuocdo.kernel.errors import Conflict
from thuocdo.kernel.periods import period_span
from thuocdo.organisation.duties.queries import subordinates_in_field
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH


@dataclass(frozen=True)
class Judged:
    """A judgement read, applied and rated: ready to be frozen. `text` is the document of the submission."""

    judgement: Judgement
    subject: dict[str, Any]
    outcome: Outcome
    text: str
    problems: dict[str, str]


def leads(member: Member) -> bool:
    """Whether the member's result includes the leadership factors of the pinned rulebook."""
    rule = facts.pinned(member).book.factors
    return rule is not None and member.leadership in rule.roles


def bare_base(sheet: Sheet, read: Sequence[Task] | None = None) -> dict[str, Any]:
    """Bare tasks, to be judged where the owner filed nothing; `read` are the sheet's tasks if known."""
    tasks = facts.tasks_of([sheet.person_id], sheet.cycle) if read is None else read
    products = [facts.product(t, unreported_as_zero=t.handed_back) for t in tasks]
    subject = facts.base_subject(sheet.member, sheet.person) | {"products": products}
    reports = {t.code: {"cause": t.cause, "evidence": t.evidence, "due": t.due_date.isoformat()} for t in tasks}
    return {
        "subject": subject,
        "reports": reports,
        "unreported": [t.code for t in tasks if facts.is_unreported(t)],
    }


def latest_base(sheet: Sheet) -> tuple[dict[str, Any], int | None]:
    """The owner's latest document, which is judged, and its number. Raises Conflict."""
    last = stored.latest(sheet, Submission.Part.SELF)
    if last is None:
        raise Conflict("Phiếu chưa có bản tự đánh giá nào được nộp. Hãy tải lại trang.")
    return base_of(last), last.number


def base_of(filed: Submission, read: Sequence[Task] = ()) -> dict[str, Any]:
    """What is judged of the owner's document; `read` are tasks that the caller has read already."""
    document = stored.read(filed)
    return document | {"subject": with_confirmed_causes(document["subject"], read)}


def subordinates_of(sheet: Sheet) -> list[dict[str, Any]] | None:
    """For a head: everybody rated below in this cycle, with the confirmed score or without one while not
    known. For a deputy: those in the field of work on the last day of the period (Điều 15 khoản 4); nothing is
    derived while no field is recorded.
    """
    member = sheet.member
    field: set[int] | None = None
    if member.leadership != Employment.Leadership.HEAD:
        field = subordinates_in_field(sheet.person_id, _last_day(sheet))
        if field is None:
            return None
    people = Member.objects.filter(cycle=sheet.cycle, standing=Member.Standing.IN).exclude(pk=member.pk)
    heads_agency = member.unit_id == member.agency_id
    if field is not None:
        people = people.filter(person_id__in=field)
    else:
        people = people.filter(agency=member.agency_id) if heads_agency else people.filter(unit=member.unit_id)
    rows = people.exclude(sheet__state=Sheet.State.EXEMPTED).order_by("person__code")
    latest = {c.sheet_id: c for c in in_force(Confirmation.objects.filter(sheet__cycle=sheet.cycle))}
    found: list[dict[str, Any]] = []
    for sheet_id, code in rows.values_list("sheet__pk", "person__code"):
        confirmed = latest.get(sheet_id)
        found.append(
            {"id": code, "score": confirmed.score} if confirmed and confirmed.score else {"id": code}
        )
    return found or None


def _last_day(sheet: Sheet) -> date:
    end = period_span(sheet.cycle.kind, sheet.cycle.year, sheet.cycle.number).end
    assert end is not None, "a period has an end"
    return end - timedelta(days=1)


def judge_points(
    sheet: Sheet,
    document: Mapping[str, Any],
    evaluator: Person,
    *,
    complete: bool,
    stand_in: bool = False,
    base: tuple[dict[str, Any], int | None] | None = None,
    with_marks: bool | None = None,
    post: Unit | None = None,
) -> Judged:
    """Read, apply and rate a judgement. `complete` raises Refused with every problem; otherwise they are
    returned.

    `base` and `with_marks` are for a correction, which judges what the replaced result judged; `post` is
    the unit in whose name the person decides (the evaluating unit unless given).
    """
    book = facts.pinned(sheet.member)
    under, number = base or ((bare_base(sheet), None) if stand_in else latest_base(sheet))
    leader = leads(sheet.member)
    recorded = facts.recorded_decisions(sheet.member)
    judgement, problems = read_judgement(
        book,
        document,
        facts.base_lines(under["subject"]),
        recorded=recorded,
        leader=leader,
        marks=stand_in if with_marks is None else with_marks,
        complete=complete,
    )
    below = subordinates_of(sheet) if leader else None
    if complete:
        _derived_or_given(book, judgement, below, leader, problems)
        if problems:
            raise Refused(problems)
    subject = facts.judged_subject(
        under["subject"],
        judgement,
        decided_by=decided_by(sheet, evaluator, post),
        subordinates=below,
        recorded=recorded,
        apart=book.takes_from_products,
    )
    rated = facts.rate(book, sheet.cycle, subject)
    if complete and rated.outcome.missing:
        raise Refused(dict(map(_lacking, rated.outcome.missing)))
    text = stored.judgement_json(sheet, judgement, under, rated.subject, over=number)
    return Judged(judgement, rated.subject, rated.outcome, text, dict(problems))


def _lacking(key: str) -> tuple[str, str]:
    """The field and the sentence for a fact that the result waits for."""
    found = re.fullmatch(r"products\[(.+)\]\.(\w+_each)", key)
    if found is None:
        return key, f"Còn thiếu dữ kiện để xác nhận: {key}. Hãy bổ sung."
    field = f"tasks.{found[1]}.{found[2]}"
    return field, f"{found[1]}: {EACH[found[2]].lower()}: chưa ghi, mà điểm còn tùy ở đó. Hãy ghi, ví dụ 1; 1; 3."


def decided_by(sheet: Sheet, evaluator: Person, post: Unit | None) -> str:
    """Who decides, in words, as head of `post` or of the evaluating unit."""
    return _by(evaluator, post or sheet.member.evaluator_unit, None if post else sheet.evaluator)


def _by(evaluator: Person, unit: Unit | None, head: Person | None) -> str:
    """Name and post of who decides, as the record shows it; a delegate with the head whose place is taken."""
    if head is not None and unit is not None and head.pk != evaluator.pk:
        return f"{evaluator.full_name}, thay mặt {head.full_name}, người đứng đầu {unit.name}"
    return f"{evaluator.full_name}, người đứng đầu {unit.name}" if unit else evaluator.full_name


def _derived_or_given(
    book: Rulebook, judgement: Judgement, below: Iterable[object] | None, leader: bool, problems: Problems
) -> None:
    """A factor that could follow from subordinates must be chosen where there are none."""
    rule = book.book.factors
    if rule is None or not leader:
        return
    left_open = {p.id for p in book.open_points if p.joint == "missing_factor"} & set(judgement.decisions)
    for item in rule.items:
        if (
            item.derived is not None
            and below is None
            and item.slug not in judgement.factors
            and not left_open
        ):
            problems[f"leadership_factors.{item.slug}"] = (
                f"{item.symbol}) {item.label}: hãy chọn {' hoặc '.join(f'{int(a)}%' for a in rule.allowed)}."
            )


def fields_of(judged: Judged) -> dict[str, Any]:
    """The columns of a confirmation that come from the result."""
    outcome = judged.outcome
    return {
        "outcome_kind": outcome.kind,
        "outcome": outcome.to_json(),
        "score": facts.fraction(outcome.score),
        "score_shown": facts.shown(outcome.score),
        "band": outcome.band or outcome.level or "",
        "comment": judged.judgement.comment,
    }
