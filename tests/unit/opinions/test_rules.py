"""Small groups, chance, forms and seals: pure."""

from itertools import product
from random import Random
from typing import Any

import pytest

from thuocdo.opinions import rules, sealing
from thuocdo.opinions.rules import Refused, assign, blocks, figures, read_form

ASKED = ((1, "Kết quả", 10000), (2, "Phối hợp", None))


@pytest.mark.parametrize("threshold", [3, 5])
def test_whatever_is_shown_holds_enough_and_nothing_is_left_to_subtract(threshold: int) -> None:
    """All counts of up to three parties: the shown blocks and what is left over are each large enough, or empty."""
    for counts in product(range(8), repeat=3):
        valid = dict(enumerate(counts, 1))
        found = blocks(valid, threshold)
        assert sorted(party for block in found for party in block.parties) == [1, 2, 3]
        sizes = [(sum(valid[party] for party in block.parties), block.shown) for block in found]
        assert all(size >= threshold for size, shown in sizes if shown), counts
        hidden = sum(size for size, shown in sizes if not shown)
        assert hidden == 0 or hidden == sum(counts) < threshold, counts
        assert not any(size < threshold for size, _ in sizes) or sum(counts) < threshold, "no party stands alone"


def test_a_question_that_few_answered_is_not_shown_and_means_are_half_up() -> None:
    answers: list[rules.Answers] = [{"1": 855, "2": "yes"}, {"1": 860, "2": "no"}, {"1": 860}]
    shown = figures(answers, (1, 2), 3)
    assert shown == {"1": {"answers": 3, "tenths": 86}, "2": {"few": 1}}
    assert figures([{"1": 5}, {"1": 5}, {"1": 5}], (1,), 3)["1"]["tenths"] == 1
    assert figures([{"1": 4}, {"1": 5}, {"1": 5}], (1,), 3)["1"]["tenths"] == 0
    assert figures([{"2": "yes"}] * 2 + [{"2": "no"}], (2,), 3) == {"2": {"answers": 3, "yes": 2, "no": 1}}


def test_words_of_a_secret_round_say_the_same_with_one_answer_more() -> None:
    assert rules.agreeing(5, 0, 3) == rules.agreeing(4, 0, 3) == rules.agreeing(2, 1, 3) == "từ 60% trở lên đồng ý"
    assert rules.agreeing(0, 5, 3) == rules.agreeing(0, 4, 3) == rules.agreeing(1, 2, 3) == "dưới 50% đồng ý"
    assert rules.agreeing(3, 3, 5) == rules.agreeing(4, 4, 5) == "khoảng 50% đồng ý"


def test_no_words_say_that_all_or_none_agreed_nor_that_all_gave_the_same_mark() -> None:
    for least in range(3, 12):
        for many in range(least, 25):
            assert rules.agreeing(many, 0, least) == rules.agreeing(many - 1, 1, least), (many, least)
            assert rules.agreeing(0, many, least) == rules.agreeing(1, many - 1, least), (many, least)
    assert rules.averaged(100, 1000) == rules.averaged(95, 1000) == "trung bình từ 9,5 điểm trở lên"
    assert rules.averaged(0, 1000) == rules.averaged(5, 1000) == "trung bình từ 0,5 điểm trở xuống"
    assert rules.averaged(94, 1000) == "trung bình 9,4 điểm"


def test_words_need_five_whatever_the_threshold() -> None:
    assert not rules.may_show_texts(4, 3)
    assert rules.may_show_texts(5, 3)
    assert not rules.may_show_texts(6, 7)


def test_chance_spreads_the_load() -> None:
    allowed = {subject: set(range(20)) - {subject} for subject in range(20)}
    pairs = assign(list(range(20)), allowed, 5, {}, Random(7))
    assert len(pairs) == len(set(pairs)) == 100
    loads = [sum(rater == one for _, rater in pairs) for one in range(20)]
    assert max(loads) - min(loads) <= 2
    assert all(subject != rater for subject, rater in pairs)
    assert assign([1], {1: {2, 3}}, 0, {}, Random(1)) == [(1, 2), (1, 3)]
    assert assign([1], {1: {2, 3}}, 1, {2: 4}, Random(1)) == [(1, 3)]


def test_a_form_is_read_exactly_or_refused() -> None:
    typed = {"f1.1": "85,5", "f1.2": "yes", "f1.text": " Tận tụy "}
    assert read_form(typed, "f1", "Đỗ Ánh", ASKED) == ({"1": 8550, "2": "yes"}, "Tận tụy")
    assert read_form(typed | {"f1.outside": "1"}, "f1", "Đỗ Ánh", ASKED) == ({}, "")
    assert read_form({"f1.2": "no"}, "f1", "Đỗ Ánh", ASKED) == ({"2": "no"}, "")
    assert read_form({"f1.text": "Tốt"}, "f1", "Đỗ Ánh", ASKED) == ({}, "Tốt")
    bad = {"f1.1": "101", "f1.2": "maybe", "f1.text": "x" * 301}
    with pytest.raises(Refused) as refused:
        read_form(bad, "f1", "Đỗ Ánh", ASKED)
    assert set(refused.value.problems) == {"f1.1", "f1.2", "f1.text"}
    with pytest.raises(Refused) as nothing:
        read_form({}, "f1", "Đỗ Ánh", ASKED)
    assert "ngoài lĩnh vực" in nothing.value.problems["f1.outside"]


def test_seals_open_with_the_key_alone_and_are_all_of_one_length(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, []
    short, long = sealing.seal({"a": 1}, 4), sealing.seal({"t": "đ" * 300}, 4)
    assert len(short) == len(long)
    assert sealing.unseal(long, 4) == {"t": "đ" * 300}
    assert sealing.seal({"a": 1}, 4) != short, "every seal has its own nonce"
    for spoilt in (short[:-1] + bytes([short[-1] ^ 1]), bytes([short[0] ^ 1]) + short[1:], short[:40]):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(spoilt, 4)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(short, 5)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, ["k" * 50]
    assert sealing.unseal(short, 4) == {"a": 1}, "a key that was replaced still opens"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(short, 4)
    with pytest.raises(ValueError, match="do not fit"):
        sealing.seal({"t": "x" * sealing.LENGTH}, 4)
