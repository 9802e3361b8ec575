"""Which cases of a month hang on dates: worked out by hand on the calendar of February 2026."""

from datetime import date
from typing import Any

import pytest

from thuocdo.appraisals.situation_rules import Case, Post, cases
from thuocdo.kernel.workdays import Workdays
from thuocdo.records.models import Absence

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
BEFORE = date(2025, 7, 1)
TET = Workdays({date(2026, 2, day): "Tết Nguyên đán" for day in range(16, 23)}, confirmed=frozenset({2026}))
"""Twenty weekdays in February, of which the unit's calendar takes five (16 to 20) for Tết."""


def post(unit: int = 1, start: date = BEFORE, end: date | None = None, agency: int = 9, **seat: Any) -> Post:
    return Post(unit, f"Đơn vị {unit}", agency, seat.pop("position", "Chuyên viên"), start, end, **seat)


def away(kind: str, start: date, end: date | None) -> Absence:
    return Absence(kind=kind, start=start, end=end)


def found(posts: list[Post], absences: list[Absence] | None = None, calendar: Workdays = TET) -> list[Case]:
    return cases(FIRST, LAST, posts, absences or [], calendar)


def test_a_whole_month_in_one_post_has_no_case() -> None:
    assert found([post()]) == []
    assert found([post(start=FIRST, end=date(2026, 3, 1))]) == []
    assert found([]) == []


@pytest.mark.parametrize("kind", ["maternity", "sick_leave", "unpaid_leave", "study", "secondment"])
def test_an_absence_is_counted_in_working_days_of_the_calendar(kind: str) -> None:
    (one,) = found([post()], [away(kind, date(2026, 2, 12), date(2026, 2, 25))])
    assert (one.kind, one.code) == (kind, f"{kind}:2026-02-12")
    assert one.facts == ("Từ 12/02/2026 đến hết 24/02/2026: vắng 4 trên 15 ngày làm việc của kỳ",)


def test_an_absence_without_a_working_day_is_no_case() -> None:
    assert found([post()], [away("sick_leave", date(2026, 2, 16), date(2026, 2, 23))]) == []
    assert found([post()], [away("sick_leave", date(2026, 1, 5), date(2026, 2, 1))]) == []
    (one,) = found([post()], [away("maternity", date(2026, 2, 25), None)])
    assert one.facts == ("Từ 25/02/2026 chưa ghi ngày về: vắng 3 trên 15 ngày làm việc của kỳ",)


def test_joining_and_leaving_in_mid_month() -> None:
    (joined,) = found([post(start=date(2026, 2, 10))])
    assert (joined.kind, joined.facts[1]) == ("joined", "Làm việc 9 trên 15 ngày làm việc của kỳ (chưa trừ ngày vắng)")
    (left,) = found([post(end=date(2026, 2, 10))])
    assert (left.kind, left.code, left.facts[1][:11]) == ("left", "left:2026-02-10", "Làm việc 6 ")
    assert found([post(start=date(2026, 2, 2))]) == []
    assert [one.kind for one in found([post(start=date(2026, 2, 3), end=date(2026, 2, 10))])] == ["joined", "left"]


def test_moving_between_agencies_and_inside_one() -> None:
    moved = date(2026, 2, 10)
    (one,) = found([post(1, end=moved), post(2, start=moved, agency=8)])
    assert (one.kind, one.code) == ("moved", "moved:2026-02-10")
    assert one.facts == (
        "Chuyên viên, Đơn vị 1 (từ 01/07/2025 đến hết 09/02/2026): 6 ngày làm việc",
        "Chuyên viên, Đơn vị 2 (từ 10/02/2026): 9 ngày làm việc",
    )
    (inside,) = found([post(1, end=moved), post(2, start=moved)])
    assert inside.kind == "moved_inside"
    assert found([post(1, end=moved), post(1, start=moved)]) == []
    gap = found([post(1, end=date(2026, 2, 5)), post(2, start=moved, agency=8)])
    assert [case.kind for case in gap] == ["moved", "gap"]


@pytest.mark.parametrize("beside", [date(2025, 1, 1), date(2026, 1, 1)])
def test_a_move_beside_a_second_post_is_still_a_move(beside: date) -> None:
    """Whichever of the posts began first, the new one follows that which ended, not that which goes on."""
    moved = date(2026, 2, 10)
    posts = [post(1, end=moved), post(2, start=moved, agency=8), post(3, start=beside, agency=7)]
    kinds = {case.kind: case for case in found(posts)}
    assert set(kinds) == {"posts", "moved"}
    assert "Đơn vị 1" in kinds["moved"].facts[0]
    assert "Đơn vị 2" in kinds["moved"].facts[1]
    assert len(kinds["posts"].facts) == 3


def test_two_posts_that_move_on_one_day_are_two_cases_each_within_its_agency() -> None:
    moved = date(2026, 2, 10)
    old = [post(1, end=moved), post(2, end=moved, agency=8), post(5, end=moved)]
    new = [post(3, start=moved, agency=8), post(4, start=moved), post(5, start=moved)]
    moves = [case for case in found(old + new) if case.kind != "posts"]
    assert {(case.code, case.facts[0][:22], case.facts[1][:22]) for case in moves} == {
        ("moved_inside:2026-02-10", "Chuyên viên, Đơn vị 2 ", "Chuyên viên, Đơn vị 3 "),
        ("moved_inside:2026-02-10:4", "Chuyên viên, Đơn vị 1 ", "Chuyên viên, Đơn vị 4 "),
    }


@pytest.mark.parametrize(("agency", "kind"), [(9, "moved_inside"), (8, "moved")])
def test_who_comes_back_moved_twice(agency: int, kind: str) -> None:
    """The post that was held between is followed, also where something else is held all the time."""
    there, back = date(2026, 2, 5), date(2026, 2, 12)
    posts = [post(1, end=there), post(2, start=there, end=back, agency=agency), post(1, start=back)]
    for beside in ([], [post(3, start=date(2026, 1, 1))]):
        moves = [case for case in found(posts + beside) if case.kind != "posts"]
        assert [(case.kind, case.code) for case in moves] == [
            (kind, f"{kind}:2026-02-05"), (kind, f"{kind}:2026-02-12")
        ]  # fmt: skip
        assert [[fact.split(" (")[0] for fact in case.facts] for case in moves] == [
            ["Chuyên viên, Đơn vị 1", "Chuyên viên, Đơn vị 2"], ["Chuyên viên, Đơn vị 2", "Chuyên viên, Đơn vị 1"]
        ]  # fmt: skip
        assert moves[0].facts[1].endswith("(từ 05/02/2026 đến hết 11/02/2026): 5 ngày làm việc")


def test_who_left_is_named_by_the_post_that_ended_last() -> None:
    beside = post(2, start=date(2026, 2, 4), end=date(2026, 2, 10))
    left = {case.kind: case for case in found([post(1, end=date(2026, 2, 25)), beside])}["left"]
    assert left.code == "left:2026-02-25"
    assert left.facts[0] == "Chuyên viên, Đơn vị 1 (từ 01/07/2025 đến hết 24/02/2026)"


def test_another_post_in_the_same_unit_is_put_to_whoever_evaluates() -> None:
    day = date(2026, 2, 10)
    (one,) = found([post(end=day), post(start=day, position="Phó Trưởng phòng", leadership="deputy")])
    assert (one.kind, one.code, one.title) == ("changed", "changed:2026-02-10", "Đổi vị trí trong cùng đơn vị")
    assert one.facts == (
        "Chuyên viên, Đơn vị 1 (từ 01/07/2025 đến hết 09/02/2026): 6 ngày làm việc",
        "Phó Trưởng phòng, Đơn vị 1 (từ 10/02/2026): 9 ngày làm việc",
        "Chức vụ lãnh đạo, quản lý: từ không giữ chức vụ sang cấp phó",
    )
    (kind,) = found([post(end=day, kind="contract_worker"), post(start=day)])
    assert kind.facts[2] == "Đối tượng: từ người lao động hợp đồng sang công chức"
    two = [post(end=day), post(end=day, position="Kế toán")]
    again = [post(start=day, position="Văn thư"), post(start=day)]
    (other,) = [case for case in found(two + again) if case.kind != "posts"]
    assert [fact.split(",")[0] for fact in other.facts] == ["Kế toán", "Văn thư"], "the same seat goes on"


def test_a_gap_in_service_is_counted_in_working_days() -> None:
    left, back = date(2026, 2, 10), date(2026, 2, 24)
    (gap,) = found([post(end=left), post(start=back)])
    assert (gap.kind, gap.code) == ("gap", "gap:2026-02-24")
    assert gap.facts == (
        "Không ghi vị trí công tác nào từ 10/02/2026 đến hết 23/02/2026: 5 ngày làm việc",
        "Làm việc 10 trên 15 ngày làm việc của kỳ (chưa trừ ngày vắng)",
    )
    assert found([post(end=date(2026, 2, 14)), post(start=date(2026, 2, 23))]) == [], "Tết alone is no gap"
    covered = found([post(1, end=left), post(1, start=back), post(2, end=date(2026, 2, 25))])
    assert [case.kind for case in covered] == ["posts"], "the other post was held in between"


@pytest.mark.parametrize("end", [None, date(2026, 2, 20), date(2026, 2, 26)])
def test_a_seat_recorded_anew_before_it_ended_goes_on(end: date | None) -> None:
    """Two records of one post that overlap are one post, in whatever order they end; another seat is another post."""
    begun, again = post(end=date(2026, 2, 20)), post(start=date(2026, 2, 10), end=end)
    for posts in ([begun, again], [again, begun], [begun, again, again]):
        assert [case.kind for case in found(posts)] == ([] if end is None else ["left"])
    assert found([post(), again]) == []
    both = found([begun, post(start=date(2026, 2, 10), position="Kế toán")])
    assert [case.kind for case in both] == ["posts"]


def test_several_posts_at_once() -> None:
    (one,) = found([post(1), post(2, start=date(2026, 1, 1), agency=8)])
    assert one.kind == "posts"
    assert len(one.facts) == 2
    assert found([post(1, end=date(2026, 2, 10)), post(2, agency=8, start=date(2026, 2, 10))])[0].kind == "moved"
    both = found([post(1, end=date(2026, 2, 12)), post(2, start=date(2026, 2, 10), agency=8)])
    assert [case.kind for case in both] == ["posts"]


def test_agencies_are_compared_as_they_were_on_the_day_of_the_move() -> None:
    """Unit 1 went to agency 8 on the 20th, when the person had left it: a move between agencies all the same."""
    moved = date(2026, 2, 10)
    (one,) = found([post(1, end=moved, agency=9), post(2, start=moved, agency=9, came=8)])
    assert one.kind == "moved"
    (one,) = found([post(1, end=moved, agency=9), post(2, start=moved, agency=8, came=9)])
    assert one.kind == "moved_inside", "the new unit went elsewhere only later"
    twice = date(2026, 2, 24)
    kinds = [one.kind for one in found(
        [post(1, end=moved), post(2, start=moved, end=twice, agency=8, came=9), post(3, start=twice, agency=8, came=8)]
    )]  # fmt: skip
    assert kinds == ["moved_inside", "moved_inside"]


def test_two_rows_of_one_seat_say_the_groups_in_which_they_differ() -> None:
    moved = date(2026, 2, 10)
    (one,) = found([post(1, group="Tham mưu"), post(1, start=moved)])
    assert (one.kind, one.facts) == ("posts", (
        "Chuyên viên, Đơn vị 1 (từ 01/07/2025), nhóm nhiệm vụ: Tham mưu",
        "Chuyên viên, Đơn vị 1 (từ 10/02/2026), nhóm nhiệm vụ: chưa ghi",
    ))  # fmt: skip
    (other,) = found([post(1, group="Tham mưu"), post(2, start=moved, group="Một cửa")])
    assert "nhóm" not in " ".join(other.facts), "two units are told apart by their names"
