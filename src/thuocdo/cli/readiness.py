"""Whether this version already prepared this data directory: asked without loading the web framework.

The answer is a digest kept in the data directory. It covers the product's migrations and static files, the
versions of the packages that bring some, and the identity of the embedded database file: whoever replaces
that file (a restored backup) makes the next start check the database itself.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

STAMP = "prepared.json"
PACKAGES = ("django", "django-axes", "django-htmx", "thuocdo")
DATABASE = "thuocdo.sqlite3"


def product_files() -> Iterator[Path]:
    """Migrations and static files of the product."""
    spec = find_spec("thuocdo")
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError("thuocdo")
    root = Path(spec.submodule_search_locations[0])
    yield from root.glob("*/migrations/*.py")
    yield from (path for path in root.glob("*/static/**/*") if path.is_file())


def fingerprint(directory: Path) -> str:
    """Digest of versions, files and database; empty for a database on a server (always checked)."""
    if os.environ.get("THUOCDO_DATABASE_URL"):
        return ""
    database = directory / DATABASE
    if not database.exists():
        return ""
    lines = [f"{name} {version(name)}" for name in PACKAGES]
    for path in product_files():
        facts = path.stat()
        lines.append(f"{path} {facts.st_size} {facts.st_mtime_ns}")
    lines.append(f"{directory} {database.stat().st_ino}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def stamped(directory: Path) -> dict[str, str] | None:
    """What the last preparation noted, if nothing has changed since; None means: prepare again."""
    path = directory / STAMP
    if not path.exists():
        return None
    try:
        noted: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    mark = fingerprint(directory)
    return noted if mark and noted.get("fingerprint") == mark else None


def stamp(directory: Path, **notes: str) -> None:
    """Note that everything is in place, with `notes` for the next start."""
    mark = fingerprint(directory)
    if mark:
        text = json.dumps({"fingerprint": mark, **notes}, ensure_ascii=False, sort_keys=True)
        (directory / STAMP).write_text(text, encoding="utf-8")


def forget(directory: Path) -> None:
    """Make the next start check everything."""
    (directory / STAMP).unlink(missing_ok=True)
