"""Defects: written down with who pointed them out; dropped with a reason, never deleted."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.reviews.access import found, written_by
from thuocdo.reviews.models import Defect
from thuocdo.reviews.owners import defects_of, owner_of
from thuocdo.rounds.access import recordable
from thuocdo.rounds.locking import chain, in_state, locked
from thuocdo.rounds.models import Round

MOST = 60


@action
def add_defect(*, subject_id: int, year: int, text: str, cause: str, source: str, by: User, at: datetime) -> Defect:
    """A defect that the review of `year` pointed out: the round's own, or the year before where the product has no
    report of it. Only who does not write the report may add what a meeting, prompt or superior pointed out for it.
    Raises NotYours, Several, Conflict."""
    on = day_of(at)
    wanted = written_by(by, on) if source == Defect.Source.SELF else written_by(by, on) | recordable(by, on)
    one = found(subject_id, wanted)
    round_ = locked(one.round_id)
    in_state(round_, Round.State.OPEN)
    read = Reading()
    words = read(text_from, text, "Hạn chế, khuyết điểm", "defect", 1000)
    why = read(text_from, cause, "Nguyên nhân", "cause", 1000, needed=False)
    read(_known, source, year, round_.year)
    read.done()
    standing = list(defects_of(one, year))
    if any(row.text == words for row in standing):
        nothing_changed()
        return next(row for row in standing if row.text == words)
    if len(standing) >= MOST:
        raise Conflict(f"Đã ghi {MOST} hạn chế, khuyết điểm. Hãy gộp những điều giống nhau.")
    row = Defect(subject=one, owner=owner_of(one), year=year, text=words, cause=why, source=source, by=by, at=at)
    row.save()
    record(chain=chain(round_, at), code="review.defect_added", by=by, at=at, objects=[row], data={"round": round_.pk})
    return row


def _known(source: str, year: int, of: int) -> None:
    if source not in Defect.Source.values:
        raise Refusal("review.source", "Ai chỉ ra: chưa chọn. Hãy chọn một mục.", field="source")
    if year not in (of, of - 1):
        raise Refusal("review.year", f"Chỉ ghi hạn chế của kỳ kiểm điểm năm {of} hoặc {of - 1}.", field="year")


@action
def drop_defect(*, defect_id: int, reason: str, by: User, at: datetime) -> Defect:
    """Leave a defect out, with the reason: what the subject wrote by itself, by who writes the report; what others
    pointed out, by whoever records for the subject but is not it. Raises NotYours, Refusal, Conflict."""
    row = Defect.objects.select_related("subject__person").filter(pk=defect_id).first()
    if row is None:
        raise NotYours()
    on = day_of(at)
    own = row.source == Defect.Source.SELF
    one = found(row.subject_id, written_by(by, on) if own else recordable(by, on))
    round_ = locked(one.round_id)
    in_state(round_, Round.State.OPEN)
    if not own and one.person is not None and one.person.user_id == by.pk:
        raise Conflict("Điều này do nơi khác chỉ ra cho ông/bà, nên người khác mới bỏ được.")
    row.refresh_from_db()
    if row.dropped_at is not None:
        nothing_changed()
        return row
    row.dropped_reason = text_from(reason, "Lý do bỏ", "reason", 500)
    row.dropped_at = at
    row.save()
    record(
        chain=chain(round_, at), code="review.defect_dropped", by=by, at=at, objects=[row], data={"round": round_.pk}
    )
    return row
