"""The comparison of a round's units by Excel: sheets move by the steps of their pages, all of a file or none."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.guards import outside_actions
from tests.integration.collectives.conftest import AT, GOOD, TASKS, World, filed, proposed
from tests.integration.intake.files import cells_of, written
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitTask
from thuocdo.intake.actions import apply_import, export_list, preview_block, preview_import, preview_undo
from thuocdo.intake.documents import stored_effects, stored_problems
from thuocdo.kernel.errors import Conflict, NotYours

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
    UnitSheet.objects.filter(pk=sheet.pk).update(state="decided")
    UnitRound.objects.update(state="closed", closed_at=AT)
    alone = sent(world, chair, {one: {"Xử lý": "xem xét lại", "Lý do": "Số liệu sai"}})
    assert "một người không tự mở lại" in stored_problems(alone)[0].message


def test_steps_are_taken_back_where_nobody_went_on(world: World) -> None:
    cast, clerk = world.cast, world.clerk
    economy, one = cast.economy, cast.economy.code.upper()
    filed(world, economy, cast.head, GOOD | TASKS)
    act: dict[str, Any] = {"by": clerk.user, "at": AT}
    typed = f"Mã đơn vị\tXử lý\n{one.lower()}\tmở phiếu"
    opened = preview_block(kind="unit-round", scope=str(world.round.pk), text=typed, **act)
    applied(opened, clerk)
    back = preview_undo(batch_id=opened.pk, **act)
    with pytest.raises(NotYours):
        preview_undo(batch_id=opened.pk, by=cast.chairman.user, at=AT)
    [effect] = stored_effects(back)
    assert effect.text.endswith("Tình trạng: cấp đánh giá đang xem xét → đã nộp")
    before = world.sheet(economy).version
    apply_import(batch_id=back.pk, **act)
    assert (world.sheet(economy).state, world.sheet(economy).version) == ("submitted", before + 1)
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        preview_undo(batch_id=opened.pk, **act)

    opened = sent(world, clerk, {one: {"Xử lý": "mở phiếu"}})
    applied(opened, clerk)
    early = preview_undo(batch_id=opened.pk, **act)
    returned = sent(world, clerk, {one: {"Xử lý": "trả lại", "Lý do": "Thiếu"}})
    applied(returned, clerk)
    with pytest.raises(Conflict):
        apply_import(batch_id=early.pk, **act)
    [stays] = stored_effects(preview_undo(batch_id=opened.pk, **act))
    assert "khi nhập “cấp đánh giá đang xem xét”, nay “trả lại để bổ sung”" in stays.text
    apply_import(batch_id=preview_undo(batch_id=returned.pk, **act).pk, **act)
    assert (world.sheet(economy).state, world.sheet(economy).returned) == ("under_review", "")
    [stays] = stored_effects(preview_undo(batch_id=opened.pk, **act))
    assert stays.outcome == "conflict", "another version of the sheet, though its cells are the same"


def test_the_page_of_an_applied_table_offers_to_take_it_back(world: World, client: Client) -> None:
    cast, clerk = world.cast, world.clerk
    filed(world, cast.economy, cast.head, GOOD | TASKS)
    opened = sent(world, clerk, {cast.economy.code.upper(): {"Xử lý": "mở phiếu"}})
    applied(opened, clerk)
    client.force_login(clerk.user)
    page = reverse("table_batch", args=[opened.pk])
    assert "Hoàn tác lượt nhập này" in client.get(page).content.decode()
    made = client.post(reverse("table_undo", args=[opened.pk])).headers["Location"]
    shown = client.get(made).content.decode()
    assert "cấp đánh giá đang xem xét → đã nộp" in shown
    number = int(made.rstrip("/").split("/")[-1])
    row = {"shown": "2", "row": "2"}
    assert client.post(reverse("table_apply", args=[number]), row).status_code == 302
    assert world.sheet(cast.economy).state == "submitted"
    assert f'href="{made}">hoàn tác</a>' in client.get(page).content.decode()
    assert client.post(reverse("table_undo", args=[opened.pk])).status_code == 409


def test_texts_of_several_lines_stay_so_where_nothing_was_typed_in_their_cells(world: World) -> None:
    """A cell comes back in one line: the row is no other row by that, and what is stored keeps its lines."""
    cast = world.cast
    sheet = world.sheet(cast.economy)
    with outside_actions():
        task = UnitTask.objects.create(
            sheet=sheet, number=1, title="Lập kế hoạch\nđầu tư công", given_by="Chủ tịch", due=AT.date(),
            evidence="12/BC-PKT\n13/BC-PKT", note="Đã gửi\n\nChờ ý kiến",
        )  # fmt: skip
    act: dict[str, Any] = {"kind": "unit-report", "scope": str(sheet.pk), "by": cast.head.user, "at": AT}
    header, line = cells_of(export_list(**act))
    edited = dict(zip(header, line, strict=True)) | {"Ngày hoàn thành": "19/11/2026", "Báo cáo": "Xong"}
    batch = preview_import(
        file_name="t.xlsx", content=written([header, [edited[title] for title in header]]), **act
    )  # fmt: skip
    assert stored_problems(batch) == []
    [effect] = stored_effects(batch)
    assert "Minh chứng" not in effect.text
    apply_import(by=cast.head.user, at=AT, batch_id=batch.pk)
    task.refresh_from_db()
    assert (task.done_on, task.evidence, task.note) == (date(2026, 11, 19), "12/BC-PKT\n13/BC-PKT", "Xong")
    shown = [title for title in header if not title.startswith("Dấu")]
    lines = ["\t".join(shown), "\t".join((edited | {"Ngày hoàn thành": "18/11/2026"})[title] for title in shown)]
    pasted = preview_block(text="\n".join(lines), **act)
    assert [effect.text for effect in stored_effects(pasted)] == [
        "Lập kế hoạch\nđầu tư công: Ngày hoàn thành: 19/11/2026 → 18/11/2026"
    ]
