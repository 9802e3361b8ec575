"""Open points in words: which matter to this subject and what each reading would give, or how they were
settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Literal

from thuocdo.engine.facts import SubjectFacts
from thuocdo.engine.outcome import Finding, OpenQuestion, ReadingResult
from thuocdo.engine.period import FINE, NOT_RATED, REFUSED, Evaluation
from thuocdo.engine.plan import Choice, Plan
from thuocdo.engine.resolve import Combo, Variants
from thuocdo.engine.rulebook import Citation, PointOfLaw, Reading

ScoreOf = Callable[[Evaluation, Choice], Fraction | None]
ReadingKind = Literal["scored", "rated", "not_rated", "needs_decision", "refused"]


def question(
    plan: Plan, found: Variants, position: int, choice: Choice, score_of: ScoreOf, year: bool
) -> OpenQuestion:
    """The open point with the result of each reading; other open points stand at their first listed
    reading.
    """
    point = found.points[position]
    readings = tuple(
        _result(plan, found, position, index, reading, choice, score_of, year)
        for index, reading in enumerate(point.readings)
    )
    return OpenQuestion(point.id, point.question_vi, point.cite, readings)


def _result(
    plan: Plan,
    found: Variants,
    position: int,
    index: int,
    reading: Reading,
    choice: Choice,
    score_of: ScoreOf,
    year: bool,
) -> ReadingResult:
    combos = [combo for combo in found.results if combo[position] == index]
    kind, score, code = _seen(plan, found, combos[0], choice, score_of, year)
    depends = any(
        _changes(plan, found, combo, choice, score_of, year, (kind, score, code)) for combo in combos[1:]
    )
    label = plan.rulebook.level(code).label if code else ""
    note = reading.spec.reason if kind == "not_rated" else ""
    if kind == "refused":
        note = "Điểm này không được chấp nhận theo bước điểm đó."
    return ReadingResult(
        reading.id,
        reading.label_vi,
        reading.source,
        reading.confidence,
        kind,
        score,
        code,
        label,
        depends,
        note,
    )


def _changes(
    plan: Plan,
    found: Variants,
    combo: Combo,
    choice: Choice,
    score_of: ScoreOf,
    year: bool,
    first: tuple[ReadingKind, Fraction | None, str | None],
) -> bool:
    """Whether another reading of the other points gives something else; rounding alone only counts by its
    band.
    """
    kind, score, code = _seen(plan, found, combo, choice, score_of, year)
    rounds = any(p.joint == "rounding" and i > 0 for p, i in zip(found.points, combo, strict=True))
    return (kind, code) != (first[0], first[2]) or (score != first[1] and not rounds)


def _seen(
    plan: Plan, found: Variants, combo: Combo, choice: Choice, score_of: ScoreOf, year: bool
) -> tuple[ReadingKind, Fraction | None, str | None]:
    state = found.results[combo]
    status = int(state.status[0])
    if status != FINE:
        kinds: dict[int, ReadingKind] = {NOT_RATED: "not_rated", REFUSED: "refused"}
        return kinds.get(status, "needs_decision"), None, None
    picked = dict(choice)
    picked.update({p.joint: p.readings[i].spec for p, i in zip(found.points, combo, strict=True)})
    return "rated" if year else "scored", score_of(state, picked), plan.codes[int(state.band[0])]


def point_findings(
    plan: Plan,
    subject: SubjectFacts,
    state: Evaluation,
    questions: Sequence[OpenQuestion],
    agreeing: frozenset[str],
) -> Iterator[Finding]:
    """A finding for every open point that these facts touch."""
    asked = {item.id for item in questions}
    for point in plan.rulebook.open_points:
        if point.id in asked:
            yield _finding(point, point.question_vi, point.cite, "left_open", ())
        elif point.id in agreeing:
            yield _finding(
                point,
                f"{point.question_vi} Mọi cách hiểu cho cùng kết quả nên kết quả đứng vững.",
                point.cite,
                "readings_agree",
                (),
            )
        elif point.joint in state.touched and bool(state.touched[point.joint][0]):
            yield from _settled(plan, point, subject)


def _settled(plan: Plan, point: PointOfLaw, subject: SubjectFacts) -> Iterator[Finding]:
    if point.settled is not None:
        reading = point.readings[point.index_of(point.settled.reading)]
        title = plan.rulebook.overlay_titles[point.settled.overlay]
        yield _finding(
            point,
            f"{point.question_vi} {title} chọn: {reading.label_vi}. Người quyết định: "
            f"{point.settled.by}. Lý do: {point.settled.reason}",
            point.settled.cite,
            "settled_by_overlay",
            (
                ("Cách hiểu", reading.label_vi),
                ("Quy chế", title),
                ("Người quyết định", point.settled.by),
                ("Lý do", point.settled.reason),
            ),
        )
    elif point.id in subject.decisions:
        decision = subject.decisions[point.id]
        reading = point.readings[point.index_of(decision.reading)]
        yield _finding(
            point,
            f"{point.question_vi} {decision.by} quyết định: {reading.label_vi}. Lý do: {decision.reason}",
            point.cite,
            "settled_by_decision",
            (("Cách hiểu", reading.label_vi), ("Người quyết định", decision.by), ("Lý do", decision.reason)),
        )


def _finding(
    point: PointOfLaw,
    sentence: str,
    cite: tuple[Citation, ...],
    effect: Literal["left_open", "readings_agree", "settled_by_overlay", "settled_by_decision"],
    inputs: tuple[tuple[str, str], ...],
) -> Finding:
    return Finding(
        f"open.{point.id}", "open_points", "Điểm luật còn để ngỏ", sentence, inputs, None, "", cite, effect
    )
