"""Writing a unit's regulation: begin, save, withdraw, return, drop; and the shared steps of proposing and approving.

Proposing and approving look at the periods that are open, so the actions themselves stand in `thuocdo.cycles.actions`.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.engine.errors import RulebookError
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import chain_of, day_of, require_officer, unit_or_refuse
from thuocdo.organisation.models import Unit
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.actions.binding import write_binding
from thuocdo.rulesets.drafting import draft_of, read_draft
from thuocdo.rulesets.models import Binding, Regulation, RegulationText
from thuocdo.rulesets.periods import as_stored
from thuocdo.rulesets.regulation_authority import approvers, involved, units_decided
from thuocdo.rulesets.regulation_overlay import approved_key
from thuocdo.rulesets.regulation_start import first_words, inherited
from thuocdo.rulesets.rules import REGULATION

PATH = "/to-chuc/quy-che/{}/"
FIELD = 4000
FIELDS = 800


@action
def begin_regulation(*, by: User, at: datetime, unit_id: int, rulebook: str) -> Regulation:
    """Begin a version for a unit: laid upon what superiors decided, filled with what the unit decided before.

    Raises NotYours; Refusal for a rulebook that does not load; Conflict while another version is being written.
    """
    require_officer(by, [unit_id], at)
    unit = unit_or_refuse(unit_id)
    day = day_of(at)
    try:
        base = inherited(unit, rulebook, day)
        typed = first_words(unit, rulebook, base, day)
    except RulebookError as error:
        raise Refusal("regulation.rulebook", f"Không dùng được bộ quy tắc: {error}", field="rulebook") from error
    before = Regulation.objects.filter(unit=unit, rulebook=rulebook).order_by("-number").first()
    regulation = Regulation(
        unit=unit,
        rulebook=rulebook,
        number=before.number + 1 if before else 1,
        base=list(base),
        document=_document(typed),
        changed_by=by,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            regulation.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            f"{unit.name} đang có một bản soạn dở cho bộ quy tắc này. Hãy mở bản đó để soạn tiếp hoặc bỏ nó trước."
        ) from None
    _record("regulation.begun", regulation, by, at)
    return regulation


@action
def save_regulation(
    *, by: User, at: datetime, regulation_id: int, revision: int, typed: Mapping[str, str]
) -> Regulation:
    """Keep what was typed, whatever is still missing or wrong in it. Raises NotYours, Conflict for a stale revision."""
    regulation = _locked(regulation_id, by, at)
    _move(regulation, "save", revision, by, at)
    draft = read_draft(regulation, typed)
    regulation.document = _document({name: typed[name] for name in draft.fields if name in typed})
    regulation.save()
    _record("regulation.saved", regulation, by, at)
    return regulation


@action
def withdraw_regulation(*, by: User, at: datetime, regulation_id: int, revision: int) -> Regulation:
    """The proposer takes the proposal back. Raises NotYours, Forbidden for anybody else, Conflict."""
    regulation = _locked(regulation_id, by, at)
    if regulation.state == Regulation.State.PROPOSED and regulation.proposed_by_id != by.pk:
        raise Forbidden("Chỉ người đã trình mới rút lại được. Người phê duyệt có thể trả lại, kèm lý do.")
    _move(regulation, "withdraw", revision, by, at)
    regulation.save()
    _record("regulation.withdrawn", regulation, by, at)
    return regulation


@action
def drop_regulation(*, by: User, at: datetime, regulation_id: int, revision: int) -> Regulation:
    """Give a draft up; its number is not used again. Raises NotYours, Conflict."""
    regulation = _locked(regulation_id, by, at)
    _move(regulation, "drop", revision, by, at)
    regulation.save()
    _record("regulation.dropped", regulation, by, at)
    return regulation


@action
def return_regulation(*, by: User, at: datetime, regulation_id: int, revision: int, reason: str) -> Regulation:
    """The second person sends the proposal back with the reason. Raises NotYours, Forbidden, Refusal, Conflict."""
    regulation = _to_decide(regulation_id, by, at)
    writer = regulation.changed_by
    _move(regulation, "return", revision, by, at, touched=False)
    regulation.returned = text_from(reason, "Lý do trả lại", most=1000, field="reason")
    regulation.save()
    _record("regulation.returned", regulation, by, at)
    _tell([regulation.proposed_by, writer], regulation, "regulation.returned", "Quy chế được trả lại", at)
    return regulation


def write_proposal(*, by: User, at: datetime, regulation_id: int, revision: int, earliest: date) -> Regulation:
    """A step of `propose_regulation`: the whole text is checked, then put before those who may approve.

    `earliest` is the first month from which on no period of the unit is open or closed; a month that is over needs its
    reason. Raises Refusal with the field.
    """
    regulation = _locked(regulation_id, by, at)
    _move(regulation, "propose", revision, by, at, touched=False)
    _complete(regulation, earliest, at)
    regulation.proposed_by, regulation.proposed_at, regulation.returned = by, at, ""
    found = approvers(regulation.unit, day_of(at), without=involved(regulation))
    if not found:
        raise Refusal(
            "regulation.nobody",
            f"Chưa có ai khác phê duyệt được quy chế của {regulation.unit.name}. Hãy ghi nhận người đứng đầu có tài "
            "khoản, hoặc giao thêm một người làm cán bộ tổ chức.",
        )
    regulation.save()
    _record("regulation.proposed", regulation, by, at)
    _tell(found, regulation, "regulation.proposed", "Quy chế chờ phê duyệt", at)
    return regulation


def write_approval(*, by: User, at: datetime, regulation_id: int, revision: int, earliest: date) -> RegulationText:
    """A step of `approve_regulation`: the text becomes unchangeable and binds the unit from its month on.

    Raises NotYours; Forbidden for who wrote or proposed; Conflict when it was approved, withdrawn or changed.
    """
    regulation = _to_decide(regulation_id, by, at)
    _move(regulation, "approve", revision, by, at, touched=False)
    start = _complete(regulation, earliest, at)
    draft = draft_of(regulation)
    overlay = draft.overlay(start)
    key = approved_key(regulation.unit.code, regulation.rulebook, regulation.number, overlay.digest)
    text = RegulationText(
        regulation=regulation,
        key=key,
        title=draft.reading.header["title"],
        content=overlay.source(key).text,
        digest=overlay.digest,
        kinds=list(draft.reading.kinds),
        start=start,
        proposed_by=regulation.proposed_by,
        approved_by=by,
        approved_at=at,
    )
    regulation.save()
    text.save(force_insert=True)
    bound = _bind(regulation, text, draft.reading.header, by)
    _record("regulation.approved", regulation, by, at, text, *bound, start=f"{start:%m/%Y}")
    _tell(
        [regulation.proposed_by, regulation.changed_by], regulation, "regulation.approved", "Quy chế đã phê duyệt", at
    )
    return text


def _bind(regulation: Regulation, text: RegulationText, header: Mapping[str, str], by: User) -> list[Model]:
    """From the month on the unit rates the chosen kinds of people under the rulebook with this regulation, in the kinds
    of period for which the rulebook has sheets."""
    spans = catalogue.sheet_spans(catalogue.load_any(regulation.rulebook))
    return [
        row
        for kind in text.kinds
        for row in write_binding(
            Binding(
                unit=regulation.unit,
                subject_kind=kind,
                rulebook=regulation.rulebook,
                overlays=[*regulation.base, text.key],
                periods=as_stored(spans[kind]),
                start=text.start,
                decided_by=header["by"],
                reason=" ".join((f"{text.title}: {header['reason']}", header["past_reason"])).strip()[:500],
                recorded_by=by,
            )
        )
    ]


def _complete(regulation: Regulation, earliest: date, at: datetime) -> date:
    """The first day from which the complete text will hold. Raises Refusal with the first fault."""
    try:
        draft = draft_of(regulation)
    except RulebookError as error:
        raise Refusal("regulation.rulebook", f"Không dùng được bộ quy tắc: {error}") from error
    for fault in draft.faults:
        raise Refusal("regulation.incomplete", fault.message, field=fault.field or None)
    start = draft.reading.month
    assert start is not None
    if start < earliest:
        raise Refusal(
            "regulation.month",
            f"Áp dụng từ tháng: từ tháng {start:%m/%Y} đã có kỳ mở hoặc khóa; kỳ đã mở giữ quy định của kỳ đó. Hãy "
            f"chọn từ tháng {earliest:%m/%Y}.",
            field="month",
        )
    if start < draft.book.since:
        raise Refusal(
            "regulation.before_the_rule",
            f"Áp dụng từ tháng: {draft.book.short_title} có hiệu lực từ {draft.book.since:%d/%m/%Y}. Hãy chọn tháng "
            "bắt đầu từ ngày ấy trở đi.",
            field="month",
        )
    if start < day_of(at).replace(day=1) and not draft.reading.header["past_reason"]:
        raise Refusal(
            "regulation.past",
            f"Tháng {start:%m/%Y} đã qua: hãy ghi vì sao quy chế áp dụng từ trước, theo văn bản nào.",
            field="past_reason",
        )
    return start


def _locked(regulation_id: int, by: User, at: datetime) -> Regulation:
    """The regulation of one of the officer's units, locked. Raises NotYours."""
    regulation = _lock(regulation_id)
    require_officer(by, [regulation.unit_id], at)
    return regulation


def _to_decide(regulation_id: int, by: User, at: datetime) -> Regulation:
    """The regulation, locked, for whoever may decide on it. Raises NotYours, Forbidden for writer and proposer."""
    regulation = _lock(regulation_id)
    if regulation.unit_id not in units_decided(by, day_of(at)):
        raise NotYours()
    if regulation.state == Regulation.State.PROPOSED and by.pk in involved(regulation):
        raise Forbidden("Ông/bà đã soạn hoặc trình bản này. Người khác của đơn vị hoặc của cấp trên phê duyệt.")
    return regulation


def _lock(regulation_id: int) -> Regulation:
    rows = Regulation.objects.select_for_update(of=("self",)).select_related("unit", "changed_by", "proposed_by")
    regulation = rows.filter(pk=regulation_id).first()
    if regulation is None:
        raise NotYours()
    return regulation


def _move(regulation: Regulation, step: str, revision: int, by: User, at: datetime, *, touched: bool = True) -> None:
    """Take the step of the table, from exactly the revision that was looked at. `touched`: `by` changed the text."""
    target = REGULATION.target(step, regulation.state)
    if regulation.revision != revision:
        raise Conflict(
            f"{regulation.changed_by.display_name} đã sửa bản này trong lúc ông/bà đang xem. Nội dung ông/bà nhập vẫn "
            "còn trên trang; hãy mở lại bản mới nhất ở thẻ khác để so sánh trước khi lưu."
        )
    regulation.state = target
    regulation.revision += 1
    if touched:
        regulation.changed_by, regulation.changed_at = by, at


def _document(typed: Mapping[str, str]) -> str:
    kept = {name: clean_lines(text)[:FIELD] for name, text in typed.items()}
    if len(kept) > FIELDS:
        raise Refusal("regulation.long", "Quy chế có quá nhiều ô. Hãy chia thành nhiều quy chế.")
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def _record(code: str, regulation: Regulation, by: User, at: datetime, *others: Model, **data: str) -> None:
    unit: Unit = regulation.unit
    record(
        chain=chain_of(unit, day_of(at)),
        code=code,
        by=by,
        at=at,
        objects=[regulation, *others],
        data={"regulation": regulation.pk, "number": regulation.number, **data},
    )


def _tell(users: Iterable[User | None], regulation: Regulation, kind: str, words: str, at: datetime) -> None:
    text = f"{words}: {regulation.unit.name}, bản số {regulation.number}"
    notify(
        users={u for u in users if u is not None}, kind=kind, text=text[:300], path=PATH.format(regulation.pk), at=at
    )
