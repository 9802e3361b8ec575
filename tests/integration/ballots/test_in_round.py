"""A ballot in the year's round: its step is asked for before and told after, its result is a fact."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests.factories import rounds as ward_of
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.ballots.conftest import LOCAL
from tests.integration.web.office import text_of
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.ballots import about, actions, in_round, queries
from thuocdo.ballots.actions.people import Chosen
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.people import below, offered
from thuocdo.ballots.voting import voters_about
from thuocdo.documents.ballots import slips_pdf
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.models import Employment, Unit, UnitLink
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation
from thuocdo.records.party.actions import write_letterhead
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import StepDone
from thuocdo.work.evidence import Upload

pytestmark = pytest.mark.django_db
BEFORE, HELD = date(2015, 1, 1), date(2018, 12, 22)
CELL = ("chair", "vice", "vice2", "chief", "officer")


@standing
def old(db: None) -> Ward:
    """The round of 2018 under the province's plan, in which a cell votes on its members."""
    ward = ward_of.make_ward()
    with outside_actions():
        PartyMembership.objects.update(start=BEFORE, admitted=BEFORE)
        for table in (Unit, UnitLink, Employment, PartyOrganisation, PartyLink, CommitteeSeat):
            table.objects.update(start=BEFORE)  # type: ignore[attr-defined]
    overlays = ["overlays/hoa-binh-2018"]
    rating = date(2018, 12, 20)
    ward_of.plan(ward, year=2018, rating_date=rating, overlays=overlays, whom="Kế hoạch 183-KH/TU")
    ward.round = rounds.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=AT)
    return ward


def drafted(ward: Ward, **more: str) -> Ballot:
    by, keys = ward.user("chief"), [ward.people[name].pk for name in CELL]
    one = actions.prepare_ballot(
        ballot_id=None, version=0, unit_id=0, organisation_id=ward.party["office"].pk, kind="member_levels",
        held_on=HELD, typed=LOCAL | {"year": "2018", "round": str(ward.round.pk)} | more, by=by, at=AT,
    )  # fmt: skip
    lines = [f"p{key}" for key in keys]
    chosen = Chosen(keys, lines, {}, {}, keys[:3], keys[0], keys[3])
    return actions.choose_people(ballot_id=one.pk, version=one.version, chosen=chosen, by=by, at=AT)


def frozen(ward: Ward) -> Ballot:
    one = drafted(ward)
    return actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=ward.user("chief"), at=AT)


def test_papers_keep_the_head_that_the_organisation_wrote_before_the_question_was_frozen(old: Ward) -> None:
    def write(words: str) -> None:
        write_letterhead(organisation_id=old.party["office"].pk, above="Đảng bộ", name="Chi bộ", heading=words,
                         by=old.user("officer"), at=AT)  # fmt: skip

    def printed() -> str:
        return PdfReader(BytesIO(slips_pdf(old.user("chief"), one.pk, AT))).pages[0].extract_text()

    one = drafted(old)
    page = Client()
    page.force_login(old.user("chief"))
    hint = "Chưa nơi nào ghi góc phải của tiêu đề văn bản"
    assert hint in text_of(page.get(f"/bo-phieu/{one.pk}/"))
    write("DÒNG MỘT")
    assert hint not in text_of(page.get(f"/bo-phieu/{one.pk}/"))
    one = actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=old.user("chief"), at=AT)
    write("DÒNG HAI")
    assert ("DÒNG MỘT" in printed(), "DÒNG HAI" in printed()) == (True, False)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        Ballot.objects.filter(pk=one.pk).update(head=None)


def counted(ward: Ward) -> Ballot:
    one = frozen(ward)
    what: dict[str, Any] = {"ballot_id": one.pk, "by": ward.user("chair"), "at": AT}
    present = list(one.electors.values_list("pk", flat=True))
    one = actions.call_roll(version=one.version, present=present, **what)
    one = actions.issue_slips(version=one.version, issued="5", **what)
    typed = {"returned": "5", "unreturned": "0", "valid": "5", "invalid": "0"}
    for n in range(1, 6):
        typed |= {f"l{n}.valid": "5", f"l{n}.invalid": "0", f"l{n}.o1": "4", f"l{n}.o2": "1"}
    for name in ("chair", "vice"):
        one = actions.enter_count(ballot_id=one.pk, typed=typed, by=ward.user(name), at=AT)
    return one


def told(one: Ballot) -> set[str]:
    """Of whom the round knows that the cell voted."""
    rows = StepDone.objects.filter(source=in_round.SOURCE, source_key=str(one.pk), node="vote_member", on=HELD)
    return set(rows.values_list("subject__name", flat=True))


def test_the_round_is_told_when_the_signed_minutes_are_compared_and_nobody_tells_the_own(old: Ward) -> None:
    assert (in_round.step_of(old.round, "member_levels"), in_round.step_of(old.round, "cadre_levels")) == (
        "vote_member", "",
    )  # fmt: skip
    one, everybody = counted(old), {old.people[name].full_name for name in CELL}
    assert {line.subject.name for line in one.lines.all() if line.subject} == everybody
    subjects = [old.subject("party_member", old.people[name].full_name) for name in CELL]
    assert list(about.facts_of(subjects, 2018).values()) == [[]] * 5
    scan = actions.attach_scan(
        ballot_id=one.pk, version=one.version, upload=Upload("a.pdf", b"%PDF-1.7"), by=old.user("chair"), at=AT
    )
    one.refresh_from_db()
    actions.confirm_scan(ballot_id=one.pk, version=one.version, scan_id=scan.pk, same=True, by=old.user("vice"), at=AT)
    assert told(one) == everybody - {"Lê Phó Một"}, "who compared the scan does not tell the own step"
    one.refresh_from_db()
    one = actions.finish_ballot(ballot_id=one.pk, version=one.version, by=old.user("chief"), at=AT)
    assert told(one) == everybody, "whoever ends it tells the step of who compared"
    held = queries.opened(old.user("chief"), one.pk, AT).held
    assert held is not None
    assert (held.told, held.lines, held.waits) == (5, 5, ())
    facts = about.facts_of(subjects, 2018)
    assert {len(found) for found in facts.values()} == {1}
    fact = facts[subjects[0].pk][0]
    assert fact.options == (("Đồng ý", 4), ("Không đồng ý", 1))
    assert fact.shares[0] == "Đồng ý: 80,00 % số phiếu thu về (4/5)"
    assert (fact.passed, about.as_case([fact])) == ((None, None), {})
    assert fact.digest in fact.source
    bound = [said for said in verify().problems if said.kind in ("ballots.ballotline", "rounds.stepdone")]
    assert bound == []


def test_who_is_exempt_or_a_round_that_ended_is_refused_when_the_question_is_frozen(old: Ward) -> None:
    one, subject = drafted(old), old.subject("party_member", "Lê Phó Một")
    rounds.decide_subjects(
        round_id=old.round.pk, subject_ids=[subject.pk], standing="exempt", reason="Nghỉ hưu", cite="12-QĐ/ĐU",
        holds=False, with_id=None, by=old.user("officer"), at=AT,
    )  # fmt: skip
    freeze = {"ballot_id": one.pk, "version": one.version, "by": old.user("chief"), "at": AT}
    with pytest.raises(Conflict, match="Lê Phó Một hiện được miễn"):
        actions.freeze_ballot(**freeze)
    with pytest.raises(Refusal, match="không còn mở"):
        drafted(old, round="999999")


def test_without_a_step_of_voting_the_page_says_what_the_rating_waits_for_and_refuses_nothing(db: None) -> None:
    """Quy định 366 of 2025 as read has no ballot among its steps."""
    ward = ward_of.open_ward()
    one = drafted(ward, year="2025")
    held = queries.opened(ward.user("chief"), one.pk, AT).held
    assert held is not None
    assert (held.step, bool(held.waits), replace(held, waits=()).outside) == ("", True, ())
    one = actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=ward.user("chief"), at=AT)
    assert one.lines.filter(subject__isnull=False).count() == 5


def test_every_page_of_a_ballot_in_a_round_asks_few_queries(
    old: Ward, client: Client, django_assert_max_num_queries: Any
) -> None:
    one = drafted(old)
    client.force_login(old.user("chief"))
    client.get(reverse("help"))  # the session notes that it is used
    pages = [reverse("ballot", args=[one.pk]), reverse("ballot_people", args=[one.pk])]
    pages += [reverse("ballot_question", args=[one.pk]), f"{reverse('ballots')}?dot={old.round.pk}"]
    for page in pages:
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200, page
    assert one.title in client.get(pages[-1]).content.decode()
    actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=old.user("chief"), at=AT)
    with django_assert_max_num_queries(15):
        assert "bước “" in client.get(pages[0]).content.decode()
    assert client.get(f"{reverse('ballots')}?dot=999999").status_code == 404


def test_the_round_leads_to_its_ballots(old: Ward, client: Client) -> None:
    client.force_login(old.user("officer"))
    shown = client.get(reverse("round", args=[old.round.pk])).content.decode()
    assert shown.count(f"{reverse('ballots')}?dot={old.round.pk}") >= 2, "beside the order and at its step"


def test_a_committee_that_votes_on_its_own_has_tellers_from_the_cells_below(old: Ward, client: Client) -> None:
    """They count and do not vote; the page finds them by name and keeps what was typed."""
    by, ward = old.user("chair"), old.party["ward"]
    one = actions.prepare_ballot(
        ballot_id=None, version=0, unit_id=0, organisation_id=ward.pk, kind="cadre_levels", held_on=HELD,
        typed=LOCAL | {"year": "2018"}, by=by, at=AT,
    )  # fmt: skip
    client.force_login(by)
    path = reverse("ballot_people", args=[one.pk])
    voters, outside = offered(one, HELD).people, list(below(one, HELD))
    tellers = [person for person in outside if person.pk not in voters and person.user_id][:3]
    assert len(tellers) == 3
    sent: dict[str, Any] = {
        "version": one.version, "voters": list(voters), "lines": [f"p{key}" for key in voters],
        "tellers": [tellers[0].pk], "head": tellers[0].pk, "chair": old.people["chair"].pk,
    }  # fmt: skip
    page = client.post(path, sent | {"do": "find", "tim": tellers[1].full_name}).content.decode()
    assert f'name="tellers" value="{tellers[1].pk}"' in page
    assert f'name="tellers" value="{tellers[2].pk}"' not in page
    assert page.count(" checked") == 2 * len(voters) + 3
    assert not one.electors.exists()
    assert client.post(path, sent | {"tellers": [person.pk for person in tellers]}).status_code == 302
    one.refresh_from_db()
    assert set(one.tellers.values_list("person_id", flat=True)) == {person.pk for person in tellers}
    assert set(one.electors.values_list("person_id", flat=True)) == set(voters)
    one = actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT)
    client.force_login(tellers[0].user)  # type: ignore[arg-type]
    assert client.get(reverse("ballot", args=[one.pk])).status_code == 200
    assert not below(drafted(old), HELD).exists(), "a cell has nothing below"


def test_who_votes_about_whom_is_of_this_round_and_people_are_not_taken_for_collectives(old: Ward) -> None:
    one, vice, chair = drafted(old), old.people["vice"].pk, old.people["chair"].pk
    cell = old.subject("party_organisation", "Chi bộ Văn phòng").pk
    line = one.lines.get(person=vice)
    assert voters_about(old.round, {vice}, set(), {chair}) == {(chair, ("person", vice))}
    assert voters_about(old.round, set(), {vice}, {chair}) == set()
    with outside_actions():
        one.lines.filter(pk=line.pk).update(person=None, organisation=old.party["office"])
    assert voters_about(old.round, set(), {cell}, {chair}) == {(chair, ("subject", cell))}
    with outside_actions():
        Ballot.objects.filter(pk=one.pk).update(round=None, step="", year=2017)
    assert voters_about(old.round, set(), {cell}, {chair}) == set()
