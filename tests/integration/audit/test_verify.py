"""A sound record verifies; heads tell which part is anchored; results are computed again."""

from datetime import datetime

import pytest

from tests.integration.audit.world import World, write
from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Confirmation, Draft
from thuocdo.audit import heads
from thuocdo.audit.models import Chain, Event, EventObject
from thuocdo.audit.report import Anchor, Report
from thuocdo.audit.verify import Rerating, verify
from thuocdo.notices.models import Notice
from thuocdo.rulesets.models import Binding


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


def test_a_sound_record_is_clean(world: World, at: datetime) -> None:
    report = verify(heads.export(at=at))
    assert report.problems == []
    assert report.clean
    assert report.events == Event.objects.count() > 20
    assert report.objects == EventObject.objects.count()
    assert report.rows > 25


@pytest.mark.django_db(transaction=True)
def test_verification_of_committed_data_takes_one_state(at: datetime) -> None:
    user = User(username="ai", display_name="Ai", password="!", created_at=at)
    write(user, chain="he-thong", code="account.created", by=None, at=at)
    assert verify(heads.export(at=at)).clean


def test_working_copies_and_notices_are_not_on_the_record(world: World, at: datetime) -> None:
    Draft.objects.create(sheet=world.sheets[0], author=world.officer, document="{}", saved_at=at)
    Notice.objects.create(user=world.officer, kind="x", text="x", path="/", at=at)
    assert verify().clean


def test_what_came_after_the_export_is_not_anchored(world: World, at: datetime) -> None:
    exported = heads.export(at=at)
    before = Chain.objects.get(key="A1").seq
    write(world.people[0], chain="A1", code="employment.begun", by=world.officer, at=at)
    report = verify(exported)
    assert report.clean
    assert report.anchors["A1"] == Anchor(before, before + 1)
    assert verify().anchors["A1"] == Anchor(0, before + 1)


def test_a_damaged_heads_file_is_refused(world: World, at: datetime) -> None:
    exported = heads.export(at=at)
    exported["chains"].pop()
    with pytest.raises(heads.HeadsError, match="bị sửa hoặc hỏng"):
        verify(exported)


def test_results_are_computed_again(world: World) -> None:
    def rerating(result: str) -> Rerating:
        return Rerating(Confirmation.objects.filter(number=1), lambda c: c.outcome, lambda _c: result)

    same = verify(rerate=[rerating('{"score":"91/1"}')])
    assert same.clean
    assert same.rerated == 1
    assert codes(verify(rerate=[rerating('{"score":"92/1"}')])) == {"rerate_differs"}
    assert verify(rerate=[rerating('{"score":"91/1","reason":"Nói cách khác."}')]).clean  # what decided is the same
    assert codes(verify(rerate=[rerating('{"score":"91/1","missing":["marks"]}')])) == {"rerate_differs"}


def test_a_result_that_cannot_be_computed_again_is_a_problem(world: World) -> None:
    def again(_confirmation: Confirmation) -> str:
        raise LookupError("state/nd-335-2025")

    report = verify(rerate=[Rerating(Confirmation.objects.all(), lambda c: c.outcome, again)])
    assert codes(report) == {"rerate_failed"}
    assert report.found == 2


def test_an_unreadable_value_is_a_problem_and_not_a_crash(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ValueError("Expecting value: line 1 column 1")

    field = Binding._meta.get_field("overlays")
    monkeypatch.setattr(field, "from_db_value", broken)
    assert codes(verify()) == {"unreadable"}
