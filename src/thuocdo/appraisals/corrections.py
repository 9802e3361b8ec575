"""What the authority sees when it answers a petition by a new result: the old judgement, ready to be
changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.actions.petitions import judged_base
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.fetching import fetch
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.appraisals.shapes import Shape, judge, shape_of
from thuocdo.appraisals.sheets import proposal
from thuocdo.engine import Outcome
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Person


@dataclass(frozen=True)
class Correcting:
    """A petition with its sheet. `base` is judged again, the owner's document of that `number` where there is one;
    `document` is the old judgement as it would be typed."""

    petition: Petition
    sheet: Sheet
    shape: Shape
    base: dict[str, Any]
    number: int | None
    document: dict[str, Any]
    with_marks: bool
    leader: bool
    proposal: str
    confirmations: tuple[Confirmation, ...]


def correcting(user: User, petition_id: int, at: datetime | None = None) -> Correcting:
    """For the head of the unit that answers, never its author. Raises NotYours."""
    found = (
        Petition.objects.select_related(
            "confirmation__submission", "confirmation__confirmed_by", "author", "authority", "answered_by"
        )
        .filter(pk=petition_id, authority__in=headed_units(user, localdate(at or now())))
        .first()
    )
    if found is None or found.author.user_id == user.pk:
        raise NotYours()
    sheet = fetch(found.sheet_id)
    (base, number), with_marks = judged_base(sheet, found.confirmation)
    shape = shape_of(sheet.member)
    leader = shape.leads(sheet.member)
    confirmations = sheet.confirmations.select_related("confirmed_by", "submission").order_by("number")
    return Correcting(
        found,
        sheet,
        shape,
        base,
        number,
        shape.typed_judgement(
            stored.read(found.confirmation.submission),
            with_marks=with_marks,
            recorded=facts.recorded_decisions(sheet.member),
        ),
        with_marks,
        leader,
        proposal(sheet, facts.pinned(sheet.member)) if leader else "",
        tuple(confirmations),
    )


def preview_correction(user: User, found: Correcting, judgement: Mapping[str, Any]) -> Outcome:
    """The result if the authority corrected so now, of a petition as `correcting` has read it for the same user.
    Raises Refused for fields that cannot be read."""
    person = Person.objects.get(user_id=user.pk)
    judged = judge(
        found.sheet,
        judgement,
        person,
        complete=False,
        base=(found.base, found.number),
        with_marks=found.with_marks,
        post=found.petition.authority,
    )
    if judged.problems:
        raise Refused(judged.problems)
    return judged.outcome
