"""What somebody was shown, as one digest: a confirmation is bound to it, not only to a version of the sheet.

The version of a sheet moves with its own steps; tasks, evidence, explanations and the figures of earlier months beside
it do not move it. A form carries the digest of what its page showed; the action takes it again under the lock.
"""

from collections.abc import Mapping
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.sheets import Judging, sheet_to_evaluate
from thuocdo.appraisals.table import sealed
from thuocdo.kernel.errors import Conflict
from thuocdo.work.queries_evidence import Beside, beside_tasks

CHANGED = (
    "Nội dung bên phiếu đã thay đổi sau khi ông/bà mở trang (công việc, minh chứng, giải trình hoặc điều cần xem). "
    "Hãy xem lại nội dung mới ở trang này rồi xác nhận."
)


def page_seal(judging: Judging, beside: Mapping[str, Beside]) -> str:
    """Digest of the page of one sheet: what is judged, the flags, and what stands beside each task."""
    tasks = {
        code: [
            [row.pk for row in one.evidence],
            [[claim.pk, claim.state] for claim in one.claims],
            [[asked.pk, asked.answered_at is not None] for asked in one.clarifications],
            one.note,
        ]
        for code, one in beside.items()
    }
    sheet = judging.view.sheet
    return sealed([sheet.pk, sheet.version, judging.base, list(judging.flags), judging.proposal, tasks])


def require_seen(sheet: Sheet, seen: str, by: User, at: datetime) -> None:
    """The page that was shown is what stands there now; the sheet is locked. Raises Conflict."""
    judging = sheet_to_evaluate(by, sheet.pk, at)
    beside = beside_tasks(facts.base_lines(judging.base["subject"]), judging.view.tasks)
    if page_seal(judging, beside) != seen:
        raise Conflict(CHANGED)

