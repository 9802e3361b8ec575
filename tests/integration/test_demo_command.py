"""`thuocdo demo` and `thuocdo officer` as processes, on data directories of their own."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ports import first_answer, free_port

pytestmark = pytest.mark.slow


def environment(directory: Path, **extra: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("THUOCDO_", "DJANGO_"))}
    return {**kept, "THUOCDO_DATA_DIR": str(directory), **extra}


def thuocdo(directory: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "thuocdo.cli", *arguments], capture_output=True, text=True,
                          env=environment(directory, **extra), timeout=300, check=False)


def serve_once(directory: Path, sign: signal.Signals) -> tuple[int, str]:
    """Start the demonstration, fetch one page, stop it with the signal; exit code and output. Nothing it started is
    left: a process that is would keep the pipe open."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "thuocdo.cli", "demo", "--port", str(port)], text=True,
                               env=environment(directory), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert "Thước Đo" in first_answer(f"http://127.0.0.1:{port}/dang-nhap/", process)
        time.sleep(0.5)
        process.send_signal(sign)
        return process.wait(timeout=60), process.communicate(timeout=60)[0]
    finally:
        process.kill()


@pytest.mark.slow
def test_it_builds_once_serves_prints_the_sign_ins_and_ends_in_order(tmp_path: Path):
    code, first = serve_once(tmp_path, signal.SIGTERM)
    assert code == 0, first
    assert "Đang lập cây đơn vị" in first
    assert "tochuc" in first
    assert "mật khẩu chung" in first
    assert "Thước Đo đã dừng." in first
    code, second = serve_once(tmp_path, signal.SIGINT)
    assert code == 0, second
    assert "Đang" not in second.split("Đơn vị minh họa")[0]
    with sqlite3.connect(tmp_path / "demo" / "thuocdo.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM appraisals_sheet").fetchone()[0] > 130


@pytest.mark.slow
def test_only_the_first_officer_gets_a_link_and_the_demonstration_keeps_out(tmp_path: Path):
    first = ("officer", "--code", "cc001", "--name", "Nguyễn Văn An", "--unit", "UB")
    unknown = thuocdo(tmp_path, *first)
    assert unknown.returncode == 3
    assert "--unit-name" in unknown.stderr
    made = thuocdo(tmp_path, *first, "--unit-name", "UBND phường X")
    assert made.returncode == 0, made.stderr
    assert "http://localhost:8335/kich-hoat/" in made.stdout
    again = thuocdo(tmp_path, *first)
    assert again.returncode == 0
    assert again.stdout != made.stdout
    other = thuocdo(tmp_path, "officer", "--code", "cc002", "--name", "Trần Thị Bình", "--unit", "UB")
    assert other.returncode == 3
    assert "trang Tài khoản" in other.stderr

    database = tmp_path / "thuocdo.sqlite3"
    refused = thuocdo(tmp_path, "demo", "--port", str(free_port()), THUOCDO_DATABASE_URL=f"sqlite:///{database}")
    assert refused.returncode == 3
    assert "đơn vị thật" in refused.stderr
    with sqlite3.connect(database) as rows:
        assert rows.execute("SELECT count(*) FROM organisation_unit").fetchone() == (1,)
