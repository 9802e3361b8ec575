"""Every kind of notice and every kind of to-do line: which stands for which, and why some stand alone. A notice
of a kind that is not here is not written; a source of lines of a kind that is not here does not start."""

_SHEET = frozenset({"sheet.drafting", "sheet.returned"})
_EVALUATE = frozenset({"sheets.to_evaluate"})

ASKS: dict[str, frozenset[str]] = {
    "assessment.opened": frozenset({"events.to_file"}),
    "assessment.to_decide": frozenset({"assessments.to_decide", "events.to_decide"}),
    "assessment.to_reconsider": frozenset({"assessments.to_reconsider"}),
    "observation.recorded": frozenset({"observations.to_read"}),
    "file.sent": frozenset({"files.to_receive"}),
    "cycle.opened": _SHEET,
    "sheet.returned": _SHEET,
    "sheet.submitted": _EVALUATE,
    "sheet.stand_in_allowed": _EVALUATE,
    "sheet.reminder": _SHEET | _EVALUATE,
    "petition.received": frozenset({"petition.to_answer"}),
    "clarification.asked": frozenset({"task.answer"}),
    "reopening.proposed": frozenset({"reopening.proposed", "reopening.open"}),
    "step.asked": frozenset({"step.close", "step.publish"}),
    "result.published": frozenset({"result.to_receive"}),
    "decision.delivered": frozenset({"decision.to_receive"}),
    "opinions.asked": frozenset({"opinions.to_answer", "opinions.to_speak"}),
    "handover.sent": frozenset({"handover.to_receive"}),
    "follow_up.proposed": frozenset({"follow_up.to_decide"}),
    "difficulty.to_handle": frozenset({"difficulties.waiting"}),
    "unit_round.opened": frozenset({"unit_sheet.to_file"}),
    "unit_reopening.asked": frozenset({"unit_sheet.to_reopen"}),
    "catalogue.submitted": frozenset({"catalogue.to_approve"}),
    "inventory.sent": frozenset({"inventories.sent"}),
    "proposal.sent": frozenset({"proposals.waiting"}),
    "regulation.proposed": frozenset({"regulation.approve"}),
    "regulation.returned": frozenset({"regulation.mend"}),
    "review.prompt_issued": frozenset({"reviews.prompt"}),
    "review.meeting_called": frozenset({"reviews.meeting"}),
    "review.remedy_planned": frozenset({"reviews.remedy"}),
    "review.remedy_claimed": frozenset({"reviews.remedy_claimed"}),
}
"""Kinds of notices that ask for something, and the kinds of lines on the to-do list that it stands as."""

_TOLD = {
    "says how something ended that the reader began or is the subject of": (
        "assessment.decided catalogue.moved cause.decided clarification.answered difficulty.moved "
        "file.answered follow_up.published handover.received "
        "handover.returned handover.withdrawn level.decided opinions.closed opinions.told outside_result.confirmed "
        "outside_result.returned petition.answered petition.passed_on regulation.approved reopening.agreed "
        "reopening.dropped result.replaced sheet.confirmed sheet.exception task.moved task.withdrawn "
        "unit_reopening.closed"
    ),
    "says what somebody else did in the reader's name or with the reader's file; looking at it is free": (
        "handover.own sheet.entered_from_paper sheet.judgement_entered sheet.judgement_objected sheet.paper_objected "
        "year_paper.filed"
    ),
    "a draft to read before the meeting, which stands on the list by itself": "review.draft_sent",
    "says that a meeting on the reader's list is not held, or was not held as written down": (
        "review.meeting_dropped review.meeting_withdrawn"
    ),
    "says that a result was replaced by a new one, which the list asks to receive where it is published": (
        "result.replaced_by_other result.rerated results.rerated"
    ),
}
TELLS = {kind: why for why, kinds in _TOLD.items() for kind in kinds.split()}
"""Kinds of notices that only tell, and why nothing on the to-do list belongs to them."""

_LISTED = {
    "a routine of the calendar, due for everybody alike: a notice each time would be noise": (
        "plan.own plan.unit cycle.to_close sheets.late ballots.to_conduct ballots.to_vote opinions.to_close "
        "reviews.to_score rounds.members"
    ),
    "a count that grows piece by piece; the line and the letter of the day hold the number": (
        "levels.to_propose levels.to_decide task.proposal task.cause inflow.waiting unit_sheet.to_review "
        "unit_sheet.to_decide outside_result.to_confirm opinions.to_check rounds.undecided reviews.to_recognise "
        "assessments.to_verify events.to_verify results.to_publish"
    ),
    "comes of time or of a change of posts, not of an act somebody could be told about": (
        "members.to_choose members.no_evaluator sheets.headless sheets.unfinished handover.to_send results.to_sync "
        "rounds.opening_failed"
    ),
    "the reader's own unfinished work, or seen by all officers of the unit on one page": (
        "ballots.to_freeze reorganisation.draft person.merge_waiting task.asked decision.to_issue "
        "reviews.to_write reviews.duty"
    ),
}
LIST_ONLY = {kind: why for why, kinds in _LISTED.items() for kind in kinds.split()}
"""Kinds of lines of which no notice is written, and why."""

ASKED = frozenset().union(*ASKS.values())
"""Kinds of lines that a notice stands for."""


def known(kind: str) -> str:
    """The kind itself. Raises ValueError where nobody has said whether it asks for something."""
    if kind not in ASKS and kind not in TELLS:
        raise ValueError(f"no kind of notice: {kind}")
    return kind


def stands(kinds: frozenset[str]) -> None:
    """Raises ValueError where nobody has said of a kind of line which notice it stands for, or why none."""
    if new := kinds - ASKED - LIST_ONLY.keys():
        raise ValueError(f"no kind of to-do line: {sorted(new)}")
