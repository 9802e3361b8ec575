"""A month of work of the generated city: ten tasks for each person, and submitted sheets for most."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import islice

from django.db.models import F

from bench.city.people import City
from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.counts.keeping import recount_cycle
from thuocdo.appraisals.models import Confirmation, ProposedResult, Sheet, Submission
from thuocdo.appraisals.typed import SelfDocument
from thuocdo.audit import bulk
from thuocdo.audit.recording import action, nothing_changed
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import PublicationForm
from thuocdo.engine import canonical_json, parse_subject
from thuocdo.organisation.finding import index
from thuocdo.organisation.models import Employment
from thuocdo.rulesets import catalogue
from thuocdo.work.models import Task

FEBRUARY = date(2026, 2, 1)
VIETNAM = timezone(timedelta(hours=7))
TASKS, BATCH, MISSING_EVERY, CHECKED_EVERY = 10, 5000, 20, 50
COLUMNS = (
    "id",
    "code",
    "person_id",
    "agency_id",
    "title",
    "coefficient",
    "assigned",
    "due_date",
    "completed",
    "quality_met",
    "on_time",
    "quality_errors",
    "late",
    "outside_plan",
)


@action
def give_tasks(*, city: City, by: User, at: datetime, month: date = FEBRUARY) -> int:
    """Ten tasks of a month (its first day) for everybody, nearly all reported; returns how many."""
    given, reported = (datetime(month.year, month.month, day, 8, 0, tzinfo=VIETNAM) for day in (2, 27))
    pattern = bulk.Pattern(
        Task, COLUMNS, month=month, given_by=by, given_at=given, reported_at=reported, evidence="Hồ sơ điện tử"
    )
    holders = iter(
        list(Employment.objects.filter(end=None).order_by("pk").values_list("person_id", "person__code", "unit_id"))
    )
    written = 0
    while part := list(islice(holders, BATCH)):
        keys = iter(bulk.reserve(Task, TASKS * len(part)))
        rows = [pattern.row(next(keys), *one) for holder in part for one in _tasks(month, *holder)]
        bulk.insert(Task, rows)
        index.add(Task, (Task(*row) for row in rows))
        written += len(rows)
    nothing_changed()
    return written


def _tasks(month: date, person: int, code: str, agency: int) -> Iterator[tuple[object, ...]]:
    for j in range(TASKS):
        seed = (int(code) * 31 + j * 17) % 100
        assigned = 100 * (1 + seed % 5)
        done = assigned if seed < 88 else assigned - 100 if seed % 2 else assigned + 50
        good = done if seed % 20 else max(0, done - 100)
        timely = done if seed % 26 else done // 200 * 100
        befell = done > 0 and done % 100 == 0  # of part of a product, or of one left out, an evaluator would be asked
        yield (
            f"{month:%Y%m}-{code}-{j:02d}",
            person,
            agency,
            f"Công việc số {j + 1}",
            (50, 100, 150, 200)[seed % 4],
            assigned,
            month.replace(day=5 + 2 * j),
            done,
            good,
            timely,
            1 if befell and seed % 20 == 10 else 0,
            1 if befell and seed % 26 == 13 else 0,
            j == 9,
        )


@action
def submit_sheets(*, cycle: Cycle, by: User, at: datetime) -> int:
    """File the sheets of nineteen in twenty, as their owners would; returns how many."""
    keys = list(Sheet.objects.filter(cycle=cycle, state="drafting").order_by("pk").values_list("pk", flat=True))
    written = 0
    for start in range(0, len(keys), BATCH):
        written += _submit(cycle, keys[start : start + BATCH], by, at)
    filed = Sheet.objects.filter(cycle=cycle, state="drafting", submissions__isnull=False)
    Sheet.objects.filter(pk__in=filed.values("pk")).update(state="submitted", version=F("version") + 1)
    recount_cycle(cycle.pk)
    nothing_changed()
    return written


def _submit(cycle: Cycle, keys: list[int], by: User, at: datetime) -> int:
    sheets = [
        sheet
        for sheet in Sheet.objects.filter(pk__in=keys).select_related(
            "person", "member__agency", "member__unit", "cycle"
        )
        if int(sheet.person.code) % MISSING_EVERY
    ]
    tasks: dict[int, list[Task]] = {}
    for task in facts.tasks_of([s.person_id for s in sheets], cycle):
        tasks.setdefault(task.person_id, []).append(task)
    pattern = bulk.Pattern(
        Submission, ("id", "sheet_id", "author_id", "document", "digest"), number=1, part="self", at=at
    )
    rows: list[bulk.Row] = []
    for key, sheet in zip(bulk.reserve(Submission, len(sheets)), sheets, strict=True):
        mine = tasks.get(sheet.person_id, [])
        document = _document(int(sheet.person.code))
        subject = facts.self_subject(sheet.member, sheet.person, mine, document)
        plain = {"decisions": {}, "leadership_factors": {}, **subject}
        if len(rows) % CHECKED_EVERY == 0:  # filing parses each sheet; a sample here
            assert plain == json.loads(canonical_json(parse_subject(subject)))
        text = stored.self_json(sheet, document, mine, plain)
        rows.append(pattern.row(key, sheet.pk, sheet.person.user_id or by.pk, text, facts.digest_of(text)))
    bulk.insert(Submission, rows)
    return len(rows)


def _document(number: int) -> SelfDocument:
    criteria = catalogue.load("state/nd-335-2025").criteria
    off = (0, 0, 0, 50, 100)
    marks = {c.slug: int(c.max * 100) - off[(number + i) % 5] for i, c in enumerate(criteria)}
    return SelfDocument(
        marks=marks, strengths="Hoàn thành đúng hạn.", shortcomings="Cần chủ động hơn.", unreported_ok=True
    )


def _judged(sheets: list[int]) -> dict[int, str]:
    """What who evaluates stores by sheet: what was filed, agreed with as it is."""
    filed = Submission.objects.filter(sheet__in=sheets, part="self").values_list("sheet_id", "document")
    agreed = {"over": 1, "comment": "Nhất trí.", "factor_reasons": {}, "notes": {}}
    return {sheet: facts.canonical(json.loads(text) | agreed) for sheet, text in filed}


@action
def confirm_sheets(*, cycle: Cycle, by: User, at: datetime) -> int:
    """Confirm every submitted sheet as proposed, exempt the rest, and choose a form of publication."""
    proposed = ProposedResult.objects.filter(sheet__cycle=cycle, sheet__state="submitted").order_by("sheet_id")
    columns = ("sheet_id", "sheet__person_id", "sheet__evaluator_id", "score", "score_shown", "band")
    rows = list(proposed.values_list(*columns))
    keys, results = bulk.reserve(Submission, len(rows)), bulk.reserve(Confirmation, len(rows))
    judged = bulk.Pattern(
        Submission, ("id", "sheet_id", "document", "digest"), number=2, part="evaluator", author=by, at=at
    )
    for start in range(0, len(rows), BATCH):
        texts = _judged([sheet for sheet, *_ in rows[start : start + BATCH]])
        pairs = zip(keys[start : start + BATCH], rows[start : start + BATCH], strict=True)
        held = ((key, row[0], texts[row[0]]) for key, row in pairs)
        bulk.insert(Submission, [judged.row(key, pk, text, facts.digest_of(text)) for key, pk, text in held])
    book = catalogue.load("state/nd-335-2025")
    confirmed = bulk.Pattern(
        Confirmation,
        ("id", "submission_id", "sheet_id", "subject_id", "confirmed_by_id", "score", "score_shown", "band"),
        number=1, rulebook=book.key, rulebook_hash=book.hash, engine_version="1", outcome_kind="scored", outcome="{}",
        comment="Nhất trí.", at=at,
    )  # fmt: skip
    made = [confirmed.row(one, key, *row) for one, key, row in zip(results, keys, rows, strict=True)]
    bulk.insert(Confirmation, made)
    sheets = Sheet.objects.filter(cycle=cycle)
    sheets.filter(state="submitted").update(state="confirmed", version=F("version") + 1)
    sheets.exclude(state="confirmed").update(state="exempted", version=F("version") + 1)
    recount_cycle(cycle.pk)
    form = bulk.Pattern(
        PublicationForm, ("id",), unit=cycle.root, kind="electronic", decided_by="QĐ 1/QĐ-UBND", start=date(2025, 7, 1),
        set_at=at,
    )  # fmt: skip
    bulk.insert(PublicationForm, [form.row(*bulk.reserve(PublicationForm, 1))])
    nothing_changed()
    return len(rows)
