"""What a hand-over of results holds, what still has to be sent, and the pages about it; each with its access check."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from thuocdo.accounts.models import User
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import BEING_MADE, Confirmation, Sheet, sheet_made
from thuocdo.audit.digests import canonical, sha256
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.exact import decimal_vi, exact_vi, parse_fraction
from thuocdo.kernel.periods import period_label
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.organisation.queries import forest, on_day
from thuocdo.organisation.reach import reach_of
from thuocdo.organisation.successors import Keepers, keeper_of, keepers
from thuocdo.results.access import memberships
from thuocdo.results.keeping import reading_units, received_by
from thuocdo.results.models import Handover, HandoverLine, Rollup
from thuocdo.results.papers.handed import kept_papers, paper_content, paper_label
from thuocdo.results.papers.models import YearPaper
from thuocdo.results.person_file import result_content, rollup_content

Kind, State = HandoverLine.Kind, Handover.State
COUNTS = (State.SENT, State.RECEIVED)
"""A hand-over that was returned or withdrawn handed nothing over."""
LEFT_SHOWN, SHOWN = 200, 50


@dataclass(frozen=True)
class Piece:
    """One thing to hand over; `content` is kept as canonical text."""

    kind: str
    label: str
    content: dict[str, Any]
    confirmation: int | None = None

    @property
    def text(self) -> str:
        return canonical(self.content)

    @property
    def digest(self) -> str:
        return sha256(self.text)


More = Callable[[Collection[int]], Iterable[Piece]]
_MORE: list[More] = []


def register(more: More) -> None:
    """A room above adds what it keeps about some sheets."""
    if more not in _MORE:
        _MORE.append(more)


def pieces(person_id: int, agency: int, year: int) -> tuple[list[Piece], list[dict[str, str]]]:
    """What the agency holds about the person's year and may send, and what not yet, with why.

    Results in force of closed periods, its own and those it received; roll-ups of just these; the papers of the year;
    what rooms above add.
    """
    kept = keepers()
    own = [m for m in memberships(person_id, year) if m.agency_id and keeper_of(m.agency_id, kept) == agency]
    closed = [sheet_made(m) for m in own if m.cycle.state == Cycle.State.CLOSED]
    sheets = {sheet.pk for sheet in closed if sheet is not None}
    received = received_by(identities(person_id), year, kept).get(agency, set())
    rows = in_force(Confirmation.objects.filter(Q(sheet__in=sheets) | Q(pk__in=received)))
    rows = rows.select_related("sheet__cycle").order_by("sheet__cycle__kind", "sheet__cycle__number", "pk")
    results = list(rows)
    found = [Piece(Kind.RESULT, f"Kết quả {r.sheet.cycle.short_name}", result_content(r.pk), r.pk) for r in results]
    left = [{"label": m.cycle.short_name.capitalize(), "why": why} for m in own if (why := _why_not(m, results))]
    mine = {r.pk for r in results}
    rollups = Rollup.objects.filter(person__in=identities(person_id), year=year, replaced_by__isnull=True)
    for row in rollups.select_related("decided_by").order_by("kind", "number", "pk"):
        used = {part["confirmation"] for part in row.included} - {None}
        name = f"Điểm tổng hợp {period_label(row.kind, row.year, row.number).lower()}"
        if used <= mine:
            found.append(Piece(Kind.ROLLUP, name, rollup_content(row)))
        elif used & mine:
            left.append({"label": name, "why": "có kỳ đã sửa hoặc chưa có ở đây; cần tính lại trước"})
    for paper in kept_papers(identities(person_id), agency, year, kept):
        found.append(Piece(Kind.PAPER, paper_label(paper), paper_content(paper)))
    return [*found, *(one for more in _MORE for one in more([r.sheet_id for r in results]))], left


def _why_not(member: Member, results: Collection[Confirmation]) -> str:
    if member.standing != Member.Standing.IN:
        return member.get_standing_display()
    sheet = sheet_made(member)
    if sheet is None:
        return BEING_MADE
    if sheet.state == Sheet.State.EXEMPTED:
        return "miễn lập phiếu"
    if member.cycle.state != Cycle.State.CLOSED:
        return "kỳ chưa khóa; gửi bổ sung sau khi khóa"
    known = {row.sheet_id for row in results}
    return "" if sheet.pk in known else f"chưa có kết quả ({sheet.get_state_display()})"


def not_yet_sent(found: Iterable[Piece], person_id: int, to_id: int, year: int) -> list[Piece]:
    """Those pieces that the new agency was not sent in just this form."""
    before = HandoverLine.objects.filter(
        handover__person__in=identities(person_id), handover__to_agency=to_id, handover__year=year,
        handover__state__in=COUNTS,
    )  # fmt: skip
    known = set(before.values_list("kind", "digest"))
    return [one for one in found if (one.kind, one.digest) not in known]


@dataclass(frozen=True)
class ToSend:
    """Results and papers of a year of somebody who left for another agency, not sent there yet."""

    person: Person
    from_agency: Unit
    to_agency: Unit
    year: int
    results: int
    papers: int = 0

    @property
    def words(self) -> str:
        parts = ((self.results, "kết quả"), (self.papers, "giấy tờ"))
        return ", ".join(f"{number} {what}" for number, what in parts if number)


@dataclass(frozen=True)
class Desk:
    """Hand-overs of the agencies one looks after: to send, to receive, on their way, and the latest that are done."""

    to_send: tuple[ToSend, ...]
    to_receive: tuple[Handover, ...]
    sent: tuple[Handover, ...]
    done: tuple[Handover, ...]
    sends: bool


def desk(user: User, on: date) -> Desk:
    """For organisation officers (sending, receiving) and heads of agencies (receiving). Constant queries."""
    reach = reach_of(user, on)
    officer, headed = reach.get("officer", frozenset()), reach.get("took_over", frozenset())
    rows = Handover.objects.filter(Q(from_agency__in=officer) | Q(to_agency__in=officer | headed))
    rows = rows.select_related("person", "from_agency", "to_agency").annotate(number_of_lines=Count("lines"))
    found = list(rows.order_by("-pk")[: 4 * SHOWN])
    waiting = [one for one in found if one.state == State.SENT]
    return Desk(
        tuple(_to_send(officer, on)),
        tuple(one for one in waiting if one.to_agency_id in officer | headed and one.sent_by_id != user.pk),
        tuple(one for one in waiting if one.from_agency_id in officer),
        tuple(one for one in found if one.state != State.SENT)[:SHOWN],
        bool(officer),
    )


def _to_send(officer: frozenset[int], on: date) -> list[ToSend]:
    """Of the people who left a post in these units since the beginning of last year, the latest `LEFT_SHOWN`."""
    since = date(on.year - 1, 1, 1)
    left = Employment.objects.filter(unit__in=officer, end__gte=since, end__lte=on).order_by("-end", "pk")
    people = list(dict.fromkeys(left.values_list("person_id", flat=True)[: 4 * LEFT_SHOWN]))[:LEFT_SHOWN]
    if not people:
        return []
    now = dict(
        Employment.objects.filter(on_day(on), person__in=people).order_by("start", "pk").values_list("person", "unit")
    )
    tree, kept = forest(on), keepers()
    there = {person: tree.agency(unit) for person, unit in now.items()}
    results = Confirmation.objects.filter(
        subject__in=list(there), sheet__cycle__state=Cycle.State.CLOSED, sheet__cycle__year__gte=since.year
    )
    every = in_force(results).values_list("pk", "subject_id", "sheet__member__agency_id", "sheet__cycle__year")
    rows = [row for row in every if row[2] in officer]
    lines = HandoverLine.objects.filter(
        handover__state__in=COUNTS, handover__person__in=list(there), kind__in=(Kind.RESULT, Kind.PAPER)
    ).values_list("confirmation_id", "digest", "handover__to_agency_id")
    sent = {(key or digest, keeper_of(to, kept)) for key, digest, to in lines}
    waiting: dict[tuple[int, int, int], int] = defaultdict(int)
    for key, person, agency, year in rows:
        to, held = there[person], keeper_of(agency, kept)
        if to is not None and to != held and (key, to) not in sent:
            waiting[person, held, year] += 1
    papers = _papers_waiting(there, officer, since.year, kept, sent)
    found = {*waiting, *papers}
    names = Unit.objects.in_bulk({pk for pk in there.values() if pk is not None} | {held for _, held, _ in found})
    who = Person.objects.in_bulk({person for person, _, _ in found})
    made = [
        ToSend(who[person], names[held], names[to], year, waiting.get(key, 0), papers.get(key, 0))
        for key in found
        for person, held, year in [key]
        if (to := there[person]) is not None
    ]
    return sorted(made, key=lambda one: (one.person.sort_key, one.person.pk, one.year))


def _papers_waiting(
    there: Mapping[int, int | None], agencies: Collection[int], year: int, kept: Keepers, sent: Collection[Any]
) -> dict[tuple[int, int, int], int]:
    """Papers in force, filed since or not, that the new agency was not sent, by person, keeper and year. One query."""
    rows = YearPaper.objects.filter(person__in=list(there), year__gte=year, replaced_by__isnull=True)
    found: dict[tuple[int, int, int], int] = defaultdict(int)
    for row in (one for one in rows if one.agency_id in agencies):
        to, held = there[row.person_id], keeper_of(row.agency_id, kept)
        if to is not None and to != held and (sha256(canonical(paper_content(row))), to) not in sent:
            found[row.person_id, held, row.year] += 1
    return found


@dataclass(frozen=True)
class Line:
    """A line as a page shows it. `score` is a decimal, followed by the exact fraction where it does not end; empty for
    whoever may not read it (yet)."""

    row: HandoverLine
    score: str
    sheet: int | None


@dataclass(frozen=True)
class Shown:
    """One hand-over. `readable`: its contents; before the receipt the new agency sees only what is included.
    `looks`: also the sheets themselves."""

    row: Handover
    lines: tuple[Line, ...]
    own: bool
    readable: bool
    looks: bool
    may_receive: bool
    may_withdraw: bool


def shown(user: User, handover_id: int, on: date) -> Shown:
    """For the person, and for officers, inspectors and heads of either agency. Raises NotYours."""
    related = ("person", "from_agency", "to_agency", "sent_by", "closed_by")
    row = Handover.objects.select_related(*related).filter(pk=handover_id).first()
    if row is None:
        raise NotYours()
    own = row.person.user_id == user.pk
    units = reading_units(user, on)
    sends, receives = row.from_agency_id in units, row.to_agency_id in units
    if not (own or sends or receives):
        raise NotYours()
    reach = reach_of(user, on)
    officer, headed = reach.get("officer", frozenset()), reach.get("took_over", frozenset())
    readable = own or sends or row.state == State.RECEIVED
    waits = row.state == State.SENT and not own
    lines = tuple(_line(one, readable) for one in row.lines.select_related("confirmation").order_by("pk"))
    return Shown(
        row,
        lines,
        own,
        readable,
        row.state == State.RECEIVED and receives,
        waits and row.to_agency_id in officer | headed and row.sent_by_id != user.pk,
        waits and row.from_agency_id in officer,
    )


def _line(row: HandoverLine, readable: bool) -> Line:
    if not readable:
        return Line(row, "", None)
    content = json.loads(row.content)
    sheet = row.confirmation.sheet_id if row.confirmation else None
    score = content.get("score", "")
    return Line(row, _in_words(parse_fraction(score)) if score else "", sheet)


def _in_words(score: Fraction) -> str:
    decimal, exact = decimal_vi(score), exact_vi(score)
    return decimal if decimal == exact else f"{decimal} (đúng bằng {exact})"


def of_person(user: User) -> list[Handover]:
    """The user's own results on their way and arrived, newest first."""
    rows = Handover.objects.filter(person__user_id=user.pk).select_related("from_agency", "to_agency")
    return list(rows.order_by("-pk")[:SHOWN])
