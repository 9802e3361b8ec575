"""Handing results over to the agency somebody moved to: sent, received, returned or withdrawn (Điều 19 khoản 1)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.audit.digests import sha256
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.organisation.queries import ancestors, forest, head_ids, officer_units, on_day
from thuocdo.results.handing import not_yet_sent, pieces
from thuocdo.results.models import Handover, HandoverLine

State = Handover.State


@action
def send_results(*, person_id: int, from_id: int, to_id: int, year: int, note: str, by: User, at: datetime) -> Handover:
    """Send what the agency holds of a year and has not sent. The organisation officer of the old agency.

    Raises NotYours, Forbidden for the own results, Refusal where the person does not serve at the new agency or
    nothing is there to send.
    """
    on = localdate(at)
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    units = Unit.objects.in_bulk([from_id, to_id])
    if person is None or len(units) != 2 or from_id not in officer_units(by, on):
        raise NotYours()
    if person.user_id == by.pk:
        raise Forbidden("Không ai tự gửi kết quả của chính mình. Hãy nhờ cán bộ tổ chức khác của cơ quan gửi.")
    tree = forest(on)
    posts = Employment.objects.filter(on_day(on), person=person).values_list("unit_id", flat=True)
    if to_id not in {tree.agency(unit) for unit in posts}:
        raise Refusal(
            "handover.not_there",
            f"Người này chưa có vị trí công tác tại “{units[to_id].name}”. Hãy ghi nhận việc chuyển công tác trước.",
        )
    everything, left = pieces(person_id, from_id, year)
    fresh = not_yet_sent(everything, person_id, to_id, year)
    if not fresh:
        raise Refusal(
            "handover.nothing", f"Năm {year} không có kết quả nào đã khóa mà chưa gửi tới “{units[to_id].name}”."
        )
    receivers = [user for user in _receivers(to_id, on) if user.pk not in (by.pk, person.user_id)]
    if not receivers:
        raise Refusal(
            "handover.nobody",
            f"Chưa có ai nhận được ở “{units[to_id].name}”: chưa ghi nhận người đứng đầu có tài khoản, cũng không có "
            "cán bộ tổ chức khác phụ trách. Hãy ghi nhận người nhận rồi gửi.",
        )
    last = Handover.objects.filter(person=person, from_agency=from_id, to_agency=to_id, year=year)
    made = Handover.objects.create(
        person=person,
        from_agency=units[from_id],
        to_agency=units[to_id],
        year=year,
        number=(last.aggregate(most=Max("number"))["most"] or 0) + 1,
        left_out=left,
        digest=sha256("\n".join(one.digest for one in fresh)),
        note=text_from(note, "Ghi chú", "note", 500, needed=False),
        account=person.user,
        sent_by=by,
        sent_at=at,
    )
    lines = [
        HandoverLine(
            handover=made, kind=one.kind, label=one.label, confirmation_id=one.confirmation, content=one.text,
            digest=one.digest,
        )
        for one in fresh
    ]  # fmt: skip
    HandoverLine.objects.bulk_create(lines)
    asked = f"“{made.from_agency.name}” gửi kết quả của một người chuyển đến; hãy mở và xác nhận đã nhận."
    _tell(made, receivers, by, at, "handover.sent", asked)
    told = f"Kết quả năm {year} của ông/bà đã được gửi tới “{made.to_agency.name}”."
    _tell(made, [person.user], by, at, "handover.own", told)
    record(
        chain=made.from_agency.code,
        code="handover.sent",
        by=by,
        at=at,
        objects=[made, *HandoverLine.objects.filter(handover=made)],
        data={"year": year, "lines": len(lines)},
    )
    return made


@action
def receive_results(*, handover_id: int, by: User, at: datetime) -> Handover:
    """The new agency (its organisation officer or its head) has them: from now on it reads them. Never the sender,
    never the person. Raises NotYours, Forbidden, Conflict; twice is one effect."""
    row = _to_close(handover_id, by, at)
    if row.state == State.RECEIVED:
        nothing_changed()
        return row
    _require_waiting(row)
    return _close(row, State.RECEIVED, "", by, at, "handover.received", "đã nhận")


@action
def return_results(*, handover_id: int, reason: str, by: User, at: datetime) -> Handover:
    """The new agency sends them back unread, with a reason. Raises NotYours, Forbidden, Conflict, Refusal."""
    row = _to_close(handover_id, by, at)
    _require_waiting(row)
    why = text_from(reason, "Lý do trả lại", "reason", 500)
    return _close(row, State.RETURNED, why, by, at, "handover.returned", "trả lại")


@action
def withdraw_results(*, handover_id: int, reason: str, by: User, at: datetime) -> Handover:
    """The old agency takes back what was not received yet, with a reason. Raises NotYours, Conflict, Refusal."""
    row = _locked(handover_id)
    if row.from_agency_id not in officer_units(by, localdate(at)) or row.person.user_id == by.pk:
        raise NotYours()
    _require_waiting(row)
    why = text_from(reason, "Lý do rút", "reason", 500)
    return _close(row, State.WITHDRAWN, why, by, at, "handover.withdrawn", "rút lại")


def _locked(handover_id: int) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("person__user", "from_agency", "to_agency")
    row = rows.filter(pk=handover_id).first()
    if row is None:
        raise NotYours()
    return row


def _to_close(handover_id: int, by: User, at: datetime) -> Handover:
    """The hand-over for who receives at the new agency. Raises NotYours, Forbidden for its sender."""
    row, on = _locked(handover_id), localdate(at)
    if row.to_agency_id not in officer_units(by, on) | headed_units(by, on) or row.person.user_id == by.pk:
        raise NotYours()
    if row.sent_by_id == by.pk:
        raise Forbidden(
            f"Người gửi không tự nhận. Người đứng đầu hoặc cán bộ tổ chức khác của “{row.to_agency.name}” xác nhận."
        )
    return row


def _require_waiting(row: Handover) -> None:
    if row.state != State.SENT:
        raise Conflict(f"Lần gửi này {row.get_state_display()}. Hãy tải lại trang để xem tình trạng mới nhất.")


def _close(row: Handover, state: Handover.State, remark: str, by: User, at: datetime, code: str, word: str) -> Handover:
    row.state, row.remark, row.closed_by, row.closed_at = state, remark, by, at
    row.account = row.account or row.person.user
    row.save()
    other = _receivers(row.to_agency_id, localdate(at)) if state == State.WITHDRAWN else [row.sent_by]
    place = row.from_agency if state == State.WITHDRAWN else row.to_agency
    _tell(row, other, by, at, code, f"“{place.name}” {word} kết quả của một người chuyển công tác.")
    record(chain=row.from_agency.code, code=code, by=by, at=at, objects=[row], data={"year": row.year})
    return row


def _receivers(agency: int, day: date) -> list[User]:
    """Who may receive: the head of the new agency and the organisation officers above it."""
    path = [unit.pk for unit in ancestors(agency, day)]
    roles = Role.objects.filter(on_day(day), kind=Role.Kind.OFFICER, unit__in=path).values("person")
    people = Person.objects.filter(pk__in=roles) | Person.objects.filter(pk__in=head_ids(agency, day))
    return list(User.objects.filter(person__in=people, is_active=True).order_by("pk"))


def _tell(row: Handover, users: Iterable[User | None], by: User, at: datetime, kind: str, text: str) -> None:
    others = [user for user in users if user is not None and user.pk != by.pk]
    notify(users=others, kind=kind, text=text[:300], path=f"/ket-qua/ban-giao/{row.pk}/", at=at)
