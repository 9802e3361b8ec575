"""`thuocdo casting`: the casting host of ballots on phones, beside `thuocdo serve` or on a machine of its own."""

import argparse
import os
import signal
import sys
import threading
import time
from typing import Any

from thuocdo.cli.serve import DEFAULT_HOST, REFUSED, port_is_free, port_number, start_django

DEFAULT_PORT = 8336
THREADS = 4
WAITING = 256
"""Requests that wait for a thread; more are refused at once, and phones come again."""


def add_commands(commands: Any) -> None:
    """Register `casting`."""
    parser = commands.add_parser(
        "casting",
        help="chạy máy chủ nhận phiếu của bỏ phiếu kín trên điện thoại",
        description="Nhận phiếu không tên: không phiên đăng nhập, không cookie, không nhật ký truy cập. Lệnh thuocdo "
        "serve đã tự chạy lệnh này; chỉ gọi riêng khi muốn chạy trên máy khác. "
        "Mỗi cơ sở dữ liệu chỉ có một; cái thứ hai từ chối chạy.",
    )
    parser.add_argument(
        "--host", default=DEFAULT_HOST, metavar="ĐỊA_CHỈ", help=f"địa chỉ lắng nghe (mặc định {DEFAULT_HOST})"
    )
    parser.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, metavar="CỔNG", help=f"cổng (mặc định {DEFAULT_PORT})"
    )
    parser.add_argument(
        "--with-parent", type=int, metavar="SỐ", help="kết thúc cùng với tiến trình mang số này (thuocdo serve dùng)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM. One worker: what waits in memory waits in one place."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    if not port_is_free(arguments.host, arguments.port, command="thuocdo casting"):
        return REFUSED
    if arguments.with_parent:
        threading.Thread(target=_end_with, args=(arguments.with_parent,), daemon=True).start()
    start_django()
    from thuocdo.ballots.casting.serving import free

    if not free():
        print(
            "Cơ sở dữ liệu này đã có một máy chủ nhận phiếu đang chạy; hai cái cùng chạy thì mất phiếu. Hãy dừng "
            "cái kia, hoặc chạy thuocdo serve --no-casting ở máy này.",
            file=sys.stderr,
        )
        return REFUSED
    Server(
        "thuocdo.cli.casting:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=WAITING,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        factory=True,
    ).serve()
    return 0


def application() -> Any:
    """Made in the worker."""
    start_django()
    from thuocdo.ballots.casting.serving import begun

    return begun()


def _end_with(parent: int) -> None:
    """Also where the parent ended before this thread began: then the number is another one from the start."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
