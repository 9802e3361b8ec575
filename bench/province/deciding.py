"""Verifying and deciding the whole province through `conclusions`: facts read from the database, rated, frozen, told to
the round, in lists of a thousand as an officer and a body send them.

Self-ratings are generated and written directly (in brackets: preparing), and so are the levels of the year's work. Each
list is a transaction of its own: who is stopped half-way finds the lists that were sent, and goes on with the others.
"""

import json
import random
from collections import Counter
from datetime import date
from typing import Any

from bench.city.report import Meter, Report
from bench.province.people import ROOT, Province
from bench.province.rating import FACTS, WAVES, scheme_kind
from bench.province.stages import AT
from thuocdo.accounts.models import User
from thuocdo.appraisals.facts import canonical, digest_of
from thuocdo.audit import bulk
from thuocdo.conclusions import actions, facts
from thuocdo.conclusions.models import Assessment, AssessmentPart, Competence
from thuocdo.config import rings
from thuocdo.engine import canonical_json, parse_subject
from thuocdo.kernel.errors import Several
from thuocdo.organisation.models import Person, Role, Unit
from thuocdo.rounds import books
from thuocdo.rounds.models import Round, RoundSubject, StepDone

LIST = 1000
KINDS = [kind for wave in WAVES for kind in wave]


def measure(round_: Round, province: Province, report: Report) -> int:
    """Verify and decide everybody; the number of those who could not be. The process looks for rings of objects as
    seldom as the one that serves pages does."""
    rings.looked_for_seldom()
    officer, second = User.objects.get(pk=province.officer), User.objects.get(pk=province.plain)
    report.stage("(levels of the year's work, self-ratings)", None, lambda: _prepare(round_, officer, second))
    refused: Counter[str] = Counter()
    waiting = Assessment.objects.filter(round=round_).count()
    rated, decided = Meter(), Meter()
    _all(round_, officer, second, refused, rated, decided)
    report.metered(f"rating {waiting} subjects through conclusions (verified)", 30, rated)
    report.metered(f"deciding {waiting} subjects, told to the round", None, decided)
    states = Counter(Assessment.objects.filter(round=round_).values_list("state", flat=True))
    levels = Counter(Assessment.objects.filter(round=round_, state="decided").values_list("level", flat=True))
    print(f"   {dict(states)}; decided: {dict(levels)}", flush=True)
    for words, number in refused.most_common(8):
        print(f"   refused {number}: {words}", flush=True)
    return states["own"] + states["verify"] + states["decide"]


def _all(
    round_: Round, officer: User, second: User, refused: Counter[str], rated: Meter, decided: Meter
) -> None:
    depth = _depths(round_)
    for wave in (("collective",), ("leader",), ("party_member",), ("agency", "unit"), ("party_organisation",)):
        rows = list(Assessment.objects.filter(round=round_, kind__in=wave).values_list("pk", "subject_id", "kind"))
        rows.sort(key=lambda row: (-depth.get(row[1], 0), row[0]))
        levels: dict[int, list[int]] = {}
        for pk, subject, _ in rows:
            levels.setdefault(-depth.get(subject, 0), []).append(pk)
        for keys in levels.values():
            for begin in range(0, len(keys), LIST):
                _list(round_, wave[0], keys[begin : begin + LIST], officer, second, refused, rated, decided)


def _list(
    round_: Round, kind: str, keys: list[int], officer: User, second: User, refused: Counter[str], rated: Meter,
    decided: Meter,
) -> None:  # fmt: skip
    given: dict[str, Any] = {"round_id": round_.pk, "at": AT}
    with rated:
        kept = _sent(
            dict.fromkeys(keys, 1), refused,
            lambda rows: actions.verify_many(rows=rows, comment="Đúng", group=f"{kind} {keys[0]}", by=officer, **given),
        )  # fmt: skip
    with decided:
        _sent(
            {key: actions.Row(2) for key in kept}, refused,
            lambda rows: actions.decide_many(rows=rows, on=date(2025, 12, 1), number="1", by=second, **given),
        )  # fmt: skip


def _sent(rows: dict[int, Any], refused: Counter[str], send: Any) -> list[int]:
    """Send a list; those that are named as not going along are left out, and the others sent again."""
    while rows:
        try:
            return list(send(rows))
        except Several as told:
            out = {int(name.removeprefix("row-")) for name in told.problems}
            refused.update(words.partition(": ")[2][:110] for words in told.problems.values())
            rows = {key: row for key, row in rows.items() if key not in out}
    return []


def _depths(round_: Round) -> dict[int, int]:
    """How many stand above a subject of the same kind: the lowest are decided first."""
    found = RoundSubject.objects.filter(round=round_, kind__in=KINDS).values_list(
        "pk", "kind", "collective_id", "organisation_id", "agency_id"
    )
    place = {"collective": 2, "party_organisation": 3, "agency": 4, "unit": 4}
    up = {row[0]: row[place[row[1]]] for row in found if row[1] in place}
    depths: dict[int, int] = {}
    for key in up:
        above, seen = up.get(key), {key}
        while above is not None and above in up and above not in seen:
            seen.add(above)
            above = up.get(above)
        depths[key] = len(seen)
    return depths


def _prepare(round_: Round, officer: User, second: User) -> None:
    unit = Unit.objects.get(code=ROOT)
    Role.objects.create(person=Person.objects.get(user=second), unit=unit, kind="officer", start=date(2024, 1, 1))
    held = {
        kind: Competence.objects.create(
            unit=unit, kind=kind, body="Ban Thường vụ cấp trên", verifier="Ban Tổ chức", basis="Quy định mẫu",
            start=date(2024, 1, 1), recorded_by=officer, recorded_at=AT,
        ).pk
        for kind in KINDS
    }  # fmt: skip
    _work(round_, officer)
    subjects = list(RoundSubject.objects.filter(round=round_, standing="in", kind__in=KINDS).select_related("unit"))
    mine = {officer.pk, second.pk}
    people = dict(Person.objects.filter(user__in=mine).values_list("pk", "user_id"))
    book = books.rules_of(round_).book
    subjects = [one for one in subjects if one.person_id not in people and book.scheme_for(one.kind, one.role, "year")]
    rng, rows, parts = random.Random(2025), [], []
    writer = Person.objects.get(user=officer)
    keys, numbers = bulk.reserve(Assessment, len(subjects)), bulk.reserve(AssessmentPart, len(subjects))
    for key, number, subject in zip(keys, numbers, subjects, strict=True):
        subject.round = round_
        one = facts.of_round(subject)
        one.pk, one.state, one.opened_at, one.competence_id = key, "verify", AT, held[one.kind]
        entry = json.loads(canonical_json(parse_subject(_facts(rng, one))))
        fields = {"marks.general": str(entry["marks"]["general"]), "marks.results": str(entry["marks"]["results"])}
        more = {"strengths": "Hoàn thành kế hoạch", "defects": "Chậm báo cáo", "fields": fields, "paper": "BB 1"}
        text = canonical(facts.frame(one) | more | {"subject": entry})
        rows.append(tuple(getattr(one, field.attname) for field in Assessment._meta.concrete_fields))
        part = AssessmentPart(pk=number, assessment_id=key, number=1, part="own", document=text, digest=digest_of(text),
                              person_id=one.person_id, by=officer, by_person=writer, at=AT)  # fmt: skip
        parts.append(tuple(getattr(part, field.attname) for field in AssessmentPart._meta.concrete_fields))
    bulk.insert(Assessment, rows)
    bulk.insert(AssessmentPart, parts)


def _facts(rng: random.Random, one: Assessment) -> dict[str, Any]:
    """Facts of somebody who is rated: one in twenty for the best level, one in five just above half."""
    best, low = rng.random() < 0.05, rng.random() < 0.2
    tasks = {"assigned": 10, "done": 10, "late": 0, "above": 4 if best else 1, "failing": 0}
    case: dict[str, Any] = facts.base_subject(one) | {
        "marks": {"general": 28, "results": 66 if best else 30 if low else rng.randrange(45, 60)},
        "defects": {"total": 2, "fixed": 2},
        "facts": {name: False for name in FACTS[scheme_kind(one.kind, one.role)] if name != "vote_held"},
        "disciplines": [],
        "led" if one.kind == "leader" or one.role != "none" else "tasks": tasks,
    }
    if scheme_kind(one.kind, one.role) == "leader":
        case["related"] = {"units": [], "quarters": []}
    return case


def _work(round_: Round, officer: User) -> None:
    done = StepDone.objects.filter(round=round_, node="rate_work").values("subject")
    staff = RoundSubject.objects.filter(round=round_, standing="in", kind="civil_servant").exclude(pk__in=done)
    pattern = bulk.Pattern(
        StepDone, ("subject_id", "person_id"), round_id=round_.pk, node="rate_work", step="rating", on=AT.date(),
        level="good", source="rounds.recorded", by_id=officer.pk, at=AT, turn=1,
    )  # fmt: skip
    bulk.insert(StepDone, [pattern.row(*row)[1:] for row in staff.values_list("pk", "person_id")], keyed=False)
