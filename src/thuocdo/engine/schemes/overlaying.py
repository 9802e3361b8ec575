"""Overlays on a rulebook of schemes: they fill what is open, settle points, tighten and add; they never loosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from thuocdo.engine.checks import check_cites, cited_rules
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.reading import articles_of, validate
from thuocdo.engine.rulebook import Settlement
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.checks import check_again
from thuocdo.engine.schemes.draft import PARTS, Draft
from thuocdo.engine.schemes.filling import add_parts, fill, settle
from thuocdo.engine.schemes.laid import Laid, Refused, Written
from thuocdo.engine.schemes.paths import NOT_PLACES, PathError, find, open_places
from thuocdo.engine.schemes.tightening import add_rule, tighten
from thuocdo.engine.situations import answer
from thuocdo.engine.source import SourceFile

ADDED = (
    "deciders",
    "stages",
    "precedence",
    "ballots",
    "opinions",
    "review_forms",
    "review_heads",
    "meetings",
    "occasions",
    "words_criteria",
    "reuses",
    "self_scoring",
    "self_scoring_criteria",
    "file_papers",
    "situations",
)
"""Tables of the procedure that an overlay may lengthen."""
Layer = tuple[schema.SchemeOverlay, SourceFile]
Operation = Callable[[Laid, Any, dict[str, Any]], Written]
OPERATIONS: Mapping[str, Operation] = {
    "settle": settle,
    "fill": fill,
    "add_parts": add_parts,
    "tighten": tighten,
    "add_rules": add_rule,
}


def lay(book: schema.SchemeBookFile, draft: Draft, layers: Sequence[Layer]) -> Laid:
    """Write the overlays into a copy of the draft, in order, and check the whole after each.

    Raises `RulebookError` that names the overlay's key and line, and the parent's article where it forbids.
    """
    laid = Laid(draft.copy(), book.points, dict(articles_of(book.instruments)), list(book.instruments))
    answer(book.situations, [(layer.situations, source) for layer, source in layers])
    for layer, source in layers:
        _check_layer(laid, layer, source)
        laid.articles.update(articles_of(layer.instruments))
        laid.instruments += layer.instruments
        for name, operation in OPERATIONS.items():
            for index, item in enumerate(getattr(layer, name)):
                _one(laid, layer, source, (name, index), item, operation)
        procedure = laid.draft.parts["procedure"].data
        for name in ADDED:
            if name in source.data:
                procedure[name] = [*procedure.get(name, []), *source.data[name]]
        _close_points(laid, source)
        _check_whole(laid, source)
    return laid


def _check_layer(laid: Laid, layer: schema.SchemeOverlay, source: SourceFile) -> None:
    if layer.extends != laid.draft.key:
        raise source.error(
            ("extends",),
            f"quy chế này bổ sung cho “{layer.extends}”, không phải “{laid.draft.key}”",
            "Quy chế bổ sung thẳng một bộ quy tắc gốc, không bổ sung một quy chế khác.",
        )
    known = {item.id for item in laid.instruments}
    for i, item in enumerate(layer.instruments):
        if item.id in known:
            raise source.error(("instruments", i, "id"), f"mã văn bản “{item.id}” đã dùng", "Đặt mã khác.")
    rules = list(cited_rules(layer, ()))
    check_cites(layer.instruments, [((source, path), rule.cite) for path, rule in rules], source)
    for path, rule in rules:
        if rule.until is not None and rule.until <= rule.since:
            raise source.error((*path, "until"), "ngày hết hiệu lực không sau ngày có hiệu lực", "Sửa ngày.")


def _one(
    laid: Laid,
    layer: schema.SchemeOverlay,
    source: SourceFile,
    place: tuple[str, int],
    item: Any,
    operation: Operation,
) -> None:
    raw = source.data[place[0]][place[1]]
    try:
        written = operation(laid, item, raw)
        for root in {path.split(".")[0] for path in written}:
            _validate(laid.draft, root)
    except PathError as error:
        raise source.error(place, str(error), "Sửa đường dẫn (docs/schemes.md).") from None
    except Refused as error:
        article = laid.article(error.location) if error.location is not None else None
        raise source.error((*place, error.key), error.problem, error.remedy, article=article or None) from None
    except RulebookError as error:
        problem = f"{error.problem} (khóa “{error.key}” của {error.file})"
        raise source.error(place, problem, error.remedy, article=error.article) from None
    cite = tuple(laid.articles[ref] for ref in item.cite)
    if isinstance(item, schema.SettleReading):
        laid.settled[item.point] = Settlement(item.reading, layer.by, item.reason, cite, layer.key)
    for path, text in written.items():
        laid.filled[path] = Settlement(text, layer.by, item.reason, cite, layer.key)


def _validate(draft: Draft, root: str) -> None:
    validate(schema.Scheme if root in draft.schemes else PARTS[root], draft.source_of(root))


def _close_points(laid: Laid, source: SourceFile) -> None:
    """A point whose places are all filled is settled, by whoever filled the last one; nothing new is left open."""
    data = laid.draft.content()
    left = open_places(data)
    listed = set()
    for point in laid.points:
        places = [find(data, path) for path in point.places]
        listed |= set(places)
        waiting = [p for p in places if p in left or p[-1] in NOT_PLACES]
        last = next((laid.filled[path] for path in point.places if path in laid.filled), None)
        if not waiting and point.id not in laid.settled and last is not None:
            laid.settled[point.id] = Settlement("", last.by, last.reason, last.cite, last.overlay)
    for location, path in left.items():
        if location not in listed:
            raise source.error(
                ("add_rules",), f"quy chế để ngỏ “{path}”", "Quy chế của đơn vị phải ghi rõ, không ghi “open”."
            )


def _check_whole(laid: Laid, source: SourceFile) -> None:
    try:
        check_again(laid.draft)
    except RulebookError as error:
        problem = f"cùng với quy chế này: {error.problem} (khóa “{error.key}” của {error.file})"
        raise source.error((), problem, error.remedy, article=error.article) from None
