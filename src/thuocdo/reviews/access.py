"""Who writes a report, and who reads one that was sent."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where
from thuocdo.rounds.access import cells_led, recordable, visible
from thuocdo.rounds.locking import locked
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rounds.rules import LEADING

RELATED = ("round__organisation", "round__unit", "unit", "person", "party", "collective", "organisation")


def written_by(user: User, on: date) -> Q:
    """Subjects whose report the user writes: the own ones; collectives and organisations looked after or led; people
    looked after who have no account."""
    others = Q(person__isnull=True) | Q(person__user__isnull=True)
    return Q(person__user_id=user.pk) | (Q(recordable(user, on)) & others)


def met_with(user: User) -> Q:
    """Subjects with whom the user meets: of the same leadership, the same cell, and these themselves."""
    mine = RoundSubject.objects.filter(person__user_id=user.pk, standing="in")
    leading, member = mine.filter(kind="leader"), mine.filter(kind="party_member")
    return (
        Q(kind="leader", collective__in=leading.values("collective"))
        | Q(kind="collective", pk__in=leading.values("collective"))
        | Q(kind="party_member", organisation__in=member.values("organisation"))
        | Q(kind="party_organisation", pk__in=member.values("organisation"))
    )


def readable(user: User, on: date) -> Q:
    """Subjects whose filed report the user may read."""
    return visible(user, on) | met_with(user)


def prompted_by(user: User, on: date) -> Q:
    """Subjects to whom the user may issue a prompt: officers of the round's own unit; for people also those who lead
    their cell or committee, for what stands below a Party organisation those who lead that."""
    officer = Q(round__unit__in=units_where(user, Role.Kind.OFFICER, on))
    mine = RoundSubject.objects.filter(person__user_id=user.pk, kind="leader", role__in=LEADING, party__isnull=False)
    found = officer
    for led in (mine.values("organisation_id"), cells_led(user).values("pk")):
        found |= Q(kind__in=("party_member", "leader", "party_organisation"), organisation__in=led)
        found |= Q(kind="collective", party__isnull=False, organisation__organisation__in=led)
    return found


def found(subject_id: int, wanted: Q) -> RoundSubject:
    """The subject among those wanted, of a round that was opened. Raises NotYours."""
    return found_among(subject_id, wanted)[0]


def found_among(subject_id: int, wanted: Q, *asked: Q) -> tuple[RoundSubject, list[bool]]:
    """The same, and of each that is asked whether the subject is among those. One query. Raises NotYours."""
    among = {f"in_{n}": Exists(RoundSubject.objects.filter(each, pk=OuterRef("pk"))) for n, each in enumerate(asked)}
    one = RoundSubject.objects.filter(wanted, pk=subject_id).annotate(**among).select_related(*RELATED).first()
    if one is None or one.round.state not in (Round.State.OPEN, Round.State.CLOSED):
        raise NotYours()
    return one, [getattr(one, name) for name in among]


def held(subject_id: int, wanted: Q, *, round_too: bool = False) -> RoundSubject:
    """`found`, its row locked until the transaction ends: one report after the other. `round_too`: its round before it,
    as those lock who decide about subjects. Raises NotYours."""
    if round_too:
        locked(RoundSubject.objects.filter(pk=subject_id).values_list("round_id", flat=True).first() or 0)
    if not RoundSubject.objects.select_for_update(no_key=True, of=("self",)).filter(pk=subject_id).exists():
        raise NotYours()
    return found(subject_id, wanted)
