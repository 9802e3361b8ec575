"""The assessments of a round, and those before events, as XLSX."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.conclusions import events
from thuocdo.conclusions.access import looked_after
from thuocdo.conclusions.models import Assessment
from thuocdo.conclusions.queries import KINDS, Filters, filtered, line_of, round_of, visible_subjects
from thuocdo.intake.specs import Asked, Filtering, Listing, Scope
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.access import chain_of, chain_of_user, day_of
from thuocdo.organisation.scopes import signed_in
from thuocdo.rounds import books


def assessments_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The round with that number, for whom a row of it concerns. Raises NotYours."""
    user, on = signed_in(by), day_of(at)
    if not (code.isascii() and code.isdigit() and len(code) < 16):
        raise NotYours()
    units = looked_after(user, on)
    round_ = round_of(user, int(code), on, units)
    rows = visible_subjects(user, round_, on, units).select_related("assessment", "unit", "collective", "person")
    if round_.unit_id not in units and not rows.exists():
        raise NotYours()
    return Scope(
        chain_of(round_.unit, on),
        f"Kết luận, đợt {round_.label}",
        (user, round_, rows.order_by("kind", "search_key", "pk")),
    )


def assessment_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """By kind and name."""
    user, round_, found = scope.data
    rules = books.rules_of(round_)
    for subject in found:
        line = line_of(subject, rules, user)
        one = line.one
        score = format_points(line.score) if line.score is not None else ""
        yield (
            line.kind, subject.name, subject.position, subject.unit.name, one.group if one else "",
            one.get_state_display() if one else "chờ tự xếp loại", score, line.rule, line.proposed, line.decided,
        )  # fmt: skip


def assessments_part(scope: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """The subjects that the page shows so filtered."""
    user, round_, found = scope.data
    filters = Filters.of(asked)
    words = {
        "tim": filters.typed, "loai": books.LABELS[filters.kind] if filters.kind in KINDS else "",
        "tinh-trang": dict(Assessment.State.choices).get(filters.state, ""), "nhom": filters.group,
    }  # fmt: skip
    return replace(scope, data=(user, round_, filtered(found, filters))), words


ASSESSMENTS = Listing(
    "assessments",
    "Kết luận, xếp loại của đợt",
    (
        ("Loại", 28), ("Tên", 34), ("Chức vụ", 30), ("Đơn vị", 34), ("Nhóm tương đồng", 24), ("Tình trạng", 18),
        ("Điểm", 10), ("Mức theo quy tắc", 28), ("Mức đề xuất", 28), ("Mức quyết định", 28),
    ),
    assessments_scope,
    assessment_rows,
    filtering=Filtering(
        {"tim": "Tên có", "loai": "Loại", "tinh-trang": "Tình trạng", "nhom": "Nhóm tương đồng"}, assessments_part
    ),
)  # fmt: skip


def events_scope(by: User | None, at: datetime, code: str) -> Scope:
    """Assessments before events that the user sees."""
    user, on = signed_in(by), day_of(at)
    return Scope(chain_of_user(user, on), "Đánh giá theo việc", events.rows_of(user, on))


def events_part(scope: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """The assessments that the page shows so filtered: without those dropped, unless it is asked for them."""
    state = dict(Assessment.State.choices).get(asked["tinh-trang"], "tất cả, trừ hồ sơ đã bỏ")
    words = {"tim": asked["tim"], "dip": dict(Assessment.Occasion.choices).get(asked["dip"], ""), "tinh-trang": state}
    return replace(scope, data=events.filtered(scope.data, asked["tim"], asked["dip"], asked["tinh-trang"])), words


def event_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Newest first; the texts stay on the pages."""
    for one in scope.data.order_by("-day", "search_key", "pk"):
        yield (
            one.name, books.LABELS[one.kind], one.position, one.unit.name, one.get_occasion_display(), one.event,
            f"{one.day:%d/%m/%Y}", one.get_state_display(), one.competence.body if one.competence else "",
        )  # fmt: skip


EVENTS = Listing(
    "events",
    "Đánh giá theo việc",
    (
        ("Đối tượng", 34), ("Loại", 28), ("Chức vụ", 30), ("Đơn vị", 34), ("Dịp", 24), ("Việc", 40),
        ("Ngày của việc", 14), ("Tình trạng", 18), ("Cấp quyết định", 40),
    ),
    events_scope,
    event_rows,
    filtering=Filtering({"tim": "Tên, việc có", "dip": "Dịp", "tinh-trang": "Tình trạng"}, events_part),
)  # fmt: skip
