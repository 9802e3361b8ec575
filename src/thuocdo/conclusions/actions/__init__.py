from thuocdo.conclusions.actions.competence import end_competence, record_competence
from thuocdo.conclusions.actions.deciding import decide, order_again
from thuocdo.conclusions.actions.filing import file_own, verify
from thuocdo.conclusions.actions.holds import begin_hold, end_hold
from thuocdo.conclusions.actions.viewing import record_assessment_view

__all__ = [
    "begin_hold",
    "decide",
    "end_competence",
    "end_hold",
    "file_own",
    "order_again",
    "record_assessment_view",
    "record_competence",
    "verify",
]
