"""Taking back an import of decisions about subjects: each stands again as it was decided before."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Held, Rewind, Scope
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where
from thuocdo.rounds import books, deciding
from thuocdo.rounds.access import eyes_of, visible
from thuocdo.rounds.locking import in_state, locked
from thuocdo.rounds.models import Round, RoundSubject, StepDone

Before = Mapping[str, Held | None]


def _rows(scope: Scope, keys: frozenset[str]) -> dict[str, RoundSubject]:
    """Of these the subjects that the user sees."""
    mine, on = scope.data, day_of(scope.data.at)
    wanted = [int(key) for key in keys if key.isdigit()]
    rows = RoundSubject.objects.filter(visible(mine.user, on, eyes_of(mine.user, on)), round=mine.round, pk__in=wanted)
    return {str(row.pk): row for row in rows.select_related("unit", "person").distinct()}


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    return {key: _held(row) for key, row in _rows(scope, keys).items()}


def _held(one: RoundSubject) -> Held:
    told = {"Tình trạng": str(one.get_standing_display()), "Lý do": one.reason, "Căn cứ": one.cite}
    if one.standing == "postponed":
        told["Bước khác vẫn chờ"] = "có" if one.holds else "không"
    told["Kiểm điểm cùng (số)"] = str(one.reviewed_with_id or "")
    state = {
        "standing": one.standing, "reason": one.reason, "cite": one.cite, "holds": one.holds,
        "with": one.reviewed_with_id, "by": one.decided_by_id,
        "at": one.decided_at.isoformat() if one.decided_at else None,
    }  # fmt: skip
    return Held(f"{one.name}, {books.LABELS[one.kind]}", told, state)


def _stops(scope: Scope, before: Before) -> dict[str, str]:
    """The limits of the page, and what was done since: nobody of whom steps are done is left out again."""
    mine, found = scope.data, {}
    rows = _rows(scope, frozenset(before))
    units = units_where(mine.user, Role.Kind.OFFICER, day_of(mine.at))
    round_ = Round.objects.select_related("organisation", "unit").get(pk=mine.round.pk)
    partners = {row.reviewed_with_id for row in rows.values() if row.reviewed_with_id is not None}
    done = _done(round_, {row.pk for row in rows.values()} | partners)
    for key, held in before.items():
        one = rows[key]
        try:
            in_state(round_, Round.State.OPEN)
            deciding.not_own(one, mine.user, mine.at)
        except Refusal as refusal:
            found[key] = refusal.message.rstrip(".")
            continue
        if one.unit_id not in units:
            found[key] = "đối tượng này không trong phạm vi ông/bà phụ trách"
        elif held is not None and held.state["standing"] != "in" and one.pk in done:
            found[key] = f"đã có bước được ghi ({done[one.pk]}); hãy hủy bước ấy trước"
        elif held is not None and held.state["with"] != (other := one.reviewed_with_id) and other in done:
            found[key] = f"nơi kiểm điểm cùng đã có bước được ghi ({done[other]})"
    return found


def _done(round_: Round, subjects: set[int]) -> dict[int, str]:
    """The last step recorded of each of these that stands."""
    rows = StepDone.objects.filter(round=round_, subject__in=subjects, undoes__isnull=True, undone__isnull=True)
    found: dict[int, str] = {}
    if not rows.exists():
        return found
    rules = books.rules_of(round_)
    for step in rows.select_related("subject").order_by("pk"):
        steps = rules.graph.steps_of(step.subject.kind, step.subject.role)
        label = next((one.label for one in steps if one.id == step.node), step.node)
        found[step.subject_id] = f"{label}, ngày {step.on:%d/%m/%Y}"
    return found


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    locked(scope.data.round.pk)


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    rows = _rows(scope, frozenset(before))
    for key, held in before.items():
        assert held is not None, "a round's list adds nobody"
        one, state = rows[key], held.state
        one.standing, one.reason, one.cite, one.holds = (state[n] for n in ("standing", "reason", "cite", "holds"))
        one.reviewed_with_id, one.decided_by_id = state["with"], state["by"]
        one.decided_at = datetime.fromisoformat(state["at"]) if state["at"] else None
    RoundSubject.objects.bulk_update(rows.values(), deciding.DECIDED, batch_size=100)
    return [*rows.values()], []


SUBJECTS_BACK = Rewind(_stand, _stops, _lock, _restore)
