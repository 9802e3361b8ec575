"""What is decided after a unit's results are published comes in a supplementary publication, counted and refused as
the first: late sheets, replacements; one meaning of published; two officers at once; data of earlier versions."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.agreement import all_disagree
from tests.cast import Cast
from tests.clients import page_of, signed_in
from tests.factories.months import judgement, sheet_of
from tests.guards import outside_actions
from tests.integration.decisions.conftest import CLOSED
from tests.integration.decisions.test_papers import saved
from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.published import published as is_published
from thuocdo.audit import append_only
from thuocdo.audit.report import Report
from thuocdo.cycles.models import Cycle, Run
from thuocdo.decisions import actions, queries
from thuocdo.decisions.actions.publishing import REOPENED
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.decisions.keeping import check_published, keep
from thuocdo.decisions.models import Decision, Publication, PublishedResult, UnpublishedCount
from thuocdo.decisions.office import office
from thuocdo.decisions.published import published
from thuocdo.decisions.working import work_once
from thuocdo.documents.decisions import laid_out
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.waiting import todo

LATER = CLOSED + timedelta(days=1)
LATE = {"202602-KT003-01": {"quality_met": "2", "note": "Sai số liệu"}}


def publish(cast: Cast, cycle: Cycle, *units: Any) -> actions.Published:
    ids = [unit.pk for unit in units or (cast.economy, cast.committee)]
    return actions.publish_units(cycle_id=cycle.pk, unit_ids=ids, by=cast.organisation_officer.user, at=LATER)


def replaced(cast: Cast, cycle: Cycle, comment: str = "Sửa.") -> Confirmation:
    """The result of KT003, wrong, is replaced after its publication; while it is open nothing of the unit is new."""
    (row,) = actions.propose_reopening(
        cycle_id=cycle.pk, sheet_ids=[sheet_of(cycle, cast.officer_appraised).pk], reason="Số liệu không đúng",
        by=cast.organisation_officer.user, at=LATER,
    )  # fmt: skip
    asked: dict[str, Any] = {"reopening_id": row.pk, "by": cast.chairman.user, "at": LATER}
    actions.agree_reopening(**asked)
    return actions.replace_result(judgement=judgement(tasks=LATE, comment=comment), reason="Theo kết luận", **asked)


def waits(cast: Cast) -> list[str]:
    lines = todo(cast.organisation_officer.user, LATER)
    return [line.text for line in lines if line.kind == "results.to_publish"]


def found_by_verify() -> list[str]:
    report = Report()
    check_published(report)
    return [problem.code for problem in report.problems]


def test_a_replacement_is_published_in_a_supplement(cast: Cast, closed: Cycle, client: Client) -> None:
    me, on = cast.officer_appraised.user, LATER.date()
    assert waits(cast) == ["4 kết quả tháng 2/2026 của Phường Bồ Đề đã quyết định, chưa công bố"]
    first = next(one for one in publish(cast, closed).created if one.unit == cast.economy)
    assert (first.number, waits(cast)) == (1, [])
    (old,) = queries.my_results(me)
    new = replaced(cast, closed)
    assert waits(cast) == ["1 kết quả tháng 2/2026 của Phường Bồ Đề đã quyết định, chưa công bố"]
    assert is_published([old.result.pk, new.pk]) == {old.result.pk}, "the level of the new one may still be decided"
    assert not published(Confirmation.objects.filter(sheet=new.sheet)).exists(), "neither the old one, nor the new"
    (mine,) = queries.my_results(me)
    assert (mine.result, mine.replaced) == (old.result, True)
    with pytest.raises(Conflict, match="chưa được công bố"):
        actions.receive_result(confirmation_id=new.pk, by=me, at=LATER)
    (line,) = [row for row in queries.published_list(me, first.pk, on).lines if row.since]
    assert (line.line.confirmation, line.since) == (old.result.pk, "đã có kết quả mới thay, chưa công bố")
    table = next(row for row in office(cast.organisation_officer.user, closed.pk, on).rows if row.unit == cast.economy)
    assert (table.results, table.waiting, table.publications, table.stops) == (3, 1, (first,), "")
    assert all_disagree(LATER) == []

    officer = signed_in(cast.organisation_officer, client)
    page = page_of(officer.get(f"/quyet-dinh/ky/{closed.pk}/"))
    assert f'name="unit" value="{cast.economy.pk}"' in page
    assert f'name="unit" value="{cast.committee.pk}"' not in page, "nothing new there"
    (second,) = publish(cast, closed).created
    assert (second.unit, second.number, second.results) == (cast.economy, 2, [new.pk])
    again = publish(cast, closed)
    assert (again.created, sorted(again.skipped)) == ((), sorted([cast.economy.pk, cast.committee.pk]))
    assert waits(cast) == []
    (row,) = queries.published_list(me, second.pk, on).lines
    assert (row.line.confirmation, row.renews, row.since) == (new.pk, True, "")
    (line,) = [row for row in queries.published_list(me, first.pk, on).lines if row.since]
    assert line.since == "đã thay bằng kết quả công bố lần 2"
    assert published(Confirmation.objects.filter(sheet=new.sheet)).get() == new
    assert "1 kết quả của ông/bà đã công bố" in " ".join(line.text for line in todo(me, LATER))
    assert all_disagree(LATER) == []
    assert actions.receive_result(confirmation_id=new.pk, by=me, at=LATER).publication == second
    actions.file_results(publication_ids=[second.pk], by=cast.organisation_officer.user, at=LATER)
    table = next(row for row in office(cast.organisation_officer.user, closed.pk, on).rows if row.unit == cast.economy)
    assert (table.receipts, table.unfiled, table.filed) == (1, (first,), False)
    assert found_by_verify() == []


def test_while_a_sheet_is_reopened_nothing_new_of_its_unit_is_published(cast: Cast, closed: Cycle) -> None:
    publish(cast, closed)
    replaced(cast, closed)
    (row,) = actions.propose_reopening(
        cycle_id=closed.pk, sheet_ids=[sheet_of(closed, cast.colleague).pk], reason="Sai",
        by=cast.organisation_officer.user, at=LATER,
    )  # fmt: skip
    actions.agree_reopening(reopening_id=row.pk, by=cast.chairman.user, at=LATER)
    assert publish(cast, closed).failed == {cast.economy.pk: REOPENED}


def test_a_supplement_has_a_list_of_its_own_with_a_number(cast: Cast, closed: Cycle, client: Client) -> None:
    first = next(one for one in publish(cast, closed).created if one.unit == cast.economy)
    new = replaced(cast, closed)
    (second,) = publish(cast, closed).created
    asked: dict[str, Any] = {"by": cast.organisation_officer.user, "at": LATER}
    with pytest.raises(Refusal, match="Lần công bố đầu"):
        actions.draft_supplement(publication_id=first.pk, **asked)
    for stranger in (cast.stranger, cast.officer_appraised):
        with pytest.raises(NotYours):
            actions.draft_supplement(publication_id=second.pk, by=stranger.user, at=LATER)
    with pytest.raises(NotYours):
        actions.draft_supplement(publication_id=0, **asked)
    page = f"/quyet-dinh/ky/{closed.pk}/{cast.economy.pk}/"
    officer = signed_in(cast.organisation_officer, client)
    assert "Soạn danh sách bổ sung" in page_of(officer.get(page))
    sent = officer.post(page, {"do": "supplement", "publication": second.pk})
    row = Decision.objects.get(kind="supplement")
    assert (sent.status_code, row.publication, row.number) == (302, second, "")
    assert row.subject == "Danh sách bổ sung (công bố lần 2) kết quả theo dõi, đánh giá tháng 2 năm 2026"
    found = queries.paper(cast.organisation_officer.user, row.pk, LATER.date())
    assert [line.confirmation for line in found.lines] == [new.pk]
    paper = laid_out(found)
    assert (paper.title, paper.articles, len(paper.rows)) == ("DANH SÁCH", (), 1)
    with pytest.raises(Conflict, match="đã có danh sách bổ sung dự thảo"):
        actions.draft_supplement(publication_id=second.pk, **asked)
    assert "Soạn danh sách bổ sung" not in page_of(officer.get(page))
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        Decision.objects.filter(pk=row.pk).update(publication=None)


def issued(cast: Cast, row: Decision, number: str) -> Decision:
    row = saved(cast, row, number=number)
    return actions.issue_decision(decision_id=row.pk, version=row.version, by=cast.head.user, at=LATER)


def test_a_list_never_certifies_a_result_replaced_since(cast: Cast, closed: Cycle) -> None:
    """Neither one drafted before the replacement, nor one drafted after it."""
    publish(cast, closed)
    replaced(cast, closed)
    (second,) = publish(cast, closed).created
    asked: dict[str, Any] = {"by": cast.organisation_officer.user, "at": LATER}
    draft = actions.draft_supplement(publication_id=second.pk, **asked)
    replaced(cast, closed, "Sửa lần nữa.")
    with pytest.raises(Conflict, match="kết quả của Nguyễn Thị Hồng Ngọc đã được thay"):
        issued(cast, draft, "11")
    draft.refresh_from_db()
    actions.drop_decision(decision_id=draft.pk, version=draft.version, **asked)
    with pytest.raises(Refusal, match="chưa có kết quả nào"):
        actions.draft_supplement(publication_id=second.pk, **asked)


def test_what_a_replacement_of_the_first_list_holds_asks_for_no_second_list(cast: Cast, closed: Cycle) -> None:
    publish(cast, closed)
    asked: dict[str, Any] = {"by": cast.organisation_officer.user, "at": LATER}
    first = issued(cast, actions.draft_decision(cycle_id=closed.pk, unit_id=cast.economy.pk, kind="list", **asked), "7")
    replaced(cast, closed)
    (second,) = publish(cast, closed).created
    papers = queries.unit_papers(cast.organisation_officer.user, closed.pk, cast.economy.pk, LATER.date())
    assert papers.to_list == (second,)
    again = actions.draft_replacement(decision_id=first.pk, reason="Kết quả đã thay", **asked)
    issued(cast, again, "8")
    papers = queries.unit_papers(cast.organisation_officer.user, closed.pk, cast.economy.pk, LATER.date())
    assert papers.to_list == ()


def test_a_run_publishes_what_came_since(cast: Cast, closed: Cycle) -> None:
    publish(cast, closed)
    replaced(cast, closed)
    run = start_publishing(cycle_id=closed.pk, by=cast.organisation_officer.user, at=LATER + timedelta(hours=1))
    while work_once():
        pass
    run = Run.objects.get(pk=run.pk)
    assert (run.state, run.created) == ("done", 1)
    assert list(Publication.objects.filter(number=2).values_list("unit", flat=True)) == [cast.economy.pk]


def test_publications_are_append_only_and_verify_reads_both(cast: Cast, closed: Cycle) -> None:
    publish(cast, closed)
    one = Publication.objects.get(unit=cast.economy)
    for change in (
        lambda: Publication.objects.update(number=3),
        lambda: PublishedResult.objects.all().delete(),
        lambda: Publication.objects.create(
            cycle=closed, unit=cast.economy, form="posted", form_note="x", results=[], digest="x", by=one.by, at=LATER
        ),
        lambda: PublishedResult.objects.create(publication=one, confirmation_id=one.results[0]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
            change()
    assert found_by_verify() == []
    UnpublishedCount.objects.create(cycle=closed, unit=cast.economy, number=1)
    assert found_by_verify() == ["unpublished_differ"]
    with outside_actions():
        append_only.release(connection, "decisions_publishedresult")
        PublishedResult.objects.filter(confirmation=one.results[0]).delete()
        append_only.protect(connection, "decisions_publishedresult")
    assert found_by_verify() == ["published_differ"], "the count of one is now right"


def test_an_open_cycle_costs_no_query(cast: Cast, february: Cycle) -> None:
    sheets = list(february.sheets.select_related("cycle"))
    results = list(Confirmation.objects.filter(sheet__cycle=february).select_related("sheet__cycle"))
    with CaptureQueriesContext(connection) as asked:
        keep([*sheets, *results], [], [])
    assert len(asked) == 0
    assert not UnpublishedCount.objects.exists()


def test_what_an_earlier_version_published_stays_and_what_came_after_is_not_published(
    cast: Cast, closed: Cycle
) -> None:
    publish(cast, closed)
    replaced(cast, closed)
    named = set(PublishedResult.objects.values_list("publication", "confirmation"))
    counted = set(UnpublishedCount.objects.values_list("cycle", "unit", "number"))
    assert counted == {(closed.pk, cast.economy.pk, 1)}
    filling = import_module("thuocdo.decisions.migrations.0006_published_filled")
    with outside_actions():
        append_only.release(connection, "decisions_publishedresult")
        filling.empty(apps, None)
        filling.fill(apps, None)
        append_only.protect(connection, "decisions_publishedresult")
    assert set(PublishedResult.objects.values_list("publication", "confirmation")) == named
    assert set(UnpublishedCount.objects.values_list("cycle", "unit", "number")) == counted
