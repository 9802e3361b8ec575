"""The level of one procedure stands for another of the same person only in the direction of the order."""

from datetime import date
from pathlib import Path

import pytest

from thuocdo.engine import RulebookError, SchemeBook, load_book
from thuocdo.engine.schemes.reusing import reuse_of
from thuocdo.engine.source import OverlaySource

KEY = "overlays/vi-du-dung-lai-muc"
FOLDER = Path(__file__).parents[4] / "src" / "rulebooks" / KEY
DAY = date(2025, 12, 20)


def laid(*changes: tuple[str, str]) -> SchemeBook:
    text = (FOLDER / "overlay.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    book = load_book("party/qd-366-2025", [OverlaySource(KEY, text)])
    assert isinstance(book, SchemeBook)
    return book


def test_civil_servant_first_then_member_from_four_fifths_on() -> None:
    rule = reuse_of(laid(), "party_member", DAY)
    assert rule is not None
    assert (rule.first.id, rule.then.id, [cite.confidence for cite in rule.cite]) == ("rate_work", "rate_member", ["I"])
    assert [rule.enough(*pair) for pair in ((80, 100), (7999, 10000), (4, 5), (7, 8), (6, 8), (0, 0))] == [
        True, False, True, True, False, False
    ]  # fmt: skip
    two_thirds = reuse_of(laid(('at_least = "4/5"', 'at_least = "2/3"')), "party_member", DAY)
    assert two_thirds is not None
    assert [(one.bound, one.enough(2, 3), one.enough(66, 100)) for one in (rule, two_thirds)] == [
        ("80%", False, False), ("2/3", True, False)
    ]  # fmt: skip
    assert reuse_of(laid(), "leader", DAY) is None
    assert reuse_of(laid(), "party_member", date(2025, 9, 14)) is None


FIRST, THEN = 'first = "rate_work"', 'then = "rate_member"'


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([(FIRST, 'first = "rate_member"'), (THEN, 'then = "rate_work"')], "không có “rate_member” của chính người ấy"),
        ([(FIRST, 'first = "review_in_cell"')], "trình tự của văn bản không có"),
        (
            [(FIRST, 'first = "rate_member"'), (THEN, 'then = "rate_work"'),
             ("[[reuses]]", '[[precedence]]\nid = "back"\nlabel = "Ngược"\nfirst = "rate_member"\nthen = "rate_work"\n'
              'link = "same"\ncite = "quy-che-dung-lai/1"\nsince = 2025-09-15\n\n[[reuses]]')],
            "chạy vòng",
        ),
        (
            [(THEN, 'then = "pay"'),
             ("[[reuses]]", '[[stages]]\nid = "pay"\nlabel = "Khác"\nstep = "rating"\nsubjects = ["contract_worker"]'
              '\ncite = "quy-che-dung-lai/1"\nsince = 2025-09-15\n\n[[precedence]]\nid = "to_pay"\nlabel = "Sau"\n'
              'first = "rate_work"\nthen = "pay"\nlink = "same"\ncite = "quy-che-dung-lai/1"\nsince = 2025-09-15\n\n'
              '[[reuses]]')],
            "không phải bước xếp loại do văn bản này cho mức",
        ),
    ],
)  # fmt: skip
def test_against_the_order_or_without_a_scheme_it_is_refused(changes: list[tuple[str, str]], says: str) -> None:
    with pytest.raises(RulebookError, match=says):
        laid(*changes)
