from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast, build_cast
from tests.factories.months import OPENED
from tests.factories.schemes import bound, opened_period
from thuocdo.cycles.models import Cycle, Member
from thuocdo.opinions import actions
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.models import Person

AT = OPENED
LAST = date(2026, 3, 4)
AFTER = datetime(2026, 3, 5, 8, 0, tzinfo=OPENED.tzinfo)
DA_NANG = "local/da-nang-2013"
QUESTIONS = (Asking("Kết quả làm việc", "points", "100"), Asking("Phối hợp với đồng nghiệp", "agree", ""))


@dataclass(frozen=True)
class World:
    """A month under Đà Nẵng's model of 2013; the head of the economy division asks about his people."""

    cast: Cast
    cycle: Cycle

    @property
    def six(self) -> list[Person]:
        """Who can be asked about the people of the division."""
        c = self.cast
        return [c.deputy, c.officer_appraised, c.colleague, c.task_giver, c.team_head, c.team_member]

    def member(self, person: Person) -> Member:
        return Member.objects.get(cycle=self.cycle, person=person)


@pytest.fixture
def world(db: None) -> World:
    return made_world()


def made_world() -> World:
    cast = build_cast()
    bound(cast, DA_NANG)
    return World(cast, opened_period(cast))


def prepared(world: World, subjects: Sequence[Person], **more: Any) -> OpinionRound:
    given: dict[str, Any] = {
        "cycle_id": world.cycle.pk, "unit_id": world.cast.economy.pk, "basis_text": "", "secret": True,
        "threshold": "3", "told": "figures", "closes_on": LAST, "questions": QUESTIONS,
        "members": [world.member(one).pk for one in subjects], "by": world.cast.head.user, "at": AT,
    }  # fmt: skip
    return actions.prepare_round(**given | more)


def asked(one: OpinionRound, raters: Sequence[Person], **more: Any) -> OpinionRound:
    given: dict[str, Any] = {
        "group": "colleague", "label": "", "questions": [1, 2], "raters": [rater.pk for rater in raters], "each": 0,
        "at": AT,
    }  # fmt: skip
    by = one.unit.employments.get(leadership="head").person.user
    actions.add_party(round_id=one.pk, version=fresh(one).version, by=by, **given | more)
    return fresh(one)


def sent(one: OpinionRound) -> OpinionRound:
    by = one.unit.employments.get(leadership="head").person.user
    return actions.send_round(round_id=one.pk, version=fresh(one).version, by=by, at=AT)


def fresh(one: OpinionRound) -> OpinionRound:
    return OpinionRound.objects.select_related("unit", "cycle").get(pk=one.pk)


def typed(one: OpinionRound, rater: Person, mark: str = "80", agree: str = "yes", text: str = "") -> dict[str, str]:
    """The same answer about everybody the rater is asked about."""
    found: dict[str, str] = {}
    for row in rater.opinion_invitations.filter(party__round=one):
        found |= {f"f{row.pk}.1": mark, f"f{row.pk}.2": agree, f"f{row.pk}.text": text}
    return found


def answered(one: OpinionRound, rater: Person, at: datetime = AT, **how: str) -> None:
    actions.answer_round(round_id=one.pk, typed=typed(one, rater, **how), by=rater.user, at=at)


def closed(one: OpinionRound, by: Person, at: datetime = AFTER + timedelta(hours=1)) -> OpinionRound:
    return actions.close_opinions(round_id=one.pk, version=fresh(one).version, by=by.user, at=at)
