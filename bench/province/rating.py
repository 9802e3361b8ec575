"""Rating the whole province by the engine, set by set: collectives first, then who stands under them.

The facts are generated (no room delivers them here), in the case format, and rated with an overlay that settles what
the frame leaves open; reading them from the database and writing results is not part of it.
"""

import random
from collections import Counter
from typing import Any

from bench.city.report import Report
from bench.nation import COMMON, FLAGS, TARGETS
from thuocdo.engine import Period, SchemeBook, SubjectFacts, load_book, parse_subject
from thuocdo.engine.many import Brief, rate_many
from thuocdo.rounds.models import Round, RoundSubject

OVERLAYS = ("overlays/vi-du-dang-uy-xa",)
PERIOD = Period(kind="year", year=2026)
"""The overlay (an example) is in force from 01/03/2026."""
FACTS = {
    "party_member": FLAGS["member"],
    "leader": (*FLAGS["leader"], *TARGETS, "vote_held"),
} | dict.fromkeys(("collective", "agency", "unit", "party_organisation"), (*FLAGS["collective"], *TARGETS))
WAVES = (("collective", "agency", "unit"), ("leader",), ("party_member",), ("party_organisation",))


def measure(round_: Round, report: Report) -> int:
    """Rate every subject that is in; the number of those whose facts were refused."""
    book = load_book(round_.rulebook, OVERLAYS)
    assert isinstance(book, SchemeBook)
    kinds = [kind for wave in WAVES for kind in wave]
    rows = RoundSubject.objects.filter(round=round_, standing="in", kind__in=kinds)
    subjects = list(rows.values_list("pk", "kind", "role", "collective_id"))
    found: dict[int, Brief | None] = {}
    report.stage(f"rating {len(subjects)} subjects from their facts", 30, lambda: _rate(book, subjects, found))
    kinds_found = Counter(one.kind if one else "refused" for one in found.values())
    print(f"   {', '.join(f'{n} {kind}' for kind, n in kinds_found.items())}", flush=True)
    asked = Counter(name for one in found.values() if one for name in one.asked)
    print(f"   asked: {', '.join(f'{n} {name}' for name, n in asked.most_common(5))}", flush=True)
    return kinds_found["refused"]


def _rate(book: SchemeBook, subjects: list[tuple[int, str, str, int | None]], found: dict[int, Brief | None]) -> None:
    rng = random.Random(2025)
    for wave in WAVES:
        rows = [one for one in subjects if one[1] in wave]
        facts = [_facts(rng, one, found) for one in rows]
        found.update(zip((one[0] for one in rows), rate_many(book, facts, PERIOD), strict=True))


def scheme_kind(kind: str, role: str) -> str:
    """By whose scheme such a subject is rated: a member with a leading post by that of leaders."""
    return "leader" if kind == "party_member" and role != "none" else kind


def _facts(rng: random.Random, one: tuple[int, str, str, int | None], found: dict[int, Brief | None]) -> SubjectFacts:
    key, kind, role, collective = one
    done = rng.choice((9, 10, 10, 10, 10, 10))
    tasks = {"assigned": 10, "done": done, "late": 0, "above": rng.choice((1, 2, 4)), "failing": 0}
    case: dict[str, Any] = {
        "id": str(key),
        "kind": kind,
        "marks": {"general": rng.randrange(20, 30), "results": rng.randrange(40, 70)},
        "defects": {"total": 2, "fixed": 2},
        "facts": dict.fromkeys((*FACTS[scheme_kind(kind, role)], *COMMON), False),
        "disciplines": [],
        "led" if scheme_kind(kind, role) == "leader" else "tasks": tasks,
    }
    if kind == "party_member":
        case["time"] = {"months_member": 120}
    if scheme_kind(kind, role) == "leader":
        above = found.get(collective or 0)
        related = {"collective": {"level": above.code}} if above and above.code else {}
        case |= {"leadership": role, "related": {"units": [], "quarters": [], **related}}
    return parse_subject(case)
