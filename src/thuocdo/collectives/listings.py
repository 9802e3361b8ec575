"""The comparison of a round's units as XLSX. Levels are proposed and decided on the pages, one unit after another."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.collectives.queries import state_words, table
from thuocdo.intake.specs import Listing, Scope, key_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.scopes import signed_in


def round_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A round for the authority's people and inspectors. Raises NotYours."""
    found = table(signed_in(by), key_from(code), day_of(at))
    return Scope(found.round.authority.code, found.label, found.lines)


def round_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Unit by unit, what to look at first in front."""
    for line in scope.data:
        sheet = line.standing.sheet
        names = (sheet.unit.code, sheet.unit.name, state_words(sheet))
        yield *names, line.own_level, line.score, line.level, "; ".join(line.flags)


ROUND = Listing(
    "unit-round", "So sánh các đơn vị",
    (("Mã đơn vị", 16), ("Đơn vị", 40), ("Tình trạng", 28), ("Tự đề xuất", 24), ("Điểm", 12), ("Mức đang có", 24),
     ("Cần xem", 60)), round_scope, round_rows,
)  # fmt: skip
