"""Findings of one subject, made from the same evaluation with its intermediates kept: sheet total line by
line.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuocdo.engine.facts import Product, SubjectFacts
from thuocdo.engine.outcome import Effect, Finding
from thuocdo.engine.period import PeriodState
from thuocdo.engine.plan import Plan
from thuocdo.engine.schema import Cited, Deduction
from thuocdo.kernel.exact import exact_vi, full_vi

LINE_WORDS = {
    "assigned": "được giao",
    "completed": "hoàn thành",
    "quality_met": "đạt chất lượng",
    "on_time": "đúng tiến độ",
}


def hundredths(value: Any) -> Fraction:
    """A stored count of hundredths as the number it stands for."""
    return Fraction(int(value), 100)


class Writer:
    """Makes findings with the rulebook's citations."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.book = plan.rulebook.book

    def make(
        self,
        finding_id: str,
        rule: str,
        title: str,
        sentence: str,
        *,
        cited: Cited | None,
        inputs: tuple[tuple[str, str], ...] = (),
        value: Fraction | None = None,
        unit: str = "",
        effect: Effect = "counted",
    ) -> Finding:
        cite = self.plan.rulebook.cite(cited.cite) if cited is not None else ()
        return Finding(finding_id, rule, title, sentence, inputs, value, unit, cite, effect)


def period_findings(plan: Plan, subject: SubjectFacts, state: PeriodState) -> Iterator[Finding]:
    """Findings of a month or quarter scored from products, from the marks to the band."""
    writer = Writer(plan)
    yield from _marks(writer, subject, state)
    yield from _lines(writer, subject.products or (), state)
    yield from _ratios(writer, state)
    yield from _leadership(writer, subject, state)
    if not bool(state.products.empty[0]):
        yield from _total(writer, state)


def _marks(writer: Writer, subject: SubjectFacts, state: PeriodState) -> Iterator[Finding]:
    general = writer.book.general
    marks = subject.marks or {}
    for item in writer.plan.rulebook.criteria:
        if item.slug not in marks:
            yield writer.make(
                f"general.{item.slug}",
                "criteria",
                f"{item.code} {item.label}",
                f"Tiêu chí {item.code} chưa có điểm (tối đa {exact_vi(Fraction(item.max))}).",
                cited=item,
                inputs=(("Điểm tối đa", exact_vi(Fraction(item.max))),),
                unit="điểm",
                effect="missing",
            )
            continue
        points = Fraction(marks[item.slug])
        yield writer.make(
            f"general.{item.slug}",
            "criteria",
            f"{item.code} {item.label}",
            f"Tiêu chí {item.code} được {exact_vi(points)} trên tối đa {exact_vi(Fraction(item.max))} điểm.",
            cited=item,
            inputs=(("Điểm", exact_vi(points)), ("Điểm tối đa", exact_vi(Fraction(item.max)))),
            value=points,
            unit="điểm",
            effect="scored",
        )
    total = hundredths(state.criteria.total[0])
    word = (
        "Cộng các tiêu chí đã có điểm" if bool(state.criteria.missing[0]) else "Cộng điểm các tiêu chí chung"
    )
    yield writer.make(
        "general.total",
        "criteria",
        general.label,
        f"{word} được {exact_vi(total)} trên tối đa {exact_vi(Fraction(general.max))} điểm.",
        cited=general,
        inputs=tuple(
            (item.code, exact_vi(Fraction(marks[item.slug])))
            for item in writer.plan.rulebook.criteria
            if item.slug in marks
        ),
        value=total,
        unit="điểm",
        effect="scored",
    )


def _lines(writer: Writer, products: tuple[Product, ...], state: PeriodState) -> Iterator[Finding]:
    trace = state.products.trace
    assert trace is not None
    book, plan = writer.book, writer.plan
    for row, line in enumerate(products):
        factor = Fraction(line.coefficient)
        inputs = [("Hệ số quy đổi K", exact_vi(factor))]
        assigned = Fraction(int(trace.assigned[row]), 10_000)
        inputs += [("Số lượng giao A", exact_vi(Fraction(line.assigned))), ("A·K", exact_vi(assigned))]
        words, floored = [], False
        for index, spec in enumerate(book.products.ratios):
            quantity = getattr(line, spec.counts)
            left = Fraction(int(trace.left[index][row]), 10_000 * plan.scale)
            label = LINE_WORDS[spec.counts]
            inputs.append(
                (f"Số lượng {label}", "chưa báo cáo" if quantity is None else exact_vi(Fraction(quantity)))
            )
            times, beyond = trace.occurrences[index], trace.beyond[index]
            if spec.deduction is not None and times is not None:
                inputs.extend(_taken(spec.deduction, line, spec.label.lower(), int(times[row]), left / factor))
                floored = floored or (beyond is not None and bool(beyond[row]))
            inputs.append((f"Tính vào {spec.label.lower()}", exact_vi(left)))
            words.append(f"{spec.label.lower()} {exact_vi(left)}")
        name = f"{line.id} {line.name}" if line.name else line.id
        notes = [item.label for item in book.products.exclusions if getattr(line, item.flag)]
        sentence = f"Sản phẩm {name}: được giao quy đổi {exact_vi(assigned)}; tính vào {', '.join(words)}."
        sentence += "".join(f" {note}." for note in notes) + (_beyond(writer) if floored else "")
        deducted = any(column is not None and int(column[row]) > 0 for column in trace.occurrences)
        cited: Cited = next(
            (item for item in book.products.exclusions if getattr(line, item.flag)), book.products
        )
        yield writer.make(
            f"product.{line.id}",
            "products",
            name,
            sentence,
            cited=cited,
            inputs=tuple(inputs),
            value=assigned,
            unit="đơn vị chuẩn",
            effect="deducted" if deducted else "counted",
        )


def _taken(spec: Deduction, line: Product, label: str, times: int, left: Fraction) -> Iterator[tuple[str, str]]:
    """How often something is taken for one ratio, from which products where that was said, and how many are left."""
    yield f"Số lần trừ ({label})", str(times)
    each: tuple[int, ...] | None = getattr(line, f"{spec.occurrences}_each")
    if each is not None:
        yield f"Số lần của từng sản phẩm ({label})", "; ".join(map(str, each))
    if times and not line.handed_back:
        whose = "cả dòng" if spec.per == "line" else "cả công việc" if line.one_piece else "sản phẩm đó"
        yield f"Mỗi lần trừ ({label})", f"{exact_vi(Fraction(spec.percent))}% điểm của {whose}"
        yield f"Còn được tính ({label})", exact_vi(left)


def _beyond(writer: Writer) -> str:
    """Said where occurrences take more than all of a product: how the rulebook may read that, and how sure it is."""
    points = [point for point in writer.plan.rulebook.open_points if point.joint == "deduction_floor"]
    readings = [
        f"{r.label_vi[0].lower()}{r.label_vi[1:]} ({r.source}; mức tin cậy {r.confidence})"
        for point in points
        for r in point.readings
    ]
    return f" Có sản phẩm bị trừ quá 100% phần của mình: {', hoặc '.join(readings)}." if readings else ""


def _ratios(writer: Writer, state: PeriodState) -> Iterator[Finding]:
    part, products, plan = state.products, writer.book.products, writer.plan
    per_unit = 10_000 * plan.scale
    denominator = Fraction(int(part.denominator[0]), per_unit)
    yield writer.make(
        "results.denominator",
        "products",
        products.denominator_label,
        f"{products.denominator_label}: {exact_vi(denominator)}.",
        cited=products,
        value=denominator,
        unit="đơn vị chuẩn",
        effect="counted",
    )
    if denominator == 0:
        return
    for index, spec in enumerate(products.ratios):
        whole, capped = int(part.numerators[index][0]), int(part.capped[index][0])
        ratio = Fraction(capped, int(part.denominator[0]))
        numerator = Fraction(whole, per_unit)
        sentence = (
            f"{spec.label} ({spec.symbol}): {exact_vi(numerator)} / {exact_vi(denominator)} = "
            f"{full_vi(Fraction(whole, int(part.denominator[0])) * 100)}%."
        )
        effect: Effect = "counted"
        if capped != whole:
            sentence += " Chặn ở 100%."
            effect = "capped"
        yield writer.make(
            f"results.{spec.slug}",
            "products",
            f"{spec.label} ({spec.symbol})",
            sentence,
            cited=spec,
            inputs=(("Tử số", exact_vi(numerator)), ("Mẫu số", exact_vi(denominator))),
            value=ratio,
            unit="tỷ lệ",
            effect=effect,
        )


def _leadership(writer: Writer, subject: SubjectFacts, state: PeriodState) -> Iterator[Finding]:
    factors = writer.book.factors
    if factors is None or not bool(state.factors.leader[0]):
        return
    for index, item in enumerate(factors.items):
        value = int(state.factors.values[0, index])
        title = f"{item.label} ({item.symbol})"
        if value < 0:
            yield writer.make(
                f"results.leadership.{item.slug}",
                "factors",
                title,
                f"{title}: chưa có mức {' hoặc '.join(f'{v}%' for v in writer.plan.factor_values)}.",
                cited=item,
                unit="tỷ lệ",
                effect="missing",
            )
            continue
        inputs: tuple[tuple[str, str], ...] = (("Mức", f"{value}%"),)
        sentence = f"{title}: {value}%."
        if item.derived is not None and bool(state.factors.derived[0]):
            line = exact_vi(Fraction(item.derived.at_least))
            below = [
                s
                for s in subject.subordinates or ()
                if s.score is not None and s.score < item.derived.at_least
            ]
            inputs += tuple(
                (f"Điểm của {s.id}", "chưa có" if s.score is None else full_vi(s.score))
                for s in subject.subordinates or ()
            )
            sentence = (
                f"{title}: {value}% vì {len(below)} công chức thuộc phạm vi phụ trách dưới {line} điểm."
                if below
                else f"{title}: {value}% vì mọi công chức thuộc phạm vi phụ trách đạt từ {line} điểm."
            )
        yield writer.make(
            f"results.leadership.{item.slug}",
            "factors",
            title,
            sentence,
            cited=item,
            inputs=inputs,
            value=Fraction(value, 100),
            unit="tỷ lệ",
            effect="counted",
        )


def _total(writer: Writer, state: PeriodState) -> Iterator[Finding]:
    total, spec = state.total, writer.book.total
    count = int(total.count[0])
    mean = Fraction(int(total.mean_num[0]), 100 * count * int(total.base[0]))
    yield writer.make(
        "results.mean",
        "total",
        spec.mean_label,
        f"Trung bình cộng {count} tỷ lệ: {full_vi(mean * 100)}%.",
        cited=spec,
        inputs=(("Số tỷ lệ", str(count)), ("Tổng các tỷ lệ", exact_vi(mean * count))),
        value=mean,
        unit="tỷ lệ",
        effect="counted",
    )
    den = int(total.den[0]) * 100
    uncapped, result = Fraction(int(total.uncapped_num[0]), den), Fraction(int(total.result_num[0]), den)
    held = result != uncapped
    weight, ceiling = exact_vi(Fraction(spec.weight)), exact_vi(Fraction(spec.ceiling))
    sentence = f"{spec.results_label}: {weight} × {exact_vi(mean)} = {full_vi(uncapped)} điểm."
    sentence += f" Chặn ở {ceiling} điểm." if held else ""
    yield writer.make(
        "results.points",
        "total",
        spec.results_label,
        sentence,
        cited=spec,
        inputs=(("Trọng số", weight), ("Trung bình", exact_vi(mean)), ("Mức trần", ceiling)),
        value=result,
        unit="điểm",
        effect="capped" if held else "scored",
    )
    general = hundredths(state.criteria.total[0])
    score = Fraction(int(state.num[0]), 100 * int(state.den[0]))
    exact = general + result
    sentence = f"Tổng điểm: {exact_vi(general)} + {exact_vi(result)} = {full_vi(exact)} điểm."
    sentence += f" Làm tròn thành {exact_vi(score)} điểm." if score != exact else ""
    yield writer.make(
        "total",
        "total",
        spec.label,
        sentence,
        cited=spec,
        inputs=(("Tiêu chí chung", exact_vi(general)), ("Kết quả", exact_vi(result))),
        value=score,
        unit="điểm",
        effect="scored",
    )


def band_finding(plan: Plan, finding_id: str, score: Fraction, index: int, note: str) -> Finding:
    """Which band the score reaches, and the bound above it that it does not."""
    band = plan.rulebook.bands[index]
    above = plan.rulebook.bands[index - 1] if index > 0 else None
    sentence = f"{full_vi(score)} điểm"
    sentence += f", dưới {exact_vi(Fraction(above.at_least))}" if above else ""
    sentence += f", từ {exact_vi(Fraction(band.at_least))} trở lên" if band.at_least > 0 else ""
    sentence += f": {band.label}" + (f" ({note})." if note else ".")
    inputs = [("Điểm", exact_vi(score)), ("Ngưỡng của mức", exact_vi(Fraction(band.at_least)))]
    if above:
        inputs.append(("Ngưỡng của mức trên", exact_vi(Fraction(above.at_least))))
    return Writer(plan).make(
        finding_id,
        "bands",
        "Mức tương ứng" if note else "Mức theo điểm",
        sentence,
        cited=band,
        inputs=tuple(inputs),
        value=score,
        unit="điểm",
        effect="rated",
    )
