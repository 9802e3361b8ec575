"""The head's table under schemes: out, back without a change, pasted with decimal commas, into drafts alone."""

import json
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories.months import OPENED, sheet_of
from tests.factories.schemes import bound, filed, judged, opened_period, under_review
from tests.integration.intake.files import cells_of, written
from tests.integration.intake.test_round_trip import figures
from thuocdo.appraisals.models import Draft
from thuocdo.appraisals.queries import sheet_to_evaluate
from thuocdo.cycles.models import Cycle
from thuocdo.intake.actions import apply_import, export_list, preview_block, preview_import, preview_undo
from thuocdo.intake.documents import stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import NotYours

HCM = ("local/tp-hcm-20-2024", ("overlays/vi-du-tp-hcm-so",))
OWN = {"marks.discipline": "18", "marks.competence": "27", "marks.results": "45"}
HEADER = "Mã cán bộ\tMã ô\tĐánh giá\tLý do\n"


@pytest.fixture
def quarter(cast: Cast) -> Cycle:
    bound(cast, *HCM)
    return opened_period(cast, kind="quarter", number=1)


def test_the_table_goes_out_and_comes_back_without_a_change(cast: Cast, quarter: Cycle) -> None:
    for person in (cast.colleague, cast.officer_appraised):
        under_review(quarter, person, OWN)
    filed(quarter, cast.task_giver, OWN)  # not opened, so not in the table
    head, scope = cast.head.user, str(quarter.pk)
    rows = cells_of(export_list(by=head, at=OPENED, kind="marks", scope=scope))
    assert len(rows) == 1 + 2 * 4
    assert ["KT004", "marks.results", "Đỗ Ánh", "Kết quả thực hiện nhiệm vụ", "45", "45", ""] in [r[:7] for r in rows]
    batch = preview_import(by=head, at=OPENED, kind="marks", scope=scope, file_name="a.xlsx", content=written(rows))
    assert (batch.state, figures(batch)) == ("ready", (0, 0, len(rows) - 1, 0, 0))
    with pytest.raises(NotYours):
        export_list(by=cast.colleague.user, at=OPENED, kind="marks", scope=scope)


def test_a_pasted_block_becomes_a_draft_that_is_confirmed_on_the_page(cast: Cast, quarter: Cycle) -> None:
    sheet = under_review(quarter, cast.colleague, OWN)
    head, scope = cast.head.user, str(quarter.pk)

    def pasted(lines: str) -> object:
        return preview_block(by=head, at=OPENED, kind="marks", scope=scope, text=HEADER + lines)

    for line, words in (
        ("KT004\tmarks.results\t29,9\t", "phải ghi lý do"),
        ("KT004\tmarks.results\t51\tQuá", "không quá 50"),
        ("KT004\tmarks.nothing\t5\tx", "Không có ô"),
        ("KT005\tmarks.results\t5\tx", "đã mở để đánh giá"),
    ):
        assert words in stored_problems(pasted(line))[0].message
    batch = pasted("KT004\tmarks.results\t29,9\tThiếu 2 báo cáo\nKT004\tdeductions.discipline\t1,5\tĐi muộn")
    assert figures(batch) == (0, 2, 0, 0, 0)
    apply_import(by=head, at=OPENED, batch_id=batch.pk)
    draft = json.loads(Draft.objects.get(sheet=sheet, author=head).document)
    assert (draft["fields"]["marks.results"], draft["fields"]["deductions.discipline"]) == ("29,9", "1,5")
    assert draft["reasons"] == {"marks.results": "Thiếu 2 báo cáo", "deductions.discipline": "Đi muộn"}
    assert sheet_of(quarter, cast.colleague).state == "under_review"
    document = sheet_to_evaluate(head, sheet.pk).view.document
    done = judged(sheet_of(quarter, cast.colleague), fields=document["fields"], reasons=document["reasons"])
    assert (done.score, done.band) == ("367/5", "complete")  # 18 − 1,5 + 27 + 29,9 = 73,4


def test_pasted_marks_are_taken_back_but_not_over_what_was_typed_since(cast: Cast, quarter: Cycle) -> None:
    sheet = under_review(quarter, cast.colleague, OWN)
    act: dict[str, Any] = {"by": cast.head.user, "at": OPENED}

    def pasted(lines: str) -> ImportBatch:
        batch = preview_block(kind="marks", scope=str(quarter.pk), text=HEADER + lines, **act)
        return apply_import(batch_id=batch.pk, **act)

    def marked() -> list[list[str]]:
        rows = cells_of(export_list(kind="marks", scope=str(quarter.pk), **act))[1:]
        return [[row[1], *row[5:7]] for row in rows if row[6] or row[5] != row[4]]

    first = pasted("KT004\tmarks.results\t29,9\tThiếu 2 báo cáo\nKT004\tmarks.discipline\t17\tĐi muộn")
    pasted("KT004\tmarks.discipline\t16\tĐi muộn ba lần")
    back = preview_undo(batch_id=first.pk, **act)
    changed, stays = sorted(stored_effects(back), key=lambda one: one.outcome)
    assert (changed.outcome, stays.outcome) == ("changed", "conflict")
    assert "Đánh giá: 29,9 → 45" in changed.text
    assert "khi nhập “17”, nay “16”" in stays.text
    apply_import(batch_id=back.pk, **act)
    assert marked() == [["marks.discipline", "16", "Đi muộn ba lần"]]
    assert Draft.objects.get(sheet=sheet).author == cast.head.user
