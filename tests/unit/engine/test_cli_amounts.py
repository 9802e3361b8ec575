"""`thuocdo rate` shows amounts and quota figures; `thuocdo check` refuses a place where nothing is to check."""

import json
from pathlib import Path

import pytest

from thuocdo.cli.main import run

BOOKS = Path(__file__).resolve().parents[3] / "src" / "rulebooks"
MONTH = """
title = "Thu nhập tăng thêm của Đà Nẵng"
rulebook = "local/da-nang-2026-pay"
period = { kind = "month", year = 2026, number = 3 }
[[subjects]]
id = "DU"
kind = "civil_servant"
related = { work = { level = "complete" } }
pay = { base = 5000001 }
[[subjects]]
id = "THIEU"
kind = "civil_servant"
related = { work = { level = "good" } }
"""


def test_rate_prints_amounts_with_their_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "thang.toml"
    file.write_text(MONTH, encoding="utf-8")
    assert run(["rate", str(file)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Tiền theo mức: DU: Thu nhập tăng thêm của tháng, mức Hoàn thành nhiệm vụ: 0,1 lần" in said
    assert "[Phần hệ số theo mức" in said


def test_amounts_as_json_are_exact_and_null_where_the_base_is_not_stated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "thang.toml"
    file.write_text(MONTH, encoding="utf-8")
    assert run(["rate", str(file), "--json"]) == 0
    found = {item["id"]: item["money"] for item in json.loads(capsys.readouterr().out)["subjects"]}
    assert found["DU"] == {"extra_income": {"exact": "5000001/10", "decimal": "500000.1"}}
    assert found["THIEU"] == {"extra_income": None}


def test_quota_figures_as_json_have_the_names_of_the_case_format(capsys: pytest.CaptureFixture[str]) -> None:
    case = BOOKS / "state" / "nd-335-2025" / "cases" / "quotas-groups.toml"
    assert run(["rate", str(case), "--json"]) == 0
    cells = json.loads(capsys.readouterr().out)["quotas"]
    names = ("quota", "agency", "group", "parent", "side", "base", "at_level", "places", "stable_places", "exceeded")
    assert cells
    assert all(set(cell) == set(names) for cell in cells)


def test_check_refuses_a_folder_without_rulebooks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path)]) == 3
    assert "không có bộ quy tắc hay tình huống mẫu nào để kiểm tra" in capsys.readouterr().err


def test_whatif_says_which_of_several_schemes_changes(capsys: pytest.CaptureFixture[str]) -> None:
    case = BOOKS / "party" / "qd-366-2025" / "cases" / "instrument-first-day.toml"
    assert run(["whatif", str(case), "--set", "points.five_targets=all_five"]) == 0
    said = capsys.readouterr().out
    assert "[leader.triggers.basic_targets." in said
    assert "[collective.triggers.basic_targets." in said


def test_diff_says_in_words_that_the_places_are_not_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "nam.toml"
    file.write_text(
        'title = "Chưa nêu tỷ lệ đảng viên xuất sắc"\n'
        'period = { kind = "year", year = 2023 }\n'
        "[[subjects]]\n"
        'id = "A"\nkind = "civil_servant"\nagency = "SO"\n'
        "tasks = { assigned = 10, done = 10, late = 0, above = 5, failing = 0 }\n"
        "facts = { criteria_well = true, high_efficiency = true, leave_months = 0 }\n"
        "time = { months_worked = 12 }\n",
        encoding="utf-8",
    )
    assert run(["diff", "state/nd-90-2020", "state/nd-90-2020-nd-48-2023", "--facts", str(file)]) == 0
    said = capsys.readouterr().out
    assert "B: 1 người, chưa xác định được số chỗ" in said
    assert "None" not in said
