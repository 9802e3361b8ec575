"""Precedence (trình tự): a step is refused while the one that must come before it is not done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.engine.outcome import Finding
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Before

Done = tuple[str, str]  # stage, subject


@dataclass(frozen=True)
class Refused:
    """A step taken too early: the edge, the stage that is missing, and for whom."""

    edge: str
    stage: str
    first: str
    waiting: tuple[str, ...]
    sentence_vi: str
    cite: tuple[Citation, ...]


def may_take(
    book: SchemeBook, stage: str, done: Set[Done], linked: Mapping[str, Sequence[str]], kind: str = ""
) -> Refused | None:
    """Whether a stage may be taken now; None if so.

    `linked`: by link of the precedence (`itself`, `same`, `any`, or a relation), the subjects that it leads to. For
    `same` it is enough that the stage before was done for one of them: they are one person. `kind` of the subject: it
    waits for no stage of its own that its kind does not have.
    """
    whose = {item.id: item.subjects for item in book.book.stages}
    for edge in book.book.precedence:
        targets = linked.get(edge.link, ())
        if edge.link == "itself" and kind not in whose[edge.first]:
            continue
        if edge.then != stage or not targets:
            continue
        waiting = tuple(one for one in targets if (edge.first, one) not in done)
        if waiting and (edge.link != "same" or len(waiting) == len(targets)):
            return _refused(book, edge, waiting)
    return None


def _refused(book: SchemeBook, edge: Before, waiting: tuple[str, ...]) -> Refused:
    labels = {item.id: item.label for item in book.book.stages}
    first, then = labels[edge.first], labels[edge.then]
    sentence = f"Chưa được làm bước “{then}”: phải xong bước “{first}” cho {', '.join(waiting)}. {edge.label}."
    return Refused(edge.id, edge.then, edge.first, waiting, sentence, book.cite(edge.cite))


def check_steps(books: Mapping[str, SchemeBook], case: Case) -> tuple[Finding, ...]:
    """Findings for steps taken early; `books` by subject. A refused step was not done. Raises `CaseError`."""
    stages = {stage.id for book in books.values() for stage in book.book.stages}
    subjects = {subject.id: subject for subject in case.subjects}
    done: set[Done] = set()
    found: list[Finding] = []
    for step in case.steps:
        if step.step not in stages:
            raise CaseError(
                file="",
                key="steps",
                problem=f"không có bước “{step.step}” trong trình tự",
                remedy=f"Các bước: {', '.join(sorted(stages)) or 'bộ quy tắc này không ghi trình tự'}.",
            )
        refused = None
        for book in _books_of(books, step.subject):
            one = subjects[step.subject]
            refused = may_take(book, step.step, done, _linked(one, case.subjects), one.kind)
            if refused is not None:
                break
        if refused is None:
            done.add((step.step, step.subject))
        else:
            found.append(_finding(step.subject, refused))
    return tuple(found)


def _books_of(books: Mapping[str, SchemeBook], subject: str) -> list[SchemeBook]:
    """The subject's own rulebook first, then the others: their stages may name its steps, too."""
    own = [books[subject]] if subject in books else []
    return own + [book for book in dict.fromkeys(books.values()) if book not in own]


def _linked(subject: SubjectFacts, everybody: Sequence[SubjectFacts]) -> dict[str, list[str]]:
    linked = {
        name: [item.id for item in items if item.id is not None] for name, items in (subject.related or {}).items()
    }
    others = [one.id for one in everybody if one.id != subject.id]
    person = [one.id for one in everybody if subject.person is not None and one.person == subject.person]
    same = person if len(person) > 1 else []
    return {**linked, "any": others, "same": same, "itself": [subject.id]}


def _finding(subject: str, refused: Refused) -> Finding:
    return Finding(
        f"precedence.{refused.edge}.{subject}",
        "precedence",
        "Trình tự",
        f"{subject}: {refused.sentence_vi}",
        (("Bước", f"{refused.stage}:{subject}"), ("Còn chờ", ", ".join(refused.waiting))),
        None,
        "",
        refused.cite,
        "refused",
    )
