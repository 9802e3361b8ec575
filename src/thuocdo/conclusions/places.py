"""Places of a level in a group: the engine's count over what is decided and proposed, and the check of one decision."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from thuocdo.conclusions import facts
from thuocdo.conclusions.models import Assessment, QuotaRaising
from thuocdo.conclusions.sheets import Form
from thuocdo.engine.facts import Case, QuotaRaise, SubjectFacts
from thuocdo.engine.outcome import Outcome, QuotaCell
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.quotas import quota_cells
from thuocdo.engine.schemes.schema import RaisedLine, Scheme, SchemeQuota
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.text import fold
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import PartyLink, PartyOrganisation
from thuocdo.rounds.models import Round, RoundSubject


@dataclass(frozen=True)
class Held:
    """One subject in a count. `level`: the one decided, else the one proposed; empty where there is none yet."""

    key: int
    kind: str
    role: str
    group: str
    level: str
    decided: bool


def held_of(one: Assessment) -> Held:
    decided = one.state == Assessment.State.DECIDED
    level = one.level if decided else one.proposed
    return Held(one.pk or 0, one.kind, one.role, one.group, level, decided)


def chosen_of(row: Held, level: str) -> Held:
    """The same subject as if that level were decided."""
    return replace(row, level=level, decided=True)


def counted(round_: Round, group: str) -> list[Held]:
    """Everybody of the round in a group who is verified. One query."""
    return _counted(round_, [group])


def _counted(round_: Round, groups: Collection[str]) -> list[Held]:
    rows = Assessment.objects.filter(round=round_, group__in=groups, state__in=("decide", "decided"))
    return [held_of(one) for one in rows.only("kind", "role", "group", "level", "proposed", "state").order_by("pk")]


def code_of(group: str) -> str:
    """The group as the case format names it.

    >>> code_of("Trưởng phòng, xã Một")
    'truong-phong,-xa-mot'
    """
    return fold(group).replace(" ", "-")[:64]


def cells(
    one: Assessment, form: Form, rows: Iterable[Held], raised: Mapping[str, QuotaRaising] | None = None
) -> tuple[QuotaCell, ...]:
    """The quota cells of these, all of one group, by the rulebook of the form. One query where `raised` is not
    given."""
    period, code = facts.period_of(one), code_of(one.group)
    book = in_force(form.book, period.start, period.end)
    picked: list[tuple[SubjectFacts, SchemeBook, Scheme]] = []
    outcomes = {}
    for row in rows:
        scheme = book.scheme_for(row.kind, cast(Role, row.role), "year")
        if scheme is None:
            continue
        key = str(row.key)
        facts_of = {"id": key, "kind": row.kind, "leadership": row.role, "agency": code, "group": code}
        subject = SubjectFacts.model_validate(facts_of)
        picked.append((subject, book, scheme))
        kind: Literal["rated", "not_rated"] = "rated" if row.level else "not_rated"
        outcomes[key] = Outcome(key, kind, None, None, row.level or None, (), (), year=True)
    if not picked:
        return ()
    case = Case(
        title="x", period=period, subjects=tuple(s for s, _, _ in picked), quota_raises=_raises(one, code, raised)
    )
    return quota_cells(picked, outcomes, case)


def raised_of(round_: Round, groups: Collection[str]) -> dict[str, QuotaRaising]:
    """The decisions in force by which the higher line applies, by group. One query."""
    rows = QuotaRaising.objects.filter(round=round_, group__in=groups, ended_at__isnull=True)
    return {row.group: row for row in rows.select_related("recorded_by")}


def _raises(one: Assessment, agency: str, raised: Mapping[str, QuotaRaising] | None) -> tuple[QuotaRaise, ...]:
    assert one.round is not None, "a share is of a round"
    found = (raised_of(one.round, [one.group]) if raised is None else raised).get(one.group)
    if found is None:
        return ()
    return (QuotaRaise(agency=agency, by=found.body, reason=f"{found.reason} ({found.document_number})"),)


def raisable(form: Form) -> list[RaisedLine]:
    """The higher lines that the text allows the competent body to decide on for such subjects."""
    rules = form.scheme.quotas if form.scheme else ()
    return [rule.raised for rule in rules if rule.raised is not None]


def group_needed(form: Form) -> bool:
    """Whether a share of the scheme is counted in groups of similar position, which somebody names."""
    return form.scheme is not None and any("group" in rule.scopes for rule in form.scheme.quotas)


def groups_of(round_: Round, every: Iterable[tuple[Assessment, Form]]) -> dict[int, str]:
    """By key the group that the text itself names: where it counts in each base Party organisation, that one. Up to
    two queries."""
    asked = [
        one
        for one, form in every
        if one.subject is not None
        and any("agency" in rule.scopes for rule in (form.scheme.quotas if form.scheme else ()))
    ]
    if not asked:
        return {}
    up = dict(PartyLink.objects.filter(on_day(round_.rating_date)).values_list("child_id", "parent_id"))
    above = dict(RoundSubject.objects.filter(pk__in={one.subject.organisation_id for one in asked if one.subject})
                 .values_list("pk", "party_id"))  # fmt: skip
    bases = dict(PartyOrganisation.objects.filter(kind__in=("base", "base_cell")).values_list("pk", "name"))
    found = {}
    for one in asked:
        assert one.subject is not None, "asked for above"
        start: int | None = one.subject.party_id or above.get(one.subject.organisation_id or 0)
        seen: set[int] = set()
        while start is not None and start not in bases and start not in seen:
            seen.add(start)
            start = up.get(start)
        found[one.pk or 0] = bases.get(start or 0, round_.organisation.name)[:120]
    return found


@dataclass(frozen=True)
class Wish:
    """A level that is to be decided, with the reason given."""

    one: Assessment
    form: Form
    level: str
    reason: str


def check(wish: Wish) -> None:
    """Refuse a level for which no place is left: hard ones always, others without a reason.

    Raises Refusal, Conflict.
    """
    if wish.one.round is not None:
        for problem in over(wish.one.round, [wish]).values():
            raise problem


def over(round_: Round, wishes: Sequence[Wish]) -> dict[int, Refusal]:
    """By key, the refusal of each level for which no place is left if all of these are decided. Two queries."""
    asked: dict[str, list[Wish]] = {}
    found: dict[int, Refusal] = {}
    for wish in wishes:
        if not _rules(wish):
            continue
        if group_needed(wish.form) and not wish.one.group:
            found[wish.one.pk] = Refusal(
                "assessment.no_group",
                f"Chưa ghi nhóm có vị trí, vai trò tương đồng của {wish.one.name}, nên chưa tính được số suất. Hãy đề "
                "nghị cán bộ tổ chức thẩm định lại và ghi nhóm.",
            )
        else:
            asked.setdefault(wish.one.group, []).append(wish)
    if not asked:
        return found
    raised, there = raised_of(round_, asked), held(round_, asked)
    for group, mine in asked.items():
        chosen = {wish.one.pk: wish for wish in wishes if wish.one.group == group}
        rows = [row for row in there.get(group, ()) if row.key not in chosen]
        rows += [_decided(wish) for wish in chosen.values()]
        _over(mine, rows, raised, found)
    return found


def _rules(wish: Wish) -> list[SchemeQuota]:
    rules = wish.form.scheme.quotas if wish.form.scheme else ()
    return [rule for rule in rules if rule.level == wish.level and wish.one.role in rule.roles]


def held(round_: Round, groups: Collection[str]) -> dict[str, list[Held]]:
    """Everybody of the round in these groups who is verified, by group. One query."""
    found: dict[str, list[Held]] = {}
    for one in _counted(round_, groups):
        found.setdefault(one.group, []).append(one)
    return found


def _decided(wish: Wish) -> Held:
    return Held(wish.one.pk or 0, wish.one.kind, wish.one.role, wish.one.group, wish.level, True)


def _over(
    mine: Sequence[Wish], rows: Sequence[Held], raised: Mapping[str, QuotaRaising], found: dict[int, Refusal]
) -> None:
    first = mine[0]
    counts = cells(first.one, first.form, rows, raised)
    for wish in mine:
        for rule in _rules(wish):
            for cell in counts:
                if cell.quota != rule.id or cell.stable_places is None:
                    continue
                taken = sum(row.decided and row.level == wish.level for row in rows)
                if taken <= cell.stable_places:
                    continue
                now = sum(one.level == wish.level for one in mine)
                said = (
                    f"{cell.finding.sentence_vi} Đã quyết định {taken - now} suất trong nhóm “{wish.one.group}”"
                    f"{f', đang chọn thêm {now}' if now > 1 else ''}."
                )
                if rule.hardness == "hard":
                    found[wish.one.pk] = Conflict(
                        f"{said} Không còn suất: hãy quyết định mức khác, hoặc đợi thêm hồ sơ trong nhóm."
                    )
                elif not wish.reason:
                    found[wish.one.pk] = Refusal(
                        "assessment.over", f"{said} Vượt tỷ lệ thì phải ghi lý do.", field="reason"
                    )
