"""Refusals of a whole document: every problem at once, by field."""

from collections.abc import Mapping

from thuocdo.kernel.errors import Refusal


class Refused(Refusal):
    """Several inputs are wrong or missing. `problems` maps field names to Vietnamese sentences."""

    def __init__(self, problems: Mapping[str, str], *, code: str = "document.problems") -> None:
        self.problems = dict(problems)
        count = len(self.problems)
        super().__init__(
            code,
            f"Có {count} chỗ cần sửa trước khi tiếp tục: " + " ".join(self.problems.values()),
            field=next(iter(self.problems), None),
        )
