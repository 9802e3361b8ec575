"""Petitions: the clock, who answers, upholding, correcting by a new result that keeps the old one."""

from datetime import date, datetime, timedelta

import pytest

from tests.cast import Cast
from tests.factories.months import (
    confirmed,
    exempted,
    judgement,
    leader_judgement,
    marks,
    self_document,
    sheet_of,
)
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Confirmation, Petition
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, NotYours


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
    with pytest.raises(Conflict, match="chỉ nhận một kiến nghị"):
        actions.petition(text="Khác", **mine)
    assert [p.pk for p in queries.petitions_to_answer(cast.chairman.user, at)] == [row.pk]
    assert queries.petitions_to_answer(cast.head.user, at) == []
    assert ("petition.to_answer", True) in [
        (t.kind, t.overdue) for t in queries.todo(cast.chairman.user, at + timedelta(days=12))
    ]


def test_tet_moves_the_clock() -> None:
    from thuocdo.appraisals.actions.petitions import due_date

    assert due_date(date(2026, 2, 12), 7, "working") > date(2026, 2, 26)


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
    late = {"202602-KT003-01": {"quality_met": "2", "quality_errors": "1", "note": "Sai số liệu"}}
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
    with pytest.raises(Conflict, match="chỉ nhận một"):
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
