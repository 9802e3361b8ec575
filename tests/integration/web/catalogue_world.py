"""A catalogue in which every list has a given number of rows, for counting queries."""

from datetime import date, timedelta
from typing import Any

from tests.guards import outside_actions
from tests.integration.web import crowd
from thuocdo.catalogues.models import Catalogue, CatalogueLine, Inventory, InventoryLine, Proposal
from thuocdo.organisation.models import Person
from thuocdo.work.models import Product

FIRST = date(2026, 1, 1)
GROUPS = [{"name": "Đơn giản", "coefficient": None}]


def build(people: crowd.Crowd, own: Person, rows: int) -> dict[str, int]:
    """`rows` versions, lines of a draft, inventories with as many lines, proposals; ids for the addresses."""
    agency, officer = people.agency, people.officer.user
    head: Any = people.head.user
    with outside_actions():
        versions = [
            Catalogue.objects.create(
                agency=agency, state="approved", groups=GROUPS, begun_by=officer, begun_at=crowd.AT,
                submitted_by=officer, submitted_at=crowd.AT, decision_number=f"{n}/QĐ", decided_on=FIRST,
                start=FIRST + timedelta(days=n), end=FIRST + timedelta(days=n + 1) if n + 1 < rows else None,
                approved_by=head, approved_at=crowd.AT,
            )
            for n in range(rows)
        ]  # fmt: skip
        draft = Catalogue.objects.create(agency=agency, groups=GROUPS, begun_by=officer, begun_at=crowd.AT)
        products = Product.objects.bulk_create(
            Product(agency=agency, code=f"SP-{n:03d}", name=f"Báo cáo {n}", complexity=1, coefficient=100, start=FIRST)
            for n in range(rows)
        )
        for version in (versions[0], versions[-1], draft):
            CatalogueLine.objects.bulk_create(
                CatalogueLine(
                    catalogue=version, code=p.code, name=p.name, complexity=1, standard=n == 0, typed=100,
                    reason="Như văn bản đơn giản", coefficient=100, product=p if version != draft else None,
                )
                for n, p in enumerate(products)
            )  # fmt: skip
        inventories = [
            Inventory.objects.create(
                unit=agency, agency=agency, start=date(2025, 2, 1), end=date(2026, 2, 1), state="sent",
                begun_by=head, begun_at=crowd.AT, sent_by=head, sent_at=crowd.AT,
            )
            for _ in range(rows)
        ]  # fmt: skip
        for inventory in inventories[:2]:
            InventoryLine.objects.bulk_create(
                InventoryLine(inventory=inventory, name=f"Việc {n}", search_key=f"viec {n}", complexity=1)
                for n in range(rows)
            )
        proposals = [
            Proposal.objects.create(
                agency=agency, author=own.user, name=f"Việc mới {n}", words="Phát sinh", proposed_at=crowd.AT
            )
            for n in range(rows)
        ]
    return {
        "version_before": versions[0].pk, "version_after": versions[-1].pk, "draft": draft.pk,
        "draft_line": draft.lines.earliest("pk").pk, "product": products[0].pk, "inventory": inventories[0].pk,
        "proposal": proposals[0].pk,
    }  # fmt: skip
