"""Deciding about subjects: in, exempt, postponed, reviewed together with another one."""

from collections.abc import Collection
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where
from thuocdo.rounds import deciding
from thuocdo.rounds.locking import chain, in_state, locked
from thuocdo.rounds.models import Round, RoundSubject, StepDone


@action
def decide_subjects(
    *,
    round_id: int,
    subject_ids: Collection[int],
    standing: str,
    reason: str,
    cite: str,
    holds: bool,
    with_id: int | None,
    by: User,
    at: datetime,
) -> list[RoundSubject]:
    """Write down what the competent authority decided about subjects, alike for all of them.

    `cite`: the document or article; `holds`: while postponed, others still wait; `with_id`: the collective with which
    the
    review is held once. Raises NotYours, Forbidden for the own case, Several, Conflict where steps are done already.
    """
    round_ = locked(round_id)
    rows = list(
        RoundSubject.objects.filter(
            round=round_, pk__in=subject_ids, unit__in=units_where(by, Role.Kind.OFFICER, day_of(at))
        )
        .select_related("person", "unit")
        .order_by("pk")
    )
    if not rows or {one.pk for one in rows} != set(subject_ids):
        raise NotYours("Không tìm thấy đối tượng này trong phạm vi ông/bà phụ trách.")
    in_state(round_, Round.State.OPEN)
    for one in rows:
        deciding.not_own(one, by, at)
    read = Reading()
    read(deciding.choice, standing)
    words = read(_needed, reason, 1000, "reason", "Lý do") or ""
    basis = read(_needed, cite, 300, "cite", "Văn bản, điều khoản quyết định") or ""
    other = read(_partner, round_, rows, standing, with_id) if with_id else None
    read.done()
    done = StepDone.objects.filter(subject__in=[one.pk for one in rows], undoes__isnull=True, undone__isnull=True)
    deciding.nothing_done(standing, standing != "in" and done.exists())
    fresh = [one for one in rows if deciding.decided(one, standing, words, basis, holds, other, by, at)]
    if not fresh:
        nothing_changed()
        return rows
    RoundSubject.objects.bulk_update(fresh, deciding.DECIDED, batch_size=100)
    record(
        chain=chain(round_, at),
        code="round.subjects_decided",
        by=by,
        at=at,
        objects=fresh,
        data={"round": round_.pk, "subjects": len(fresh)},
    )
    return rows


def _needed(typed: str, most: int, field: str, label: str) -> str:
    if not clean(typed):
        raise Refusal("round.empty_text", f"{label}: chưa nhập. Hãy ghi để người xem đợt biết vì sao.", field=field)
    if len(clean(typed)) > most:
        raise Refusal("round.too_long", f"{label} dài quá {most} ký tự. Hãy ghi gọn lại.", field=field)
    return clean(typed)


def _partner(round_: Round, rows: list[RoundSubject], standing: str, with_id: int) -> RoundSubject:
    other = RoundSubject.objects.filter(round=round_, pk=with_id).first()
    guests = RoundSubject.objects.filter(round=round_, reviewed_with__in=rows, kind="collective").order_by("pk")
    return deciding.partner(other, rows, standing, dict(guests.values_list("reviewed_with_id", "name")))
