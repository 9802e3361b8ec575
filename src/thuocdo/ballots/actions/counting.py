"""The meeting on paper: roll call, slips handed out, the count entered by two people blind to each other."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.ballots import figures, rules
from thuocdo.ballots.access import locked, require_day, require_version, seat_in
from thuocdo.ballots.lpk1 import board, counting
from thuocdo.ballots.models import Ballot, CountEntry, Elector, Minutes
from thuocdo.ballots.people import merged
from thuocdo.ballots.settling import settled
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import chain_of

ENTERED = "Ông/bà đã nhập số của lần kiểm này. Bản thứ hai do thành viên khác của ban kiểm phiếu nhập."


@action
def call_roll(*, ballot_id: int, version: int, present: Collection[int], by: User, at: datetime) -> Ballot:
    """Tick who is present (electors by id) and fix the number, once enough of those summoned are. Raises NotYours,
    Refusal, Conflict."""
    one = _conducted(ballot_id, by, at)
    require_version(one, version)
    one.state = rules.PAPER.target("call", one.state)
    require_day(one, at)
    electors = list(one.electors.filter(left_out="").order_by("pk"))
    if not set(present) <= {row.pk for row in electors}:
        raise Refusal("ballot.present", "Có người không thuộc danh sách. Hãy tải lại trang.", field="present")
    question = json.loads(one.document)
    if not counting.quorum_met(question, len(set(present))):
        part, whole = question["quorum"]
        raise Refusal(
            "ballot.quorum",
            f"Có mặt {len(set(present))} trên {question['summoned']} người được triệu tập, chưa đủ {part}/{whole} "
            f"({one.quorum_source}). Chờ đủ người rồi điểm danh lại, hoặc hủy cuộc bỏ phiếu, ghi lý do.",
            field="present",
        )  # fmt: skip
    changed = [row for row in electors if row.present != (row.pk in present)]
    for row in changed:
        row.present = row.pk in present
    Elector.objects.bulk_update(changed, ["present"], batch_size=200)
    one.present = len(set(present))
    return _moved(one, "ballot.roll_called", by, at, changed, present=one.present)


@action
def issue_slips(*, ballot_id: int, version: int, issued: str, by: User, at: datetime) -> Ballot:
    """Fix how many slips were handed out, one a person present; a spoilt slip that was swapped counts once. Raises
    NotYours, Refusal, Conflict."""
    one = _conducted(ballot_id, by, at)
    require_version(one, version)
    one.state = rules.PAPER.target("issue", one.state)
    text, present = clean(issued), one.present or 0
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= present):
        raise Refusal(
            "ballot.issued",
            f"Số phiếu phát ra: hãy ghi một số nguyên từ 1 đến {present} (số người có mặt). Phiếu đổi vì "
            "viết hỏng chỉ tính một lần.", field="issued",
        )  # fmt: skip
    one.issued = int(text)
    return _moved(one, "ballot.issued", by, at, [], issued=one.issued)


@action
def correct_issued(*, ballot_id: int, version: int, reason: str, by: User, at: datetime) -> Ballot:
    """The number of slips was written down wrongly: it is written again, as long as nobody has entered a count. Raises
    NotYours, Refusal, Conflict."""
    one = _conducted(ballot_id, by, at)
    require_version(one, version)
    one.state = rules.PAPER.target("issue_again", one.state)
    if one.entries.exists():
        raise Conflict("Đã có người nhập số kiểm phiếu: số phiếu phát ra không ghi lại được nữa.")
    if not clean(reason):
        raise Refusal("ballot.reason", "Hãy ghi vì sao ghi lại số phiếu phát ra.", field="issued-reason")
    wrong, one.issued = one.issued, None
    return _moved(one, "ballot.issued_again", by, at, [], issued=wrong, reason=clean(reason)[:500])


@action
def enter_count(*, ballot_id: int, typed: Mapping[str, str], by: User, at: datetime) -> Ballot:
    """Enter the count. The first two entries are by two tellers who see nothing of each other; where they agree the
    minutes are made. Where they differ a third person enters the settled figures with a reason. No event holds figures.

    Raises NotYours, Several by field, Refusal, Conflict.
    """
    one = _conducted(ballot_id, by, at)
    if one.state != Ballot.State.ISSUED:
        raise Conflict(f"Không nhập được số kiểm phiếu: hiện {one.get_state_display()}. Hãy tải lại trang.")
    entries = list(one.entries.filter(counting=one.counting).order_by("number"))
    if any(entry.by_id == by.pk for entry in entries) or _under_another_code(entries, by):
        raise Conflict(ENTERED)
    question = json.loads(one.document)
    found = figures.read(question, one.issued or 0, typed)
    reason = clean(typed.get("reason", ""))[:500] if len(entries) == 2 else ""
    if len(entries) == 2 and not reason:
        raise Refusal(
            "ballot.reason", "Hãy ghi lý do: đã kiểm lại thế nào, vì sao hai bản nhập khác nhau.", field="reason"
        )
    entry = CountEntry(
        ballot=one, counting=one.counting, number=len(entries) + 1, reason=reason, by=by, at=at,
        figures=board.canonical(found.to_dict()).decode(),
    )  # fmt: skip
    entry.save(force_insert=True)
    written: list[Model] = [entry]
    if entry.number == 3 or (entries and entries[0].figures == entry.figures):
        written.append(_settled(one, entry, at))
        one.state = rules.PAPER.target("count", one.state)
    return _moved(one, "ballot.count_entered", by, at, written, entry=entry.number)


@action
def recount(*, ballot_id: int, version: int, reason: str, by: User, at: datetime) -> Ballot:
    """Count again: a correction is another version of the minutes with its reason, entered by two and signed again;
    the earlier one stays. Once they are signed this only asks: the chair agrees. Raises NotYours, Refusal, Conflict."""
    one = _conducted(ballot_id, by, at)
    require_version(one, version)
    signed = one.state in (Ballot.State.SIGNED, Ballot.State.FINAL)
    target = rules.PAPER.target("recount", one.state)
    one.recount_reason = clean(reason)[:500]
    if not one.recount_reason:
        raise Refusal("ballot.reason", "Hãy ghi lý do kiểm lại.", field="recount-reason")
    one.recount_asked_by, one.recount_agreed_by = by if signed else None, None
    if signed:
        return _moved(one, "ballot.recount_asked", by, at, [], reason=one.recount_reason)
    return _again(one, target, by, at)


@action
def agree_recount(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """The chair, who did not ask for it, agrees that signed minutes are made anew; they hold until the new ones are
    signed. Raises NotYours, Conflict."""
    one = locked(ballot_id)
    if not seat_in(one, by, localdate(at)).chair:
        raise NotYours()
    require_version(one, version)
    if not one.recount_waits:
        raise Conflict("Không có đề nghị kiểm lại nào đang chờ chủ trì. Hãy tải lại trang.")
    if one.recount_asked_by_id == by.pk:
        raise Conflict("Người đề nghị kiểm lại không tự đồng ý.")
    one.recount_agreed_by = by
    return _again(one, rules.PAPER.target("recount", one.state), by, at)


def _again(one: Ballot, target: str, by: User, at: datetime) -> Ballot:
    one.state = target
    one.counting += 1
    return _moved(one, "ballot.recounted", by, at, [], counting=one.counting)


def _under_another_code(entries: Collection[CountEntry], by: User) -> bool:
    """Whether the same person has entered this count from an account of a code that was merged with the own."""
    users = [entry.by_id for entry in entries]
    mine = Q(kept__user=by, dropped__user__in=users) | Q(dropped__user=by, kept__user__in=users)
    return bool(users) and merged().filter(mine).exists()


def _conducted(ballot_id: int, by: User, at: datetime) -> Ballot:
    """A ballot on paper, locked, for a member of its committee. Raises NotYours, Conflict."""
    one = locked(ballot_id)
    if not seat_in(one, by, localdate(at)).teller:
        raise NotYours()
    if one.mode != Ballot.Mode.PAPER:
        raise Conflict("Cuộc này bỏ phiếu trên điện thoại. Muốn kiểm phiếu giấy, hãy chuyển sang phiếu giấy trước.")
    return one


def _settled(one: Ballot, entry: CountEntry, at: datetime) -> Minutes:
    how: dict[str, Any] = {"settled_by_third": entry.number == 3, "reason": entry.reason}
    if one.paper_reason:
        how["paper_reason"] = one.paper_reason
    return settled(one, json.loads(entry.figures), at, recount_reason=one.recount_reason, **how)


def _moved(one: Ballot, code: str, by: User, at: datetime, written: Collection[Model], **data: Any) -> Ballot:
    one.version += 1
    one.save()
    chain = chain_of(one.unit, localdate(at))
    record(chain=chain, code=code, by=by, at=at, objects=[one, *written], data={"ballot": one.pk, **data})
    return one
