"""Expected refusals. A refusal is a sentence for the user, never a stack trace."""


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
