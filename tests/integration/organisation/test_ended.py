"""Whose duty ended, or has not begun, is told since when and whom to ask; others are told nothing."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from tests.cast import Cast, build_cast
from tests.factories import months
from tests.factories.people import add_post
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.kernel.errors import Forbidden
from thuocdo.organisation import actions as organisation
from thuocdo.organisation.models import Employment, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(at: datetime, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("thuocdo.web.access.today", at.date)
    return build_cast()


def refused(person: Person, path: str) -> str:
    client = Client()
    client.force_login(person.user, backend="thuocdo.accounts.backends.PasswordBackend")
    answer = client.get(path)
    assert answer.status_code == 403
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def words(text: str) -> str:
    return str(escape(text))


def test_a_former_head_is_told_since_when_and_whom_to_ask(cast: Cast, at: datetime) -> None:
    on, past = at.date(), f"Từ ngày {at:%d/%m/%Y} ông/bà không còn là người đứng đầu “{cast.economy.name}”"
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=on)
    page = refused(cast.head, "/danh-gia/")
    assert words(past) in page
    assert words(f"hãy hỏi cán bộ tổ chức của “{cast.economy.name}”.") in page
    assert cast.organisation_officer.full_name not in page, "who serves nowhere is told no name"
    add_post(cast.head, cast.culture, "Chuyên viên", start=on)
    page = refused(cast.head, "/danh-gia/")
    assert words(past) in page
    assert f"hãy hỏi cán bộ tổ chức: {cast.organisation_officer.full_name}." in page


def test_the_answer_is_the_same_whether_the_sheet_exists(cast: Cast, at: datetime) -> None:
    month = months.open_month(cast.ward, cast.organisation_officer)
    sheet = months.submitted(month, cast.officer_appraised, at)
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=at.date())
    there, nowhere = (refused(cast.head, f"/danh-gia/phieu/{key}/") for key in (sheet.pk, 987654321))
    assert there == nowhere
    assert cast.officer_appraised.full_name not in there


def test_who_never_had_it_is_told_nothing_more(cast: Cast) -> None:
    page = refused(cast.colleague, "/danh-gia/")
    assert "Ông/bà không có quyền thực hiện việc này." in page
    assert "Từ ngày" not in page
    assert cast.head.full_name not in page


def test_a_former_officer_a_coming_head_and_a_delegate_after_the_last_day(cast: Cast, at: datetime) -> None:
    on = at.date()
    organisation.delegate(
        by=cast.organisation_officer.user, at=at, unit_id=cast.economy.pk, delegate_id=cast.colleague.pk,
        act="evaluate", decision="12/QĐ-KT", decided_on=date(2026, 1, 30), start=date(2026, 2, 1),
        end=on, units=[cast.economy.pk],
    )  # fmt: skip
    with outside_actions():
        Role.objects.filter(person=cast.organisation_officer).update(end=on)
    add_post(cast.officer_appraised, cast.economy, "Trưởng phòng", leadership="head", start=on + timedelta(days=3))
    assert words(f"không còn là cán bộ tổ chức “{cast.ward.name}”") in refused(
        cast.organisation_officer, "/to-chuc/nguoi/"
    )
    assert words(f"không còn là người được người đứng đầu ủy quyền ở “{cast.economy.name}”") in refused(
        cast.colleague, "/danh-gia/"
    )
    coming = refused(cast.officer_appraised, "/danh-gia/")
    assert words(f"Ông/bà là người đứng đầu “{cast.economy.name}” từ ngày {on + timedelta(days=3):%d/%m/%Y}") in coming


def test_the_evaluator_of_record_who_heads_another_unit_now_is_told_since_when(cast: Cast, at: datetime) -> None:
    month = months.open_month(cast.ward, cast.organisation_officer)
    sheet = months.submitted(month, cast.officer_appraised, at)
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=at.date())
    add_post(cast.head, cast.office, "Phó Chánh Văn phòng", leadership="deputy", start=at.date())
    with pytest.raises(Forbidden, match=f"Từ ngày {at:%d/%m/%Y} ông/bà không còn là người đứng đầu"):
        actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
