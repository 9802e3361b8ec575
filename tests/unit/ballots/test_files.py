"""The files that work without the product: the tool as it was published, signed by an agency, and the verifiers."""

import re
import secrets
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.unit.ballots import making
from thuocdo.ballots.lpk1 import signing, tool, tool_verifier, verifier
from thuocdo.cli import balloting
from thuocdo.cli.main import run

POLICY = re.compile(r'Content-Security-Policy" content="([^"]+)"')


def test_the_files_are_the_published_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a change: write all three as here and put what `sha256sum` says of them into tool/sha256.txt."""
    for name, command in (
        (tool.TOOL, ["ballot-tool"]), (tool.VERIFIER, ["ballot-verifier"]),
        (tool.TOOL_VERIFIER, ["ballot-verifier", "--of-tool"]),
    ):  # fmt: skip
        assert run([*command, "--out", str(tmp_path / name)]) == 0
        assert sha256((tmp_path / name).read_bytes()).hexdigest() == tool.published()[name]
        assert tool.published()[name] in capsys.readouterr().out


def checked(folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    """As a committee does that has Python, three files and the agency's word of its key."""
    command = [sys.executable, "-I", "-S", tool_verifier.__file__, str(folder / "tool.html"), "--key", key]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"})


def test_an_agency_signs_the_tool_and_a_committee_checks_it_without_the_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key, file = tmp_path / "khoa.pem", tmp_path / "tool.html"
    monkeypatch.setattr(balloting, "getpass", lambda _: "mật khẩu")
    assert run(["ballot-key", "--out", str(key)]) == 0
    code = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", capsys.readouterr().out)[0]
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in key.read_bytes()
    assert run(["ballot-key", "--out", str(key)]) == 3, "a key that is there stays"
    assert run(["ballot-tool", "--out", str(file), "--sign", str(key)]) == 0
    assert code in capsys.readouterr().out
    done = checked(tmp_path, code.lower())
    assert (done.returncode, done.stdout) == (0, f"ĐÚNG: cơ quan giữ khóa {code} đã ký tệp này. SHA-256: "
                                                 f"{tool.published()[tool.TOOL]}\n")  # fmt: skip
    assert tool.signed(str(file) + ".sig") == tool.Signed(code, holds=True)
    assert checked(tmp_path, "0000-0000-0000").returncode == 1, "somebody else's key beside the file"
    good = file.read_bytes()
    file.write_bytes(good.replace(b"Refused", b"refused", 1))
    changed = checked(tmp_path, code)
    assert (changed.returncode, "tệp đã bị sửa" in changed.stderr) == (1, True)
    (tmp_path / "tool.html.sig").write_bytes(bytes(64))
    assert tool.signed(str(file) + ".sig") == tool.Signed(code, holds=False)
    (tmp_path / "tool.html.pub.pem").write_text("không phải khóa", encoding="utf-8")
    assert "không phải khóa công khai" in tool.signed(str(file) + ".sig").problem  # type: ignore[union-attr]
    assert checked(tmp_path, code).returncode == 2
    assert "Không mở được" in tool.signed(str(tmp_path / "none.sig")).problem  # type: ignore[union-attr]
    monkeypatch.setattr(balloting, "getpass", lambda _: "sai")
    assert run(["ballot-tool", "--out", str(tmp_path / "new.html"), "--sign", str(key)]) == 3
    assert not (tmp_path / "new.html").exists()
    words = iter(("một", "hai"))
    monkeypatch.setattr(balloting, "getpass", lambda _: next(words))
    assert run(["ballot-key", "--out", str(tmp_path / "other.pem")]) == 3
    assert not (tmp_path / "other.pem").exists()


def test_both_implementations_of_ed25519_agree() -> None:
    for _ in range(3):
        content = secrets.token_bytes(100)
        signature, public = signing.sign(signing.new_key(""), "", content)
        raw = tool_verifier.key_of(public.decode())
        assert tool_verifier.signature_holds(raw, content, signature)
        for wrong in (
            signature[:-1], bytes(64), signature[:32] + bytes(32), b"\xff" * 64, bytes(1) + signature[1:]
        ):  # fmt: skip
            assert not tool_verifier.signature_holds(raw, content, wrong)
            assert not signing.holds(public, content, wrong)
        beyond = int.from_bytes(signature[32:], "little") + tool_verifier.ORDER
        assert not tool_verifier.signature_holds(raw, content, signature[:32] + beyond.to_bytes(32, "little"))
    for pem in (making.signing_key(), ec.generate_private_key(ec.SECP256R1())):
        text = pem.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(signing.SigningError, match="không phải khóa Ed25519"):
            signing.sign(text, "", b"")
    public = making.signing_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(signing.SigningError, match="không phải khóa Ed25519"):
        signing.fingerprint(public)


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
