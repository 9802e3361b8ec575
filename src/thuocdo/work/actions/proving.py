"""Evidence of a task: added, replaced or withdrawn, always by a new row; nothing is ever deleted."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.work.closed import require_open
from thuocdo.work.evidence import MOST_EVIDENCE, Upload, check_file, checked_link, shown_name
from thuocdo.work.models import Evidence, Task
from thuocdo.work.queries_evidence import standing_evidence
from thuocdo.work.steps import lock_task, require_active, require_doer, written
from thuocdo.work.storage import keep

Kind = Evidence.Kind


@action
def add_evidence(
    *, by: User, at: datetime, task_id: int, kind: str, text: str = "", upload: Upload | None = None,
    replaces_id: int | None = None,
) -> Evidence:
    """The doer adds a file, link or document number to a task, or puts it in the place of an older one.

    Raises NotYours, Refusal (type, size, count, address), Conflict (closed month, replaced already).
    """
    task = _open_task(by, task_id)
    standing = standing_evidence(task)
    old = _in_force(task, standing, replaces_id) if replaces_id is not None else None
    if old is None and len(standing) >= MOST_EVIDENCE:
        raise Refusal(
            "evidence.many", f"Mỗi việc có tối đa {MOST_EVIDENCE} minh chứng. Hãy rút bớt hoặc gộp tệp.",
            field="kind",
        )  # fmt: skip
    made = Evidence(task=task, kind=kind, replaces=old, added_by=by, added_at=at)
    _fill(made, kind, text, upload)
    made.save(force_insert=True)
    written(task, by, at, "evidence.replaced" if old else "evidence.added", made)
    return made


def _fill(made: Evidence, kind: str, text: str, upload: Upload | None) -> None:
    if kind == Kind.FILE:
        if upload is None:
            raise Refusal("evidence.file", "Hãy chọn tệp minh chứng.", field="file")
        made.media_type = check_file(upload)
        made.text, made.size, made.sha256 = shown_name(upload.name), len(upload.content), keep(upload.content)
    elif kind == Kind.LINK:
        made.text = checked_link(text)
    elif kind == Kind.DOCUMENT:
        made.text = text_from(text, "Số, ký hiệu văn bản", most=200, field="text")
    else:
        raise Refusal("evidence.kind", "Hãy chọn loại minh chứng.", field="kind")


@action
def withdraw_evidence(*, by: User, at: datetime, evidence_id: int, reason: str) -> Evidence:
    """The doer withdraws evidence, with the reason; the row and its file stay readable.

    Raises NotYours, Refusal, Conflict (closed month: evidence of a confirmed sheet stays).
    """
    found = Evidence.objects.filter(pk=evidence_id).values_list("task_id", flat=True).first()
    task = _open_task(by, found or 0)
    old = _in_force(task, standing_evidence(task), evidence_id)
    made = Evidence.objects.create(
        task=task, kind=Kind.WITHDRAWN, replaces=old, added_by=by, added_at=at,
        text=text_from(reason, "Lý do rút", most=300, field="reason"),
    )  # fmt: skip
    written(task, by, at, "evidence.withdrawn", made)
    return made


def _open_task(by: User, task_id: int) -> Task:
    task = lock_task(task_id)
    require_doer(task, by)
    require_active(task)
    require_open(task.person_id, task.month)
    return task


def _in_force(task: Task, standing: list[Evidence], evidence_id: int) -> Evidence:
    """One of the evidence in force. Raises Conflict where it was replaced or withdrawn, NotYours elsewhere."""
    found = next((one for one in standing if one.pk == evidence_id), None)
    if found is not None:
        return found
    if Evidence.objects.filter(pk=evidence_id, task=task).exists():
        raise Conflict("Minh chứng này đã được thay hoặc rút. Hãy tải lại trang.")
    raise NotYours()
