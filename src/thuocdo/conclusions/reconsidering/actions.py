"""Results that were taken on a level which a decision replaces: put up, and kept with a reason."""

from collections.abc import Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.conclusions import access
from thuocdo.conclusions.competences import bodies
from thuocdo.conclusions.locking import chain, needed
from thuocdo.conclusions.models import Assessment, AssessmentPart, Reconsideration
from thuocdo.conclusions.reconsidering.found import path_of
from thuocdo.conclusions.reconsidering.resting import resting
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import day_of
from thuocdo.rounds.access import leads
from thuocdo.rounds.locking import locked as locked_round
from thuocdo.rounds.models import StepDone


def begin(part: AssessmentPart, by: User, at: datetime) -> list[Reconsideration]:
    """Rows for the results that were taken on the level which this decision replaced by another one, saved for the
    caller to record; who decides on them is told. A result that leans on one of these is asked for when that one
    changes."""
    one, before = part.assessment, part.replaces
    if one.round is None or one.subject is None or before is None or before.level == part.level:
        return []
    steps = resting(one.round, one.subject)
    rows = [Reconsideration(subject=step.subject, step=step, cause=part, begun_at=at) for step in steps]
    Reconsideration.objects.bulk_create(rows)
    _tell(one.name, steps, by, at)
    return rows


def begin_taken_back(taken: StepDone, by: User, at: datetime) -> list[Reconsideration]:
    """As `begin`, where a level from paper, or of a year that was taken into the round, no longer stands: `taken` takes
    it back."""
    steps = resting(taken.round, taken.subject)
    rows = [Reconsideration(subject=step.subject, step=step, taken=taken, begun_at=at) for step in steps]
    Reconsideration.objects.bulk_create(rows)
    _tell(taken.subject.name, steps, by, at)
    return rows


def _tell(cause: str, steps: Sequence[StepDone], by: User, at: datetime) -> None:
    """One notice a result for each who decides on it."""
    kept = Assessment.objects.filter(subject__in=[step.subject_id for step in steps]).select_related("competence")
    held = {one.subject_id: one.competence for one in kept}
    users: dict[int, list[User]] = {}
    for step in steps:
        body = held.get(step.subject_id)
        if body is None:
            continue
        if body.pk not in users:
            users[body.pk] = [user for user in bodies(body, day_of(at)) if user.pk != by.pk]
        notify(
            users=[user for user in users[body.pk] if step.person is None or step.person.user_id != user.pk],
            kind="assessment.to_reconsider", path=path_of(step.subject_id), at=at,
            text=f"Mức của {cause} đã thay: xem lại kết quả của {step.subject.name}",
        )  # fmt: skip


@action
def keep_result(*, reconsideration_id: int, reason: str, by: User, at: datetime) -> Reconsideration:
    """The result stays as it was decided although a level that it rests on was replaced (`reason`): by who decides on
    it; where it was written from a paper, by the organisation officer.

    Raises NotYours, Forbidden, Refusal, Conflict where it was rated again meanwhile. A round that
    has ended does not keep it from being answered.
    """
    found = Reconsideration.objects.filter(pk=reconsideration_id).values_list("subject__round", flat=True).first()
    if found is None:
        raise NotYours()
    locked_round(found)
    row = Reconsideration.objects.select_for_update(no_key=True, of=("self",)).get(pk=reconsideration_id)
    one, may = access.of_subject(by, row.subject_id, day_of(at))
    from_paper = one.pk is None and may.verifies and not leads(by).filter(pk=row.subject_id).exists()
    if not (may.decides or from_paper):
        raise Forbidden("Cấp quyết định về kết quả này xem lại; không ai xem lại về mình, về nơi mình lãnh đạo.")
    if row.answered_at is not None:
        nothing_changed()
        return row
    if StepDone.objects.filter(undoes=row.step_id).exists():
        raise Conflict(f"{one.name} đã được xếp loại lại từ khi mức kia thay, nên không còn gì phải xem lại.")
    row.answer = needed(reason, 1000, f"keep-{row.pk}", "Lý do giữ nguyên kết quả")
    row.answered_by, row.answered_at = by, at
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    record(chain=chain(one, at), code="assessment.result_kept", by=by, at=at, objects=[row])
    return row
