"""Reads a rulebook of schemes from its folder, checks it, lays overlays on it, and freezes it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.reading import (
    articles_of,
    canonical_hash,
    folder_of,
    read_folder,
    read_source,
    validate,
)
from thuocdo.engine.schema import Form
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.checks import check_schemes
from thuocdo.engine.source import SourceFile

PARTS: dict[str, type[BaseModel]] = {
    "instrument": schema.SchemeInstrument,
    "procedure": schema.SchemeProcedure,
    "money": schema.MoneyFile,
    "open": schema.OpenFile,
}


@dataclass(frozen=True, eq=False)
class Draft:
    """The files of a rulebook as read. `parts` by name, `schemes` by id: the roots of paths."""

    key: str
    parts: dict[str, SourceFile]
    schemes: dict[str, SourceFile]
    forms: tuple[SourceFile, ...]

    def content(self) -> dict[str, Any]:
        """What paths lead through: schemes by id, `money`, `procedure`."""
        found = {name: source.data for name, source in self.schemes.items()}
        return {**found, "money": self.parts["money"].data, "procedure": self.parts["procedure"].data}

    def source_of(self, root: str) -> SourceFile:
        """The file that a path starting with `root` leads into."""
        return self.schemes.get(root) or self.parts[root]

    def copy(self) -> Draft:
        """A draft of its own, to write into."""
        return Draft(
            self.key,
            {name: _copied(source) for name, source in self.parts.items()},
            {name: _copied(source) for name, source in self.schemes.items()},
            self.forms,
        )


def _copied(source: SourceFile) -> SourceFile:
    return SourceFile(source.name, source.text, deepcopy(source.data))


def read_draft(key: str, roots: Sequence[Path]) -> Draft:
    """The files of a rulebook of schemes; raises `RulebookError`."""
    folder = folder_of(key, roots, "instrument.toml", "bộ quy tắc")
    parts = {}
    for name in PARTS:
        path = folder / f"{name}.toml"
        needed = name == "instrument" or path.is_symlink() or path.exists()
        parts[name] = read_source(path, folder) if needed else SourceFile(f"{folder.name}/{name}.toml", "", {})
    schemes: dict[str, SourceFile] = {}
    for source in read_folder(folder, "schemes"):
        name = str(source.data.get("id", ""))
        if name in schemes or name in (*PARTS, "forms"):
            raise source.error(("id",), f"mã khung “{name}” đã dùng", "Đặt mã khác cho khung này.")
        schemes[name] = source
    if not schemes and not parts["money"].data:
        raise RulebookError(
            file=key, key="", problem="không có khung xếp loại nào", remedy="Thêm tệp vào schemes/ hoặc money.toml."
        )
    return Draft(key, parts, schemes, read_folder(folder, "forms"))


def build(draft: Draft) -> schema.SchemeBookFile:
    """All files as one frozen model; raises `RulebookError` with file, key and line."""
    fields: dict[str, Any] = {}
    for name, model in PARTS.items():
        part = validate(model, draft.parts[name])
        fields.update({field: getattr(part, field) for field in model.model_fields})
    fields["schemes"] = tuple(validate(schema.Scheme, source) for source in draft.schemes.values())
    fields["forms"] = tuple(validate(Form, source) for source in draft.forms)
    return schema.SchemeBookFile.model_construct(**fields)


def load_schemes(key: str, overlays: tuple[str, ...], roots: Sequence[Path]) -> SchemeBook:
    """Load and check a rulebook of schemes; raises `RulebookError`."""
    draft = read_draft(key, roots)
    book = build(draft)
    check_schemes(book, draft.parts, draft.schemes, draft.forms, key)
    if overlays:
        raise RulebookError(
            file=key, key="", problem="quy chế của khung xếp loại chưa đọc được", remedy="Bỏ quy chế bổ sung."
        )
    content: dict[str, Any] = {
        source.name: source.data for source in [*draft.parts.values(), *draft.schemes.values(), *draft.forms]
    }
    return SchemeBook(
        key=key,
        overlays=overlays,
        hash=canonical_hash(content),
        book=book,
        articles=dict(articles_of(book.instruments)),
        settled={},
        filled={},
        overlay_titles={},
    )
