"""`thuocdo verify`: sentences for people, JSON for programs, exit codes for scripts."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.guards import outside_actions
from tests.integration.audit.world import write
from thuocdo.accounts.models import User
from thuocdo.audit import heads
from thuocdo.cli.main import run

pytestmark = pytest.mark.django_db
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def user(db: None, at: datetime) -> User:
    one = User(username="ai", display_name="Ai", password="!", created_at=at)
    write(one, chain="he-thong", code="account.created", by=None, at=at)
    return one


def test_clean_without_heads_says_what_is_not_anchored(user: User, capsys: Captured) -> None:
    assert run(["verify"]) == 0
    printed = capsys.readouterr().out
    assert "Đã kiểm tra 1 sự kiện, 1 đối tượng, 1 dòng dữ liệu" in printed
    assert "Không phát hiện sai lệch." in printed
    assert "- chuỗi “he-thong”: từ sự kiện số 1 đến số 1" in printed
    assert "--heads TỆP" in printed


def test_clean_with_heads(user: User, at: datetime, tmp_path: Path, capsys: Captured) -> None:
    path = heads.save(heads.export(at=at), tmp_path)
    assert run(["verify", "--heads", str(path)]) == 0
    assert "Toàn bộ nhật ký đã được neo bằng tệp mã chốt." in capsys.readouterr().out


def test_problems(user: User, capsys: Captured) -> None:
    with outside_actions():
        User.objects.update(display_name="Khác")
    assert run(["verify", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["clean"] is False
    assert report["found"] == 1
    assert report["problems"] == [
        {
            "code": "changed",
            "chain": "",
            "seq": None,
            "kind": "accounts.user",
            "key": str(user.pk),
            "message": f"Tài khoản (khóa {user.pk}): nội dung hiện nay khác nội dung ở lần ghi cuối cùng.",
        }
    ]
    assert report["anchors"] == {"he-thong": {"held_to": 0, "last": 1}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Không đọc được tệp"),
        ("{", "không phải JSON"),
        ("[]", "không phải tệp mã chốt"),
        ('{"format": 1, "chains": [], "hash": "x"}', "đã bị sửa hoặc hỏng"),
    ],
)
def test_a_heads_file_that_cannot_be_used(
    tmp_path: Path, capsys: Captured, content: str | None, sentence: str
) -> None:
    path = tmp_path / "heads.json"
    if content is not None:
        path.write_text(content)
    assert run(["verify", "--heads", str(path)]) == 3
    assert sentence in capsys.readouterr().err


def test_a_wrong_call(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["verify", "--head"])
    assert ended.value.code == 2
    assert "không có tham số: --head" in capsys.readouterr().err


def test_heads_survive_the_file(user: User, at: datetime, tmp_path: Path) -> None:
    exported = heads.export(at=at, cycle="PHUONG month 2026-02")
    path = heads.save(exported, tmp_path)
    assert path.name == f"heads-20260305T020000Z-{exported['hash'][:8]}.json"
    assert heads.load(path) == exported
