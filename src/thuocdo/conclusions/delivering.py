"""What the round and other rooms deliver for assessments, so that nobody types it again: levels of related subjects,
months of membership, defects remedied, votes; and what is shown beside, of which no rule takes anything."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from thuocdo.ballots import about
from thuocdo.conclusions.models import Assessment
from thuocdo.conclusions.on_paper import says_none
from thuocdo.conclusions.reusing import Reused, reused
from thuocdo.conclusions.sections import MONTHS, Asks, Line, asks_of, cell_heads, flags_of, many_of, sections_of
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.opinions import about_subject
from thuocdo.records.models import PartyMembership
from thuocdo.reviews import remedied
from thuocdo.reviews.models import ReviewReport
from thuocdo.rounds import links
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.on_paper import PAPER, RECORDED, paper_words
from thuocdo.rounds.rules import LEADING, after_months
from thuocdo.rulesets.scheme_fields import NOT_RATED

COLLECTIVE_OF = ("leader", "agency", "unit", "party_organisation")
"""Kinds whose collective in the round is the one that a rule asks for; a member's is that of the cell, and
a rule asks for the one of the post."""
MOST_NAME = 300
"""What the case format takes as a name."""
LEVEL = ("subject_id", "level", "whose", "source", "number", "on")
Related = dict[str, Any]
Asked = tuple[Assessment, Scheme | None, Collection[str]]


@dataclass(frozen=True)
class Report:
    """The last report of the review: what it says in words, its own marks by field, the level taken, the texts that a
    conclusion begins with, when it was filed."""

    said: str
    fields: Mapping[str, str]
    level: str
    texts: Mapping[str, str]
    at: datetime


@dataclass(frozen=True)
class Delivered:
    """By relation of the case format the levels that the round has (`related`), in words (`names`, each with its
    level's code), and how many have none yet (`waits`); `sections` of the case format that other rooms have, line by
    line in `lines`; `near`: all that were asked about, and those for whom their steps may wait. Beside them the report,
    opinions (side, who, what), ballots (what on, result, minutes) and `questions` that stay open; `reused`: the level
    of another procedure that a regulation uses again."""

    related: Mapping[str, Related | list[Related]] = field(default_factory=dict)
    names: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    waits: Mapping[str, int] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    report: Report | None = None
    opinions: tuple[tuple[str, str, str], ...] = ()
    ballots: tuple[about.Said, ...] = ()
    questions: tuple[str, ...] = ()
    near: links.Near | None = None
    reused: Reused | None = None

    @property
    def beside(self) -> dict[str, tuple[tuple[str, str, str], ...]]:
        """What a verification freezes of what stood beside it."""
        return {name: rows for name, rows in (("heard", self.opinions), ("voted", self.ballots)) if rows}

    def told(self, name: str) -> tuple[str, str]:
        """Of a delivered field of the form its value as people type it, and its source."""
        head, _, rest = name.partition(".")
        if head != "related":
            return next((line.value, line.source) for line in self.lines if line.name == name)
        relation, _, level = rest.partition(".")
        items = self.related[relation]
        if isinstance(items, list):
            return str(sum(_level(item) == level for item in items)), _source(items)
        return _level(items), _source([items])

    def gives(self, name: str) -> bool:
        """Whether the field of the form is delivered."""
        head, _, rest = name.partition(".")
        if head == "related":
            return rest.partition(".")[0] in self.related
        return rest in self.sections.get(head, {})


NOTHING = Delivered()


def _level(item: Related) -> str:
    """The level as the form has it."""
    return NOT_RATED if "not_rated" in item else str(item["level"])


def _source(items: Sequence[Related]) -> str:
    papers = sum(PAPER in item["name"] for item in items)
    return f"kết quả của đợt, {papers} mức {PAPER}" if papers else "kết quả của đợt"


def delivered(round_: Round, asked: Sequence[Asked], *, report: bool, opinions: bool) -> dict[int, Delivered]:
    """By the key of the round's subject: for each assessment, its scheme (if any) and the fields of its form. `report`,
    `opinions`: what stands beside, too, with ballots. Queries do not depend on how many there are."""
    subjects = [one.subject for one, _, _ in asked if one.subject is not None]
    near = links.near(round_, subjects)
    known, rows = {one.id: one for one in near.subjects}, near.rows
    people = People(rows)
    leads: dict[int, dict[str, list[int]]] = {}
    for one, scheme, _ in asked:
        assert one.subject_id is not None, "the subject of a round"
        mine = known.get(str(one.subject_id))
        if mine is not None:
            found = {name: [int(key) for key in keys_of] for name, keys_of in mine.links.items()}
            leads[one.subject_id] = wanted(one, scheme, found, rows, people)
    levels = _known_levels({pk for found in leads.values() for every in found.values() for pk in every})
    months = _months(round_, [one for one, _, fields in asked if MONTHS in fields])
    asking = {one.pk: one for one in (*_asking("defects", asked), *_asking("facts", asked))}
    reviews = remedied.facts_of(round_, subjects if report else list(asking.values()))
    counting = {one.pk for one in _asking("votes", asked)}
    votes = about.facts_of(subjects if opinions else [one for one in subjects if one.pk in counting], round_.year)
    reports = {key: report_of(one.filed) for key, one in reviews.items() if one.filed is not None} if report else {}
    gathered, running = about_subject.heard_of(subjects) if opinions else ({}, {})
    again = reused(round_, [one for one, _, _ in asked])
    schemes = {id(scheme): scheme for _, scheme, _ in asked if scheme is not None}.values()
    asks_heads = any(fact.known_by == "cell_head" for scheme in schemes for fact in scheme.facts)
    headed, result = cell_heads(rows) if asks_heads else {}, {}
    alike: dict[tuple[int, str, Collection[str]], Asks] = {}
    for one, scheme, fields in asked:
        key = one.subject_id or 0
        if key not in leads:
            result[key] = NOTHING
            continue
        sort = id(scheme), one.kind, frozenset(fields)
        asks = alike[sort] if sort in alike else alike.setdefault(sort, asks_of(scheme, *sort[1:]))
        related, names, waits = _levels(leads[key], asks.many, levels)
        counted = votes.get(key, ()) if key in counting else ()
        sections, lines, questions = sections_of(asks, months.get(key), reviews.get(key), counted)
        flags, shown = flags_of(one, asks.flags, leads[key].get("cell", ()), headed)
        if flags:
            sections, lines = sections | {"facts": {**sections.get("facts", {}), **flags}}, (*lines, *shown)
        if key in again:
            lines = (*lines, Line("reused", again[key].rule.label, again[key].words, again[key].source))
        if key in running:
            questions = (*questions, "Đang lấy ý kiến về đối tượng này, chưa có kết quả.")
        result[key] = Delivered(
            related, names, waits, sections, lines, reports.get(key),
            tuple(about_subject.lines_of(gathered[key])) if key in gathered else (),
            tuple(about.said_of(fact) for fact in votes.get(key, ())) if opinions else (), questions, near,
            again.get(key),
        )  # fmt: skip
    return result


def _asking(section: str, asked: Sequence[Asked]) -> list[RoundSubject]:
    """The subjects of whose form a field of the section is a part."""
    head = f"{section}."
    # Forms of one kind share their fields: each is looked through once.
    forms = {id(fields): fields for _, _, fields in asked}
    wanted = {key for key, fields in forms.items() if any(name.startswith(head) for name in fields)}
    return [one.subject for one, _, fields in asked if one.subject is not None and id(fields) in wanted]


class People:
    """By person among these rows: `work`, the procedures as civil servant and the like; by person and role `leading`,
    the collectives in which the person has that role."""

    def __init__(self, rows: Mapping[int, links.Row]) -> None:
        self.work: dict[int, list[int]] = {}
        self.leading: dict[tuple[int, str], set[int]] = {}
        for pk, row in rows.items():
            if row.person is None or not row.counts:
                continue
            if row.kind in links.STAFF:
                self.work.setdefault(row.person, []).append(pk)
            elif row.kind == "leader" and row.collective is not None:
                self.leading.setdefault((row.person, row.role), set()).add(row.collective)


def wanted(
    one: Assessment | RoundSubject,
    scheme: Scheme | None,
    leads: dict[str, list[int]],
    rows: Mapping[int, links.Row],
    people: People,
) -> dict[str, list[int]]:
    """Whom the relations that the scheme declares lead to."""
    many = many_of(scheme, one.kind)
    person = one.person_id or 0
    leads["work"] = list(people.work.get(person, ()))
    if one.kind in COLLECTIVE_OF:
        leads["collective"] = [pk for pk in leads.get("collective", ()) if rows[pk].kind == "collective"]
    else:
        leads["collective"] = sorted(people.leading.get((person, one.role), ())) if one.role in LEADING else []
    return {name: keys for name, keys in leads.items() if name in many and (keys or many[name])}


def _known_levels(subjects: Collection[int]) -> dict[int, tuple[str, str]]:
    """Level and name of those whose rating step is done; the level is empty where it is decided that there is none: by
    the rule, or by a paper that says so in place of another. One query."""
    active = StepDone.objects.filter(subject__in=subjects, step="rating", undoes__isnull=True, undone__isnull=True)
    told = ~Q(level="") | says_none()
    told |= ~Q(source=RECORDED) & Q(subject__assessment__rule_kind="not_rated")
    rows = active.filter(told).annotate(whose=F("subject__name")).values_list(*LEVEL)
    found = {}
    for key, level, name, source, number, on in rows:
        # Plain rows, an object only for a paper: the people of one list stand beside three levels each.
        paper = StepDone(source=source, step="rating", number=number, on=on) if source == RECORDED else None
        found[key] = level, name if paper is None else _named(paper, name)
    return found


def _named(step: StepDone, name: str) -> str:
    """Whose level it is, and the paper where somebody wrote it down from one."""
    paper = paper_words(step)
    if not paper:
        return name
    most = MOST_NAME - len(paper) - 3
    return f"{name if len(name) <= most else name[: most - 1] + '…'} ({paper})"


def _levels(
    leads: Mapping[str, Sequence[int]], many: Mapping[str, bool], levels: Mapping[int, tuple[str, str]]
) -> tuple[dict[str, Related | list[Related]], dict[str, tuple[tuple[str, str], ...]], dict[str, int]]:
    related: dict[str, Related | list[Related]] = {}
    words, waits = {}, {}
    for name, keys in leads.items():
        missing = sum(pk not in levels for pk in keys)
        if missing:
            waits[name] = missing
            continue
        pairs = [levels[pk] for pk in sorted(keys)]
        given = [{"level": level, "name": who} if level else {"not_rated": True, "name": who} for level, who in pairs]
        if not many[name] and len(given) > 1:
            continue
        related[name] = given if many[name] else given[0]
        words[name] = tuple((who, level) for level, who in pairs)
    return related, words, waits


def _months(round_: Round, asked: Sequence[Assessment]) -> dict[int, tuple[int, date]]:
    """By subject the whole months since the admission, and its day, to the day that the round reckons by: the rating
    date, or, where somebody decided that the member is in, the later of it and the last day of the year. One query."""
    days = {}
    for one in asked:
        if one.kind == "party_member" and one.subject is not None and one.person_id is not None:
            late = one.subject.decided_by_id is not None
            days[one.person_id, one.subject_id or 0] = max(
                round_.rating_date, date(round_.year, 12, 31) if late else round_.rating_date
            )
    if not days:
        return {}
    rows: dict[int, list[tuple[date, date | None]]] = {}
    found = PartyMembership.objects.filter(person__in={person for person, _ in days}, start__lte=max(days.values()))
    for person, start, admitted in found.order_by("-start").values_list("person_id", "start", "admitted"):
        rows.setdefault(person, []).append((start, admitted))
    result = {}
    for (person, key), day in days.items():
        first = next((admitted for start, admitted in rows.get(person, ()) if start <= day), None)
        if first is None or first > day:
            continue
        months = (day.year - first.year) * 12 + day.month - first.month
        result[key] = (months if after_months(first, months) <= day else months - 1, first)
    return result


def report_of(row: ReviewReport) -> Report:
    """A filed report as it stands beside an assessment."""
    content = json.loads(row.content)
    fields = {}
    for name, mark in content["marks"].items():
        if isinstance(mark, str):
            fields[f"grades.{name}"] = mark
        else:
            fields[f"marks.{name}"] = f"{mark // 100},{mark % 100:02d}".rstrip("0").rstrip(",")
    defects = [item["text"] for item in content.get("defects", ()) if isinstance(item, dict)]
    said = f"Bản kiểm điểm lần {row.number} ({row.get_stage_display()}), ngày {row.sent_on:%d/%m/%Y}"
    return Report(said, fields, content.get("level", ""), {"defects": "\n".join(defects)}, row.at)
