"""Coefficients of no catalogue count once whoever decides the result accepted them: judged, corrected or on paper."""

from collections.abc import Iterable, Mapping
from typing import Any

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.judging import Judged
from thuocdo.appraisals.typed_judgement import Judgement
from thuocdo.work.how_given import outside_catalogue
from thuocdo.work.models import Task


def outside_codes(products: Iterable[Mapping[str, Any]]) -> list[str]:
    """Codes of the products whose coefficient no catalogue gives. One query, none without products."""
    codes = [line["id"] for line in products]
    if not codes:
        return []
    found = Task.objects.filter(outside_catalogue(), code__in=codes).order_by("code")
    return list(found.values_list("code", flat=True))


def require_accepted_coefficients(judged: Judged) -> None:
    """A coefficient of no catalogue counts once whoever decides accepts it with a reason: a safeguard of ours, for
    the decree only has the product reported for addition (NĐ 335 Điều 13 khoản 5). One query. Raises Refused with the
    input of each task."""
    if not isinstance(judged.judgement, Judgement):
        return
    lines = {line["id"]: line for line in judged.subject.get("products", ())}
    bare = [code for code in outside_codes(lines.values()) if not judged.judgement.tasks[code].note.strip()]
    if bare:
        raise Refused({
            f"tasks.{code}.note": (
                f"{lines[code].get('name', code)}: hệ số {lines[code]['coefficient'].replace('.', ',')} không có trong "
                "danh mục đang áp dụng. Hãy ghi lý do chấp nhận ở dòng này; chưa chấp nhận thì đóng phiếu và yêu cầu "
                "người giao việc chọn sản phẩm trong danh mục, hoặc đề xuất bổ sung (NĐ 335 Điều 13 khoản 5)."
            )
            for code in bare
        }, code="confirm.outside_catalogue")
