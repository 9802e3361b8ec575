"""Catalogues to approve, and what units and people sent to the officer for the next one, on the to-do list."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q

from thuocdo.catalogues import access
from thuocdo.catalogues.models import Catalogue, Inventory, Proposal
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_APPROVE = "catalogue.to_approve"
_SENT = {
    "inventories.sent": ("bản rà soát sản phẩm, công việc chờ đưa vào danh mục", "/danh-muc/ra-soat/"),
    "proposals.waiting": ("đề xuất bổ sung danh mục chờ xem xét", "/danh-muc/de-xuat/"),
}


def _rows(asking: Asking) -> Sequence[Rows]:
    """Only for officers and heads; whose agency it is, is told by the lines."""
    found: list[Rows] = []
    if asking.units("headed"):
        others = Catalogue.objects.filter(state=Catalogue.State.SUBMITTED)
        others = others.exclude(Q(begun_by=asking.user) | Q(submitted_by=asking.user))
        found.append(rows(others, _APPROVE, also="agency_id", text="agency__name"))
    if asking.units("officer"):
        by_agency: dict[str, Any] = {"key": "agency_id", "also": "agency_id", "grouped": True}
        found += [
            rows(Inventory.objects.filter(state=Inventory.State.SENT), "inventories.sent", **by_agency),
            rows(Proposal.objects.filter(state=Proposal.State.WAITING), "proposals.waiting", **by_agency),
        ]
    return found


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """Agencies count that are among the units, or that one of these manages. At most one query."""
    officer, headed = asking.units("officer"), asking.units("headed")
    agencies = {row.also for row in found}
    unclear = agencies - (officer & headed)
    managers = access.managers(unclear, asking.on) if unclear else {}

    def within(agency: int, units: Collection[int]) -> bool:
        return agency in units or managers.get(agency) in units

    for row in found:
        if row.kind == _APPROVE and within(row.also, headed):
            words = f"Phê duyệt danh mục của {row.text}"
            yield Todo(_APPROVE, words, f"/danh-muc/du-thao/{row.key}/", None, overdue=False)
    for kind, (words, path) in _SENT.items():
        number = sum(row.number for row in found if row.kind == kind and within(row.also, officer))
        if number:
            yield Todo(kind, f"{number} {words}", path, None, overdue=False)


SOURCE = Source(frozenset({_APPROVE, *_SENT}), _rows, _lines)
