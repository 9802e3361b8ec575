"""Confirming results: one sheet, many plain sheets at once, or an entry in place of a missing
self-assessment."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.accepted import require_accepted_coefficients
from thuocdo.appraisals.capacity import Capacity
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.judging import Judged, fields_of
from thuocdo.appraisals.locking import locked, locked_all, move, require_evaluator, standing
from thuocdo.appraisals.models import Confirmation, Draft, Remark, Sheet, Submission
from thuocdo.appraisals.paper.notes import note_of
from thuocdo.appraisals.paper.queries import enterer_of
from thuocdo.appraisals.seals import require_seen
from thuocdo.appraisals.shapes import judge
from thuocdo.appraisals.table import glances
from thuocdo.appraisals.work_beside import require_answers
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.engine import ENGINE_VERSION
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Person

MOST_AT_ONCE = 500
ENTERED = (
    "Ông/bà đã nhập thay phiếu này từ bản giấy nên không nhận xét, xác nhận phiếu này. Cán bộ tổ chức cần ghi nhận "
    "người đánh giá khác."
)

SEVERAL_PERIODS = "Các phiếu đã chọn thuộc nhiều kỳ khác nhau nên chưa xác nhận gì. Hãy xác nhận từng kỳ một."


@action
def confirm(
    *, sheet_id: int, version: int, judgement: Mapping[str, Any], by: User, at: datetime,
    unanswered_ok: bool = False, seen: str | None = None,
) -> Confirmation:
    """Judge, comment and confirm an opened sheet under the pinned rule. The same judgement twice has one
    effect.

    The result may hang on points that the law leaves open (`needs_decision`) or be `not_rated`; it is
    confirmed as such. `unanswered_ok`: the evaluator knows that an explanation is outstanding; `seen`: the seal of
    the page that was shown (`seals.page_seal`), None for a caller without a page. Raises NotYours, Refused with every
    problem by field, Refusal while an explanation is outstanding, Conflict.
    """
    sheet = locked(sheet_id)
    who = require_evaluator(sheet, by, at)
    if sheet.state != rules.CONFIRMED:
        require_answers(sheet, unanswered_ok)
        if seen is not None and sheet.version == version:
            require_seen(sheet, seen, by, at)
    return _confirm_one(sheet, version, judgement, by, at, who, step="confirm", code="sheet.confirmed")


@action
def stand_in(
    *, sheet_id: int, version: int, judgement: Mapping[str, Any], by: User, at: datetime
) -> Confirmation:
    """The evaluator enters and confirms a sheet whose owner filed none, after the officer allowed it with
    a reason."""
    sheet = locked(sheet_id)
    who = require_evaluator(sheet, by, at)
    if not sheet.stand_in_allowed:
        raise Conflict("Cán bộ tổ chức chưa cho phép lập thay phần tự đánh giá của phiếu này.")
    return _confirm_one(sheet, version, judgement, by, at, who, step="stand_in", code="sheet.entered_by_evaluator")


def _confirm_one(
    sheet: Sheet, version: int, document: Mapping[str, Any], by: User, at: datetime, who: Capacity, *, step: str,
    code: str,
) -> Confirmation:
    stands_in = step == "stand_in"
    if sheet.state == rules.CONFIRMED and sheet.changed_by_id == by.pk and sheet.version == version + 1:
        done = sheet.confirmations.select_related("submission").latest("number")
        if same_judgement(done, document, sheet, stands_in):
            nothing_changed()
            return done
    if not stands_in:
        rules.check_open(standing(sheet), at, finishing=True)
    rules.check_version(standing(sheet), version)
    rules.MACHINE.target(step, sheet.state)
    judged = judge(sheet, document, who.person, complete=True, stand_in=stands_in)
    part = Submission.Part.STAND_IN if stands_in else Submission.Part.EVALUATOR
    submission, confirmation = write_result(sheet, judged, part, who.person, by, at, **_after_objection(sheet))
    move(sheet, step, by, at)
    Draft.objects.filter(sheet=sheet).delete()
    tell_owner(sheet, at)
    record(
        chain=sheet.cycle.root.code,
        code=code,
        by=by,
        at=at,
        objects=[sheet, submission, confirmation],
        on_behalf_of=who.behalf,
        data={"sheet": sheet.pk, "confirmation": confirmation.number, "outcome": judged.outcome.kind},
    )
    return confirmation


def _after_objection(sheet: Sheet) -> dict[str, Any]:
    """What the next result replaces and why, where whoever evaluates did not agree with what was entered from paper;
    nothing for a first result."""
    old = sheet.confirmations.filter(replaced_by=None).first()
    if old is None:
        return {}
    why = sheet.remarks.filter(kind=Remark.Kind.OBJECTION, at__gte=old.at).latest("pk").reason
    reason = f"Người đánh giá không đồng ý với bản nhập thay: {why}"[:1000]
    return {"number": old.number + 1, "replaces": old, "replace_reason": reason}


def same_judgement(done: Confirmation, document: Mapping[str, Any], sheet: Sheet, stands_in: bool) -> bool:
    """Whether the document would freeze exactly what was confirmed (a double click)."""
    try:
        again = judge(sheet, document, done.confirmed_by, complete=True, stand_in=stands_in)
    except Refusal:
        return False
    return facts.digest_of(again.text) == done.submission.digest


def write_result(
    sheet: Sheet,
    judged: Judged,
    part: Submission.Part,
    confirmed_by: Person,
    by: User,
    at: datetime,
    **replacing: Any,
) -> tuple[Submission, Confirmation]:
    """Freeze the judged document and its result, the one way to do so. `replacing` holds number, replaces and
    replace_reason of a correction. Raises Refused for a coefficient that nobody accepted."""
    require_accepted_coefficients(judged)
    entered_by = enterer_of(sheet) if note_of(json.loads(judged.text)) else None
    if entered_by == confirmed_by.pk:
        raise Forbidden(ENTERED)
    submission = stored.add(sheet, part, judged.text, number=stored.next_number(sheet), author=by, at=at)
    confirmation = Confirmation.objects.create(
        sheet=sheet,
        submission=submission,
        subject_id=sheet.person_id,
        confirmed_by=confirmed_by,
        rulebook=sheet.member.rulebook,
        overlays=list(sheet.member.overlays),
        rulebook_hash=sheet.member.rulebook_hash,
        engine_version=ENGINE_VERSION,
        at=at,
        entered_by_id=entered_by,
        **({"number": 1} | replacing),
        **fields_of(judged),
    )
    return submission, confirmation


def tell_owner(sheet: Sheet, at: datetime) -> None:
    """Notice to the owner that the month's result is confirmed; no figure in it."""
    notify(
        users=[sheet.person.user],
        kind="sheet.confirmed",
        path=f"/phieu/{sheet.pk}/",
        at=at,
        text=f"Phiếu {sheet.cycle.short_name} của ông/bà đã được xác nhận. Ông/bà xem kết quả và “Vì "
        f"sao?” trên "
        "trang phiếu.",
    )


@action
def confirm_many(
    *,
    items: Sequence[tuple[int, int]],
    comment: str,
    by: User,
    at: datetime,
    seals: Mapping[int, str] | None = None,
) -> list[Confirmation]:
    """Confirm submitted sheets that have nothing to look at, judged as reported, with one common comment.

    `items` holds (sheet id, version seen), `seals` the digest of the row that was shown by sheet (`table.row_seal`),
    None for a caller without a table. All are of one period, as its event stands on one chain and holds no other. All
    or nothing: raises Refused naming each sheet that stops it (changed since, flagged, not submitted), by field
    `sheet-<id>`. A delegate's event names for whom: the one principal of all the sheets, else in its data (`behalf`)
    that of each sheet that has one.
    """
    versions = dict(items)
    if not 1 <= len(versions) <= MOST_AT_ONCE:
        raise Refusal("confirm.none", f"Hãy chọn từ 1 đến {MOST_AT_ONCE} phiếu để xác nhận.", field="items")
    sheets = locked_all(list(versions))
    if set(sheets) != set(versions):
        raise NotYours()
    who = {pk: require_evaluator(sheet, by, at) for pk, sheet in sheets.items()}
    if len({sheet.cycle_id for sheet in sheets.values()}) > 1:
        raise Refusal("confirm.periods", SEVERAL_PERIODS, field="items")
    done = [
        s
        for s in sheets.values()
        if s.state == rules.CONFIRMED and s.changed_by_id == by.pk and s.version == versions[s.pk] + 1
    ]
    if len(done) == len(sheets):
        nothing_changed()
        return list(Confirmation.objects.filter(sheet__in=done, replaces=None).order_by("sheet_id"))
    return _confirm_all(sheets, versions, comment, by, at, who, seals)


def _confirm_all(
    sheets: Mapping[int, Sheet], versions: Mapping[int, int], comment: str, by: User, at: datetime,
    who: Mapping[int, Capacity], seals: Mapping[int, str] | None,
) -> list[Confirmation]:
    seen = glances(list(sheets.values()))
    problems: dict[str, str] = {}
    judged: dict[int, Judged] = {}
    for pk, sheet in sheets.items():
        try:
            rules.check_open(standing(sheet), at)
            rules.check_version(standing(sheet), versions[pk])
            rules.MACHINE.target("confirm_plain", sheet.state)
            judged[pk] = judge(sheet, {"comment": comment}, who[pk].person, complete=True)
        except Refused as refused:
            problems |= (
                refused.problems
                if "comment" in refused.problems
                else {f"sheet-{pk}": f"{sheet.person.full_name}: {' '.join(refused.problems.values())}"}
            )
        except Conflict as conflict:
            problems[f"sheet-{pk}"] = f"{sheet.person.full_name}: {conflict.message}"
        if seen[pk].flags:
            words = f"có điểm cần lưu ý ({'; '.join(seen[pk].flags)}), hãy mở phiếu để xem."
            problems.setdefault(f"sheet-{pk}", f"{sheet.person.full_name}: {words}")
        elif seals is not None and seals.get(pk) != seen[pk].seal:
            words = "số liệu của dòng này đã khác khi ông/bà xem, hãy mở lại bảng để xem lại."
            problems.setdefault(f"sheet-{pk}", f"{sheet.person.full_name}: {words}")
    if problems:
        raise Refused(problems, code="confirm.some_stop")
    objects: list[Any] = []
    confirmations: list[Confirmation] = []
    for pk, sheet in sheets.items():
        submission, confirmation = write_result(
            sheet, judged[pk], Submission.Part.EVALUATOR, who[pk].person, by, at
        )
        move(sheet, "confirm_plain", by, at)
        confirmations.append(confirmation)
        objects += [sheet, submission, confirmation]
        tell_owner(sheet, at)
    Draft.objects.filter(sheet__in=list(sheets)).delete()
    first = next(iter(sheets.values()))
    behalf = {pk: one.behalf for pk, one in who.items()}
    same = len(set(behalf.values())) == 1
    principals = {} if same else {"behalf": {str(pk): one for pk, one in behalf.items() if one}}
    record(
        chain=first.cycle.root.code,
        code="sheet.confirmed_many",
        by=by,
        at=at,
        on_behalf_of=behalf[first.pk] if same else "",
        objects=objects,
        data={"sheets": sorted(sheets), **principals},
    )
    return confirmations
