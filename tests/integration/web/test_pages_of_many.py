"""Lists of a large agency come page by page, and what is kept between requests is what would be worked out anew."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast, build_cast
from tests.factories import months
from thuocdo.accounts.models import User
from thuocdo.organisation import compiled, planned, reach, waiting, waiting_written
from thuocdo.organisation.models import Role, Unit, UnitLink
from thuocdo.organisation.queries import roles_over, units_where
from thuocdo.rulesets import catalogue
from thuocdo.web.rules import library
from thuocdo.work import queries

pytestmark = pytest.mark.django_db
MONTH = date(2026, 2, 1)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def test_people_to_assign_come_in_pages_those_without_work_first(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    months.make_task(cast.officer_appraised, cast.economy, 1)
    whole = queries.people_to_assign(cast.head.user, MONTH, MONTH)
    codes = [post.person.code for post in whole.posts]
    assert len(codes) == len(set(codes)) == whole.people == whole.without + 1
    assert codes[-1] == cast.officer_appraised.code
    names = [(post.person.sort_key, post.person.code) for post in whole.posts[:-1]]
    assert names == sorted(names)
    monkeypatch.setattr(queries, "PAGE", 2)
    parts = [queries.people_to_assign(cast.head.user, MONTH, MONTH, n) for n in range(1, whole.pages * 9)]
    assert [p.person.code for part in parts[: parts[0].pages] for p in part.posts] == codes
    assert (parts[0].people, parts[0].without) == (whole.people, whole.without)
    assert queries.people_to_assign(cast.head.user, MONTH, MONTH, 99).number == parts[0].pages
    client.force_login(cast.head.user)
    first = client.get("/giao-viec/?thang=2&nam=2026&trang=x").content.decode()
    assert "trang=2" in first
    assert f"{whole.without} người chưa được giao" in first
    last = client.get(f"/giao-viec/?thang=2&nam=2026&trang={parts[0].pages}").content.decode()
    assert cast.officer_appraised.full_name in last
    assert "Trang trước" in last
    assert "Trang sau" not in last


def test_the_question_written_once_is_the_question_written_anew(cast: Cast) -> None:
    sources = (reach._own_roots, *reach._MORE)
    for user in (cast.head.user, cast.organisation_officer.user, cast.colleague.user):
        for day in (MONTH, date(2026, 7, 1), MONTH):
            anew = compiled.joined([part for source in sources for part in source(user, day)])
            sql, values = compiled.joined_once(sources, user, day)
            assert (sql, [getattr(value, "value", value) for value in values]) == anew
    assert reach.reach_of(cast.head.user, MONTH)["headed"] == frozenset({cast.economy.pk})
    assert "headed" not in reach.reach_of(cast.colleague.user, MONTH)


def test_roles_over_one_unit_are_those_whose_units_hold_it(cast: Cast) -> None:
    old = Unit.objects.create(code="CU", name="Phòng cũ", kind=Unit.Kind.COMPONENT, start=date(2020, 1, 1), end=MONTH)
    UnitLink.objects.create(tree=UnitLink.Tree.SUCCESSION, parent=cast.economy, child=old, start=MONTH)
    seen = set()
    for user in User.objects.all():
        for day in (MONTH, date(2019, 1, 1)):
            below = {kind: units_where(user, kind, day) for kind in Role.Kind.values}
            for unit in Unit.objects.values_list("pk", flat=True):
                over = roles_over(user, unit, day)
                assert over == {kind for kind, units in below.items() if unit in units}
                seen |= {(kind, unit) for kind in over}
    assert {("officer", old.pk), ("inspector", old.pk), ("officer", cast.economy.pk)} <= seen


def test_a_question_that_looks_at_more_than_the_key_is_refused(cast: Cast) -> None:
    def text(user: object, on: date) -> list[object]:
        return [reach.root("x", reach.EXACT, reach.Role.objects.filter(unit__name=str(user.pk)))]  # type: ignore[attr-defined]

    def shape(user: object, on: date) -> list[object]:
        return [reach.root("x", reach.EXACT, reach.Role.objects.all())] * (1 + user.pk % 2)  # type: ignore[attr-defined]

    for wrong, why in ((text, "something else"), (shape, "depends on who asks")):
        with pytest.raises(ValueError, match=why):
            compiled.joined_once((wrong,), cast.head.user, MONTH)  # type: ignore[arg-type]


def test_the_to_do_list_written_once_is_the_one_written_anew(cast: Cast) -> None:
    for who in (cast.head, cast.organisation_officer, cast.colleague, cast.officer_appraised):
        for moment in (datetime(2026, 2, 27, 9, tzinfo=UTC), datetime(2026, 3, 6, 16, tzinfo=UTC)):
            assert who.user is not None
            asking = waiting.Asking(who.user, moment)
            parts = [part for source in waiting._SOURCES for part in source.rows(asking)]
            anew = sorted(waiting.Row(*row) for row in parts[0].union(*parts[1:], all=True))
            for _ in range(2):
                assert sorted(waiting._found(asking)) == anew
    kept = waiting_written._kept.cache_info()
    assert kept.hits >= kept.misses


def test_what_is_kept_of_the_to_do_list_takes_nothing_from_who_asked_first(cast: Cast) -> None:
    def asks_first(asking: waiting.Asking) -> list[object]:
        return [] if Unit.objects.exists() else [Unit.objects.values_list("pk")]

    def by_name(asking: waiting.Asking) -> list[object]:
        return [Unit.objects.filter(name=asking.user.username).values_list("pk")]

    def smallest(asking: waiting.Asking) -> list[object]:
        return [Unit.objects.filter(pk=min(asking.units("headed"))).values_list("pk")]

    def all_units(asking: waiting.Asking) -> list[object]:
        return [Unit.objects.filter(pk__in=asking.units("headed") | asking.units("led")).values_list("pk")]

    assert cast.head.user is not None
    asking = waiting.Asking(cast.head.user, datetime(2026, 2, 27, 9, tzinfo=UTC))
    places = waiting_written._places(asking.reach)
    def an_hour_before(asking: waiting.Asking) -> list[object]:
        return [User.objects.filter(last_login__gt=asking.at - timedelta(hours=1)).values_list("pk")]

    for rows in (asks_first, by_name, smallest, an_hour_before):
        assert waiting_written._kept(rows, asking.on, places, connection.vendor) is None
        anew = waiting_written.Written(*waiting_written._text(rows(asking)))  # type: ignore[arg-type]
        assert waiting_written.written(rows, asking) == anew  # type: ignore[arg-type]
    one = waiting_written.written(all_units, asking)  # type: ignore[arg-type]
    assert one.planned
    assert len(one.units) == int(connection.vendor == "postgresql")
    before, keys = waiting_written.with_units(one.units, asking)
    found = planned.fetched(before + one.sql, [*keys, *one.values])
    assert {key for (key,) in found} == asking.units("headed", "led")


def test_a_question_is_planned_once_and_answered_for_whoever_asks(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "SELECT id, %s, %s, %s, '100%%' FROM organisation_unit WHERE id <> %s AND %s < %s ORDER BY id"
    monkeypatch.setattr(planned, "KEPT", 3)
    units = list(Unit.objects.order_by("pk").values_list("pk", flat=True))

    def asked(but: int, fixed: object, least: int) -> list[tuple[object, ...]]:
        given = planned.Given(but, "bigint"), planned.Given(least, "bigint")
        return planned.fetched(sql, [fixed, "ba's $1", None, given[0], 5, given[1]])

    for fixed in (1, True, "1", 2, 1):
        for but, least in ((units[0], 9), (units[1], 9), (units[0], 1), (0, 2**40)):
            expected = [(key, fixed, "ba's $1", None, "100%") for key in units if key != but and least > 5]
            assert asked(but, fixed, least) == expected
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'planned%%'")
            assert 1 <= cursor.fetchone()[0] <= 3


def test_a_question_for_keys_is_refused_where_a_key_is_not_compared() -> None:
    def doubled(key: int) -> list[object]:
        return [Unit.objects.filter(pk=key * 2).values_list("pk")]

    with pytest.raises(ValueError, match="not among the values"):
        compiled.asked_for(doubled, 7)  # type: ignore[arg-type]


def test_the_shelf_is_read_again_when_a_folder_changes(tmp_path: Path, settings: object) -> None:
    before = catalogue.shelf()
    assert catalogue.shelf() is before
    overlay = tmp_path / "unit" / "mine"
    settings.EXTRA_RULEBOOKS = str(tmp_path)  # type: ignore[attr-defined]
    assert [key for key, _ in catalogue.shelf().books] == [key for key, _ in before.books]
    overlay.mkdir(parents=True)
    (overlay / "overlay.toml").write_text("key = ")
    assert "unit/mine" in catalogue.overlays()
    assert all(key != "unit/mine" for fits in catalogue.fitting().values() for key, _ in fits)
    broken = tmp_path / "unit" / "book"
    broken.mkdir()
    (broken / "instrument.toml").write_text("x")
    os.utime(tmp_path / "unit")
    assert [key for key, _ in catalogue.broken()] == ["unit/book"]
    (broken / "instrument.toml").unlink()
    assert catalogue.broken() == []
    assert len(library.shelves()) == len(library.shelves())
