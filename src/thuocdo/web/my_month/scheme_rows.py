"""The fields of a scheme's sheet as a page shows them: what was typed, what the owner wrote, what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuocdo.appraisals.scheme_fields import is_own
from thuocdo.engine import Outcome
from thuocdo.kernel.exact import decimal_vi
from thuocdo.rulesets.fields import FieldGroup, FieldSpec


@dataclass(frozen=True)
class Input:
    """One field. `name` is its id too; `before` what the owner wrote, shown to the rater; `now` what stands typed, in
    words; `heading` the group whose parts follow each other, `short` the label below it."""

    name: str
    label: str
    kind: str
    hint: str
    options: tuple[tuple[str, str], ...]
    typed: str
    problem: str
    before: str = ""
    reason_name: str = ""
    reason: str = ""
    reason_problem: str = ""
    now: str = ""
    heading: str = ""
    short: str = ""


@dataclass(frozen=True)
class InputGroup:
    """Fields under one legend; `optional` ones are folded until something stands in them."""

    title: str
    note: str
    inputs: tuple[Input, ...]
    optional: bool = False

    @property
    def used(self) -> bool:
        """Whether something stands typed here, or is wrong."""
        return any(one.typed or one.problem for one in self.inputs)

    @property
    def said(self) -> bool:
        """Whether somebody wrote anything here."""
        return any(one.before or one.reason for one in self.inputs)


def own_rows(
    groups: Iterable[FieldGroup], typed: Mapping[str, Any], errors: Mapping[str, str]
) -> tuple[InputGroup, ...]:
    """The owner's form."""
    return tuple(
        InputGroup(g.title, g.note, tuple(_input(s, str(typed.get(s.name, "")), errors) for s in g.fields), g.optional)
        for g in groups
    )


def judged_rows(
    groups: Iterable[FieldGroup],
    before: Mapping[str, str],
    typed: Mapping[str, Any],
    reasons: Mapping[str, Any],
    errors: Mapping[str, str],
) -> tuple[InputGroup, ...]:
    """The rater's form: each field starts with what the owner wrote."""

    def row(spec: FieldSpec) -> Input:
        said = before.get(spec.name, "")
        reason = f"reasons.{spec.name}"
        now = str(typed.get(spec.name, "" if spec.kind == "check" and typed else said))
        return _input(
            spec,
            now,
            errors,
            before=_words(spec, said) if is_own(spec) else "",
            reason_name="" if spec.name.startswith("disciplines.") else reason,
            reason=str(reasons.get(spec.name, "")),
            reason_problem=errors.get(reason, ""),
            now=_words(spec, now),
        )

    return tuple(InputGroup(g.title, g.note, tuple(row(s) for s in g.fields)) for g in groups)


def _input(spec: FieldSpec, typed: str, errors: Mapping[str, str], **more: str) -> Input:
    name = f"fields.{spec.name}"
    kind = "radio" if spec.name.startswith("grades.") else spec.kind
    heading = {"heading": spec.heading, "short": spec.label.removeprefix(f"{spec.heading}: ")}
    return Input(name, spec.label, kind, spec.hint, spec.options, typed, errors.get(name, ""), **more, **heading)


def _words(spec: FieldSpec, text: str) -> str:
    return dict(spec.options).get(text, text) or "không ghi"


@dataclass(frozen=True)
class Running:
    """What was typed gives so far: points, level, and what is still to be settled. `part`: the points are those that
    could be counted, not all; `asks`: whoever evaluates has something to decide."""

    points: str
    level: str
    reason: str
    questions: tuple[str, ...]
    part: bool = False
    asks: bool = False


def running(outcome: Outcome, label: str) -> Running:
    """The result of the engine for what was readable; the points add up even where a level needs more."""
    total = outcome.score
    if total is None:
        parts = [f.value for f in outcome.findings if f.id.startswith("score.") and f.id.count(".") == 1]
        known = [value for value in parts if value is not None]
        total = sum(known, Fraction(0)) if known else None
    return Running(
        decimal_vi(total) if total is not None else "chưa có",
        label,
        outcome.reason,
        tuple(q.question_vi for q in outcome.open_points if q.question_vi not in outcome.reason),
        outcome.score is None and total is not None,
        bool(outcome.open_points),
    )
