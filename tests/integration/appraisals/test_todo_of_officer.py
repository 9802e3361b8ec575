"""What waits for an organisation officer: one line per open cycle and kind of thing, in constant queries."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.factories.months import exempted, open_month, sheet_of, submitted
from tests.factories.people import add_post, give_role, make_person, make_unit
from tests.guards import outside_actions
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.capacity import still_heads
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.progress import headless_at
from thuocdo.appraisals.queries import Todo
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import ActingHead, Employment


def lines(cast: Cast, at: datetime) -> dict[str, Todo]:
    found = queries.todo(cast.organisation_officer.user, at)
    own = [t for t in found if t.path.startswith("/to-chuc/")]
    assert len({t.kind for t in own}) == len(own), "one line for each kind of one cycle"
    return {t.kind: t for t in own}


def test_people_who_wait_for_a_choice_or_an_evaluator(cast: Cast, at: datetime, client: Client) -> None:
    headless = make_unit("TT", "Trung tâm chưa có người đứng đầu", under=cast.ward, managed_by=cast.committee)
    for n in (1, 2):
        make_person(f"TT00{n}", f"Nguyễn Văn Số {n}", headless)
    cycle = open_month(cast.ward, cast.organisation_officer)
    early = cycle.submit_by - timedelta(days=1)
    found = lines(cast, early)
    assert set(found) == {"members.to_choose", "members.no_evaluator"}
    assert found["members.to_choose"].text.startswith("1 người có nhiều vị trí công tác")
    assert found["members.no_evaluator"].text.startswith("2 người chưa xác định được người đánh giá")
    assert "Phường Bồ Đề" in found["members.to_choose"].text
    assert not found["members.to_choose"].overdue
    assert lines(cast, at)["members.to_choose"].overdue

    client.force_login(cast.organisation_officer.user)
    assert found["members.to_choose"].text in client.get("/").content.decode()
    path, _, anchor = found["members.to_choose"].path.partition("#")
    assert f'id="{anchor}"' in client.get(path).content.decode()

    member = cycle.members.get(person=cast.mover)
    actions.admit_member(member_id=member.pk, employment_id=member.employment_id, reason="Nơi sau cùng",
                         by=cast.organisation_officer.user, at=early)
    assert "members.to_choose" not in lines(cast, early)


def test_who_has_a_sheet_of_the_period_elsewhere_waits_for_nothing(cast: Cast, at: datetime) -> None:
    post = add_post(cast.colleague, cast.city, "Chuyên viên")
    give_role(cast.inspector, cast.city, "officer")
    choices = {cast.colleague.pk: {"employment": post.pk, "reason": "Nơi làm việc chính"}}
    open_month(cast.city, cast.inspector, choices=choices)
    cycle = open_month(cast.ward, cast.organisation_officer)
    member = cycle.members.get(person=cast.colleague)
    assert (member.standing, member.reason[:10]) == ("choice", "Đã có phiế")
    assert lines(cast, at)["members.to_choose"].text.startswith("1 người")


def test_late_sheets_are_one_line_until_each_is_resolved(cast: Cast, february: Cycle, at: datetime) -> None:
    assert "sheets.late" not in lines(cast, february.submit_by)
    submitted(february, cast.officer_appraised, at)
    waiting = Sheet.objects.filter(cycle=february, state="drafting")
    late = lines(cast, at)["sheets.late"]
    assert late.overdue
    assert late.text.startswith(f"{waiting.count()} phiếu")
    assert late.path == f"/to-chuc/ky/{february.pk}/?trang-thai=qua-han#phieu"

    first, *others = waiting
    actions.extend(sheet_id=first.pk, reason="Ốm", until=at + timedelta(days=2),
                   by=cast.organisation_officer.user, at=at)
    assert lines(cast, at)["sheets.late"].text.startswith(f"{len(others)} phiếu")
    assert lines(cast, at + timedelta(days=3))["sheets.late"].text.startswith(f"{len(others) + 1} phiếu")
    for sheet in (first, *others):
        exempted(sheet, cast.organisation_officer, at)
    assert "sheets.late" not in lines(cast, at)


def test_sheets_of_a_head_who_left_wait_for_the_officer(
    cast: Cast, february: Cycle, at: datetime, client: Client
) -> None:
    """The head moves on in mid-month: the sheets do not change hands by themselves, so the officer is told."""
    submitted(february, cast.officer_appraised, at)
    assert "sheets.headless" not in lines(cast, at)
    waiting = Sheet.objects.filter(cycle=february, evaluator=cast.head)
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=at.date())
    assert "sheets.headless" not in lines(cast, at - timedelta(days=1))
    found = lines(cast, at)["sheets.headless"]
    assert found.text.startswith(f"{waiting.count()} phiếu")
    client.force_login(cast.organisation_officer.user)
    page = client.get(found.path).content.decode()
    assert all(sheet.person.full_name in page for sheet in waiting.select_related("person"))
    add_post(cast.deputy, cast.economy, "Trưởng phòng", leadership="head", start=at.date())
    for sheet in waiting:
        actions.replace_evaluator(
            sheet_id=sheet.pk, reason="Điều động", by=cast.organisation_officer.user, at=at
        )
    assert "sheets.headless" not in lines(cast, at)


def test_sheets_of_a_head_who_does_not_act_any_more_wait_for_the_officer(cast: Cast, at: datetime) -> None:
    """An acting head whose time ended, and a holder in whose place somebody acts: as the actions refuse them."""
    on = at.date()
    with outside_actions():
        Employment.objects.filter(person=cast.head_elsewhere).update(end=on - timedelta(days=40))
        acted = ActingHead.objects.create(
            unit=cast.culture, person=cast.task_giver, kind="acting", start=on - timedelta(days=40),
            decision="1/QĐ", recorded_by=None,
        )  # fmt: skip
    cycle = open_month(cast.ward, cast.organisation_officer)
    assert sheet_of(cycle, cast.head).member.evaluator_unit == cast.committee
    assert headless(cycle, at) == set()
    with outside_actions():
        acted.end = on
        acted.save()
        ActingHead.objects.create(
            unit=cast.economy, person=cast.deputy, kind="acting", start=on, decision="2/QĐ", recorded_by=None
        )
    assert headless(cycle, at - timedelta(days=1)) == set()
    found = headless(cycle, at)
    assert {sheet.evaluator for sheet in found} == {cast.task_giver, cast.head}
    assert lines(cast, at)["sheets.headless"].text.startswith(f"{len(found)} phiếu")
    mine = submitted(cycle, cast.officer_appraised, at)
    assert mine in found
    actions.replace_evaluator(sheet_id=mine.pk, reason="Nghỉ phép", by=cast.organisation_officer.user, at=at)
    assert mine not in headless(cycle, at)
    actions.open_for_review(sheet_id=mine.pk, by=cast.deputy.user, at=at)


def headless(cycle: Cycle, at: datetime) -> set[Sheet]:
    """As the list says, which is what the actions say of each sheet."""
    said = set(Sheet.objects.filter(headless_at(at), cycle=cycle).select_related("evaluator"))
    assert said == {one for one in cycle.sheets.all() if not still_heads(one, at.date())}
    return said


def test_only_the_officer_is_told(cast: Cast, february: Cycle, at: datetime) -> None:
    for person in (cast.head, cast.inspector, cast.stranger, cast.task_giver):
        assert [t for t in queries.todo(person.user, at) if t.path.startswith("/to-chuc/")] == []


@pytest.mark.parametrize("cycles", [1, 4])
def test_the_number_of_queries_does_not_depend_on_cycles_or_people(
    cast: Cast, at: datetime, cycles: int
) -> None:
    for month in range(1, cycles + 1):
        open_month(cast.ward, cast.organisation_officer, month=month)
    with CaptureQueriesContext(connection) as captured:
        assert queries.todo(cast.organisation_officer.user, at)
    assert len(captured) <= 5
