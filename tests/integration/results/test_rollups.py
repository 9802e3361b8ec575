"""Quarters, half years and years: which months are in, which are not and why, frozen, replaced, never one's own."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.factories.months import exempted, make_task, sheet_of
from tests.factories.people import add_post
from tests.guards import outside_actions
from tests.integration.results import world
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Confirmation
from thuocdo.audit.models import Event
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.exact import exact_vi
from thuocdo.organisation.models import Employment
from thuocdo.results import actions, queries
from thuocdo.results.models import Rollup

AT = world.day_after(3, 8)
DECEMBER = world.day_after(11, 12)
CHOICE = {"december": ("scored_periods", "Xếp loại trước ngày 15 tháng 12 theo Điều 19.")}


@pytest.fixture
def quarter(cast: Any) -> Any:
    """Three months of two people; the colleague's March is exempted."""
    people = [cast.officer_appraised, cast.colleague]
    world.month_of_work(cast, 1, people)
    world.month_of_work(cast, 2, people, late=1)
    march = world.month_of_work(cast, 3, people[:1], ethics="3")
    exempted(sheet_of(march, cast.colleague), cast.organisation_officer, AT, "Đi học tập trung")
    return cast


def freeze(cast: Any, person: Any, by: Any, **changed: Any) -> Rollup:
    asked: dict[str, Any] = {"kind": "quarter", "year": 2026, "number": 1, "revision": 0, "reason": "", "at": AT}
    return actions.freeze_rollup(person_id=person.pk, by=by.user, **(asked | {"decisions": {}} | changed))


def test_a_quarter_is_the_exact_mean_of_its_three_months(quarter: Any) -> None:
    person = quarter.officer_appraised
    rows = Confirmation.objects.filter(subject=person).order_by("sheet__cycle__number")
    scores = [Fraction(one.score) for one in rows]
    assert len(set(scores)) == 3
    made = freeze(quarter, person, quarter.organisation_officer)
    assert Fraction(made.score) == (scores[0] + scores[1] + scores[2]) / 3
    assert [one["confirmation"] for one in made.included] == [one.pk for one in rows]
    assert (made.left_out, made.band, made.revision) == ([], "excellent", 1)
    assert Event.objects.filter(code="rollup.frozen", chain="PHUONG").count() == 1
    shown = queries.my_rollups(person.user)
    assert [(one.label, one.stale) for one in shown] == [("Quý 1 năm 2026", "")]


def test_a_month_without_a_score_is_left_to_the_authority(quarter: Any) -> None:
    person = quarter.colleague
    page = queries.one_period(quarter.head.user, person.pk, "quarter", 2026, 1, AT.date())
    assert [(p.number, p.score is None, p.words) for p in page.parts][2] == (
        3, True, "miễn lập phiếu: Đi học tập trung",
    )  # fmt: skip
    assert [q.id for q in page.questions] == ["partial_period"]
    assert page.may_decide
    with pytest.raises(Forbidden):
        freeze(quarter, person, quarter.organisation_officer)
    with pytest.raises(Refused) as refused:
        freeze(quarter, person, quarter.head, decisions={"partial_period": ("scored_months", " ")})
    assert refused.value.problems == {"why-partial_period": "Hãy ghi lý do của lựa chọn này."}
    chosen = {"partial_period": ("scored_months", "Theo Điều 11 khoản 2, tương tự.")}
    made = freeze(quarter, person, quarter.head, decisions=chosen)
    assert [one["number"] for one in made.included] == [1, 2]
    assert made.left_out == [{"number": 3, "reason": "other", "words": "miễn lập phiếu: Đi học tập trung"}]
    assert made.decisions["partial_period"]["by"] == quarter.head.full_name
    scores = [Fraction(c.score) for c in Confirmation.objects.filter(subject=person)]
    assert Fraction(made.score) == sum(scores, Fraction(0)) / 2


def test_a_corrected_month_is_flagged_and_never_changes_the_frozen_score(quarter: Any, client: Client) -> None:
    person = quarter.officer_appraised
    made = freeze(quarter, person, quarter.organisation_officer)
    february = Confirmation.objects.get(subject=person, sheet__cycle__number=2)
    world.corrected(february, quarter, AT)
    (shown,) = queries.my_rollups(person.user)
    assert (shown.stale, shown.row.score) == ("tháng 2 đã sửa: cần tính lại", made.score)
    with pytest.raises(Conflict):
        freeze(quarter, person, quarter.organisation_officer)
    with pytest.raises(Refusal, match="Lý do tính lại"):
        freeze(quarter, person, quarter.organisation_officer, revision=1)
    again = freeze(quarter, person, quarter.organisation_officer, revision=1, reason="Tháng 2 đã sửa")
    scores = [Fraction(c.score) for c in Confirmation.objects.filter(subject=person, replaced_by__isnull=True)]
    assert len(scores) == 3
    assert Fraction(again.score) == sum(scores, Fraction(0)) / 3 != Fraction(made.score)
    assert Rollup.objects.get(pk=made.pk).score == made.score
    assert again.replaces_id == made.pk
    with pytest.raises(Refusal, match="không có gì thay đổi"):
        freeze(quarter, person, quarter.organisation_officer, revision=2, reason="Tính lại")
    sheet = february.sheet_id
    for reader, way in ((person, f"/phieu/{sheet}/vi-sao/"), (quarter.inspector, f"/xem/phieu/{sheet}/")):
        client.force_login(reader.user)
        page = client.get(f"/ket-qua/nguoi/{person.pk}/quarter/2026/1/").content.decode()
        assert all(exact_vi(score) in page for score in (*scores, *(Fraction(one.score) for one in (made, again))))
        assert "Lý do tính lại: Tháng 2 đã sửa" in page
        assert f'<a href="{way}">' in page
        assert client.get(way).status_code == 200


def test_december_before_the_fifteenth_needs_a_choice_with_its_reason(cast: Any) -> None:
    person = cast.officer_appraised
    for month in range(1, 12):
        world.month_of_work(cast, month, [person], late=month % 2)
    asked = {"kind": "year", "number": 1, "at": DECEMBER}
    page = queries.one_period(cast.head.user, person.pk, "year", 2026, 1, DECEMBER.date())
    assert [q.id for q in page.questions] == ["december"]
    assert page.parts[11].words == "chưa mở kỳ"
    with pytest.raises(Forbidden):
        freeze(cast, person, cast.organisation_officer, decisions=CHOICE, **asked)
    made = freeze(cast, person, cast.head, decisions=CHOICE, **asked)
    scores = [Fraction(c.score) for c in Confirmation.objects.filter(subject=person)]
    assert Fraction(made.score) == sum(scores, Fraction(0)) / 11
    assert [one["number"] for one in made.included] == list(range(1, 12))
    assert [one["number"] for one in made.left_out] == [12]
    assert made.band == ""


def test_the_year_of_a_head_is_a_mean_that_waits_for_no_level(cast: Any) -> None:
    """The level of the organisation caps the head's level (Điều 20 khoản 6); the mean does not wait for it."""
    for month in range(1, 12):
        world.month_of_work(cast, month, [])
        cycle = cast.head.memberships.get(cycle__number=month).cycle
        make_task(cast.head, cast.economy, 1, month=date(2026, month, 1), giver=cast.task_giver.user)
        world.result(cycle, cast.head, cast, leads=True)
    year = {"kind": "year", "number": 1, "at": DECEMBER}
    made = freeze(cast, cast.head, cast.chairman, **year, decisions=CHOICE)
    assert (made.score, made.band, len(made.included)) == ("99/1", "", 11)
    assert "organisation_level" not in made.facts


def test_many_at_once_leave_what_is_open_and_what_stands(quarter: Any) -> None:
    people = [quarter.officer_appraised.pk, quarter.colleague.pk]
    asked: dict[str, Any] = {"kind": "quarter", "year": 2026, "number": 1, "by": quarter.organisation_officer.user}
    done = actions.freeze_rollups(people=people, at=AT, **asked)
    assert [row.person_id for row in done.made] == people[:1]
    assert "Nghị định không nêu" in done.failed[people[1]]
    assert actions.freeze_rollups(people=people, at=AT, **asked).unchanged == 1
    february = Confirmation.objects.get(subject=quarter.officer_appraised, sheet__cycle__number=2)
    world.corrected(february, quarter, AT)
    (again,) = actions.freeze_rollups(people=people[:1], at=AT, **asked).made
    assert (again.revision, again.replace_reason) == (2, "tháng 2 đã sửa: cần tính lại")
    with pytest.raises(NotYours):
        actions.freeze_rollups(people=people, at=AT, **(asked | {"by": quarter.stranger.user}))
    with pytest.raises(Refusal, match="từ 1 đến"):
        actions.freeze_rollups(people=[], at=AT, **asked)


def test_nobody_rolls_up_the_own_and_strangers_see_nothing(quarter: Any) -> None:
    person = quarter.officer_appraised
    with pytest.raises(Forbidden, match="chính mình"):
        freeze(quarter, person, person)
    for stranger in (quarter.stranger, quarter.colleague):
        with pytest.raises(NotYours):
            queries.one_period(stranger.user, person.pk, "quarter", 2026, 1, AT.date())
        with pytest.raises(NotYours):
            freeze(quarter, person, stranger)
    with pytest.raises(NotYours):
        freeze(quarter, person, quarter.inspector)
    with pytest.raises(NotYours):
        queries.one_period(person.user, person.pk, "quarter", 2026, 7, AT.date())
    made = freeze(quarter, person, quarter.organisation_officer)
    with outside_actions(), pytest.raises(DatabaseError), transaction.atomic():
        Rollup.objects.filter(pk=made.pk).update(score="100")


@pytest.mark.parametrize("elsewhere", [False, True])
def test_who_left_the_post_reads_no_more_of_the_year(
    quarter: Any, client: Client, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    """A former evaluator, without any duty or as head of another unit, reads neither the months judged nor the later
    ones; who follows in the post reads all, before having judged any."""
    person, head, on = quarter.officer_appraised, quarter.head, AT.date()
    asked = (person.pk, "quarter", 2026, 1)
    assert [p.score is None for p in queries.one_period(head.user, *asked, on).parts] == [False] * 3
    with outside_actions():
        Employment.objects.filter(person__in=(head, quarter.office_head)).update(end=on)
        Employment.objects.filter(person=quarter.deputy).update(leadership="head")
    if elsewhere:
        add_post(head, quarter.office, "Chánh Văn phòng", leadership="head", start=on)
    with pytest.raises(NotYours):
        queries.one_period(head.user, *asked, on)
    with pytest.raises(NotYours):
        actions.record_results_view(person_id=person.pk, year=2026, by=head.user, at=AT)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(head.user)
    assert client.get(f"/ket-qua/nguoi/{person.pk}/quarter/2026/1/").status_code == 404
    assert [p.score is None for p in queries.one_period(quarter.deputy.user, *asked, on).parts] == [False] * 3


def test_quarters_are_not_mixed_with_months(cast: Any) -> None:
    person = cast.officer_appraised
    world.month_of_work(cast, 1, [person])
    second = world.open_period(cast, 2, "quarter")
    assert second.kind == "quarter"
    page = queries.one_period(person.user, person.pk, "half_year", 2026, 1, AT.date())
    assert "chưa quy định cách tổng hợp lẫn" in page.waits
    assert page.mean
    assert page.mean.score is None
    with pytest.raises(Refusal, match="tổng hợp lẫn"):
        freeze(cast, person, cast.head, kind="half_year")
    alone = queries.one_period(person.user, person.pk, "quarter", 2026, 2, AT.date())
    assert "chính kỳ quý" in alone.waits


def test_a_look_of_somebody_else_is_on_the_record_once(quarter: Any) -> None:
    person = quarter.officer_appraised
    for _ in range(2):
        actions.record_results_view(person_id=person.pk, year=2026, by=quarter.inspector.user, at=AT)
    actions.record_results_view(person_id=person.pk, year=2026, by=person.user, at=AT)
    assert Event.objects.filter(code="sheet.year_viewed").count() == 1
    with pytest.raises(NotYours):
        actions.record_results_view(person_id=person.pk, year=2026, by=quarter.stranger.user, at=AT)
