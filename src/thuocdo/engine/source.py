"""A TOML file as read: its content, and its text so that errors can name the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.toml_lines import line_of


@dataclass(frozen=True, eq=False)
class SourceFile:
    """`name` is the path inside the rulebooks, `data` the parsed content."""

    name: str
    text: str
    data: dict[str, Any]

    def error(
        self,
        path: tuple[str | int, ...],
        problem: str,
        remedy: str,
        *,
        key: str | None = None,
        article: str | None = None,
    ) -> RulebookError:
        """An error at `path` in this file, with its line."""
        shown = key if key is not None else ".".join(str(part) for part in path)
        return RulebookError(
            file=self.name,
            key=shown,
            line=line_of(self.text, path),
            article=article,
            problem=problem,
            remedy=remedy,
        )


@dataclass(frozen=True)
class OverlaySource:
    """An overlay given as data and not as a folder: its key and the text of its `overlay.toml`.

    Stands in a list of overlays wherever a key may stand; whoever stores overlays elsewhere hands them over so.
    """

    key: str
    text: str

    def __str__(self) -> str:
        return self.key
