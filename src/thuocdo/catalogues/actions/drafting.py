"""The agency's draft: begun from what is in force, fed by the units' inventories and by proposals, changed by line."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.catalogues import access, rules, steps
from thuocdo.catalogues.drafts import STEM, Wording
from thuocdo.catalogues.models import Catalogue, CatalogueLine, Inventory, InventoryLine, Proposal
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of, staff_code
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.successors import predecessors
from thuocdo.work.models import Product

MOST_LINES = 2000


def _copied(row: Catalogue, source: Unit, on: date) -> list[CatalogueLine]:
    """The lines in force as the beginning of a draft: of the last version, else of the catalogue products."""
    last = Catalogue.objects.filter(agency=source, state=Catalogue.State.APPROVED).order_by("-start").first()
    if last is not None:
        row.method, row.ratio_accepted, row.groups = last.method, last.ratio_accepted, last.groups
        row.rounding, row.rounding_reason = last.rounding, last.rounding_reason
        return [
            CatalogueLine(catalogue=row, **{field: getattr(line, field) for field in STEM})
            for line in last.lines.order_by("code")
        ]
    products = Product.objects.filter(on_day(on), agency=source).order_by("code")
    return [
        CatalogueLine(catalogue=row, code=p.code, name=p.name, complexity=p.complexity, typed=p.coefficient)
        for p in products
    ]


@action
def begin_catalogue(*, agency_id: int, by: User, at: datetime, like: int | None = None) -> Catalogue:
    """Begin the next version of the agency's catalogue, from what is in force, or from what was in force in the agency
    `like` that ended in the reorganisation which made this one: a draft, which its authority approves or not. Raises
    NotYours, Refusal where nothing was in force there, Conflict where one is in preparation."""
    access.require(agency_id, access.reach(by, day_of(at)).officer, steps.NOT_FOUND)
    agency = steps.lock_agency(agency_id)
    if Catalogue.objects.filter(agency=agency, state__in=(rules.DRAFTING, rules.SUBMITTED)).exists():
        raise Conflict(f"{agency.name} đang có một dự thảo danh mục. Hãy mở dự thảo đó để làm tiếp.")
    row = Catalogue(agency=agency, begun_by=by, begun_at=at)
    source, on = agency, day_of(at)
    if like is not None:
        found = next((one for one in predecessors(agency) if one.pk == like), None)
        if found is None or found.end is None:
            raise NotYours(steps.NOT_FOUND)
        source, on = found, found.end - timedelta(days=1)
    lines = _copied(row, source, on)
    if like is not None and not lines:
        raise Refusal("catalogue.nothing", f"{source.name} không có danh mục nào khi kết thúc. Hãy soạn dự thảo mới.")
    row.save(force_insert=True)
    made = CatalogueLine.objects.bulk_create(lines, batch_size=500)
    data = {} if like is None else {"from": source.code}
    record(chain=agency.code, code="catalogue.begun", by=by, at=at, objects=[row, *made], data=data)
    return row


@action
def drop_catalogue(*, catalogue_id: int, version: int, by: User, at: datetime) -> Catalogue:
    """Put a draft aside; inventories and proposals taken into it are open again. Raises NotYours, Conflict."""
    row = steps.draft_to_change(catalogue_id, version, by, at)
    gone, freed, back = steps.remove_lines(row.lines.order_by("pk"))
    row.state = Catalogue.State(rules.CATALOGUE.target("drop", row.state))
    row.save()
    record(chain=row.agency.code, code="catalogue.dropped", by=by, at=at, objects=[row, *freed, *back], removed=gone)
    return row


@action
def save_way(
    *,
    catalogue_id: int,
    version: int,
    method: str,
    ratio_accepted: bool,
    rounding: str,
    rounding_reason: str,
    groups: Sequence[tuple[str, int | None]],
    by: User,
    at: datetime,
) -> Catalogue:
    """How coefficients arise, the names of at most five groups and, for that method, their common coefficients.

    Raises NotYours, Refusal with the field, Conflict.
    """
    row = steps.draft_to_change(catalogue_id, version, by, at)
    if method not in Catalogue.Method.values:
        raise Refusal("catalogue.method", "Chưa chọn cách xác định hệ số. Hãy chọn một cách.", field="method")
    if rounding not in Catalogue.Rounding.values:
        raise Refusal("catalogue.rounding", "Chưa chọn cách làm tròn. Hãy chọn một cách.", field="rounding")
    if len(groups) > rules.MOST_GROUPS:
        raise Refusal("catalogue.groups", "Danh mục có tối đa 05 nhóm phức tạp (NĐ 335 Điều 13).", field="group_1")
    why = text_from(
        rounding_reason, "Căn cứ làm tròn", most=300, needed=rounding != rules.NO_ROUNDING, field="rounding_reason"
    )
    row.method, row.ratio_accepted = Catalogue.Method(method), ratio_accepted
    row.rounding, row.rounding_reason = Catalogue.Rounding(rounding), why
    row.groups = [
        {"name": text_from(name, f"Tên nhóm {n}", most=100, field=f"group_{n}"), "coefficient": coefficient}
        for n, (name, coefficient) in enumerate(groups, 1)
    ]
    row.save()
    record(chain=row.agency.code, code="catalogue.method_chosen", by=by, at=at, objects=[row])
    return row


def _unmark(row: Catalogue, but: int | None) -> list[CatalogueLine]:
    """There is one standard product: the former one stops being it."""
    former = list(row.lines.filter(standard=True).exclude(pk=but or 0))
    for line in former:
        line.standard = False
        line.save()
    return former


def _written(row: Catalogue, line: CatalogueLine, wording: Wording) -> list[CatalogueLine]:
    """Put the words into the line and save it; returns every line that changed."""
    code = staff_code(wording.code, "Mã sản phẩm")
    if row.lines.filter(code=code).exclude(pk=line.pk).exists():
        raise Refusal("catalogue.code", f"Mã {code} đã có trong dự thảo. Hãy dùng mã khác.", field="code")
    if not 1 <= wording.complexity <= rules.MOST_GROUPS:
        raise Refusal("catalogue.group", "Nhóm phức tạp là số từ 1 đến 5.", field="complexity")
    former = _unmark(row, line.pk) if wording.standard else []
    line.code, line.complexity, line.standard = code, wording.complexity, wording.standard
    line.name = text_from(wording.name, "Tên sản phẩm, công việc", most=200, field="name")
    line.points, line.typed = wording.points, wording.typed
    line.reason = text_from(wording.reason, "Lý do của hệ số", most=300, needed=False, field="line_reason")
    line.save()
    return [line, *former]


def _room(row: Catalogue) -> None:
    if row.lines.count() >= MOST_LINES:
        raise Refusal("catalogue.long", f"Danh mục có tối đa {MOST_LINES} dòng.")


@action
def save_line(
    *, catalogue_id: int, version: int, line_id: int | None, wording: Wording, by: User, at: datetime
) -> CatalogueLine:
    """Write one line of the draft, a new one where `line_id` is None. Raises NotYours, Refusal, Conflict."""
    row = steps.draft_to_change(catalogue_id, version, by, at)
    line = CatalogueLine(catalogue=row) if line_id is None else row.lines.filter(pk=line_id).first()
    if line is None:
        raise NotYours("Không tìm thấy dòng này trong dự thảo. Hãy tải lại trang.")
    if line_id is None:
        _room(row)
    changed = _written(row, line, wording)
    row.save()
    record(chain=row.agency.code, code="catalogue.line_saved", by=by, at=at, objects=[row, *changed])
    return line


@action
def remove_line(*, catalogue_id: int, version: int, line_id: int, by: User, at: datetime) -> Catalogue:
    """Take one line out of the draft. Raises NotYours, Conflict."""
    row = steps.draft_to_change(catalogue_id, version, by, at)
    found = list(row.lines.filter(pk=line_id))
    if not found:
        raise NotYours("Không tìm thấy dòng này trong dự thảo. Hãy tải lại trang.")
    gone, freed, back = steps.remove_lines(found)
    row.save()
    record(
        chain=row.agency.code, code="catalogue.line_removed", by=by, at=at, objects=[row, *freed, *back], removed=gone
    )
    return row


def _sent_lines(row: Catalogue, line_ids: Collection[int]) -> list[InventoryLine]:
    """Kept lines of the sent inventories of the agency that nothing was done with. Raises Refusal, NotYours."""
    if not line_ids:
        raise Refusal("catalogue.none", "Chưa chọn dòng nào. Hãy đánh dấu các dòng cần xử lý.", field="lines")
    found = InventoryLine.objects.select_for_update(of=("self",)).filter(
        pk__in=line_ids,
        inventory__agency=row.agency,
        inventory__state=Inventory.State.SENT,
        state=InventoryLine.State.KEPT,
        taken_into=None,
        set_aside="",
    )
    lines = list(found.select_related("inventory").order_by("-occurrences", "pk"))
    if len(lines) != len(set(line_ids)):
        raise Conflict("Có dòng đã chọn vừa được xử lý. Hãy tải lại trang để xem những dòng còn lại.")
    return lines


@action
def take_lines(
    *,
    catalogue_id: int,
    version: int,
    line_ids: Collection[int],
    code: str,
    name: str,
    complexity: int | None,
    by: User,
    at: datetime,
) -> CatalogueLine:
    """Take lines of the units into the draft as one: into the line that has this code, or as a new line.

    A new line without `name` or `complexity` has those of the line that occurs most. Raises NotYours, Refusal,
    Conflict.
    """
    row = steps.draft_to_change(catalogue_id, version, by, at)
    lines = _sent_lines(row, line_ids)
    changed: list[CatalogueLine] = []
    target = row.lines.filter(code=staff_code(code, "Mã sản phẩm")).first()
    if target is None:
        _room(row)
        target = CatalogueLine(catalogue=row)
        first = lines[0]
        wording = Wording(code, name or first.name, complexity or first.complexity or 0)
        changed = _written(row, target, wording)
    for line in lines:
        line.taken_into = target
    InventoryLine.objects.bulk_update(lines, ["taken_into"], batch_size=500)
    row.save()
    record(chain=row.agency.code, code="catalogue.lines_taken", by=by, at=at, objects=[row, *changed, *lines])
    return target


@action
def set_aside(
    *, catalogue_id: int, version: int, line_ids: Collection[int], reason: str, by: User, at: datetime
) -> Catalogue:
    """Leave lines of the units out of the catalogue, with the reason. Raises NotYours, Refusal, Conflict."""
    row = steps.draft_to_change(catalogue_id, version, by, at)
    lines = _sent_lines(row, line_ids)
    words = text_from(reason, "Lý do không đưa vào", most=300, field="aside_reason")
    for line in lines:
        line.set_aside = words
    InventoryLine.objects.bulk_update(lines, ["set_aside"], batch_size=500)
    row.save()
    record(chain=row.agency.code, code="catalogue.lines_set_aside", by=by, at=at, objects=[row, *lines])
    return row


@action
def take_proposal(
    *, catalogue_id: int, version: int, proposal_id: int, wording: Wording, by: User, at: datetime
) -> CatalogueLine:
    """Take a waiting proposal into the draft as a new line; it is accepted when the version is approved.

    Raises NotYours, Refusal, Conflict.
    """
    row = steps.draft_to_change(catalogue_id, version, by, at)
    proposals = Proposal.objects.select_for_update().filter(pk=proposal_id, agency=row.agency)
    proposal = proposals.first()
    if proposal is None:
        raise NotYours("Không tìm thấy đề xuất này của cơ quan.")
    _room(row)
    line = CatalogueLine(catalogue=row, proposal=proposal)
    moved = steps.move_proposals([proposal], "take")
    changed = _written(row, line, wording)
    row.save()
    record(chain=row.agency.code, code="product.proposal_taken", by=by, at=at, objects=[row, *changed, *moved])
    return line
