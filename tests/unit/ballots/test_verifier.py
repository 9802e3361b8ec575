"""The stand-alone verifier: one file, no dependency, and a sentence for every kind of tampering."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.unit.ballots.making import ballot, cast, full_board
from thuocdo.ballots.lpk1 import board as boards
from thuocdo.ballots.lpk1 import sealing, verifier
from thuocdo.ballots.lpk1.counting import count

Board = dict[str, Any]


@cache
def honest() -> Board:
    return full_board()


def rehashed(made: Board) -> Board:
    """As somebody would leave it who can write the file and knows the protocol."""
    rest = {name: value for name, value in made.items() if name != "hash"}
    rest["returned"] = len(rest["rows"])
    rest["result"] = count(rest["ballot"], [row["choice"] for row in rest["rows"]])
    return rest | {"hash": boards.digest(rest)}


def added(made: Board) -> None:
    made["rows"].append(made["rows"][0] | {"serial": "f" * 64})


def changed(made: Board) -> None:
    row = next(row for row in made["rows"] if row["choice"] == [[0], [1]])
    row["choice"] = [[2], [1]]


def removed(made: Board) -> None:
    made["rows"].pop()


def signed_wrongly(made: Board) -> None:
    row = made["rows"][0]
    row["signature"] = row["signature"][:-1] + ("0" if row["signature"][-1] != "0" else "1")


def options_changed(made: Board) -> None:
    made["ballot"] = copy.deepcopy(made["ballot"])
    made["ballot"]["lines"][0]["options"].reverse()


def doubled(made: Board) -> None:
    made["rows"].insert(1, made["rows"][0])


def too_many(made: Board) -> None:
    made["issued"] = 4


def keys_changed(made: Board) -> None:
    made["keys"]["sign"] = f"{int(made['keys']['sign'], 16) - 2:x}"


def off_the_slip(made: Board) -> None:
    made["rows"][0]["choice"] = [[0], [7]]


def resealed(made: Board) -> None:
    """The server seals a choice of its own for a serial that it has seen."""
    row, tag = made["rows"][0], boards.tag_of(made["ballot"], made["keys"])
    content = boards.encode_choice(made["ballot"], [[2], [2]])
    row["sealed"] = sealing.seal(bytes.fromhex(made["keys"]["open"]), content, tag, row["serial"]).hex()


def key_changed(made: Board) -> None:
    """Somebody else's proof over the seal."""
    made["rows"][0] |= {name: made["rows"][1][name] for name in ("key", "proof", "sealed")}


def off_the_curve(made: Board) -> None:
    made["rows"][0]["key"] = "04" + "1" * 128


def no_proof(made: Board) -> None:
    made["rows"][0]["proof"] = "0" * 128


CASES: list[tuple[Callable[[Board], None], str]] = [
    (added, "Chữ ký của phiếu …ffffffff không đúng"),
    (changed, "khác kết quả đếm lại"),
    (removed, "Số phiếu thu về ghi là 5 nhưng tệp có 4"),
    (signed_wrongly, "Chữ ký của phiếu"),
    (options_changed, "Nội dung phiếu (câu hỏi, lựa chọn, thể lệ) đã bị đổi"),
    (doubled, "xuất hiện hai lần"),
    (too_many, "nhiều hơn số phiếu phát ra là 4"),
    (keys_changed, "Khóa của ban kiểm phiếu đã bị đổi"),
    (resealed, "đã bị thay"),
    (key_changed, "đã bị thay"),
    (off_the_curve, "đã bị thay"),
    (no_proof, "đã bị thay"),
    (off_the_slip, "không có trên phiếu"),
]


def verified(made: Any, tmp_path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run as somebody would who has nothing but the file and Python."""
    (tmp_path / "board.json").write_text(json.dumps(made), encoding="utf-8")
    command = [sys.executable, "-I", "-S", verifier.__file__, str(tmp_path / "board.json"), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"})


def minutes() -> list[str]:
    """The values in the signed minutes."""
    made = honest()
    values = {"--hash": boards.short(made["hash"]), "--fingerprint": made["fingerprint"]}
    values |= {"--keys": made["keys_fingerprint"], "--issued": str(made["issued"])}
    return [word for pair in values.items() for word in pair]


def test_the_honest_board(tmp_path: Path) -> None:
    alone = verified(honest(), tmp_path)
    assert alone.returncode == 0, alone.stderr
    assert "so ba mã và số phiếu phát ra" in alone.stdout
    assert "Tín nhiệm cao: 2/3 số phiếu hợp lệ của dòng" in alone.stdout
    done = verified(honest(), tmp_path, *minutes())
    assert done.returncode == 0, done.stderr
    assert "ĐÚNG: tệp khớp với chính nó và với các giá trị của biên bản." in done.stdout


@pytest.mark.parametrize(("tamper", "says"), CASES, ids=[case[0].__name__ for case in CASES])
def test_tampering_is_named(tamper: Callable[[Board], None], says: str) -> None:
    made = copy.deepcopy(honest())
    tamper(made)
    found = verifier.problems(made)
    assert any(says in problem for problem in found), found
    assert any("Mã của bảng kết quả không khớp" in problem for problem in found)


def test_b4_a_row_taken_out_or_added_ends_with_1_and_the_sentence(tmp_path: Path) -> None:
    """Also where whoever adds it recomputes everything that needs no key of the committee."""
    says = {removed: "Số phiếu thu về ghi là 5 nhưng tệp có 4 phiếu.", added: "không do ban kiểm phiếu phát ra"}
    for tamper, words in says.items():
        made = copy.deepcopy(honest())
        tamper(made)
        done = verified(rehashed(made) if tamper is added else made, tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "SAI: " in done.stderr
        assert words in done.stderr


@pytest.mark.parametrize("tamper", [changed, removed], ids=lambda tamper: tamper.__name__)
def test_a_forger_who_recomputes_everything_differs_from_the_minutes(tamper: Callable[[Board], None]) -> None:
    made = copy.deepcopy(honest())
    tamper(made)
    made = rehashed(made)
    assert verifier.problems(made) == []
    given = {"fingerprint": made["fingerprint"], "keys": made["keys_fingerprint"], "issued": 6}
    assert verifier.problems(made, **given, hash_=honest()["hash"]) == [
        "Bảng kết quả không phải bảng đã công bố: khác mã bảng kết quả trong biên bản."
    ]


def test_a_forger_without_the_committees_key_adds_nothing() -> None:
    made = copy.deepcopy(honest())
    added(made)
    made = rehashed(made)
    made["rows"].sort(key=lambda row: row["serial"])
    assert any("không do ban kiểm phiếu phát ra" in problem for problem in verifier.problems(made))


def test_slips_signed_beyond_the_number_given_out_are_proven_by_those_that_are_not_on_the_board(tmp_path: Path) -> None:
    """Five of six came back. Whoever holds the sixth shows it and all is right; one more that the committee signed,
    cast in the place of somebody who did not cast, makes seven of six."""
    shown = ("serial", "key", "prefix", "signature")
    sixth, seventh = ({name: row[name] for name in shown} for row in (cast(ballot(), None) for _ in range(2)))
    files = []
    for number, slip in enumerate((sixth, seventh)):
        files.append(str(tmp_path / f"{number}.json"))
        Path(files[-1]).write_text(json.dumps(slip), encoding="utf-8")
    assert verified(honest(), tmp_path, "--unused", files[0], files[0]).returncode == 0, "the same one twice is one"
    done = verified(honest(), tmp_path, "--unused", *files)
    assert done.returncode == 1
    assert "KÝ THỪA: 5 phiếu trên bảng và 2 phiếu không có trên bảng" in done.stderr
    problems = verifier.unused_problems(honest(), [honest()["rows"][0], sixth | {"serial": "f" * 64}])
    assert ["lại có trên bảng" in problems[0], "không do ban kiểm phiếu phát ra" in problems[1]] == [True, True]
    assert verified(honest(), tmp_path, "--unused", str(tmp_path / "board.json")).returncode == 2


def test_other_values_in_the_minutes() -> None:
    made = honest()
    found = verifier.problems(made, "0000-0000-0000", "0000-0000-0000", 5, "0000-0000-0000")
    assert len(found) == 4
    assert all("biên bản" in problem for problem in found)


@pytest.mark.parametrize("made", [[], {}, {"protocol": "LPK-1"}, 1.5, None], ids=repr)
def test_what_is_no_board(made: Any, tmp_path: Path) -> None:
    done = verified(made, tmp_path)
    assert done.returncode == 2
    assert "Không đọc được" in done.stderr


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert verifier.main(["khong-co.json"]) == 2
    assert capsys.readouterr().err == "Không mở được khong-co.json: xem lại đường dẫn của tệp.\n"


def test_a_float_is_no_number_of_the_protocol(tmp_path: Path) -> None:
    assert verified(honest() | {"issued": 6.0}, tmp_path).returncode == 2
    with pytest.raises(ValueError, match="số nguyên"):
        verifier.problems(honest() | {"issued": True})


@pytest.mark.parametrize("broken", [{"serial": "x"}, {"signature": ""}, {"more": 1}, {"prefix": 5}], ids=str)
def test_a_row_out_of_shape(broken: dict[str, Any]) -> None:
    made = copy.deepcopy(honest())
    made["rows"][2] |= broken
    assert "Có một phiếu không đúng dạng." in verifier.problems(made)


def test_rows_out_of_order_and_figures_that_contradict() -> None:
    made = copy.deepcopy(honest())
    made["rows"].reverse()
    assert "Các phiếu không xếp theo số phiếu." in verifier.problems(made)
    made["present"] = 99
    assert "Số phát ra, số có mặt và số triệu tập không khớp nhau." in verifier.problems(made)


def test_it_counts_a_spoilt_slip_as_the_product_does() -> None:
    frozen = ballot(invalid="slip")
    made = boards.publish(frozen, honest()["keys"], present=3, issued=3, rows=[cast(frozen, [[0, 1], [1]])])
    assert verifier.problems(made) == []
    assert made["result"]["valid"] == 0
