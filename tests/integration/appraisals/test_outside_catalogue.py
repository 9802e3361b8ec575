"""One task with an invented coefficient, given after the month, does not decide the score unseen."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import VIETNAM, confirmed, judgement, make_task, sheet_of, submitted
from tests.guards import outside_actions
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.actions.paper import Paper
from thuocdo.appraisals.errors import Refused
from thuocdo.cycles.models import Cycle
from thuocdo.work.models import Product, Task


def product(cast: Cast, **changed: Any) -> Product:
    values: dict[str, Any] = {"agency": cast.economy, "code": "SP-1", "name": "Báo cáo", "complexity": 2,
                              "coefficient": 200, "start": date(2026, 1, 1)}  # fmt: skip
    with outside_actions():
        return Product.objects.create(**values | changed)


@pytest.fixture
def invented(cast: Cast, february: Cycle, at: datetime) -> Task:
    """Two tasks of the catalogue, and one with coefficient 999 given in March for February."""
    known = product(cast)
    with outside_actions():
        Task.objects.filter(person=cast.officer_appraised).update(product=known)
    late = datetime(2026, 3, 1, 8, tzinfo=VIETNAM)
    task = make_task(cast.officer_appraised, cast.economy, 9, coefficient=99900, given_at=late)
    submitted(february, cast.officer_appraised, at)
    return task


def test_the_row_is_flagged_and_cannot_be_confirmed_in_common(
    cast: Cast, february: Cycle, invented: Task, at: datetime
) -> None:
    sheet = sheet_of(february, cast.officer_appraised)
    row = next(r for r in queries.evaluation_table(cast.head.user, february.pk, at).rows if r.sheet.pk == sheet.pk)
    assert "1 việc hệ số ngoài danh mục, cần ghi lý do chấp nhận" in row.flags
    assert "1 việc giao sau hạn hoặc sau khi tháng kết thúc" in row.flags
    assert not row.may_confirm_plainly
    with pytest.raises(Refused, match="ngoài danh mục"):
        actions.confirm_many(items=[(sheet.pk, sheet.version)], comment="Tốt", by=cast.head.user, at=at)


def test_the_coefficient_counts_once_the_evaluator_accepts_it_with_a_reason(
    cast: Cast, february: Cycle, invented: Task, at: datetime, client: Client
) -> None:
    sheet, head = sheet_of(february, cast.officer_appraised), {"by": cast.head.user, "at": at}
    actions.open_for_review(sheet_id=sheet.pk, **head)
    sheet.refresh_from_db()
    client.force_login(cast.head.user)
    page = client.get(f"/danh-gia/phieu/{sheet.pk}/").content.decode()
    assert page.count("hệ số ngoài danh mục</span>") == 1
    assert "Lý do chấp nhận hệ số 999 không có trong danh mục" in page
    with pytest.raises(Refused) as refused:
        actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement(), **head)
    assert list(refused.value.problems) == [f"tasks.{invented.code}.note"]
    said = judgement(tasks={invented.code: {"note": "Việc mới, đã báo cáo cấp có thẩm quyền."}})
    done = actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=said, **head)
    assert "Việc mới, đã báo cáo" in done.submission.document
    assert actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=said, **head) == done


def test_without_a_catalogue_in_force_nothing_waits(cast: Cast, february: Cycle, at: datetime) -> None:
    """One that ended before the month, or of another agency, is none."""
    product(cast, end=date(2026, 2, 1))
    product(cast, agency=cast.culture)
    sheet = submitted(february, cast.officer_appraised, at)
    assert queries.sheet_to_evaluate(cast.head.user, sheet.pk, at).flags == ()


def test_a_result_that_is_corrected_asks_for_the_same_acceptance(
    cast: Cast, february: Cycle, at: datetime, client: Client
) -> None:
    """The catalogue came into the product after the result was confirmed."""
    result = confirmed(february, cast.officer_appraised, at)
    product(cast)
    asked = actions.petition(confirmation_id=result.pk, text="Xem lại", by=cast.officer_appraised.user, at=at)
    client.force_login(cast.chairman.user)
    page = client.get(f"/kien-nghi/{asked.pk}/").content.decode()
    assert "không có trong danh mục (bắt buộc)" in page
    act = {"petition_id": asked.pk, "answer": "Sửa theo kiến nghị", "by": cast.chairman.user, "at": at}
    codes = list(Task.objects.filter(person=cast.officer_appraised).values_list("code", flat=True))
    with pytest.raises(Refused) as refused:
        actions.correct(judgement=judgement(comment="Sửa."), **act)
    assert sorted(refused.value.problems) == sorted(f"tasks.{code}.note" for code in codes)
    accepted = {code: {"note": "Đã báo cáo cấp có thẩm quyền bổ sung."} for code in codes}
    assert actions.correct(judgement=judgement(tasks=accepted, comment="Sửa."), **act).replaces == result


def test_a_judgement_on_paper_asks_for_the_same_acceptance(
    cast: Cast, february: Cycle, invented: Task, at: datetime, client: Client
) -> None:
    sheet, officer = sheet_of(february, cast.officer_appraised), cast.organisation_officer.user
    client.force_login(officer)
    page = client.get(f"/nhap-thay/{sheet.pk}/nhan-xet/").content.decode()
    assert page.count("không có trong danh mục (bắt buộc)") == 1
    act: dict[str, Any] = {"sheet_id": sheet.pk, "version": sheet.version, "by": officer, "at": at,
                           "paper": Paper(at.date(), "15/BG")}  # fmt: skip
    with pytest.raises(Refused) as refused:
        actions.enter_judgement(judgement=judgement(), **act)
    assert list(refused.value.problems) == [f"tasks.{invented.code}.note"]
    said = judgement(tasks={invented.code: {"note": "Chấp nhận: việc mới."}})
    assert actions.enter_judgement(judgement=said, **act).number == 1
