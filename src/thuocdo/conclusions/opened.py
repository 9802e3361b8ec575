"""One assessment as its reader may see it, with the access check in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals.bill import Group, laid_out
from thuocdo.appraisals.scheme_shape import HEADS, TITLES
from thuocdo.conclusions import access, grouping, places, sheets
from thuocdo.conclusions.beside import Beside, beside
from thuocdo.conclusions.competences import rule_words
from thuocdo.conclusions.delivering import NOTHING
from thuocdo.conclusions.models import Assessment, AssessmentHold, AssessmentPart
from thuocdo.conclusions.newer import beside_now, newer
from thuocdo.conclusions.queries import OFFERED, again
from thuocdo.conclusions.reconsidering.found import Shown, of_subject
from thuocdo.engine.outcome import Finding, OpenQuestion, Outcome
from thuocdo.engine.schemes.schema import DisciplineTest
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.access import day_of
from thuocdo.records.observations.queries import Seen, standing
from thuocdo.rounds import books, gate
from thuocdo.rounds.models import RoundSubject

Part, State = AssessmentPart.Part, Assessment.State


@dataclass(frozen=True)
class View:
    """One assessment as the reader may see it. `verified` and `decided` are None where they are not there, or not for
    the reader yet; `outcome` is of the last part shown; `early` says what the rating step waits for; `given`: what
    other rooms delivered (label, value, source), as it is now where a form is open, else as it was frozen; `inside`:
    verification and opinions may be read; `leans`: levels that it was decided on and that were replaced since;
    `apart`: levels from paper that stand in no group, and how many; `newer`: what came since the verification;
    `running`: whether anything is written of it still; `full`: by level why there is no place for it, for whoever
    decides."""

    one: Assessment
    may: access.Reach
    form: sheets.Form
    own: AssessmentPart | None
    verified: AssessmentPart | None
    decided: AssessmentPart | None
    history: Sequence[AssessmentPart]
    holds: Sequence[AssessmentHold]
    outcome: Outcome | None
    bill: tuple[Group, ...]
    early: tuple[str, ...]
    rules: Sequence[tuple[str, str]]
    groups: Sequence[str]
    cells: Sequence[places.Count]
    given: Sequence[tuple[str, str, str]]
    inside: bool
    documents: Mapping[int, Mapping[str, Any]]
    beside: Beside | None = None
    observed: Sequence[Seen] = ()
    leans: Sequence[Shown] = ()
    apart: Sequence[tuple[str, int]] = ()
    newer: Sequence[str] = ()
    running: bool = True
    full: Mapping[str, Refusal] = field(default_factory=dict)

    def said(self, part: AssessmentPart | None) -> Mapping[str, Any]:
        """The document of a part; empty for none."""
        return self.documents.get(part.pk, {}) if part is not None else {}

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Each disciplinary decision of the part shown: whether it counts in this year and place, with the rule."""
        return tuple(one for one in self.outcome.findings if one.rule == "dating") if self.outcome is not None else ()

    @property
    def fault_rules(self) -> list[tuple[str, str]]:
        """What the text says of acts of an earlier year, at another place, and of two decisions on one act: words and
        articles, for whoever writes such decisions down."""
        scheme, book = self.form.scheme, self.form.book
        if scheme is None:
            return []
        rules: list[tuple[str, Any]] = [(rule.label, rule.cite) for rule in scheme.dating]
        rules += [(one.mitigation.label, one.mitigation.cite) for one in scheme.triggers if one.mitigation
                  and any(isinstance(test, DisciplineTest) for test in one.when)]  # fmt: skip
        return [(label, "; ".join(cite.text() for cite in book.cite(said))) for label, said in dict(rules).items()]

    @property
    def left_whole(self) -> bool:
        """Whether the text is open and names nothing to choose: the authority chooses the level itself."""
        return self.outcome is not None and self.outcome.left_whole

    @property
    def questions(self) -> tuple[OpenQuestion, ...]:
        """What the text leaves to the authority."""
        return self.outcome.open_points if self.outcome is not None else ()


def view(user: User, at: datetime, *, subject_id: int = 0, assessment_id: int = 0) -> View:
    """Raises NotYours."""
    on = day_of(at)
    one, may = access.of_subject(user, subject_id, on) if subject_id else access.by_key(user, assessment_id, on)
    waits = one.state == State.DECIDE
    form = sheets.form_of(one, live=_open(one, may), report=may.files or waits, opinions=may.verifies)
    rows = AssessmentPart.objects.filter(assessment=one.pk or 0).select_related("by", "by_person", "verified_by")
    parts = list(rows.order_by("number")) if one.pk else []
    inside = may.verifies or may.decides or (may.sees and not may.own)
    if not inside and one.state != State.DECIDED:
        parts = [part for part in parts if part.part != Part.VERIFICATION]
    last = {part.part: part for part in parts}
    shown = parts[-1] if parts else None
    if shown is not None and shown.part == Part.ORDER:
        shown = last.get(Part.DECISION)
    outcome = again(shown) if shown is not None and shown.outcome else None
    documents = {part.pk: json.loads(part.document) for part in parts}
    held = inside and getattr(one, "held", False)
    grouped = inside and one.group and one.round is not None and form.scheme is not None
    counted = places.counted(one.round, one.group) if grouped and one.round is not None else []
    raised = places.raised_of(one.round, [one.group]) if counted and one.round is not None else {}
    holds = AssessmentHold.objects.filter(assessment=one.pk).select_related("begun_by", "ended_by").order_by("pk")
    return View(
        one,
        may,
        form,
        last.get(Part.OWN),
        last.get(Part.VERIFICATION),
        last.get(Part.DECISION),
        parts,
        list(holds) if held else [],
        outcome,
        bill_of(outcome),
        _early(one) if one.state == State.DECIDE and may.decides else (),
        rule_words(form.book, one) if may.competence is None else (),
        _groups(one) if may.verifies and one.state == State.VERIFY and places.group_needed(form) else (),
        places.counts(one, form, counted, raised) if counted else (),
        _given(form) if _open(one, may) else _frozen(form, documents[shown.pk]) if shown is not None else (),
        inside,
        documents,
        beside(one, form.book),
        _observed(one),
        of_subject(one.subject_id) if inside and (not one.pk or getattr(one, "leans", False)) else (),
        _apart(one, form) if one.state == State.DECIDE and may.decides and one.group and form.scheme else (),
        _newer(one, may, form, last[Part.VERIFICATION], documents) if waits and inside else (),
        access.written(one),
        places.full(one, form, counted, raised) if waits and may.decides and one.round is not None else {},
    )


def _newer(
    one: Assessment, may: access.Reach, form: sheets.Form, verified: AssessmentPart, documents: Mapping[int, Any]
) -> Sequence[str]:
    """What came since the verification, for whoever verifies, decides or follows it."""
    live = _open(one, may) and one.round is not None
    now = form.delivered if live else beside_now(one.round, [one]).get(one.subject_id or 0, NOTHING)
    return newer(now, verified, documents[verified.pk])


def _observed(one: Assessment) -> Sequence[Seen]:
    """Observations on a leader in the time looked at: beside, never in the result. Up to two queries."""
    if one.kind != "leader" or one.person_id is None:
        return ()
    start, end = (date.fromisoformat(str(day)) for day in (one.start, one.end))
    return standing([one.person_id], start, end)


def _open(one: Assessment, may: access.Reach) -> bool:
    """Whether a form of facts stands open for the reader: the own part, or the verification. Where a decision waits,
    what was verified is shown, and the action refuses if it changed since."""
    if one.round is None or not access.written(one):
        return False
    if one.state in (State.OWN, State.VERIFY):
        return may.files or may.verifies
    return one.state == State.DECIDE and may.verifies and not may.decides


def _given(form: sheets.Form) -> tuple[tuple[str, str, str], ...]:
    found = form.delivered
    levels = [
        (_relation(form, name), "; ".join(f"{who}: {_at(form, level)}" for who, level in pairs) or "không có", "")
        for name, pairs in found.names.items()
    ]
    waits = [(_relation(form, name), f"{count} đối tượng chưa có mức", "") for name, count in found.waits.items()]
    return (*levels, *waits, *((line.label, line.value, line.source) for line in found.lines))


def _frozen(form: sheets.Form, document: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """What a part holds of other rooms: related subjects by name, and the lines with their sources."""
    found = []
    for name, items in ((document.get("subject") or {}).get("related") or {}).items():
        named = [one for one in items if one.get("name")]
        if named:
            said = "; ".join(f"{one['name']}: {_at(form, one.get('level', ''))}" for one in named)
            found.append((_relation(form, name), said, ""))
    return (*found, *((label, value, source) for _, label, value, source in document.get("sources", ())))


def _at(form: sheets.Form, level: str) -> str:
    return form.label(level) or "không xếp loại"


def _relation(form: sheets.Form, name: str) -> str:
    return next((r.label for r in form.scheme.relations if r.id == name), name) if form.scheme else name


def bill_of(outcome: Outcome | None) -> tuple[Group, ...]:
    """The findings as a bill, each line with its article."""
    if outcome is None:
        return ()
    return laid_out(((_head(f.id), f) for f in outcome.lines), TITLES, {})


def _head(finding: str) -> str:
    head, _, rest = finding.partition(".")
    return ("level" if rest else "result") if head == "level" else HEADS.get(head, "other")


def _early(one: Assessment) -> tuple[str, ...]:
    """What the rating step of the round waits for, in words with the articles."""
    if one.round is None or one.subject is None:
        return ()
    graph = books.rules_of(one.round).graph
    mine = [row for row in gate.standing_of(one.round, [one.subject])[one.subject.pk] if row.node.step == "rating"]
    keys = {int(key) for row in mine for wait in row.waits for key in wait.subjects[: gate.NAMED]}
    found = RoundSubject.objects.filter(pk__in=keys).values_list("pk", "name") if keys else ()
    names = {str(pk): name for pk, name in found}
    return tuple(gate.said(graph, wait, names) for row in mine for wait in row.waits)


def _groups(one: Assessment) -> list[str]:
    """Groups of the round that are named already."""
    rows = Assessment.objects.filter(round=one.round_id, kind=one.kind).exclude(group="")
    return list(rows.order_by("group").values_list("group", flat=True).distinct()[:OFFERED])


def _apart(one: Assessment, form: sheets.Form) -> list[tuple[str, int]]:
    """Levels of the kind that were written down from paper, of which no group is known."""
    assert one.round is not None, "a scheme is of a round"
    return [(form.label(level), number) for level, number in grouping.without_group(one.round, one.kind).items()]


def otherwise(view: View) -> list[tuple[str, str, str]]:
    """Where the self-rating says something else than what other rooms deliver, or than the report of the review: label,
    what it says, what they say."""
    form, own = view.form, view.own
    if own is None:
        return []
    typed: Mapping[str, str] = view.said(own)["fields"]
    found = []
    for line in form.delivered.lines:
        if typed.get(line.name, line.value) != line.value:
            found.append((line.label, typed[line.name], f"{line.value} ({line.source})"))
    report = form.delivered.report
    for name, mark in report.fields.items() if report else ():
        spec = form.spec(name)
        if spec is not None and report is not None and typed.get(name, "") not in ("", mark):
            found.append((spec.label, typed[name], f"{mark} ({report.said})"))
    if report is not None and report.level and own.level and report.level != own.level:
        found.append(("Mức tự nhận", form.label(own.level), f"{form.label(report.level)} ({report.said})"))
    return found
