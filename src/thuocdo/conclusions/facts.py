"""The facts of an assessment in the case format: what was typed, and the levels that the round delivers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import canonical, outcome_of
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.engine import Outcome, Period, canonical_json, parse_subject
from thuocdo.engine.errors import CaseError
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.records.models import PartyMembership
from thuocdo.rounds import links
from thuocdo.rounds.models import RoundSubject, StepDone
from thuocdo.rounds.rules import after_months
from thuocdo.rulesets.versions import pinned_book

Subject = dict[str, Any]
Related = dict[str, Any]
COLLECTIVE_OF = ("leader", "agency", "unit", "party_organisation")
"""Kinds whose collective in the round is the one that a rule asks for; a member's is that of the cell."""


@dataclass(frozen=True)
class Delivered:
    """Levels that the round delivers, by relation of the case format; `names` in words, each with its level's code;
    `waits` says by relation how many have no level yet. `months_member`: whole months since the admission;
    `rows`: the subject and those for whom its steps may wait."""

    related: Mapping[str, Related | list[Related]]
    names: Mapping[str, tuple[tuple[str, str], ...]]
    waits: Mapping[str, int]
    months_member: int | None = None
    rows: Mapping[int, links.Row] = field(default_factory=dict)


NOTHING = Delivered({}, {}, {})


def book_of(one: Assessment) -> SchemeBook:
    """The pinned rulebook. Raises Refusal where it was not kept."""
    book = pinned_book(one.rulebook, tuple(one.overlays), one.rulebook_hash)
    assert isinstance(book, SchemeBook), "an assessment pins a rulebook of schemes"
    return book


def scheme_of(one: Assessment, book: SchemeBook) -> Scheme | None:
    """The scheme for the yearly level of such a subject; before an event no text read has one."""
    return book.scheme_for(one.kind, cast(Role, one.role), "year") if one.round_id is not None else None


def period_of(one: Assessment) -> Period:
    """The year of the round."""
    assert one.round is not None, "only a round's subject is rated by a scheme"
    return Period(kind="year", year=one.round.year)


def of_round(subject: RoundSubject) -> Assessment:
    """The assessment of a round's subject as it begins; not saved."""
    round_ = subject.round
    return Assessment(
        round=round_,
        subject=subject,
        kind=subject.kind,
        role=subject.role,
        name=subject.name,
        position=subject.position,
        search_key=subject.search_key,
        unit=subject.unit,
        party=subject.party,
        person=subject.person,
        start=f"{round_.year}-01-01",
        end=f"{round_.year}-12-31",
        rulebook=round_.rulebook,
        overlays=list(round_.overlays),
        rulebook_hash=round_.rulebook_hash,
    )


def delivered(one: Assessment, scheme: Scheme | None) -> Delivered:
    """What the round knows of the relations that the scheme declares; a relation is delivered where every subject it
    leads to has its level. Up to ten queries."""
    if one.subject is None or one.round is None or scheme is None:
        return NOTHING
    wanted = {relation.id: relation.many for relation in scheme.relations}
    rows = links.around(one.round, [one.subject])
    mine = next((s for s in links.subjects(rows) if s.id == str(one.subject.pk)), None)
    if mine is None:
        return NOTHING
    leads = {name: [int(key) for key in keys] for name, keys in mine.links.items()}
    leads["work"] = [
        pk for pk, row in rows.items() if row.person is not None and str(row.person) == mine.person
        and row.kind in links.STAFF and row.counts
    ]  # fmt: skip
    leads["collective"] = [pk for pk in leads.get("collective", ()) if rows[pk].kind == "collective"]
    if one.kind not in COLLECTIVE_OF:
        leads.pop("collective")
    found = {name: keys for name, keys in leads.items() if name in wanted and (keys or wanted[name])}
    return replace(_levels(found, wanted, _months_member(one)), rows=rows)


def _months_member(one: Assessment) -> int | None:
    """Whole months from the admission to the day that the round reckons by: the rating date, or, where somebody decided
    that the member is in, the later of it and the last day of the year."""
    if one.kind != "party_member" or one.subject is None or one.round is None:
        return None
    day = one.round.rating_date
    if one.subject.decided_by_id is not None:
        day = max(day, date(one.round.year, 12, 31))
    rows = PartyMembership.objects.filter(person=one.person_id, start__lte=day).order_by("-start")
    admitted = rows.values_list("admitted", flat=True).first()
    if admitted is None or admitted > day:
        return None
    months = (day.year - admitted.year) * 12 + day.month - admitted.month
    return months if after_months(admitted, months) <= day else months - 1


def _levels(leads: Mapping[str, Sequence[int]], wanted: Mapping[str, bool], months: int | None) -> Delivered:
    every = {pk for keys in leads.values() for pk in keys}
    active = StepDone.objects.filter(subject__in=every, step="rating", undoes__isnull=True, undone__isnull=True)
    known = list(active.exclude(level="").values_list("subject_id", "level", "subject__name"))
    level, names = {pk: code for pk, code, _ in known}, {pk: name for pk, _, name in known}
    related: dict[str, Related | list[Related]] = {}
    words, waits = {}, {}
    for name, keys in leads.items():
        missing = sum(pk not in level for pk in keys)
        if missing:
            waits[name] = missing
            continue
        given = [{"level": level[pk], "name": names[pk]} for pk in sorted(keys)]
        if not wanted[name] and len(given) > 1:
            continue
        related[name] = given if wanted[name] else given[0]
        words[name] = tuple((str(item["name"]), str(item["level"])) for item in given)
    return Delivered(related, words, waits, months)


def base_subject(one: Assessment) -> Subject:
    """Who is rated."""
    assert one.subject is not None, "only a round's subject is rated by a scheme"
    return {"id": one.subject.key, "name": one.name, "kind": one.kind, "leadership": one.role}


@dataclass(frozen=True)
class Rated:
    """A subject in its one canonical form, with its outcome."""

    subject: Subject
    outcome: Outcome


def rate(one: Assessment, book: SchemeBook, subject: Subject) -> Rated:
    """Facts that the rulebook refuses become Refused, named by field."""
    try:
        parsed = parse_subject(subject)
        outcome = outcome_of(book, parsed, period_of(one))
    except CaseError as error:
        field = error.key.split("].", 1)[-1]
        raise Refused({f"fields.{field}": f"{error.problem[:1].upper()}{error.problem[1:]}. {error.remedy}"}) from error
    return Rated(json.loads(canonical_json(parsed)), outcome)


def frame(one: Assessment) -> dict[str, Any]:
    """What every stored document says: the period, the pinned rule, who."""
    return {
        "period": period_of(one).model_dump(mode="json", exclude_none=True) if one.round_id is not None else None,
        "span": [str(one.start), str(one.end)],
        "rulebook": {"key": one.rulebook, "overlays": list(one.overlays), "hash": one.rulebook_hash},
        "name": one.name,
        "position": one.position,
        "unit": one.unit.name,
    }


def document_of(one: Assessment, texts: Mapping[str, Any], rated: Rated | None) -> str:
    """The one JSON text to freeze."""
    return canonical(frame(one) | dict(texts) | {"subject": rated.subject if rated else None})


def read(part: AssessmentPart) -> dict[str, Any]:
    """The document of a part."""
    found: dict[str, Any] = json.loads(part.document)
    return found


def again(part: AssessmentPart) -> Outcome:
    """The outcome of a part, from its frozen facts and the pinned rulebook. Raises Refusal, CaseError."""
    document = read(part)
    rule = document["rulebook"]
    book = pinned_book(rule["key"], tuple(rule["overlays"]), rule["hash"])
    return outcome_of(book, parse_subject(document["subject"]), Period(**document["period"]))
