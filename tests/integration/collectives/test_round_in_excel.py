"""The comparison of a round's units by Excel: sheets move by the steps of their pages, all of a file or none."""

from typing import Any

import pytest

from tests.integration.collectives.conftest import AT, GOOD, TASKS, World, filed, proposed
from tests.integration.intake.files import cells_of, written
from thuocdo.intake.actions import apply_import, export_list, preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def sent(world: World, by: Any, edits: dict[str, dict[str, str]]) -> Any:
    """The rows of these units as this person takes them out, with other cells."""
    act: dict[str, Any] = {"kind": "unit-round", "scope": str(world.round.pk), "by": by.user, "at": AT}
    header, *rows = cells_of(export_list(**act))
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    lines = [line | edits[line["Mã đơn vị"]] for line in lines if line["Mã đơn vị"] in edits]
    content = written([header, *([line[title] for title in header] for line in lines)])
    return preview_import(file_name="t.xlsx", content=content, **act)


def applied(batch: Any, by: Any) -> None:
    assert stored_problems(batch) == []
    apply_import(by=by.user, at=AT, batch_id=batch.pk)


def test_sheets_are_opened_returned_and_sent_back_by_file(world: World) -> None:
    cast, clerk, chair = world.cast, world.clerk, world.cast.chairman
    economy, culture = cast.economy, cast.culture
    filed(world, economy, cast.head, GOOD | TASKS)
    one, two = economy.code.upper(), culture.code.upper()
    for cells, words in (
        ({"Xử lý": "trả lại"}, "Lý do: ô để trống"),
        ({"Lý do": "Thiếu"}, "phải ghi cột Xử lý"),
        ({"Xử lý": "mở phiếu", "Lý do": "Thiếu"}, "không ghi lý do"),
        ({"Xử lý": "trả lại", "Lý do": "Thiếu"}, "hiện ở trạng thái “đã nộp”"),
        ({"Xử lý": "xem xét lại", "Lý do": "Thiếu"}, "Chỉ người đứng đầu"),
        ({"Đơn vị": "Khác"}, "không sửa ở đây"),
    ):
        assert words in stored_problems(sent(world, clerk, {one: cells}))[0].message
    both = sent(world, clerk, {one: {"Xử lý": "mở phiếu"}, two: {"Xử lý": "mở phiếu"}})
    assert (both.state, world.sheet(economy).state) == ("refused", "submitted"), "one row refused, nothing applied"
    stale = sent(world, clerk, {one: {"Xử lý": "mở phiếu"}})
    applied(sent(world, clerk, {one: {"Xử lý": "mở phiếu"}}), clerk)
    with pytest.raises(Conflict):
        apply_import(by=clerk.user, at=AT, batch_id=stale.pk)
    applied(sent(world, clerk, {one: {"Xử lý": "trả lại", "Lý do": "Bổ sung minh chứng"}}), clerk)
    assert (world.sheet(economy).state, world.sheet(economy).returned) == ("returned", "Bổ sung minh chứng")
    waiting = proposed(world, economy, cast.head, GOOD | TASKS)
    assert waiting.state == "proposed"
    applied(sent(world, chair, {one: {"Xử lý": "đề xuất lại", "Lý do": "Xem lại điểm"}}), chair)
    sheet = world.sheet(economy)
    assert (sheet.state, sheet.returned) == ("under_review", "Xem lại điểm")
