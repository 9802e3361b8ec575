"""The casting host in its own process: what `thuocdo casting` serves."""

from thuocdo.ballots.casting.host import Host
from thuocdo.ballots.casting.keeper import Beating, Keeper


def begun() -> Host:
    """The application, and the thread that looks after it, in the process that answers."""
    keeper = Keeper()
    Beating(keeper).start()
    return Host(keeper)
