"""The evaluator's figures of all opened sheets in one table: out, back, into drafts; nothing else moves."""

import json

import pytest

from tests.factories.months import opened, submitted
from tests.integration.intake.files import cells_of, written
from tests.integration.intake.test_round_trip import figures
from thuocdo.appraisals.models import Draft
from thuocdo.intake.actions import apply_import, export_list, preview_block, preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import NotYours

pytestmark = pytest.mark.django_db


def test_the_heads_table_goes_out_and_comes_back(cast, february, later):
    sheet = opened(february, cast.officer_appraised, later)
    head, scope = sheet.evaluator.user, str(february.pk)
    rows = cells_of(export_list(by=head, at=later, kind="judgements", scope=scope))
    assert len(rows) > 1
    batch = preview_import(by=head, at=later, kind="judgements", scope=scope, file_name="a.xlsx", content=written(rows))
    assert (batch.state, figures(batch)) == ("ready", (0, 0, len(rows) - 1, 0, 0))
    code = rows[1][0]
    block = f"Mã công việc\tSố lần chậm\n{code}\t1"
    refused = preview_block(by=head, at=later, kind="judgements", scope=scope, text=block)
    assert "lý do" in stored_problems(refused)[0].message
    block = f"Mã công việc\tSố lần chậm\tLý do\n{code}\t1\tNộp ngày 03/03/2026"
    batch = preview_block(by=head, at=later, kind="judgements", scope=scope, text=block)
    assert figures(batch) == (0, 1, 0, 0, 0)
    apply_import(by=head, at=later, batch_id=batch.pk)
    document = json.loads(Draft.objects.get(sheet=sheet, author=head).document)
    assert document["tasks"][code] == {"late": "1", "note": "Nộp ngày 03/03/2026"}
    sheet.refresh_from_db()
    assert sheet.state == "under_review"


def test_sheets_that_are_not_opened_and_periods_of_others_are_not_in_it(cast, february, later):
    sheet = submitted(february, cast.officer_appraised, later)
    head, scope = sheet.evaluator.user, str(february.pk)
    assert len(cells_of(export_list(by=head, at=later, kind="judgements", scope=scope))) == 1
    batch = preview_block(by=head, at=later, kind="judgements", scope=scope, text="Mã công việc\tLý do\nX1\tabc")
    assert "đã mở để đánh giá" in stored_problems(batch)[0].message
    with pytest.raises(NotYours):
        export_list(by=cast.officer_appraised.user, at=later, kind="judgements", scope=scope)
