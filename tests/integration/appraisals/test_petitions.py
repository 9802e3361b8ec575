"""Petitions: the clock, who answers, upholding, correcting by a new result that keeps the old one."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.factories.months import (
    OPENED,
    confirmed,
    exempted,
    judgement,
    leader_judgement,
    marks,
    self_document,
    sheet_of,
)
from tests.guards import outside_actions
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.authority import next_above
from thuocdo.appraisals.clocks import clock_of
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.audit.models import Event
from thuocdo.calendars.actions import set_day
from thuocdo.calendars.models import CalendarDay
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation.models import Employment, Unit, UnitLink


def test_clock_and_addressee(cast: Cast, february: Cycle, at: datetime) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    for other in (cast.head, cast.colleague, cast.stranger):
        with pytest.raises(NotYours):
            actions.petition(confirmation_id=result.pk, text="x", by=other.user, at=at)
    mine = {"confirmation_id": result.pk, "by": cast.officer_appraised.user, "at": at}
    with pytest.raises(Refused, match="Nội dung kiến nghị"):
        actions.petition(text="  ", **mine)
    for _ in range(2):
        row = actions.petition(text="Báo cáo số 2 đạt chất lượng.", **mine)
    assert row.answer_by == date(2026, 3, 16)  # received on Thursday 5 March: seven working days
    assert row.authority == cast.committee
    assert "Điều 22" in row.authority_note
    assert "không nêu rõ chức danh" in row.authority_note
    assert Event.objects.filter(code="petition.received").count() == 1
    with pytest.raises(Conflict, match="giới hạn của phần mềm, quy định không nêu số lần"):
        actions.petition(text="Khác", **mine)
    assert [p.pk for p in queries.petitions_to_answer(cast.chairman.user, at)] == [row.pk]
    assert queries.petitions_to_answer(cast.head.user, at) == []
    assert ("petition.to_answer", True) in [
        (t.kind, t.overdue) for t in queries.todo(cast.chairman.user, at + timedelta(days=12))
    ]


def test_tet_moves_the_clock(cast: Cast) -> None:
    clock = clock_of(cast.economy.pk, date(2026, 2, 12), 7, "working")
    assert clock.due is not None
    assert clock.due > date(2026, 2, 26)
    assert "Tết Nguyên Đán (17/02/2026)" in clock.words
    by_days = clock_of(cast.economy.pk, date(2026, 3, 2), 7, "calendar")
    assert by_days.due == date(2026, 3, 9)
    assert "kể cả thứ Bảy, Chủ nhật" in by_days.words


def test_a_calendar_without_working_days_gives_no_date_and_refuses_no_petition(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    off = {"unit": cast.ward.pk, "kind": "off", "reason": "nhập nhầm", "decision": "1/TB", "set_at": at}
    with outside_actions():
        days = [CalendarDay(day=at.date() + timedelta(days=n), set_by=cast.chairman.user, **off) for n in range(1, 90)]
        CalendarDay.objects.bulk_create(days)
    row = actions.petition(confirmation_id=result.pk, text="Xin xem lại.", by=cast.officer_appraised.user, at=at)
    assert row.answer_by is None
    assert row.clock.startswith("cần quyết định: quy định cho 7 ngày làm việc sau thứ Năm, 05/03/2026")
    assert [p.pk for p in queries.petitions_to_answer(cast.chairman.user, at)] == [row.pk]


@pytest.mark.parametrize(
    ("who", "authority"),
    [("team_member", "economy"), ("team_head", "committee"), ("head", "city"), ("chairman", "city")],
)
def test_the_petition_goes_above_whoever_confirmed(
    cast: Cast, february: Cycle, at: datetime, who: str, authority: str
) -> None:
    person = getattr(cast, who)
    document = judgement() if who == "team_member" else leader_judgement()
    if who == "chairman":
        document["decisions"] = {
            "empty_denominator": {"reading": "not_scored_this_period", "reason": "Không giao việc"}
        }
    result = confirmed(february, person, at, document)
    row = actions.petition(confirmation_id=result.pk, text="Xin xem lại.", by=person.user, at=at)
    assert row.authority == getattr(cast, authority)


def test_of_a_unit_that_was_merged_the_one_that_keeps_its_files_leads_to_the_authority(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    """The tree of the day is asked: nothing stands above a unit that has ended."""
    result = confirmed(february, cast.officer_appraised, at)
    day, later = at.date() + timedelta(days=5), at + timedelta(days=6)
    with outside_actions():
        merged = Unit.objects.create(code="KT-MOI", name="Phòng Kinh tế (mới)", kind="agency", start=day)
        UnitLink.objects.filter(child=cast.economy).update(end=day)
        Unit.objects.filter(pk=cast.economy.pk).update(end=day)
        Employment.objects.filter(unit=cast.economy).update(end=day)
        for tree, child, parent in (
            ("succession", cast.economy, merged), ("structure", merged, cast.committee),
            ("management", merged, cast.committee),
        ):  # fmt: skip
            UnitLink.objects.create(tree=tree, child=child, parent=parent, start=day)
    row = actions.petition(confirmation_id=result.pk, text="Xin xem lại.", by=cast.officer_appraised.user, at=later)
    assert (row.authority, row.author_id) == (cast.committee, cast.officer_appraised.pk)
    with outside_actions():
        UnitLink.objects.filter(child=merged).update(end=day + timedelta(days=9))
        Employment.objects.create(
            person=cast.deputy, unit=merged, kind="civil_servant", position="Trưởng phòng", leadership="head", start=day
        )
    sheet = Sheet.objects.select_related("member__evaluator_unit", "member__unit", "member__rating_unit").get(
        pk=row.sheet_id
    )
    sheet.member.rating_unit = None
    unit, why = next_above(sheet, day + timedelta(days=10))
    assert (unit, "nơi tiếp nhận “" in why) == (merged, True), "the last one left is the one that keeps the files"


def test_uphold_once_with_reasons(cast: Cast, february: Cycle, at: datetime) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    row = actions.petition(
        confirmation_id=result.pk, text="Xin xem lại.", by=cast.officer_appraised.user, at=at
    )
    with pytest.raises(Refused):
        actions.uphold(petition_id=row.pk, answer="", by=cast.chairman.user, at=at)
    for other in (cast.head, cast.officer_appraised, cast.organisation_officer, cast.chairman_above):
        with pytest.raises(NotYours):
            actions.uphold(petition_id=row.pk, answer="x", by=other.user, at=at)
    for _ in range(2):
        done = actions.uphold(
            petition_id=row.pk, answer="Số liệu đã được đối chiếu.", by=cast.chairman.user, at=at
        )
    assert (done.state, done.answered_by) == ("upheld", cast.chairman)
    assert Confirmation.objects.count() == 1
    with pytest.raises(Conflict, match="Nguyễn Hữu Thắng trả lời"):
        actions.correct(
            petition_id=row.pk, answer="Đổi ý", judgement=judgement(), by=cast.chairman.user, at=at
        )


def test_correct_after_closing_keeps_the_old_result(cast: Cast, february: Cycle, at: datetime) -> None:
    late = {"202602-KT003-01": {"quality_met": "2", "note": "Sai số liệu"}}
    old = confirmed(february, cast.officer_appraised, at, judgement(tasks=late))
    officer = cast.organisation_officer.user
    for sheet in february.sheets.filter(state="drafting"):
        exempted(sheet, cast.organisation_officer, at)
    actions.close_cycle(cycle_id=february.pk, by=officer, at=at)
    row = actions.petition(
        confirmation_id=old.pk, text="Đã sửa trong hạn.", by=cast.officer_appraised.user, at=at
    )
    act = {
        "petition_id": row.pk,
        "answer": "Sai sót đã được sửa trước hạn.",
        "by": cast.chairman.user,
        "at": at,
    }
    with pytest.raises(Refused):
        actions.correct(judgement={}, **act)
    with pytest.raises(Refusal, match="giống hệt kết quả cũ"):
        actions.correct(judgement=judgement(tasks=late), **act)
    assert Petition.objects.get().state == "received"
    new = actions.correct(judgement=judgement(comment="Sửa theo kiến nghị."), **act)
    assert actions.correct(judgement=judgement(comment="Sửa theo kiến nghị."), **act) == new
    assert (new.number, new.replaces, new.confirmed_by, new.score) == (2, old, cast.chairman, "99/1")
    assert Confirmation.objects.get(pk=old.pk).score == old.score != new.score
    assert new.replace_reason == "Sai sót đã được sửa trước hạn."
    bill = queries.explanation(cast.officer_appraised.user, old.sheet_id)
    assert bill.confirmation == new
    assert queries.explanation(cast.officer_appraised.user, old.sheet_id, number=1).confirmation == old
    assert queries.rate_document(new).to_json() == new.outcome
    with pytest.raises(Conflict, match="nhận một kiến nghị cho mỗi kết quả"):
        actions.petition(confirmation_id=old.pk, text="Lần nữa", by=cast.officer_appraised.user, at=at)
    again = actions.petition(
        confirmation_id=new.pk, text="Vẫn chưa đúng", by=cast.officer_appraised.user, at=at
    )
    assert again.confirmation == new
    draft = queries.year_draft(cast.officer_appraised.user, cast.officer_appraised.pk, 2026, at)
    assert draft.months[1].corrected


def test_correcting_an_entry_made_by_the_evaluator(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.colleague)
    actions.allow_stand_in(sheet_id=sheet.pk, reason="Ốm", by=cast.organisation_officer.user, at=at)
    old = actions.stand_in(
        sheet_id=sheet.pk,
        version=2,
        judgement=judgement(marks=marks(discipline="1")),
        by=cast.head.user,
        at=at,
    )
    row = actions.petition(confirmation_id=old.pk, text="Không vi phạm.", by=cast.colleague.user, at=at)
    act = {"petition_id": row.pk, "answer": "Đúng.", "by": cast.chairman.user, "at": at}
    with pytest.raises(Refused, match="chưa chấm"):
        actions.correct(judgement=judgement(), **act)
    new = actions.correct(judgement=judgement(marks=marks()), **act)
    assert (old.score, new.score) == ("95/1", "99/1")
    with pytest.raises(Conflict):
        actions.submit(sheet_id=sheet.pk, version=4, document=self_document(), by=cast.colleague.user, at=at)


def test_abuse_42_a_colleague_cannot_petition_and_a_result_takes_one_petition(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    for other in (cast.colleague, cast.head, cast.organisation_officer):
        with pytest.raises(NotYours):
            actions.petition(confirmation_id=result.pk, text="Thay cho đồng nghiệp", by=other.user, at=at)
    me = cast.officer_appraised.user
    row = actions.petition(confirmation_id=result.pk, text="Xin xem lại.", by=me, at=at)
    with pytest.raises(Conflict, match="nhận một kiến nghị cho mỗi kết quả"):
        actions.petition(confirmation_id=result.pk, text="Lần nữa", by=me, at=at)
    actions.uphold(petition_id=row.pk, answer="Đã đối chiếu.", by=cast.chairman.user, at=at)
    with pytest.raises(Conflict, match="nhận một kiến nghị cho mỗi kết quả"):
        actions.petition(confirmation_id=result.pk, text="Sau khi đã trả lời", by=me, at=at)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        Petition.objects.create(
            confirmation=result, sheet=row.sheet, author=row.author, text="x", received_at=at, authority=row.authority
        )


def test_abuse_42_the_decider_of_the_contested_result_does_not_decide(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    chairman = confirmed(
        february,
        cast.chairman,
        at,
        leader_judgement(
            decisions={"empty_denominator": {"reading": "not_scored_this_period", "reason": "Không giao việc"}}
        ),
    )
    row = actions.petition(confirmation_id=chairman.pk, text="Xin xem lại.", by=cast.chairman.user, at=at)
    assert row.authority == cast.city  # nobody is recorded above: received, but not answered by who decided
    assert "đã quyết định kết quả nên không tự giải quyết" in row.authority_note
    with pytest.raises(Forbidden, match="chuyển lên cấp trên"):
        actions.uphold(petition_id=row.pk, answer="Giữ nguyên.", by=cast.chairman_above.user, at=at)

    result = confirmed(february, cast.officer_appraised, at)
    mine = {"by": cast.officer_appraised.user, "at": at}
    first = actions.petition(confirmation_id=result.pk, text="Xin xem lại.", **mine)
    new = actions.correct(
        petition_id=first.pk, answer="Sửa.", judgement=judgement(comment="Sửa."), by=cast.chairman.user, at=at
    )
    again = actions.petition(confirmation_id=new.pk, text="Vẫn chưa đúng.", **mine)
    assert again.authority == cast.city  # above the chairman, who decided the new result


def test_the_clock_follows_the_calendar_of_the_unit_and_names_its_days(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    officer = cast.organisation_officer.user
    fixed = {"unit_id": cast.ward.pk, "reason": "Ngày truyền thống của phường", "decision": "Số 9/UBND", "by": officer}
    set_day(day=date(2026, 3, 9), kind="off", at=at, **fixed)
    result = confirmed(february, cast.officer_appraised, at)
    row = actions.petition(confirmation_id=result.pk, text="Xem lại.", by=cast.officer_appraised.user, at=at)
    assert row.answer_by == date(2026, 3, 17)
    assert "trừ thứ Bảy, Chủ nhật, Ngày truyền thống của phường (09/03/2026)" in row.clock
    assert row.clock.endswith("đến hết thứ Ba, 17/03/2026")


@pytest.mark.parametrize(
    ("moment", "received", "due"),
    [
        ("2026-02-27T16:30:00+00:00", "thứ Sáu, 27/02/2026", date(2026, 3, 10)),  # 23:30 in Viet Nam
        ("2026-02-27T17:30:00+00:00", "thứ Bảy, 28/02/2026", date(2026, 3, 10)),  # 00:30 of the next day
        ("2026-02-28T17:00:00+00:00", "Chủ nhật, 01/03/2026", date(2026, 3, 10)),
        ("2026-03-01T17:00:00+00:00", "thứ Hai, 02/03/2026", date(2026, 3, 11)),
    ],
)
def test_abuse_37_the_day_of_receipt_is_the_day_in_viet_nam(
    cast: Cast, february: Cycle, moment: str, received: str, due: date
) -> None:
    when = datetime.fromisoformat(moment)
    result = confirmed(february, cast.officer_appraised, OPENED + timedelta(hours=1))
    row = actions.petition(confirmation_id=result.pk, text="Xem lại.", by=cast.officer_appraised.user, at=when)
    assert row.answer_by == due
    assert row.clock.startswith(f"tính từ ngày làm việc sau {received}")
