"""Where a difficulty goes: into a duplicate, up to the superior unit, and back."""

from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.difficulties import access, rules
from thuocdo.difficulties.locking import (
    Kind,
    chain_for,
    locked,
    move,
    require_holder,
    standing,
    step,
    tell_authors,
    tell_officers,
    texts,
)
from thuocdo.difficulties.models import Difficulty
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units

State = Difficulty.State


@action
def merge(*, difficulty_id: int, into_id: int, version: int, by: User, at: datetime) -> Difficulty:
    """Merge a duplicate into another difficulty of the officer's; what was merged into it goes along.

    Raises NotYours, Forbidden, Refusal for another rulebook, Conflict for a ring, a withdrawn or merged target.
    """
    row = locked(difficulty_id, into_id)
    require_holder(row, by, at)
    units = officer_units(by, localdate(at))
    target = Difficulty.objects.select_related("changed_by").filter(access.handled_in(units), pk=into_id).first()
    if target is None:
        raise Refusal(
            "difficulty.target",
            "Không có vướng mắc mang số này trong danh sách của ông/bà. Hãy chọn số trong danh sách.",
            field="into",
        )
    if row.state == State.MERGED and row.merged_into_id == target.pk:
        nothing_changed()
        return row
    rules.check_version(standing(row), version)
    rules.check_target(row.pk, standing(target), target.merged_into_id)
    if target.rulebook != row.rulebook:
        raise Refusal(
            "difficulty.rulebook",
            "Hai vướng mắc thuộc hai bộ quy tắc khác nhau nên không gộp được. Hãy trả lời riêng từng vướng mắc.",
            field="into",
        )
    move(row, "merge", by, at)
    row.merged_into = target
    row.save()
    made = step(row, Kind.MERGED, by, at, text=f"Gộp vào vướng mắc số {target.pk}")
    moved = list(row.merged.select_for_update(of=("self",)).select_related("author").order_by("pk"))
    for one in moved:
        one.merged_into = target
        one.save(update_fields=["merged_into"])
    words = f"được gộp vào vướng mắc số {target.pk} có cùng nội dung; trả lời của số đó cũng là trả lời cho ông/bà."
    for one in (row, *moved):
        tell_authors(one, at, words)
    record(
        chain=chain_for(row, at),
        code="difficulty.merged",
        by=by,
        at=at,
        objects=[row, made, *moved],
        data={"into": target.pk},
    )
    return row


@action
def send_up(*, difficulty_id: int, version: int, reason: str, by: User, at: datetime) -> Difficulty:
    """Send what cannot be settled here to the next unit above that has an organisation officer.

    Raises NotYours, Forbidden, Refused without a reason, Refusal where nobody above is recorded, Conflict.
    """
    row = locked(difficulty_id)
    require_holder(row, by, at, own=True)
    words = texts(reason=(reason, "Lý do gửi cấp trên", True))["reason"]
    rules.check_version(standing(row), version)
    above = access.unit_above(row, localdate(at))
    if above is None:
        raise Refusal(
            "difficulty.nobody_above",
            f"Chưa ghi nhận đơn vị nào ở trên “{row.holder.name}” có cán bộ tổ chức dùng chương trình này, nên chưa "
            "gửi lên được. Hãy gửi bằng văn bản, rồi ghi ý kiến của cấp trên làm câu trả lời.",
        )
    return _hand_over(row, "send_up", Kind.SENT_UP, above, words, by, at)


@action
def take_back(*, difficulty_id: int, version: int, reason: str, by: User, at: datetime) -> Difficulty:
    """The unit that sent the difficulty up takes it back while it waits.

    Raises NotYours, Refused without a reason, Conflict.
    """
    row = locked(difficulty_id)
    units = officer_units(by, localdate(at))
    if not Difficulty.objects.filter(access.handled_in(units), pk=row.pk).exists():
        raise NotYours()
    words = texts(reason=(reason, "Lý do lấy lại", True))["reason"]
    rules.check_version(standing(row), version)
    sender = access.sender_of(row)
    if sender is None or sender not in units:
        raise Conflict(
            f"Vướng mắc số {row.pk} đang ở {row.holder.name} và không phải do đơn vị ông/bà gửi lên, nên không lấy lại "
            "được."
        )
    return _hand_over(row, "take_back", Kind.TAKEN_BACK, Unit.objects.get(pk=sender), words, by, at)


def _hand_over(row: Difficulty, name: str, kind: Kind, to_unit: Unit, words: str, by: User, at: datetime) -> Difficulty:
    """The difficulty changes hands; both sides and the authors learn who has it now."""
    move(row, name, by, at)
    before, row.holder = row.holder, to_unit
    row.save()
    made = step(row, kind, by, at, text=words, from_unit=before)
    where = f"nay do {to_unit.name} xử lý."
    tell_authors(row, at, where)
    tell_officers(row, [before, to_unit], at, where, by)
    codes = {Kind.SENT_UP: "difficulty.sent_up", Kind.TAKEN_BACK: "difficulty.taken_back"}
    record(
        chain=chain_for(row, at),
        code=codes[kind],
        by=by,
        at=at,
        objects=[row, made],
        data={"from": before.code, "to": to_unit.code},
    )
    return row
