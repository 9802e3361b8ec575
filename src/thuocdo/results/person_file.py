"""The electronic file of a person's year (Điều 24): what it holds, for whoever may see every sheet of that year."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals import stored
from thuocdo.appraisals.access import viewable
from thuocdo.appraisals.facts import period_data
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.decisions.models import Decision, DecisionLine
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import Span, period_code, period_span
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Employment, Person
from thuocdo.records.models import Absence
from thuocdo.results.access import person_with
from thuocdo.results.keeping import sent_along
from thuocdo.results.models import Handover, Rollup
from thuocdo.results.papers.handed import read_along


@dataclass(frozen=True)
class PersonFile:
    """Whose file of which year, and the confirmed results it holds, oldest first, all versions.

    `missing` names what is kept at another agency and was not handed over to the reader's; `agencies` are those
    whose own file this is. `spans` are the days of the periods the reader sees, None for the person: nobody else reads
    of posts and absences outside them. `people` are the person's ids, merged ones included; `roots` the units of the
    periods of the year in which an agency has a sheet of the person; `papers` those that came with a hand-over.
    """

    person: Person
    year: int
    results: tuple[Confirmation, ...]
    monthly: bool
    missing: tuple[str, ...] = ()
    agencies: frozenset[int | None] = frozenset()
    spans: tuple[Span, ...] | None = None
    people: tuple[int, ...] = ()
    roots: frozenset[int] = frozenset()
    papers: frozenset[int] = frozenset()

    @property
    def sheets(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(one.sheet_id for one in self.results))


def person_file(user: User, person_id: int, year: int, on: date, *, results: bool = True) -> PersonFile:
    """The file of the year for the person, and for whoever may see every sheet of an agency: its officers and
    inspectors, the evaluator of all of them; with what that agency was sent and has received. Raises NotYours, also
    where nothing was confirmed. The documents stay unread; without `results` these too."""
    person = person_with(person_id)
    people = identities(person_id)
    related = ("person", "evaluator", "cycle", "member__agency")
    every = list(Sheet.objects.filter(person__in=people, cycle__year=year).select_related(*related).order_by("pk"))
    if person is None or not every:
        raise NotYours()
    own = person.user_id == user.pk
    seen = set() if own else viewable(user, [sheet.pk for sheet in every], on)
    sheets = [sheet for sheet in every if own or sheet.pk in seen]
    others = [sheet for sheet in every if sheet not in sheets]
    sent = set() if own else sent_along(user, [sheet.pk for sheet in sheets], on)
    here = frozenset(sheet.member.agency_id for sheet in sheets if sheet.pk not in sent)
    if not sheets or any(sheet.member.agency_id in here for sheet in others):
        raise NotYours()
    rows = Confirmation.objects.filter(sheet__in=sheets if results else [])
    rows = rows.select_related("sheet__cycle", "sheet__member").defer("outcome")
    rows = rows.order_by("sheet__cycle__kind", "sheet__cycle__number", "sheet", "number")
    missing = tuple(f"{s.cycle.short_name}: ở {s.member.agency or s.member.unit}, chưa bàn giao" for s in others)
    spans = None if own else tuple(period_span(s.cycle.kind, s.cycle.year, s.cycle.number) for s in sheets)
    roots = frozenset(s.cycle.root_id for s in every if s.member.agency_id is not None)
    monthly = any(s.cycle.kind == "month" for s in sheets)
    came = frozenset() if own else read_along(user, people, year, on)
    return PersonFile(person, year, tuple(rows), monthly, missing, here, spans, people, roots, came)


def pieces(file: PersonFile) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, what it is, and content of every piece kept as data; one at a time. The access was checked before."""
    for row in file.results:
        yield f"ket-qua/{name_of(row)}.json", "kết quả đã xác nhận và dữ kiện của nó", result_content(row.pk)
    petitions = Petition.objects.filter(sheet__in=file.sheets).select_related("authority", "answered_by")
    for asked in petitions.order_by("pk"):
        yield f"kien-nghi/kien-nghi-{asked.pk}.json", "kiến nghị và trả lời", _petition(asked)
    people = identities(file.person.pk)
    lines = DecisionLine.objects.filter(person__in=people, confirmation__sheet__in=file.sheets)
    decisions = Decision.objects.filter(pk__in=lines.values("decision")).select_related("unit", "signer")
    for decision in decisions.order_by("pk"):
        yield f"quyet-dinh/van-ban-{decision.pk}.json", "văn bản kết quả có tên người này", _decision(decision)
    rollups = Rollup.objects.filter(person__in=people, year=file.year).order_by("pk").select_related("decided_by")
    known = {row.pk for row in file.results}
    frozen = [one for one in rollups if {part["confirmation"] for part in one.included} - {None} <= known]
    yield "diem-tong-hop.json", "điểm quý, 6 tháng, năm đã chốt", {"rows": [rollup_content(one) for one in frozen]}
    for handed in _handovers(people, file):
        yield f"ban-giao/ban-giao-{handed.pk}.json", "kết quả bàn giao theo người chuyển công tác", _handover(handed)
    if file.missing:
        yield "chua-co.json", "kết quả ở cơ quan khác, chưa được bàn giao", {"missing": list(file.missing)}
    yield "ho-so.json", "vị trí công tác và thời gian vắng trong năm", _records(people, file)


def name_of(row: Confirmation) -> str:
    """`2026-02-lan-1`, `2026-q1-lan-2`: period and version of a result."""
    cycle = row.sheet.cycle
    period = period_code(cycle.kind, cycle.year, cycle.number).lower().replace("-t", "-")
    return f"{period}-s{row.sheet_id}-lan-{row.number}"


def _moment(value: datetime | date | None) -> str | None:
    return None if value is None else value.isoformat()


def result_content(key: int) -> dict[str, Any]:
    """A confirmed result as it goes into files: what was filed, judged and worked out."""
    row = Confirmation.objects.select_related("submission", "confirmed_by", "sheet__cycle").get(pk=key)
    return {
        "period": period_data(row.sheet.cycle),
        "version": row.number,
        "in_force": not Confirmation.objects.filter(replaces=row).exists(),
        "replace_reason": row.replace_reason,
        "rulebook": {"key": row.rulebook, "overlays": row.overlays, "sha256": row.rulebook_hash},
        "engine_version": row.engine_version,
        "score": row.score,
        "outcome_kind": row.outcome_kind,
        "band": row.band,
        "comment": row.comment,
        "confirmed_by": row.confirmed_by.full_name,
        "confirmed_at": _moment(row.at),
        "document": stored.read(row.submission),
        "document_sha256": row.submission.digest,
        "outcome": json.loads(row.outcome),
    }


def _petition(row: Petition) -> dict[str, Any]:
    return {
        "text": row.text,
        "received_at": _moment(row.received_at),
        "answer_by": _moment(row.answer_by),
        "clock": row.clock,
        "authority": row.authority.name,
        "state": row.get_state_display(),
        "answer": row.answer,
        "answered_by": row.answered_by.full_name if row.answered_by else None,
        "answered_at": _moment(row.answered_at),
    }


def _decision(row: Decision) -> dict[str, Any]:
    """The paper without its list: the list is about other people too."""
    return {
        "kind": row.get_kind_display(),
        "subject": row.subject,
        "number": f"{row.number}/{row.symbol}",
        "signed_on": _moment(row.signed_on),
        "signer": row.signer.full_name if row.signer else None,
        "unit": row.unit.name,
        "state": row.get_state_display(),
        "sha256": row.digest,
    }


def rollup_content(row: Rollup) -> dict[str, Any]:
    """A frozen roll-up as it goes into files."""
    return {
        "kind": row.kind,
        "number": row.number,
        "revision": row.revision,
        "parts": row.parts,
        "included": row.included,
        "left_out": row.left_out,
        "decisions": row.decisions,
        "score": row.score,
        "rulebook_sha256": row.rulebook_hash,
        "decided_by": row.decided_by.full_name,
        "at": _moment(row.at),
        "replace_reason": row.replace_reason,
    }


def _handovers(people: tuple[int, ...], file: PersonFile) -> Iterator[Handover]:
    """Those of the agencies whose file it is, with their contents where they were received or are their own."""
    rows = Handover.objects.filter(person__in=people, year=file.year).select_related("from_agency", "to_agency")
    for row in rows.prefetch_related("lines").order_by("pk"):
        arrived = row.to_agency_id in file.agencies and row.state == Handover.State.RECEIVED
        if arrived or row.from_agency_id in file.agencies:
            yield row


def _handover(row: Handover) -> dict[str, Any]:
    return {
        "from": row.from_agency.name,
        "to": row.to_agency.name,
        "number": row.number,
        "state": row.get_state_display(),
        "sent_at": _moment(row.sent_at),
        "closed_at": _moment(row.closed_at),
        "sha256": row.digest,
        "left_out": row.left_out,
        "lines": [
            {
                "kind": one.get_kind_display(),
                "label": one.label,
                "sha256": one.digest,
                "content": json.loads(one.content),
            }
            for one in row.lines.all()
        ],
    }


def _records(people: tuple[int, ...], file: PersonFile) -> dict[str, Any]:
    spans = (period_span("year", file.year, 1),) if file.spans is None else file.spans
    posts = Employment.objects.filter(person__in=people).select_related("unit").order_by("start", "pk")
    away = Absence.objects.filter(person__in=people).order_by("start", "pk")
    return {
        "posts": [
            {"unit": one.unit.name, "position": one.position, "kind": one.get_kind_display(), **seen}
            for one in posts
            if (seen := _seen(one.start, one.end, spans, file.spans is None))
        ],
        "absences": [
            {"kind": one.get_kind_display(), **seen}
            for one in away
            if (seen := _seen(one.start, one.end, spans, file.spans is None))
        ],
    }


def _seen(start: date, end: date | None, spans: Sequence[Span], whole: bool) -> dict[str, str | None]:
    """First and following day of what touches the spans; for another reader than the person an end after them is left
    open, as it was when the last period was judged. Empty: not to be seen."""
    if not any(start < (span.end or date.max) and (end is None or end > span.start) for span in spans):
        return {}
    last = max(span.end or date.max for span in spans)
    return {"start": _moment(start), "end": _moment(end) if whole or (end is not None and end <= last) else None}
