"""The overlay of a regulation: the data that the engine reads, its text, its digest and its key."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.engine.source import OverlaySource
from thuocdo.kernel.text import fold
from thuocdo.rulesets.toml_text import toml_text
from thuocdo.rulesets.typed_regulation import ARTICLE, Choice, Reading

SOURCE = "Quy chế của đơn vị, soạn và phê duyệt trong phần mềm"
TABLES = {"settle": "settle", "lower": "tighten", "raise": "tighten", "fill": "fill", "parts": "add_parts",
          "say": "situations"}  # fmt: skip
NAMES = {
    "settle": ("point", "reading"),
    "tighten": ("path", "value"),
    "fill": ("path", "value"),
    "add_parts": ("group", "parts"),
    "situations": ("kind", "says"),
}
DRAFT = "ban-soan"
APPROVED = "quy-che-don-vi"


@dataclass(frozen=True)
class Overlay:
    """The overlay as data without its key; `places` says by (table, index) which field each entry came from."""

    data: Mapping[str, Any]
    places: Mapping[tuple[str, int], str]

    @property
    def digest(self) -> str:
        """SHA-256 of the text without the key."""
        return hashlib.sha256(toml_text(self.data).encode()).hexdigest()

    def source(self, key: str) -> OverlaySource:
        """The overlay under a key, as the engine reads it."""
        return OverlaySource(key, toml_text({"key": key, **self.data}))


def overlay_of(reading: Reading, rulebook: str, on: date, regulation: int) -> Overlay:
    """The overlay of what was typed. What is still blank in a draft says so in words; `on` is the day where no
    month is chosen yet; `regulation` sets its articles apart from those of other regulations."""
    instrument_id = f"quy-che-{regulation}"
    since = reading.month or on
    header = reading.header
    title = header["title"] or "Quy chế chưa đặt tên"
    tables: dict[str, list[dict[str, Any]]] = {}
    places: dict[tuple[str, int], str] = {}
    refs = _refs(reading.choices)
    for choice, ref in zip(reading.choices, refs, strict=True):
        table = TABLES[choice.item.kind]
        target, value = NAMES[table]
        rows = tables.setdefault(table, [])
        places[table, len(rows)] = choice.item.name
        cite = f"{instrument_id}/{ref}"
        rows.append(
            {
                target: choice.item.target,
                value: _valued(choice, cite, since),
                "reason": choice.reason or "Chưa ghi lý do",
                "cite": [cite],
                "since": since,
            }
        )
    instrument = {
        "id": instrument_id,
        "title": title,
        "name": title,
        "number": header["number"],
        "issuer": header["issuer"] or "Chưa ghi cơ quan ban hành",
        "issued": reading.issued or since,
        "since": since,
        "articles": list(_articles(reading.choices, refs)) or [_article("toan-van", "Toàn văn", "")],
    }
    data = {
        "title": title,
        "extends": rulebook,
        "by": header["by"] or "Chưa ghi người ban hành",
        "on": reading.issued or since,
        "reason": header["reason"] or "Chưa ghi lý do",
        "instruments": [instrument],
        **tables,
    }
    return Overlay(data, places)


def _valued(choice: Choice, cite: str, since: date) -> Any:
    if choice.item.kind != "parts":
        return choice.value
    return [{**part, "cite": [cite], "since": since} for part in choice.value]


def _refs(choices: Sequence[Choice]) -> list[str]:
    return [article_ref(choice.article) for choice in choices]


def article_ref(article: str) -> str:
    """The short reference of an article: “Điều 5 khoản 1 điểm a” is 5.1.a.

    >>> article_ref("Điều 5, khoản 1"), article_ref("")
    ('5.1', 'chua-ghi')
    """
    match = ARTICLE.fullmatch(article)
    if match is None:
        return re.sub(r"[^a-z0-9]+", "-", fold(article)).strip("-")[:40] or "chua-ghi"
    return ".".join(part.lower() for part in match.groups() if part)


def article_words(article: str) -> str:
    """The article as it is printed: “Điều 5 khoản 1”."""
    match = ARTICLE.fullmatch(article)
    if match is None:
        return article or "Điều khoản chưa ghi"
    names = ("Điều", "khoản", "điểm")
    return " ".join(f"{name} {part}" for name, part in zip(names, match.groups(), strict=True) if part)


def _articles(choices: Sequence[Choice], refs: Sequence[str]) -> Iterator[dict[str, str]]:
    seen: dict[str, list[Choice]] = {}
    for choice, ref in zip(choices, refs, strict=True):
        seen.setdefault(ref, []).append(choice)
    for ref, found in seen.items():
        yield _article(ref, article_words(found[0].article), "; ".join(c.words for c in found)[:1900])


def _article(ref: str, text: str, about: str) -> dict[str, str]:
    return {"ref": ref, "text": text, "about": about, "source": SOURCE, "confidence": "M"}


def approved_key(unit_code: str, rulebook: str, number: int, digest: str) -> str:
    """The key under which bindings, pins and results name an approved text; it holds the beginning of the digest."""
    unit = re.sub(r"[^a-z0-9]+", "-", fold(unit_code)).strip("-")
    return f"{APPROVED}/{unit}/{rulebook.replace('/', '-')}-{number}-{digest[:12]}"


def draft_key(regulation: int, digest: str) -> str:
    """The key under which a draft can be tried: only as long as the draft stays as it is."""
    return f"{DRAFT}/{regulation}-{digest[:16]}"
