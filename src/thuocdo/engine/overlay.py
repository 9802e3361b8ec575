"""Overlays: a unit's own regulation fills what the parent leaves open and may tighten, never loosen."""

from __future__ import annotations

from collections.abc import Sequence

from thuocdo.engine import checks
from thuocdo.engine.schema import BookFile, Instrument, OverlayFile, Settle, Tighten
from thuocdo.engine.situations import answer
from thuocdo.engine.source import SourceFile

Layer = tuple[OverlayFile, SourceFile]
Settled = dict[str, tuple[Settle, OverlayFile]]


def apply_overlays(book: BookFile, key: str, layers: Sequence[Layer]) -> tuple[BookFile, Settled]:
    """The book with stricter figures, and which open points are settled by whom.

    Raises `RulebookError` for an unknown point or reading, a point that is settled twice, a figure that is
    loosened, and a citation that the overlay's own article table lacks.
    """
    settled: Settled = {}
    for layer, source in layers:
        if layer.extends != key:
            raise source.error(
                ("extends",),
                f"quy chế này bổ sung cho “{layer.extends}”, không phải “{key}”",
                "Chọn đúng bộ quy tắc gốc.",
            )
        _check_cites(layer, source)
        for index, item in enumerate(layer.settle):
            _settle(book, settled, item, layer, source, index)
        for index, change in enumerate(layer.tighten):
            book = _tighten(book, change, source, index)
    rows = answer(book.situations, [(layer.situations, source) for layer, source in layers])
    return book.model_copy(update={"situations": tuple(rows)}), settled


def _check_cites(layer: OverlayFile, source: SourceFile) -> None:
    cited = [(("settle", i), item.cite) for i, item in enumerate(layer.settle)]
    cited += [(("tighten", i), item.cite) for i, item in enumerate(layer.tighten)]
    cited += [(("situations", i), item.cite) for i, item in enumerate(layer.situations)]
    checks.check_cites(layer.instruments, [((source, path), refs) for path, refs in cited], source)


def _settle(
    book: BookFile, settled: Settled, item: Settle, layer: OverlayFile, source: SourceFile, index: int
) -> None:
    point = next((point for point in book.points if point.id == item.point), None)
    if point is None:
        known = ", ".join(point.id for point in book.points)
        raise source.error(
            ("settle", index, "point"),
            f"bộ quy tắc gốc không có điểm mở “{item.point}”",
            f"Chỉ được quyết định các điểm mở: {known}.",
        )
    if item.reading not in [reading.id for reading in point.readings]:
        known = ", ".join(reading.id for reading in point.readings)
        raise source.error(
            ("settle", index, "reading"),
            f"điểm mở “{item.point}” không có cách hiểu “{item.reading}”",
            f"Chọn một trong: {known}.",
            article=article_of(book.instruments, point.cite),
        )
    if item.point in settled:
        raise source.error(
            ("settle", index, "point"),
            f"điểm mở “{item.point}” đã được quyết định trước đó",
            "Chỉ giữ một quyết định cho mỗi điểm mở.",
        )
    settled[item.point] = (item, layer)


def _tighten(book: BookFile, change: Tighten, source: SourceFile, index: int) -> BookFile:
    part, name, figure = change.path.split(".")
    place = ("tighten", index, "path")
    if (part, figure) == ("quotas", "percent"):
        for position, quota in enumerate(book.quotas):
            if quota.id == name:
                if change.value > quota.percent:
                    raise source.error(
                        ("tighten", index, "value"),
                        f"nới tỷ lệ từ {quota.percent} lên {change.value}",
                        "Quy chế của đơn vị chỉ được siết, không được nới.",
                        article=article_of(book.instruments, quota.cite),
                    )
                quotas = list(book.quotas)
                quotas[position] = quota.model_copy(update={"percent": change.value, "raised": None})
                return book.model_copy(update={"quotas": tuple(quotas)})
    if (part, figure) == ("bands", "at_least"):
        for position, band in enumerate(book.bands):
            if band.code == name:
                if change.value < band.at_least:
                    raise source.error(
                        ("tighten", index, "value"),
                        f"hạ ngưỡng điểm từ {band.at_least} xuống {change.value}",
                        "Quy chế của đơn vị chỉ được siết, không được nới.",
                        article=article_of(book.instruments, band.cite),
                    )
                bands = list(book.bands)
                bands[position] = band.model_copy(update={"at_least": change.value})
                changed = book.model_copy(update={"bands": tuple(bands)})
                checks.check_bands(changed, source)
                return changed
    raise source.error(
        place,
        f"bộ quy tắc gốc không có số liệu “{change.path}” để siết",
        "Chỉ được siết quotas.<mã>.percent và bands.<mã>.at_least.",
    )


def article_of(instruments: Sequence[Instrument], refs: Sequence[str]) -> str:
    """The articles in words, for a message."""
    names = {f"{item.id}/{article.ref}": article.text for item in instruments for article in item.articles}
    return "; ".join(names.get(ref, ref) for ref in refs)
