"""The files of the repository and their syntax trees, read once for all house tests."""

import ast
import functools
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "thuocdo"


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control, and every new one that is not ignored (all files, without git)."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else _walk()
    return tuple(sorted({ROOT / name for name in names if name and (ROOT / name).is_file()}))


def _walk() -> list[str]:
    """Names for a source tree without git: everything but caches and environments."""
    skip = {"__pycache__", ".venv", ".ruff_cache", ".mypy_cache", ".import_linter_cache", "node_modules"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [str(p) for p in found if not skip & set(p.parts) and not any("egg-info" in x for x in p.parts)]


def text_files(*suffixes: str) -> list[Path]:
    """Tracked files with one of `suffixes`."""
    return [path for path in tracked() if path.suffix in suffixes]


class Trees(Mapping[str, ast.Module]):
    """Syntax trees by dotted name, each read when somebody looks at it: names alone are asked for by every worker."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self.paths = paths
        self.read = functools.cache(lambda name: ast.parse(paths[name].read_text(encoding="utf-8"), str(paths[name])))

    def __getitem__(self, name: str) -> ast.Module:
        return self.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


@functools.cache
def modules() -> Trees:
    """Syntax tree of each product module, by dotted name."""
    paths = {}
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC.parent).with_suffix("").parts
        paths[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return Trees(paths)


def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def floors() -> dict[str, int]:
    """Floor of each room, 0 at the top, from the import contract."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    return {room.strip(): n for n, layer in enumerate(layers) for room in layer.split("|")}


def room_of(module: str) -> str:
    """`thuocdo.work.models` -> `work`."""
    return module.split(".")[1]


def imports(tree: ast.Module) -> set[str]:
    """Dotted names that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def calls(tree: ast.AST) -> list[ast.Call]:
    """Every call in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def in_actions(module: str) -> bool:
    """Whether a module is a room's `actions.py` or lies in its `actions/`."""
    return "actions" in module.split(".")
