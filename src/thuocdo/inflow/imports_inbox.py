"""What a source brought, as XLSX: what waits is made clear or left aside, and conflicts are settled, row by row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.inflow import planning, settling
from thuocdo.inflow.access import source_of_handler
from thuocdo.inflow.inbox_back import INBOX_BACK
from thuocdo.inflow.knowledge import gather
from thuocdo.inflow.mapped import unknown_codes
from thuocdo.inflow.models import Source, SourceItem
from thuocdo.inflow.planning import Decision, Planner
from thuocdo.inflow.queries import OUTCOMES, InboxItem, inbox_items
from thuocdo.inflow.writing import write
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import Column, Plan, Problem, Row, Scope, Spec
from thuocdo.intake.written import moment_text
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.access import day_of

IGNORE = "bỏ qua"
STEPS = {IGNORE: "ignore", "giữ bản ở đây": settling.OURS, "theo nguồn": settling.THEIRS}
OF_STATE = {SourceItem.State.WAITING: ("ignore",), SourceItem.State.CONFLICT: (settling.OURS, settling.THEIRS)}
ANSWERS = ("person", "product", "month", "coefficient", "title")
_CODE = re.compile(r"([0-9]{1,15})-([a-z]{1,12})", re.ASCII)


def _as_is(typed: str, label: str) -> str:
    """What another system wrote is compared, not judged."""
    return typed


COLUMNS = (
    Column("number", "Số", cells.text(15), "Số phần mềm đặt; không thêm dòng mới.", "", needed=True, width=10),
    Column("external", "Mã ở nguồn", _as_is, STANDING, "12/UBND", width=24),
    Column("task", "Công việc", _as_is, STANDING, "Báo cáo tháng 3", width=50),
    Column("whose", "Người (ở nguồn)", _as_is, STANDING, "nvan", width=24),
    Column("what", "Sản phẩm (ở nguồn)", _as_is, STANDING, "BC", width=20),
    Column("due", "Hạn", _as_is, STANDING, "25/03/2026", width=14),
    Column("state", "Trạng thái", _as_is, STANDING, "chưa hiểu", width=20),
    Column("problem", "Vì sao", _as_is, STANDING, "", width=60),
    Column("remedy", "Cần làm gì", _as_is, STANDING, "", width=70),
    Column("differs", "Hai bản khác nhau", _as_is, STANDING, "", width=60),
    Column("code", "Mã công việc ở đây", _as_is, STANDING, "", width=20),
    Column("received", "Nhận lúc", _as_is, STANDING, "", width=18),
    Column("person", "Mã cán bộ", cells.text(40), "Ai làm, khi mục chưa hiểu.", "CC001", width=16),
    Column("product", "Mã sản phẩm", cells.text(40), "Ghi dấu - nếu việc ngoài danh mục.", "SP-001", width=16),
    Column("month", "Tháng", cells.text(10), "Tháng của việc.", "03/2026", width=12),
    Column("coefficient", "Hệ số quy đổi", cells.text(10), "Cho việc ngoài danh mục.", "1,5", width=14),
    Column("title", "Tên việc ghi ở đây", cells.text(200), "Khi tên ở nguồn quá dài.", "", width=40),
    Column("step", "Xử lý", cells.choice(STEPS),
           f"Mục chưa hiểu: “{IGNORE}”. Mục khác với việc ở đây: “giữ bản ở đây” hoặc “theo nguồn”.", "", width=18),
)  # fmt: skip
TITLES = {column.key: column.title for column in COLUMNS}


@dataclass(frozen=True)
class Mine:
    """Who handles which source, and the state looked at."""

    user: User
    at: datetime
    source: Source
    state: str

    def items(self) -> dict[str, InboxItem]:
        found = inbox_items(self.user, self.source.pk, self.state, self.at)
        return {str(one.item.pk): one for one in found}


@dataclass
class Work:
    """What was answered and which step is taken, by the source's id; the versions seen; what would come of each."""

    mine: Mine
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    seen: dict[str, SourceItem] = field(default_factory=dict)
    outcomes: list[tuple[str, str, str]] = field(default_factory=list)

    def drop(self, name: str) -> None:
        """A row that says in other words what stands."""
        for kept in (self.answers, self.steps, self.seen):
            kept.pop(name, None)


def inbox_scope(by: User | None, at: datetime, code: str) -> Scope:
    """One state of a source's inbox, written key-state. Raises NotYours."""
    asked = _CODE.fullmatch(code)
    if by is None or asked is None:
        raise NotYours()
    source = source_of_handler(by, int(asked[1]), at)
    return Scope(source.agency.code, f"Việc đến: {source.name}", Mine(by, at, source, asked[2]))


def _standing(one: InboxItem) -> dict[str, str]:
    item, content = one.item, one.content
    pairs = "; ".join(f"{pair.label}: ở đây {pair.here}, ở nguồn {pair.there}" for pair in one.pairs)
    said = {
        "external": item.external_id, "task": item.title, "whose": str(content["person"]),
        "what": str(content["product"]), "due": one.due, "state": item.get_state_display(), "problem": item.problem,
        "remedy": one.remedy, "differs": pairs, "code": item.task.code if item.task else "",
        "received": moment_text(item.received_at),
    }  # fmt: skip
    return {key: clean(text) for key, text in said.items()}


def _answered(item: SourceItem) -> dict[str, str]:
    """What was answered for this item before, as it is typed."""
    given = item.choices
    year, _, month = str(given.get("month", "")).partition("-")
    return {
        "person": str(given.get("person", "")), "product": (given["product"] or "-") if "product" in given else "",
        "month": f"{month}/{year}" if month else "",
        "coefficient": format_points(given["coefficient"]) if "coefficient" in given else "",
        "title": str(given.get("title", "")), "step": "",
    }  # fmt: skip


def inbox_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Newest first, as on the pages."""
    for number, one in scope.data.items().items():
        said = {"number": number} | _standing(one) | _answered(one.item)
        yield tuple(said[column.key] for column in COLUMNS)


def plan_inbox(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """What each row would do, by the rules of a delivery as things stand now; constant queries."""
    mine: Mine = scope.data
    plan: Plan[Work] = Plan([], [], Work(mine))
    places: dict[str, tuple[Row, int]] = {}
    for row, one in matched(plan, rows, COLUMNS, mine.items() if rows else {}, _standing):
        assert one is not None, "no new rows"
        before = _answered(one.item)
        after = {key: row.texts.get(key, text) for key, text in before.items()}
        try:
            after = _read(plan.work, row, one.item, before, after)
        except Refusal as refusal:
            _problem(plan, row, refusal.field or "step", refusal.message)
            continue
        if differences(plan, row, f"{one.item.external_id}: {one.item.title}", COLUMNS, before, after):
            places[one.item.external_id] = row, len(plan.effects) - 1
        else:
            plan.work.drop(one.item.external_id)
    _foreseen(plan, places)
    return plan


def _problem(plan: Plan[Work], row: Row, key: str, words: str) -> None:
    key = key if key in TITLES else "step"
    plan.problems.append(Problem(row.number, TITLES[key], row.texts.get(key, ""), words))


def _read(
    work: Work, row: Row, item: SourceItem, before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    """The row as it would stand. Raises Refusal with the column."""
    changed = [key for key in ANSWERS if after[key] != before[key]]
    step = row.values["step"] if after["step"] else ""
    if not changed and not step:
        return dict(before)
    if changed and step:
        raise Refusal("cell", "Hãy làm rõ, hoặc ghi cột Xử lý; không cả hai ở một dòng.", field="step")
    if step and step not in OF_STATE.get(SourceItem.State(item.state), ()):
        raise Refusal("cell", f"Mục này {item.get_state_display()} nên không “{after['step']}” được.", field="step")
    if changed and item.state != SourceItem.State.WAITING:
        raise Refusal("cell", f"Mục này {item.get_state_display()} nên không làm rõ được.", field=changed[0])
    given: dict[str, Any] = {}
    for key in changed:
        if not after[key]:
            raise Refusal("cell", f"Đã ghi “{before[key]}” thì không bỏ trống được. Hãy ghi lại, hoặc ghi khác.",
                          field=key)  # fmt: skip
        try:
            typed = f"{cells.month(after[key], TITLES[key]):%Y-%m}" if key == "month" else after[key]
            given |= settling.answers_from({key: typed})
        except Refusal as refusal:
            raise Refusal(refusal.code, refusal.message, field=key) from refusal
    work.seen[item.external_id] = item
    if step:
        work.steps[item.external_id] = step
        return dict(before) | {"step": next(word for word, code in STEPS.items() if code == step)}
    work.answers[item.external_id] = given
    return _answered(SourceItem(choices={**item.choices, **given}))


def _foreseen(plan: Plan[Work], places: Mapping[str, tuple[Row, int]]) -> None:
    """What would come of each row beside it; what a delivery refuses is a problem of the row."""
    work = plan.work
    codes = {str(given["person"]): name for name, given in work.answers.items() if "person" in given}
    unknown = set(unknown_codes(work.mine.source.agency_id, codes, day_of(work.mine.at)))
    for name in [name for name, given in work.answers.items() if given.get("person") in unknown]:
        words = f"Không có mã “{work.answers[name]['person']}” ở đơn vị của nguồn và bên dưới. Hãy sửa mã, hoặc nhờ "
        _problem(plan, places[name][0], "person", f"{words}cán bộ tổ chức thêm người trước.")
    for one in _decisions(work, lock=False)[0] if places else ():
        row, at = places[one.external_id]
        if one.outcome in (planning.REFUSED, planning.CONFLICT, planning.STALE):
            _problem(plan, row, "step" if one.external_id in work.steps else "person", one.message)
        else:
            said = "vẫn chờ" if one.outcome == planning.WAITING else OUTCOMES[one.outcome]
            why = f": {one.message}" if one.message else ""
            plan.effects[at] = replace(plan.effects[at], text=f"{plan.effects[at].text} → {said}{why}")
        work.outcomes.append((one.external_id, one.outcome, one.message))


def _decisions(work: Work, *, lock: bool) -> tuple[list[Decision], dict[str, SourceItem]]:
    """What becomes of each item as things stand, and the items with what was answered in them."""
    offers = [settling.offer_of(item) for item in work.seen.values()]
    known = gather(work.mine.source, offers, work.mine.at, answers=work.answers, lock=lock)
    planner = Planner(known, frozenset(name for name, step in work.steps.items() if step == settling.THEIRS))
    found = []
    for offer in offers:
        item, step = known.items[offer.external_id], work.steps.get(offer.external_id)
        if step == "ignore":
            found.append(settling.ignored(item))
        else:
            found.append(settling.settled(planner, item, offer, step) if step else planner.offer(offer))
    return found, known.items


def write_inbox(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Answers, and the tasks that come of them. Raises Conflict: an item moved meanwhile."""
    work = plan.work
    if not work.seen:
        return []
    source_of_handler(work.mine.user, work.mine.source.pk, at, lock=True)
    decisions, items = _decisions(work, lock=True)
    moved = any(items[name].version != item.version for name, item in work.seen.items())
    if moved or [(one.external_id, one.outcome, one.message) for one in decisions] != work.outcomes:
        raise Conflict("Có mục vừa thay đổi ở nơi khác. Hãy tải tệp lên lại để xem trước.")
    answered = [items[name] for name in work.answers]
    for item in answered:
        item.version += 1
    SourceItem.objects.bulk_update(answered, ["choices", "version"], batch_size=200)
    written = write(work.mine.source, decisions, at)
    return list({(type(row), row.pk): row for row in [*answered, *written]}.values())


INBOX = Spec(
    kind="inbox",
    title="Việc đến của một nguồn",
    about="Mỗi dòng là một mục nguồn đã gửi. Mục chưa hiểu: ghi người, sản phẩm, tháng, hệ số hay tên, hoặc bỏ qua; "
    "mục khác với việc ở đây: chọn giữ bản nào. Xem trước cho biết mỗi mục thành gì. Dòng bị xóa khỏi tệp thì vẫn chờ.",
    columns=COLUMNS,
    scope=inbox_scope,
    plan=plan_inbox,
    write=write_inbox,
    export=inbox_rows,
    keys=("number",),
    personal=True,
    rewind=INBOX_BACK,
)
