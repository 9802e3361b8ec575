"""Refusals of a whole document: every problem at once, by field."""

from collections.abc import Mapping

from thuocdo.kernel.errors import Several


class Refused(Several):
    """Several inputs are wrong or missing. `problems` maps field names to Vietnamese sentences."""

    def __init__(self, problems: Mapping[str, str], *, code: str = "document.problems") -> None:
        super().__init__(problems, code=code, opening=f"Có {len(problems)} chỗ cần sửa trước khi tiếp tục: ")
