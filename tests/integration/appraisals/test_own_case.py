"""An officer does not handle the own case: refused, with who else can; the other officer may."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.factories.months import open_month, relief_officer, sheet_of
from tests.factories.people import add_post
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import Forbidden

Act = Callable[[int, User, datetime], object]
ACTS: dict[str, Act] = {
    "extended": lambda pk, by, at: actions.extend(
        sheet_id=pk, reason="Ốm", until=at + timedelta(days=1), by=by, at=at
    ),
    "exempted": lambda pk, by, at: actions.exempt(sheet_id=pk, reason="Đi học", by=by, at=at),
    "stand_in_allowed": lambda pk, by, at: actions.allow_stand_in(sheet_id=pk, reason="Ốm", by=by, at=at),
}


@pytest.mark.parametrize("code", ACTS)
def test_exceptions_on_the_own_sheet_are_for_another_officer(
    cast: Cast, february: Cycle, at: datetime, code: str
) -> None:
    own = sheet_of(february, cast.organisation_officer)
    with pytest.raises(Forbidden, match=r"chính ông/bà.*chưa có cán bộ tổ chức nào khác.*giao thêm một người"):
        ACTS[code](own.pk, cast.organisation_officer.user, at)
    second = relief_officer(cast.ward)
    with pytest.raises(Forbidden, match=r"đề nghị cán bộ tổ chức khác.*Quách Thị Vân \(Phường Bồ Đề\)"):
        ACTS[code](own.pk, cast.organisation_officer.user, at)
    assert not Event.objects.filter(code=f"sheet.{code}").exists()
    ACTS[code](own.pk, second.user, at)
    assert Event.objects.filter(code=f"sheet.{code}").count() == 1
    ACTS[code](sheet_of(february, cast.colleague).pk, cast.organisation_officer.user, at)


def test_a_new_evaluator_of_the_own_sheet_is_recorded_by_another_officer(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    own = sheet_of(february, cast.organisation_officer)
    with pytest.raises(Forbidden, match="đổi người đánh giá"):
        actions.replace_evaluator(
            sheet_id=own.pk, reason="Mới", by=cast.organisation_officer.user, at=at
        )
    same = actions.replace_evaluator(
        sheet_id=own.pk, reason="Mới", by=relief_officer(cast.ward).user, at=at
    )
    assert same.evaluator == cast.office_head


def test_nobody_lets_the_self_in(cast: Cast, at: datetime) -> None:
    officer = cast.organisation_officer
    second = add_post(officer, cast.culture, "Chuyên viên kiêm nhiệm")
    choice = {officer.pk: {"employment": second.pk, "reason": "Tự chọn"}}
    with pytest.raises(Forbidden, match="tự chọn vị trí"):
        open_month(cast.ward, officer, choices=choice)
    assert not Cycle.objects.exists()
    cycle = open_month(cast.ward, officer)
    member = Member.objects.get(cycle=cycle, person=officer)
    assert member.standing == Member.Standing.CHOICE
    act = {"member_id": member.pk, "employment_id": second.pk, "reason": "Làm chính ở đây", "at": at}
    with pytest.raises(Forbidden, match="tự đưa mình vào kỳ"):
        actions.admit_member(by=officer.user, **act)
    sheet = actions.admit_member(by=relief_officer(cast.ward).user, **act)
    assert sheet.person == officer
