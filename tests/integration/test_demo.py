"""The built demonstration: every situation of docs/demo.md, put into the database by the product itself."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tests.agreement import OPEN, disagreements
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Petition, Remark, Sheet
from thuocdo.appraisals.queries import evaluation_table, todo
from thuocdo.audit.verify import verify
from thuocdo.ballots.models import Ballot
from thuocdo.collectives.models import UnitBonus, UnitDraft, UnitResult, UnitSheet
from thuocdo.cycles.models import Cycle, Member
from thuocdo.decisions.models import Delivery, Publication, ResultReceipt
from thuocdo.demo import service_unit
from thuocdo.demo import situations as s
from thuocdo.demo.build import build_demo
from thuocdo.demo.make_files import committed_files
from thuocdo.demo.months import demo_months
from thuocdo.demo.posts import holders
from thuocdo.demo.state import DemoState, demo_state
from thuocdo.demo.tour import PASSWORD, sign_ins
from thuocdo.demo.units import WARD
from thuocdo.demo.world import World
from thuocdo.difficulties.models import AcceptedReading, Difficulty
from thuocdo.intake.actions import preview_import
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.workdays import add_working_days
from thuocdo.opinions.models import OpinionRound, OpinionTally
from thuocdo.opinions.queries import desk
from thuocdo.organisation.models import Employment, Role, Unit
from thuocdo.organisation.queries import permissions
from thuocdo.plans.models import WeekItem
from thuocdo.reviews import following, meeting_rules
from thuocdo.reviews.models import Defect, Remedy, ReviewMeeting, ReviewPrompt, ReviewReport
from thuocdo.rounds import queries as rounds
from thuocdo.rounds.models import Round

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MONTHS = demo_months(NOW.date())
State = Sheet.State
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def quietly(label: str, work: Callable[[], object]) -> None:
    """Progress that nobody reads."""
    work()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    """One build for all tests of this file, rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert demo_state() == DemoState.EMPTY
        plan = build_demo(at=NOW, say=quietly)
        yield World.read(plan, NOW, Unit.objects.get(code=WARD))
        transaction.set_rollback(True)


def test_lists_notices_and_what_waits_agree_for_everybody_who_acts(world: World) -> None:
    acting = User.objects.filter(is_active=True).filter(
        Exists(Role.objects.filter(person__user=OuterRef("pk")))
        | Exists(Employment.objects.filter(person__user=OuterRef("pk")).exclude(leadership="none"))
        | Q(username__in=[name for name, _, _ in sign_ins()])
    )
    assert disagreements(acting, NOW) == []
    waiting = {kind for kind, found in OPEN.items() if found(NOW)}
    assert waiting >= {"sheet.drafting", "sheets.to_evaluate", "petition.to_answer", "difficulties.waiting",
                       "opinions.to_answer", "proposals.waiting", "unit_sheet.to_file"}  # fmt: skip


def member(world: World, slot: str, index: int) -> Member:
    return Member.objects.get(cycle=world.cycle(MONTHS[index]), person=world.people[slot])


def test_two_months_are_closed_and_the_third_is_open_with_deadlines_ahead(world: World):
    first, second, third = (world.cycle(month) for month in MONTHS)
    assert (first.number, second.number, third.number) == (8, 9, 10)
    assert first.state == second.state == Cycle.State.CLOSED
    assert third.state == Cycle.State.OPEN
    assert third.opened_at < NOW < third.submit_by < third.confirm_by
    assert (third.submit_by - NOW).days < 7


def test_everybody_in_a_closed_month_is_confirmed_in_the_band_aimed_at(world: World):
    leaders = {slot for slot, h in holders().items() if h.post.leadership != "none"}
    for month in MONTHS[:2]:
        states = Counter(Sheet.objects.filter(cycle=world.cycle(month)).values_list("state", flat=True))
        assert set(states) == {State.CONFIRMED}
        bands = {"excellent": "excellent", "good": "good", "fair": "complete", "poor": "incomplete"}
        found = Counter()
        for slot in (w.slot for w in world.plan.work if w.month.index == month.index):
            result = world.confirmation(slot, month)
            found[result.band] += 1
            corrected = slot == s.PETITION_CORRECTED and month.index == 0
            if slot not in leaders and not corrected:
                assert result.band == bands[world.work(slot, month).band], slot
        assert set(found) == set(bands.values())


def test_the_open_month_is_in_mid_flight(world: World):
    states = Counter(Sheet.objects.filter(cycle=world.cycle(MONTHS[2])).values_list("state", flat=True))
    for state in (State.DRAFTING, State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED, State.CONFIRMED):
        assert states[state] >= 2, state
    assert world.sheet(s.CIVIL_SERVANT, MONTHS[2]).state == State.DRAFTING
    assert world.sheet(s.MISSING_SHEET, MONTHS[2]).state == State.DRAFTING
    assert world.sheet(s.NO_ACCOUNT, MONTHS[2]).state == State.DRAFTING
    assert world.people[s.NO_ACCOUNT].user is None
    for slot in s.RETURNED:
        assert world.sheet(slot, MONTHS[2]).state == State.RETURNED


def test_who_is_out_and_why(world: World):
    city = ("tu.h", "ubtp.h")
    standings = {slot: member(world, slot, 2).standing for slot in holders() if slot not in city}
    out = Counter(standings.values())
    assert out[Member.Standing.NO_RULE] == 14
    assert standings[s.MATERNITY] == Member.Standing.AWAY
    assert standings[s.MOVER_NOW] == Member.Standing.CHOICE
    assert out[Member.Standing.NO_EVALUATOR] == 0
    assert "thai sản" in member(world, s.MATERNITY, 2).reason
    assert "28" in member(world, "vp.c1", 2).reason
    assert not [m.reason for m in Member.objects.all() if m.reason.endswith((",", ", "))]
    assert "Nghị định 233/2026" in member(world, s.PUBLIC_EMPLOYEE, 0).reason
    assert "Đảng" in member(world, "du.h", 2).reason


def test_evaluators_by_the_three_rows_of_article_10(world: World):
    expected = {"kt.h": "ub.h", "kt.1": "kt.h", "kt.d1": "kt.h", "tn.h": "hc.h", "tn.1": "tn.h",
                "tn.d1": "tn.h", "duvp.h": "du.h", "duvp.1": "duvp.h", "mt.1": "mt.h", "dukt.1": "dukt.h"}
    for slot, evaluator in expected.items():
        assert member(world, slot, 2).evaluator == world.people[evaluator], slot


def test_movers_leaves_and_exceptions(world: World):
    moved = member(world, s.MOVER_BEFORE, 1)
    assert moved.standing == Member.Standing.IN
    assert moved.reason
    assert moved.unit.code == "HK-DU-VP"
    assert member(world, s.SICK_PART, 1).standing == Member.Standing.IN
    kinds = Counter(Remark.objects.values_list("kind", flat=True))
    assert kinds[Remark.Kind.STAND_IN] == 2
    assert kinds[Remark.Kind.EXTENSION] == 1
    assert kinds[Remark.Kind.RETURN] == 3


def test_situations_of_the_engine(world: World):
    outcome = world.confirmation(s.EXCUSED_CAUSE, MONTHS[0]).submission.document
    assert '"late_excused":1' in outcome
    assert '"handed_back":true' in world.confirmation(s.HANDED_BACK, MONTHS[1]).submission.document
    above = world.confirmation(s.ABOVE_HUNDRED, MONTHS[0])
    assert '"outside_plan":true' in above.submission.document
    leader = world.confirmation(s.ORGANISING_HALF, MONTHS[1])
    assert '"organising":50' in leader.submission.document
    assert world.sheet(s.EMPTY_DENOMINATOR, MONTHS[2]).state == State.SUBMITTED
    overlays = Confirmation.objects.exclude(rulebook=service_unit.RULEBOOK).values_list("overlays", flat=True)
    assert all(used == ["overlays/vi-du-phuong"] for used in overlays)


def test_a_service_unit_lives_one_month_under_its_own_decree(world: World):
    """NĐ 233/2026: two groups of 30 and 70 points; how points are come by is the unit's own regulation (Điều 12.5)."""
    seen = {}
    for slot in service_unit.WORK:
        assert member(world, slot, 0).standing == Member.Standing.NO_RULE
        assert member(world, slot, 1).standing == Member.Standing.IN
        found = world.confirmation(slot, MONTHS[1])
        assert (found.rulebook, found.overlays) == (service_unit.RULEBOOK, [])
        assert found.confirmed_by == world.people["ub.h" if slot == "tt.h" else "tt.h"]
        assert service_unit.WHY in found.submission.document
        seen[slot] = (found.score, found.band)
    assert seen == {"tt.h": ("87/1", "good"), "tt.1": ("169/2", "good"), "tt.2": ("68/1", "complete")}
    listed = Publication.objects.get()
    assert (listed.unit.code, listed.named.count()) == ("HK-TT", 2), "the head's result is the committee's to publish"
    taken = WeekItem.objects.get(person=world.people[s.PUBLIC_EMPLOYEE], week__month=MONTHS[1].first.month)
    assert (taken.state, taken.task.person) == (WeekItem.State.DONE, world.people[s.PUBLIC_EMPLOYEE])
    by_person = [one.confirmation.subject for one in ResultReceipt.objects.exclude(confirmation=None)]
    assert by_person == [world.people[s.PUBLIC_EMPLOYEE]]


def test_what_the_decree_leaves_open_in_the_service_unit_needs_a_decision(world: World):
    worker = member(world, "tt.c1", 1)
    assert (worker.standing, worker.unit.code) == (Member.Standing.NO_RULE, "HK-TT")
    assert "Giám đốc Trung tâm chưa quyết định" in worker.reason
    assert "Điều 20 khoản 2" in worker.reason
    sheet, head = world.sheet(s.PUBLIC_EMPLOYEE, MONTHS[2]), world.user("tt.h")
    assert sheet.state == State.SUBMITTED
    point = transaction.savepoint()
    try:
        actions.open_for_review(sheet_id=sheet.pk, by=head, at=NOW)
        opened = world.sheet(s.PUBLIC_EMPLOYEE, MONTHS[2])
        judgement = {"comment": "Nhất trí."}
        left = actions.confirm(sheet_id=sheet.pk, version=opened.version, judgement=judgement, by=head, at=NOW)
        assert (left.outcome_kind, left.score, left.band) == ("needs_decision", "", "")
        assert [one["id"] for one in json.loads(left.outcome)["open_points"]] == [service_unit.OPEN_POINT]
    finally:
        transaction.savepoint_rollback(point)


def test_the_evaluator_finds_a_submitted_sheet_without_flags_for_confirming_several_at_once(world: World):
    user = User.objects.get(username=s.USERNAMES[s.EVALUATOR])
    rows = evaluation_table(user, world.cycle(MONTHS[2]).pk, NOW).rows
    clean = [row.sheet.person_id for row in rows if row.sheet.state == State.SUBMITTED and not row.flags]
    assert world.people[s.NOTHING_TO_SEE].pk in clean


def test_petitions_in_every_state(world: World):
    states = dict(Petition.objects.values_list("author__code", "state"))
    assert states == {
        holders()[s.PETITION_CORRECTED].code: Petition.State.CORRECTED,
        holders()[s.PETITION_UPHELD].code: Petition.State.UPHELD,
        holders()[s.PETITION_PENDING].code: Petition.State.RECEIVED,
    }
    pending = Petition.objects.get(state=Petition.State.RECEIVED)
    assert pending.answer_by > NOW.date()
    corrected = world.confirmation(s.PETITION_CORRECTED, MONTHS[0])
    assert corrected.number == 2
    assert corrected.replaces is not None
    assert corrected.replaces.score_shown < corrected.score_shown


def test_difficulties_in_every_state(world: World):
    states = Counter(Difficulty.objects.values_list("state", flat=True))
    assert states == {"published": 1, "merged": 1, "answered": 1, "waiting": 1, "withdrawn": 1}
    assert {d.holder for d in Difficulty.objects.all()} == {world.ward}
    assert AcceptedReading.objects.get().article == "nd-335/17.1"


def test_a_unit_is_rated_down_to_the_receipt_and_others_are_under_way(world: World):
    states = dict(UnitSheet.objects.values_list("unit__code", "state"))
    assert states == {"HK-TT": "decided", "HK-KT": "drafting", "HK-VP": "drafting", "HK-VX": "proposed"}
    result = UnitResult.objects.get()
    assert (result.level, result.score_shown, result.proposed_by) == ("good", 7900, world.people["ub.d1"])
    assert UnitBonus.objects.get().given == 300
    sent = Delivery.objects.get()
    assert (sent.decision.state, sent.to.code) == ("issued", "HK-TT")
    assert sent.received_by == world.user("tt.h")
    head = world.user(s.EVALUATOR)
    assert UnitDraft.objects.get().author == head
    kinds = {t.kind for person in (head, world.user(s.AUTHORITY)) for t in todo(person, NOW)}
    assert {"unit_sheet.to_file", "unit_sheet.to_decide"} <= kinds


def test_one_round_of_opinions_has_its_counts_and_one_waits_for_the_employee(world: World):
    rounds = dict(OpinionRound.objects.filter(year_round=None).values_list("unit__code", "state"))
    assert rounds == {"HK-KT": "closed", "HK-VP": "open"}
    counts = list(OpinionTally.objects.values_list("sent", "returned", "valid", "shown"))
    assert counts == [(5, 4, 4, True)] * 2
    (waiting,) = desk(world.user(s.CIVIL_SERVANT), NOW).to_answer
    assert (waiting.people, waiting.round.unit.code) == (2, "HK-VP")
    assert waiting.round.closes_on > NOW.date()


def test_each_role_signs_in_with_the_printed_password(world: World):
    for username, name, _ in sign_ins():
        user = User.objects.get(username=username)
        assert user.check_password(PASSWORD)
        assert user.display_name == name
        assert len(permissions(user, NOW.date())) >= 2
    assert Role.objects.filter(kind=Role.Kind.OFFICER).count() == 1
    assert User.objects.count() == 66


def test_the_log_agrees_with_the_tables_and_says_that_this_is_a_demonstration(world: World):
    report = verify(None)
    assert report.clean, report.problems[:3]
    assert demo_state() == DemoState.READY


def test_the_offered_files_import_again_as_a_customer_would(world: World):
    expected = {"don-vi-phuong.xlsx": "unchanged", "nguoi-phuong.xlsx": "unchanged",
                "vang-phuong.xlsx": "unchanged",
                "cong-viec-thang-10.xlsx": "unchanged",
                "cong-viec-thang-11.xlsx": "created"}
    for file in committed_files():
        batch = preview_import(by=world.officer, at=NOW, kind=file.kind, scope=file.scope,
                               file_name=file.name, content=file.content)
        if file.name == "nguoi-co-loi.xlsx":
            assert batch.state == ImportBatch.State.REFUSED
            assert json.loads(batch.counts)["refused"] >= 5
            assert "HK804" in batch.problems
        elif file.name in expected:
            assert batch.state == ImportBatch.State.READY, batch.problems
            assert f'"{expected[file.name]}":0' not in batch.counts


def test_a_prompt_waits_for_its_answer_and_an_own_report_is_begun(world: World):
    prompt = ReviewPrompt.objects.get()
    assert (prompt.subject.kind, prompt.points.count()) == ("collective", 2)
    assert [one.source for one in Defect.objects.filter(year=NOW.year)] == ["self"]
    shown = following.prompted(world.user(s.AUTHORITY), prompt.subject_id, NOW)
    assert (shown.answers, shown.issues) == ({}, False), "whoever leads the collective reads it and writes the answers"


def test_each_role_finds_something_of_the_year_to_do(world: World):
    expected = {
        "congchuc": {"reviews.to_write", "reviews.remedy", "reviews.meeting"},
        "giaoviec": {"reviews.meeting"},
        "truongphong": {"reviews.to_write", "reviews.remedy"},
        "totruong": {"reviews.to_write", "opinions.to_answer", "events.to_file"},
        "chutich": {"reviews.prompt", "reviews.remedy_claimed", "reviews.meeting", "events.to_decide"},
        "tochuc": {"reviews.to_write", "reviews.remedy_claimed", "events.to_verify"},
        "kiemtra": {"reviews.to_write"},
    }
    for username, kinds in expected.items():
        assert {t.kind for t in todo(User.objects.get(username=username), NOW)} >= kinds, username


def test_drafts_a_meeting_remedies_opinions_and_a_ballot_wait_in_the_middle_of_the_year(world: World):
    meeting = ReviewMeeting.objects.get()
    met = meeting_rules.subjects_of(meeting)
    assert (meeting.state, meeting.on > NOW.date(), len(met)) == ("called", True, 2)
    assert meeting_rules.broken(met, meeting.on, 2) == []
    running = ReviewReport.objects.exclude(subject__in=met)
    assert [one.stage for one in running] == ["draft"] * 2
    tomorrow = add_working_days(NOW.date(), 1)
    for one in running:
        (early,) = meeting_rules.broken([one.subject], tomorrow, 2)
        assert "chưa đủ 03 ngày làm việc" in early
    states = dict(Remedy.objects.values_list("defect__subject__name", "state"))
    assert sorted(states.values()) == ["claimed", "doing", "open"]
    asked = OpinionRound.objects.get(year_round__isnull=False)
    assert (asked.state, asked.closes_on > NOW.date()) == ("open", True)
    assert asked.parties.get().invitations.count() == 6
    coming = Ballot.objects.get(organisation__code="HK-CB-HC")
    assert (coming.state, coming.held_on > NOW.date()) == ("frozen", True)
    assert coming.electors.filter(person=world.people[s.COMPONENT_HEAD]).exists()


def test_the_round_of_the_year_is_open_with_steps_done_waiting_and_to_be_decided(world: World):
    one = Round.objects.get()
    assert (one.state, one.organisation.code, one.overlays) == ("open", "HK-DB", ["overlays/vi-du-dang-uy-xa"])
    states = Counter(one.subjects.values_list("kind", "standing"))
    assert states["party_member", "in"] > 40
    assert states["party_member", "exempt"] == 1
    assert states["collective", "open"] >= 1
    picture = rounds.picture(world.officer, one.pk, 0, NOW)
    assert picture.live
    done = {node: count.done for node, count in picture.counts.items() if count.done}
    assert done == {"review_collective": 1, "review_in_cell": 3, "review_head": 1, "review_others": 2, "rate_work": 4}
