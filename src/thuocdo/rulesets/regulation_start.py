"""What a new version begins with: overlays of superiors below it, and what the unit decided before."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.reading import overlay_source
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors, head_post, on_day
from thuocdo.rulesets import catalogue, stored
from thuocdo.rulesets.drafting import items_of, kinds_of, typed_of
from thuocdo.rulesets.models import Binding, Regulation
from thuocdo.rulesets.periods import WORDS, by_place, nearest
from thuocdo.rulesets.rules import KIND_NAMES

MOST = 300


def inherited(unit: Unit, rulebook: str, on: date) -> tuple[str, ...]:
    """Overlays under which the units above rate by this rulebook: the new regulation is laid upon them."""
    above = [u.pk for u in ancestors(unit, on)[1:]]
    held = by_place(Binding.objects.filter(on_day(on), unit_id__in=above))
    for kind in KIND_NAMES:
        for span in WORDS:
            binding = nearest(held, above, kind, span)
            if binding is not None and binding.rulebook == rulebook:
                return tuple(binding.overlays)
    return ()


def first_words(unit: Unit, rulebook: str, base: Sequence[str], on: date) -> dict[str, str]:
    """What stands in the fields of a new version: the version before; else the overlay that binds the unit now."""
    before = Regulation.objects.filter(unit=unit, rulebook=rulebook, state=Regulation.State.APPROVED)
    last = before.order_by("-number").first()
    if last is not None:
        anew = ("month", "issued", "number", "past_reason")
        return {name: text for name, text in typed_of(last).items() if name not in anew}
    book = catalogue.load_any(rulebook, base)
    items = items_of(book)
    own = list(Binding.objects.filter(on_day(on), unit=unit, rulebook=rulebook).order_by("subject_kind"))
    kinds = [b.subject_kind for b in own] or ["civil_servant"]
    typed = {f"{item.name}-article": f"Điều {number}" for number, item in enumerate(items, start=2)}
    typed |= {f"kind-{kind}": "1" for kind in kinds_of(book) if kind in kinds}
    typed |= _names(unit, on)
    for key in dict.fromkeys(k for b in own for k in b.overlays if k not in base):
        typed |= _chosen(key, {item.target: item.name for item in items})
    return typed


def _names(unit: Unit, on: date) -> dict[str, str]:
    head = head_post(unit, on)
    return {
        "title": f"Quy chế đánh giá, xếp loại của {unit.name}"[:200],
        "issuer": unit.name[:160],
        "by": f"{head.position} {unit.name}"[:160] if head else "",
    }


def _chosen(key: str, names: Mapping[str, str]) -> dict[str, str]:
    """The choices of an overlay as fields."""
    try:
        data = overlay_source(stored.given([key])[0], catalogue.roots()).data
    except RulebookError:
        return {}
    articles = {
        f"{instrument['id']}/{article['ref']}": str(article["text"])
        for instrument in data.get("instruments", [])
        for article in instrument.get("articles", [])
    }
    typed: dict[str, str] = {}
    for table, target, value in (
        ("settle", "point", "reading"),
        ("tighten", "path", "value"),
        ("fill", "path", "value"),
        ("situations", "kind", "says"),
    ):
        for row in data.get(table, []):
            name = names.get(str(row[target]))
            if name:
                typed |= {
                    name: _shown(row[value]),
                    f"{name}-reason": str(row["reason"]),
                    f"{name}-article": _article(row["cite"], articles),
                }
    return typed


def _shown(value: Any) -> str:
    return str(value).replace(".", ",") if not isinstance(value, str) else value


def _article(cite: Any, articles: Mapping[str, str]) -> str:
    first = cite if isinstance(cite, str) else next(iter(cite), "")
    return articles.get(first, "")
