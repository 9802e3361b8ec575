"""Units as subjects on the to-do list: own units' sheets to file, sheets to look at, proposals to decide."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from thuocdo.collectives import rules
from thuocdo.collectives.models import UnitReopening, UnitRound, UnitSheet
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

TO_FILE, TO_REVIEW, TO_DECIDE = "unit_sheet.to_file", "unit_sheet.to_review", "unit_sheet.to_decide"
TO_REOPEN = "unit_sheet.to_reopen"


def _rows(asking: Asking) -> Sequence[Rows]:
    headed, looked_after = asking.units("took_over"), asking.units("officer")
    sheets: Any = UnitSheet.objects.all()  # of a closed round those that are looked at again
    own = Q(unit__in=headed) | Q(writer__user_id=asking.user.pk)
    own |= Q(unit__in=looked_after) & ~Q(authority__in=looked_after | headed)
    with_unit = sheets.filter(own, state__in=rules.WITH_UNIT)
    came = sheets.filter(authority__in=headed | looked_after, state__in=(rules.SUBMITTED, rules.UNDER_REVIEW))
    proposals = sheets.filter(authority__in=headed, state=rules.PROPOSED)
    asked: Any = UnitReopening.objects.filter(sheet__authority__in=headed, state=UnitReopening.State.ASKED)
    return [
        rows(with_unit, TO_FILE, also="round_id", text="unit__name", day="round__submit_by"),
        rows(came, TO_REVIEW, key="round_id", grouped=True),
        rows(proposals, TO_DECIDE, key="round_id", grouped=True),
        rows(asked, TO_REOPEN, key="sheet_id", text="sheet__unit__name"),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """One query, where a sheet is to be filed."""
    filing = [row for row in found if row.kind == TO_FILE]
    rounds = UnitRound.objects.in_bulk({row.also for row in filing})
    for row in filing:
        one = rounds[row.also]
        words = f"Lập phiếu của {row.text}, {one.label}"
        late = row.day is not None and row.day < asking.on
        yield Todo(TO_FILE, words, f"/tap-the/phieu/{row.key}/", row.day, overdue=late)
    for row in (one for one in found if one.kind == TO_REOPEN):
        words = f"Đề nghị mở lại phiếu của {row.text}, kỳ đã khóa: đồng ý hoặc không"
        yield Todo(TO_REOPEN, words, f"/tap-the/phieu/{row.key}/", None, overdue=False)
    for kind, words in ((TO_REVIEW, "chờ xem xét"), (TO_DECIDE, "chờ quyết định mức")):
        for row in (one for one in found if one.kind == kind):
            yield Todo(kind, f"{row.number} phiếu của đơn vị {words}", f"/tap-the/ky/{row.key}/", None, overdue=False)


SOURCE = Source(frozenset({TO_FILE, TO_REVIEW, TO_DECIDE, TO_REOPEN}), _rows, _lines)
