"""Who answers a petition, or replaces a result of a closed period; the record says why this one."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date

from thuocdo.appraisals.models import Sheet
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors, head_of, managing_unit_of
from thuocdo.organisation.successors import keeper_on
from thuocdo.rulesets.catalogue import Book

Named = Callable[[int, date], tuple[Unit, str] | None]
"""From a unit (id) and a day to the authority that the agency's own regulation names, and where it does so."""
_NAMED: list[Named] = []
OWN_DECISION = (
    " Người đứng đầu nơi này đã quyết định kết quả nên không tự giải quyết; cán bộ tổ chức cần ghi nhận cấp trên."
)
NOT_READ = "phần văn bản mà phần mềm đọc được không nêu nơi, thời hạn giải quyết kiến nghị."
OPEN_AUTHORITY = "procedure.petition.authority"
MANAGES = "cơ quan quản lý ở trên nơi đã xác nhận"
NOT_MANAGED = "Chưa ghi nhận cơ quan quản lý nào có người đứng đầu không liên quan."


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
    evaluator, the units above, and only then the authority that confirmed. Never the author, nor the people
    `without` (who recused themselves); of those above, nobody who is the evaluator or decided the contested
    result (`decided_by`). Where that person heads the last one left, the petition is received there, since the
    right to it does not depend on our records, but waits for somebody else: the action that answers refuses the
    decider.
    """
    found = _first(_candidates(sheet, on, "kiến nghị này"), sheet, on, without, decided_by)
    if found is None:
        raise Refusal(
            "petition.no_authority",
            "Chưa ghi nhận người đứng đầu nơi có thẩm quyền giải quyết kiến nghị. Hãy báo "
            "cán bộ tổ chức ghi nhận, rồi gửi lại; nội dung ông/bà đã nhập vẫn được giữ.",
        )
    return found


def replacing_authority(
    sheet: Sheet, on: date, *, managing_first: bool, without: Collection[int] = ()
) -> tuple[Unit, str]:
    """The unit whose head replaces a result of a closed period, and why this one. Raises Refusal as `next_above`.

    Under Điều 21 khoản 3 NĐ 335 it is the head of the managing agency: `managing_first` asks these, above the
    evaluator first, before the authority that rates the year, and says so where none of them can.
    """
    what = "đề nghị này"
    found = _first(_managers(sheet, on, what), sheet, on, without) if managing_first else None
    if found is None:
        found = _first(_candidates(sheet, on, what), sheet, on, without)
        if found is not None and managing_first:
            found = found[0], f"{NOT_MANAGED} {found[1]}"
    if found is None:
        raise Refusal(
            "petition.no_authority",
            "Chưa ghi nhận người đứng đầu nơi có thẩm quyền thay kết quả. Hãy ghi nhận cơ quan quản lý và người đứng "
            "đầu, rồi gửi lại; nội dung ông/bà đã nhập vẫn được giữ.",
        )
    return found


Way = tuple[Unit, str, bool]


def _first(
    ways: Iterable[Way], sheet: Sheet, on: date, without: Collection[int], decided_by: int | None = None
) -> tuple[Unit, str] | None:
    """The first unit whose head may answer, with the reason."""
    barred = {sheet.person_id, *without}
    for unit, why, itself in ways:
        head = head_of(unit, on)
        if head is None or head.pk in barred or (not itself and head.pk in (decided_by, sheet.evaluator_id)):
            continue
        waits = OWN_DECISION if head.pk == decided_by else ""
        return unit, f"{why}{waits}"
    return None


def said_of_petitions(book: Book) -> str:
    """What a rulebook that gives no clock says of petitions, with its article; else that nothing of it was read."""
    rule = None if isinstance(book, Rulebook) else book.book.petition
    if rule is None:
        return f"{book.short_title}: {NOT_READ}"
    cite = "; ".join(one.text() for one in book.cite(rule.cite))
    return " ".join(part for part in (f"{cite}: {rule.label}", rule.note) if part)


def authority_under(book: Book, sheet: Sheet, on: date, *, decided_by: int | None = None) -> tuple[Unit, str]:
    """Where the rulebook gives no clock: whom the agency's regulation settled for the rulebook's open point, else whom
    it recorded (`named_authority`). Raises Refusal."""
    rule = None if isinstance(book, Rulebook) else book.book.petition
    said = said_of_petitions(book)
    if isinstance(book, Rulebook) or rule is None or rule.authority != "managing":
        return named_authority(sheet, said, on, decided_by=decided_by)
    found = _first(_managers(sheet, on, "kiến nghị này"), sheet, on, (), decided_by)
    if found is None:
        raise Refusal(
            "petition.no_authority",
            "Quy chế giao cơ quan quản lý ở trên nơi đã quyết định giải quyết kiến nghị, nhưng chưa ghi nhận cơ quan "
            "ấy hoặc người đứng đầu không liên quan. Hãy báo cán bộ tổ chức.",
        )
    point = next(one for one in book.open_points if OPEN_AUTHORITY in one.places)
    own = book.settled[point.id]
    return found[0], f"{found[1]} {own.by} quy định như vậy: {own.reason.rstrip('.')}. {said}"


def named_authority(sheet: Sheet, said: str, on: date, *, decided_by: int | None = None) -> tuple[Unit, str]:
    """Where the rulebook gives no clock: the authority that the agency's own regulation names, and why (`said`: what
    the rulebook says of petitions). Raises Refusal."""
    unit = sheet.member.evaluator_unit or sheet.member.unit
    found = next((answer for named in _NAMED if (answer := named(unit.pk, on)) is not None), None)
    if found is None:
        raise Refusal(
            "petition.no_rule",
            f"{said} Đơn vị chưa ghi nhận nơi giải quyết kiến nghị theo quy chế của mình. Hãy hỏi cán bộ tổ chức của "
            "đơn vị.",
        )
    authority, named_in = found
    head = head_of(authority, on)
    if head is None or head.pk in (sheet.person_id, decided_by):
        raise Refusal(
            "petition.no_authority",
            f"“{authority.name}” là nơi giải quyết kiến nghị theo {named_in}, nhưng chưa ghi nhận người đứng đầu, hoặc "
            "đó chính là người kiến nghị hay người đã quyết định kết quả. Hãy báo cán bộ tổ chức.",
        )
    return authority, f"Kiến nghị này chuyển tới người đứng đầu “{authority.name}” theo {named_in}. {said}"


def _goes(what: str, unit: Unit, why: str) -> str:
    return f"{what.capitalize()} chuyển tới người đứng đầu “{unit.name}”, {why}."


def _managers(sheet: Sheet, on: date, what: str) -> Iterator[Way]:
    """The managing agencies above whoever confirmed; then that one, where it manages the person's unit itself."""
    if sheet.member.evaluator_unit is None:
        return
    confirmed = keeper_on(sheet.member.evaluator_unit, on)
    for unit in _managing(confirmed, on):
        yield unit, _goes(what, unit, MANAGES), False
    if confirmed in _managing(keeper_on(sheet.member.unit, on), on):
        yield confirmed, _goes(what, confirmed, "cơ quan quản lý, cũng là nơi đã xác nhận"), True


def _candidates(sheet: Sheet, on: date, what: str) -> Iterator[Way]:
    """Of units that ended since, those that keep their files, under the tree of the day."""
    member = sheet.member
    rating, confirmed = (
        keeper_on(unit, on) if unit is not None else None for unit in (member.rating_unit, member.evaluator_unit)
    )
    if rating is not None and rating != confirmed:
        why = "nơi xếp loại cuối năm và ở trên nơi đã xác nhận"
        yield rating, _goes(what, rating, f"{why}{_took_over(rating, member.rating_unit)}"), False
    if confirmed is None:
        return
    managing = _managing(confirmed, on)
    for unit in managing:
        yield unit, _goes(what, unit, MANAGES), False
    seen = {confirmed.pk, *(unit.pk for unit in managing)}
    for unit in ancestors(confirmed, on):
        if unit.pk not in seen:
            yield unit, _goes(what, unit, "đơn vị cấp trên ở trên nơi đã xác nhận"), False
    yield (
        confirmed,
        (
            f"Chưa ghi nhận cấp quản lý ở trên, nên {what} chuyển tới chính cấp đã theo dõi, "
            f"đánh giá: người đứng đầu “{confirmed.name}”{_took_over(confirmed, member.evaluator_unit)}."
        ),
        True,
    )


def _took_over(unit: Unit, before: Unit | None) -> str:
    return "" if before is None or unit == before else f", nơi tiếp nhận “{before.name}” đã kết thúc"


def _managing(unit: Unit, on: date) -> list[Unit]:
    """The managing agencies upwards, nearest first."""
    found: dict[int, Unit] = {}
    here = managing_unit_of(unit, on)
    while here is not None and here.pk != unit.pk and here.pk not in found:
        found[here.pk] = here
        here = managing_unit_of(here, on)
    return list(found.values())
