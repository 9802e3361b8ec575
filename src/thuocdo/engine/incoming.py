"""What facts that come in may not say, although the format holds it: facts frozen before are rated as they were."""

from __future__ import annotations

from collections.abc import Iterator

from thuocdo.engine.acts import differing
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import SubjectFacts
from thuocdo.engine.scheme_facts import TaskCounts, VoteCounts

PAPERS = ("valid", "collected", "issued", "present", "convened")


def contradictions(subject: SubjectFacts) -> Iterator[CaseError]:
    """Decisions that differ on one act, more tasks late than done, a relation to itself, ballots that do not add up."""
    yield from differing(subject)
    for name in ("tasks", "led"):
        yield from _tasks(subject, name, getattr(subject, name) or TaskCounts())
    for name, items in (subject.related or {}).items():
        if any(item.id == subject.id for item in items):
            key, problem = f"subjects[{subject.id}].related.{name}", "đối tượng này ghi chính mình"
            yield CaseError(file="", key=key, problem=problem, remedy="Ghi mã (id) của đối tượng liên quan.")
    for problem, remedy in _ballots(subject.votes or VoteCounts()):
        yield CaseError(file="", key=f"subjects[{subject.id}].votes", problem=problem, remedy=remedy)


def _tasks(subject: SubjectFacts, name: str, counts: TaskCounts) -> Iterator[CaseError]:
    """Tasks that were late, or above what was asked, are among those done."""
    for part in ("late", "above"):
        few, done = getattr(counts, part), counts.done
        if few is not None and done is not None and few > done:
            problem = f"{part} ({few}) lớn hơn done ({done})"
            remedy = f"{part} là số nhiệm vụ trong số đã hoàn thành; nhiệm vụ chưa xong không tính ở đây."
            yield CaseError(file="", key=f"subjects[{subject.id}].{name}", problem=problem, remedy=remedy)


def _ballots(votes: VoteCounts) -> Iterator[tuple[str, str]]:
    """More answers than the papers that could hold them, and invalid ones that do not fill up what is counted."""
    answers = sum(n for n in (votes.high, votes.medium, votes.low) if n is not None)
    name, papers = next(((name, n) for name in PAPERS if (n := getattr(votes, name)) is not None), ("", answers))
    if name != "valid" and answers > papers:
        yield f"high + medium + low ({answers}) lớn hơn {name} ({papers})", "Sửa theo biên bản kiểm phiếu."
    if None not in (votes.collected, votes.valid, votes.invalid):
        yield from _filled("valid + invalid", (votes.valid, votes.invalid), "collected", votes.collected)
    if None not in (votes.valid, votes.high, votes.medium, votes.low, votes.invalid_lines):
        lines = (votes.high, votes.medium, votes.low, votes.invalid_lines)
        yield from _filled("high + medium + low + invalid_lines", lines, "valid", votes.valid)


def _filled(
    words: str, parts: tuple[int | None, ...], name: str, whole: int | None
) -> Iterator[tuple[str, str]]:
    total = sum(part or 0 for part in parts)
    if total != whole:
        yield f"{words} ({total}) khác {name} ({whole})", "Đối chiếu biên bản kiểm phiếu rồi sửa số ghi sai."
