"""Money that hangs on a level, in exact đồng, and funds as a percent of another fund."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.engine.outcome import Effect, Finding
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import MoneyRow, MoneyTable
from thuocdo.engine.schemes.wording import percent
from thuocdo.kernel.exact import exact_vi, full_vi


def money_findings(book: SchemeBook, subject: SubjectFacts, level: str, label: str, case: Case) -> Iterator[Finding]:
    """What each table in force in this period gives for a level."""
    for table in book.book.tables:
        row = _row(table, subject.kind, level)
        if row is not None and _in_force(table, case):
            yield _finding(book, table, row, subject, label)


def _in_force(table: MoneyTable, case: Case) -> bool:
    return table.since <= case.period.end and (table.until is None or case.period.start < table.until)


def _row(table: MoneyTable, kind: str, level: str) -> MoneyRow | None:
    if table.kinds and kind not in table.kinds:
        return None
    return next((row for row in table.rows if row.level == level and (not row.kinds or kind in row.kinds)), None)


def _finding(book: SchemeBook, table: MoneyTable, row: MoneyRow, subject: SubjectFacts, label: str) -> Finding:
    base = None if subject.pay is None else Fraction(subject.pay.base)
    most = "tối đa " if row.at_most else ""
    words, value = _worth(table, row, base, subject.kind)
    inputs = [("Mức", label), ("Cách tính", words)]
    effect: Effect = "counted"
    if "open" in (row.coefficient, row.percent_of_best):
        sentence = f"{table.label}, mức {label}: văn bản để ngỏ con số này."
        effect, value = "left_open", None
    elif value is None:
        sentence = f"{table.label}, mức {label}: {most}{words}."
    else:
        sentence = f"{table.label}, mức {label}: {most}{words} = {_dong(value)}."
        if row.floor is not None and value < row.floor:
            sentence += f" Thấp hơn mức sàn nên lấy {_dong(Fraction(row.floor))}."
            value, effect = Fraction(row.floor), "capped"
        inputs.append((table.base_label, _dong(base or Fraction(0))))
        if value.denominator != 1:
            sentence += " Văn bản không nói làm tròn nên giữ số chính xác."
    sentence += f" {table.paid}." if table.paid else ""
    sentence += f" {table.note}" if table.note else ""
    return Finding(
        f"money.{table.id}",
        "money",
        table.label,
        sentence,
        tuple(inputs),
        value,
        "đồng",
        book.cite(table.cite),
        effect,
    )


def _worth(table: MoneyTable, row: MoneyRow, base: Fraction | None, kind: str) -> tuple[str, Fraction | None]:
    """In words, and the amount before the floor if the base is given and every figure is there."""
    if row.percent_of_best is not None and row.percent_of_best != "open":
        share = Fraction(row.percent_of_best)
        best = _best(table, base, kind)
        return f"{percent(share)} số tiền của mức cao nhất", None if best is None else best * share / 100
    if row.coefficient is None or row.coefficient == "open":
        return "văn bản để ngỏ", None
    factor = Fraction(row.coefficient)
    words = f"{full_vi(factor)} lần {table.base_label}"
    return words, None if base is None else factor * base


def _best(table: MoneyTable, base: Fraction | None, kind: str) -> Fraction | None:
    """The best level's amount: its coefficient of the base; the base itself where the table has no coefficient."""
    rows = [row for row in table.rows if not row.kinds or kind in row.kinds]
    row = next((row for row in rows if row.coefficient is not None), None)
    if row is None or row.coefficient is None or base is None:
        return base
    if row.coefficient == "open":
        return None
    return max(Fraction(row.coefficient) * base, Fraction(row.floor or 0))


def fund_findings(books: Mapping[str, SchemeBook], case: Case) -> tuple[Finding, ...]:
    """Funds of `money.toml` for the agencies whose fund the file states."""
    found: dict[str, Finding] = {}
    for book in dict.fromkeys(books.values()):
        for fund in book.book.funds:
            for item in case.salary_funds:
                if item.fund != fund.id:
                    continue
                value = Fraction(item.amount) * Fraction(fund.percent) / 100
                share = percent(Fraction(fund.percent))
                key = f"fund.{fund.id}.{item.agency}"
                found[key] = Finding(
                    key,
                    "money",
                    fund.label,
                    f"{fund.label} của {item.agency}: {share} của {_dong(Fraction(item.amount))} "
                    f"({fund.of_label}) = {_dong(value)}.",
                    ((fund.of_label, _dong(Fraction(item.amount))), ("Tỷ lệ", share)),
                    value,
                    "đồng",
                    book.cite(fund.cite),
                    "counted",
                )
    return tuple(found.values())


def _dong(value: Fraction) -> str:
    """Exact đồng with dots between thousands; a fraction of a đồng stays a fraction."""
    whole = value.numerator // value.denominator
    rest = value - whole
    text = f"{whole:,}".replace(",", ".")
    return f"{text} đồng" if rest == 0 else f"{exact_vi(value)} đồng"
