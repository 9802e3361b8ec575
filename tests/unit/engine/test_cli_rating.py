"""`thuocdo rate`, `explain`, `check`, `schema`: what people read, what programs read, exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.engine.support import KEY, WARD, copy_of_rulebooks, edit
from thuocdo.cli.every_fault import read_and_rate
from thuocdo.cli.main import run
from thuocdo.engine import CaseError, list_overlays, list_rulebooks, parse_case
from thuocdo.engine.cases import case_files, rate_file, run_case
from thuocdo.engine.loader import default_roots

CASES = default_roots()[0] / KEY / "cases"
OPEN = str(CASES / "open_points-month.toml")


def test_rate_prints_one_aligned_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rate", str(CASES / "levels-month-bounds.toml")]) == 0
    out = capsys.readouterr().out
    assert "B2   " in out
    assert "89,9916…" in out
    assert "chưa phải là xếp loại" in out
    assert "B5: Nghị định không quy định làm tròn" in out


def test_rate_prints_the_quota_of_a_year(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rate", str(CASES / "quotas-groups.toml")]) == 0
    out = capsys.readouterr().out
    assert "Mức xếp loại" in out
    assert "Tỷ lệ:" in out
    assert "nhóm chuyên-viên" in out


def test_what_follows_from_votes_is_called_no_rating(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    votes = default_roots()[0] / "votes" / "qd-96-2023" / "cases" / "vote-bounds.toml"
    assert run(["rate", str(votes)]) == 0
    out = capsys.readouterr().out
    assert "Hệ quả theo phiếu" in out
    assert "có kết quả" in out
    assert "đã xếp loại" not in out
    assert "Mức xếp loại" not in out
    who = parse_case(votes).subjects[0].id
    assert run(["explain", str(votes), "--subject", who]) == 0
    assert "Kết quả: có kết quả\nHệ quả theo phiếu: " in capsys.readouterr().out
    early = tmp_path / "2001.toml"
    early.write_text(
        'title = "t"\nrating_date = 2001-12-20\nperiod = { kind = "year", year = 2001 }\n'
        '[[subjects]]\nid = "A"\nkind = "party_member"\n'
    )
    assert run(["rate", str(early)]) == 0
    out = capsys.readouterr().out
    assert "Mức xếp loại" in out, "no rulebook at all is none on votes"
    assert "không xếp loại" in out


def test_rate_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rate", OPEN, "--json"]) == 0
    found = {item["id"]: item for item in json.loads(capsys.readouterr().out)["subjects"]}
    assert found["O2"]["score"] == {"exact": "265/3", "decimal": "88.3333"}
    assert (found["O2"]["outcome"], found["O2"]["band"]) == ("scored", "good")
    assert "results.quantity" in found["O2"]["findings"]
    assert found["O1"]["score"] is None
    assert [item["id"] for item in found["O1"]["open_points"]] == ["ratio_cap"]
    assert run(["rate", str(CASES / "levels-year.toml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["subjects"][0]["level"] == "excellent"


def test_an_overlay_on_the_command_line_settles_points(capsys: pytest.CaptureFixture[str]) -> None:
    ward = ["--rulebook", KEY, "--overlay", WARD, "--json"]
    assert run(["explain", str(CASES / "levels-month-bounds.toml"), "--subject", "B5", *ward]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["band"]) == ("scored", "complete")


def test_explain_shows_every_line_with_its_article(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", OPEN, "--subject", "O12"]) == 0
    out = capsys.readouterr().out
    assert "Cần quyết định (ratio_cap)" in out
    assert "còn tùy điểm khác" in out
    assert "Điều 14 khoản 2 điểm b Nghị định 335/2025/NĐ-CP" in " ".join(out.split())
    assert run(["explain", str(CASES / "levels-year.toml"), "--subject", "N18"]) == 0
    assert "Mức xếp loại: Hoàn thành tốt nhiệm vụ" in capsys.readouterr().out
    assert run(["explain", str(CASES / "criteria-marks.toml"), "--subject", "C1"]) == 0
    assert "Điểm: 100 (chính xác 100/1)" in capsys.readouterr().out


def test_a_wrong_subject_or_file_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", OPEN, "--subject", "X"]) == 3
    assert "Các mã có trong tệp: O1, O2" in capsys.readouterr().err
    assert run(["rate", str(tmp_path / "none.toml")]) == 3
    bad = tmp_path / "bad.toml"
    text = (CASES / "criteria-marks.toml").read_text(encoding="utf-8")
    bad.write_text(text.replace("political_ethics = 5,", "political_ethics = 5.5,", 1), encoding="utf-8")
    assert run(["rate", str(bad)]) == 3
    err = capsys.readouterr().err
    assert str(bad) in err
    assert "marks.political_ethics" in err
    assert "Chấm từ 0 đến 5" in err


def test_faults_are_printed_one_a_line_and_none_is_made_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.toml"
    text = (CASES / "criteria-marks.toml").read_text(encoding="utf-8")
    bad.write_text(text.replace("political_ethics = 5,", 'political_ethics = "x",', 1), encoding="utf-8")
    assert run(["rate", str(bad)]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "khóa “subjects[C1].marks.political_ethics”" in line
    assert "lỗi khác" not in line
    bad.write_text(text.replace("political_ethics = 5,", 'political_ethics = "x",'), encoding="utf-8")
    assert run(["rate", str(bad)]) == 3
    first, *others = capsys.readouterr().err.splitlines()
    assert str(bad) in first
    assert others
    assert all(line.startswith(f"Lỗi dữ kiện: {bad}, khóa “subjects[C") for line in others)
    assert len({first, *others}) == len(others) + 1


MISFIT = """
title = "Nhiều chỗ sai"
rulebook = "party/qd-366-2025"
period = { kind = "year", year = 2025 }
[[subjects]]
id = "A"
kind = "party_member"
marks = { generel = 20, results = 71 }
facts = { degrad = true, degradation = 1, forbidden_acts = 2 }
related = { cell = { level = "good" } }
decisions = { none = { reading = "good", by = "x", reason = "y" } }
[[subjects]]
id = "B"
kind = "leader"
leadership = "head"
marks = { political = 3 }
grades = { results = "good" }
votes = { low = 1 }
facts = { vote_held = false, as_member = true }
related = { units = [], collective = [{ level = "good" }, { level = "good" }] }
[[subjects]]
id = "C"
kind = "party_member"
months = [{ month = 1, score = 80 }]
"""


def test_everything_that_does_not_fit_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One run names every wrong key of every subject, each with the file; a part without a maximum says why."""
    bad = tmp_path / "misfit.toml"
    bad.write_text(MISFIT, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        rate_file(parse_case(bad))
    keys = [fault.key for fault in caught.value.faults()]
    assert keys == [f"subjects[A].{key}" for key in (
        "marks.generel", "marks.results", "facts.degrad", "facts.degradation", "facts.forbidden_acts", "related.cell",
        "decisions.none",
    )] + [f"subjects[B].{key}" for key in (
        "marks.political", "grades.results", "facts.as_member", "facts.vote_held", "related.collective",
    )] + ["subjects[C].months"]  # fmt: skip
    assert run(["rate", str(bad)]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith(f"Lỗi dữ kiện: {bad}, khóa “subjects[") for line in lines[:-1])
    assert lines[-1] == "Lỗi dữ kiện: Còn 3 lỗi khác."
    part = next(line for line in lines if "marks.political" in line)
    assert "để ngỏ điểm tối đa của “Chính trị” nên chưa chấm riêng được. Chấm chung ở marks.general" in part
    assert "Xóa khóa này: khung không dùng grades." in next(line for line in lines if "grades" in line)
    text = (CASES / "criteria-marks.toml").read_text(encoding="utf-8")
    bad.write_text(text.replace("political_ethics =", "politics ="), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        rate_file(parse_case(bad))
    assert len({fault.key.partition("]")[0] for fault in caught.value.faults()}) > 1


BOTH = """
title = "Hai loại lỗi"
rulebook = "party/qd-366-2025"
period = { kind = "year", year = 2025 }
[[subjects]]
id = "A"
kind = "party_member"
marks = { general = "x" }
facts = { degrad = true }
[[subjects]]
id = "B"
kind = "party_member"
marks = { generel = 20 }
[[subjects]]
id = "C"
kind = "party_membre"
marks = { generel = 20 }
"""


def test_a_wrong_format_hides_no_fault_of_the_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One wave: what no format allows, then what the rulebook does not take of the rest; nothing that is not sure."""
    bad = tmp_path / "both.toml"
    for text in (BOTH, BOTH.replace('rulebook = "party/qd-366-2025"', 'procedure = "party"\nrating_date = 2025-12-20')):
        bad.write_text(text, encoding="utf-8")
        assert run(["rate", str(bad)]) == 3
        lines = capsys.readouterr().err.splitlines()
        keys = [line.partition("khóa “")[2].partition("”")[0] for line in lines]
        wanted = ("A].marks.general", "C].kind", "A].facts.degrad", "B].marks.generel")
        assert keys == [f"subjects[{key}" for key in wanted]
        assert all(str(bad) in line for line in lines)
    bad.write_text(BOTH.replace("year = 2025", 'year = "x"'), encoding="utf-8")
    assert run(["rate", str(bad)]) == 3
    assert "generel" not in capsys.readouterr().err
    marks = (CASES / "criteria-marks.toml").read_text(encoding="utf-8")
    marks = marks.replace("political_ethics =", "politics =", 1).replace('id = "C1"', 'id = "C1"\ncolour = 1')
    bad.write_text(marks, encoding="utf-8")
    assert run(["explain", str(bad), "--subject", "C1"]) == 3
    said = capsys.readouterr().err
    assert "subjects[C1].colour" in said
    assert "subjects[C1].marks.politics" in said


WAVES = """
title = "Mọi lỗi một lần"
rulebook = "party/qd-366-2025"
rating_date = 2025-12-20
period = { kind = "year", year = 2025 }
[[steps]]
step = "rate_nothing"
subject = "A"
[[steps]]
step = "rate_collective"
subject = "A"
[[steps]]
step = 5
subject = "A"
[[quota_raises]]
agency = "XX"
by = "Ban Thường vụ"
reason = "vượt kế hoạch"
[[subjects]]
id = "A"
kind = "party_member"
agency = "DB"
marks = { general = 31, results = 66 }
[[subjects]]
id = "B"
kind = "party_member"
agency = "DB"
tasks = { assigned = 10, done = 11, late = 12 }
[[subjects]]
id = "C"
kind = "leader"
leadership = "head"
agency = "DB"
related = { units = [{ id = "ZZ" }] }
"""
TOLD = ("quota_raises[0].agency", "subjects[A].marks.general", "subjects[C].related.units", "steps", "steps")


def _keys(said: str) -> list[str]:
    return sorted(line.partition("khóa “")[2].partition("”")[0] for line in said.splitlines())


def test_steps_raised_shares_and_related_subjects_are_told_in_the_same_wave(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong first hides nothing; `rate`, `check` and `order` say the same of one file."""
    bad = tmp_path / "waves.toml"
    bad.write_text(WAVES, encoding="utf-8")
    for called in (["rate"], ["check"], ["order", "--facts"]):
        assert run([*called, str(bad)]) == 3
        said = capsys.readouterr().err
        assert _keys(said) == sorted((*TOLD, "subjects[B].tasks", "steps[2].step"))
        assert "done (11) lớn hơn assigned (10); late (12) lớn hơn assigned (10)" in said
        assert all(line.startswith(f"Lỗi dữ kiện: {bad}, ") for line in said.splitlines())
    sound = WAVES.replace("done = 11, late = 12", "done = 10").replace('[[steps]]\nstep = 5\nsubject = "A"\n', "")
    bad.write_text(sound, encoding="utf-8")
    for called in (["rate"], ["check"], ["diff", "party/qd-124-2023", "party/qd-366-2025", "--facts"]):
        assert run([*called, str(bad)]) == 3
        assert set(TOLD) <= set(_keys(capsys.readouterr().err)), called


def test_two_decisions_that_decide_nothing_are_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "decisions.toml"
    text = WAVES[WAVES.index('[[subjects]]') :].replace("general = 31", "general = 30")
    text = text.replace("done = 11, late = 12", "done = 10").replace('{ id = "ZZ" }', '{ level = "good" }')
    decided = '\ndecisions = { degradation = { reading = "apply", by = "BTV", reason = "đã xét" } }'
    text = WAVES[: WAVES.index("[[steps]]")] + text.replace('agency = "DB"', f'agency = "DB"{decided}')
    bad.write_text(text, encoding="utf-8")
    assert run(["rate", str(bad)]) == 3
    assert _keys(capsys.readouterr().err) == [f"subjects[{one}].decisions.degradation" for one in "ABC"]


def test_a_folder_is_checked_to_its_end_whatever_file_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("a.toml", WAVES), ("b.toml", WAVES)):
        (tmp_path / "x" / "cases").mkdir(parents=True, exist_ok=True)
        (tmp_path / "x" / "cases" / name).write_text(text, encoding="utf-8")
    assert run(["check", str(tmp_path)]) == 3
    said = capsys.readouterr()
    assert "a.toml, khóa “subjects[B].tasks”" in said.err
    assert "b.toml, khóa “subjects[B].tasks”" in said.err
    assert said.out.count("SAI dữ kiện") == 2


def test_a_mark_off_the_settled_step_names_person_and_regulation(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rate", str(CASES / "criteria-marks.toml"), "--rulebook", KEY, "--overlay", WARD]) == 3
    err = capsys.readouterr().err
    assert "subjects[C" in err
    assert "không theo bước 0,25 đã quyết định tại Điều 4 khoản 2 Quy chế đánh giá của phường" in err


def test_an_unknown_rulebook_ends_with_4(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rate", OPEN, "--rulebook", "state/none"]) == 4
    assert "Lỗi bộ quy tắc" in capsys.readouterr().err


def test_check_runs_everything(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rulebook is loaded and every case file asked for; tests/cases runs each of them through `run_case`."""
    asked: list[Path] = []
    one, rated = run_case(Path(OPEN)), read_and_rate(Path(OPEN), None)

    def fake(path: Path, roots: object) -> object:
        asked.append(path)
        return rated

    with monkeypatch.context() as patch:
        patch.setattr("thuocdo.cli.rating_run.read_and_rate", fake)
        assert run(["check"]) == 0
    assert asked == list(case_files())
    out = capsys.readouterr().out
    assert f"{one.subjects * len(asked)} người trong tình huống mẫu, 0 chỗ sai" in out
    assert all(key in out for key in (*list_rulebooks(), *list_overlays()))
    assert run(["check", OPEN]) == 0
    assert "1 mục" in capsys.readouterr().out


@pytest.mark.no_cover
def test_check_of_an_own_folder_uses_the_rules_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy_of_rulebooks(tmp_path)
    edit(root / KEY / "results.toml", "percent = 25", "percent = 24")
    assert run(["check", str(root / KEY)]) == 1
    captured = capsys.readouterr()
    assert "SAI" in captured.err
    assert "mong đợi" in captured.err
    assert run(["check", str(root / WARD)]) == 0
    other = copy_of_rulebooks(tmp_path / "other")
    edit(other / KEY / "levels.toml", "at_least = 0", "at_least = 1")
    assert run(["check", str(other)]) == 4
    assert "levels.toml, dòng" in capsys.readouterr().err
    assert run(["check", str(tmp_path / "none")]) == 3


def test_rules_without_cases_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy_of_rulebooks(tmp_path)
    for path in (root / KEY / "cases").glob("rollup*.toml"):
        path.unlink()
    assert run(["check", str(root / KEY)]) == 4
    assert "chưa có tình huống mẫu nào" in capsys.readouterr().err
    for path in (root / WARD / "cases").glob("*.toml"):
        path.unlink()
    assert run(["check", str(root / WARD)]) == 4


def test_a_case_that_expects_something_else_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (CASES / "quotas-groups.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        text.replace("base = 10", "base = 11", 1)
        .replace('agency = "CQ"\ngroup = "văn-thư"', 'agency = "NO"\ngroup = "văn-thư"', 1)
        .replace('outcome = "rated", level = "excellent"', 'outcome = "scored", score = "1", level = "good", '
                 'band = "good", reason = "vì", findings = ["none"], open_points = ["rounding"]', 1),
        encoding="utf-8",
    )  # fmt: skip
    assert run(["check", str(wrong)]) == 1
    err = capsys.readouterr().err
    for part in ("base là 10, mong đợi 11", "NO, nhóm văn-thư: không có", "kết quả là rated", "điểm là 95",
                 "level là excellent", "band là None", "mong đợi có “vì”", "thiếu căn cứ “none”",
                 "điểm mở là []"):  # fmt: skip
        assert part in err
    empty = tmp_path / "empty.toml"
    empty.write_text('title="t"\n[period]\nkind="year"\nyear=2026\n[[subjects]]\nid="A"\nkind="cadre"\n')
    assert run(["check", str(empty)]) == 1
    assert "không nêu kết quả mong đợi" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["case", "rulebook"])
def test_schema_is_json(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", what]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["type"] == "object"
    assert found["additionalProperties"] is False


def test_the_real_command_answers_without_the_web_framework() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from thuocdo.cli.main import main; main()", "rate", OPEN],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "Mức tương ứng" in done.stdout
    assert " django.db" not in done.stderr


def test_an_id_written_twice_hides_no_other_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "twice.toml"
    bad.write_text(WAVES.replace('id = "C"', 'id = "A"').replace("step = 5", 'step = "x"'), encoding="utf-8")
    assert run(["rate", str(bad)]) == 3
    said = capsys.readouterr().err
    assert "subjects[A].marks.general" in said
    bad.write_text(bad.read_text(encoding="utf-8").replace("done = 11, late = 12", "done = 10"), encoding="utf-8")
    assert run(["rate", str(bad)]) == 3
    said = capsys.readouterr().err
    assert "mã người “A” ghi hai lần" in said
    assert "subjects[A].marks.general" in said
