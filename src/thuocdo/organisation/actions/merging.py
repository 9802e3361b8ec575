"""Two staff codes of one human: proposed by one officer, approved by another; both codes keep their history."""

from datetime import datetime

from django.db.models import Model, Q

from thuocdo.accounts.actions import switch_active
from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.changes import clashes
from thuocdo.organisation.holding import hold
from thuocdo.organisation.models import Employment, Person, PersonMerge, Role
from thuocdo.organisation.own_case import is_own
from thuocdo.organisation.queries import on_day, person_for_officer


@action
def propose_merge(*, by: User, at: datetime, kept_code: str, dropped_code: str, reason: str) -> PersonMerge:
    """Say that two codes are one human. Raises NotYours, Refusal, Conflict, Forbidden for the own codes."""
    kept, dropped = (_by_code(code, by, at) for code in (kept_code, dropped_code))
    if kept == dropped:
        raise Refusal("merge.same", "Hai mã giống nhau. Hãy ghi hai mã khác nhau.", field="dropped")
    if PersonMerge.objects.filter(Q(dropped__in=(kept, dropped)) | Q(kept=dropped), withdrawn_at=None).exists():
        raise Conflict("Một trong hai mã đã có đề nghị gộp hoặc đã được gộp. Hãy xem danh sách bên dưới.")
    _refuse(kept, dropped, by)
    row = PersonMerge.objects.create(kept=kept, dropped=dropped, proposed_by=by, proposed_at=at,
                                     reason=text_from(reason, "Lý do", most=500, field="reason"))
    record(chain=clashes.chain(kept, day_of(at)), code="person.merge_proposed", by=by, at=at, objects=[row])
    return row


def _by_code(code: str, by: User, at: datetime) -> Person:
    found = Person.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise Refusal("merge.code", f"Không có mã “{code[:40]}” trong phạm vi ông/bà phụ trách. Hãy kiểm tra lại.",
                      field="dropped")
    return person_for_officer(by, found.pk, day_of(at))


def _refuse(kept: Person, dropped: Person, by: User) -> None:
    if is_own(kept, by) or is_own(dropped, by):
        raise Forbidden("Ông/bà không tự gộp mã của chính mình. Hãy đề nghị cán bộ tổ chức khác.")
    clash = clashes.found(kept.pk, dropped.pk)
    if clash:
        raise Conflict(clash)


def _locked(merge_id: int, by: User, at: datetime) -> PersonMerge:
    row = PersonMerge.objects.select_for_update(of=("self",)).filter(pk=merge_id).first()
    if row is None:
        raise NotYours()
    person_for_officer(by, row.kept_id, day_of(at))
    person_for_officer(by, row.dropped_id, day_of(at))
    return row


@action
def approve_merge(*, by: User, at: datetime, merge_id: int) -> PersonMerge:
    """The second officer approves: posts and roles of the dropped code go on under the kept one from today, its account
    is closed; what it did stays where it is. Raises NotYours, Forbidden, Conflict (sheets of both in one period)."""
    row = _locked(merge_id, by, at)
    if row.approved_at is not None:
        nothing_changed()
        return row
    if row.withdrawn_at is not None:
        raise Conflict("Đề nghị này đã được rút.")
    if row.proposed_by_id == by.pk:
        raise Forbidden("Người đề nghị không tự duyệt. Hãy đề nghị một cán bộ tổ chức khác duyệt.")
    hold(Person.objects.all(), values=(row.kept_id, row.dropped_id))  # before their posts, as lists and pages do
    kept, dropped = row.kept, row.dropped
    _refuse(kept, dropped, by)
    today = day_of(at)
    written: list[Model] = [*_carry_posts(row, at), *_carry_roles(row, at)]
    if dropped.user is not None:
        if kept.user_id is None:
            kept.user, dropped.user = dropped.user, None
            dropped.save(update_fields=["user"])
            kept.save(update_fields=["user"])
            written += [kept, dropped]
        else:
            written += switch_active([dropped.user], at=at, active=False)
    row.approved_by, row.approved_at = by, at
    row.save(update_fields=["approved_by", "approved_at"])
    record(chain=clashes.chain(kept, today), code="person.merge_approved", by=by, at=at, objects=[row, *written])
    return row


def _carry_posts(row: PersonMerge, at: datetime) -> list[Model]:
    today = day_of(at)
    written: list[Model] = []
    held = set(Employment.objects.filter(on_day(today), person=row.kept).values_list("unit_id", flat=True))
    for post in Employment.objects.filter(on_day(today), person=row.dropped, start__lt=today):
        if post.unit_id not in held:
            new = Employment(person=row.kept, unit_id=post.unit_id, kind=post.kind, position=post.position,
                             leadership=post.leadership, task_group=post.task_group, start=today, end=post.end)
            new.save()
            written.append(new)
        post.end = today
        post.save(update_fields=["end"])
        written.append(post)
    return written


def _carry_roles(row: PersonMerge, at: datetime) -> list[Model]:
    today = day_of(at)
    written: list[Model] = []
    for role in Role.objects.filter(on_day(today), person=row.dropped, start__lt=today):
        new = Role(person=row.kept, unit_id=role.unit_id, kind=role.kind, start=today, end=role.end,
                   given_by_id=role.given_by_id)
        new.save()
        role.end = today
        role.save(update_fields=["end"])
        written += [new, role]
    return written


@action
def withdraw_merge(*, by: User, at: datetime, merge_id: int) -> PersonMerge:
    """Put a proposal aside. Raises NotYours, Conflict (approved)."""
    row = _locked(merge_id, by, at)
    if row.approved_at is not None:
        raise Conflict("Đã duyệt gộp, không rút được nữa.")
    if row.withdrawn_at is not None:
        nothing_changed()
        return row
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(chain=clashes.chain(row.kept, day_of(at)), code="person.merge_withdrawn", by=by, at=at, objects=[row])
    return row
