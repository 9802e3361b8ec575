"""What stands at the head of a paper (tiêu đề văn bản) of a Party organisation: as its office wrote it down.

No text read says the words, so none are supplied: what was not written down stays open, and papers say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thuocdo.organisation.queries import on_day
from thuocdo.records.party.models import PartyLink, PartyOrganisation


@dataclass(frozen=True)
class Letterhead:
    """`above` and `name` at left, `heading` at right; `source`: the organisation whose heading it is, the own or the
    nearest above that has one (none: nobody wrote one down)."""

    organisation: PartyOrganisation
    above: str
    name: str
    heading: str
    source: PartyOrganisation | None

    @property
    def borrowed(self) -> PartyOrganisation | None:
        """The organisation above from which the heading is taken."""
        return None if self.source is None or self.source.pk == self.organisation.pk else self.source

    def said(self) -> dict[str, str]:
        """To be frozen with a paper."""
        return {
            "issuer": self.organisation.name, "above": self.above, "name": self.name, "heading": self.heading
        }  # fmt: skip


def letterhead_of(organisation: PartyOrganisation, on: date) -> Letterhead:
    """The words for papers of an organisation on a day. The name at left is the own one, never another's; without it
    that of the organisation. One query for each organisation above that is asked."""
    source: PartyOrganisation | None = organisation
    seen: set[int] = set()
    while source is not None and not source.heading and source.pk not in seen:
        seen.add(source.pk)
        link = PartyLink.objects.filter(on_day(on), child=source).select_related("parent").first()
        source = link.parent if link is not None else None
    if source is not None and not source.heading:
        source = None
    return Letterhead(
        organisation, organisation.paper_above, organisation.paper_name or organisation.name,
        source.heading if source is not None else "", source,
    )  # fmt: skip
