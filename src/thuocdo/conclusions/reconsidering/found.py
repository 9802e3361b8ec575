"""Which results lean on a replaced level, how they are shown, and for whom they wait."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.conclusions.access import headed
from thuocdo.conclusions.competences import exercised
from thuocdo.conclusions.models import Assessment, AssessmentPart, Competence, Reconsideration
from thuocdo.conclusions.on_paper import says_none
from thuocdo.conclusions.reconsidering.models import OPEN
from thuocdo.organisation.queries import on_day
from thuocdo.rounds import books, gate
from thuocdo.rounds.access import leads
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, StepDone
from thuocdo.rounds.on_paper import RECORDED

NONE, UNSAID = "không xếp loại", "chưa ghi mức"
"""A decision that there is no level; a paper of which nobody wrote down the level."""


def begun(part: AssessmentPart) -> list[str]:
    """Whose results a decision put up for reconsideration. One query."""
    return list(Reconsideration.objects.filter(cause=part).order_by("pk").values_list("subject__name", flat=True))


def path_of(subject_id: int) -> str:
    return f"/ket-luan/doi-tuong/{subject_id}/"


@dataclass(frozen=True)
class Shown:
    """A reconsideration as whoever reads the result sees it: whose level changed, how, by which paper."""

    row: Reconsideration
    name: str
    was: str
    now: str
    paper: str
    waits: bool

    @property
    def change(self) -> str:
        """What became of the level, in words. A level that was taken back may not be decided anew yet."""
        was, now = (f"“{words or NONE}”" for words in (self.was, self.now))
        if self.row.taken_id is not None and not self.now:
            return f"{was} đã hủy, chưa có mức mới"
        return f"{was} đã hủy rồi ghi lại như cũ" if was == now else f"đổi từ {was} thành {now}"


def of_subject(subject_id: int | None) -> list[Shown]:
    """Up to two queries."""
    if subject_id is None:
        return []
    rows = Reconsideration.objects.filter(subject=subject_id).select_related(
        "step__undone", "cause__assessment__round", "cause__replaces", "taken__subject__round", "taken__undoes",
        "answered_by",
    )  # fmt: skip
    return [_shown(row) for row in rows.order_by("pk")]


def _shown(row: Reconsideration) -> Shown:
    waits = row.answered_at is None and not hasattr(row.step, "undone")
    if row.taken is not None:
        return _taken_back(row, row.taken, waits=waits)
    assert row.cause is not None, "a decision or a level of the year (a constraint of the table)"
    one, before = row.cause.assessment, row.cause.replaces
    assert one.round is not None, "only a round's results lean on each other (`begin`)"
    assert before is not None, "a decision that replaces one (`begin`)"
    scheme = books.scheme_of(books.rules_of(one.round).book, one.kind, one.role)
    words = {level.code: level.label for level in scheme.levels} if scheme else {}
    now, was = words.get(row.cause.level, row.cause.level), words.get(before.level, before.level)
    paper = f"số {row.cause.document_number} ngày {row.cause.on:%d/%m/%Y}"
    return Shown(row, one.name, was, now, paper, waits)


def _taken_back(row: Reconsideration, taken: StepDone, *, waits: bool) -> Shown:
    """The level that the same step has next, if any: one query."""
    subject, before = taken.subject, taken.undoes
    assert before is not None, "a row that takes a step back (`begin_taken_back`)"
    labels = levels_for(subject.round, subject)
    later = Q(subject=subject, node=taken.node, turn__gt=taken.turn, undoes=None)
    rows = StepDone.objects.filter(later | Q(pk=before.pk)).annotate(none=says_none()).order_by("turn")[:2]
    said = {
        step.pk: labels.get(step.level, step.level) or (UNSAID if step.source == RECORDED and not step.none else NONE)
        for step in rows
    }
    now = next((words for key, words in said.items() if key != before.pk and words != UNSAID), "")
    return Shown(row, subject.name, said[before.pk], now, taken.reason, waits)


def left_open(round_: Round) -> list[str]:
    """A sentence where results of a round still wait: they are looked at before it ends. One query."""
    rows = Reconsideration.objects.filter(OPEN, subject__round=round_).order_by("subject__name", "subject")
    names = list(dict.fromkeys(rows.values_list("subject__name", flat=True)))
    more = f" và {len(names) - gate.NAMED} đối tượng khác" if len(names) > gate.NAMED else ""
    who = ", ".join(names[: gate.NAMED])
    said = f"Kết quả của {who}{more} dựa trên mức đã thay: hãy xếp loại lại hoặc ghi lý do giữ nguyên."
    return [said] if names else []


def waiting(user: User, on: date, offices: Collection[int]) -> QuerySet[Reconsideration]:
    """Those that wait for the user: who decides on the result, or, where that body is above or the result was written
    from a paper, who is organisation officer there (`offices`). Nobody the own, nor of the body that they lead."""
    rows = Reconsideration.objects.filter(OPEN, subject__round__state__in=("open", "closed"))
    held = Competence.objects.filter(on_day(on))
    mine = Q(subject__assessment__competence__in=held.filter(exercised(user, on)).values("pk"))
    above = Q(subject__assessment=None) | Q(
        subject__assessment__competence__in=held.filter(party=None, body_unit=None).values("pk")
    )
    itself = Q(subject__assessment__in=Assessment.objects.filter(headed(user, on)).values("pk"))
    itself |= Q(subject__assessment=None, subject__in=leads(user).values("pk"))
    return rows.filter(
        (mine | (above & Q(subject__unit__in=offices)))
        & (Q(subject__person=None) | Q(subject__person__user=None) | ~Q(subject__person__user=user.pk))
    ).exclude(itself)
