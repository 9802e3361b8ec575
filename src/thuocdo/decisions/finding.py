"""Papers among what is found: for who drafts, signs, receives or inspects them, as on the page of a paper."""

from django.db.models import Q

from thuocdo.decisions.models import Decision
from thuocdo.decisions.rules import number_shown
from thuocdo.organisation.finding.queries import Asked, Hit, Section


def texts_of_decision(decision: Decision) -> tuple[str, ...]:
    number, symbol = decision.number, decision.symbol
    return f"{number}/{symbol}", f"{number_shown(number)}/{symbol}", decision.subject


def find_decisions(asked: Asked, most: int) -> list[Hit]:
    """Papers by number, symbol or subject, dropped drafts left out; the latest first. One query."""
    mine, inspected = asked.units("officer", "headed"), asked.units("officer", "inspector")
    seen = Q(unit_id__in=mine) | Q(signer__user_id=asked.user.pk) | Q(cycle__root_id__in=inspected)
    sent = Decision.objects.filter(deliveries__to_id__in=mine).values("pk")
    papers = Decision.objects.filter(pk__in=asked.keys(Decision)).filter(seen | Q(pk__in=sent))
    papers = papers.exclude(state=Decision.State.DROPPED)
    return [
        Hit(_title(paper), f"{paper.unit.name}, {paper.get_state_display()}", f"/quyet-dinh/van-ban/{paper.pk}/")
        for paper in papers.select_related("unit").order_by("-pk")[:most]
    ]


def _title(paper: Decision) -> str:
    number = f" số {number_shown(paper.number)}/{paper.symbol}" if paper.number else ""
    kind = paper.get_kind_display()
    return f"{kind[:1].upper()}{kind[1:]}{number}: {paper.subject}"


DECISIONS = Section("van-ban", "Văn bản", 40, find_decisions)
