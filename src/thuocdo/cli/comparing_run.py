"""`thuocdo select`, `order`, `diff`, `whatif`: which rule, what comes first, what differs, who would move."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any

from thuocdo.cli import rating_run
from thuocdo.cli.comparing_text import report
from thuocdo.cli.comparing_why import reasons, why
from thuocdo.cli.every_fault import By, rate_all, read_case
from thuocdo.cli.forming import run_forms
from thuocdo.cli.ordering import run_order
from thuocdo.cli.rating_text import KINDS, SUBJECTS, aligned
from thuocdo.engine import (
    CaseError,
    CaseResult,
    Citation,
    Difference,
    Rulebook,
    SchemeBook,
    compare_books,
    load_book,
    load_variant,
    rate_case,
    rate_selected,
    select_all,
    select_rulebook,
)
from thuocdo.engine.errors import Fault
from thuocdo.engine.facts import Case
from thuocdo.engine.moves import NOT_THERE, GroupCount, Moves, QuotaChange, moves

Book = Rulebook | SchemeBook


def run(name: str, args: argparse.Namespace) -> int:
    """One command; what is wrong with its files is printed and gives an exit code (docs/cli.md)."""
    return rating_run.guarded(COMMANDS[name], args)


def run_select(args: argparse.Namespace) -> int:
    """Which rule governs, from when, by which article."""
    unknown = [kind for kind in args.kind if kind not in SUBJECTS]
    if unknown:
        raise CaseError(
            file="", key="--kind", problem=f"không có loại đối tượng “{unknown[0][:40]}”",
            remedy=f"Một trong: {', '.join(SUBJECTS)}.",
        )  # fmt: skip
    known = {
        "place": args.place,
        "rating_date": args.rating_date,
        "own_regulation": None if args.own_regulation is None else args.own_regulation == "yes",
        "role": args.role,
        "period": args.period,
    }
    if args.procedure is None:
        found = select_all(args.kind, args.on, **known)
    else:
        found = tuple(select_rulebook(kind, args.on, procedure=args.procedure, **known) for kind in args.kind)
    if not found:
        found = tuple(select_rulebook(kind, args.on, **known) for kind in args.kind)
    for item in found:
        print(f"{item.subject_kind} ({item.procedure}): {item.rulebook or 'không chọn được bộ quy tắc'}")
        print(f"  {item.sentence_vi}")
        if item.since is not None:
            end = f" đến trước {item.until:%d/%m/%Y}" if item.until is not None else ""
            print(f"  Áp dụng từ {item.since:%d/%m/%Y}{end}.")
        if item.by_choice is not None:
            print(f"  Cấp có thẩm quyền có thể chọn: {item.by_choice}")
        if item.cite:
            print(f"  Căn cứ: {item.cite} (độ tin cậy {item.confidence or 'không có'})")
    return rating_run.FINE if all(item.rulebook for item in found) else rating_run.FAILED


def run_diff(args: argparse.Namespace) -> int:
    """What differs between two rulebooks, and with facts: for whom."""
    a, b = load_book(args.a, args.overlay_a), load_book(args.b, args.overlay_b)
    found = compare_books(a, b)
    results = _rated_both((a, b), args.facts, (args.overlay_a, args.overlay_b))
    changed = moves(results[0][0], results[0][1], results[1][1], results[1][0]) if results else None
    if args.json:
        told = _moved(changed)
        for side, (_, result) in zip(("why_a", "why_b"), results or (), strict=False):
            for item in told["moved"]:
                item[side] = reasons(result.outcomes.get(item["id"]))
        rating_run.print_json({"differences": [as_dict(item) for item in found], **told})
        return rating_run.FINE
    print(f"A: {a.title}\nB: {b.title}\n{len(found)} điểm khác nhau.")
    for line in report(a, b, found):
        print(line)
    if changed is not None and results is not None:
        named = labels(a, b)
        print("\n" + "\n".join(lines(changed, named, ("A", "B"))))
        for line in why(changed, (results[0][1], results[1][1]), named):
            print(line)
    return rating_run.FINE


def _rated_both(
    books: tuple[Book, Book], files: Sequence[str], overlays: Sequence[Sequence[str]]
) -> list[tuple[Case, CaseResult]] | None:
    """The facts of either side with their results: one file for both, or the file of A, then that of B."""
    if len(files) > 2:
        raise CaseError(
            file="--facts", key="", problem=f"có {len(files)} tệp", remedy="Ghi một tệp, hoặc tệp của A rồi tệp của B."
        )
    found = []
    both = [*files, *files] if len(files) == 1 else files
    for side, book, file, added in zip("AB", books, both, overlays, strict=False):
        case = read_case(file, book.key, added)
        try:
            found.append((case, rate_all(file, case, By(book.key, added))))
        except CaseError as error:
            faults = error.faults()
            if len(files) == 1:
                said = f"tệp này không tính được theo {side} ({book.key})"
                remedy = "Nếu hai bên cần dữ kiện khác nhau, ghi --facts hai lần: tệp của A, tệp của B."
                faults = (Fault("--facts", said, remedy), *faults)
            first, *rest = faults
            raise CaseError(
                file=file, key=first.key, problem=first.problem, remedy=first.remedy, more=tuple(rest)
            ) from None
    return found or None


def run_whatif(args: argparse.Namespace) -> int:
    """A change tried on a file of facts: who would move; or on a closed period, which needs the database."""
    if args.period is not None:
        return int(import_module("thuocdo.cli.whatif_period").run(args))
    case = read_case(args.file, args.rulebook, args.overlay)
    changes = changes_of(args.set)
    key, overlays = args.rulebook or case.rulebook, args.overlay or list(case.overlays)
    key = key or _governing(case, args.file)
    base, varied = load_book(key, overlays), load_variant(key, overlays, changes)
    changed = moves(case, rate_all(args.file, case, By(key, overlays)), rate_case(varied, case))
    if args.json:
        differences = [as_dict(item) for item in compare_books(base, varied)]
        rating_run.print_json({"differences": differences, **_moved(changed)})
        return rating_run.FINE
    print(f"{case.title}\n{base.title}\n\nThử thay đổi (không lưu):")
    for item in compare_books(base, varied):
        print(f"  {item.title_vi}: {item.before_vi} → {item.after_vi}{_cited(item.cite_before)} [{item.path}]")
    for path, value in changes.items():
        if path.startswith("points."):
            print(f"  Điểm mở {path.removeprefix('points.')}: theo cách hiểu {value}")
    print("\n" + "\n".join(lines(changed, labels(base, varied), ("hiện nay", "sau khi đổi"))))
    return rating_run.FINE


def changes_of(texts: Sequence[str]) -> dict[str, Any]:
    """`path=value` as figures by path; raises `CaseError`."""
    return dict(_change(text) for text in texts)


def _change(text: str) -> tuple[str, Any]:
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or not value.strip():
        raise CaseError(
            file="--set", key=text[:80], problem="thiếu dấu “=” hoặc giá trị", remedy="Viết dạng đường.dẫn=giá_trị."
        )
    try:
        return path.strip(), tomllib.loads(f"value = {value}", parse_float=Decimal)["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return path.strip(), value.strip()


def _governing(case: Case, file: str) -> str:
    keys = rate_selected(case).rulebooks
    if len(keys) != 1:
        named = ", ".join(keys) or "không có"
        raise CaseError(
            file=file,
            key="rulebook",
            problem=f"tệp không thuộc đúng một bộ quy tắc ({named})",
            remedy="Nêu bộ quy tắc bằng --rulebook.",
        )
    return keys[0]


def labels(*books: Book) -> dict[str, str]:
    """Names of levels by code, and of what is not a level."""
    named = {**KINDS, NOT_THERE: "không có trong tệp"}
    for book in books:
        levels = book.bands if isinstance(book, Rulebook) else [item for s in book.schemes for item in s.levels]
        named.update({level.code: level.label for level in levels})
    return named


def lines(changed: Moves, named: Mapping[str, str], sides: tuple[str, str]) -> Iterator[str]:
    """Who moves, the counts by group, and the quotas whose figures change."""
    yield f"{len(changed.moved)} trên {changed.total} đối tượng đổi kết quả."
    if changed.moved:
        rows = [("Mã", "Họ tên", "Cơ quan", "Nhóm", *sides)]
        rows += [
            (m.id, m.name, *m.group, named.get(m.before, m.before), named.get(m.after, m.after)) for m in changed.moved
        ]
        yield aligned(rows)
    yield "\nTheo nhóm:"
    for group in changed.groups:
        yield f"  {_where(group.group)}: {_counts(group, named, sides)}; {group.moved} đổi"
    if changed.quotas:
        yield "\nTỷ lệ thay đổi:"
    for quota in changed.quotas:
        yield f"  {quota.quota}, {_where(quota.group)}: {_quota(quota, sides)}"


def _where(group: tuple[str, str]) -> str:
    return ", nhóm ".join(part for part in group if part) or "không ghi cơ quan"


def _counts(group: GroupCount, named: Mapping[str, str], sides: tuple[str, str]) -> str:
    told = []
    for side, counts in zip(sides, (group.before, group.after), strict=True):
        told.append(f"{side} " + ", ".join(f"{n} {named.get(code, code)}" for code, n in counts.items()))
    return " | ".join(told)


def _quota(change: QuotaChange, sides: tuple[str, str]) -> str:
    told = []
    for side, cell in zip(sides, (change.before, change.after), strict=True):
        if cell is None:
            told.append(f"{side}: không có tỷ lệ này")
            continue
        if cell.places is None:
            told.append(f"{side}: {cell.at_level} người, chưa xác định được số chỗ")
            continue
        state = "vượt" if cell.exceeded else "trong giới hạn"
        told.append(f"{side}: {cell.at_level} người, {cell.places} chỗ trên gốc {cell.base}, {state}")
    return " | ".join(told)


def _cited(cite: tuple[Citation, ...]) -> str:
    return f" ({'; '.join(item.text() for item in cite)})" if cite else ""


def as_dict(item: Difference) -> dict[str, Any]:
    """A difference for programs."""
    return {
        "path": item.path,
        "title": item.title_vi,
        "before": item.before_vi,
        "after": item.after_vi,
        "cite_before": [cite.text() for cite in item.cite_before],
        "cite_after": [cite.text() for cite in item.cite_after],
    }


def _moved(changed: Moves | None) -> dict[str, Any]:
    if changed is None:
        return {}
    moved = [
        {"id": m.id, "agency": m.group[0], "group": m.group[1], "before": m.before, "after": m.after}
        for m in changed.moved
    ]
    groups = [
        {"agency": g.group[0], "group": g.group[1], "before": dict(g.before), "after": dict(g.after), "moved": g.moved}
        for g in changed.groups
    ]
    return {"moved": moved, "groups": groups, "subjects": changed.total}


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "select": run_select,
    "order": run_order,
    "forms": run_forms,
    "diff": run_diff,
    "whatif": run_whatif,
}
