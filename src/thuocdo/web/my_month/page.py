"""What the employee's pages show, made from one `SheetView`: card, task rows, running score."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import is_unreported
from thuocdo.appraisals.previous import last_marks
from thuocdo.appraisals.queries import preview
from thuocdo.appraisals.sheets import SheetView
from thuocdo.appraisals.typed import mark_step, read_self
from thuocdo.engine import Outcome, Rulebook
from thuocdo.engine.rulebook import Citation
from thuocdo.kernel.exact import decimal_vi
from thuocdo.kernel.typed import format_points
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_month import typed
from thuocdo.web.my_month.inputs import Input
from thuocdo.web.my_month.scores import MarkGroup, Running, kept_marks, mark_groups, running
from thuocdo.web.rules.reader import deduction_words
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH, doubts, may_need_each

_ONE_BY_ONE = (
    "Chỉ khi cần: trong các sản phẩm vẫn được tính, sản phẩm nào bị mấy lần{}, ví dụ 1; 1; 3 là ba sản phẩm; không sản "
    "phẩm nào thì ghi 0; 67x1 là 67 sản phẩm một lần; có phần lẻ thì ghi phần lẻ sau cùng. Một lần chỉ trừ điểm của "
    "sản phẩm bị lần ấy."
)
_HINTS = {
    "quality_errors_each": _ONE_BY_ONE.format(""),
    "late_each": _ONE_BY_ONE.format(" (không kể lần đã xác nhận khách quan)"),
    "cause": "Chỉ ghi khi chậm vì lý do khách quan; được người có thẩm quyền xác nhận thì không bị trừ.",
    "evidence": "Số văn bản, mã hồ sơ hoặc nơi lưu; không cần gửi tệp.",
}
_COUNTS = {"quality_errors_each": "quality_met", "late_each": "on_time"}
PRACTICE = "/tap-lam/phieu/"
_WITH_OWNER = ("drafting", "returned")


@dataclass(frozen=True)
class Card:
    """The head of every page about one sheet."""

    id: int
    title: str
    title_lower: str
    state: str
    state_label: str
    version: int
    submit_by: datetime
    changed_at: datetime
    evaluator: str
    holder: str
    returned: Any
    practice: str = ""

    @property
    def path(self) -> str:
        """Where the form of the sheet is, the steps of the form below it; `practice` is that of an exercise."""
        return self.practice or f"/phieu/{self.id}/"


@dataclass(frozen=True)
class TaskRow:
    """One task on the form."""

    task: Task
    reported: bool
    numbers: tuple[Input, ...]
    texts: tuple[Input, ...]
    back: Input
    more: bool
    effect: str
    remarks: tuple[str, ...]
    problems: tuple[Problem, ...]


def card(view: SheetView) -> Card:
    """The sheet in words."""
    sheet, cycle = view.sheet, view.sheet.cycle
    name = f"phiếu {cycle.short_name}"
    unit = sheet.member.evaluator_unit
    evaluator = f"{sheet.evaluator.full_name} ({unit.name})" if unit else sheet.evaluator.full_name
    holders = {
        "drafting": "Ông/bà",
        "returned": "Ông/bà, để bổ sung",
        "submitted": f"{evaluator}, chưa mở",
        "under_review": f"{evaluator}, đang xem",
        "confirmed": "Đã xong, kết quả được lưu",
        "exempted": "Không ai: được miễn lập phiếu kỳ này",
    }
    return Card(
        sheet.pk,
        name[:1].upper() + name[1:],
        name,
        sheet.state,
        sheet.get_state_display(),
        sheet.version,
        view.due,
        sheet.changed_at,
        evaluator,
        holders[sheet.state],
        view.returned,
    )


def editable(view: SheetView) -> bool:
    """Whether the owner may still work on it."""
    return view.sheet.state in _WITH_OWNER and "submit" in view.may


def task_rows(
    tasks: Iterable[Task],
    raw: Mapping[str, Mapping[str, str]],
    outcome: Outcome,
    book: Rulebook,
    problems: Iterable[Problem] = (),
) -> tuple[TaskRow, ...]:
    """Rows of the form under a rulebook. `raw` holds what was typed but not yet reported, by task id."""
    errors = by_field(problems)
    findings = {f.id: f for f in outcome.findings}
    cites, apart = field_cites(book), book.takes_from_products
    return tuple(
        _row(t, raw.get(str(t.pk), {}), errors, findings, cites, apart, unsaid(t, outcome)) for t in tasks
    )


def unsaid(task: Task, outcome: Outcome) -> tuple[str, ...]:
    """The fields that say which products of a task had how many occurrences, where the result waits for them."""
    return tuple(name for name in EACH if f"products[{task.code}].{name}" in outcome.missing)


def unclear(tasks: Iterable[Task], outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """The same of all tasks, as the running total names them: the id of the field, and words."""
    return tuple(
        (typed.field_id(task.pk, name), f"{task.title}: {EACH[name].lower()}")
        for task in tasks
        for name in unsaid(task, outcome)
    )


def field_cites(book: Rulebook) -> dict[str, tuple[Citation, ...]]:
    """The articles behind the numbers of a task, by field: each ratio counts one, a deduction another."""
    found: dict[str, tuple[Citation, ...]] = {}
    for ratio in book.book.products.ratios:
        found[ratio.counts] = book.cite(ratio.cite)
        if ratio.deduction is not None:
            found[ratio.deduction.occurrences] = book.cite(ratio.deduction.cite)
    return found


def _remarks(task: Task, apart: bool, waited: tuple[str, ...]) -> tuple[str, ...]:
    """What stands as reported, and yet whoever judges will ask."""
    twice = doubts(task) if apart and not is_unreported(task) else {}
    rest = [name for name in waited if _COUNTS[name] not in twice]
    spread = [f"Chưa rõ lần nào của sản phẩm nào, nên chưa tính được: hãy ghi “{EACH[name]}”." for name in rest]
    asked = "Phiếu vẫn nhận số này; người đánh giá sẽ phải làm rõ."
    return tuple(filter(None, (_above(task), *(f"{sentence} {asked}" for sentence in (*twice.values(), *spread)))))


def _above(task: Task) -> str:
    """A remark, never a refusal, where a planned task has more done than was assigned."""
    done = task.completed or 0
    if task.reported_at is None or task.outside_plan or done <= task.assigned:
        return ""
    share = f" ({decimal_vi(Fraction(100 * done, task.assigned))}%)" if task.assigned else ""
    return (
        f"Hoàn thành {format_points(done)}, nhiều hơn số được giao {format_points(task.assigned)}{share}. "
        "Phiếu vẫn nhận số này; nếu gõ nhầm, hãy sửa trước khi nộp."
    )


def _row(
    task: Task,
    raw: Mapping[str, str],
    errors: Mapping[str, str],
    findings: Mapping[str, Any],
    cites: Mapping[str, tuple[Citation, ...]],
    apart: bool,
    waited: tuple[str, ...],
) -> TaskRow:
    values = typed.stored_text(task) | {k: v for k, v in raw.items() if k in typed.FIELDS}
    inputs = {
        name: Input(
            typed.field_id(task.pk, name),
            f"task:{task.pk}:{name}",
            label,
            values[name],
            errors.get(typed.field_id(task.pk, name), ""),
            _HINTS.get(name, ""),
            cites.get(name, ()),
        )
        for name, label in {**typed.NUMBERS, **typed.COUNTS, **EACH, **typed.TEXTS, "handed_back": ""}.items()
    }
    asked = bool(waited) or (apart and may_need_each(task, task.assigned, task.uncountable))
    shown = [n for n in EACH if asked or inputs[n].typed or inputs[n].problem]
    texts = tuple(inputs[n] for n in (*shown, *typed.TEXTS))
    found = findings.get(f"product.{task.code}")
    reported = task.handed_back or (task.reported_at is not None and task.completed is not None)
    return TaskRow(
        task=task,
        reported=reported,
        numbers=tuple(inputs[n] for n in (*typed.NUMBERS, *typed.COUNTS)),
        texts=texts,
        back=inputs["handed_back"],
        more=bool(waited) or any(inputs[n].problem or raw.get(n) for n in (*EACH, *typed.TEXTS, "handed_back")),
        effect=found.sentence_vi.partition(": ")[2] if found is not None and reported else "",
        remarks=_remarks(task, apart, waited),
        problems=tuple(Problem(i.problem, i.id) for i in inputs.values() if i.problem),
    )


@dataclass(frozen=True)
class Score:
    """The document scored as far as it can be read."""

    outcome: Outcome
    groups: tuple[MarkGroup, ...]
    running: Running


Rated = Callable[[Mapping[str, Any]], Outcome]


def score(
    user: User, view: SheetView, document: Mapping[str, Any], practised: Rated | None = None
) -> Score:
    """Preview of what was typed. Marks that the rule refuses count nothing and carry the reason.

    `practised` rates a sheet that is only practised on; it has no period before.
    """
    rate = practised or partial(preview, user, view.sheet)
    last = last_marks(user, view.sheet) if practised is None else None
    own = {
        key: document.get(key, empty)
        for key, empty in (("marks", {}), ("strengths", ""), ("shortcomings", ""), ("unreported_ok", False))
    }
    outcome = rate(own)
    problems = read_self(view.book, own, complete=False)[1]
    groups = mark_groups(view.book, own["marks"], problems, last)
    some = 0 < len(view.unreported) < len(view.tasks) and not own["unreported_ok"]
    undone = rate(own | {"unreported_ok": True}) if some else None
    return Score(outcome, groups, running(view.book, groups, outcome, undone, unclear(view.tasks, outcome)))


def not_counted(view: SheetView, document: Mapping[str, Any]) -> list[Problem]:
    """What was typed that the draft keeps but the score cannot read: refused marks and task numbers."""
    own = {key: text for key, text in document.items() if key != "tasks"}
    found = [
        Problem(text, typed.field_of(key))
        for key, text in read_self(view.book, own, complete=False)[1].items()
    ]
    raw = document.get("tasks", {})
    for task in view.tasks:
        found += typed.unreadable(task, raw.get(str(task.pk), {}))
    return found


def form_context(
    user: User, view: SheetView, document: Mapping[str, Any], problems: tuple[Problem, ...] = (),
    practised: Rated | None = None,
) -> dict[str, Any]:
    """Everything the form page and the check-answers page need."""
    scored = score(user, view, document, practised)
    errors = by_field(problems)
    monthly = view.sheet.cycle.kind == "month"
    return {
        "sheet": replace(card(view), practice=PRACTICE if practised else ""),
        "view": view,
        "document": _texts(document),
        "groups": scored.groups,
        "running": scored.running,
        "tasks": task_rows(
            view.tasks, document.get("tasks", {}), scored.outcome, view.book, problems
        ),
        "step": mark_step(view.book),
        "rule": view.book.short_title,
        "deductions": deduction_words(view.book),
        "unreported": len(view.unreported),
        "waiting": untouched(view, document.get("tasks", {})),
        "month": date(view.sheet.cycle.year, view.sheet.cycle.number, 1) if monthly and practised is None else None,
        "problems": problems,
        "errors": errors,
        "saved_at": None,
    }


def with_kept(user: User, view: SheetView, document: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """The document with one group's marks of the period before, as the person chose to keep them."""
    kept = kept_marks(view.book, slug, last_marks(user, view.sheet))
    return {**document, "marks": {**document.get("marks", {}), **kept}}


def untouched(view: SheetView, raw: Mapping[str, Mapping[str, str]]) -> tuple[Task, ...]:
    """The tasks without a report for which nothing was typed either: what one press may report in full."""
    return tuple(t for t in view.tasks if is_unreported(t) and not raw.get(str(t.pk)))


def _texts(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "strengths": document.get("strengths", ""),
        "shortcomings": document.get("shortcomings", ""),
        "unreported_ok": document.get("unreported_ok", False),
    }


def what_is_missing(view: SheetView, document: Mapping[str, Any]) -> list[Problem]:
    """What keeps the sheet from being filed, before the answers are checked."""
    own = {key: text for key, text in document.items() if key != "tasks"}
    found = [
        Problem(text, typed.field_of(key))
        for key, text in read_self(view.book, own, complete=True)[1].items()
    ]
    if view.unreported and not document.get("unreported_ok"):
        found.append(
            Problem(
                f"Còn {len(view.unreported)} việc chưa ghi kết quả. Hãy ghi kết quả, hoặc đánh dấu đồng ý "
                "tính các việc này là chưa hoàn thành.",
                "unreported_ok",
            )
        )
    return found


def problems_of(refused: Refused) -> tuple[Problem, ...]:
    """Every problem of a refused document, linked to its input."""
    return tuple(Problem(message, typed.field_of(key)) for key, message in refused.problems.items())
