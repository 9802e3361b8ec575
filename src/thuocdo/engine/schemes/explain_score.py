"""Findings of a score: group by group, part by part, or the mean of earlier scores; they add up to the total."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuocdo.engine.facts import MonthScore
from thuocdo.engine.outcome import Effect, Finding
from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes.one import One
from thuocdo.engine.schemes.plan import ROLES, GroupPlan
from thuocdo.engine.schemes.wording import measure, row
from thuocdo.kernel.exact import decimal_vi, full_vi


def score_findings(one: One) -> Iterator[Finding]:
    """Every group that this role is marked by, and the total."""
    score = one.found.evaluator.score
    if score.rolled is not None and row(score.rolled):
        yield from _rolled(one)
        return
    role = ROLES.index(one.subject.leadership)
    by_members = role in one.own.mean_roles
    for place, group in enumerate(one.own.groups):
        if role in group.roles:
            yield from _members(one, group) if by_members and group.scale is None else _group(one, place, group)
    yield from _total(one)


def _make(
    one: One,
    finding_id: str,
    title: str,
    sentence: str,
    cited: Cited,
    effect: Effect,
    inputs: tuple[tuple[str, str], ...] = (),
    value: Fraction | None = None,
) -> Finding:
    cite = one.own.book.cite(cited.cite)
    return Finding(finding_id, "score", title, sentence, inputs, value, "điểm", cite, effect)


def _group(one: One, place: int, group: GroupPlan) -> Iterator[Finding]:
    spec = group.spec
    marks = one.subject.marks or {}
    if len(group.slots) > 1 or (group.slots and group.slots[0].slug != spec.slug):
        for part, slot in zip(spec.parts, group.slots, strict=True):
            mark = marks.get(slot.slug)
            most = "" if slot.most is None else f" trên tối đa {full_vi(Fraction(slot.most, 100))} điểm"
            said = "chưa có điểm" if mark is None else f"được {full_vi(Fraction(mark))}"
            yield _make(
                one,
                f"score.{slot.slug}",
                part.label,
                f"{part.label}: {said}{most}.",
                part,
                "missing" if mark is None and not spec.bonus else "scored",
                (("Điểm", "chưa có" if mark is None else full_vi(Fraction(mark))),),
                Fraction(mark or 0) if mark is not None or spec.bonus else None,
            )
    found = one.found.evaluator.score.groups[place]
    most_text = "" if group.most is None else f" trên tối đa {full_vi(Fraction(group.most, 100))} điểm"
    taken = Fraction((one.subject.deductions or {}).get(spec.slug, 0))
    if not row(found.known):
        waits = row(found.open)
        said = "điểm còn chờ chỗ văn bản để ngỏ" if waits else "chưa có điểm"
        effect: Effect = "left_open" if waits else "missing"
        yield _make(one, f"score.{spec.slug}", spec.label, f"{spec.label}: {said}{most_text}.", spec, effect)
        return
    points = Fraction(int(found.points[0]), 100 * one.own.unit)
    sentence, effect, inputs = _given(one, group, points)
    if taken:
        sentence += f"; trừ {full_vi(taken)} còn {full_vi(points - taken)} điểm"
        inputs += (("Điểm trừ", full_vi(taken)),)
        effect = "deducted"
        if spec.overflow and taken > points:
            sentence += ", phần trừ vượt điểm của nhóm lấy vào tổng điểm"
    yield _make(
        one,
        f"score.{spec.slug}",
        spec.label,
        f"{spec.label}: {sentence}{most_text}.",
        spec.scale or spec,
        effect,
        inputs,
        points - taken,
    )


def _given(one: One, group: GroupPlan, points: Fraction) -> tuple[str, Effect, tuple[tuple[str, str], ...]]:
    if group.scale is not None:
        columns = one.columns.values
        shown = tuple(
            (measure(one.own, name).capitalize(), full_vi(Fraction(int(columns[name][0]), one.own.unit_of(name))))
            for name, _ in (*group.scale.part, *group.scale.of)
        )
        part, whole = (
            sum(int(columns[name][0]) * factor for name, factor in names)
            for names in (group.scale.part, group.scale.of)
        )
        share = Fraction(100 * part, whole)
        return f"tỷ lệ {decimal_vi(share)}% được {full_vi(points)} điểm", "counted", shown
    if group.percent:
        given = sum((Fraction((one.subject.marks or {}).get(slot.slug, 0)) for slot in group.slots), Fraction(0))
        most = Fraction(group.most or 0, 100)
        cap = None if group.percent_cap is None else Fraction(group.percent_cap, 100)
        held = given if cap is None else min(given, cap)
        inputs: tuple[tuple[str, str], ...] = (("Tỷ lệ", f"{full_vi(given)}%"), ("Điểm tối đa", full_vi(most)))
        if cap is not None:
            inputs += (("Mức trần tỷ lệ", f"{full_vi(cap)}%"),)
        text = f"{full_vi(given)}%"
        if held != given:
            text += f", chặn ở {full_vi(held)}%,"
        effect: Effect = "capped" if held != given else "scored"
        return f"{text} của {full_vi(most)} được {full_vi(points)} điểm", effect, inputs
    return f"được {full_vi(points)}", "scored", (("Điểm", full_vi(points)),)


def _members(one: One, group: GroupPlan) -> Iterator[Finding]:
    """The exact mean of what the members of the leadership collective marked."""
    sheets = one.subject.member_marks or ()
    for slot in group.slots:
        label = slot.label
        marks = [sheet.marks.get(slot.slug) for sheet in sheets]
        cited: Cited = next((part for part in group.spec.parts if part.slug == slot.slug), group.spec)
        if not marks or (None in marks and not group.spec.bonus):
            yield _make(one, f"score.{slot.slug}", label, f"{label}: chưa đủ phiếu.", cited, "missing")
            continue
        total = sum((Fraction(mark or 0) for mark in marks), Fraction(0))
        mean = total / len(marks)
        yield _make(
            one,
            f"score.{slot.slug}",
            label,
            f"{label}: trung bình {len(marks)} phiếu là {full_vi(mean)} điểm.",
            cited,
            "scored",
            (("Số phiếu", str(len(marks))), ("Tổng điểm các phiếu", full_vi(total))),
            mean,
        )


def _total(one: One) -> Iterator[Finding]:
    spec = one.own.scheme.score
    if spec is None:
        return
    score = one.score if one.others else one.found.score(0)
    if score is None:
        return
    most = "" if spec.max == "open" else f" trên thang {full_vi(Fraction(spec.max))}"
    yield _make(
        one,
        "score.total",
        spec.label,
        f"{spec.label}: cộng được {full_vi(score)} điểm{most}.",
        spec,
        "scored",
        (("Tổng điểm", full_vi(score)),),
        score,
    )


def _rolled(one: One) -> Iterator[Finding]:
    rule = one.own.rollup
    assert rule is not None
    scores: list[Fraction] = []
    for part in one.subject.months or one.subject.quarters or ():
        monthly = isinstance(part, MonthScore)
        name = f"Tháng {part.month}" if isinstance(part, MonthScore) else f"Quý {part.quarter}"
        number = part.month if isinstance(part, MonthScore) else part.quarter
        key = f"rollup.{'month' if monthly else 'quarter'}.{number}"
        if part.score is not None:
            scores.append(part.score)
            yield _make(
                one,
                key,
                name,
                f"{name}: {full_vi(part.score)} điểm.",
                rule.spec,
                "counted",
                (("Điểm", full_vi(part.score)),),
                part.score,
            )
        else:
            left_out = part.not_scored in rule.spec.left_out
            said = "không tính vào trung bình" if left_out else "chưa có điểm"
            yield _make(one, key, name, f"{name}: {said}.", rule.spec, "not_triggered" if left_out else "missing")
    mean = one.found.score(0)
    if mean is None:
        return
    total = sum(scores, Fraction(0))
    yield _make(
        one,
        "rollup.mean",
        rule.spec.label,
        f"{rule.spec.label}: {full_vi(total)} chia {len(scores)} kỳ có điểm được {full_vi(mean)} điểm.",
        rule.spec,
        "scored",
        (("Tổng điểm", full_vi(total)), ("Số kỳ", str(len(scores)))),
        mean,
    )
