"""One member is rated by one scheme: the round asks whether the person holds a post and gives the level, and every
finding, that the command gives a case file which says the same."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.factories import conclusions as world
from tests.factories.conclusions import MEMBER, PLAIN, file_own, verify
from tests.factories.party import join
from tests.factories.people import make_person
from tests.factories.rounds import AT, Ward, plan
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.cli.main import run
from thuocdo.conclusions import facts
from thuocdo.kernel.errors import Refusal, Several
from thuocdo.reviews.layouts import layouts_for
from thuocdo.rounds import actions as rounds
from thuocdo.rounds import books
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rounds.rechecking import found_for

pytestmark = pytest.mark.django_db
COUNTED = "assigned = 10, done = 10, late = 0, above = 3, failing = 0"
FILE = """title = "Cùng một đảng viên"
rulebook = "party/qd-366-2025"
rating_date = 2025-12-20
period = {{ kind = "year", year = 2025 }}

[[subjects]]
id = "{key}"
kind = "party_member"
leadership = "{role}"
marks = {{ general = 28, results = 66 }}
{section} = {{ {counted} }}
defects = {{ total = 2, fixed = 2 }}
time = {{ months_member = {months} }}
related = {{ {related} }}
"""
WORK = 'work = { level = "good", name = "Lê Phó Một (theo quyết định giấy số 1 ngày 01/12/2025)" }'


@standing
def ward(db: None) -> Ward:
    return world.decided_ward(_plain)


def _plain(ward: Ward) -> None:
    ward.people["plain"] = make_person("M1", "Mai Chuyên Viên", ward.units["office"], "Chuyên viên")
    join(ward.people["plain"], ward.party["office"])


def by_command(tmp_path: Path, capsys: Any, one: RoundSubject, **said: str) -> tuple[str | None, list[Any]]:
    """Level and findings of the case file, by `thuocdo rate` and `thuocdo explain`."""
    path = tmp_path / f"{said['role']}.toml"
    path.write_text(FILE.format(key=one.key, counted=COUNTED, **said), encoding="utf-8")
    capsys.readouterr()
    assert run(["rate", str(path), "--json"]) == 0
    [rated] = json.loads(capsys.readouterr().out)["subjects"]
    assert run(["explain", str(path), "--subject", one.key, "--json"]) == 0
    return rated["level"], json.loads(capsys.readouterr().out)["findings"]


@pytest.mark.parametrize(
    ("name", "role", "section", "related", "scheme"),
    [
        ("Lê Phó Một", "deputy", "led", f'{WORK}, units = [{{ level = "good" }}]', "leader"),
        ("Ngô Chánh", "head", "led", 'units = [{ level = "good" }]', "leader"),
        ("Mai Chuyên Viên", "none", "tasks", "", "member"),
    ],
)
def test_a_round_and_the_command_rate_a_member_alike(
    ward: Ward, tmp_path: Path, capsys: Any, name: str, role: str, section: str, related: str, scheme: str
) -> None:
    one = ward.subject("party_member", name)
    assert (one.role, getattr(books.scheme_of(books.rules_of(one.round).book, one.kind, one.role), "id", "")) == (
        role, scheme)  # fmt: skip
    if "work" in related:
        work = ward.subject("civil_servant", name)
        rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=world.DAY, place="", number="1",
                          body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"), at=AT)  # fmt: skip
    whole = PLAIN if role == "none" else MEMBER
    own = {key: value for key, value in whole.items() if not key.startswith("related.")}
    file_own(ward, one, "second", paper="Bản giấy", document={"fields": own, **world.WORDS})
    part = verify(ward, one, document={"fields": whole, "comment": "Đúng"})
    months = str(facts.read(part)["subject"]["time"]["months_member"])
    level, findings = by_command(tmp_path, capsys, one, role=role, section=section, related=related, months=months)
    assert (part.rule_level, json.loads(part.outcome)["findings"]) == (level, findings)
    assert level == "excellent"


def test_who_holds_a_post_is_read_from_posts_and_a_seat_alone_counts_as_the_plan_says(ward: Ward) -> None:
    names = ("chair", "vice", "officer", "plain")
    people = {ward.people[name].pk: name for name in names}

    def roles(seats: str) -> dict[str, tuple[str, str]]:
        ward.round.seats = seats
        rows = found_for(ward.round, world.DAY, list(people))
        found = {people[row.person]: row for row in rows if row.kind == "party_member" and row.person is not None}
        return {name: (found[name].role, " ".join(found[name].notes)) for name in names}

    for seats, role, said in (("leading", "deputy", "khung của người giữ"), ("plain", "none", "khung của người không")):
        found = roles(seats)
        assert [found[name][0] for name in names] == ["head", "deputy", role, "none"]
        assert "Chỉ giữ chức vụ trong cấp ủy; văn bản đã đọc không nêu" in found["officer"][1]
        assert said in found["officer"][1]
        assert {found[name][1] for name in ("chair", "vice", "plain")} == {""}
    assert {role for role, _ in roles("").values()} == {"none"}, "a round planned before keeps one rule for everybody"


def test_a_round_opened_before_the_role_was_frozen_keeps_its_scheme_and_its_form(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    with outside_actions():
        Round.objects.filter(pk=ward.round.pk).update(seats="")
        RoundSubject.objects.filter(pk=one.pk).update(role="none")
    one = RoundSubject.objects.select_related("round").get(pk=one.pk)
    scheme = books.scheme_of(books.rules_of(one.round).book, one.kind, one.role)
    assert (scheme.id if scheme else "", [form.form for form in layouts_for(one)]) == ("member", ["02A", "02B", "02C"])


def test_the_plan_asks_only_where_members_are_rated_by_their_post(ward: Ward) -> None:
    asked = {year: books.rates_by_post(books.selected(date(year, 12, 20))) for year in (2018, 2022, 2023, 2025)}
    assert asked == {2018: False, 2022: False, 2023: True, 2025: True}
    rounds.close_round(round_id=ward.round.pk, version=2, by=ward.user("officer"), at=AT)
    with pytest.raises(Several, match="không nêu chức vụ trong cấp ủy có tính hay không") as told:
        plan(ward, year=2026, rating_date=date(2026, 12, 20), seats="")
    assert list(told.value.problems) == ["seats"]
    planned = plan(ward, year=2026, rating_date=date(2026, 12, 20))
    with outside_actions():
        Round.objects.filter(pk=planned.pk).update(seats="")
    with pytest.raises(Refusal, match="chưa chọn"):
        rounds.open_round(round_id=planned.pk, version=1, by=ward.user("officer"), at=AT)
