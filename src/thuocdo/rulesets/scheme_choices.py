"""What an overlay may choose under a rulebook of schemes."""

from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets.choices import Item


def scheme_items(book: SchemeBook) -> tuple[Item, ...]:
    """Open points, open figures, tables of groups, quotas and bounds of a rulebook of schemes."""
    return ()
