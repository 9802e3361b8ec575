"""`thuocdo verify-bundle`: whether a person's file (ZIP) is whole, without the system it came from."""

import argparse
import json
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

WHOLE, PROBLEMS, UNREADABLE = 0, 1, 3
FORMAT, MANIFEST = "thuocdo-ho-so/1", "manifest.json"
MOST_FILES, MOST_MANIFEST, CHUNK = 5000, 5_000_000, 65536


class BundleError(Exception):
    """The file is no bundle of ours; the message says why."""


def add_commands(commands: Any) -> None:
    """Register `verify-bundle`."""
    parser = commands.add_parser(
        "verify-bundle",
        help="kiểm tra hồ sơ năm (ZIP) của một người còn nguyên vẹn",
        description="So từng tệp trong hồ sơ với mã SHA-256 trong manifest.json. Không cần cơ sở dữ liệu.",
    )
    parser.add_argument("file", type=Path, metavar="TỆP", help="tệp ZIP của hồ sơ")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check and print; 0 whole, 1 something differs, 3 no bundle."""
    try:
        with zipfile.ZipFile(arguments.file) as archive:
            manifest, digest = read_manifest(archive)
            problems = differences(archive, manifest)
    except (OSError, zipfile.BadZipFile, BundleError, NotImplementedError, RuntimeError) as error:
        print(f"thuocdo verify-bundle: {arguments.file}: {error}", file=sys.stderr)
        return UNREADABLE
    print(f"Hồ sơ năm {manifest['year']} của {manifest['person']['name']} ({manifest['person']['code']})")
    print(f"Mã SHA-256 của {MANIFEST}: {digest}")
    for problem in problems:
        print(f"- {problem}")
    count = len(manifest["files"])
    print(f"PHÁT HIỆN {len(problems)} SAI LỆCH." if problems else f"Đủ và đúng {count} tệp.")
    return PROBLEMS if problems else WHOLE


def read_manifest(archive: zipfile.ZipFile) -> tuple[dict[str, Any], str]:
    """The manifest and its SHA-256. Raises BundleError."""
    names = archive.namelist()
    if names.count(MANIFEST) != 1:
        raise BundleError(f"không có đúng một {MANIFEST}, nên không phải hồ sơ do Thước Đo lập")
    with archive.open(MANIFEST) as stream:
        text = stream.read(MOST_MANIFEST + 1)
    try:
        manifest = json.loads(text)
        known = manifest["format"] == FORMAT and all(
            isinstance(one["path"], str) and isinstance(one["bytes"], int) and isinstance(one["sha256"], str)
            for one in manifest["files"]
        )
        whose = (manifest["year"], manifest["person"]["name"], manifest["person"]["code"])
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{MANIFEST} không đọc được") from error
    if not known or not all(whose) or len(text) > MOST_MANIFEST or len(manifest["files"]) > MOST_FILES:
        raise BundleError(f"{MANIFEST} không đúng định dạng {FORMAT}")
    return manifest, sha256(text).hexdigest()


def differences(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> list[str]:
    """What is missing, changed, doubled or not listed, in words."""
    names = archive.namelist()
    listed = [one["path"] for one in manifest["files"]]
    found = [f"thiếu tệp {path}" for path in listed if path not in names]
    found += [f"tệp không có trong manifest: {name}" for name in sorted(set(names) - {MANIFEST, *listed})]
    found += [
        f"tệp có nhiều bản: {path}" for path in sorted({p for p in listed if names.count(p) + listed.count(p) > 2})
    ]
    for one in manifest["files"]:
        if one["path"] in names and _digest(archive, one["path"], one["bytes"]) != one["sha256"]:
            found.append(f"nội dung đã khác: {one['path']}")
    return found


def _digest(archive: zipfile.ZipFile, path: str, size: int) -> str:
    """SHA-256 of an entry read in chunks; nothing for one longer than it should be, or damaged."""
    total, hashed = 0, sha256()
    try:
        with archive.open(path) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > size:
                    return ""
                hashed.update(chunk)
    except zipfile.BadZipFile:
        return ""
    return hashed.hexdigest() if total == size else ""
