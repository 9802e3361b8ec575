"""Opening a period for a unit, and letting in somebody who was left out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.appraisals.locking import locked_cycle, require_officer
from thuocdo.appraisals.models import Sheet
from thuocdo.audit import bulk
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle, Member, Run
from thuocdo.cycles.opening import check_choices, freeze_population, one_at_a_time, pins, readmitted
from thuocdo.cycles.population import AT_ONCE, Choice, scope_for, size_of
from thuocdo.cycles.runs import begin
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.periods import period_span
from thuocdo.notices.actions import notify_accounts
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.own_case import refuse_own
from thuocdo.rulesets.versions import keep

OWN_PLACE = "Đây là trường hợp của chính ông/bà nên ông/bà không tự chọn vị trí hay tự đưa mình vào kỳ"


@action
def open_cycle(
    *,
    root_id: int,
    kind: str,
    year: int,
    number: int,
    submit_by: datetime,
    confirm_by: datetime,
    choices: Mapping[int, Mapping[str, Any]],
    by: User,
    at: datetime,
) -> Cycle:
    """Open a month, quarter or year for a unit and all below it: freeze who is in and under which rule, make the
    sheets.

    `choices` maps person id to `{"employment": id, "reason": text}` where the law is silent (several
    posts, away all the period). More than `AT_ONCE` people are left to a run: the cycle exists at once, its
    people and sheets follow in batches (`actions.runs`). Raises NotYours, Refusal for an impossible period or
    deadline, Forbidden
    for a choice about the acting user, Conflict when it is open already.
    """
    require_officer(root_id, by, at)
    root = Unit.objects.get(pk=root_id)
    _check_period(kind, year, number, submit_by, confirm_by)
    for person in Person.objects.filter(pk__in=choices, user_id=by.pk):
        refuse_own(person, root, by, at, what=OWN_PLACE)
    chosen = {person: Choice(int(c["employment"]), str(c["reason"])) for person, c in choices.items()}
    cycle = _create(root, kind, year, number, submit_by, confirm_by, by, at)
    scope = scope_for(root, kind, year, number, at)
    people = size_of(scope)
    if people > AT_ONCE:
        check_choices(scope, chosen)
        run = begin(cycle, Run.Kind.OPEN, people, by, at, {str(person): dict(c) for person, c in choices.items()})
        record(
            chain=root.code,
            code="run.started",
            by=by,
            at=at,
            objects=[cycle],
            data={"cycle": cycle.pk, "run": run.pk, "kind": run.get_kind_display()},
        )
        return cycle
    frozen = freeze_population(cycle, scope, chosen)
    sheets = make_sheets(cycle, frozen.inside, by, at)
    record(
        chain=root.code,
        code="cycle.opened",
        by=by,
        at=at,
        objects=[cycle, *keep(cycle.pins, at)],
        fresh=[(Member, frozen.rows), (Sheet, sheets)],
        data={"cycle": cycle.pk, "members": len(frozen.rows), "sheets": len(sheets)},
    )
    return cycle


def _check_period(kind: str, year: int, number: int, submit_by: datetime, confirm_by: datetime) -> None:
    if kind not in Cycle.Kind.values:
        raise Refusal("cycle.kind", "Chỉ mở kỳ theo tháng, theo quý hoặc theo năm.", field="kind")
    try:
        period_span(kind, year, number)
    except ValueError:
        raise Refusal(
            "cycle.number", "Không có kỳ này trong năm; hãy chọn lại tháng hoặc quý.", field="number"
        ) from None
    if confirm_by < submit_by:
        raise Refusal("cycle.deadlines", "Hạn xác nhận phải sau hạn nộp phiếu.", field="confirm_by")


def _create(
    root: Unit,
    kind: str,
    year: int,
    number: int,
    submit_by: datetime,
    confirm_by: datetime,
    by: User,
    at: datetime,
) -> Cycle:
    cycle = Cycle(
        root=root,
        kind=kind,
        year=year,
        number=number,
        submit_by=submit_by,
        confirm_by=confirm_by,
        pins=[],
        opened_by=by,
        opened_at=at,
    )
    try:
        with transaction.atomic():
            cycle.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            f"Kỳ {cycle.label} của “{root.name}” đã được mở trước đó. Hãy vào trang kỳ đánh giá để xem."
        ) from None
    return cycle


def new_sheet(cycle: Cycle, member: Member, by: User, at: datetime) -> Sheet:
    """An empty sheet of a member that is in (not saved)."""
    assert member.evaluator_id is not None, "a member that is in has an evaluator (a constraint of the table)"
    return Sheet(
        cycle=cycle,
        member=member,
        person_id=member.person_id,
        evaluator_id=member.evaluator_id,
        submit_by=cycle.submit_by,
        changed_at=at,
        changed_by=by,
    )


def make_sheets(
    cycle: Cycle, inside: Sequence[tuple[int, int, int, int | None]], by: User, at: datetime
) -> list[bulk.Row]:
    """Empty sheets for members that are in (member, person, evaluator, account), and the notice to each owner."""
    pattern = bulk.Pattern(
        Sheet,
        ("id", "member_id", "person_id", "evaluator_id"),
        cycle=cycle,
        submit_by=cycle.submit_by,
        changed_at=at,
        changed_by=by,
    )
    keys = bulk.reserve(Sheet, len(inside))
    rows = [pattern.row(key, *who[:3]) for key, who in zip(keys, inside, strict=True)]
    bulk.insert(Sheet, rows)
    tell_opened(cycle, [account for *_, account in inside], at)
    return rows


def tell_opened(cycle: Cycle, accounts: Sequence[int | None], at: datetime) -> None:
    """Tell the holders of these accounts that their sheet is there."""
    notify_accounts(
        accounts=[account for account in accounts if account is not None],
        kind="cycle.opened",
        path="/phieu/",
        at=at,
        text=f"Đã mở kỳ {cycle.short_name}. Ông/bà lập và nộp phiếu theo dõi, đánh giá đúng hạn.",
    )


@action
def admit_member(*, member_id: int, employment_id: int, reason: str, by: User, at: datetime) -> Sheet:
    """Let in a person who was left out: with the post chosen and the reason, or after what was missing is
    recorded. Raises NotYours, Forbidden for the acting user's own place, Refusal, Conflict."""
    member = Member.objects.select_related("cycle").filter(pk=member_id).first()
    if member is None:
        raise NotYours()
    require_officer(member.cycle.root_id, by, at)  # before anybody is made to wait
    one_at_a_time()
    cycle = locked_cycle(member.cycle_id)
    member = Member.objects.select_related("person").get(pk=member_id)
    refuse_own(member.person, cycle.root, by, at, what=OWN_PLACE)
    if member.standing == Member.Standing.IN:
        nothing_changed()
        return Sheet.objects.get(member=member)
    if cycle.state == Cycle.State.CLOSED:
        raise Conflict(f"Kỳ {cycle.label} đã khóa, không đưa thêm người vào được nữa.")
    if reason.strip() == "":
        raise Refusal("admit.no_reason", "Hãy ghi lý do đưa người này vào kỳ đánh giá.", field="reason")
    scope = scope_for(cycle.root, cycle.kind, cycle.year, cycle.number, at)
    member = readmitted(cycle, scope, member, Choice(employment_id, reason.strip()))
    member.save()
    sheet = new_sheet(cycle, member, by, at)
    sheet.save(force_insert=True)
    cycle.pins = pins(cycle)
    cycle.save(update_fields=["pins"])
    tell_opened(cycle, [member.person.user_id], at)
    record(
        chain=cycle.root.code,
        code="member.admitted",
        by=by,
        at=at,
        objects=[cycle, member, sheet, *keep(cycle.pins, at)],
        data={"cycle": cycle.pk, "member": member.pk},
    )
    return sheet
