"""The reports of a round as XLSX: who has sent which."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Asked, Filtering, Listing, Scope
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.scopes import signed_in
from thuocdo.reviews.models import ReviewReport
from thuocdo.reviews.queries import WHICH, listed, named
from thuocdo.rounds import books
from thuocdo.rounds.access import round_seen


def reports_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The round with that number. Raises NotYours."""
    user, on = signed_in(by), day_of(at)
    if not (code.isascii() and code.isdigit() and len(code) < 16):
        raise NotYours()
    round_ = round_seen(user, int(code), on)
    both = {which: listed(user, round_, which, at).select_related("unit") for which in WHICH}
    return Scope(chain_of(round_.unit, on), f"Bản kiểm điểm, đợt {round_.label}", both)


def reports_part(scope: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """The reports that the page shows so filtered: those one writes, unless it is asked for those sent to read."""
    which = asked["xem"] if asked["xem"] in WHICH else "write"
    words = {"xem": {"write": "bản tôi viết", "read": "bản đã gửi để tôi đọc"}[which], "tim": asked["tim"]}
    return replace(scope, data={which: named(scope.data[which], asked["tim"])}), words


def report_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Who has sent which report, and when. No text of a report goes out here."""
    stages = dict(ReviewReport.Stage.choices)
    rows = {one.pk: one for found in scope.data.values() for one in found}
    for one in rows.values():
        sent = f"{one.last_sent:%d/%m/%Y}" if one.last_sent else ""
        stage = str(stages.get(one.last_stage, "chưa gửi"))
        yield (books.LABELS[one.kind], one.name, one.position, one.unit.name, stage, str(one.last_number or ""), sent)


REPORTS = Listing(
    "review-reports",
    "Bản kiểm điểm của đợt",
    (("Loại", 28), ("Tên", 34), ("Chức vụ", 30), ("Đơn vị", 34), ("Bản", 26), ("Lần", 8), ("Ngày gửi", 14)),
    reports_scope,
    report_rows,
    filtering=Filtering({"xem": "Xem", "tim": "Tên có"}, reports_part),
)
