"""Writes an overlay as the text of its `overlay.toml`: what is stored is what the engine reads from a folder."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any


def toml_text(data: Mapping[str, Any]) -> str:
    """The mapping as TOML: plain keys first, then tables of tables. Read back, it is equal.

    >>> toml_text({"key": "a", "settle": [{"point": "x", "cite": ["b/1"]}]})
    'key = "a"\\n\\n[[settle]]\\npoint = "x"\\ncite = ["b/1"]\\n'
    """
    return "\n".join(_table(data, "")).lstrip("\n") + "\n"


def _table(data: Mapping[str, Any], prefix: str) -> list[str]:
    lines = [f"{key} = {_value(value)}" for key, value in data.items() if not _tables(value)]
    for key, rows in data.items():
        if _tables(rows):
            for row in rows:
                lines += ["", f"[[{prefix}{key}]]", *_table(row, f"{prefix}{key}.")]
    return lines


def _tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps("".join(c for c in value if c.isprintable() or c in "\n\t"), ensure_ascii=False)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    raise TypeError(type(value).__name__)
