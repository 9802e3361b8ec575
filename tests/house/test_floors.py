"""A room imports, and its rows point to, only what is on its own floor or below."""

import ast
import os
import subprocess
import sys

from django.apps import apps

from tests.house.sources import ROOT, floors, imports, modules, room_of

OURS = [model for model in apps.get_models() if model.__module__.startswith("thuocdo.")]
PURE = [name for name in modules() if name.endswith(".rules") or room_of(name + ".") in ("kernel", "engine")]
IMPURE_IMPORTS = {"django", "time", "socket", "random", "secrets", "requests", "urllib"}


def test_import_contracts_hold() -> None:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [*lint, "--no-cache"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def impure(name: str) -> set[str]:
    used = imports(modules()[name])
    found = {one for one in used if one.split(".")[0] in IMPURE_IMPORTS}
    if name.endswith(".rules"):
        found |= {one for one in used if one.startswith("thuocdo.") and one.endswith(".models")}
    return found


def test_rules_engine_and_kernel_know_no_framework_clock_or_network() -> None:
    assert PURE
    assert {name: found for name in PURE if (found := impure(name))} == {}


def test_rows_point_down() -> None:
    level = floors()
    upwards = []
    assert OURS
    for model in OURS:
        own = room_of(model.__module__)
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created or not target.__module__.startswith("thuocdo."):
                continue
            other = room_of(target.__module__)
            if own != other and level[own] >= level[other]:
                upwards.append(f"{field} points from {own} to {other}")
    assert upwards == []


def test_no_signals_between_rooms_and_no_models_looked_up_by_name() -> None:
    hidden = {"django.db.models.signals", "django.dispatch", "django.contrib.contenttypes.fields"}
    used = {name: imports(tree) & hidden for name, tree in modules().items()}
    assert {name: found for name, found in used.items() if found} == {}


READS = {"_default_manager", "select_related", "prefetch_related", "values_list", "annotate", "aggregate"}
DOORS = [name for name in modules() if room_of(name + ".") in ("web", "api", "cli")]


def reads(name: str) -> list[str]:
    taken = [node for node in ast.walk(modules()[name]) if isinstance(node, ast.Attribute)]
    managers = [n for n in taken if n.attr == "objects" and ast.unparse(n.value).rpartition(".")[2][:1].isupper()]
    return [f"{ast.unparse(n)}, line {n.lineno}" for n in taken if n.attr in READS or n in managers]


def test_pages_and_commands_read_through_the_rooms() -> None:
    """A read with its access check is a query of a room; a page or a command only asks it."""
    assert DOORS
    assert {name: found for name in DOORS if (found := reads(name))} == {}
