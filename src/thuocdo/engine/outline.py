"""The rules of a rulebook as a tree of named elements with figures in words: what comparisons walk along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from thuocdo.engine.outline_words import FIGURES, HIDDEN, LISTS, VALUES
from thuocdo.engine.schemes.paths import TRANSPARENT
from thuocdo.engine.schemes.schema import AbsenceTest, ShareComparison
from thuocdo.kernel.exact import exact_vi, is_terminating

LABELS = ("label", "question", "subject", "title", "text", "name")
NAMED = ("id", "slug", "code", "level", "period", "number")
LABELLED_FIGURES = ("levels", "groups", "parts", "criteria", "bands")


@dataclass(frozen=True)
class Element:
    """One rule: its words, its own figures by key, and the rules inside it by path step."""

    label: str
    cite: tuple[str, ...]
    figures: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, Element] = field(default_factory=dict)

    def brief(self) -> str:
        """All of it in one line."""
        said = [f"{FIGURES.get(key, key)} {text}" for key, text in self.figures.items() if key != "label"]
        said += [child.brief() for child in self.inside.values()]
        words = f"{self.label} ({'; '.join(said)})" if said else self.label
        return words if len(words) <= 400 else words[:399] + "…"


def outline(model: BaseModel, cite: tuple[str, ...] = (), place: str = "") -> Element:
    """The tree of a model; a rule without articles of its own has those of the rule around it."""
    cite = tuple(getattr(model, "cite", ())) or cite
    figures: dict[str, str] = {}
    inside: dict[str, Element] = {}
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if name in HIDDEN or value is None or value in ((), "", {}):
            continue
        key = info.alias or name
        if isinstance(value, BaseModel):
            inside[key] = outline(value, cite, key)
        elif isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
            for step, item in _steps(value):
                inside[step if key in TRANSPARENT and step not in inside else f"{key}.{step}"] = outline(
                    item, cite, key
                )
        elif name not in LABELS or (name == "label" and place in LABELLED_FIGURES):
            figures[key] = words(model, name, value)
    label = next((str(getattr(model, name)) for name in LABELS if getattr(model, name, "")), LISTS.get(place, place))
    return Element(label, cite, figures, inside)


def _steps(items: tuple[Any, ...]) -> Iterator[tuple[str, BaseModel]]:
    seen: dict[str, int] = {}
    for item in items:
        name = next((str(getattr(item, key)) for key in NAMED if isinstance(getattr(item, key, None), str)), "muc")
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}-{seen[name]}"), item


def words(model: BaseModel, name: str, value: Any) -> str:
    """A figure as a Vietnamese reader reads it."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Fraction | Decimal | int):
        return _number(model, name, Fraction(value))
    if isinstance(value, tuple):
        return ", ".join(words(model, name, item) for item in value)
    return VALUES.get(str(value), str(value))


def _number(model: BaseModel, name: str, value: Fraction) -> str:
    share = isinstance(model, ShareComparison) and not (isinstance(model, AbsenceTest) and model.of is None)
    if name in ("percent", "percent_of_best", "percent_cap"):
        return f"{exact_vi(value)}%"
    if share:
        return f"{exact_vi(value)}%" if is_terminating(value) else exact_vi(value / 100)
    return exact_vi(value)
