"""Worlds that stand for a whole module: `@standing` instead of `@pytest.fixture` over a function that writes rows.

A world is written once, in a transaction that stays open below the tests; each test runs in a savepoint upon it and
gets objects of its own, as they were when the world was done. Worlds stand upon each other (`february` upon `cast`):
before a test all that it does not ask for is taken back, so nobody meets rows of a world that is not the test's own.
"""

import inspect
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pytest
from django.db import connection, transaction

World = Callable[..., Any]


@dataclass(frozen=True)
class Floor:
    """One world that stands, and all objects of it and of those below, as bytes."""

    world: World
    atomic: transaction.Atomic
    objects: bytes


_floors: list[Floor] = []
_own: dict[str, Any] = {}


def standing(world: World) -> Any:
    """A fixture whose rows stay for the tests of a module. A world that needs a fixture made anew for each test (a
    client, the settings), and every world of a test that commits, is written for that test alone, as a fixture is."""

    name = _name(world)

    @wraps(world)
    def given(**needs: Any) -> Any:
        return _own[name] if name in _own else world(**needs)

    given.__dict__["world"] = world
    return pytest.fixture(given)


def begin(request: pytest.FixtureRequest) -> None:
    """Before a test, and before its savepoint: let stand what it asks for and nothing else."""
    _own.clear()
    wanted = {} if _commits(request) else _wanted(request)
    while [floor.world for floor in _floors] != list(wanted)[: len(_floors)]:
        _fall()
    if wanted and not _floors and connection.in_atomic_block:
        return  # a fixture of the module holds a transaction of its own
    for world in list(wanted)[len(_floors) :]:
        _build(world, wanted[world])
    if _floors:
        _own.update(pickle.loads(_floors[-1].objects))


def fall() -> None:
    """After a module."""
    _own.clear()
    while _floors:
        _fall()


def _commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    if {"transactional_db", "live_server"} & set(request.fixturenames):
        return True
    return marker is not None and bool(marker.args or set(marker.kwargs) - {"databases"})


def _wanted(request: pytest.FixtureRequest) -> dict[World, dict[str, Any]]:
    """The worlds of a test with what each needs (worlds, or values of fixtures that outlive the test), lowest first."""
    known = request.node._fixtureinfo.name2fixturedefs
    found: dict[World, dict[str, Any]] = {}

    def stands(name: str) -> World | None:
        world: World | None = getattr(known[name][-1].func, "world", None) if name in known else None
        if world is None or world in found:
            return world
        needs: dict[str, Any] = {}
        for need in inspect.signature(world).parameters:
            below = stands(need) if need != name else None
            if below is not None:
                needs[need] = below
            elif need == "db":
                needs[need] = None
            elif need in known and known[need][-1].scope != "function":
                needs[need] = request.getfixturevalue(need)
            else:
                return None
        found[world] = needs
        return world

    for name in request.fixturenames:
        stands(name)
    return found


def _build(world: World, needs: dict[str, Any]) -> None:
    objects = pickle.loads(_floors[-1].objects) if _floors else {}
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]
    atomic.__enter__()
    try:
        made = world(**{name: objects[_name(need)] if callable(need) else need for name, need in needs.items()})
        kept = pickle.dumps(objects | {_name(world): made})
    except BaseException as problem:
        atomic.__exit__(type(problem), problem, problem.__traceback__)
        raise
    _floors.append(Floor(world, atomic, kept))


def _name(world: World) -> str:
    return f"{world.__module__}.{world.__qualname__}"


def _fall() -> None:
    transaction.set_rollback(True)
    _floors.pop().atomic.__exit__(None, None, None)
