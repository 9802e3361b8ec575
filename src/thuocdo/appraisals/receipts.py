"""The receipt of a filed sheet (biên nhận): what was filed, when, by whom, with the digest that proves it."""

from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Submission
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import period_code


@dataclass(frozen=True)
class Receipt:
    """`code` is short enough to read out on the telephone; `digest` is the SHA-256 of the filed document."""

    code: str
    number: int
    by: str
    at: datetime
    digest: str


def receipt(user: User, sheet_id: int) -> Receipt:
    """Receipt of the last filing of the user's own sheet. Raises NotYours; also when nothing was filed
    yet."""
    own = Submission.objects.filter(sheet=sheet_id, part=Submission.Part.SELF, sheet__person__user_id=user.pk)
    last = own.select_related("author", "sheet__cycle").order_by("number").last()
    if last is None:
        raise NotYours("Phiếu này chưa nộp nên chưa có biên nhận.")
    cycle = last.sheet.cycle
    period = period_code(cycle.kind, cycle.year, cycle.number)
    code = f"{period}-{last.sheet_id}-{last.number}-{last.digest[:8].upper()}"
    return Receipt(code, last.number, last.author.display_name, last.at, last.digest)
