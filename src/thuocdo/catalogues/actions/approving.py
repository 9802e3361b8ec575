"""From draft to dated decision: submitted by the officer, approved by somebody else, written into the products."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.catalogues import access, rules, steps
from thuocdo.catalogues.models import Catalogue, CatalogueLine, Inventory, Proposal
from thuocdo.catalogues.stored import line_of, way_of
from thuocdo.kernel.errors import Conflict, Forbidden, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.work.models import Product


@action
def submit_catalogue(*, catalogue_id: int, version: int, by: User, at: datetime) -> Catalogue:
    """Submit the draft: one standard product, named groups, every coefficient settled without silent rounding.

    Raises NotYours, Refusal with every problem, Conflict.
    """
    row = steps.draft_to_change(catalogue_id, version, by, at)
    lines = list(row.lines.order_by("code"))
    facts, way = [line_of(line) for line in lines], way_of(row)
    found = rules.problems(facts, way)
    if found:
        more = f" Và {len(found) - 8} chỗ khác." if len(found) > 8 else ""
        raise Refusal("catalogue.open", "Chưa trình được: " + " ".join(found[:8]) + more)
    for line, derived in zip(lines, rules.derive_all(facts, way), strict=True):
        line.coefficient = derived.coefficient
    CatalogueLine.objects.bulk_update(lines, ["coefficient"], batch_size=500)
    row.state = Catalogue.State(rules.CATALOGUE.target("submit", row.state))
    row.submitted_by, row.submitted_at, row.remark = by, at, ""
    row.save()
    steps.tell(
        access.authorities_of(row.agency_id, day_of(at)),
        by,
        at,
        f"/danh-muc/du-thao/{row.pk}/",
        f"Danh mục sản phẩm, công việc của {row.agency.name} chờ phê duyệt",
        kind="catalogue.submitted",
    )
    record(chain=row.agency.code, code="catalogue.submitted", by=by, at=at, objects=[row, *lines])
    return row


def _for_authority(catalogue_id: int, version: int, by: User, at: datetime) -> Catalogue:
    row = steps.locked_catalogue(catalogue_id)
    access.require(row.agency_id, access.reach(by, day_of(at)).approves, steps.NOT_FOUND)
    steps.check_version(row.version, version)
    return row


@action
def return_catalogue(*, catalogue_id: int, version: int, reason: str, by: User, at: datetime) -> Catalogue:
    """The authority gives the draft back with a reason. Raises NotYours, Refusal, Conflict."""
    row = _for_authority(catalogue_id, version, by, at)
    steps.move_catalogue(row, "return")
    row.remark = text_from(reason, "Lý do trả lại", most=500, field="remark")
    row.save()
    if row.submitted_by is not None:
        steps.tell([row.submitted_by], by, at, f"/danh-muc/du-thao/{row.pk}/", "Dự thảo danh mục được trả lại")
    record(chain=row.agency.code, code="catalogue.returned", by=by, at=at, objects=[row])
    return row


@action
def approve_catalogue(
    *,
    catalogue_id: int,
    version: int,
    decision_number: str,
    decided_on: date,
    start: date,
    by: User,
    at: datetime,
) -> Catalogue:
    """Approve the submitted version from `start`: changed products end there and begin anew, the others stay.

    Two people: not who began or submitted it, nor the author of a proposal in it. Raises NotYours, Forbidden, Refusal,
    Conflict (a version or a product begins on that day or later).
    """
    row = _for_authority(catalogue_id, version, by, at)
    if by.pk in (row.begun_by_id, row.submitted_by_id):
        raise Forbidden("Ông/bà đã soạn hoặc trình danh mục này nên không tự phê duyệt. Hãy để người khác phê duyệt.")
    own = row.lines.filter(proposal__author=by).order_by("code").first()
    if own is not None:
        raise Forbidden(
            f"Dòng {own.code} “{own.name}” là đề xuất của chính ông/bà, nên ông/bà không phê duyệt bản này. Người có "
            "quyền phê duyệt khác phê duyệt, hoặc ông/bà trả lại để cán bộ tổ chức bỏ dòng ấy."
        )
    steps.move_catalogue(row, "approve")
    row.decision_number = text_from(decision_number, "Số quyết định", most=80, field="decision_number")
    if decided_on > day_of(at):
        raise Refusal("catalogue.decided", "Ngày quyết định ở sau hôm nay. Hãy ghi lại ngày.", field="decided_on")
    row.decided_on, row.start = decided_on, start
    row.approved_by, row.approved_at = by, at
    ended = _end_last_version(row, start)
    lines = list(row.lines.order_by("code"))
    products = _write_products(row, lines, start)
    row.save()
    accepted = _accept(row, lines, by, at)
    merged = _merged(row)
    steps.tell(
        [u for u in (row.begun_by, row.submitted_by) if u is not None],
        by,
        at,
        f"/danh-muc/du-thao/{row.pk}/",
        f"Danh mục đã được phê duyệt, áp dụng từ {start:%d/%m/%Y}",
    )
    record(
        chain=row.agency.code,
        code="catalogue.approved",
        by=by,
        at=at,
        objects=[row, *lines, *products, *ended, *accepted, *merged],
        data={"start": start.isoformat()},
    )
    return row


def _end_last_version(row: Catalogue, start: date) -> list[Catalogue]:
    approved = Catalogue.objects.filter(agency=row.agency, state=Catalogue.State.APPROVED)
    later = approved.filter(start__gte=start).order_by("-start").first()
    if later is not None and later.start is not None:
        raise Conflict(
            f"Đã có danh mục phê duyệt áp dụng từ {later.start:%d/%m/%Y} (quyết định {later.decision_number}). Hãy "
            f"chọn ngày bắt đầu sau ngày đó."
        )
    ended = list(approved.filter(end=None))
    for one in ended:
        one.end = start
        one.save()
    return ended


def _write_products(row: Catalogue, lines: list[CatalogueLine], start: date) -> list[Product]:
    """End what changed or is gone, begin what is new or changed; what says the same goes on as it is."""
    held = list(Product.objects.select_for_update(of=("self",)).filter(agency=row.agency).exclude(end__lte=start))
    late = [p for p in held if p.start > start or (p.end is not None and p.end > start)]
    if late:
        raise Conflict(
            f"Danh mục hiện có dòng {late[0].code} bắt đầu hoặc kết thúc sau ngày {start:%d/%m/%Y}. Hãy chọn ngày bắt "
            "đầu muộn hơn, hoặc sửa dòng đó trước."
        )
    current = {p.code: p for p in held}
    for line in lines:
        product = current.get(line.code)
        said = (line.name, line.complexity, line.coefficient)
        if product is not None and (product.name, product.complexity, product.coefficient) == said:
            line.product = current.pop(line.code)
    return [*_end_products(list(current.values()), start), *_begin_products(row, lines, start)]


def _end_products(products: list[Product], start: date) -> list[Product]:
    same_day = [p.code for p in products if p.start == start]
    if same_day:
        raise Conflict(
            f"Dòng {same_day[0]} đang có bắt đầu đúng ngày {start:%d/%m/%Y} với nội dung khác, nên không kết thúc cùng "
            "ngày được. Hãy chọn ngày bắt đầu muộn hơn."
        )
    for product in products:
        product.end = start
    Product.objects.bulk_update(products, ["end"], batch_size=500)
    return products


def _begin_products(row: Catalogue, lines: list[CatalogueLine], start: date) -> list[Product]:
    fresh = [line for line in lines if line.product_id is None]
    made = Product.objects.bulk_create(
        [
            Product(
                agency=row.agency,
                code=line.code,
                name=line.name,
                complexity=line.complexity,
                coefficient=line.coefficient or 0,
                start=start,
            )
            for line in fresh
        ],
        batch_size=500,
    )
    for line, product in zip(fresh, made, strict=True):
        line.product = product
    CatalogueLine.objects.bulk_update(lines, ["product"], batch_size=500)
    return made


def _accept(row: Catalogue, lines: list[CatalogueLine], by: User, at: datetime) -> list[Proposal]:
    """Proposals in the version are accepted; their authors are told."""
    wanted = [line.proposal_id for line in lines if line.proposal_id is not None]
    rows = list(Proposal.objects.select_for_update(of=("self",)).filter(pk__in=wanted).select_related("author"))
    words = f"Bổ sung theo quyết định {row.decision_number}, áp dụng từ {row.start:%d/%m/%Y}"
    for one in rows:
        one.answer, one.answered_by, one.answered_at = words, by, at
        steps.tell([one.author], by, at, f"/danh-muc/de-xuat/{one.pk}/", "Đề xuất bổ sung danh mục đã được chấp nhận")
    return steps.move_proposals(rows, "accept")


def _merged(row: Catalogue) -> list[Inventory]:
    """Sent inventories of which every kept line was taken or set aside are done."""
    sent = Inventory.objects.select_for_update(of=("self",)).filter(agency=row.agency, state=Inventory.State.SENT)
    left = set(
        sent.filter(lines__state="kept", lines__taken_into=None, lines__set_aside="").values_list("pk", flat=True)
    )
    done = [one for one in sent.select_related("unit") if one.pk not in left]
    for one in done:
        steps.move_inventory(one, "merge")
        one.save()
    return done
