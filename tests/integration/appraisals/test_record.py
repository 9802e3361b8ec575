"""What the actions leave on the record: rows verify, results are computed again alike."""

from datetime import datetime

from tests.cast import Cast
from tests.factories.months import (
    confirmed,
    exempted,
    judgement,
    leader_judgement,
    marks,
    open_month,
    opened,
    sheet_of,
    submitted,
)
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.queries import rate_document
from thuocdo.audit.verify import Rerating, verify
from thuocdo.cycles.models import Cycle


def test_a_whole_month_verifies(cast: Cast, february: Cycle, at: datetime) -> None:
    officer = cast.organisation_officer.user
    old = confirmed(february, cast.officer_appraised, at)
    confirmed(february, cast.team_head, at, leader_judgement())
    confirmed(february, cast.task_giver, at)
    plain = submitted(february, cast.team_member, at)
    actions.confirm_many(
        items=[(plain.pk, plain.version)], comment="Nhất trí.", by=cast.team_head.user, at=at
    )
    back = opened(february, cast.deputy, at)
    actions.return_for_revision(
        sheet_id=back.pk, version=back.version, reason="Bổ sung", by=cast.head.user, at=at
    )
    actions.record_view(sheet_id=back.pk, by=cast.inspector.user, at=at)
    entry = sheet_of(february, cast.colleague)
    actions.allow_stand_in(sheet_id=entry.pk, reason="Ốm", by=officer, at=at)
    actions.stand_in(
        sheet_id=entry.pk, version=2, judgement=judgement(marks=marks()), by=cast.head.user, at=at
    )
    away = february.members.get(person=cast.on_maternity)
    actions.admit_member(
        member_id=away.pk, employment_id=away.employment_id, reason="Đi làm sớm", by=officer, at=at
    )
    for sheet in february.sheets.filter(state__in=["drafting", "returned"]):
        exempted(sheet, cast.organisation_officer, at)
    row = actions.petition(confirmation_id=old.pk, text="Xin xem lại.", by=cast.officer_appraised.user, at=at)
    actions.correct(
        petition_id=row.pk, answer="Đúng.", judgement=judgement(comment="Đã sửa."), by=cast.chairman.user, at=at
    )
    heads = actions.close_cycle(cycle_id=february.pk, by=officer, at=at)
    open_month(cast.ward, cast.organisation_officer, month=3)
    again = Rerating(
        rows=Confirmation.objects.select_related("submission"),
        stored=lambda c: c.outcome,
        again=lambda c: rate_document(c).to_json(),
    )
    report = verify(heads, rerate=[again])
    ours = [p for p in report.problems if p.kind.startswith(("appraisals.", "cycles.")) or not p.kind]
    assert ours == []
    assert report.rerated == Confirmation.objects.count() == 6
