"""Receipts: the person has the published result, the personnel office has the unit's results, a unit has the paper."""

from collections.abc import Collection
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.models import Confirmation
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.decisions.access import locked_decision, require_prepares, told_of
from thuocdo.decisions.models import Decision, Delivery, Publication, PublishedResult, ResultReceipt
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units, on_day


@action
def receive_result(*, confirmation_id: int, by: User, at: datetime) -> ResultReceipt:
    """The person says that the published result was received. Raises NotYours; twice is one effect."""
    result = (
        Confirmation.objects.select_for_update(of=("self",))
        .filter(pk=confirmation_id, subject__user_id=by.pk)
        .select_related("sheet__cycle__root")
        .first()
    )
    if result is None:
        raise NotYours()
    named = PublishedResult.objects.filter(confirmation=result).select_related("publication").first()
    if named is None:
        raise Conflict("Kết quả này chưa được công bố nên chưa xác nhận đã nhận được.")
    known = ResultReceipt.objects.filter(confirmation=result).first()
    if known is not None:
        nothing_changed()
        return known
    row = ResultReceipt.objects.create(
        publication=named.publication, party=ResultReceipt.Party.PERSON, confirmation=result, by=by, at=at
    )
    record(chain=result.sheet.cycle.root.code, code="result.received", by=by, at=at, objects=[row])
    return row


@action
def file_results(*, publication_ids: Collection[int], by: User, at: datetime) -> list[ResultReceipt]:
    """The personnel office (organisation officer) takes the published results of these units to the files.

    Raises NotYours; those taken before stay as they were.
    """
    found = list(Publication.objects.filter(pk__in=publication_ids).select_related("cycle__root").order_by("pk"))
    roots = {one.cycle.root_id for one in found}
    if not found or len(roots) != 1 or not roots <= officer_units(by, localdate(at)):
        raise NotYours()
    office = ResultReceipt.Party.OFFICE
    known = set(
        ResultReceipt.objects.filter(publication__in=found, party=office).values_list("publication_id", flat=True)
    )
    rows = [ResultReceipt(publication=one, party=office, by=by, at=at) for one in found if one.pk not in known]
    if not rows:
        nothing_changed()
        return []
    ResultReceipt.objects.bulk_create(rows)
    record(chain=found[0].cycle.root.code, code="results.filed", by=by, at=at, objects=rows)
    return rows


@action
def deliver(*, decision_id: int, to_ids: Collection[int], by: User, at: datetime) -> list[Delivery]:
    """Send an issued paper to other units; their heads are told, or the officers in charge where nobody heads
    one. Raises NotYours, Conflict for a draft, Refusal where nobody could receive it."""
    decision = locked_decision(decision_id)
    on = localdate(at)
    require_prepares(by, decision.unit_id, on)
    if decision.state not in (Decision.State.ISSUED, Decision.State.REPLACED):
        raise Conflict("Văn bản chưa ban hành nên chưa gửi được. Hãy ban hành trước.")
    units = list(Unit.objects.filter(on_day(on), pk__in=to_ids).exclude(pk=decision.unit_id).order_by("pk"))
    if not units:
        raise Refusal("delivery.nobody", "Hãy chọn ít nhất một đơn vị nhận.", field="to")
    known = set(decision.deliveries.values_list("to_id", flat=True))
    rows = [Delivery(decision=decision, to=unit, sent_by=by, sent_at=at) for unit in units if unit.pk not in known]
    if not rows:
        nothing_changed()
        return []
    told = told_of([one.to_id for one in rows], by, on)
    nobody = [one.to.name for one in rows if not told[one.to_id]]
    if nobody:
        raise Refusal(
            "delivery.headless",
            f"Chưa có ai nhận được văn bản ở {'; '.join(nobody[:5])}: chưa ghi nhận người đứng đầu có tài khoản, cũng "
            "không có cán bộ tổ chức khác phụ trách. Hãy bỏ chọn, hoặc ghi nhận người nhận rồi gửi lại.",
            field="to",
        )
    Delivery.objects.bulk_create(rows)
    notify(
        users=User.objects.filter(pk__in=set().union(*told.values())),
        kind="decision.delivered",
        path="/quyet-dinh/",
        at=at,
        text=f"“{decision.unit.name}” gửi văn bản tới đơn vị của ông/bà; hãy mở và xác nhận đã nhận."[:300],
    )
    record(chain=decision.agency.code, code="decision.delivered", by=by, at=at, objects=rows, data={"units": len(rows)})
    return rows


@action
def receive_decision(*, delivery_id: int, by: User, at: datetime) -> Delivery:
    """The receiving unit (its head, or its organisation officer) says that the paper came. Raises NotYours."""
    row = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id).first()
    on = localdate(at)
    if row is None or row.to_id not in headed_units(by, on) | officer_units(by, on):
        raise NotYours()
    if row.received_at is not None:
        nothing_changed()
        return row
    row.received_by, row.received_at = by, at
    row.save()
    record(chain=row.decision.agency.code, code="decision.received", by=by, at=at, objects=[row])
    return row
