"""A review report (Mẫu 01, 02A, 02B, 02C of 2025, those of the years before) for print: what was filed, nothing more.

Heads and blocks are those of the rulebook of the round; whatever of a form was not read is said in our notes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.documents.model import Box, Line, Part, Report, SignatureSpace, Words
from thuocdo.documents.party import party_head
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import moment_vi
from thuocdo.kernel.typed import format_points
from thuocdo.reviews.past import share_of
from thuocdo.reviews.queries import Reading, reading
from thuocdo.reviews.rules import GRADES
from thuocdo.reviews.shown import ShownBlock, read_blocks, total_of
from thuocdo.rounds.issuing import issuer_of

NO_DEFECT = "Không ghi hạn chế, khuyết điểm nào."
NO_PAST = "Kỳ trước không có hạn chế, khuyết điểm nào được ghi."
NO_PROMPT = "Không có gợi ý kiểm điểm."


def review_report(user: User, subject_id: int, number: int, at: datetime) -> Report:
    """The report of that number, or the last one. Raises NotYours, also where none was filed."""
    found = reading(user, subject_id, number, at)
    if found is None:
        raise NotYours()
    one, layout, report = found.subject, found.layout, found.report
    person = one.person_id is not None
    form = f"Mẫu {layout.form}: " if layout.form else ""
    belongs = one.party_id is not None or one.organisation is not None
    issuer = issuer_of(one.round, [one])
    head = party_head(issuer, localdate(report.at), "" if belongs else one.unit.name)
    signs = "NGƯỜI TỰ KIỂM ĐIỂM" if person else "THAY MẶT TẬP THỂ"
    return Report(
        number=layout.form,
        reference=f"ban-kiem-diem_{one.pk}_{report.number}",
        made_on=localdate(report.at),
        head=head,
        title=layout.label.upper(),
        under_title=f"Năm {one.round.year}",
        identity=tuple(_identity(found)),
        signatures=(SignatureSpace(signs, "(Ký, ghi rõ họ tên)"),),
        remark=". ".join(filter(None, (f"{form}{report.get_stage_display()}, lần {report.number}", head.open))),
        notes=(
            *((layout.note,) if layout.note else ()),
            f"Theo {'; '.join(cite.text() for cite in layout.cite)}.",
            f"{report.by.display_name} ghi lúc {moment_vi(localtime(report.at))}. Điểm và mức là tự chấm, tự nhận; "
            "cấp có thẩm quyền quyết định.",
            f"Băm nội dung: {report.digest}.",
        ),
        parts=tuple(_part(found, block) for block in read_blocks(found)),
    )


def _identity(found: Reading) -> Sequence[Line]:
    one = found.subject
    lines = [Line("Họ và tên" if one.person_id is not None else "Tập thể, tổ chức", one.name)]
    lines += [Line("Chức vụ", one.position)] if one.position else []
    lines += [Line("Đơn vị", one.unit.name)]
    lines += [Line("Nơi sinh hoạt đảng", one.organisation.name)] if one.organisation is not None else []
    graded = any(row.most is None for row in found.layout.rows)
    return [*lines, Line("Chủ thể tham gia đánh giá", "tự đánh giá")] if graded else lines


def _part(found: Reading, shown: ShownBlock) -> Part:
    content, words = found.content, []
    for text in shown.texts:
        words += [Words("label", text.label)] if text.label else []
        words += [Words("text", line) for line in text.value.split("\n") if line.strip()]
    if shown.block.kind == "defects":
        words += _defects(content["defects"]) or [Words("text", NO_DEFECT)]
    elif shown.block.kind == "remedies":
        share = share_of(content["past"])
        words += [Words("text", f"Đã khắc phục {share.fixed}/{share.total}.")] if share else []
        words += _defects(content["past"]) or [Words("text", NO_PAST)]
    elif shown.block.kind == "prompts":
        for number, point in content["points"]:
            words += [Words("label", point), Words("text", content["answers"].get(number, ""))]
        words = words or [Words("text", NO_PROMPT)]
    if shown.block.kind != "marks":
        return Part(shown.title, tuple(words))
    boxes = tuple(Box(label, code == content["level"]) for code, label in found.layout.levels)
    over = "Tự nhận mức xếp loại (đánh dấu X)" if boxes else ""
    return Part(shown.title, tuple(words), *_table(found, shown), boxes, over)


def _defects(rows: Sequence[Mapping[str, Any]]) -> list[Words]:
    words = []
    for place, one in enumerate(rows, 1):
        words.append(Words("item", f"{place}. {one['text']}"))
        words += [Words("small", f"Nguyên nhân: {one['cause']}")] if one["cause"] else []
        for measure, state, who, due, *said in one.get("remedies", ()):
            words.append(Words("item", f"– {state.capitalize()}: {measure} ({who}, hạn {due})"))
            words += [Words("small", f"Mức độ, khó khăn, vướng mắc: {said[0]}")] if said and said[0] else []
        words += [Words("small", "Chưa ghi biện pháp khắc phục.")] if one.get("remedies") == [] else []
    return words


def _table(found: Reading, shown: ShownBlock) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """An analysis sheet has a column for each grade (Mẫu 04 of 2019); marks stand beside what could be given."""
    if not shown.marks:
        return (), ()
    if shown.graded:
        rows = tuple(
            (str(place), mark.label, *("X" if mark.value == label else "" for label in GRADES.values()))
            for place, mark in enumerate(shown.marks, 1)
        )
        return ("TT", "Tiêu chí", *GRADES.values()), rows
    rows = tuple(
        (str(place), mark.label, "" if mark.most is None else format_points(mark.most), mark.value)
        for place, mark in enumerate(shown.marks, 1)
    )
    total, _, most = total_of(found).partition("/")
    return ("TT", "Tiêu chí", "Điểm tối đa", "Tự chấm"), (*rows, ("", "Tổng cộng", most, total))
