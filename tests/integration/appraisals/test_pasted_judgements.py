"""The evaluator's figures of all opened sheets in one table: out, back, into drafts; nothing else moves."""

import json

import pytest

from tests.factories.months import opened, submitted
from tests.integration.intake.files import cells_of, written
from tests.integration.intake.test_round_trip import figures
from thuocdo.appraisals.models import Draft
from thuocdo.appraisals.typed_judgement import COUNTS, NUMBERS
from thuocdo.intake.actions import apply_import, export_list, preview_block, preview_import, preview_undo
from thuocdo.intake.documents import stored_effects, stored_problems
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
    back = preview_undo(by=head, at=later, batch_id=batch.pk)
    assert (figures(back), "Số lần chậm: 1 → 0" in stored_effects(back)[0].text) == ((0, 1, 0, 0, 0), True)
    apply_import(by=head, at=later, batch_id=back.pk)
    assert json.loads(Draft.objects.get(sheet=sheet, author=head).document)["tasks"] == {}
    sheet.refresh_from_db()
    assert sheet.state == "under_review"


def test_a_block_of_the_heads_table_is_read_as_excel_means_it(cast, february, later):
    """Abuse 35: rows without anything, a cell of several lines, numbers of two meanings; a draft typed since stays."""
    sheet = opened(february, cast.officer_appraised, later)
    act = {"by": sheet.evaluator.user, "at": later}
    first, second, *_ = cells_of(export_list(kind="judgements", scope=str(february.pk), **act))[1:]

    titles = "\t".join(["Mã công việc", *NUMBERS.values(), COUNTS["late"], "Lý do"])

    def pasted(*lines):
        text = "\r\n".join([titles, *lines])
        return preview_block(kind="judgements", scope=str(february.pk), text=text, **act)

    batch = pasted(f'{first[0]}\t3,5\t3.5\t3,50\t\t"Đếm lại\n""bản 2"""', "\t\t\t\t\t", f"{second[0]}\t4\t4\t4\t0\t",
                   "\t\t\t\t\t", "")  # fmt: skip
    assert (batch.state, figures(batch)) == ("ready", (0, 1, 1, 0, 0)), stored_problems(batch)
    assert 'Lý do: trống → Đếm lại "bản 2"' in stored_effects(batch)[0].text
    for figure, words in (("1.000", "hàng nghìn"), ("1,000.5", "hàng nghìn"), ("1,234", "thập phân"), ("-1", "số âm"),
                          ("NaN", "không phải là số"), ("３", "0–9"), ("03/03/2026", "không phải là số")):  # fmt: skip
        refused = pasted(f"{first[0]}\t{figure}\t1\t1\t0\tĐếm lại")
        assert (refused.state, words in stored_problems(refused)[0].message) == ("refused", True), figure
    assert pasted(f"{first[0]}\t3\t3\t3\t1,5\tĐếm lại").state == "refused", "times are whole"
    apply_import(batch_id=batch.pk, **act)
    draft = Draft.objects.get(sheet=sheet, author=sheet.evaluator.user)
    document = json.loads(draft.document)
    document["tasks"][first[0]]["completed"] = "2"
    draft.document = json.dumps(document)
    draft.save()
    back = preview_undo(batch_id=batch.pk, **act)
    assert figures(back) == (0, 0, 0, 1, 0)
    assert f"{NUMBERS['completed']}: khi nhập “3,5”, nay “2”" in stored_effects(back)[0].text


def test_sheets_that_are_not_opened_and_periods_of_others_are_not_in_it(cast, february, later):
    sheet = submitted(february, cast.officer_appraised, later)
    head, scope = sheet.evaluator.user, str(february.pk)
    assert len(cells_of(export_list(by=head, at=later, kind="judgements", scope=scope))) == 1
    batch = preview_block(by=head, at=later, kind="judgements", scope=scope, text="Mã công việc\tLý do\nX1\tabc")
    assert "đã mở để đánh giá" in stored_problems(batch)[0].message
    with pytest.raises(NotYours):
        export_list(by=cast.officer_appraised.user, at=later, kind="judgements", scope=scope)
