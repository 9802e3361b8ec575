"""State machines as tables: one row per transition, read by actions, buttons and the documentation."""

from collections.abc import Sequence
from dataclasses import dataclass

from thuocdo.kernel.errors import Conflict


@dataclass(frozen=True)
class Transition:
    """One allowed step. `who` names the party that may take it (checked by the action, shown in the docs)."""

    name: str
    sources: tuple[str, ...]
    target: str
    who: str
    label: str


class Machine:
    """A closed set of transitions over named states.

    >>> m = Machine({"a": "nháp", "b": "đã nộp"}, [Transition("submit", ("a",), "b", "owner", "Nộp")])
    >>> m.target("submit", "a")
    'b'
    >>> m.names_from("b")
    ()
    """

    def __init__(self, states: dict[str, str], transitions: Sequence[Transition]) -> None:
        self.states = dict(states)
        self.transitions = {t.name: t for t in transitions}
        for t in transitions:
            unknown = {*t.sources, t.target} - set(self.states)
            if unknown:
                raise ValueError(f"transition {t.name}: unknown states {sorted(unknown)}")

    def target(self, name: str, state: str) -> str:
        """The state after transition `name` from `state`. Raises Conflict when the table has no such row."""
        row = self.transitions[name]
        if state not in row.sources:
            raise Conflict(
                f"Không thực hiện được “{row.label}”: hiện ở trạng thái “{self.states[state]}”. "
                "Hãy tải lại trang để xem tình trạng mới nhất."
            )
        return row.target

    def names_from(self, state: str) -> tuple[str, ...]:
        """Names of the transitions that leave `state`, in table order."""
        return tuple(t.name for t in self.transitions.values() if state in t.sources)
