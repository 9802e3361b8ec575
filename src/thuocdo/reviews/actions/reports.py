"""Writing a report: the working copy, sending a draft to those who will meet, completing it, and who looked."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical, sha256
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.queries import person_of
from thuocdo.reviews import composing, rules
from thuocdo.reviews.access import found, held, readable, written_by
from thuocdo.reviews.layouts import layout_for, steps_for
from thuocdo.reviews.models import Defect, ReviewDraft, ReviewReport
from thuocdo.reviews.owners import defects_of, points_of, reviewed_before
from thuocdo.reviews.past import past_of, said
from thuocdo.reviews.telling import tell_draft
from thuocdo.rounds import gate
from thuocdo.rounds.locking import chain, in_state, locked
from thuocdo.rounds.models import Round, RoundSubject, StepDone

SAME_LOOK = timedelta(minutes=10)
MOST_TYPED = 60_000
Stage = ReviewReport.Stage
CODES = {"draft": "review.draft_filed", "final": "review.final_filed"}


@action
def keep_review(
    *,
    subject_id: int,
    typed: rules.Typed,
    own: Collection[str],
    layout: str,
    versions: Mapping[str, int],
    by: User,
    at: datetime,
) -> RoundSubject:
    """Keep what is written so far, as typed. Texts named in `own` are this procedure's; the others of a person are
    shared by all of them. Raises NotYours, Conflict where a colleague saved meanwhile, Refusal where it is too long."""
    one = held(subject_id, written_by(by, day_of(at)))
    in_state(one.round, Round.State.OPEN)
    _keep(one, typed, frozenset(own), layout_for(one, layout).id, versions, by, at)
    nothing_changed()
    return one


def _keep(
    one: RoundSubject,
    typed: rules.Typed,
    own: frozenset[str],
    layout: str,
    versions: Mapping[str, int],
    by: User,
    at: datetime,
) -> None:
    """Write the drafts whose content changed."""
    rows = composing.drafts_of(one, lock=True)
    person = one.person_id is not None
    texts = {key: text for key, text in typed.texts.items() if text.strip()}
    shared = {"texts": {key: text for key, text in texts.items() if key not in own}, "none_before": typed.none_before}
    alone: dict[str, Any] = {
        "layout": layout,
        "own": sorted(own),
        "texts": {key: text for key, text in texts.items() if key in own} if person else texts,
        "marks": dict(typed.marks),
        "level": typed.level,
        "answers": dict(typed.answers or {}),
        "none_before": typed.none_before and not person,
    }
    contents = {composing.SHARED: shared, composing.OWN: alone} if person else {composing.OWN: alone}
    for name, owner in composing.owners(one).items():
        content, row = canonical(contents[name]), rows.get(name)
        if len(content) > MOST_TYPED:
            raise Refusal("review.too_long", "Bản đang viết quá dài để lưu. Hãy rút gọn các mục dài nhất.")
        if row is not None and row.typed == content:
            continue
        if (row.version if row else 0) != versions.get(name, 0):
            who = row.saved_by.display_name if row else "Người khác"
            raise Conflict(
                f"{who} vừa lưu bản này ở nơi khác. Hãy mở lại trang ở một cửa sổ mới, so hai bản rồi lưu; những gì "
                "ông/bà đã gõ vẫn còn ở đây."
            )
        row = row or ReviewDraft(round=one.round, owner=owner, version=0)
        row.typed, row.version, row.saved_by, row.saved_at = content, row.version + 1, by, at
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise Conflict("Bản này vừa được lưu ở một cửa sổ khác. Hãy tải lại trang.") from None


@action
def file_review(
    *,
    subject_id: int,
    stage: str,
    typed: rules.Typed,
    own: Collection[str],
    layout: str,
    versions: Mapping[str, int],
    by: User,
    at: datetime,
) -> ReviewReport:
    """File the report: `draft` for those who will meet, `final` once the review was held. The same text twice is one
    filing. Raises NotYours, Several, Conflict where the stage does not fit what was done."""
    one = held(subject_id, written_by(by, day_of(at)), round_too=True)
    round_ = locked(one.round_id)
    in_state(round_, Round.State.OPEN)
    if one.standing != RoundSubject.Standing.IN:
        raise Conflict(f"{one.name} hiện {one.get_standing_display()}: {one.reason}")
    chosen = layout_for(one, layout)
    past = past_of(one)
    around = rules.Around(points_of(one), len(past), reviewed_before(one))
    content = rules.whole(chosen, typed, around)
    content["defects"] = [_defect(defect) for defect in defects_of(one, round_.year)]
    content["past"] = [said(defect) for defect in past]
    content["points"] = [list(point) for point in around.points]
    content["months"] = [[month.label, month.words] for month in composing.months_of(one)]
    _keep(one, typed, frozenset(own), chosen.id, versions, by, at)
    text = canonical(content)
    last = ReviewReport.objects.filter(subject=one).order_by("number").last()
    if last is not None and (last.stage, last.content) == (stage, text) and not _left(one, stage):
        nothing_changed()
        return last
    _fits(one, round_, stage)
    row = ReviewReport(
        subject=one,
        number=last.number + 1 if last else 1,
        stage=stage,
        layout=chosen.id,
        content=text,
        digest=sha256(text),
        sent_on=day_of(at),
        by=by,
        by_person=person_of(by),
        at=at,
    )
    row.save(force_insert=True)
    steps = _report_steps(round_, one, row, by, at) if stage == Stage.FINAL else []
    if stage == Stage.DRAFT:
        tell_draft(one, by, at)
    record(
        chain=chain(round_, at),
        code=CODES[row.stage],
        by=by,
        at=at,
        objects=[row, *steps],
        data={"round": round_.pk, "number": row.number},
    )
    return row


def _defect(defect: Defect) -> dict[str, Any]:
    return {"id": defect.pk, "text": defect.text, "cause": defect.cause, "source": defect.source}


def _fits(one: RoundSubject, round_: Round, stage: str) -> None:
    """A draft before the review is held, the completed text after it."""
    nodes = [node.id for node in steps_for(one, "review")]
    done = [s.state == "done" for s in gate.standing_of(round_, [one])[one.pk] if s.node.id in nodes]
    reviewed = bool(done) and all(done)
    if stage == Stage.DRAFT and reviewed:
        raise Conflict("Hội nghị kiểm điểm đã họp xong. Hãy ghi bản hoàn chỉnh sau hội nghị thay cho dự thảo.")
    if stage == Stage.FINAL and done and not reviewed:
        raise Conflict("Hội nghị kiểm điểm chưa họp xong, nên chưa có bản hoàn chỉnh. Hãy gửi dự thảo.")


def _left(one: RoundSubject, stage: str) -> bool:
    """Whether a completed report has yet to be told to the round: its step was taken back with a meeting."""
    nodes = {node.id for node in steps_for(one, "report")} if stage == Stage.FINAL else set()
    done = StepDone.objects.filter(subject=one, node__in=nodes, undoes=None, undone=None)
    return bool(nodes) and done.count() < len(nodes)


def _report_steps(round_: Round, one: RoundSubject, row: ReviewReport, by: User, at: datetime) -> list[Any]:
    """Completing the report is a step of its own where the rulebook says so."""
    wanted = [(node.id, one) for node in steps_for(one, "report")]
    how = gate.Taken(day_of(at), source=ReviewReport.SOURCE, source_key=str(row.pk))
    return [gate.told(round_, node, subject, how, by, at) for node, subject in gate.require_free(round_, wanted)]


@action
def record_review_view(*, subject_id: int, by: User, at: datetime) -> None:
    """Somebody else read a person's report; again within ten minutes adds nothing. Raises NotYours."""
    one = found(subject_id, readable(by, day_of(at)))
    last = ReviewReport.objects.filter(subject=one).order_by("number").last()
    if last is None or one.person is None or one.person.user_id == by.pk:
        nothing_changed()
        return
    known = EventObject.objects.filter(kind="reviews.reviewreport", key=str(last.pk), event__code="review.viewed")
    if known.filter(event__actor=str(by.pk), event__at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    record(chain=chain(one.round, at), code="review.viewed", by=by, at=at, objects=[last])
