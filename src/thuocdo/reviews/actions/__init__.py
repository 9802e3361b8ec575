from thuocdo.reviews.actions.defects import add_defect, drop_defect
from thuocdo.reviews.actions.reports import file_review, keep_review, record_review_view

__all__ = ["add_defect", "drop_defect", "file_review", "keep_review", "record_review_view"]
