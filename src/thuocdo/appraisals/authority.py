"""Who answers a petition: the article names only “the competent authority”, so the record says why this
one."""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from thuocdo.appraisals.models import Sheet
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors, head_of, managing_unit_of

Named = Callable[[int, date], tuple[Unit, str] | None]
"""From a unit (id) and a day to the authority that the agency's own regulation names, and where it does so."""
_NAMED: list[Named] = []
OWN_DECISION = (
    " Người đứng đầu nơi này đã quyết định kết quả nên không tự giải quyết; cán bộ tổ chức cần ghi nhận cấp trên."
)


def register(named: Named) -> None:
    """Called once by the app that keeps what agencies named for petitions, when the app is ready."""
    _NAMED[:] = [named]


def authority_for(
    sheet: Sheet, cite: str, on: date, *, decided_by: int | None = None, without: Collection[int] = ()
) -> tuple[Unit, str]:
    """The unit whose head answers a petition under the article `cite`, and the sentence for the page (`next_above`)."""
    unit, why = next_above(sheet, on, decided_by=decided_by, without=without)
    return unit, f"{cite} nêu “cấp có thẩm quyền” giải quyết kiến nghị, không nêu rõ chức danh. {why}"


def next_above(
    sheet: Sheet, on: date, *, decided_by: int | None = None, without: Collection[int] = ()
) -> tuple[Unit, str]:
    """The unit whose head answers, and why this one, whatever the text says. Raises Refusal when no head is
    recorded anywhere.

    In order: the authority that rates the year by the rulebook's table, the managing agencies above the
    evaluator (who under Điều 21 khoản 3 replace wrong results), the units above, and only then the authority
    that confirmed. Never the author, nor the people `without` (who recused themselves); of those above, nobody
    who is the evaluator or decided the contested result (`decided_by`). Where that person heads the last one
    left, the petition is received there, since the right to it does not depend on our records, but waits for
    somebody else: the action that answers refuses the decider.
    """
    barred = {sheet.person_id, *without}
    for unit, why, itself in _candidates(sheet, on):
        head = head_of(unit, on)
        if head is None or head.pk in barred or (not itself and head.pk in (decided_by, sheet.evaluator_id)):
            continue
        waits = OWN_DECISION if head.pk == decided_by else ""
        return unit, f"{why}{waits}"
    raise Refusal(
        "petition.no_authority",
        "Chưa ghi nhận người đứng đầu nơi có thẩm quyền giải quyết kiến nghị. Hãy báo "
        "cán bộ tổ chức ghi nhận, rồi gửi lại; nội dung ông/bà đã nhập vẫn được giữ.",
    )


def named_authority(sheet: Sheet, title: str, on: date, *, decided_by: int | None = None) -> tuple[Unit, str]:
    """Where the rulebook is silent: the authority that the agency's own regulation names. Raises Refusal."""
    unit = sheet.member.evaluator_unit or sheet.member.unit
    found = next((answer for named in _NAMED if (answer := named(unit.pk, on)) is not None), None)
    if found is None:
        raise Refusal(
            "petition.no_rule",
            f"{title} chưa nêu nơi và thời hạn giải quyết kiến nghị, và đơn vị chưa ghi nhận nơi giải quyết theo quy "
            "chế của mình. Hãy hỏi cán bộ tổ chức của đơn vị.",
        )
    authority, named_in = found
    head = head_of(authority, on)
    if head is None or head.pk in (sheet.person_id, decided_by):
        raise Refusal(
            "petition.no_authority",
            f"“{authority.name}” là nơi giải quyết kiến nghị theo {named_in}, nhưng chưa ghi nhận người đứng đầu, hoặc "
            "đó chính là người kiến nghị hay người đã quyết định kết quả. Hãy báo cán bộ tổ chức.",
        )
    return authority, (
        f"{title} không quy định kiến nghị và không nêu thời hạn. Kiến nghị này chuyển tới người đứng đầu "
        f"“{authority.name}” theo {named_in}."
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
    for above, what in _above(member.evaluator_unit, on):
        yield (
            above,
            f"Kiến nghị này chuyển tới người đứng đầu “{above.name}”, {what} ở trên nơi đã xác nhận.",
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


def _above(unit: Unit, on: date) -> Iterator[tuple[Unit, str]]:
    """The managing agencies upwards, then the other units above, nearest first."""
    seen = {unit.pk}
    here: Unit | None = managing_unit_of(unit, on)
    while here is not None and here.pk not in seen:
        seen.add(here.pk)
        yield here, "cơ quan quản lý"
        here = managing_unit_of(here, on)
    for above in ancestors(unit, on):
        if above.pk not in seen:
            yield above, "đơn vị cấp trên"
