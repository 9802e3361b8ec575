"""Chain heads as a file: kept away from the database, it shows a cut or rewritten tail.

{"format": 1, "exported_at": "…", "cycle": "…", "chains": [{"key", "seq", "hash"}, …], "hash": "…"}
"""

import json
import os
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from thuocdo.audit.digests import canonical, sha256
from thuocdo.audit.models import Chain

FORMAT = 1
_HASH = re.compile(r"[0-9a-f]{64}")


class HeadsError(ValueError):
    """A heads file cannot be used; the message (Vietnamese) says why and what to do."""


def export(*, at: datetime, cycle: str = "") -> dict[str, Any]:
    """The heads of all chains now. A closing action calls it after `record`, so that it holds the closing."""
    chains = Chain.objects.filter(seq__gt=0).order_by("key").values_list("key", "seq", "head")
    content = {
        "format": FORMAT,
        "exported_at": at.astimezone(timezone.utc).isoformat(timespec="seconds"),
        "cycle": cycle,
        "chains": [{"key": key, "seq": seq, "hash": head} for key, seq, head in chains],
    }
    return {**content, "hash": sha256(canonical(content))}


def save(heads: dict[str, Any], directory: Path) -> Path:
    """Write `heads` into `directory` under a name made of its time and hash, and return the path."""
    directory.mkdir(parents=True, exist_ok=True)
    stamp = re.sub(r"[^0-9T]", "", heads["exported_at"].split("+")[0])
    path = directory / f"heads-{stamp}Z-{heads['hash'][:8]}.json"
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(heads, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, path)
    return path


def saved(directory: Path, *, cycle: str) -> dict[str, Any] | None:
    """The newest heads file in `directory` that was exported for `cycle`, or None."""
    for path in sorted(directory.glob("heads-*.json"), reverse=True):
        heads = load(path)
        if heads["cycle"] == cycle:
            return heads
    return None


def load(path: Path) -> dict[str, Any]:
    """Read a heads file. Raises HeadsError when it is not one, or was damaged."""
    try:
        heads = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise HeadsError(f"Không đọc được tệp “{path}”: {error.strerror}. Hãy kiểm tra đường dẫn.") from error
    except ValueError as error:
        raise HeadsError(
            f"Tệp “{path}” không phải JSON. Hãy dùng tệp mã chốt mà hệ thống xuất ra khi khóa kỳ."
        ) from error
    return checked(heads)


def checked(heads: Any) -> dict[str, Any]:
    """`heads` itself if it has the shape and the hash of an export, else HeadsError."""
    if (
        not isinstance(heads, dict)
        or heads.get("format") != FORMAT
        or not isinstance(heads.get("chains"), list)
    ):
        raise HeadsError(
            "Đây không phải tệp mã chốt của Thước Đo. Hãy dùng tệp mà hệ thống xuất ra khi khóa kỳ."
        )
    content = {name: value for name, value in heads.items() if name != "hash"}
    if heads.get("hash") != sha256(canonical(content)):
        raise HeadsError("Tệp mã chốt đã bị sửa hoặc hỏng. Hãy lấy lại bản đã lưu ở nơi khác khi khóa kỳ.")
    if not all(_well_formed(chain) for chain in heads["chains"]):
        raise HeadsError("Tệp mã chốt có chuỗi ghi sai mẫu. Hãy lấy lại bản do hệ thống xuất ra khi khóa kỳ.")
    return heads


def _well_formed(chain: Any) -> bool:
    return (
        isinstance(chain, dict)
        and isinstance(chain.get("key"), str)
        and type(chain.get("seq")) is int
        and chain["seq"] > 0
        and isinstance(chain.get("hash"), str)
        and _HASH.fullmatch(chain["hash"]) is not None
    )
