"""The pages of docs/handbook, read once from the files that ship with the product."""

import functools
from dataclasses import dataclass
from pathlib import Path

from django.templatetags.static import static

from thuocdo.kernel.errors import NotYours
from thuocdo.web.handbook.markup import Rendered, Section, render

FOLDER = Path(__file__).resolve().parents[1] / "static" / "web" / "handbook"
INDEX = "README"


@dataclass(frozen=True)
class HandbookPage:
    """One page: its slug (name of the file), title, HTML below the title, sections, and where its links lead."""

    slug: str
    title: str
    html: str
    sections: tuple[Section, ...]
    links: tuple[str, ...]

    @property
    def contents(self) -> tuple[Section, ...]:
        """The sections that a table of contents names."""
        return tuple(one for one in self.sections if one.level == 2)


def slugs() -> list[str]:
    """The pages beside the index, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != INDEX)


def address(slug: str, anchor: str = "") -> str:
    """Path of a page of the handbook in the product."""
    page = "/tro-giup/" if slug == INDEX else f"/tro-giup/{slug}/"
    return f"{page}#{anchor}" if anchor else page


def _link(written: str) -> str:
    file, _, anchor = written.partition("#")
    return address(file.removesuffix(".md"), anchor) if file.endswith(".md") else written


@functools.cache
def _read(slug: str) -> HandbookPage:
    text = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    made: Rendered = render(text, link=_link, picture=lambda name: static(f"web/handbook/{name}"))
    return HandbookPage(slug, made.title, made.html, tuple(made.sections), tuple(made.links))


def page(slug: str) -> HandbookPage:
    """One page by its slug. Raises NotYours for one that there is not."""
    if slug != INDEX and slug not in slugs():
        raise NotYours("Sổ tay không có trang này. Hãy mở Trợ giúp để chọn trang khác.")
    return _read(slug)
