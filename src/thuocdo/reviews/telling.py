"""Whom a step of a review is told to: notices are written inside the action they are about."""

from collections.abc import Collection, Iterable
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.notices.actions import notify, notify_accounts
from thuocdo.organisation.models import Person
from thuocdo.reviews.meeting_rules import summoned
from thuocdo.reviews.models import Remedy, ReviewMeeting
from thuocdo.rounds.models import RoundSubject
from thuocdo.rounds.rules import LEADING


def accounts_of(people: Collection[int], but: User) -> list[int]:
    """Accounts of these people, without who acts. One query."""
    found = Person.objects.filter(pk__in=people, user__isnull=False).exclude(user=but).order_by("pk")
    return [key for key in found.values_list("user_id", flat=True) if key is not None]


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
    if one.person_id is not None:
        people = [one.person_id]
    else:
        led = RoundSubject.objects.filter(kind="leader", role__in=LEADING, standing="in", round=one.round_id)
        where = led.filter(organisation=one.pk) if one.kind == "party_organisation" else led.filter(collective=one.pk)
        people = [key for key in where.values_list("person_id", flat=True) if key is not None]
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
    led = RoundSubject.objects.filter(round=subject.round_id, kind="leader", role__in=LEADING, standing="in")
    if subject.kind in ("collective", "leader"):
        led = led.filter(collective=subject.pk if subject.kind == "collective" else subject.collective_id)
    else:
        cell = subject.pk if subject.kind == "party_organisation" else subject.organisation_id
        led = led.filter(organisation=cell)
    people = set(led.values_list("person_id", flat=True)) - set(carries)
    notify_accounts(
        accounts=accounts_of([key for key in people if key is not None], by),
        kind="review.remedy_claimed",
        text=f"Một biện pháp khắc phục của {subject.name} được báo đã xong, chờ xác nhận",
        path=f"/kiem-diem/ban/{subject.pk}/khac-phuc/",
        at=at,
    )
