"""The generator holds every situation that docs/demo.md states, without a database."""

import unicodedata
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest

from thuocdo.demo import situations as s
from thuocdo.demo.marks import CRITERIA, total_marks
from thuocdo.demo.months import demo_months
from thuocdo.demo.plan import Plan, make_plan
from thuocdo.demo.posts import CIVIL_SERVANT, POSTS, SAME_NAME, civil_servants, holders
from thuocdo.demo.tasks import BOUNDS, PersonMonth, score
from thuocdo.demo.units import ORGANS, places

START = date(2026, 11, 22)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(START)


def test_places_are_the_126_wards_and_communes_of_ha_noi():
    names = [unit.name for unit in places()]
    assert len(names) == 127
    assert names[0] == "Thành phố Hà Nội"
    assert "Phường Hoàn Kiếm" in names


def test_units_name_a_parent_and_a_manager_that_exist_before_them():
    every, seen = [*places(), *ORGANS], set[str]()
    for unit in every:
        assert unit.parent in seen or unit.code == "HN"
        assert not unit.manager or unit.manager in seen
        seen.add(unit.code)
    assert len(seen) == len(every) == 127 + len(ORGANS)


def test_people_are_about_sixty_in_agencies_with_different_heads():
    ward = [post for post in POSTS if post.unit.startswith("HK-")]
    assert 60 <= len(ward) <= 66
    assert 45 <= len(civil_servants()) <= 50
    assert {post.kind for post in POSTS} == {"cadre", CIVIL_SERVANT, "public_employee", "contract_worker"}
    for unit in ORGANS:
        heads = [post for post in POSTS if post.unit == unit.code and post.leadership == "head"]
        assert len(heads) == 1, unit.code


def test_all_three_rows_of_article_10_occur():
    components = {unit.code for unit in ORGANS if unit.kind == "component"}
    rows = {(post.unit in components, post.leadership) for post in civil_servants()}
    assert {(False, "head"), (False, "deputy"), (False, "none"), (True, "head"), (True, "deputy"),
            (True, "none")} <= rows


def test_names_are_vietnamese_in_one_normal_form_and_two_people_share_theirs():
    names = {slot: holder.name for slot, holder in holders().items()}
    assert all(unicodedata.is_normalized("NFC", name) and len(name.split()) == 3 for name in names.values())
    repeated = [name for name, count in Counter(names.values()).items() if count > 1]
    assert repeated == [names[SAME_NAME[0]]]
    assert any(not name.isascii() for name in names.values())


@pytest.mark.parametrize("start", [START, date(2026, 5, 1), date(2027, 1, 31), date(2027, 3, 1)])
def test_any_start_day_gives_whole_months_before_it(start: date):
    months = demo_months(start)
    assert months[2].after == start.replace(day=1)
    assert months[0].after == months[1].first
    assert months[1].after == months[2].first
    work = make_plan(start).work
    for line in (line for month in work for line in month.lines):
        assert line.due >= date(int(line.code[:4]), int(line.code[4:6]), 1)


def test_the_same_day_gives_the_same_plan(plan: Plan):
    assert make_plan(START) == plan


def test_every_band_occurs_in_every_month_and_each_person_lands_in_the_one_aimed_at(plan: Plan):
    leaders = {post.slot for post in POSTS if post.leadership != "none"}
    for month in plan.months:
        work = [w for w in plan.work if w.month == month and w.lines]
        assert {w.band for w in work} == set(BOUNDS)
        for w in work:
            low, high = BOUNDS[w.band]
            assert low <= score(w.lines, w.marks, leader=w.slot in leaders) < high, w.slot


def test_the_bands_follow_the_stated_shares(plan: Plan):
    staff = [w for w in plan.work if w.month.index == 0 and w.slot not in s.FIXED_BANDS
             and holders()[w.slot].post.leadership == "none"]
    counts = Counter(w.band for w in staff)
    for band, share in s.SHARES.items():
        assert abs(counts[band] - Fraction(share * len(staff), 100)) <= 1, band


def test_marks_are_within_the_form(plan: Plan):
    for w in plan.work:
        assert set(w.marks) == set(CRITERIA)
        for slug, text in w.marks.items():
            assert 0 <= Fraction(text.replace(",", ".")) * 2 <= CRITERIA[slug]
        assert total_marks(w.marks) <= 30


def found(plan: Plan, slot: str, index: int) -> PersonMonth:
    work = plan.of(slot, index)
    assert work is not None
    return work


def test_situations_in_the_work_of_those_they_belong_to(plan: Plan):
    assert found(plan, s.EXCUSED_CAUSE, 0).lines[0].late_excused == 1
    assert found(plan, s.EXCUSED_CAUSE, 0).lines[0].cause
    assert found(plan, s.QUALITY_ERROR, 1).lines[0].judged_errors == 1
    assert found(plan, s.HANDED_BACK, 1).lines[0].handed_back
    assert found(plan, s.EMPTY_DENOMINATOR, 2).lines == ()
    above = found(plan, s.ABOVE_HUNDRED, 0).lines
    assert any(line.outside_plan for line in above)
    assert sum(line.completed for line in above) > sum(x.assigned for x in above if not x.outside_plan)
    assert all(plan.of(s.MATERNITY, index) is None for index in range(3))
    assert any(line.late for w in plan.work for line in w.lines)
    assert any(line.quality_errors for w in plan.work for line in w.lines)


def test_leaves_cover_a_whole_month_and_a_part_of_one(plan: Plan):
    maternity, sick = plan.leaves
    assert maternity.start < plan.months[0].first
    assert maternity.last >= plan.months[2].after - timedelta(days=1)
    assert plan.months[1].first <= sick.start <= sick.last < plan.months[1].after


def test_the_two_who_move_have_two_posts_that_do_not_overlap(plan: Plan):
    for slot, index in ((s.MOVER_NOW, 2), (s.MOVER_BEFORE, 1)):
        first, second = [x for x in plan.services if x.holder.post.slot == slot]
        assert first.last is not None
        assert second.start == first.last + timedelta(days=1)
        assert plan.months[index].first < second.start < plan.months[index].after
        assert first.unit != second.unit


def test_task_codes_are_unique(plan: Plan):
    codes = [line.code for w in plan.work for line in w.lines]
    assert len(codes) == len(set(codes)) > 400
