"""Refusals say what to do in Vietnamese, and carry the code that decides the HTTP status."""

import pytest

from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal, Several


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (NotYours(), "not_found", "Không tìm thấy, hoặc ông/bà không có quyền xem nội dung này."),
        (NotYours("Không có phiếu này."), "not_found", "Không có phiếu này."),
        (Forbidden(), "forbidden", "Ông/bà không có quyền thực hiện việc này."),
        (Forbidden("Chỉ người nhận xét được ghi."), "forbidden", "Chỉ người nhận xét được ghi."),
        (Conflict("Bà Lan đã nộp lúc 9 giờ."), "conflict", "Bà Lan đã nộp lúc 9 giờ."),
    ],
)
def test_each_refusal_has_its_code_and_sentence(error: Refusal, code: str, message: str) -> None:
    assert (error.code, error.message, str(error), error.field) == (code, message, message, None)


def test_a_refusal_names_the_field() -> None:
    assert Refusal("number.invalid", "Ghi một con số.", field="score").field == "score"


def _number(text: str, field: str) -> int:
    if not text.isdigit():
        raise Refusal("number.invalid", f"{field}: ghi một con số.", field=field)
    return int(text)


def test_a_form_tells_everything_it_refuses_at_once_by_input() -> None:
    read = Reading()
    assert read(_number, "3", "a") == 3
    read.done()
    read(_number, "x", field="b")
    read(_number, "4", "c")
    read(_number, "y", "d")
    with pytest.raises(Several) as refused:
        read.done()
    assert refused.value.problems == {"b": "b: ghi một con số.", "d": "d: ghi một con số."}
    assert (refused.value.field, refused.value.message) == ("b", "b: ghi một con số. d: ghi một con số.")


def test_what_is_not_theirs_is_no_fault_of_a_form() -> None:
    def stranger() -> None:
        raise NotYours()

    with pytest.raises(NotYours):
        Reading()(stranger)


def _nobody() -> int:
    raise NotYours


def test_what_is_not_ones_own_is_no_problem_of_a_form() -> None:
    with pytest.raises(NotYours):
        Reading()(_nobody)


def _two() -> int:
    raise Several({"a": "a: sai.", "b": "b: sai."})


def test_several_faults_of_one_part_of_a_form_are_all_told_and_the_first_of_a_field_stays() -> None:
    read = Reading()
    read(_one, "b")
    read(_two)
    with pytest.raises(Several) as refused:
        read.done()
    assert list(refused.value.problems.items()) == [("b", "b: ghi một con số."), ("a", "a: sai.")]


def _one(field: str) -> int:
    raise Refusal("x", f"{field}: ghi một con số.", field=field)
