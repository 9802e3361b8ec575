"""What came of rounds, counted over the subjects that the reader sees: two rounds side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from thuocdo.accounts.models import User
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books
from thuocdo.rounds.access import eyes_of, visible
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, RoundSubject, StepDone


@dataclass(frozen=True)
class Counted:
    """One line for a kind of subject: how many in each round."""

    kind: str
    words: str
    numbers: tuple[int, ...]


def counted(user: User, rounds: Sequence[Round], at: datetime) -> list[Counted]:
    """By kind: in the round, out of it and why, reviewed together, and by the level decided. Two queries a round, of
    subjects that the user sees in rounds that the caller was shown."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    found: dict[tuple[str, str], Counter[int]] = {}
    for place, round_ in enumerate(rounds):
        seen = RoundSubject.objects.filter(visible(user, on, eyes), round=round_).order_by()
        words = dict(RoundSubject.Standing.choices)
        for kind, standing, n, once in seen.values_list("kind", "standing").annotate(
            n=Count("pk"), once=Count("reviewed_with")
        ):
            found.setdefault((kind, str(words[standing])), Counter())[place] += n
            if once:
                found.setdefault((kind, "kiểm điểm một lần cùng nơi khác"), Counter())[place] += once
        rated = StepDone.objects.filter(subject__in=seen, step="rating", undoes__isnull=True, undone__isnull=True)
        rows = rated.order_by().values_list("subject__kind", "subject__role", "level").annotate(n=Count("pk"))
        for kind, role, level, n in rows:
            known = levels_for(round_, RoundSubject(kind=kind, role=role))
            label = known.get(level, level) or ("đã xếp loại, chưa ghi mức" if known else "đã kết luận bằng lời")
            found.setdefault((kind, label), Counter())[place] += n
    order = list(books.LABELS)
    keys = sorted(found, key=lambda key: order.index(key[0]))
    return [
        Counted(books.LABELS[kind], words, tuple(found[kind, words][place] for place in range(len(rounds))))
        for kind, words in keys
    ]
