"""Fills the statutory forms: wording from the rulebook, contents from what was frozen at confirming."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import stored
from thuocdo.appraisals.explaining import frozen_rule
from thuocdo.appraisals.facts import of_points, pinned
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.queries import SheetView, YearDraft, points, sheet_to_view, year_draft
from thuocdo.documents.model import (
    Box,
    Head,
    Line,
    MarkRow,
    Mau01,
    Mau02,
    MonthRow,
    SignatureSpace,
)
from thuocdo.documents.remarks import notes_01, notes_02, replacement_of
from thuocdo.engine import Period, Rulebook
from thuocdo.engine.schema import CriteriaGroup, Form
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.exact import decimal_vi
from thuocdo.kernel.text import fold

NO_NUMBER = {
    "needs_decision": "chưa có điểm, chờ cấp có thẩm quyền quyết định",
    "not_rated": "không chấm điểm kỳ này",
}


def mau_01(user: User, sheet_id: int, version: int | None = None) -> Mau01:
    """Mẫu 01 of a confirmed sheet for whoever may see it: the result in force, or result number `version`.

    A result that was replaced says so in our remark and our note, and in the name of the file.
    Raises NotYours (also for no such version); Refusal `form.not_confirmed` while nothing is confirmed,
    `rulebook.changed` when the rulebook of the result is not installed.
    """
    view = sheet_to_view(user, sheet_id)
    confirmation = view.confirmation if version is None else _version(view, version)
    if confirmation is None:
        raise Refusal(
            "form.not_confirmed",
            "Phiếu chưa được xác nhận nên chưa có bản in theo Mẫu 01. "
            "Bản in có ngay sau khi cấp có thẩm quyền xác nhận.",
        )
    book = of_points(frozen_rule(confirmation.rulebook, confirmation.overlays, confirmation.rulebook_hash))
    form, document = _form(book, "mau_01"), stored.read(confirmation.submission)
    outcome = json.loads(confirmation.outcome)
    marked, summary = form.sections
    period = Period(**document["period"])
    person, later = view.sheet.person, replacement_of(view, confirmation)
    number = "" if period.number is None else f"-{'q' if period.kind == 'quarter' else ''}{period.number:02d}"
    return Mau01(
        number=form.number,
        reference=f"mau-01_{_ascii(person.code)}_{period.year}{number}"
        + (f"_lan-{confirmation.number}" if later else ""),
        made_on=localdate(confirmation.at),
        head=_head(form, _agency(view.sheet)),
        title=form.title,
        under_title=_filled(form, period.label),
        identity=_identity(form, document["subject"]["name"], document["position"], document["unit"]),
        signatures=_signatures(form),
        remark=f"ĐÃ ĐƯỢC THAY bằng kết quả lần {later.number}, ngày {localdate(later.at):%d/%m/%Y}" if later else "",
        notes=notes_01(view, confirmation, book, document, outcome),
        marks_heading=marked.heading,
        columns=marked.columns,
        column_numbers=marked.column_numbers,
        rows=tuple(_mark_rows(book, _self_marks(document), marked.total_row)),
        summary_heading=summary.heading,
        points=_points(summary.items[:3], outcome),
        comments=_comments(summary.items[3:], document, confirmation),
    )


def mau_02(user: User, person_id: int, year: int, at: datetime | None = None) -> Mau02:
    """Mẫu 02 of a year as a draft: boxes empty, months without a score named in the remark.

    For whoever `year_draft` admits; raises NotYours; Refusal `form.no_sheet` for a year without sheets,
    `form.other_rule` where months were judged by a rule that has another form, or none, `form.rule_missing` where the
    rule of a month is not kept.
    """
    moment = at or now()
    draft = year_draft(user, person_id, year, moment)
    sheets = [row.sheet_id for row in draft.months if row.sheet_id is not None]
    if not sheets:
        raise Refusal(
            "form.no_sheet",
            f"Năm {year} chưa có phiếu theo dõi, đánh giá tháng nào nên chưa lập "
            "được Mẫu 02. Mẫu này có khi kỳ tháng đầu tiên của năm được mở.",
        )
    if draft.others:
        raise Refusal(
            "form.other_rule",
            f"Mẫu 02 là của Nghị định 335/2025/NĐ-CP; năm {year} có tháng theo {', '.join(draft.others)} nên không lập "
            "mẫu này. Điểm các tháng xem ở trang phiếu năm.",
        )
    if draft.unread:
        raise Refusal("form.rule_missing", f"Chưa lập được Mẫu 02 năm {year}. {draft.unread_words}")
    sheet = Sheet.objects.select_related("member__agency", "member__unit").get(pk=sheets[-1])
    book = pinned(sheet.member)
    form = _form(book, "mau_02")
    months, own, decided, remedy = form.sections
    mean = decimal_vi(draft.mean.value, places=2) if draft.mean is not None and not draft.missing else ""
    return Mau02(
        number=form.number,
        reference=f"mau-02_{_ascii(draft.person.code)}_{year}",
        made_on=localdate(moment),
        head=_head(form, _agency(sheet)),
        title=form.title,
        under_title=_filled(form, str(year)),
        identity=_identity(form, draft.person.full_name, draft.position, draft.unit),
        signatures=_signatures(form),
        remark=_remark(draft),
        notes=notes_02(draft, book, form),
        months_heading=months.heading,
        columns=months.columns,
        months=tuple(_month_rows(months.rows, draft)),
        mean=MonthRow(months.total_row, mean, ""),
        self_heading=own.heading,
        self_boxes=tuple(Box(label, checked=False) for label in own.boxes),
        decision_heading=decided.heading,
        decision_boxes=tuple(Box(label, checked=False) for label in decided.boxes),
        remedy_heading=remedy.heading,
        remedy="",
    )


def _version(view: SheetView, number: int) -> Confirmation:
    found = next((c for c in view.confirmations if c.number == number), None)
    if found is None:
        raise NotYours()
    return found


def _form(book: Rulebook, form_id: str) -> Form:
    form = book.forms.get(form_id)
    if form is None:
        raise Refusal(
            "form.missing",
            f"Bộ quy tắc “{book.title}” không có mẫu phiếu này nên không lập được bản "
            "in. Hãy báo người vận hành kiểm tra bộ quy tắc đang cài.",
        )
    return form


def _head(form: Form, agency: str) -> Head:
    national_name, motto = form.right_head
    return Head(agency, national_name, motto)


def _agency(sheet: Sheet) -> str:
    agency = sheet.member.agency or sheet.member.unit
    return agency.name


def _filled(form: Form, text: str) -> str:
    return form.under_title.replace("…", text)


def _identity(form: Form, *values: str) -> tuple[Line, ...]:
    return tuple(Line(label, value) for label, value in zip(form.identity, values, strict=True))


def _signatures(form: Form) -> tuple[SignatureSpace, ...]:
    return tuple(SignatureSpace(item.title, item.note) for item in form.signatures)


def _ascii(code: str) -> str:
    return re.sub(r"[^A-Z0-9-]+", "-", fold(code).upper()).strip("-") or "khong-ma"


def _self_marks(document: Mapping[str, Any]) -> dict[str, Decimal]:
    """The owner's own marks; none where the evaluator made the entry because there was no self-assessment."""
    if document["over"] is None:
        return {}
    return {slug: Decimal(str(value)) for slug, value in document["subject"].get("marks", {}).items()}


def _mark_rows(book: Rulebook, marks: Mapping[str, Decimal], total: str) -> Iterator[MarkRow]:
    for group in book.criteria_groups:
        yield MarkRow("group", group.code, group.label, decimal_vi(group.max), _sum([group], marks))
        for item in group.criteria:
            mark = marks.get(item.slug)
            yield MarkRow(
                "criterion",
                item.code.rpartition(".")[2],
                item.label,
                decimal_vi(item.max),
                "" if mark is None else decimal_vi(mark),
            )
    yield MarkRow("total", "", total, decimal_vi(book.book.general.max), _sum(book.criteria_groups, marks))


def _sum(groups: Sequence[CriteriaGroup], marks: Mapping[str, Decimal]) -> str:
    """The sum of the groups' marks; empty while one of them is missing."""
    slugs = [item.slug for group in groups for item in group.criteria]
    return decimal_vi(sum((marks[slug] for slug in slugs), Decimal(0))) if all(s in marks for s in slugs) else ""


def _points(labels: Sequence[str], outcome: Mapping[str, Any]) -> tuple[Line, ...]:
    """Items 1 to 3; where there is no total, its line says why instead of a number."""
    found = {item["id"]: item["value"] for item in outcome["findings"]}
    numbers = (found.get("general.total"), found.get("results.points"), outcome["score"])
    values = [_shown(number) for number in numbers]
    blank = NO_NUMBER.get(outcome["outcome"], "")
    if not values[2] and outcome["reason"]:
        values[2] = f"{blank} ({outcome['reason'].rstrip('.')})"
    return tuple(Line(label, value or blank) for label, value in zip(labels, values, strict=True))


def _shown(number: Mapping[str, str] | None) -> str:
    found = points(number["exact"]) if number else None
    return found.shown if found else ""


def _comments(labels: Sequence[str], document: Mapping[str, Any], result: Confirmation) -> tuple[Line, ...]:
    values = (document["strengths"], document["shortcomings"], result.comment)
    return tuple(Line(label, value) for label, value in zip(labels, values, strict=True))


def _month_rows(labels: Sequence[str], draft: YearDraft) -> Iterator[MonthRow]:
    for label, row in zip(labels, draft.months, strict=True):
        yield MonthRow(label, row.score.shown if row.score else "", row.note)


def _remark(draft: YearDraft) -> str:
    missing = ", ".join(str(row.month) for row in draft.missing)
    return f"BẢN NHÁP – chưa đủ các tháng: {missing}" if missing else "BẢN NHÁP – đủ 12 tháng, chưa xếp loại"
