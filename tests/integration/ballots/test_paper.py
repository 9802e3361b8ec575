"""A ballot on paper from its question to the signed minutes, and who may do what in it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.guards import outside_actions
from tests.integration.ballots.conftest import (
    AT,
    HELD,
    LOCAL,
    TYPED,
    World,
    called,
    chosen_in,
    entered,
    frozen,
    issued_in,
    prepared,
    typed_count,
)
from thuocdo.accounts.models import User
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.ballots import about, actions, people, queries
from thuocdo.ballots.models import Ballot, BallotLine, CountEntry, Elector, MinutesScan, Teller
from thuocdo.ballots.people import offered
from thuocdo.documents.ballots import spoils
from thuocdo.kernel.errors import Conflict, NotYours, Refusal, Several
from thuocdo.organisation.changes.models import PersonMerge
from thuocdo.organisation.models import Employment, Person
from thuocdo.work.evidence import Upload

pytestmark = pytest.mark.django_db
SCAN = Upload("bien-ban.pdf", b"%PDF-1.7 da ky")


def signed(one: Ballot, world: World) -> Ballot:
    first, second = world.tellers[0].user, world.tellers[1].user
    scan = actions.attach_scan(ballot_id=one.pk, version=one.version, upload=SCAN, by=first, at=AT)
    one.refresh_from_db()
    actions.confirm_scan(ballot_id=one.pk, version=one.version, scan_id=scan.pk, same=True, by=second, at=AT)
    one.refresh_from_db()
    return one


def test_the_whole_way_leaves_one_event_a_step_and_verifies(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    one = entered(issued, world, 1)
    assert one.state == Ballot.State.COUNTED
    one = signed(one, world)
    one = actions.finish_ballot(ballot_id=one.pk, version=one.version, by=world.cast.team_head.user, at=AT)
    assert one.state == Ballot.State.FINAL
    codes = list(Event.objects.filter(code__startswith="ballot.").order_by("pk").values_list("code", flat=True))
    assert codes == [
        "ballot.prepared", "ballot.people_chosen", "ballot.frozen", "ballot.roll_called", "ballot.issued",
        "ballot.count_entered", "ballot.count_entered", "ballot.scan_attached", "ballot.scan_confirmed",
        "ballot.finished",
    ]  # fmt: skip
    assert not Event.objects.filter(code="ballot.count_entered", data__contains="returned").exists()
    assert [one for one in verify().problems if one.kind.startswith("ballots.")] == []
    votes = about.votes_about(world.cast.head.pk, 2026)[0]
    assert votes.votes == {
        "convened": 7, "present": 6, "issued": 6, "collected": 6, "valid": 5, "high": 3, "medium": 0, "low": 2,
    }  # fmt: skip
    assert (votes.digest, votes.scan) == (one.minutes.get().digest, MinutesScan.objects.get().digest)


def test_what_the_text_says_is_not_typed_and_what_it_does_not_say_must_be(world: World) -> None:
    one = prepared(world, TYPED | {"quorum": "1/9", "options": "Tốt"})
    assert (one.quorum_part, one.quorum_whole, one.options[2], one.invalid) == (2, 3, "Tín nhiệm thấp", "line")
    assert "Phụ lục 4" in one.basis
    with pytest.raises(Several) as refused:
        prepared(world, {**TYPED, "text": "", "title": " ", "majority": "2/3", "secrecy": ""})
    assert {"title", "basis", "quorum", "quorum_source", "options", "invalid", "secrecy", "majority_of"} <= set(
        refused.value.problems
    )
    with pytest.raises(Several, match="không nói về loại bỏ phiếu"):
        prepared(world, TYPED, kind="member_levels")
    with pytest.raises(Several, match="phải có căn cứ"):
        prepared(world, LOCAL | {"majority": "1/2", "majority_of": "valid", "majority_over": "over"})


def test_a_resolution_of_the_assembly_is_secret_and_nothing_else(world: World) -> None:
    assembly = TYPED | {"text": "votes/nq-96-2023#vote", "quorum": "2/3", "quorum_source": "nội quy kỳ họp",
                        "invalid": "line"}  # fmt: skip
    assert prepared(world, assembly | {"secrecy": ""}).secrecy == Ballot.Secrecy.SECRET
    with pytest.raises(Several, match="quy định bỏ phiếu kín"):
        prepared(world, assembly)


def test_who_counts_is_not_on_the_slip_unless_a_whole_cell_is(world: World) -> None:
    chosen = chosen_in(world, lines=[f"p{world.tellers[1].pk}"])
    for kind, typed, fine in (("confidence_levels", TYPED, False), ("member_levels", LOCAL, True)):
        one = prepared(world, typed, kind=kind)
        what = {"ballot_id": one.pk, "version": one.version, "chosen": chosen, "by": world.cast.head.user, "at": AT}
        if fine:
            assert actions.choose_people(**what).tellers.count() == 3
        else:
            with pytest.raises(Several, match="không kiểm phiếu"):
                actions.choose_people(**what)


def test_another_kind_after_the_lists_does_not_let_candidates_count(world: World) -> None:
    """A whole cell may count its own slips; the same lists under another kind are refused when they are frozen."""
    by = world.cast.head.user
    one = prepared(world, LOCAL, kind="member_levels")
    chosen = chosen_in(world, lines=[f"p{world.tellers[1].pk}"])
    one = actions.choose_people(ballot_id=one.pk, version=one.version, chosen=chosen, by=by, at=AT)
    one = prepared(world, ballot_id=one.pk, version=one.version)
    with pytest.raises(Refusal, match="không kiểm phiếu"):
        actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT)


def test_the_lists_tell_all_their_faults_at_once(world: World) -> None:
    one = prepared(world)
    wrong = chosen_in(world, voters=[], lines=["p999999"], tellers=[world.tellers[0].pk], head=0, chair=0)
    with pytest.raises(Several) as refused:
        actions.choose_people(ballot_id=one.pk, version=one.version, chosen=wrong, by=world.cast.head.user, at=AT)
    assert set(refused.value.problems) == {"voters", "lines", "tellers", "chair"}


def test_more_people_than_a_page_holds_are_refused_and_not_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody loses the vote by an alphabet: neither when the lists are written, nor when more came before freezing."""
    one = prepared(world)
    by = world.cast.head.user
    what: dict[str, Any] = {"ballot_id": one.pk, "version": one.version, "by": by, "at": AT}
    everybody = len(offered(one, HELD).people)
    monkeypatch.setattr(people, "MOST", everybody - 1)
    assert offered(one, HELD).cut
    client = Client()
    client.force_login(by)  # type: ignore[arg-type]
    assert "không lưu được" in client.get(f"/bo-phieu/{one.pk}/danh-sach/").content.decode()
    with pytest.raises(Refusal, match="trang này không chứa hết"):
        actions.choose_people(chosen=chosen_in(world), **what)
    monkeypatch.setattr(people, "MOST", everybody)
    one = actions.choose_people(chosen=chosen_in(world, others="không triệu tập"), **what)
    monkeypatch.setattr(people, "MOST", everybody - 1)
    with pytest.raises(Refusal, match="trang này không chứa hết"):
        actions.freeze_ballot(**what | {"version": one.version})


def test_nobody_is_silently_without_a_vote(world: World) -> None:
    """On paper and on phones: neither a tick nor a reason is refused by name, as is who came after the lists."""
    by, missing = world.cast.head.user, world.cast.team_member
    for typed in (TYPED, LOCAL | {"mode": "phone"}):
        one = prepared(world, typed)
        some = [person.pk for person in world.voters if person != missing]
        reasons = {key: "không triệu tập" for key in offered(one, HELD).people if key not in {*some, missing.pk}}
        lists = chosen_in(world, voters=some, voter_reasons=reasons, others=" ")
        what: dict[str, Any] = {"ballot_id": one.pk, "version": one.version, "by": by, "at": AT}
        with pytest.raises(Several, match=f"Chưa rõ 1 người có bỏ phiếu không: {missing.full_name}"):
            actions.choose_people(chosen=lists, **what)
        one = actions.choose_people(chosen=replace(lists, others="đi công tác"), **what)
        assert one.electors.get(person=missing).left_out == "đi công tác"
        assert set(one.electors.values_list("person_id", flat=True)) == set(offered(one, HELD).people)
    with outside_actions():
        one.electors.filter(person=missing).delete()
    with pytest.raises(Refusal, match=f"Chưa rõ 1 người có bỏ phiếu không: {missing.full_name}"):
        actions.freeze_ballot(**what | {"version": one.version})


def test_fewer_than_five_are_not_frozen_on_phones(world: World) -> None:
    """So few say what each chose, and no batch hides anybody: paper is the only way, and the refusal says why."""
    by = world.cast.head.user
    one = prepared(world, LOCAL | {"mode": "phone"})
    few = chosen_in(world, voters=[person.pk for person in world.voters[:4]])
    one = actions.choose_people(ballot_id=one.pk, version=one.version, chosen=few, by=by, at=AT)
    with pytest.raises(Refusal, match="Chỉ có 4 người bỏ phiếu: dưới 5"):
        actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT)
    one = prepared(world, LOCAL, ballot_id=one.pk, version=one.version)
    assert actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT).state == Ballot.State.FROZEN


def test_who_is_left_out_stands_with_the_reason_and_is_not_summoned(world: World) -> None:
    one = frozen(world)
    assert json.loads(one.document)["summoned"] == 7
    found = queries.opened(world.cast.team_member.user, one.pk, AT)
    assert [(row.person.full_name, row.left_out) for row in found.left_out] == [("Lý Thùy Dương", "đang nghỉ thai sản")]
    assert [row.left_out for row in found.left_off] == ["đã có thông báo nghỉ hưu"]


def test_nothing_frozen_changes(world: World) -> None:
    one = frozen(world)
    for call in (
        lambda: prepared(world, ballot_id=one.pk, version=one.version),
        lambda: actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=world.cast.head.user, at=AT),
    ):
        with pytest.raises(Conflict, match="đã chốt"):
            call()
    with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
        Ballot.objects.filter(pk=one.pk).update(document=one.document.replace("phòng", "ban"))
    changes: list[dict[str, Any]] = [
        {"kind": "member_levels"}, {"secrecy": "secret"}, {"majority": {"of": "valid"}, "majority_source": "x"},
        {"options": ["Có"]},
        {"rulebook": ""}, {"basis": "khác"}, {"least": 0}, {"most": 2}, {"invalid": "slip"}, {"quorum_part": 1},
        {"quorum_whole": 4}, {"quorum_source": "khác"}, {"mode": "phone"}, {"chair": world.cast.head},
        {"step": "x"}, {"paper_reason": "vì"},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
            Ballot.objects.filter(pk=one.pk).update(**change)


def test_the_lists_of_a_frozen_ballot_are_refused_every_change_by_the_database(world: World) -> None:
    """Who votes, who stands on the slip, who counts; only who is present is still written down."""
    one, other = frozen(world), world.cast.stranger
    elector, line, teller = one.electors.first(), one.lines.first(), one.tellers.first()
    assert elector is not None
    assert line is not None
    assert teller is not None
    changes: list[Callable[[], Any]] = [
        lambda: Elector.objects.create(ballot=one, person=other),
        lambda: BallotLine.objects.create(ballot=one, number=9, text="Thêm", person=other),
        lambda: Teller.objects.create(ballot=one, person=other),
        lambda: Elector.objects.filter(pk=elector.pk).update(left_out="vì"),
        lambda: Elector.objects.filter(pk=elector.pk).update(person=other),
        lambda: BallotLine.objects.filter(pk=line.pk).update(text="Khác"),
        lambda: Teller.objects.filter(pk=teller.pk).update(person=other),
        lambda: Elector.objects.filter(pk=elector.pk).delete(),
        lambda: BallotLine.objects.filter(pk=line.pk).delete(),
        lambda: Teller.objects.filter(pk=teller.pk).delete(),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
            change()
    with outside_actions():
        assert Elector.objects.filter(pk=elector.pk).update(present=True) == 1


def test_too_few_present_is_refused_with_the_source(world: World) -> None:
    with pytest.raises(Refusal, match=r"4 trên 7 .* chưa đủ 2/3"):
        called(world, absent=3)
    assert called(world, absent=2).present == 5


def test_no_more_slips_than_people_present(world: World) -> None:
    one = called(world, absent=1)
    for typed in ("7", "0", "", "1.5", "-1"):
        with pytest.raises(Refusal, match="từ 1 đến 6"):
            actions.issue_slips(ballot_id=one.pk, version=one.version, issued=typed, by=world.tellers[0].user, at=AT)


def test_a_mistyped_number_of_slips_is_written_again_until_somebody_counts(issued: Ballot, world: World) -> None:
    what = {"ballot_id": issued.pk, "by": world.tellers[1].user, "at": AT}
    with pytest.raises(Refusal, match="vì sao"):
        actions.correct_issued(version=issued.version, reason=" ", **what)
    one = actions.correct_issued(version=issued.version, reason="gõ nhầm", **what)
    assert (one.state, one.issued) == (Ballot.State.CALLED, None)
    one = actions.issue_slips(version=one.version, issued="6", **what)
    entered(one, world, 0)
    one.refresh_from_db()
    with pytest.raises(Conflict, match="không ghi lại được"):
        actions.correct_issued(version=one.version, reason="gõ nhầm", **what)


def test_three_tellers_sign_in_or_nobody_could_settle_what_differs(world: World) -> None:
    one, teller = prepared(world), world.tellers[2]
    choose = {"ballot_id": one.pk, "version": one.version, "chosen": chosen_in(world), "at": AT}
    with outside_actions():
        User.objects.filter(pk=teller.user_id).update(is_active=False)
    with pytest.raises(Several, match=f"tài khoản đã khóa: {teller.full_name}"):
        actions.choose_people(**choose, by=world.cast.head.user)
    with outside_actions():
        User.objects.filter(pk=teller.user_id).update(is_active=True)
        Person.objects.filter(pk=teller.pk).update(user=None)
    with pytest.raises(Several, match=f"Chưa có tài khoản .*: {teller.full_name}"):
        actions.choose_people(**choose, by=world.cast.head.user)


def merged(kept: Person, dropped: Person, world: World, *, approved: bool = True) -> PersonMerge:
    how = {"approved_by": world.cast.head.user, "approved_at": AT} if approved else {}
    with outside_actions():
        return PersonMerge.objects.create(
            kept=kept,
            dropped=dropped,
            reason="một người",
            proposed_by=world.cast.organisation_officer.user,
            proposed_at=AT,
            **how,
        )


def test_one_person_with_two_codes_does_not_enter_both_counts(issued: Ballot, world: World) -> None:
    first, second, _ = world.tellers
    entered(issued, world, 0)
    merge = merged(second, first, world, approved=False)
    with outside_actions():
        PersonMerge.objects.filter(pk=merge.pk).update(approved_by=world.cast.head.user, approved_at=AT)
    with pytest.raises(Conflict, match="đã nhập số"):
        entered(issued, world, 1)
    assert issued.entries.count() == 1
    assert entered(issued, world, 2).state == Ballot.State.COUNTED, "somebody else does"


def test_one_person_with_two_codes_has_one_slip(world: World) -> None:
    one, by = prepared(world), world.cast.head.user
    one = actions.choose_people(ballot_id=one.pk, version=one.version, chosen=chosen_in(world), by=by, at=AT)
    kept, dropped = world.cast.colleague, world.cast.team_member
    merge = merged(kept, dropped, world)
    with pytest.raises(Refusal, match=f"hai mã trong danh sách người bỏ phiếu: {kept.full_name}"):
        actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT)
    with outside_actions():
        PersonMerge.objects.filter(pk=merge.pk).update(approved_by=None, approved_at=None)
    assert actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT).state == Ballot.State.FROZEN


def test_nobody_is_called_before_the_day_of_the_meeting_whatever_the_clock_says(world: World) -> None:
    one = frozen(world)
    present = list(one.electors.filter(left_out="").values_list("pk", flat=True))
    call = {"ballot_id": one.pk, "version": one.version, "present": present, "by": world.tellers[0].user}
    with pytest.raises(Conflict, match="ngày 02/03/2026, chưa tới"):
        actions.call_roll(**call, at=AT - timedelta(days=1))
    one = actions.call_roll(**call, at=AT + timedelta(days=300))
    earlier = AT - timedelta(hours=7)
    by = {"ballot_id": one.pk, "by": world.tellers[0].user, "at": earlier}
    one = actions.issue_slips(version=one.version, issued=str(one.present), **by)
    assert one.state == Ballot.State.ISSUED, "a clock set back holds nothing up: states follow each other, not times"
    assert [said for said in verify().problems if said.kind.startswith("ballots.")] == []


def test_who_leaves_after_freezing_stays_on_the_list_and_holds_nobody_up(world: World) -> None:
    one, gone = frozen(world), world.cast.team_member
    with outside_actions():
        Employment.objects.filter(person=gone).update(end=HELD)
        User.objects.filter(pk=gone.user_id).update(is_active=False)
    summoned = json.loads(one.document)["summoned"]
    there = list(one.electors.filter(left_out="").exclude(person=gone).order_by("pk").values_list("pk", flat=True))
    what = {"ballot_id": one.pk, "by": world.tellers[0].user, "at": AT}
    one = actions.call_roll(version=one.version, present=there, **what)
    one = actions.issue_slips(version=one.version, issued=str(len(there)), **what)
    entered(one, world, 0)
    one = entered(one, world, 1)
    assert one.state == Ballot.State.COUNTED
    assert summoned == one.electors.filter(left_out="").count() == len(there) + 1, "quorum is of those summoned"
    assert gone.full_name in {row.person.full_name for row in queries.opened(world.cast.head.user, one.pk, AT).electors}


def test_the_slip_says_only_what_spoils_it() -> None:
    kind = Ballot.Kind.CONFIDENCE_LEVELS
    party = Ballot(rulebook="votes/qd-96-2023", kind=kind, held_on=date(2026, 3, 2), least=1, most=1)
    older = Ballot(rulebook="votes/qd-262-2014", kind=kind, held_on=date(2018, 3, 2), least=1, most=1)
    own = Ballot(least=0, most=2, invalid="slip")
    line = "Dòng gạch tên, để trống hoặc đánh dấu sai số ô thì riêng dòng đó không hợp lệ."
    assert spoils(party) == f"{line} Phiếu không do ban kiểm phiếu phát là phiếu không hợp lệ."
    words = "Phiếu không do ban kiểm phiếu phát hoặc ghi thêm tên hoặc nội dung khác là phiếu không hợp lệ."
    assert spoils(older) == f"{line} {words}"
    assert spoils(own) == "Dòng đánh dấu quá 2 ô thì cả phiếu không hợp lệ. Dòng để trống vẫn hợp lệ."


def test_the_second_entry_sees_nothing_of_the_first(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    for person in (world.tellers[1], world.tellers[0], world.cast.head, world.cast.team_head):
        found = queries.opened(person.user, issued.pk, AT)
        assert found.result is None
        assert found.counting is None or (found.counting.both, found.counting.differences) == ((), ())


def test_one_person_enters_once(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    with pytest.raises(Conflict, match="đã nhập"):
        entered(issued, world, 0)


def test_where_two_differ_a_third_settles_it_with_a_reason(issued: Ballot, world: World) -> None:
    entered(issued, world, 0, typed_count(low=2))
    one = entered(issued, world, 1, typed_count(low=3))
    assert one.state == Ballot.State.ISSUED
    assert queries.opened(world.tellers[0].user, one.pk, AT).counting.both == ()
    third = queries.opened(world.tellers[2].user, one.pk, AT).counting
    assert third is not None
    assert [row[1:] for row in third.differences] == [
        ("Dòng 1 (Lê Minh Đức, Trưởng phòng): “Tín nhiệm cao”", 3, 2),
        ("Dòng 1 (Lê Minh Đức, Trưởng phòng): “Tín nhiệm thấp”", 2, 3),
    ]
    with pytest.raises(Refusal, match="Hãy ghi lý do"):
        entered(one, world, 2)
    one = entered(one, world, 2, typed_count(low=2) | {"reason": "đếm lại từng phiếu trước ban kiểm phiếu"})
    assert one.state == Ballot.State.COUNTED
    content = json.loads(one.minutes.get().content)
    assert (content["settled_by_third"], content["figures"]["lines"][0]["counts"]) == (True, [3, 0, 2])
    assert CountEntry.objects.count() == 3


def test_abuse_46_a_third_entry_by_one_of_the_two_and_one_without_a_reason_are_refused_by_the_database(
    issued: Ballot, world: World
) -> None:
    entered(issued, world, 0, typed_count(low=2))
    entered(issued, world, 1, typed_count(low=3))
    one, two = CountEntry.objects.order_by("number")
    for number, by, reason in ((3, one.by, "vì"), (3, two.by, "vì"), (3, world.tellers[2].user, ""), (4, one.by, "vì")):
        with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
            CountEntry.objects.create(
                ballot=issued, counting=1, number=number, figures=one.figures, reason=reason, by=by, at=AT
            )
    for change in (CountEntry.objects.filter(pk=one.pk).update, CountEntry.objects.filter(pk=one.pk).delete):
        with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
            change(**({"figures": two.figures} if change.__name__ == "update" else {}))


def test_abuse_46_strangers_voters_and_organisers_neither_call_nor_count(issued: Ballot, world: World) -> None:
    one = issued
    for person in (world.cast.stranger, world.cast.team_member, world.cast.head, world.cast.organisation_officer):
        for call in (
            lambda by: actions.enter_count(ballot_id=one.pk, typed=typed_count(), by=by, at=AT),
            lambda by: actions.call_roll(ballot_id=one.pk, version=one.version, present=[], by=by, at=AT),
            lambda by: actions.recount(ballot_id=one.pk, version=one.version, reason="x", by=by, at=AT),
        ):
            with pytest.raises(NotYours):
                call(person.user)
    with pytest.raises(NotYours):
        queries.opened(world.cast.stranger.user, one.pk, AT)


def test_the_signed_minutes_are_compared_by_somebody_else(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    one = entered(issued, world, 1)
    first = world.tellers[0].user
    assert about.votes_about(world.cast.head.pk, 2026) == []
    upload = replace(SCAN, name="a.docx")
    with pytest.raises(Refusal, match="không phải là"):
        actions.attach_scan(ballot_id=one.pk, version=one.version, upload=upload, by=first, at=AT)
    scan = actions.attach_scan(ballot_id=one.pk, version=one.version, upload=SCAN, by=first, at=AT)
    one.refresh_from_db()
    what = {"ballot_id": one.pk, "version": one.version, "scan_id": scan.pk, "at": AT}
    with pytest.raises(Conflict, match="không tự đối chiếu"):
        actions.confirm_scan(**what, same=True, by=first)
    with pytest.raises(Refusal, match="đúng như số đã chốt"):
        actions.confirm_scan(**what, same=False, by=world.tellers[1].user)
    with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
        MinutesScan.objects.filter(pk=scan.pk).update(confirmed_by=first, confirmed_at=AT)


def test_a_recount_is_another_version_with_its_reason_and_the_earlier_one_stays(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    one = signed(entered(issued, world, 1), world)
    by = world.tellers[2].user
    with pytest.raises(Refusal, match="lý do kiểm lại"):
        actions.recount(ballot_id=one.pk, version=one.version, reason=" ", by=by, at=AT)
    one = actions.recount(ballot_id=one.pk, version=one.version, reason="hai phiếu dính nhau", by=by, at=AT)
    assert (one.state, one.counting) == (Ballot.State.SIGNED, 1), "one teller alone opens nothing that is signed"
    for person in (*world.tellers, world.cast.head):
        with pytest.raises(NotYours):
            actions.agree_recount(ballot_id=one.pk, version=one.version, by=person.user, at=AT)
    with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
        Ballot.objects.filter(pk=one.pk).update(recount_agreed_by=by)
    chair = world.cast.team_head.user
    one = actions.agree_recount(ballot_id=one.pk, version=one.version, by=chair, at=AT)
    assert about.votes_about(world.cast.head.pk, 2026)[0].votes["low"] == 2, "the signed minutes hold meanwhile"
    entered(one, world, 0, typed_count(low=3))
    one = signed(entered(one, world, 1, typed_count(low=3)), world)
    assert [row.counting for row in one.minutes.order_by("counting")] == [1, 2]
    assert about.votes_about(world.cast.head.pk, 2026)[0].votes["low"] == 3


def test_cancelling_needs_a_reason_and_keeps_what_was_entered(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    issued.refresh_from_db()
    what = {"ballot_id": issued.pk, "version": issued.version, "by": world.cast.head.user, "at": AT}
    with pytest.raises(Refusal, match="lý do hủy"):
        actions.cancel_ballot(**what, reason="")
    one = actions.cancel_ballot(**what, reason="mất điện")
    assert (one.state, one.entries.count()) == (Ballot.State.CANCELLED, 1)


def test_a_settled_count_is_not_cancelled_not_even_while_it_is_counted_again(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    one = entered(issued, world, 1)
    what = {"ballot_id": one.pk, "reason": "không hợp ý", "by": world.cast.head.user, "at": AT}
    with pytest.raises(Conflict, match="Hủy cuộc bỏ phiếu"):
        actions.cancel_ballot(version=one.version, **what)
    by = world.tellers[2].user
    one = actions.recount(ballot_id=one.pk, version=one.version, reason="hai phiếu dính nhau", by=by, at=AT)
    with pytest.raises(Conflict, match="đang kiểm lại"):
        actions.cancel_ballot(version=one.version, **what)


@pytest.mark.parametrize(
    ("low", "level"), [(3, "confirmed"), (4, "removal"), (5, "removal")], ids=["half", "two thirds", "above"]
)
def test_consequences_stand_on_slips_returned_and_name_their_text(
    issued: Ballot, world: World, low: int, level: str
) -> None:
    entered(issued, world, 0, typed_count(low=low))
    entered(issued, world, 1, typed_count(low=low))
    found = queries.opened(world.tellers[0].user, issued.pk, AT).result
    assert found is not None
    assert [one.level for one in found.lines[0].consequences] == [level]
    shares = {share.of: share.text for share in found.lines[0].options[2].shares}
    assert shares["returned"].endswith(f"số phiếu thu về ({low}/6)")
    assert shares["valid"].endswith(f"số phiếu hợp lệ của dòng ({low}/5)")


def test_two_texts_that_disagree_are_both_shown(world: World) -> None:
    """Exactly two thirds in 2024: Quy định 96 says removal, Quy định 41 leaves its base open."""
    one = issued_in(world, held_on=HELD.replace(year=2024))
    entered(one, world, 0, typed_count(low=4))
    entered(one, world, 1, typed_count(low=4))
    found = queries.opened(world.tellers[0].user, one.pk, AT).result
    assert found is not None
    texts = found.lines[0].consequences
    assert [(text.level, "41-QĐ/TW" in text.title) for text in texts] == [("removal", False), ("", True)]
    assert "Cần cấp có thẩm quyền quyết định" in texts[1].words
    assert found.lines[0].conflict


def test_the_chair_and_the_organiser_end_it_nobody_else(issued: Ballot, world: World) -> None:
    entered(issued, world, 0)
    one = signed(entered(issued, world, 1), world)
    with pytest.raises(NotYours):
        actions.finish_ballot(ballot_id=one.pk, version=one.version, by=world.tellers[0].user, at=AT)
    voter = world.cast.team_member.user
    assert queries.opened(voter, one.pk, AT).result is None
    one = actions.finish_ballot(ballot_id=one.pk, version=one.version, by=world.cast.head.user, at=AT)
    assert queries.opened(voter, one.pk, AT).result is not None
    assert replace(queries.opened(voter, one.pk, AT).seat, elector=False).conducts is False
