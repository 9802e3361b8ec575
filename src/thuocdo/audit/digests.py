"""What a row contains, as one digest: the same for the same content on every database."""

import hashlib
import json
from datetime import date, datetime, timezone
from typing import Any

from django.db.models import Model

_UNRECORDED: dict[str, frozenset[str]] = {"accounts.user": frozenset({"last_login"})}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def sha256(text: str) -> str:
    """Hex SHA-256 of `text` in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest(row: Model) -> str:
    """Hex SHA-256 over the kind, key and stored columns of `row`."""
    skip = _UNRECORDED.get(row._meta.label_lower, frozenset())
    content = {
        field.attname: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in skip
    }
    return sha256(canonical([row._meta.label_lower, content]))
