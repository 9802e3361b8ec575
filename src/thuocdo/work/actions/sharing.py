"""Long and team products (NĐ 335 Điều 18 khoản 1): shares per person and month, exactly the product's total."""

from collections.abc import Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action
from thuocdo.kernel.errors import Conflict
from thuocdo.notices.actions import notify_each
from thuocdo.work.closed import closed_months, require_open
from thuocdo.work.models import Task
from thuocdo.work.rules import Details, Share, Wanted, check_shares
from thuocdo.work.steps import lock_task, new_task, post_within_reach, require_seen, require_within_reach, written

SPLIT_AGAIN = "Người giao việc đã chia lại sản phẩm chung."
TOLD = "Người giao việc đã chia lại một sản phẩm chung; phần đã giao cho ông/bà được thu hồi."


@action
def split_task(*, by: User, at: datetime, task_id: int, version: int, shares: Sequence[Share]) -> Task:
    """Split a product into shares, or split again what is still open of it. The product itself then counts
    nowhere; shares that were reported on or whose month is closed stay as they are. Who had another one is told.

    Raises NotYours, Refusal (the sum), Conflict.
    """
    task = lock_task(task_id, [(share.person_id, share.month) for share in shares])
    require_within_reach(by, at, task)
    require_seen(task, version)
    _require_splittable(task)
    rows = Task.objects.select_for_update(of=("self",)).select_related("person")
    stored = list(rows.filter(part_of=task, state=Task.State.ACTIVE))
    kept, replaced = _kept_and_replaced(stored)
    check_shares(task.assigned, sum(share.assigned for share in kept), shares)
    taken = {(share.person_id, share.month) for share in kept}
    if taken & {(share.person_id, share.month) for share in shares}:
        raise Conflict("Người này đã có phần được giữ nguyên trong tháng đó (đã báo cáo hoặc tháng đã khóa).")
    for share in replaced:
        share.state, share.answer, share.version = Task.State.WITHDRAWN, SPLIT_AGAIN, share.version + 1
        share.save()
    pages = [(share.person.user_id, f"/cong-viec/{share.pk}/") for share in replaced]
    notify_each(pages=pages, kind="task.withdrawn", text=TOLD, at=at)
    made = [_made(task, share, by, at) for share in shares]
    task.state = Task.State.SPLIT
    return written(task, by, at, "task.split", *replaced, *made, shares=len(made))


def _require_splittable(task: Task) -> None:
    if task.state not in (Task.State.ACTIVE, Task.State.SPLIT) or task.part_of_id or task.unconverted:
        raise Conflict("Công việc này không chia phần được. Hãy tải lại trang.")
    if task.state == Task.State.ACTIVE:
        require_open(task.person_id, task.month)
        if task.reported_at is not None or task.taken_over_from_id:
            raise Conflict("Công việc đã được báo cáo kết quả hoặc là việc nhận thay, không chia phần được.")


def _kept_and_replaced(stored: Sequence[Task]) -> tuple[list[Task], list[Task]]:
    closed = closed_months([(share.person_id, share.month) for share in stored])
    kept = [s for s in stored if s.reported_at is not None or (s.person_id, s.month) in closed]
    return kept, [s for s in stored if s not in kept]


def _made(task: Task, share: Share, by: User, at: datetime) -> Task:
    post = post_within_reach(by, at, share.person_id, share.month)
    wanted = Wanted(
        task.title, task.coefficient, share.assigned, share.due_date, outside_plan=task.outside_plan
    )
    details = Details(
        task.nature, task.is_key, task.is_new, task.is_hard, task.expected, assigned_by=task.assigned_by
    )
    return new_task(
        post, share.month, wanted, details, by=by, at=at,
        part_of=task, origin=task.origin, product=task.product,
        uncountable=task.uncountable, conversion_note=task.conversion_note,
    )  # fmt: skip
