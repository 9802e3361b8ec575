"""Papers of a year that went along with the results of somebody who moved (NĐ 335 Điều 19 khoản 1, Điều 24)."""

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.organisation.successors import Keepers, keeper_of
from thuocdo.results.keeping import reading_units
from thuocdo.results.models import Handover, HandoverLine
from thuocdo.results.papers.models import YearPaper


def received_papers(people: Collection[int], year: int) -> list[tuple[int, int]]:
    """Each paper received with a hand-over, and the agency that received it. One query."""
    lines = HandoverLine.objects.filter(
        kind=HandoverLine.Kind.PAPER, handover__person__in=people, handover__year=year,
        handover__state=Handover.State.RECEIVED,
    )  # fmt: skip
    found = lines.order_by("pk").values_list("content", "handover__to_agency_id")
    return [(json.loads(content)["paper"], agency) for content, agency in found]


def read_along(user: User, people: Collection[int], year: int, on: date) -> frozenset[int]:
    """Those that an agency received for which the user reads what came. Few queries where something came, else one."""
    found = received_papers(people, year)
    units = reading_units(user, on) if found else set()
    return frozenset(paper for paper, agency in found if agency in units)


def kept_papers(people: Collection[int], agency: int, year: int, kept: Keepers) -> list[YearPaper]:
    """The papers in force that the agency keeps of the year: its own and those it received. Two queries."""
    received: dict[int, set[int]] = defaultdict(set)
    for paper, to in received_papers(people, year):
        received[keeper_of(to, kept)].add(paper)
    rows = YearPaper.objects.filter(person__in=people, year=year, replaced_by__isnull=True).order_by("pk")
    return [row for row in rows if keeper_of(row.agency_id, kept) == agency or row.pk in received[agency]]


def paper_content(row: YearPaper) -> dict[str, Any]:
    """What a hand-over says of a paper; the file itself stays under its SHA-256."""
    return {
        "paper": row.pk,
        "kind": row.get_kind_display(),
        "number": row.number,
        "signed_on": row.signed_on.isoformat(),
        "issued_by": row.issued_by,
        "sha256": row.sha256,
    }


def paper_label(row: YearPaper) -> str:
    """One line about it.

    >>> paper_label(YearPaper(kind="minutes", number="3/BB", signed_on=date(2026, 12, 5), issued_by="Phòng Kinh tế"))
    'Biên bản cuộc họp nhận xét, đánh giá số 3/BB ngày 05/12/2026, Phòng Kinh tế'
    """
    kind = row.get_kind_display()
    return f"{kind[:1].upper()}{kind[1:]} số {row.number} ngày {row.signed_on:%d/%m/%Y}, {row.issued_by}"
