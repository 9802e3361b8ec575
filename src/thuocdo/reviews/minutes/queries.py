"""Reads of minutes and scans, for those who see the meeting."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.reviews import following
from thuocdo.reviews.minutes.content import code_of
from thuocdo.reviews.minutes.models import MeetingMinutes, MeetingScan, MeetingWithdrawal
from thuocdo.reviews.models import ReviewMeeting


@dataclass(frozen=True)
class Papers:
    """Minutes of a meeting, the scans of what was signed (newest last), the withdrawal. `attaches`: the user brings a
    scan or withdraws; `compares`: the user may confirm the last scan, which somebody else attached."""

    minutes: MeetingMinutes | None
    scans: list[MeetingScan]
    withdrawal: MeetingWithdrawal | None
    attaches: bool
    compares: bool

    @property
    def code(self) -> str:
        return code_of(self.minutes.digest) if self.minutes else ""

    @property
    def last(self) -> MeetingScan | None:
        return self.scans[-1] if self.scans else None

    @property
    def confirmed(self) -> MeetingScan | None:
        return next((scan for scan in self.scans if scan.confirmed_by_id is not None), None)


def papers_of(user: User, found: following.Meeting) -> Papers:
    """Of a meeting that the user sees. Up to three queries."""
    row = found.meeting
    minutes = MeetingMinutes.objects.filter(meeting=row).first()
    scans = list(minutes.scans.select_related("attached_by", "confirmed_by").order_by("number")) if minutes else []
    withdrawal = None
    if row.state == ReviewMeeting.State.WITHDRAWN:
        withdrawal = MeetingWithdrawal.objects.select_related("by").filter(meeting=row).first()
    held = row.state == ReviewMeeting.State.HELD and minutes is not None
    signs = found.records or user.pk in {p.user_id for p in (row.chair, row.secretary) if p is not None}
    last = scans[-1] if scans else None
    open_scan = last is not None and all(scan.confirmed_by_id is None for scan in scans)
    compares = held and signs and open_scan and last is not None and last.attached_by_id != user.pk
    return Papers(minutes, scans, withdrawal, held and found.records, compares)


def printed(user: User, meeting_id: int, at: datetime) -> tuple[following.Meeting, MeetingMinutes, dict[str, Any]]:
    """The frozen minutes. Raises NotYours, Conflict before the meeting is written down as held."""
    found = following.meeting(user, meeting_id, at)
    minutes = MeetingMinutes.objects.filter(meeting=found.meeting).first()
    if minutes is None:
        raise Conflict("Hội nghị này chưa có biên bản. Hãy ghi đã họp trước.")
    content: dict[str, Any] = json.loads(minutes.content)
    return found, minutes, content


def scan_of(user: User, meeting_id: int, number: int, at: datetime) -> MeetingScan:
    """Raises NotYours."""
    found = following.meeting(user, meeting_id, at)
    scan = MeetingScan.objects.filter(minutes__meeting=found.meeting, number=number).first()
    if scan is None:
        raise NotYours()
    return scan
