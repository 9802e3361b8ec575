"""The forms of one giver, and what was typed into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from thuocdo.opinions.models import OpinionInvitation, OpinionQuestion, OpinionRound
from thuocdo.opinions.rules import Answers, Refused, read_form
from thuocdo.organisation.models import Person


@dataclass(frozen=True)
class Form:
    """One subject the giver is asked about, as which party, and the questions within its field; `self_rating` where the
    round's forms show it."""

    invitation_id: int
    subject_id: int
    party_id: int
    name: str
    position: str
    unit: str
    party: str
    questions: tuple[OpinionQuestion, ...]
    self_rating: str = ""

    @property
    def asked(self) -> tuple[tuple[int, str, int | None], ...]:
        return tuple((one.number, one.label, one.maximum) for one in self.questions)


def forms_of(one: OpinionRound, person: Person) -> list[Form]:
    """What the person is asked in the round, by name. Two queries."""
    rows = OpinionInvitation.objects.filter(party__round=one, rater=person)
    rows = rows.select_related(
        "party", "subject__member__person", "subject__member__unit", "subject__year_subject__unit"
    )
    questions = {question.number: question for question in one.questions.order_by("number")}
    return [
        Form(
            row.pk, row.subject_id, row.party_id, row.subject.name, row.subject.position, row.subject.unit_name,
            row.party.label, tuple(questions[n] for n in row.party.questions), row.subject.self_rating,
        )
        for row in rows.order_by("about__sort_key", "pk")
    ]  # fmt: skip


def read_forms(forms: Sequence[Form], typed: Mapping[str, str]) -> list[tuple[Answers, str]]:
    """Every form as typed. Raises Refused with the problems of all of them."""
    read: list[tuple[Answers, str]] = []
    problems: dict[str, str] = {}
    for form in forms:
        try:
            read.append(read_form(typed, f"f{form.invitation_id}", form.name, form.asked))
        except Refused as refusal:
            problems |= refusal.problems
    if problems:
        raise Refused(problems)
    return read
