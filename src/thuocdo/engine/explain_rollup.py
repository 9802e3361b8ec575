"""Findings of a quarter, half year or year: which scores were averaged, what fixed or held the level."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from thuocdo.engine.aggregate import RollupState
from thuocdo.engine.blocks import triggers
from thuocdo.engine.blocks.rollup import exact_mean
from thuocdo.engine.columns import RollupColumns
from thuocdo.engine.explain import Writer, band_finding
from thuocdo.engine.facts import MonthScore, QuarterScore, SubjectFacts
from thuocdo.engine.outcome import Finding
from thuocdo.engine.plan import Choice, Plan
from thuocdo.engine.schema import Cited, Trigger
from thuocdo.kernel.exact import exact_vi, full_vi

REASONS = {
    "maternity": "nghỉ thai sản",
    "sick_leave": "nghỉ ốm theo bảo hiểm xã hội",
    "unpaid_leave": "nghỉ không hưởng lương",
    "not_employed": "chưa hoặc không công tác tại cơ quan",
    "not_yet": "chưa có điểm",
    "other": "lý do khác",
}
WHY_NOT = {
    triggers.OTHER_YEAR: "quyết định không có hiệu lực trong năm đánh giá",
    triggers.FORMER: "vi phạm ở cơ quan cũ, tính vào kết quả ở cơ quan cũ",
    triggers.USED: "hành vi đã dùng để xếp loại ở năm khác",
    triggers.OTHER_READING: "hành vi được tính vào năm khác",
}
DATING_RULE = {
    triggers.FORMER: "former_agency",
    triggers.USED: "already_used",
    triggers.OTHER_READING: "one_year_only",
}


def rollup_score(columns: RollupColumns, state: RollupState, choice: Choice) -> Fraction | None:
    """The exact mean of row 0, rounded only if the reading rounds; None where no part has a score."""
    if int(state.rollup.count[0]) == 0:
        return None
    return exact_mean(columns, state.rollup.included, 0, choice.get("rounding"))


def rollup_findings(
    plan: Plan, subject: SubjectFacts, columns: RollupColumns, state: RollupState, choice: Choice
) -> Iterator[Finding]:
    """Findings in the order in which the rules apply."""
    writer = Writer(plan)
    year = columns.period.kind == "year"
    if year:
        yield from _worked(writer, subject, state)
    yield from _parts(writer, subject, columns)
    score = rollup_score(columns, state, choice)
    if score is not None and not bool(state.scoreless[0]):
        yield _mean(writer, columns, state, score)
        index = int(state.rollup.band[0])
        note = "" if year else plan.rulebook.book.period_note
        yield band_finding(plan, "level.by_score" if year else "band", score, index, note)
    if year:
        yield from _triggers(writer, subject, state)
        yield from _ceiling(writer, subject, state)


def _worked(writer: Writer, subject: SubjectFacts, state: RollupState) -> Iterator[Finding]:
    rule = writer.book.absence
    if rule is None:
        return
    facts = subject.year
    months = None if facts is None else facts.months_worked
    shown = "chưa ghi" if months is None else exact_vi(Fraction(months))
    held = [item for item in rule.exemptions if facts is not None and getattr(facts, item.fact)]
    cited: Cited = held[0] if held else rule
    inputs = (("Số tháng làm việc", shown), ("Tối thiểu", exact_vi(Fraction(rule.min_months))))
    if bool(state.worked.not_rated[0]):
        yield writer.make(
            "absence.months",
            "absence",
            "Thời gian làm việc trong năm",
            f"Làm việc {shown} tháng trong năm, chưa đủ {exact_vi(Fraction(rule.min_months))} tháng: "
            "không xếp loại.",
            cited=rule,
            inputs=inputs,
            effect="not_rated",
        )
    elif bool(state.worked.unknown[0]):
        yield writer.make(
            "absence.months",
            "absence",
            "Thời gian làm việc trong năm",
            "Chưa ghi số tháng làm việc trong năm.",
            cited=rule,
            inputs=inputs,
            effect="missing",
        )
    elif held:
        yield writer.make(
            "absence.exemption",
            "absence",
            "Thời gian làm việc trong năm",
            f"{held[0].label}.",
            cited=cited,
            inputs=inputs,
            effect="counted",
        )
    else:
        yield writer.make(
            "absence.months",
            "absence",
            "Thời gian làm việc trong năm",
            f"Làm việc {shown} tháng trong năm: thuộc diện xếp loại.",
            cited=rule,
            inputs=inputs,
            effect="counted",
        )


def _parts(writer: Writer, subject: SubjectFacts, columns: RollupColumns) -> Iterator[Finding]:
    mean = next(item for item in writer.book.means if item.period == columns.period.kind)
    for part in (*(subject.months or ()), *(subject.quarters or ())):
        if isinstance(part, MonthScore):
            key, name = f"rollup.month.{part.month}", f"Tháng {part.month}"
        else:
            assert isinstance(part, QuarterScore)
            key, name = f"rollup.quarter.{part.quarter}", f"Quý {part.quarter}"
        if part.score is not None:
            yield writer.make(
                key,
                "rollup",
                name,
                f"{name}: {full_vi(part.score)} điểm.",
                cited=mean,
                value=part.score,
                inputs=(("Điểm", exact_vi(part.score)),),
                unit="điểm",
                effect="counted",
            )
            continue
        why = REASONS[part.not_scored or "other"]
        rule = next(
            (
                item
                for item in writer.book.actual_time
                if part.not_scored in item.reasons and columns.period.kind in item.periods
            ),
            None,
        )
        yield writer.make(
            key,
            "rollup",
            name,
            f"{name}: không có điểm ({why}).",
            cited=rule or mean,
            inputs=(("Lý do", why),),
            unit="điểm",
            effect="counted" if rule else "missing",
        )


def _mean(writer: Writer, columns: RollupColumns, state: RollupState, score: Fraction) -> Finding:
    rule = next(item for item in writer.book.means if item.period == columns.period.kind)
    count = int(state.rollup.count[0])
    exact = exact_mean(columns, state.rollup.included, 0, None)
    sentence = f"Trung bình cộng {count} điểm: {exact_vi(exact * count)} / {count} = {full_vi(exact)} điểm."
    sentence += f" Làm tròn thành {exact_vi(score)} điểm." if score != exact else ""
    return writer.make(
        "rollup.mean",
        "rollup",
        rule.label,
        sentence,
        cited=rule,
        inputs=(("Số kỳ được tính", str(count)), ("Tổng điểm", exact_vi(exact * count))),
        value=score,
        unit="điểm",
        effect="scored",
    )


def _triggers(writer: Writer, subject: SubjectFacts, state: RollupState) -> Iterator[Finding]:
    for fired, trigger in zip(state.triggers.fired, writer.book.disqualifiers, strict=True):
        if bool(fired[0]):
            level = writer.plan.rulebook.level(trigger.level)
            yield writer.make(
                f"disqualifier.{trigger.id}",
                "triggers",
                trigger.label,
                f"{trigger.label}: xếp loại {level.label}.",
                cited=trigger,
                inputs=_records(subject, trigger, state),
                effect="triggered",
            )
    records = subject.year.disciplines if subject.year else ()
    for number, (record, why) in enumerate(zip(records, state.triggers.dated, strict=True), start=1):
        if int(why) in WHY_NOT:
            rule = next((d for d in writer.book.dating if d.id == DATING_RULE.get(int(why))), None)
            yield writer.make(
                f"dating.{record.act}.{number}",
                "triggers",
                f"Kỷ luật về hành vi {record.act}",
                f"Kỷ luật về hành vi {record.act} không tính vào năm này: {WHY_NOT[int(why)]}.",
                cited=rule,
                inputs=(("Ngày có hiệu lực", record.effective_date.strftime("%d/%m/%Y")),),
                effect="not_triggered",
            )


def _records(subject: SubjectFacts, trigger: Trigger, state: RollupState) -> tuple[tuple[str, str], ...]:
    if trigger.discipline is None or subject.year is None:
        return (("Dữ kiện", "có"),)
    shown = []
    for record, dated in zip(subject.year.disciplines, state.triggers.dated, strict=True):
        fits = record.about in trigger.discipline.about and record.side in trigger.discipline.sides
        if fits and int(dated) == triggers.COUNTS:
            shown.append((f"Hành vi {record.act}", f"có hiệu lực {record.effective_date:%d/%m/%Y}"))
    return tuple(shown)


def _ceiling(writer: Writer, subject: SubjectFacts, state: RollupState) -> Iterator[Finding]:
    rule, book = writer.book.ceiling, writer.plan.rulebook
    if rule is None or subject.leadership not in rule.roles:
        return
    if bool(state.held.unknown[0]):
        yield writer.make(
            "ceiling.organisation",
            "ceiling",
            rule.label,
            "Chưa có mức xếp loại của tổ chức do người này đứng đầu.",
            cited=rule,
            effect="missing",
        )
        return
    if subject.year is None or subject.year.organisation_level is None:
        return
    top = book.level(subject.year.organisation_level)
    before = book.bands[int(np.maximum(state.rollup.band[0], state.triggers.level[0]))]
    lowered = bool(state.held.lowered[0])
    word = f"nên hạ từ {before.label} xuống {top.label}" if lowered else f"nên giữ {before.label}"
    yield writer.make(
        "ceiling.organisation",
        "ceiling",
        rule.label,
        f"Tổ chức được xếp loại {top.label} {word}.",
        cited=rule,
        inputs=(("Mức của tổ chức", top.label), ("Mức trước khi xét trần", before.label)),
        effect="lowered" if lowered else "within",
    )
