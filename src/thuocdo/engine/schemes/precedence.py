"""Precedence (trình tự) in a file of facts: a step is refused while the one that must come before it is not done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from thuocdo.engine.errors import CaseError, together
from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.engine.outcome import Finding
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.graph import graph_of
from thuocdo.engine.schemes.standing import Done, Steps, Subject, Waiting


def subject_of(one: SubjectFacts) -> Subject:
    """A subject of a file as a subject of a round."""
    links = {name: [item.id for item in items if item.id is not None] for name, items in (one.related or {}).items()}
    return Subject(one.id, one.kind, one.leadership, one.person, links)


def check_steps(books: Mapping[str, SchemeBook], case: Case) -> tuple[Finding, ...]:
    """Findings for steps taken early, by the graph that `thuocdo order` shows; `books` by subject. A refused step was
    not done. Raises `CaseError`.

    Other rulebooks of the file may name the steps of a subject, too. A stage whose parts the text leaves open may be
    named by its own words: then the order of those words holds for it.
    """
    subjects = [subject_of(one) for one in case.subjects]
    every = {book: Steps(graph_of(book, case.rating_date), subjects) for book in dict.fromkeys(books.values())}
    labels = {stage.id: stage.label for book in every for stage in book.book.stages}
    done: set[Done] = set()
    found: list[Finding] = []
    unknown: list[CaseError] = []
    for step in case.steps:
        own = books.get(step.subject)
        ordered = sorted(every, key=lambda book: book is not own)
        rounds = [every[book] for book in ordered]
        waits, names = _tried(rounds, step.step, step.subject, done)
        if not names:
            unknown.append(_unknown(rounds, step.step, step.subject))
        elif waits:
            found.append(_finding(step.step, step.subject, labels, waits))
        else:
            done |= {(name, step.subject) for name in names}
    if unknown:
        raise together(unknown)
    return tuple(found)


def _tried(rounds: Sequence[Steps], step: str, subject: str, done: set[Done]) -> tuple[list[Waiting], list[str]]:
    """What holds a step back under each graph that has it for this subject, and the steps that it stands for."""
    waits: list[Waiting] = []
    names: list[str] = []
    for steps in rounds:
        one, graph = steps.everybody[subject], steps.graph
        if graph.together.get(step) == ():
            taken = {node.id for node in graph.nodes}
            edges = [e for e in graph.unsettled if e.then == step and e.first in taken]
            named = [step]
        else:
            named = list(graph.named(step, one.kind, one.role))
            edges = [edge for name in named for edge in graph.before(name)]
        names += named
        waits += steps.waiting(subject, edges, done)
    return waits, names


def _unknown(rounds: Sequence[Steps], step: str, subject: str) -> CaseError:
    every = {name for steps in rounds for name in (*(node.id for node in steps.graph.nodes), *steps.graph.together)}
    if step not in every:
        listed = ", ".join(sorted(every)) or "bộ quy tắc này không ghi trình tự"
        return CaseError(
            file="", key="steps", problem=f"không có bước “{step}” trong trình tự", remedy=f"Các bước: {listed}."
        )
    own = [
        node.id
        for steps in rounds
        for node in steps.graph.steps_of(steps.everybody[subject].kind, steps.everybody[subject].role)
    ]
    return CaseError(
        file="",
        key="steps",
        problem=f"đối tượng “{subject}” không có bước “{step}”",
        remedy=f"Bước của đối tượng này: {', '.join(dict.fromkeys(own)) or 'không có'}.",
    )


def _finding(step: str, subject: str, labels: Mapping[str, str], waits: Sequence[Waiting]) -> Finding:
    said = "; ".join(
        f"phải xong bước “{labels[w.edge.first]}” cho {', '.join(w.subjects)}. {w.edge.label}" for w in waits
    )
    waiting = dict.fromkeys(key for w in waits for key in w.subjects)
    return Finding(
        f"precedence.{waits[0].edge.id}.{subject}",
        "precedence",
        "Trình tự",
        f"{subject}: Chưa được làm bước “{labels[step]}”: {said}.",
        (("Bước", f"{step}:{subject}"), ("Còn chờ", ", ".join(waiting))),
        None,
        "",
        tuple(dict.fromkeys(cite for w in waits for cite in w.edge.cite)),
        "refused",
    )
