"""What the minutes say, frozen as text: nothing that changes later changes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from thuocdo.records.party.letterheads import letterhead_of
from thuocdo.reviews.models import ReviewMeeting
from thuocdo.rounds import books
from thuocdo.rounds.issuing import issuer_of
from thuocdo.rounds.models import RoundSubject

SHORT = 12


def content_of(meeting: ReviewMeeting, subjects: Sequence[RoundSubject], present: Collection[int]) -> dict[str, Any]:
    """The minutes of a meeting that was held: what was written down, names as they were. A few queries."""
    seats = meeting.seats.select_related("person").order_by("person__sort_key", "pk")
    comments = meeting.comments.select_related("person", "subject").order_by("subject", "pk")
    people = [(seat.person_id, seat.person.full_name) for seat in seats]
    assert meeting.chair is not None, "a meeting that was held has one"
    assert meeting.secretary is not None, "a meeting that was held has one"
    return {
        "head": letterhead_of(issuer_of(meeting.round, subjects), meeting.on).said(),
        "round": meeting.round.label,
        "on": meeting.on.isoformat(),
        "place": meeting.place,
        "half_days": meeting.half_days,
        "chair": meeting.chair.full_name,
        "secretary": meeting.secretary.full_name,
        "present": [name for key, name in people if key in present],
        "absent": [name for key, name in people if key not in present],
        "subjects": [[books.LABELS[one.kind], one.name, one.position] for one in subjects],
        "comments": [
            [row.subject.name, row.person.full_name, row.text, row.get_answer_display(), row.said] for row in comments
        ],
        "conclusion": meeting.conclusion,
        "terms": list(meeting.terms),
        "exception": meeting.exception,
    }


def code_of(digest: str) -> str:
    """The beginning of the digest, as printed and compared: `3f2a-91bc-07de`."""
    short = digest[:SHORT]
    return "-".join(short[place : place + 4] for place in range(0, SHORT, 4))


def in_eights(digest: str) -> str:
    """The whole digest, so that no line break hyphenates it."""
    return "-".join(digest[place : place + 8] for place in range(0, len(digest), 8))
