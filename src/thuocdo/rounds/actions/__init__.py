from thuocdo.rounds.actions.looking import record_subject_view
from thuocdo.rounds.actions.opening import fail_opening, open_batch, open_round, resume_opening
from thuocdo.rounds.actions.planning import close_round, drop_plan, plan_round, save_plan
from thuocdo.rounds.actions.rechecking import take_in
from thuocdo.rounds.actions.steps import replace_paper, take_steps, undo_step
from thuocdo.rounds.actions.subjects import decide_subjects

__all__ = [
    "close_round",
    "decide_subjects",
    "drop_plan",
    "fail_opening",
    "open_batch",
    "open_round",
    "plan_round",
    "record_subject_view",
    "replace_paper",
    "resume_opening",
    "save_plan",
    "take_in",
    "take_steps",
    "undo_step",
]
