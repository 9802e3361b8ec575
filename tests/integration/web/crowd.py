"""Two hundred varied sheets of one month: written in sets, then filed and confirmed by the real actions."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.factories import months
from tests.factories.people import CREATED, START, give_role, make_person, make_unit
from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.text import fold, sort_key
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.actions import bind
from thuocdo.work.models import Task

AT = months.OPENED + timedelta(hours=2)
EXCELLENT, GOOD, FAIR, POOR = range(4)
FLAWS = {EXCELLENT: 0.05, GOOD: 0.5, FAIR: 0.8, POOR: 1.0}


@dataclass(frozen=True)
class Crowd:
    """An agency whose head evaluates everybody, its people and its officer."""

    place: Unit
    agency: Unit
    head: Person
    officer: Person
    people: tuple[Person, ...]


def gather(number: int, *, every_deputy: int = 5) -> Crowd:
    """`number` civil servants of one agency; each `every_deputy`-th is a deputy, who gets leadership factors."""
    city = make_unit("TP", "Ủy ban nhân dân thành phố")
    place = make_unit("P", "Phường Bồ Đề", Unit.Kind.PLACE)
    agency = make_unit("P-UB", "Ủy ban nhân dân phường", under=place, managed_by=city)
    make_person("TP001", "Trần Quang Vinh", city, "Chủ tịch", leadership="head")
    head = make_person("UB001", "Nguyễn Hữu Thắng", agency, "Chủ tịch", leadership="head")
    bind(
        by=None,
        at=CREATED,
        unit_id=place.pk,
        subject_kind="civil_servant",
        start=date(2026, 1, 1),
        rulebook="state/nd-335-2025",
        overlays=["overlays/vi-du-phuong"],
        decided_by="Chủ tịch",
        reason="Quy chế",
    )
    officer = make_person("VP001", "Bùi Thị Mai", agency)
    give_role(officer, place, Role.Kind.OFFICER)
    codes = [f"CC{n:03d}" for n in range(number)]
    with outside_actions():
        users = User.objects.bulk_create(
            User(username=c.lower(), display_name=f"Lê Thị {c}", password="!", created_at=CREATED) for c in codes
        )
        people = Person.objects.bulk_create(
            Person(
                code=c,
                full_name=f"Lê Thị {c}",
                sort_key=sort_key(f"Lê Thị {c}"),
                search_key=fold(f"Lê Thị {c}"),
                user=user,
            )
            for c, user in zip(codes, users, strict=True)
        )
        Employment.objects.bulk_create(
            Employment(
                person=p,
                unit=agency,
                kind="civil_servant",
                position="Chuyên viên",
                start=START,
                leadership="deputy" if every_deputy and n % every_deputy == 0 else "none",
            )
            for n, p in enumerate(people)
        )
    return Crowd(place, agency, head, officer, tuple(people))


def give_work(crowd: Crowd, seed: int) -> None:
    """One to seven products for each, reported well or badly by the band aimed at; some outside the plan.

    Every fortieth has none: an empty denominator, which the decree leaves open.
    """
    chance = random.Random(seed)
    with outside_actions():
        Task.objects.bulk_create(
            _task(crowd, person, number, FLAWS[index % 4], chance)
            for index, person in enumerate(crowd.people)
            if index % 40 != 7
            for number in range(1, chance.randint(1, 6) + 2)
        )


def _task(crowd: Crowd, person: Person, number: int, flaws: float, chance: random.Random) -> Task:
    assigned = chance.choice((100, 200, 300, 700, 1000, 150, 0 if number > 1 else 400))
    outside = number > 1 and chance.random() < 0.1
    flawed = chance.random() < flaws
    completed = chance.randint(0, assigned) if flawed else assigned
    back = flawed and chance.random() < 0.15
    completed = 0 if back else completed
    plain = completed <= 100 or completed % 100 == 0  # an occurrence on a part of a product must be said of which
    counted = [chance.randint(0, completed) if flawed and chance.random() < 0.5 else completed for _ in range(2)]
    times = [chance.choice((0, 0, 1, 2, 3)) if flawed and plain and one == completed else 0 for one in counted]
    return Task(
        code=f"202602-{person.code}-{number:02d}",
        person=person,
        agency=crowd.agency,
        month=months.MONTH,
        title=f"Báo cáo số {number} <quý & năm>",
        coefficient=chance.choice((50, 100, 125, 200, 375)),
        assigned=assigned,
        due_date=months.MONTH.replace(day=20),
        given_by=crowd.head.user,
        given_at=months.OPENED,
        outside_plan=outside,
        completed=completed,
        handed_back=back,
        quality_met=counted[0],
        on_time=counted[1],
        quality_errors=times[0],
        late=times[1],
        evidence="Hồ sơ điện tử",
        reported_at=months.OPENED,
    )


def live_month(crowd: Crowd, seed: int) -> Cycle:
    """Open the month; everybody files, and the head confirms three of four."""
    chance = random.Random(seed)
    cycle = months.open_month(crowd.place, crowd.officer)
    for index, person in enumerate(crowd.people):
        sheet = months.submitted(cycle, person, AT, marks=_marks(index % 4, chance))
        if index % 4 != 3 or index % 8 == 3:
            _confirm(sheet, leader=index % 5 == 0, chance=chance)
    return cycle


def _marks(band: int, chance: random.Random) -> dict[str, str]:
    least = {EXCELLENT: 0.9, GOOD: 0.7, FAIR: 0.4, POOR: 0.0}[band]
    typed = {}
    for item in catalogue.load("state/nd-335-2025").criteria:
        most = int(item.max * 100)
        typed[item.slug] = format_points(chance.randint(int(most * least) // 25, most // 25) * 25)
    return typed


def _confirm(sheet: Sheet, *, leader: bool, chance: random.Random) -> None:
    by = sheet.evaluator.user
    actions.open_for_review(sheet_id=sheet.pk, by=by, at=AT)
    sheet.refresh_from_db()
    document: dict[str, Any] = months.judgement()
    if leader:
        factors = {name: chance.choice(("100", "50")) for name in ("unit_results", "organising", "solidarity")}
        document |= {
            "leadership_factors": factors,
            "factor_reasons": dict.fromkeys(factors, "Theo kết quả của tổ."),
        }
    late = Task.objects.filter(person=sheet.person, late__gt=0).first()
    if late is not None:
        document["tasks"] = {late.code: {"late_excused": "1", "note": "Chờ ý kiến cấp trên, có công văn."}}
    actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=document, by=by, at=AT)
