"""What the year's sheet starts from: results of its months and quarters, and its tasks; each figure with its source.

Nothing is decided here: the figures stand in the form for the owner to keep or change, and are frozen with the filing
so that they can be read again. What the records do not say exactly is left empty.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.engine import Period
from thuocdo.kernel.exact import exact_vi, fraction_text, is_terminating, parse_fraction, round_half_up
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Employment
from thuocdo.records.models import Absence
from thuocdo.rulesets.fact_words import MEASURES, first_upper
from thuocdo.rulesets.fields import PLACES

PARTS = (Cycle.Kind.MONTH, Cycle.Kind.QUARTER)
_NAMES = {"month": "Tháng", "quarter": "Quý"}
MONTHS_WORKED = "time.months_worked"


@dataclass(frozen=True)
class PartResult:
    """A month or quarter of the year: its result in force. `band` is the code, `sheet` the sheet to read it on."""

    kind: str
    number: int
    label: str
    sheet: int
    confirmation: int
    score: str
    band: str

    @property
    def points(self) -> Fraction | None:
        """The exact score; None where the part has none."""
        return parse_fraction(self.score) if self.score else None


@dataclass(frozen=True)
class TaskLine:
    """One task as it counts: `judged` says that the figures are those of a confirmed result, not of the report; `back`
    that its doer reported being unable, so that no figure takes it in."""

    code: str
    title: str
    month: date
    done: bool
    late: bool
    failing: bool
    judged: bool
    back: bool = False

    @property
    def words(self) -> str:
        """How it counts."""
        return _words(self.done, self.late, self.failing, self.back)


@dataclass(frozen=True)
class YearSources:
    """Results of the parts, the tasks, and the fields that follow: name to text as typed. `endless`: exact scores of
    months that no decimal holds, which the owner types as far as the form takes it."""

    parts: tuple[PartResult, ...] = ()
    tasks: tuple[TaskLine, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    endless: Mapping[str, str] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        return sum(not one.back for one in self.tasks)

    @property
    def named(self) -> list[tuple[str, str]]:
        """The figures with their names, for a list."""
        return [(label_of(name), text) for name, text in self.fields.items()]

    def as_data(self) -> dict[str, Any]:
        """What is frozen with the filing."""
        return {
            "fields": dict(self.fields),
            "endless": dict(self.endless),
            "results": [
                {"kind": p.kind, "number": p.number, "confirmation": p.confirmation, "score": p.score, "band": p.band}
                for p in self.parts
            ],
            "tasks": [
                {
                    "code": t.code, "done": t.done, "late": t.late, "failing": t.failing, "judged": t.judged,
                    "back": t.back,
                }
                for t in self.tasks
            ],
        }  # fmt: skip


def label_of(name: str) -> str:
    """The name of a prefilled field."""
    section, _, number = name.partition(".")
    return f"Điểm tháng {number}" if section == "months" else first_upper(f"số {MEASURES[name]}")


def year_sources(sheet: Sheet, asked: Collection[str]) -> YearSources:
    """The sources of a year's sheet, with the figures for those of `asked` that follow from them. Five queries."""
    people = identities(sheet.person_id)
    results = _results(sheet, people)
    tasks = _lines(sheet, people, results)
    found = {name: str(count) for name, count in _counts(tasks).items() if name in asked}
    months = {name: score for name, score in _months(results, sheet.member.rulebook).items() if name in asked}
    found |= {name: _typed(score) for name, score in months.items() if is_terminating(score, PLACES)}
    endless = {name: fraction_text(score) for name, score in months.items() if name not in found}
    worked = _months_worked(sheet, people) if MONTHS_WORKED in asked else None
    if worked is not None:
        found[MONTHS_WORKED] = str(worked)
    return YearSources(tuple(_part(one) for one in results), tasks, found, endless)


def _counts(tasks: Sequence[TaskLine]) -> dict[str, int]:
    """The figures of the tasks. Whether what was handed back is among those assigned no text on the year says, so that
    figure is then left to the owner: it is never smaller because somebody reported being unable."""
    if not tasks:
        return {}
    counts = {
        "tasks.assigned": len(tasks),
        "tasks.done": sum(t.done for t in tasks),
        "tasks.late": sum(t.done and t.late for t in tasks),
        "tasks.failing": sum(t.failing for t in tasks),
    }
    if any(t.back for t in tasks):
        del counts["tasks.assigned"]
    return counts


def _results(sheet: Sheet, people: Collection[int]) -> list[Confirmation]:
    """Results in force of the person's months and quarters of the year."""
    rows = Confirmation.objects.filter(
        sheet__person__in=people, sheet__cycle__year=sheet.cycle.year, sheet__cycle__kind__in=PARTS
    )
    found = in_force(rows).select_related("submission", "sheet__cycle")
    return list(found.order_by("sheet__cycle__kind", "sheet__cycle__number", "pk"))


def _part(one: Confirmation) -> PartResult:
    cycle = one.sheet.cycle
    return PartResult(cycle.kind, cycle.number, cycle.short_name, one.sheet_id, one.pk, one.score, one.band)


def _lines(sheet: Sheet, people: Collection[int], results: Sequence[Confirmation]) -> tuple[TaskLine, ...]:
    """The tasks of the year, each as its confirmed result judged it, else as it was reported."""
    judged = {
        line["id"]: line for one in results for line in stored.read(one.submission)["subject"].get("products", ())
    }
    found = []
    for task in facts.tasks_of(people, sheet.cycle):
        if task.handed_back:
            found.append(TaskLine(task.code, task.title, task.month, False, False, False, task.code in judged, True))
            continue
        line = facts.line_of(judged.get(task.code) or facts.product(task))
        done = line.completed is not None and line.completed >= task.assigned
        behind = line.on_time is not None and line.completed is not None and line.on_time < line.completed
        late = line.late > line.late_excused or (behind and not line.late)
        poor = line.quality_met is not None and line.completed is not None and line.quality_met < line.completed
        failing = late or poor or line.quality_errors > 0
        found.append(TaskLine(task.code, task.title, task.month, done, late, failing, task.code in judged))
    return tuple(found)


def _months(results: Sequence[Confirmation], rulebook: str) -> dict[str, Fraction]:
    """Exact scores of months, only of those rated under the year's own rulebook, because points of another scale are
    not the points that it speaks of."""
    scored = (one for one in results if one.score and one.rulebook == rulebook)
    return {
        f"months.{one.sheet.cycle.number}": parse_fraction(one.score)
        for one in scored
        if one.sheet.cycle.kind == Cycle.Kind.MONTH
    }


def _typed(score: Fraction) -> str:
    """The score as a field takes it, cut where it does not end within its decimals."""
    unit = 10**PLACES
    whole, part = divmod(score.numerator * unit // score.denominator, unit)
    return f"{whole},{part:0{PLACES}d}".rstrip("0").rstrip(",")


def _months_worked(sheet: Sheet, people: Collection[int]) -> int | None:
    """Whole months of service in the year; None where a post begins or ends within a month, or an absence is recorded,
    because no text says how such a month counts."""
    period: Period = facts.period_of(sheet.cycle)
    if Absence.objects.filter(person__in=people, start__lte=period.end).exclude(end__lte=period.start).exists():
        return None
    posts = Employment.objects.filter(person__in=people, start__lte=period.end).exclude(end__lte=period.start)
    months: set[int] = set()
    for start, end in posts.values_list("start", "end"):
        first, last = max(start, period.start), period.end if end is None else end
        if first.day != 1 or (end is not None and end <= period.end and end.day != 1):
            return None
        months |= {n for n in range(1, 13) if first <= date(period.year, n, 1) and date(period.year, n, 28) <= last}
    return len(months)


def frozen_words(sources: Mapping[str, Any]) -> tuple[str, ...]:
    """What was frozen with a filing, line by line: the figures, the results and the tasks they came from."""
    figures = [f"{label_of(name)}: {text}" for name, text in sources.get("fields", {}).items()]
    parts = [
        f"{_NAMES[one['kind']]} {one['number']}: {_points(one['score'])}, kết quả số {one['confirmation']}"
        for one in sources.get("results", ())
    ]
    tasks = [
        f"{one['code']}: {_words(one['done'], one['late'], one['failing'], one.get('back', False))}"
        f" ({'theo kết quả đã xác nhận' if one['judged'] else 'theo báo cáo'})"
        for one in sources.get("tasks", ())
    ]
    return (*figures, *parts, *tasks)


def _points(score: str) -> str:
    return f"{exact_vi(parse_fraction(score))} điểm" if score else "không có điểm"


def _words(done: bool, late: bool, failing: bool, back: bool) -> str:
    if back:
        return "báo không thực hiện được, không đếm"
    said = ["hoàn thành" if done else "chưa hoàn thành"]
    return ", ".join(said + ["chậm"] * late + ["chưa bảo đảm chất lượng, tiến độ"] * failing)


def differing(sources: Mapping[str, Any], fields: Mapping[str, str]) -> list[str]:
    """Where what was filed differs from what the sources gave, in words for the rater; both figures, no verdict. A
    score that does not fit its field may stand cut or rounded: no text says which."""
    given = {name: (text, {text}) for name, text in sources.get("fields", {}).items()}
    for name, text in sources.get("endless", {}).items():
        score = parse_fraction(text)
        given[name] = exact_vi(score), {_typed(score), _typed(round_half_up(score, PLACES))}
    return [
        f"{label_of(name)}: nguồn trong phần mềm cho {text}, phiếu ghi {fields.get(name) or 'trống'}"
        for name, (text, same) in given.items()
        if fields.get(name, "") not in same
    ]
