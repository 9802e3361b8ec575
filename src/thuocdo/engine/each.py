"""Occurrences of each product within a line (NĐ 335 Điều 14 khoản 2 điểm b, c: "của sản phẩm/công việc đó"). Pure.

A line of quantity n is n products, except one of at most one product and one task measured in units (`one_piece`). An
occurrence takes its share from the one product that it befell; only products that count can lose any. The sum of the
occurrences is enough for exact figures unless one product may have lost everything, a part of a product is among
them, or some that were completed do not count: then it must be said which products had how many. A
product without any may be said as 0; of a quantity with a part, as 2.5, the part comes last, after all whole ones.
"""

from __future__ import annotations

from collections.abc import Sequence

ONE = 100
"""One product, in the hundredths that quantities are counted in."""


def is_single(counted: int, one_piece: bool) -> bool:
    """Whether all that counts of a line is one product, or part of one."""
    return one_piece or counted <= ONE


def on_part(each: Sequence[int], counted: int, one_piece: bool) -> int:
    """The occurrences said of the part of a product that counts beside whole ones.

    >>> on_part([1, 0, 2], 250, False), on_part([1, 1], 250, False)
    (2, 0)
    """
    return each[-1] if not is_single(counted, one_piece) and len(each) > counted // ONE else 0


def each_problem(each: Sequence[int], counted: int, completed: int, times: int, *, one_piece: bool = False) -> str:
    """What is wrong with the occurrences said of each product, in Vietnamese, "" for nothing.

    `counted`, `completed` in hundredths; `times`: all occurrences of the line that count.

    >>> each_problem([1, 1, 3], 1000, 1000, 5)
    ''
    >>> each_problem([1], 300, 400, 2), each_problem([0], 300, 400, 2), each_problem([1, 1, 1], 250, 250, 3)
    ('', '', '')
    """
    single = is_single(counted, one_piece)
    whole = int(counted > 0) if single else counted // ONE
    part = 0 if single else int(counted % ONE > 0)
    total = sum(each)
    if len(each) > whole + part:
        there = f"{whole} sản phẩm trọn vẹn{' và một phần sản phẩm' if part else ''}"
        return f"ghi {len(each)} sản phẩm, nhưng chỉ có {there} được tính"
    if total > times:
        return f"cộng lại là {total} lần, nhưng cả dòng chỉ có {times} lần bị tính"
    if counted == completed and total != times:
        return f"cộng lại là {total} lần, nhưng cả dòng có {times} lần; mọi sản phẩm đều được tính nên phải bằng"
    return ""


def entered_twice(counted: int, completed: int, times: int, each: Sequence[object]) -> bool:
    """Whether what was typed may say one fault twice: a product left out of what counts, and an occurrence that nobody
    said (`each` as typed or as read) stands on another product. Where nothing counts, nothing more can be taken."""
    return 0 < counted < completed and times > 0 and not each


ENTERED_TWICE = {
    "quality_met": (
        "một lỗi có thể đang bị trừ hai lần. Sản phẩm có lỗi nhưng cuối cùng được chấp nhận vẫn ghi ở “Đạt chất lượng” "
        "và ghi số lần không đạt: mỗi lần trừ một phần điểm của sản phẩm đó. Sản phẩm không được chấp nhận thì bỏ khỏi "
        "“Đạt chất lượng”, không ghi thêm số lần. Nếu số lần là của những sản phẩm khác, vẫn đạt, hãy ghi ở “Số lần "
        "không đạt của từng sản phẩm”; không sản phẩm nào được tính bị lần nào thì ghi 0 ở đó."
    ),
    "on_time": (
        "một lần chậm có thể đang bị trừ hai lần. Sản phẩm xong chậm nhưng được chấp nhận vẫn ghi ở “Đúng hạn” và ghi "
        "số lần chậm: mỗi lần trừ một phần điểm của sản phẩm đó. Sản phẩm không được tính tiến độ thì bỏ khỏi “Đúng "
        "hạn”, không ghi thêm lần chậm. Nếu lần chậm là của những sản phẩm khác, vẫn được tính, hãy ghi ở “Số lần chậm "
        "của từng sản phẩm”; không sản phẩm nào được tính bị lần nào thì ghi 0 ở đó."
    ),
}
"""What to do where `entered_twice`, by what counts; the name of the task comes before it."""
