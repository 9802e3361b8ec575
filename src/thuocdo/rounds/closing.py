"""What keeps a round from being ended, and what a decision on paper after its end may not break: other rooms say it,
this one asks."""

from collections.abc import Callable, Sequence

from thuocdo.kernel.errors import Conflict
from thuocdo.rounds.models import Round

Check = Callable[[Round], Sequence[str]]
NAMED = 5
_CHECKS: list[Check] = []
_LASTING: list[Check] = []


def register(check: Check, *, lasting: bool = False) -> None:
    """`check` gives a sentence for each thing that is mended before the round ends; `lasting`: and that holds
    afterwards."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    if lasting and check not in _LASTING:
        _LASTING.append(check)


def problems(round_: Round) -> list[str]:
    """Everything that keeps an open round from being ended."""
    return [words for check in _CHECKS for words in check(round_)]


def require(round_: Round) -> None:
    """Raises Conflict that names what is mended first."""
    found = problems(round_)
    if found:
        more = f" Và {len(found) - NAMED} việc khác." if len(found) > NAMED else ""
        raise Conflict(f"Chưa kết thúc được {round_.label}. {' '.join(found[:NAMED])}{more}")


def broken(round_: Round) -> list[str]:
    """What holds also after the end and does not hold now."""
    return [words for check in _LASTING for words in check(round_)]
