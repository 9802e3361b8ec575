"""`thuocdo demo`: the demonstration organisation in a data directory of its own, on this machine only."""

import argparse
import os
import shutil
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from thuocdo.cli import readiness, serve
from thuocdo.config.environment import data_dir

HOST = "127.0.0.1"


def add_commands(commands: Any) -> None:
    """Register `demo`."""
    parser = commands.add_parser(
        "demo",
        help="chạy bản dùng thử với đơn vị minh họa",
        description="Lập đơn vị minh họa (lần đầu khoảng nửa phút) rồi chạy bản dùng thử trên máy này.\n"
        "Bản dùng thử có cơ sở dữ liệu riêng, không đụng đến dữ liệu của đơn vị.",
    )
    parser.add_argument(
        "--port",
        type=serve.port_number,
        default=serve.DEFAULT_PORT,
        metavar="CỔNG",
        help=f"cổng lắng nghe (mặc định {serve.DEFAULT_PORT})",
    )
    serve.add_casting_port(parser)
    parser.add_argument("--reset", action="store_true", help="xóa dữ liệu dùng thử và lập lại theo tháng hiện tại")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build on first use, then serve."""
    if not serve.port_is_free(HOST, arguments.port, command="thuocdo demo"):
        return serve.REFUSED
    casting = serve.casting_port(arguments, command="thuocdo demo")
    if not casting:
        return serve.REFUSED
    directory = demo_directory()
    os.environ["THUOCDO_DATA_DIR"] = str(directory)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thuocdo.config.settings")
    ready = None if arguments.reset else readiness.stamped(directory)
    if ready is None:
        refused = make_ready(directory, reset=arguments.reset)
        if refused:
            return refused
        from thuocdo.demo.state import built_on

        ready = {"built": built_on().isoformat()}
        readiness.stamp(directory, **ready)
    text = words(date.fromisoformat(ready["built"]), datetime.now().astimezone().date())
    return serve.serve(HOST, arguments.port, casting=casting, workers=1, greeting=text)


def make_ready(directory: Path, *, reset: bool) -> int:
    """Prepare the database and build what is missing; an exit code when refused, else 0."""
    embedded = not os.environ.get("THUOCDO_DATABASE_URL")
    readiness.forget(directory)
    serve.start_django()
    from thuocdo.demo.state import DemoState, demo_state

    state = demo_state()  # asked first: somebody else's database is not even migrated
    if state == DemoState.FOREIGN:
        print(
            "Cơ sở dữ liệu này chứa dữ liệu của một đơn vị thật, không phải bản dùng thử; bản dùng thử\n"
            "không chạy trên đó. Hãy bỏ biến THUOCDO_DATABASE_URL, hoặc trỏ biến đó vào một cơ sở dữ liệu\n"
            "trống.",
            file=sys.stderr,
        )
        return serve.REFUSED
    if reset or state == DemoState.UNFINISHED:
        if not embedded and state != DemoState.EMPTY:
            print(
                "Dữ liệu dùng thử nằm trên máy chủ của THUOCDO_DATABASE_URL. Hãy xóa và tạo lại cơ sở dữ\n"
                "liệu trống đó, rồi chạy lại: thuocdo demo",
                file=sys.stderr,
            )
            return serve.REFUSED
        if embedded:
            start_afresh(directory)
        state = DemoState.EMPTY
    serve.prepare()
    if state == DemoState.EMPTY:
        build()
    return 0


def demo_directory() -> Path:
    """The data directory of the demonstration, inside the usual one."""
    directory = data_dir() / "demo"
    directory.mkdir(exist_ok=True)
    return directory


def start_afresh(directory: Path) -> None:
    """Remove what an earlier demonstration left."""
    from django.db import connections

    connections.close_all()
    for path in directory.glob("thuocdo.sqlite3*"):
        path.unlink()
    shutil.rmtree(directory / "heads", ignore_errors=True)


def build() -> None:
    """Build the organisation as of now, with progress."""
    from django.utils import timezone

    from thuocdo.demo.build import build_demo

    build_demo(at=timezone.now(), say=serve.step)


def words(built: date, today: date) -> str:
    """The greeting, with a hint when the built months lie back."""
    from thuocdo.demo.tour import greeting

    text = greeting(built)
    if (built.year, built.month) != (today.year, today.month):
        text += f"Dữ liệu dùng thử lập ngày {built:%d/%m/%Y}; muốn lập lại theo tháng này, chạy: thuocdo demo --reset\n"
    return text
