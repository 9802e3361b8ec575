"""Recording steps that no other room takes, and taking one back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.engine.schemes.graph import Node
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import day_of
from thuocdo.organisation.own_case import refuse_own
from thuocdo.rounds import books, closing, gate, on_paper, taken_back
from thuocdo.rounds.access import recordable
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.locking import chain, locked
from thuocdo.rounds.models import Round, RoundSubject, StepDone

MOST = 300
REPORTED = ("review", "report")
"""Steps that say that a meeting was held: who is reviewed in it may be the one who records it."""


@action
def take_steps(
    *,
    round_id: int,
    steps: Sequence[tuple[str, int]],
    on: date,
    place: str,
    number: str,
    levels: Mapping[int, str],
    by: User,
    at: datetime,
    body: str = "",
    group: str = "",
) -> list[StepDone]:
    """Record steps (step, subject) done on one day, in one meeting or document; typed once for all of them.

    Steps done before are left as they are; steps of the same meeting may wait for each other. `levels`: the level
    decided, by subject, for steps that rate: these are written down from a decision on paper (its number and `body`) by
    an organisation officer who does not lead the subject, while no other room has it open. `group`: of those whose
    share the text counts in groups of a similar position; a level that has a share needs it. Raises NotYours, Refusal,
    Forbidden, Several, Conflict with the articles where a step comes too early.
    """
    round_ = locked(round_id)
    subjects = _subjects(round_, {subject for _, subject in steps}, by, at)
    read = Reading()
    if not steps or len(steps) > MOST:
        read(_refuse, "round.steps", f"Hãy chọn từ 1 đến {MOST} bước để ghi.", "steps")
    if on > day_of(at):
        read(_refuse, "round.future", f"Ngày {on:%d/%m/%Y} chưa đến. Hãy ghi ngày đã làm.", "on")
    elif on < date(round_.year, 1, 1):
        read(_refuse, "round.early_day", f"Ngày {on:%d/%m/%Y} trước năm {round_.year} của đợt. Hãy sửa ngày.", "on")
    how = gate.Taken(
        on, read(_short, place, 200, "place", "Nơi họp") or "", read(_short, number, 80, "number", "Số văn bản") or ""
    )
    decided_by = read(_short, body, 200, "body", "Cấp đã quyết định mức") or ""
    named = read(_short, group, 60, "group", "Nhóm có vị trí, vai trò tương đồng") or ""
    read.done()
    ordered = gate.require_free(round_, [(node, subjects[subject]) for node, subject in steps])
    rated = [subject for node, subject in ordered if node.step == "rating"]
    if rated:
        on_paper.require_writable(rated, by, at)
        on_paper.require_not_open(rated)
        on_paper.require_paper(how.number, decided_by)
        on_paper.require_group(round_, [(one, levels.get(one.pk, "")) for one in rated], named)
    if not ordered:
        nothing_changed()
        return []
    made = []
    for node, subject in ordered:
        level = _level(round_, node, subject, levels.get(subject.pk, ""))
        if subject.person is not None and node.step not in REPORTED:
            refuse_own(
                subject.person, subject.unit, by, at, what=f"“{node.label}” là của chính ông/bà nên người khác ghi"
            )
        where = decided_by if node.step == "rating" else how.place
        among = named if node.step == "rating" and on_paper.counted_in_groups(round_, subject) else ""
        taken = gate.Taken(how.on, where, how.number, level, group=among)
        made.append(_told(round_, node, subject, taken, by, at))
    record(
        chain=chain(round_, at),
        code="round.steps_taken",
        by=by,
        at=at,
        objects=made,
        data={"round": round_.pk, "steps": len(made)},
    )
    return made


@action
def undo_step(*, step_id: int, reason: str, by: User, at: datetime) -> StepDone:
    """Take a step back by a further row; what waited for it goes first. Results of others whose
    rule read the level are put up for reconsideration by the room that holds them. Raises NotYours, Refusal, Conflict.
    """
    step = StepDone.objects.select_related("subject__person", "subject__unit").filter(pk=step_id).first()
    if step is None:
        raise NotYours()
    round_ = locked(step.round_id)
    subject = _subjects(round_, {step.subject_id}, by, at)[step.subject_id]
    if step.source not in (gate.Taken.source, gate.YEAR_LEVEL):
        raise Forbidden("Bước này do một phần khác của phần mềm ghi. Hãy hủy hoặc thay ở nơi đã ghi nó.")
    if step.undoes_id is not None or StepDone.objects.filter(undoes=step).exists():
        nothing_changed()
        return step
    if round_.state != Round.State.OPEN:
        way = " Mức ghi từ quyết định giấy thì ghi quyết định thay thế ở trang này." if step.step == "rating" else ""
        raise Conflict(f"Đợt {round_.label} hiện {round_.get_state_display()}, nên không hủy được bước nào.{way}")
    if not clean(reason):
        raise Refusal(
            "round.no_reason", "Lý do hủy: chưa nhập. Hãy ghi vì sao bước này không còn được tính.", field="reason"
        )
    node = next((one for one in books.rules_of(round_).graph.nodes if one.id == step.node), None)
    if subject.person is not None and step.step not in REPORTED:
        refuse_own(subject.person, subject.unit, by, at, what="Bước này là của chính ông/bà nên người khác hủy")
    if step.step == "rating":
        on_paper.require_writable([subject], by, at)
    later = gate.dependants(round_, step.node, subject)
    if later:
        names = "; ".join(f"“{label}” của {name}" for label, name in later[: gate.NAMED])
        more = f" và {len(later) - gate.NAMED} bước khác" if len(later) > gate.NAMED else ""
        raise Conflict(f"Các bước sau đã dựa vào bước này: {names}{more}. Hãy hủy các bước ấy trước.")
    assert node is not None, "a step done is of the pinned graph"
    how = gate.Taken(day_of(at), source_key=str(step.pk))
    made = _told(round_, node, subject, how, by, at, undoes=step, reason=clean(reason)[:1000])
    leaning = taken_back.put_up(made, by, at) if step.step == "rating" else []
    record(chain=chain(round_, at), code="round.step_undone", by=by, at=at, objects=[made, *leaning],
           data={"round": round_.pk})  # fmt: skip
    return made


@action
def replace_paper(
    *, step_id: int, level: str | None, on: date, number: str, body: str, group: str, reason: str, by: User,
    at: datetime,
) -> StepDone:  # fmt: skip
    """Another decision on paper in place of the one from which a rating was written down, also after the end of the
    round: a wrong rating is made again (Quy định 366-QĐ/TW Điều 13, 15.3). The old row stays, a further one takes it
    back; results that read the level are put up for reconsideration. After the end hard shares hold at once: nobody
    ends the round again. `level`: empty for a decision that rates no longer, None where nothing was chosen.

    Raises NotYours, Forbidden, Several, Conflict.
    """
    step = StepDone.objects.select_related("subject__person", "subject__unit").filter(pk=step_id).first()
    if step is None or step.step != "rating" or step.source != gate.Taken.source:
        raise NotYours()
    round_ = locked(step.round_id)
    subject = _subjects(round_, {step.subject_id}, by, at)[step.subject_id]
    if step.undoes_id is not None or StepDone.objects.filter(undoes=step).exists():
        raise Conflict(f"Mức này của {subject.name} đã được thay hoặc hủy. Hãy tải lại trang.")
    if round_.state not in (Round.State.OPEN, Round.State.CLOSED):
        raise Conflict(f"Đợt {round_.label} hiện {round_.get_state_display()}, nên không ghi được gì nữa.")
    on_paper.require_writable([subject], by, at)
    on_paper.require_not_open([subject])
    node = next(one for one in books.rules_of(round_).graph.nodes if one.id == step.node)
    read = Reading()
    if on > day_of(at) or on < step.on:
        words = f"Ngày {on:%d/%m/%Y} phải từ ngày quyết định cũ ({step.on:%d/%m/%Y}) đến hôm nay. Hãy sửa ngày."
        read(_refuse, "round.future", words, "on")
    paper = read(_short, number, 80, "number", "Số văn bản") or ""
    decided_by = read(_short, body, 200, "body", "Cấp đã quyết định mức") or ""
    named = read(_short, group, 60, "group", "Nhóm có vị trí, vai trò tương đồng") or ""
    why = read(_short, reason, 1000, "reason", "Lý do xếp loại lại") or ""
    if not why:
        read(_refuse, "round.no_reason", "Lý do xếp loại lại: chưa nhập. Hãy ghi vì sao mức cũ được thay.", "reason")
    if level is None:
        words = "Mức mới: chưa chọn. Hãy chọn mức, hoặc “Không xếp loại” nếu quyết định thay thế ghi như vậy."
        read(_refuse, "round.no_level", words, "level")
    new = read(_level, round_, node, subject, level or "") or ""
    read(on_paper.require_paper, paper, decided_by)
    read(on_paper.require_group, round_, [(subject, new)], named)
    read.done()
    ended = round_.state == Round.State.CLOSED
    before = closing.broken(round_) if ended else []
    undone = _told(round_, node, subject, gate.Taken(on, source_key=str(step.pk)), by, at, undoes=step, reason=why)
    among = named if on_paper.counted_in_groups(round_, subject) else ""
    made = _told(round_, node, subject, gate.Taken(on, decided_by, paper, new, group=among), by, at)
    if ended and (broken := [words for words in closing.broken(round_) if words not in before]):
        raise Conflict(f"Đợt đã kết thúc mà mức này làm vượt tỷ lệ. {' '.join(broken[: closing.NAMED])}")
    leaning = taken_back.put_up(undone, by, at) if new != step.level else []
    record(chain=chain(round_, at), code="round.rating_replaced", by=by, at=at, objects=[undone, made, *leaning],
           data={"round": round_.pk})  # fmt: skip
    return made


def _subjects(round_: Round, keys: set[int], by: User, at: datetime) -> dict[int, RoundSubject]:
    """The subjects of the round of which the user may record steps. Raises NotYours."""
    rows = RoundSubject.objects.filter(recordable(by, day_of(at)), round=round_, pk__in=keys)
    found = {one.pk: one for one in rows.select_related("person", "unit")}
    if found.keys() != keys:
        raise NotYours("Không tìm thấy đối tượng này trong phạm vi ông/bà được ghi.")
    return found


def _refuse(code: str, words: str, field: str) -> None:
    raise Refusal(code, words, field=field)


def _short(typed: str, most: int, field: str, label: str) -> str:
    if len(clean(typed)) > most:
        raise Refusal("round.too_long", f"{label} dài quá {most} ký tự. Hãy ghi gọn lại.", field=field)
    return clean(typed)


def _level(round_: Round, node: Node, subject: RoundSubject, typed: str) -> str:
    if node.step != "rating" or not typed:
        return ""
    known = levels_for(round_, subject)
    if typed not in known:
        what = f"Hãy chọn: {', '.join(known.values())}." if known else "Hãy để trống mức, ghi số văn bản đã quyết định."
        raise Refusal("round.level", f"Không có mức này cho {subject.name}. {what}", field="level")
    return typed


def _told(
    round_: Round,
    node: Node,
    subject: RoundSubject,
    how: gate.Taken,
    by: User,
    at: datetime,
    undoes: StepDone | None = None,
    reason: str = "",
) -> StepDone:
    try:
        with transaction.atomic():
            return gate.told(round_, node, subject, how, by, at, undoes, reason)
    except IntegrityError:
        raise Conflict(f"Người khác vừa ghi “{node.label}” của {subject.name}. Hãy tải lại trang để xem.") from None
