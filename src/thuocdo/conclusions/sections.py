"""Sections of the case format that other rooms fill for an assessment, line by line with their sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.ballots import about
from thuocdo.conclusions.models import Assessment
from thuocdo.engine.schemes.schema import FactSpec, Scheme
from thuocdo.reviews import remedied
from thuocdo.rounds import links
from thuocdo.rounds.access import leading_cells
from thuocdo.rulesets.fact_words import MEASURES, first_upper

MONTHS = "time.months_member"


@dataclass(frozen=True)
class Line:
    """A delivered fact as it is shown and frozen: its field, its value as people type it, where it comes from."""

    name: str
    label: str
    value: str
    source: str


@dataclass(frozen=True)
class Asks:
    """What a form asks, the same for all of one scheme: its fields and their sections, the relations and whether each
    leads to many, the names of the facts, and which of these are flags that the round may show."""

    fields: Collection[str]
    heads: frozenset[str]
    many: Mapping[str, bool]
    labels: Mapping[str, str]
    flags: tuple[FactSpec, ...]


def asks_of(scheme: Scheme | None, kind: str, fields: Collection[str]) -> Asks:
    specs = scheme.facts if scheme else ()
    return Asks(
        fields,
        frozenset(name.partition(".")[0] for name in fields),
        many_of(scheme, kind),
        {f"facts.{fact.id}": fact.label for fact in specs},
        tuple(fact for fact in specs if f"facts.{fact.id}" in fields and fact.known_by == "cell_head"),
    )


def many_of(scheme: Scheme | None, kind: str) -> dict[str, bool]:
    mine = (relation for relation in scheme.relations if relation.asked_of(kind)) if scheme else ()
    return {relation.id: relation.many for relation in mine}


def cell_heads(rows: Mapping[int, links.Row]) -> dict[tuple[int, int], str]:
    """Who heads which Party organisation, person and organisation, with where the round shows it: the committee's
    secretary in the list, or the secretary of a cell that has no committee. One query, none where all have one."""
    alone = [key for key, row in rows.items() if row.kind == "party_organisation" and row.collective is None]
    seated = dict.fromkeys(leading_cells(alone, ("secretary",)), "Đợt: bí thư chi bộ vào ngày chốt danh sách")
    return seated | {
        (row.person, row.organisation): "Đợt: bí thư của chi ủy trong danh sách đã chốt"
        for row in rows.values()
        if row.person is not None and row.organisation is not None and row.counts
        and row.kind == "leader" and row.role == "head" and row.party is not None
    }  # fmt: skip


def flags_of(
    one: Assessment, asked: Sequence[FactSpec], cell: Collection[int], headed: Mapping[tuple[int, int], str]
) -> tuple[dict[str, bool], tuple[Line, ...]]:
    """Those of the flags asked for that hold for who heads the cell; what the round does not show is typed."""
    if one.person_id is None:
        return {}, ()
    source = next((headed[one.person_id, key] for key in cell if (one.person_id, key) in headed), None)
    known = asked if source is not None else ()
    lines = tuple(Line(f"facts.{fact.id}", fact.label, "có", source or "") for fact in known)
    return {fact.id: True for fact in known}, lines


def sections_of(
    asks: Asks,
    months: tuple[int, date] | None,
    review: remedied.Facts | None,
    votes: Sequence[about.VoteFact],
) -> tuple[dict[str, dict[str, Any]], tuple[Line, ...], tuple[str, ...]]:
    """Sections of the case format of which the form asks something, line by line with their sources."""
    sections: dict[str, dict[str, Any]] = {}
    sources: dict[str, str] = {}
    questions: list[str] = []
    if months is not None and MONTHS in asks.fields:
        sections["time"] = {"months_member": months[0]}
        sources["time"] = f"Hồ sơ đảng viên: kết nạp ngày {months[1]:%d/%m/%Y}"
    if review is not None and "defects" in asks.heads and "defects" in review.case:
        sections["defects"] = dict(review.case["defects"])
        sources["defects"] = "Kiểm điểm: kết quả khắc phục đã được người khác xác nhận"
    if review is not None:
        questions += [one for one in review.questions if one != remedied.UNKNOWN or "defects" in asks.heads]
    flags = review.case.get("facts", {}) if review is not None else {}
    if given := {name: value for name, value in flags.items() if f"facts.{name}" in asks.fields}:
        sections["facts"] = given
        sources["facts"] = "Tổ chức đảng tự chấm điểm và cấp trên công nhận trong năm"
    if votes:
        three = [one for one in votes if "low" in one.votes and not one.void]
        questions += [
            f"{one.title}, ngày {date.fromisoformat(one.held_on):%d/%m/%Y}: không có kết quả để tính ({why})."
            for one in votes
            if (why := one.void)
        ]
        case = about.as_case(votes)
        if case:
            sections["votes"], sources["votes"] = case["votes"], case["note"]
        elif three:
            said = "; ".join(f"{one.title}, ngày {date.fromisoformat(one.held_on):%d/%m/%Y}" for one in three)
            questions.append(f"Có {len(three)} lần lấy phiếu trong năm ({said}): ghi số phiếu của lần được tính.")
    lines = tuple(
        Line(f"{section}.{name}", _label(f"{section}.{name}", asks.labels), _said(value), sources[section])
        for section, values in sections.items()
        for name, value in values.items()
    )
    return sections, lines, tuple(questions)


def _label(name: str, labels: Mapping[str, str]) -> str:
    return first_upper(f"số {MEASURES[name]}") if name in MEASURES else labels.get(name, name)


def _said(value: object) -> str:
    return str(value) if not isinstance(value, bool) else "có" if value else "không"
