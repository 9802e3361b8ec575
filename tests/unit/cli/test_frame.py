"""The command line's frame: Vietnamese, quick, with clear refusals."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from thuocdo.cli.main import build_parser, run
from thuocdo.cli.parser import in_vietnamese
from thuocdo.cli.serve import port_is_free

COMMANDS = (
    "demo", "serve", "work", "pull-tasks", "officer", "rate", "explain", "diff", "whatif", "select", "order", "forms",
    "check", "schema", "verify", "verify-bundle", "search-words", "ballot-key", "ballot-tool", "ballot-verifier",
    "casting",
)  # fmt: skip
ENGLISH = re.compile(r"\b(usage|options|positional|arguments|show this|error|required|invalid|choose)\b")


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_is_vietnamese(command: str | None, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        run([command, "--help"] if command else ["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("Cách dùng: thuocdo")
    assert not ENGLISH.search(text)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["khong-co"], "không có lựa chọn 'khong-co'"),
        (["serve", "--port"], "--port: cần kèm một giá trị"),
        (["serve", "--port", "70000"], "không phải số cổng từ 1 đến 65535"),
        (["serve", "--workers", "0"], "không phải số từ 1 đến 32"),
        (["serve", "--prot", "1"], "không có tham số: --prot 1"),
        (["officer"], "còn thiếu: --code, --name, --unit"),
    ],
)
def test_a_wrong_call_ends_with_2_and_a_vietnamese_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    text = capsys.readouterr().err
    assert says in text
    assert "--help" in text
    assert not ENGLISH.search(text)


def test_messages_of_our_own_pass_through():
    assert in_vietnamese("tệp trống") == "tệp trống"


def test_without_a_command_the_help_is_printed(capsys: pytest.CaptureFixture[str]):
    assert run([]) == 0
    text = capsys.readouterr().out
    lines = [line.split()[0] for line in text.splitlines() if line.startswith("    ") and line[4] != " "]
    assert set(COMMANDS) <= set(lines)


def test_a_port_in_use_is_named_with_the_option_to_change(capsys: pytest.CaptureFixture[str]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        assert not port_is_free("127.0.0.1", port, command="thuocdo demo")
    text = capsys.readouterr().err
    assert f"Cổng {port} đang được dùng" in text
    assert "thuocdo demo --port" in text
    assert port_is_free("127.0.0.1", port, command="thuocdo demo")


def test_a_port_in_use_stops_both_servers_before_anything_is_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("THUOCDO_DATA_DIR", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = str(taken.getsockname()[1])
        assert run(["demo", "--port", port]) == 3
        assert run(["serve", "--port", port]) == 3
    assert list(tmp_path.iterdir()) == []


def test_every_command_and_option_is_documented():
    text = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    (subparsers,) = (a for a in build_parser()._actions if a.dest == "command")
    assert set(subparsers.choices) == set(COMMANDS)
    for name, parser in subparsers.choices.items():
        found = re.search(rf"^## `thuocdo {name}[ `](.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
        assert found, name
        section = found.group(1)
        for action in parser._actions:
            for option in action.option_strings:
                assert option in ("-h", "--help") or f"`{option}" in section, f"{name} {option}"


def test_help_needs_neither_the_web_framework_nor_the_engine():
    code = "import sys; import thuocdo.cli.main as m; m.build_parser(); print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"django", "numpy", "pydantic", "granian"} & set(found.stdout.split())
