from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.utils.timezone import get_default_timezone

from tests.cast import Cast, build_cast
from tests.standing import standing
from thuocdo.ballots import actions
from thuocdo.ballots.actions.people import Chosen
from thuocdo.ballots.models import Ballot
from thuocdo.organisation.models import Person

HELD = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 8, 0, tzinfo=get_default_timezone())
P96 = "votes/qd-96-2023#vote"
TYPED = {
    "text": P96, "title": "Lấy phiếu tín nhiệm lãnh đạo phòng", "meeting": "Hội nghị phòng tháng 3", "year": "2026",
    "secrecy": "may_sign", "least": "1", "most": "1",
}  # fmt: skip
LOCAL = TYPED | {
    "text": "", "basis": "Quy chế làm việc của phòng", "options": "Đồng ý\nKhông đồng ý", "invalid": "line",
    "quorum": "1/2", "quorum_source": "Quy chế làm việc của phòng, Điều 5", "secrecy": "secret",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """The head of the economy division asks for a confidence vote on himself and his deputy; the officer chairs none of
    it, three people count."""

    cast: Cast

    @property
    def tellers(self) -> list[Person]:
        return [self.cast.task_giver, self.cast.colleague, self.cast.officer_appraised]

    @property
    def voters(self) -> list[Person]:
        c = self.cast
        return [c.head, c.deputy, c.officer_appraised, c.colleague, c.task_giver, c.team_head, c.team_member]


@standing
def world(db: None) -> World:
    return World(build_cast())


@pytest.fixture
def issued(world: World) -> Ballot:
    return issued_in(world)


def prepared(world: World, typed: Mapping[str, str] = TYPED, **more: Any) -> Ballot:
    given: dict[str, Any] = {
        "ballot_id": None, "version": 0, "unit_id": world.cast.economy.pk, "organisation_id": None,
        "kind": "confidence_levels", "held_on": HELD, "typed": typed, "by": world.cast.head.user, "at": AT,
    }  # fmt: skip
    return actions.prepare_ballot(**given | more)


def chosen_in(world: World, **more: Any) -> Chosen:
    c = world.cast
    given: dict[str, Any] = {
        "voters": [one.pk for one in world.voters], "lines": [f"p{c.head.pk}", f"p{c.deputy.pk}"],
        "voter_reasons": {c.on_maternity.pk: "đang nghỉ thai sản"},
        "line_reasons": {f"p{c.team_head.pk}": "đã có thông báo nghỉ hưu"}, "tellers": [t.pk for t in world.tellers],
        "head": world.tellers[0].pk, "chair": c.team_head.pk, "others": "không được triệu tập",
    }  # fmt: skip
    return Chosen(**given | more)


def frozen(world: World, **more: Any) -> Ballot:
    one = prepared(world, **more)
    by = world.cast.head.user
    one = actions.choose_people(ballot_id=one.pk, version=one.version, chosen=chosen_in(world), by=by, at=AT)
    return actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=AT)


def called(world: World, absent: int = 0, **more: Any) -> Ballot:
    one = frozen(world, **more)
    present = list(one.electors.filter(left_out="").order_by("pk").values_list("pk", flat=True))
    return actions.call_roll(
        ballot_id=one.pk, version=one.version, present=present[: len(present) - absent], by=world.tellers[0].user, at=AT
    )


def issued_in(world: World, absent: int = 1, **more: Any) -> Ballot:
    one = called(world, absent, **more)
    return actions.issue_slips(
        ballot_id=one.pk, version=one.version, issued=str(one.present), by=world.tellers[0].user, at=AT
    )


def typed_count(low: int = 2, **change: str) -> dict[str, str]:
    """Six slips back of six handed out, one invalid on every line; the first line with so many low votes."""
    found = {"returned": "6", "unreturned": "0", "valid": "5", "invalid": "1"}
    for place in (1, 2):
        found |= {f"l{place}.valid": "5", f"l{place}.invalid": "1"}
    found |= {"l1.o1": str(5 - low), "l1.o2": "0", "l1.o3": str(low), "l2.o1": "5", "l2.o2": "0", "l2.o3": "0"}
    return found | change


def entered(one: Ballot, world: World, teller: int, typed: Mapping[str, str] | None = None) -> Ballot:
    by = world.tellers[teller].user
    return actions.enter_count(ballot_id=one.pk, typed=typed or typed_count(), by=by, at=AT)
