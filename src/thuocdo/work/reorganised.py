"""Tasks of months that begin with or after a reorganisation go to the agency of the unit that takes over."""

from collections import defaultdict
from collections.abc import Mapping

from thuocdo.organisation.changes.followers import Change, Counted
from thuocdo.organisation.changes.ledger import Ledger
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import forest, on_day
from thuocdo.work.models import Task


class Tasks:
    """Follower of `organisation.changes`. Tasks of earlier months stay with the old agency, which assigned them."""

    def concerned(self, change: Change) -> Counted:
        """The tasks that move."""
        return {"tasks": Task.objects.filter(agency_id__in=change.ended, month__gte=change.start)}

    def foresee(self, change: Change, counts: Mapping[str, int]) -> tuple[list[str], bool]:
        """How many tasks move."""
        count = counts["tasks"]
        sentence = f"{count} công việc của các tháng từ ngày sắp xếp trở đi chuyển sang cơ quan của đơn vị kế tiếp."
        return ([sentence] if count else []), False

    def follow(self, change: Change, ledger: Ledger) -> int:
        """Set by set, one for each new agency."""
        tasks = list(Task.objects.filter(agency_id__in=change.ended, month__gte=change.start).order_by("pk"))
        if not tasks:
            return 0
        tree = forest(change.start)
        posts = Employment.objects.filter(on_day(change.start), person_id__in={t.person_id for t in tasks})
        agencies = {person: tree.agency(unit) for person, unit in posts.values_list("person_id", "unit_id")}
        moving: dict[int, list[Task]] = defaultdict(list)
        for task in tasks:
            agency = agencies.get(task.person_id)
            if agency is not None:
                moving[agency].append(task)
        for agency, rows in moving.items():
            ledger.set(rows, agency_id=agency)
        return 0
