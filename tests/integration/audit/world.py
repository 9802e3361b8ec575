"""A small complete record: three chains and every kind of row, each written by an action with its event."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model

from thuocdo.accounts.models import SignInLink, User
from thuocdo.appraisals.models import Confirmation, LevelDecision, Petition, Remark, Sheet, Submission
from thuocdo.audit.digests import canonical, sha256
from thuocdo.audit.recording import SYSTEM_CHAIN, action, record
from thuocdo.cycles.models import Cycle, Member
from thuocdo.difficulties.models import AcceptedReading, Difficulty, DifficultyStep
from thuocdo.intake.models import ImportBatch
from thuocdo.organisation.models import Employment, Person, Role, Unit, UnitLink
from thuocdo.records.models import Absence
from thuocdo.rulesets.models import Binding, Regulation, RegulationNumber, RegulationText, RulebookVersion
from thuocdo.work.models import Product, Task

START = date(2026, 1, 1)


@dataclass
class World:
    officer: User
    agencies: list[Unit]
    people: list[Person]
    cycle: Cycle
    sheets: list[Sheet]


@action
def write(*rows: Model, chain: str, code: str, by: User | None, at: datetime, **data: int) -> None:
    """Save `rows` and record them with `data`."""
    for row in rows:
        row.save()
    record(chain=chain, code=code, by=by, at=at, objects=rows, data=data)


@action
def remove(row: Model, *, chain: str, code: str, by: User | None, at: datetime) -> None:
    """Delete `row` and record that it is gone."""
    copy = type(row)(pk=row.pk)
    row.delete()
    record(chain=chain, code=code, by=by, at=at, removed=[copy])


def build(at: datetime) -> World:
    """Four people in two agencies, one month: a confirmed and corrected sheet, a petition, a removal."""
    officer = User(username="can.bo", display_name="Lê Thị Tổ Chức", password="!", created_at=at)
    write(officer, chain=SYSTEM_CHAIN, code="account.created", by=None, at=at)
    agencies = [
        Unit(code=f"A{n}", name=f"Cơ quan {n}", kind=Unit.Kind.AGENCY, order=n, start=START) for n in (1, 2)
    ]
    write(*agencies, chain=SYSTEM_CHAIN, code="unit.created", by=officer, at=at)
    link = UnitLink(tree=UnitLink.Tree.STRUCTURE, child=agencies[1], parent=agencies[0], start=START)
    write(link, chain=SYSTEM_CHAIN, code="unit.created", by=officer, at=at)
    people = [_person(n, agencies[n % 2], officer, at) for n in range(4)]
    _facts(agencies, people, officer, at)
    cycle, sheets = _cycle(agencies, people, officer, at)
    first = _confirm(sheets[0], people, officer, at, number=1)
    _petition(first, people, officer, at)
    _difficulty(agencies[0], people[1], officer, at)
    _confirm(sheets[0], people, officer, at, number=2, replaces=first)
    return World(officer, agencies, people, cycle, sheets)


def _person(n: int, agency: Unit, officer: User, at: datetime) -> Person:
    user = User(username=f"nguoi.{n}", display_name=f"Người {n}", password="!", created_at=at)
    write(user, chain=agency.code, code="account.created", by=officer, at=at)
    person = Person(code=f"C{n}", full_name=f"Người {n}", sort_key=f"{n}", search_key=f"nguoi {n}", user=user)
    employment = Employment(
        person=person,
        unit=agency,
        kind=Employment.Kind.CIVIL_SERVANT,
        position="Chuyên viên",
        leadership=Employment.Leadership.NONE,
        start=START,
    )
    _save_person(person, employment, agency, officer, at)
    return person


@action
def _save_person(person: Person, employment: Employment, agency: Unit, officer: User, at: datetime) -> None:
    person.save()
    employment.person = person
    employment.save()
    record(chain=agency.code, code="person.created", by=officer, at=at, objects=[person, employment])


def _facts(agencies: list[Unit], people: list[Person], officer: User, at: datetime) -> None:
    a = agencies[0]
    common: dict[str, Any] = {"chain": a.code, "by": officer, "at": at}
    write(
        Role(person=people[0], unit=a, kind=Role.Kind.OFFICER, start=START, given_by=officer),
        code="role.given",
        **common,
    )
    write(
        SignInLink(
            user=officer,
            token_hash=sha256("x"),
            created_by=officer,
            created_at=at,
            expires_at=at + timedelta(days=3),
        ),
        code="account.link_issued",
        links=1,
        **common,
    )
    write(
        Binding(
            unit=a,
            subject_kind=Employment.Kind.CIVIL_SERVANT,
            rulebook="state/nd-335-2025",
            overlays=["overlays/example"],
            start=START,
            decided_by="Chủ tịch",
            reason="Áp dụng nghị định",
        ),
        code="binding.recorded",
        **common,
    )
    _rules(a, people, officer, at)
    write(
        Absence(person=people[1], kind=Absence.Kind.STUDY, start=START, end=date(2026, 2, 1)),
        code="import.applied",
        written=1,
        **common,
    )
    product = Product(agency=a, code="SP1", name="Báo cáo", complexity=2, coefficient=150, start=START)
    write(product, code="import.applied", written=1, **common)
    task = Task(
        code="CV1",
        person=people[0],
        agency=a,
        month=date(2026, 2, 1),
        product=product,
        title="Báo cáo",
        coefficient=150,
        assigned=400,
        due_date=date(2026, 2, 20),
        given_by=officer,
        given_at=at,
    )
    write(task, code="task.assigned", **common)
    task.completed, task.quality_met, task.on_time, task.version = 400, 300, 400, 2
    write(task, code="task.reported", **common)
    batch = ImportBatch(
        kind="people",
        scope=a.code,
        file_name="người.xlsx",
        file_hash=sha256("f"),
        state="applied",
        rows="[]",
        problems="[]",
        counts="{}",
        uploaded_by=officer,
        uploaded_at=at,
        applied_at=at,
    )
    write(batch, code="import.applied", written=3, **common)
    spare = Product(agency=a, code="SP2", name="Nhầm", complexity=1, coefficient=100, start=START)
    write(spare, code="import.applied", written=1, **common)
    remove(spare, code="import.dropped", **common)


def _cycle(
    agencies: list[Unit], people: list[Person], officer: User, at: datetime
) -> tuple[Cycle, list[Sheet]]:
    cycle = Cycle(
        root=agencies[0],
        kind=Cycle.Kind.MONTH,
        year=2026,
        number=2,
        submit_by=at,
        confirm_by=at,
        pins={"state/nd-335-2025": "h"},
        opened_by=officer,
        opened_at=at,
    )
    write(cycle, chain=agencies[0].code, code="cycle.opened", by=officer, at=at, members=2, sheets=2)
    sheets = []
    for n, person in enumerate(people[:2]):
        member = Member(
            cycle=cycle,
            person=person,
            employment=person.employments.get(),
            unit=agencies[n],
            agency=agencies[n],
            kind=Employment.Kind.CIVIL_SERVANT,
            leadership=Employment.Leadership.NONE,
            position="Chuyên viên",
            standing=Member.Standing.IN,
            evaluator=people[3],
            rulebook="state/nd-335-2025",
            rulebook_hash="h",
            evaluator_cite="Điều 10",
        )
        write(member, chain=agencies[n].code, code="member.admitted", by=officer, at=at)
        sheet = Sheet(
            cycle=cycle,
            member=member,
            person=person,
            evaluator=people[3],
            submit_by=at,
            changed_at=at,
            changed_by=officer,
        )
        write(sheet, chain=agencies[n].code, code="sheet.opened", by=officer, at=at)
        sheets.append(sheet)
    remark = Remark(sheet=sheets[1], kind=Remark.Kind.EXTENSION, reason="Ốm", until=at, by=officer, at=at)
    write(remark, chain=agencies[1].code, code="sheet.extended", by=officer, at=at)
    decision = LevelDecision(
        sheet=sheets[1], number=1, subject=sheets[1].person, level="good", decided_by=sheets[1].evaluator, at=at
    )
    write(decision, chain=agencies[1].code, code="level.decided", by=officer, at=at)
    return cycle, sheets


def _confirm(
    sheet: Sheet,
    people: list[Person],
    officer: User,
    at: datetime,
    *,
    number: int,
    replaces: Confirmation | None = None,
) -> Confirmation:
    document = canonical({"marks": {"a": "4,5"}, "n": number})
    submission = Submission(
        sheet=sheet,
        number=number,
        part=Submission.Part.EVALUATOR,
        author=officer,
        document=document,
        digest=sha256(document),
        at=at,
    )
    write(submission, chain="A1", code="sheet.submitted", by=officer, at=at, number=number)
    result = Confirmation(
        sheet=sheet,
        number=number,
        submission=submission,
        subject=people[0],
        confirmed_by=people[3],
        rulebook="state/nd-335-2025",
        overlays=[],
        rulebook_hash="h",
        engine_version="1",
        outcome_kind="rated",
        outcome=canonical({"score": f"{90 + number}/1"}),
        score=f"{90 + number}/1",
        score_shown=9000 + 100 * number,
        band="b",
        comment="Nhất trí",
        at=at,
        replaces=replaces,
        replace_reason="Sửa" if replaces else "",
    )
    write(result, chain="A1", code="sheet.confirmed", by=officer, at=at)
    return result


def _rules(agency: Unit, people: list[Person], officer: User, at: datetime) -> None:
    kept = RulebookVersion(rulebook="state/nd-335-2025", hash="h", files="{}", kept_at=at)
    write(kept, chain=agency.code, code="cycle.opened", by=officer, at=at, members=0, sheets=0)
    regulation = Regulation(
        unit=agency,
        rulebook="state/nd-335-2025",
        number=1,
        state=Regulation.State.APPROVED,
        document="{}",
        changed_by=officer,
        changed_at=at,
        proposed_by=officer,
        proposed_at=at,
    )
    text = RegulationText(
        regulation=regulation,
        key="quy-che-don-vi/a/1",
        title="Quy chế",
        content="Nội dung",
        digest="h",
        start=START,
        proposed_by=officer,
        approved_by=people[3].user,
        approved_at=at,
    )
    write(regulation, text, chain=agency.code, code="regulation.approved", by=officer, at=at, number=1, start=1)
    numbered = RegulationNumber(text=text, number="12/QĐ", issued=START, recorded_by=officer, recorded_at=at)
    write(
        numbered, chain=agency.code, code="regulation.numbered", by=officer, at=at, number=1, text="12/QĐ", reason="–"
    )


def _difficulty(agency: Unit, author: Person, officer: User, at: datetime) -> None:
    row = Difficulty(
        author=author.user,
        unit=agency,
        holder=agency,
        about=Difficulty.About.ARTICLE,
        rulebook="state/nd-335-2025",
        article="nd-335/17.1",
        article_words="Điều 17 khoản 1",
        text="Chưa rõ",
        search_key="chua ro",
        raised_at=at,
        changed_at=at,
        changed_by=officer,
    )
    write(row, chain=agency.code, code="difficulty.raised", by=officer, at=at)
    step = DifficultyStep(difficulty=row, kind=DifficultyStep.Kind.RAISED, to_unit=agency, by=officer, at=at)
    write(step, chain=agency.code, code="difficulty.sent_up", by=officer, at=at)
    row.state, row.answer, row.answered_by, row.answered_at = Difficulty.State.PUBLISHED, "Rõ", officer, at
    reading = AcceptedReading(
        difficulty=row,
        rulebook=row.rulebook,
        article=row.article,
        article_words=row.article_words,
        question="Hỏi",
        text="Hiểu",
        search_key="hieu",
        unit=agency,
        start=START,
        published_by=officer,
        published_at=at,
    )
    write(row, reading, chain=agency.code, code="difficulty.published", by=officer, at=at)


def _petition(first: Confirmation, people: list[Person], officer: User, at: datetime) -> None:
    petition = Petition(
        confirmation=first,
        sheet=first.sheet,
        author=people[0],
        text="Xin xem lại",
        received_at=at,
        answer_by=date(2026, 3, 16),
        authority=first.sheet.cycle.root,
        authority_note="Cơ quan quản lý",
    )
    write(petition, chain="A1", code="petition.received", by=officer, at=at)
