"""Papers among what is found: for who drafts, signs, receives or inspects them, as on the page of a paper."""

from typing import Any

from django.db.models import Q, QuerySet

from thuocdo.decisions.models import Decision, Delivery
from thuocdo.decisions.rules import number_shown
from thuocdo.organisation.finding.queries import MOST, Asked, Hit, Section


def texts_of_decision(decision: Decision) -> tuple[str, ...]:
    number, symbol = decision.number, decision.symbol
    return f"{number}/{symbol}", f"{number_shown(number)}/{symbol}", decision.subject


def _seen(asked: Asked) -> QuerySet[Decision]:
    """As on the page of a paper: who drafts, signs, receives or inspects; dropped drafts left out."""
    mine, inspected = asked.units("officer", "took_over"), asked.units("officer", "inspector")
    seen = Q(unit_id__in=mine) | Q(signer__user_id=asked.user.pk) | Q(cycle__root_id__in=inspected)
    sent = Delivery.objects.filter(to_id__in=mine).values("decision_id")
    return Decision.objects.filter(seen | Q(pk__in=sent)).exclude(state=Decision.State.DROPPED)


def _scope(asked: Asked) -> QuerySet[Any, Any]:
    return _seen(asked).values("pk")


def find_decisions(asked: Asked) -> list[Hit]:
    """Papers by number, symbol or subject; the latest first. One query."""
    papers = _seen(asked).filter(pk__in=asked.found(Decision)).select_related("unit")
    return [
        Hit(_title(paper), f"{paper.unit.name}, {paper.get_state_display()}", f"/quyet-dinh/van-ban/{paper.pk}/")
        for paper in papers.order_by("-pk")[: MOST + 1]
    ]


def _title(paper: Decision) -> str:
    number = f" số {number_shown(paper.number)}/{paper.symbol}" if paper.number else ""
    kind = paper.get_kind_display()
    return f"{kind[:1].upper()}{kind[1:]}{number}: {paper.subject}"


DECISIONS = Section("van-ban", "Văn bản", 40, {Decision: _scope}, find_decisions)
