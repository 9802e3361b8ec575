"""The built organisation as the actions see it: people, users and sheets by slot."""

from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.demo import situations as s
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.plan import Plan
from thuocdo.demo.posts import holders
from thuocdo.demo.tasks import PersonMonth
from thuocdo.organisation.models import Person, Unit


@dataclass
class World:
    """Look-ups while the months are lived through."""

    plan: Plan
    start: datetime
    ward: Unit
    people: dict[str, Person]

    @classmethod
    def read(cls, plan: Plan, start: datetime, ward: Unit) -> "World":
        """The people just imported, by slot."""
        rows = {p.code: p for p in Person.objects.select_related("user")}
        return cls(plan, start, ward, {slot: rows[h.code] for slot, h in holders().items()})

    def user(self, slot: str) -> User:
        """The account of a slot; asking for one that has none is a bug of the demonstration."""
        user = self.people[slot].user
        if user is None:
            raise LookupError(f"{slot} has no account")
        return user

    @property
    def officer(self) -> User:
        return self.user(s.OFFICER)

    def cycle(self, month: DemoMonth) -> Cycle:
        """The cycle of a month."""
        return Cycle.objects.get(root=self.ward, kind=Cycle.Kind.MONTH, year=month.first.year,
                                 number=month.first.month)

    def sheet(self, slot: str, month: DemoMonth) -> Sheet:
        """The sheet of a slot in a month, read afresh."""
        return Sheet.objects.select_related("evaluator__user").get(
            cycle__root=self.ward, cycle__year=month.first.year, cycle__number=month.first.month,
            person=self.people[slot],
        )

    def evaluator(self, slot: str, month: DemoMonth) -> User:
        """Who evaluates the slot in a month."""
        user = self.sheet(slot, month).evaluator.user
        if user is None:
            raise LookupError(f"the evaluator of {slot} has no account")
        return user

    def confirmation(self, slot: str, month: DemoMonth) -> Confirmation:
        """The confirmation that holds."""
        return Confirmation.objects.get(sheet=self.sheet(slot, month), replaced_by=None)

    def work(self, slot: str, month: DemoMonth) -> PersonMonth:
        """The generated month of a slot."""
        found = self.plan.of(slot, month.index)
        if found is None:
            raise LookupError(f"{slot} has no work in month {month.index}")
        return found
