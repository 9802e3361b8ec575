"""A superior committee's prompt to a subject, and following its points."""

from collections.abc import Sequence
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.reviews.access import found, prompted_by
from thuocdo.reviews.models import PromptPoint, ReviewPrompt
from thuocdo.reviews.telling import tell_prompted
from thuocdo.rounds.locking import chain, in_state, locked
from thuocdo.rounds.models import Round, RoundSubject

MOST_POINTS = 30


def _asked(subject_id: int, by: User, at: datetime) -> RoundSubject:
    one = found(subject_id, prompted_by(by, day_of(at)))
    locked(one.round_id)
    in_state(one.round, Round.State.OPEN)
    if one.person is not None and one.person.user_id == by.pk:
        raise Forbidden("Gợi ý kiểm điểm cho chính ông/bà thì người khác ghi.")
    return one


@action
def issue_prompt(
    *,
    subject_id: int,
    number: str,
    issued_on: date,
    points: Sequence[str],
    half_days: int | None,
    by: User,
    at: datetime,
) -> ReviewPrompt:
    """The prompt of a superior committee, once for a subject. Raises NotYours, Forbidden, Several, Conflict."""
    one = _asked(subject_id, by, at)
    read = Reading()
    document = read(text_from, number, "Số văn bản", "number", 80)
    texts = [read(text_from, point, "Điểm gợi ý", "points", 1000) for point in points if point.strip()]
    read(_counted, len(texts), half_days, issued_on, at)
    read.done()
    known = ReviewPrompt.objects.filter(subject=one).first()
    if known is not None:
        raise Conflict(f"{one.name} đã có gợi ý kiểm điểm số {known.number}. Hãy tải lại trang để xem.")
    prompt = ReviewPrompt(subject=one, number=document, issued_on=issued_on, half_days=half_days, by=by, at=at)
    prompt.save()
    rows = [PromptPoint(prompt=prompt, number=n, text=text) for n, text in enumerate(texts, start=1)]
    rows = PromptPoint.objects.bulk_create(rows)
    tell_prompted(one, len(rows), by, at)
    data = {"round": one.round_id, "points": len(rows)}
    record(chain=chain(one.round, at), code="review.prompt_issued", by=by, at=at, objects=[prompt, *rows], data=data)
    return prompt


def _counted(points: int, half_days: int | None, issued_on: date, at: datetime) -> None:
    if not 1 <= points <= MOST_POINTS:
        raise Refusal("review.points", f"Hãy ghi từ 1 đến {MOST_POINTS} điểm gợi ý, mỗi điểm một dòng.", field="points")
    if half_days is not None and not 1 <= half_days <= 20:
        raise Refusal("review.half_days", "Số buổi: hãy ghi từ 1 đến 20, hoặc để trống.", field="half_days")
    if issued_on > day_of(at):
        raise Refusal("review.future", f"Ngày {issued_on:%d/%m/%Y} chưa đến. Hãy sửa ngày.", field="issued_on")


@action
def follow_point(*, point_id: int, follow: str, words: str, by: User, at: datetime) -> PromptPoint:
    """What whoever issued the prompt says of the answer to a point. Raises NotYours, Refusal."""
    row = PromptPoint.objects.select_related("prompt").filter(pk=point_id).first()
    if row is None:
        raise NotYours()
    one = _asked(row.prompt.subject_id, by, at)
    if follow not in (PromptPoint.Follow.MET, PromptPoint.Follow.UNMET):
        raise Refusal("review.follow", "Theo dõi: hãy chọn đã làm rõ hay chưa rõ.", field="follow")
    said = text_from(words, "Nhận xét", "words", 1000, needed=follow == PromptPoint.Follow.UNMET)
    if (row.follow, row.words) == (follow, said):
        nothing_changed()
        return row
    row.follow, row.words, row.followed_by, row.followed_at = follow, said, by, at
    row.save()
    record(chain=chain(one.round, at), code="review.point_followed", by=by, at=at, objects=[row])
    return row
