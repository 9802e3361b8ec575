"""Our own notes under a form: where the numbers come from. They are no part of the statutory form."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import localtime

from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.paper.notes import judged_note_of, note_of
from thuocdo.appraisals.queries import SheetView, YearDraft
from thuocdo.engine import Rulebook
from thuocdo.engine.schema import Form
from thuocdo.kernel.periods import moment_vi

CHOSEN = {"settled_by_overlay", "settled_by_decision", "readings_agree"}


def notes_01(
    view: SheetView,
    result: Confirmation,
    book: Rulebook,
    document: Mapping[str, Any],
    outcome: Mapping[str, Any],
) -> tuple[str, ...]:
    """Sheet and result numbers, what replaced it or was replaced, exact score and band, choices on open
    points, rulebook and hashes."""
    when = moment_vi(localtime(result.at))
    notes = [
        f"Số phiếu {view.sheet.pk}; kết quả lần {result.number}, {result.confirmed_by.full_name} xác nhận lúc {when}."
    ]
    later = replacement_of(view, result)
    if later is not None:
        notes.append(
            f"Kết quả này đã được thay bằng kết quả lần {later.number}, "
            f"{later.confirmed_by.full_name} xác nhận ngày {localtime(later.at):%d/%m/%Y}; "
            f"lý do: {later.replace_reason}"
        )
    if result.replace_reason:
        notes.append(f"Kết quả này thay cho kết quả lần {result.number - 1}; lý do: {result.replace_reason}")
    if document["over"] is None:
        notes.append("Cột (4) để trống vì không có phần tự chấm; điểm tiêu chí chung do người đánh giá chấm.")
    paper = note_of(document)
    if paper is not None:
        notes.append(f"Phần tự đánh giá: {paper.words}")
    judged = judged_note_of(document)
    if judged is not None:
        notes.append(judged.words)
    if outcome["score"]:
        band = f"; mức tương ứng: {book.level(result.band).label}" if result.band else ""
        notes.append(f"Điểm chính xác: {_exact(outcome['score'])}{band} (điểm; mức tương ứng, chưa phải xếp loại).")
    chosen = [item for item in outcome["findings"] if item["effect"] in CHOSEN]
    notes += [f"{item['title']}: {item['sentence']}" for item in chosen]
    return (*notes, *_sources(book), f"Băm nội dung phiếu: {result.submission.digest}.")


def replacement_of(view: SheetView, result: Confirmation) -> Confirmation | None:
    """The result that took the place of this one; None for the result in force."""
    return next((c for c in view.confirmations if c.replaces_id == result.pk), None)


def notes_02(draft: YearDraft, book: Rulebook, form: Form) -> tuple[str, ...]:
    """The provisional mean, what the form refers to, rulebook and hash."""
    label = draft.mean_label
    mean = f"Điểm trung bình {label}: {draft.mean.shown}." if draft.mean else f"{label.capitalize()}."
    noted = [(s.heading.partition(".")[0], s.note) for s in form.sections if s.note]
    footnotes = [f"Mục {number}: {note[0].lower()}{note[1:]}." for number, note in noted]
    return (
        "Bản nháp lập từ các kết quả tháng đã xác nhận; các ô xếp loại để trống.",
        mean,
        *footnotes,
        *_sources(book),
    )


def _sources(book: Rulebook) -> tuple[str, ...]:
    overlays = "; ".join(book.overlay_titles.values())
    extra = f"; quy chế bổ sung: {overlays}" if overlays else ""
    return (f"Bộ quy tắc: {book.title}, phiên bản {book.version}{extra}.", f"Băm bộ quy tắc: {book.hash}.")


def _exact(score: Mapping[str, str]) -> str:
    return score["exact"].removesuffix("/1")
