"""The electronic file of a person's year (Điều 24): what it holds, for whoever may see every sheet of that year."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals import stored
from thuocdo.appraisals.access import may_view
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.decisions.models import Decision, DecisionLine
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Employment, Person
from thuocdo.records.models import Absence
from thuocdo.results.models import Rollup


@dataclass(frozen=True)
class PersonFile:
    """Whose file of which year, and the confirmed results it holds, oldest first, all versions."""

    person: Person
    year: int
    results: tuple[Confirmation, ...]
    monthly: bool

    @property
    def sheets(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(one.sheet_id for one in self.results))


def person_file(user: User, person_id: int, year: int, on: date) -> PersonFile:
    """The file of the year for the person, and for whoever may see every sheet of it: officers and inspectors of the
    unit, the evaluator of all of them. Raises NotYours, also where nothing was confirmed. The documents stay unread."""
    person = Person.objects.filter(pk=person_id).first()
    people = identities(person_id)
    sheets = list(
        Sheet.objects.filter(person__in=people, cycle__year=year).select_related("person", "evaluator", "cycle")
    )
    if person is None or not sheets:
        raise NotYours()
    if person.user_id != user.pk and not all(may_view(sheet, user, on) for sheet in sheets):
        raise NotYours()
    rows = Confirmation.objects.filter(sheet__in=sheets).select_related("sheet__cycle", "sheet__member")
    rows = rows.defer("outcome").order_by("sheet__cycle__kind", "sheet__cycle__number", "sheet", "number")
    return PersonFile(person, year, tuple(rows), any(sheet.cycle.kind == "month" for sheet in sheets))


def pieces(file: PersonFile) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, what it is, and content of every piece kept as data; one at a time. The access was checked before."""
    for row in file.results:
        yield f"ket-qua/{name_of(row)}.json", "kết quả đã xác nhận và dữ kiện của nó", _result(row.pk)
    petitions = Petition.objects.filter(sheet__in=file.sheets).select_related("authority", "answered_by")
    for asked in petitions.order_by("pk"):
        yield f"kien-nghi/kien-nghi-{asked.pk}.json", "kiến nghị và trả lời", _petition(asked)
    people = identities(file.person.pk)
    lines = DecisionLine.objects.filter(person__in=people, confirmation__sheet__in=file.sheets)
    decisions = Decision.objects.filter(pk__in=lines.values("decision")).select_related("unit", "signer")
    for decision in decisions.order_by("pk"):
        yield f"quyet-dinh/van-ban-{decision.pk}.json", "văn bản kết quả có tên người này", _decision(decision)
    rollups = Rollup.objects.filter(person__in=people, year=file.year).order_by("pk").select_related("decided_by")
    yield "diem-tong-hop.json", "điểm quý, 6 tháng, năm đã chốt", {"rows": [_rollup(one) for one in rollups]}
    yield "ho-so.json", "vị trí công tác và thời gian vắng trong năm", _records(people, file.year)


def name_of(row: Confirmation) -> str:
    """`2026-02-lan-1`, `2026-q1-lan-2`: period and version of a result."""
    cycle = row.sheet.cycle
    number = f"q{cycle.number}" if cycle.kind == "quarter" else f"{cycle.number:02d}"
    return f"{cycle.year}-{number}-s{row.sheet_id}-lan-{row.number}"


def _moment(value: datetime | date | None) -> str | None:
    return None if value is None else value.isoformat()


def _result(key: int) -> dict[str, Any]:
    row = Confirmation.objects.select_related("submission", "confirmed_by", "sheet__cycle").get(pk=key)
    return {
        "period": {"kind": row.sheet.cycle.kind, "year": row.sheet.cycle.year, "number": row.sheet.cycle.number},
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


def _rollup(row: Rollup) -> dict[str, Any]:
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


def _records(people: tuple[int, ...], year: int) -> dict[str, Any]:
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    posts = Employment.objects.filter(person__in=people, start__lt=after).exclude(end__lte=first)
    away = Absence.objects.filter(person__in=people, start__lt=after).exclude(end__lte=first)
    return {
        "posts": [
            {
                "unit": one.unit.name,
                "position": one.position,
                "kind": one.get_kind_display(),
                "start": _moment(one.start),
                "end": _moment(one.end),
            }
            for one in posts.select_related("unit").order_by("start", "pk")
        ],
        "absences": [
            {"kind": one.get_kind_display(), "start": _moment(one.start), "end": _moment(one.end)}
            for one in away.order_by("start", "pk")
        ],
    }
