"""The forms of one body: about every subject of the round, the questions of its field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.kernel.typed import format_points
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.opinions.models import OpinionQuestion, OpinionRound, OpinionSubject
from thuocdo.opinions.rules import NO, YES, Answers, Refused, read_form

WORDS = {YES: "đồng ý", NO: "không đồng ý"}


@dataclass(frozen=True)
class BodyForm:
    """About one subject. `name` begins the names of its inputs."""

    subject: OpinionSubject
    questions: tuple[OpinionQuestion, ...]

    @property
    def name(self) -> str:
        return f"b{self.subject.pk}"

    @property
    def asked(self) -> tuple[tuple[int, str, int | None], ...]:
        return tuple((one.number, one.label, one.maximum) for one in self.questions)


def body_forms(one: OpinionRound, body: OpinionBody) -> list[BodyForm]:
    """Two queries."""
    questions = {question.number: question for question in one.questions.order_by("number")}
    fields = tuple(questions[number] for number in body.party.questions)
    rows = one.subjects.select_related("member__person", "member__unit", "year_subject__unit")
    return [BodyForm(row, fields) for row in rows.order_by("year_subject__search_key", "pk")]


def content_of(one: OpinionRound, body: OpinionBody, typed: Mapping[str, str]) -> dict[str, Any]:
    """By subject: answers by question, and words. Raises Refused with the problems of all of them."""
    found: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for form in body_forms(one, body):
        try:
            answers, text = read_form(typed, form.name, form.subject.name, form.asked)
            found[str(form.subject.pk)] = said(answers, text)
        except Refused as refusal:
            problems |= refusal.problems
    if problems:
        raise Refused(problems)
    return found


def said(answers: Answers, text: str) -> dict[str, Any]:
    """What one form says; empty where it is outside the field."""
    return {"answers": dict(answers), "text": text} if answers or text else {}


def answers_in_words(asked: Mapping[str, OpinionQuestion], said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Question and answer, in the order of the questions; `asked` by number."""
    return tuple(_line(asked[number], answer) for number, answer in sorted((said.get("answers") or {}).items()))


def words_of_form(asked: Mapping[str, OpinionQuestion], said: Mapping[str, Any]) -> str:
    """What one form says, in one line."""
    words = "; ".join(f"{label}: {answer}" for label, answer in answers_in_words(asked, said))
    text = str(said.get("text") or "")
    return ". ".join(part for part in (words, text) if part) or "ngoài lĩnh vực"


def _line(question: OpinionQuestion, answer: int | str) -> tuple[str, str]:
    if isinstance(answer, int):
        return question.label, f"{format_points(answer)}/{format_points(question.maximum or 0)} điểm"
    return question.label, WORDS[answer]
