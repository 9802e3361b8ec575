"""Places of a level in a group: the engine's count over what is decided and proposed, and the check of one decision."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from thuocdo.conclusions import facts, grouping
from thuocdo.conclusions.grouping import base_groups
from thuocdo.conclusions.models import Assessment, Competence, QuotaRaising
from thuocdo.conclusions.sheets import Form
from thuocdo.engine.facts import Case, QuotaRaise, SubjectFacts
from thuocdo.engine.outcome import Outcome, QuotaCell
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.quotas import quota_cells, side_of
from thuocdo.engine.schemes.schema import RaisedLine, Scheme, SchemeQuota
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.models import Person
from thuocdo.rounds import books
from thuocdo.rounds.models import Round

FULL = "Không còn suất: hãy quyết định mức khác, hoặc đợi thêm hồ sơ trong nhóm."
GROUND = "assessment.ground"
EITHER = (
    "Một người có nhiều mức trong nhóm nên số suất vượt hay không là tùy cách tính: hãy ghi lý do, nêu tính người ấy ở "
    "mức nào."
)
COLUMNS = ("kind", "role", "group", "level", "proposed", "state", "competence__party", "competence__body_unit",
           "competence__body", "person__full_name", "person__code")  # fmt: skip


@dataclass(frozen=True)
class Held:
    """One subject in a count. `level`: the one decided, else the one proposed; empty where there is none yet. `body`:
    who decides. `person`: by name and code; one with several procedures in the count is one person."""

    key: int
    kind: str
    role: str
    group: str
    level: str
    decided: bool
    body: str
    person: str = ""


@dataclass(frozen=True)
class Count:
    """A quota cell with how many of it are decided, not only proposed. `over`: by how many these exceed the places,
    however they are counted; `taken`, `perhaps`: if a person whose levels differ counts where most is used."""

    cell: QuotaCell
    taken: int
    over: int
    perhaps: int


def held_of(one: Assessment) -> Held:
    decided = one.state == Assessment.State.DECIDED
    level = one.level if decided else one.proposed
    whose = named(one.person)
    return Held(one.pk or 0, one.kind, one.role, one.group, level, decided, body_of(one.competence), whose)


def named(person: Person | None) -> str:
    """A person by name and code: who reads a count is told no key."""
    return f"{person.full_name} ({person.code})" if person is not None else ""


def body_of(row: Competence | None) -> str:
    """Who decides, however often it was recorded."""
    if row is None:
        return ""
    return f"party-{row.party_id}" if row.party_id else f"unit-{row.body_unit_id}" if row.body_unit_id else row.body


def chosen_of(row: Held, level: str) -> Held:
    """The same subject as if that level were decided."""
    return replace(row, level=level, decided=True)


def counted(round_: Round, group: str) -> list[Held]:
    """Everybody of the round in a group who is verified, or has a level from paper. Up to five queries."""
    return _counted(round_, [group])


def _counted(round_: Round, groups: Collection[str]) -> list[Held]:
    rows = Assessment.objects.filter(round=round_, group__in=groups, state__in=("decide", "decided"))
    found = [held_of(one) for one in rows.select_related("competence", "person").only(*COLUMNS).order_by("pk")]
    return found + from_paper(round_, groups)


def from_paper(round_: Round, groups: Collection[str]) -> list[Held]:
    """Levels written down from a decision on paper, decided as any other; `key` is that of the subject, below nought.
    """
    return [held_on_paper(row) for row in grouping.from_paper(round_, groups)]


def held_on_paper(row: grouping.FromPaper) -> Held:
    return Held(
        -row.subject, row.kind, row.role, row.group, row.level, True, body_of(row.competence), named(row.person)
    )  # fmt: skip


Key = tuple[str, str, str]


def key_of(one: Assessment, form: Form) -> Key:
    """Among whom a share is counted: a group that somebody named is one of the body that decides, and of one side."""
    return one.group, body_of(one.competence) if group_needed(form) else "", side_of(one.kind)


def alike(one: Assessment, form: Form, rows: Iterable[Held]) -> list[Held]:
    """Those of the group that are counted with this one."""
    key = key_of(one, form)
    return [row for row in rows if of_key(key, row.group, row.body, row.kind)]


def of_key(key: Key, group: str, body: str, kind: str) -> bool:
    """Whether a subject of that group and kind, on which that body decides (`body_of`), is one of those."""
    return key[0] == group and key[1] in ("", body) and key[2] == side_of(kind)


def counts(
    one: Assessment, form: Form, rows: Iterable[Held], raised: Mapping[Key, QuotaRaising] | None = None
) -> list[Count]:
    """`cells`, each with what is decided of it."""
    every = list(rows)
    decided = {str(row.key) for row in every if row.decided}
    return [_count(cell, decided) for cell in cells(one, form, every, raised)]


def _count(cell: QuotaCell, decided: set[str]) -> Count:
    ways = [(len(decided.intersection(way.candidates)), way.stable_places) for way in cell.readings or (cell,)]
    surplus = [0 if places is None else max(0, taken - places) for taken, places in ways]
    return Count(cell, ways[0][0], min(surplus), max(surplus))


def cells(
    one: Assessment, form: Form, rows: Iterable[Held], raised: Mapping[Key, QuotaRaising] | None = None
) -> tuple[QuotaCell, ...]:
    """The quota cells of those of the rows that count with this one, by the rulebook of the form. One query where
    `raised` is not given."""
    period = facts.period_of(one)
    agency = one.competence.body if group_needed(form) and one.competence else one.group
    book = in_force(form.book, period.start, period.end)
    picked: list[tuple[SubjectFacts, SchemeBook, Scheme]] = []
    outcomes = {}
    patterns: dict[tuple[str, str], SubjectFacts] = {}
    # A person of several procedures at one level counts by the first of them: by one that is decided, where any is.
    for row in sorted(alike(one, form, rows), key=lambda row: not row.decided):
        scheme = books.scheme_of(book, row.kind, row.role)
        if scheme is None:
            continue
        key, sort = str(row.key), (row.kind, row.role)
        if sort not in patterns:
            patterns[sort] = SubjectFacts.model_validate({"id": "x", "kind": row.kind, "leadership": row.role})
        named = {"id": key, "agency": agency, "group": one.group, "person": row.person or None}
        picked.append((patterns[sort].model_copy(update=named), book, scheme))
        kind: Literal["rated", "not_rated"] = "rated" if row.level else "not_rated"
        outcomes[key] = Outcome(key, kind, None, None, row.level or None, (), (), year=True)
    if not picked:
        return ()
    # Not a file that somebody sends in: its limits (20,000 subjects, short codes) do not hold for a count.
    case = Case.model_construct(title="x", period=period, subjects=(), quota_raises=_raises(one, form, agency, raised))
    return quota_cells(picked, outcomes, case)


def raised_of(round_: Round, groups: Collection[str]) -> dict[Key, QuotaRaising]:
    """The decisions in force by which the higher line applies, by those among whom it is counted. One query."""
    rows = QuotaRaising.objects.filter(round=round_, group__in=groups, ended_at__isnull=True)
    return {(row.group, row.deciding, row.side): row for row in rows.select_related("recorded_by")}


def raising_for(one: Assessment, form: Form, raised: Mapping[Key, QuotaRaising]) -> QuotaRaising | None:
    """The one of these that holds for whom the subject is counted with."""
    found = raised.get(key_of(one, form))
    old = raised.get((one.group, "", ""))
    if found is not None or old is None:
        return found
    agency = one.competence.body if one.competence else ""
    return old if not group_needed(form) or agency in old.body.split("; ") else None


def _raises(
    one: Assessment, form: Form, agency: str, raised: Mapping[Key, QuotaRaising] | None
) -> tuple[QuotaRaise, ...]:
    assert one.round is not None, "a share is of a round"
    found = raising_for(one, form, raised_of(one.round, [one.group]) if raised is None else raised)
    if found is None:
        return ()
    reason = f"{found.reason} ({found.document_number})"
    return (QuotaRaise.model_construct(agency=agency, by=found.body, reason=reason),)


def raisable(form: Form) -> list[RaisedLine]:
    """The higher lines that the text allows the competent body to decide on for such subjects."""
    rules = form.scheme.quotas if form.scheme else ()
    return [rule.raised for rule in rules if rule.raised is not None]


def group_needed(form: Form) -> bool:
    """Whether a share of the scheme is counted in groups of similar position, which somebody names."""
    return form.scheme is not None and any("group" in rule.scopes for rule in form.scheme.quotas)


def groups_of(round_: Round, every: Iterable[tuple[Assessment, Form]]) -> dict[int, str]:
    """By key the group that the text itself names: where it counts in each base Party organisation, that one. Up to
    three queries."""
    asked = [
        one
        for one, form in every
        if one.subject is not None
        and any("agency" in rule.scopes for rule in (form.scheme.quotas if form.scheme else ()))
    ]
    names = base_groups(round_, [one.subject for one in asked if one.subject is not None])
    return {one.pk or 0: names[one.subject_id or 0] for one in asked}


@dataclass(frozen=True)
class Wish:
    """A level that is to be decided, with the reason given."""

    one: Assessment
    form: Form
    level: str
    reason: str


def check(wish: Wish, typed: str) -> dict[str, Any]:
    """Refuse a level for which no place is left: hard ones always, others without a reason. One that takes the ground
    from under places that others hold, or whose place hangs on where a person of several levels counts, is decided with
    a reason of its own (`typed`), kept with what was said.

    Raises Refusal, Conflict.
    """
    problem = over(wish.one.round, [wish]).get(wish.one.pk) if wish.one.round is not None else None
    if problem is None:
        return {}
    if problem.code != GROUND or not clean(typed):
        raise problem
    reason = text_from(typed, "Lý do", "quota_reason", 1000, lines=True)
    return {"over_quota": {"said": [problem.message], "reason": reason}}


def over(round_: Round, wishes: Sequence[Wish]) -> dict[int, Refusal]:
    """By key, the refusal of each level for which no place is left if all of these are decided, and of each that takes
    the ground from under places that are given. Two queries."""
    asked: dict[Key, list[Wish]] = {}
    found: dict[int, Refusal] = {}
    for wish in wishes:
        if group_needed(wish.form) and not wish.one.group:
            if any(rule.level == wish.level for rule in _rules(wish)):
                found[wish.one.pk] = _no_group(wish.one)
        elif _rules(wish):
            asked.setdefault(key_of(wish.one, wish.form), []).append(wish)
    if not asked:
        return found
    groups = {group for group, *_ in asked}
    raised, there = raised_of(round_, groups), held(round_, groups)
    chosen = {wish.one.pk for wish in wishes}
    whose = {row.key: row.person for rows in there.values() for row in rows}
    for (group, *_), mine in asked.items():
        rows = [row for row in there.get(group, ()) if row.key not in chosen]
        rows += [_decided(wish, whose.get(wish.one.pk, "")) for wish in wishes if wish.one.group == group]
        _over(mine, rows, raised, found)
    return found


def full(one: Assessment, form: Form, rows: Iterable[Held], raised: Mapping[Key, QuotaRaising]) -> dict[str, Refusal]:
    """By level what `check` would say of a decision for it without a reason; `rows`, `raised`: those of its group."""
    every = list(rows)
    others = [row for row in every if row.key != one.pk]
    whose = next((row.person for row in every if row.key == one.pk), "")
    found = {}
    for level in form.levels:
        wish, told = Wish(one, form, level, ""), dict[int, Refusal]()
        if group_needed(form) and not one.group:
            if any(rule.level == level for rule in _rules(wish)):
                found[level] = _no_group(one)
        elif _rules(wish):
            _over([wish], [*others, _decided(wish, whose)], raised, told)
            if told:
                found[level] = told[one.pk]
    return found


def _no_group(one: Assessment) -> Refusal:
    return Refusal(
        "assessment.no_group",
        f"Chưa ghi nhóm có vị trí, vai trò tương đồng của {one.name}, nên chưa tính được số suất. Hãy đề nghị cán bộ "
        "tổ chức thẩm định lại và ghi nhóm.",
    )


def _rules(wish: Wish) -> list[SchemeQuota]:
    rules = wish.form.scheme.quotas if wish.form.scheme else ()
    return [rule for rule in rules if wish.one.role in rule.roles]


def held(round_: Round, groups: Collection[str]) -> dict[str, list[Held]]:
    """Everybody of the round in these groups who is verified or has a level from paper, by group. Up to five queries.
    """
    found: dict[str, list[Held]] = {}
    for one in _counted(round_, groups):
        found.setdefault(one.group, []).append(one)
    return found


def _decided(wish: Wish, whose: str) -> Held:
    one = wish.one
    return Held(one.pk or 0, one.kind, one.role, one.group, wish.level, True, body_of(one.competence), whose)


def _over(
    mine: Sequence[Wish], rows: Sequence[Held], raised: Mapping[Key, QuotaRaising], found: dict[int, Refusal]
) -> None:
    first = mine[0]
    for count in counts(first.one, first.form, rows, raised):
        if not count.perhaps:
            continue
        for wish in mine:
            rule = next((rule for rule in _rules(wish) if rule.id == count.cell.quota), None)
            if rule is None or (rule.level != wish.level and _in_base(rule, wish.level)):
                continue
            said = _said(count, rule, mine)
            if not count.over:
                found.setdefault(wish.one.pk, Refusal(GROUND, f"{said} {EITHER}", field="quota_reason"))
            elif rule.level != wish.level:
                found.setdefault(wish.one.pk, Refusal(GROUND, f"{said} {_ground(count)}", field="quota_reason"))
            elif rule.hardness == "hard":
                found[wish.one.pk] = Conflict(f"{said} {FULL}")
            elif not wish.reason:
                found[wish.one.pk] = Refusal(
                    "assessment.over", f"{said} Vượt tỷ lệ thì phải ghi lý do.", field="reason"
                )


def _in_base(rule: SchemeQuota, level: str) -> bool:
    """Whether who holds the level is of those of whom the share is taken."""
    return level in rule.base_levels if rule.base == "levels" else bool(level) or rule.base != "rated"


def _said(count: Count, rule: SchemeQuota, mine: Sequence[Wish]) -> str:
    """What was counted."""
    now = sum(one.level == rule.level for one in mine)
    before, group = max(0, count.taken - now), mine[0].one.group
    return (
        f"{count.cell.finding.sentence_vi} Đã quyết định {before} suất trong nhóm “{group}”"
        f"{f', đang chọn thêm {now}' if now > 1 else ''}."
    )


def _ground(count: Count) -> str:
    return (
        f"Với mức này thì các suất ấy vượt tỷ lệ {count.over}; mức của hồ sơ này không vì thế mà đổi. Hãy ghi yêu cầu "
        "xếp loại lại cho hồ sơ đang giữ suất (hoặc quyết định tỷ lệ nâng, nếu văn bản cho phép) trước, hoặc ghi lý do "
        "vì sao vẫn quyết định khi tỷ lệ bị vượt: khi ấy đợt chưa kết thúc được cho đến khi hết vượt."
    )
