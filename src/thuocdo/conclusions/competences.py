"""Which competence holds for which subject on a day, and which competences somebody exercises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import F, Q

from thuocdo.accounts.models import User
from thuocdo.conclusions.models import Assessment, Competence
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.organisation.models import ActingHead, Employment
from thuocdo.organisation.queries import forest, on_day
from thuocdo.records.models import CommitteeSeat

RULE_OF_PARTY_KIND = {
    "sub_cell": "sub_cell",
    "base_cell": "base_cell",
    "part": "part_committee",
    "base": "base_party",
    "above_base": "above_base",
    "province": "province",
}
"""The row of a rulebook's table of deciders for a kind of Party organisation."""


def resolved(asked: Iterable[Assessment], on: date) -> dict[int, Competence]:
    """The competence of each assessment by key: of the nearest unit upwards; there the narrower row first. Two
    queries."""
    units = forest(on)
    rows: dict[int, list[Competence]] = {}
    for row in Competence.objects.filter(on_day(on)).select_related("party", "body_unit").order_by("pk"):
        rows.setdefault(row.unit_id, []).append(row)
    found = {}
    for one in asked:
        nearest = _nearest(one, rows, units.path(one.unit_id))
        if nearest is not None:
            found[one.pk] = nearest
    return found


def _nearest(one: Assessment, rows: Mapping[int, list[Competence]], path: Iterable[int]) -> Competence | None:
    party_kind = one.party.kind if one.party is not None else ""
    for unit in path:
        fitting = [
            row
            for row in rows.get(unit, ())
            if row.kind == one.kind and row.role in ("", one.role) and row.party_kind in ("", party_kind)
            and not own_body(one, row)
        ]
        if fitting:
            return max(fitting, key=lambda row: (row.party_kind != "", row.role != "", row.start))
    return None


def own_body(one: Assessment, row: Competence) -> bool:
    """Whether the competence is of the very body that is rated: the level above decides about it (HD 43 mục 3)."""
    if one.person_id is not None:
        return False
    if one.party_id is not None:
        return row.party_id == one.party_id
    return row.body_unit_id == one.unit_id


OWN_BODY = Q(person=None) & (
    Q(party__isnull=False, party=F("competence__party"))
    | Q(party__isnull=True, unit=F("competence__body_unit"))
)
"""Assessments that point to a competence of the very body that is rated, as `own_body`."""


def exercised(user: User, on: date) -> Q:
    """Competences of the committees whose secretary or deputy the user is, and of the units that the user heads or is
    deputy of."""
    seats = CommitteeSeat.objects.filter(
        on_day(on), person__user_id=user.pk, person__user__is_active=True, role__in=("secretary", "deputy")
    )
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    posts = Employment.objects.filter(on_day(on), **mine).exclude(leadership=Employment.Leadership.NONE)
    acting = ActingHead.objects.filter(on_day(on), **mine)
    return (
        Q(party__in=seats.values("organisation_id"))
        | Q(body_unit__in=posts.values("unit_id"))
        | Q(body_unit__in=acting.values("unit_id"))
    )


def rule_words(book: SchemeBook, one: Assessment) -> list[tuple[str, str]]:
    """What the rulebook's table says of who decides for such a subject, each with its articles: the row of its kind of
    Party organisation, and the principle."""
    wanted = {"principle"} | ({RULE_OF_PARTY_KIND[one.party.kind]} if one.party is not None else set())
    return [
        (f"{row.subject}: {row.decides}", "; ".join(cite.text() for cite in book.cite(row.cite)))
        for row in book.book.deciders
        if row.id in wanted
    ]


def bodies(row: Competence, on: date) -> list[User]:
    """Who records what the body decides: secretary and deputies of the committee, head and deputies of the unit."""
    if row.above:
        return []
    seats = CommitteeSeat.objects.filter(on_day(on), organisation=row.party_id, role__in=("secretary", "deputy"))
    posts = Employment.objects.filter(on_day(on), unit=row.body_unit_id).exclude(leadership="none")
    acting = ActingHead.objects.filter(on_day(on), unit=row.body_unit_id)
    people = [Q(person__in=rows.values("person_id")) for rows in (seats, posts, acting)]
    return list(User.objects.filter(people[0] | people[1] | people[2], is_active=True).order_by("pk"))
