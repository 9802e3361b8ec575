"""`thuocdo select`, `order`, `forms`, `diff`, `whatif`: their options. The work itself is loaded on a call."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any


def add_commands(subparsers: Any) -> None:
    """Register the five sub-commands; each sets `run`."""
    _add_select(subparsers.add_parser("select", help="quy định nào áp dụng cho ai, từ ngày nào, theo điều nào"))
    order = subparsers.add_parser("order", help="việc nào phải làm trước việc nào trong đợt, theo điều nào")
    order.add_argument(
        "rulebook", nargs="?", metavar="KHÓA",
        help="bộ quy tắc; bỏ trống thì theo tệp dữ kiện, không có tệp thì theo ngày xếp loại",
    )  # fmt: skip
    order.add_argument(
        "--rating-date", type=_day, metavar="NGÀY", help="ngày xếp loại của đợt; bỏ trống thì lấy ở tệp dữ kiện"
    )
    order.add_argument(
        "--overlay", action="append", default=[], metavar="KHÓA", help="quy chế bổ sung, ghi nhiều lần nếu có nhiều"
    )
    order.add_argument("--facts", metavar="TỆP", help="tệp dữ kiện: từng bước xong, làm được hay phải chờ")
    order.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    order.set_defaults(run=_later("order"))
    forms = subparsers.add_parser("forms", help="mẫu nào của năm nào, ai dùng, theo điều nào")
    forms.add_argument("rulebook", nargs="?", metavar="KHÓA", help="bộ quy tắc; bỏ trống thì chọn theo ngày xếp loại")
    forms.add_argument("--rating-date", required=True, type=_day, metavar="NGÀY", help="ngày xếp loại của đợt")
    forms.add_argument("--kind", metavar="LOẠI", help="chỉ mẫu của loại đối tượng này, ví dụ party_member")
    forms.add_argument(
        "--role", choices=("none", "head", "deputy"), default="none", metavar="VAI_TRÒ",
        help="vai trò của đối tượng ở --kind: none, head hoặc deputy",
    )  # fmt: skip
    forms.add_argument(
        "--overlay", action="append", default=[], metavar="KHÓA", help="quy chế bổ sung, ghi nhiều lần nếu có nhiều"
    )
    forms.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    forms.set_defaults(run=_later("forms"))
    diff = subparsers.add_parser("diff", help="so sánh hai bộ quy tắc; kèm tệp dữ kiện thì nêu ai đổi kết quả")
    diff.add_argument("a", metavar="A", help="bộ quy tắc thứ nhất, ví dụ state/nd-90-2020")
    diff.add_argument("b", metavar="B", help="bộ quy tắc thứ hai")
    for side in ("a", "b"):
        diff.add_argument(
            f"--overlay-{side}",
            action="append",
            default=[],
            metavar="KHÓA",
            help=f"quy chế bổ sung đặt trên {side.upper()}, ghi nhiều lần nếu có nhiều",
        )
    diff.add_argument(
        "--facts", action="append", default=[], metavar="TỆP",
        help="tệp dữ kiện: ai đổi kết quả, vì sao; hai bên cần dữ kiện khác nhau thì ghi hai lần: tệp của A, tệp của B",
    )  # fmt: skip
    diff.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    diff.set_defaults(run=_later("diff"))
    whatif = subparsers.add_parser(
        "whatif", help="thử thay đổi quy định trên một tệp dữ kiện hoặc kỳ đã khóa; không lưu gì"
    )
    source = whatif.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", metavar="TỆP", help="tệp dữ kiện TOML hoặc JSON (docs/case-format.md)")
    source.add_argument("--period", type=int, metavar="MÃ_KỲ", help="kỳ đã khóa trong hệ thống, thay cho tệp")
    whatif.add_argument("--account", default="", metavar="TÊN", help="tài khoản được theo dõi kỳ đó")
    whatif.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="ĐƯỜNG_DẪN=GIÁ_TRỊ",
        help="số liệu thay đổi, ví dụ quotas.excellent.percent=25 hoặc points.rounding=none",
    )
    whatif.add_argument("--rulebook", metavar="KHÓA", help="bộ quy tắc, ví dụ state/nd-335-2025")
    whatif.add_argument(
        "--overlay", action="append", default=[], metavar="KHÓA", help="quy chế bổ sung, ghi nhiều lần nếu có nhiều"
    )
    whatif.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    whatif.set_defaults(run=_later("whatif"))


def _add_select(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind",
        action="append",
        required=True,
        metavar="LOẠI",
        help="loại đối tượng, ví dụ civil_servant; ghi nhiều lần cho người thuộc nhiều loại",
    )
    parser.add_argument("--on", required=True, type=_day, metavar="NGÀY", help="ngày đầu kỳ, viết dạng 2026-01-01")
    parser.add_argument(
        "--procedure",
        choices=("state", "party", "local", "confidence_vote", "pay"),
        metavar="THỦ_TỤC",
        help="state, party, local, confidence_vote hoặc pay; bỏ trống là mọi thủ tục",
    )
    parser.add_argument("--place", default="", metavar="NƠI", help="địa phương có văn bản riêng, ví dụ ha-noi")
    parser.add_argument("--rating-date", type=_day, metavar="NGÀY", help="ngày xếp loại hoặc ngày lấy phiếu")
    parser.add_argument(
        "--period",
        choices=("month", "quarter", "half_year", "year"),
        metavar="KỲ",
        help="loại kỳ: month, quarter, half_year hoặc year",
    )
    parser.add_argument("--role", choices=("none", "head", "deputy"), metavar="VAI_TRÒ", help="none, head hoặc deputy")
    parser.add_argument(
        "--own-regulation",
        choices=("yes", "no"),
        metavar="CÓ_KHÔNG",
        help="đơn vị đã ban hành quy chế riêng (yes) hay chưa (no)",
    )
    parser.set_defaults(run=_later("select"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text[:40]}” không phải ngày, viết dạng 2026-01-01") from None


def _later(name: str) -> Callable[[argparse.Namespace], int]:
    """The command of that name in `comparing_run`, which loads the engine (half a second)."""

    def run(args: argparse.Namespace) -> int:
        return int(import_module("thuocdo.cli.comparing_run").run(name, args))

    return run
