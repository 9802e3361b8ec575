"""Party organisations as an organisation officer sees them on a day: one level of the tree, or one cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.queries import officer_units, on_day
from thuocdo.records.party.letterheads import Letterhead, letterhead_of
from thuocdo.records.party.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation, PartyStanding

MOST = 200
SHOWN = ("secretary", "deputy", "standing", "member")


@dataclass(frozen=True)
class Line:
    """One organisation directly below: how many organisations and members it has itself, who is secretary."""

    organisation: PartyOrganisation
    below: int
    members: int
    secretaries: str


@dataclass(frozen=True)
class Seen:
    """A member of the cell, or a seat of the committee: since when, in which standing."""

    name: str
    code: str
    role: str
    admitted: date | None
    start: date
    standing: str
    person: int


@dataclass(frozen=True)
class Written:
    """A standing as it was written down; `row` says where it was withdrawn."""

    row: PartyStanding

    @property
    def words(self) -> str:
        """`Nguyễn Văn A: cán bộ chủ chốt từ 01/08/2025 đến hết 31/12/2025`."""
        row = self.row
        until = f" đến hết {row.end - timedelta(days=1):%d/%m/%Y}" if row.end else ""
        return f"{row.person.full_name}: {row.get_kind_display()} từ {row.start:%d/%m/%Y}{until}"


@dataclass(frozen=True)
class PartyPage:
    """What the page shows; `more`: there are organisations or members beyond `MOST`; `written`: all standings of these
    people, those withdrawn as mistakes too; `letterhead`: what its papers say at their head."""

    here: PartyOrganisation | None
    above: PartyOrganisation | None
    lines: tuple[Line, ...]
    committee: tuple[Seen, ...]
    members: tuple[Seen, ...]
    more: bool
    written: tuple[Written, ...] = ()
    letterhead: Letterhead | None = None

    @property
    def standing(self) -> list[Written]:
        """Those that hold or held."""
        return [one for one in self.written if one.row.withdrawn_at is None]

    @property
    def running(self) -> list[Written]:
        """Those that have no last day yet."""
        return [one for one in self.standing if one.row.end is None]

    @property
    def withdrawn(self) -> list[Written]:
        return [one for one in self.written if one.row.withdrawn_at is not None]

    @property
    def people(self) -> list[tuple[int, str]]:
        """Members and committee, each once, to choose from."""
        found = {one.person: f"{one.name} ({one.code})" for one in (*self.committee, *self.members)}
        return sorted(found.items(), key=lambda item: item[1])


def party_page(user: User, on: date, root: int | None = None) -> PartyPage:
    """The organisations of the officer's units on a day that are directly under `root`; without it, those that have
    nothing above them there. Raises NotYours."""
    units = officer_units(user, on)
    mine = PartyOrganisation.objects.filter(on_day(on), unit__in=units).select_related("unit")
    links = PartyLink.objects.filter(on_day(on))
    if root is None:
        inside = links.filter(parent__in=mine.values("pk")).values("child")
        lines, more = _lines(list(mine.exclude(pk__in=inside).order_by("name", "code")[: MOST + 1]), on)
        return PartyPage(None, None, lines, (), (), more)
    here = mine.filter(pk=root).first()
    if here is None:
        raise NotYours()
    up = links.filter(child=here).select_related("parent").first()
    above = up.parent if up is not None and up.parent.unit_id in units else None
    lines, more = (), False
    if not here.is_cell:
        below = links.filter(parent=here).values("child")
        lines, more = _lines(list(mine.filter(pk__in=below).order_by("name", "code")[: MOST + 1]), on)
    committee, members, written = _people(here, on)
    return PartyPage(here, above, lines, committee, members[:MOST], more or len(members) > MOST, written,
                     letterhead_of(here, on))  # fmt: skip


def _lines(found: Sequence[PartyOrganisation], on: date) -> tuple[tuple[Line, ...], bool]:
    more, found = len(found) > MOST, found[:MOST]
    keys = [one.pk for one in found]
    held = on_day(on)
    below = _counted(PartyLink.objects.filter(held, parent__in=keys).values_list("parent").annotate(n=Count("pk")))
    rows = PartyMembership.objects.filter(held, organisation__in=keys)
    members = _counted(rows.values_list("organisation").annotate(n=Count("pk")))
    heads: dict[int, list[str]] = {}
    seats = CommitteeSeat.objects.filter(held, organisation__in=keys, role=CommitteeSeat.Role.SECRETARY)
    for key, name in seats.order_by("person__sort_key").values_list("organisation", "person__full_name"):
        heads.setdefault(key, []).append(name)
    lines = tuple(
        Line(one, below.get(one.pk, 0), members.get(one.pk, 0), ", ".join(heads.get(one.pk, ()))) for one in found
    )
    return lines, more


def _counted(rows: object) -> dict[int, int]:
    return dict(rows)  # type: ignore[call-overload, no-any-return]


def _people(
    here: PartyOrganisation, on: date
) -> tuple[tuple[Seen, ...], tuple[Seen, ...], tuple[Written, ...]]:
    held = on_day(on)
    seats = list(CommitteeSeat.objects.filter(held, organisation=here).select_related("person"))
    seats.sort(key=lambda seat: (SHOWN.index(seat.role), seat.person.sort_key))
    rows = PartyMembership.objects.filter(held, organisation=here).select_related("person")
    members = list(rows.order_by("person__sort_key", "pk")[: MOST + 1]) if here.is_cell else []
    people = {seat.person_id for seat in seats} | {row.person_id for row in members}
    standing: dict[int, list[str]] = {}
    rows_ = PartyStanding.objects.filter(person__in=people).select_related("person", "withdrawn_by")
    written = tuple(Written(one) for one in rows_.order_by("person__sort_key", "start", "pk"))
    for one in (found.row for found in written):
        if one.withdrawn_at is None and one.start <= on and (one.end is None or one.end > on):
            standing.setdefault(one.person_id, []).append(one.get_kind_display())
    return (
        tuple(_seen(seat, standing, seat.get_role_display(), None) for seat in seats),
        tuple(_seen(row, standing, "", row.admitted) for row in members),
        written,
    )


def _seen(
    row: CommitteeSeat | PartyMembership, standing: dict[int, list[str]], role: str, admitted: date | None
) -> Seen:
    words = ", ".join(standing.get(row.person_id, ()))
    return Seen(row.person.full_name, row.person.code, role, admitted, row.start, words, row.person_id)
