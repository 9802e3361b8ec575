"""Giving many products in one press: the month before again, or one product to several people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import NotYours, Refusal, Several
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.work.closed import hold_months
from thuocdo.work.models import Task
from thuocdo.work.queries import posts_to_assign
from thuocdo.work.rules import Details, Wanted
from thuocdo.work.steps import new_task

MOST = 300
"""Products of one press."""


@dataclass(frozen=True)
class Given:
    """One product for one person; `key` says which row of the form it is, for its refusals (`due_date-<key>`)."""

    key: str
    person_id: int
    wanted: Wanted
    details: Details


@action
def assign_many(*, by: User, at: datetime, month: date, given: Sequence[Given]) -> list[Task]:
    """Give all of these products of a month, or none. Nobody gets a second one of the same name in that month: the
    press came twice, or somebody else was first.

    Raises NotYours (person or product), Several (by row), Refusal (none or too many).
    """
    if not given:
        raise Refusal("task.none", "Chưa chọn việc, người nào. Hãy đánh dấu ít nhất một dòng.", field="chosen")
    if len(given) > MOST:
        raise Refusal("task.many", f"Mỗi lần giao tối đa {MOST} việc. Hãy bỏ bớt dấu rồi giao tiếp lần sau.")
    posts = {post.person_id: post for post in posts_to_assign(by, month, day_of(at))}
    if not posts.keys() >= {one.person_id for one in given}:
        raise NotYours("Không tìm thấy người này trong phạm vi ông/bà giao việc của tháng đó.")
    hold_months([(one.person_id, month) for one in given])
    made, problems = [], dict[str, str]()
    for one in sorted(given, key=lambda row: row.person_id):
        post = posts[one.person_id]
        try:
            task = new_task(post, month, one.wanted, one.details, by=by, at=at)
            _require_new(task)
            made.append(task)
        except NotYours:
            raise
        except Refusal as refusal:
            problems[f"{refusal.field or 'chosen'}-{one.key}"] = f"{post.person.full_name}: {refusal.message}"
    if problems:
        raise Several(problems)
    record(chain=chain_of(made[0].agency, day_of(at)), code="task.many_assigned", by=by, at=at, objects=made)
    return made


def _require_new(task: Task) -> None:
    """Asked under the lock of the person that `new_task` took."""
    same = Task.objects.filter(person_id=task.person_id, month=task.month, title=task.title, state=Task.State.ACTIVE)
    if same.exclude(pk=task.pk).exists():
        raise Refusal("task.given", f"tháng này đã có việc “{task.title}”. Hãy bỏ dấu dòng này, hoặc đổi tên việc.")
