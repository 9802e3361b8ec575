"""The step of gathering opinions in the order of a year's round: asked before sending, told at closing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.engine.schemes.graph import Node
from thuocdo.kernel.errors import Forbidden
from thuocdo.opinions.models import OpinionRound, OpinionSubject
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books, gate
from thuocdo.rounds.locking import locked
from thuocdo.rounds.models import Round, RoundSubject, StepDone

STEP = "opinion"


def require_steps_free(one: OpinionRound, subjects: Sequence[OpinionSubject], by: User) -> None:
    """Raises Conflict with the article where the rulebook's step of gathering opinions must wait, Forbidden for the
    own case."""
    _free(one, subjects, by)


def steps_told(one: OpinionRound, subjects: Sequence[OpinionSubject], by: User, at: datetime) -> list[StepDone]:
    """The rows that say the step is done, for the caller to record; none where the order has no such step."""
    how = gate.Taken(day_of(at), number=f"Đợt lấy ý kiến {one.pk}", source="opinions.round", source_key=str(one.pk))
    round_, free = _free(one, subjects, by)
    return [gate.told(round_, node, subject, how, by, at) for node, subject in free] if round_ is not None else []


def _free(
    one: OpinionRound, subjects: Sequence[OpinionSubject], by: User
) -> tuple[Round | None, list[tuple[Node, RoundSubject]]]:
    if one.year_round_id is None:
        return None, []
    if any(row.person is not None and row.person.user_id == by.pk for row in _people(subjects)):
        raise Forbidden("Ông/bà là đối tượng được lấy ý kiến nên không gửi, không kết thúc đợt này. Hãy để người khác.")
    round_ = locked(one.year_round_id)
    nodes = [node for node in books.rules_of(round_).graph.nodes if node.step == STEP]
    wanted = [
        (node.id, subject) for node in nodes for subject in procedures_of(subjects)
        if node.concerns(subject.kind, subject.role)
    ]  # fmt: skip
    return round_, gate.require_free(round_, wanted) if wanted else []


def _people(subjects: Sequence[OpinionSubject]) -> Iterable[OpinionSubject]:
    return OpinionSubject.objects.filter(pk__in=[row.pk for row in subjects]).select_related("person")


def procedures_of(subjects: Sequence[OpinionSubject]) -> list[RoundSubject]:
    """Every procedure of the year that these opinions serve: of a person all of the round, asked once."""
    people = {row.person_id for row in subjects if row.person_id is not None}
    own = [row.year_subject_id for row in subjects]
    found = RoundSubject.objects.filter(round__in={row.year_round_id for row in subjects}, standing="in")
    return list(found.filter(Q(pk__in=own) | Q(person__in=people)).order_by("pk"))
