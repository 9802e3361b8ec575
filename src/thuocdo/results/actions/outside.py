"""Results from outside the installation: entered by the organisation officer, confirmed by a second person, corrected
only by a later version (NĐ 335 Điều 19 khoản 1)."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from django.db.models import Max
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.exact import fraction_text
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import officer_units
from thuocdo.results.outside.lots_back import close_rows
from thuocdo.results.outside.models import OutsideResult
from thuocdo.results.outside.queries import agency_of, in_charge
from thuocdo.results.outside.rules import Typed, entry_from
from thuocdo.results.papers.rules import checked_pdf
from thuocdo.work.evidence import Upload
from thuocdo.work.storage import keep

State = OutsideResult.State


@action
def enter_outside_result(
    *, code: str, typed: Typed, upload: Upload | None, replaces_id: int, reason: str, by: User, at: datetime
) -> OutsideResult:
    """Enter one result for the person with this staff code, who serves in the officer's agency, with the paper as PDF.

    `replaces_id` names the confirmed result that it corrects, with a reason; 0 for a period that has none. Raises
    NotYours, Forbidden for the own, Conflict, and all faults of the form at once.
    """
    on = localdate(at)
    units = officer_units(by, on)
    if not units:
        raise NotYours()
    read = Reading()
    found = read(_person, code, set(units), at)
    entry = read(entry_from, typed, on)
    name = read(checked_pdf, upload)
    reason = read(text_from, reason, "Lý do sửa", "reason", 500) if replaces_id else ""
    read.done()
    assert upload is not None, "refused above"
    person, agency = found
    if person.user_id == by.pk:
        raise Forbidden("Không ai tự nhập kết quả của chính mình. Hãy nhờ cán bộ tổ chức khác nhập.")
    version = _next_version(person, agency, entry.period, replaces_id)
    kind, year, number = entry.period
    made = OutsideResult.objects.create(
        person=person, agency=agency, chain=agency.code, kind=kind, year=year, number=number, version=version,
        place=entry.place, basis=entry.basis, score=fraction_text(entry.score), level=entry.level,
        document=entry.document, signed_on=entry.signed_on, file_name=name, sha256=keep(upload.content),
        replaces_id=replaces_id or None, reason=reason, lot=uuid4().hex, account=person.user, entered_by=by,
        entered_at=at,
    )  # fmt: skip
    data = {"period": made.period, "version": version}
    record(chain=made.chain, code="outside_result.entered", by=by, at=at, objects=[made], data=data)
    return made


@action
def confirm_outside_results(*, result_id: int, by: User, at: datetime) -> int:
    """The lot of this result agrees with its papers and counts from now on; returns how many. Another officer or the
    head, never whoever entered it nor anybody it is about. Twice is one effect.

    Raises NotYours, Forbidden, Conflict.
    """
    rows = _to_close(result_id, by, at)
    if all(row.state == State.CONFIRMED for row in rows):
        nothing_changed()
        return len(rows)
    _close(rows, State.CONFIRMED, "", by, at, "outside_result.confirmed")
    people = [row.person.user for row in rows if row.person.user is not None]
    text = "Kết quả do nơi công tác trước gửi đã được ghi vào kết quả năm của ông/bà."
    notify(users=list(dict.fromkeys(people)), kind="outside_result.confirmed", text=text, path="/ket-qua/", at=at)
    return len(rows)


@action
def return_outside_results(*, result_id: int, reason: str, by: User, at: datetime) -> None:
    """The second person sends the lot back with a reason; nothing of it counts. Raises NotYours, Forbidden, Conflict,
    Refusal."""
    rows = _to_close(result_id, by, at)
    why = text_from(reason, "Lý do trả lại", "reason", 500)
    _close(rows, State.RETURNED, why, by, at, "outside_result.returned")
    text = f"{len(rows)} kết quả nơi khác gửi bị trả lại."
    notify(users=[rows[0].entered_by], kind="outside_result.returned", text=text, path=_path(rows[0]), at=at)


@action
def withdraw_outside_results(*, result_id: int, reason: str, by: User, at: datetime) -> None:
    """Whoever entered the lot takes it back before it is confirmed. Raises NotYours, Conflict, Refusal."""
    rows = _lot(result_id)
    if rows[0].entered_by_id != by.pk:
        raise NotYours()
    why = text_from(reason, "Lý do rút", "reason", 500)
    _close(rows, State.WITHDRAWN, why, by, at, "outside_result.withdrawn")


def _person(code: str, units: Collection[int], at: datetime) -> tuple[Person, Unit]:
    """The person and the agency that receives. Raises Refusal."""
    rows = Person.objects.select_for_update(of=("self",)).filter(code=code.strip().upper())
    person = rows.first()
    agency = agency_of(person, set(units), localdate(at)) if person is not None else None
    if person is None or agency is None:
        message = "Mã cán bộ: không có người đang công tác mang mã này trong phạm vi ông/bà phụ trách. Hãy sửa mã."
        raise Refusal("outside_result.code", message, field="code")
    return person, Unit.objects.get(pk=agency)


def _next_version(person: Person, agency: Unit, period: tuple[str, int, int], replaces_id: int) -> int:
    """The number of the new version. Raises Conflict where another one waits or stands than the one looked at."""
    kind, year, number = period
    rows = OutsideResult.objects.filter(person=person, agency=agency, kind=kind, year=year, number=number)
    waiting = rows.filter(state=State.WAITING).exists()
    last = rows.filter(state=State.CONFIRMED).order_by("version").last()
    if waiting:
        raise Conflict("Kỳ này của người này đã có một kết quả đang chờ xác nhận. Hãy xử lý kết quả đó trước.")
    if last is not None and not replaces_id:
        raise Conflict("Kỳ này của người này đã có kết quả nơi khác gửi. Hãy mở kết quả đó và chọn “Sửa”.")
    if replaces_id and (last is None or last.pk != replaces_id):
        raise Conflict("Kết quả cần sửa không phải của kỳ này hoặc vừa được thay. Hãy tải lại trang.")
    most: int | None = rows.aggregate(most=Max("version"))["most"]
    return (most or 0) + 1


def _lot(result_id: int) -> list[OutsideResult]:
    """The rows of the lot, locked. Raises NotYours."""
    one = OutsideResult.objects.filter(pk=result_id).values_list("lot", flat=True).first()
    rows = OutsideResult.objects.select_for_update(of=("self",)).filter(lot=one)
    found = list(rows.select_related("person__user", "entered_by").order_by("pk")) if one else []
    if not found:
        raise NotYours()
    return found


def _to_close(result_id: int, by: User, at: datetime) -> list[OutsideResult]:
    """The lot for the second person. Raises NotYours, Forbidden."""
    rows = _lot(result_id)
    if not {row.agency_id for row in rows} <= in_charge(by, localdate(at)):
        raise NotYours()
    if any(row.person.user_id == by.pk for row in rows):
        raise Forbidden("Trong lượt này có kết quả của chính ông/bà. Hãy để cán bộ tổ chức khác xác nhận.")
    if rows[0].entered_by_id == by.pk:
        raise Forbidden("Người nhập không tự xác nhận. Người đứng đầu hoặc cán bộ tổ chức khác đối chiếu rồi xác nhận.")
    return rows


def _close(rows: list[OutsideResult], state: State, remark: str, by: User, at: datetime, code: str) -> None:
    if any(row.state != State.WAITING for row in rows):
        raise Conflict(f"Lượt này {rows[0].get_state_display()}. Hãy tải lại trang để xem tình trạng mới nhất.")
    close_rows(rows, state, remark, by, at)
    record(chain=rows[0].chain, code=code, by=by, at=at, objects=rows, data={"number": len(rows)})


def _path(row: OutsideResult) -> str:
    return f"/ket-qua/ngoai/{row.pk}/"
