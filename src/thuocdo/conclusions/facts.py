"""The facts of an assessment in the case format: rating them, freezing them, rating them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import canonical, outcome_of
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.engine import Outcome, Period, canonical_json, parse_frozen, parse_subject
from thuocdo.engine.errors import CaseError
from thuocdo.engine.many import Brief, brief_of
from thuocdo.engine.outcome import number
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.rounds import books
from thuocdo.rounds.models import RoundSubject
from thuocdo.rulesets.versions import pinned_book

Subject = dict[str, Any]


def book_of(one: Assessment) -> SchemeBook:
    """The pinned rulebook. Raises Refusal where it was not kept."""
    book = pinned_book(one.rulebook, tuple(one.overlays), one.rulebook_hash)
    assert isinstance(book, SchemeBook), "an assessment pins a rulebook of schemes"
    return book


def scheme_of(one: Assessment, book: SchemeBook) -> Scheme | None:
    """The scheme for the yearly level of such a subject; before an event no text read has one."""
    return books.scheme_of(book, one.kind, one.role) if one.round_id is not None else None


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


def changed(book: SchemeBook, verified: AssessmentPart, rated: Rated) -> bool:
    """Whether what other rooms deliver has changed since the verification so that the rule gives another result.
    `rated` may hold answers of the authority: they change no fact."""
    known = {name: value for name, value in rated.subject.items() if name != "decisions"}
    document = read(verified)
    if {name: value for name, value in document["subject"].items() if name != "decisions"} == known:
        return False
    now = rated.outcome
    if rated.subject.get("decisions"):
        now = outcome_of(book, parse_subject(known), Period(**document["period"]))
    then = json.loads(verified.outcome)
    return (now.kind, now.level or now.band or "") != (then["outcome"], verified.rule_level)


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


def brief_text(brief: Brief) -> str:
    """The result without its findings, which are made again from the frozen facts whenever somebody reads them: what is
    stored of those who were rated together."""
    score = number(brief.score)
    return canonical({"outcome": brief.kind, "score": score, "level": brief.code, "asked": list(brief.asked)})


def stored_again(part: AssessmentPart) -> str:
    """What a part stores of its outcome, rated again. Raises Refusal, CaseError."""
    outcome = again(part)
    return outcome.to_json() if "findings" in json.loads(part.outcome) else brief_text(brief_of(outcome))


def again(part: AssessmentPart) -> Outcome:
    """The outcome of a part, from its frozen facts and the pinned rulebook. Raises Refusal, CaseError."""
    document = read(part)
    rule = document["rulebook"]
    book = pinned_book(rule["key"], tuple(rule["overlays"]), rule["hash"])
    return outcome_of(book, parse_frozen(document["subject"]), Period(**document["period"]))
