"""`thuocdo serve`: prepare the data directory, then serve until told to stop."""

import argparse
import errno
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

from thuocdo.cli import readiness
from thuocdo.config import evenly
from thuocdo.config.environment import data_dir

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8335
THREADS = 2
THREAD_RESTS = 600
"""Seconds after which a thread that nobody needs ends, and its connection to the database with it."""
REFUSED = 3


def add_commands(commands: Any) -> None:
    """Register `serve`."""
    parser = commands.add_parser(
        "serve",
        help="chạy hệ thống của đơn vị",
        description="Chuẩn bị cơ sở dữ liệu rồi chạy hệ thống của đơn vị. Nhấn Ctrl+C để dừng.",
    )
    parser.add_argument(
        "--host",
        default=DEFAULT_HOST,
        metavar="ĐỊA_CHỈ",
        help=f"địa chỉ lắng nghe (mặc định {DEFAULT_HOST}: chỉ máy này)",
    )
    parser.add_argument(
        "--port",
        type=port_number,
        default=DEFAULT_PORT,
        metavar="CỔNG",
        help=f"cổng lắng nghe (mặc định {DEFAULT_PORT})",
    )
    parser.add_argument(
        "--workers", type=worker_count, default=2, metavar="SỐ", help="số tiến trình phục vụ, 1 đến 32 (mặc định 2)"
    )
    add_casting_port(parser)
    parser.add_argument(
        "--no-casting", action="store_true", help="không chạy máy chủ nhận phiếu: đã chạy ở nơi khác cho dữ liệu này"
    )
    parser.set_defaults(run=run)


def port_number(text: str) -> int:
    """A TCP port from 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số cổng từ 1 đến 65535")
    return int(text)


def worker_count(text: str) -> int:
    """A number of processes from 1 to 32."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 32:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số từ 1 đến 32")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Serve an organisation's own installation."""
    if not port_is_free(arguments.host, arguments.port, command="thuocdo serve"):
        return REFUSED
    casting = None if arguments.no_casting else casting_port(arguments, command="thuocdo serve")
    if casting == 0:
        return REFUSED
    directory = data_dir()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thuocdo.config.settings")
    if readiness.stamped(directory) is None:
        prepare()
        if has_people():
            readiness.stamp(directory)
        else:
            print("Chưa có ai trong hệ thống. Hãy lập cán bộ tổ chức đầu tiên: thuocdo officer --help")
    if arguments.host not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("THUOCDO_HOSTS"):
        print(
            "Lưu ý: đặt biến THUOCDO_HOSTS bằng tên máy mà người dùng gõ trên trình duyệt, ví dụ "
            'THUOCDO_HOSTS="thuocdo.phuong.gov.vn"; nếu không, hệ thống chỉ nhận yêu cầu từ máy này.'
        )
    return serve(arguments.host, arguments.port, casting=casting, workers=arguments.workers)


def add_casting_port(parser: Any) -> None:
    """The option that `serve` and `demo` share."""
    parser.add_argument(
        "--casting-port", type=port_number, metavar="CỔNG", help="cổng của máy chủ nhận phiếu (mặc định: cổng kế tiếp)"
    )


def casting_port(arguments: argparse.Namespace, *, command: str) -> int:
    """Where the casting host listens, its address put into the environment unless one is set; 0 when it is taken."""
    host, port = getattr(arguments, "host", DEFAULT_HOST), arguments.casting_port or 0
    if port and not port_is_free(host, port, command=command, option="--casting-port"):
        return 0
    if not port:
        near = range(arguments.port + 1, min(arguments.port + 21, 65536))
        port = next((one for one in near if not listening_problem(host, one)), 0) or _any_port(host)
    os.environ.setdefault("THUOCDO_CASTING_URL", f"http://localhost:{port}")
    return port


def _any_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def port_is_free(host: str, port: int, *, command: str, option: str = "--port") -> bool:
    """Whether the address can be listened on; if not, say so on standard error with the option to change."""
    error = listening_problem(host, port)
    if error is not None:
        print(port_problem(error, host, port, command, option), file=sys.stderr)
    return error is None


def listening_problem(host: str, port: int) -> OSError | None:
    """What forbids listening on the address, if anything does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None


def port_problem(error: OSError, host: str, port: int, command: str, option: str = "--port") -> str:
    """Why the address cannot be listened on, and the option that helps."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"Máy này không có địa chỉ “{host}”. Hãy dùng --host 127.0.0.1 (chỉ máy này) "
            "hoặc --host 0.0.0.0 (mọi địa chỉ của máy)."
        )
    if error.errno == errno.EACCES:
        return f"Không có quyền mở cổng {port}. Hãy chọn cổng từ 1024 trở lên, ví dụ: {command} {option} {DEFAULT_PORT}"
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else DEFAULT_PORT
        return (
            f"Cổng {port} đang được dùng, có thể bởi một Thước Đo khác đang chạy. Hãy dừng chương trình "
            f"đó hoặc chọn cổng khác, ví dụ: {command} {option} {other}"
        )
    return f"Không mở được cổng {port} trên {host}: {error}. Hãy thử: {command} {option} {DEFAULT_PORT}"


def start_django() -> None:
    """Load the settings and the apps (about half a second)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thuocdo.config.settings")
    import django

    django.setup()


def prepare_database() -> None:
    """Bring the database to this version; does nothing when it is."""
    start_django()
    from django.core.management import call_command

    if not migrations_are_applied():
        step("Đang chuẩn bị cơ sở dữ liệu…", lambda: call_command("migrate", verbosity=0, interactive=False))
        keep_rulebooks()


def keep_rulebooks() -> None:
    """Keep the rulebooks of periods that were opened before periods kept theirs."""
    from django.utils import timezone

    from thuocdo.cycles import actions

    actions.keep_rulebooks(by=None, at=timezone.now())


def prepare() -> None:
    """Bring the database and the static files of this version in place; does nothing when they are."""
    prepare_database()
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.DATA_DIR) / "static-stamp"
    wanted = static_digest()
    if not stamp.exists() or stamp.read_text() != wanted:
        step(
            "Đang chuẩn bị tệp giao diện…",
            lambda: call_command("collectstatic", verbosity=0, interactive=False, clear=True),
        )
        stamp.write_text(wanted)


def step(label: str, work: Callable[[], object]) -> None:
    """Say what is being done, do it, and say how long it took."""
    print(label, end=" ", flush=True)
    begun = time.monotonic()
    work()
    print(f"xong ({time.monotonic() - begun:.1f} giây).", flush=True)


def migrations_are_applied() -> bool:
    """Whether every migration file of the installed apps is in the database's list (a few milliseconds)."""
    import pkgutil

    from django.apps import apps
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = set(MigrationRecorder(connection).applied_migrations())
    for config in apps.get_app_configs():
        for module in pkgutil.iter_modules([str(Path(config.path) / "migrations")]):
            if (config.label, module.name) not in applied and not module.ispkg:
                return False
    return True


def static_digest() -> str:
    """Digest of the version and of the name, size and time of every static file."""
    from django.contrib.staticfiles.finders import get_finders

    lines = [version("thuocdo")]
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = os.stat(storage.path(name))
            lines.append(f"{name} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def has_people() -> bool:
    """Whether anybody is in the database."""
    from thuocdo.organisation.first_officer import anybody

    return anybody()


def serve(host: str, port: int, *, casting: int | None, workers: int, greeting: str = "") -> int:
    """Serve until SIGINT or SIGTERM; prints the address once the first page has been served. `casting`: the port of the
    casting host beside it, None for none."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    close_connections()
    server = Server(
        "thuocdo.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=THREAD_RESTS,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    evenly.prepare(port, workers, lambda: {worker.idx for worker in server.wrks})
    threading.Thread(
        target=announce, args=(lambda: len(server.wrks) == workers, host, port, greeting), daemon=True
    ).start()
    ballots = nullcontext() if casting is None else beside("casting", "--host", host, "--port", str(casting))
    with beside("work"), ballots:
        server.serve()
    print("\nThước Đo đã dừng.", flush=True)
    return 0


@contextmanager
def beside(*command: str) -> Iterator[None]:
    """A command of ours in a process of its own for as long as the pages are served."""
    child = subprocess.Popen([sys.executable, "-m", "thuocdo.cli", *command, "--with-parent", str(os.getpid())])
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def close_connections() -> None:
    """The workers open their own; nothing to do when the framework was not loaded."""
    if "django.db" in sys.modules:
        from django.db import connections

        connections.close_all()


def announce(forked: Callable[[], bool], host: str, port: int, greeting: str) -> None:
    """Wait for the first page, then print where it is.

    It only sleeps until the workers have been forked: a lock that this thread held at that moment, OpenSSL's say, would
    stay locked in them for ever, and they would answer nothing that needs it.
    """
    while not forked():
        time.sleep(0.02)
    address = f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{port}/"
    reached = "127.0.0.1" if host in ("0.0.0.0", "") else "[::1]" if host == "::" else host
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://{reached}:{port}/dang-nhap/", timeout=30):
                break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
    else:
        print(
            "Hệ thống chưa phục vụ được trang đầu tiên sau 30 giây; xem thông báo lỗi ở trên.",
            file=sys.stderr,
            flush=True,
        )
        return
    if greeting:
        print(greeting)
    print(f"Thước Đo đang chạy tại {address}\nNhấn Ctrl+C để dừng.", flush=True)
