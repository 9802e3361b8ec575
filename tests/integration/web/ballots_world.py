"""Ballots with as many voters and lines: one prepared, one being counted, one counted."""

from typing import Any

from tests.integration.web import crowd
from tests.integration.web.crowd import AT
from thuocdo.accounts.models import User
from thuocdo.ballots import actions
from thuocdo.ballots.actions.people import Chosen
from thuocdo.ballots.models import Ballot
from thuocdo.organisation.models import Person
from thuocdo.work.evidence import Upload

TYPED = {
    "title": "Mức xếp loại", "meeting": "Sinh hoạt chi bộ", "year": "2026", "basis": "Quy chế", "secrecy": "secret",
    "options": "Đồng ý\nKhông đồng ý", "invalid": "line", "least": "1", "most": "1", "quorum": "1/2",
    "quorum_source": "Quy chế",
}  # fmt: skip


def build(people: crowd.Crowd, rows: int) -> tuple[dict[str, int], dict[str, User]]:
    """The ids of the three, and one who has to enter a count."""
    voters = people.people[: max(rows, 4)]
    drafted, issued, counted = (_ballot(people, voters, step) for step in ("drafted", "issued", "counted"))
    scan = actions.attach_scan(
        ballot_id=counted.pk, version=counted.version, upload=Upload("a.pdf", b"%PDF-1.7"), by=_user(voters[0]), at=AT
    )
    ids = {"ballot_draft": drafted.pk, "ballot_issued": issued.pk, "ballot": counted.pk, "scan": scan.pk}
    return ids, {"teller": _user(voters[1])}


def _user(person: Person) -> Any:
    return person.user


def _ballot(people: crowd.Crowd, voters: list[Person], step: str) -> Ballot:
    by: Any = people.officer.user
    one = actions.prepare_ballot(
        ballot_id=None, version=0, unit_id=people.agency.pk, organisation_id=None, kind="member_levels",
        held_on=AT.date(), typed=TYPED, by=by, at=AT,
    )  # fmt: skip
    keys = [person.pk for person in voters]
    chosen = Chosen(keys, [f"p{key}" for key in keys], {}, {}, keys[:3], keys[0], keys[3], "không triệu tập")
    one = actions.choose_people(ballot_id=one.pk, version=one.version, chosen=chosen, by=by, at=AT)
    if step == "drafted":
        return one
    one = actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT)
    what: Any = {"ballot_id": one.pk, "by": voters[0].user, "at": AT}
    present = list(one.electors.filter(left_out="").values_list("pk", flat=True))
    one = actions.call_roll(version=one.version, present=present, **what)
    one = actions.issue_slips(version=one.version, issued=str(len(keys)), **what)
    if step == "counted":
        count = {"returned": str(len(keys)), "unreturned": "0", "valid": str(len(keys)), "invalid": "0"}
        for place in range(1, len(keys) + 1):
            count |= {f"l{place}.valid": str(len(keys)), f"l{place}.invalid": "0"}
            count |= {f"l{place}.o1": str(len(keys)), f"l{place}.o2": "0"}
        for person in voters[:2]:
            one = actions.enter_count(ballot_id=one.pk, typed=count, by=_user(person), at=AT)
    return one
