"""The sheet of a scheme: marks and grades by the owner, then by the rater, from the owner's; conditions by fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.bill import Group, laid_out
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.judging import Judged, decided_by, latest_base
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.recorded_absences import differences, recorded_facts
from thuocdo.appraisals.scheme_fields import Asked, Read, asked_of, read_fields
from thuocdo.appraisals.typed import LONG_TEXT, SHORT_TEXT, Problems, mapping, only, typed_text
from thuocdo.appraisals.typed_judgement import Judgement
from thuocdo.appraisals.unit_levels import recorded_ceilings
from thuocdo.appraisals.year_sources import YearSources, differing, year_sources
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Outcome, Period
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.exact import decimal_vi
from thuocdo.kernel.text import clean
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Person, Unit
from thuocdo.records.models import Absence
from thuocdo.rulesets.fields import all_fields
from thuocdo.rulesets.scheme_fields import subject_of
from thuocdo.work.models import Task

FAR_SHARE = Fraction(1, 10)
TITLES = {
    "not_rated": "Trường hợp không xếp loại",
    "score": "Điểm",
    "trigger": "Trường hợp xếp thẳng mức",
    "level": "Điều kiện của từng mức",
    "limit": "Mức trần",
    "result": "Kết quả",
    "open": "Điểm văn bản để ngỏ và lựa chọn đã dùng",
    "absent": "Không thấy khai nên coi là không",
    "other": "Nội dung khác",
}
HEADS = {"not_rated": "not_rated", "score": "score", "rollup": "score", "trigger": "trigger", "dating": "trigger",
         "limit": "limit", "gap": "level", "open": "open", "absent": "absent"}  # fmt: skip


@dataclass(frozen=True)
class SchemeShape:
    """Implements `shapes.Shape` for a rulebook of schemes."""

    book: SchemeBook
    tasks_count: bool = False

    @property
    def caution(self) -> str:
        return f"Đây là kết quả của kỳ theo {self.book.short_title}."

    def asked(self, sheet: Sheet) -> Asked:
        """The fields of the sheet."""
        return asked_of(self.book, sheet.member, sheet.cycle)

    def leads(self, member: Member) -> bool:
        return False

    def self_text(self, sheet: Sheet, document: Mapping[str, Any]) -> str:
        read, texts, problems = self._read_self(sheet, document, complete=True)
        if problems:
            raise Refused(problems)
        rated = facts.rate(self.book, sheet.cycle, self._subject(sheet, read))
        sources = self.sources(sheet)
        kept = {"sources": sources.as_data()} if sources else {}
        return facts.canonical(stored.frame(sheet) | texts | kept | {"fields": read.texts, "subject": rated.subject})

    def preview(self, sheet: Sheet, document: Mapping[str, Any]) -> Outcome:
        read, _, _ = self._read_self(sheet, document, complete=False)
        return facts.rate(self.book, sheet.cycle, self._subject(sheet, read)).outcome

    def problems(self, sheet: Sheet, document: Mapping[str, Any], *, complete: bool) -> Problems:
        """What is wrong with what the owner typed, by field; where each field is right, what the rulebook refuses."""
        read, _, problems = self._read_self(sheet, document, complete=complete)
        if not problems:
            try:
                facts.rate(self.book, sheet.cycle, self._subject(sheet, read))
            except Refused as refused:
                names = [f"fields.{spec.name}" for spec in all_fields(self.asked(sheet).own)]
                for key, message in refused.problems.items():
                    problems[next((n for n in names if n.startswith(f"fields.{key}")), key)] = message
        return problems

    def _read_self(
        self, sheet: Sheet, document: Mapping[str, Any], *, complete: bool
    ) -> tuple[Read, dict[str, str], Problems]:
        asked, problems = self.asked(sheet), Problems()
        only(document, ("fields", "strengths", "shortcomings"), problems)
        raw = mapping(document.get("fields", {}), problems, "fields")
        needed = {s.name for s in all_fields(asked.own) if s.name.startswith(("absences.", "time."))} | asked.needed
        read = read_fields(asked.own, raw, problems, needed=needed if complete else ())
        texts = {
            name: problems.text(name, document.get(name, ""), most=LONG_TEXT, label=label)
            for name, label in (("strengths", "Ưu điểm"), ("shortcomings", "Hạn chế, khuyết điểm"))
        }
        return read, texts, problems

    def _subject(self, sheet: Sheet, read: Read) -> dict[str, Any]:
        return facts.base_subject(sheet.member, sheet.person) | subject_of(read.values)

    def start(self, sheet: Sheet) -> dict[str, Any]:
        asked = [s.name for s in all_fields(self.asked(sheet).own)]
        sources = self.sources(sheet)
        return {"fields": recorded_facts(sheet, asked) | (dict(sources.fields) if sources else {})}

    def sources(self, sheet: Sheet) -> YearSources | None:
        """What the year's sheet starts from; None for a month or quarter."""
        if sheet.cycle.kind != Cycle.Kind.YEAR:
            return None
        return year_sources(sheet, [s.name for s in all_fields(self.asked(sheet).own)])

    def from_parts(self, sheet: Sheet) -> str:
        """What the text says about the year's result and those of its months and quarters, in words."""
        rollup = self.asked(sheet).scheme.rollup
        if rollup is None or "year" not in rollup.periods:
            return (
                f"{self.book.short_title} không quy định lấy kết quả năm từ kết quả các tháng, quý; những kết quả dưới "
                "đây chỉ để tham khảo."
            )
        cites = "; ".join(cite.text() for cite in self.book.cite(rollup.cite))
        left_open = " Cách xác định văn bản để ngỏ, người có thẩm quyền quyết định." if rollup.method == "open" else ""
        return f"{rollup.label} ({cites}).{left_open}"

    def typed_again(self, filed: Mapping[str, Any] | None) -> dict[str, Any]:
        if filed is None:
            return {}
        return {key: filed[key] for key in ("fields", "strengths", "shortcomings")}

    def bare(self, sheet: Sheet, tasks: Sequence[Task] = ()) -> dict[str, Any]:
        return {**self.start(sheet), "subject": facts.base_subject(sheet.member, sheet.person)}

    def starting(self, sheet: Sheet, under: Mapping[str, Any]) -> dict[str, str]:
        """What the rater's fields start from: the owner's, and the level decided for a head's unit where the scheme
        hangs a ceiling on it."""
        recorded = recorded_ceilings(sheet.member, sheet.cycle, self.asked(sheet).scheme)
        return recorded | dict(under.get("fields", {}))

    def judge(
        self,
        sheet: Sheet,
        document: Mapping[str, Any],
        evaluator: Person,
        *,
        complete: bool,
        stand_in: bool = False,
        base: tuple[dict[str, Any], int | None] | None = None,
        with_marks: bool | None = None,
        post: Unit | None = None,
    ) -> Judged:
        under, number = base or ((self.bare(sheet), None) if stand_in else latest_base(sheet))
        asked, problems = self.asked(sheet), Problems()
        under = under | {"fields": self.starting(sheet, under)}
        only(document, ("fields", "reasons", "decisions", "comment"), problems)
        read = self._judged_fields(asked, document, under, problems, complete=complete)
        alone = stand_in if with_marks is None else with_marks
        reasons = self._reasons(asked, document, read, under, problems, needed=complete and not alone)
        decisions = _decisions(document, problems)
        comment = problems.text(
            "comment", document.get("comment", ""), most=LONG_TEXT, label="Ý kiến nhận xét", needed=complete
        )
        if complete and problems:
            raise Refused(problems)
        subject = self._subject(sheet, read)
        if decisions:
            by = decided_by(sheet, evaluator, post)
            subject["decisions"] = {
                point: {"reading": reading, "by": by, "reason": reason}
                for point, (reading, reason) in decisions.items()
            }
        rated = facts.rate(self.book, sheet.cycle, subject)
        if complete and rated.outcome.missing:
            raise Refused({_field(asked, name): _lacks(asked, name) for name in rated.outcome.missing})
        text = facts.canonical(
            stored.frame(sheet)
            | {
                "over": number,
                "comment": comment,
                "fields": read.texts,
                "reasons": reasons,
                "strengths": under.get("strengths", ""),
                "shortcomings": under.get("shortcomings", ""),
                "subject": rated.subject,
            }
            | stored.paper_of(under)
            | ({"sources": under["sources"]} if "sources" in under else {})
        )
        judgement = Judgement({}, None, {}, reasons, decisions, comment)
        return Judged(judgement, rated.subject, rated.outcome, text, dict(problems))

    def _judged_fields(
        self, asked: Asked, document: Mapping[str, Any], under: Mapping[str, Any], problems: Problems, *, complete: bool
    ) -> Read:
        """The owner's fields as the rater leaves or changes them, and the rater's own. A box not ticked is not sent;
        what is no longer asked in this role is left out."""
        raw = mapping(document.get("fields", {}), problems, "fields")
        filed = {name: (text, asked.spec(name)) for name, text in under.get("fields", {}).items()}
        before = {n: text for n, (text, spec) in filed.items() if spec and not (raw and spec.kind == "check")}
        return read_fields(asked.groups, before | raw, problems, needed=asked.needed if complete else ())

    def _reasons(
        self,
        asked: Asked,
        document: Mapping[str, Any],
        read: Read,
        under: Mapping[str, Any],
        problems: Problems,
        *,
        needed: bool,
    ) -> dict[str, str]:
        """Why a field differs from the owner's; one reason for each that does."""
        raw, before = mapping(document.get("reasons", {}), problems, "reasons"), under.get("fields", {})
        found = {}
        for spec in all_fields(asked.groups):
            field, label = f"reasons.{spec.name}", f"Lý do của {spec.label}"
            reason = problems.text(field, raw.get(spec.name, ""), most=SHORT_TEXT, label=label)
            differs = read.texts.get(spec.name, "") != before.get(spec.name, "")
            if differs and needed and not reason and not _part_of_record(spec.name):
                problems[field] = f"{spec.label}: hãy ghi lý do, vì khác với phần người được đánh giá ghi."
            if reason and differs:
                found[spec.name] = reason
        return found

    def typed_judgement(
        self, document: Mapping[str, Any], *, with_marks: bool, recorded: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "fields": dict(document["fields"]),
            "reasons": dict(document["reasons"]),
            "decisions": {
                point: {"reading": made["reading"], "reason": made["reason"]}
                for point, made in document["subject"].get("decisions", {}).items()
            },
            "comment": document["comment"],
        }

    def frozen_flags(self, document: Mapping[str, Any], outcome: Outcome) -> list[str]:
        return []

    def read_again(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return {name: document[name] for name in ("period", "fields", "sources") if name in document}

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
        found = differences(Period(**again["period"]), absences, again["fields"], calendar)
        found += differing(again.get("sources", {}), again["fields"])
        if outcome.missing:
            found.append("Còn thiếu dữ kiện, người đánh giá bổ sung")
        elif outcome.kind == "needs_decision":
            found.append("Cần người đánh giá quyết định")
        if outcome.kind == "not_rated":
            found.append("Không xếp loại kỳ này")
        fired = [f.title_vi for f in outcome.findings if f.effect in ("triggered", "lowered")]
        found += [f"Có quy định hạ hoặc xếp thẳng mức: {title}" for title in fired]
        if outcome.score is not None and history:
            mean = sum(history, Fraction(0)) / len(history)
            if abs(outcome.score - mean) >= max(mean, Fraction(1)) * FAR_SHARE:
                found.append(f"Khác xa các kỳ trước (trung bình {decimal_vi(mean, places=2)})")
        return found

    def label(self, code: str | None) -> str:
        levels = (level for scheme in self.book.schemes for level in scheme.levels)
        return next((level.label for level in levels if level.code == code), code or "")

    def groups(self, outcome: Outcome, document: Mapping[str, Any]) -> tuple[Group, ...]:
        notes = {f"score.{name.partition('.')[2]}": text for name, text in document.get("reasons", {}).items()}
        return laid_out(((_group(f.id), f) for f in outcome.lines), TITLES, notes)


def _group(finding: str) -> str:
    head, _, rest = finding.partition(".")
    if head == "level":
        return "level" if rest else "result"
    return HEADS.get(head, "other")


def _part_of_record(name: str) -> bool:
    """A record of discipline is one act of several fields; its decision is what the record names."""
    return name.startswith("disciplines.")


def _field(asked: Asked, name: str) -> str:
    return f"fields.{name}" if asked.spec(name) else name


def _lacks(asked: Asked, name: str) -> str:
    spec = asked.spec(name)
    return f"Còn thiếu dữ kiện để xác nhận: {spec.label if spec else name}. Hãy bổ sung."


def _decisions(document: Mapping[str, Any], problems: Problems) -> dict[str, tuple[str, str]]:
    """What the rater decided where the text leaves it open; the engine refuses what it does not ask."""
    found: dict[str, tuple[str, str]] = {}
    for point, given in mapping(document.get("decisions", {}), problems, "decisions").items():
        field = f"decisions.{point}"
        made = mapping(given, problems, field)
        reading = clean(typed_text(made.get("reading") or ""))
        reason = problems.text(f"{field}.reason", made.get("reason", ""), most=SHORT_TEXT, label="Lý do quyết định")
        if reading and not reason:
            problems[f"{field}.reason"] = "Hãy ghi lý do quyết định điểm văn bản còn để ngỏ này."
        elif reason and not reading:
            problems[f"{field}.reading"] = "Hãy chọn một trong các cách được nêu."
        elif reading:
            found[point] = (reading, reason)
    return found
