"""Reads of sources and of what they brought. Access is checked here."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from thuocdo.accounts.models import User
from thuocdo.inflow import rules
from thuocdo.inflow.access import handled_units, source_of_handler, source_of_officer
from thuocdo.inflow.actions.deliveries import decide, missing_from
from thuocdo.inflow.actions.files import content_of_file
from thuocdo.inflow.mapped import lost_people
from thuocdo.inflow.models import DeliveryDay, LargeSourceFile, Source, SourceFile, SourceItem
from thuocdo.inflow.payloads import read_back
from thuocdo.inflow.planning import Decision
from thuocdo.inflow.remedies import remedy_of
from thuocdo.inflow.tables import columns_of
from thuocdo.inflow.values import LABELS, shown, values_of
from thuocdo.intake.queries import QUIET_AFTER
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.typed import format_each
from thuocdo.organisation.access import day_of
from thuocdo.organisation.queries import officer_units
from thuocdo.work.rules import EACH

PAGE = 50
WAITING = (SourceItem.State.WAITING, SourceItem.State.CONFLICT)


def item_of_source(source: Source, external_id: str) -> SourceItem:
    """One of the source's own items. Raises NotYours, for the items of others as for unknown ones."""
    item = SourceItem.objects.filter(source=source, external_id=external_id).select_related("task").first()
    if item is None:
        raise NotYours("Nguồn này chưa gửi công việc nào có mã đó.")
    return item


@dataclass(frozen=True)
class SourceLine:
    """A source in a list: how much waits, when it was last heard, whether it is silent too long."""

    source: Source
    counts: Mapping[str, int]
    last: datetime | None
    failure: str
    silent: bool

    @property
    def applied(self) -> int:
        """How many items are tasks here."""
        return self.counts.get(SourceItem.State.APPLIED, 0)

    @property
    def waiting(self) -> int:
        """How many items wait for a person."""
        return sum(self.counts.get(state, 0) for state in WAITING)


def sources_of_officer(user: User, at: datetime) -> list[SourceLine]:
    """The sources the user looks after. Four queries."""
    return _lines(Q(agency_id__in=officer_units(user, day_of(at))), at)


def sources_to_handle(user: User, at: datetime) -> list[SourceLine]:
    """The sources whose inbox the user handles. At most six queries."""
    return _lines(Q(agency_id__in=handled_units(user, day_of(at))), at)


def _lines(condition: Q, at: datetime) -> list[SourceLine]:
    return _told(list(Source.objects.filter(condition).select_related("agency").order_by("state", "name", "pk")), at)


def _told(sources: list[Source], at: datetime) -> list[SourceLine]:
    """The lines of these sources. Four queries at most."""
    if not sources:
        return []
    counts: dict[int, dict[str, int]] = {}
    rows = SourceItem.objects.filter(source__in=sources).values_list("source_id", "state").annotate(n=Count("pk"))
    for source_id, state, number in rows.order_by("source_id", "state"):
        counts.setdefault(source_id, {})[state] = number
    heard, failed = _heard(sources)
    return [
        SourceLine(
            s, counts.get(s.pk, {}), heard.get(s.pk), failed.get(s.pk, ""),
            s.state == Source.State.ACTIVE and rules.is_silent(heard.get(s.pk), s.created_at, s.silent_days, at),
        )
        for s in sources
    ]  # fmt: skip


def _heard(sources: list[Source]) -> tuple[dict[int, datetime], dict[int, str]]:
    """When each source was last heard, and what went wrong the last time."""
    days = DeliveryDay.objects.filter(source__in=sources)
    heard = days.filter(times__gt=0).values_list("source_id").annotate(last=Max("last_at")).order_by("source_id")
    newest = days.values_list("source_id").annotate(day=Max("day")).order_by("source_id")
    last_day = dict(newest)
    bad = days.exclude(failure="").values_list("source_id", "day", "failure")
    return dict(heard), {pk: words for pk, day, words in bad if last_day.get(pk) == day}


@dataclass(frozen=True)
class SourceView:
    """A source for its officer: its line, its last days, its last files."""

    line: SourceLine
    days: list[tuple[DeliveryDay, str]]
    files: list[SourceFile]
    lost: list[str]


def source_view(user: User, source_id: int, at: datetime) -> SourceView:
    """One source of the officer. Raises NotYours."""
    source = source_of_officer(user, source_id, at)
    days = DeliveryDay.objects.filter(source=source).order_by("-day")[:14]
    files = SourceFile.objects.filter(source=source).defer("offers", "problems").order_by("-pk")[:20]
    lost = lost_people(source.agency_id, source.people, day_of(at))
    return SourceView(_told([source], at)[0], [(d, counts_in_words(d.counts)) for d in days], list(files), lost)


@dataclass(frozen=True)
class Pair:
    """One field of a conflict: here and at the source, as people read it."""

    label: str
    here: str
    there: str


@dataclass(frozen=True)
class InboxItem:
    """A waiting item with what the source wrote; for a conflict also both versions side by side."""

    item: SourceItem
    content: Mapping[str, Any]
    pairs: list[Pair]

    @property
    def remedy(self) -> str:
        """What to do next; empty for an item that waits for nobody."""
        return remedy_of(self.item.problem_code) if self.item.state in WAITING else ""

    @property
    def due(self) -> str:
        """The deadline as 30/10/2026."""
        return shown("due_date", self.content["due_date"])

    @property
    def done(self) -> str:
        """The day of completion as 30/10/2026; empty where the source names none."""
        return shown("due_date", self.content["done_on"]) if self.content["done_on"] else ""


@dataclass(frozen=True)
class Inbox:
    """One page of what waits in a source."""

    line: SourceLine
    state: str
    items: list[InboxItem]
    number: int
    pages: int
    lost: list[str]

    @property
    def needed(self) -> list[str]:
        """Titles of the columns that every file of the source has."""
        return [column.title for column in columns_of(self.line.source) if column.needed]

    @property
    def further(self) -> list[str]:
        """Titles of the columns that are read where a file has them."""
        return [column.title for column in columns_of(self.line.source) if not column.needed]


def inbox(user: User, source_id: int, state: str, number: int, at: datetime) -> Inbox:
    """Items of a source in one state, 50 a page. Raises NotYours."""
    source = source_of_handler(user, source_id, at)
    line = _told([source], at)[0]
    wanted = state if state in SourceItem.State.values else SourceItem.State.WAITING
    pages = max(1, -(-line.counts.get(wanted, 0) // PAGE))
    here = min(max(number, 1), pages)
    rows = SourceItem.objects.filter(source=source, state=wanted).select_related("task__person", "task__product")
    found = rows.order_by("-received_at", "pk")[(here - 1) * PAGE : here * PAGE]
    lost = lost_people(source.agency_id, source.people, day_of(at))
    return Inbox(line, wanted, [_shown(i) for i in found], here, pages, lost)


def inbox_items(user: User, source_id: int, state: str, at: datetime) -> list[InboxItem]:
    """All items of a source in one state, as on its pages: for a list. Constant queries. Raises NotYours."""
    source = source_of_handler(user, source_id, at)
    wanted = state if state in SourceItem.State.values else SourceItem.State.WAITING
    rows = SourceItem.objects.filter(source=source, state=wanted).select_related("task__person", "task__product")
    return [_shown(item) for item in rows.order_by("-received_at", "pk")]


def _shown(item: SourceItem) -> InboxItem:
    content = read_back(item.payload)
    pairs: list[Pair] = []
    if item.state == SourceItem.State.CONFLICT and item.task is not None:
        here = values_of(item.task)
        there = _offered(content) if not item.withdrawing else item.applied
        pairs = [
            Pair(LABELS[n], shown(n, here[n]), shown(n, value))
            for n, value in there.items()
            if n in here and here[n] != value
        ]
    return InboxItem(item, content, pairs)


def _offered(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the source wrote, in the words of a task, where it can be compared as it stands."""
    plain = {n: content[n] for n in ("title", "due_date", "start_date", "assigned_by", "expected", "nature")}
    plain["assigned"] = rules.hundredths(content["quantity"] or "1")
    if content["coefficient"]:
        plain["coefficient"] = rules.hundredths(content["coefficient"])
    if content["result"]:
        plain |= {n: rules.hundredths(content["result"][n]) for n in ("completed", "quality_met", "on_time")}
        plain |= {n: content["result"][n] for n in ("quality_errors", "late", "cause", "evidence")}
        plain |= {n: format_each(content["result"][n]) for n in EACH if content["result"].get(n) is not None}
    return plain


@dataclass(frozen=True)
class FileLine:
    """What one row of a large file would do, as it was when the worker read it."""

    outcome: str
    external_id: str
    title: str
    message: str


@dataclass(frozen=True)
class FileView:
    """A file before it is applied: what each row would do. `large`: where the worker is with it, None for a small one;
    `quiet`: it has stood still for long."""

    row: SourceFile
    source: Source
    decisions: Sequence[Decision | FileLine]
    counts: Mapping[str, int]
    large: LargeSourceFile | None = None
    quiet: bool = False

    @property
    def working(self) -> bool:
        """Whether the worker has something to do."""
        return self.row.state in (SourceFile.State.READING, SourceFile.State.APPLYING)


def file_view(user: User, file_id: int, at: datetime) -> FileView:
    """A file with the effect of each row: as things stand now, of a large one as they stood when it was read. Raises
    NotYours."""
    row = SourceFile.objects.filter(pk=file_id).select_related("large").defer("large__content").first()
    if row is None:
        raise NotYours()
    source = source_of_handler(user, row.source_id, at)
    large: LargeSourceFile | None = getattr(row, "large", None)
    quiet = large is not None and (at - (large.moved_at or large.asked_at)).total_seconds() > QUIET_AFTER
    if row.state != SourceFile.State.READY:
        return FileView(row, source, [], {}, large, quiet)
    decisions: Sequence[Decision | FileLine]
    if large is not None:
        decisions = [FileLine(*line) for line in json.loads(large.lines)]
    else:
        offers, wrong = content_of_file(row)
        gone = missing_from(source, offers, wrong) if row.whole else []
        _, decisions = decide(source, offers, gone, at, None, wrong, lock=False)
    return FileView(row, source, decisions, Counter(one.outcome for one in decisions), large, quiet)


def next_large_file() -> LargeSourceFile | None:
    """The large file of a source that has waited longest: for the worker, which has no user."""
    waiting = LargeSourceFile.objects.exclude(step=LargeSourceFile.Step.NONE)
    return waiting.order_by("asked_at", "pk").first()


OUTCOMES = {
    "created": "mới",
    "updated": "thay đổi",
    "unchanged": "không đổi",
    "withdrawn": "thu hồi",
    "waiting": "chưa hiểu",
    "conflict": "khác với việc ở đây",
    "refused": "bị từ chối",
    "stale": "bản cũ",
    "ignored": "bỏ qua",
    "unknown": "không có",
}
"""What becomes of an item, in words."""


def counts_in_words(counts: Mapping[str, int]) -> str:
    """`2 mới, 1 chưa hiểu`."""
    return ", ".join(f"{counts[key]} {words}" for key, words in OUTCOMES.items() if counts.get(key))
