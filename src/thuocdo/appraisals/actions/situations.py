"""What the rules leave open about an absence, a move or several posts is answered by whoever evaluates."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.locking import locked, require_evaluator
from thuocdo.appraisals.models import SituationAnswer
from thuocdo.appraisals.situations import situations_for
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean

MOST = 1000


@action
def answer_situation(
    *, sheet_id: int, code: str, answer: str, reason: str, other: str, by: User, at: datetime
) -> SituationAnswer:
    """Answer one case of the sheet, or answer it anew, until the result is confirmed. `other`: what the head of the
    other unit thinks, where there is one. It changes no figure. Raises NotYours, Conflict, Refusal with the field."""
    sheet = locked(sheet_id)
    who = require_evaluator(sheet, by, at)
    if sheet.state in (rules.CONFIRMED, rules.EXEMPTED) or sheet.cycle.state != Cycle.State.OPEN:
        raise Conflict("Kết quả đã xác nhận nên không sửa trả lời được nữa. Hãy tải lại trang để xem.")
    case = next((one for one in situations_for(sheet) if one.case.code == code and one.asks), None)
    if case is None:
        raise NotYours("Trường hợp này không còn trong hồ sơ của kỳ. Hãy tải lại trang.")
    words = _words(answer, "Trả lời", "answer", code), _words(reason, "Lý do", "case_reason", code)
    said = _words(other, "Ý kiến của nơi kia", "other", code, needed=False)
    last = case.answer
    if last is not None and (last.answer, last.reason, last.other, last.facts) == (*words, said, case.frozen()):
        nothing_changed()
        return last
    made = SituationAnswer.objects.create(
        sheet=sheet,
        code=code,
        number=len(case.answers) + 1,
        facts=case.frozen(),
        answer=words[0],
        reason=words[1],
        other=said,
        subject=sheet.person,
        decided_by=who.person,
        at=at,
    )
    record(
        chain=sheet.cycle.root.code,
        code="situation.answered",
        by=by,
        at=at,
        objects=[made],
        data={"number": made.number},
        on_behalf_of=who.behalf,
    )
    return made


def _words(typed: str, label: str, field: str, code: str, *, needed: bool = True) -> str:
    text, place = clean(typed), f"{field}-{code}"
    if needed and not text:
        raise Refusal("situation.empty", f"{label}: chưa nhập. Hãy nhập nội dung.", field=place)
    if len(text) > MOST:
        raise Refusal("situation.long", f"{label}: dài {len(text)} ký tự. Hãy rút gọn còn tối đa {MOST}.", field=place)
    return text
