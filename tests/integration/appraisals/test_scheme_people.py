"""Abuse case 40: who has a sheet under a scheme and with which days, by date; no sheet without an evaluator."""

from datetime import date

import pytest

from tests.cast import Cast
from tests.factories.months import open_month, sheet_of
from tests.factories.people import add_post, make_person
from tests.factories.schemes import HA_NOI, bound, opened_period
from tests.guards import outside_actions
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.queries import own_sheet
from thuocdo.cycles.models import Member
from thuocdo.records.models import Absence

# February 2026 has 15 working days: Tết takes 16 to 20 February.
TABLE = [
    ("hired_on_the_20th", {"start": date(2026, 2, 20)}, None, "in", "5"),
    ("retired_on_the_5th", {"end": date(2026, 2, 5)}, None, "in", "3"),
    ("deceased_on_the_12th", {"end": date(2026, 2, 13)}, None, "in", "9"),
    ("on_leave_half_the_month", {}, ("sick_leave", date(2026, 2, 9), date(2026, 2, 14)), "in", "10"),
    ("seconded_all_month", {}, ("secondment", date(2026, 1, 5), None), "away", ""),
    ("on_maternity_all_month", {}, ("maternity", date(2026, 1, 5), date(2026, 7, 5)), "away", ""),
]


@pytest.mark.parametrize(("code", "post", "absence", "standing", "worked"), TABLE, ids=[row[0] for row in TABLE])
def test_abuse_40_one_rule_for_each_situation(
    cast: Cast,
    code: str,
    post: dict[str, date],
    absence: tuple[str, date, date | None] | None,
    standing: str,
    worked: str,
) -> None:
    person = make_person(code.upper()[:20], "Trần Thị Bình", cast.economy, **post)
    if absence is not None:
        kind, start, end = absence
        with outside_actions():
            Absence.objects.create(person=person, kind=kind, start=start, end=end)
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    member = Member.objects.get(cycle=cycle, person=person)
    assert member.standing == standing
    if standing != "in":
        assert member.reason
        assert not Sheet.objects.filter(member=member).exists()
        return
    fields = own_sheet(person.user, sheet_of(cycle, person).pk).document["fields"]
    assert (fields["time.working_days"], fields["time.worked_days"]) == ("15", worked)
    assert "absences.annual_leave" not in fields  # not recorded, so not guessed


@pytest.mark.parametrize(("code", "post", "absence", "standing", "worked"), TABLE, ids=[row[0] for row in TABLE])
def test_abuse_40_one_rule_for_each_situation_under_the_decree(
    cast: Cast,
    code: str,
    post: dict[str, date],
    absence: tuple[str, date, date | None] | None,
    standing: str,
    worked: str,
) -> None:
    """NĐ 335 counts no days worked: who is in has a sheet with rule and evaluator, who is out is told why."""
    person = make_person(code.upper()[:20], "Trần Thị Bình", cast.economy, **post)
    if absence is not None:
        kind, start, end = absence
        with outside_actions():
            Absence.objects.create(person=person, kind=kind, start=start, end=end)
    cycle = open_month(cast.ward, cast.organisation_officer)
    member = Member.objects.get(cycle=cycle, person=person)
    assert member.standing == standing
    sheet = Sheet.objects.filter(member=member).first()
    if standing != "in":
        assert sheet is None
        assert member.reason
        return
    assert sheet is not None
    assert member.rulebook == "state/nd-335-2025"
    assert sheet.evaluator == cast.head


def test_abuse_40_two_units_wait_for_the_officers_choice(cast: Cast) -> None:
    person = make_person("HAI", "Lê Văn Hai", cast.economy)
    add_post(person, cast.culture, "Chuyên viên", start=date(2026, 2, 2))
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    assert Member.objects.get(cycle=cycle, person=person).standing == "choice"


def test_abuse_40_no_sheet_is_without_evaluator_or_rule(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    sheets = Sheet.objects.filter(cycle=cycle).select_related("member")
    assert sheets
    assert all(s.evaluator_id and s.member.rulebook_hash and s.evaluator_id != s.person_id for s in sheets)


def test_a_scheme_without_a_month_says_so(cast: Cast) -> None:
    bound(cast, "local/tp-hcm-20-2024", ())
    cycle = opened_period(cast)
    member = Member.objects.get(cycle=cycle, person=cast.colleague)
    assert member.standing == "no_rule"
    assert member.reason.endswith("xếp loại theo quý, không có kỳ tháng. Hãy mở kỳ quý.")
