"""Who fills the own part, who verifies, who decides, who sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.conclusions import facts
from thuocdo.conclusions.competences import exercised, own_body, resolved
from thuocdo.conclusions.models import Assessment, AssessmentHold, AssessmentPart, Competence, Reconsideration
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Employment, Role
from thuocdo.organisation.queries import on_day, roles_over, units_where_any
from thuocdo.records.models import CommitteeSeat
from thuocdo.rounds.access import recordable
from thuocdo.rounds.models import Round, RoundSubject

RELATED = ("round__organisation", "round__unit", "unit", "party", "person")


@dataclass(frozen=True)
class Reach:
    """What the user may do with one assessment. `own`: it is the user's own; `files`: may enter the own part;
    `verifies`: organisation officer of its unit; `decides`: of the competent body, or, where that is above, the officer
    who records its decision; `sees` any of these, inspectors too."""

    own: bool
    files: bool
    verifies: bool
    decides: bool
    sees: bool
    competence: Competence | None


def reach(user: User, one: Assessment, on: date) -> Reach:
    """Constant queries."""
    roles = roles_over(user, one.unit_id, on)
    officer, inspector = Role.Kind.OFFICER in roles, Role.Kind.INSPECTOR in roles
    own = one.person is not None and one.person.user_id == user.pk
    found = _holding(one, on)
    leads = found is not None and _exercises(user, one, found, on)
    decides = leads or (officer and found is not None and found.above)
    collective = False
    if one.subject_id is not None and not officer and not leads:
        collective = RoundSubject.objects.filter(recordable(user, on), pk=one.subject_id).exists()
    elif one.person_id is None:
        collective = Assessment.objects.filter(led(user, on), pk=one.pk).exists()
    files = own or officer or (collective and one.person_id is None)
    sees = own or officer or inspector or leads or collective
    itself = own or (decides and one.person_id is None and heads(user, one, on))
    return Reach(own, files, officer and not own, decides and not itself, sees, found)


def _exercises(user: User, one: Assessment, found: Competence, on: date) -> bool:
    """Whether the user is of the competent body; read with the assessment where it points to that competence."""
    if one.competence_id == found.pk and hasattr(one, "exercised"):
        return bool(one.exercised)
    return Competence.objects.filter(exercised(user, on), pk=found.pk).exists()


def _rows(user: User, on: date) -> QuerySet[Assessment]:
    mine = Competence.objects.filter(exercised(user, on), pk=OuterRef("competence_id"))
    return Assessment.objects.select_related("subject", "competence", *RELATED).annotate(
        exercised=Exists(mine),
        held=Exists(AssessmentHold.objects.filter(assessment=OuterRef("pk"))),
        leans=Exists(Reconsideration.objects.filter(subject=OuterRef("subject"))),
    )


def _holding(one: Assessment, on: date) -> Competence | None:
    """The competence it points to while that holds, else the one that holds now."""
    kept = one.competence
    if kept is not None and holds(one, on):
        return kept
    return resolved([one], on).get(one.pk)


def holds(one: Assessment, on: date) -> bool:
    """Whether the competence that it points to decides about it on that day."""
    kept = one.competence
    return kept is not None and kept.start <= on and (kept.end is None or on < kept.end) and not own_body(one, kept)


def written(one: Assessment) -> bool:
    """Whether anything is written of it still: in a round while that is open, and after its end where it was decided,
    because a wrong rating is ordered to be made again then too (Quy định 366-QĐ/TW Điều 13, 15.3). Up to one query."""
    if one.round is None:
        return one.state != Assessment.State.DROPPED
    if one.round.state == Round.State.OPEN:
        return True
    decided = AssessmentPart.objects.filter(assessment=one.pk, part=AssessmentPart.Part.DECISION)
    return one.round.state == Round.State.CLOSED and decided.exists()


def heads(user: User, one: Assessment, on: date) -> bool:
    """Whether the user leads the body that is rated: the level above decides about it, and others there than who leads
    below. One query."""
    return Assessment.objects.filter(headed(user, on), pk=one.pk).exists()


def looked_after(user: User, on: date) -> set[int]:
    """Units of which the user is organisation officer or inspector. One query."""
    return units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)


def seen(user: User, on: date, units: set[int]) -> Q:
    """Assessments that the user may see; `units` as `looked_after` says."""
    mine = Competence.objects.filter(exercised(user, on))
    return Q(unit__in=units) | Q(competence__in=mine.values("pk")) | Q(person__user_id=user.pk)


def led(user: User, on: date) -> Q:
    """Assessments before an event of the bodies that the user leads."""
    return Q(round=None) & headed(user, on)


def headed(user: User, on: date) -> Q:
    """Assessments of the bodies that the user leads: as secretary or deputy of the committee, head or deputy of the
    unit."""
    seats = CommitteeSeat.objects.filter(on_day(on), person__user_id=user.pk, role__in=("secretary", "deputy"))
    posts = Employment.objects.filter(on_day(on), person__user_id=user.pk)
    heads = posts.exclude(leadership=Employment.Leadership.NONE).values("unit_id")
    return Q(person=None) & (Q(party__in=seats.values("organisation_id")) | Q(party=None, unit__in=heads))


def of_subject(user: User, subject_id: int, on: date) -> tuple[Assessment, Reach]:
    """The assessment of a round's subject, or how it would begin, where the user may see it. Raises NotYours."""
    found = _rows(user, on).filter(subject=subject_id).first()
    if found is None:
        subject = RoundSubject.objects.filter(pk=subject_id).select_related(*RELATED).first()
        if subject is None:
            raise NotYours()
        found = facts.of_round(subject)
    assert found.round is not None, "a round's subject"
    if found.round.state not in (Round.State.OPEN, Round.State.CLOSED):
        raise NotYours()
    may = reach(user, found, on)
    if not may.sees:
        raise NotYours()
    return found, may


def by_key(user: User, assessment_id: int, on: date) -> tuple[Assessment, Reach]:
    """An assessment that the user may see. Raises NotYours."""
    one = _rows(user, on).filter(pk=assessment_id).first()
    if one is None:
        raise NotYours()
    may = reach(user, one, on)
    if not may.sees:
        raise NotYours()
    return one, may
