"""`thuocdo select`, `diff`, `whatif`: what they print, their exit codes, and that a wrong change is refused."""

import json
import re
from pathlib import Path

import pytest

from thuocdo.cli.main import run

CASE = """
title = "Thử"
rulebook = "state/nd-335-2025"
period = { kind = "year", year = 2026 }
"""
PERSON = """
[[subjects]]
id = "{id}"
kind = "civil_servant"
agency = "CQ"
group = "nhom"
year = {{ months_worked = 12 }}
months = [{months}]
"""


@pytest.fixture
def facts(tmp_path: Path) -> str:
    """Three people with 92, 91 and 72 points in every month."""
    path = tmp_path / "facts.toml"
    people = [
        PERSON.format(id=name, months=", ".join(f'{{ month = {n}, score = "{score}" }}' for n in range(1, 13)))
        for name, score in (("A", 92), ("B", 91), ("C", 72))
    ]
    path.write_text(CASE + "".join(people), encoding="utf-8")
    return str(path)


def test_a_changed_bound_moves_people(facts: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["whatif", facts, "--set", "bands.good.at_least=75", "--set", "bands.excellent.at_least=92"]) == 0
    out = capsys.readouterr().out
    assert "2 trên 3 đối tượng đổi kết quả" in out
    assert "70 → 75" in out
    assert "Điều 20 khoản 2" in out
    assert "CQ, nhóm nhom" in out
    before = Path(facts).read_text(encoding="utf-8")
    assert run(["whatif", facts, "--json", "--set", "bands.good.at_least=75"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(m["id"], m["before"], m["after"]) for m in found["moved"]] == [("C", "good", "complete")]
    assert found["groups"][0]["moved"] == 1
    assert Path(facts).read_text(encoding="utf-8") == before


def test_a_changed_quota_moves_nobody_but_its_places(facts: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["whatif", facts, "--set", "quotas.excellent.percent=100", "--set", "points.rounding=none"]) == 0
    out = capsys.readouterr().out
    assert "0 trên 3 đối tượng đổi kết quả" in out
    assert "Tỷ lệ thay đổi" in out
    assert "Điểm mở rounding: theo cách hiểu none" in out


@pytest.mark.parametrize(
    ("change", "code", "problem"),
    [
        ("bands.good.at_least=95", 4, "không thấp hơn"),
        ("bands.best.at_least=95", 4, "không có “best”"),
        ("bands.good.at_least", 3, "thiếu dấu"),
        ("points.rounding=maybe", 4, "không có cách hiểu"),
    ],
)
def test_a_wrong_change_is_refused(
    facts: str, change: str, code: int, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["whatif", facts, "--set", change]) == code
    assert problem in capsys.readouterr().err


def test_two_rulebooks_side_by_side(facts: str, capsys: pytest.CaptureFixture[str]) -> None:
    same = ["diff", "state/nd-335-2025", "state/nd-335-2025"]
    assert run([*same, "--facts", facts]) == 0
    out = capsys.readouterr().out
    assert "0 điểm khác nhau" in out
    assert "0 trên 3 đối tượng" in out
    assert run(["diff", "state/nd-90-2020", "state/nd-90-2020-nd-48-2023", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["differences"]
    assert "civil_servant.dating.one_year_only" in {item["path"] for item in found}
    assert all(item["cite_before"] or item["cite_after"] for item in found)
    assert run(["diff", "state/none", "state/nd-90-2020"]) == 4


def test_a_lawyer_reads_why_two_years_differ(capsys: pytest.CaptureFixture[str]) -> None:
    """By subject and matter; what one side alone has stands under its articles, a changed figure with both."""
    assert run(["diff", "party/qd-132-2018", "party/qd-366-2025"]) == 0
    out = capsys.readouterr().out
    member = out.partition("== Đảng viên ==")[2].partition("\n== ")[0]
    good = member.partition("\nHoàn thành tốt nhiệm vụ\n")[2].partition("\n\n")[0]
    before, _, after = good.partition("  Chỉ B có:\n    Điều 11 Quy định 366-QĐ/TW:\n")
    assert "Hướng dẫn 16-HD/BTCTW (2018):\n" in before
    assert "đạt mức mà văn bản yêu cầu (văn bản để ngỏ số liệu) [member.levels.good.results]" in before
    assert "      - Từ 70 điểm đến dưới 90 điểm [member.levels.good.score]\n" in after
    assert "Hoàn thành 100% nhiệm vụ [member.levels.good.done]" in after
    shared = out.partition("== Trình tự, thẩm quyền, biểu mẫu ==")[2]
    assert "\nViệc nào trước, việc nào sau\n" in shared
    assert "Cá nhân CÓ chức vụ lãnh đạo, quản lý" in shared.partition("\nBiểu mẫu\n")[2]
    assert run(["diff", "state/nd-90-2020", "state/nd-90-2020-nd-48-2023"]) == 0
    assert "\nKỷ luật tính vào năm nào\n" in capsys.readouterr().out
    assert run(["diff", "state/nd-335-2025", "state/nd-90-2020"]) == 0
    out = capsys.readouterr().out
    assert "== Quy tắc chung ==" not in out
    assert "\nHoàn thành xuất sắc nhiệm vụ\n" in out
    assert run(["diff", "local/da-nang-2026-pay", "local/hai-phong-29-2025-pay"]) == 0
    assert "== Tiền theo mức ==" in capsys.readouterr().out


GRADED = """
title = "Vòng 2018"
period = { kind = "year", year = 2018 }
[[subjects]]
id = "DV1"
kind = "party_member"
grades = { results = "excellent", others = "good" }
tasks = { assigned = 10, done = 10, late = 0, above = 0, failing = 0 }
related = { work = { level = "excellent" } }
[[subjects]]
id = "DV2"
kind = "party_member"
grades = { results = "excellent", others = "good" }
tasks = { assigned = 10, done = 4, late = 0, above = 0, failing = 0 }
related = { work = { level = "excellent" } }
"""
POINTED = """
title = "Vòng 2025"
period = { kind = "year", year = 2025 }
[[subjects]]
id = "DV1"
kind = "party_member"
marks = { general = 28, results = 50 }
tasks = { assigned = 10, done = 10, late = 0, above = 2, failing = 0 }
defects = { total = 0, fixed = 0 }
time = { months_member = 60 }
[[subjects]]
id = "DV3"
kind = "party_member"
marks = { general = 28, results = 63 }
tasks = { assigned = 10, done = 10, late = 0, above = 2, failing = 0 }
defects = { total = 0, fixed = 0 }
time = { months_member = 60 }
"""


def test_each_year_has_its_own_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Grades of 2018, points of 2025: a file for each side; who moved, and what decided it there, by article."""
    first, second = tmp_path / "2018.toml", tmp_path / "2025.toml"
    first.write_text(GRADED, encoding="utf-8")
    second.write_text(POINTED, encoding="utf-8")
    diff = ["diff", "party/qd-132-2018", "party/qd-366-2025", "--facts", str(first)]
    assert run(diff) == 3
    said = capsys.readouterr().err.splitlines()
    assert "theo B (party/qd-366-2025). Nếu hai bên cần dữ kiện khác nhau, ghi --facts hai lần" in said[0]
    assert "subjects[DV1].grades.results" in said[1]
    assert run([*diff, "--facts", str(second)]) == 0
    out = capsys.readouterr().out
    assert "3 trên 3 đối tượng đổi kết quả" in out
    why = out.partition("Vì sao khác:\n")[2]
    one = why.partition("  DV1\n")[2].partition("\n  DV")[0]
    assert "    A: Hoàn thành xuất sắc nhiệm vụ\n      - Đủ " in one
    assert "Từ 90 điểm trở lên: 78 điểm, cần từ 90 điểm trở lên; chưa đạt. (Điều 11 Quy định 366-QĐ/TW)" in one
    assert "Từ 50 điểm" not in one
    two = why.partition("  DV2\n")[2].partition("\n  DV")[0]
    assert "4/10 = 40%, mốc dưới 50%" in two
    assert two.endswith("B: không có trong tệp")
    three = why.partition("  DV3\n")[2]
    assert "A: không có trong tệp" in three
    assert "Ít nhất 30% nhiệm vụ vượt yêu cầu: 2/10 = 20%" in three
    assert "Từ 70 điểm" not in three
    assert run([*diff, "--facts", str(second), "--json"]) == 0
    moved = {one["id"]: one for one in json.loads(capsys.readouterr().out)["moved"]}
    assert moved["DV1"]["why_a"][0].startswith("Đủ ")
    assert "2/10 = 20%" in str(moved["DV3"]["why_b"])
    assert moved["DV3"]["why_a"] == [], "not in that file"
    assert run([*diff, "--facts", str(second), "--facts", str(second)]) == 3
    assert "có 3 tệp" in capsys.readouterr().err


def test_what_governs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["select", "--kind", "civil_servant", "--on", "2026-03-01", "--procedure", "state"]) == 0
    out = capsys.readouterr().out
    assert "state/nd-335-2025" in out
    assert "Áp dụng từ 01/01/2026" in out
    assert "Điều 27 khoản 1" in out
    asked = ["select", "--kind", "public_employee", "--procedure", "state", "--rating-date", "2026-12-20", "--on"]
    assert run([*asked, "2026-01-01"]) == 1
    assert "own_regulation" in capsys.readouterr().out
    assert run([*asked, "2026-01-01", "--own-regulation", "no"]) == 0
    assert "state/nd-90-2020-nd-48-2023" in capsys.readouterr().out
    assert run([*asked, "2026-01-01", "--own-regulation", "yes"]) == 0
    assert "state/nd-233-2026" in capsys.readouterr().out
    assert run(["select", "--kind", "civil_servant", "--on", "1990-01-01"]) == 1
    assert run(["select", "--kind", "soldier", "--on", "2026-01-01"]) == 3
    assert "không có loại đối tượng “soldier”. Một trong: civil_servant" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(["select", "--kind", "civil_servant", "--on", "hôm nay"])


def test_what_comes_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["order", "--rating-date", "2025-12-20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rulebook"] == "party/qd-366-2025"
    pairs = {(edge["first"], edge["then"], edge["link"]) for edge in found["precedence"]}
    assert {("rate_work", "rate_member", "same"), ("rate_collective", "rate_head", "collective")} <= pairs
    hoa_binh = ["order", "--overlay", "overlays/hoa-binh-2018", "--rating-date", "2018-12-20"]
    assert run(hoa_binh) == 0
    out = capsys.readouterr().out
    assert "chờ “Xếp loại đảng viên” của cùng một người (khóa person): Đảng viên xếp loại trước, cán bộ" in out
    assert "độ tin cậy L" in out
    assert "lưu ý: Nguồn không ghi phải chờ mức của chi bộ" in out
    early = tmp_path / "2018.toml"
    named = "src/rulebooks/overlays/hoa-binh-2018/cases/procedure-refused.toml"
    early.write_text((Path(__file__).parents[3] / named).read_text("utf-8"), "utf-8")
    assert run(["order", "--facts", str(early)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"Bị từ chối. DV2: Xếp loại đảng viên: .*\n.*Phiếu kín của chi bộ .*độ tin cậy L\)", out)
    assert run(["order", str(early)]) == 3
    assert "Ghi tệp sau --facts" in capsys.readouterr().err
    assert run(["order", "--rating-date", "2024-12-20"]) == 0
    assert "Chưa áp dụng: Đảng viên giữ chức vụ kiểm điểm ở chi bộ trước" in capsys.readouterr().out
    for year, number in (("2020", "02"), ("2023", "02B"), ("2025", "02A")):
        assert run(["order", "--rating-date", f"{year}-12-20", "--json"]) == 0
        forms = json.loads(capsys.readouterr().out)["forms"]
        assert next(f["number"] for f in forms if "leader" in f["subjects"]) == number
    cases = Path(__file__).parents[3] / "src/rulebooks/party/qd-366-2025/cases"
    assert run(["order", "--rating-date", "2025-12-20", "--facts", str(cases / "procedure-one-person.toml")]) == 3
    assert "không nói bước “review_in_leadership” gồm những việc nào" in capsys.readouterr().err
    facts = ["order", "--rating-date", "2025-12-20", "--facts"]
    assert run([*facts, str(cases / "procedure-refused.toml")]) == 0
    assert "Bị từ chối. BT: Xếp loại người đứng đầu: phải chờ" in capsys.readouterr().out
    assert run([*facts, str(cases / "procedure-refused.toml"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert ("rate_organisation", "CB1") in {(row["step"], row["subject"]) for row in found["refused"]}
    assert {row["state"] for row in found["standing"]} == {"free", "waits"}
    strange = tmp_path / "strange.toml"
    text = (cases / "procedure-refused.toml").read_text("utf-8")
    strange.write_text(text.replace('step = "rate_head"', 'step = "rate_member"'), "utf-8")
    assert run([*facts, str(strange)]) == 3
    err = capsys.readouterr().err
    assert "không có bước “rate_member” vào ngày xếp loại này. Các bước của đối tượng này: review_head," in err
    assert all(str(strange) in line for line in err.splitlines())
    assert run(["order", "--facts", str(cases / "procedure-refused.toml")]) == 0  # the date of the file
    assert run(["order", "--rating-date", "2025-12-20"]) == 0
    out = capsys.readouterr().out
    assert "của: cán bộ lãnh đạo, quản lý (người đứng đầu)" in out
    assert not re.search(r"\((collective|head|same|members|lower)\)", out)
    assert run(["order"]) == 3
    assert "chưa có ngày xếp loại" in capsys.readouterr().err
    assert run(["order", "state/nd-335-2025", "--rating-date", "2026-03-01"]) == 1
    assert "không nêu" in capsys.readouterr().out
    assert run(["order", "--rating-date", "1990-01-01"]) == 1
    assert run(["order", "party/none", "--rating-date", "2025-12-20"]) == 4


def test_which_form_of_which_year_is_whose(capsys: pytest.CaptureFixture[str]) -> None:
    """HD 25 (2023) and HD 43 (2025) swapped the letters of the personal report."""
    for day, kind, role, numbers in (
        ("2018-12-20", "party_member", "none", ["5"]),
        ("2019-12-20", "collective", "none", ["04"]),
        ("2023-12-20", "party_member", "none", ["02A"]),
        ("2023-12-20", "leader", "head", ["02B"]),
        ("2025-12-20", "party_member", "none", ["02B", "02C", "05"]),
        ("2025-12-20", "party_member", "head", ["02A", "05"]),
        ("2025-12-20", "leader", "deputy", ["02A", "05"]),
        ("2025-12-20", "collective", "none", ["01"]),
    ):
        assert run(["forms", "--rating-date", day, "--kind", kind, "--role", role, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [one["number"] for one in found["forms"]] == numbers
    assert [block["number"] for block in found["reports"][0]["blocks"]][:2] == ["A.I", "A.II"]
    assert run(["forms", "--rating-date", "2025-12-20"]) == 0
    assert "Mẫu 03: Quyết định đánh giá lại" in capsys.readouterr().out
    assert run(["forms", "--rating-date", "2023-12-20", "--kind", "leader"]) == 0
    assert "Bố cục: Bản kiểm điểm cá nhân có chức vụ lãnh đạo, quản lý (Mẫu 02B)" in capsys.readouterr().out
    assert run(["forms", "--rating-date", "2025-12-20", "--kind", "leader", "--role", "head"]) == 0
    whole = capsys.readouterr().out
    for line in (
        "- Trách nhiệm nêu gương, uy tín, gần dân", "vi phạm, khiếu nại, tố cáo, dấu hiệu mất đoàn kết (chỉ khi có)",
        "- Nhóm tiêu chí chung: tối đa 30 điểm", "- Chính trị: chưa có điểm tối đa",
        "- Tự nhận mức: Hoàn thành xuất sắc nhiệm vụ; Hoàn thành tốt", "lời văn từng dòng của mẫu chưa có nguyên văn",
    ):  # fmt: skip
        assert line in whole
    assert run(["forms", "--rating-date", "2025-12-20", "--kind", "unit"]) == 1
    assert "không nêu mẫu nào cho đối tượng này. Các mẫu có nêu: Mẫu 01" in capsys.readouterr().out
    for key, period in (("state/nd-335-2025", "2026-03-01"), ("state/nd-233-2026", "2026-08-01")):
        assert run(["forms", key, "--rating-date", period, "--kind", "unit"]) == 1
        assert "Trước đó" not in capsys.readouterr().out
    assert run(["forms", "--rating-date", "1990-01-01"]) == 1
    assert run(["forms", "--rating-date", "2025-12-20", "--kind", "nobody"]) == 3


@pytest.mark.parametrize(
    ("day", "later", "since", "earlier"),
    [("2025-09-15", "Mẫu 02A: Cá nhân CÓ chức vụ", "31/10/2025", "Mẫu 02A: Cá nhân KHÔNG giữ chức vụ"),
     ("2023-10-20", "Mẫu 02B: Cá nhân CÓ chức vụ", "10/11/2023", "Mẫu 02: Bản kiểm điểm cá nhân dùng chung")],
)  # fmt: skip
def test_between_a_regulation_and_its_guidance_no_form_is_known(
    capsys: pytest.CaptureFixture[str], day: str, later: str, since: str, earlier: str
) -> None:
    """QĐ 366 of 30/8/2025 and HD 43 of 31/10/2025, QĐ 124 of 4/10/2023 and HD 25 of 10/11/2023: which form?"""
    assert run(["forms", "--rating-date", day]) == 1
    _, none, after, before, who = capsys.readouterr().out.splitlines()
    assert "không nêu mẫu nào dùng ngày" in none
    assert after.startswith(f"Từ ngày {since} có: ")
    assert later in after
    assert before.startswith("Trước đó, theo ")
    assert earlier in before
    assert who.endswith("cấp có thẩm quyền quyết định.")
    assert run(["forms", "--rating-date", day, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["forms"] == []
    assert found["later"][0]["since"] == "-".join(reversed(since.split("/")))
    assert found["earlier"][0]["rulebook"] != found["rulebook"]


@pytest.mark.parametrize(
    "command",
    [
        ["rate", "{}"],
        ["diff", "party/qd-366-2025", "party/qd-124-2023", "--facts", "{}"],
        ["whatif", "{}", "--set", "agency.x=1"],
    ],
    ids=lambda command: command[0],
)
def test_what_no_format_allows_and_what_the_rulebook_does_not_take_are_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    path = tmp_path / "facts.toml"
    head = 'title = "Thử"\nrulebook = "party/qd-366-2025"\nperiod = { kind = "year", year = 2025 }\n'
    body = '\n[[subjects]]\nid = "{}"\nkind = "agency"\nagency = "DB1"\ngroup = "so-nganh"\n{}\n'
    path.write_text(
        head
        + body.format("A", 'tasks = { assigned = "nhiều" }')
        + body.format("B", "marks = { general = 28, khac = 3 }"),
        encoding="utf-8",
    )
    assert run([part.format(path) for part in command]) == 3
    told = capsys.readouterr().err
    assert "subjects[A].tasks.assigned" in told
    assert "subjects[B].marks.khac" in told
