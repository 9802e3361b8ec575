"""The paper on a round of units: drafted from the decided levels, or replacing the one issued before."""

import json
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical, sha256
from thuocdo.audit.recording import action, record
from thuocdo.collectives.models import UnitRound
from thuocdo.collectives.rules import DECIDED
from thuocdo.decisions import rules
from thuocdo.decisions.access import require_prepares
from thuocdo.decisions.contents_units import frozen_units, unit_papers_of
from thuocdo.decisions.models import Decision
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.queries import agency_of
from thuocdo.organisation.successors import keeper_on

RECIPIENTS = ("Các đơn vị có tên trong danh sách;", "Cơ quan quản lý các đơn vị;", "Lưu: VT.")


@action
def draft_unit_decision(*, round_id: int, reason: str, by: User, at: datetime) -> Decision:
    """Draft the decision on a closed round; where one is issued already, what replaces it, with the reason.

    Numbering, signing, issuing and delivering are those of every paper. Raises NotYours, Refusal, Conflict.
    """
    one = UnitRound.objects.select_for_update(of=("self",)).filter(pk=round_id).first()
    if one is None:
        raise NotYours()
    on = localdate(at)
    require_prepares(by, one.authority_id, on)
    if one.state != UnitRound.State.CLOSED:
        raise Conflict("Kỳ đánh giá đơn vị chưa khóa nên chưa soạn văn bản được.")
    again = list(one.sheets.exclude(state=DECIDED).order_by("unit__code").values_list("unit__name", flat=True))
    if again:
        raise Conflict(f"Đang xem xét lại: {', '.join(again)}. Hãy quyết định kết quả thay thế rồi mới soạn văn bản.")
    known = unit_papers_of(one)
    if any(paper.state == Decision.State.DRAFT for paper in known):
        raise Conflict("Kỳ này đã có dự thảo. Hãy dùng hoặc bỏ dự thảo đó.")
    old = next((paper for paper in known if paper.state == Decision.State.ISSUED), None)
    why = text_from(reason, "Lý do thay thế", "reason", 1000) if old is not None else ""
    content = frozen_units(one, on)
    if old is not None:
        content["replaces"] = {
            "number": f"{rules.number_shown(old.number)}/{old.symbol}",
            "signed_on": f"{old.signed_on:%d/%m/%Y}",
            "kind": old.get_kind_display(),
            "reason": why,
        }
        if content["lines"] == json.loads(old.content)["lines"]:
            raise Refusal("decision.same", "Kết quả các đơn vị không khác văn bản đã ban hành nên không cần thay thế.")
    text, issuer = canonical(content), keeper_on(one.authority, on)
    row = Decision.objects.create(
        unit=one.authority,
        agency=agency_of(issuer, on) or issuer,
        kind=Decision.Kind.DECISION if old is None else Decision.Kind.REPLACEMENT,
        subject=f"Về xếp loại các đơn vị {content['period']}",
        recipients=list(RECIPIENTS),
        content=text,
        digest=sha256(text),
        replaces=old,
        replace_reason=why,
        drafted_by=by,
        drafted_at=at,
    )
    units = len(content["lines"])
    record(chain=row.agency.code, code="decision.drafted", by=by, at=at, objects=[row], data={"results": units})
    return row
