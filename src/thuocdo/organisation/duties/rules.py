"""Pure checks of duties given by a decision, for the page and for the list that comes back. Each raises Refusal with
the field of the page."""

from collections.abc import Collection, Sequence
from typing import NoReturn

from thuocdo.kernel.errors import Refusal

SPOKEN = "Đã có người phụ trách đơn vị này trong thời gian đó. Hãy ghi ngày kết thúc của người ấy trước."
ENDS_EARLIER = "Chỉ ghi được ngày kết thúc sớm hơn. Kéo dài cần văn bản mới: hãy ghi một lần giao mới."


def serves(name: str, posts: Collection[object]) -> None:
    """Whoever gets a duty has a post on its first day."""
    if not posts:
        _no("duty.no_post", f"{name} không có vị trí công tác nào vào ngày bắt đầu. Hãy kiểm tra ngày.", "start")


def field_of(name: str, unit: str, leaderships: Collection[str]) -> None:
    """A field is of a deputy of the unit; `leaderships`: of the posts in the unit on its first day."""
    if "deputy" not in leaderships:
        _no("field.no_deputy", f"{name} không phải cấp phó của “{unit}” vào ngày bắt đầu. Hãy kiểm tra người và ngày.",
            "person")


def field_covers(deputy: int, unit: int | None, person: int | None) -> None:
    """Just one unit or one person, never the deputy."""
    if (unit is None) == (person is None):
        _no("field.covers", "Hãy chọn một đơn vị hoặc một người thuộc lĩnh vực.", "covers")
    if person == deputy:
        _no("field.self", "Cấp phó không phụ trách chính mình. Hãy chọn người khác.", "covers")


def giver(unit: str, heads: Sequence[int], delegate: int, name: str) -> int:
    """Who delegates: the one head of the unit on the first day, somebody else than the delegate."""
    if len(heads) != 1:
        _no("delegation.no_head", f"“{unit}” chưa ghi nhận đúng một người đứng đầu vào ngày bắt đầu, nên chưa biết ai "
            "ủy quyền. Hãy ghi nhận người đứng đầu trước.", "unit")
    if heads[0] == delegate:
        _no("delegation.self", f"{name} đang đứng đầu “{unit}”, không cần và không được ủy quyền cho chính mình.",
            "delegate")
    return heads[0]


def delegation_covers(assigns: bool, units: Collection[int], people: Collection[int], never: Collection[int]) -> None:
    """Something is covered, by units alone where tasks are assigned; `never`: the delegate and the giver."""
    if not units and not people:
        _no("delegation.covers", "Hãy chọn ít nhất một đơn vị hoặc một người thuộc phạm vi.", "units")
    if assigns and people:
        _no("delegation.assign", "Ủy quyền giao việc được ghi theo đơn vị. Hãy chọn đơn vị.", "units")
    if set(never) & set(people):
        _no("delegation.self", "Phạm vi ủy quyền không gồm người được ủy quyền và người ủy quyền: không ai xử lý phiếu "
            "của chính mình. Hãy bỏ chọn người ấy.", "people")


def _no(code: str, message: str, field: str) -> NoReturn:
    raise Refusal(code, message, field=field)
