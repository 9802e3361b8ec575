"""A rulebook of converted products arranged for reading: words of the law beside their articles."""

from dataclasses import dataclass

from thuocdo.engine.rulebook import Citation, PointOfLaw, Rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.situations import TITLES, asked_by
from thuocdo.kernel.exact import decimal_vi
from thuocdo.web.access import today
from thuocdo.web.rules.rows import Row

_COUNTS = {
    "completed": "hoàn thành",
    "quality_met": "đạt chất lượng",
    "on_time": "đúng hạn",
    "assigned": "được giao",
}


@dataclass(frozen=True)
class Group:
    """A group of criteria with its ceiling."""

    code: str
    label: str
    maximum: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Reader:
    """Everything the page shows."""

    book: Rulebook
    groups: tuple[Group, ...]
    formulas: tuple[Row, ...]
    factors: tuple[Row, ...]
    bands: tuple[Row, ...]
    special: tuple[Row, ...]
    evaluators: tuple[tuple[str, str, str, tuple[Citation, ...]], ...]
    steps: tuple[Row, ...]
    points: tuple[PointOfLaw, ...]
    situations: tuple[Row, ...]


def read_points(book: Rulebook) -> Reader:
    """The reader of a rulebook that counts converted products."""
    return Reader(
        book=book,
        groups=_groups(book),
        formulas=_formulas(book),
        factors=_factors(book),
        bands=_bands(book),
        special=_special(book),
        evaluators=_evaluators(book),
        steps=_steps(book),
        points=book.open_points,
        situations=situation_rows(book),
    )


def _groups(book: Rulebook) -> tuple[Group, ...]:
    return tuple(
        Group(
            g.code,
            g.label,
            decimal_vi(g.max),
            tuple(Row(c.label, decimal_vi(c.max), book.cite(c.cite), c.code) for c in g.criteria),
        )
        for g in book.criteria_groups
    )


def _formulas(book: Rulebook) -> tuple[Row, ...]:
    """The ratios and the total in words."""
    products, total = book.book.products, book.book.total
    rows = []
    for ratio in products.ratios:
        counted = _COUNTS[ratio.counts]
        words = f"Tổng (số lượng {counted} × hệ số quy đổi) chia cho {products.denominator_label}, tính ra %."
        if ratio.deduction:
            loser = "sản phẩm đó" if ratio.deduction.per == "product" else "cả dòng sản phẩm đó"
            words += f" Mỗi lần vi phạm làm {loser} mất {decimal_vi(ratio.deduction.percent)}% phần của mình."
            if ratio.deduction.excused:
                words += " Lần có nguyên nhân khách quan được xác nhận thì không tính."
        cite = book.cite(ratio.cite) + (book.cite(ratio.deduction.cite) if ratio.deduction else ())
        rows.append(Row(ratio.label, words, tuple(dict.fromkeys(cite)), ratio.symbol))
    for exclusion in products.exclusions:
        named = ", ".join(_COUNTS[n] for n in exclusion.not_counted_in)
        rows.append(Row(exclusion.label, f"Không tính vào số lượng: {named}.", book.cite(exclusion.cite)))
    words = f"Điểm tiêu chí chung + {decimal_vi(total.weight)} × {total.mean_label}"
    words += f" ({total.results_label}: tối đa {decimal_vi(total.ceiling)} điểm)."
    rows.append(Row(total.label, words, book.cite(total.cite)))
    return tuple(rows)


def deduction_words(book: Rulebook) -> str:
    """What each occurrence takes, by the rulebook itself, with the articles; "" where nothing is taken."""
    found = [ratio.deduction for ratio in book.book.products.ratios if ratio.deduction]
    loser = {"product": "chính sản phẩm đó, không trừ cả dòng", "line": "cả dòng sản phẩm đó"}
    taken = dict.fromkeys(f"{decimal_vi(one.percent)}% điểm của {loser[one.per]}" for one in found)
    cited = dict.fromkeys(cite.article for one in found for cite in book.cite(one.cite))
    return f"{' hoặc '.join(taken)} ({'; '.join(cited)})" if taken else ""


def _factors(book: Rulebook) -> tuple[Row, ...]:
    factors = book.book.factors
    if factors is None:
        return ()
    high, low = (decimal_vi(v) for v in sorted(factors.allowed, reverse=True))
    return tuple(Row(f.label, f"{high}%: {f.high} {low}%: {f.low}", book.cite(f.cite), f.symbol) for f in factors.items)


def _bands(book: Rulebook) -> tuple[Row, ...]:
    rows, above = [], None
    for band in book.bands:
        upper = "trở lên" if above is None else f"đến dưới {decimal_vi(above)} điểm"
        words = f"từ {decimal_vi(band.at_least)} điểm {upper}"
        if band.at_least == 0 and above is not None:
            words = f"dưới {decimal_vi(above)} điểm"
        rows.append(Row(band.label, words, book.cite(band.cite), band.abbr))
        above = band.at_least
    return tuple(rows)


def _special(book: Rulebook) -> tuple[Row, ...]:
    """Disqualifiers, absence, ceiling, quotas and means."""
    data = book.book
    rows = [Row(f"Xếp thẳng: {book.level(t.level).label}", t.label, book.cite(t.cite)) for t in data.disqualifiers]
    rows += [Row("Thời điểm tính kỷ luật", d.label, book.cite(d.cite)) for d in data.dating]
    if data.absence:
        rows.append(Row("Thời gian công tác tối thiểu", data.absence.label, book.cite(data.absence.cite)))
        rows += [Row("Trường hợp riêng", e.label, book.cite(e.cite)) for e in data.absence.exemptions]
    if data.ceiling:
        rows.append(Row("Mức trần của người đứng đầu", data.ceiling.label, book.cite(data.ceiling.cite)))
    for quota in data.quotas:
        rows.append(Row("Tỷ lệ", quota.label, book.cite(quota.cite)))
        if quota.raised:
            rows.append(Row("Tỷ lệ nâng", quota.raised.label, book.cite(quota.raised.cite)))
    rows += [Row("Tổng hợp", m.label, book.cite(m.cite)) for m in data.means]
    rows += [Row("Thời gian thực tế", a.label, book.cite(a.cite)) for a in data.actual_time]
    return tuple(rows)


def situation_rows(book: Rulebook | SchemeBook) -> tuple[Row, ...]:
    """What is said of cases that hang on dates, by the text and then by the unit's own regulation, and what stays
    open today."""
    found, on = [], today()
    for kind, title in TITLES.items():
        rows = [one for one in book.book.situations if one.kind == kind]
        still = asked_by([one for one in rows if one.since <= on and (one.until is None or on < one.until)])
        for row in rows:
            more = (f"Lý do: {row.reason}",) * bool(row.reason) + (f"Để ngỏ: {row.asks}",) * (row is still)
            more += (f"Có hiệu lực từ {row.since:%d/%m/%Y}",) * (row.since > on)
            more += (f"Hết hiệu lực từ {row.until:%d/%m/%Y}",) if row.until is not None and row.until <= on else ()
            found.append(Row(title, row.says, book.cite(row.cite), more=more))
    return tuple(found)


def _evaluators(book: Rulebook) -> tuple[tuple[str, str, str, tuple[Citation, ...]], ...]:
    return tuple((e.label, e.evaluates_label, e.rates_label, book.cite(e.cite)) for e in book.book.evaluators)


def _steps(book: Rulebook) -> tuple[Row, ...]:
    data = book.book
    rows = [Row(f"Bước {s.number}", s.text, book.cite(s.cite)) for s in data.period_steps]
    if data.petition:
        rows.append(Row("Kiến nghị", data.petition.label, book.cite(data.petition.cite)))
    if data.sync:
        rows.append(Row("Cập nhật dữ liệu", data.sync.label, book.cite(data.sync.cite)))
    if data.correction:
        rows.append(Row("Sửa kết quả", data.correction.label, book.cite(data.correction.cite)))
    return tuple(rows)
