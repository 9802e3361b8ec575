"""The level of a unit, as a room above decided it, and the ceiling that a rulebook of schemes hangs on it."""

from collections.abc import Callable, Collection, Mapping
from typing import cast

from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.schema import Limit, Scheme

Answer = Callable[[Collection[int], str, int, int], Mapping[int, str]]
"""From units, kind of period, year and number to the code of the level in force of each unit that has one."""
_ANSWERS: list[Answer] = []


def register(answer: Answer) -> None:
    """Add the answer of the room that rates units (from its app's `ready`)."""
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)


def levels_of_units(units: Collection[int], cycle: Cycle) -> dict[int, str]:
    """Codes of the levels in force of units for the period of a cycle, where they are decided."""
    found: dict[int, str] = {}
    for answer in _ANSWERS if units else ():
        found |= answer(units, cycle.kind, cycle.year, cycle.number)
    return found


def ceilings(scheme: Scheme, role: str) -> dict[str, Limit]:
    """Relations whose level is the ceiling of this role, with the limit that says so."""
    single = {relation.id for relation in scheme.relations if not relation.many}
    held = [limit for limit in scheme.limits if limit.at_most_of in single and cast(Role, role) in limit.roles]
    return {limit.at_most_of: limit for limit in held if limit.at_most_of is not None}


def recorded_ceilings(member: Member, cycle: Cycle, scheme: Scheme) -> dict[str, str]:
    """`related.<relation>` -> code of the level decided for the member's unit, where the scheme hangs a ceiling on it
    and knows that level. One query where there is such a ceiling."""
    asked = ceilings(scheme, member.leadership)
    if not asked:
        return {}
    code = levels_of_units([member.unit_id], cycle).get(member.unit_id)
    known = {level.code for level in scheme.levels}
    return {f"related.{relation}": code for relation in asked} if code in known and code is not None else {}
