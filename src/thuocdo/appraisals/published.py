"""Which results are published: a room above knows and registers the answer; their levels then stand."""

from collections.abc import Callable, Collection

Published = Callable[[Collection[int]], set[int]]
_ANSWERS: list[Published] = []


def register(answer: Published) -> None:
    """Add the answer of a room above (from its app's `ready`): which of some confirmations are published."""
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)


def published(confirmations: Collection[int]) -> set[int]:
    """Those of the confirmations that are published."""
    return set().union(*(answer(confirmations) for answer in _ANSWERS)) if confirmations else set()
