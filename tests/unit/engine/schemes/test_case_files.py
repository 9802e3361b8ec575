"""What a case file says that is not so is told in a sentence."""

from pathlib import Path

from thuocdo.engine.cases import run_case

FILE = """
title = "Sai mọi chỗ"
rulebook = "local/da-nang-2026-pay"
procedure = "pay"
period = { kind = "month", year = 2026, number = 3 }

[[salary_funds]]
agency = "UB"
fund = "ceiling"
amount = 1000

[expect]
refused_steps = ["pay:A"]
findings = ["fund.ceiling.UB", "fund.none.UB"]
money = { "fund.ceiling.UB" = 799, "fund.none.UB" = 1 }

[[subjects]]
id = "A"
kind = "civil_servant"
related = { work = { level = "excellent" } }
pay = { base = 9500000 }
expect = { outcome = "rated", level = "excellent", money = { extra_income = 1, other = 2 } }
"""


def test_every_difference_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sai.toml"
    path.write_text(FILE, encoding="utf-8")
    report = run_case(path)
    assert report.failures == (
        "A: số tiền “extra_income” là 4750000, mong đợi 1",
        "A: số tiền “other” là không có, mong đợi 2",
        "các bước bị từ chối là [], mong đợi ['pay:A']",
        "thiếu căn cứ chung “fund.none.UB”",
        "số tiền “fund.ceiling.UB” là 800, mong đợi 799",
        "số tiền “fund.none.UB” là không có, mong đợi 1",
    )
