"""What came since a verification: nobody decides on it unread. A ballot, an opinion or a report of the review that was
settled, changed or withdrawn after the verification asks for another one, whatever the rule gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thuocdo.ballots import about
from thuocdo.conclusions.delivering import NOTHING, Delivered, report_of
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.kernel.errors import Conflict
from thuocdo.opinions import about_subject
from thuocdo.reviews.models import ReviewReport
from thuocdo.rounds.models import Round


def beside_now(round_: Round | None, every: Sequence[Assessment]) -> dict[int, Delivered]:
    """By the key of the round's subject the report, opinions and ballots as they are now, and nothing that a rule
    takes. Queries do not depend on how many there are."""
    subjects = [one.subject for one in every if one.subject is not None]
    if round_ is None:
        return {}
    last = {row.subject_id: row for row in ReviewReport.objects.filter(subject__in=subjects).order_by("number")}
    votes, gathered = about.facts_of(subjects, round_.year), about_subject.facts_of(subjects)
    return {
        one.pk: Delivered(
            report=report_of(last[one.pk]) if one.pk in last else None,
            opinions=tuple(about_subject.lines_of(gathered[one.pk])) if one.pk in gathered else (),
            ballots=tuple(about.said_of(fact) for fact in votes.get(one.pk, ())),
        )
        for one in subjects
    }


def newer(now: Delivered, verified: AssessmentPart, document: Mapping[str, Any]) -> tuple[str, ...]:
    """In words and by name; `now` with the report, opinions and ballots, `document` of the verification."""
    return tuple(dict.fromkeys(_named(now, verified, document)))


def _named(now: Delivered, verified: AssessmentPart, document: Mapping[str, Any]) -> Iterator[str]:
    heard = {(side, who, words) for side, who, words in document.get("heard", ())}
    voted = {(title, source) for title, _, source in document.get("voted", ())}
    held = {(title, source) for title, _, source in now.ballots}
    for side, who, _ in sorted(set(now.opinions) ^ heard):
        yield " ".join(filter(None, ("ý kiến", side, who)))
    for title, source in sorted(held ^ voted):
        yield f"phiếu đã kiểm: {title} ({source})"
    if now.report is not None and now.report.at > verified.at:
        yield now.report.said[:1].lower() + now.report.said[1:]


def said(names: tuple[str, ...]) -> str:
    """What a refusal says."""
    return f"Từ khi thẩm định đã có dữ kiện mới hoặc đã đổi: {'; '.join(names)}. Hãy thẩm định lại rồi quyết định."


def require_read(one: Assessment, verified: AssessmentPart, document: Mapping[str, Any]) -> None:
    """Raises Conflict that names what nobody has verified yet."""
    now = beside_now(one.round, [one]).get(one.subject_id or 0, NOTHING)
    if names := newer(now, verified, document):
        raise Conflict(said(names))
