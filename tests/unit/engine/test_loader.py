"""A broken rulebook is refused with the file, the key, the line, the article and the remedy."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from tests.unit.engine.support import BOOK, KEY, WARD, WARD_BOOK, copy_of_rulebooks, edit
from thuocdo.engine import RulebookError, list_overlays, list_rulebooks, load_rulebook
from thuocdo.engine.loader import key_of_folder, load_book, overlay_parent

BROKEN = [
    ("instrument.toml", 'key = "state/nd-335-2025"', 'key = "state/other"', "khóa ghi là", 1),
    ("instrument.toml", 'version = "2026.1"', 'versio = "2026.1"', "thiếu khóa bắt buộc", None),
    ("criteria.toml", 'cite = ["nd-335/12", "nd-335/pl2.mau-01"]', 'cite = ["nd-335/99"]', "nd-335/99", 6),
    ("criteria.toml", 'cite = ["nd-335/12", "nd-335/pl2.mau-01"]\n', "", "thiếu khóa bắt buộc", 3),
    ("criteria.toml", "max = 5\n", "max = 4\n", "cộng các tiêu chí được 9", None),
    ("criteria.toml", "max = 30\n", "max = 31\n", "cộng các nhóm được 30", 5),
    ("criteria.toml", "max = 30\n", "max = -1\n", "không âm", 5),
    ("criteria.toml", "max = 30\n", "max = 30.001\n", "tối đa 2 chữ số thập phân", 5),
    ("criteria.toml", 'slug = "discipline"', 'slug = "political_ethics"', "trùng", None),
    ("results.toml", 'counts = "completed"', 'counts = "assigned"', "tử số trùng với mẫu số", None),
    ("results.toml", "percent = 25", "percent = 125", "mức trừ", None),
    ("results.toml", 'percent = 25\nper = "product"\noccurrences = "quality_errors"',
     'percent = 20\nper = "product"\noccurrences = "late"', "hai mức khác nhau", None),
    ("results.toml", "ceiling = 70", "ceiling = 80", "mức trần lớn hơn trọng số", None),
    ("results.toml", "since = 2026-01-01", "since = 2025-01-01", "có hiệu lực trước cả bộ quy tắc", None),
    ("levels.toml", "at_least = 70", "at_least = 90", "không thấp hơn mức đứng trên", None),
    ("levels.toml", "at_least = 90", "at_least = 101", "cao hơn tổng điểm tối đa", None),
    ("levels.toml", "at_least = 0", "at_least = 1", "không bắt đầu từ 0", None),
    ("levels.toml", 'code = "good"', 'code = "excellent"', "trùng nhau", None),
    ("levels.toml", 'fact = "degradation_concluded"\n', "", "đúng một dữ kiện", None),
    ("levels.toml", "since = 2026-01-01", "since = 2026-01-01\nuntil = 2026-01-01", "hết hiệu lực", None),
    ("quotas.toml", 'base = "good"', 'base = "excellent"', "hai mức có thật", None),
    ("quotas.toml", 'rounding = "floor"', 'rounding = "up"', "chỉ nhận floor", None),
    ("open_points.toml", 'joint = "ratio_cap"', 'joint = "rounding"', "cùng một chỗ nối", None),
    ("open_points.toml", "step = 0.25\n", "", "thiếu “step”", None),
    ("open_points.toml", "step = 0.25\n", "step = 0\n", "lớn hơn 0", None),
    ("instrument.toml", 'point = "contract_workers"', 'point = "nobody"', "không có điểm mở", None),
    ("instrument.toml", 'ref = "22"', 'ref = "21.3"', "ghi hai lần", None),
    (
        "procedure.toml",
        'cite = "nd-335/22"',
        'cite = "nd-335/21.3"',
        "không được quy tắc nào trích dẫn",
        None,
    ),
    ("rollup.toml", "months = 12", "months = ", "không đọc được TOML", None),
    ("rollup.toml", "months = 12", "months = 11", "kỳ này có 12 tháng", None),
    ("rollup.toml", 'period = "half_year"\n', 'period = "quarter"\n', "kỳ này có 3 tháng", None),
    (
        "rollup.toml",
        'period = "half_year"\nlabel = "Điểm 6 tháng là trung bình cộng điểm 6 tháng"\nmonths = 6',
        'period = "quarter"\nlabel = "x"\nmonths = 3',
        "thiếu cách tổng hợp",
        None,
    ),
    ("results.toml", "allowed = [100, 50]", "allowed = [100, 50.5]", "phần trăm nguyên", None),
    ("results.toml", "otherwise = 50", "otherwise = 60", "không nằm trong các mức", None),
]


@pytest.mark.parametrize(("name", "old", "new", "problem", "line"), BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str, old: str, new: str, problem: str, line: int | None) -> None:
    root = copy_of_rulebooks(tmp_path)
    edit(root / KEY / name, old, new)
    with pytest.raises(RulebookError) as caught:
        load_rulebook(KEY, (), [root])
    error = caught.value
    assert problem in str(error)
    assert error.file.endswith(("instrument.toml", name))
    assert error.remedy
    assert line is None or error.line == line
    assert "\n" not in str(error)


def test_the_article_stands_in_the_message(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    edit(root / KEY / "levels.toml", "at_least = 70", "at_least = 95")
    with pytest.raises(RulebookError, match=r"levels\.toml, dòng \d+, khóa “bands\.1\.at_least” \(nd-335/20\.2\)"):
        load_rulebook(KEY, (), [root])


def test_a_missing_file_and_a_missing_rulebook_are_named(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    (root / KEY / "quotas.toml").unlink()
    with pytest.raises(RulebookError, match="thiếu tệp"):
        load_rulebook(KEY, (), [root])
    with pytest.raises(RulebookError, match=r"Các khóa hiện có: .*state/nd-335-2025"):
        load_rulebook("state/none")
    with pytest.raises(RulebookError, match="không tìm thấy"):
        load_rulebook("../state/nd-335-2025", (), [root / "overlays"])


def test_the_hash_names_the_content_and_the_overlays(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    same = load_rulebook(KEY, (), [root])
    assert same.hash == BOOK.hash
    assert WARD_BOOK.hash != BOOK.hash
    assert len(BOOK.hash) == 64
    other = copy_of_rulebooks(tmp_path / "b")
    edit(other / KEY / "results.toml", "percent = 25", "percent = 24")
    assert load_rulebook(KEY, (), [other]).hash != BOOK.hash
    third = copy_of_rulebooks(tmp_path / "c")
    edit(third / KEY / "results.toml", "# Tiêu chí", "# Lời bình khác. Tiêu chí")
    assert load_rulebook(KEY, (), [third]).hash == BOOK.hash


def test_a_loaded_rulebook_is_frozen_and_complete() -> None:
    assert load_rulebook(KEY) is load_rulebook(KEY)
    with pytest.raises(FrozenInstanceError):
        BOOK.key = "x"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        BOOK.bands[0].at_least = 1  # type: ignore[assignment, misc]
    assert [band.abbr for band in BOOK.levels] == ["HTXS", "HTT", "HT", "KHT"]
    assert sum(item.max for item in BOOK.criteria) == 30
    assert [group.code for group in BOOK.criteria_groups] == ["I", "II", "III"]
    assert set(BOOK.forms) == {"mau_01", "mau_02"}
    assert BOOK.procedure.petition is not None
    assert BOOK.procedure.petition.answer_days == 7
    assert BOOK.title.startswith("Nghị định")
    assert (BOOK.version, str(BOOK.since), BOOK.until) == ("2026.1", "2026-01-01", None)
    assert [item.id for item in WARD_BOOK.instruments] == ["nd-335", "quy-che-vi-du"]
    assert BOOK.cite(("nd-335/14.2.a",))[0].text() == "Điều 14 khoản 2 điểm a Nghị định 335/2025/NĐ-CP"
    assert BOOK.level("good").abbr == "HTT"
    for look_up in (BOOK.level, BOOK.point, BOOK.point("rounding").index_of):
        with pytest.raises(KeyError):
            look_up("none-such")


def test_keys_are_listed() -> None:
    assert KEY in list_rulebooks()
    assert list(list_rulebooks()) == sorted(list_rulebooks())
    assert WARD in list_overlays()
    assert overlay_parent(WARD) == KEY


def test_a_folder_of_one_rulebook_is_recognised(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    assert key_of_folder(root / KEY) == (KEY, root.resolve())
    assert key_of_folder(root) is None
    (root / KEY).rename(root / "moved")
    assert key_of_folder(root / "moved") is None


def test_a_rulebook_that_was_loaded_and_then_taken_away_is_named_as_missing(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    book = load_book(KEY, (), (root,))
    assert load_book(KEY, (), (root,)) is book
    (root / KEY).rename(root / "moved")
    with pytest.raises(RulebookError, match="không tìm thấy"):
        load_book(KEY, (), (root,))
    (root / "moved").rename(root / KEY)
    assert load_book(KEY, (), (root,)).hash == book.hash
