"""What the authority sees when it answers a petition by a new result: the old judgement, ready to be
changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.actions.petitions import judged_base
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.judging import judge, leads
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.appraisals.sheets import fetch, proposal
from thuocdo.engine import Outcome, Rulebook
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Person


@dataclass(frozen=True)
class Correcting:
    """A petition with its sheet. `base` is judged again; `document` is the old judgement as it would be
    typed."""

    petition: Petition
    sheet: Sheet
    book: Rulebook
    base: dict[str, Any]
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
    (base, _), with_marks = judged_base(sheet, found.confirmation)
    book, leader = facts.pinned(sheet.member), leads(sheet.member)
    confirmations = sheet.confirmations.select_related("confirmed_by", "submission").order_by("number")
    return Correcting(
        found,
        sheet,
        book,
        base,
        typed_judgement(
            stored.read(found.confirmation.submission),
            with_marks=with_marks,
            recorded=facts.recorded_decisions(sheet.member),
        ),
        with_marks,
        leader,
        proposal(sheet, book) if leader else "",
        tuple(confirmations),
    )


def typed_judgement(
    document: Mapping[str, Any], *, with_marks: bool, recorded: Collection[str]
) -> dict[str, Any]:
    """A stored judgement in the shape and spelling of the form, without what was decided for all."""
    subject = document["subject"]
    names = ("completed", "quality_met", "on_time", "quality_errors", "late", "late_excused")
    typed: dict[str, Any] = {
        "tasks": {
            entry["id"]: {name: _vi(entry[name]) for name in names if name in entry}
            | {"note": document["notes"].get(entry["id"], "")}
            for entry in subject.get("products", [])
        },
        "leadership_factors": {
            slug: str(value) for slug, value in subject.get("leadership_factors", {}).items()
        },
        "factor_reasons": dict(document["factor_reasons"]),
        "decisions": {
            point: {"reading": made["reading"], "reason": made["reason"]}
            for point, made in subject.get("decisions", {}).items()
            if point not in recorded
        },
        "comment": document["comment"],
    }
    if with_marks:
        typed["marks"] = {slug: _vi(value) for slug, value in subject.get("marks", {}).items()}
    return typed


def preview_correction(user: User, petition_id: int, judgement: Mapping[str, Any]) -> Outcome:
    """The result if the authority corrected so now. Raises NotYours, Refused for fields that cannot be
    read."""
    found = correcting(user, petition_id)
    person = Person.objects.get(user_id=user.pk)
    base = judged_base(found.sheet, found.petition.confirmation)[0]
    judged = judge(
        found.sheet,
        judgement,
        person,
        complete=False,
        base=base,
        with_marks=found.with_marks,
        post=found.petition.authority,
    )
    if judged.problems:
        raise Refused(judged.problems)
    return judged.outcome


def _vi(value: object) -> str:
    return str(value).replace(".", ",")
