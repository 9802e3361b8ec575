"""The reports of a round as XLSX: who has sent which."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Listing, Scope
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.scopes import signed_in
from thuocdo.reviews.models import ReviewReport
from thuocdo.reviews.queries import listed
from thuocdo.rounds import books
from thuocdo.rounds.access import round_seen


def reports_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The round with that number. Raises NotYours."""
    user, on = signed_in(by), day_of(at)
    if not (code.isascii() and code.isdigit() and len(code) < 16):
        raise NotYours()
    round_ = round_seen(user, int(code), on)
    rows = [*listed(user, round_, "write", at).select_related("unit")]
    known = {one.pk for one in rows}
    rows += [one for one in listed(user, round_, "read", at).select_related("unit") if one.pk not in known]
    return Scope(chain_of(round_.unit, on), f"Bản kiểm điểm, đợt {round_.label}", rows)


def report_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Who has sent which report, and when. No text of a report goes out here."""
    stages = dict(ReviewReport.Stage.choices)
    for one in scope.data:
        sent = f"{one.last_sent:%d/%m/%Y}" if one.last_sent else ""
        stage = str(stages.get(one.last_stage, "chưa gửi"))
        yield (books.LABELS[one.kind], one.name, one.position, one.unit.name, stage, str(one.last_number or ""), sent)


REPORTS = Listing(
    "review-reports",
    "Bản kiểm điểm của đợt",
    (("Loại", 28), ("Tên", 34), ("Chức vụ", 30), ("Đơn vị", 34), ("Bản", 26), ("Lần", 8), ("Ngày gửi", 14)),
    reports_scope,
    report_rows,
)
