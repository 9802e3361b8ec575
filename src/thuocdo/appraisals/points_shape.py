"""The sheet of NĐ 335: tasks as reported, general marks, factors of leadership."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.bill import Group, grouped
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.flags import frozen_flags, later_flags
from thuocdo.appraisals.judging import Judged, bare_base, judge_points, leads
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.typed import read_self
from thuocdo.cycles.models import Member
from thuocdo.engine import Outcome, Rulebook
from thuocdo.kernel.typed import format_each
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Person
from thuocdo.records.models import Absence
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH

CAUTION = "Đây là điểm của kỳ theo dõi, đánh giá và mức tương ứng, chưa phải xếp loại chất lượng."
NUMBERS = ("completed", "quality_met", "on_time", "quality_errors", "late", "late_excused")


@dataclass(frozen=True)
class PointsShape:
    """Implements `shapes.Shape` for a rulebook of converted products."""

    book: Rulebook
    caution: str = CAUTION
    tasks_count: bool = True

    def leads(self, member: Member) -> bool:
        return leads(member)

    def self_text(self, sheet: Sheet, document: Mapping[str, Any]) -> str:
        read, problems = read_self(self.book, document, complete=True)
        tasks = facts.tasks_of([sheet.person_id], sheet.cycle)
        waiting = [t.code for t in tasks if facts.is_unreported(t)]
        if waiting and not read.unreported_ok:
            problems["unreported_ok"] = (
                f"Còn {len(waiting)} công việc chưa báo cáo kết quả ({', '.join(waiting[:5])}"
                f"{'…' if len(waiting) > 5 else ''}). Hãy báo cáo, hoặc đánh dấu đồng ý tính các việc này là "
                f"chưa hoàn thành."
            )
        if problems:
            raise Refused(problems)
        subject = facts.self_subject(sheet.member, sheet.person, tasks, read)
        return stored.self_json(sheet, read, tasks, facts.rate(self.book, sheet.cycle, subject).subject)

    def preview(self, sheet: Sheet, document: Mapping[str, Any]) -> Outcome:
        read, _ = read_self(self.book, document, complete=False)
        tasks = facts.tasks_of([sheet.person_id], sheet.cycle)
        subject = facts.self_subject(sheet.member, sheet.person, tasks, read)
        return facts.rate(self.book, sheet.cycle, subject).outcome

    def start(self, sheet: Sheet) -> dict[str, Any]:
        return {}

    def typed_again(self, filed: Mapping[str, Any] | None) -> dict[str, Any]:
        if filed is None:
            return {}
        return {
            "marks": {slug: _vi(text) for slug, text in filed["subject"].get("marks", {}).items()},
            "strengths": filed["strengths"],
            "shortcomings": filed["shortcomings"],
            "unreported_ok": bool(filed["unreported"]),
        }

    def bare(self, sheet: Sheet, tasks: Sequence[Task]) -> dict[str, Any]:
        return bare_base(sheet, tasks)

    def judge(self, sheet: Sheet, document: Mapping[str, Any], evaluator: Person, **how: Any) -> Judged:
        return judge_points(sheet, document, evaluator, **how)

    def typed_judgement(
        self, document: Mapping[str, Any], *, with_marks: bool, recorded: Mapping[str, Any]
    ) -> dict[str, Any]:
        subject = document["subject"]
        typed: dict[str, Any] = {
            "tasks": {
                entry["id"]: {name: _vi(entry[name]) for name in NUMBERS if name in entry}
                | {name: format_each(entry[name]) for name in EACH if name in entry}
                | {"note": document["notes"].get(entry["id"], "")}
                for entry in subject.get("products", [])
            },
            "leadership_factors": {slug: str(value) for slug, value in subject.get("leadership_factors", {}).items()},
            "factor_reasons": dict(document["factor_reasons"]),
            "decisions": {
                point: {"reading": made["reading"], "reason": made["reason"]}
                for point, made in subject.get("decisions", {}).items()
                if point not in recorded
            },
            "comment": document["comment"],
        }
        if with_marks:
            typed["marks"] = {slug: _vi(value) for slug, value in subject.get("marks", {}).items()}
        return typed

    def frozen_flags(self, document: Mapping[str, Any], outcome: Outcome) -> list[str]:
        return frozen_flags(self.book, document, outcome)

    def read_again(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def flags(
        self,
        again: Mapping[str, Any],
        outcome: Outcome,
        history: Sequence[Fraction],
        *,
        tasks_changed: Sequence[str],
        absences: Sequence[Absence],
        calendar: Workdays,
    ) -> list[str]:
        return later_flags(outcome, history, tasks_changed=tasks_changed)

    def label(self, code: str | None) -> str:
        return self.book.level(code).label if code else ""

    def groups(self, outcome: Outcome, document: Mapping[str, Any]) -> tuple[Group, ...]:
        return grouped(self.book, outcome, document)


def _vi(value: object) -> str:
    return str(value).replace(".", ",")
