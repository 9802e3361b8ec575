"""src/rulebooks/README.md names one example of each rulebook: complete, in the words of the case, and it runs."""

import re
import tomllib

import pytest

from thuocdo.engine import list_rulebooks
from thuocdo.engine.cases import run_case
from thuocdo.engine.loader import default_roots

ROOT = default_roots()[0]
ROW = re.compile(r"^\| `([^`]+)` \| \[[^\]]+\]\(([^)]+)\) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))
IDENTITY = {"id", "name", "kind", "leadership", "agency", "group", "procedure", "expect"}
FRAME = {"title", "note", "rulebook", "period", "subjects", "procedure", "place", "expect"}


def test_each_rulebook_has_one_example() -> None:
    assert sorted(key for key, *_ in ROWS) == sorted(list_rulebooks())


@pytest.mark.parametrize(("key", "path", "title", "facts"), ROWS, ids=[row[0] for row in ROWS])
def test_the_example_is_a_short_case_of_the_rulebook_and_runs(key: str, path: str, title: str, facts: str) -> None:
    file = ROOT / path
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    used = set(said) - FRAME
    for subject in said["subjects"]:
        used |= set(subject) - IDENTITY
    assert path.startswith(f"{key}/cases/")
    assert file.stat().st_size < 3000
    assert title == said["title"]
    assert facts == (", ".join(f"`{name}`" for name in sorted(used)) or "–")
    assert run_case(file).failures == ()
