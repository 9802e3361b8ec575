"""Files of evidence in the data directory, under the SHA-256 of their content. Written once, never removed."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from thuocdo.kernel.errors import Refusal


def _place(digest: str) -> Path:
    return Path(settings.EVIDENCE_DIR) / digest[:2] / digest


def keep(content: bytes) -> str:
    """Store the bytes and give their SHA-256. The same content is stored once; a crash leaves no half file."""
    digest = hashlib.sha256(content).hexdigest()
    place = _place(digest)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    return digest


def stored(digest: str) -> bytes:
    """The bytes of that digest. Raises Refusal where the file is gone or no longer what was stored."""
    try:
        content = _place(digest).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Refusal(
            "evidence.damaged", "Tệp minh chứng không còn nguyên vẹn trên máy chủ. Hãy báo người vận hành."
        )
    return content
