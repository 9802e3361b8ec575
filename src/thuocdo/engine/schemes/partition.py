"""A partition of a nation: Parquet in, Parquet out, and a digest. Running it again writes the same.

The file in holds a row for every subject: `id` (text), `scheme` (text), and the columns of `tables.py`; ragged
columns are lists (`link.units`, `related.units`, `disciplines.form`, …), earlier scores lists of one length
(`parts.num`, …). The file out holds `id`, `kind` (0 rated, 1 not rated, 2 needs a decision), `level` (text), and the
exact score in points as `score_num` and `score_den`; where one of them outgrows 64 bits, as text in `score`. `pyarrow`
is needed here alone; the product does not install it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.facts import Period
from thuocdo.engine.loader import load_book
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.tables import TableOutcomes, rate_table

LISTS = ("absences", "disciplines", "members")


@dataclass(frozen=True)
class Partition:
    """What was written: rows, and the SHA-256 of the rulebook's hash, the period, and every result in order."""

    rows: int
    digest: str


def rate_partition(
    in_path: Path,
    out_path: Path,
    rulebook_hash: str,
    *,
    rulebook: str,
    period: Period,
    overlays: Sequence[str] = (),
    roots: Sequence[Path] | None = None,
) -> Partition:
    """Rate one file into another, which is replaced only when it is whole.

    Raises `RulebookError` if the rulebook is not the one with this hash, and `CaseError` for facts that do not fit.
    """
    book = load_book(rulebook, overlays, roots)
    if not isinstance(book, SchemeBook):
        raise RulebookError(
            file=rulebook,
            key="",
            problem="bộ quy tắc này tính từ sản phẩm quy đổi, không xếp loại theo phần được",
            remedy="Dùng `rate_columns` cho bộ quy tắc này.",
        )
    if book.hash != rulebook_hash:
        raise RulebookError(
            file=rulebook,
            key="",
            problem=f"không phải bản có mã {rulebook_hash[:12]}…, bản ở đây là {book.hash[:12]}…",
            remedy="Dùng đúng bản quy tắc đã chốt.",
        )
    parquet = import_module("pyarrow.parquet")
    names, ids, table = _read(parquet.read_table(in_path))
    found = rate_table(book, names, table, period, ids)
    digest = _digest(rulebook_hash, period, ids, found)
    _write(parquet, out_path, ids, found, digest)
    return Partition(len(ids), digest)


def _read(source: Any) -> tuple[list[str], list[str], dict[str, npt.NDArray[Any]]]:
    """Schemes, ids, and the columns as arrays; a list column becomes its values and `offsets`."""
    table: dict[str, npt.NDArray[Any]] = {}
    names: list[str] = []
    ids: list[str] = []
    for name in source.column_names:
        column = source.column(name).combine_chunks()
        if name == "id":
            ids = column.to_pylist()
        elif name == "scheme":
            encoded = column.dictionary_encode() if not hasattr(column, "dictionary") else column
            names = encoded.dictionary.to_pylist()
            table["scheme"] = encoded.indices.to_numpy(zero_copy_only=False)
        elif name.startswith("parts."):
            table[name] = column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1)
        elif hasattr(column, "offsets"):
            offsets = column.offsets.to_numpy().astype(np.int64)
            values = column.values.to_numpy(zero_copy_only=False)
            prefix, line = _line(name)
            table[f"{prefix}.offsets"] = offsets
            table[line] = values
        else:
            table[name] = column.to_numpy(zero_copy_only=False)
    return names, ids, table


def _line(name: str) -> tuple[str, str]:
    """The prefix of a ragged column's offsets, and the name of its values."""
    section = name.split(".", 1)[0]
    if section in LISTS:
        return section, name
    return name, f"{name}.row" if section == "link" else f"{name}.rank"


def _digest(rulebook_hash: str, period: Period, ids: Sequence[str], found: TableOutcomes) -> str:
    sums = hashlib.sha256(f"{rulebook_hash}\n{period.label}\n{','.join(found.codes)}\n".encode())
    sums.update("\n".join(ids).encode())
    sums.update(found.kind.tobytes())
    sums.update(found.level.tobytes())
    if found.num.dtype == object:
        sums.update("\n".join(_scores(found)).encode())
    else:
        held = np.where(found.known, found.num, 0), np.where(found.known, found.den, 0)
        common = np.maximum(np.gcd(*held), 1)
        for part in held:
            sums.update((part // common).astype("<i8").tobytes())
    return sums.hexdigest()


def _scores(found: TableOutcomes) -> list[str]:
    return [str(found.score(row) or "") for row in range(len(found.kind))]


def _write(parquet: Any, out_path: Path, ids: Sequence[str], found: TableOutcomes, digest: str) -> None:
    arrow = import_module("pyarrow")
    levels = arrow.DictionaryArray.from_arrays(
        arrow.array(found.level, mask=found.level < 0), arrow.array(list(found.codes))
    )
    columns = {"id": arrow.array(ids, arrow.string()), "kind": arrow.array(found.kind), "level": levels}
    if found.num.dtype == object:
        columns["score"] = arrow.array([text or None for text in _scores(found)], arrow.string())
    else:
        unknown = ~found.known
        columns["score_num"] = arrow.array(found.num, mask=unknown)
        columns["score_den"] = arrow.array(100 * found.den, mask=unknown)
    table = arrow.table(columns).replace_schema_metadata({"thuocdo.digest": digest})
    whole = out_path.with_name(f"{out_path.name}.part{os.getpid()}")
    parquet.write_table(table, whole)
    whole.replace(out_path)
