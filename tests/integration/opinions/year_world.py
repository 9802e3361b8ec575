"""Opinions about subjects of a ward's round of the year: enough people to ask, and short forms of the actions."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tests.factories import rounds as world
from tests.factories.people import give_role, make_person
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from thuocdo.opinions import actions
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.bodies.models import OpinionBody
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.models import Employment, Person, Role, Unit, UnitLink
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation
from thuocdo.rounds.models import Round, RoundSubject

LAST = date(2025, 12, 5)
AFTER = AT + timedelta(days=5)
QUESTIONS = (Asking("Kết quả công tác", "points", "100"), Asking("Đoàn kết nội bộ", "agree", ""))


def asked_ward(staff: int = 7, **more: Any) -> Ward:
    """A ward with its round open, `staff` more people to ask, and a second officer."""
    ward = world.make_ward()
    if more.get("year", 2025) < 2025:
        _since(date(2015, 3, 1))
    for number in range(1, staff + 1):
        person = make_person(f"S{number}", f"Người Thứ {number}", ward.units["economy"], "Chuyên viên")
        ward.people[f"s{number}"] = person
    second = make_person("B1", "Võ Tổ Chức Hai", ward.units["office"], "Chuyên viên")
    give_role(second, ward.units["place"], Role.Kind.OFFICER)
    ward.people["officer2"] = second
    world.plan(ward, **more)
    at = more.get("at", AT)
    ward.round = world.actions.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=at)
    return ward


def _since(day: date) -> None:
    """Everything of the ward began on that day."""
    with outside_actions():
        for model in (Unit, UnitLink, Employment, Role, PartyOrganisation, PartyLink, PartyMembership, CommitteeSeat):
            model.objects.filter(start__lt=date(2025, 9, 1)).update(start=day)


def staff_of(ward: Ward) -> list[Person]:
    return [person for name, person in ward.people.items() if name[0] == "s" and name[1:].isdigit()]


def begun(ward: Ward, subjects: Sequence[RoundSubject], **more: Any) -> OpinionRound:
    given: dict[str, Any] = {
        "year_round_id": ward.round.pk, "unit_id": ward.units["place"].pk, "basis_text": "Quy chế 3", "secret": True,
        "threshold": "3", "told": "figures", "closes_on": LAST, "shows_self": False, "self_ratings": {},
        "subjects": [one.pk for one in subjects], "questions": QUESTIONS, "by": ward.user("officer"), "at": AT,
    }  # fmt: skip
    return actions.prepare_year_round(**given | more)


def people_asked(ward: Ward, one: OpinionRound, raters: Sequence[Person], **more: Any) -> OpinionRound:
    given: dict[str, Any] = {
        "group": "colleague", "label": "", "questions": [1, 2], "raters": [rater.pk for rater in raters], "each": 0,
        "by": ward.user("officer"), "at": AT,
    }  # fmt: skip
    actions.add_party(round_id=one.pk, version=fresh(one).version, **given | more)
    return fresh(one)


def bodies_asked(ward: Ward, one: OpinionRound, bodies: str, **more: Any) -> list[OpinionBody]:
    given: dict[str, Any] = {
        "group": "residence", "label": "", "questions": [2], "bodies": bodies, "by": ward.user("officer"), "at": AT
    }  # fmt: skip
    party = actions.add_bodies(round_id=one.pk, version=fresh(one).version, **given | more)
    return list(party.bodies.order_by("number"))


def sent(ward: Ward, one: OpinionRound) -> OpinionRound:
    return actions.send_round(round_id=one.pk, version=fresh(one).version, by=ward.user("officer"), at=AT)


def answered(one: OpinionRound, rater: Person, mark: str = "80", agree: str = "yes", text: str = "") -> None:
    typed: dict[str, str] = {}
    for row in rater.opinion_invitations.filter(party__round=one):
        typed |= {f"f{row.pk}.1": mark, f"f{row.pk}.2": agree, f"f{row.pk}.text": text}
    actions.answer_round(round_id=one.pk, typed=typed, by=rater.user, at=AT)  # type: ignore[arg-type]


def closed(ward: Ward, one: OpinionRound, by: str = "officer") -> OpinionRound:
    return actions.close_opinions(round_id=one.pk, version=fresh(one).version, by=ward.user(by), at=AFTER)


def fresh(one: OpinionRound) -> OpinionRound:
    return OpinionRound.objects.get(pk=one.pk)


def of_another_plan(one: OpinionRound, subject: RoundSubject) -> None:
    """The round, of one subject, is of another plan of a year that holds the same person, asked about again."""
    with outside_actions():
        changed = {"year": 2024, "state": "dropped", "opened_by": None, "facts_on": None}
        other = _copy(Round.objects.get(pk=subject.round_id), **changed)
        one.subjects.update(year_round=other, year_subject=_copy(subject, round=other))


def _copy(row: Any, **changed: Any) -> Any:
    found = type(row).objects.get(pk=row.pk)
    found.pk = None
    for name, value in changed.items():
        setattr(found, name, value)
    found.save(force_insert=True)
    return found
