"""Rounds of opinions with as many people, givers and answers, for counting queries."""

from datetime import timedelta
from typing import Any

from tests.integration.web import crowd
from tests.integration.web.crowd import AT
from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle, Member
from thuocdo.opinions import actions
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.models import Person
from thuocdo.rounds.models import RoundSubject


def build(people: crowd.Crowd, cycle: Cycle, judged: Person, rows: int) -> tuple[dict[str, int], dict[str, User]]:
    """A closed round about `judged` with `rows` givers, and an open one in which somebody is asked about several."""
    by: Any = people.officer.user
    givers = [one for one in people.people if one != judged][:rows]
    one = _round(people, cycle, [judged], by)
    for place, label in enumerate(("Đồng nghiệp", "Bên liên quan")):
        half = givers[place::2]
        actions.add_party(
            round_id=one.pk, version=one.version + place, group="colleague", label=label, questions=[1], each=0,
            raters=[giver.pk for giver in half], by=by, at=AT,
        )  # fmt: skip
    actions.send_round(round_id=one.pk, version=one.version + 2, by=by, at=AT)
    for giver in givers:
        row = giver.opinion_invitations.get()
        typed = {f"f{row.pk}.1": "80", f"f{row.pk}.text": "Tốt"}
        actions.answer_round(round_id=one.pk, typed=typed, by=giver.user, at=AT)  # type: ignore[arg-type]
    actions.close_opinions(round_id=one.pk, version=one.version + 3, by=by, at=AT)

    opining = people.people[0]
    several = [one for one in people.people[1:] if one != judged][: min(rows, 12)]
    second = _round(people, cycle, several, by)
    askers = [opining.pk, *(one.pk for one in people.people[-3:])]
    actions.add_party(
        round_id=second.pk, version=1, group="colleague", label="", questions=[1], each=0, raters=askers, by=by, at=AT
    )
    actions.send_round(round_id=second.pk, version=2, by=by, at=AT)
    user: Any = opining.user
    return {"opinions": one.pk, "opinions_open": second.pk}, {"opining": user}


def _round(people: crowd.Crowd, cycle: Cycle, subjects: list[Person], by: User) -> OpinionRound:
    members = Member.objects.filter(cycle=cycle, person__in=subjects, standing=Member.Standing.IN)
    return actions.prepare_round(
        cycle_id=cycle.pk, unit_id=people.place.pk, basis_text="Quy chế", secret=True, threshold="3", told="figures",
        closes_on=(AT + timedelta(days=3)).date(), members=list(members.values_list("pk", flat=True)),
        questions=(Asking("Kết quả", "points", "100"),), by=by, at=AT,
    )  # fmt: skip


def build_year(people: crowd.Crowd, year_round: int, rows: int) -> dict[str, int]:
    """A closed round about a subject of the year's round with `rows` givers and bodies, and an open one."""
    by: Any = people.officer.user
    cells = RoundSubject.objects.filter(round=year_round, kind="party_organisation").order_by("pk")
    one, about = _year_round(people, year_round, [cells[0]], rows, by)
    for giver in people.people[:rows]:
        row = giver.opinion_invitations.get(party__round=one)
        actions.answer_round(round_id=one.pk, typed={f"f{row.pk}.1": "80"}, by=giver.user, at=AT)  # type: ignore[arg-type]
    later = AT + timedelta(days=4)
    actions.close_opinions(round_id=one.pk, version=OpinionRound.objects.get(pk=one.pk).version, by=by, at=later)
    second, _ = _year_round(people, year_round, list(cells[1 : min(rows, 11) + 1]), rows, by)
    body = OpinionBody.objects.filter(party__round=second).earliest("pk")
    return {"opinions_about": about.pk, "opinions_body": body.pk, "opinions_heard": one.pk}


def _year_round(
    people: crowd.Crowd, year_round: int, subjects: list[RoundSubject], rows: int, by: User
) -> tuple[OpinionRound, RoundSubject]:
    one = actions.prepare_year_round(
        year_round_id=year_round, unit_id=people.place.pk, basis_text="Quy chế", secret=True, threshold="3",
        told="figures", closes_on=(AT + timedelta(days=3)).date(), shows_self=False, self_ratings={},
        subjects=[subject.pk for subject in subjects], questions=(Asking("Kết quả", "points", "100"),), by=by, at=AT,
    )  # fmt: skip
    raters = [giver.pk for giver in people.people[: max(rows, 3)]]
    actions.add_party(
        round_id=one.pk, version=1, group="colleague", label="", questions=[1], each=0, raters=raters, by=by, at=AT
    )
    bodies = "\n".join(f"Chi ủy khu phố {number}" for number in range(min(rows, 20)))
    actions.add_bodies(
        round_id=one.pk, version=2, group="residence", label="", questions=[1], bodies=bodies, by=by, at=AT
    )
    return actions.send_round(round_id=one.pk, version=3, by=by, at=AT), subjects[0]
