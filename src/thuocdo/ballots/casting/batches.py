"""Writing casts: in the order of their serials, which is no order of arrival."""

from collections.abc import Iterable

from thuocdo.ballots.casting.pool import Row
from thuocdo.ballots.phones.models import Cast


def insert(ballot_id: int, batch: Iterable[Row]) -> None:
    """A serial that is there already stays as it is: the first one committed counts."""
    rows = [Cast(ballot_id=ballot_id, **row) for row in sorted(batch, key=lambda row: row["serial"])]
    Cast.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)


def anew(ballot_id: int) -> int:
    """All casts of a ballot written once more together: nothing is left of their batches. How many there are."""
    found = Cast.objects.filter(ballot_id=ballot_id)
    rows = list(found.order_by("serial"))
    found.delete()
    Cast.objects.bulk_create(rows, batch_size=200)
    return len(rows)
