"""`thuocdo demo` and `thuocdo officer` as processes, on data directories of their own."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests import demonstration, migrated
from tests.demonstration import environment
from tests.ports import free_port

pytestmark = pytest.mark.slow


def thuocdo(directory: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "thuocdo.cli", *arguments], capture_output=True, text=True,
                          env=environment(directory, **extra), timeout=300, check=False)


@pytest.mark.slow
@pytest.mark.long(90)
def test_it_builds_once_serves_prints_the_sign_ins_and_ends_in_order(tmp_path: Path, run_folder: Path):
    built = demonstration.built(run_folder)
    first = (built / "output").read_text()
    assert "Đang lập cây đơn vị" in first
    assert "tochuc" in first
    assert "mật khẩu chung" in first
    assert "Thước Đo đã dừng." in first
    data, output = built / "data", tmp_path / "output"
    with demonstration.served(data, output, signal.SIGINT) as (_, page):
        assert "Thước Đo" in page
    assert "Đang" not in output.read_text().split("Đơn vị minh họa")[0]
    with sqlite3.connect(data / "demo" / "thuocdo.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM appraisals_sheet").fetchone()[0] > 130


@pytest.mark.slow
def test_only_the_first_officer_gets_a_link_and_the_demonstration_keeps_out(tmp_path: Path, run_folder: Path):
    migrated.copy(run_folder, tmp_path / "thuocdo.sqlite3")
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
