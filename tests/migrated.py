"""One migrated database a run: the first worker makes it, each worker takes a copy. Migrating costs 16 s of processor
time, a copy next to nothing. The embedded one is kept between runs (`KEPT`) until a migration changes."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg
from django.db import connections
from psycopg.sql import SQL, Identifier

NAME = "thuocdo_migrated"
READY = "TD_MIGRATED"  # a file that the runs of one `./td test` share
THERE = "TD_MIGRATED_THERE"  # the address of a server on which scripts/run-tests has had it made
SECONDS = 300
ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".pytest_cache" / "migrated"
IMPORTED = re.compile(r"^(?:from|import) (thuocdo[\w.]+)", re.MULTILINE)


def provide(shared: Path) -> None:
    """A copy as this worker's test database; `shared` is a folder that all workers of the run see."""
    test = connections["default"].settings_dict["TEST"]
    if connections["default"].vendor == "sqlite":
        test["NAME"] = str(shared / Path(test["NAME"] or "test.sqlite3").name)
        copy(shared, Path(test["NAME"]))
    else:
        with _alone(shared):
            _on_the_server(test["NAME"], shared / "migrated.done")


def copy(shared: Path, target: Path) -> None:
    """The migrated SQLite database of this run as `target`: the one that scripts/run-tests has had made for all its
    runs, else made when nobody has needed it yet."""
    made = Path(os.environ.get(READY) or shared / "migrated.sqlite3")
    with _alone(shared):
        if not made.exists():
            make(made)
        shutil.copyfile(made, target)


def make(made: Path) -> None:
    making = made.with_name(f"{made.name}.{os.getpid()}")
    kept = KEPT / f"{_what_migrates()}.sqlite3"
    if kept.exists():
        shutil.copyfile(kept, making)
    else:
        _migrate(f"sqlite:///{making}")
        _keep(making, kept)
    making.rename(made)


def _keep(made: Path, kept: Path) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in sorted(KEPT.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-4]:
        old.unlink(missing_ok=True)
    copying = kept.with_suffix(f".{os.getpid()}")
    shutil.copyfile(made, copying)
    copying.rename(kept)


def _what_migrates() -> str:
    """A digest of the migrations, of the modules they import, and of Django's version."""
    source = ROOT / "src"
    files = sorted(source.glob("thuocdo/*/migrations/*.py"))
    texts = {path: path.read_bytes() for path in files}
    for name in sorted({found for text in texts.values() for found in IMPORTED.findall(text.decode())}):
        path = source.joinpath(*name.split("."))
        for module in (path.with_suffix(".py"), path / "__init__.py"):
            if module.exists():
                texts[module] = module.read_bytes()
    digest = hashlib.sha256(django.get_version().encode())
    for path, text in sorted(texts.items()):
        digest.update(f"{path.relative_to(source)} {len(text)} ".encode() + text)
    return digest.hexdigest()


@contextmanager
def _alone(shared: Path) -> Iterator[None]:
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _on_the_server(target: str, done: Path) -> None:
    url = os.environ["THUOCDO_DATABASE_URL"]
    if not done.exists() and os.environ.get(THERE) != url:
        make_there(url)
        done.touch()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(target)))
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(target), Identifier(NAME)))


def make_there(url: str) -> None:
    """The migrated database on this server, anew."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(NAME)))
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(NAME)))
    _migrate(urlsplit(url)._replace(path=f"/{NAME}").geturl())


def _migrate(url: str) -> None:
    environment = {**os.environ, "THUOCDO_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=SECONDS)


if __name__ == "__main__":
    if sys.argv[1:] == ["there"]:
        make_there(os.environ["THUOCDO_DATABASE_URL"])
    else:
        make(Path(os.environ[READY]))
