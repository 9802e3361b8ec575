"""“Lịch sử của tôi”: the own periods alone, with their trend, in constant queries."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, build_cast
from tests.factories.months import confirmed, make_task, open_month
from thuocdo.appraisals import actions
from thuocdo.appraisals.history import _lines, difference, own_history
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.kernel.exact import parse_fraction

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def test_periods_with_their_trend(cast: Cast, at: datetime, client: Client) -> None:
    me = cast.officer_appraised
    for month in (1, 2):
        make_task(me, cast.economy, month, giver=cast.task_giver.user, month=date(2026, month, 1))
    client.force_login(me.user)
    assert "Chưa có kỳ nào" in client.get("/lich-su/").content.decode()
    first = confirmed(open_month(cast.ward, cast.organisation_officer, month=1), me, at)
    with CaptureQueriesContext(connection) as few:
        own_history(me.user)
    second = confirmed(open_month(cast.ward, cast.organisation_officer, month=2), me, at)
    actions.petition(confirmation_id=second.pk, text="Đề nghị xem lại.", by=me.user, at=at)
    with CaptureQueriesContext(connection) as many:
        (year,) = own_history(me.user)
    assert len(many) == len(few) == 3
    assert [line.sheet.cycle.number for line in year.lines] == [2, 1]
    newest, oldest = year.lines
    assert newest.difference == parse_fraction(second.score) - parse_fraction(first.score)
    assert (oldest.difference, oldest.other_rule, oldest.petitions) == (None, False, ())
    assert len(newest.petitions) == 1
    page = client.get("/lich-su/").content.decode()
    assert "/bang/own-history/" in page
    assert f"/phieu/{newest.sheet.pk}/vi-sao/" in page


def test_the_difference_is_of_exact_scores() -> None:
    """1/300 less than one hundredth apart: figures cut to hundredths would say nothing changed."""
    earlier, later = Confirmation(score="200/3", score_shown=6666), Confirmation(score="20001/300", score_shown=6667)
    assert difference(earlier, later) == Fraction(1, 300)
    assert difference(earlier, Confirmation(score="200/3", score_shown=6666)) == 0
    assert difference(None, later) is None


def test_another_rulebook_is_not_compared(cast: Cast, at: datetime) -> None:
    me = cast.officer_appraised
    for month in (1, 2):
        confirmed(open_month(cast.ward, cast.organisation_officer, month=month), me, at)
    sheets = list(
        Sheet.objects.filter(person=me).order_by("cycle__number").prefetch_related("confirmations", "petitions")
    )
    sheets[0].confirmations.all()[0].rulebook = "local/khac"
    _, later = _lines(sheets)
    assert (later.difference, later.other_rule) == (None, True)


def test_nobody_sees_the_history_of_others(cast: Cast, at: datetime, client: Client) -> None:
    confirmed(open_month(cast.ward, cast.organisation_officer), cast.officer_appraised, at)
    client.force_login(cast.stranger.user)
    page = client.get("/lich-su/").content.decode()
    assert "Chưa có kỳ nào" in page
    assert "/bang/own-history/" not in page, "an empty list is no file"
