"""`thuocdo rate`, `explain`, `check`, `schema`: rating files on the command line, without the web
framework.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from thuocdo.cli import rating_text
from thuocdo.cli.every_fault import By, rate_all, read_and_rate, read_case
from thuocdo.engine import (
    CaseError,
    Outcome,
    Rulebook,
    RulebookError,
    SchemeBook,
    list_overlays,
    list_rulebooks,
    load_book,
)
from thuocdo.engine.cases import case_files, check_has_cases, report_of
from thuocdo.engine.facts import Case, QuotaExpect, SubjectFacts
from thuocdo.engine.loader import default_roots, key_of_folder, overlay_parent
from thuocdo.engine.outcome import CaseResult, QuotaCell, number
from thuocdo.engine.schema import BookFile, OverlayFile
from thuocdo.engine.schemes.schema import SchemeBookFile, SchemeOverlay

SCHEMAS: dict[str, type[BaseModel]] = {
    "case": Case,
    "rulebook": BookFile,
    "overlay": OverlayFile,
    "scheme": SchemeBookFile,
    "scheme-overlay": SchemeOverlay,
}
FINE, FAILED, BAD_INPUT, BAD_RULEBOOK = 0, 1, 3, 4


def run(name: str, args: argparse.Namespace) -> int:
    """One command; what is wrong with its files is printed and gives an exit code (docs/cli.md)."""
    return guarded(COMMANDS[name], args)


def guarded(command: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """A command whose refusals are printed and give an exit code."""
    try:
        return command(args)
    except CaseError as error:
        for line in error.lines():
            print(f"Lỗi dữ kiện: {line}", file=sys.stderr)
        return BAD_INPUT
    except RulebookError as error:
        print(f"Lỗi bộ quy tắc: {error}", file=sys.stderr)
        return BAD_RULEBOOK


def run_rate(args: argparse.Namespace) -> int:
    """Rate every subject of a file."""
    case = read_case(args.file, args.rulebook, args.overlay)
    result = _rated(case, args)
    if args.json:
        subjects = [brief(outcome) for outcome in result.outcomes.values()]
        print_json(
            {
                "title": case.title,
                "period": case.period.model_dump(),
                "rulebooks": list(result.rulebooks),
                "subjects": subjects,
                "quotas": [quota_figures(cell) for cell in result.quotas],
                "findings": [item.to_dict() for item in result.findings],
            }
        )
        return FINE
    print(rating_text.table(case, result))
    return FINE


def run_explain(args: argparse.Namespace) -> int:
    """Every finding of one subject."""
    case = read_case(args.file, args.rulebook, args.overlay)
    subject = next((item for item in case.subjects if item.id == args.subject), None)
    if subject is None:
        known = ", ".join(item.id for item in case.subjects[:20])
        raise CaseError(
            file=args.file,
            key="subjects",
            problem=f"không có người mã “{args.subject}”",
            remedy=f"Các mã có trong tệp: {known}.",
        )
    result = _rated(_needed(case, subject), args)
    outcome = result.outcomes[subject.id]
    if args.json:
        print_json(outcome.to_dict() | {"absent": absent_keys(outcome)})
    else:
        labels, voted = rating_text.level_labels(result.rulebooks), rating_text.about_votes(subject, result.rulebooks)
        print(rating_text.explanation(case, subject, outcome, labels, voted=voted))
    return FINE


def _needed(case: Case, subject: SubjectFacts) -> Case:
    """The case with this subject alone, unless its result may hang on others of the file."""
    if subject.related:
        return case
    return case.model_copy(update={"subjects": (subject,), "steps": ()})


def _rated(case: Case, args: argparse.Namespace) -> CaseResult:
    return rate_all(args.file, case, By(args.rulebook, args.overlay))


def brief(outcome: Outcome) -> dict[str, Any]:
    """Kind, exact score, decimal, band or level, amounts, finding ids: what a program needs of one subject."""
    found = outcome.to_dict()
    return {
        "id": outcome.id,
        "outcome": outcome.kind,
        "score": number(outcome.score),
        **({"level": outcome.level} if outcome.year else {"band": outcome.band}),
        "reason": outcome.reason,
        "missing": found["missing"],
        "open_points": found["open_points"],
        "absent": absent_keys(outcome),
        "money": {
            item.id.removeprefix("money."): number(item.value) for item in outcome.findings if item.rule == "money"
        },
        "findings": [item.id for item in outcome.findings],
    }


def absent_keys(outcome: Outcome) -> list[str]:
    """Keys of the facts that nobody stated and that decided something by being read as “no”."""
    return [key for _, key in outcome.absent.inputs] if outcome.absent is not None else []


def quota_figures(cell: QuotaCell) -> dict[str, Any]:
    """The figures of one quota, by the names of `[[expect.quotas]]`."""
    return {name: getattr(cell, name) for name in QuotaExpect.model_fields}


def run_check(args: argparse.Namespace) -> int:
    """Load rulebooks and overlays, run their cases, print what was checked."""
    rows: list[tuple[str, str, str]] = []
    failures: list[str] = []
    wrong: list[str] = []
    compared = 0
    paths = [Path(path) for path in args.paths] or list(default_roots())
    for path in paths:
        if not path.exists():
            raise CaseError(file=str(path), key="", problem="không có đường dẫn này", remedy="Kiểm tra lại đường dẫn.")
        roots = _roots_of(path)
        rows += _check_rules(path, roots) if path.is_dir() else []
        for file in case_files((path,)) if path.is_dir() else (path,):
            try:
                report = report_of(file, *read_and_rate(file, roots))
            except CaseError as error:
                wrong += error.lines()
                rows.append((f"{file.parent.parent.name}/{file.name}", "", "SAI dữ kiện"))
                continue
            state = "đạt" if not report.failures else f"SAI {len(report.failures)} chỗ"
            rows.append((f"{file.parent.parent.name}/{file.name}", f"{report.subjects} người", state))
            failures += [f"{file.name}: {line}" for line in report.failures]
            compared += report.subjects
    if not rows:
        raise CaseError(
            file=", ".join(str(path) for path in paths),
            key="",
            problem="không có bộ quy tắc hay tình huống mẫu nào để kiểm tra",
            remedy="Nêu thư mục có instrument.toml, overlay.toml hoặc cases/.",
        )
    print(rating_text.aligned([("Đã kiểm tra", "Số lượng", "Kết quả"), *rows]))
    for line in failures:
        print(f"SAI  {line}", file=sys.stderr)
    for line in wrong:
        print(f"Lỗi dữ kiện: {line}", file=sys.stderr)
    print(f"\n{len(rows)} mục, {compared} người trong tình huống mẫu, {len(failures) + len(wrong)} chỗ sai.")
    return BAD_INPUT if wrong else FAILED if failures else FINE


def _roots_of(path: Path) -> tuple[Path, ...]:
    """Where rulebooks named in cases are looked for: around the path first, then what comes with the
    product.
    """
    folder = path if path.is_dir() else path.parent.parent
    found = key_of_folder(folder)
    if found is not None:
        return (found[1], *default_roots())
    return (path, *default_roots()) if path.is_dir() else default_roots()


def _check_rules(path: Path, roots: tuple[Path, ...]) -> list[tuple[str, str, str]]:
    one = key_of_folder(path)
    books = list_rulebooks((path,)) if one is None else tuple(k for k in list_rulebooks((one[1],)) if k == one[0])
    layers = list_overlays((path,)) if one is None else tuple(k for k in list_overlays((one[1],)) if k == one[0])
    rows = []
    for key in books:
        book = load_book(key, (), roots)
        check_has_cases(roots[0] / key)
        rows.append((key, _counted(book), "đạt"))
    for key in layers:
        layered = load_book(overlay_parent(key, roots), (key,), roots)
        check_has_cases(roots[0] / key)
        rows.append((key, _laid(layered), "đạt"))
    return rows


def _counted(book: Rulebook | SchemeBook) -> str:
    """What a rulebook holds, in words."""
    articles = sum(len(item.articles) for item in book.instruments)
    schemes = f", {len(book.schemes)} khung" if isinstance(book, SchemeBook) else ""
    return f"{articles} điều khoản{schemes}, {len(book.open_points)} điểm mở"


def _laid(book: Rulebook | SchemeBook) -> str:
    """What the overlay decided, in words."""
    if isinstance(book, SchemeBook):
        return f"{len(book.settled)} điểm mở đã quyết định, {len(book.filled)} số liệu"
    return f"{sum(point.settled is not None for point in book.open_points)} điểm mở đã quyết định"


def run_schema(args: argparse.Namespace) -> int:
    """Print the JSON Schema of a case file or of a whole rulebook."""
    print_json(SCHEMAS[args.what].model_json_schema())
    return FINE


def print_json(value: Any) -> None:
    """What a program reads, keys in order."""
    print(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "rate": run_rate,
    "explain": run_explain,
    "check": run_check,
    "schema": run_schema,
}
