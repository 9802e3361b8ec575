"""Commendations and reminders on published results, and the list of transfers that are overdue."""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from django.utils.timezone import localdate

from tests.agreement import all_disagree
from tests.factories import schemes
from tests.factories.people import make_unit
from tests.factories.publications import unpublish_everything
from tests.guards import outside_actions
from tests.integration.results import world
from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Confirmation
from thuocdo.audit.digests import sha256
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import Publication, PublishedResult
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import UnitLink
from thuocdo.organisation.queries import officer_units
from thuocdo.organisation.waiting import todo
from thuocdo.results import actions, following, syncing
from thuocdo.results.models import FollowUp, FollowUpRule, SyncMark

OWN = {
    "marks.discipline": "18", "marks.quantity": "24", "marks.quality": "24,5", "marks.progress": "20",
    "marks.bonus": "5", **schemes.FIELDS,
}  # fmt: skip
AT = world.day_after(2, 4)
DAY = AT.date()


@pytest.fixture
def months(cast: Any) -> Any:
    """January and February of two people, closed and published."""
    people = [cast.officer_appraised, cast.colleague]
    for number in (1, 2):
        cycle = world.month_of_work(cast, number, people[:1])
        for person in people[1:]:
            world.make_task(person, cast.economy, 1, month=date(2026, number, 1), giver=cast.task_giver.user, late=2)
            world.result(cycle, person, cast, ethics="1")
        with outside_actions():
            Cycle.objects.filter(pk=cycle.pk).update(
                state="closed", closed_at=AT, closed_by=cast.organisation_officer.user
            )
            found = list(Confirmation.objects.filter(sheet__cycle=cycle).values_list("pk", flat=True))
            told = Publication.objects.create(
                cycle=cycle, unit=cast.economy, form="electronic", form_note="Trưởng phòng", results=found,
                digest="x", by=cast.head.user, at=AT,
            )  # fmt: skip
            PublishedResult.objects.bulk_create(
                [PublishedResult(publication=told, confirmation_id=one) for one in found]
            )
    return cast


def rule(cast: Any, **changed: Any) -> FollowUpRule:
    asked = {"unit_id": cast.economy.pk, "kind": "commend", "bound": "at_least", "score": "97", "run": 2}
    given = {"start": date(2026, 1, 1), "decided_by": "Trưởng phòng", "source": "Quy chế 05/QC", "at": AT}
    return actions.set_follow_up_rule(**(asked | given | {"by": cast.organisation_officer.user} | changed))


def results_of(person: Any) -> list[int]:
    rows = Confirmation.objects.filter(subject=person).order_by("sheet__cycle__number")
    return list(rows.values_list("pk", flat=True))


def propose(cast: Any, person: Any, **changed: Any) -> FollowUp:
    asked = {"person_id": person.pk, "kind": "commend", "rule_id": 0, "results": results_of(person)}
    given = {"reason": "Hai tháng liền làm tốt.", "by": cast.organisation_officer.user, "at": AT}
    return actions.propose_follow_up(**(asked | given | changed))


def decide(row: FollowUp, by: Any, **changed: Any) -> FollowUp:
    given = {"agree": True, "reason": "Đúng tiêu chí.", "number": "12/QĐ-KT", "signed_on": DAY}
    known = {"follow_up_id": row.pk, "version": row.version, "by": by.user, "at": AT}
    return actions.decide_follow_up(**(given | known | changed))


def _desk(user: User, on: date) -> syncing.Desk:
    """The desk; what waits is also what the results themselves say, one by one."""
    desk = syncing.desk(user, on)
    plain: dict[tuple[int, int], list[Confirmation]] = {}
    of_cycles = Q(sheet__cycle__root__in=officer_units(user, on), sheet__cycle__year__gte=on.year - 1)
    for one in syncing.uncovered(of_cycles):
        plain.setdefault((one.sheet.cycle_id, one.sheet.member.evaluator_unit_id), []).append(one)
    days = {duty.rulebook: duty.days for duty in syncing.duties()}
    expected = {
        place: (len(rows), min(r.at for r in rows), max(r.at for r in rows),
                min(localdate(r.at) + timedelta(days=days[r.rulebook]) for r in rows))
        for place, rows in plain.items()
    }
    assert {(p.cycle.pk, p.unit.pk): (p.results, p.oldest, p.newest, p.due) for p in desk.pending} == expected
    assert list(desk.pending) == sorted(desk.pending, key=lambda p: (p.oldest, p.cycle.pk, p.unit.pk))
    return desk


def test_the_month_shown_is_the_newest_in_which_somebody_in_reach_was_told_a_result(months: Any) -> None:
    officer = months.organisation_officer.user
    assert following.desk(officer, DAY).month == (2026, 2)
    world.month_of_work(months, 3, [months.officer_appraised])  # results that nobody was told
    assert Confirmation.objects.filter(sheet__cycle__number=3).exists()
    assert following.desk(officer, DAY).month == (2026, 2)
    assert following.desk(months.task_giver.user, DAY).month is None


def test_who_meets_the_agencys_own_rule_is_listed_and_nothing_follows_by_itself(months: Any) -> None:
    assert following.desk(months.organisation_officer.user, DAY).met is None
    made = rule(months)
    scores = [Confirmation.objects.get(pk=pk).score_shown for pk in results_of(months.officer_appraised)]
    met = following.desk(months.organisation_officer.user, DAY).met
    assert met is not None
    assert [one.person.pk for one in met.people] == [months.officer_appraised.pk]
    assert [row.score_shown for row in met.people[0].results] == scores
    assert FollowUp.objects.count() == 0
    actions.end_follow_up_rule(rule_id=made.pk, end=DAY, by=months.organisation_officer.user, at=AT)
    assert following.desk(months.organisation_officer.user, DAY).met is None
    low = rule(months, kind="remind", bound="below", score="97,5", run=1)
    met = following.desk(months.head.user, DAY).met
    assert met is not None
    assert (met.rule.pk, {one.person.pk for one in met.people}) == (low.pk, {months.colleague.pk})


def test_a_rule_reaches_the_agencies_of_the_month_it_is_asked_for(months: Any) -> None:
    """An agency that came under the unit after the rule began, and one that has left it since the run began."""
    made = rule(months, unit_id=months.ward.pk)
    link = UnitLink.objects.filter(tree="structure", parent=months.ward, child=months.economy)

    def met() -> set[int]:
        found = following.desk(months.organisation_officer.user, DAY).met
        assert found is not None
        assert found.rule == made
        return {one.person.pk for one in found.people}

    for start, end in ((date(2026, 2, 15), None), (date(2025, 7, 1), date(2026, 2, 10))):
        with outside_actions():
            link.update(start=start, end=end)
            if end is not None:
                UnitLink.objects.create(tree="structure", parent=months.other_ward, child=months.economy, start=end)
                months.organisation_officer.roles.create(unit=months.economy, kind="officer", start=date(2025, 7, 1))
        assert met() == {months.officer_appraised.pk}, (start, end)
    proposal = {"rule_id": made.pk, "results": results_of(months.officer_appraised)}
    assert propose(months, months.officer_appraised, **proposal).rule == made


def test_rules_are_the_agencys_choice_with_their_source(months: Any) -> None:
    for changed, field in (
        ({"kind": "x"}, "kind"), ({"bound": "x"}, "bound"), ({"run": 0}, "run"), ({"score": "101"}, "score"),
        ({"source": " "}, "source"), ({"decided_by": ""}, "decided_by"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            rule(months, **changed)
        assert refused.value.field == field
    with pytest.raises(NotYours):
        rule(months, by=months.colleague.user)
    made = rule(months)
    with pytest.raises(Refusal, match="sau ngày bắt đầu"):
        actions.end_follow_up_rule(rule_id=made.pk, end=made.start, by=months.head.user, at=AT)
    actions.end_follow_up_rule(rule_id=made.pk, end=DAY, by=months.head.user, at=AT)
    with pytest.raises(Conflict):
        actions.end_follow_up_rule(rule_id=made.pk, end=DAY, by=months.head.user, at=AT)


def test_from_a_proposal_to_what_the_person_sees(months: Any) -> None:
    person = months.officer_appraised
    before = list(Confirmation.objects.filter(subject=person).values_list("pk", "score"))
    made = propose(months, person, rule_id=rule(months).pk)
    told = [one for one in all_disagree(AT) if "result.to_receive" not in one]  # this world publishes past the action
    assert told == []
    assert made.unit_id == months.economy.pk
    assert "follow_up.to_decide" in [one.kind for one in todo(months.head.user, AT)]
    with pytest.raises(NotYours):
        following.shown(person.user, made.pk, DAY)
    with pytest.raises(NotYours):
        decide(made, months.organisation_officer)
    with pytest.raises(Refusal, match="cả số và ngày"):
        decide(made, months.head, number="")
    with pytest.raises(Refusal, match="Lý do"):
        decide(made, months.head, reason=" ")
    agreed = decide(made, months.head)
    with pytest.raises(Conflict):
        decide(made, months.head)
    known = {"by": months.head.user, "at": AT}
    back = actions.undo_follow_up(follow_up_id=made.pk, version=agreed.version, **known)
    assert (back.state, back.reason, back.decided_by) == ("proposed", "", None)
    again = decide(back, months.head)
    with pytest.raises(NotYours):
        following.shown(person.user, made.pk, DAY)
    told = actions.publish_follow_up(follow_up_id=made.pk, version=again.version, **known)
    assert following.shown(person.user, made.pk, DAY).own
    assert [one.pk for one in following.of_person(person.user)] == [made.pk]
    assert Notice.objects.filter(user=person.user, kind="follow_up.published").count() == 1
    with pytest.raises(Conflict):
        actions.undo_follow_up(follow_up_id=made.pk, version=told.version, **known)
    assert list(Confirmation.objects.filter(subject=person).values_list("pk", "score")) == before
    codes = list(Event.objects.filter(code__startswith="follow_up.").order_by("pk").values_list("code", flat=True))
    assert codes == [f"follow_up.{one}" for one in ("proposed", "agreed", "undone", "agreed", "published")]


def test_what_is_not_met_not_published_or_the_own_is_refused(months: Any) -> None:
    person, made = months.colleague, rule(months)
    with pytest.raises(Refusal, match="không còn đúng tiêu chí"):
        propose(months, person, rule_id=made.pk)
    with pytest.raises(Refusal, match="không còn đúng tiêu chí"):
        propose(months, months.officer_appraised, rule_id=made.pk, results=results_of(months.officer_appraised)[:1])
    with pytest.raises(Refusal, match="ít nhất một"):
        propose(months, person, results=[])
    met = {"rule_id": made.pk, "results": results_of(months.officer_appraised)}
    for changed in ({"end": DAY}, {"start": DAY + timedelta(days=1)}, {"unit": make_unit("XA", "Phường khác")}):
        before = {name: getattr(made, name) for name in changed}
        with outside_actions():
            FollowUpRule.objects.filter(pk=made.pk).update(**changed)
            with pytest.raises(Refusal, match="không còn đúng tiêu chí"):
                propose(months, months.officer_appraised, **met)
            FollowUpRule.objects.filter(pk=made.pk).update(**before)
    with pytest.raises(NotYours):
        propose(months, person, results=results_of(months.officer_appraised))
    for stranger in (person, months.officer_appraised, months.stranger, months.inspector):
        with pytest.raises(NotYours):
            propose(months, person, by=stranger.user)
    unpublish_everything()
    with pytest.raises(NotYours):
        propose(months, person)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.create(
            person=person, unit=months.economy, chain="x", kind="remind", basis=[], proposal="x", state="agreed",
            proposed_by=months.head.user, proposed_at=AT, decided_by=person, decided_at=AT, reason="x",
        )  # fmt: skip


def test_a_proposal_is_withdrawn_by_whoever_made_it_or_declined(months: Any) -> None:
    first = propose(months, months.colleague, kind="reprimand")
    with pytest.raises(NotYours):
        actions.withdraw_follow_up(follow_up_id=first.pk, version=1, by=months.head.user, at=AT)
    actions.withdraw_follow_up(follow_up_id=first.pk, version=1, by=months.organisation_officer.user, at=AT)
    second = propose(months, months.colleague, kind="remind", by=months.head.user)
    made_known = {"published_by": months.colleague.user, "published_at": AT, "decided_by": months.head,
                  "decided_at": AT, "reason": "x", "state": "published"}  # fmt: skip
    for forged in ({"proposed_by": months.colleague.user}, made_known):
        with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
            FollowUp.objects.filter(pk=second.pk).update(**forged)
    declined = decide(second, months.head, agree=False, number="", signed_on=None)
    with pytest.raises(Conflict):
        actions.publish_follow_up(follow_up_id=second.pk, version=declined.version, by=months.head.user, at=AT)
    assert following.of_person(months.colleague.user) == []


def _told_as_the_results_say(user: User, days: range) -> None:
    """Counted by periods and units, what is overdue is what the results say one by one."""
    for number in days:
        on = AT + timedelta(days=number)
        lines = [one.text for one in todo(user, on) if one.kind == "results.to_sync"]
        dues = [Q(rulebook=duty.rulebook, at__lt=duty.late_before(on.date())) for duty in syncing.duties()]
        late = syncing.uncovered(reduce(or_, dues)).count()
        assert [line.split()[0] for line in lines] == ([str(late)] if late else []), on


@pytest.mark.long(13)
def test_results_wait_five_days_to_be_marked_as_transferred(months: Any) -> None:
    officer = months.organisation_officer
    confirmed = {one.number: world.day_after(one.number, 1).date() for one in Cycle.objects.all()}
    found = _desk(officer.user, DAY)
    assert [(one.cycle.number, one.results, one.due, one.overdue) for one in found.pending] == [
        (1, 2, confirmed[1] + timedelta(days=5), True), (2, 2, confirmed[2] + timedelta(days=5), False),
    ]  # fmt: skip
    (line,) = [one for one in todo(officer.user, AT) if one.kind == "results.to_sync"]
    assert (line.text[:1], line.overdue) == ("2", True)
    assert "results.to_sync" not in [one.kind for one in todo(months.head.user, AT)]
    _told_as_the_results_say(officer.user, range(-40, 9, 6))
    chosen = [(one.cycle.pk, one.unit.pk) for one in found.pending[:1]]
    asked = {"chosen": chosen, "done_on": DAY, "reference": "GD-01", "by": officer.user, "at": AT}
    for changed in ({"reference": " "}, {"done_on": DAY + timedelta(days=1)}, {"chosen": []}):
        with pytest.raises(Refusal):
            actions.mark_synced(**(asked | changed))
    with pytest.raises(NotYours):
        actions.mark_synced(**(asked | {"by": months.inspector.user}))
    (mark,) = actions.mark_synced(**asked)
    assert (mark.results, Event.objects.filter(code="results.synced").count()) == (2, 1)
    assert actions.mark_synced(**asked) == []
    assert [one.cycle.number for one in _desk(officer.user, DAY).pending] == [2]
    assert "results.to_sync" not in [one.kind for one in todo(officer.user, AT)]
    with outside_actions():  # as if a result committed before the mark had come in later than one committed after it
        SyncMark.objects.create(
            cycle=mark.cycle, unit=mark.unit, covers_until=AT + timedelta(days=9), covers_to=mark.covers_to, results=2,
            digest=mark.digest, done_on=DAY, reference="GD-02", by=officer.user, at=AT,
        )  # fmt: skip
    world.corrected(Confirmation.objects.get(subject=months.officer_appraised, sheet__cycle__number=1), months, AT)
    later = _desk(officer.user, DAY).pending
    assert {one.cycle.number: one.results for one in later} == {1: 1, 2: 2}
    (line,) = [one for one in todo(officer.user, AT + timedelta(days=8)) if one.kind == "results.to_sync"]
    assert line.text.startswith("3 kết quả quá hạn")
    _told_as_the_results_say(officer.user, range(12))
    with outside_actions(), pytest.raises(DatabaseError), transaction.atomic():
        SyncMark.objects.filter(pk=mark.pk).update(reference="khác")


def test_a_citys_whole_list_is_marked_in_two_queries(months: Any) -> None:
    """1,100 lines of one file, of which two have results."""
    real = [(cycle, months.economy.pk) for cycle in Cycle.objects.order_by("-number").values_list("pk", flat=True)]
    asked = [*real, *((real[0][0], 10**6 + number) for number in range(1100))]
    transfers = dict.fromkeys(asked, syncing.Transfer(DAY, "GD-01"))
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        marks = syncing.marks_of(transfers, months.organisation_officer.user, AT)
    assert len(seen) == 2
    assert [(one.cycle_id, one.unit_id, one.results) for one in marks] == [(*place, 2) for place in real]
    newest = {one.cycle.pk: one.newest for one in _desk(months.organisation_officer.user, DAY).pending}
    assert {one.cycle_id: one.covers_until for one in marks} == newest
    keys = Confirmation.objects.filter(sheet__cycle=real[0][0]).order_by("pk").values_list("pk", flat=True)
    assert (marks[0].covers_to, marks[0].digest) == (keys[1], sha256(",".join(map(str, keys))))
    assert SyncMark.objects.count() == 0


def test_only_rulebooks_that_ask_for_the_transfer_make_it_wait(cast: Any, client: Client) -> None:
    """A month under Hà Nội 2021 owes NĐ 335 nothing; NĐ 233 asks for the same by its own article."""
    assert {duty.rulebook: (duty.days, duty.cite) for duty in syncing.duties()} == {
        "state/nd-233-2026": (5, "Điều 18 khoản 1 điểm b Nghị định 233/2026/NĐ-CP"),
        "state/nd-335-2025": (5, "Điều 26 khoản 1 điểm d Nghị định 335/2025/NĐ-CP"),
    }
    schemes.bound(cast, *schemes.HA_NOI)
    month = schemes.opened_period(cast)
    judged = schemes.judged(schemes.under_review(month, cast.colleague, OWN))
    officer, later = cast.organisation_officer, judged.at + timedelta(days=40)
    assert _desk(officer.user, later.date()).pending == ()
    assert "results.to_sync" not in [one.kind for one in todo(officer.user, later)]
    asked = {"chosen": [(month.pk, cast.economy.pk)], "done_on": later.date(), "reference": "GD-01"}
    assert actions.mark_synced(**asked, by=officer.user, at=later) == []
    client.force_login(officer.user)
    page = client.get("/ket-qua/dong-bo/").content.decode()
    assert all(escape(duty.label) in page and duty.cite in page for duty in syncing.duties())


def test_the_pages(months: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    officer, person = months.organisation_officer, months.officer_appraised
    client.force_login(officer.user)
    desk = "/ket-qua/theo-doi/"
    typed = {"step": "set", "unit": months.economy.pk, "kind": "commend", "bound": "at_least", "run": "2"}
    refused = client.post(desk, typed | {"score": "abc", "start": "01/01/2026"})
    assert refused.status_code == 400
    given = {"score": "97", "start": "01/01/2026", "decided_by": "Trưởng phòng", "source": "Quy chế"}
    assert "Đã ghi tiêu chí" in client.post(desk, typed | given, follow=True).content.decode()
    for address, words in ((desk, person.full_name), (f"{desk}?nguoi={months.colleague.pk}", "Đề xuất với")):
        with CaptureQueriesContext(connection) as seen:
            assert words in client.get(address).content.decode()
        assert len(seen) <= 15, (address, [q["sql"][:100] for q in seen.captured_queries])
    ids = ",".join(str(pk) for pk in results_of(person))
    asked = {"step": "propose", "person": person.pk, "kind": "commend", "rule": FollowUpRule.objects.get().pk}
    assert "Đã đề xuất" in client.post(desk, asked | {"results": ids, "proposal": "Tốt"}, follow=True).content.decode()
    row = FollowUp.objects.get()
    one = f"{desk}{row.pk}/"
    client.force_login(months.head.user)
    assert "Quyết định" in client.get(one).content.decode()
    assert client.post(one, {"step": "agree", "version": "1", "reason": ""}).status_code == 400
    client.post(one, {"step": "agree", "version": "1", "reason": "Đúng", "number": "", "signed_on": ""})
    client.post(one, {"step": "undo", "version": "2"})
    client.post(one, {"step": "agree", "version": "3", "reason": "Đúng", "number": "", "signed_on": ""})
    client.force_login(person.user)
    assert client.get(one).status_code == 404
    assert client.get(desk).status_code == 403
    client.force_login(months.head.user)
    client.post(one, {"step": "publish", "version": "4"})
    client.force_login(person.user)
    assert "không thay đổi điểm" in client.get(one).content.decode()
    assert "Khen thưởng, nhắc nhở" in client.get("/ket-qua/").content.decode()
    client.force_login(officer.user)
    sync = "/ket-qua/dong-bo/"
    shown = client.get(sync).content.decode()
    assert "quá hạn" in shown
    assert " checked" not in shown
    assert client.get(sync, {"chon": "tat-ca"}).content.decode().count(" checked") == shown.count('name="row"')
    assert client.post(sync, {"done_on": "04/03/2026", "reference": "x"}).status_code == 400
    first = Cycle.objects.get(number=1)
    done = {"row": f"{first.pk}:{months.economy.pk}", "done_on": "04/03/2026", "reference": "GD-02"}
    refused = client.post(sync, done | {"done_on": "hôm qua"})
    assert f'value="{done["row"]}" checked' in refused.content.decode()
    assert "Đã ghi nhận 2 kết quả" in client.post(sync, done, follow=True).content.decode()
