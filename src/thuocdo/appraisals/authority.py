"""Who answers a petition: the article names only “the competent authority”, so the record says why this
one."""

from collections.abc import Iterator
from datetime import date

from thuocdo.appraisals.models import Sheet
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import head_of, managing_unit_of


def authority_for(sheet: Sheet, cite: str, on: date) -> tuple[Unit, str]:
    """The unit whose head answers, and the sentence for the page. Raises Refusal when no head is recorded
    anywhere.

    In order: the authority that rates the year by the rulebook's table, the managing agency above the
    evaluator (who under Điều 21 khoản 3 replaces wrong results), and only then the authority that
    confirmed. The first two count where they are somebody else than the evaluator; the author never answers.
    """
    for unit, why, itself in _candidates(sheet, on):
        head = head_of(unit, on)
        if head is None or head.pk == sheet.person_id or (head.pk == sheet.evaluator_id and not itself):
            continue
        return unit, f"{cite} nêu “cấp có thẩm quyền” giải quyết kiến nghị, không nêu rõ chức danh. {why}"
    raise Refusal(
        "petition.no_authority",
        "Chưa ghi nhận người đứng đầu nơi có thẩm quyền giải quyết kiến nghị. Hãy báo "
        "cán bộ tổ chức ghi nhận, rồi gửi lại; nội dung ông/bà đã nhập vẫn được giữ.",
    )


def _candidates(sheet: Sheet, on: date) -> Iterator[tuple[Unit, str, bool]]:
    member = sheet.member
    if member.rating_unit is not None and member.rating_unit_id != member.evaluator_unit_id:
        yield (
            member.rating_unit,
            (
                f"Kiến nghị này chuyển tới người đứng đầu “{member.rating_unit.name}”, nơi xếp loại "
                "cuối năm và ở trên nơi đã xác nhận."
            ),
            False,
        )
    if member.evaluator_unit is None:
        return
    above = managing_unit_of(member.evaluator_unit, on)
    if above is not None:
        yield (
            above,
            (
                f"Kiến nghị này chuyển tới người đứng đầu “{above.name}”, cơ quan quản lý ở trên nơi đã "
                f"xác nhận."
            ),
            False,
        )
    yield (
        member.evaluator_unit,
        (
            "Chưa ghi nhận cấp quản lý ở trên, nên kiến nghị này chuyển tới chính cấp đã theo dõi, "
            f"đánh giá: người đứng đầu “{member.evaluator_unit.name}”."
        ),
        True,
    )
