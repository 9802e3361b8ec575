"""What differs between two rulebooks of either shape: by path, in words, with the articles of both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from thuocdo.engine.as_scheme import as_scheme
from thuocdo.engine.outline import Element, outline
from thuocdo.engine.outline_words import FIGURES
from thuocdo.engine.rulebook import Citation, Rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme

Book = Rulebook | SchemeBook
ABSENT = "không có"
# Rules of the NĐ 335 shape beside its identity and forms.
PARTS_335 = (
    "general",
    "products",
    "factors",
    "total",
    "bands",
    "disqualifiers",
    "dating",
    "absence",
    "ceiling",
    "quotas",
    "means",
    "actual_time",
    "evaluators",
    "petition",
    "sync",
    "deadlines",
    "points",
)
PARTS_SCHEMES = {
    "money": ("tables", "funds"),
    "procedure": ("deciders", "sync", "petition", "stages", "precedence", "form_uses"),
}


@dataclass(frozen=True)
class Difference:
    """One rule that differs: its path, what it is about, and both sides in words with their articles. `label_vi`: the
    name of the rule, or of the figure in it; `gone` and `added`: one side alone has it."""

    path: str
    title_vi: str
    before_vi: str
    after_vi: str
    cite_before: tuple[Citation, ...]
    cite_after: tuple[Citation, ...]
    label_vi: str = ""

    @property
    def gone(self) -> bool:
        return self.after_vi == ABSENT

    @property
    def added(self) -> bool:
        return self.before_vi == ABSENT


def compare_books(a: Book, b: Book) -> tuple[Difference, ...]:
    """All differences from `a` to `b`, in the order of `a`. Schemes are paired by id, else by whom they rate; levels,
    groups, quotas and the like by their code or id. Two shapes are compared by what both have.

    >>> from thuocdo.engine import load_book
    >>> same = load_book("state/nd-335-2025")
    >>> compare_books(same, same)
    ()
    """
    if isinstance(a, Rulebook) and isinstance(b, Rulebook):
        return tuple(_elements(_Sides(a, b), _whole(a), _whole(b), "", ()))
    sides = _Sides(a, b)
    found = list(_schemes(sides, _schemes_of(a), _schemes_of(b)))
    if isinstance(a, SchemeBook) and isinstance(b, SchemeBook):
        for name in PARTS_SCHEMES:
            found += _elements(sides, _part(a, name), _part(b, name), name, ())
    return tuple(found)


@dataclass(frozen=True)
class _Sides:
    a: Book
    b: Book

    def cites(self, before: Element | None, after: Element | None) -> tuple[tuple[Citation, ...], ...]:
        return tuple(
            tuple(book.articles[ref] for ref in element.cite if ref in book.articles) if element is not None else ()
            for book, element in ((self.a, before), (self.b, after))
        )


def _whole(book: Rulebook) -> Element:
    inside: dict[str, Element] = {}
    for name in PARTS_335:
        inside.update(_children(name, getattr(book.book, name)))
    return Element(book.short_title, (), {}, inside)


def _part(book: SchemeBook, name: str) -> Element:
    inside: dict[str, Element] = {}
    for key in PARTS_SCHEMES[name]:
        found = _children(key, getattr(book.book, key))
        inside.update(found if name == "procedure" else {p.removeprefix(f"{key}."): e for p, e in found.items()})
    return Element(book.short_title, (), {}, inside)


class _Holder(BaseModel):
    items: tuple[Any, ...]


def _children(name: str, value: Any) -> Mapping[str, Element]:
    if value is None:
        return {}
    if isinstance(value, BaseModel):
        return {name: outline(value, (), name)}
    held = outline(_Holder.model_construct(items=value), (), name).inside
    return {path.replace("items", name, 1): element for path, element in held.items()}


def _schemes_of(book: Book) -> dict[str, Scheme]:
    return {item.id: item for item in (book.schemes if isinstance(book, SchemeBook) else (as_scheme(book),))}


def _schemes(sides: _Sides, before: dict[str, Scheme], after: dict[str, Scheme]) -> Iterator[Difference]:
    pairs = _paired(before, after)
    for name, scheme in before.items():
        other = after.get(pairs.get(name, ""))
        old, new = outline(scheme, (), ""), outline(other, (), "") if other is not None else None
        yield from _pair(sides, old, new, name, (), f"Khung “{scheme.label}”")
    for name, scheme in after.items():
        if name not in pairs.values():
            yield from _pair(sides, None, outline(scheme, (), ""), name, (), f"Khung “{scheme.label}”")


def _paired(before: dict[str, Scheme], after: dict[str, Scheme]) -> dict[str, str]:
    pairs = {name: name for name in before if name in after}
    for name, scheme in before.items():
        free = [other for other in after.values() if other.id not in pairs.values()]
        best = max(free, key=lambda other: _shared(scheme, other), default=None)
        if name not in pairs and best is not None and _shared(scheme, best) > 0:
            pairs[name] = best.id
    return pairs


def _shared(one: Scheme, other: Scheme) -> int:
    """How many kinds of subject, roles and periods both rate."""
    kinds = set(one.subject_kinds) & set(other.subject_kinds)
    roles, periods = set(one.roles) & set(other.roles), set(one.periods) & set(other.periods)
    return len(kinds) * len(roles) * len(periods)


def _pair(
    sides: _Sides, before: Element | None, after: Element | None, path: str, above: tuple[str, ...], title: str
) -> Iterator[Difference]:
    if before is not None and after is not None:
        yield from _elements(sides, before, after, path, above)
        return
    cite_before, cite_after = sides.cites(before, after)
    texts = [element.brief() if element is not None else ABSENT for element in (before, after)]
    label = next(element.label for element in (before, after) if element is not None)
    yield Difference(path, title, texts[0], texts[1], cite_before, cite_after, label)


def _elements(
    sides: _Sides, before: Element, after: Element, path: str, above: tuple[str, ...]
) -> Iterator[Difference]:
    here = (*above, before.label) if above or path else ()
    cite_before, cite_after = sides.cites(before, after)
    for key in dict.fromkeys((*before.figures, *after.figures)):
        old, new = before.figures.get(key, ABSENT), after.figures.get(key, ABSENT)
        if old != new:
            title = _title(here, FIGURES.get(key, key))
            place = f"{path}.{key}" if path else key
            yield Difference(place, title, old, new, cite_before, cite_after, FIGURES.get(key, key))
    for step in dict.fromkeys((*before.inside, *after.inside)):
        one, other = before.inside.get(step), after.inside.get(step)
        label = (one or other or before).label
        place = f"{path}.{step}" if path else step
        yield from _pair(sides, one, other, place, here, _title(here, label))


def _title(above: tuple[str, ...], last: str) -> str:
    return ": ".join((*above[-2:], last)) if above else last
