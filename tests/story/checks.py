"""What must hold after every month and at the end, worked out without the product."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

from tests.story.clock import after
from tests.story.people import CENTRE, EVERYBODY, MOTHER, PUBLIC_EMPLOYEE, ROOTS, WARD
from tests.story.year import AWAY, Year
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.appraisals.queries import year_draft
from thuocdo.audit.verify import verify
from thuocdo.cli.main import run
from thuocdo.cli.verifying import checks, confirmations
from thuocdo.cycles.models import Cycle, Member
from thuocdo.documents.bundle import write_bundle
from thuocdo.kernel.exact import parse_fraction
from thuocdo.organisation.waiting import todo
from thuocdo.results.models import Rollup
from thuocdo.work.models import Task

CENTRE_CODES = {one.code for one in CENTRE}


def month_holds(year: Year, root: str, month: int) -> None:
    """Everybody is in or out for a reason, every sheet judged by the right person with the right points."""
    routine = year.routine
    cycle = routine.cycle(root, month)
    members = {m.person.code: m for m in Member.objects.filter(cycle=cycle).select_related("person")}
    assert set(members) == set(year.served[month][root]), "nobody is lost, nobody is twice"
    left = {code for code, member in members.items() if member.standing != Member.Standing.IN}
    judged = year.centre.month_holds(month) if root == WARD else set()
    expected = ({PUBLIC_EMPLOYEE.code} | (CENTRE_CODES - judged)) & set(members)
    if month in AWAY:
        expected |= {MOTHER.code} & set(members)
    assert left == expected, left
    assert all(members[code].reason for code in left), "who is out is told why"
    found = Confirmation.objects.filter(sheet__cycle=cycle, replaced_by__isnull=True)
    by_code = {one.subject.code: one for one in found.select_related("subject", "confirmed_by")}
    assert set(by_code) == set(members) - left
    for code, result in by_code.items():
        if code in judged:
            continue
        score = routine.ledger.score(code, month)
        assert parse_fraction(result.score) == score, (code, month, result.score, score)
        assert result.confirmed_by.code == routine.judge_of(code, month), (code, month)
    assert cycle.state == Cycle.State.CLOSED


def year_holds(year: Year, folder: Path) -> None:
    """The year re-added, the files whole, nothing orphaned, nothing waiting, the record clean."""
    routine = year.routine
    end = after(12, 28)
    rated = [one.code for one in EVERYBODY if routine.ledger.months(one.code)]
    for code in rated:
        away = dict.fromkeys(AWAY, "maternity") if code == MOTHER.code else {}
        mean = routine.ledger.year(code, away)
        draft = year_draft(routine.user(code), routine.persons[code], 2026, end)
        assert draft.mean is not None
        assert draft.mean.value == mean, code
        assert [one.month for one in draft.months if one.score is not None] == routine.ledger.months(code)
        _rollups_hold(year, code, mean)
    centre = sum(len(year.centre.rated(month)) for month in year.months) + 2  # and the year of its public employees
    assert Sheet.objects.count() == len(routine.ledger.entries) + centre, "no sheet but those expected"
    assert not Sheet.objects.exclude(state=Sheet.State.CONFIRMED).exists(), "no orphan"
    assert not Task.objects.filter(person__code__in=rated, reported_at=None).exists()
    assert not Petition.objects.filter(state=Petition.State.RECEIVED).exists()
    assert not Member.objects.filter(cycle__root__code__in=ROOTS, standing="in", sheet__isnull=True).exists()
    for one in EVERYBODY:
        waiting = [line.text for line in todo(routine.user(one.code), end)]
        assert waiting == [], (one.code, waiting)
    bundle_holds(year, MOTHER.code, folder)


def _rollups_hold(year: Year, code: str, mean: Fraction) -> None:
    kinds = {"quarter": 3, "half_year": 6, "year": 12}
    rows = Rollup.objects.filter(person__code=code, replaced_by__isnull=True)
    for row in rows:
        size = kinds[row.kind]
        months = range(size * (row.number - 1) + 1, size * row.number + 1)
        expected = mean if row.kind == "year" else year.routine.ledger.mean(code, months)
        assert parse_fraction(row.score) == expected, (code, row.kind, row.number)
    expected_rows = {
        (kind, number)
        for kind, size in kinds.items()
        for number in range(1, 12 // size + 1)
        for root in ROOTS
        if code in year.rolled(root, range(size * (number - 1) + 1, size * number + 1))
    }
    assert {(row.kind, row.number) for row in rows} == expected_rows, code


def bundle_holds(year: Year, code: str, folder: Path) -> None:
    """The electronic file of a person's year is whole by the product's own check outside of the system."""
    out = BytesIO()
    user = year.routine.user(code)
    written = write_bundle(user, year.routine.persons[code], 2026, after(12, 20), out)
    path = folder / f"{code}.zip"
    path.write_bytes(out.getvalue())
    assert written.files > len(year.routine.ledger.months(code))
    assert run(["verify-bundle", str(path)]) == 0


def record_holds() -> None:
    """`verify`: the log, every row it covers, every result computed again."""
    report = verify(rerate=[confirmations()], checks=checks())
    assert report.clean, [problem.message for problem in report.problems][:5]
    assert report.rerated == Confirmation.objects.count()
