"""Every write of the room: publication, papers with numbers, deliveries, reopening, recusal."""

from thuocdo.decisions.actions.choices import set_petition_route, set_publication_form
from thuocdo.decisions.actions.papers import (
    draft_decision,
    draft_replacement,
    draft_supplement,
    drop_decision,
    issue_decision,
    save_decision,
)
from thuocdo.decisions.actions.publishing import Published, publish_units
from thuocdo.decisions.actions.receiving import deliver, file_results, receive_decision, receive_result
from thuocdo.decisions.actions.recusing import pass_on
from thuocdo.decisions.actions.reopening import (
    agree_reopening,
    drop_reopening,
    propose_reopening,
    replace_result,
)
from thuocdo.decisions.actions.units import draft_unit_decision

__all__ = [
    "Published",
    "agree_reopening",
    "deliver",
    "draft_decision",
    "draft_replacement",
    "draft_supplement",
    "draft_unit_decision",
    "drop_decision",
    "drop_reopening",
    "file_results",
    "issue_decision",
    "pass_on",
    "propose_reopening",
    "publish_units",
    "receive_decision",
    "receive_result",
    "replace_result",
    "save_decision",
    "set_petition_route",
    "set_publication_form",
]
