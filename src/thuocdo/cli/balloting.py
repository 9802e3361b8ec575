"""`thuocdo ballot-tool` and `thuocdo ballot-verifier`: two files that work without the product (docs/ballots.md)."""

import argparse
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

DONE, UNWRITABLE = 0, 3


def add_commands(commands: Any) -> None:
    """Register both."""
    for name, says, run in (
        ("ballot-tool", "ghi công cụ của ban kiểm phiếu ra một tệp HTML", write_tool),
        ("ballot-verifier", "ghi chương trình kiểm tra kết quả bỏ phiếu ra một tệp Python", write_verifier),
    ):
        parser = commands.add_parser(
            name, help=says, description=f"{says[0].upper()}{says[1:]}, và in mã SHA-256 của tệp."
        )
        parser.add_argument("--out", type=Path, required=True, metavar="TỆP", help="tệp được ghi ra")
        parser.set_defaults(run=run)


def write_tool(arguments: argparse.Namespace) -> int:
    """One HTML file for the committee's own computer."""
    from thuocdo.ballots.lpk1 import tool

    return _written(arguments, "ballot-tool", tool.build())


def write_verifier(arguments: argparse.Namespace) -> int:
    """One Python file for whoever wants to count again."""
    from thuocdo.ballots.lpk1 import verifier

    return _written(arguments, "ballot-verifier", Path(verifier.__file__).read_text(encoding="utf-8"))


def _written(arguments: argparse.Namespace, name: str, content: str) -> int:
    try:
        arguments.out.write_bytes(content.encode())
    except OSError as error:
        print(f"thuocdo {name}: không ghi được {arguments.out}: {error}", file=sys.stderr)
        return UNWRITABLE
    print(f"Đã ghi {arguments.out}. Mã SHA-256: {sha256(content.encode()).hexdigest()}")
    return DONE
