"""A broken rulebook of schemes is refused with file, key, line and remedy."""

from datetime import date
from pathlib import Path

import pytest

from tests.unit.engine.schemes.small import KEY, ROOT, copy_of_small, small
from tests.unit.engine.support import edit
from thuocdo.engine import RulebookError, SchemeBook, list_rulebooks, load_book, load_rulebook
from thuocdo.engine.cases import check_has_cases
from thuocdo.engine.loader import is_of_schemes

MONTHLY = "schemes/monthly.toml"
LATER = 'cite = "small/3"\nsince = 2020-01-01\n'
SCALE = (
    'max = 30\nscale = {{ part = ["tasks.done"], of = ["tasks.assigned"], cite = "small/1", since = 2020-01-01, '
    'steps = [{{ id = "low", below = {below}, points = 0 }}, {{ id = "high", at_least = 10, points = {points} }}] }}\n'
)
BROKEN = [
    ("instrument.toml", 'key = "test/small"', 'key = "test/other"', "khóa ghi là", 1),
    ("instrument.toml", 'procedure_kind = "local"\n', "", "thiếu khóa bắt buộc", None),
    ("instrument.toml", 'procedure_kind = "local"', 'procedure_kind = "town"', "“town” không hợp lệ", 7),
    ("instrument.toml", 'ref = "2"', 'ref = "1"', "ghi hai lần", None),
    ("instrument.toml", 'ref = "3"', 'ref = "4"', "“small/3” không có trong bảng điều khoản", None),
    (
        "instrument.toml",
        '  { ref = "3"',
        '  { ref = "9", text = "x", source = "x", confidence = "H" },\n  { ref = "3"',
        "không được quy tắc nào trích dẫn",
        None,
    ),
    ("instrument.toml", "until = 2030-01-01", "until = 2019-01-01", "sau khi bộ quy tắc hết hiệu lực", None),
    (MONTHLY, "since = 2020-01-01", "since = 2019-01-01", "trước cả văn bản được trích dẫn", 6),
    (MONTHLY, "since = 2020-01-01", "since = 2020-01-01\nuntil = 2020-01-01", "không sau ngày có hiệu lực", 7),
    (MONTHLY, 'id = "monthly"', 'id = "money"', "mã khung “money” đã dùng", 1),
    (MONTHLY, 'id = "breach"', 'id = "brea.ch"', "có dấu chấm", None),
    (MONTHLY, 'slug = "results"', 'slug = "general"', "dùng hai lần", None),
    (MONTHLY, 'level = "incomplete"', 'level = "none"', "không có mức “none”", None),
    (MONTHLY, 'fact = "breach"', 'fact = "nothing"', "không có dữ kiện đúng/sai “nothing”", None),
    (MONTHLY, 'kind = "flag"', 'kind = "count"', "không có dữ kiện đúng/sai “breach”", None),
    (MONTHLY, 'kind = "flag"', 'kind = "flag"\nof_kind = "collective"', "không phải một loại đối tượng", None),
    (MONTHLY, 'kind = "flag"', 'kind = "flag"\nunrated = "nobody"', "không phải quan hệ với đúng một", None),
    (MONTHLY, 'kind = "flag"', 'kind = "flag"\ntrigger = "nothing"', "không phải một trường hợp xếp thẳng mức", None),
    (MONTHLY, "[[relations]]", '[[relations]]\nof_kind = "collective"', "không phải một loại đối tượng", None),
    (MONTHLY, 'at_most_of = "collective"', 'at_most_of = "cell"', "không có quan hệ “cell”", None),
    (MONTHLY, 'part = ["tasks.above"]', 'part = ["tasks.shiny"]', "không có số liệu “tasks.shiny”", None),
    (MONTHLY, 'of = ["tasks.assigned"]', 'of = ["facts.none"]', "không có số liệu “facts.none”", None),
    (MONTHLY, 'base = "rated"', 'base = "levels"\nbase_levels = ["great"]', "không có mức “great”", None),
    (MONTHLY, "max = 30\n", "max = 101\n", "cộng các nhóm", None),
    (MONTHLY, 'max = "open"', "max = 70", "không để ngỏ", None),
    (MONTHLY, 'max = "open"', "max = 71", "cộng các nhóm của vai trò “none” được 101", None),
    (MONTHLY, "max = 30\n", 'max = "open"\n', "“monthly.score.groups.general.max” để ngỏ nhưng chưa có", None),
    (MONTHLY, "at_least = 90 }", "at_least = 89 }", "chồng lên", None),
    (MONTHLY, "below = 90 }", "at_most = 90 }", "chồng lên", None),
    (MONTHLY, "at_least = 90 }", "at_least = 90, below = 80 }", "không chứa điểm nào", None),
    (MONTHLY, 'at_least = "open", below = 90', "at_least = 90", "không thấp hơn mức đứng trên", None),
    (MONTHLY, "otherwise = true\n", "", "không có điều kiện", None),
    (MONTHLY, 'code = "excellent"', 'code = "excellent"\notherwise = true', "chỉ mức cuối cùng", None),
    (MONTHLY, "at_least = 30 }", 'at_least = "1/1000003" }', "64 bit", None),
    (MONTHLY, "at_least = 30 }", "at_least = 30, colour = 1 }", "khóa lạ", None),
    (MONTHLY, 'test = "share"', 'test = "magic"', "không phải loại điều kiện", None),
    (MONTHLY, "percent = 20", "percent = 120", "không quá 100", None),
    (MONTHLY, "percent = 25", "percent = 15", "thấp hơn tỷ lệ thường", None),
    (
        MONTHLY,
        '{ test = "flag", id = "breach", label = "Có vi phạm", fact = "breach" }',
        '{ test = "grades", id = "g", label = "Mức của tiêu chí", at_least = "good" }',
        "khung không có grades",
        None,
    ),
    (
        MONTHLY,
        "max = 30\n",
        'max = 30\nparts = [{ slug = "a", label = "A", max = 31, cite = "small/1", since = 2020-01-01 }]\n',
        "cộng các mục được 31",
        None,
    ),
    (MONTHLY, "max = 30\n", SCALE.format(points=31, below=10), "cho 31 điểm, hơn điểm tối đa 30", None),
    (MONTHLY, "max = 30\n", SCALE.format(points=30, below=20), "chồng nhau hoặc không liền nhau", None),
    ("procedure.toml", 'then = "rate_head"', 'then = "rate_all"', "không có bước “rate_all”", None),
    ("procedure.toml", 'link = "collective"', 'link = "friend"', "không có quan hệ “friend”", None),
    ("money.toml", 'level = "good"', 'level = "great"', "không có mức “great”", None),
    ("money.toml", "coefficient = 1.2", "coefficient = 1.234", "tối đa 2 chữ số", None),
    ("open.toml", '"monthly.score.groups.results.max"', '"monthly.score.groups.none.max"', "không có “none”", None),
    ("open.toml", '"monthly.score.groups.results.max"', '"monthly.score.max"', "không để ngỏ", None),
    (
        "open.toml",
        '"monthly.score.groups.results.max"',
        '"monthly.quotas.excellent.rounding"',
        "đã nêu ở điểm mở",
        None,
    ),
    ("open.toml", 'places = ["money.extra.good.coefficient"]', 'places = ["money.extra.label"]', "không để ngỏ", None),
    ("open.toml", '"monthly.levels.complete.score.below" = 70 }', "}", "chưa điền", None),
    (
        "open.toml",
        '"monthly.levels.complete.score.below" = 70',
        '"monthly.levels.complete.score.below" = 80',
        "theo cách hiểu “good”",
        None,
    ),
    (
        "open.toml",
        '"monthly.levels.good.score.at_least" = 70',
        '"monthly.levels.good.score.colour" = 70',
        "chưa điền",
        None,
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "problem", "line"), BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str, old: str, new: str, problem: str, line: int | None) -> None:
    root = copy_of_small(tmp_path)
    text = (root / KEY / name).read_text(encoding="utf-8")
    if name == "open.toml" and new == "}":
        old = f", {old}"
        new = " }"
    assert old in text
    edit(root / KEY / name, old, new)
    with pytest.raises(RulebookError) as caught:
        small(root)
    error = caught.value
    assert any(part in str(error) for part in problem.split("|")), str(error)
    assert error.remedy
    assert line is None or error.line == line


def test_a_gap_is_refused_unless_the_text_has_it(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / KEY / MONTHLY, "at_least = 90 }", "at_least = 91 }")
    small(root)
    path = copy_of_small(tmp_path / "b") / KEY / MONTHLY
    text = path.read_text(encoding="utf-8").replace("at_least = 90 }", "at_least = 91 }")
    before, after = text.split("[gap]")
    path.write_text(before + after[after.index("[[quotas]]") :], encoding="utf-8")
    with pytest.raises(RulebookError, match="khoảng trống giữa “good”"):
        small(path.parents[3])


def test_two_schemes_for_one_subject_are_refused(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    folder = root / KEY / "schemes"
    text = (folder / "monthly.toml").read_text(encoding="utf-8").replace('id = "monthly"', 'id = "again"', 1)
    for old, new in (('max = "open"', "max = 70"), ('rounding = "open"', 'rounding = "up"'), ('"open"', "70")):
        text = text.replace(old, new)
    (folder / "second.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError, match=r"“monthly” và “again” cùng áp dụng cho một đối tượng \(civil_servant"):
        small(root)


def test_a_circumstance_of_one_trigger_is_read_by_no_other_rule(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / KEY / MONTHLY, 'kind = "flag"', 'kind = "flag"\ntrigger = "breach"')
    small(root)
    path = copy_of_small(tmp_path / "b") / KEY / MONTHLY
    edit(path, 'kind = "flag"', 'kind = "flag"\ntrigger = "breach"')
    other = '[[triggers]]\nid = "other"\nlabel = "Khác"\nlevel = "incomplete"\ncite = "small/2"\nsince = 2020-01-01\n'
    other += 'when = [{ test = "flag", id = "breach", label = "Có vi phạm", fact = "breach" }]\n'
    edit(path, "[[limits]]", other + "\n[[limits]]")
    with pytest.raises(RulebookError, match="tình tiết riêng của trường hợp “breach”"):
        small(path.parents[3])


def test_a_ring_of_stages_is_named(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / KEY / "procedure.toml"
    ring = '[[precedence]]\nid = "back"\nlabel = "Ngược"\nfirst = "rate_head"\nthen = "rate_collective"\nlink = "any"\n'
    path.write_text(path.read_text(encoding="utf-8") + ring + LATER, encoding="utf-8")
    with pytest.raises(RulebookError, match="rate_collective → rate_head → rate_collective"):
        small(root)


def test_the_units_below_may_come_before_the_unit_above_by_one_stage(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / KEY / "procedure.toml", 'then = "rate_head"', 'then = "rate_collective"')
    assert small(root).book.precedence[0].then == "rate_collective"
    edit(root / KEY / "procedure.toml", 'link = "collective"', 'link = "any"')
    other = copy_of_small(tmp_path / "b")
    edit(other / KEY / "procedure.toml", 'then = "rate_head"', 'then = "rate_collective"')
    edit(other / KEY / "procedure.toml", 'link = "collective"', 'link = "any"')
    with pytest.raises(RulebookError, match="rate_collective → rate_collective"):
        small(other)


def test_a_small_rulebook_is_loaded_frozen_and_cached() -> None:
    book = small()
    assert small() is book
    assert book.title.startswith("Bộ quy tắc thử")
    assert (book.short_title, book.version, str(book.since), str(book.until)) == (
        "Thử nhỏ", "1", "2020-01-01", "2030-01-01")  # fmt: skip
    scheme = book.scheme_for("civil_servant", "none", "month")
    assert scheme is book.scheme("monthly")
    assert book.scheme_for("civil_servant", "none", "year") is None
    assert [level.abbr for level in book.levels_of("monthly")] == ["A", "B", "C", "D"]
    assert book.cite(("small/2",))[0].text() == "Điều 2 Văn bản thử"
    assert [point.id for point in book.open_points] == ["results_max", "bound_70", "rounding", "coefficient"]
    assert book.settled == {}
    with pytest.raises(KeyError):
        book.scheme("none")
    with pytest.raises(ValueError, match="frozen"):
        book.schemes[0].id = "x"


def test_both_shapes_are_loaded_by_their_key() -> None:
    assert is_of_schemes(ROOT / KEY)
    assert KEY in list_rulebooks([ROOT])
    assert not isinstance(load_book("state/nd-335-2025"), SchemeBook)
    with pytest.raises(RulebookError, match="bộ quy tắc theo khung"):
        load_rulebook(KEY, (), [ROOT])


def test_every_file_of_rules_needs_cases(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    cases = root / KEY / "cases"
    cases.mkdir()
    for name, missing in (("monthly-a.toml", "monthly"), ("money.toml", "money"), ("procedure.toml", "procedure")):
        with pytest.raises(RulebookError, match=missing):
            check_has_cases(root / KEY)
        (cases / name).write_text("", encoding="utf-8")
    check_has_cases(root / KEY)


def test_the_hash_names_the_content(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    assert small(root).hash == small().hash
    other = copy_of_small(tmp_path / "b")
    edit(other / KEY / MONTHLY, "percent = 20", "percent = 19")
    assert small(other).hash != small().hash


def without(text: str, *parts: tuple[str, str]) -> str:
    """The text without what stands between each pair of marks, the end mark kept."""
    for start, end in parts:
        before, after = text.split(start, 1)
        text = before + after[after.index(end) :]
    return text


def plain(root: Path, text: str) -> None:
    """The small rulebook with this scheme, and without what refers to parts of the one it had."""
    (root / KEY / MONTHLY).write_text(text, encoding="utf-8")
    for name in ("open.toml", "money.toml"):
        (root / KEY / name).unlink()


def test_a_scheme_without_a_scale_asks_for_no_score(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    text = (root / KEY / MONTHLY).read_text(encoding="utf-8")
    plain(root, without(text, ("[score]", "[[levels]]")))
    with pytest.raises(RulebookError, match="hỏi điểm nhưng khung không có thang điểm"):
        small(root)


def test_the_lowest_level_reaches_zero(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    text = (root / KEY / MONTHLY).read_text(encoding="utf-8")
    text = without(text, ("[gap]", "[[quotas]]"), ("[[triggers]]", "[[limits]]")).replace('max = "open"', "max = 70")
    text = text.replace('at_least = "open"', "at_least = 70").replace('below = "open"', "below = 70")
    text = text.replace('rounding = "open"', 'rounding = "floor"')
    plain(root, without(text, ('[[levels]]\ncode = "incomplete"', "[[limits]]")))
    with pytest.raises(RulebookError, match="mức thấp nhất không bắt đầu từ 0"):
        small(root)
    other = copy_of_small(tmp_path / "b")
    plain(other, text.replace("at_least = 90 }", "at_least = 150 }").replace("below = 90", "below = 150"))
    with pytest.raises(RulebookError, match="ngưỡng 150 cao hơn tổng điểm tối đa 100"):
        small(other)


def test_a_scheme_without_levels_and_a_rulebook_without_schemes(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    text = (root / KEY / MONTHLY).read_text(encoding="utf-8")
    plain(
        root,
        text[: text.index("[[levels]]")]
        .replace('max = "open"', "max = 70")
        .replace('"small/1"', '["small/1", "small/2"]'),
    )
    with pytest.raises(RulebookError, match="khung không có mức nào"):
        small(root)
    other = copy_of_small(tmp_path / "b")
    (other / KEY / MONTHLY).unlink()
    (other / KEY / "money.toml").write_text("", encoding="utf-8")
    with pytest.raises(RulebookError, match="không có khung xếp loại nào"):
        small(other)


def test_a_rule_that_ended_before_its_rulebook_is_refused(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / KEY / "instrument.toml", "since = 2020-01-01\nuntil", "since = 2022-01-01\nuntil")
    edit(root / KEY / MONTHLY, "since = 2020-01-01", "since = 2020-01-01\nuntil = 2021-01-01")
    with pytest.raises(RulebookError, match="đã hết hiệu lực trước khi có bộ quy tắc"):
        small(root)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = copy_of_small(tmp_path)

    def fails(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("thuocdo.engine.reading._bounded", fails)
    with pytest.raises(RulebookError, match="không mở được tệp: Permission denied"):
        small(root)


def test_what_is_taken_for_granted_touches_the_periods_between_its_days() -> None:
    quarter, since_2019 = load_book("local/tp-hcm-4631-2018").book.assumed
    spring, summer = date(2024, 4, 1), date(2024, 7, 1)
    assert quarter.touches(spring, summer)
    assert not quarter.touches(date(2024, 1, 1), spring)
    assert not quarter.touches(summer, date(2024, 10, 1))
    assert since_2019.touches(summer, date(2024, 10, 1))
    _, now = load_book("local/ha-noi-3251-2022").book.assumed
    assert now.touches(date(2026, 1, 1), date(2027, 1, 1))
