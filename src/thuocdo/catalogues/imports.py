"""A draft of the catalogue as XLSX: the file is the whole draft, compared with it by code, row by row."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.catalogues import access, steps
from thuocdo.catalogues.draft_back import DRAFT_BACK, shown
from thuocdo.catalogues.drafts import STEM, Wording, wording_of
from thuocdo.catalogues.models import Catalogue, CatalogueLine
from thuocdo.catalogues.queries import InForce
from thuocdo.catalogues.rules import Derived
from thuocdo.intake import cells
from thuocdo.intake.files import table_file
from thuocdo.intake.specs import CHANGED, CREATED, ENDED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit

COLUMNS = (
    Column("code", "Mã sản phẩm", cells.code, "Mã riêng trong cơ quan.", "SP-001", needed=True),
    Column("name", "Tên sản phẩm, công việc", cells.text(200), "Tên.", "Báo cáo tháng", needed=True, width=46),
    Column(
        "complexity",
        "Nhóm phức tạp",
        cells.choice({str(n): str(n) for n in range(1, 6)}),
        "Số nhóm từ 1 đến 5.",
        "2",
        needed=True,
    ),
    Column("standard", "Sản phẩm chuẩn", cells.yes_no, "Ghi “có” ở đúng một dòng.", "không", default=""),
    Column("points", "Điểm chấm", cells.points, "Khi hệ số tính theo tỷ lệ điểm.", "12", default=None),
    Column("typed", "Hệ số ghi", cells.points, "Khi hệ số ghi từng dòng.", "2,4", default=None),
    Column("reason", "Lý do của hệ số", cells.text(300), "Khi hệ số ghi từng dòng.", "", width=40),
    Column("seen", "Hệ số quy đổi (chỉ xem)", cells.text(40), "Không đọc khi tải lên.", "", width=24),
)
FIELDS = {
    "name": "tên", "complexity": "nhóm", "standard": "sản phẩm chuẩn", "points": "điểm", "typed": "hệ số ghi",
    "reason": "lý do",
}  # fmt: skip
Work = tuple[Catalogue, list[CatalogueLine], list[CatalogueLine], list[CatalogueLine]]


def draft_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The agency of this code, for its officers (any agency at set-up). Raises NotYours."""
    agency = Unit.objects.filter(code=code, kind=Unit.Kind.AGENCY).first()
    if agency is None or (by is not None and agency.pk not in access.reach(by, day_of(at)).officer):
        raise NotYours(steps.NOT_FOUND)
    return Scope(agency.code, agency.name, agency)


def plan_draft(scope: Scope, rows: Sequence[Row]) -> Plan[Work | None]:
    """What each row does to the draft; lines of the draft that a whole file does not have go out of it."""
    draft = Catalogue.objects.filter(agency=scope.data, state=Catalogue.State.DRAFTING).first()
    plan: Plan[Work | None] = Plan([], [], None)
    if draft is None:
        message = f"{scope.name} chưa có dự thảo danh mục đang soạn. Hãy mở Danh mục, bắt đầu dự thảo rồi tải lại tệp."
        plan.problems.append(Problem(0, "", "", message))
        return plan
    stored = {line.code: line for line in draft.lines.order_by("code")}
    new: list[CatalogueLine] = []
    changed: list[CatalogueLine] = []
    seen: dict[str, int] = {}
    for row in rows:
        wording = _wording(row)
        if wording.code in seen:
            message = f"Mã {wording.code} đã có ở dòng {seen[wording.code]}. Hãy xóa một dòng."
            plan.problems.append(Problem(row.number, "Mã sản phẩm", wording.code, message))
            continue
        seen[wording.code] = row.number
        _compare(plan, row, wording, stored.get(wording.code), CatalogueLine(catalogue=draft), new, changed)
    kept = [line for code, line in stored.items() if code not in seen] if scope.part else []
    _one_standard(plan, rows, kept)
    gone = [] if scope.part else [line for code, line in stored.items() if code not in seen]
    plan.effects += [Effect(0, ENDED, f"{line.name} ({line.code}) đưa ra khỏi dự thảo") for line in gone]
    plan.work = (draft, new, changed, gone)
    return plan


def _wording(row: Row) -> Wording:
    v = row.values
    return Wording(
        v["code"], v["name"], int(v["complexity"]), bool(v["standard"]), v["points"], v["typed"], v["reason"]
    )


def _compare(
    plan: Plan[Work | None],
    row: Row,
    wording: Wording,
    same: CatalogueLine | None,
    fresh: CatalogueLine,
    new: list[CatalogueLine],
    changed: list[CatalogueLine],
) -> None:
    label = f"{wording.name} ({wording.code})"
    target = same or fresh
    words = [] if same is None else _changes(wording_of(same), wording)
    if same is not None and not words:
        plan.effects.append(Effect(row.number, UNCHANGED, label))
        return
    for name in STEM:
        setattr(target, name, getattr(wording, name))
    if same is None:
        new.append(target)
        plan.effects.append(Effect(row.number, CREATED, f"{label}, nhóm {wording.complexity}"))
    else:
        changed.append(target)
        plan.effects.append(Effect(row.number, CHANGED, f"{label}: {'; '.join(words)}"))


def _changes(before: Wording, after: Wording) -> list[str]:
    found = []
    for name, label in FIELDS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(f"{label}: {shown(name, old)} → {shown(name, new)}")
    return found


def _one_standard(plan: Plan[Work | None], rows: Sequence[Row], kept: Sequence[CatalogueLine]) -> None:
    """`kept`: lines of the draft that the file, a part, does not have."""
    other = next((line for line in kept if line.standard), None)
    marked = [row for row in rows if row.values["standard"]]
    for row in marked[1:]:
        message = f"Dòng {marked[0].number} đã là sản phẩm chuẩn. Danh mục có đúng một sản phẩm chuẩn."
        plan.problems.append(Problem(row.number, "Sản phẩm chuẩn", row.texts.get("standard", ""), message))
    if marked and other is not None:
        message = (
            f"Dự thảo đã có sản phẩm chuẩn là {other.name} ({other.code}), không có trong tệp tải từ trang đang lọc. "
            "Hãy ghi “không” ở dòng này, hoặc bỏ sản phẩm chuẩn kia ở dự thảo trước."
        )
        row = marked[0]
        plan.problems.append(Problem(row.number, "Sản phẩm chuẩn", row.texts.get("standard", ""), message))


def write_draft(plan: Plan[Work | None], by: User | None, at: datetime) -> list[Model]:
    """Remove, unmark, change and add, in this order, so that there is never more than one standard product."""
    if plan.work is None:
        return []
    draft, new, changed, gone = plan.work
    row = steps.locked_catalogue(draft.pk)
    steps.check_version(row.version, draft.version)
    steps.move_catalogue(row, "change")
    plan.removed, freed, back = steps.remove_lines(gone)
    marked = [line for line in changed if line.standard]
    fields = [name for name in STEM if name != "code"]
    CatalogueLine.objects.bulk_update([c for c in changed if not c.standard], fields, batch_size=500)
    CatalogueLine.objects.bulk_update(marked, fields, batch_size=500)
    CatalogueLine.objects.bulk_create(new, batch_size=500)
    row.save()
    return [row, *new, *changed, *freed, *back]


def file_rows(lines: Sequence[tuple[CatalogueLine, int | None]]) -> list[list[str]]:
    """Lines with their coefficients (hundredths) as the texts of a file; numbers and codes stay text."""
    return [
        [
            line.code, line.name, str(line.complexity), "có" if line.standard else "không",
            "" if line.points is None else format_points(line.points),
            "" if line.typed is None else format_points(line.typed),
            line.reason, "" if coefficient is None else format_points(coefficient),
        ]
        for line, coefficient in lines
    ]  # fmt: skip


def _file(rows: list[list[str]], part: str = "") -> bytes:
    return table_file("Danh mục", [c.title for c in COLUMNS], rows, [c.width for c in COLUMNS], part)


def draft_file(lines: Sequence[tuple[CatalogueLine, Derived]]) -> bytes:
    """A version with its derived coefficients as XLSX."""
    return _file(file_rows([(line, derived.coefficient) for line, derived in lines]))


def in_force_file(found: InForce, typed: str) -> bytes:
    """The products in force, of those the page was asked for by `typed`, as XLSX in the same columns."""
    return _file(
        [
            [p.code, p.name, str(p.complexity), "có" if standard else "không", "", format_points(p.coefficient), words,
             format_points(p.coefficient)]
            for p, words, standard in found.lines
        ],
        f"Tên, mã có: {typed}" if typed else "",
    )  # fmt: skip


DRAFT = Spec(
    kind="catalogue",
    title="Dự thảo danh mục sản phẩm, công việc",
    about="Toàn bộ dự thảo danh mục của một cơ quan: dòng không có trong tệp được đưa ra khỏi dự thảo, trừ tệp tải từ "
    "trang đang lọc.",
    columns=COLUMNS,
    scope=draft_scope,
    plan=plan_draft,
    write=write_draft,
    order=3,
    keys=("code",),
    rewind=DRAFT_BACK,
)
