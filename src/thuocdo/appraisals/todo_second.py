"""Steps of a period that wait for a second organisation officer: a line for who can take them, none for who asked."""

from collections.abc import Iterable, Mapping, Sequence

from thuocdo.appraisals.second import PLACES, Step, rules_on
from thuocdo.cycles.models import Cycle, StepRequest
from thuocdo.organisation.waiting import Asking, Row, Rows, Todo, rows

_STEPS = {"step.close": Step.CLOSE, "step.publish": Step.PUBLISH}
_STATES = {Step.CLOSE: Cycle.State.OPEN, Step.PUBLISH: Cycle.State.CLOSED}
OWN = "step.own"
KINDS = frozenset({*_STEPS, OWN})


def step_rows(asking: Asking) -> Iterable[Rows]:
    """Requests that nobody confirmed in the officer's periods: those of others, and the own ones to close."""
    asked = StepRequest.objects.filter(withdrawn_at=None, confirmed_by=None, cycle__root__in=asking.units("officer"))
    for kind, step in _STEPS.items():
        here = asked.filter(step=step, cycle__state=_STATES[step])
        others = here.exclude(asked_by_id=asking.user.pk)
        yield rows(others, kind, key="cycle_id", also="cycle_id", text="asked_by__display_name")
        if step is Step.CLOSE:
            yield rows(here.filter(asked_by_id=asking.user.pk), OWN, key="cycle_id", also="cycle_id")


def standing(asking: Asking, found: Sequence[Row], cycles: Mapping[int, Cycle]) -> list[Row]:
    """The rows whose agency still asks for a second officer. At most two queries, none without rows."""
    asked = [row for row in found if row.kind in KINDS]
    if not asked:
        return []
    rule = rules_on(asking.on)
    return [row for row in asked if rule(cycles[row.also].root_id, _STEPS.get(row.kind, Step.CLOSE)) is not None]


def asked_to_close(asked: Sequence[Row]) -> frozenset[int]:
    """Periods (ids) that wait for a second officer to close them, also those that the user asked for."""
    return frozenset(row.also for row in asked if row.kind in ("step.close", OWN))


def step_lines(asking: Asking, asked: Sequence[Row], cycles: Mapping[int, Cycle]) -> Iterable[Todo]:
    """One line for each step that somebody else asked for."""
    for row in asked:
        if row.kind == OWN:
            continue
        cycle, step = cycles[row.also], _STEPS[row.kind]
        what = f"{step.label} {cycle.short_name} của {cycle.root.name}"
        due = cycle.confirm_by if step is Step.CLOSE else None
        words = f"{row.text} đề nghị {what}: xem lại và xác nhận"
        yield Todo(row.kind, words, PLACES[step].format(cycle.pk), due, overdue=due is not None and asking.at > due)
