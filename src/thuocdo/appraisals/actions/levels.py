"""Levels as places: the head-count is frozen, heads propose within it, the authority decides with reasons."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.level_counts import holds, quota_rows, scheme_of, taken
from thuocdo.appraisals.locking import locked, locked_cycle, require_evaluator, require_officer
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, QuotaPlaces, Sheet
from thuocdo.appraisals.places import WORDS
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.typed import SHORT_TEXT
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import head_of


@action
def freeze_places(*, cycle_id: int, rounding: Mapping[str, str], by: User, at: datetime) -> list[QuotaPlaces]:
    """Count the heads as they are now and fix the places of each quota; again until the authority has decided.

    `rounding` is the agency's choice, by quota, where the text leaves it open. Raises NotYours, Refusal for an
    unknown choice, Conflict once a level was decided.
    """
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    if any(word not in WORDS for word in rounding.values()):
        raise Refusal("places.rounding", "Hãy chọn một cách làm tròn được nêu.", field="rounding")
    if LevelDecision.objects.filter(sheet__cycle=cycle).exists():
        raise Conflict("Đã có quyết định mức trong kỳ này, nên số suất không chốt lại được nữa.")
    rows = quota_rows(cycle, rounding, at)
    if not rows:
        raise Refusal("places.none", "Quy định áp dụng của kỳ này không có tỷ lệ nào theo mức, nên không có suất.")
    before = {_key(row): row.pk for row in QuotaPlaces.objects.select_for_update().filter(cycle=cycle)}
    for row in rows:
        row.pk = before.get(_key(row))
        row.save()
    record(
        chain=cycle.root.code,
        code="level.places_frozen",
        by=by,
        at=at,
        objects=rows,
        data={"cycle": cycle.pk, "scopes": len(rows)},
    )
    return rows


def _key(row: QuotaPlaces) -> tuple[object, ...]:
    return row.rulebook_hash, row.quota, row.scope, row.agency_id, row.group


@action
def propose_level(*, sheet_id: int, version: int, level: str, reason: str, by: User, at: datetime) -> LevelProposal:
    """The head proposes a level for a confirmed sheet: that of the rule, or a lower one with the reason.

    `version` is that of the proposal seen, 0 for none. The last place of a hard quota is given once; who comes later
    is told; a recommended quota asks for a reason. Raises NotYours, Refusal, Conflict.
    """
    sheet = locked(sheet_id)
    require_evaluator(sheet, by, at)
    why = _reason(reason)
    seen = LevelProposal.objects.filter(sheet=sheet).first()
    if seen is not None and seen.by_id == by.pk and (seen.level, seen.reason) == (level, why):
        nothing_changed()
        return seen
    if version != (seen.version if seen else 0):
        raise Conflict("Đề xuất mức của phiếu này vừa thay đổi. Hãy tải lại trang để xem rồi đề xuất lại.")
    scheme = _check_level(sheet, level, why)
    _take_place(sheet, scheme, level, why)
    proposal = seen or LevelProposal(sheet=sheet, version=0)
    proposal.level, proposal.reason, proposal.by, proposal.at = level, why, by, at
    proposal.version += 1
    proposal.save()
    record(
        chain=sheet.cycle.root.code,
        code="level.proposed",
        by=by,
        at=at,
        objects=[proposal],
        data={"sheet": sheet.pk, "level": level},
    )
    return proposal


def _reason(text: str) -> str:
    found = clean_lines(text)
    if len(found) > SHORT_TEXT:
        raise Refusal("level.reason", f"Lý do: dài quá {SHORT_TEXT} ký tự. Hãy rút gọn.", field="reason")
    return found


def _check_level(sheet: Sheet, level: str, reason: str) -> Scheme:
    """The scheme of the sheet, if the level may be proposed under it."""
    shape = shape_of(sheet.member)
    scheme = scheme_of(shape.book, sheet.member, sheet.cycle) if isinstance(shape.book, SchemeBook) else None
    if scheme is None:
        raise Refusal("level.no_scheme", "Quy định áp dụng cho phiếu này không có việc đề xuất mức trong kỳ.")
    codes = [one.code for one in scheme.levels]
    result = Confirmation.objects.filter(sheet=sheet, replaced_by=None).first()
    if sheet.state != rules.CONFIRMED or result is None or result.band not in codes:
        raise Refusal("level.unrated", "Phiếu chưa có mức theo quy tắc. Hãy xác nhận kết quả của phiếu trước.")
    if level not in codes:
        raise Refusal("level.unknown", "Hãy chọn một mức trong danh sách.", field="level")
    if codes.index(level) < codes.index(result.band):
        raise Refusal(
            "level.above",
            f"Kết quả theo quy tắc là “{shape.label(result.band)}”; không đề xuất mức cao hơn.",
            field="level",
        )
    if level != result.band and not reason:
        raise Refusal("level.reason", "Hãy ghi lý do đề xuất mức thấp hơn kết quả theo quy tắc.", field="reason")
    return scheme


def _take_place(sheet: Sheet, scheme: Scheme, level: str, reason: str) -> None:
    """Refuse what exceeds the places; the rows stay locked, in key order, until the proposal is written."""
    member = sheet.member
    rows = QuotaPlaces.objects.select_for_update(of=("self",)).filter(
        cycle=sheet.cycle_id, level=level, agency=member.agency_id, rulebook_hash=member.rulebook_hash
    )
    found = [row for row in rows.order_by("pk") if holds(row, member)]
    if not found and any(q.level == level and member.leadership in q.roles for q in scheme.quotas):
        raise Refusal(
            "places.not_frozen", "Số suất của mức này chưa được chốt. Hãy đề nghị cán bộ tổ chức chốt số suất của kỳ."
        )
    for places in found:
        others = taken(places) - int(LevelProposal.objects.filter(sheet=sheet, level=level).exists())
        if places.places is None or others < places.places:
            continue
        said = f"{places.label}: đã đề xuất {others}/{places.places} suất ({places.sentence})."
        if places.hard:
            raise Conflict(f"{said} Không còn suất; hãy đề xuất mức khác, hoặc đổi đề xuất của phiếu khác trước.")
        if not reason:
            raise Refusal("level.over", f"{said} Vượt tỷ lệ khuyến nghị thì phải ghi lý do.", field="reason")


@action
def decide_level(*, sheet_id: int, number: int, level: str, reason: str, by: User, at: datetime) -> LevelDecision:
    """The head of the rating unit decides the level of a sheet that has a proposal; a reason where it differs.

    `number` is how many decisions were seen. Hard quotas hold for decisions as for proposals, because a decision
    off the proposal moves it first. Raises NotYours, Forbidden for the own sheet, Refusal, Conflict.
    """
    sheet = locked(sheet_id)
    unit = sheet.member.rating_unit
    head = head_of(unit, localdate(at)) if unit is not None else None
    person = Person.objects.filter(user_id=by.pk).first()
    if head is None or person is None or head.pk != person.pk:
        raise NotYours()
    if person.pk == sheet.person_id:
        raise Forbidden("Ông/bà không quyết định mức của chính mình.")
    why = _reason(reason)
    proposal = LevelProposal.objects.filter(sheet=sheet).first()
    if proposal is None:
        raise Refusal("level.no_proposal", "Phiếu này chưa có đề xuất mức của người đánh giá.")
    if LevelDecision.objects.filter(sheet=sheet).count() != number:
        raise Conflict("Mức của phiếu này vừa được quyết định. Hãy tải lại trang để xem.")
    if level != proposal.level and not why:
        raise Refusal("level.reason", "Hãy ghi lý do quyết định khác với đề xuất.", field="reason")
    scheme = _check_level(sheet, level, why or proposal.reason)
    if level != proposal.level:
        _take_place(sheet, scheme, level, why)
        proposal.level, proposal.reason, proposal.by, proposal.at = level, why, by, at
        proposal.version += 1
        proposal.save()
    made = LevelDecision.objects.create(
        sheet=sheet, number=number + 1, subject_id=sheet.person_id, level=level, reason=why, decided_by=person, at=at
    )
    record(
        chain=sheet.cycle.root.code,
        code="level.decided",
        by=by,
        at=at,
        objects=[made, proposal],
        data={"sheet": sheet.pk, "level": level},
    )
    return made
