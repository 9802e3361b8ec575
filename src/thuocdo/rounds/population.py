"""The rows of a round's subjects: first what stands still (`frame_rows`), then the people, slice by slice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuocdo.audit import bulk
from thuocdo.kernel.text import fold
from thuocdo.organisation.models import Unit
from thuocdo.rounds import rules
from thuocdo.rounds.frame import Frame, agency_key, committee_key, leadership_key, organisation_key
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rounds.rules import IN, Inclusion, WhoRules

COLUMNS = (
    "id",
    "key",
    "kind",
    "role",
    "name",
    "position",
    "search_key",
    "unit_id",
    "party_id",
    "person_id",
    "collective_id",
    "organisation_id",
    "agency_id",
    "reviewed_with_id",
    "standing",
    "reason",
    "cite",
    "notes",
)
COMMITTEES = {
    "province": "Ban Thường vụ",
    "above_base": "Ban Thường vụ",
    "base": "Ban Chấp hành",
    "part": "Ban Chấp hành",
}


@dataclass
class New:
    """A subject before it has its key; the fields that point name other subjects by their keys."""

    key: str
    kind: str
    name: str
    unit: int
    role: str = "none"
    position: str = ""
    party: int | None = None
    person: int | None = None
    collective: str = ""
    organisation: str = ""
    agency: str = ""
    reviewed_with: str = ""
    inclusion: Inclusion = IN
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many subjects are in, exempt, and wait for a decision."""

    created: int
    skipped: int
    failed: int


def counts(found: Sequence[New]) -> Counts:
    standing = [one.inclusion.standing for one in found]
    return Counts(standing.count("in"), standing.count("exempt"), standing.count("open"))


def frame_subjects(frame: Frame, who: WhoRules) -> list[New]:
    """Organisations, collectives, agencies and units."""
    found = list(_organisations(frame, who))
    if "collective" in who.kinds:
        found += _collectives(frame, who)
    wanted = {"agency": Unit.Kind.AGENCY, "unit": Unit.Kind.COMPONENT}
    for unit in frame.units.values():
        kind = next((kind for kind, of in wanted.items() if unit.kind == of and kind in who.kinds), "")
        if kind:
            above = agency_of(frame, who, frame.up.get(unit.pk))
            found.append(
                New(
                    agency_key(unit.pk),
                    kind,
                    unit.name,
                    unit.pk,
                    collective=leadership_of(frame, unit.pk),
                    organisation=beside(frame, unit.pk),
                    agency=above,
                )
            )
    return found


def _organisations(frame: Frame, who: WhoRules) -> Iterator[New]:
    if "party_organisation" not in who.kinds:
        return
    for pk, one in frame.organisations.items():
        yield New(
            organisation_key(pk),
            "party_organisation",
            one.name,
            one.unit_id,
            party=pk,
            collective=committee_key(pk) if pk in frame.committees else "",
            organisation=organisation_key(frame.above[pk]) if pk in frame.above else "",
        )


def _collectives(frame: Frame, who: WhoRules) -> Iterator[New]:
    for pk in frame.committees:
        one = frame.organisations[pk]
        up = frame.above.get(pk)
        while up is not None and up not in frame.committees:
            up = frame.above.get(up)
        yield New(
            committee_key(pk),
            "collective",
            f"{COMMITTEES.get(one.kind, 'Chi ủy')} {one.name}",
            one.unit_id,
            party=pk,
            collective=committee_key(up) if up is not None else "",
            organisation=organisation_key(pk),
        )
    for pk, seats in frame.leaderships.items():
        unit = frame.units[pk]
        yield New(
            leadership_key(pk),
            "collective",
            f"Tập thể lãnh đạo {unit.name}",
            pk,
            agency=agency_of(frame, who, pk),
            collective=leadership_of(frame, frame.nearest(frame.up.get(pk), frame.leaderships)),
            organisation=beside(frame, pk),
            inclusion=rules.collective(who, len(seats)),
        )


def leadership_of(frame: Frame, unit: int | None) -> str:
    return leadership_key(unit) if unit is not None and unit in frame.leaderships else ""


def beside(frame: Frame, unit: int) -> str:
    return organisation_key(frame.beside[unit]) if unit in frame.beside else ""


def agency_of(frame: Frame, who: WhoRules, unit: int | None) -> str:
    """The nearest unit upwards that is rated itself."""
    kinds = {Unit.Kind.AGENCY: "agency", Unit.Kind.COMPONENT: "unit"}
    while unit is not None and unit in frame.units:
        if kinds.get(Unit.Kind(frame.units[unit].kind), "") in who.kinds:
            return agency_key(unit)
        unit = frame.up.get(unit)
    return ""


def write(round_: Round, found: Sequence[New], known: Mapping[str, int]) -> list[bulk.Row]:
    """Insert the subjects; `known` are the keys of those written before."""
    keys = dict(zip((one.key for one in found), bulk.reserve(RoundSubject, len(found)), strict=True))
    pattern = bulk.Pattern(RoundSubject, COLUMNS, round=round_)

    def to(key: str) -> int | None:
        return keys.get(key) or known.get(key)

    rows: list[Any] = [
        pattern.row(
            keys[one.key],
            one.key,
            one.kind,
            one.role,
            one.name,
            one.position,
            fold(one.name),
            one.unit,
            one.party,
            one.person,
            to(one.collective),
            to(one.organisation),
            to(one.agency),
            to(one.reviewed_with),
            one.inclusion.standing,
            one.inclusion.reason,
            one.inclusion.cite[:300],
            list(one.notes),
        )
        for one in found
    ]
    bulk.insert(RoundSubject, rows)
    return rows
