"""The minutes of a count, the same for paper and phones: the figures under a code, with how they were settled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from thuocdo.ballots.lpk1 import board
from thuocdo.ballots.models import Ballot, Minutes


def settled(one: Ballot, figures: Mapping[str, Any], at: datetime, **how: Any) -> Minutes:
    """Saved, for the caller to record. `figures`: `Figures.to_dict()`; `how`: what else the minutes hold for good."""
    content = {
        "ballot": one.code, "fingerprint": one.fingerprint, "counting": one.counting, "present": one.present,
        "issued": one.issued, "figures": dict(figures), **how,
    }  # fmt: skip
    text = board.canonical(content).decode()
    minutes = Minutes(ballot=one, counting=one.counting, content=text, digest=board.digest(content), made_at=at)
    minutes.save(force_insert=True)
    return minutes
