"""Steps of settling what waits in an inbox, shared by the page's actions and by the list in Excel."""

from typing import Any

from thuocdo.inflow import planning
from thuocdo.inflow.models import SourceItem
from thuocdo.inflow.payloads import Offer, read_back
from thuocdo.inflow.planning import Decision, Planner
from thuocdo.inflow.typed import coefficient_from
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import staff_code

OURS, THEIRS = "ours", "theirs"


def offer_of(item: SourceItem) -> Offer:
    """What the source last said of the item, to be read again."""
    return Offer(item.external_id, read_back(item.payload), item.changed_at, item.place)


def answers_from(typed: dict[str, str]) -> dict[str, Any]:
    """Answers as typed: staff code, product code, month (mm/yyyy is read by the page), coefficient, title.

    An answer that is empty is not given; a product of `-` means outside the catalogue. Raises Refusal.
    """
    found: dict[str, Any] = {}
    if person := clean(typed.get("person", "")):
        found["person"] = staff_code(person)
    if product := clean(typed.get("product", "")):
        found["product"] = "" if product == "-" else staff_code(product, "Mã sản phẩm")
    if month := clean(typed.get("month", "")):
        found["month"] = month
    if coefficient := clean(typed.get("coefficient", "")):
        found["coefficient"] = coefficient_from(coefficient, "coefficient")
    if title := clean(typed.get("title", "")):
        found["title"] = text_from(title, "Tên việc", most=200, field="title")
    if not found:
        raise Refusal("answer.none", "Chưa ghi gì. Hãy ghi ít nhất một mục.", field="person")
    return found


def settled(planner: Planner, item: SourceItem, offer: Offer, keep: str) -> Decision:
    """A conflict settled for the version here or for the source's, which the planner then has among its forced."""
    if item.withdrawing:
        return planner.withdrawal(item.external_id) if keep == THEIRS else _kept(item)
    return planner.offer(offer) if keep == THEIRS else planner.keep(offer)


def _kept(item: SourceItem) -> Decision:
    """A withdrawal settled for the task here: `withdrawing` stays as the mark, until the source gives it again."""
    state = SourceItem.State.APPLIED
    return Decision(item.external_id, planning.UNCHANGED, state=state, item=item, withdrawing=True)


def ignored(item: SourceItem) -> Decision:
    """An item that is left aside."""
    return Decision(item.external_id, planning.IGNORED, state=SourceItem.State.IGNORED, item=item)
