"""What rating yields: the outcome of one subject, its findings, and what the law leaves to a decision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from thuocdo.engine.coverage import Selection
from thuocdo.engine.rulebook import Citation
from thuocdo.kernel.exact import decimal_text, fraction_text

Kind = Literal["scored", "rated", "not_rated", "needs_decision"]
Effect = Literal[
    "scored",
    "counted",
    "capped",
    "deducted",
    "triggered",
    "not_triggered",
    "met",
    "not_met",
    "lowered",
    "left_open",
    "missing",
    "readings_agree",
    "settled_by_overlay",
    "settled_by_decision",
    "not_rated",
    "rated",
    "within",
    "exceeded",
    "refused",
    "assumed",
]


WORDS = frozenset({"title", "sentence", "reason", "question", "label", "note", "unit", "inputs"})
"""Of an outcome's canonical form, what is said to a reader. A later version may say it in other words."""


def deciding(text: str) -> Any:
    """What a stored outcome decided, without the words it said it in: kind, exact score, level, missing facts,
    questions and what their readings give, findings by id, rule, effect, value and article. ValueError where it is no
    JSON.

    >>> deciding('{"level":"good","reason":"…","findings":[{"id":"level","sentence":"…"}]}')
    {'level': 'good', 'findings': [{'id': 'level'}]}
    """
    return _without_words(json.loads(text))


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_words(item) for name, item in value.items() if name not in WORDS}
    return [_without_words(item) for item in value] if isinstance(value, list) else value


def number(value: Fraction | None) -> dict[str, str] | None:
    """A fraction as `{"exact", "decimal"}`; the decimal is cut after 4 places where it does not end."""
    return None if value is None else {"exact": fraction_text(value), "decimal": decimal_text(value)}


@dataclass(frozen=True)
class Finding:
    """One rule that was tested: its inputs as exact text, what it gave, and the articles it comes from."""

    id: str
    rule: str
    title_vi: str
    sentence_vi: str
    inputs: tuple[tuple[str, str], ...]
    value: Fraction | None
    unit: str
    cite: tuple[Citation, ...]
    effect: Effect

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "rule": self.rule,
            "title": self.title_vi,
            "sentence": self.sentence_vi,
            "inputs": [[label, text] for label, text in self.inputs],
            "value": number(self.value),
            "unit": self.unit,
            "effect": self.effect,
            "cite": [
                {"instrument": c.instrument, "article": c.article, "confidence": c.confidence}
                for c in self.cite
            ],
        }


def selection_finding(found: Selection, effect: Effect = "counted") -> Finding:
    """Which instrument was selected for a subject."""
    sure = found.confidence or "không có"
    inputs = (("Văn bản", found.instrument), ("Độ tin cậy", sure))
    sentence = f"{found.sentence_vi} ({found.cite})"
    return Finding("selection", "selection", "Quy định áp dụng", sentence, inputs, None, "", (), effect)


@dataclass(frozen=True)
class ReadingResult:
    """What one reading would give. `depends` is true when another open point changes it again."""

    id: str
    label_vi: str
    source: str
    confidence: str
    outcome: Literal["scored", "rated", "not_rated", "needs_decision", "refused"]
    score: Fraction | None
    band: str | None
    band_label_vi: str
    depends: bool
    note_vi: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "label": self.label_vi,
            "source": self.source,
            "confidence": self.confidence,
            "outcome": self.outcome,
            "score": number(self.score),
            "band": self.band,
            "depends": self.depends,
            "note": self.note_vi,
        }


@dataclass(frozen=True)
class OpenQuestion:
    """A point of law that this subject's result hangs on, in words, with what each reading would give."""

    id: str
    question_vi: str
    cite: tuple[Citation, ...]
    readings: tuple[ReadingResult, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "question": self.question_vi,
            "readings": [r.to_dict() for r in self.readings],
            "cite": [
                {"instrument": c.instrument, "article": c.article, "confidence": c.confidence}
                for c in self.cite
            ],
        }


@dataclass(frozen=True)
class Outcome:
    """The result of one subject.

    `band` is the corresponding band of a month, quarter or half year (not a rating); `level` is the level of
    a year, or of a period in which the instrument rates; `label_vi` is its name in the subject's own scheme; `within`
    the levels of a scheme that facts and rules leave possible; `absent` what was read as “no” because nobody stated it,
    and what that decided (both said of the moment, not stored).
    `reason` says in Vietnamese why there is no result (`not_rated`, `needs_decision`). `missing` names facts that
    are not there yet.
    """

    id: str
    kind: Kind
    score: Fraction | None
    band: str | None
    level: str | None
    findings: tuple[Finding, ...]
    open_points: tuple[OpenQuestion, ...]
    reason: str = ""
    missing: tuple[str, ...] = ()
    year: bool = False
    label_vi: str = ""
    within: tuple[str, ...] = ()
    absent: Finding | None = None

    @property
    def lines(self) -> tuple[Finding, ...]:
        """What there is to read of this outcome: the findings, and what was read as “no” because nobody stated it."""
        return self.findings if self.absent is None else (*self.findings, self.absent)

    @property
    def left_whole(self) -> bool:
        """Whether the text leaves the result open and names no reading to choose: the authority chooses the level."""
        open_ = self.kind == "needs_decision" and not self.missing
        return open_ and not any(point.readings for point in self.open_points)

    def finding(self, finding_id: str) -> Finding:
        """Finding by id; raises KeyError."""
        for item in self.findings:
            if item.id == finding_id:
                return item
        raise KeyError(finding_id)

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = {"id": self.id, "outcome": self.kind, "score": number(self.score)}
        result["level" if self.year else "band"] = self.level if self.year else self.band
        result["reason"] = self.reason
        result["missing"] = list(self.missing)
        result["open_points"] = [item.to_dict() for item in self.open_points]
        result["findings"] = [item.to_dict() for item in self.findings]
        return result

    def to_json(self) -> str:
        """Canonical JSON of `to_dict`."""
        return json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class QuotaCell:
    """A quota in one agency, one similar-task group, or under one parent: counts, places and candidates; it lowers
    nobody. `places` is None where a figure is open or a fact is missing. `side`: which subjects it counts
    (`schemes.explain_quota.SIDES`), where the file holds others whom the same quota counts by themselves. `readings`:
    where a person's level differs from place to place, the count that uses most of the share and the one that uses
    least; the cell then says what both say, or is open, and its other figures are those of the first.
    """

    quota: str
    agency: str
    group: str | None
    percent: Fraction
    base: int
    at_level: int
    places: int | None
    stable_places: int | None
    candidates: tuple[str, ...]
    undecided: tuple[str, ...]
    exceeded: bool
    finding: Finding
    parent: str | None = None
    side: str | None = None
    readings: tuple[QuotaCell, ...] = ()


@dataclass(frozen=True)
class CaseResult:
    """Outcomes by subject id in the order of the file, and findings about all of them together."""

    outcomes: dict[str, Outcome]
    findings: tuple[Finding, ...]
    quotas: tuple[QuotaCell, ...]
    rulebooks: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "outcomes": [item.to_dict() for item in self.outcomes.values()],
            "findings": [item.to_dict() for item in self.findings],
        }
