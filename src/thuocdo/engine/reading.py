"""Reads the TOML files of rulebooks: bounded, exact, inside their folder; validates and hashes them."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.messages import errors_of, key_of, problem_of, remedy_of
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schema import Instrument
from thuocdo.engine.source import OverlaySource, SourceFile
from thuocdo.engine.syntax import in_vietnamese

MAX_BYTES = 512 * 1024
MAX_FILES = 60
MAX_ITEMS = 1000
MAX_VALUES = 30_000
# The parser's time grows with the square of the parts of a dotted key.
_DEEP_KEY = re.compile(r"(?<![\w\"'.-])(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')(?:[ \t]*\.[ \t]*[\w\"'-]+){20}")
Model = TypeVar("Model", bound=BaseModel)


@lru_cache(maxsize=1)
def default_roots() -> tuple[Path, ...]:
    """The rulebooks that come with the product."""
    return (Path(str(resources.files("rulebooks"))),)


def keys_under(roots: Sequence[Path] | None, name: str) -> tuple[str, ...]:
    """Keys of all folders under the roots that hold a file of this name, sorted."""
    if not roots or tuple(roots) == default_roots():
        return _product_keys(name)
    return _keys(tuple(roots), name)


@cache
def _product_keys(name: str) -> tuple[str, ...]:
    """What comes with the product stays as long as the process: its folders are walked once."""
    return _keys(default_roots(), name)


def _keys(roots: tuple[Path, ...], name: str) -> tuple[str, ...]:
    return tuple(sorted({path.parent.relative_to(root).as_posix() for root in roots for path in root.rglob(name)}))


def folder_of(key: str, roots: Sequence[Path], name: str, what: str) -> Path:
    """The folder of a key that holds the file `name`; raises `RulebookError` that lists the known keys."""
    for root in roots:
        folder = root / key
        inside = folder.resolve().is_relative_to(root.resolve())
        if inside and (folder / name).is_file():
            return folder
    known = ", ".join(keys_under(roots, name)) or "không có"
    raise RulebookError(file=key, key="", problem=f"không tìm thấy {what} này", remedy=f"Các khóa hiện có: {known}.")


def read_source(path: Path, within: Path | None = None) -> SourceFile:
    """One TOML file with exact decimals; its text is kept for line numbers.

    `within`: the folder that the file must truly lie in, links followed. Raises `RulebookError`.
    """
    name = "/".join(path.parts[-3:])

    def refused(problem: str, remedy: str) -> RulebookError:
        return RulebookError(file=name, key="", problem=problem, remedy=remedy)

    if within is not None and not path.resolve().is_relative_to(within.resolve()):
        raise refused("liên kết ra ngoài thư mục của bộ quy tắc", "Chép nội dung vào thư mục, không dùng liên kết.")
    try:
        raw = _bounded(path)
    except FileNotFoundError:
        raise refused("thiếu tệp", "Tạo tệp này, kể cả khi để trống.") from None
    except OSError as error:
        raise refused(f"không mở được tệp: {error.strerror}", "Kiểm tra tệp và quyền đọc.") from None
    return parse_source(name, raw)


def parse_source(name: str, raw: bytes) -> SourceFile:
    """TOML from bytes, with exact decimals; raises `RulebookError` for what is too big, too deep or not UTF-8."""

    def refused(problem: str, remedy: str) -> RulebookError:
        return RulebookError(file=name, key="", problem=problem, remedy=remedy)

    if len(raw) > MAX_BYTES:
        raise refused(f"tệp lớn hơn {MAX_BYTES // 1024} KB", "Chia bộ quy tắc thành các tệp nhỏ hơn.")
    text = ""
    try:
        text = raw.decode("utf-8")
        if _DEEP_KEY.search(text):
            raise refused("có khóa lồng nhau quá sâu", "Viết khóa không quá 20 tầng.")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise refused("không phải tệp văn bản UTF-8", "Lưu lại tệp với mã UTF-8.") from None
    except RecursionError:
        raise refused("không đọc được TOML: lồng nhau quá sâu", "Bớt các tầng lồng nhau.") from None
    except (ValueError, ArithmeticError) as error:
        problem = _syntax(str(error), text)
        raise refused(f"không đọc được TOML: {problem}", "Sửa cú pháp tại chỗ được nêu.") from None
    if _too_many(data):
        raise refused(
            "có quá nhiều mục", f"Mỗi danh sách không quá {MAX_ITEMS} mục, mỗi tệp không quá {MAX_VALUES} giá trị."
        )
    return SourceFile(name=name, text=text, data=data)


def _too_many(data: dict[str, Any]) -> bool:
    """Whether checking every value would take long; nothing that a rulebook says needs so many."""
    waiting: list[Any] = [data]
    seen = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list) and len(value) > MAX_ITEMS:
            return True
        if isinstance(value, dict | list):
            seen += len(value)
            waiting += value.values() if isinstance(value, dict) else value
        if seen > MAX_VALUES:
            return True
    return False


def overlay_source(overlay: str | OverlaySource, roots: Sequence[Path]) -> SourceFile:
    """The `overlay.toml` of an overlay named by its key, or the one handed over as data."""
    if isinstance(overlay, OverlaySource):
        return parse_source(overlay.key, overlay.text.encode("utf-8", "surrogatepass"))
    folder = folder_of(overlay, roots, "overlay.toml", "quy chế bổ sung")
    return read_source(folder / "overlay.toml", folder)


def _bounded(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _syntax(message: str, text: str) -> str:
    if text.startswith("\ufeff"):
        return "tệp mở đầu bằng dấu BOM; lưu lại với mã UTF-8 không có BOM"
    return in_vietnamese(message[:200])


def read_folder(folder: Path, name: str) -> tuple[SourceFile, ...]:
    """All TOML files of a sub-folder, by name; at most `MAX_FILES`."""
    paths = sorted((folder / name).glob("*.toml"))
    if len(paths) > MAX_FILES:
        raise RulebookError(
            file=f"{folder.name}/{name}", key="", problem=f"có hơn {MAX_FILES} tệp", remedy="Gộp hoặc bớt tệp."
        )
    return tuple(read_source(path, folder) for path in paths)


def validate(model: type[Model], source: SourceFile) -> Model:
    """The file as a frozen model; the first error becomes a `RulebookError` with its line."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        first, *more = errors_of(error)
        problem = problem_of(first) + (f" (còn {len(more)} lỗi khác)" if more else "")
        raise source.error(tuple(first["loc"]), problem, remedy_of(first), key=key_of(first)) from None


def articles_of(instruments: Sequence[Instrument]) -> Iterator[tuple[str, Citation]]:
    """Every article of the tables by its reference `instrument/article`."""
    for instrument in instruments:
        for article in instrument.articles:
            ref = f"{instrument.id}/{article.ref}"
            yield ref, Citation(ref, instrument.name, article.text, article.confidence, article.source)


def canonical_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over JSON with sorted keys; decimals and dates as their plain text."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
