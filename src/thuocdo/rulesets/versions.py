"""Versions of rulebooks that periods used: kept with the period, so that they can be read after the files change.

A period reads the installed rulebook while that has the pinned hash, else the kept files. Kept files go through the
one loader with all its checks, and what they give must have the hash they are kept under.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from thuocdo.audit.report import Report
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.loader import load_book
from thuocdo.engine.reading import MAX_BYTES
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.variants import load_variant
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.rulesets import catalogue, stored
from thuocdo.rulesets.models import RulebookVersion

Files = Mapping[str, str]
NOT_KEPT = "Không có bản bộ quy tắc này. Hãy chọn trong danh sách các bản."
MOST_FILES = 200
_INSIDE = re.compile(r"(?:[A-Za-z0-9_.-]+/)+[A-Za-z0-9_.-]+\.toml")


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


def keepable(pins: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of the pins that nobody has kept and whose rulebook is still installed with the pinned content."""
    wanted = {str(pin["hash"]): pin for pin in pins}
    known = set(RulebookVersion.objects.filter(hash__in=wanted).values_list("hash", flat=True))
    return [
        pin
        for digest, pin in wanted.items()
        if digest not in known and _installed(str(pin["rulebook"]), list(pin["overlays"]), digest) is not None
    ]


def past_book(digest: str) -> catalogue.Book:
    """The rulebook kept under this hash. Raises NotYours; Refusal where what is kept is not what it says."""
    version = RulebookVersion.objects.filter(hash=digest).first()
    if version is None:
        raise NotYours(NOT_KEPT)
    return read_kept(version)


def read_kept(version: RulebookVersion) -> catalogue.Book:
    """The rulebook from its kept files, checked like any other; its hash must be the one it is kept under.

    Raises Refusal.
    """
    try:
        book = _loaded(version.rulebook, tuple(version.overlays), version.files)
    except (RulebookError, ValueError, RecursionError) as error:
        raise Refusal("rulebook.kept_unreadable", f"{_kept_name(version)} không đọc được: {error}") from error
    if book.hash != version.hash:
        raise Refusal(
            "rulebook.kept_differs",
            f"{_kept_name(version)} có nội dung khác với mã băm đã chốt, nên không dùng để tính. Hãy báo người vận "
            "hành chạy “thuocdo verify” và đối chiếu với bản sao lưu.",
        )
    return book


def _kept_name(version: RulebookVersion) -> str:
    return f"Bản đã lưu của bộ quy tắc “{version.rulebook}” ({version.hash[:12]}…)"


@lru_cache(maxsize=64)
def _verified(digest: str) -> catalogue.Book:
    """A kept version, read once by each process: it has been checked against its hash."""
    return past_book(digest)


def pinned_book(key: str, overlays: Sequence[str], digest: str) -> catalogue.Book:
    """The rulebook that a period pinned: as installed where it is the same, else as kept.

    Raises Refusal where it was not kept, or what is kept is not what was pinned.
    """
    book = _installed(key, overlays, digest)
    if book is not None:
        return book
    try:
        return _verified(digest)
    except NotYours as error:
        raise Refusal(
            "rulebook.changed",
            f"Bộ quy tắc “{key}” đang cài khác với bản được chốt khi mở kỳ, và bản được chốt không được lưu, nên không "
            "tính lại được. Hãy báo người vận hành cài lại đúng phiên bản bộ quy tắc của kỳ.",
        ) from error


def pinned_of(pin: Mapping[str, Any]) -> catalogue.Book:
    """The rulebook of one of a period's pins, as `pinned_book` reads it."""
    return pinned_book(str(pin["rulebook"]), list(pin["overlays"]), str(pin["hash"]))


@dataclass(frozen=True)
class Pinned:
    """A version that a period pinned, beside what is installed: `newer` is the hash of other content installed under
    the same key, `gone` says that nothing is; both empty while the pinned version is the installed one."""

    rulebook: str
    overlays: tuple[str, ...]
    hash: str
    title: str
    members: int
    newer: str
    gone: bool
    kept_at: datetime | None

    @property
    def moved_on(self) -> bool:
        return bool(self.newer) or self.gone

    @property
    def name(self) -> str:
        """The pinned version as the comparison of rulebooks names it."""
        return f"ban:{self.hash}"

    @property
    def installed(self) -> str:
        """What is installed, as the comparison names it."""
        return "+".join((self.rulebook, *self.overlays))


def pinned_versions(pins: Iterable[Mapping[str, Any]]) -> list[Pinned]:
    """The versions a period pinned. No query while all are installed; then one for when they were kept."""
    found = [_pinned(pin) for pin in pins]
    changed = [one.hash for one in found if one.moved_on]
    if not changed:
        return found
    kept = dict(RulebookVersion.objects.filter(hash__in=changed).values_list("hash", "kept_at"))
    return [replace(one, kept_at=kept.get(one.hash)) for one in found]


def _pinned(pin: Mapping[str, Any]) -> Pinned:
    key, overlays, digest = str(pin["rulebook"]), tuple(pin["overlays"]), str(pin["hash"])
    try:
        book = catalogue.load_any(key, overlays)
    except RulebookError:
        return Pinned(key, overlays, digest, key, int(pin["members"]), "", True, None)
    newer = "" if book.hash == digest else book.hash
    return Pinned(key, overlays, digest, book.title, int(pin["members"]), newer, False, None)


def check_kept(report: Report) -> None:
    """For `thuocdo verify`: every kept version loads and has its hash."""
    for version in RulebookVersion.objects.order_by("pk").iterator(chunk_size=20):
        try:
            read_kept(version)
        except Refusal as refusal:
            report.add("kept_rulebook", refusal.message, kind=version._meta.label_lower, key=str(version.pk))


def _installed(key: str, overlays: Sequence[str], digest: str) -> catalogue.Book | None:
    """The rulebook as it is installed now, if that is still the same content."""
    try:
        book = catalogue.load_any(key, overlays)
    except RulebookError:
        return None  # taken away or broken since: the kept files stand in
    return book if book.hash == digest else None


def is_installed(book: catalogue.Book) -> bool:
    """Whether the installed rulebook of that key and these overlays has the same content."""
    return _installed(book.key, book.overlays, book.hash) is not None


def variant_of(key: str, overlays: Sequence[str], digest: str, changes: Mapping[str, object]) -> Rulebook:
    """That rulebook with changes by path. Raises RulebookError for a change it does not bear, NotYours, Refusal."""
    if _installed(key, overlays, digest) is not None:
        return _points(load_variant(key, stored.given(overlays), changes, catalogue.roots()))
    version = RulebookVersion.objects.filter(hash=digest).first()
    if version is None:
        raise NotYours(NOT_KEPT)
    read_kept(version)
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
    """Kept files as a folder of rulebooks, for the time of loading. Raises ValueError for what is no such set."""
    kept = _files(files)
    with tempfile.TemporaryDirectory(prefix="thuocdo-") as folder:
        root = Path(folder)
        for name, text in kept.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield root


def _files(text: str) -> dict[str, str]:
    """Path and text of each kept file. The database is not trusted: no path leads out of the folder."""
    kept = json.loads(text)
    if not isinstance(kept, dict) or len(kept) > MOST_FILES:
        raise ValueError("không phải danh sách tệp của một bộ quy tắc")
    for name, content in kept.items():
        if not _INSIDE.fullmatch(name) or ".." in name.split("/"):
            raise ValueError(f"có đường dẫn tệp lạ: {name[:80]!r}")
        if not isinstance(content, str) or len(content.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise ValueError(f"tệp {name} quá lớn hoặc không phải văn bản")
    return kept
