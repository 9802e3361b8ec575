"""Reads of papers and of files sent up, with the access check in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.conclusions import access
from thuocdo.conclusions.models import Assessment, AssessmentHold, AssessmentPaper, AssessmentPart, FileSent
from thuocdo.conclusions.papers import listed
from thuocdo.conclusions.papers.actions import PRINTED
from thuocdo.conclusions.sheets import form_of
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of


@dataclass(frozen=True)
class SentPage:
    """What is sent up of one subject: the papers asked for, and every sending, newest first. `may_send`: now;
    `may_answer`: the sending that waits is the reader's to receive."""

    one: Assessment
    items: Sequence[listed.Item]
    rows: Sequence[FileSent]
    body: str
    above: bool
    may_send: bool
    may_answer: bool


def sent_page(user: User, subject_id: int, at: datetime) -> SentPage:
    """For whoever may read what was verified. Raises NotYours."""
    one, may = access.of_subject(user, subject_id, day_of(at))
    if not one.pk or not _inside(one, may):
        raise NotYours()
    parts = AssessmentPart.objects.filter(assessment=one).select_related("by_person").order_by("number")
    holds = list(AssessmentHold.objects.filter(assessment=one).order_by("pk"))
    sent = FileSent.objects.filter(assessment=one).select_related("sent_by", "answered_by")
    rows = list(sent.order_by("-turn"))
    waits = bool(rows) and rows[0].state == FileSent.State.SENT
    free = not rows or rows[0].state == FileSent.State.RETURNED
    ready = one.state in (Assessment.State.DECIDE, Assessment.State.DECIDED)
    return SentPage(
        one,
        listed.items_of(form_of(one, live=False), list(parts), holds),
        rows,
        may.competence.body if may.competence else "",
        may.competence.above if may.competence else False,
        may.verifies and free and ready and may.competence is not None,
        may.decides and waits,
    )


def _inside(one: Assessment, may: access.Reach) -> bool:
    """Whether the reader may read the verification: as on the page of the assessment."""
    return may.verifies or may.decides or (may.sees and not may.own) or one.state == Assessment.State.DECIDED


def sent_file(user: User, file_id: int, at: datetime) -> FileSent:
    """One sending. Raises NotYours."""
    row = FileSent.objects.select_related("assessment", "sent_by").filter(pk=file_id).first()
    one, may = access.by_key(user, row.assessment_id if row is not None else 0, day_of(at))
    if row is None or not _inside(one, may):
        raise NotYours()
    return row


@dataclass(frozen=True)
class PaperPage:
    """The papers of a part, newest first, each with what it says."""

    one: Assessment
    part: AssessmentPart
    rows: Sequence[tuple[AssessmentPaper, Mapping[str, Any]]]
    may: bool


def paper_page(user: User, part_id: int, at: datetime) -> PaperPage:
    """Raises NotYours."""
    part = AssessmentPart.objects.filter(pk=part_id, part__in=PRINTED).first()
    one, may = access.by_key(user, part.assessment_id if part is not None else 0, day_of(at))
    if part is None:
        raise NotYours()
    rows = AssessmentPaper.objects.filter(part=part).select_related("by").order_by("-turn")
    return PaperPage(one, part, [(row, json.loads(row.content)) for row in rows], may.verifies or may.decides)


def paper(user: User, paper_id: int, at: datetime) -> tuple[AssessmentPaper, Mapping[str, Any]]:
    """One paper and what it says. Raises NotYours."""
    row = AssessmentPaper.objects.select_related("part__assessment__competence").filter(pk=paper_id).first()
    access.by_key(user, row.part.assessment_id if row is not None else 0, day_of(at))
    if row is None:
        raise NotYours()
    return row, json.loads(row.content)
