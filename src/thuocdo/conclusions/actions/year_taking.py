"""Taking levels of the year, decided on the month side, into a round as the rating steps of civil servants and the
like: nobody types them again."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError

from thuocdo.accounts.models import User
from thuocdo.audit.bulk import Row
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.conclusions.models import Reconsideration
from thuocdo.conclusions.reconsidering.actions import begin_taken_back
from thuocdo.conclusions.year_taking import Offer, offers, theirs
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books, gate
from thuocdo.rounds.locking import chain
from thuocdo.rounds.locking import locked as locked_round
from thuocdo.rounds.models import Round, StepDone

MOST, AT_ONCE = 300, 1000


@action
def take_year_levels(
    *, round_id: int, chosen: Collection[int] | None, by: User, at: datetime, typed: str = ""
) -> tuple[int, int]:
    """The levels that stand for these subjects, or (`chosen` None) for everybody the officer looks after, beside the
    Party organisations whose name has `typed`, told to the round: how many, and how many still wait for a step before.
    What is in the round already stays; a level that was replaced since replaces its step only where the subject was
    chosen, by a row that takes the old one back.

    Results that rest on a level which was replaced are put up for reconsideration (`reconsidering`).

    Raises NotYours, Refusal, Conflict where later steps other than ratings rest on a replaced level.
    """
    round_ = locked_round(round_id)
    if round_.state != Round.State.OPEN:
        raise Conflict(f"Đợt {round_.label} hiện {round_.get_state_display()}, nên không ghi được gì nữa.")
    if chosen is not None and not 1 <= len(chosen) <= MOST:
        raise Refusal("round.rows", f"Hãy chọn từ 1 đến {MOST} người.", field="subject")
    rows = theirs(round_, by, day_of(at), typed=typed if chosen is None else "")
    subjects = list(rows if chosen is None else rows.filter(pk__in=chosen))
    if chosen is not None and len(subjects) != len(set(chosen)):
        raise NotYours("Không tìm thấy đối tượng này trong phạm vi ông/bà phụ trách.")
    fresh: list[Row] = []
    undone: list[StepDone] = []
    leaning: list[Reconsideration] = []
    early = 0
    try:
        for start in range(0, len(subjects), AT_ONCE):
            found = offers(round_, subjects[start : start + AT_ONCE], by)
            replaced = [one for one in found if one.state == "changed" and one.year and chosen is not None]
            for one in replaced:
                back = _taken_back(round_, one, by, at)
                undone.append(back)
                leaning += begin_taken_back(back, by, at)
            wanted = {one.subject.pk: one for one in [*found, *replaced] if one.state == "new" or one in replaced}
            wanted = {key: one for key, one in wanted.items() if not one.why}
            steps = [(one.node.id, one.subject) for one in wanted.values() if one.node]
            ordered, left = gate.free(round_, steps)
            made = [(node, subject, wanted[subject.pk].taken) for node, subject in ordered]
            fresh += gate.told_many(round_, made, by, at) if made else []
            early += len(left)
    except IntegrityError:
        raise Conflict("Người khác vừa ghi bước của một người trong số này. Hãy tải lại trang.") from None
    if not fresh and not undone:
        nothing_changed()
        return 0, early
    record(chain=chain(round_, at), code="round.year_levels_taken", by=by, at=at, objects=[*undone, *leaning],
           fresh=[(StepDone, fresh)] if fresh else [],
           data={"round": round_.pk, "steps": len(fresh), "undone": len(undone)})  # fmt: skip
    return len(fresh), early


def _taken_back(round_: Round, one: Offer, by: User, at: datetime) -> StepDone:
    """The row that takes back the step told from a level that no longer stands."""
    assert one.node is not None, "a step done is of the pinned graph"
    assert one.step is not None, "a replaced level has its step"
    assert one.year is not None, "a replaced level has its sheet"
    subject = one.subject
    later = [step for step in gate.leaning(round_, one.node.id, subject) if step.step != "rating"]
    if later:
        labels = {node.id: node.label for node in books.rules_of(round_).graph.nodes}
        names = "; ".join(f"“{labels[step.node]}” của {step.subject.name}" for step in later[: gate.NAMED])
        raise Conflict(
            f"{subject.name}: mức năm đã thay, nhưng các bước sau đã dựa vào mức cũ: {names}. Hãy hủy các bước ấy "
            "trước, rồi đưa mức mới vào."
        )
    how = gate.Taken(day_of(at), source=gate.YEAR_LEVEL, source_key=str(one.step.pk))
    now = one.year.label or one.year.waits
    reason = f"Kết quả năm đã được thay ở phiếu {one.year.cycle}: {one.was or 'chưa ghi mức'} → {now}."
    return gate.told(round_, one.node, subject, how, by, at, one.step, reason)
