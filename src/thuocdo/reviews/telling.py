"""Whom a step of a review is told to: notices are written inside the action they are about."""

from collections.abc import Collection, Iterable
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.notices.actions import notify, notify_accounts
from thuocdo.organisation.models import Person
from thuocdo.reviews.meeting_rules import summoned
from thuocdo.reviews.models import Remedy, ReviewMeeting
from thuocdo.rounds.access import leading_cells
from thuocdo.rounds.models import RoundSubject
from thuocdo.rounds.rules import LEADING

COLLECTIVELY = ("collective", "leader", "agency", "unit")
"""Kinds of subjects that a leadership collective leads; the others belong to a Party organisation."""


def accounts_of(people: Collection[int], but: User) -> list[int]:
    """Accounts of these people, without who acts. One query."""
    found = Person.objects.filter(pk__in=people, user__isnull=False).exclude(user=but).order_by("pk")
    return [key for key in found.values_list("user_id", flat=True) if key is not None]


def _leading(subject: RoundSubject) -> set[int]:
    """People who lead the collective, or of Party members the Party organisation, that the subject is or is part of;
    nobody where it is part of none. Up to two queries."""
    inside = "collective" if subject.kind in COLLECTIVELY else "organisation"
    itself = subject.kind in ("collective", "party_organisation")
    place: int | None = subject.pk if itself else getattr(subject, f"{inside}_id")
    if place is None:
        return set()
    led = RoundSubject.objects.filter(round=subject.round_id, kind="leader", role__in=LEADING, standing="in")
    found = led.filter(**{inside: place}, person__isnull=False).values_list("person_id", flat=True)
    seated = leading_cells({place}) if inside == "organisation" else set()
    return {key for key in found if key is not None} | {person for person, _ in seated}


def tell_draft(one: RoundSubject, by: User, at: datetime) -> None:
    """Those who will meet may read the draft from now on."""
    notify_accounts(
        accounts=accounts_of(summoned([one]), by),
        kind="review.draft_sent",
        text=f"Dự thảo bản kiểm điểm năm {one.round.year} của {one.name} đã gửi người dự họp",
        path=f"/kiem-diem/ban/{one.pk}/",
        at=at,
    )


def tell_prompted(one: RoundSubject, points: int, by: User, at: datetime) -> None:
    """The person, or those who lead the collective or organisation, answer the points."""
    people = {one.person_id} if one.person_id is not None else _leading(one)
    notify_accounts(
        accounts=accounts_of(people, by),
        kind="review.prompt_issued",
        text=f"Cấp trên gợi ý kiểm điểm {points} điểm cho {one.name}: trả lời trong bản kiểm điểm",
        path=f"/kiem-diem/ban/{one.pk}/goi-y/",
        at=at,
    )


def tell_meeting(meeting: ReviewMeeting, people: Collection[int], kind: str, text: str, by: User, at: datetime) -> None:
    """Those summoned."""
    path = f"/kiem-diem/hoi-nghi/{meeting.pk}/"
    notify_accounts(accounts=accounts_of(people, by), kind=kind, text=text, path=path, at=at)


def tell_remedy(remedy: Remedy, subject: RoundSubject, by: User, at: datetime) -> None:
    """Who carries it out."""
    user = remedy.person.user
    notify(
        users=[user] if user is not None and user.pk != by.pk else [],
        kind="review.remedy_planned",
        text=f"Ông/bà được giao một biện pháp khắc phục, hạn {remedy.due:%d/%m/%Y}",
        path=f"/kiem-diem/ban/{subject.pk}/khac-phuc/",
        at=at,
    )


def tell_claimed(subject: RoundSubject, carries: Iterable[int], by: User, at: datetime) -> None:
    """Those who lead the place and did not carry it out confirm it; its organisation officers have it on their list."""
    people = _leading(subject) - set(carries)
    notify_accounts(
        accounts=accounts_of(people, by),
        kind="review.remedy_claimed",
        text=f"Một biện pháp khắc phục của {subject.name} được báo đã xong, chờ xác nhận",
        path=f"/kiem-diem/ban/{subject.pk}/khac-phuc/",
        at=at,
    )
