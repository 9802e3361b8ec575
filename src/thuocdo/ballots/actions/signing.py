"""The signed minutes: a scan kept under its SHA-256, compared by a second person; only then is a result used."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Model
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.ballots import in_round, rules
from thuocdo.ballots.access import locked, require_version, seat_in
from thuocdo.ballots.models import Ballot, Minutes, MinutesScan
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import chain_of
from thuocdo.work.evidence import Upload, check_scan, shown_name
from thuocdo.work.storage import keep


@action
def attach_scan(*, ballot_id: int, version: int, upload: Upload | None, by: User, at: datetime) -> MinutesScan:
    """Keep a scan of the signed minutes. Raises NotYours, Refusal, Conflict."""
    one, minutes = _minutes(ballot_id, version, by, at)
    upload, media = check_scan(upload)
    number = 1 + minutes.scans.count()
    scan = MinutesScan(
        minutes=minutes, number=number, digest=keep(upload.content), name=shown_name(upload.name), media=media,
        attached_by=by, attached_at=at,
    )  # fmt: skip
    scan.save()
    return _recorded(one, scan, "ballot.scan_attached", by, at)


@action
def confirm_scan(*, ballot_id: int, version: int, scan_id: int, same: bool, by: User, at: datetime) -> MinutesScan:
    """A second person has compared the scan with the figures. Raises NotYours, Refusal, Conflict."""
    one, minutes = _minutes(ballot_id, version, by, at)
    scan = minutes.scans.filter(pk=scan_id).first()
    if scan is None:
        raise NotYours()
    if scan.attached_by_id == by.pk:
        raise Conflict(
            "Người đưa bản chụp lên không tự đối chiếu. Hãy nhờ người khác trong ban kiểm phiếu hoặc chủ trì."
        )
    if not same:
        raise Refusal(
            "ballot.same",
            "Chỉ xác nhận khi mọi số trên biên bản đã ký đúng như số đã chốt. Nếu khác, hãy đưa bản chụp khác "
            "hoặc kiểm lại, ghi lý do.", field="same",
        )  # fmt: skip
    scan.confirmed_by, scan.confirmed_at = by, at
    scan.save()
    one.state = rules.MACHINES[one.mode].target("sign", one.state)
    return _recorded(one, scan, "ballot.scan_confirmed", by, at, in_round.tell(one, minutes, by, at))


@action
def finish_ballot(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """The chair (or the organiser) ends a ballot: the result is announced. Raises NotYours, Conflict."""
    one = locked(ballot_id)
    seat = seat_in(one, by, localdate(at))
    if not (seat.chair or seat.organiser):
        raise NotYours()
    require_version(one, version)
    one.state = rules.MACHINES[one.mode].target("finish", one.state)
    one.version += 1
    one.save()
    told = in_round.tell(one, one.minutes.get(counting=one.counting), by, at)
    record(
        chain=chain_of(one.unit, localdate(at)), code="ballot.finished", by=by, at=at, objects=[one, *told],
        data={"ballot": one.pk},
    )  # fmt: skip
    return one


def _minutes(ballot_id: int, version: int, by: User, at: datetime) -> tuple[Ballot, Minutes]:
    """Raises NotYours, Conflict."""
    one = locked(ballot_id)
    seat = seat_in(one, by, localdate(at))
    if not (seat.teller or seat.chair):
        raise NotYours()
    require_version(one, version)
    if one.state != Ballot.State.COUNTED:
        raise Conflict(f"Không thực hiện được: hiện {one.get_state_display()}. Hãy tải lại trang.")
    return one, one.minutes.get(counting=one.counting)


def _recorded(
    one: Ballot, scan: MinutesScan, code: str, by: User, at: datetime, told: Collection[Model] = ()
) -> MinutesScan:
    one.version += 1
    one.save()
    record(
        chain=chain_of(one.unit, localdate(at)), code=code, by=by, at=at, objects=[one, scan, *told],
        data={"ballot": one.pk, "sha256": scan.digest},
    )  # fmt: skip
    return scan
