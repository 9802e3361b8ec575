"""Reading the environment: a wrong value stops the start with a sentence that says what to do."""

import os
import secrets
from pathlib import Path


class SettingError(SystemExit):
    """A setting is missing or unreadable; the message (Vietnamese) is printed and the process ends."""


def data_dir() -> Path:
    """Where the embedded database, static files and exported chain heads live (THUOCDO_DATA_DIR)."""
    base = os.environ.get("THUOCDO_DATA_DIR")
    path = Path(base) if base else Path.home() / ".local" / "share" / "thuocdo"
    path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


def flag(name: str, *, default: bool) -> bool:
    """'1'/'0' only: anything else is an error, not a guess."""
    raw = os.environ.get(name)
    if raw in (None, ""):
        return default
    if raw not in ("0", "1"):
        raise SettingError(f"Biến {name} phải là 0 hoặc 1, đang là “{raw}”.")
    return raw == "1"


def words(name: str, *, default: str) -> list[str]:
    """A list separated by spaces."""
    return os.environ.get(name, default).split()


def secret_key(directory: Path) -> str:
    """THUOCDO_SECRET_KEY, or a key made once and kept readable by its owner alone in the data directory."""
    given = os.environ.get("THUOCDO_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise SettingError("Biến THUOCDO_SECRET_KEY phải dài ít nhất 32 ký tự.")
        return given
    path = directory / "secret-key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
