"""How much of what a review pointed out was remedied: exact counts, and the facts that a rating asks for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from thuocdo.reviews.models import Defect, ReviewReport
from thuocdo.reviews.owners import owner_of
from thuocdo.reviews.scoring.queries import scoring_facts
from thuocdo.rounds.models import Round, RoundSubject

UNKNOWN = (
    "Chưa biết kỳ kiểm điểm trước chỉ ra những hạn chế, khuyết điểm nào: bản kiểm điểm chưa gửi, và phần mềm không có "
    "bản của năm trước."
)


@dataclass(frozen=True)
class Remedied:
    """Defects of one year: how many there are, and how many were remedied."""

    total: int
    fixed: int

    @property
    def share(self) -> Fraction | None:
        """The part remedied, exact; None where there was nothing to remedy."""
        return Fraction(self.fixed, self.total) if self.total else None


@dataclass(frozen=True)
class Facts:
    """What reviews know of one subject for its rating. `case` goes into an entry in the case format as it is; `marks`
    (hundredths or grades) and `level` are the subject's own, decide nothing; `questions` need a person's answer;
    `filed` is the last report."""

    case: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, Any] = field(default_factory=dict)
    level: str = ""
    report: int | None = None
    questions: tuple[str, ...] = ()
    filed: ReviewReport | None = None


def remedied(owners: Collection[str], *years: int) -> dict[tuple[str, int], Remedied]:
    """By owner and year, for the defects that the reviews of these years pointed out. A defect is remedied when it has
    a remedy and every one of its remedies was confirmed as done; a remedy withdrawn is none. One query."""
    rows = Defect.objects.filter(owner__in=owners, year__in=years, dropped_at=None)
    planned, confirmed = ~Q(remedies__state="dropped"), Q(remedies__state="fixed")
    counted = rows.annotate(every=Count("remedies", filter=planned), done=Count("remedies", filter=confirmed))
    found: dict[tuple[str, int], list[bool]] = {}
    for owner, year, every, done in counted.values_list("owner", "year", "every", "done"):
        found.setdefault((owner, year), []).append(every > 0 and every == done)
    return {key: Remedied(len(each), sum(each)) for key, each in found.items()}


def facts_of(round_: Round, subjects: Collection[RoundSubject]) -> dict[int, Facts]:
    """Facts of the review of each subject, by its key. Six queries at most, however many subjects."""
    scored = scoring_facts(round_, [one.party_id for one in subjects if _scores(one) and one.party_id is not None])
    owners = {one.pk: owner_of(one) for one in subjects}
    before = round_.year - 1
    counts = remedied(set(owners.values()), before)
    reports = ReviewReport.objects.filter(subject__in=list(owners)).order_by("subject", "number")
    last = {row.subject_id: row for row in reports}
    people = {one.person_id for one in subjects if one.person_id is not None}
    keys = {one.key for one in subjects if one.person_id is None}
    earlier = RoundSubject.objects.filter(round__year=round_.year - 1, reports__isnull=False)
    persons_before = set(earlier.filter(person__in=people).values_list("person_id", flat=True))
    keys_before = set(earlier.filter(key__in=keys).values_list("key", flat=True))
    contents = {key: json.loads(row.content) for key, row in last.items()}
    nothing = {owners[key] for key, content in contents.items() if content["none_before"]}
    found = {}
    for one in subjects:
        owner, content = owners[one.pk], contents.get(one.pk, {})
        known = one.person_id in persons_before or one.key in keys_before or owner in nothing
        case: dict[str, Any] = {}
        questions: tuple[str, ...] = ()
        if (counted := counts.get((owner, before))) is not None:
            case = {"defects": {"total": counted.total, "fixed": counted.fixed}}
        elif known:
            case = {"defects": {"total": 0, "fixed": 0}}
        else:
            questions = (UNKNOWN,)
        if _scores(one) and one.party_id in scored:
            flags, question = scored[one.party_id]
            case |= {"facts": flags} if flags else {}
            questions += (question,) if question else ()
        row = last.get(one.pk)
        found[one.pk] = Facts(
            case, content.get("marks", {}), content.get("level", ""), row.pk if row else None, questions, row
        )
    return found


def _scores(one: RoundSubject) -> bool:
    return one.kind == "party_organisation"
