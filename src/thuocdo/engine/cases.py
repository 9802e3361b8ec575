"""Runs case files against what they expect; tolerance is zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from thuocdo.engine.case_io import parse_case
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.facts import Case, CaseExpect, Expect, QuotaExpect
from thuocdo.engine.loader import default_roots, is_of_schemes, load_book, read_source
from thuocdo.engine.outcome import CaseResult, Outcome
from thuocdo.engine.rating import rate_case, rate_selected
from thuocdo.engine.votes import conflicts
from thuocdo.kernel.exact import exact_vi

RULE_FILES = (
    "instrument.toml",
    "criteria.toml",
    "results.toml",
    "levels.toml",
    "quotas.toml",
    "rollup.toml",
    "open_points.toml",
)


@dataclass(frozen=True)
class CaseReport:
    """One case file that was run: how many subjects were compared, and every difference in a sentence."""

    path: Path
    title: str
    subjects: int
    failures: tuple[str, ...]


def case_files(roots: Sequence[Path] | None = None) -> tuple[Path, ...]:
    """Case files beside the rulebooks and overlays, sorted."""
    return tuple(sorted(path for root in roots or default_roots() for path in root.glob("**/cases/*.toml")))


def check_has_cases(folder: Path) -> None:
    """Every file of rules has a case file that starts with its name; raises `RulebookError`."""
    cases = [path.name for path in (folder / "cases").glob("*.toml")]
    if (folder / "overlay.toml").is_file() and not cases:
        raise _no_cases(folder, "overlay.toml", "cases/")
    for name in _rule_files(folder):
        if (folder / name).is_file() and not any(
            case.startswith(Path(name).stem) for case in cases
        ):
            raise _no_cases(folder, name, f"cases/{Path(name).stem}-….toml")


def _rule_files(folder: Path) -> Sequence[str]:
    if not is_of_schemes(folder):
        return RULE_FILES
    schemes = [f"schemes/{path.name}" for path in sorted((folder / "schemes").glob("*.toml"))]
    asked = read_source(folder / "procedure.toml").data if (folder / "procedure.toml").is_file() else {}
    return [*schemes, "money.toml", *(["procedure.toml"] if asked.get("precedence") else [])]


def _no_cases(folder: Path, name: str, wanted: str) -> RulebookError:
    return RulebookError(
        file=f"{folder.name}/{name}", key="", problem="chưa có tình huống mẫu nào", remedy=f"Thêm {wanted}"
    )


def rate_file(
    case: Case,
    rulebook: str | None = None,
    overlays: Sequence[str] = (),
    roots: Sequence[Path] | None = None,
) -> CaseResult:
    """Rate a case by the named rulebook, else by the case's own, else by what governs each subject. Where texts on
    confidence votes say different things of the same votes, a finding says so."""
    key, layers = rulebook or case.rulebook, tuple(overlays) or case.overlays
    result = rate_selected(case, layers, roots) if key is None else rate_case(load_book(key, layers, roots), case)
    return replace(result, findings=(*result.findings, *conflicts(case, result, roots)))


def run_case(path: Path, roots: Sequence[Path] | None = None) -> CaseReport:
    """Rate the file and compare. Raises `CaseError` and `RulebookError`."""
    case = parse_case(path)
    return report_of(path, case, rate_file(case, roots=roots))


def report_of(path: Path, case: Case, result: CaseResult) -> CaseReport:
    """What a case file expects, compared with its result."""
    failures = [
        line
        for subject in case.subjects
        if subject.expect is not None
        for line in compare(subject.expect, result.outcomes[subject.id])
    ]
    failures += _quotas(case.expect, result)
    failures += _about_all(case.expect, result)
    compared = sum(subject.expect is not None for subject in case.subjects)
    if compared == 0 and case.expect is None:
        failures.append("tệp không nêu kết quả mong đợi nào (expect)")
    return CaseReport(path, case.title, compared, tuple(failures))


def compare(expect: Expect, outcome: Outcome) -> Iterator[str]:
    """Every expected key that differs, in a sentence."""
    who = f"{outcome.id}: "
    if outcome.kind != expect.outcome:
        yield f"{who}kết quả là {outcome.kind}, mong đợi {expect.outcome} ({outcome.reason})"
    if expect.score is not None and outcome.score != Fraction(expect.score):
        yield f"{who}điểm là {_shown(outcome.score)}, mong đợi {_shown(Fraction(expect.score))}"
    for name, wanted, found in (("band", expect.band, outcome.band), ("level", expect.level, outcome.level)):
        if wanted is not None and wanted != found:
            yield f"{who}{name} là {found}, mong đợi {wanted}"
    if expect.reason is not None and expect.reason not in outcome.reason:
        yield f"{who}lý do là “{outcome.reason}”, mong đợi có “{expect.reason}”"
    there = {finding.id for finding in outcome.findings}
    for name in expect.findings or ():
        if name not in there:
            yield f"{who}thiếu căn cứ “{name}”"
    for name, amount in (expect.money or {}).items():
        paid = next((item.value for item in outcome.findings if item.id == f"money.{name}"), None)
        if paid != amount:
            yield f"{who}số tiền “{name}” là {_shown(paid)}, mong đợi {_shown(amount)}"
    asked = sorted(item.id for item in outcome.open_points)
    if expect.open_points is not None and asked != sorted(expect.open_points):
        yield f"{who}điểm mở là {asked}, mong đợi {sorted(expect.open_points)}"


def _shown(score: Fraction | None) -> str:
    return "không có" if score is None else exact_vi(score)


def _quotas(expect: CaseExpect | None, result: CaseResult) -> Iterator[str]:
    for wanted in expect.quotas if expect is not None else ():
        cell = next(
            (
                c
                for c in result.quotas
                if (c.quota, c.agency, c.group, c.parent)
                == (wanted.quota, wanted.agency, wanted.group, wanted.parent)
                and wanted.side in (None, c.side)
            ),
            None,
        )
        where = f"tỷ lệ {wanted.quota}, {wanted.agency}" + (f", nhóm {wanted.group}" if wanted.group else "")
        if cell is None:
            yield f"{where}: không có"
            continue
        for name in QuotaExpect.model_fields:
            value = getattr(wanted, name)
            if value is not None and getattr(cell, name) != value:
                yield f"{where}: {name} là {getattr(cell, name)}, mong đợi {value}"


def _about_all(expect: CaseExpect | None, result: CaseResult) -> Iterator[str]:
    if expect is None:
        return
    there = {finding.id: finding for finding in result.findings}
    if expect.refused_steps is not None:
        refused = [dict(item.inputs)["Bước"] for item in result.findings if item.effect == "refused"]
        if sorted(refused) != sorted(expect.refused_steps):
            yield f"các bước bị từ chối là {sorted(refused)}, mong đợi {sorted(expect.refused_steps)}"
    for name in expect.findings or ():
        if name not in there:
            yield f"thiếu căn cứ chung “{name}”"
    for name, amount in (expect.money or {}).items():
        found = there[name].value if name in there else None
        if found != amount:
            yield f"số tiền “{name}” là {_shown(found)}, mong đợi {_shown(amount)}"
