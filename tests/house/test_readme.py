"""The two commands of the README exist and CI runs them; its links and picture are there; it stays short."""

import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.vi.md")
COMMANDS = ["./td demo", "./td test"]


def _commands(text: str) -> list[str]:
    block = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert block is not None
    return [line.partition("#")[0].strip() for line in block[1].splitlines()]


@pytest.mark.parametrize("name", READMES)
def test_the_readme_starts_with_the_two_commands_and_fits_one_screen(name: str) -> None:
    text = (ROOT / name).read_text()
    assert _commands(text) == COMMANDS
    assert text.index("./td demo") < 1000
    assert len(text.splitlines()) <= 45


@pytest.mark.parametrize("name", READMES)
def test_every_link_of_the_readme_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / name).read_text())
    assert [link for link in links if link.endswith(".png")]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_ci_runs_the_readmes_test_command() -> None:
    assert "exec ./td test\n" in (ROOT / ".ci" / "run").read_text()


def _named(variable: str) -> list[str]:
    named = re.search(rf'^{variable}="([^"]+)"', (ROOT / "scripts" / "run-tests").read_text(), re.MULTILINE)
    assert named is not None
    return named[1].replace("\\\n", " ").split()


def test_what_runs_on_postgresql_alone_has_no_sql_of_its_own() -> None:
    """The first phase leaves slow tests to the last one, which leaves the others of these rooms to the first."""
    rooms = _named("ON_POSTGRESQL_ALONE")
    assert len(rooms) > 9
    for room in rooms:
        source = "\n".join(path.read_text() for path in (ROOT / "src/thuocdo" / room).rglob("*.py"))
        tests = "\n".join(path.read_text() for path in (ROOT / "tests/integration" / room).rglob("*.py"))
        assert not re.search(r"\bvendor\b|\bcursor\(|\bRawSQL\b|\.raw\(", source), room
        assert "test_" in tests, room


def test_pages_that_run_on_postgresql_alone_ask_for_no_sql_of_a_database() -> None:
    folder, *files = _named("PAGES_ON_POSTGRESQL_ALONE")
    assert (ROOT / "tests" / folder).is_dir()
    assert len(files) > 9
    for name in files:
        text = (ROOT / "tests" / "integration" / f"{name}.py").read_text()
        assert not re.search(r"\bvendor\b|\bcursor\(|organisation\.(compiled|planned|waiting|finding)", text), name


def test_the_door_offers_what_the_readme_names() -> None:
    shown = subprocess.run(["./td", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in COMMANDS:
        assert command in shown


def test_what_a_package_asks_for_with_extras_stands_so_in_the_lock() -> None:
    """Else pip looks beyond the pinned version as soon as a newer one is published, and refuses all."""
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9.-]+)", lock, re.MULTILINE))
    asked = {
        (found[1].lower(), found[2])
        for one in metadata.distributions()
        if one.name.lower() in locked
        for line in one.requires or ()
        if "extra ==" not in line and (found := re.match(r"([A-Za-z0-9._-]+)\[([a-z0-9,]+)\]", line))
    }
    assert ("coverage", "toml") in asked, "the one that there is"
    assert [f"{name}[{extras}]" for name, extras in asked if f"\n{name}[{extras}]==" not in lock] == []
