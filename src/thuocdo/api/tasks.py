"""The calls: deliver, withdraw and look up the tasks of the caller's own source."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localtime
from ninja import Body, NinjaAPI, Path, Query, Status
from pydantic import AwareDatetime

from thuocdo.api.door import RATE, ExactParser, Pace, Token, source_of, tell_problems
from thuocdo.api.schemas import Batch, BatchOut, ItemOut, Problem, RawTask, StateOut
from thuocdo.inflow import planning
from thuocdo.inflow.actions import deliver
from thuocdo.inflow.deadlines import day_off_notes
from thuocdo.inflow.models import SourceItem
from thuocdo.inflow.payloads import MOST_ITEMS, Offer, Unusable, offer_from
from thuocdo.inflow.planning import Decision
from thuocdo.inflow.queries import item_of_source
from thuocdo.kernel.errors import Refusal

api = NinjaAPI(
    title="Thước Đo: nhận việc từ hệ thống khác",
    version="1.0.0",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    auth=Token(),
    throttle=Pace(RATE),
    parser=ExactParser(),
    description="Mỗi nguồn việc có một mã truy cập riêng. Gửi lại cùng nội dung không làm thay đổi gì.",
)
tell_problems(api)
PROBLEMS = dict.fromkeys((401, 404, 409, 413, 422, 429), Problem)
STATUS = {
    planning.CREATED: 201, planning.WAITING: 202, planning.CONFLICT: 409, planning.STALE: 409,
    planning.REFUSED: 422, planning.UNKNOWN: 404,
}  # fmt: skip


def _told(decision: Decision, note: str) -> ItemOut:
    plain = decision.outcome in (planning.CREATED, planning.UPDATED, planning.UNCHANGED, planning.WITHDRAWN)
    return ItemOut(
        external_id=decision.external_id,
        result=decision.outcome,
        code=decision.code,
        message=note if plain else decision.message,
    )


def _deliver(
    request: HttpRequest,
    read: Sequence[Offer | Unusable],
    gone: Sequence[str] = (),
    times: dict[str, datetime] | None = None,
) -> list[ItemOut]:
    """One delivery; the results stand in the order in which the items were sent."""
    offers = [one for one in read if isinstance(one, Offer)]
    spoiled = [one for one in read if isinstance(one, Unusable)]
    decisions = deliver(
        by=None,
        at=timezone.now(),
        source_id=source_of(request).pk,
        offers=offers,
        gone=gone,
        spoiled=spoiled,
        times=times,
    )
    good, rest = iter(decisions[: len(offers)]), iter(decisions[len(decisions) - len(spoiled) :])
    first = [next(good if isinstance(one, Offer) else rest) for one in read]
    told = [*first, *decisions[len(offers) : len(decisions) - len(spoiled)]]
    notes = day_off_notes(told)
    return [_told(d, notes.get(d.external_id, "")) for d in told]


def _one(results: list[ItemOut]) -> Status[ItemOut]:
    found = results[0]
    code = 409 if found.code == "month_closed" else STATUS.get(found.result, 200)
    return Status(code, found)


@api.put("/tasks", response={200: BatchOut, **PROBLEMS}, url_name="api_tasks", summary="Gửi nhiều công việc")
def put_tasks(request: HttpRequest, batch: Batch) -> Any:
    """Tối đa 1000 mục mỗi lần. Mỗi mục có kết quả riêng; mục sai không chặn mục đúng."""
    if len(batch.tasks) + len(batch.withdrawn) > MOST_ITEMS:
        raise Refusal("too_many", f"Mỗi lần gửi tối đa {MOST_ITEMS} mục. Hãy chia thành nhiều lần gửi.")
    results = _deliver(request, [offer_from(raw) for raw in batch.tasks], batch.withdrawn)
    return Status(200, BatchOut(results=results, counts=dict(Counter(r.result for r in results))))


@api.put("/tasks/{path:external_id}", response={**dict.fromkeys((200, 201, 202), ItemOut), **PROBLEMS,
         409: ItemOut, 422: ItemOut}, url_name="api_task", summary="Gửi một công việc")  # fmt: skip
def put_task(request: HttpRequest, external_id: Path[str], task: Body[RawTask]) -> Any:
    """Tạo mới hoặc cập nhật. Mã có thể chứa dấu / (số văn bản)."""
    return _one(_deliver(request, [_within(external_id) or offer_from(task, external_id=external_id)]))


@api.api_operation(
    ["DELETE"],"/tasks/{path:external_id}", response={200: ItemOut, **PROBLEMS, 404: ItemOut, 409: ItemOut},
            summary="Thu hồi một công việc")  # fmt: skip
def delete_task(request: HttpRequest, external_id: Path[str], updated_at: Query[AwareDatetime | None] = None) -> Any:
    """Việc chưa ai sửa hay báo cáo thì được thu hồi; nếu đã có, mục chờ người xử lý chọn."""
    times = {external_id: updated_at} if updated_at else None
    return _one(_deliver(request, [], [external_id], times))


@api.get("/tasks/{path:external_id}", response={200: StateOut, **PROBLEMS}, summary="Xem tình trạng một công việc")
def get_task(request: HttpRequest, external_id: Path[str]) -> Any:
    """Chỉ thấy mục của chính nguồn này; không có dữ liệu của người thực hiện."""
    item = item_of_source(source_of(request), external_id)
    return Status(200, _state(item))


def _within(external_id: str) -> Unusable | None:
    if len(external_id) <= 200:
        return None
    return Unusable(external_id[:200], "string_too_long", "external_id: dài quá 200 ký tự.", "external_id")


def _state(item: SourceItem) -> StateOut:
    return StateOut(
        external_id=item.external_id, state=item.state, state_text=item.get_state_display(), code=item.problem_code,
        message=item.problem, task=item.task.code if item.task else "",
        received_at=localtime(item.received_at).isoformat(timespec="seconds"),
        applied_at=localtime(item.applied_at).isoformat(timespec="seconds") if item.applied_at else "",
    )  # fmt: skip
