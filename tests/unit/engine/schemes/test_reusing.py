"""The level of one procedure stands for another of the same person only in the direction of the order."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from thuocdo.engine import Outcome, RulebookError, SchemeBook, load_book, parse_case, rate_case
from thuocdo.engine.cases import rate_file
from thuocdo.engine.facts import SubjectFacts
from thuocdo.engine.outcome import Finding
from thuocdo.engine.scheme_facts import Headcount
from thuocdo.engine.schemes.reusing import reuse_findings, reuse_of
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
        ([(THEN, 'then = "rate_collective"'), (FIRST, 'first = "review_in_cell"')], "không có “review_in_cell”"),
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


SHARE = Path(FOLDER, "cases", "share-of-members.toml")


def findings(**changes: object) -> dict[str, Finding]:
    """Of the case file of the example, its subjects and head-counts changed."""
    case = parse_case(SHARE).model_copy(update=changes)
    return {one.id.rpartition(".")[2]: one for one in rate_case(laid(), case).findings if one.rule == "reuse"}


def test_a_file_says_who_takes_which_level_again_and_no_outcome_changes() -> None:
    found = findings()
    effects = {name: (one.effect, one.value) for name, one in found.items()}
    assert effects == {
        "THAP-HON": ("met", 80), "CAO-HON": ("met", 80), "THIEU-NGUOI": ("not_met", Fraction(799, 10)),
        "CHUA-DEM": ("missing", None), "CHUA-CO-MUC": ("missing", 80),
    }  # fmt: skip
    assert [found[name].inputs[-1] for name in ("THAP-HON", "CAO-HON")] == [
        ("Mức áp dụng", "complete"), ("Mức áp dụng", "good")
    ]  # fmt: skip
    assert "không cao hơn quy tắc" in found["CAO-HON"].sentence_vi
    assert "799/1000 người của “SO” là đảng viên, chưa đủ 80%: không dùng lại" in found["THIEU-NGUOI"].sentence_vi
    assert "headcounts: members, staff của “VP”" in found["CHUA-DEM"].sentence_vi


def test_the_level_comes_from_the_same_persons_other_procedure_of_the_file() -> None:
    case = parse_case(SHARE)
    staff = SubjectFacts(id="CC", kind="civil_servant", agency="SO", person="P1")
    member = case.subjects[0].model_copy(update={"person": "P1", "related": None})
    empty = (Headcount(agency="UB", staff=0, members=0),)
    one = findings(subjects=(member, staff), headcounts=case.headcounts)["THAP-HON"]
    assert one.effect == "not_met", "counted where the other procedure is: of SO, not of UB"
    twice = (member, staff, staff.model_copy(update={"id": "CC2"}))
    assert findings(subjects=twice)["THAP-HON"].inputs[-1] == ("Mức để dùng lại", "chưa có"), "two levels are none"
    nobody = findings(subjects=(case.subjects[0],), headcounts=empty)["THAP-HON"]
    assert (nobody.effect, nobody.value) == ("not_met", None), "nobody is no share"
    alone = findings(subjects=(case.subjects[0].model_copy(update={"agency": None}),))["THAP-HON"]
    assert "(agency)" in alone.sentence_vi
    known = Outcome("CC", "rated", None, None, "complete", (), (), year=True)
    books = {member.id: laid()}
    two = case.model_copy(update={"subjects": (member, staff.model_copy(update={"agency": "UB"}))})
    assert [one.inputs[-1] for one in reuse_findings(books, two, {"CC": known})] == [("Mức áp dụng", "complete")]


def test_where_a_text_orders_nothing_the_rule_says_the_direction() -> None:
    folder = FOLDER.parent / "vi-du-dang-vien-truoc"
    found = rate_file(parse_case(folder / "cases" / "member-as-work.toml"), None, ())
    said = {one.id: one for one in found.findings}["reuse.member_as_work.CC1"]
    assert (said.effect, said.inputs[-1]) == ("met", ("Mức áp dụng", "good"))
    assert found.outcomes["CC1"].kind == "not_rated", "the decision is the authority's"


def test_more_members_than_staff_is_refused() -> None:
    with pytest.raises(ValueError, match=r"members .* lớn hơn staff"):
        Headcount(agency="UB", staff=4, members=5)
