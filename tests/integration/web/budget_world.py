"""A place in which every list has a given number of rows, for counting queries."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.factories import months
from tests.factories.finding import words_anew
from tests.factories.people import START, add_post, give_role, make_person, make_unit
from tests.guards import outside_actions
from tests.integration.inflow import budget as inflow_world
from tests.integration.organisation.ward import HEADER, person_row, xlsx
from tests.integration.web import (
    ballots_world,
    catalogue_world,
    conclusions_world,
    crowd,
    decisions_world,
    levels_world,
    opinions_world,
    phones_world,
    plan_world,
    results_world,
    rounds_world,
    structure_world,
)
from tests.integration.web.collectives_world import build as build_units
from tests.integration.web.crowd import AT
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Petition, Sheet
from thuocdo.cycles.models import Cycle, Member, Run
from thuocdo.cycles.runs import begin, moved
from thuocdo.difficulties import actions as difficulties
from thuocdo.difficulties.subjects import Asked
from thuocdo.intake.actions import preview_block, preview_import
from thuocdo.organisation.models import Person, Role
from thuocdo.rulesets.actions import begin_regulation, bind, save_regulation
from thuocdo.rulesets.models import Regulation, RegulationText
from thuocdo.work.models import Task

JANUARY = date(2026, 1, 1)


@dataclass(frozen=True)
class World:
    """Who looks, and the ids in the addresses."""

    users: dict[str, User]
    ids: dict[str, Any]


def build(rows: int) -> World:
    """`rows` people, tasks, sheets of each state, petitions, periods, imports, posts, decisions."""
    people = crowd.gather(rows, every_deputy=0)
    own, judged, drafting, missing, moving = people.people[:5]
    inspector = make_person("TT001", "Trịnh Xuân Bách", people.agency)
    give_role(inspector, people.place, Role.Kind.INSPECTOR)
    for index in range(rows):
        add_post(moving, people.agency, "Chuyên viên", start=START + timedelta(days=index + 1))
        _decision(people, index)
        for person in (own, judged, drafting, missing):
            months.make_task(person, people.agency, index + 1, month=JANUARY if person == own else months.MONTH)
    months.make_task(own, people.agency, rows + 1, giver=people.head.user)
    january = months.open_month(people.place, people.officer, month=1)
    for person in people.people:
        if person != moving:
            _petition(january, person)
    february = months.open_month(people.place, people.officer)
    _february(february, people, judged, missing)
    visitor = _small_place(people, rows)
    with outside_actions():
        Cycle.objects.filter(pk=january.pk).update(state="closed", closed_at=AT, closed_by=people.officer.user)
    decided = decisions_world.build(people, january, rows)
    ids = {
        "run": _run(february, people, rows),
        "closed": january.pk,
        "cycle": february.pk,
        "own": months.sheet_of(january, own).pk,
        "drafting": months.sheet_of(february, drafting).pk,
        "judged": months.sheet_of(february, judged).pk,
        "missing": months.sheet_of(february, missing).pk,
        "petition": Petition.objects.get(author=own).pk,
        "person": drafting.pk,
        "moving": moving.pk,
        "member": Member.objects.get(cycle=february, person=moving).pk,
        "task": Task.objects.filter(person=judged).earliest("pk").pk,
        "root": people.place.pk,
        "regulation": _regulations(people, rows),
        "batch": _imports(people, rows),
        "table_batch": _pasted(own.user, rows),
        "difficulty": _difficulties(people, own, rows),
        "digest": february.pins[0]["hash"],
        **decided,
        **plan_world.build(people, own, rows),
        **catalogue_world.build(people, own, rows),
        **build_units(people, rows),
    }
    asked, opining = opinions_world.build(people, february, judged, rows)
    counted, voting = phones_world.build(people, rows)
    words_anew()
    ids |= counted
    ids |= asked
    balloted, counting = ballots_world.build(people, rows)
    ids |= balloted
    ids |= inflow_world.build(people, rows)
    ids |= structure_world.build(people, rows)
    ids |= results_world.build(people, rows)
    ids |= rounds_world.build(people, rows)
    ids |= conclusions_world.build(people, ids["party_round"])
    ids |= opinions_world.build_year(people, ids["party_round"], rows)
    of_levels, more = levels_world.build(people, rows)
    ids |= more
    users = {
        "own": own.user,
        "drafting": drafting.user,
        "judged": judged.user,
        "head": people.head.user,
        "officer": people.officer.user,
        "authority": Person.objects.get(code="TP001").user,
        "inspector": inspector.user,
        **visitor,
        **opining,
        **voting,
        **counting,
        **of_levels,
    }
    return World(users, ids)


def _run(cycle: Cycle, people: crowd.Crowd, rows: int) -> int:
    """A run that could not do `rows` people."""
    with outside_actions():
        run = begin(cycle, Run.Kind.RATE, 2 * rows, people.officer.user, AT, {})
        moved(run, AT, position=1, failed={person.pk: "Chưa tính được." for person in people.people[:rows]})
    return run.pk


def _decision(people: crowd.Crowd, index: int) -> None:
    bind(
        by=None,
        at=AT,
        unit_id=people.place.pk,
        subject_kind="cadre",
        start=JANUARY + timedelta(days=index),
        decided_by="Cán bộ tổ chức",
        reason=f"Chưa có quy định, lần {index}.",
    )


def _regulations(people: crowd.Crowd, rows: int) -> int:
    """As many approved versions of the place's regulation, and a draft saved as often; the id of the draft."""
    officer: Any = people.officer.user
    with outside_actions():
        for number in range(1, rows + 1):
            made = Regulation.objects.create(
                unit=people.place, rulebook="state/nd-335-2025", number=number, state="approved", document="{}",
                changed_by=officer, changed_at=AT, proposed_by=officer, proposed_at=AT,
            )  # fmt: skip
            RegulationText.objects.create(
                regulation=made, key=f"quy-che-don-vi/p/{number}", title="Quy chế", content="x", digest="x",
                start=JANUARY, proposed_by=officer, approved_by=people.head.user, approved_at=AT,
            )  # fmt: skip
    draft = begin_regulation(by=officer, at=AT, unit_id=people.place.pk, rulebook="state/nd-335-2025")
    for revision in range(1, rows + 1):
        save_regulation(by=officer, at=AT, regulation_id=draft.pk, revision=revision, typed={"title": "Quy chế"})
    return draft.pk


def _petition(cycle: Cycle, person: Person) -> None:
    result = months.confirmed(cycle, person, AT)
    actions.petition(confirmation_id=result.pk, text="Đề nghị xem lại.", by=person.user, at=AT)


def _february(cycle: Cycle, people: crowd.Crowd, judged: Person, missing: Person) -> None:
    """One sheet opened, one to be entered by the evaluator, one in five handed in, the rest missing."""
    months.opened(cycle, judged, AT)
    sheet = months.sheet_of(cycle, missing)
    actions.allow_stand_in(sheet_id=sheet.pk, reason="Không nộp.", by=people.officer.user, at=AT)
    for person in people.people[5::5]:
        months.submitted(cycle, person, AT)


def _difficulties(people: crowd.Crowd, own: Person, rows: int) -> int:
    """One of the own with `rows` merged into it and a published reading; `rows` more of each kind."""
    made = []
    for index in range(3 * rows):
        asked = Asked(rulebook="state/nd-335-2025", article=("nd-335/17.1", "nd-335/11.2")[index % 2])
        by = own.user if index % 3 == 0 else people.people[index % rows].user
        made.append(difficulties.raise_difficulty(asked=asked, text=f"Câu hỏi {index}", proposal="", by=by, at=AT))
    act = {"by": people.officer.user, "at": AT}
    for row in made[1 : rows + 1]:
        difficulties.merge(difficulty_id=row.pk, into_id=made[0].pk, version=row.version, **act)
    for row in [made[0], *made[rows + 1 : 2 * rows]]:
        done = difficulties.answer(difficulty_id=row.pk, version=row.version, answer="Trả lời.", **act)
        difficulties.publish(
            difficulty_id=row.pk,
            version=done.version,
            article="nd-335/17.1",
            question="Hỏi gì?",
            reading="Hiểu thế này.",
            start=JANUARY,
            **act,
        )
    return made[0].pk


def _small_place(people: crowd.Crowd, rows: int) -> dict[str, Any]:
    """An agency of two in which many months are open, for the lists of periods, sheets and notices."""
    agency = make_unit("Q-UB", "Trung tâm", under=people.place, managed_by=people.agency)
    chief = make_person("QQ001", "Vũ Thị Thanh", agency, "Giám đốc", leadership="head")
    staff = make_person("QQ002", "Đỗ Thị Lan", agency)
    give_role(people.officer, agency, Role.Kind.OFFICER)
    for index in range(rows):
        actions.open_cycle(
            root_id=agency.pk,
            kind="month",
            year=2026 + (index + 2) // 12,
            number=(index + 2) % 12 + 1,
            choices={},
            by=people.officer.user,
            at=AT,
            submit_by=AT + timedelta(days=3),
            confirm_by=AT + timedelta(days=6),
        )
    assert Sheet.objects.filter(person=staff).count() == rows
    return {"chief": chief.user, "staff": staff.user}


def _imports(people: crowd.Crowd, rows: int) -> int:
    listed = [person_row(f"NM{n:03d}", "Trần Văn Mới", unit="P-UB") for n in range(rows)]
    batch = None
    for _ in range(rows):
        batch = preview_import(
            by=people.officer.user,
            at=AT,
            kind="people",
            scope="P",
            file_name="nguoi.xlsx",
            content=xlsx(HEADER, listed),
        )
    assert batch is not None
    assert batch.state == "ready", batch.problems
    return batch.pk


def _pasted(user: Any, rows: int) -> int:
    """A block that the employee pasted into the own month, a problem in every row."""
    lines = ["Mã công việc\tHoàn thành", *(f"KHONG-CO-{n}\t9,5" for n in range(rows))]
    return preview_block(by=user, at=AT, kind="progress", scope="2026-02", text="\n".join(lines)).pk
