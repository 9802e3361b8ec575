"""The casting host in its own process: what `thuocdo casting` serves."""

import time

from django.db import DatabaseError, connections

from thuocdo.ballots.casting.host import Host
from thuocdo.ballots.casting.keeper import Beating, Keeper
from thuocdo.ballots.casting.lease import Lease


def begun() -> Host:
    """The application, and the thread that looks after it, in the process that answers."""
    keeper = Keeper(alone=Lease().held)
    Beating(keeper).start()
    return Host(keeper)


def free(tries: int = 10) -> bool:
    """Whether no other casting host serves this database; one that just ended is waited for. A database that does not
    answer is no reason to refuse: the host asks again by itself."""
    lease = Lease()
    try:
        for _ in range(tries):
            if lease.held():
                return True
            time.sleep(0.5)
        return False
    except DatabaseError:
        return True
    finally:
        lease.release()
        connections.close_all()
