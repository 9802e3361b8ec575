"""The proposed results of a period, computed in columns, are those of the preview of each sheet."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bench.city.people import City, found_city
from bench.city.work import confirm_sheets, give_tasks, submit_sheets
from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions, facts, proposing
from thuocdo.appraisals.actions import runs
from thuocdo.appraisals.models import Confirmation, ProposedResult, Sheet, Submission
from thuocdo.appraisals.queries import rate_document
from thuocdo.cycles.models import Cycle, Run, RunFailure
from thuocdo.decisions.working import work_once
from thuocdo.engine.errors import CaseError
from thuocdo.engine.many import Brief
from thuocdo.kernel.errors import Conflict, Refusal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 26, 1, 0, tzinfo=timezone.utc)
LATER = AT + timedelta(days=4)


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch) -> City:
    """A month of two agencies, submitted."""
    monkeypatch.setattr(runs, "RATED_AT_ONCE", 100)
    city = found_city(scale=100, by=None, at=AT, components=6)
    officer = User.objects.get(pk=city.officer)
    actions.open_cycle(
        root_id=city.root, kind="month", year=2026, number=2, submit_by=LATER, confirm_by=LATER, choices={},
        by=officer, at=AT,
    )  # fmt: skip
    while work_once():
        pass
    give_tasks(city=city, by=officer, at=AT)
    submit_sheets(cycle=Cycle.objects.get(), by=officer, at=LATER)
    return city


def rate(city: City) -> Run:
    cycle = Cycle.objects.get()
    run = actions.start_rating(cycle_id=cycle.pk, by=User.objects.get(pk=city.officer), at=LATER)
    while work_once():
        pass
    return Run.objects.get(pk=run.pk)


def expected(sheet: Sheet) -> tuple[str, str, int | None, str, str]:
    """What the page of one sheet computes."""
    document = json.loads(sheet.submissions.order_by("-number")[0].document)
    outcome = facts.rate(facts.pinned(sheet.member), sheet.cycle, document["subject"]).outcome
    points = " ".join(sorted(point.id for point in outcome.open_points))
    return outcome.kind, facts.fraction(outcome.score), facts.shown(outcome.score), outcome.band or "", points


def test_columns_give_what_the_page_of_one_sheet_gives(city: City) -> None:
    run = rate(city)
    waiting = Sheet.objects.filter(state="submitted")
    assert (run.state, run.created, run.failed) == (Run.State.DONE, waiting.count(), 0)
    assert run.created + run.skipped == run.total == Sheet.objects.count()
    sample = waiting.filter(pk__in=list(waiting.order_by("pk").values_list("pk", flat=True))[::7])
    leaders = waiting.exclude(member__leadership="none")[:20]
    kinds = set()
    for sheet in [*sample.select_related("member", "cycle"), *leaders.select_related("member", "cycle")]:
        row = ProposedResult.objects.get(sheet=sheet)
        assert (row.outcome_kind, row.score, row.score_shown, row.band, row.open_points) == expected(sheet)
        assert row.rulebook_hash == sheet.member.rulebook_hash
        kinds.add(row.outcome_kind)
    assert kinds == {"scored", "needs_decision"}


def test_what_the_generated_city_confirms_is_explained_again(city: City) -> None:
    """A stored judgement without what was rated is refused in words, not answered with an error."""
    rate(city)
    confirm_sheets(cycle=Cycle.objects.get(), by=User.objects.get(pk=city.officer), at=LATER)
    for done in Confirmation.objects.select_related("submission").order_by("pk")[:20]:
        assert facts.fraction(rate_document(done).score) == done.score
    done.submission.document = "{}"
    with pytest.raises(Refusal, match="thuocdo verify"):
        rate_document(done)


def file_again(sheet: Sheet, last: Submission, document: dict[str, Any]) -> None:
    """A second self document of the sheet."""
    text = facts.canonical(document)
    with outside_actions():
        Submission.objects.create(
            sheet=sheet, number=2, part="self", author=last.author, at=LATER, document=text, digest="x" * 64
        )


def test_rating_again_replaces_and_uses_the_latest_document(city: City) -> None:
    rate(city)
    sheet = Sheet.objects.filter(state="submitted", member__leadership="none").order_by("pk")[0]
    before = ProposedResult.objects.get(sheet=sheet)
    last = sheet.submissions.get()
    document = json.loads(last.document)
    document["subject"]["marks"]["discipline"] = "0"
    file_again(sheet, last, document)
    again = rate(city)
    after = ProposedResult.objects.get(sheet=sheet)
    assert after.submission.number == 2
    assert after.score_shown is not None
    assert before.score_shown is not None
    assert after.score_shown < before.score_shown
    assert ProposedResult.objects.count() == again.created


def test_who_cannot_be_rated_is_named_with_the_reason(city: City) -> None:
    sheet = Sheet.objects.filter(state="submitted", member__leadership="none").order_by("pk")[0]
    last = sheet.submissions.get()
    document = json.loads(last.document)
    document["subject"]["marks"]["discipline"] = "99"
    document["subject"]["leadership_factors"] = {"organising": 100}
    file_again(sheet, last, document)
    run = rate(city)
    failure = RunFailure.objects.get()
    assert (run.state, run.failed, failure.person_id) == (Run.State.DONE, 1, sheet.person_id)
    assert failure.reason
    assert not ProposedResult.objects.filter(sheet=sheet).exists()


def test_a_column_that_is_refused_is_rated_without_it(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise CaseError(file="", key="", problem="x", remedy="y")

    cycle = Cycle.objects.get()
    texts = Submission.objects.order_by("pk").values_list("document", flat=True)[:5]
    book = facts.pinned(Sheet.objects.filter(state="submitted")[0].member)
    by_columns = proposing.rate_all(book, cycle, texts)
    assert {type(one) for one in by_columns} == {Brief}
    monkeypatch.setattr(proposing, "rate_columns", refused)
    assert proposing.rate_all(book, cycle, texts) == by_columns
    monkeypatch.setattr(proposing, "rate_many", lambda _book, subjects, _period: [None for _ in subjects])
    assert proposing.rate_all(book, cycle, texts) == by_columns


def test_a_closed_period_is_not_rated_and_a_second_run_waits(city: City) -> None:
    cycle, officer = Cycle.objects.get(), User.objects.get(pk=city.officer)
    actions.start_rating(cycle_id=cycle.pk, by=officer, at=LATER)
    with pytest.raises(Conflict, match="chưa xong"):
        actions.start_rating(cycle_id=cycle.pk, by=officer, at=LATER)
