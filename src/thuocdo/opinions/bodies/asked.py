"""Reads about bodies: what one is asked, by whom it may be answered, and the signed form an entry was made from."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.opinions.access import organised
from thuocdo.opinions.bodies.forms import BodyForm, body_forms
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.models import OpinionRound


@dataclass(frozen=True)
class BodyAsked:
    """A body with its forms. `speaks`: the user answers for it; else the user enters its printed form. `open`: it can
    still be answered; `standing` what it has answered."""

    round: OpinionRound
    body: OpinionBody
    forms: tuple[BodyForm, ...]
    speaks: bool
    open: bool
    standing: OpinionPaper | None


def asked_body(user: User, body_id: int, at: datetime) -> BodyAsked:
    """For who speaks for the body and the organisers of its round. Raises NotYours."""
    on = localdate(at)
    rows = OpinionBody.objects.select_related("party__round__year_round__organisation", "party__round__unit", "speaker")
    body = rows.filter(pk=body_id).first()
    if body is None:
        raise NotYours()
    one = body.party.round
    speaks = body.speaker is not None and body.speaker.user_id == user.pk
    organises = one.unit_id in organised(user, on)
    living = one.state in (OpinionRound.State.OPEN, OpinionRound.State.CLOSED)
    if not ((organises and one.state != OpinionRound.State.DROPPED) or (speaks and living)):
        raise NotYours()
    standing = body.papers.exclude(state=OpinionPaper.State.RETURNED).first()
    answerable = one.state == OpinionRound.State.OPEN and on <= one.closes_on and standing is None
    return BodyAsked(one, body, tuple(body_forms(one, body)), speaks, answerable, standing)


def scan_of(user: User, paper_id: int, at: datetime) -> OpinionPaper:
    """For the organisers of its round. Raises NotYours."""
    paper = OpinionPaper.objects.select_related("body__party__round").filter(pk=paper_id).first()
    if paper is None or not paper.digest or paper.body.party.round.unit_id not in organised(user, localdate(at)):
        raise NotYours()
    return paper
