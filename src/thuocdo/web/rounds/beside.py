"""Where a step of a subject is done, and the other pages about the same subject."""

from dataclasses import dataclass

from django.urls import reverse

from thuocdo.accounts.models import User
from thuocdo.conclusions.queries import KINDS as DECIDED
from thuocdo.reviews.queries import KINDS as REVIEWED
from thuocdo.rounds.access import sees
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


def beside(user: User, one: RoundSubject, here: str) -> list[Link]:
    """The pages about a subject that the user may open; `here` is the route of the one shown. At most two queries."""
    if here != "round_subject" and not sees(user, one.pk, today()):
        return []
    mine = one.person is not None and one.person.user_id == user.pk
    found = [Link(reverse("round_subject", args=[one.round_id, one.pk]), "Các bước", here == "round_subject")]
    for room in ROOMS:
        if room.has(one, mine=mine):
            found.append(Link(reverse(room.route, args=[one.pk]), room.words, here == room.route))
    return found
