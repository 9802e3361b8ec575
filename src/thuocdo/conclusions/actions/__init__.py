from thuocdo.conclusions.actions.competence import end_competence, record_competence
from thuocdo.conclusions.actions.deciding import decide, order_again
from thuocdo.conclusions.actions.events import drop_event, open_event
from thuocdo.conclusions.actions.filing import file_own, verify
from thuocdo.conclusions.actions.holds import begin_hold, end_hold
from thuocdo.conclusions.actions.many import Row, decide_many, verify_many
from thuocdo.conclusions.actions.raising import end_raising, raise_line
from thuocdo.conclusions.actions.viewing import record_assessment_view
from thuocdo.conclusions.actions.year_taking import take_year_levels
from thuocdo.conclusions.reconsidering.actions import keep_result

__all__ = [
    "Row",
    "begin_hold",
    "decide",
    "decide_many",
    "drop_event",
    "end_competence",
    "end_hold",
    "end_raising",
    "file_own",
    "keep_result",
    "open_event",
    "order_again",
    "raise_line",
    "record_assessment_view",
    "record_competence",
    "take_year_levels",
    "verify",
    "verify_many",
]
