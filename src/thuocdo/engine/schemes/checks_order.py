"""Precedence between procedures is a graph without rings, over stages that are defined."""

from __future__ import annotations

from collections.abc import Iterable

from thuocdo.engine.schemes.schema import Before, SchemeBookFile, Stage
from thuocdo.engine.source import SourceFile

LINKS = ("itself", "same", "any")


def check_order(book: SchemeBookFile, source: SourceFile) -> None:
    """Raises `RulebookError` for an unknown stage, part or link, and for a ring, which it names."""
    stages = [stage.id for stage in book.stages]
    _check_parts(book, source)
    relations = {relation.id for scheme in book.schemes for relation in scheme.relations}
    for i, edge in enumerate(book.precedence):
        article = ", ".join(edge.cite)
        for name in (edge.first, edge.then):
            if name not in stages:
                raise source.error(
                    ("precedence", i),
                    f"không có bước “{name}”",
                    f"Khai báo bước này ở stages. Đã có: {', '.join(stages) or 'chưa có'}.",
                    article=article,
                )
        if edge.link not in LINKS and edge.link not in relations:
            known = ", ".join([*LINKS, *sorted(relations)])
            raise source.error(
                ("precedence", i, "link"), f"không có quan hệ “{edge.link}”", f"Chỉ dùng: {known}.", article=article
            )
    ring = ring_of(spread(book.stages, book.precedence))
    if ring:
        raise source.error(
            ("precedence",),
            f"thứ tự các bước chạy vòng: {' → '.join(ring)}",
            "Bỏ một trong các thứ tự này.",
            article=", ".join(book.precedence[0].cite),
        )


def check_reuses(book: SchemeBookFile, source: SourceFile) -> None:
    """A level is used again in the direction of the order, by a rating that a scheme of the book gives; where the book
    states no order between the two ratings, in the direction that the rule itself says. Raises `RulebookError`."""
    stages = {stage.id: stage for stage in book.stages if stage.step == "rating"}
    rated = {kind for scheme in book.schemes if "year" in scheme.periods for kind in scheme.subject_kinds}
    ordered = {(e.first, e.then) for e in book.precedence if e.link == "same"}
    for i, one in enumerate(book.reuses):
        article = ", ".join(one.cite)
        free = stages.keys() >= {one.first, one.then} and (one.then, one.first) not in ordered
        if free and (one.first, one.then) not in ordered:
            continue
        if (one.first, one.then) not in ordered:
            raise source.error(
                ("reuses", i),
                f"trình tự của văn bản không có “{one.first}” của chính người ấy trước “{one.then}”",
                "Chỉ dùng lại mức theo chiều của trình tự (precedence, link = same).",
                article=article,
            )
        if not stages.keys() >= {one.first, one.then} or not rated.issuperset(stages[one.then].subjects):
            raise source.error(
                ("reuses", i),
                f"“{one.then}” không phải bước xếp loại do văn bản này cho mức",
                "Chỉ dùng lại mức giữa hai bước xếp loại, bước sau có khung xếp loại năm của văn bản.",
                article=article,
            )


def _check_parts(book: SchemeBookFile, source: SourceFile) -> None:
    """A part is a stage of its own: known, and without parts."""
    plain = {stage.id for stage in book.stages if not stage.parts}
    for i, stage in enumerate(book.stages):
        for part in parts_of(stage):
            if part not in plain:
                raise source.error(
                    ("stages", i, "parts"),
                    f"“{part}” không phải một bước riêng",
                    f"Chỉ ghi bước không gồm bước khác: {', '.join(sorted(plain)) or 'chưa có'}.",
                    article=", ".join(stage.cite),
                )


def parts_of(stage: Stage) -> tuple[str, ...]:
    """The stages that the text speaks of together; none while that is open."""
    return () if stage.parts == "open" else stage.parts


def spread(stages: Iterable[Stage], edges: Iterable[Before]) -> tuple[Before, ...]:
    """The edges between stages that are taken: one that speaks of several stages together stands for each of them."""
    parts = {stage.id: parts_of(stage) if stage.parts else (stage.id,) for stage in stages}
    return tuple(
        edge.model_copy(update={"first": first, "then": then})
        for edge in edges
        for first in parts[edge.first]
        for then in parts[edge.then]
    )


def ring_of(edges: tuple[Before, ...]) -> list[str]:
    """The stages of one ring, the first repeated at the end; empty where there is none.

    A stage may precede itself through a relation: the units below come before the unit above.
    """
    after: dict[str, list[str]] = {}
    for edge in edges:
        if edge.first != edge.then or edge.link in LINKS:
            after.setdefault(edge.first, []).append(edge.then)
    done: set[str] = set()
    for start in after:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            stage, left = waiting.pop()
            if left:
                path.pop()
                done.add(stage)
                continue
            if stage in path:
                return [*path[path.index(stage) :], stage]
            if stage in done:
                continue
            path.append(stage)
            waiting.append((stage, True))
            waiting += [(item, False) for item in after.get(stage, ())]
    return []
