"""An overlay on a rulebook of schemes fills, settles, tightens and adds; what it may not do names the article."""

from pathlib import Path

import pytest

from tests.unit.engine.schemes.small import KEY, ROOT, UNIT, copy_of_small, small
from tests.unit.engine.support import edit
from thuocdo.engine import RulebookError, SchemeBook, load_book
from thuocdo.engine.loader import overlay_parent
from thuocdo.engine.source import OverlaySource

END = 'cite = "unit/5"\nsince = 2021-01-01\n'


def test_what_an_overlay_wrote_holds_and_says_who() -> None:
    book = small(ROOT, UNIT)
    scheme = book.scheme("monthly")
    assert scheme.score is not None
    assert scheme.score.groups[1].max == 70
    assert [part.max for part in scheme.score.groups[1].parts] == [40, 30]
    test = scheme.levels[1].when[0]
    assert (test.more_than, test.at_least) == (70, None)  # type: ignore[union-attr]
    assert scheme.quotas[0].percent == 15
    assert scheme.quotas[0].raised is None
    assert [limit.id for limit in scheme.limits] == ["collective", "late_often"]
    assert [fact.id for fact in scheme.facts] == ["breach", "late_often"]
    assert [stage.id for stage in book.book.stages] == ["rate_collective", "rate_head", "check"]
    assert set(book.settled) == {"bound_70", "coefficient", "results_max"}
    assert book.settled["bound_70"].reading == "complete"
    filled = book.filled["money.extra.good.coefficient"]
    assert (filled.reading, filled.by, filled.reason, filled.overlay) == ("0.8", "Đơn vị thử", "Theo quỹ", UNIT)
    assert filled.cite[0].text() == "Điều 5 Quy chế thử"
    assert book.overlay_titles == {UNIT: "Quy chế thử của đơn vị"}
    assert [item.id for item in book.instruments] == ["small", "unit"]
    assert book.hash != small().hash


ANSWER = (
    '\n[[situations]]\nkind = "gap"\nsays = "Tính cả hai đợt."\nreason = "Rõ."\ncite = "unit/5"\nsince = 2021-01-01\n'
)


def test_an_overlay_answers_cases_that_hang_on_dates(tmp_path: Path) -> None:
    """The answer stands in the procedure; the same overlay cannot answer one case twice, nor without words."""
    said = with_more(tmp_path / "once", ANSWER)
    rows = small(said, UNIT).book.situations
    assert [(one.kind, one.says, one.reason) for one in rows] == [("gap", "Tính cả hai đợt.", "Rõ.")]
    assert not small(said).book.situations
    with pytest.raises(RulebookError, match="đã có quy định trả lời"):
        small(with_more(tmp_path / "twice", ANSWER * 2), UNIT)
    with pytest.raises(RulebookError, match="chưa ghi"):
        small(with_more(tmp_path / "wordless", ANSWER.replace("Tính cả hai đợt.", "")), UNIT)


def with_more(folder: Path, more: str) -> Path:
    root = copy_of_small(folder)
    path = root / UNIT / "overlay.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return root


def test_the_parent_is_untouched_by_its_overlay() -> None:
    small(ROOT, UNIT)
    score = small().scheme("monthly").score
    assert score is not None
    assert score.groups[1].max == "open"


def test_an_empty_overlay_changes_nothing(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / UNIT / "overlay.toml"
    text = path.read_text(encoding="utf-8")
    only = text[: text.index("[[fill]]")] + text[text.index("[[stages]]") :]
    path.write_text(only, encoding="utf-8")
    book = small(root, UNIT)
    assert book.schemes == small().schemes
    assert book.settled == {}


REFUSED = [
    ('extends = "test/small"', 'extends = "test/x"', "bổ sung thẳng một bộ quy tắc gốc"),
    ('key = "overlays/small-unit"', 'key = "overlays/x"', "nhưng thư mục là"),
    ('id = "unit"', 'id = "small"', "mã văn bản “small” đã dùng"),
    ('cite = "unit/5"', 'cite = "small/1"', "không có trong bảng điều khoản"),
    ('path = "money.extra.good.coefficient"', 'path = "money.extra.excellent.coefficient"', "đã được ấn định là 1.2"),
    ('path = "money.extra.good.coefficient"', 'path = "money.extra.best.coefficient"', "không có “best”"),
    ('path = "money.extra.good.coefficient"', 'path = "monthly.levels.excellent.abbr"', "đã được ấn định là A"),
    ("value = 0.8", 'value = "open"', "vẫn để ngỏ"),
    ("value = 0.8", 'value = "nhiều"', "phải là số không âm"),
    ('point = "bound_70"', 'point = "bound_80"', "không có điểm mở “bound_80”"),
    ('reading = "complete"', 'reading = "both"', "không có cách hiểu “both”"),
    ('point = "bound_70"', 'point = "rounding"', "không có cách hiểu"),
    ("value = 15", "value = 21", "nới “monthly.quotas.excellent.percent” từ 20 thành 21"),
    ("value = 15", 'value = "nhiều"', "không phải số"),
    ("monthly.quotas.excellent.percent", "monthly.quotas.excellent.rounding", "đang để ngỏ"),
    ("monthly.quotas.excellent.percent", "monthly.score.max", "không phải số liệu được siết"),
    ("monthly.quotas.excellent.percent", "monthly.levels.excellent.score.at_least", "nới"),
    ("monthly.quotas.excellent.percent", "monthly.levels.good.score.below", "không phải số liệu được siết"),
    ("max = 40", 'max = "open"', "để ngỏ"),
    ("max = 40", "max = 41", "cộng các nhóm"),
    ('group = "monthly.score.groups.results"', 'group = "monthly.score.groups.general"', "các mục cộng lại được 70"),
    ('group = "monthly.score.groups.results"', 'group = "monthly.score"', "không phải nhóm tiêu chí"),
    ('scheme = "monthly"', 'scheme = "yearly"', "không có khung “yearly”"),
    ('at_most = "good"\n', 'at_most = "best"\n', "không có mức “best”"),
    ('at_most = "good"\n', 'at_most = "good"\nchooses = true\n', "không được cho chọn mức"),
    ('id = "late_often"\nlabel = "Đi', 'id = "collective"\nlabel = "Đi', "dùng hai lần"),
    ('then = "rate_collective"', 'then = "check"', "chạy vòng"),
    ('first = "check"', 'first = "nothing"', "không có bước “nothing”"),
    ("on = 2021-01-01", "on = 2021-01-01\nextra = 1", "khóa lạ"),
    (
        "[add_rules.limit]",
        '[add_rules.quota]\nid = "q"\nlabel = "q"\nlevel = "good"\nbase = "rated"\npercent = 5\n'
        'scopes = ["agency"]\nrounding = "up"\ncite = "unit/5"\nsince = 2021-01-01\n[add_rules.limit]',
        "đúng một trong limit, not_rated, quota",
    ),
    ("since = 2021-01-01\n\n[[settle]]", "since = 2021-01-01\nuntil = 2020-01-01\n\n[[settle]]", "không sau ngày"),
]


@pytest.mark.parametrize(("old", "new", "problem"), REFUSED)
def test_what_an_overlay_may_not_do(tmp_path: Path, old: str, new: str, problem: str) -> None:
    root = copy_of_small(tmp_path)
    edit(root / UNIT / "overlay.toml", old, new)
    with pytest.raises(RulebookError, match=problem) as caught:
        small(root, UNIT)
    assert caught.value.file.endswith("overlay.toml")


@pytest.mark.parametrize(
    ("old", "new", "article"),
    [
        ("value = 15", "value = 21", "Điều 3 Văn bản thử"),
        ("monthly.quotas.excellent.percent", "monthly.levels.excellent.score.at_least", "Điều 2 Văn bản thử"),
        ("money.extra.good.coefficient", "money.extra.excellent.coefficient", "Điều 3 Văn bản thử"),
    ],
)
def test_the_refusal_names_the_article_of_the_parent(tmp_path: Path, old: str, new: str, article: str) -> None:
    root = copy_of_small(tmp_path)
    edit(root / UNIT / "overlay.toml", old, new)
    with pytest.raises(RulebookError) as caught:
        small(root, UNIT)
    assert caught.value.article == article
    assert caught.value.line is not None


def test_a_raised_bound_takes_the_level_below_along(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / UNIT / "overlay.toml", 'path = "monthly.quotas.excellent.percent"\nvalue = 15',
         'path = "monthly.levels.excellent.score.at_least"\nvalue = 92')  # fmt: skip
    levels = small(root, UNIT).scheme("monthly").levels
    assert levels[0].when[0].at_least == 92  # type: ignore[union-attr]
    assert levels[1].when[0].below == 92  # type: ignore[union-attr]


def test_a_further_quota_leaves_nothing_open(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / UNIT / "overlay.toml"
    quota = (
        f'[[add_rules]]\nscheme = "monthly"\nreason = "Thêm"\n{END}[add_rules.quota]\nid = "good"\nlabel = "Mức tốt"\n'
        f'level = "good"\nbase = "rated"\npercent = 50\nscopes = ["agency"]\nrounding = "open"\n{END}'
    )
    path.write_text(path.read_text(encoding="utf-8") + quota, encoding="utf-8")
    with pytest.raises(RulebookError, match=r"quy chế để ngỏ “monthly\.quotas\.good\.rounding”"):
        small(root, UNIT)
    edit(path, 'rounding = "open"', 'rounding = "floor"')
    assert [item.id for item in small(root, UNIT).scheme("monthly").quotas] == ["excellent", "good"]


def test_parts_are_added_once(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    text = (root / UNIT / "overlay.toml").read_text(encoding="utf-8")
    parts = text[text.index("[[add_parts]]") : text.index("[[add_rules]]")]
    (root / UNIT / "overlay.toml").write_text(text + parts, encoding="utf-8")
    with pytest.raises(RulebookError, match="đã có bảng mục"):
        small(root, UNIT)


def test_what_holds_when_there_is_nothing_is_filled_where_a_point_lists_it(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    overlay = root / UNIT / "overlay.toml"
    edit(overlay, "money.extra.good.coefficient", "monthly.levels.excellent.above.when_none")
    edit(overlay, "value = 0.8", 'value = "holds"')
    with pytest.raises(RulebookError, match="không phải chỗ để ngỏ"):
        small(root, UNIT)
    other = copy_of_small(tmp_path / "b")
    (other / UNIT / "overlay.toml").write_text(overlay.read_text(encoding="utf-8"), encoding="utf-8")
    edit(other / KEY / "open.toml", '"money.extra.good.coefficient"',
         '"money.extra.good.coefficient", "monthly.levels.excellent.above.when_none"')  # fmt: skip
    book = small(other, UNIT)
    assert book.scheme("monthly").levels[0].when[1].when_none == "holds"  # type: ignore[union-attr]
    assert "coefficient" not in book.settled


def test_an_overlay_names_what_it_extends(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / UNIT / "overlay.toml", 'extends = "test/small"\n', "")
    with pytest.raises(RulebookError, match="thiếu khóa bắt buộc"):
        overlay_parent(UNIT, [root])


def test_a_point_is_settled_once(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / UNIT / "overlay.toml"
    again = f'[[settle]]\npoint = "bound_70"\nreading = "good"\nreason = "Lại"\n{END}'
    path.write_text(path.read_text(encoding="utf-8") + again, encoding="utf-8")
    with pytest.raises(RulebookError, match="đã được quyết định trước đó"):
        small(root, UNIT)


def second(root: Path, text: str) -> str:
    """A second overlay beside the first; its key."""
    source = (root / UNIT / "overlay.toml").read_text(encoding="utf-8")
    head = source[: source.index("[[fill]]")].replace(UNIT, "overlays/second").replace('id = "unit"', 'id = "two"')
    folder = root / "overlays" / "second"
    folder.mkdir()
    (folder / "overlay.toml").write_text(head + text.replace("unit/5", "two/5"), encoding="utf-8")
    return "overlays/second"


def test_overlays_go_on_top_of_each_other_in_order(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    tighter = f'[[tighten]]\npath = "monthly.quotas.excellent.percent"\nvalue = 10\nreason = "Chặt"\n{END}'
    key = second(root, tighter)
    book = small(root, UNIT, key)
    assert book.scheme("monthly").quotas[0].percent == 10
    assert book.filled["monthly.quotas.excellent.percent"].overlay == key
    with pytest.raises(RulebookError, match="nới"):
        small(root, key, UNIT)
    assert book.overlays == (UNIT, key)


def test_an_overlay_does_not_extend_an_overlay(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / UNIT / "overlay.toml", 'extends = "test/small"', f'extends = "{UNIT}"')
    with pytest.raises(RulebookError, match="cũng là quy chế bổ sung"):
        overlay_parent(UNIT, [root])
    with pytest.raises(RulebookError, match="không bổ sung một quy chế khác"):
        small(root, UNIT)


def test_an_overlay_may_be_handed_over_as_data() -> None:
    text = (ROOT / UNIT / "overlay.toml").read_text(encoding="utf-8")
    book = load_book(KEY, (OverlaySource(UNIT, text),), [ROOT])
    assert isinstance(book, SchemeBook)
    assert book.hash == small(ROOT, UNIT).hash
    with pytest.raises(RulebookError, match="không đọc được TOML"):
        load_book(KEY, (OverlaySource(UNIT, "= 1"),), [ROOT])
