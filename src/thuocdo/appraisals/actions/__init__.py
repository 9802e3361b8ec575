"""Every write on sheets, by the words of the office."""

from thuocdo.appraisals.actions.closing import (
    allow_stand_in,
    close_cycle,
    exempt,
    extend,
    replace_evaluator,
)
from thuocdo.appraisals.actions.confirming import confirm, confirm_many, stand_in
from thuocdo.appraisals.actions.dropping import drop_run
from thuocdo.appraisals.actions.level_decisions import decide_levels
from thuocdo.appraisals.actions.level_proposals import propose_levels
from thuocdo.appraisals.actions.levels import freeze_places, settle_places
from thuocdo.appraisals.actions.opening import admit_member, open_cycle
from thuocdo.appraisals.actions.own import save_draft, submit, withdraw
from thuocdo.appraisals.actions.paper import enter_paper, object_to_paper, record_paper_look
from thuocdo.appraisals.actions.paper_judgement import enter_judgement, object_to_judgement
from thuocdo.appraisals.actions.petitions import correct, petition, uphold
from thuocdo.appraisals.actions.reminding import remind
from thuocdo.appraisals.actions.review import (
    open_for_review,
    record_view,
    record_what_if_view,
    record_year_view,
    return_for_revision,
)
from thuocdo.appraisals.actions.runs import resume_run, start_rating, stop_run
from thuocdo.appraisals.actions.situations import answer_situation
from thuocdo.appraisals.actions.versions import move_to_version

__all__ = [
    "admit_member",
    "allow_stand_in",
    "answer_situation",
    "close_cycle",
    "confirm",
    "confirm_many",
    "correct",
    "decide_levels",
    "drop_run",
    "enter_judgement",
    "enter_paper",
    "exempt",
    "extend",
    "freeze_places",
    "move_to_version",
    "object_to_judgement",
    "object_to_paper",
    "open_cycle",
    "open_for_review",
    "petition",
    "propose_levels",
    "record_paper_look",
    "record_view",
    "record_what_if_view",
    "record_year_view",
    "remind",
    "replace_evaluator",
    "resume_run",
    "return_for_revision",
    "save_draft",
    "settle_places",
    "stand_in",
    "start_rating",
    "stop_run",
    "submit",
    "uphold",
    "withdraw",
]
