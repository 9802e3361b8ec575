"""Occurrences of each product within a line (NĐ 335 Điều 14 khoản 2 điểm b, c: "của sản phẩm/công việc đó"). Pure.

A line of quantity n is n products, except one of at most one product and one task measured in units (`one_piece`). An
occurrence takes its share from the one product that it befell; only products that count can lose any. The sum of the
occurrences is enough for exact figures unless one product may have lost everything, a part of a product is among
them, or some that were completed do not count: then it must be said which products had how many.
"""

from __future__ import annotations

from collections.abc import Sequence

ONE = 100
"""One product, in the hundredths that quantities are counted in."""


def is_single(counted: int, one_piece: bool) -> bool:
    """Whether all that counts of a line is one product, or part of one."""
    return one_piece or counted <= ONE


def each_problem(each: Sequence[int], counted: int, completed: int, times: int, *, one_piece: bool = False) -> str:
    """What is wrong with the occurrences said of each product, in Vietnamese, "" for nothing.

    `counted`, `completed` in hundredths; `times`: all occurrences of the line that count.

    >>> each_problem([1, 1, 3], 1000, 1000, 5)
    ''
    >>> each_problem([1], 300, 400, 2)
    ''
    """
    most = int(counted > 0) if is_single(counted, one_piece) else counted // ONE
    total = sum(each)
    if len(each) > most:
        return f"ghi {len(each)} sản phẩm, nhưng chỉ có {most} sản phẩm trọn vẹn được tính"
    if total > times:
        return f"cộng lại là {total} lần, nhưng cả dòng chỉ có {times} lần bị tính"
    if counted == completed and total != times:
        return f"cộng lại là {total} lần, nhưng cả dòng có {times} lần; mọi sản phẩm đều được tính nên phải bằng"
    return ""


def entered_twice(counted: int, completed: int, times: int, each: Sequence[int]) -> bool:
    """Whether what was typed may say one fault twice: a product left out of what counts, and an occurrence that nobody
    said stands on another product."""
    return counted < completed and times > 0 and not each


ENTERED_TWICE = {
    "quality_met": (
        "một lỗi có thể đang bị trừ hai lần. Sản phẩm có lỗi nhưng cuối cùng được chấp nhận vẫn ghi ở “Đạt chất lượng” "
        "và ghi số lần không đạt: mỗi lần trừ một phần điểm của sản phẩm đó. Sản phẩm không được chấp nhận thì bỏ khỏi "
        "“Đạt chất lượng”, không ghi thêm số lần. Nếu số lần là của những sản phẩm khác, vẫn đạt, hãy ghi ở “Số lần "
        "không đạt của từng sản phẩm”."
    ),
    "on_time": (
        "một lần chậm có thể đang bị trừ hai lần. Sản phẩm xong chậm nhưng được chấp nhận vẫn ghi ở “Đúng hạn” và ghi "
        "số lần chậm: mỗi lần trừ một phần điểm của sản phẩm đó. Sản phẩm không được tính tiến độ thì bỏ khỏi “Đúng "
        "hạn”, không ghi thêm lần chậm. Nếu lần chậm là của những sản phẩm khác, vẫn được tính, hãy ghi ở “Số lần chậm "
        "của từng sản phẩm”."
    ),
}
"""What to do where `entered_twice`, by what counts; the name of the task comes before it."""
