"""What a step of the year's round waits for, from paper: how each of it is done has journeys of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.factories.rounds import Ward
from thuocdo.ballots import actions as ballots
from thuocdo.ballots.actions.people import Chosen
from thuocdo.ballots.models import Ballot
from thuocdo.opinions import actions as opinions
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.organisation.models import Unit
from thuocdo.rounds import actions, books, gate
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import RoundSubject
from thuocdo.work.evidence import Upload


def take(ward: Ward, node: str, one: RoundSubject, *, level: str, at: datetime, by: str = "excused") -> None:
    """One step from paper, a rating with its level where its kind has levels."""
    nodes = books.rules_of(ward.round).graph.nodes
    rates = any(step.id == node and step.step == "rating" for step in nodes) and level in levels_for(ward.round, one)
    actions.take_steps(
        round_id=ward.round.pk, steps=[(node, one.pk)], on=at.date(), place="Hội trường", number="9-QĐ/ĐU",
        body="Ban Thường vụ Đảng ủy", levels={one.pk: level} if rates else {}, group=books.LABELS[one.kind],
        by=ward.user(by), at=at,
    )  # fmt: skip


def clear(ward: Ward, node: str, one: RoundSubject, *, at: datetime, level: str = "good") -> None:
    """Take everything that this step waits for, in the order of the round."""
    while waits := gate.waiting(ward.round, node, one):
        before = RoundSubject.objects.get(pk=int(waits[0].subjects[0]))
        clear(ward, waits[0].edge.first, before, at=at, level=level)
        take(ward, waits[0].edge.first, before, level=level, at=at)


def confidence_vote(ward: Ward, unit: Unit, counts: Mapping[str, str], *, at: datetime, **more: str) -> Ballot:
    """Three levels on the chair and the first vice chair, on paper, to the end: how it goes has a journey of its own.
    `counts`: the tally sheet by field."""
    people, chair = ward.people, ward.user("chair")
    one = ballots.prepare_ballot(
        ballot_id=None, version=0, unit_id=unit.pk, organisation_id=None, kind="confidence_levels", held_on=at.date(),
        typed={"title": "Lấy phiếu tín nhiệm", "meeting": "Hội nghị cán bộ chủ chốt", "secrecy": "may_sign",
               "least": "1", "most": "1", "round": str(ward.round.pk), **more}, by=chair, at=at,
    )  # fmt: skip
    tellers = [people[name].pk for name in ("chief", "officer", "new")]
    voters = [people[name].pk for name in ("chair", "vice", "vice2", "chief", "officer", "new")]
    chosen = Chosen(voters, [f"p{people[name].pk}" for name in ("chair", "vice")], {}, {}, tellers, tellers[0],
                    people["chair"].pk, "không thuộc thành phần bỏ phiếu")  # fmt: skip
    here: dict[str, Any] = {"ballot_id": one.pk, "at": at}
    one = ballots.choose_people(version=one.version, chosen=chosen, by=chair, **here)
    one = ballots.freeze_ballot(version=one.version, by=chair, **here)
    present = list(one.electors.filter(left_out="").values_list("pk", flat=True))
    one = ballots.call_roll(version=one.version, present=present, by=ward.user("chief"), **here)
    one = ballots.issue_slips(version=one.version, issued=str(len(present)), by=ward.user("chief"), **here)
    for name in ("chief", "officer"):
        one = ballots.enter_count(typed=counts, by=ward.user(name), **here)
    scan = ballots.attach_scan(version=one.version, upload=Upload("a.pdf", b"%PDF-1.7"), by=ward.user("chief"), **here)
    one.refresh_from_db()
    ballots.confirm_scan(version=one.version, scan_id=scan.pk, same=True, by=ward.user("officer"), **here)
    one.refresh_from_db()
    return ballots.finish_ballot(version=one.version, by=chair, **here)


def body_answers(ward: Ward, body: OpinionBody, about: RoundSubject, words: str, *, at: datetime) -> None:
    """The form of a body, entered by one officer and compared by the other: how has a journey of its own."""
    key = body.party.round.subjects.get(year_subject=about).pk
    paper = opinions.answer_for_body(
        body_id=body.pk, typed={f"b{key}.1": "yes", f"b{key}.text": words}, number="12-CV", on=at.date(),
        upload=Upload("a.pdf", b"%PDF-1.7"), by=ward.user("officer"), at=at,
    )  # fmt: skip
    opinions.confirm_paper(paper_id=paper.pk, same=True, by=ward.user("excused"), at=at)
