"""What forbids a rating to be written down from paper, an assessment of the subject that is not decided yet; and what a
paper without a level says."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from thuocdo.conclusions.models import Assessment, AssessmentHold
from thuocdo.rounds.models import StepDone
from thuocdo.rounds.on_paper import RECORDED

State = Assessment.State


def says_none() -> Q:
    """Of steps without a level: those whose paper says that there is none, because it stands in place of another. Of
    other papers nobody wrote the level down."""
    same = Q(subject=OuterRef("subject"), node=OuterRef("node"), at=OuterRef("at"))
    return Q(Exists(StepDone.objects.filter(same, undoes__isnull=False)), source=RECORDED, level="")


def why_not(subjects: Collection[int]) -> dict[int, str]:
    """By subject of a round the reason. Two queries."""
    rows = Assessment.objects.filter(subject__in=subjects, state__in=(State.OWN, State.VERIFY, State.DECIDE))
    open_ = {one.pk: one for one in rows.order_by("pk")}
    holds = AssessmentHold.objects.filter(assessment__in=list(open_), ended_at__isnull=True)
    held = set(holds.values_list("assessment_id", flat=True))
    return {
        one.subject_id: "đang có việc phải xác minh trước khi quyết định. Hãy ghi kết quả xác minh ở trang Kết luận, "
        "xếp loại, rồi quyết định ở đó."
        if key in held
        else f"hồ sơ đánh giá, xếp loại đang {one.get_state_display()}. Hãy thẩm định, quyết định ở trang Kết luận, "
        "xếp loại."
        for key, one in open_.items()
        if one.subject_id is not None
    }
