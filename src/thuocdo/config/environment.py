"""Reading the environment: a wrong value stops the start with a sentence that says what to do."""

import os
import re
import secrets
from dataclasses import dataclass
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


def count(name: str) -> int:
    """A whole number from 0 to 9; 0 where it is not given."""
    raw = os.environ.get(name) or "0"
    if raw not in tuple("0123456789"):
        raise SettingError(f"Biến {name} phải là số từ 0 đến 9, đang là “{raw}”.")
    return int(raw)


def kilobytes(name: str, *, default: int) -> int:
    """A whole number of kilobytes, 0 to 20480, in bytes."""
    raw = os.environ.get(name) or str(default)
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6 and int(raw) <= 20480):
        raise SettingError(f"Biến {name} phải là số kilobyte từ 0 đến 20480, đang là “{raw}”.")
    return int(raw) * 1024


def origin(name: str) -> str:
    """Scheme, host and port without a path; empty where it is not given."""
    raw = os.environ.get(name, "").rstrip("/")
    if raw and not re.fullmatch(r"https?://[^/\s;,'\"]+", raw):
        raise SettingError(f"Biến {name} phải là địa chỉ gốc như https://bo.thuocdo.example.vn, đang là “{raw}”.")
    return raw


def words(name: str, *, default: str) -> list[str]:
    """A list separated by spaces."""
    return os.environ.get(name, default).split()


@dataclass(frozen=True)
class Mail:
    """The mail server messages go through; without a host nothing is sent. `link`: how people reach the product."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str
    link: str


def mail() -> Mail:
    """How mail goes out (docs/settings.md): a host needs the sender's address and the product's own."""
    given = os.environ.get
    host, port, tls = given("THUOCDO_SMTP_HOST", ""), given("THUOCDO_SMTP_PORT", "25"), given("THUOCDO_SMTP_TLS", "no")
    sender, link = given("THUOCDO_SMTP_FROM", ""), given("THUOCDO_SMTP_LINK", "").rstrip("/")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingError(f"Biến THUOCDO_SMTP_PORT phải là số từ 1 đến 65535, đang là “{port}”.")
    if tls not in ("no", "starttls", "ssl"):
        raise SettingError(f"Biến THUOCDO_SMTP_TLS phải là no, starttls hoặc ssl, đang là “{tls}”.")
    if host and "@" not in sender:
        raise SettingError("Biến THUOCDO_SMTP_FROM phải là địa chỉ thư của nơi gửi khi có THUOCDO_SMTP_HOST.")
    if host and not link.startswith(("http://", "https://")):
        raise SettingError(
            "Biến THUOCDO_SMTP_LINK phải là địa chỉ người dùng mở chương trình, ví dụ https://thuocdo.example.vn, "
            "khi có THUOCDO_SMTP_HOST."
        )
    user, password = given("THUOCDO_SMTP_USER", ""), given("THUOCDO_SMTP_PASSWORD", "")
    return Mail(host, int(port), user, password, tls, sender or "thuocdo@localhost", link)


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
