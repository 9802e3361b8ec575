"""Versions of rulebooks that periods used: kept with the period, so that they can be read after the files change."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.loader import load_book
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.variants import load_variant
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.rulesets import catalogue, stored
from thuocdo.rulesets.models import RulebookVersion

Files = Mapping[str, str]
NOT_KEPT = "Không có bản bộ quy tắc này. Hãy chọn trong danh sách các bản."


def keep(pins: Iterable[Mapping[str, Any]], at: datetime) -> list[RulebookVersion]:
    """Keep what these pins of a period name and nobody has kept yet: a step of the action that pins.

    Raises Refusal when a file has changed since the product read it, so that what would be kept is not what
    was used.
    """
    wanted = {str(pin["hash"]): pin for pin in pins}
    known = set(RulebookVersion.objects.filter(hash__in=wanted).values_list("hash", flat=True))
    made = []
    for digest, pin in wanted.items():
        if digest not in known:
            files = files_of(str(pin["rulebook"]), list(pin["overlays"]))
            _check(str(pin["rulebook"]), tuple(pin["overlays"]), digest, files)
            version = RulebookVersion(
                rulebook=pin["rulebook"], overlays=list(pin["overlays"]), hash=digest, files=_text(files), kept_at=at
            )
            version.save(force_insert=True)
            made.append(version)
    return made


def files_of(key: str, overlays: Sequence[str]) -> dict[str, str]:
    """The text of each file of a rulebook and its overlays, by path; cases are not part of it."""
    found: dict[str, str] = {}
    for name in (key, *overlays):
        if stored.is_stored(name):
            found[f"{name}/overlay.toml"] = stored.text_of(name)
            continue
        root = next(root for root in catalogue.roots() if (root / name).is_dir())
        for path in sorted((root / name).rglob("*.toml")):
            inside = path.relative_to(root / name)
            if inside.parts[0] != "cases":
                found[f"{name}/{inside.as_posix()}"] = path.read_text(encoding="utf-8")
    return found


def _text(files: Files) -> str:
    return json.dumps(files, sort_keys=True, ensure_ascii=False)


def _check(key: str, overlays: tuple[str, ...], digest: str, files: Files) -> None:
    try:
        same = _loaded(key, overlays, _text(files)).hash == digest
    except RulebookError:
        same = False
    if not same:
        raise Refusal(
            "rulebook.changed",
            f"Tệp của bộ quy tắc “{key}” đã thay đổi sau khi chương trình đọc, nên chưa chốt được. Hãy báo người "
            "vận hành khởi động lại chương trình, rồi làm lại việc này.",
        )


def past_book(digest: str) -> catalogue.Book:
    """The rulebook with this hash: as installed where it is the same, else as kept. Raises NotYours."""
    version = RulebookVersion.objects.filter(hash=digest).first()
    if version is None:
        raise NotYours(NOT_KEPT)
    return _loaded(version.rulebook, tuple(version.overlays), version.files)


def pinned_book(key: str, overlays: Sequence[str], digest: str) -> catalogue.Book:
    """The rulebook that a result was computed with: as installed where it is the same, else as kept.

    Raises NotYours where it was not kept.
    """
    book = _installed(key, overlays, digest)
    return book if book is not None else past_book(digest)


def _installed(key: str, overlays: Sequence[str], digest: str) -> catalogue.Book | None:
    """The rulebook as it is installed now, if that is still the same content."""
    try:
        book = catalogue.load_any(key, overlays)
    except RulebookError:
        return None  # taken away or broken since: the kept files stand in
    return book if book.hash == digest else None


def variant_of(key: str, overlays: Sequence[str], digest: str, changes: Mapping[str, object]) -> Rulebook:
    """That rulebook with changes by path. Raises RulebookError for a change it does not bear, NotYours as above."""
    if _installed(key, overlays, digest) is not None:
        return _points(load_variant(key, stored.given(overlays), changes, catalogue.roots()))
    version = RulebookVersion.objects.filter(hash=digest).first()
    if version is None:
        raise NotYours(NOT_KEPT)
    with _folder(version.files) as root:
        return _points(load_variant(key, tuple(overlays), changes, (root,)))


def _points(book: catalogue.Book) -> Rulebook:
    assert isinstance(book, Rulebook), "sheets are rated by rulebooks of converted products"
    return book


@lru_cache(maxsize=32)
def _loaded(key: str, overlays: tuple[str, ...], files: str) -> catalogue.Book:
    """Load kept files through the one loader, which checks them again and computes their hash."""
    with _folder(files) as root:
        return load_book(key, overlays, (root,))


@contextmanager
def _folder(files: str) -> Iterator[Path]:
    """Kept files as a folder of rulebooks, for the time of loading."""
    with tempfile.TemporaryDirectory(prefix="thuocdo-") as folder:
        root = Path(folder)
        for name, text in json.loads(files).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield root
