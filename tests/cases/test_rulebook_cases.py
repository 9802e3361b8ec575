"""The one runner over the cases beside the rulebooks: every expectation holds, with zero tolerance."""

from pathlib import Path

import pytest

from thuocdo.engine import list_overlays, list_rulebooks
from thuocdo.engine.cases import case_files, check_has_cases, run_case
from thuocdo.engine.loader import default_roots

FILES = case_files()


@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.parent.name}/{p.stem}" for p in FILES])
def test_case_file(path: Path) -> None:
    report = run_case(path)
    assert report.failures == ()


def test_there_are_cases_for_every_file_of_rules() -> None:
    root = default_roots()[0]
    for key in (*list_rulebooks(), *list_overlays()):
        check_has_cases(root / key)
    subjects = 0
    for path in FILES:  # each is run above: here only as many as it takes
        subjects += run_case(path).subjects
        if subjects >= 40:
            return
    pytest.fail(f"only {subjects} subjects")
