"""What the judgement form sends, as the document the actions take. Text stays as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


def judgement(posted: Mapping[str, str]) -> dict[str, Any]:
    """The judgement document (`thuocdo.appraisals`) from the form's fields.

    A field is named by its path in the document: `tasks.<code>.<field>`, `marks.<slug>`,
    `leadership_factors.<slug>`, `factor_reasons.<slug>`, `decisions.<open point>.reading|reason`, `comment`;
    under schemes `fields.<field>`, `reasons.<field>`.
    Codes may hold dots themselves. Fields of the page itself (version, token) are left out.
    """
    document: dict[str, Any] = {"comment": posted.get("comment", "")}
    for name, text in posted.items():
        part, _, rest = name.partition(".")
        if part in ("tasks", "decisions"):
            key, _, field = rest.rpartition(".")
            document.setdefault(part, {}).setdefault(key, {})[field] = text
        elif part in ("marks", "leadership_factors", "factor_reasons", "fields", "reasons"):
            document.setdefault(part, {})[rest] = text
    return document


def version(posted: Mapping[str, str]) -> int:
    """The version of the sheet the form was made from; 0, which no sheet has, when it is missing."""
    text = posted.get("version", "")
    return int(text) if _whole(text) else 0


@dataclass(frozen=True)
class Chosen:
    """The ticked rows, each sheet once in the order shown: its version and the seal of what the row showed."""

    items: list[tuple[int, int]]
    seals: dict[int, str]


def chosen_items(values: list[str]) -> Chosen:
    """From `sheet:version:seal` of the ticked rows; a row without a seal has an empty one, which fits nothing."""
    items: dict[int, int] = {}
    seals: dict[int, str] = {}
    for value in values:
        sheet, _, rest = value.partition(":")
        number, _, seal = rest.partition(":")
        if _whole(sheet) and _whole(number):
            items[int(sheet)], seals[int(sheet)] = int(number), seal
    return Chosen(list(items.items()), seals)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
