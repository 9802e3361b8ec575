"""The decision of the competent body that the higher share applies to a group, where the text read allows one (Quy định
366-QĐ/TW Điều 11.1.5: không quá 25%)."""

from collections.abc import Sequence
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

WHILE = (Round.State.OPEN, Round.State.CLOSED)
"""A rating is made again after the end of the round too, by the same shares."""


@action
def raise_line(*, like: int, document_number: str, reason: str, by: User, at: datetime) -> QuotaRaising:
    """The higher share applies from now on to those who are counted with this assessment (`places.key_of`: its group,
    of its deciding body and its side), by this document and for this reason.

    Raises NotYours, Forbidden for the own group and for one of another body, Several, Conflict where it applies.
    """
    round_ = locked(Assessment.objects.filter(pk=like).values_list("round_id", flat=True).first() or 0)
    in_state(round_, *WHILE)
    every = _verified(round_, Assessment.objects.get(pk=like).group)
    one = next((row for row in every if row.pk == like), None)
    if one is None:
        raise NotYours()
    form = sheets.counting_form(one, {})
    key = places.key_of(one, form)
    rows = [row for row in every if places.of_key(key, row.group, places.body_of(row.competence), row.kind)]
    _may(rows, by, day_of(at))
    if not places.raisable(form):
        raise Refusal("quota.not_raised", f"{form.book.short_title} không có tỷ lệ nâng cho nhóm này.")
    read = Reading()
    paper = read(needed, document_number, 80, "document_number", "Số, ngày văn bản")
    words = read(needed, reason, 1000, "raise_reason", "Lý do nâng tỷ lệ")
    read.done()
    bodies = sorted({row.competence.body for row in rows if row.competence is not None})
    body = "; ".join(bodies)[:200]
    if places.raising_for(one, form, places.raised_of(round_, [one.group])) is not None:
        raise Conflict(
            f"Nhóm “{one.group}” của {body} đang áp dụng tỷ lệ nâng theo một quyết định khác. Hãy tải lại trang để xem."
        )
    group, deciding, side = key
    made = QuotaRaising(round=round_, group=group, deciding=deciding, side=side, body=body, document_number=paper,
                        reason=words, recorded_by=by, recorded_at=at)  # fmt: skip
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
    in_state(round_, *WHILE)
    row = QuotaRaising.objects.select_for_update(no_key=True, of=("self",)).get(pk=raising_id)
    raised = {(row.group, row.deciding, row.side): row}
    first: dict[places.Key, tuple[Assessment, sheets.Form]] = {}
    forms: dict[tuple[str, str, str], sheets.Form] = {}
    rows = []
    for one in _verified(round_, row.group):
        form = sheets.counting_form(one, forms)
        if places.raising_for(one, form, raised) is not None:
            first.setdefault(places.key_of(one, form), (one, form))
            rows.append(one)
    _may(rows, by, day_of(at))
    if row.ended_at is not None:
        nothing_changed()
        return row
    held = places.counted(round_, row.group)
    for one, form in first.values():
        for count in places.counts(one, form, held, {}):
            if count.over:
                raise Conflict(
                    f"Đã quyết định {count.taken} suất theo tỷ lệ nâng, quá {count.cell.stable_places} suất của tỷ lệ "
                    "thường. Hãy quyết định lại những hồ sơ ấy trước."
                )
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record(chain=chain(round_, at), code="assessment.line_lowered", by=by, at=at, objects=[row])
    return row


def _verified(round_: Round, group: str) -> list[Assessment]:
    """Who is verified in the group, whoever decides."""
    verified = Assessment.objects.filter(round=round_, group=group, state__in=("decide", "decided")).exclude(group="")
    return list(verified.select_related("competence", "person", "round", "unit").order_by("pk"))


def _may(rows: Sequence[Assessment], by: User, on: date) -> None:
    """Each of them is decided on by the user's body. Raises NotYours, Forbidden."""
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
