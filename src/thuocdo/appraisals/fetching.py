"""A sheet by its id, in one query with what its pages ask of every sheet; who may see it is for the caller to say."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from thuocdo.accounts.models import User
from thuocdo.appraisals.capacity import by_evaluator
from thuocdo.appraisals.drafts import drafted_by, read_draft
from thuocdo.appraisals.locking import RELATED
from thuocdo.appraisals.models import Sheet
from thuocdo.audit.only import only
from thuocdo.kernel.errors import NotYours
from thuocdo.opinions.queries import about_member
from thuocdo.organisation.queries import on_day


class Fetched(NamedTuple):
    """A sheet as it was read for one user: their draft of it, and whether its evaluator of record heads the evaluating
    unit on the day."""

    sheet: Sheet
    draft: dict[str, Any] | None
    heads: bool


def fetch(sheet_id: int) -> Sheet:
    """The sheet with what pages show around it, and whether opinions about its person were asked (`asked_about`).
    Raises NotYours."""
    sheet: Sheet = _found(_shown(), sheet_id)
    return sheet


def fetch_for(user: User, sheet_id: int, on: date) -> Fetched:
    """The same with what the user keeps there, and how its evaluator stands on that day. One query. Raises NotYours."""
    rows = _shown().annotate(drafted=drafted_by(user.pk), headed=by_evaluator(on_day(on)))
    sheet = _found(rows, sheet_id)
    return Fetched(sheet, read_draft(sheet.drafted), sheet.headed)


def _shown() -> QuerySet[Any]:
    asked_about = Exists(about_member(OuterRef("member")))
    return Sheet.objects.select_related(*RELATED).annotate(asked_about=asked_about)


def _found(rows: QuerySet[Any], sheet_id: int) -> Any:
    sheet = only(rows.filter(pk=sheet_id))
    if sheet is None:
        raise NotYours()
    return sheet
