"""The decision of the competent body that the higher share applies to a group, where the text read allows one (Quy định
366-QĐ/TW Điều 11.1.5: không quá 25%)."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.conclusions import places, sheets
from thuocdo.conclusions.competences import exercised
from thuocdo.conclusions.locking import needed
from thuocdo.conclusions.models import Assessment, Competence, QuotaRaising
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where
from thuocdo.rounds.locking import chain, in_state, locked
from thuocdo.rounds.models import Round


@action
def raise_line(*, round_id: int, group: str, document_number: str, reason: str, by: User, at: datetime) -> QuotaRaising:
    """The higher share applies to the group from now on, by this document and for this reason.

    Raises NotYours, Forbidden for the own group and for one of another body, Several, Conflict where it applies.
    """
    round_ = locked(round_id)
    in_state(round_, Round.State.OPEN)
    rows = _rows(round_, group, by, day_of(at))
    form = sheets.form_of(rows[0], live=False)
    if not places.raisable(form):
        raise Refusal("quota.not_raised", f"{form.book.short_title} không có tỷ lệ nâng cho nhóm này.")
    read = Reading()
    paper = read(needed, document_number, 80, "document_number", "Số, ngày văn bản")
    words = read(needed, reason, 1000, "raise_reason", "Lý do nâng tỷ lệ")
    read.done()
    if group in places.raised_of(round_, [group]):
        raise Conflict(f"Nhóm “{group}” đang áp dụng tỷ lệ nâng theo một quyết định khác. Hãy tải lại trang để xem.")
    bodies = sorted({one.competence.body for one in rows if one.competence is not None})
    made = QuotaRaising(round=round_, group=group, body="; ".join(bodies)[:200], document_number=paper, reason=words,
                        recorded_by=by, recorded_at=at)  # fmt: skip
    made.save(force_insert=True)
    record(chain=chain(round_, at), code="assessment.line_raised", by=by, at=at, objects=[made])
    return made


@action
def end_raising(*, raising_id: int, by: User, at: datetime) -> QuotaRaising:
    """The higher share applies no more. Raises NotYours, Forbidden, Conflict where levels were decided that only it
    allowed: they are decided again first."""
    found = QuotaRaising.objects.filter(pk=raising_id).first()
    if found is None:
        raise NotYours()
    round_ = locked(found.round_id)
    in_state(round_, Round.State.OPEN)
    row = QuotaRaising.objects.select_for_update(no_key=True, of=("self",)).get(pk=raising_id)
    rows = _rows(round_, row.group, by, day_of(at))
    if row.ended_at is not None:
        nothing_changed()
        return row
    held = places.counted(round_, row.group)
    form = sheets.form_of(rows[0], live=False)
    for count in places.counts(rows[0], form, held, {}):
        if count.over:
            raise Conflict(
                f"Đã quyết định {count.taken} suất theo tỷ lệ nâng, quá {count.cell.stable_places} suất của tỷ lệ "
                "thường. Hãy quyết định lại những hồ sơ ấy trước."
            )
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record(chain=chain(round_, at), code="assessment.line_lowered", by=by, at=at, objects=[row])
    return row


def _rows(round_: Round, group: str, by: User, on: date) -> list[Assessment]:
    """Who is verified in the group, of whom each is decided on by the user's body. Raises NotYours, Forbidden."""
    verified = Assessment.objects.filter(round=round_, group=group, state__in=("decide", "decided")).exclude(group="")
    rows = list(verified.select_related("competence", "person", "round", "unit").order_by("pk"))
    mine = set(Competence.objects.filter(exercised(by, on)).values_list("pk", flat=True))
    offices = units_where(by, Role.Kind.OFFICER, on)
    reached = [
        one for one in rows if one.competence is not None
        and (one.competence_id in mine or (one.competence.above and one.unit_id in offices))
    ]  # fmt: skip
    if not reached:
        raise NotYours()
    if any(one.person is not None and one.person.user_id == by.pk for one in rows):
        raise Forbidden("Nhóm này có hồ sơ của chính ông/bà, nên người khác trong cấp quyết định ghi.")
    if len(reached) < len(rows):
        raise Forbidden("Nhóm này có hồ sơ do cấp khác quyết định, nên cấp ấy cùng quyết định tỷ lệ.")
    return rows
