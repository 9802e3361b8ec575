"""Who belongs to a month: constant queries for any number of people; readiness says what is missing."""

from dataclasses import replace
from datetime import date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from tests.cast import Cast
from tests.factories import schemes
from tests.factories.months import OPENED, make_task, open_month
from tests.factories.people import CREATED, START, add_post
from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.audit.tokens import names
from thuocdo.cycles import outlook, outlook_kept
from thuocdo.cycles.models import Member
from thuocdo.cycles.population import population, posts_of_one, read_facts, scope_for
from thuocdo.cycles.queries import cycles_of_officer, readiness
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.models import ActingHead, Employment, Person, Role, Unit, UnitLink
from thuocdo.records.models import Absence
from thuocdo.rulesets.models import Binding
from thuocdo.web.organisation_office import cycles_typed


def crowd(cast: Cast, count: int) -> None:
    """Many civil servants of one division, written in bulk."""
    with outside_actions():
        users = User.objects.bulk_create(
            [
                User(username=f"d{n}", display_name=f"Người {n}", password="!", created_at=CREATED)
                for n in range(count)
            ]
        )
        people = Person.objects.bulk_create(
            [
                Person(
                    code=f"D{n:04d}",
                    full_name=f"Nguyễn Văn {n}",
                    sort_key=f"{n:04d}",
                    search_key=f"{n}",
                    user=u,
                )
                for n, u in enumerate(users)
            ]
        )
        Employment.objects.bulk_create(
            [
                Employment(
                    person=p,
                    unit=cast.economy,
                    kind="civil_servant",
                    position="Chuyên viên",
                    leadership="none",
                    start=START,
                )
                for p in people
            ]
        )


def reads(cast: Cast, count: int, at: datetime) -> int:
    crowd(cast, count)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = population(scope_for(cast.ward, "month", 2026, 2, at), {})
    assert len(found) > count
    return len(seen)


@pytest.mark.parametrize("count", [60, 600])
def test_the_population_is_read_in_a_constant_number_of_queries(cast: Cast, at: datetime, count: int) -> None:
    assert reads(cast, count, at) <= 14


@pytest.mark.parametrize("count", [60, 600])
def test_opening_reads_no_more_for_more_people(cast: Cast, at: datetime, count: int) -> None:
    crowd(cast, count)
    with CaptureQueriesContext(connection) as seen:
        open_month(cast.ward, cast.organisation_officer, at=at)
    selects = [
        q["sql"] for q in seen if q["sql"].startswith("SELECT") and "audit_eventobject" not in q["sql"]
    ]
    assert len(selects) <= 28  # three of them for the totals of the period


def test_a_large_period_is_counted_by_seats(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, client: Client, django_assert_max_num_queries: Any
) -> None:
    """The same counts as person by person, with people who are away, moved, act as head or have a sheet elsewhere."""
    officer = cast.organisation_officer.user
    open_month(cast.culture, cast.organisation_officer)
    with outside_actions():
        ActingHead.objects.create(
            person=cast.deputy, unit=cast.economy, start=date(2026, 1, 1), kind="in_charge", decision="Văn bản số 1"
        )
    asked = (officer, cast.ward.pk, "month", 2026, 2, at)
    one_by_one = readiness(*asked)
    monkeypatch.setattr(outlook, "AT_ONCE", 3)
    with django_assert_max_num_queries(18):
        counted = readiness(*asked)
    assert counted.large
    assert not one_by_one.large
    assert dict(counted.counts) == dict(one_by_one.counts)
    assert (counted.in_count, counted.out_count) == (len(one_by_one.inside), len(one_by_one.outside))
    assert sum(count for _, count in counted.reasons) == counted.out_count
    assert counted.without_account == sum(not r.candidate.person.active for r in one_by_one.inside)
    standing = {r.candidate.person.pk: (r.candidate.standing, r.evaluator, r.warnings) for r in one_by_one.people}
    assert counted.people
    for ready in counted.people:
        assert (ready.candidate.standing, ready.evaluator, ready.warnings) == standing[ready.candidate.person.pk]
    client.force_login(officer)
    page = f"/to-chuc/ky/mo/ra-soat/?root={cast.ward.pk}&kind=month&number=2&year=2026&submit_by=01/03/2026"
    shown = client.get(f"{page}&submit_by_time=17:00&confirm_by=06/03/2026&confirm_by_time=17:00").content.decode()
    assert "Kỳ đông người" in shown
    assert "Không thuộc kỳ, theo lý do" in shown


def test_a_kept_review_is_read_anew_whatever_changes(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    """What is kept equals what is read person by person after every change of a table that it rests on."""
    asked = (cast.organisation_officer.user, cast.ward.pk, "month", 2026, 2, at)
    staff, colleague = cast.officer_appraised, cast.deputy
    monkeypatch.setattr(outlook_kept, "_KEPT", {})

    def same() -> None:
        monkeypatch.setattr(outlook, "AT_ONCE", 10**6)
        outlook_kept._KEPT.clear()
        one_by_one = readiness(*asked)
        monkeypatch.setattr(outlook, "AT_ONCE", 3)
        outlook_kept._KEPT.update(before)
        shown = readiness(*asked)
        assert dict(shown.counts) == dict(one_by_one.counts)
        assert shown.without_account == sum(not r.candidate.person.active for r in one_by_one.inside)
        people = {r.candidate.person: (r.candidate.standing, r.evaluator) for r in one_by_one.people}
        assert shown.people
        assert all(people[r.candidate.person] == (r.candidate.standing, r.evaluator) for r in shown.people)
        assert {r.candidate.employment.unit.name for r in shown.people} <= set(
            Unit.objects.values_list("name", flat=True)
        )

    def renamed() -> None:
        Person.objects.filter(pk=staff.pk).update(full_name="Tên Mới")

    def unit_renamed() -> None:
        Unit.objects.filter(pk=cast.economy.pk).update(name="Phòng mang tên mới")

    def signed_off() -> None:
        User.objects.filter(person=staff).update(is_active=False)

    def without_account() -> None:
        Person.objects.filter(pk=staff.pk).update(user=None)

    def away() -> None:
        Absence.objects.create(person=colleague, kind="study", start=date(2026, 1, 1))

    def back() -> None:
        Absence.objects.filter(person=colleague).delete()

    def bound() -> None:
        Binding.objects.create(
            unit=cast.ward, subject_kind="civil_servant", start=date(2026, 1, 2), decided_by="Ủy ban", reason="Chưa có"
        )

    def unbound() -> None:
        Binding.objects.filter(reason="Chưa có").delete()

    def elsewhere() -> None:
        open_month(cast.culture, cast.organisation_officer)

    def let_go() -> None:
        Member.objects.filter(cycle__root=cast.culture).update(standing="choice", reason="Thử")

    def post_ended() -> None:
        Employment.objects.filter(person=staff).update(end=date(2026, 1, 15))

    changes = (
        renamed, unit_renamed, signed_off, without_account, away, back, bound, unbound, elsewhere, let_go, post_ended
    )  # fmt: skip
    before: dict[Any, Any] = {}
    same()
    for change in changes:
        with django_assert_max_num_queries(6):
            readiness(*asked)
        before = dict(outlook_kept._KEPT)
        assert before
        with outside_actions():
            change()
        same()


@pytest.mark.django_db
def test_the_triggers_of_the_review_stand_after_all_migrations() -> None:
    """A migration that makes a table anew on SQLite takes its triggers along."""
    watched = import_module("thuocdo.cycles.migrations.0010_outlook_revision").WATCHED
    query = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = set(cursor.fetchall())
    for table, steps in watched.items():
        named = names(outlook_kept.TABLE, table, steps) if connection.vendor == "sqlite" else [outlook_kept.TABLE]
        assert {(table, name) for name in named} <= found


def test_readiness_says_who_and_why_and_what_is_missing(
    cast: Cast, at: datetime, django_assert_max_num_queries: Any
) -> None:
    make_task(cast.officer_appraised, cast.economy)
    officer = cast.organisation_officer.user
    with django_assert_max_num_queries(25):
        ready = readiness(officer, cast.ward.pk, "month", 2026, 2, at)
    by_person = {r.candidate.person.pk: r for r in ready.people}
    grouped = ready.outside_by_reason
    assert sorted(r.candidate.person.pk for _, people in grouped for r in people) == sorted(
        r.candidate.person.pk for r in ready.outside
    )
    assert all(r.candidate.reason == reason for reason, people in grouped for r in people)
    twice = replace(ready, people=(*ready.people, *ready.outside)).outside_by_reason
    assert [len(people) for _, people in twice] == [2 * len(people) for _, people in grouped]
    scope = scope_for(cast.ward, "month", 2026, 2, at)
    every = read_facts(scope).posts
    for person in Person.objects.all():
        assert posts_of_one(scope, person.pk) == every.get(person.pk, [])
    assert by_person[cast.officer_appraised.pk].warnings == ()
    assert by_person[cast.officer_appraised.pk].evaluator == "Lê Minh Đức"
    assert by_person[cast.without_account.pk].warnings == (
        "Chưa có tài khoản, nên chưa tự lập phiếu được",
        "Chưa được giao công việc nào trong kỳ",
    )
    assert {r.candidate.person.pk for r in ready.to_choose} == {cast.mover.pk, cast.on_maternity.pk}
    assert ready.existing is None
    for other in (cast.head.user, cast.inspector.user, cast.stranger.user):
        with pytest.raises(NotYours):
            readiness(other, cast.ward.pk, "month", 2026, 2, at)
    for kind, number in (("month", 13), ("half_year", 1), ("year", 2)):
        with pytest.raises(Refusal):
            readiness(officer, cast.ward.pk, kind, 2026, number, at)
    cycle = open_month(cast.ward, cast.organisation_officer)
    assert readiness(officer, cast.ward.pk, "month", 2026, 2, at).existing == cycle.pk
    assert cycles_of_officer(officer, at) == [cycle]
    assert cycles_of_officer(cast.head.user, at) == []


def standing(cast: Cast, person: Person, at: datetime) -> tuple[str, str]:
    found = {c.person.pk: c for c in population(scope_for(cast.ward, "month", 2026, 2, at), {})}
    return found[person.pk].standing, found[person.pk].reason


def test_abuse_40_missing_double_and_own_heads_have_no_evaluator(cast: Cast, at: datetime) -> None:
    with outside_actions():
        Employment.objects.filter(person=cast.office_head).update(end=date(2026, 2, 1))
    assert standing(cast, cast.organisation_officer, at) == (
        Member.Standing.NO_EVALUATOR,
        "Chưa ghi nhận người đứng đầu của “Văn phòng”; hãy ghi nhận người đứng đầu hoặc người phụ trách.",
    )
    with outside_actions():
        Employment.objects.filter(person=cast.deputy).update(leadership="head")
    assert "2 người đứng đầu" in standing(cast, cast.officer_appraised, at)[1]
    with outside_actions():
        Employment.objects.filter(person=cast.chairman_above).update(end=date(2026, 2, 1))
        Employment.objects.filter(person=cast.chairman).update(unit=cast.city)
    add_post(cast.head_elsewhere, cast.committee, "Phụ trách", leadership="head", start=date(2026, 3, 1))
    assert "không ai tự đánh giá mình" in standing(cast, cast.head_elsewhere, at)[1]


def test_abuse_40_one_sheet_for_one_period_even_under_two_roots(cast: Cast, at: datetime) -> None:
    with outside_actions():
        from thuocdo.organisation.models import Role

        Role.objects.create(person=cast.organisation_officer, unit=cast.culture, kind="officer", start=START)
    open_month(cast.culture, cast.organisation_officer)
    assert standing(cast, cast.head_elsewhere, at) == (
        Member.Standing.CHOICE,
        "Đã có phiếu tháng 2 năm 2026 trong kỳ do “Phòng Văn hóa - Xã hội” mở; mỗi người chỉ lập một "
        "phiếu cho một kỳ.",
    )


@pytest.mark.parametrize(
    ("kind", "first", "oldest"),
    [("month", 2013, "Đà Nẵng"), ("quarter", 2018, "QĐ 4631"), ("year", 2015, "NĐ 56/2015")],
)
def test_a_period_opens_from_the_year_of_the_oldest_rulebook_for_its_kind(kind: str, first: int, oldest: str) -> None:
    asked = {"kind": kind, "number": "1", "root": "1", "submit_by": "05/03/2026", "submit_by_time": "17:00"}
    asked |= {"confirm_by": "09/03/2026", "confirm_by_time": "17:00", "year": str(first)}
    assert cycles_typed.opening(asked).year == first
    with pytest.raises(Refusal, match=f"Năm phải từ {first}.*{oldest}") as refused:
        cycles_typed.opening(asked | {"year": str(first - 1)})
    assert "335" not in refused.value.message


def test_a_month_of_2022_opens_under_the_scheme_that_bound_the_unit_then(cast: Cast) -> None:
    schemes.bound(cast, *schemes.HA_NOI)
    with outside_actions():
        Binding.objects.update(start=date(2021, 10, 28))
        for dated in (Unit, UnitLink, Role, Employment):
            dated.objects.update(start=date(2021, 1, 1))
    cycle = schemes.opened_period(cast, number=3, year=2022)
    assert (cycle.year, {pin["rulebook"] for pin in cycle.pins}) == (2022, {schemes.HA_NOI[0]})


def test_what_the_product_takes_for_granted_is_said_before_a_period_opens(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    schemes.bound(cast, "local/ha-noi-3251-2022")
    officer = cast.organisation_officer.user
    asked = officer, cast.ward.pk, "month", 2026, 2
    (said,) = readiness(*asked, OPENED).assumed
    assert said[0] == "QĐ 3251-QĐ/TU (Hà Nội, 2022)"
    assert said[1].startswith("Từ 01/01/2026 công chức Hà Nội theo Quy định này hay chỉ theo Nghị định 335/2025")
    client.force_login(officer)
    page = f"/to-chuc/ky/mo/ra-soat/?root={cast.ward.pk}&kind=month&number=2&year=2026&submit_by=01/03/2026"
    shown = client.get(f"{page}&submit_by_time=17:00&confirm_by=06/03/2026&confirm_by_time=17:00").content.decode()
    assert escape(said[1]) in shown
    monkeypatch.setattr(outlook, "AT_ONCE", 3)
    monkeypatch.setattr(outlook, "LISTED", 0)
    large = readiness(*asked, OPENED)
    assert (large.large, large.people, large.assumed) == (True, (), (said,))
