"""Facts of a year that nobody stated and that were therefore read as “no”, under NĐ 335 and its like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from thuocdo.engine.facts import SubjectFacts
from thuocdo.engine.outcome import Finding
from thuocdo.engine.rulebook import Citation, Rulebook

DISCIPLINES = "disciplines"


def taken_as_no(book: Rulebook, subject: SubjectFacts, level: str | None, *, too_short: bool) -> Finding | None:
    """What was read as “no” because nobody stated it, and the rules that this decided; None where it decided nothing.
    `too_short`: nobody is rated for the months worked. Its inputs are the facts: label and key of the case format."""
    stated = subject.year.model_fields_set if subject.year is not None else frozenset()
    facts: dict[str, str] = {}
    cites: list[str] = []
    labels: list[str] = []
    for key, label, cite in _lifting(book, subject) if too_short else _lowering(book, subject, level):
        if key not in stated:
            facts.setdefault(f"year.{key}", "Quyết định kỷ luật" if key == DISCIPLINES else label)
            labels.append(label)
            cites += [ref for ref in cite if ref not in cites]
    if not facts:
        return None
    words = "không xếp loại, không thuộc" if too_short else "không xếp thẳng mức vì"
    return absent_finding(facts, {words: labels}, book.cite(tuple(cites)))


def absent_finding(
    facts: Mapping[str, str], decided: Mapping[str, Sequence[str]], cite: tuple[Citation, ...]
) -> Finding:
    """The line on facts that were read as “no” (label by key) and on the rules that this decided, by what it meant for
    them; a rule that says no more than its fact is not named twice."""
    said = []
    for words, labels in decided.items():
        others = [f"“{label}”" for label in dict.fromkeys(labels) if label not in facts.values()]
        same = ["các trường hợp ấy"] * any(label in facts.values() for label in labels)
        said.append(f"{words} {', '.join((*same, *others))}")
    named = ", ".join(f"“{label}”" for label in dict.fromkeys(facts.values()))
    sentence = f"Không thấy khai {named} nên coi là không. Vì vậy: {'; '.join(said)}."
    title, inputs = "Không thấy khai nên coi là không", tuple((label, key) for key, label in facts.items())
    return Finding("absent", "absent", title, sentence, inputs, None, "", cite, "assumed")


def _lowering(book: Rulebook, subject: SubjectFacts, level: str | None) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What would fix another level than the one that came out."""
    for rule in book.book.disqualifiers:
        if subject.leadership in rule.roles and rule.level != level:
            yield rule.fact or DISCIPLINES, rule.label, rule.cite


def _lifting(book: Rulebook, subject: SubjectFacts) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What would have somebody rated who worked too short a time."""
    worked = subject.year.months_worked if subject.year is not None else None
    for rule in book.book.absence.exemptions if book.book.absence else ():
        if rule.min_months is None or (worked is not None and worked >= rule.min_months):
            yield rule.fact, rule.label, rule.cite
