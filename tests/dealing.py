"""The order of a run. xdist gives each of its workers an equal stretch of the list, and whoever is done early takes
from the end of another's: so each stretch begins with its share of the long tests, the longest first."""

import pytest


def dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The same tests, the long ones (`@pytest.mark.long(seconds)`) spread over the beginnings of the stretches. The
    first worker makes the database meanwhile, so what needs none comes first with the others."""
    long = sorted((item for item in items if _seconds(item)), key=_seconds, reverse=True)
    rest = [item for item in items if not _seconds(item)]
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for item in long:
        open_to = shares if workers == 1 or _needs_database(item) else shares[1:]
        min(open_to, key=lambda share: sum(map(_seconds, share))).append(item)
    order: list[pytest.Item] = []
    for number, share in enumerate(shares):
        size = (len(items) - len(order)) // (workers - number)
        share.sort(key=_needs_database)
        fill = max(0, size - len(share))
        order += share + rest[:fill]
        rest = rest[fill:]
    return order + rest


def _seconds(item: pytest.Item) -> int:
    mark = item.get_closest_marker("long")
    return int(mark.args[0]) if mark is not None else 0


def _needs_database(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or "db" in names or "transactional_db" in names
