"""Commendations and reminders on published results: rules of the agency, proposals, decisions, making known."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.models import Confirmation
from thuocdo.audit.recording import action, record
from thuocdo.decisions.access import prepares
from thuocdo.decisions.published import published
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.typed import parse_points, text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import head_ids
from thuocdo.results import access
from thuocdo.results.following import holds, meets, stands, within
from thuocdo.results.models import FollowUp, FollowUpRule

State, Kind = FollowUp.State, FollowUpRule.Kind
FULL = 100_00
PATH = "/ket-qua/theo-doi/"


@action
def set_follow_up_rule(
    *,
    unit_id: int,
    kind: str,
    bound: str,
    score: str,
    run: int,
    start: date,
    decided_by: str,
    source: str,
    by: User,
    at: datetime,
) -> FollowUpRule:
    """Write down the agency's own rule: its officer or its head. Raises NotYours, Refusal with the field."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or not prepares(by, unit.pk, localdate(at)):
        raise NotYours()
    if kind not in Kind.values:
        raise Refusal("rule.kind", "Hình thức: chưa chọn. Hãy chọn một hình thức.", field="kind")
    if bound not in FollowUpRule.Bound.values:
        raise Refusal("rule.bound", "Cách so: chưa chọn. Hãy chọn “từ” hoặc “dưới”.", field="bound")
    if not 1 <= run <= 12:
        raise Refusal("rule.run", "Số kỳ liền nhau: hãy nhập từ 1 đến 12.", field="run")
    try:
        points = parse_points(score, FULL, label="Mức điểm")
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field="score") from refusal
    made = FollowUpRule.objects.create(
        unit=unit,
        kind=kind,
        bound=bound,
        score=points,
        run=run,
        start=start,
        decided_by=text_from(decided_by, "Cấp quyết định", "decided_by", 160),
        source=text_from(source, "Văn bản, căn cứ", "source", 500),
        set_by=by,
        set_at=at,
    )
    words = made.get_kind_display()
    record(chain=unit.code, code="follow_up_rule.set", by=by, at=at, objects=[made], data={"kind": words})
    return made


@action
def end_follow_up_rule(*, rule_id: int, end: date, by: User, at: datetime) -> FollowUpRule:
    """The rule holds no longer from that day. Raises NotYours, Refusal, Conflict where it ended before."""
    row = FollowUpRule.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=rule_id).first()
    if row is None or not prepares(by, row.unit_id, localdate(at)):
        raise NotYours()
    if row.end is not None:
        raise Conflict("Tiêu chí này đã có ngày kết thúc. Hãy tải lại trang.")
    if end <= row.start:
        raise Refusal("rule.end", "Ngày kết thúc phải sau ngày bắt đầu.", field=f"end-{row.pk}")
    row.end = end
    row.save()
    record(chain=row.unit.code, code="follow_up_rule.ended", by=by, at=at, objects=[row])
    return row


@action
def propose_follow_up(
    *, person_id: int, kind: str, rule_id: int, results: Sequence[int], reason: str, by: User, at: datetime
) -> FollowUp:
    """Propose something on published results of one person; `rule_id` 0 where no rule of the agency is behind it.

    The officer, or a head of the units that evaluate and rate; never for oneself. Raises NotYours, Refusal.
    """
    on = localdate(at)
    rows = published(Confirmation.objects.filter(within(by, *stands(by, on)), pk__in=results, subject=person_id))
    related = ("sheet__cycle__root", "sheet__member__agency", "subject__user")
    found = list(rows.select_related(*related).order_by("sheet__cycle__year", "sheet__cycle__number", "pk"))
    if not results:
        raise Refusal("follow_up.results", "Hãy chọn ít nhất một kết quả đã công bố làm căn cứ.", field="results")
    if len(found) != len(set(results)):
        raise NotYours()
    rule = FollowUpRule.objects.filter(pk=rule_id).first() if rule_id else None
    if rule_id and (rule is None or rule.kind != kind or not meets(rule, found) or not holds(rule, found, on)):
        raise Refusal("follow_up.rule", "Các kết quả này không còn đúng tiêu chí của cơ quan. Hãy tải lại trang.")
    if kind not in Kind.values:
        raise Refusal("follow_up.kind", "Hình thức: chưa chọn. Hãy chọn một hình thức.", field="kind")
    member = found[-1].sheet.member
    unit = member.rating_unit_id or member.evaluator_unit_id
    if unit is None:
        raise Refusal("follow_up.unit", "Chưa ghi nhận nơi có thẩm quyền với người này.")
    basis = [{"confirmation": one.pk, "period": one.sheet.cycle.short_name, "score": one.score} for one in found]
    made = FollowUp.objects.create(
        person_id=person_id,
        unit_id=unit,
        chain=found[-1].sheet.cycle.root.code,
        kind=kind,
        rule=rule,
        basis=basis,
        proposal=text_from(reason, "Lý do đề xuất", "proposal"),
        account=found[-1].subject.user,
        proposed_by=by,
        proposed_at=at,
    )
    heads = User.objects.filter(person__in=head_ids(unit, on), is_active=True).exclude(pk=by.pk)
    told = "Có đề xuất khen thưởng, nhắc nhở chờ ông/bà quyết định."
    notify(users=heads, kind="follow_up.proposed", path=f"{PATH}{made.pk}/", at=at, text=told)
    _record(made, "follow_up.proposed", by, at)
    return made


@action
def decide_follow_up(
    *,
    follow_up_id: int,
    version: int,
    agree: bool,
    reason: str,
    number: str,
    signed_on: date | None,
    by: User,
    at: datetime,
) -> FollowUp:
    """The head of the authority decides, with a reason; number and date of the document where there is one. Nothing is
    known to the person yet. Raises NotYours, Forbidden, Conflict, Refusal with the field."""
    row = _to_decide(follow_up_id, version, by, at, State.PROPOSED)
    paper = text_from(number, "Số văn bản", "number", 60, needed=False)
    if bool(paper) != (signed_on is not None):
        raise Refusal("follow_up.paper", "Hãy ghi cả số và ngày của văn bản, hoặc để trống cả hai.", field="number")
    row.state = State.AGREED if agree else State.DECLINED
    row.reason = text_from(reason, "Lý do", "reason")
    row.number, row.signed_on = paper, signed_on
    row.decided_by, row.decided_at = access.acting(by), at
    return _saved(row, "follow_up.agreed" if agree else "follow_up.declined", by, at)


@action
def undo_follow_up(*, follow_up_id: int, version: int, by: User, at: datetime) -> FollowUp:
    """The head takes the decision back before it was made known: the proposal waits again. The log keeps both.
    Raises NotYours, Forbidden, Conflict."""
    row = _to_decide(follow_up_id, version, by, at, State.AGREED)
    row.state, row.reason, row.number, row.signed_on = State.PROPOSED, "", "", None
    row.decided_by, row.decided_at = None, None
    return _saved(row, "follow_up.undone", by, at)


@action
def withdraw_follow_up(*, follow_up_id: int, version: int, by: User, at: datetime) -> FollowUp:
    """Whoever proposed takes it back while nobody has decided. Raises NotYours, Conflict."""
    row = _locked(follow_up_id, version)
    if row.proposed_by_id != by.pk:
        raise NotYours()
    _require(row, State.PROPOSED)
    row.state = State.WITHDRAWN
    return _saved(row, "follow_up.withdrawn", by, at)


@action
def publish_follow_up(*, follow_up_id: int, version: int, by: User, at: datetime) -> FollowUp:
    """Make the decision known to the person; from here on it stands. The head, or the organisation officer.
    Raises NotYours, Forbidden, Conflict."""
    row = _locked(follow_up_id, version)
    if not prepares(by, row.unit_id, localdate(at)):
        raise NotYours()
    _not_own(row, by)
    _require(row, State.AGREED)
    row.state, row.published_by, row.published_at = State.PUBLISHED, by, at
    told = "Có quyết định dựa trên kết quả của ông/bà; hãy mở để xem."
    notify(users=[row.person.user], kind="follow_up.published", path=f"{PATH}{row.pk}/", at=at, text=told)
    return _saved(row, "follow_up.published", by, at)


def _locked(follow_up_id: int, version: int) -> FollowUp:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("person__user", "unit")
    row = rows.filter(pk=follow_up_id).first()
    if row is None:
        raise NotYours()
    if row.version != version:
        raise Conflict("Đề xuất này vừa được người khác xử lý. Hãy tải lại trang để xem tình trạng mới nhất.")
    return row


def _to_decide(follow_up_id: int, version: int, by: User, at: datetime, state: FollowUp.State) -> FollowUp:
    row = _locked(follow_up_id, version)
    if row.unit_id not in headed_units(by, localdate(at)):
        raise NotYours()
    _not_own(row, by)
    _require(row, state)
    return row


def _not_own(row: FollowUp, by: User) -> None:
    if row.person.user_id == by.pk:
        raise Forbidden("Không ai quyết định việc khen thưởng, nhắc nhở chính mình.")


def _require(row: FollowUp, state: FollowUp.State) -> None:
    if row.state != state:
        raise Conflict(f"Đề xuất này {row.get_state_display()}. Hãy tải lại trang.")


def _saved(row: FollowUp, code: str, by: User, at: datetime) -> FollowUp:
    row.version += 1
    row.account = row.account or row.person.user
    row.save()
    _record(row, code, by, at)
    return row


def _record(row: FollowUp, code: str, by: User, at: datetime) -> None:
    kind = FollowUpRule.Kind(row.kind).label
    record(chain=row.chain, code=code, by=by, at=at, objects=[row], data={"kind": kind})
