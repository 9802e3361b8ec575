"""What people do with a sheet, each through the product's own actions."""

from datetime import datetime, timedelta
from typing import Any

from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Petition
from thuocdo.demo import situations as s
from thuocdo.demo import words
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.posts import holders
from thuocdo.demo.tasks import Line
from thuocdo.demo.world import World
from thuocdo.organisation.models import Employment
from thuocdo.work.actions import report_task
from thuocdo.work.models import Task
from thuocdo.work.rules import Report


def report(world: World, line: Line, at: datetime) -> None:
    """The doer reports one task."""
    task = Task.objects.get(code=line.code)
    report_task(
        by=world.user(line.slot), at=at, task_id=task.pk, version=task.version,
        report=Report(completed=line.completed * 100, quality_met=line.quality_met * 100,
                      on_time=line.on_time * 100, quality_errors=line.quality_errors, late=line.late,
                      cause=line.cause, evidence=line.evidence, handed_back=line.handed_back),
    )


def submit(world: World, slot: str, month: DemoMonth, at: datetime) -> None:
    """The owner files the sheet."""
    sheet = world.sheet(slot, month)
    document: dict[str, Any] = {"marks": world.work(slot, month).marks, **words.self_texts(slot, month.index)}
    actions.submit(by=world.user(slot), at=at, sheet_id=sheet.pk, version=sheet.version,
                   document=document)


def open_sheet(world: World, slot: str, month: DemoMonth, at: datetime) -> None:
    """The evaluator opens it."""
    actions.open_for_review(by=world.evaluator(slot, month), at=at, sheet_id=world.sheet(slot, month).pk)


def give_back(world: World, slot: str, month: DemoMonth, at: datetime) -> None:
    """The evaluator opens it and returns it with a reason."""
    open_sheet(world, slot, month, at)
    sheet = world.sheet(slot, month)
    actions.return_for_revision(by=world.evaluator(slot, month), at=at + timedelta(minutes=4),
                                sheet_id=sheet.pk, version=sheet.version, reason=words.RETURN_REASON)


def confirm(world: World, slot: str, month: DemoMonth, at: datetime) -> None:
    """The evaluator opens, judges, comments and confirms."""
    open_sheet(world, slot, month, at)
    sheet = world.sheet(slot, month)
    actions.confirm(by=world.evaluator(slot, month), at=at + timedelta(minutes=3), sheet_id=sheet.pk,
                    version=sheet.version, judgement=judgement(world, slot, month))


def judgement(world: World, slot: str, month: DemoMonth, *, corrected: bool = False) -> dict[str, Any]:
    """The evaluator's document: what was seen differently, the leadership factors and the comment."""
    work = world.work(slot, month)
    tasks = {line.code: seen for line in work.lines if (seen := _seen(line)) and not corrected}
    found: dict[str, Any] = {"tasks": tasks, "comment": words.COMMENTS[work.band]}
    leadership = holders()[slot].post.leadership
    if leadership == Employment.Leadership.NONE:
        return found
    factors = {"organising": "100", "solidarity": "100"}
    if leadership == Employment.Leadership.DEPUTY:
        factors["unit_results"] = "100"
    if slot == s.ORGANISING_HALF and month.index == 1:
        factors["organising"] = "50"
        found["factor_reasons"] = {"organising": words.ORGANISING_REASON}
    return found | {"leadership_factors": factors}


def _seen(line: Line) -> dict[str, str]:
    seen: dict[str, str] = {}
    if line.late_excused:
        seen["late_excused"] = str(line.late_excused)
    if line.judged_errors is not None:
        seen["quality_errors"] = str(line.judged_errors)
    return seen | {"note": line.judge_note} if line.judge_note else seen


def stand_in(world: World, slot: str, month: DemoMonth, at: datetime) -> None:
    """The officer allows it, then the evaluator enters the sheet of a person without an account."""
    sheet = world.sheet(slot, month)
    actions.allow_stand_in(by=world.officer, at=at, sheet_id=sheet.pk, reason=words.STAND_IN_REASON)
    sheet = world.sheet(slot, month)
    work = world.work(slot, month)
    tasks = {line.code: {"completed": str(line.completed), "quality_met": str(line.quality_met),
                         "on_time": str(line.on_time), "quality_errors": str(line.quality_errors),
                         "late": str(line.late), "note": words.STAND_IN_NOTE} for line in work.lines}
    document = {"tasks": tasks, "marks": work.marks, "comment": words.COMMENTS[work.band]}
    actions.stand_in(by=world.evaluator(slot, month), at=at + timedelta(minutes=5), sheet_id=sheet.pk,
                     version=sheet.version, judgement=document)


def petition(world: World, slot: str, month: DemoMonth, kind: str, at: datetime) -> None:
    """The subject petitions against the confirmed result."""
    actions.petition(by=world.user(slot), at=at, confirmation_id=world.confirmation(slot, month).pk,
                     text=words.PETITIONS[kind])


def answer(world: World, slot: str, month: DemoMonth, kind: str, at: datetime) -> None:
    """The authority above answers: upholds, or corrects by a new confirmation."""
    row = Petition.objects.select_related("authority").get(sheet=world.sheet(slot, month))
    head = Employment.objects.select_related("person__user").get(
        unit=row.authority, leadership=Employment.Leadership.HEAD, end=None)
    by = head.person.user
    if by is None:
        raise LookupError(f"the head of {row.authority.code} has no account")
    if kind == "upheld":
        actions.uphold(by=by, at=at, petition_id=row.pk, answer=words.ANSWERS[kind])
    else:
        actions.correct(by=by, at=at, petition_id=row.pk, answer=words.ANSWERS[kind],
                        judgement=judgement(world, slot, month, corrected=True))
