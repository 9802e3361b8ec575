"""Every kind of notice, and what it asks for. A notice of a kind that is not here is not written."""

_SHEET = frozenset({"sheet.drafting", "sheet.returned"})
_EVALUATE = frozenset({"sheets.to_evaluate"})
_REOPENING = frozenset({"reopening.waiting"})

ASKS: dict[str, frozenset[str]] = {
    "cycle.opened": _SHEET,
    "sheet.returned": _SHEET,
    "sheet.submitted": _EVALUATE,
    "sheet.stand_in_allowed": _EVALUATE,
    "sheet.reminder": _SHEET | _EVALUATE,
    "petition.received": frozenset({"petition.to_answer"}),
    "clarification.asked": frozenset({"task.answer"}),
    "reopening.proposed": _REOPENING,
    "step.asked": frozenset({"step.close", "step.publish"}),
    "result.published": frozenset({"result.to_receive"}),
    "decision.delivered": frozenset({"decision.to_receive"}),
    "opinions.asked": frozenset({"opinions.to_answer"}),
    "handover.sent": frozenset({"handover.to_receive"}),
    "follow_up.proposed": frozenset({"follow_up.to_decide"}),
    "difficulty.to_handle": frozenset({"difficulties.waiting"}),
    "unit_round.opened": frozenset({"unit_sheet.to_file"}),
    "catalogue.submitted": frozenset({"catalogue.to_approve"}),
    "inventory.sent": frozenset({"inventories.sent"}),
    "proposal.sent": frozenset({"proposals.waiting"}),
    "regulation.proposed": frozenset({"regulation.approve"}),
    "regulation.returned": frozenset({"regulation.mend"}),
}
"""Kinds of notices that ask for something, and the kinds of lines on the to-do list that it stands as."""

TELLS = frozenset({
    "catalogue.moved", "cause.decided", "clarification.answered", "difficulty.moved", "follow_up.published",
    "handover.own", "handover.received", "handover.returned", "handover.withdrawn", "level.decided", "opinions.closed",
    "opinions.told", "outside_result.confirmed", "outside_result.returned", "petition.answered", "petition.passed_on",
    "regulation.approved", "reopening.agreed", "reopening.dropped", "result.replaced",
    "result.replaced_by_other", "result.rerated", "results.rerated", "sheet.confirmed",
    "sheet.entered_from_paper", "sheet.exception", "sheet.judgement_entered", "sheet.judgement_objected",
    "sheet.paper_objected", "task.withdrawn", "year_paper.filed",
})  # fmt: skip
"""Kinds that only tell; nothing on the to-do list belongs to them."""


def known(kind: str) -> str:
    """The kind itself. Raises ValueError where nobody has said whether it asks for something."""
    if kind not in ASKS and kind not in TELLS:
        raise ValueError(f"no kind of notice: {kind}")
    return kind
