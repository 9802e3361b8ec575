"""The committee's tool as one file: styles and scripts put in, allowed by their hashes, everything else forbidden. An
agency may have signed it with its own key."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from thuocdo.ballots.lpk1 import signing

_ROOM = Path(__file__).resolve().parents[1]
_SCRIPTS = ("static/ballots/lpk1-rsa.js", "static/ballots/lpk1-seal.js", "static/ballots/lpk1-board.js", "tool/tool.js")
PUBLISHED = _ROOM / "tool" / "sha256.txt"
"""SHA-256 of the files of this release that work without the product, as `sha256sum -c` reads it; a test compares."""
TOOL, VERIFIER, TOOL_VERIFIER = "cong-cu.html", "kiem-phieu.py", "kiem-cong-cu.py"


@dataclass(frozen=True)
class Signed:
    """The agency's signature as this installation knows it: whose key, and whether it is over the tool of this release.
    `problem` says why it could not be read."""

    key: str = ""
    holds: bool = False
    problem: str = ""


def signed(path: str) -> Signed | None:
    """The signature in this file, the public key beside it; None where no file is named."""
    if not path:
        return None
    try:
        public = Path(path.removesuffix(".sig") + ".pub.pem").read_bytes()
        key = signing.fingerprint(public)
        return Signed(key, signing.holds(public, build().encode(), Path(path).read_bytes()))
    except OSError as error:
        return Signed(problem=f"Không mở được tệp {error.filename}.")
    except signing.SigningError as error:
        return Signed(problem=str(error))


def published() -> dict[str, str]:
    """SHA-256 by name of the file."""
    lines = PUBLISHED.read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


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
