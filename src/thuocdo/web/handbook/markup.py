"""The part of Markdown that the handbook uses, as HTML: headings, paragraphs, lists, tables, pictures, links, code.

Everything is escaped first: a page cannot bring markup of its own. What it does not know stays text as written.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from thuocdo.kernel.text import fold

_HEADING = re.compile(r"(#{1,4}) +(.+)")
_ITEM = re.compile(r"( {0,3})([-*]|[0-9]{1,2}\.) +")
_RULE = re.compile(r"\|?[\s:|-]+\|[\s:|-]*")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])")
_INDENT = "    "


@dataclass(frozen=True)
class Section:
    """One heading below the title: its level (2 to 4), its text, the anchor it can be reached by."""

    level: int
    title: str
    anchor: str


@dataclass
class Rendered:
    """A page: its title (the first heading), the HTML below it, its sections, and where its links lead."""

    title: str = ""
    html: str = ""
    sections: list[Section] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def anchor_of(title: str) -> str:
    """The anchor of a heading.

    >>> anchor_of("Kết quả (Điều 24)")
    'ket-qua-dieu-24'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")


def render(text: str, *, link: Callable[[str], str], picture: Callable[[str], str]) -> Rendered:
    """One page. `link` and `picture` turn what is written between the brackets into addresses."""
    writer = _Writer(link, picture)
    html = writer.blocks(text.splitlines())
    writer.made.html = html
    return writer.made


class _Writer:
    def __init__(self, link: Callable[[str], str], picture: Callable[[str], str]) -> None:
        self.link, self.picture, self.made = link, picture, Rendered()

    def blocks(self, lines: list[str]) -> str:
        """The blocks of a page or of one item of a list."""
        parts: list[str] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            heading = _HEADING.fullmatch(line.rstrip())
            if not line.strip():
                at += 1
            elif heading:
                parts.append(self._heading(len(heading[1]), heading[2]))
                at += 1
            elif line.startswith(_INDENT):
                taken = _while(lines, at, lambda one: one.startswith(_INDENT) or not one.strip())
                parts.append(f"<pre tabindex=\"0\">{escape(_dedent(taken, 4).strip())}</pre>")
                at += len(taken)
            elif line.startswith("|"):
                taken = _while(lines, at, lambda one: one.startswith("|"))
                parts.append(self._table(taken))
                at += len(taken)
            elif _ITEM.match(line):
                taken = _items(lines, at)
                parts.append(self._list(taken))
                at += len(taken)
            else:
                taken = _while(lines, at, _goes_on)
                parts.append(f"<p>{self._inline(' '.join(one.strip() for one in taken))}</p>")
                at += len(taken)
        return "\n".join(parts)

    def _heading(self, level: int, title: str) -> str:
        if level == 1:
            self.made.title = title
            return ""
        section = Section(level, title, anchor_of(title))
        self.made.sections.append(section)
        return f'<h{level} id="{section.anchor}">{self._inline(title)}</h{level}>'

    def _table(self, lines: list[str]) -> str:
        head, *rest = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        rows = rest[1:] if rest and _RULE.fullmatch(lines[1].strip()) else rest
        top = "".join(f'<th scope="col">{self._inline(cell)}</th>' for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{self._inline(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f'<div class="table-scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'

    def _list(self, lines: list[str]) -> str:
        first = _ITEM.match(lines[0])
        assert first is not None
        ordered = first[2][0].isdigit()
        items: list[list[str]] = []
        for line in lines:
            match = _ITEM.match(line)
            if match and len(match[1]) == len(first[1]):
                width = match.end()
                items.append([line[width:]])
            else:
                items[-1].append(line[width:] if not line[:width].strip() else line.lstrip())
        tag, start = ("ol", int(first[2][:-1])) if ordered else ("ul", 1)
        opening = f'<{tag} start="{start}">' if start != 1 else f"<{tag}>"
        return opening + "".join(f"<li>{_unwrapped(self.blocks(item))}</li>" for item in items) + f"</{tag}>"

    def _inline(self, text: str) -> str:
        kept: list[str] = []

        def keep(html: str) -> str:
            kept.append(html)
            return f"\x00{len(kept) - 1}\x00"

        def linked(match: re.Match[str]) -> str:
            self.made.links.append(match[2])
            return keep(f'<a href="{escape(self.link(match[2]))}">') + match[1] + keep("</a>")

        text = _CODE.sub(lambda m: keep(f"<code>{escape(m[1])}</code>"), text)
        text = _IMAGE.sub(
            lambda m: keep(f'<img class="picture" src="{escape(self.picture(m[2]))}" alt="{escape(m[1])}" '
                           'loading="lazy">'), text,
        )
        text = _LINK.sub(linked, text)
        text = _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<b>\1</b>", escape(text, quote=False)))
        return re.sub("\x00([0-9]+)\x00", lambda m: kept[int(m[1])], text)


def _while(lines: list[str], at: int, holds: Callable[[str], bool]) -> list[str]:
    """The lines from `at` on as long as they belong together; the first one always does."""
    end = at + 1
    while end < len(lines) and holds(lines[end]):
        end += 1
    return lines[at:end]


def _goes_on(line: str) -> bool:
    """Whether a paragraph goes on in this line."""
    return bool(line.strip()) and not (line.startswith("|") or _HEADING.match(line) or _ITEM.match(line))


def _items(lines: list[str], at: int) -> list[str]:
    """The lines of a list: its items, what is indented below them, and empty lines between them."""
    first = _ITEM.match(lines[at])
    assert first is not None
    kind, end = first[2][0].isdigit(), at
    for n in range(at, len(lines)):
        line, match = lines[n], _ITEM.match(lines[n])
        begins = match is not None and match[2][0].isdigit() == kind
        inside = line.startswith("  ") or begins
        lazy = bool(line.strip()) and n > at and bool(lines[n - 1].strip()) and match is None
        if line.strip() and not (inside or (lazy and not _HEADING.match(line) and not line.startswith("|"))):
            break
        if line.strip():
            end = n + 1
    return lines[at:end]


def _dedent(lines: list[str], width: int) -> str:
    return "\n".join(line[width:] for line in lines)


def _unwrapped(html: str) -> str:
    """A single paragraph in an item stands without its own element."""
    alone = html.startswith("<p>") and html.count("<p>") == 1 and html.endswith("</p>")
    return html[3:-4] if alone else html
