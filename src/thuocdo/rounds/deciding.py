"""Steps of deciding about subjects, shared by the page's action and by the list in Excel."""

from collections.abc import Collection, Mapping
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.own_case import refuse_own
from thuocdo.rounds.models import RoundSubject

CHOICES = ("in", "exempt", "postponed")
DECIDED = ("standing", "reason", "cite", "holds", "reviewed_with", "decided_by", "decided_at")
"""The fields that a decision writes."""


def not_own(one: RoundSubject, by: User, at: datetime) -> None:
    """Raises Forbidden for the own case."""
    if one.person is not None:
        refuse_own(one.person, one.unit, by, at, what="Đây là trường hợp của chính ông/bà nên người khác quyết định")


def choice(standing: str) -> None:
    """Raises Refusal."""
    if standing not in CHOICES:
        raise Refusal("round.standing", "Hãy chọn: thuộc đợt, được miễn hay tạm hoãn.", field="standing")


def nothing_done(standing: str, done: bool) -> None:
    """Raises Conflict where somebody of whom steps are done would be left out."""
    if standing != "in" and done:
        raise Conflict("Có đối tượng đã có bước được ghi. Hãy hủy các bước ấy trước khi miễn hoặc hoãn.")


def partner(
    other: RoundSubject | None, rows: Collection[RoundSubject], standing: str, hosts: Mapping[int, str]
) -> RoundSubject:
    """The collective with which the review of these is held once; `hosts`: by key of a collective the name of one that
    is reviewed with it, so that none is reviewed with one that is itself reviewed elsewhere. Raises Refusal."""
    fits = other is not None and other.kind == "collective" and other.standing == "in"
    if other is None or not fits or other.pk in {one.pk for one in rows} or other.reviewed_with_id is not None:
        raise Refusal("round.partner", "Hãy chọn một tập thể khác thuộc đợt và tự tổ chức kiểm điểm.", field="with")
    if standing != "in" or any(one.kind != "collective" for one in rows):
        raise Refusal(
            "round.partner",
            "Chỉ tập thể thuộc đợt mới kiểm điểm cùng tập thể khác. Hãy bỏ chọn nơi cùng kiểm điểm.",
            field="with",
        )
    for one in rows:
        if one.pk in hosts:
            raise Refusal(
                "round.partner",
                f"{hosts[one.pk]} đang kiểm điểm cùng {one.name}. Hãy cho {hosts[one.pk]} kiểm điểm cùng {other.name} "
                "trước, rồi ghi lại.",
                field="with",
            )
    return other


def decided(
    one: RoundSubject, standing: str, reason: str, cite: str, holds: bool, other: RoundSubject | None, by: User,
    at: datetime,
) -> bool:  # fmt: skip
    """Put the decision into the row, which the caller saves; False where it stands already. `other` None keeps with
    whom the review is held."""
    new = {"standing": standing, "reason": reason, "cite": cite, "holds": holds if standing == "postponed" else True}
    moved = other is not None and one.reviewed_with_id != other.pk
    if not moved and all(getattr(one, name) == value for name, value in new.items()):
        return False
    for name, value in new.items():
        setattr(one, name, value)
    one.reviewed_with = other if other is not None else one.reviewed_with
    one.decided_by, one.decided_at = by, at
    return True
