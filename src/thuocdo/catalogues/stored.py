"""From stored rows to what the rules compare."""

from thuocdo.catalogues import rules
from thuocdo.catalogues.models import Catalogue, CatalogueLine


def way_of(row: Catalogue) -> rules.Way:
    """How this version arrives at coefficients."""
    return rules.Way(row.method, row.ratio_accepted, row.rounding, row.rounding_reason, row.groups)


def line_of(line: CatalogueLine) -> rules.Line:
    """What the coefficient of a line is derived from."""
    return rules.Line(line.code, line.name, line.complexity, line.standard, line.points, line.typed, line.reason)


def entry_of(line: CatalogueLine) -> rules.Entry:
    """A line of an approved or submitted version for a comparison."""
    return rules.Entry(line.code, line.name, line.complexity, line.coefficient or 0, line.standard)
