"""`thuocdo rate`, `explain`, `check`, `schema`: their options. The work itself is loaded on a call."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any


def add_commands(subparsers: Any) -> None:
    """Register the four sub-commands; each sets `run`."""
    rate = subparsers.add_parser("rate", help="tính điểm, mức của mọi người trong một tệp dữ kiện")
    _add_file(rate)
    rate.set_defaults(run=_later("rate"))
    explain = subparsers.add_parser("explain", help="giải thích từng dòng kết quả của một người")
    _add_file(explain)
    explain.add_argument("--subject", required=True, metavar="MÃ", help="mã người trong tệp (khóa id)")
    explain.set_defaults(run=_later("explain"))
    check = subparsers.add_parser("check", help="kiểm tra bộ quy tắc và chạy các tình huống mẫu")
    check.add_argument(
        "paths",
        nargs="*",
        metavar="ĐƯỜNG_DẪN",
        help="tệp tình huống hoặc thư mục bộ quy tắc; bỏ trống là tất cả bộ quy tắc đi kèm",
    )
    check.set_defaults(run=_later("check"))
    schema = subparsers.add_parser("schema", help="in JSON Schema của tệp dữ kiện hoặc bộ quy tắc")
    schema.add_argument(
        "what",
        choices=("case", "rulebook", "overlay", "scheme", "scheme-overlay"),
        metavar="LOẠI",
        help="case, rulebook, overlay, scheme hoặc scheme-overlay",
    )
    schema.set_defaults(run=_later("schema"))


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="TỆP", help="tệp dữ kiện TOML hoặc JSON (docs/case-format.md)")
    parser.add_argument("--rulebook", metavar="KHÓA", help="bộ quy tắc, ví dụ state/nd-335-2025")
    parser.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="KHÓA",
        help="quy chế bổ sung, ghi nhiều lần nếu có nhiều",
    )
    parser.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")


def _later(name: str) -> Callable[[argparse.Namespace], int]:
    """The command of that name in `rating_run`, which loads the engine (half a second)."""

    def run(args: argparse.Namespace) -> int:
        return int(import_module("thuocdo.cli.rating_run").run(name, args))

    return run
