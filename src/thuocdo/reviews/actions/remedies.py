"""After the review: who is responsible for a defect, and what is done about it until it is remedied."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.queries import person_of
from thuocdo.reviews.access import found, written_by
from thuocdo.reviews.meeting_rules import summoned
from thuocdo.reviews.models import Defect, DefectDuty, Remedy, RemedyStep
from thuocdo.reviews.telling import tell_claimed, tell_remedy
from thuocdo.rounds.access import recordable
from thuocdo.rounds.locking import chain
from thuocdo.rounds.models import RoundSubject

State = Remedy.State


def _defect(defect_id: int, by: User, at: datetime) -> tuple[Defect, RoundSubject]:
    """A defect that counts, for whoever writes the report or records for the subject. Raises NotYours."""
    row = Defect.objects.select_for_update(no_key=True).filter(pk=defect_id, dropped_at=None).first()
    if row is None:
        raise NotYours()
    on = day_of(at)
    return row, found(row.subject_id, written_by(by, on) | recordable(by, on))


@action
def name_duty(*, defect_id: int, subject_id: int, words: str, by: User, at: datetime) -> DefectDuty:
    """Link a collective's defect to one of its people. Raises NotYours, Refusal, Conflict."""
    defect, one = _defect(defect_id, by, at)
    leader = RoundSubject.objects.filter(pk=subject_id, kind="leader", collective=one, standing="in").first()
    if leader is None:
        raise NotYours("Hãy chọn một người của chính tập thể này.")
    said = text_from(words, "Trách nhiệm", "duty", 500)
    row = DefectDuty(defect=defect, subject=leader, words=said, by=by, at=at)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(f"Đã nêu trách nhiệm của {leader.name} đối với khuyết điểm này.") from None
    record(chain=chain(one.round, at), code="review.duty_named", by=by, at=at, objects=[row])
    return row


@action
def answer_duty(*, duty_id: int, accepted: bool, said: str, by: User, at: datetime) -> DefectDuty:
    """What the person says: accepts, or sees it otherwise and says why. Raises NotYours, Refusal."""
    mine = DefectDuty.objects.select_for_update(no_key=True, of=("self",)).filter(subject__person__user_id=by.pk)
    row = mine.filter(pk=duty_id).first()
    if row is None:
        raise NotYours()
    answer = DefectDuty.Answer.ACCEPTED if accepted else DefectDuty.Answer.DISPUTED
    words = text_from(said, "Ý kiến", "said", 1000, needed=not accepted)
    if (row.answer, row.said) == (answer, words):
        nothing_changed()
        return row
    row.answer, row.said, row.answered_at = answer, words, at
    row.save()
    one = RoundSubject.objects.select_related("round__unit").get(pk=row.subject_id)
    record(chain=chain(one.round, at), code="review.duty_answered", by=by, at=at, objects=[row])
    return row


@action
def plan_remedy(*, defect_id: int, measure: str, person_id: int, due: date, by: User, at: datetime) -> Remedy:
    """A measure against a defect: who carries it out, by when. Raises NotYours, Several."""
    defect, one = _defect(defect_id, by, at)
    people = {one.person_id} if one.person_id is not None else set(summoned([one]))
    if person_id not in people:
        raise NotYours("Hãy chọn người của chính tập thể, chi bộ này.")
    read = Reading()
    words = read(text_from, measure, "Biện pháp", "measure", 1000)
    read(_due, due, at)
    read.done()
    row = Remedy(defect=defect, measure=words, person_id=person_id, due=due, by=by, at=at)
    row.save()
    tell_remedy(row, one, by, at)
    record(chain=chain(one.round, at), code="review.remedy_planned", by=by, at=at, objects=[row])
    return row


def _due(due: date, at: datetime) -> None:
    if due < day_of(at):
        raise Refusal("review.due", f"Thời hạn {due:%d/%m/%Y} đã qua. Hãy ghi ngày sắp tới.", field="due")


@action
def report_remedy(*, remedy_id: int, state: str, words: str, by: User, at: datetime) -> RemedyStep:
    """How far a remedy is: by who carries it out, or whoever writes the report. That it is fixed, and that it is not
    after all, is for whoever records for the subject and does not carry it out; so is the withdrawal of one planned by
    mistake, which somebody else asked for. Raises NotYours, Forbidden, Refusal, Conflict."""
    row = Remedy.objects.select_for_update(no_key=True, of=("self",)).filter(pk=remedy_id).first()
    if row is None:
        raise NotYours()
    on, actor = day_of(at), person_of(by)
    defect = Defect.objects.get(pk=row.defect_id)
    carries = actor is not None and actor.pk == row.person_id
    rows = RoundSubject.objects.filter(pk=defect.subject_id)
    confirms = rows.filter(recordable(by, on)).exists()
    if not (carries or confirms or rows.filter(written_by(by, on)).exists()):
        raise NotYours()
    if state not in State.values:
        raise Refusal("review.state", "Tình trạng: hãy chọn một mục.", field="state")
    if state == State.FIXED and (carries or not confirms):
        raise Forbidden("Việc đã khắc phục xong do người phụ trách nơi ấy xác nhận, không phải người thực hiện.")
    _may_follow(row, state, confirms=confirms and not carries, by=by)
    said = text_from(words, "Mức độ, khó khăn, vướng mắc", "degree", 1000)
    if row.state == State.FIXED or state == State.DROPPED:
        _require_counted_open(defect, rows.get())
    row.state = state
    row.save()
    step = RemedyStep(remedy=row, state=state, words=said, by=by, by_person=actor, carried_by_id=row.person_id, at=at)
    step.save(force_insert=True)
    one = rows.select_related("round__unit").get()
    if state in (State.CLAIMED, State.WRONG):
        tell_claimed(one, [row.person_id], by, at)
    record(chain=chain(one.round, at), code="review.remedy_moved", by=by, at=at, objects=[row, step])
    return step


def _may_follow(row: Remedy, state: str, *, confirms: bool, by: User) -> None:
    """Raises Conflict, Forbidden."""
    if row.state == State.DROPPED:
        raise Conflict("Biện pháp này đã được rút. Hãy ghi biện pháp mới.")
    if row.state == State.FIXED:
        if state == State.FIXED:
            raise Conflict("Biện pháp này đã được xác nhận khắc phục xong.")
        if not confirms:
            raise Forbidden("Việc đã được xác nhận khắc phục xong: chỉ người xác nhận của nơi ấy ghi lại, có lý do.")
        if state not in (State.OPEN, State.DOING):
            raise Conflict("Hãy ghi lại là chưa khắc phục hoặc đang khắc phục trước.")
    if state == State.DROPPED:
        asked = RemedyStep.objects.filter(remedy=row).order_by("-pk").first()
        if row.state != State.WRONG or asked is None:
            raise Conflict("Chưa có ai xin rút biện pháp này. Hãy ghi “xin rút vì ghi nhầm” kèm lý do trước.")
        if not confirms or asked.by_id == by.pk:
            raise Forbidden("Người phụ trách nơi ấy xác nhận việc rút, không phải người xin rút hay người thực hiện.")


def _require_counted_open(defect: Defect, one: RoundSubject) -> None:
    """The next year's rating counts what was remedied: once its round is closed that stays. Raises Conflict."""
    same = Q(person=one.person_id) if one.person_id is not None else Q(key=one.key)
    counted = RoundSubject.objects.filter(same, round__year=defect.year + 1, round__state="closed")
    if counted.exists():
        raise Conflict(f"Đợt xếp loại năm {defect.year + 1} đã tính kết quả này và đã kết thúc, nên không đổi được.")
