"""Single inputs of the employee's forms as the templates show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.engine.rulebook import Citation

_PROPOSED = {
    "title": "Tên công việc",
    "assigned": "Số lượng",
    "coefficient": "Hệ số quy đổi (để trống nếu lấy trong danh mục)",
    "due_date": "Hạn hoàn thành (ngày/tháng/năm)",
}


@dataclass(frozen=True)
class Input:
    """One input of a task."""

    id: str
    name: str
    label: str
    typed: str
    problem: str = ""
    hint: str = ""
    cite: tuple[Citation, ...] = ()


def proposal_inputs(typed: Mapping[str, Any], errors: Mapping[str, str]) -> tuple[Input, ...]:
    """The fields of a task that somebody proposes from the page of the month."""
    return tuple(
        Input(name, name, label, str(typed.get(name, "")), errors.get(name, ""))
        for name, label in _PROPOSED.items()
    )
