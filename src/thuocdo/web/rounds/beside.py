"""Where a step of a subject is done, and the other pages about the same subject."""

from dataclasses import dataclass

from django.urls import reverse

from thuocdo.accounts.models import User
from thuocdo.conclusions.queries import KINDS as DECIDED
from thuocdo.reviews.queries import KINDS as REVIEWED
from thuocdo.rounds.access import owner_if_seen
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.web.access import today


@dataclass(frozen=True)
class Room:
    """A page about one subject: `steps` of the order are done there, for subjects of these kinds. `own`: the person
    opens it too."""

    route: str
    words: str
    steps: tuple[str, ...]
    kinds: tuple[str, ...]
    own: bool = True

    def has(self, one: RoundSubject, *, mine: bool) -> bool:
        return one.kind in self.kinds and one.standing == RoundSubject.Standing.IN and (self.own or not mine)


ROOMS = (
    Room("review_report", "Bản kiểm điểm", ("review", "report"), REVIEWED),
    Room("opinions_about", "Ý kiến nhiều phía", ("opinion",), REVIEWED, own=False),
    Room("assessment", "Kết luận, xếp loại", ("rating",), DECIDED),
)
OPENED = (Round.State.OPEN, Round.State.CLOSED)


@dataclass(frozen=True)
class Link:
    """One page; `here` is the one that is shown."""

    href: str
    words: str
    here: bool = False


def room_of(step: str | None, one: RoundSubject, user: User) -> Link | None:
    """Where that step of a subject that the user sees is done. None where the order's own page records it."""
    if step == "ballot":
        return Link(f"{reverse('ballots')}?dot={one.round_id}", "Bỏ phiếu")
    mine = one.person is not None and one.person.user_id == user.pk
    for room in ROOMS:
        if step in room.steps and room.has(one, mine=mine):
            return Link(reverse(room.route, args=[one.pk]), room.words)
    return None


def beside(one: RoundSubject, here: str, *, mine: bool) -> list[Link]:
    """The pages about a subject that the user sees; `here` is the route of the one shown. No query."""
    found = [Link(reverse("round_subject", args=[one.round_id, one.pk]), "Các bước", here == "round_subject")]
    for room in ROOMS:
        if room.has(one, mine=mine):
            found.append(Link(reverse(room.route, args=[one.pk]), room.words, here == room.route))
    return found


def beside_if_seen(user: User, one: RoundSubject, here: str) -> list[Link]:
    """The same where the user may not see the subject in its round: then nothing. Two queries."""
    owner = owner_if_seen(user, one.pk, today())
    return beside(one, here, mine=owner == user.pk) if owner is not None else []
