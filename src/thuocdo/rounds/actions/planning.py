"""Planning a round, changing and dropping the plan, and ending a round."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds import books, closing
from thuocdo.rounds.access import require_planner
from thuocdo.rounds.locking import chain, for_planner, in_state
from thuocdo.rounds.models import Round

MOST_OVERLAYS = 4


@action
def plan_round(
    *,
    organisation_id: int,
    year: int,
    rating_date: date,
    overlays: Sequence[str],
    basis: str,
    whom: str,
    leaderships: str,
    seats: str,
    deadlines: Mapping[str, date],
    by: User,
    at: datetime,
) -> Round:
    """A plan for a year's round of a Party organisation and all below it.

    `leaderships`: which units have a leadership collective; `seats`: whether a secretary's seat is a leading post,
    asked where members are rated by that: choices that the texts read leave open. `overlays`: of the parent first,
    then of the unit. Raises NotYours, Several with every fault, Conflict where the year has a round already.
    """
    organisation = PartyOrganisation.objects.select_related("unit").filter(pk=organisation_id).first()
    if organisation is None:
        raise NotYours("Không tìm thấy tổ chức đảng này trong phạm vi ông/bà phụ trách.")
    require_planner(organisation, by, at)
    round_ = Round(organisation=organisation, unit=organisation.unit, planned_by=by, planned_at=at)
    _fill(round_, year, rating_date, overlays, basis, whom, leaderships, seats, deadlines)
    try:
        with transaction.atomic():
            round_.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            f"Đợt {round_.label} đã có rồi. Hãy mở trang của đợt ấy; muốn làm lại thì bỏ kế hoạch cũ trước."
        ) from None
    _recorded(round_, "round.planned", by, at)
    return round_


@action
def save_plan(
    *,
    round_id: int,
    version: int,
    year: int,
    rating_date: date,
    overlays: Sequence[str],
    basis: str,
    whom: str,
    leaderships: str,
    seats: str,
    deadlines: Mapping[str, date],
    by: User,
    at: datetime,
) -> Round:
    """Change a plan; once the round is open only its deadlines. Raises NotYours, Several, Conflict."""
    round_ = for_planner(round_id, version, by, at)
    in_state(round_, Round.State.PLAN, Round.State.OPEN)
    if round_.state == Round.State.OPEN:
        round_.deadlines = _deadlines(books.rules_of(round_), deadlines, Reading())
    else:
        _fill(round_, year, rating_date, overlays, basis, whom, leaderships, seats, deadlines)
    round_.version += 1
    try:
        with transaction.atomic():
            round_.save()
    except IntegrityError:
        raise Conflict(f"Đợt {round_.label} đã có rồi. Hãy chọn năm khác, hoặc bỏ kế hoạch này.") from None
    _recorded(round_, "round.plan_saved", by, at)
    return round_


@action
def drop_plan(*, round_id: int, version: int, by: User, at: datetime) -> Round:
    """A plan that is not opened is given up. Raises NotYours, Conflict."""
    round_ = for_planner(round_id, None, by, at)
    if round_.state == Round.State.DROPPED:
        nothing_changed()
        return round_
    in_state(round_, Round.State.PLAN)
    for_planner(round_id, version, by, at)
    round_.state = Round.State.DROPPED
    round_.version += 1
    round_.save()
    _recorded(round_, "round.dropped", by, at)
    return round_


@action
def close_round(*, round_id: int, version: int, by: User, at: datetime) -> Round:
    """End a round; what is not done stays visible as not done. Raises NotYours, Conflict with what `closing` finds."""
    round_ = for_planner(round_id, version, by, at)
    in_state(round_, Round.State.OPEN)
    closing.require(round_)
    round_.state, round_.closed_at = Round.State.CLOSED, at
    round_.version += 1
    round_.save()
    _recorded(round_, "round.closed", by, at)
    return round_


def _fill(
    round_: Round,
    year: int,
    rating: date,
    overlays: Sequence[str],
    basis: str,
    whom: str,
    leaderships: str,
    seats: str,
    deadlines: Mapping[str, date],
) -> None:
    """Read the whole plan and tell every fault at once. Raises Several."""
    read = Reading()
    round_.year, round_.rating_date = year, rating
    read(_dates_fit, year, rating)
    round_.leaderships = read(_leaderships, leaderships) or ""
    round_.basis = read(_basis, basis) or ""
    round_.whom = clean(whom)[:500]
    round_.seats = ""
    rules = read(_rules, rating, overlays)
    if rules is not None:
        round_.rulebook, round_.overlays, round_.rulebook_hash = rules.book.key, list(overlays), rules.book.hash
        read(_whom, rules, round_.whom)
        round_.seats = (read(books.seats_chosen, rules, seats) or "") if books.rates_by_post(rules) else ""
        round_.deadlines = _deadlines(rules, deadlines, read)
    read.done()


def _dates_fit(year: int, rating: date) -> None:
    """A year is rated from its last months to the end of the next one."""
    if not date(year, 1, 1) < rating < date(year + 2, 1, 1) - timedelta(days=1):
        raise Refusal(
            "round.rating_date",
            f"Ngày xếp loại {rating:%d/%m/%Y} không thuộc năm {year} hay năm sau đó. Hãy sửa năm hoặc ngày.",
            field="rating_date",
        )


def _leaderships(chosen: str) -> str:
    if chosen not in Round.Leaderships.values:
        raise Refusal(
            "round.leaderships",
            "Nơi có tập thể lãnh đạo: chưa chọn. Văn bản đã đọc không nêu đơn vị trực thuộc (phòng, ban, tổ) có tập "
            "thể lãnh đạo hay không; hãy chọn theo kế hoạch của cấp có thẩm quyền.",
            field="leaderships",
        )
    return chosen


def _basis(basis: str) -> str:
    if not clean(basis):
        raise Refusal(
            "round.basis",
            "Văn bản mở đợt: chưa nhập. Hãy ghi số, ngày kế hoạch hoặc hướng dẫn của cấp ủy.",
            field="basis",
        )
    if len(clean(basis)) > 300:
        raise Refusal("round.basis", "Văn bản mở đợt dài quá 300 ký tự. Hãy ghi gọn lại.", field="basis")
    return clean(basis)


def _rules(rating: date, overlays: Sequence[str]) -> books.Rules:
    if len(overlays) > MOST_OVERLAYS or len(set(overlays)) < len(overlays):
        raise Refusal(
            "round.overlays", f"Chọn nhiều nhất {MOST_OVERLAYS} quy chế bổ sung, mỗi quy chế một lần.", field="overlays"
        )
    return books.selected(rating, overlays)


def _whom(rules: books.Rules, whom: str) -> None:
    if not whom and not books.says_whom(rules):
        raise Refusal(
            "round.whom",
            "Phần văn bản đã đọc của bộ quy tắc này không nêu đủ ai phải kiểm điểm. Hãy ghi văn bản của cấp có "
            "thẩm quyền quyết định đối tượng của đợt.",
            field="whom",
        )


def _deadlines(rules: books.Rules, typed: Mapping[str, date], read: Reading) -> dict[str, Any]:
    """By step, in order: what waits for another step is not due before it. Raises Several."""
    known = {node.id for node in rules.graph.nodes}
    found = {node: day for node, day in typed.items() if node in known}
    for edge in rules.graph.edges:
        first, then = found.get(edge.first), found.get(edge.then)
        if first is not None and then is not None and then < first:
            read(_too_early, rules, edge.first, edge.then)
    read.done()
    return {node: day.isoformat() for node, day in sorted(found.items())}


def _too_early(rules: books.Rules, first: str, then: str) -> None:
    raise Refusal(
        "round.deadline",
        f"Hạn của “{rules.label(then)}” trước hạn của “{rules.label(first)}” mà bước ấy phải chờ. Hãy sửa một "
        "trong hai ngày.",
        field=f"due-{then}",
    )


def _recorded(round_: Round, code: str, by: User, at: datetime) -> None:
    record(
        chain=chain(round_, at),
        code=code,
        by=by,
        at=at,
        objects=[round_],
        data={"round": round_.pk, "year": round_.year},
    )
