"""An overlay fills holes and may tighten; what it may not do is refused with the parent's article."""

from datetime import date
from pathlib import Path

import pytest

from tests.unit.engine.support import KEY, WARD, WARD_BOOK, YEAR, copy_of_rulebooks, edit, rate, year
from thuocdo.engine import Rulebook, RulebookError, load_rulebook
from thuocdo.engine.schema import Situation
from thuocdo.engine.situations import answer, asked_by, asked_from
from thuocdo.engine.source import SourceFile

SETTLE = '[[settle]]\npoint = "rounding"'


def loaded(tmp_path: Path, old: str, new: str) -> Rulebook:
    root = copy_of_rulebooks(tmp_path)
    edit(root / WARD / "overlay.toml", old, new)
    return load_rulebook(KEY, [WARD], [root])


def tighten(path: str, value: str) -> str:
    return (
        f'[[tighten]]\npath = "{path}"\nvalue = {value}\nreason = "Siết"\ncite = "quy-che-vi-du/5.1"\n'
        f"since = 2026-01-01\n\n{SETTLE}"
    )


def situation(kind: str, says: str = "Tính cả hai đợt.", reason: str = "Rõ.", cite: str = "quy-che-vi-du/5.1") -> str:
    return (
        f'[[situations]]\nkind = "{kind}"\nsays = "{says}"\nreason = "{reason}"\ncite = "{cite}"\n'
        f"since = 2026-01-01\n\n{SETTLE}"
    )


def test_an_overlay_answers_cases_that_hang_on_dates(tmp_path: Path) -> None:
    """Also those of which the decree has no row; what it leaves open once more is open, and another may answer it."""
    book = loaded(tmp_path, SETTLE, situation("gap").replace(SETTLE, situation("posts")))
    rows = {kind: [one for one in book.book.situations if one.kind == kind] for kind in ("gap", "posts", "changed")}
    assert [one.says for one in rows["gap"]] == ["Tính cả hai đợt."]
    assert [bool(one.says) for one in rows["posts"]] == [False, True]
    assert [asked_by(found) for found in rows.values()] == [None, None, None]
    first = rows["gap"][0].model_copy(update={"says": "Phần này.", "asks": "Phần kia?"})
    assert asked_by([first]) is first
    again = first.model_copy(update={"says": "Phần kia.", "asks": ""})
    source = SourceFile("b.toml", "", {})
    assert asked_by(answer((), [((first, again), source)])) is None
    until, later = (again.model_copy(update={"since": day, "until": end}) for day, end in (
        (date(2026, 1, 1), date(2027, 1, 1)), (date(2027, 1, 1), None)))  # fmt: skip
    assert answer((), [((until, later), source)]) == [until, later], "an answer changes on a day"
    assert answer((), [((later, until), source)]) == [later, until]
    for early in (until.model_copy(update={"since": date(2025, 1, 1), "until": None}), until, again):
        with pytest.raises(RulebookError, match="trong cùng một thời gian"):
            answer((), [((until, early), source)])
    with pytest.raises(RulebookError, match="không còn để ngỏ"):
        answer((first,), [((until, later.model_copy(update={"since": date(2026, 12, 31)})), source)])


def test_settled_points_name_overlay_author_and_reason() -> None:
    settled = {point.id: point.settled for point in WARD_BOOK.open_points if point.settled}
    assert set(settled) == {"rounding", "ratio_cap", "deduction_floor", "general_steps"}
    one = settled["rounding"]
    assert (one.reading, one.overlay) == ("none", WARD)
    assert "ví dụ minh họa" in one.by
    assert one.reason
    assert one.cite[0].article == "Điều 5 khoản 1"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('point = "rounding"', 'point = "nothing"', "không có điểm mở “nothing”"),
        ('reading = "none"', 'reading = "thirds"', "không có cách hiểu “thirds”"),
        (
            'point = "ratio_cap"\nreading = "result_70"',
            'point = "rounding"\nreading = "none"',
            "đã được quyết định",
        ),
        ('extends = "state/nd-335-2025"', 'extends = "state/x"', "không phải “state/nd-335-2025”"),
        ('key = "overlays/vi-du-phuong"', 'key = "overlays/x"', "nhưng thư mục là"),
        ('cite = "quy-che-vi-du/5.1"', 'cite = "nd-335/20.1"', "không có trong bảng điều khoản"),
        (SETTLE, tighten("quotas.excellent.percent", "21"), "nới tỷ lệ từ 20 lên 21"),
        (SETTLE, tighten("bands.excellent.at_least", "89"), "hạ ngưỡng điểm từ 90 xuống 89"),
        (SETTLE, tighten("bands.good.at_least", "90"), "không thấp hơn mức đứng trên"),
        (SETTLE, tighten("quotas.none.percent", "10"), "không có số liệu"),
        (SETTLE, tighten("bands.none.at_least", "10"), "không có số liệu"),
        (SETTLE, tighten("bands.good.percent", "10"), "không có số liệu"),
        (SETTLE, situation("gap", says=""), "chưa ghi"),
        (SETTLE, situation("gap", reason=" "), "chưa ghi"),
        (SETTLE, situation("late"), r"situations\[0\].kind"),
        (SETTLE, situation("gap", cite="nd-335/10"), "không có trong bảng điều khoản"),
        (SETTLE, situation("gap").replace(SETTLE, situation("gap")), "làm lại trong kỳ” đã có quy định"),
        (SETTLE, tighten("total.weight.percent", "10"), "có ký tự không được phép hoặc sai dạng"),
    ],
)
def test_what_an_overlay_may_not_do(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(RulebookError, match=problem):
        loaded(tmp_path, old, new)


def test_loosening_names_the_article_of_the_parent(tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as caught:
        loaded(tmp_path, SETTLE, tighten("quotas.excellent.percent", "21"))
    assert caught.value.article == "Điều 20 khoản 5 điểm a"


def test_tightening_holds_in_the_result(tmp_path: Path) -> None:
    book = loaded(tmp_path, SETTLE, tighten("bands.excellent.at_least", "92"))
    assert rate(year("91"), YEAR, book).level == "good"
    assert rate(year("92"), YEAR, book).level == "excellent"
    quota = loaded(tmp_path / "q", SETTLE, tighten("quotas.excellent.percent", "10")).book.quotas[0]
    assert (quota.percent, quota.raised) == (10, None)


def test_what_a_case_leaves_open_is_asked_of_the_days_to_come() -> None:
    def row(since: date, until: date | None = None, asks: str = "") -> Situation:
        return Situation(kind="gap", says="Tính.", asks=asks, cite=("x/1",), since=since, until=until)

    new_year, july = date(2026, 1, 1), date(2026, 7, 1)
    open_row, closed = row(new_year, asks="Ai?"), row(new_year)
    assert asked_from([], july) == (True, None)
    assert asked_from([open_row], july) == (True, open_row)
    assert asked_from([closed], july) == (False, None)
    ended = row(new_year, july)
    assert asked_from([open_row, ended], new_year) == (True, open_row), "what answers only for a while answers no more"
    assert asked_from([ended], new_year) == (True, None), "from July nothing is said"
    later = row(july)
    assert asked_from([open_row, later], new_year) == (True, open_row), "until July nothing answers"
    assert asked_from([open_row, later], july) == (False, None)
    assert asked_from([later], new_year) == (False, None), "before its first row a rulebook says nothing at all"
