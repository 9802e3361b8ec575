"""The one runner over the cases beside the rulebooks: every expectation holds, with zero tolerance."""

from pathlib import Path

import pytest

from thuocdo.engine import SchemeBook, list_overlays, list_rulebooks, load_book
from thuocdo.engine.cases import case_files, check_has_cases, run_case
from thuocdo.engine.loader import default_roots
from thuocdo.engine.schemes.schema import AllTest, AnyTest, ChosenTest, Condition, FlagTest, Scheme

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


def _flags(tests: tuple[Condition, ...], *, eased: bool) -> set[str]:
    """Flags that the tests read: those that ease a trigger, or all."""
    found = {test.fact for test in tests if isinstance(test, FlagTest) and not (eased and test.value)}
    for test in tests:
        if isinstance(test, AnyTest | AllTest | ChosenTest):
            found |= _flags(test.conditions, eased=eased)
    return found


def _eases(scheme: Scheme) -> list[tuple[str, str]]:
    """Each flag that eases a trigger, with that trigger."""
    eased = {one.id: _flags(one.when, eased=True) for one in scheme.triggers}
    for one in scheme.triggers:
        eased[one.id] |= _flags(one.mitigation.when, eased=False) if one.mitigation else set()
    return sorted((flag, trigger) for trigger, flags in eased.items() for flag in flags)


@pytest.mark.parametrize("key", list_rulebooks())
def test_a_flag_eases_one_trigger_alone(key: str) -> None:
    """QĐ 124 and QĐ 366 Điều 11 speak of the case that was remedied or forced: what eases it eases no other."""
    book = load_book(key)
    for scheme in book.schemes if isinstance(book, SchemeBook) else ():
        flags = [flag for flag, _ in _eases(scheme)]
        assert len(flags) == len(set(flags)), _eases(scheme)
