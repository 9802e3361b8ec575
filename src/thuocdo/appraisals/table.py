"""The evaluator's one table: all sheets with self-score, judged score, difference, flags and the last
months."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef

from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.facts import Compared
from thuocdo.appraisals.flags import given_flags
from thuocdo.appraisals.frozen import Filed, Frozen, Line, document_of, filed_by, frozen
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, PaperEntry, Petition, Sheet
from thuocdo.appraisals.paper.notes import PaperNote, note_of
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.situations import Situation, ground_of, read_dates, situations_of
from thuocdo.appraisals.table_pages import WHOLE, Part, by_name, near
from thuocdo.appraisals.work_beside import outstanding
from thuocdo.audit.digests import canonical, sha256
from thuocdo.cycles.models import Cycle
from thuocdo.engine import Outcome
from thuocdo.kernel.exact import decimal_vi, exact_vi, parse_fraction
from thuocdo.kernel.workdays import Workdays
from thuocdo.records.models import Absence
from thuocdo.work.models import Task
from thuocdo.work.plausibility import Plausibility
from thuocdo.work.volumes import plausibility_of

MONTHS_SHOWN = 3


@dataclass(frozen=True)
class Points:
    """A score for people: `exact` (fraction or decimal that ends) and `shown` (cut to two places where it
    does not)."""

    value: Fraction

    @property
    def exact(self) -> str:
        return exact_vi(self.value)

    @property
    def shown(self) -> str:
        return decimal_vi(self.value, places=2)

    def __str__(self) -> str:
        return self.shown


def points(score: str | Fraction | None) -> Points | None:
    """A stored or computed score, None where there is none."""
    if score is None or score == "":
        return None
    return Points(parse_fraction(score))


@dataclass(frozen=True)
class Row:
    """One sheet of the table. `history` holds (month label, score) of the last confirmed months, newest first; `anew`:
    its result does not hold while it is judged anew; `seal` is the digest of what the row shows of a sheet that may be
    confirmed; `plausible` the month's volume beside others, which only asks for a look."""

    sheet: Sheet
    self_score: Points | None
    confirmation: Confirmation | None
    judged_score: Points | None
    difference: Points | None
    band_label: str
    flags: tuple[str, ...]
    history: tuple[tuple[str, Points], ...]
    petition: bool
    late: bool
    seal: str
    plausible: Plausibility | None = None
    paper: PaperNote | None = None
    situations: tuple[Situation, ...] = ()
    judged_on_paper: bool = False
    anew: bool = False

    @property
    def may_confirm_plainly(self) -> bool:
        """Whether the row may be ticked for the common confirmation."""
        return self.sheet.state == rules.SUBMITTED and not self.flags


@dataclass(frozen=True)
class Material:
    """What the rows are made from, read in a few queries."""

    filed: Mapping[int, Filed]
    tasks: dict[int, list[Task | Compared]]
    history: dict[int, list[tuple[str, Fraction]]]
    outstanding: dict[int, int]
    absences: dict[int, list[Absence]]
    calendars: Mapping[int, Workdays]
    situations: dict[int, tuple[Situation, ...]]
    volumes: Mapping[int, Plausibility] = field(default_factory=dict)


def material(
    sheets: Sequence[Sheet], *, filed: Mapping[int, Filed] | None = None, read: Sequence[Task] | None = None,
    waiting: dict[int, int] | None = None,
) -> Material:
    """Latest self documents, present tasks of whoever is judged, last months, explanations outstanding, absences and
    cases of the sheets' owners, volumes beside others. Seven queries for one cycle, and four more where somebody was
    away, came, left or moved; `filed` (self documents), `read` (tasks) and `waiting` (explanations
    outstanding by person) where the caller has them."""
    own = filed_by(sheets) if filed is None else filed
    tasks: dict[int, list[Task | Compared]] = {}
    if sheets:
        judged = [s.person_id for s in sheets if s.state in rules.WITH_EVALUATOR]  # only their tasks are compared
        compared: Iterable[Task | Compared] = read or ()
        if read is None:
            compared = facts.tasks_compared(judged, sheets[0].cycle)
        for task in compared:
            tasks.setdefault(task.person_id, []).append(task)
    people = [s.person_id for s in sheets]
    if not sheets:
        return Material(own, tasks, {}, {}, {}, {}, {})
    cycle = sheets[0].cycle
    dates = read_dates(people, cycle)
    history = last_months(people, cycle)
    waiting = outstanding(people, cycle) if waiting is None else waiting
    ground = ground_of(sheets, dates)
    calendars = ground.calendars if ground else {}
    found = situations_of(sheets, dates, ground)
    volumes = _volumes(sheets)
    return Material(own, tasks, history, waiting, dates.absences, calendars, found, volumes)


def last_months(persons: Sequence[int], cycle: Cycle) -> dict[int, list[tuple[str, Fraction]]]:
    """Scores of the last confirmed periods of the same kind before this one, newest first. One query."""
    rows = Confirmation.objects.filter(
        subject__in=persons,
        sheet__cycle__kind=cycle.kind,
        sheet__cycle__year__lte=cycle.year,
    ).exclude(score="")
    ordered = in_force(rows).order_by("-sheet__cycle__year", "-sheet__cycle__number")
    found: dict[int, list[tuple[str, Fraction]]] = {}
    for person, year, number, score in ordered.values_list(
        "subject_id", "sheet__cycle__year", "sheet__cycle__number", "score"
    ):
        if (year, number) < (cycle.year, cycle.number) and len(found.setdefault(person, [])) < MONTHS_SHOWN:
            found[person].append((f"{number}/{year}", parse_fraction(score)))
    return found


def _frozen(sheet: Sheet, have: Material) -> Frozen | None:
    """What the sheet's document gives; None where there is none, or it is not for the evaluator."""
    filed = have.filed.get(sheet.pk)
    if filed is None or sheet.state not in (*rules.WITH_EVALUATOR, rules.CONFIRMED):
        return None
    return frozen(sheet, filed)


def flags_of(sheet: Sheet, have: Material) -> tuple[Outcome | None, tuple[str, ...]]:
    """Self-result and flags of one sheet."""
    found = _frozen(sheet, have)
    if found is None:
        return None, ()
    shape, outcome = shape_of(sheet.member), found.outcome
    scores = [score for _, score in have.history.get(sheet.person_id, ())]
    open_to_judge = sheet.state in rules.WITH_EVALUATOR
    counted = open_to_judge and shape.tasks_count
    mine = have.tasks.get(sheet.person_id, ())
    changed = tasks_changed(found.lines, mine) if counted else ()
    given = given_flags(mine, have.volumes.get(sheet.person_id)) if counted else []
    away = have.absences.get(sheet.person_id, ())
    calendar = have.calendars.get(sheet.member.unit_id, Workdays())
    beside = shape.flags(found.again, outcome, scores, tasks_changed=changed, absences=away, calendar=calendar)
    waiting = have.outstanding.get(sheet.person_id, 0) if open_to_judge else 0
    asked = [f"còn {waiting} yêu cầu giải trình chưa được trả lời"] if waiting else []
    cases = [one.flag for one in have.situations.get(sheet.pk, ()) if open_to_judge and one.waits]
    return outcome, (*found.flags, *beside, *given, *asked, *cases)


def tasks_changed(frozen_lines: Mapping[str, Line], tasks: Sequence[Task | Compared]) -> tuple[str, ...]:
    """How what is assigned now differs from what the document froze: one entry for each such task."""
    now = {t.code: t for t in tasks}
    found = [f"{code} đã thu hồi" for code in frozen_lines if code not in now]
    for code, task in now.items():
        old = frozen_lines.get(code)
        if old is None:
            found.append(f"{code} giao thêm")
        elif old != (task.coefficient, task.assigned, task.outside_plan):
            found.append(f"{code} {', '.join(_differing(old, task))}")
    return tuple(found)


def _differing(old: Line, task: Task | Compared) -> list[str]:
    pairs = [
        ("hệ số", facts.plain(old.coefficient), facts.plain(task.coefficient)),
        ("số lượng giao", facts.plain(old.assigned), facts.plain(task.assigned)),
        ("việc ngoài kế hoạch", _yes(old.outside_plan), _yes(task.outside_plan)),
    ]
    return [f"{label} {was} → {is_}".replace(".", ",") for label, was, is_ in pairs if was != is_]


def _yes(value: bool) -> str:
    return "có" if value else "không"


@dataclass(frozen=True)
class Glance:
    """What the table shows of a sheet before it is confirmed with others."""

    flags: tuple[str, ...]
    seal: str


def glances(sheets: Sequence[Sheet]) -> dict[int, Glance]:
    """Flags and seals of sheets of one or several cycles, as the table shows them."""
    found: dict[int, Glance] = {}
    for cycle in {s.cycle_id for s in sheets}:
        part = [s for s in sheets if s.cycle_id == cycle]
        have = material(part)
        for sheet in part:
            outcome, flags = flags_of(sheet, have)
            found[sheet.pk] = Glance(flags, row_seal(sheet, have, outcome, flags))
    return found


def row_seal(sheet: Sheet, have: Material, outcome: Outcome | None, flags: tuple[str, ...]) -> str:
    """Digest of what a row says of the sheet and of the person's last months."""
    level = None if outcome is None else outcome.band or outcome.level
    score = "" if outcome is None else facts.fraction(outcome.score)
    who = [sheet.pk, sheet.version, sheet.person.full_name, sheet.member.position]
    months = [[month, str(score)] for month, score in have.history.get(sheet.person_id, ())]
    filed = have.filed.get(sheet.pk)
    return sealed([*who, filed.digest if filed else "", score, level, list(flags), months])


def sealed(shown: list[Any]) -> str:
    """The digest of something that was shown."""
    return sha256(canonical(shown))[:32]


def rows_of(sheets: Sequence[Sheet], at: Any, part: Part = WHOLE) -> list[Row]:
    """Rows of one cycle, or a part of them; flagged first, then by name. The number of queries does not depend on the
    rows."""
    close = near(sheets, part)
    filed = filed_by(close.sheets)
    if part.most is not None:
        close = near(sheets, part, lambda sheet: sheet.pk in filed and bool(frozen(sheet, filed[sheet.pk]).flags))
    have = material(close.sheets, filed=filed)
    judged = {s.pk: flags_of(s, have) for s in close.sheets}
    ordered = sorted(
        close.sheets, key=lambda s: (not (judged[s.pk][1] and s.state in rules.WITH_EVALUATOR), by_name(s))
    )
    shown = ordered[close.shown]
    results = Confirmation.objects.filter(sheet__in=[s.pk for s in shown]).order_by("number")
    asked = Exists(Petition.objects.filter(confirmation=OuterRef("pk")))
    on_paper = Exists(PaperEntry.objects.filter(submission=OuterRef("submission")))
    confirmed: dict[int, Any] = {}
    petitions: set[int] = set()
    for one in results.annotate(petitioned=asked, judged_on_paper=on_paper):
        confirmed[one.sheet_id] = one
        petitions |= {one.sheet_id} if one.petitioned else set()
    return [_row(s, have, confirmed.get(s.pk), s.pk in petitions, at, *judged[s.pk]) for s in shown]


def _paper(sheet: Sheet, have: Material) -> PaperNote | None:
    """The paper that the owner's part was entered from."""
    if sheet.state in rules.WITH_OWNER or sheet.pk not in have.filed:
        return None
    found = _frozen(sheet, have)
    return found.paper if found else note_of(document_of(have.filed[sheet.pk]))


def _volumes(sheets: Sequence[Sheet]) -> dict[int, Plausibility]:
    """Volumes beside others, for months, of those who have reported. Two queries."""
    shown = (*rules.WITH_EVALUATOR, rules.CONFIRMED)
    filed = [s for s in sheets if s.state in shown and s.member.agency_id is not None]
    if not filed or filed[0].cycle.kind != "month":
        return {}
    wanted: dict[int, list[int]] = {}
    for sheet in filed:
        wanted.setdefault(sheet.member.agency_id or 0, []).append(sheet.person_id)
    return plausibility_of(wanted, date(filed[0].cycle.year, filed[0].cycle.number, 1))


def _row(
    sheet: Sheet,
    have: Material,
    confirmation: Any,
    petition: bool,
    at: Any,
    outcome: Outcome | None,
    flags: tuple[str, ...],
) -> Row:
    anew = confirmation is not None and sheet.state == rules.UNDER_REVIEW
    confirmation = None if anew else confirmation
    own = points(outcome.score if outcome else None)
    judged = points(confirmation.score if confirmation else None)
    band = (outcome.band or outcome.level) if outcome else None
    if confirmation is not None:
        band = confirmation.band or None
    label = shape_of(sheet.member).label(band)
    return Row(
        sheet,
        own,
        confirmation,
        judged,
        Points(judged.value - own.value) if judged and own else None,
        label,
        flags,
        tuple((month, Points(score)) for month, score in have.history.get(sheet.person_id, ())),
        petition,
        sheet.state in rules.WITH_OWNER and at > (sheet.extended_until or sheet.submit_by),
        row_seal(sheet, have, outcome, flags),
        have.volumes.get(sheet.person_id),
        _paper(sheet, have),
        have.situations.get(sheet.pk, ()),
        confirmation is not None and confirmation.judged_on_paper,
        anew,
    )
