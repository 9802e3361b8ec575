"""The heads of the chains as a file: at closing, and again whenever a closed cycle gets a new result."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from thuocdo.audit.heads import export, save
from thuocdo.cycles.models import Cycle


def export_heads(cycle: Cycle, at: datetime) -> dict[str, Any]:
    """The heads now, saved as a file once the transaction is through. Called after `record`."""
    heads = export(at=at, cycle=f"{cycle.root.code} {cycle.kind} {cycle.year}-{cycle.number:02d}")
    transaction.on_commit(lambda: save(heads, settings.HEADS_DIR))
    return heads
