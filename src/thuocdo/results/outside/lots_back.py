"""Taking back a file of results from outside that nobody confirmed yet: its lots are withdrawn, whole as they wait."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Held, Rewind, Scope
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.people_reach import posts_by_code
from thuocdo.results.outside.models import OutsideResult

Before = Mapping[str, Held | None]
State = OutsideResult.State
UNDONE = "Hoàn tác lượt nhập bằng tệp"


def close_rows(rows: list[OutsideResult], state: State, remark: str, by: User, at: datetime) -> None:
    """Confirmed, returned or withdrawn: who, when, why; the account of the person stays with it."""
    for row in rows:
        row.state, row.remark, row.closed_by, row.closed_at = state, remark, by, at
        row.account_id = row.account_id or row.person.user_id
    fields = ["state", "remark", "closed_by", "closed_at", "account"]
    OutsideResult.objects.bulk_update(rows, fields, batch_size=500)


def _rows(scope: Scope, codes: frozenset[str]) -> dict[str, list[OutsideResult]]:
    """By staff code what was received for these people in the units of the scope; never the user's own."""
    user, units = scope.data.user, {unit.pk for unit in scope.data.scope.data.units.values()}
    people = {found[0].person_id for found in posts_by_code(scope.data.scope, codes).values()}
    found: dict[str, list[OutsideResult]] = {}
    for row in sorted(lookup(OutsideResult.objects.select_related("person"), "person_id", people), key=lambda r: r.pk):
        if row.agency_id in units and (user is None or row.person.user_id != user.pk):
            found.setdefault(row.person.code, []).append(row)
    return found


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    found = {}
    for code, rows in _rows(scope, keys).items():
        waits = "; ".join(row.period for row in rows if row.state == State.WAITING)
        state = {str(row.pk): str(row.state) for row in rows}
        found[code] = Held(f"{rows[0].person.full_name} ({code})", {"Chờ xác nhận": waits}, state)
    return found


def _new(scope: Scope, before: Before) -> list[OutsideResult]:
    """What came since."""
    rows = _rows(scope, frozenset(before))
    known = {code: held.state if held is not None else {} for code, held in before.items()}
    return [row for code, own in rows.items() if code in known for row in own if str(row.pk) not in known[code]]


def _stops(scope: Scope, before: Before) -> dict[str, str]:
    """Only who entered a lot withdraws it, before it is confirmed or returned, and whole."""
    new = _new(scope, before)
    going, lots = {row.pk for row in new}, {row.lot for row in new}
    broken = {row.lot for row in OutsideResult.objects.filter(lot__in=lots) if row.pk not in going}
    stops = {}
    for row in new:
        if row.state != State.WAITING:
            stops[row.person.code] = f"{row.period} {row.get_state_display()}"
        elif scope.data.user is None or row.entered_by_id != scope.data.user.pk:
            stops[row.person.code] = "chỉ người đã nhập rút được lượt này"
        elif row.lot in broken:
            stops[row.person.code] = "lượt chờ xác nhận chỉ rút được cả lượt, không rút riêng từng người"
    return stops


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    pks = sorted(row.pk for rows in _rows(scope, keys).values() for row in rows)
    lookup(OutsideResult.objects.select_for_update(of=("self",)).only("pk").order_by("pk"), "pk", pks)


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    new = _new(scope, before)
    assert by is not None, "a row stops for whoever has no account"
    close_rows(new, State.WITHDRAWN, UNDONE, by, at)
    return [*new], []


LOTS_BACK = Rewind(_stand, _stops, _lock, _restore, added_goes="rút kết quả đã nhập, chưa ai xác nhận")
