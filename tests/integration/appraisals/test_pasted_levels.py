"""Levels proposed as a table: by the rules of the page, within the places as they stand when it is applied."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.factories.months import OPENED
from tests.guards import outside_actions
from tests.integration.appraisals.test_scheme_levels import GOOD, decide, freeze, rated
from tests.integration.appraisals.test_scheme_levels import month as month
from tests.integration.intake.files import cells_of
from thuocdo.appraisals.models import LevelProposal, QuotaPlaces
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle
from thuocdo.intake.actions import apply_import, export_list, preview_block, preview_undo
from thuocdo.intake.documents import stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import Conflict, NotYours, Refusal

pytestmark = pytest.mark.django_db
HEADER = "Mã cán bộ\tMức đề xuất\tLý do\n"
TOP, NEXT = "Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ"


def pasted(cast: Cast, month: Cycle, lines: str) -> ImportBatch:
    return preview_block(by=cast.head.user, at=OPENED, kind="levels", scope=str(month.pk), text=HEADER + lines)


def test_levels_are_proposed_by_a_pasted_block_and_stand_in_the_file(cast: Cast, month: Cycle) -> None:
    best, good = rated(month, cast.colleague), rated(month, cast.task_giver, GOOD)
    freeze(cast, month)
    batch = pasted(cast, month, f"KT004\t{NEXT}\tChưa đều tay\nKT005\t{NEXT}\t")
    assert not stored_problems(batch)
    assert f"chưa đề xuất → {NEXT} (Chưa đều tay)" in stored_effects(batch)[0].text
    events = Event.objects.count()
    apply_import(by=cast.head.user, at=OPENED, batch_id=batch.pk)
    assert Event.objects.count() == events + 1
    held = {p.sheet_id: (p.reason, p.by, p.version) for p in LevelProposal.objects.all()}
    assert held == {best.pk: ("Chưa đều tay", cast.head.user, 1), good.pk: ("", cast.head.user, 1)}
    rows = cells_of(export_list(by=cast.head.user, at=OPENED, kind="levels", scope=str(month.pk)))
    assert [row[5] for row in rows[1:]] == [NEXT, NEXT]
    with pytest.raises(NotYours):
        export_list(by=cast.colleague.user, at=OPENED, kind="levels", scope=str(month.pk))
    decide(best, LevelProposal.objects.get(sheet=best).level, cast.head.user)
    (problem,) = stored_problems(pasted(cast, month, f"KT004\t{TOP}\t"))
    assert "đã quyết định mức" in problem.message


def test_rows_that_the_rules_refuse_say_why_and_a_place_is_asked_for_when_it_is_taken(
    cast: Cast, month: Cycle
) -> None:
    rated(month, cast.colleague)
    rated(month, cast.task_giver, GOOD)
    freeze(cast, month)
    for line, words in (
        (f"KT004\t{NEXT}\t", "phải ghi lý do"),
        (f"KT005\t{TOP}\t", "chỉ đề xuất được"),
        ("KT004\tTuyệt vời\t", "chỉ đề xuất được"),
        (f"KT003\t{NEXT}\t", "Không có phiếu đã xác nhận"),
    ):
        (problem,) = stored_problems(pasted(cast, month, line))
        assert words in problem.message
    batch = pasted(cast, month, f"KT004\t{TOP}\t")
    assert not stored_problems(batch)
    with outside_actions():
        QuotaPlaces.objects.update(places=0)
    with pytest.raises(Conflict, match="Không còn suất"):
        apply_import(by=cast.head.user, at=OPENED, batch_id=batch.pk)
    assert not LevelProposal.objects.exists()


def test_proposed_levels_are_taken_back_within_the_places_and_not_once_decided(cast: Cast, month: Cycle) -> None:
    act: dict[str, Any] = {"by": cast.head.user, "at": OPENED}
    best, _ = rated(month, cast.colleague), rated(month, cast.task_giver)
    freeze(cast, month)
    with outside_actions():
        QuotaPlaces.objects.update(places=1)

    def applied(lines: str) -> ImportBatch:
        return apply_import(batch_id=pasted(cast, month, lines).pk, **act)

    def held() -> dict[int, str]:
        return dict(LevelProposal.objects.values_list("sheet", "reason"))

    applied(f"KT004\t{TOP}\tMột")
    swapped = applied(f"KT004\t{NEXT}\tHai\nKT005\t{TOP}\tHai")
    back = preview_undo(batch_id=swapped.pk, **act)
    assert [one.outcome for one in stored_effects(back)] == ["changed", "changed"]
    with pytest.raises(Refusal, match="Không còn suất"):  # the place is free only where both go back
        apply_import(batch_id=back.pk, skip=frozenset({3}), **act)
    apply_import(batch_id=back.pk, **act)
    assert held() == {best.pk: "Một"}
    assert [p.kind for p in verify().problems if p.kind.startswith("appraisals.level")] == []
    lowered = applied(f"KT004\t{NEXT}\tBa\nKT005\t{NEXT}\tBa")
    applied(f"KT005\t{TOP}\tBốn")
    told = [one.text for one in stored_effects(preview_undo(batch_id=lowered.pk, **act))]
    assert "Không còn suất" in told[0]
    assert "đã làm tiếp" in told[1]
    proposal = LevelProposal.objects.get(sheet=best)
    decide(best, proposal.level, cast.head.user, proposal.reason, proposal.version)
    told = [one.text for one in stored_effects(preview_undo(batch_id=lowered.pk, **act))]
    assert "đã quyết định mức" in told[0]
