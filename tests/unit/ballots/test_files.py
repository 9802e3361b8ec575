"""The two files that work without the product: the tool as it was published, and the verifier."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from thuocdo.ballots.lpk1 import tool, verifier
from thuocdo.cli.main import run

POLICY = re.compile(r'Content-Security-Policy" content="([^"]+)"')


def test_the_tool_is_the_published_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a change: `thuocdo ballot-tool --out FILE` and put the printed SHA-256 into tool/sha256.txt."""
    assert run(["ballot-tool", "--out", str(tmp_path / "tool.html")]) == 0
    written = (tmp_path / "tool.html").read_bytes()
    published = tool.PUBLISHED.read_text(encoding="ascii").strip()
    assert sha256(written).hexdigest() == published
    assert published in capsys.readouterr().out


def test_the_tool_allows_its_own_text_and_nothing_else() -> None:
    page = tool.build()
    found = POLICY.search(page)
    assert found
    policy = dict(part.strip().split(" ", 1) for part in found[1].split(";"))
    for part, tag in (("script-src", "script"), ("style-src", "style")):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert policy.pop(part) == f"'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'"
    assert policy == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|https?://\w", page)
    assert not re.search(r"\b(?:localStorage|sessionStorage|indexedDB)\b", page)
    assert "@" not in re.sub(r"@media", "", page)


def test_no_text_promises_absolute_anonymity() -> None:
    root = Path(__file__).parents[3]
    texts = [*(root / "docs" / "handbook").glob("*.md"), root / "docs" / "ballots.md"]
    said = [path.read_text(encoding="utf-8").lower() for path in texts] + [tool.build().lower()]
    assert not [one for one in said if re.search(r"(?:ẩn danh|bí mật) (?:tuyệt đối|hoàn toàn)", one)]


def test_the_verifier_is_written_as_it_is(tmp_path: Path) -> None:
    assert run(["ballot-verifier", "--out", str(tmp_path / "kiem-phieu.py")]) == 0
    assert (tmp_path / "kiem-phieu.py").read_bytes() == Path(verifier.__file__).read_bytes()


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ballot-tool", "--out", str(tmp_path / "none" / "tool.html")]) == 3
    assert "không ghi được" in capsys.readouterr().err
