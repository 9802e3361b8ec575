"""What the printed draft of a unit's regulation holds: plain frozen text, made from the stored draft."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.documents.model import Head
from thuocdo.engine import Rulebook
from thuocdo.kernel.text import fold
from thuocdo.rulesets.choices import figure
from thuocdo.rulesets.drafting import Draft
from thuocdo.rulesets.models import Regulation
from thuocdo.rulesets.regulations import View, regulation_to_see
from thuocdo.rulesets.rules import KIND_NAMES
from thuocdo.rulesets.typed_regulation import ARTICLE, Choice

BLANK = "…………"
LAST = 10**6


@dataclass(frozen=True)
class ArticleText:
    """One Điều: its number, heading and paragraphs."""

    number: int
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class TableRow:
    """A row of the table of points; a group is bold."""

    number: str
    label: str
    maximum: str
    group: bool


@dataclass(frozen=True)
class RegulationPaper:
    """The regulation as it is printed. `remark` says that it is a draft; `reference` is for the file name."""

    head: Head
    number: str
    title: str
    remark: str
    bases: tuple[str, ...]
    articles: tuple[ArticleText, ...]
    table_title: str
    rows: tuple[TableRow, ...]
    receivers: tuple[str, ...]
    signer: str
    reference: str
    made_on: date


def regulation_paper(user: User, regulation_id: int, on: date) -> RegulationPaper:
    """The printed draft for whoever may see the regulation. Raises NotYours, RulebookError."""
    view = regulation_to_see(user, regulation_id, on)
    one, draft, header = view.regulation, view.draft, view.draft.reading.header
    rows = tuple(_rows(draft))
    return RegulationPaper(
        head=Head(
            header["issuer"] or one.unit.name, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
        ),
        number=(view.numbered.number if view.numbered else header["number"]) or f"Số: {BLANK}/QĐ-{BLANK}",
        title=header["title"] or "Quy chế chưa đặt tên",
        remark=_remark(view),
        bases=tuple(_bases(draft)),
        articles=_articles(one, draft),
        table_title="Phụ lục: Bảng tiêu chí và điểm tối đa" if rows else "",
        rows=rows,
        receivers=("Như Điều về đối tượng áp dụng;", f"Lưu: VT, {BLANK}"),
        signer=header["by"] or BLANK,
        reference=f"quy-che_{fold(one.unit.code).replace('/', '-')}_ban-{one.number}",
        made_on=localdate(one.changed_at),
    )


def _remark(view: View) -> str:
    one = view.regulation
    if one.state == Regulation.State.APPROVED:
        return (
            f"DỰ THẢO IN TỪ PHẦN MỀM. Nội dung đã được {one.text.approved_by.display_name} phê duyệt trong phần mềm "
            f"ngày {localdate(one.text.approved_at):%d/%m/%Y}; văn bản có hiệu lực khi người có thẩm quyền ký ban hành."
        )
    return (
        f"DỰ THẢO. Bản số {one.number}, {one.get_state_display()}, lưu ngày {localdate(one.changed_at):%d/%m/%Y}; chưa "
        "được phê duyệt, chưa ban hành."
    )


def _bases(draft: Draft) -> Iterator[str]:
    """The instruments that the choices rest on, then what the officers wrote."""
    used = {c.instrument for choice in draft.reading.choices for c in choice.item.cite}
    for instrument in draft.book.instruments:
        if instrument.name in used or not used:
            number = (
                f" số {instrument.number}" if instrument.number and instrument.number not in instrument.title else ""
            )
            yield f"Căn cứ {instrument.title}{number};"
    if draft.reading.header["reason"]:
        yield f"{draft.reading.header['reason'].rstrip('.;')}."


def _articles(one: Regulation, draft: Draft) -> tuple[ArticleText, ...]:
    by_number: dict[int, list[Choice]] = defaultdict(list)
    for choice in draft.reading.choices:
        by_number[_place(choice)[0]].append(choice)
    free = next(n for n in range(1, LAST) if n not in by_number)
    found = [ArticleText(free, "Phạm vi điều chỉnh, đối tượng áp dụng", _scope(one, draft))]
    found += [
        ArticleText(number, _heading(choices), tuple(_paragraphs(sorted(choices, key=_place))))
        for number, choices in by_number.items()
        if number < LAST
    ]
    if LAST in by_number:
        found.append(ArticleText(0, "Nội dung chưa ghi điều khoản", tuple(_paragraphs(by_number[LAST]))))
    last = max(article.number for article in found) + 1
    found.append(ArticleText(last, "Hiệu lực và tổ chức thực hiện", tuple(_force(one, draft))))
    return tuple(sorted(found, key=lambda article: article.number or last - 1))


def _place(choice: Choice) -> tuple[int, int, str]:
    """Điều, khoản, điểm of a choice; at the end where it is not written yet."""
    match = ARTICLE.fullmatch(choice.article)
    return (int(match[1]), int(match[2] or 0), match[3] or "") if match else (LAST, 0, "")


def _scope(one: Regulation, draft: Draft) -> tuple[str, ...]:
    kinds = ", ".join(KIND_NAMES[kind] for kind in draft.reading.kinds) or "đối tượng của bộ quy tắc"
    return (
        f"1. Quy chế này quy định những nội dung mà {draft.book.title} giao cho đơn vị hoặc chưa quy định.",
        f"2. Quy chế này áp dụng đối với {kinds} của {one.unit.name} và các đơn vị trực thuộc.",
    )


def _heading(choices: Sequence[Choice]) -> str:
    kinds = {choice.item.kind for choice in choices}
    if kinds == {"settle"}:
        return "Cách áp dụng những điểm chưa được quy định cụ thể"
    if kinds == {"say"}:
        return "Vắng, mới đến, chuyển đi, nhiều vị trí trong kỳ"
    if kinds <= {"lower", "raise"}:
        return "Tỷ lệ và ngưỡng điểm của đơn vị"
    if kinds <= {"fill", "parts"}:
        return "Mức điểm, số liệu của đơn vị"
    return "Quy định cụ thể của đơn vị"


def _paragraphs(choices: Sequence[Choice]) -> Iterator[str]:
    for choice in choices:
        _, clause, letter = _place(choice)
        mark = "" if clause in (0, LAST) else f"{clause}. " if not letter else f"{clause}.{letter}) "
        cite = f" ({choice.item.articles})" if choice.item.articles else ""
        yield f"{mark}{choice.item.label}{cite}"
        yield f"Đơn vị áp dụng: {choice.words.rstrip('.')}."
        yield f"Lý do: {choice.reason or 'chưa ghi'}"


def _force(one: Regulation, draft: Draft) -> Iterator[str]:
    month = draft.reading.month
    start = f"từ ngày {month:%d/%m/%Y}" if month else f"từ ngày {BLANK}"
    yield f"1. Quy chế này có hiệu lực {start}; kỳ đánh giá đã mở trước ngày đó giữ quy định đã dùng khi mở kỳ."
    yield f"2. Nội dung không nêu trong Quy chế này thực hiện theo {draft.book.title}."
    yield "3. Thủ trưởng các đơn vị và cá nhân liên quan chịu trách nhiệm thi hành Quy chế này."


def _rows(draft: Draft) -> Iterator[TableRow]:
    book = draft.book
    if isinstance(book, Rulebook):
        for group in book.criteria_groups:
            yield TableRow(group.code, group.label, figure(group.max), True)
            for criterion in group.criteria:
                yield TableRow(criterion.code, criterion.label, figure(criterion.max), False)
        return
    yield from _parts(draft.reading.choices)


def _parts(choices: Sequence[Choice]) -> Iterator[TableRow]:
    """The unit's own tables under the groups of a rulebook of schemes."""
    tables = [choice for choice in choices if choice.item.kind == "parts"]
    for number, choice in enumerate(tables, start=1):
        maximum = figure(choice.item.limit) if choice.item.limit is not None else ""
        yield TableRow(str(number), choice.item.label, maximum, True)
        for index, part in enumerate(choice.value, start=1):
            yield TableRow(f"{number}.{index}", part["label"], figure(part["max"]), False)
