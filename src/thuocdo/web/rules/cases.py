"""The cases beside a rulebook: listed in words, and run on demand against what they expect."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from thuocdo.engine import Case, CaseResult, Finding, parse_case
from thuocdo.engine.cases import compare, rate_file, run_case
from thuocdo.engine.errors import CaseError, RulebookError
from thuocdo.kernel.errors import NotYours
from thuocdo.rulesets import catalogue
from thuocdo.web.rules.opening import NO_SUCH, open_book
from thuocdo.web.rules.results import Result, expected, result_of

SECONDS = 2.0
SHOWN = 40
ALL = "tat-ca"


@dataclass(frozen=True)
class Compared:
    """One subject of a case that was run: what was expected, what came out, and every difference."""

    expected: str
    result: Result
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """One case file. `state` is empty until it is run, then `same`, `different` or `refused` with the sentence."""

    name: str
    title: str
    note: str
    subjects: int
    state: str = ""
    failures: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    findings: tuple[Finding, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class CaseList:
    """The cases of a rulebook or overlay. `next` names the case from which a long run goes on."""

    key: str
    title: str
    is_overlay: bool
    listed: tuple[Listed, ...]
    ran_all: bool
    next: str

    @property
    def run(self) -> int:
        return sum(case.state != "" for case in self.listed)

    @property
    def same(self) -> int:
        return sum(case.state == "same" for case in self.listed)

    @property
    def one(self) -> Listed | None:
        """The case that was run alone."""
        return next((c for c in self.listed if c.state), None) if not self.ran_all and self.run else None


def case_list(key: str, run: str) -> CaseList:
    """The cases beside `key`, with the one named `run` run; `tat-ca` runs all, `tat-ca:<name>` goes on from there.

    Running stops after two seconds; `next` then says where to go on. Raises NotYours.
    """
    folder = _folder(key)
    is_overlay = (folder / "overlay.toml").is_file()
    book = open_book(catalogue.parent_of(key), (key,)) if is_overlay else open_book(key, ())
    paths = sorted((folder / "cases").glob("*.toml"))
    every, _, start = run.partition(":")
    if run and every != ALL and run not in [path.stem for path in paths]:
        raise NotYours("Không có tình huống này. Hãy chọn trong danh sách.")
    ends, listed, following = time.monotonic() + SECONDS, [], ""
    for path in paths:
        wanted = path.stem == run or (every == ALL and path.stem >= start)
        if wanted and every == ALL and time.monotonic() > ends:
            wanted, following = False, following or path.stem
        listed.append(_listed(book, path, run=wanted, alone=path.stem == run))
    title = book.overlay_titles[key] if is_overlay else book.title
    return CaseList(key, title, is_overlay, tuple(listed), every == ALL, following)


def _folder(key: str) -> Path:
    for root in catalogue.roots():
        folder = (root / key).resolve()
        known = (folder / "instrument.toml").is_file() or (folder / "overlay.toml").is_file()
        if known and folder.is_relative_to(root.resolve()):
            return folder
    raise NotYours(NO_SUCH)


def _listed(book: catalogue.Book, path: Path, *, run: bool, alone: bool) -> Listed:
    try:
        if not run:
            return _plain(path.stem, path.name, _content(path))
        case = parse_case(path, name=path.name)
        plain = Listed(path.stem, case.title, case.note or "", len(case.subjects))
        failures = run_case(path, catalogue.roots()).failures
        result = rate_file(case, roots=catalogue.roots()) if alone else None
    except (CaseError, RulebookError) as error:
        return Listed(path.stem, path.stem, "", 0, "refused", (str(error),))
    state = "different" if failures else "same"
    if result is None:
        return Listed(plain.name, plain.title, plain.note, plain.subjects, state, failures)
    compared = tuple(_compared(book, case, result))
    return Listed(
        plain.name, plain.title, plain.note, plain.subjects, state, failures, compared, result.findings,
        max(0, len(case.subjects) - SHOWN),
    )  # fmt: skip


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        remedy = "Kiểm tra quyền đọc rồi tải lại trang."
        raise CaseError(file=path.name, key="", problem="không mở được tệp", remedy=remedy) from None


@lru_cache(maxsize=512)
def _plain(name: str, shown: str, content: bytes) -> Listed:
    """What a list says of a case of this content, which takes milliseconds to read. Raises CaseError."""
    case = parse_case(content, name=shown)
    return Listed(name, case.title, case.note or "", len(case.subjects))


def _compared(book: catalogue.Book, case: Case, result: CaseResult) -> Iterator[Compared]:
    for subject in case.subjects[:SHOWN]:
        outcome = result.outcomes[subject.id]
        wanted = subject.expect
        yield Compared(
            expected(_book_of(book, result), wanted) if wanted else "",
            result_of(_book_of(book, result), outcome, subject.name or subject.id),
            tuple(compare(wanted, outcome)) if wanted else (),
        )


def _book_of(book: catalogue.Book, result: CaseResult) -> catalogue.Book:
    """The rulebook that rated: a case about selection may name another one than the folder it stands in."""
    used: Sequence[str] = result.rulebooks
    return book if not used or book.key in used else catalogue.load_any(used[0])
