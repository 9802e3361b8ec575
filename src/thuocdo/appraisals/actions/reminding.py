"""Reminding those who act next on the sheets that stop a period: one notice a person a day, whoever reminds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals.locking import locked_cycle, require_officer
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.progress import WAITS_FOR_EVALUATOR, stops_at
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict
from thuocdo.notices.actions import notify_accounts
from thuocdo.notices.models import Notice

KIND = "sheet.reminder"


@dataclass(frozen=True)
class Reminded:
    """How many people were reminded, had a reminder today (or one they have not read), or have no account."""

    sent: int
    already: int
    without_account: int


@action
def remind(*, cycle_id: int, unit_id: int, by: User, at: datetime) -> Reminded:
    """Remind the people of one unit (or of an agency with its units) who act next on sheets that stop the closing:
    owners who have not filed, evaluators who have not confirmed. Raises NotYours, Conflict once the period is closed.
    """
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    if cycle.state == Cycle.State.CLOSED:
        raise Conflict("Kỳ đã khóa nên không còn ai phải nhắc.")
    unit = Q(member__unit=unit_id) | Q(member__agency=unit_id)
    left = Sheet.objects.filter(unit, stops_at(at), cycle=cycle)
    owners = set(left.exclude(WAITS_FOR_EVALUATOR).values_list("person", "person__user"))
    evaluators = set(left.filter(WAITS_FOR_EVALUATOR).values_list("evaluator", "evaluator__user"))
    accounts = {user for _, user in owners | evaluators if user is not None}
    day = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    before = Notice.objects.filter(Q(at__gte=day) | Q(read_at=None), kind=KIND, user__in=accounts)
    today = set(before.values_list("user", flat=True))
    fresh = accounts - today
    counts = Reminded(len(fresh), len(today), sum(user is None for _, user in owners | evaluators))
    if not fresh:
        nothing_changed()
        return counts
    own = {user for _, user in owners if user in fresh}
    for who, path, text in (
        (own, "/phieu/", f"Phiếu {cycle.short_name} của ông/bà chưa nộp; kỳ đang chờ để khóa."),
        (fresh - own, f"/danh-gia/{cycle.pk}/", f"Còn phiếu {cycle.short_name} chờ ông/bà xác nhận để khóa kỳ."),
    ):
        notify_accounts(accounts=sorted(who), kind=KIND, text=text, path=path, at=at)
    record(
        chain=cycle.root.code, code="cycle.reminded", by=by, at=at, objects=[],
        data={"cycle": cycle.pk, "unit": unit_id, "people": len(fresh)},
    )  # fmt: skip
    return counts
