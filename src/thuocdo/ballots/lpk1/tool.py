"""The committee's tool as one file: styles and scripts put in, allowed by their hashes, everything else forbidden."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

_ROOM = Path(__file__).resolve().parents[1]
_SCRIPTS = ("static/ballots/lpk1-rsa.js", "static/ballots/lpk1-seal.js", "static/ballots/lpk1-board.js", "tool/tool.js")
PUBLISHED = _ROOM / "tool" / "sha256.txt"
"""The SHA-256 of the tool of this release, 64 characters; a test compares."""


def build() -> str:
    """The page; the same for everyone who builds it from the same release."""
    script = "\n".join(_read(name) for name in _SCRIPTS)
    style = _read("tool/tool.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    page = _read("tool/tool.html")
    for mark, content in (("@policy@", policy), ("@style@", style), ("@script@", script)):
        page = page.replace(mark, content, 1)
    return page


def digest_of(page: str) -> str:
    """SHA-256 of the file, as `sha256sum` prints it."""
    return sha256(page.encode()).hexdigest()


def _read(name: str) -> str:
    return (_ROOM / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()
