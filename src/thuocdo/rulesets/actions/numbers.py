"""The number of a regulation that was signed after its approval here: recorded, and corrected with a reason."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of, require_officer
from thuocdo.rulesets.drafting import draft_of
from thuocdo.rulesets.models import Regulation, RegulationNumber
from thuocdo.rulesets.regulations import number_of


@action
def record_number(
    *, by: User, at: datetime, regulation_id: int, number: str, issued: date | None, reason: str = ""
) -> RegulationNumber | None:
    """The officer records the number and day of an approved regulation; the text itself stays as approved.

    Where it has a number already, from the draft or recorded before, this corrects it and needs its reason. The same
    again changes nothing. Raises NotYours, Conflict (not approved), Refusal by field.
    """
    rows = Regulation.objects.select_for_update(of=("self",)).select_related("unit", "text")
    regulation = rows.filter(pk=regulation_id).first()
    if regulation is None:
        raise NotYours()
    require_officer(by, [regulation.unit_id], at)
    if regulation.state != Regulation.State.APPROVED:
        raise Conflict("Quy chế chưa được phê duyệt. Hãy ghi số, ngày ban hành ngay trong bản soạn.")
    before, read = number_of(regulation, draft_of(regulation)), Reading()
    text = read(text_from, number, "Số, ký hiệu", "number", 60)
    day = read(_issued, issued, day_of(at))
    why = read(text_from, reason, "Lý do sửa số, ngày", "number_reason", 400, needed=before is not None)
    read.done()
    if before is not None and (before.number, before.issued) == (text, day):
        nothing_changed()
        return RegulationNumber.objects.filter(text=regulation.text).order_by("pk").last()
    row = RegulationNumber.objects.create(
        text=regulation.text, number=text, issued=day, reason=why, recorded_by=by, recorded_at=at
    )
    record(
        chain=chain_of(regulation.unit, day_of(at)), code="regulation.numbered", by=by, at=at, objects=[row],
        data={"regulation": regulation.pk, "number": regulation.number, "text": text, "reason": why or "ghi lần đầu"},
    )  # fmt: skip
    return row


def _issued(issued: date | None, today: date) -> date:
    if issued is None:
        raise Refusal("regulation.issued", "Ngày ban hành: hãy ghi như 15/12/2026.", field="issued")
    if issued > today:
        raise Refusal("regulation.issued", "Ngày ban hành ở sau hôm nay. Hãy ghi khi văn bản đã ký.", field="issued")
    return issued
