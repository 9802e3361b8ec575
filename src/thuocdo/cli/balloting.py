"""`thuocdo ballot-tool`, `thuocdo ballot-verifier`: files that work without the product; `thuocdo ballot-key`: the key
with which an agency signs the first (docs/ballots.md)."""

import argparse
import os
import sys
from getpass import getpass
from hashlib import sha256
from pathlib import Path
from typing import Any

DONE, REFUSED = 0, 3


def add_commands(commands: Any) -> None:
    """Register them."""
    for name, says, run in (
        ("ballot-key", "tạo khóa để cơ quan ký công cụ của ban kiểm phiếu", write_key),
        ("ballot-tool", "ghi công cụ của ban kiểm phiếu ra một tệp HTML", write_tool),
        ("ballot-verifier", "ghi chương trình kiểm tra kết quả bỏ phiếu ra một tệp Python", write_verifier),
    ):
        parser = commands.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}, và in mã của tệp.")
        parser.add_argument("--out", type=Path, required=True, metavar="TỆP", help="tệp được ghi ra")
        if run is write_tool:
            parser.add_argument("--sign", type=Path, metavar="KHÓA", help="ký tệp bằng khóa này của cơ quan")
        if run is write_verifier:
            parser.add_argument(
                "--of-tool", action="store_true", help="chương trình kiểm tra chữ ký của công cụ, thay vì kết quả"
            )
        parser.set_defaults(run=run)


def write_key(arguments: argparse.Namespace) -> int:
    """A private key that only its owner may read; never over a file that is there."""
    from thuocdo.ballots.lpk1 import signing

    password = getpass("Mật khẩu của khóa (để trống nếu không đặt): ")
    if password and getpass("Gõ lại mật khẩu: ") != password:
        return _refused("ballot-key", "hai lần gõ mật khẩu khác nhau; chưa tạo khóa")
    key = signing.new_key(password)
    try:
        with open(os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
    except OSError as error:
        return _refused("ballot-key", f"không ghi được {arguments.out}: {error}")
    _, public = signing.sign(key, password, b"")
    print(f"Đã ghi {arguments.out}: cất nơi chỉ người ký của cơ quan mở được, không để trên máy chủ.")
    print(f"Mã khóa ký: {signing.fingerprint(public)}. Công bố mã này bằng văn bản của cơ quan.")
    return DONE


def write_tool(arguments: argparse.Namespace) -> int:
    """One HTML file for the committee's own computer; signed, the signature and the public key beside it."""
    from thuocdo.ballots.lpk1 import signing, tool

    content = tool.build().encode()
    files, said = {arguments.out: content}, f"Đã ghi {arguments.out}. Mã SHA-256: {sha256(content).hexdigest()}"
    if arguments.sign:
        try:
            password = getpass("Mật khẩu của khóa (để trống nếu không có): ")
            signature, public = signing.sign(arguments.sign.read_bytes(), password, content)
        except (OSError, signing.SigningError) as error:
            return _refused("ballot-tool", f"chưa ký và chưa ghi gì. {error}")
        files |= {Path(f"{arguments.out}.sig"): signature, Path(f"{arguments.out}.pub.pem"): public}
        said += f"\nĐã ký: {arguments.out}.sig, {arguments.out}.pub.pem. Mã khóa ký: {signing.fingerprint(public)}"
    return _written("ballot-tool", files, said)


def write_verifier(arguments: argparse.Namespace) -> int:
    """One Python file for whoever wants to count again, or to check the tool's signature."""
    from thuocdo.ballots.lpk1 import tool_verifier, verifier

    program = tool_verifier if arguments.of_tool else verifier
    content = Path(str(program.__file__)).read_bytes()
    said = f"Đã ghi {arguments.out}. Mã SHA-256: {sha256(content).hexdigest()}"
    return _written("ballot-verifier", {arguments.out: content}, said)


def _written(name: str, files: dict[Path, bytes], said: str) -> int:
    try:
        for path, content in files.items():
            path.write_bytes(content)
    except OSError as error:
        return _refused(name, f"không ghi được {error.filename}: {error}")
    print(said)
    return DONE


def _refused(name: str, said: str) -> int:
    print(f"thuocdo {name}: {said}", file=sys.stderr)
    return REFUSED
