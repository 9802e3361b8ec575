"""What was said about a person in the sheet's period, for the evaluator and whoever else may see the sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.capacity import evaluated_by, require_capacity
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.sheets import require_seen
from thuocdo.intake.specs import Listing, Scope, key_from
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.opinions.models import OpinionRound, OpinionSubject
from thuocdo.opinions.queries import PERIOD, Result, block_lines, of_member, questions_of, results_of
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.scopes import signed_in


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


def heard_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A closed round of a period about people whom the user evaluates, never about the user. Raises NotYours."""
    user, on = signed_in(by), localdate(at)
    sheets = Sheet.objects.filter(evaluated_by(user, on)).exclude(person__user_id=user.pk)
    told = OpinionSubject.objects.filter(round=key_from(code), round__state=OpinionRound.State.CLOSED, living=True)
    told = told.filter(member__in=sheets.values("member")).select_related("member__person", "member__unit")
    rows = list(told.select_related(*(f"round__{name}" for name in PERIOD)).order_by("member__person__sort_key", "pk"))
    if not rows:
        raise NotYours()
    one = rows[0].round
    heard = results_of(rows, questions_of([one.pk]), texts=True)
    chain, name = chain_of(one.unit, day_of(at)), f"{one.unit.name}, {one.label}"
    return Scope(chain, name, [(row, heard[row.pk]) for row in rows])


def heard_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """The lines beside each sheet."""
    for row, result in scope.data:
        member = row.member
        for side, who, words in block_lines(result):
            yield member.person.code, member.person.full_name, member.unit.name, side, who, words


HEARD = Listing(
    "opinions-month", "Ý kiến về người do mình đánh giá",
    (("Mã cán bộ", 16), ("Về ai", 28), ("Đơn vị", 34), ("Bên", 30), ("Người cho ý kiến", 28), ("Ý kiến", 70)),
    heard_scope, heard_rows,
)  # fmt: skip
