"""Self-scores of Party organisations: written down for a meeting, recognised or refused by the superior."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.engine.schemes.reviewing import Scoring
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.typed import format_points, parse_points, text_from
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.queries import person_of
from thuocdo.records.models import PartyOrganisation
from thuocdo.reviews.scoring.access import organisation_for, recognised_by, rule_for, scored_by
from thuocdo.reviews.scoring.models import Recognition, SelfScore
from thuocdo.rounds.models import Round


def _ruled(one: PartyOrganisation, year: int, kind: str, number: int, at: datetime) -> Scoring:
    """Raises NotYours, Refusal for a meeting that the text does not count, Conflict in a round that is over."""
    round_, rule = rule_for(one, year, day_of(at))
    if round_.state == Round.State.CLOSED:
        raise Conflict(f"Đợt {round_.label} đã kết thúc, nên không ghi thêm kỳ tự chấm điểm.")
    if (kind, number) not in {(known, n) for known, n, _ in rule.places}:
        raise Refusal("score.place", "Kỳ sinh hoạt: hãy chọn một kỳ trong danh sách.", field="place")
    return rule


@action
def score_itself(
    *,
    organisation_id: int,
    year: int,
    kind: str,
    number: int,
    held_on: date,
    could: bool,
    marks: Mapping[str, str],
    total: str,
    reason: str,
    by: User,
    at: datetime,
) -> SelfScore:
    """What the organisation scored at one meeting, or that it could not, and why. A further turn replaces one that was
    not recognised. Raises NotYours, Several, Conflict."""
    one = organisation_for(organisation_id, scored_by(by, day_of(at)))
    PartyOrganisation.objects.select_for_update(no_key=True).get(pk=one.pk)
    rule = _ruled(one, year, kind, number, at)
    read = Reading()
    read(_held, held_on, year, at)
    words = "" if could else read(text_from, reason, "Lý do không tự chấm được", "reason", 500)
    content = _marks(rule, marks, total, read) if could else {}
    read.done()
    rows = SelfScore.objects.filter(organisation=one, year=year, kind=kind, number=number).order_by("turn")
    last, text = rows.last(), canonical(content)
    if last is not None:
        said = last.recognitions.order_by("turn").last()
        if said is not None and said.recognised:
            raise Conflict("Kỳ này đã được cấp trên công nhận. Hãy đề nghị cấp trên sửa trước khi chấm lại.")
        if (last.held_on, last.could, last.marks, last.reason) == (held_on, could, text, words):
            nothing_changed()
            return last
    row = SelfScore(
        organisation=one, year=year, kind=kind, number=number, turn=last.turn + 1 if last else 1, held_on=held_on,
        could=could, marks=text, reason=words or "", by=by, by_person=person_of(by), at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    data = {"year": year, "number": number, "turn": row.turn}
    record(
        chain=chain_of(one.unit, day_of(at)), code="review.organisation_scored", by=by, at=at, objects=[row], data=data
    )
    return row


def _held(held_on: date, year: int, at: datetime) -> None:
    if held_on > day_of(at):
        raise Refusal("score.future", f"Ngày {held_on:%d/%m/%Y} chưa đến. Hãy ghi ngày đã sinh hoạt.", field="held_on")
    if held_on.year not in (year, year + 1):
        raise Refusal(
            "score.year",
            f"Ngày sinh hoạt phải từ 01/01/{year} đến 31/12/{year + 1} (năm {year + 1}: kỳ họp muộn). Hãy sửa ngày.",
            field="held_on",
        )


def _marks(rule: Scoring, marks: Mapping[str, str], total: str, read: Reading) -> dict[str, Any]:
    """By criterion where the agency's text names them; else the total as the organisation's paper has it."""
    if not rule.rows:
        points = read(_points, total, "Tổng điểm tự chấm", "total", None)
        return {"criteria": {}, "total": None if points is None else format_points(points)}
    got = {
        row.id: read(_points, marks.get(row.id, ""), row.label, f"mark-{row.id}", row.most or 0) for row in rule.rows
    }
    known = [mark for mark in got.values() if mark is not None]
    return {"criteria": got, "total": format_points(sum(known))}


def _points(typed: str, label: str, field: str, most: int | None) -> int:
    try:
        return parse_points(typed, most, label=label)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=field) from None


@action
def recognise_score(
    *, score_id: int, seen: int, recognised: bool, words: str, by: User, at: datetime
) -> Recognition:
    """The superior recognises the score of a meeting, or does not and says why; said anew, the last word counts.
    `seen`: how many opinions on it were there when it was read. Raises NotYours, Forbidden for who wrote the score,
    Refusal, Conflict where a newer score, or an opinion that was not seen, stands."""
    score = SelfScore.objects.select_related("organisation").filter(pk=score_id).first()
    if score is None:
        raise NotYours()
    one = organisation_for(score.organisation_id, recognised_by(by, day_of(at)))
    PartyOrganisation.objects.select_for_update(no_key=True).get(pk=one.pk)
    _ruled(one, score.year, score.kind, score.number, at)
    actor = person_of(by)
    if score.by_id == by.pk or (actor is not None and score.by_person_id == actor.pk):
        raise Forbidden("Người ghi tự chấm không tự công nhận. Hãy nhờ người khác của cấp ủy cấp trên.")
    same = SelfScore.objects.filter(
        organisation=one, year=score.year, kind=score.kind, number=score.number, turn__gt=score.turn
    )
    if same.exists():
        raise Conflict("Tổ chức đảng vừa chấm lại kỳ này. Hãy tải lại trang để xem điểm mới.")
    if recognised and not score.could:
        raise Conflict("Kỳ này tổ chức đảng ghi là không tự chấm được, nên không có gì để công nhận.")
    said = text_from(words, "Lý do không công nhận", "words", 500, needed=not recognised)
    last = score.recognitions.order_by("turn").last()
    if last is not None and (last.recognised, last.words) == (recognised, said):
        nothing_changed()
        return last
    if (last.turn if last else 0) != seen:
        raise Conflict("Người khác vừa ghi ý kiến về kỳ này. Hãy tải lại trang để xem.")
    row = Recognition(
        score=score, turn=last.turn + 1 if last else 1, recognised=recognised, words=said,
        scored_by_id=score.by_person_id, by=by, by_person=actor, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict("Người khác vừa ghi ý kiến về kỳ này. Hãy tải lại trang để xem.") from None
    code = "review.score_recognised" if recognised else "review.score_refused"
    data = {"year": score.year, "number": score.number}
    record(chain=chain_of(one.unit, day_of(at)), code=code, by=by, at=at, objects=[row], data=data)
    return row
