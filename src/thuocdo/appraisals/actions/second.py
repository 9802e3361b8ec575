"""Two organisation officers for closing and publishing, where the agency asks for it."""

from datetime import date, datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.appraisals.locking import locked_cycle
from thuocdo.appraisals.locking import require_officer as require_officer_of
from thuocdo.appraisals.second import PLACES, Step, second_of
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle, SecondOfficer, StepRequest
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.text import clean
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import chain_of, day_of, require_officer, unit_or_refuse
from thuocdo.organisation.models import Role
from thuocdo.organisation.own_case import other_officers
from thuocdo.organisation.queries import ancestors, on_day


@action
def set_second_officer(
    *, unit_id: int, closing: bool, publishing: bool, decided_by: str, start: date, by: User | None, at: datetime
) -> SecondOfficer:
    """From `start` the unit and what is below asks for a second officer in these steps (in none: one is enough).

    Raises NotYours, Refusal by field (also where fewer than two officers could act), Conflict for a start before the
    last choice.
    """
    unit = unit_or_refuse(unit_id)
    require_officer(by, [unit.pk], at)
    who = clean(decided_by)
    if not 1 <= len(who) <= 200:
        raise Refusal("second.decided_by", "Hãy ghi cấp quyết định, số văn bản (tối đa 200 ký tự).", field="second_by")
    if closing or publishing:
        above = [unit.pk, *(one.pk for one in ancestors(unit, day_of(at)))]
        roles = Role.objects.filter(on_day(day_of(at)), unit__in=above, kind=Role.Kind.OFFICER)
        if roles.filter(person__user__is_active=True).values("person").distinct().count() < 2:
            raise Refusal(
                "second.alone",
                "Đơn vị mới có một cán bộ tổ chức có tài khoản nên sẽ không ai xác nhận được. Hãy giao vai trò cho "
                "người thứ hai trước.",
                field="second_unit",
            )
    last = SecondOfficer.objects.select_for_update(of=("self",)).filter(unit=unit, end=None).first()
    values = {"closing": closing, "publishing": publishing, "decided_by": who, "start": start}
    if last is not None and all(getattr(last, name) == value for name, value in values.items()):
        nothing_changed()
        return last
    written: list[Model] = []
    if last is not None:
        if start <= last.start:
            raise Conflict(f"Lựa chọn trước bắt đầu từ {last.start:%d/%m/%Y}; lựa chọn mới phải bắt đầu sau ngày đó.")
        last.end = start
        last.save(update_fields=["end"])
        written.append(last)
    row = SecondOfficer.objects.create(unit=unit, set_by=by, set_at=at, **values)
    record(chain=chain_of(unit, day_of(at)), code="second_officer.set", by=by, at=at, objects=[*written, row])
    return row


@action
def ask_second(*, cycle_id: int, step: str, by: User, at: datetime) -> StepRequest:
    """The first officer asks that another one closes the period or publishes its results; those who can are told.
    Raises NotYours, Conflict."""
    cycle = locked_cycle(cycle_id)
    require_officer_of(cycle.root_id, by, at)
    found = second_of(cycle, Step(step), by, at)
    if found is None:
        raise Conflict("Cơ quan không yêu cầu cán bộ tổ chức thứ hai; ông/bà làm được ngay.")
    if found.request is not None:
        if not found.mine:
            raise Conflict(f"{found.request.asked_by.display_name} đã đề nghị trước; ông/bà xem lại và xác nhận.")
        nothing_changed()
        return found.request
    row = StepRequest.objects.create(cycle=cycle, step=step, asked_by=by, asked_at=at)
    _tell(cycle, Step(step), by, at)
    data = {"cycle": cycle.pk, "step": Step(step).label}
    record(chain=cycle.root.code, code="step.asked", by=by, at=at, objects=[row], data=data)
    return row


def _tell(cycle: Cycle, step: Step, by: User, at: datetime) -> None:
    """One notice to each officer who can confirm, none to the one who asks."""
    notify(
        users={role.person.user_id: role.person.user for role in other_officers(cycle.root, by, at)}.values(),
        kind="step.asked",
        path=PLACES[step].format(cycle.pk),
        at=at,
        text=f"Có đề nghị {step.label} {cycle.short_name} chờ cán bộ tổ chức thứ hai xem lại, xác nhận.",
    )


@action
def withdraw_second(*, cycle_id: int, step: str, by: User, at: datetime) -> None:
    """The first officer takes the request back while nobody has confirmed it. Raises NotYours, Conflict."""
    cycle = locked_cycle(cycle_id)
    require_officer_of(cycle.root_id, by, at)
    mine = StepRequest.objects.filter(cycle=cycle, step=step, withdrawn_at=None, asked_by=by)
    row = mine.order_by("-pk").first()  # an earlier one may have been confirmed
    if row is None:
        nothing_changed()
        return
    if row.confirmed_by_id is not None:
        raise Conflict("Đề nghị đã được xác nhận nên không rút được nữa.")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    data = {"cycle": cycle.pk, "step": Step(step).label}
    record(chain=cycle.root.code, code="step.withdrawn", by=by, at=at, objects=[row], data=data)


def confirm_request(row: StepRequest | None, by: User, at: datetime) -> list[StepRequest]:
    """A step of the action that the second officer takes under what `awaited` returned: the request is confirmed by
    it, unless it was before. What was written, for `record`."""
    if row is None or row.confirmed_by_id is not None:
        return []
    row.confirmed_by, row.confirmed_at = by, at
    row.save(update_fields=["confirmed_by", "confirmed_at", "results", "levels", "dropped"])
    return [row]
