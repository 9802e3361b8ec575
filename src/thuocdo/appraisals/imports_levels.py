"""The levels that an evaluator proposes in a period, one line per confirmed sheet: out and back.

Applying proposes, by the rules of the page: never above the rule's result, a lower one with its reason, within the
places as they stand at that moment. What a rule or a place refuses stops the whole file, with each name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.appraisals.actions.level_proposals import write_proposals
from thuocdo.appraisals.level_checks import MOST, Wanted
from thuocdo.appraisals.levels import LevelRow, level_table
from thuocdo.appraisals.levels_back import LEVELS_BACK
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.typed import SHORT_TEXT
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec, key_from
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.scopes import signed_in

_SEEN = "Chỉ để xem."
COLUMNS = (
    Column("code", "Mã cán bộ", cells.code, "Mã của người được đánh giá.", "CC001", needed=True, width=16),
    Column("name", "Họ và tên", cells.text(120), _SEEN, "Nguyễn Văn An", width=28),
    Column("unit", "Đơn vị", cells.text(200), _SEEN, "Phòng Kinh tế", width=34),
    Column("score", "Điểm", cells.text(60), _SEEN, "92,5", width=12),
    Column("ruled", "Mức theo quy tắc", cells.text(120), _SEEN, "Hoàn thành xuất sắc nhiệm vụ", width=30),
    Column("level", "Mức đề xuất", cells.text(120), "Tên mức. Để trống là như đang có.", "Hoàn thành tốt nhiệm vụ",
           width=30),
    Column("reason", "Lý do", cells.text(SHORT_TEXT), "Bắt buộc khi thấp hơn mức theo quy tắc.", "", width=40),
    Column("decided", "Đã quyết định", cells.text(120), _SEEN, "", width=30),
)  # fmt: skip
_TITLES = {column.key: column.title for column in COLUMNS}
DECIDED = "Cấp có thẩm quyền đã quyết định mức của phiếu này, nên không đề xuất lại. Hãy bỏ dòng này."
PUBLISHED = "Kết quả của phiếu này đã được công bố, nên không đề xuất mức nữa. Hãy bỏ dòng này."


@dataclass
class Work:
    """What is to be proposed."""

    wanted: list[Wanted] = field(default_factory=list)


def levels_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The confirmed sheets of a period for which somebody proposes levels. Raises NotYours."""
    table = level_table(signed_in(by), key_from(code), at)
    return Scope(table.cycle.root.code, table.label, list(table.rows))


def level_texts(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """One confirmed sheet each: the level by the rule, what was proposed and decided."""
    for row in scope.data:
        shape, member = shape_of(row.sheet.member), row.sheet.member
        yield (
            row.sheet.person.code, row.sheet.person.full_name, member.unit.name, row.score.exact if row.score else "",
            row.level, shape.label(row.proposed) if row.proposed else "", row.reason, row.decided,
        )  # fmt: skip


def plan_levels(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """What each row would propose; an empty level stays as it is. Raises nothing: problems name row and column."""
    plan: Plan[Work] = Plan([], [], Work())
    known: dict[str, LevelRow] = {row.sheet.person.code: row for row in scope.data}
    seen: dict[str, int] = {}
    for row in rows:
        code = row.values["code"]
        line = known.get(code)
        if line is None or code in seen:
            message = (
                f"Phiếu của {code} đã có ở dòng {seen[code]}. Hãy xóa một dòng."
                if line
                else f"Không có phiếu đã xác nhận của mã “{code}” mà ông/bà đề xuất mức trong kỳ này. Hãy sửa mã."
            )
            plan.problems.append(Problem(row.number, _TITLES["code"], code, message))
            continue
        seen[code] = row.number
        _one(plan, row, line)
    if len(plan.work.wanted) > MOST:
        message = f"Tệp đổi mức của {len(plan.work.wanted)} phiếu; mỗi lần nhiều nhất {MOST}. Hãy bỏ bớt dòng."
        plan.problems.append(Problem(0, "", "", message))
    return plan


def _one(plan: Plan[Work], row: Row, line: LevelRow) -> None:
    typed, reason = str(row.values.get("level") or ""), str(row.values.get("reason") or "")
    codes = {label.casefold(): code for code, label in line.options}
    level = codes.get(typed.casefold(), "") if typed else line.proposed
    name = line.sheet.person.full_name
    if typed and not level:
        said = f"Với {name} chỉ đề xuất được: {', '.join(label for _, label in line.options)}. Hãy ghi một mức đó."
        plan.problems.append(Problem(row.number, _TITLES["level"], typed, said))
        return
    reason = reason if "reason" in row.texts else line.reason
    settled = line.decision is not None or line.published
    if not level or ((level, reason) == (line.proposed, line.reason) and (settled or not line.stale)):
        plan.effects.append(Effect(row.number, UNCHANGED, name))
        return
    if settled:
        said = DECIDED if line.decision is not None else PUBLISHED
        plan.problems.append(Problem(row.number, _TITLES["level"], typed, said))
        return
    if level != line.options[0][0] and not reason:
        said = "Thấp hơn mức theo quy tắc thì phải ghi lý do."
        plan.problems.append(Problem(row.number, _TITLES["reason"], "", said))
        return
    words = dict(line.options)
    change = f"{words.get(line.proposed, 'chưa đề xuất')} → {words[level]}" + (f" ({reason})" if reason else "")
    plan.effects.append(Effect(row.number, CHANGED, f"{name}: {change}"))
    plan.work.wanted.append(Wanted(line.sheet.pk, line.number, line.version, level, reason))


def write_levels(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Proposals by the rules of the page, all or none. Raises NotYours, Refused, Conflict."""
    if by is None:
        raise NotYours()
    return list(write_proposals(plan.work.wanted, by, at)[1]) if plan.work.wanted else []


LEVELS = Spec(
    kind="levels",
    title="Mức đề xuất",
    about="Các phiếu đã xác nhận mà ông/bà đề xuất mức, mỗi phiếu một dòng. Áp dụng là ghi đề xuất: suất được kiểm tra "
    "đúng lúc áp dụng, hết suất thì không ghi dòng nào.",
    columns=COLUMNS,
    scope=levels_scope,
    plan=plan_levels,
    write=write_levels,
    export=level_texts,
    keys=("code",),
    personal=True,
    rewind=LEVELS_BACK,
)
