"""Every command and option is in docs/cli.md, and the page names no other; messages are Vietnamese."""

import argparse
import re

import pytest

from tests.house.sources import ROOT
from thuocdo.cli.main import build_parser

PAGE = ROOT / "docs" / "cli.md"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def commands(parser: argparse.ArgumentParser, name: str = "thuocdo") -> dict[str, argparse.ArgumentParser]:
    """Every parser by its full name."""
    found = {name: parser}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                found |= commands(below, f"{name} {word}")
    return found


COMMANDS = commands(build_parser())


@pytest.mark.parametrize("name", COMMANDS)
def test_command_and_options_are_described(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert name in page
    options = {option for action in COMMANDS[name]._actions for option in action.option_strings}
    described = set(OPTION.findall(page))
    assert {option for option in options if option.startswith("--")} <= described


def test_the_page_names_no_option_that_does_not_exist() -> None:
    known = {o for parser in COMMANDS.values() for action in parser._actions for o in action.option_strings}
    lines = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if "thuocdo" in line or "| `--" in line
    ]
    assert {option for line in lines for option in OPTION.findall(line)} <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    assert [
        a.dest
        for a in COMMANDS[name]._actions
        if not a.help and not isinstance(a, argparse._SubParsersAction)
    ] == []
