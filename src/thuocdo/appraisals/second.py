"""Whether a step of a period needs a second organisation officer, and how far that is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Confirmation, LevelDecision
from thuocdo.cycles.models import Cycle, Run, SecondOfficer, StepRequest
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.queries import forest, on_day

Step = StepRequest.Step
_FIELD = {Step.CLOSE: "closing", Step.PUBLISH: "publishing"}
PLACES = {Step.CLOSE: "/to-chuc/ky/{}/", Step.PUBLISH: "/quyet-dinh/ky/{}/"}
"""Where a second officer confirms, by the period's id."""


@dataclass(frozen=True)
class Second:
    """What the agency asks for a step: `rule` is its choice, `request` what the first officer asked, if anything that
    still holds, `before` what two agreed to before results or levels came that they did not see."""

    rule: SecondOfficer
    request: StepRequest | None
    mine: bool
    before: StepRequest | None = None

    @property
    def confirmed(self) -> bool:
        return self.request is not None and self.request.confirmed_by_id is not None

    @property
    def may_act(self) -> bool:
        """Whether this user may take the step now."""
        return self.request is not None and (self.confirmed or not self.mine)


def rule_for(root_id: int, step: Step, on: date) -> SecondOfficer | None:
    """The choice of the nearest unit upwards, if it asks for this step. One query where nobody chose anything."""
    return rules_on(on)(root_id, step)


def rules_on(on: date) -> Callable[[int, Step], SecondOfficer | None]:
    """`rule_for` any number of units of that day, read once. One query where nobody chose anything."""
    chosen = {row.unit_id: row for row in SecondOfficer.objects.filter(on_day(on))}
    tree = forest(on) if chosen else None

    def rule(root_id: int, step: Step) -> SecondOfficer | None:
        path = tree.path(root_id) if tree is not None else []
        nearest = next((chosen[unit] for unit in path if unit in chosen), None)
        return nearest if nearest is not None and getattr(nearest, _FIELD[step]) else None

    return rule


def second_of(cycle: Cycle, step: Step, user: User, at: datetime) -> Second | None:
    """For a page or action of an officer of the period; None where one officer is enough.

    What two officers agreed to publish are the results and levels of that time: one decided later is asked for anew,
    and so is the rest of a run that was dropped since they agreed.
    """
    rule = rule_for(cycle.root_id, step, localdate(at))
    if rule is None:
        return None
    rows = StepRequest.objects.filter(cycle=cycle, step=step, withdrawn_at=None)
    request = rows.select_related("asked_by", "confirmed_by").order_by("-pk").first()
    if step == Step.PUBLISH and request is not None and _decided_since(request):
        return Second(rule, None, False, before=request)
    if step == Step.PUBLISH and request is not None and _dropped_since(request):
        return Second(rule, None, False)
    return Second(rule, request, request is not None and request.asked_by_id == user.pk)


def decided(cycle_id: int) -> tuple[int, int]:
    """How many results, and how many levels, were decided in the period, replaced ones too. Two queries.

    Rows are only ever added, so another number says that something is new, whatever the clocks say and in whatever
    order transactions end.
    """
    results = Confirmation.objects.filter(sheet__cycle=cycle_id).count()
    return results, LevelDecision.objects.filter(sheet__cycle=cycle_id).count()


def _decided_since(request: StepRequest) -> bool:
    """Whether something of the period was decided after two officers agreed; False while one of them is waited for."""
    if request.results is not None:
        return decided(request.cycle_id) != (request.results, request.levels)
    since = request.confirmed_at  # agreed before the numbers were kept: results by their time
    results = Confirmation.objects.filter(sheet__cycle=request.cycle_id)
    return since is not None and results.filter(at__gt=since).exists()


def _dropped_since(request: StepRequest) -> bool:
    """Whether a run was given up since two officers agreed, also one that began under an earlier request. None comes
    back, so another number says it, whatever the clocks say."""
    if request.confirmed_at is None:
        return False
    runs = _dropped(request.cycle_id)
    if request.dropped is not None:
        return runs.count() != request.dropped
    return runs.filter(finished_at__gte=request.confirmed_at).exists()  # agreed before the number was kept


def _dropped(cycle_id: int) -> QuerySet[Run]:
    return Run.objects.filter(cycle=cycle_id, kind=Run.Kind.PUBLISH, state=Run.State.DROPPED)


def awaited(cycle: Cycle, step: Step, by: User, at: datetime, *, confirms: bool = True) -> StepRequest | None:
    """The request under which `by` takes the step: one that two agreed to, or one that `by` confirms by taking it
    (`confirm_request`), with what is decided by now; None where one officer is enough.

    The cycle is locked. Raises Conflict where the agency asks for two officers and nobody else has asked, and where a
    request waits and this does not confirm it (not `confirms`: a batch of a run is nobody's step).
    """
    found = second_of(cycle, step, by, at)
    if found is None:
        return None
    if found.confirmed:
        return found.request
    what = Step(step).label
    if found.before is not None:
        raise _new_since(found.before)
    if found.request is None:
        raise Conflict(
            f"Cơ quan yêu cầu hai cán bộ tổ chức khi {what} ({found.rule.decided_by}). Hãy bấm Đề nghị {what}; một "
            "cán bộ tổ chức khác xem lại và xác nhận."
        )
    if not confirms:
        raise Conflict(
            f"Việc {what} dừng ở đây: {found.request.asked_by.display_name} đã đề nghị {what} lúc "
            f"{_moment(found.request.asked_at)}, chưa có cán bộ tổ chức khác xác nhận. Kết quả đã công bố giữ nguyên. "
            "Một cán bộ tổ chức khác xem lại rồi bấm “Chạy tiếp” để xác nhận."
        )
    if found.mine:
        raise Conflict(f"Ông/bà là người đề nghị {what}; cần một cán bộ tổ chức khác xác nhận.")
    if step == Step.PUBLISH:
        found.request.results, found.request.levels = decided(cycle.pk)
        found.request.dropped = _dropped(cycle.pk).count()
    return found.request


def require_nothing_since(request: StepRequest | None) -> None:
    """For who has read the results: what was decided after `awaited` may be among them, and two did not agree to it.
    Raises Conflict."""
    if request is not None and _decided_since(request):
        raise _new_since(request)


def _new_since(request: StepRequest) -> Conflict:
    what, at = Step(request.step).label, request.confirmed_at
    if at is None:
        return Conflict("Kỳ này vừa có kết quả hoặc mức mới được quyết định. Hãy tải lại trang, xem lại rồi xác nhận.")
    return Conflict(
        f"Sau khi hai cán bộ tổ chức đồng ý {what} lúc {_moment(at)}, kỳ này có kết quả hoặc mức mới được quyết định, "
        f"nên việc {what} dừng ở đây; kết quả đã công bố giữ nguyên. Hãy bấm Đề nghị {what}; một cán bộ tổ chức khác "
        "xem lại phần mới và xác nhận."
    )


def _moment(at: datetime) -> str:
    return f"{localtime(at):%H:%M ngày %d/%m/%Y}"
