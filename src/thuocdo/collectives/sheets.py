"""What a unit's sheet asks, how it is read and rated: the fields of its scheme, the tasks, the bonus points."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import Rated, canonical, fraction, outcome_of
from thuocdo.appraisals.scheme_fields import Asked, Read, is_own, read_fields
from thuocdo.appraisals.typed import LONG_TEXT, SHORT_TEXT, Problems, mapping, only
from thuocdo.collectives.models import UnitBonus, UnitResult, UnitRound, UnitSheet, UnitTask
from thuocdo.collectives.rules import DECIDED, counts
from thuocdo.engine import Outcome, Period, canonical_json, parse_subject
from thuocdo.engine.errors import CaseError
from thuocdo.engine.schema import PeriodKind
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.schema import Group, Scheme
from thuocdo.kernel.errors import Refusal
from thuocdo.rulesets import versions
from thuocdo.rulesets.fields import FieldGroup, FieldSpec, all_fields
from thuocdo.rulesets.scheme_fields import levels_of, scheme_fields, subject_of

Subject = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """A sheet with everything its scheme asks. `bonus_groups` are asked for and ruled one by one, not typed."""

    sheet: UnitSheet
    book: SchemeBook
    asked: Asked
    tasks: tuple[UnitTask, ...]
    bonuses: tuple[UnitBonus, ...]
    bonus_groups: tuple[Group, ...]

    @property
    def scheme(self) -> Scheme:
        return self.asked.scheme

    @property
    def open_questions(self) -> tuple[str, ...]:
        """Figures of this scheme that the text leaves to the authority and nobody has regulated yet."""
        start = f"{self.scheme.id}."
        return tuple(
            point.question
            for point in self.book.open_points
            if point.id not in self.book.settled and any(place.startswith(start) for place in point.places)
        )

    def label(self, code: str) -> str:
        """The name of a level; the code itself where the scheme has no such level."""
        return next((one.label for one in self.scheme.levels if one.code == code), code)


def period_of(one: UnitRound) -> Period:
    """The period of a round as the engine names it."""
    found: dict[str, Any] = {"kind": one.kind, "year": one.year}
    return Period.model_validate(found | ({} if one.kind == UnitRound.Kind.YEAR else {"number": one.number}))


def book_of(sheet: UnitSheet) -> SchemeBook:
    """The pinned rulebook, also after the installed one changed. Raises Refusal where it was not kept."""
    book = versions.pinned_book(sheet.rulebook, sheet.overlays, sheet.rulebook_hash)
    assert isinstance(book, SchemeBook), "units are rated by rulebooks of schemes (`rounds._sheet`)"
    return book


def form_of(sheet: UnitSheet) -> Form:
    """The form of a sheet that comes with its round. Two queries. Raises Refusal."""
    book = book_of(sheet)
    tasks, bonuses = tuple(sheet.tasks.order_by("number")), tuple(sheet.bonuses.order_by("pk"))
    scheme = scheme_for(book, sheet.kind, sheet.round)
    if scheme is None:
        raise Refusal("sheet.no_scheme", f"{book.title} không có khung cho loại đơn vị và kỳ này.")
    groups = tuple(g for g in (scheme.score.groups if scheme.score else ()) if g.bonus and not g.parts)
    apart = {f"marks.{g.slug}" for g in groups}
    if tasks:
        apart |= {f"tasks.{name}" for name in counts((), as_judged=False)}
    period = cast(PeriodKind, sheet.round.kind)
    fields = scheme_fields(scheme, "none", period, levels_of(scheme))
    own = _only(fields, [f.name for f in all_fields(fields) if is_own(f) and f.name not in apart])
    head = _only(fields, [f.name for f in all_fields(fields) if not is_own(f) and f.name not in apart])
    needed = frozenset(f.name for f in all_fields(own) if f.name.partition(".")[0] in ("marks", "grades"))
    return Form(sheet, book, Asked(scheme, own, head, needed), tasks, bonuses, groups)


def scheme_for(book: SchemeBook, kind: str, one: UnitRound) -> Scheme | None:
    """The scheme in force in the round's period for a kind of unit."""
    period = period_of(one)
    return in_force(book, period.start, period.end).scheme_for(kind, "none", cast(PeriodKind, one.kind))


def _only(groups: tuple[FieldGroup, ...], names: Sequence[str]) -> tuple[FieldGroup, ...]:
    found = (FieldGroup(g.title, tuple(f for f in g.fields if f.name in names), g.note) for g in groups)
    return tuple(g for g in found if g.fields)


@dataclass(frozen=True)
class Part:
    """A part read: its texts, the subject rated, the result; `problems` by field."""

    texts: dict[str, Any]
    subject: Subject
    outcome: Outcome
    problems: Problems

    def document(self, form: Form) -> str:
        """The one JSON text to freeze."""
        made = self.outcome
        said = {"kind": made.kind, "level": made.level or made.band or "", "score": fraction(made.score)}
        return canonical(frame(form) | self.texts | {"subject": self.subject, "outcome": said})


def read_self(form: Form, document: Mapping[str, Any], *, complete: bool) -> Part:
    """The unit's part: fields, evidence by field, texts, proposed level. `complete` raises Refused with every
    problem."""
    problems = Problems()
    only(document, ("fields", "evidence", "strengths", "shortcomings", "level"), problems)
    raw = mapping(document.get("fields", {}), problems, "fields")
    read = read_fields(form.asked.own, raw, problems, needed=form.asked.needed if complete else ())
    texts = {
        "fields": read.texts,
        "evidence": _evidence(form, document, problems),
        "strengths": problems.text("strengths", document.get("strengths", ""), most=LONG_TEXT, label="Ưu điểm"),
        "shortcomings": problems.text(
            "shortcomings", document.get("shortcomings", ""), most=LONG_TEXT, label="Hạn chế"
        ),
        "level": _level(form, document, problems, needed=complete),
    }
    if complete and problems:
        raise Refused(problems)
    return _rated(form, read, texts, problems, as_judged=False)


def read_authority(
    form: Form, document: Mapping[str, Any], filed: Mapping[str, Any], over: int, *, complete: bool
) -> Part:
    """The authority's part over what the unit filed: a reason for each difference; nothing may be missing."""
    problems = Problems()
    only(document, ("fields", "reasons", "comment", "level"), problems)
    raw = mapping(document.get("fields", {}), problems, "fields")
    read = read_fields(form.asked.groups, raw, problems, needed=form.asked.needed if complete else ())
    texts = {
        "over": over,
        "fields": read.texts,
        "reasons": _reasons(form, document, read, filed.get("fields", {}), problems, needed=complete),
        "comment": problems.text(
            "comment", document.get("comment", ""), most=LONG_TEXT, label="Nhận xét của cấp đánh giá", needed=complete
        ),
        "level": _level(form, document, problems, needed=False),
    }
    if complete and problems:
        raise Refused(problems)
    part = _rated(form, read, texts, problems, as_judged=True)
    if complete and part.outcome.missing:
        raise Refused({_field(form, name): f"Còn thiếu dữ kiện: {_name(form, name)}." for name in part.outcome.missing})
    return part


def _evidence(form: Form, document: Mapping[str, Any], problems: Problems) -> dict[str, str]:
    raw = mapping(document.get("evidence", {}), problems, "evidence")
    found = {}
    for spec in all_fields(form.asked.own):
        field, label = f"evidence.{spec.name}", f"Minh chứng của {spec.label}"
        text = problems.text(field, raw.get(spec.name, ""), most=SHORT_TEXT, label=label)
        if text:
            found[spec.name] = text
    return found


def _level(form: Form, document: Mapping[str, Any], problems: Problems, *, needed: bool) -> str:
    typed = document.get("level", "")
    if typed in {one.code for one in form.scheme.levels}:
        return str(typed)
    if typed or needed:
        problems["level"] = "Hãy chọn mức đề xuất trong danh sách."
    return ""


def _reasons(
    form: Form, document: Mapping[str, Any], read: Read, before: Mapping[str, str], problems: Problems, *, needed: bool
) -> dict[str, str]:
    raw, found = mapping(document.get("reasons", {}), problems, "reasons"), {}
    for spec in all_fields(form.asked.own):
        field = f"reasons.{spec.name}"
        reason = problems.text(field, raw.get(spec.name, ""), most=SHORT_TEXT, label=f"Lý do của {spec.label}")
        if read.texts.get(spec.name, "") == before.get(spec.name, ""):
            continue
        if reason:
            found[spec.name] = reason
        elif needed:
            problems[field] = f"{spec.label}: hãy ghi lý do, vì khác với phần đơn vị ghi."
    return found


def _rated(form: Form, read: Read, texts: dict[str, Any], problems: Problems, *, as_judged: bool) -> Part:
    subject = base_subject(form) | subject_of(read.values)
    if form.tasks:
        subject["tasks"] = dict(subject.get("tasks", {})) | counts(form.tasks, as_judged=as_judged)
    marks = dict(subject.get("marks", {}))
    for group in form.bonus_groups:
        marks[group.slug] = Decimal(bonus_points(form.bonuses, group.slug, ruled=as_judged)) / 100
    if marks:
        subject["marks"] = marks
    more = {"tasks": [_task(t) for t in form.tasks], "bonuses": [_bonus(b) for b in form.bonuses]}
    rated = rate(form.book, period_of(form.sheet.round), subject)
    return Part(texts | more, rated.subject, rated.outcome, problems)


def bonus_points(bonuses: Sequence[UnitBonus], group: str, *, ruled: bool) -> int:
    """Hundredths asked for in a group, or those that the authority gave."""
    return sum((b.given or 0) if ruled else b.asked for b in bonuses if b.group == group)


def rate(book: SchemeBook, period: Period, subject: Subject) -> Rated:
    """Rate a unit. Facts that the rulebook refuses become Refused, named by field."""
    try:
        facts = parse_subject(subject)
        outcome = outcome_of(book, facts, period)
    except CaseError as error:
        field = error.key.split("].", 1)[-1]
        raise Refused({field: f"{error.problem[:1].upper()}{error.problem[1:]}. {error.remedy}"}) from error
    return Rated(json.loads(canonical_json(facts)), outcome)


def base_subject(form: Form) -> Subject:
    """Who is rated, and in whose scope."""
    sheet = form.sheet
    return {
        "id": sheet.unit.code,
        "name": sheet.unit.name,
        "kind": sheet.kind,
        "parent": sheet.authority.code,
    }


def frame(form: Form) -> Subject:
    """What every stored document says about its sheet: period, pinned rule, unit."""
    one, sheet = form.sheet.round, form.sheet
    return {
        "period": period_of(one).model_dump(exclude_none=True),
        "rulebook": {"key": sheet.rulebook, "overlays": list(sheet.overlays), "hash": sheet.rulebook_hash},
        "unit": sheet.unit.name,
        "authority": sheet.authority.name,
    }


def _task(task: UnitTask) -> Subject:
    row = {name: getattr(task, name) for name in ("title", "given_by", "document", "evidence", "note", "judged_note")}
    flags = {name: getattr(task, name) for name in ("judged", "done", "late", "failing", "above", "above_claimed")}
    days = {"due": task.due.isoformat(), "done_on": task.done_on.isoformat() if task.done_on else None}
    return {"number": task.number, **row, **flags, **days}


def _bonus(bonus: UnitBonus) -> Subject:
    return {name: getattr(bonus, name) for name in ("group", "reason", "evidence", "asked", "given", "ruled_note")}


def show_as_decided(form: Form, results: Sequence[UnitResult]) -> None:
    """The judgements of a decided sheet, for a page alone, as its result froze them: what a reopened review that was
    given up left behind is not shown."""
    if form.sheet.state != DECIDED or not results:
        return
    document = json.loads(results[-1].document)
    tasks = {row["number"]: row for row in document.get("tasks", ())}
    for task in form.tasks:
        row = tasks.get(task.number, {"judged": False})
        for name in ("judged", "done", "late", "failing", "above", "judged_note"):
            setattr(task, name, row.get(name, getattr(task, name)))
    asked = ("group", "reason", "evidence", "asked")
    bonuses = {tuple(row[name] for name in asked): row for row in document.get("bonuses", ())}
    for bonus in form.bonuses:
        row = bonuses.get(tuple(getattr(bonus, name) for name in asked), {"given": None, "ruled_note": ""})
        bonus.given, bonus.ruled_note = row["given"], row["ruled_note"]


def _field(form: Form, name: str) -> str:
    return f"fields.{name}" if form.asked.spec(name) else name


def _name(form: Form, name: str) -> str:
    spec: FieldSpec | None = form.asked.spec(name)
    return spec.label if spec else name
