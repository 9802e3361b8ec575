"""Writes a case as TOML: plain tables and lists, exact numbers as they are."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal


def toml_of(case: Mapping[str, object]) -> str:
    """A case as text that `thuocdo rate` reads: values first, then `[[subjects]]` with their values inline.

    >>> print(toml_of({"title": "T", "subjects": [{"id": "A", "marks": {"x": Decimal("4.50")}}]}))
    title = "T"
    <BLANKLINE>
    [[subjects]]
    id = "A"
    marks = { x = 4.50 }
    <BLANKLINE>
    """
    lines = [f"{key} = {value_of(value)}" for key, value in case.items() if key != "subjects"]
    subjects = case["subjects"]
    assert isinstance(subjects, Sequence)
    for subject in subjects:
        lines += ["", "[[subjects]]", *(f"{key} = {value_of(value)}" for key, value in subject.items())]
    return "\n".join(lines) + "\n"


def value_of(value: object) -> str:
    """One value inline. Raises TypeError for what the case format does not hold (a binary float, for one)."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case str():
            return json.dumps(value, ensure_ascii=False)
        case date():
            return value.isoformat()
        case Mapping():
            inside = ", ".join(f"{key_of(str(key))} = {value_of(item)}" for key, item in value.items())
            return f"{{ {inside} }}"
        case Sequence():
            return f"[{', '.join(value_of(item) for item in value)}]"
        case _:
            raise TypeError(type(value).__name__)


def key_of(key: str) -> str:
    """A key, quoted where it is not bare."""
    bare = all(c.isascii() and (c.isalnum() or c in "_-") for c in key)
    return key if key and bare else json.dumps(key, ensure_ascii=False)
