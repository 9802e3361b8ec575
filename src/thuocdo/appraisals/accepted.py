"""Coefficients of no catalogue count once whoever evaluates accepted them."""

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.judging import Judged
from thuocdo.appraisals.typed_judgement import Judgement
from thuocdo.work.how_given import outside_catalogue
from thuocdo.work.models import Task


def require_accepted_coefficients(judged: Judged) -> None:
    """A coefficient of no catalogue counts once whoever evaluates accepts it with a reason: a safeguard of ours, for
    the decree only has the product reported for addition (NĐ 335 Điều 13 khoản 5). One query. Raises Refused with the
    input of each task."""
    lines = {line["id"]: line for line in judged.subject.get("products", ())}
    if not lines or not isinstance(judged.judgement, Judgement):
        return
    outside = Task.objects.filter(outside_catalogue(), code__in=lines).order_by("code").values_list("code", flat=True)
    bare = [code for code in outside if not judged.judgement.tasks[code].note.strip()]
    if bare:
        raise Refused({
            f"tasks.{code}.note": (
                f"{lines[code].get('name', code)}: hệ số {lines[code]['coefficient'].replace('.', ',')} không có trong "
                "danh mục đang áp dụng. Hãy ghi lý do chấp nhận ở dòng này; chưa chấp nhận thì đóng phiếu và yêu cầu "
                "người giao việc chọn sản phẩm trong danh mục, hoặc đề xuất bổ sung (NĐ 335 Điều 13 khoản 5)."
            )
            for code in bare
        }, code="confirm.outside_catalogue")
