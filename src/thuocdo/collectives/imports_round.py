"""The comparison of a round's units as XLSX: sheets are opened, returned, sent back or reconsidered by list; levels are
proposed and decided on the page of each sheet, with what they need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Model
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.collectives import rules
from thuocdo.collectives.access import Reach, reach, refuse_not_decider
from thuocdo.collectives.locking import locked, locked_round, move, require_not_reopened_alone, require_version
from thuocdo.collectives.models import UnitSheet
from thuocdo.collectives.queries import Line, state_words, table
from thuocdo.collectives.round_back import ROUND_BACK
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import Column, Plan, Problem, Row, Scope, Spec, key_from
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.scopes import signed_in

STEPS = {"mở phiếu": "open", "trả lại": "return", "đề xuất lại": "send_back", "xem xét lại": "reconsider"}
WORDS = {step: words for words, step in STEPS.items()}
COLUMNS = (
    Column("unit", "Mã đơn vị", cells.code, "Đơn vị của kỳ; không thêm dòng mới.", "PKT", needed=True, width=16),
    Column("name", "Đơn vị", cells.text(240), STANDING, "Phòng Kinh tế", width=40),
    Column("state", "Tình trạng", cells.text(240), STANDING, "đã nộp", width=28),
    Column("own", "Tự đề xuất", cells.text(120), STANDING, "", width=24),
    Column("score", "Điểm", cells.text(60), STANDING, "", width=12),
    Column("level", "Mức đang có", cells.text(120), STANDING, "", width=24),
    Column("flags", "Cần xem", cells.text(1000), STANDING, "", width=60),
    Column("step", "Xử lý", cells.choice(STEPS),
           "“mở phiếu”, “trả lại”; người đứng đầu cấp quyết định còn ghi “đề xuất lại”, “xem xét lại”.", "", width=16),
    Column("reason", "Lý do", cells.text(1000), "Phải ghi, trừ khi mở phiếu.", "Bổ sung minh chứng", width=46),
)  # fmt: skip
TITLES = {column.key: column.title for column in COLUMNS}


@dataclass(frozen=True)
class Mine:
    """Who looks, when, and the lines of the round by unit code."""

    user: User
    on: date
    lines: Mapping[str, Line]


@dataclass
class Work:
    """Step and reason of each sheet, as it was seen."""

    moved: list[tuple[UnitSheet, str, str]] = field(default_factory=list)


def round_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A round for the authority's people and inspectors. Raises NotYours."""
    user, on = signed_in(by), localdate(at)
    found = table(user, key_from(code), on)
    lines = {line.standing.sheet.unit.code.upper(): line for line in found.lines}
    return Scope(found.round.authority.code, found.label, Mine(user, on, lines))


def _standing(line: Line) -> dict[str, str]:
    sheet = line.standing.sheet
    return {
        "name": sheet.unit.name, "state": state_words(sheet), "own": line.own_level, "score": line.score,
        "level": line.level, "flags": "; ".join(line.flags),
    }  # fmt: skip


def round_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Unit by unit, what to look at first in front."""
    return [(code, *_standing(line).values(), "", "") for code, line in scope.data.lines.items()]


def plan_round(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems, against what stands now. One query."""
    mine: Mine = scope.data
    plan: Plan[Work] = Plan([], [], Work())
    found = reach(mine.user, mine.on)
    for row, line in matched(plan, rows, COLUMNS, mine.lines, _standing):
        assert line is not None, "no new rows"
        sheet, typed = line.standing.sheet, row.texts.get("reason", "")
        step = str(row.values["step"]) if row.texts.get("step") else ""
        try:
            if step or typed:
                _moved(plan.work, sheet, step, typed, found)
        except Refusal as refusal:
            key = refusal.field or "step"
            plan.problems.append(Problem(row.number, TITLES[key], row.texts.get(key, ""), refusal.message))
            continue
        after = {"step": WORDS.get(step, ""), "reason": typed}
        differences(plan, row, sheet.unit.name, COLUMNS, dict.fromkeys(after, ""), after)
    return plan


def _moved(work: Work, sheet: UnitSheet, step: str, reason: str, found: Reach) -> None:
    """Raises Refusal, Forbidden, Conflict as the page does."""
    if not step:
        raise Refusal("cell", "Có lý do thì phải ghi cột Xử lý.")
    if step in ("open", "return"):
        if not found.rates(sheet):
            raise Refusal("cell", "Ông/bà không xem xét phiếu của đơn vị này. Hãy để trống ô này.")
    else:
        refuse_not_decider(sheet, found)
    if step == "open" and reason:
        raise Refusal("cell", "Mở phiếu thì không ghi lý do. Hãy để trống ô này.", field="reason")
    if step != "open" and not reason:
        raise Refusal("cell", "Lý do: ô để trống. Hãy ghi để đơn vị, người xem xét biết phải làm gì.", field="reason")
    require_not_reopened_alone(sheet.round, step)
    rules.MACHINE.target(step, sheet.state)
    work.moved.append((sheet, step, reason))


def write_round(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Each sheet one step on, under its lock. Raises Conflict: one moved meanwhile."""
    moved = sorted(plan.work.moved, key=lambda one: one[0].pk)
    sheets = [locked(seen.pk) for seen, *_ in moved]
    one = locked_round(sheets[0].round_id) if sheets else None  # as one by one: not closed in the meantime
    for sheet, (seen, step, reason) in zip(sheets, moved, strict=True):
        require_version(sheet, seen.version)
        assert one is not None, "a sheet has its round"
        require_not_reopened_alone(one, step)
        if step != "open":
            sheet.returned = reason
        move(sheet, step)
    return [*sheets]


ROUND = Spec(
    kind="unit-round",
    title="So sánh các đơn vị",
    about="Cột Xử lý mở phiếu, trả lại để bổ sung, yêu cầu đề xuất lại hay xem xét lại nhiều đơn vị một lần. Mức đề "
    "xuất, mức quyết định thì ghi ở trang từng phiếu.",
    columns=COLUMNS,
    scope=round_scope,
    plan=plan_round,
    write=write_round,
    export=round_rows,
    keys=("unit",),
    personal=True,
    rewind=ROUND_BACK,
)
