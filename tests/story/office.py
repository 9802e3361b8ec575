"""What the office does after a month is closed: publication, receipts, papers with numbers, roll-ups."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.story.clock import after
from tests.story.people import OFFICERS
from tests.story.routine import Routine
from thuocdo.decisions import actions
from thuocdo.decisions.models import Decision, Publication
from thuocdo.organisation.models import Unit
from thuocdo.results.actions.rollups import Frozen, freeze_rollup, freeze_rollups
from thuocdo.results.actions.syncing import mark_synced
from thuocdo.results.models import Rollup

CITY = "TP-UB"


@dataclass
class Office:
    """The officers' work over one routine."""

    routine: Routine
    numbers: dict[str, int] = field(default_factory=dict)

    def publish(self, root: str, month: int, also: Iterable[str] = ()) -> None:
        """All units at once; the office files the results, everybody says that theirs came. `also`: units whose people
        are under another rule."""
        routine, at = self.routine, after(month, 8, 14)
        cycle, officer = routine.cycle(root, month), routine.user(OFFICERS[root])
        codes = routine.in_month(root, month)
        units = sorted({routine.ledger.entries[code, month].judge for code in codes} | set(also))
        done = actions.publish_units(
            cycle_id=cycle.pk, unit_ids=[routine.unit(code) for code in units], by=officer, at=at
        )
        assert len(done.created) == len(units), done.failed
        actions.file_results(publication_ids=[one.pk for one in done.created], by=officer, at=at)
        self.synced(root, month, units, after(month, 8, 17))
        for code in codes:
            actions.receive_result(
                confirmation_id=routine.result(code, month).pk, by=routine.user(code), at=after(month, 9)
            )

    def supplement(self, root: str, code: str, month: int, said: tuple[int, int]) -> None:
        """The one result of the unit that came after its publication is published and filed."""
        routine, at = self.routine, after(*said, 17)
        officer, unit = routine.user(OFFICERS[root]), routine.unit(routine.ledger.entries[code, month].judge)
        done = actions.publish_units(cycle_id=routine.cycle(root, month).pk, unit_ids=[unit], by=officer, at=at)
        assert [(one.number, len(one.results)) for one in done.created] == [(2, 1)], done.failed
        actions.file_results(publication_ids=[done.created[0].pk], by=officer, at=at)

    def synced(self, root: str, month: int, units: Iterable[str], at: datetime) -> None:
        """The officer notes that what these units decided went to the national database (within 5 days, Điều 26)."""
        routine = self.routine
        chosen = [(routine.cycle(root, month).pk, routine.unit(code)) for code in units]
        mark_synced(
            chosen=chosen,
            done_on=at.date(),
            reference=f"Lô {month}/2026",
            by=routine.user(OFFICERS[root]),
            at=at,
        )

    def issue_lists(self, root: str, month: int) -> None:
        """Each unit below the city issues its numbered list; at the end of a quarter the city gets the first one."""
        routine, at = self.routine, after(month, 9, 14)
        published = Publication.objects.filter(cycle=routine.cycle(root, month)).exclude(unit__code=CITY)
        for one in published.select_related("unit").order_by("unit__code"):
            row = actions.draft_decision(
                cycle_id=one.cycle_id, unit_id=one.unit_id, kind="list", by=routine.user(OFFICERS[root]), at=at
            )
            issued = self.issue(root, row, month)
            if month % 3 == 0 and one.unit.code in ("P-UB", "S"):
                self._send_up(root, issued, month)

    def issue(self, root: str, row: Decision, month: int, day: int = 9) -> Decision:
        """Number, date, place and signer from the office; the head of the unit issues."""
        routine, at = self.routine, after(month, day, 15)
        unit = Unit.objects.get(pk=row.unit_id)
        head = routine.roster.head(unit.code)
        self.numbers[root] = self.numbers.get(root, 0) + 1
        typed = {
            "subject": row.subject, "number": str(self.numbers[root]), "symbol": f"DS-{unit.code.replace('-', '.')}",
            "place": "Thành phố", "signing_form": "own", "on_behalf": "", "signer": str(routine.persons[head]),
            "recipients": "Các ông (bà) có tên;\nLưu: VT.",
        }  # fmt: skip
        saved = actions.save_decision(
            decision_id=row.pk, version=row.version, typed=typed, signed_on=at.date(),
            by=routine.user(OFFICERS[root]), at=at,
        )  # fmt: skip
        return actions.issue_decision(decision_id=row.pk, version=saved.version, by=routine.user(head), at=at)

    def _send_up(self, root: str, issued: Decision, month: int) -> None:
        routine, at = self.routine, after(month, 10)
        rows = actions.deliver(
            decision_id=issued.pk, to_ids=[routine.unit(CITY)], by=routine.user(OFFICERS[root]), at=at
        )
        for row in rows:
            actions.receive_decision(
                delivery_id=row.pk, by=routine.user(routine.roster.head(CITY)), at=after(month, 10, 14)
            )

    def roll_up(self, root: str, kind: str, number: int, people: Iterable[str], month: int, day: int = 10) -> Frozen:
        """The officer freezes the means of everybody but the own one, which the head of the unit above makes."""
        routine, officer = self.routine, OFFICERS[root]
        at = after(month, day, 16)
        wanted = list(people)
        others = [routine.persons[code] for code in wanted if code != officer]
        done = freeze_rollups(people=others, kind=kind, year=2026, number=number, by=routine.user(officer), at=at)
        if officer not in wanted:
            return done
        head = routine.user(routine.roster.evaluator(officer))
        own = freeze_rollups(people=[routine.persons[officer]], kind=kind, year=2026, number=number, by=head, at=at)
        return Frozen(done.made + own.made, done.unchanged + own.unchanged, done.failed | own.failed)

    def decide_mean(self, kind: str, number: int, code: str, month: int) -> Rollup:
        """The head who evaluates chooses how a period with unscored months is averaged, with the reason."""
        chosen = {"partial_period": ("scored_months", "Tương tự Điều 11 khoản 2: theo thời gian làm việc thực tế.")}
        return freeze_rollup(
            person_id=self.routine.persons[code],
            kind=kind,
            year=2026,
            number=number,
            revision=0,
            decisions=chosen,
            reason="",
            by=self.routine.user(self.routine.roster.evaluator(code)),
            at=after(month, 11),
        )
