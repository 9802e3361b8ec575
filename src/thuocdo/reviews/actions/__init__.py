from thuocdo.reviews.actions.defects import add_defect, drop_defect
from thuocdo.reviews.actions.meetings import add_comment, answer_comment, call_meeting, drop_meeting, hold_meeting
from thuocdo.reviews.actions.minutes import attach_minutes, confirm_minutes, withdraw_meeting
from thuocdo.reviews.actions.planned import take_remedies
from thuocdo.reviews.actions.prompts import follow_point, issue_prompt
from thuocdo.reviews.actions.remedies import answer_duty, name_duty, plan_remedy, report_remedy
from thuocdo.reviews.actions.reports import file_review, keep_review, record_review_view
from thuocdo.reviews.actions.scoring import recognise_score, score_itself

__all__ = [
    "add_comment",
    "add_defect",
    "answer_comment",
    "answer_duty",
    "attach_minutes",
    "call_meeting",
    "confirm_minutes",
    "drop_defect",
    "drop_meeting",
    "file_review",
    "follow_point",
    "hold_meeting",
    "issue_prompt",
    "keep_review",
    "name_duty",
    "plan_remedy",
    "recognise_score",
    "record_review_view",
    "report_remedy",
    "score_itself",
    "take_remedies",
    "withdraw_meeting",
]
