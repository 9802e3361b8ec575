"""What was said about a person in the sheet's period, for the evaluator and whoever else may see the sheet."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.capacity import require_capacity
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.sheets import require_seen
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.opinions.queries import Result, of_member


@dataclass(frozen=True)
class Beside:
    """The sheet with its opinions; `evaluates`: whether the reader is the evaluator of today, who alone reads words."""

    sheet: Sheet
    result: Result
    evaluates: bool


def opinions_beside(user: User, sheet_id: int, at: datetime) -> Beside:
    """Frozen figures, or the count while opinions are gathered. The person reads no more than the round allows, on the
    page of opinions and not here. Raises NotYours, also where nobody was asked."""
    sheet = require_seen(user, sheet_id, at)
    if sheet.person.user_id == user.pk:
        raise NotYours()
    try:
        evaluates = require_capacity(sheet, user, localdate(at)) is not None
    except (NotYours, Forbidden):
        evaluates = False
    result = of_member(sheet.member_id, texts=evaluates)
    if result is None:
        raise NotYours()
    return Beside(sheet, result, evaluates)
