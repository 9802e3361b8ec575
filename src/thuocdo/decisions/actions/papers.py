"""Papers of a unit: drafted from frozen results, numbered by the office, issued by the head, replaced by another."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.locking import locked_cycle
from thuocdo.audit.digests import canonical, sha256
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.decisions import contents, rules
from thuocdo.decisions.access import acting_person, issuer_of, locked_decision, require_prepares
from thuocdo.decisions.actions.publishing import require_closed
from thuocdo.decisions.models import Decision, DecisionLine, Publication
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import agency_of, on_day
from thuocdo.organisation.successors import keeper_on

SUBJECTS = {
    "list": "Danh sách kết quả theo dõi, đánh giá {period}",
    "notice": "Kết quả theo dõi, đánh giá {period}",
    "decision": "Về kết quả theo dõi, đánh giá {period}",
    "supplement": "Danh sách bổ sung (công bố lần {nth}) kết quả theo dõi, đánh giá {period}",
    "replacement": "Thay thế văn bản về kết quả theo dõi, đánh giá {period}",
}
RECIPIENTS = ("Các ông (bà) có tên trong danh sách;", "Bộ phận tổ chức cán bộ;", "Lưu: VT.")
MOST_RECIPIENTS = 20


@action
def draft_decision(*, cycle_id: int, unit_id: int, kind: str, by: User, at: datetime) -> Decision:
    """Draft a list, notice or decision from the results in force; they are frozen now.

    Raises NotYours, Refusal, Conflict while the cycle is open or where the same kind is drafted or issued already.
    """
    cycle = locked_cycle(cycle_id)
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotYours()
    require_prepares(by, unit.pk, localdate(at))
    if kind not in ("list", "notice", "decision"):
        raise Refusal("decision.kind", "Hãy chọn danh sách, thông báo hoặc quyết định.", field="kind")
    require_closed(cycle)
    alive = (Decision.State.DRAFT, Decision.State.ISSUED)
    known = Decision.objects.filter(cycle=cycle, unit=unit, kind=kind, state__in=alive).first()
    if known is not None:
        raise Conflict(
            f"Kỳ này đã có {known.get_kind_display()} {known.get_state_display()} của “{unit.name}”. Hãy dùng văn bản "
            "đó, hoặc soạn văn bản thay thế."
        )
    row = _drafted(cycle.pk, unit, Decision.Kind(kind), by, at)
    return _recorded(row, "decision.drafted", by, at, {"results": _count(row)})


@action
def draft_supplement(*, publication_id: int, by: User, at: datetime) -> Decision:
    """Draft the list of a supplementary publication, with a number of its own. Raises NotYours, Refusal where it is
    the first one, Conflict where its list is drafted or issued already."""
    told = Publication.objects.select_related("unit").filter(pk=publication_id).first()
    if told is None:
        raise NotYours()
    require_prepares(by, told.unit_id, localdate(at))
    if not told.supplementary:
        raise Refusal("decision.first", "Lần công bố đầu dùng danh sách, thông báo hoặc quyết định của đơn vị.")
    locked_cycle(told.cycle_id)
    known = Decision.objects.filter(publication=told).exclude(state=Decision.State.DROPPED).first()
    if known is not None:
        raise Conflict(
            f"Lần công bố này đã có {known.get_kind_display()} {known.get_state_display()}. Hãy dùng văn bản đó, hoặc "
            "soạn văn bản thay thế."
        )
    row = _drafted(told.cycle_id, told.unit, Decision.Kind.SUPPLEMENT, by, at, publication=told)
    return _recorded(row, "decision.drafted", by, at, {"results": _count(row)})


@action
def draft_replacement(*, decision_id: int, reason: str, by: User, at: datetime) -> Decision:
    """Draft what replaces an issued paper, from the results in force now. Raises NotYours, Refusal, Conflict."""
    old = locked_decision(decision_id)
    require_prepares(by, old.unit_id, localdate(at))
    why = text_from(reason, "Lý do thay thế", "reason", 1000)
    later = Decision.objects.filter(replaces=old).first()
    if old.state != Decision.State.ISSUED or old.cycle_id is None or later is not None:
        raise Conflict("Chỉ thay thế được văn bản đang có hiệu lực và chưa có văn bản thay thế đang soạn.")
    row = _drafted(
        old.cycle_id, old.unit, Decision.Kind.REPLACEMENT, by, at,
        replaces=old, why=why, publication=old.publication,
    )  # fmt: skip
    return _recorded(row, "decision.drafted", by, at, {"results": _count(row)})


def _drafted(
    cycle_id: int, unit: Unit, kind: Decision.Kind, by: User, at: datetime, *,
    replaces: Decision | None = None, why: str = "", publication: Publication | None = None,
) -> Decision:  # fmt: skip
    cycle = locked_cycle(cycle_id)
    content = contents.frozen(cycle, unit, localdate(at), publication, anew=replaces is not None)
    if not content["lines"]:
        raise Refusal("decision.empty", f"“{unit.name}” chưa có kết quả nào của kỳ này để lập văn bản.")
    if replaces is not None:
        content["replaces"] = {
            "number": f"{rules.number_shown(replaces.number)}/{replaces.symbol}",
            "signed_on": f"{replaces.signed_on:%d/%m/%Y}",
            "kind": replaces.get_kind_display(),
            "reason": why,
        }
    text, issuer = canonical(content), keeper_on(unit, localdate(at))
    return Decision.objects.create(
        unit=unit,
        agency=agency_of(issuer, localdate(at)) or issuer,
        cycle=cycle,
        kind=kind,
        subject=SUBJECTS[kind].format(period=cycle.label, nth=publication.number if publication else 0),
        recipients=list(RECIPIENTS),
        content=text,
        digest=sha256(text),
        replaces=replaces,
        replace_reason=why,
        publication=publication,
        drafted_by=by,
        drafted_at=at,
    )


@action
def save_decision(
    *, decision_id: int, version: int, typed: Mapping[str, str], signed_on: date | None, by: User, at: datetime,
    read: Reading | None = None,
) -> Decision:  # fmt: skip
    """Keep number, symbol, date, place, signer, signing form and recipients of a draft, as the office gives them.

    `typed`: subject, number, symbol, place, signing_form, on_behalf, signer (person id), recipients (one a line).
    `read` holds what the form could not read already. Numbers are never made up here. Raises NotYours, Several with
    every field that is wrong, Conflict for a stale or issued paper.
    """
    row = locked_decision(decision_id)
    require_prepares(by, row.unit_id, localdate(at))
    _require_draft(row, version)
    read, given = read or Reading(), typed.get
    row.subject = read(text_from, given("subject", ""), "Trích yếu", "subject", 300)
    row.number = read(rules.number_from, typed["number"]) if given("number", "").strip() else ""
    row.symbol = read(rules.symbol_from, typed["symbol"]) if given("symbol", "").strip() else ""
    row.signed_on = signed_on
    row.place = read(text_from, given("place", ""), "Địa danh", "place", 80, needed=False)
    row.number_year = signed_on.year if signed_on and row.number else None
    row.recipients = read(_recipients, given("recipients", ""))
    read(_signing, row, typed, localdate(at))
    read.done()
    row.version += 1
    _unique(row)
    return _recorded(row, "decision.saved", by, at)


def _recipients(text: str) -> list[str]:
    lines = [text_from(line, "Nơi nhận", "recipients", 120) for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_RECIPIENTS:
        raise Refusal(
            "decision.recipients", f"Hãy ghi từ 1 đến {MOST_RECIPIENTS} nơi nhận, mỗi nơi một dòng.", field="recipients"
        )
    return lines


def _signing(row: Decision, typed: Mapping[str, str], on: date) -> None:
    """Signer and form of signing, checked against the posts of that day; both empty while nobody is chosen."""
    chosen = typed.get("signer", "")
    if not chosen:
        row.signer, row.signer_position, row.signing_form, row.on_behalf = None, "", "", ""
        return
    day, issuer = row.signed_on or on, issuer_of(row)
    inside = Employment.objects.filter(on_day(day), unit__in={issuer.pk, row.agency_id}).select_related("person")
    posts = [post for post in inside if str(post.person_id) == chosen]
    if not posts:
        raise Refusal("decision.signer", "Hãy chọn người ký đang công tác tại đơn vị hoặc cơ quan.", field="signer")
    here = [post for post in posts if post.unit_id == issuer.pk]
    form = typed.get("signing_form", "")
    behalf = text_from(typed.get("on_behalf", ""), "Ký thay mặt, thay ai", "on_behalf", 160, needed=False)
    rules.check_signing(
        form,
        behalf,
        is_head=any(post.leadership == Employment.Leadership.HEAD for post in here),
        is_deputy=any(post.leadership == Employment.Leadership.DEPUTY for post in here),
    )
    post = (here or posts)[0]
    row.signer, row.signer_position, row.signing_form, row.on_behalf = post.person, post.position, form, behalf


@action
def issue_decision(*, decision_id: int, version: int, by: User, at: datetime) -> Decision:
    """Issue the paper as it stands: from now it is frozen, and what it replaces is replaced.

    By the head of the unit or the signer. Raises NotYours, Forbidden, Refusal naming what is missing, Conflict.
    """
    row = locked_decision(decision_id)
    person = acting_person(by)
    if row.unit_id not in headed_units(by, localdate(at)) and row.signer_id != person.pk:
        require_prepares(by, row.unit_id, localdate(at))
        raise Forbidden("Người đứng đầu đơn vị hoặc người ký mới ban hành được văn bản này.")
    if row.state == Decision.State.ISSUED and row.issued_by_id == by.pk:
        nothing_changed()
        return row
    _require_draft(row, version)
    _require_complete(row)
    content, lines = contents.read(row.content)
    old = contents.outdated(lines)
    if old:
        raise Conflict(
            f"Sau khi soạn văn bản này, kết quả của {', '.join(old)} đã được thay. Hãy bỏ bản soạn này và soạn lại từ "
            "kết quả đang có hiệu lực."
        )
    signer = row.signer_id or 0
    if signer in {line.person for line in lines} | set(content.get("heads", ())):
        raise Refusal(
            "decision.own_result",
            "Người ký có tên trong văn bản này nên không ký được: không ai ký kết quả của chính mình. Hãy chọn người "
            "ký khác.",
            field="signer",
        )
    row.state, row.issued_by, row.issued_at = Decision.State.ISSUED, by, at
    row.version += 1
    _unique(row)
    made = [
        DecisionLine(decision=row, confirmation_id=line.confirmation, person_id=line.person, signer_id=signer)
        for line in lines
        if line.confirmation
    ]
    DecisionLine.objects.bulk_create(made)
    written: list[Decision | DecisionLine] = [row, *made]
    if row.replaces is not None:
        row.replaces.state = Decision.State.REPLACED
        row.replaces.version += 1
        row.replaces.save()
        written.append(row.replaces)
    record(
        chain=row.agency.code, code="decision.issued", by=by, at=at, objects=written,
        data={"number": f"{rules.number_shown(row.number)}/{row.symbol}", "results": len(made)},
    )  # fmt: skip
    return row


@action
def drop_decision(*, decision_id: int, version: int, by: User, at: datetime) -> Decision:
    """Drop a draft; its number, if one was typed, is free again. Raises NotYours, Conflict."""
    row = locked_decision(decision_id)
    require_prepares(by, row.unit_id, localdate(at))
    _require_draft(row, version)
    row.state, row.replaces = Decision.State.DROPPED, None
    row.version += 1
    row.save()
    return _recorded(row, "decision.dropped", by, at)


def _require_draft(row: Decision, version: int) -> None:
    if row.state != Decision.State.DRAFT:
        raise Conflict(f"Văn bản này {row.get_state_display()} nên không sửa được nữa; hãy soạn văn bản thay thế.")
    if row.version != version:
        raise Conflict("Dự thảo vừa được sửa ở nơi khác. Hãy tải lại trang, xem bản mới rồi làm tiếp.")


def _require_complete(row: Decision) -> None:
    missing = [
        words
        for value, words in (
            (row.number, "số"),
            (row.symbol, "ký hiệu"),
            (row.signed_on, "ngày ký"),
            (row.place, "địa danh"),
            (row.signer_id, "người ký"),
        )
        if not value
    ]
    if missing:
        raise Refusal(
            "decision.incomplete",
            f"Văn bản còn thiếu {', '.join(missing)}. Số và ký hiệu do văn thư cấp; hãy nhập, lưu rồi ban hành.",
        )


def _unique(row: Decision) -> None:
    """Save; a number used before in that year is a Conflict."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(
            f"Số {rules.number_shown(row.number)} năm {row.number_year} đã dùng cho một {row.get_kind_display()} khác "
            f"của “{row.agency.name}”. Hãy hỏi văn thư và nhập số đúng."
        ) from None


def _count(row: Decision) -> int:
    lines: Sequence[object] = contents.read(row.content)[1]
    return len(lines)


def _recorded(row: Decision, code: str, by: User, at: datetime, data: dict[str, object] | None = None) -> Decision:
    record(chain=row.agency.code, code=code, by=by, at=at, objects=[row], data=data)
    return row
