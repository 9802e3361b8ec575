"""The subjects of a round as XLSX: what the competent authority decided about them comes back, row by row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Model, QuerySet

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import Asked, Column, Filtering, Plan, Problem, Row, Scope, Spec, key_from
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where
from thuocdo.organisation.scopes import signed_in
from thuocdo.rounds import books, deciding
from thuocdo.rounds.access import eyes_of, round_seen, visible
from thuocdo.rounds.locking import in_state, locked
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.queries import Filters, filtered
from thuocdo.rounds.subjects_back import SUBJECTS_BACK

STANDINGS = {str(label): value for value, label in RoundSubject.Standing.choices}
WORDS = {value: label for label, value in STANDINGS.items()}
STEPS = cells.text(8000)
COLUMNS = (
    Column("number", "Số", cells.text(15), "Số phần mềm đặt; không thêm dòng mới.", "", needed=True, width=10),
    Column("kind", "Loại", cells.text(60), STANDING, "đảng viên", width=28),
    Column("name", "Tên", cells.text(240), STANDING, "Nguyễn Văn An", width=34),
    Column("position", "Chức vụ", cells.text(300), STANDING, "Chuyên viên", width=30),
    Column("collective", "Tập thể, cấp ủy", cells.text(240), STANDING, "Ban Thường vụ", width=34),
    Column("unit", "Đơn vị", cells.text(240), STANDING, "Văn phòng", width=34),
    Column("standing", "Tình trạng", cells.choice(STANDINGS),
           f"Hãy ghi: {', '.join(WORDS[value] for value in deciding.CHOICES)}.", "tạm hoãn", needed=True, width=18),
    Column("reason", "Lý do", cells.text(1000), "Phải ghi khi đổi.", "Nghỉ thai sản từ tháng 3", width=40),
    Column("cite", "Căn cứ", cells.text(300), "Văn bản, điều khoản quyết định; phải ghi khi đổi.", "12-QĐ/ĐU",
           width=34),
    Column("holds", "Bước khác vẫn chờ", cells.yes_no, "Khi tạm hoãn, hãy ghi có hoặc không.", "không", width=18),
    Column("with", "Kiểm điểm cùng (số)", cells.text(15),
           "Số của tập thể tự tổ chức kiểm điểm, khi tập thể này kiểm điểm cùng.", "", width=18),
    Column("with_name", "Tên nơi kiểm điểm cùng", cells.text(240), STANDING, "Ban Thường vụ", width=34),
    Column("done", "Bước đã xong", STEPS, STANDING, "", width=50),
    Column("left", "Bước chưa xong", STEPS, STANDING, "", width=50),
)  # fmt: skip
TITLES = {column.key: column.title for column in COLUMNS}
SET = ("standing", "reason", "cite", "holds", "with")
Seen = tuple[str, str, str, bool, int | None]


@dataclass(frozen=True)
class Mine:
    """Whose list of which round."""

    user: User
    at: datetime
    round: Round
    filters: Filters = field(default_factory=Filters)

    def subjects(self) -> dict[str, RoundSubject]:
        """What the user sees of the round, by kind and name. Three queries."""
        on = day_of(self.at)
        rows = RoundSubject.objects.filter(visible(self.user, on, eyes_of(self.user, on)), round=self.round)
        rows = filtered(rows, self.round, self.filters)
        found = rows.select_related("unit", "collective", "person", "reviewed_with")
        return {str(row.pk): row for row in found.order_by("kind", "search_key", "pk")}

    def done(self) -> dict[int, set[str]]:
        """The steps done, by subject. One query."""
        found: dict[int, set[str]] = {}
        for subject, node in _active(self.round).values_list("subject_id", "node"):
            found.setdefault(subject, set()).add(node)
        return found


@dataclass
class Work:
    """The decided rows, and how each stood when it was planned."""

    round: Round
    seen: dict[int, Seen] = field(default_factory=dict)
    decided: list[RoundSubject] = field(default_factory=list)


def _active(round_: Round) -> QuerySet[StepDone]:
    return StepDone.objects.filter(round=round_, undoes__isnull=True, undone__isnull=True)


def _seen(one: RoundSubject) -> Seen:
    return one.standing, one.reason, one.cite, one.holds, one.reviewed_with_id


def subjects_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The round with that number. Raises NotYours."""
    user, on = signed_in(by), day_of(at)
    round_ = round_seen(user, key_from(code), on, eyes_of(user, on))
    return Scope(chain_of(round_.unit, on), f"Đợt {round_.label}", Mine(user, at, round_))


def subjects_part(scope: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """The subjects that the page shows so filtered."""
    mine, filters = scope.data, Filters.of(asked)
    nodes = {node.id: node.label for node in books.rules_of(mine.round).graph.nodes}
    place = mine.subjects().get(str(filters.organisation)) if filters.organisation else None
    words = {
        "tim": filters.typed, "loai": books.LABELS.get(filters.kind, ""), "tinh-trang": WORDS.get(filters.standing, ""),
        "buoc": nodes.get(filters.node, ""),
        "tc": (place.name if place else f"số {filters.organisation}") if filters.organisation else "",
    }  # fmt: skip
    return replace(scope, data=replace(mine, filters=filters)), words


def _texts(one: RoundSubject) -> dict[str, str]:
    return {
        "standing": WORDS[one.standing], "reason": one.reason, "cite": one.cite,
        "holds": ("có" if one.holds else "không") if one.standing == "postponed" else "",
        "with": str(one.reviewed_with_id or ""),
    }  # fmt: skip


class _Lines:
    """The rows as texts; rules and steps are read once."""

    def __init__(self, mine: Mine) -> None:
        self.rules, self.done = books.rules_of(mine.round), mine.done()

    def standing(self, one: RoundSubject) -> dict[str, str]:
        """What only helps to recognise the row."""
        steps = self.rules.graph.steps_of(one.kind, one.role) if one.standing != "exempt" else ()
        made = self.done.get(one.pk, set())
        return {
            "kind": books.LABELS[one.kind], "name": one.name, "position": one.position,
            "collective": one.collective.name if one.collective else "", "unit": one.unit.name,
            "with_name": one.reviewed_with.name if one.reviewed_with else "",
            "done": "; ".join(s.label for s in steps if s.id in made),
            "left": "; ".join(s.label for s in steps if s.id not in made),
        }  # fmt: skip

    def whole(self, number: str, one: RoundSubject) -> tuple[str, ...]:
        said = {"number": number} | self.standing(one) | _texts(one)
        return tuple(said[column.key] for column in COLUMNS)


def subject_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """By kind and name, with the steps done and those not done. Constant queries."""
    lines = _Lines(scope.data)
    return [lines.whole(number, one) for number, one in scope.data.subjects().items()]


def plan_subjects(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems, against what stands now; constant queries."""
    mine: Mine = scope.data
    plan: Plan[Work] = Plan([], [], Work(mine.round))
    if not rows:
        return plan
    lines, known = _Lines(mine), mine.subjects()
    units = units_where(mine.user, Role.Kind.OFFICER, day_of(mine.at))
    bodies = RoundSubject.objects.filter(round=mine.round, kind="collective")
    others = {str(one.pk): known.get(str(one.pk), one) for one in bodies}
    for row, one in matched(plan, rows, COLUMNS, known, lines.standing):
        assert one is not None, "no new rows"
        try:
            _decided(plan, row, one, mine, units, others, bool(lines.done.get(one.pk)))
        except Refusal as refusal:
            key = refusal.field if refusal.field in TITLES else "standing"
            plan.problems.append(Problem(row.number, TITLES[key], row.texts.get(key, ""), refusal.message))
    return plan


def _decided(
    plan: Plan[Work], row: Row, one: RoundSubject, mine: Mine, units: set[int], others: Mapping[str, RoundSubject],
    done: bool,
) -> None:  # fmt: skip
    """Raises Refusal, Forbidden, Conflict as the page does."""
    before = _texts(one)
    typed = {key: row.texts.get(key, before[key]) for key in SET}
    standing = row.values["standing"]
    after = typed | {"standing": WORDS[standing]}
    if row.texts.get("holds"):
        after["holds"] = "có" if row.values["holds"] else "không"
    if after != before:
        if one.unit_id not in units:
            raise Refusal("cell", "Đối tượng này không trong phạm vi ông/bà phụ trách. Hãy ghi như cũ, hoặc xóa dòng.")
        in_state(mine.round, Round.State.OPEN)
        deciding.not_own(one, mine.user, mine.at)
        deciding.choice(standing)
        _words(before, after)
        other = _partner(one, before, after, standing, others)
        deciding.nothing_done(standing, done)
        plan.work.seen[one.pk] = _seen(one)
        if deciding.decided(
            one, standing, after["reason"], after["cite"], after["holds"] != "không", other, mine.user, mine.at
        ):  # fmt: skip
            plan.work.decided.append(one)
    differences(plan, row, f"{one.name}, {books.LABELS[one.kind]}", COLUMNS, before, after)


def _words(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """What a decision needs beside it. Raises Refusal."""
    for key in ("reason", "cite"):
        if not after[key]:
            raise Refusal("cell", f"{TITLES[key]}: ô để trống. Hãy ghi để người xem đợt biết vì sao.", field=key)
    if after["standing"] != before["standing"] and after["reason"] == before["reason"]:
        raise Refusal("cell", "Tình trạng đổi mà lý do còn là của tình trạng cũ. Hãy ghi lý do mới.", field="reason")
    postponed = after["standing"] == WORDS["postponed"]
    if postponed and not after["holds"]:
        raise Refusal("cell", f"{TITLES['holds']}: ô để trống. Khi tạm hoãn, hãy ghi có hoặc không.", field="holds")
    if after["holds"] and not postponed:
        raise Refusal("cell", f"{TITLES['holds']} chỉ ghi khi tạm hoãn. Hãy để trống ô này.", field="holds")


def _partner(
    one: RoundSubject, before: Mapping[str, str], after: Mapping[str, str], standing: str,
    others: Mapping[str, RoundSubject],
) -> RoundSubject | None:  # fmt: skip
    if after["with"] == before["with"]:
        return None
    if not after["with"]:
        words = f"Nơi cùng kiểm điểm đã ghi thì không bỏ trống được. Hãy ghi như cũ ({before['with']}) hoặc số khác."
        raise Refusal("cell", words, field="with")
    hosts = {each.reviewed_with_id: each.name for each in others.values() if each.reviewed_with_id is not None}
    return deciding.partner(others.get(after["with"]), [one], standing, hosts)


def write_subjects(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """The decided rows, in one statement. Raises Conflict: a row or a step was written meanwhile."""
    work = plan.work
    if not work.decided:
        return []
    in_state(locked(work.round.pk), Round.State.OPEN)
    keys = [one.pk for one in work.decided]
    now = {one.pk: _seen(one) for one in RoundSubject.objects.filter(pk__in=keys)}
    out = [one.pk for one in work.decided if one.standing != "in"]
    if any(now.get(key) != work.seen[key] for key in keys) or _active(work.round).filter(subject__in=out).exists():
        raise Conflict("Có đối tượng vừa được người khác ghi. Hãy tải tệp lên lại để xem trước.")
    RoundSubject.objects.bulk_update(work.decided, deciding.DECIDED, batch_size=100)
    return [*work.decided]


SUBJECTS = Spec(
    kind="round-subjects",
    title="Đối tượng của đợt xếp loại",
    about="Cán bộ tổ chức ghi ở từng dòng: thuộc đợt, được miễn hay tạm hoãn, kèm lý do và căn cứ; tập thể kiểm điểm "
    "cùng tập thể nào. Các bước ghi trên trang. Dòng bị xóa khỏi tệp thì giữ nguyên.",
    columns=COLUMNS,
    scope=subjects_scope,
    plan=plan_subjects,
    write=write_subjects,
    export=subject_rows,
    keys=("number",),
    personal=True,
    rewind=SUBJECTS_BACK,
    filtering=Filtering(
        {"tim": "Tên có", "loai": "Loại", "tinh-trang": "Tình trạng", "buoc": "Chưa làm bước", "tc": "Thuộc"},
        subjects_part,
    ),
)
