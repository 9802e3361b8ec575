"""The command `thuocdo`. Sub-commands that only rate or check never load the web framework.

A command module has `add_commands(subparsers)`; each parser it adds sets `run`, a function that takes the
parsed arguments and returns the exit code (docs/cli.md).
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from thuocdo.cli import balloting, bundles, casting, comparing, demo, inflow, officer, rating, serve, verifying, working
from thuocdo.cli.parser import Parser

DESCRIPTION = """Thước Đo: giao việc, theo dõi, chấm điểm công chức theo Nghị định 335/2025/NĐ-CP.

Dùng thử ngay:      thuocdo demo
Cài cho đơn vị:     thuocdo serve"""


def build_parser() -> Parser:
    """The parser with every sub-command."""
    parser = Parser(prog="thuocdo", description=DESCRIPTION)
    parser.add_argument(
        "--version", action="version", version=f"Thước Đo {version('thuocdo')}", help="hiện phiên bản rồi kết thúc"
    )
    commands = parser.add_subparsers(title="Các lệnh", metavar="LỆNH", dest="command", parser_class=Parser)
    for module in (demo, serve, officer, inflow, rating, comparing, verifying, bundles, balloting, casting, working):
        module.add_commands(commands)
    return parser


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = build_parser()
    parsed: argparse.Namespace = parser.parse_args(arguments)
    if parsed.command is None:
        parser.print_help()
        return 0
    try:
        code: int = parsed.run(parsed)
    except KeyboardInterrupt:
        print("\nĐã dừng theo yêu cầu.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return code


def main() -> None:
    """Console entry point."""
    raise SystemExit(run())
