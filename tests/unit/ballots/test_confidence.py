"""Confidence votes by date: what follows from low votes is asked of every text in force; what texts say differently, or
leave open, is shown. The figures are those of regulations/party.md, written out a second time."""

from datetime import date
from typing import Any

import pytest

from thuocdo.ballots.confidence import Text, case_of, overview
from thuocdo.ballots.question import read_question
from thuocdo.ballots.results import follows as said
from thuocdo.ballots.texts import texts_for
from thuocdo.cli.rating_text import table
from thuocdo.engine.cases import rate_file
from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.kernel.errors import Several

THEN, NOW = date(2023, 12, 1), date(2026, 3, 2)
VOTE = "votes/nq-96-2023#confidence"
ASKED = {
    "text": VOTE, "title": "Bỏ phiếu tín nhiệm", "meeting": "Kỳ họp thứ 5", "year": "2026", "secrecy": "secret",
    "options": "Tín nhiệm\nKhông tín nhiệm", "invalid": "line", "quorum": "2/3", "quorum_source": "Nội quy kỳ họp",
    "least": "1", "most": "1",
}  # fmt: skip


def text(on: date, short: str) -> Text:
    return next(one for one in overview(on).texts if one.short.startswith(short))


def follows(on: date, short: str) -> dict[str, str]:
    """What one text says of every range."""
    found = overview(on)
    place = [one.short.startswith(short) for one in found.texts].index(True)
    return {band.words: band.follows[place].level or band.follows[place].outcome for band in found.bands}


def test_exactly_two_thirds_differs_between_two_texts_in_force_and_is_shown() -> None:
    party = {"dưới 1/2": "confirmed", "đúng 1/2": "confirmed", "trên 1/2 đến dưới 2/3": "reconsidered"}
    assert follows(THEN, "QĐ 96") == party | {"đúng 2/3": "removal", "trên 2/3": "removal"}
    older = {"dưới 1/2": "confirmed", "đúng 1/2": "confirmed", "trên 1/2 đến dưới 2/3": "resignation"}
    assert follows(THEN, "QĐ 41") == older | {"đúng 2/3": "resignation", "trên 2/3": "removal"}
    clash = {band.words: band.conflict for band in overview(THEN).bands}
    assert (clash["đúng 1/2"], clash["đúng 2/3"]) == (False, True)
    assert not overview(NOW).conflict, "Quy định 41 ended on 2025-10-08"


def test_the_command_line_shows_the_same_conflict() -> None:
    votes = dict.fromkeys(("convened", "present", "issued", "collected", "valid"), 30) | {"high": 10, "medium": 0}
    people = [("HAI-PHAN-BA", "head", votes | {"low": 20}), ("NUA", "none", votes | {"low": 15})]

    def told(on: date, **more: Any) -> list[Any]:
        case = Case.model_validate({**case_of(people, on, ""), **more})
        case = case.model_copy(update={"subjects": (*case.subjects, SubjectFacts(id="KHONG", kind="leader"))})
        return [one for one in rate_file(case).findings if one.rule == "conflict"]

    (found,) = told(THEN)
    assert (found.id, found.effect) == ("conflict.HAI-PHAN-BA", "left_open")
    assert [(short.partition(" (")[0], words.partition(",")[0]) for short, words in found.inputs] == [
        ("QĐ 96/2023", "Miễn nhiệm"), ("QĐ 41/2021", "Căn cứ xem xét từ chức"),
    ]  # fmt: skip
    assert found.sentence_vi.endswith("áp dụng văn bản nào do cấp có thẩm quyền quyết định.")
    assert {one.instrument for one in found.cite} >= {"Quy định 96-QĐ/TW"}
    assert "Các văn bản nói khác nhau:" in table(*(lambda case: (case, rate_file(case)))(
        Case.model_validate(case_of(people, THEN, "")))
    )  # fmt: skip
    assert told(NOW) == []
    assert len(told(THEN, rulebook="votes/qd-41-2021")) == 1, "whichever text the file names"
    assert len(told(THEN, rulebook="votes/qd-96-2023", rating_date=None)) == 1, "in force at some time of the year"
    few = [("IT-NGUOI", "head", votes | {"convened": 90, "low": 20})]
    case = Case.model_validate(case_of(few, THEN, ""))
    assert "Hội nghị không hợp lệ" in rate_file(case).outcomes["IT-NGUOI"].reason
    assert not [one for one in rate_file(case).findings if one.rule == "conflict"], "no result: no ground by another"
    few_votes = votes | {"convened": 90, "low": 20}
    assert [one.outcome for one in said("votes/qd-96-2023", THEN, few_votes)] == ["not_rated"]
    assert len(said("votes/qd-96-2023", THEN, votes | {"low": 20})) == 2


def test_a_bound_only_readings_name_is_a_range_left_open() -> None:
    found = follows(date(2018, 3, 1), "QĐ 262")
    assert (found["đúng 2/3"], found["trên 2/3"]) == ("needs_decision", "resignation")
    assert follows(date(2018, 3, 1), "NQ 85")["đúng 2/3"] == "confidence_vote"
    assert not overview(date(2014, 3, 1)).bands, "no figure of 2013 was read"
    assert len(overview(date(2014, 3, 1)).texts) == 2
    assert not overview(date(2012, 3, 1)).texts


def test_whom_a_text_leaves_out_and_on_what_a_share_is_taken() -> None:
    assert [words for words, _ in text(NOW, "QĐ 96").left_out][:2] == [
        "Không lấy phiếu: đã có thông báo nghỉ hưu", "Không lấy phiếu: được bầu, bổ nhiệm trong năm lấy phiếu",
    ]  # fmt: skip
    assert all("nguồn chắc chắn" in cite for _, cite in text(NOW, "QĐ 96").left_out)
    assert (text(NOW, "QĐ 96").base, text(NOW, "NQ 96").base) == ("số phiếu thu về", "")
    assert text(date(2018, 3, 1), "NQ 85").base == "tổng số người có quyền bỏ phiếu"
    assert any("50%" in words for _, words, _ in overview(NOW).elsewhere), "Quy định 366 asks it in the year's rating"


def test_the_two_way_vote_is_held_in_the_cases_of_the_text_alone() -> None:
    (found,) = [one for one in texts_for("confidence_vote", NOW) if one.code == VOTE]
    ratios = {one.words.id: one.ratio for one in found.triggers}
    assert (ratios["national_deputies"], ratios["council_deputies"], ratios["front"]) == ("1/5", "1/3", "")
    council = next(one for one in found.triggers if one.words.id == "council_deputies")
    assert [council.least(whole) for whole in (50, 51, 52)] == [17, 17, 18]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "trigger"),
        ({"trigger": "votes/qd-96-2023#confidence|low_levels"}, "trigger"),
        ({"trigger": f"{VOTE}|council_deputies"}, "asked"),
        ({"trigger": f"{VOTE}|council_deputies", "asked": "16", "of": "50"}, "asked"),
        ({"trigger": f"{VOTE}|council_deputies", "asked": "51", "of": "50"}, "asked"),
        ({"trigger": f"{VOTE}|council_deputies", "asked": "17", "of": "năm mươi"}, "of"),
    ],
)
def test_a_case_that_is_not_met_is_refused_at_its_input(typed: dict[str, str], field: str) -> None:
    with pytest.raises(Several) as refused:
        read_question(ASKED | typed, kind="confidence_vote", held_on=NOW)
    assert set(refused.value.problems) == {field}


def test_the_case_stands_in_the_basis() -> None:
    typed = ASKED | {"trigger": f"{VOTE}|council_deputies", "asked": "17", "of": "50"}
    basis = read_question(typed, kind="confidence_vote", held_on=NOW).values["basis"]
    assert basis.endswith("Ít nhất 1/3 tổng số đại biểu Hội đồng nhân dân đề nghị (17/50)")


@pytest.mark.parametrize(("book", "held_on"), [("qd-96-2023", NOW), ("qd-262-2014", date(2018, 9, 3)),
                                               ("nq-96-2023", NOW), ("nq-85-2014", date(2018, 9, 3))])  # fmt: skip
def test_a_text_of_three_levels_has_one_mark_a_line_whatever_is_typed(book: str, held_on: date) -> None:
    (text,) = [one for one in texts_for("confidence_levels", held_on) if one.key == f"votes/{book}"]
    secrecy = "secret" if text.words.secret else "may_sign"
    typed = ASKED | {"text": text.code, "year": str(held_on.year), "least": "0", "most": "2", "secrecy": secrecy}
    values = read_question(typed, kind="confidence_levels", held_on=held_on).values
    assert (values["least"], values["most"]) == (1, 1)
    own = typed | {"text": "", "basis": "Quy chế của Đảng ủy", "most": "2"}
    assert read_question(own, kind="confidence_levels", held_on=held_on).values["most"] == 2, "no text read says it"
