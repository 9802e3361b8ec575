"""Refusals say what to do in Vietnamese, and carry the code that decides the HTTP status."""

import pytest

from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal


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
