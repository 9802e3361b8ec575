"""`thuocdo work`: does the runs over large periods, batch by batch; `thuocdo serve` starts one beside the pages."""

import argparse
import os
import signal
import threading
import time
from typing import Any

from thuocdo.cli.serve import start_django
from thuocdo.config import rings

PAUSE = 2.0
"""Seconds between two looks at the table while nothing waits."""
SWEEP = 3600.0
"""Seconds between two sweeps: of ended sessions, with what was practised in them, of accounts of those who left and of
old refused attempts."""


def add_commands(commands: Any) -> None:
    """Register `work`."""
    parser = commands.add_parser(
        "work",
        help="chạy các lượt xử lý hàng loạt (mở kỳ, tính điểm, công bố của đơn vị lớn, nhập tệp lớn)",
        description="Chạy các lượt xử lý hàng loạt đang chờ, từng đợt một; dừng giữa chừng thì lần sau làm tiếp từ "
        "đợt đã ghi. Lệnh thuocdo serve đã tự chạy lệnh này; chỉ gọi riêng khi muốn chạy trên máy khác.",
    )
    parser.add_argument("--once", action="store_true", help="làm hết các lượt đang chờ rồi kết thúc")
    parser.add_argument(
        "--with-parent", type=int, metavar="SỐ", help="kết thúc cùng với tiến trình mang số này (thuocdo serve dùng)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Work until told to stop, or with `--once` until nothing waits."""
    start_django()
    from django.core.management import call_command
    from django.utils import timezone

    from thuocdo.accounts.actions import forget_refusals, forget_unsent
    from thuocdo.decisions.working import work_once
    from thuocdo.inflow.working import take_once
    from thuocdo.intake.working import import_once
    from thuocdo.organisation.leaving import close_accounts
    from thuocdo.organisation.letters import post_once
    from thuocdo.rounds.working import open_once

    rings.looked_for_seldom()
    stop, swept = threading.Event(), 0.0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        if arguments.with_parent and os.getppid() != arguments.with_parent:
            return 0
        if not swept or time.monotonic() - swept > SWEEP:
            call_command("clearsessions")
            close_accounts(timezone.now())
            forget_refusals(by=None, at=timezone.now())
            forget_unsent(by=None, at=timezone.now())
            swept = time.monotonic()
        if work_once() or open_once() or import_once() or take_once() or post_once(timezone.now()):
            continue
        if arguments.once:
            return 0
        stop.wait(PAUSE)
    return 0
