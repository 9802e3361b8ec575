"""The head of a Party paper: the State's name and motto do not stand on it, and no text read says what does."""

from django.conf import settings

from thuocdo.documents.model import Head

OPEN = "…………………………"


def party_head(agency: str) -> Head:
    """The organisation at left; at right the one or two lines that the operator sets (`THUOCDO_PARTY_HEADING`, `|`
    between them), else room to write them."""
    first, _, second = settings.PARTY_HEADING.partition("|")
    return Head(agency, first.strip() or OPEN, second.strip())
