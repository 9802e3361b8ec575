"""Places of a level in a group: the engine's count over what is decided and proposed, and the check of one decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.text import fold
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import PartyLink, PartyOrganisation
from thuocdo.rounds.models import Round


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


def counted(round_: Round, group: str) -> list[Held]:
    """Everybody of the round in a group who is verified. One query."""
    rows = Assessment.objects.filter(round=round_, group=group, state__in=("decide", "decided"))
    return [held_of(one) for one in rows.only("kind", "role", "group", "level", "proposed", "state").order_by("pk")]


def code_of(group: str) -> str:
    """The group as the case format names it.

    >>> code_of("Trưởng phòng, xã Một")
    'truong-phong,-xa-mot'
    """
    return fold(group).replace(" ", "-")[:64]


def cells(one: Assessment, form: Form, rows: Iterable[Held]) -> tuple[QuotaCell, ...]:
    """The quota cells of these, all of one group, by the rulebook of the form. One query."""
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
    case = Case(title="x", period=period, subjects=tuple(s for s, _, _ in picked), quota_raises=_raises(one, code))
    return quota_cells(picked, outcomes, case)


def _raises(one: Assessment, agency: str) -> tuple[QuotaRaise, ...]:
    found = QuotaRaising.objects.filter(round=one.round_id, group=one.group, ended_at__isnull=True).first()
    if found is None:
        return ()
    return (QuotaRaise(agency=agency, by=found.body, reason=f"{found.reason} ({found.document_number})"),)


def group_needed(form: Form) -> bool:
    """Whether a share of the scheme is counted in groups of similar position, which somebody names."""
    return form.scheme is not None and any("group" in rule.scopes for rule in form.scheme.quotas)


def group_of(one: Assessment, form: Form) -> str:
    """The group that the text itself names: where it counts in each base Party organisation, that organisation."""
    rules = form.scheme.quotas if form.scheme else ()
    if not any("agency" in rule.scopes for rule in rules) or one.subject is None or one.round is None:
        return ""
    start = one.subject.party_id
    if start is None and one.subject.organisation is not None:
        start = one.subject.organisation.party_id
    up = dict(PartyLink.objects.filter(on_day(one.round.rating_date)).values_list("child_id", "parent_id"))
    path: list[int] = []
    while start is not None and start not in path:
        path.append(start)
        start = up.get(start)
    rows = PartyOrganisation.objects.in_bulk(path)
    base = next((rows[pk] for pk in path if rows[pk].kind in ("base", "base_cell")), None)
    return (base or one.round.organisation).name[:120]


def check(one: Assessment, form: Form, chosen: str, reason: str) -> None:
    """Refuse a level for which no place is left: hard ones always, others without a reason.

    Raises Refusal, Conflict.
    """
    rules = [r for r in (form.scheme.quotas if form.scheme else ()) if r.level == chosen and one.role in r.roles]
    if not rules or one.round is None:
        return
    if group_needed(form) and not one.group:
        raise Refusal(
            "assessment.no_group",
            f"Chưa ghi nhóm có vị trí, vai trò tương đồng của {one.name}, nên chưa tính được số suất. Hãy đề nghị "
            "cán bộ tổ chức thẩm định lại và ghi nhóm.",
        )
    me = Held(one.pk, one.kind, one.role, one.group, chosen, True)
    rows = [me, *(row for row in counted(one.round, one.group) if row.key != one.pk)]
    for rule in rules:
        for cell in cells(one, form, rows):
            if cell.quota != rule.id or cell.stable_places is None:
                continue
            taken = sum(row.decided and row.level == chosen for row in rows)
            if taken <= cell.stable_places:
                continue
            said = f"{cell.finding.sentence_vi} Đã quyết định {taken - 1} suất trong nhóm “{one.group}”."
            if rule.hardness == "hard":
                raise Conflict(f"{said} Không còn suất: hãy quyết định mức khác, hoặc đợi thêm hồ sơ trong nhóm.")
            if not reason:
                raise Refusal("assessment.over", f"{said} Vượt tỷ lệ thì phải ghi lý do.", field="reason")
