"""Steps shared by the actions: lock, check the version, move through the state table, tell people."""

from collections.abc import Iterable
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.catalogues import access, rules
from thuocdo.catalogues.models import Catalogue, CatalogueLine, Inventory, InventoryLine, Proposal
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit
from thuocdo.work.models import Task

MOST_WORDS = 2000
NOT_FOUND = "Không tìm thấy nội dung này trong phạm vi ông/bà phụ trách."


def check_version(found: int, version: int) -> None:
    """Raises Conflict when the caller looked at an older version."""
    if found != version:
        raise Conflict(
            "Nội dung này vừa được người khác thay đổi. Những gì ông/bà vừa gửi chưa được ghi; hãy xem nội dung mới "
            "nhất rồi làm lại nếu còn cần."
        )


def locked_inventory(inventory_id: int) -> Inventory:
    """The inventory, locked until the end of the transaction. Raises NotYours."""
    rows = Inventory.objects.select_for_update(of=("self",)).select_related("unit", "agency")
    row = rows.filter(pk=inventory_id).first()
    if row is None:
        raise NotYours(NOT_FOUND)
    return row


def locked_catalogue(catalogue_id: int) -> Catalogue:
    """The agency first, then the version: whatever changes a catalogue waits for its agency. Raises NotYours."""
    found = Catalogue.objects.filter(pk=catalogue_id).values_list("agency_id", flat=True).first()
    if found is None:
        raise NotYours(NOT_FOUND)
    lock_agency(found)
    return Catalogue.objects.select_for_update(of=("self",)).select_related("agency").get(pk=catalogue_id)


def lock_agency(agency_id: int) -> Unit:
    """One change of an agency's catalogue at a time."""
    return Unit.objects.select_for_update(no_key=True).get(pk=agency_id)


def draft_to_change(catalogue_id: int, version: int, by: User, at: datetime) -> Catalogue:
    """The draft, locked, for an officer of the agency; the version goes up. Raises NotYours, Conflict."""
    row = locked_catalogue(catalogue_id)
    access.require(row.agency_id, access.reach(by, day_of(at)).officer, NOT_FOUND)
    check_version(row.version, version)
    move_catalogue(row, "change")
    return row


def move_catalogue(row: Catalogue, name: str) -> None:
    """Take the step of the state table; saved by the caller."""
    row.state = Catalogue.State(rules.CATALOGUE.target(name, row.state))
    row.version += 1


def move_inventory(row: Inventory, name: str) -> None:
    """Take the step of the state table; saved by the caller."""
    row.state = Inventory.State(rules.INVENTORY.target(name, row.state))
    row.version += 1


def move_proposals(rows: Iterable[Proposal], name: str) -> list[Proposal]:
    """Take the step with each proposal and save it."""
    moved = list(rows)
    for row in moved:
        row.state = Proposal.State(rules.PROPOSAL.target(name, row.state))
        row.version += 1
        row.save()
    return moved


def propose(agency: Unit, name: str, words: str, task: Task | None, by: User, at: datetime) -> Proposal:
    """One proposal, told to the officers of the agency."""
    row = Proposal.objects.create(agency=agency, author=by, task=task, name=name, words=words, proposed_at=at)
    path, text = f"/danh-muc/de-xuat/{row.pk}/", f"Có đề xuất bổ sung danh mục của {agency.name}"
    tell(access.officers_of(agency.pk, day_of(at)), by, at, path, text, kind="proposal.sent")
    return row


def may(step: str, row: Proposal, by: User, officer: frozenset[int]) -> None:
    """The author takes back, an officer of the agency refuses, never the own one. Raises NotYours, Forbidden."""
    if step == "withdraw" and row.author_id != by.pk:
        raise NotYours("Chỉ người đề xuất rút được đề xuất của mình.")
    if step == "refuse" and row.author_id == by.pk:
        raise Forbidden("Không ai tự trả lời đề xuất của chính mình. Ông/bà rút đề xuất, hoặc nhờ cán bộ tổ chức khác.")
    if step == "refuse":
        access.require(row.agency_id, officer, NOT_FOUND)


def withdraw(row: Proposal) -> Proposal:
    """The author takes it back."""
    return move_proposals([row], "withdraw")[0]


def refuse(row: Proposal, answer: str, by: User, at: datetime) -> Proposal:
    """Refused with a reason; the author is told."""
    row.answer, row.answered_by, row.answered_at = answer, by, at
    move_proposals([row], "refuse")
    tell([row.author], by, at, f"/danh-muc/de-xuat/{row.pk}/", "Đề xuất bổ sung danh mục đã có trả lời")
    return row


def remove_lines(lines: Iterable[CatalogueLine]) -> tuple[list[CatalogueLine], list[InventoryLine], list[Proposal]]:
    """Take lines out of a draft; what units and people had proposed for them is open again."""
    gone = list(lines)
    ids = [line.pk for line in gone]
    freed = list(InventoryLine.objects.select_for_update().filter(taken_into__in=ids).order_by("pk"))
    for line in freed:
        line.taken_into = None
    InventoryLine.objects.bulk_update(freed, ["taken_into"], batch_size=500)
    wanted = [line.proposal_id for line in gone if line.proposal_id is not None]
    back = move_proposals(Proposal.objects.select_for_update().filter(pk__in=wanted).order_by("pk"), "put_back")
    CatalogueLine.objects.filter(pk__in=ids).delete()
    return gone, freed, back


def tell(users: Iterable[User], by: User, at: datetime, path: str, text: str, kind: str = "catalogue.moved") -> None:
    """A notice to these people, except to the one who acts."""
    notify(users=[u for u in users if u.pk != by.pk], kind=kind, path=path, at=at, text=text[:300])
