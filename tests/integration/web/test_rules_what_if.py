"""What-if on a closed month: counts first, the list of people recorded, nothing stored, and only for those in scope."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clients import page_of
from tests.factories import months
from tests.factories.people import give_role, make_person, make_unit
from tests.integration.web import crowd
from tests.integration.web.crowd import AT, Crowd
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.queries import viewers
from thuocdo.appraisals.what_if import withheld_of
from thuocdo.audit.models import Event
from thuocdo.cli.main import run
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Role
from thuocdo.rulesets import catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    moment = AT + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    return moment


@pytest.fixture
def people() -> Crowd:
    found = crowd.gather(6, every_deputy=0)
    for person in found.people:
        months.make_task(person, found.agency, 1)
    return found


@pytest.fixture
def closed(people: Crowd, at: Any) -> Cycle:
    """Six confirmed sheets, all excellent; every other sheet exempted; closed."""
    cycle = months.open_month(people.place, people.officer)
    for person in people.people:
        months.confirmed(cycle, person, at)
    for sheet in Sheet.objects.filter(cycle=cycle).exclude(state="confirmed"):
        months.exempted(sheet, people.officer, at)
    actions.close_cycle(cycle_id=cycle.pk, by=people.officer.user, at=at)
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def officer(client: Client, people: Crowd) -> Client:
    client.force_login(people.officer.user)
    return client


def path(cycle: Cycle) -> str:
    return f"/quy-tac/neu-doi/{cycle.pk}/"


def test_a_higher_bound_says_who_would_fall_and_changes_nothing(officer: Client, people: Crowd, closed: Cycle) -> None:
    before = list(Confirmation.objects.order_by("pk").values_list("outcome", "band"))
    events = Event.objects.count()
    page = page_of(officer.get(path(closed), {"muc-excellent": "99,5"}), 200)
    assert "<dt>Xuống mức</dt><dd>6</dd>" in page
    assert "Lê Thị CC000" not in page
    command = f"thuocdo whatif --period {closed.pk} --account {people.officer.user.username}"
    assert f"{command} --set bands.excellent.at_least=99.5" in page
    assert list(Confirmation.objects.order_by("pk").values_list("outcome", "band")) == before
    assert Event.objects.count() == events
    assert "<dt>Đổi kết quả</dt><dd>0</dd>" in page_of(officer.get(path(closed), {"muc-excellent": "99"}), 200)


def test_the_list_of_people_is_recorded_and_shown_to_each_of_them(
    officer: Client, closed: Cycle, people: Crowd
) -> None:
    page = page_of(officer.post(path(closed), {"muc-excellent": "99,5"}), 200)
    assert all(person.full_name in page for person in people.people)
    (event,) = Event.objects.filter(code="sheet.what_if_viewed")
    assert event.touched.count() == 6
    owner = people.people[0]
    sheet = months.sheet_of(closed, owner)
    assert owner.user is not None
    assert [viewer.name for viewer in viewers(owner.user, sheet.pk)] == [people.officer.full_name]
    page_of(officer.post(path(closed), {"muc-excellent": "99,4"}), 200)
    assert Event.objects.filter(code="sheet.what_if_viewed").count() == 1


def test_small_units_show_no_figures(officer: Client, people: Crowd, at: Any) -> None:
    cycle = months.open_month(people.place, people.officer)
    for person in people.people[:3]:
        months.confirmed(cycle, person, at)
    for sheet in Sheet.objects.filter(cycle=cycle).exclude(state="confirmed"):
        months.exempted(sheet, people.officer, at)
    actions.close_cycle(cycle_id=cycle.pk, by=people.officer.user, at=at)
    page = page_of(officer.get(path(cycle), {"muc-excellent": "99,5"}), 200)
    assert "dưới 5 phiếu" in page
    assert "Xuống mức" not in page
    assert "Nguyễn" not in page.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"muc-excellent": "chín mươi"}, "không đọc được “chín mươi”"),
        ({"muc-excellent": "60"}, '<a href="#muc-excellent">Không thử được thay đổi này: ngưỡng 70'),
        ({"diem-rounding": "khong-co"}, "Không có cách hiểu này"),
    ],
)
def test_an_impossible_change_is_refused_and_stays_typed(
    officer: Client, closed: Cycle, typed: dict[str, str], said: str
) -> None:
    page = page_of(officer.get(path(closed), typed), 400)
    assert said in page
    assert "khóa “" not in page
    assert "chín mươi" not in typed.values() or 'value="chín mươi"' in page


def test_another_reading_of_an_open_point_may_be_tried(officer: Client, closed: Cycle) -> None:
    book = catalogue.load("state/nd-335-2025", ("overlays/vi-du-phuong",))
    point = next(p for p in book.open_points if p.id == "rounding")
    for reading in point.readings:
        page_of(officer.get(path(closed), {"diem-rounding": reading.id}), 200)


def test_a_period_that_is_open_is_refused(officer: Client, people: Crowd, at: Any) -> None:
    cycle = months.open_month(people.place, people.officer)
    assert "chưa khóa" in page_of(officer.get(path(cycle)), 400)


def test_only_officers_and_inspectors_of_the_place_reach_it(client: Client, closed: Cycle, people: Crowd) -> None:
    client.force_login(people.people[0].user)
    assert client.get(path(closed)).status_code == 403
    client.force_login(people.head.user)
    assert client.get(path(closed)).status_code == 403
    stranger = make_person("XX001", "Trịnh Xuân Bách", people.agency)
    elsewhere = make_unit("KHAC", "Phường Long Biên")
    give_role(stranger, elsewhere, Role.Kind.INSPECTOR)
    client.force_login(stranger.user)
    assert client.get(path(closed)).status_code == 404
    assert client.post(path(closed), {"muc-excellent": "99,5"}).status_code == 404
    give_role(stranger, people.place, Role.Kind.INSPECTOR)
    assert client.get(path(closed)).status_code == 200
    assert path(closed) in page_of(client.get("/quy-tac/neu-doi/"), 200)


@pytest.mark.parametrize(
    ("people", "withheld"),
    [
        ({1: 9, 2: 8}, set()),
        ({1: 9, 2: 4, 3: 6}, {2, 3}),
        ({1: 9, 2: 4, 3: 1}, {2, 3}),
        ({1: 9, 2: 2, 3: 2, 4: 20}, {1, 2, 3}),
        ({1: 4, 2: 9}, {1, 2}),
    ],
)
def test_no_withheld_count_is_left_over_when_the_others_are_taken_off(
    people: dict[int, int], withheld: set[int]
) -> None:
    assert withheld_of(people) == withheld
    assert not 0 < sum(people[unit] for unit in withheld) < 5


def test_the_command_line_counts_what_the_account_may_follow(
    people: Crowd, closed: Cycle, capsys: pytest.CaptureFixture[str]
) -> None:
    change = ["--period", str(closed.pk), "--set", "bands.excellent.at_least=101"]
    events = Event.objects.count()
    assert run(["whatif", *change, "--account", people.officer.user.username]) == 3
    assert "101" in capsys.readouterr().err
    change[-1] = "bands.excellent.at_least=99.99"
    assert run(["whatif", *change, "--account", people.officer.user.username]) == 0
    said = capsys.readouterr().out
    assert "6 kết quả" in said
    assert "Không lưu gì" in said
    assert run(["whatif", *change, "--account", people.officer.user.username, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["rulebooks"]
    assert (found["rulebook"], found["people"]) == ("state/nd-335-2025", 6)
    assert sum(row["before"] for row in found["levels"]) == sum(row["after"] for row in found["levels"]) == 6
    for account in (people.people[0].user.username, "khong-co"):
        assert run(["whatif", *change, "--account", account]) == 3
        assert capsys.readouterr().out == ""
    assert Event.objects.count() == events
