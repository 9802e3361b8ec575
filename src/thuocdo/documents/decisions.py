"""A unit's list, notice or decision for print, from its frozen content alone, in the layout of Nghị định 30/2020."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.decisions.models import Decision
from thuocdo.decisions.queries import Paper, paper
from thuocdo.decisions.rules import number_shown, signing_lines
from thuocdo.documents.model import Head
from thuocdo.kernel.text import fold

LISTS = (Decision.Kind.LIST, Decision.Kind.SUPPLEMENT)
TITLES = dict.fromkeys(LISTS, "DANH SÁCH") | {"notice": "THÔNG BÁO"}
TITLES |= dict.fromkeys((Decision.Kind.DECISION, Decision.Kind.REPLACEMENT), "QUYẾT ĐỊNH")
COLUMNS = ("STT", "Họ và tên", "Chức vụ, chức danh", "Điểm")
UNIT_COLUMNS = ("STT", "Tên đơn vị", "Loại đơn vị", "Điểm", "Mức xếp loại")
NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
BLANK = "…………"


@dataclass(frozen=True)
class ListRow:
    """A numbered line of the list; without a score, `score` says why in words."""

    number: str
    name: str
    position: str
    score: str
    level: str


@dataclass(frozen=True)
class DecisionPaper:
    """Plain text ready to be laid out. `articles` are empty for a list and paragraphs for a notice; `columns` may be
    fewer than a row has: the last ones are left out then."""

    head: Head
    above: str
    number: str
    place_and_date: str
    title: str
    subject: str
    authority: str
    bases: tuple[str, ...]
    articles: tuple[str, ...]
    list_title: str
    list_note: str
    columns: tuple[str, ...]
    rows: tuple[ListRow, ...]
    recipients: tuple[str, ...]
    signing: tuple[str, ...]
    signer: str
    remark: str
    reference: str
    made_on: date


def decision_paper(user: User, decision_id: int, on: date) -> DecisionPaper:
    """The paper for whoever may open it. Raises NotYours. A draft and a replaced paper say so in our remark."""
    return laid_out(paper(user, decision_id, on))


def laid_out(found: Paper) -> DecisionPaper:
    """The paper from its frozen content and what the office typed."""
    one, content = found.decision, found.content
    signing = signing_lines(one.signing_form, one.on_behalf, one.signer_position) if one.signer else (BLANK,)
    number = f"Số: {number_shown(one.number)}/{one.symbol or BLANK}"
    is_list = one.kind in LISTS
    return DecisionPaper(
        head=Head(str(content["unit"]), *NATION),
        above=str(content["above"]),
        number=number,
        place_and_date=_place_and_date(one),
        title=TITLES[one.kind],
        subject=one.subject,
        authority=(one.on_behalf or one.signer_position or BLANK).upper() if _decides(one) else "",
        bases=tuple(f"Căn cứ {base};" for base in content["bases"]) if _decides(one) else (),
        articles=_articles(found),
        list_title="" if is_list else "DANH SÁCH",
        list_note="" if is_list else f"(Kèm theo {TITLES[one.kind].lower()} {number.lower()} của {content['unit']})",
        columns=UNIT_COLUMNS if _about_units(found) else (*COLUMNS, found.level_word),
        rows=tuple(
            ListRow(str(place), line.name, line.position, line.score or line.note, line.level)
            for place, line in enumerate(found.lines, 1)
        ),
        recipients=tuple(one.recipients),
        signing=signing,
        signer=one.signer.full_name if one.signer else "",
        remark=_remark(found),
        reference=f"{fold(one.get_kind_display()).replace(' ', '-')}_{fold(one.unit.code).replace('/', '-')}_{one.pk}",
        made_on=localdate(one.issued_at or one.drafted_at),
    )


def _decides(one: Decision) -> bool:
    return one.kind in (Decision.Kind.DECISION, Decision.Kind.REPLACEMENT)


def _about_units(found: Paper) -> bool:
    return found.content.get("of") == "units"


def _place_and_date(one: Decision) -> str:
    place = one.place or BLANK
    return f"{place}, ngày …… tháng …… năm ………" if one.signed_on is None else dated(place, one.signed_on)


def dated(place: str, day: date) -> str:
    """Place and day as Nghị định 30/2020 writes them: days below 10, months 1 and 2 with two digits.

    >>> dated("Hà Nội", date(2025, 12, 1))
    'Hà Nội, ngày 01 tháng 12 năm 2025'
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def _articles(found: Paper) -> tuple[str, ...]:
    one, content = found.decision, found.content
    people, period = len(found.lines), content["period"]
    whose = content["unit"]
    if "of_unit" in content:
        whose = f"{content['of_unit']} (nay do {whose} tiếp nhận)"
    if one.kind in LISTS:
        return ()
    what = f"kết quả theo dõi, đánh giá {period} của {people} người thuộc thẩm quyền của {whose}"
    last = "Người có tên tại danh sách và bộ phận, cá nhân liên quan chịu trách nhiệm thi hành Quyết định này."
    if _about_units(found):
        what = f"kết quả xếp loại {period} của {people} đơn vị thuộc thẩm quyền của {whose}"
        last = "Các đơn vị có tên tại danh sách và cơ quan, cá nhân liên quan chịu trách nhiệm thi hành Quyết định này."
    if one.kind == Decision.Kind.NOTICE:
        return (f"{content['unit']} thông báo {what} (danh sách kèm theo).",)
    force = "Quyết định này có hiệu lực kể từ ngày ký"
    if "replaces" in content:
        old = content["replaces"]
        force += f" và thay thế {old['kind']} số {old['number']} ngày {old['signed_on']}. Lý do: {old['reason']}"
    return (f"Điều 1. Công nhận {what} (danh sách kèm theo).", f"Điều 2. {force.rstrip('.')}.", f"Điều 3. {last}")


def _remark(found: Paper) -> str:
    one = found.decision
    if one.state == Decision.State.REPLACED and found.replaced_by is not None:
        later = found.replaced_by
        return f"ĐÃ ĐƯỢC THAY THẾ bằng văn bản số {number_shown(later.number)}/{later.symbol}"
    if one.state == Decision.State.DROPPED:
        return "DỰ THẢO ĐÃ BỎ"
    return "DỰ THẢO, chưa ban hành" if one.state == Decision.State.DRAFT else ""
