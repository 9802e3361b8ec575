"""A month in numbers: tasks, reports, documents, and sheets brought to a state through the real actions."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

from tests.factories.people import give_role, make_person, make_unit
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.models import Person, Role, Unit
from thuocdo.rulesets import catalogue
from thuocdo.work.models import Task

VIETNAM = timezone(timedelta(hours=7))
MONTH = date(2026, 2, 1)
OPENED = datetime(2026, 2, 26, 8, 0, tzinfo=VIETNAM)
SUBMIT_BY = datetime(2026, 3, 3, 17, 0, tzinfo=VIETNAM)
CONFIRM_BY = datetime(2026, 3, 6, 17, 0, tzinfo=VIETNAM)


def make_task(
    person: Person,
    agency: Unit,
    number: int = 1,
    *,
    month: date = MONTH,
    reported: bool = True,
    giver: Any = None,
    **fields: Any,
) -> Task:
    """A task of 4 units at coefficient 2, all done well and on time unless `fields` say otherwise."""
    done = (
        {
            "completed": 400,
            "quality_met": 400,
            "on_time": 400,
            "evidence": "Hồ sơ điện tử",
            "reported_at": datetime(2026, 2, 27, 9, 0, tzinfo=VIETNAM),
        }
        if reported
        else {}
    )
    with outside_actions():
        return Task.objects.create(
            **(
                {
                    "code": f"{month:%Y%m}-{person.code}-{number:02d}",
                    "person": person,
                    "agency": agency,
                    "month": month,
                    "title": f"Báo cáo số {number}",
                    "coefficient": 200,
                    "assigned": 400,
                    "due_date": month.replace(day=20),
                    "given_by": giver or person.user,
                    "given_at": datetime(month.year, month.month, 2, 8, 0, tzinfo=VIETNAM),
                }
                | done
                | fields
            )
        )


def marks(**changed: str) -> dict[str, str]:
    """Marks as typed: 1 point below the maximum for the first criterion, the maximum for the others."""
    book = catalogue.load("state/nd-335-2025")
    typed = {c.slug: format_points(int(c.max * 100)) for c in book.criteria}
    return typed | {"political_ethics": "4"} | changed


def self_document(**changed: Any) -> dict[str, Any]:
    """A complete self document."""
    return {
        "marks": marks(),
        "strengths": "Hoàn thành đúng hạn.",
        "shortcomings": "Cần chủ động hơn.",
    } | changed


def judgement(**changed: Any) -> dict[str, Any]:
    """A judgement that agrees with the report."""
    return {"comment": "Nhất trí với phần tự đánh giá."} | changed


def leader_judgement(**changed: Any) -> dict[str, Any]:
    """A judgement of a leader with all factors chosen."""
    factors = {"unit_results": "100", "organising": "100", "solidarity": "100"}
    return judgement(leadership_factors=factors) | changed


def open_month(
    root: Unit, officer: Person, *, month: int = 2, at: datetime = OPENED, **choices: Any
) -> Cycle:
    """The month opened by the officer."""
    moved = {"submit_by": SUBMIT_BY, "confirm_by": CONFIRM_BY}
    return actions.open_cycle(
        root_id=root.pk,
        kind="month",
        year=2026,
        number=month,
        choices=choices.get("choices", {}),
        by=officer.user,
        at=at,
        **moved,
    )


def sheet_of(cycle: Cycle, person: Person) -> Sheet:
    """The sheet as it is now."""
    return Sheet.objects.get(cycle=cycle, person=person)


def submitted(cycle: Cycle, person: Person, at: datetime, **changed: Any) -> Sheet:
    """The owner files."""
    sheet = sheet_of(cycle, person)
    actions.submit(
        sheet_id=sheet.pk, version=sheet.version, document=self_document(**changed), by=person.user, at=at
    )
    return sheet_of(cycle, person)


def opened(cycle: Cycle, person: Person, at: datetime, **changed: Any) -> Sheet:
    """Filed and opened by the evaluator."""
    sheet = submitted(cycle, person, at, **changed)
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=at)
    return sheet_of(cycle, person)


def confirmed(
    cycle: Cycle, person: Person, at: datetime, document: dict[str, Any] | None = None
) -> Confirmation:
    """Filed, opened and confirmed."""
    sheet = opened(cycle, person, at)
    return actions.confirm(
        sheet_id=sheet.pk,
        version=sheet.version,
        judgement=document or judgement(),
        by=sheet.evaluator.user,
        at=at,
    )


def relief_officer(root: Unit) -> Person:
    """A second officer of the unit, serving outside it: for what its own officer may not do about the self."""
    code = f"TC-{root.code}"
    known = Person.objects.filter(code=code).first()
    if known is not None:
        return known
    person = make_person(code, "Quách Thị Vân", make_unit(f"SNV-{root.code}", "Sở Nội vụ"))
    give_role(person, root, Role.Kind.OFFICER)
    return person


def exempted(sheet: Sheet, officer: Person, at: datetime, reason: str = "Điều động") -> Sheet:
    """The officer exempts the sheet; the officer's own is exempted by the second officer."""
    own = sheet.person_id == officer.pk
    by = relief_officer(sheet.cycle.root) if own else officer
    return actions.exempt(sheet_id=sheet.pk, reason=reason, by=by.user, at=at)
