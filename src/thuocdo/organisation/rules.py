"""Pure rules of the organisation: walking a tree as it stood on one day, and who may what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from thuocdo.accounts.permissions import Permission

MAX_DEPTH = 40


@dataclass(frozen=True)
class Forest:
    """One tree of units on one day: `parent` maps child to parent, `kind` gives each unit's kind."""

    parent: Mapping[int, int]
    kind: Mapping[int, str]

    def path(self, unit_id: int) -> Iterator[int]:
        """The unit itself, then its ancestors, nearest first."""
        here: int | None = unit_id
        for _ in range(MAX_DEPTH):
            if here is None:
                return
            yield here
            here = self.parent.get(here)

    def agency(self, unit_id: int) -> int | None:
        """The nearest unit upwards, itself included, that is an agency (cơ quan sử dụng).

        >>> Forest({3: 2, 2: 1}, {1: "place", 2: "agency", 3: "component"}).agency(3)
        2
        """
        return next((u for u in self.path(unit_id) if self.kind.get(u) == "agency"), None)

    @cached_property
    def agencies(self) -> Mapping[int, int]:
        """The agency of every unit that has one, worked out once: for a tree that many ask."""
        return {unit: agency for unit in self.kind if (agency := self.agency(unit)) is not None}

    def below(self, roots: Iterable[int]) -> set[int]:
        """The roots and everything under them."""
        found, queue = set(), list(roots)
        while queue:
            unit = queue.pop()
            if unit not in found:
                found.add(unit)
                queue.extend(self.children.get(unit, ()))
        return found

    @cached_property
    def children(self) -> Mapping[int, Sequence[int]]:
        """The units directly below each unit that has any."""
        found: dict[int, list[int]] = {}
        for child, parent in self.parent.items():
            found.setdefault(parent, []).append(child)
        return found


def permissions_from(*, active: bool, is_person: bool, leaderships: Iterable[str], roles: Iterable[str],
                     acts: Iterable[str] = ()) -> frozenset[Permission]:
    """What a user may do, from the posts and roles held on the day and the acts delegated to the user (`acts`)."""
    if not active:
        return frozenset()
    posts, held = set(leaderships), set(roles)
    granted = {Permission.SIGNED_IN}
    if is_person:
        granted.add(Permission.OWN_SHEET)
    if posts & {"head", "deputy"}:
        granted |= {Permission.EVALUATE, Permission.ASSIGN_TASKS}
    delegated = set(acts)
    if "evaluate" in delegated:
        granted.add(Permission.EVALUATE)
    if "assign" in delegated:
        granted.add(Permission.ASSIGN_TASKS)
    if "head" in posts:
        granted.add(Permission.ANSWER_PETITIONS)
    if "task_giver" in held:
        granted.add(Permission.ASSIGN_TASKS)
    if "officer" in held:
        granted |= {Permission.MANAGE_PEOPLE, Permission.MANAGE_CYCLES, Permission.ENTER_PAPER}
    if "enterer" in held:
        granted.add(Permission.ENTER_PAPER)
    if "inspector" in held:
        granted.add(Permission.INSPECT)
    return frozenset(granted)


def last_day(end: date | None) -> date | None:
    """The last day people see, from the half-open end that is stored."""
    return None if end is None else end - timedelta(days=1)


def end_from_last_day(last: date | None) -> date | None:
    """The half-open end that is stored, from the last day people write."""
    return None if last is None else last + timedelta(days=1)
