"""Expected refusals. A refusal is a sentence for the user, never a stack trace."""

from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Refusal(Exception):
    """The product says no, and what to do. `code` is stable; `message` is Vietnamese; `field` names an input."""

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class NotYours(Refusal):
    """The object does not exist or is outside the user's scope: the same answer for both (HTTP 404)."""

    def __init__(self, message: str = "Không tìm thấy, hoặc ông/bà không có quyền xem nội dung này.") -> None:
        super().__init__("not_found", message)


class Forbidden(Refusal):
    """The user is known but may not do this (HTTP 403)."""

    def __init__(self, message: str = "Ông/bà không có quyền thực hiện việc này.") -> None:
        super().__init__("forbidden", message)


class Conflict(Refusal):
    """Somebody acted first, or the state has moved on (HTTP 409). The message says who, what and when."""

    def __init__(self, message: str) -> None:
        super().__init__("conflict", message)


class Several(Refusal):
    """Several inputs are wrong. `problems` maps names of inputs to sentences; "" where no input is named."""

    def __init__(self, problems: Mapping[str, str], *, code: str = "several", opening: str = "") -> None:
        self.problems = dict(problems)
        message = opening + " ".join(self.problems.values())
        super().__init__(code, message, field=next(iter(self.problems), None) or None)


class Reading:
    """Reads the inputs of one form one after the other and keeps every refusal, so that all are told at once.

    >>> read = Reading()
    >>> read(int, "5")
    5
    >>> read.done()
    """

    def __init__(self) -> None:
        self._problems: dict[str, str] = {}

    def __call__(self, reader: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What the reader makes of it. After a refusal nothing that may be used: `done` raises. Raises NotYours."""
        try:
            return reader(*args, **kwargs)
        except NotYours:
            raise
        except Several as several:
            self._problems |= {field: said for field, said in several.problems.items() if field not in self._problems}
        except Refusal as refusal:
            self._problems.setdefault(refusal.field or "", refusal.message)
        return cast(_T, None)

    def done(self) -> None:
        """Raises Several where anything was refused."""
        if self._problems:
            raise Several(self._problems)
