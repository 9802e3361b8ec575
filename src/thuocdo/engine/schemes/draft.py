"""The files of a rulebook of schemes as read: what overlays and changes are written into before it is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.reading import folder_of, read_folder, read_source, validate
from thuocdo.engine.schema import Form
from thuocdo.engine.schemes import schema
from thuocdo.engine.source import SourceFile

PARTS: dict[str, type[BaseModel]] = {
    "instrument": schema.SchemeInstrument,
    "procedure": schema.SchemeProcedure,
    "money": schema.MoneyFile,
    "open": schema.OpenFile,
}


@dataclass(frozen=True, eq=False)
class Draft:
    """`parts` by name (`PARTS`), `schemes` by id: the roots of paths."""

    key: str
    parts: dict[str, SourceFile]
    schemes: dict[str, SourceFile]
    forms: tuple[SourceFile, ...]

    def content(self) -> dict[str, Any]:
        """What paths lead through: schemes by id, `money`, `procedure`."""
        found = {name: source.data for name, source in self.schemes.items()}
        return {**found, "money": self.parts["money"].data, "procedure": self.parts["procedure"].data}

    def source_of(self, root: str | int) -> SourceFile:
        """The file that a path starting with `root` leads into."""
        name = str(root)
        return self.schemes[name] if name in self.schemes else self.parts[name]

    def copy(self, roots: Iterable[str | int] | None = None) -> Draft:
        """A draft to write into: the files of `roots` (none named: all) are copies of its own."""
        wanted = {*self.parts, *self.schemes} if roots is None else {str(root) for root in roots}
        return Draft(
            self.key,
            {name: _copied(source) if name in wanted else source for name, source in self.parts.items()},
            {name: _copied(source) if name in wanted else source for name, source in self.schemes.items()},
            self.forms,
        )

    def sources(self) -> tuple[SourceFile, ...]:
        return (*self.parts.values(), *self.schemes.values(), *self.forms)


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
        if name in schemes or name in PARTS:
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
