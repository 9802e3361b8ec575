"""`thuocdo pull-tasks`: fetch the tasks of calendar sources, for a timer of the operating system."""

import argparse
import sys
from typing import Any

from thuocdo.cli import serve


def add_commands(commands: Any) -> None:
    """Register `pull-tasks`."""
    parser = commands.add_parser(
        "pull-tasks",
        help="lấy việc về từ các nguồn lịch CalDAV",
        description="Lấy việc về từ mọi nguồn CalDAV đang nhận, hoặc một nguồn. Nên đặt lịch chạy mỗi 15 phút.\n"
        "Nguồn không kết nối được thì việc ở đây giữ nguyên và lý do hiện ở trang của nguồn.",
    )
    parser.add_argument("--source", type=int, metavar="SỐ", help="số của nguồn (trong địa chỉ trang của nguồn)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Pull and print one line for each source; 1 when a source failed, 3 when there is no such source."""
    serve.prepare_database()
    from django.utils import timezone

    from thuocdo.inflow.pulling import pull, sources_to_pull
    from thuocdo.inflow.queries import counts_in_words

    found = sources_to_pull(arguments.source)
    if arguments.source is not None and not found:
        print(f"Không có nguồn CalDAV đang nhận nào số {arguments.source}.", file=sys.stderr)
        return serve.REFUSED
    failed = False
    for source in found:
        pulled = pull(source, timezone.now())
        failed = failed or bool(pulled.failure)
        print(f"{source.name}: {pulled.failure or counts_in_words(pulled.counts) or 'không có gì mới'}")
    return int(failed)
