"""Who left a post and heads another unit now reads nothing more of the people judged before (abuse case 4)."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.factories.months import confirmed, judgement, sheet_of, submitted
from tests.factories.people import add_post
from tests.guards import outside_actions
from thuocdo.appraisals import queries
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.organisation.models import Employment


def moved(cast: Cast, at: datetime) -> None:
    """The head of the economy division leaves it and heads the office."""
    with outside_actions():
        Employment.objects.filter(person__in=(cast.head, cast.office_head)).update(end=at.date())
    add_post(cast.head, cast.office, "Chánh Văn phòng", leadership="head", start=at.date())


def test_the_page_of_judging_is_closed_in_every_state(
    cast: Cast, february: Cycle, at: datetime, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Confirmed before, filed before, filed after leaving: the sheet, the result that is tried, the page."""
    monkeypatch.setattr("thuocdo.web.access.today", at.date)
    done = confirmed(february, cast.officer_appraised, at).sheet_id
    before = submitted(february, cast.colleague, at).pk
    head: Any = cast.head.user
    assert queries.sheet_to_evaluate(head, done, at).view.confirmation, "in the post, what is confirmed is read again"
    assert queries.preview_judgement(head, before, judgement()).band == "excellent"
    with CaptureQueriesContext(connection) as asked:
        judging = queries.sheet_to_evaluate(head, before, at)
        assert queries.preview_judgement(head, judging, judgement()).band == "excellent"
    assert sum("actinghead" in one["sql"] for one in asked) == 1, "the post is asked once for the page and its result"
    moved(cast, at)
    after = submitted(february, cast.team_head, at).pk
    client.force_login(head)
    for sheet in (done, before, after):
        with pytest.raises(Forbidden, match="không còn là người đứng đầu"):
            queries.sheet_to_evaluate(head, sheet, at)
        with pytest.raises(Forbidden):
            queries.preview_judgement(head, sheet, judgement())
        answer = client.get(reverse("evaluate_sheet", args=[sheet]))
        assert answer.status_code == 403
        assert cast.officer_appraised.full_name not in answer.content.decode()
    with outside_actions():
        Employment.objects.filter(person=cast.deputy).update(leadership="head")
    with pytest.raises(Forbidden):
        queries.sheet_to_evaluate(head, done, at)


def test_the_year_is_closed_too_and_stays_open_in_the_post(
    cast: Cast, february: Cycle, at: datetime, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thuocdo.web.access.today", at.date)
    confirmed(february, cast.officer_appraised, at)
    person = cast.officer_appraised
    head: Any = cast.head.user
    sheet = sheet_of(february, person)
    assert [m.month for m in queries.year_draft(head, person.pk, 2026, at).months if m.score] == [2]
    assert queries.may_see_year_of(sheet, head, at)
    moved(cast, at)
    client.force_login(head)
    with pytest.raises(NotYours):
        queries.year_draft(head, person.pk, 2026, at)
    assert not queries.may_see_year_of(sheet_of(february, person), head, at)
    assert client.get(reverse("form_02_of", args=[person.pk, 2026, "pdf"])).status_code == 404
