"""Every read of sheets, with the access check in it. What a user may not see is answered with NotYours.

Where `at` is optional, leaving it out means the present moment (it decides which roles and extensions hold).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.capacity import require_capacity
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.explaining import Explanation, explain, rate_document
from thuocdo.appraisals.fetching import fetch
from thuocdo.appraisals.judging import Judged
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.appraisals.overview import CycleToEvaluate, Table, cycles_to_evaluate, evaluation_table
from thuocdo.appraisals.progress import Progress, UnitProgress, progress
from thuocdo.appraisals.shapes import judge, shape_of
from thuocdo.appraisals.sheets import (
    Judging,
    SheetView,
    own_sheet,
    require_seen,
    sheet_to_evaluate,
    sheet_to_view,
)
from thuocdo.appraisals.table import Points, Row, points
from thuocdo.appraisals.todo import Todo, todo
from thuocdo.appraisals.years import MonthRow, YearDraft, may_see_year_of, own_years, year_draft
from thuocdo.audit.queries import events_of
from thuocdo.engine import Outcome
from thuocdo.kernel.errors import NotYours

__all__ = [
    "CycleToEvaluate",
    "Explanation",
    "Judging",
    "MonthRow",
    "Points",
    "Progress",
    "Row",
    "SheetView",
    "Table",
    "Todo",
    "UnitProgress",
    "Viewer",
    "YearDraft",
    "cycles_to_evaluate",
    "evaluation_table",
    "every_result",
    "explanation",
    "may_see_year_of",
    "my_sheets",
    "own_sheet",
    "own_years",
    "petitions_to_answer",
    "points",
    "preview",
    "preview_judgement",
    "progress",
    "rate_document",
    "sheet_to_evaluate",
    "sheet_to_view",
    "todo",
    "viewers",
    "year_draft",
]


def my_sheets(user: User) -> list[Sheet]:
    """The user's own sheets, newest period first, with cycle, evaluator and confirmations. Two queries."""
    rows = Sheet.objects.filter(person__user_id=user.pk).select_related("cycle__root", "evaluator", "member")
    rows = rows.prefetch_related("confirmations")
    return list(rows.order_by("-cycle__year", "-cycle__number", "-pk"))


def preview(user: User, sheet: int | Sheet, document: Mapping[str, Any]) -> Outcome:
    """The owner's result if it were filed now: what is typed so far, with what is missing; the sheet by its id, or as
    `own_sheet` has read it. Raises NotYours.

    Fields that cannot be read count as missing; the form names them through `problems_of` when it is filed.
    """
    found = fetch(sheet) if isinstance(sheet, int) else sheet
    if found.person.user_id is None or found.person.user_id != user.pk:
        raise NotYours()
    return shape_of(found.member).preview(found, document)


def preview_judgement(user: User, sheet: int | Judging, judgement: Mapping[str, Any]) -> Outcome:
    """The result if the evaluator confirmed this now; the sheet by its id, or as `sheet_to_evaluate` has read it.
    Raises NotYours, Forbidden for who has left the post since, Refused for fields that cannot be read."""
    return judged_now(user, sheet, judgement).outcome


def judged_now(user: User, sheet: int | Judging, judgement: Mapping[str, Any]) -> Judged:
    """The judgement read and rated, not stored; it may be incomplete."""
    base = None if isinstance(sheet, int) else sheet.judged
    found = fetch(sheet) if isinstance(sheet, int) else sheet.view.sheet
    read = None if isinstance(sheet, int) else sheet.who
    who = read if read and read.person.user_id == user.pk else require_capacity(found, user, localdate(now()))
    stand_in = found.stand_in_allowed and found.state in ("drafting", "returned")
    judged = judge(found, judgement, who.person, complete=False, stand_in=stand_in, base=base)
    if judged.problems:
        raise Refused(judged.problems)
    return judged


def explanation(
    user: User, sheet_id: int | SheetView, number: int | None = None, at: datetime | None = None
) -> Explanation:
    """“Vì sao?” of the result in force, or of confirmation `number`; before confirming, of the
    self-assessment; the sheet by its id, or as it was read for this user (`own_sheet`, `sheet_to_view`).

    For whoever may see the sheet; an evaluator does not see a self-assessment that is back with its owner.
    """
    read = None if isinstance(sheet_id, int) else sheet_id
    sheet = require_seen(user, sheet_id, at or now()) if isinstance(sheet_id, int) else sheet_id.sheet
    if number is None and sheet.state in ("drafting", "returned") and sheet.person.user_id != user.pk:
        raise NotYours("Phiếu đang ở người lập, chưa nộp.")
    return explain(sheet, number, read.confirmations if read else None)


def every_result() -> QuerySet[Confirmation]:
    """All confirmed results with what they were computed from, for `thuocdo verify`; no access check."""
    return Confirmation.objects.select_related("submission")


@dataclass(frozen=True)
class Viewer:
    """Somebody who looked at a sheet: name and when."""

    name: str
    at: datetime


def viewers(user: User, sheet: int | Sheet) -> list[Viewer]:
    """Who looked at the user's own sheet and when, newest first; the sheet by its id, or as `own_sheet` has read it.
    Two queries. Raises NotYours."""
    sheet = fetch(sheet) if isinstance(sheet, int) else sheet
    if sheet.person.user_id is None or sheet.person.user_id != user.pk:
        raise NotYours()
    codes = ("sheet.viewed", "sheet.year_viewed", "sheet.what_if_viewed", "sheet.bundle_taken", "sheet.paper_opened")
    looks = list(events_of("appraisals.sheet", sheet.pk, codes=codes))
    names = dict(User.objects.filter(pk__in={int(e.actor) for e in looks}).values_list("pk", "display_name"))
    return [Viewer(names[int(e.actor)], e.at) for e in reversed(looks)]


def petitions_to_answer(user: User, at: datetime | None = None) -> list[Petition]:
    """Petitions addressed to units the user heads: waiting ones by due day, then the answered ones. Two
    queries."""
    rows = Petition.objects.filter(authority__in=headed_units(user, localdate(at or now())))
    found = rows.exclude(author__user_id=user.pk).select_related(
        "sheet__cycle",
        "sheet__person",
        "sheet__member__unit",
        "confirmation__confirmed_by",
        "authority",
        "answered_by",
    )
    return sorted(found, key=lambda p: (p.state != Petition.State.RECEIVED, p.answer_by or date.max, p.pk))
