"""`thuocdo forms`: which forms a round uses on its rating date, by number and by whose they are, with their blocks."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import Any, cast

from thuocdo.cli import rating_run
from thuocdo.cli.ordering import chosen_book
from thuocdo.cli.rating_text import ROLES, SUBJECTS
from thuocdo.engine import CaseError, SchemeBook, load_book, select_rulebook
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.graph import forms_later, forms_of
from thuocdo.engine.schemes.reviewing import Layout, Row, layouts_of
from thuocdo.engine.schemes.schema import FormUse
from thuocdo.kernel.typed import format_points


def run_forms(args: argparse.Namespace) -> int:
    """The forms of the instrument on the rating date, or (`--kind`) those of one subject; exit code 1 where the text
    read names none."""
    if args.kind is not None and args.kind not in SUBJECTS:
        raise CaseError(
            file="", key="--kind", problem=f"không có loại đối tượng “{args.kind}”",
            remedy=f"Một trong: {', '.join(SUBJECTS)}.",
        )  # fmt: skip
    key, book = chosen_book(args)
    if book is None:
        return rating_run.FAILED
    every = forms_of(book, args.rating_date) if isinstance(book, SchemeBook) else ()
    mine = [use for use in every if args.kind is None or use.concerns(args.kind, args.role)]
    layouts = _layouts(book, args.kind, args.role, args.rating_date)
    if args.json:
        rating_run.print_json(
            {
                "rulebook": key,
                "overlays": list(args.overlay),
                "forms": [_use(book, use) for use in mine],
                "reports": [_layout(one) for one in layouts],
                **_around(book, args.rating_date, every),
            }
        )
    else:
        print(f"{book.title} ({key})")
        lines = [*(_line(book, use) for use in mine), *map(_report, layouts)]
        print("\n".join(lines) or _none(book, args.rating_date, every))
    return rating_run.FINE if mine or layouts else rating_run.FAILED


def _layouts(book: object, kind: str | None, role: str, on: date) -> tuple[Layout, ...]:
    if kind is None or not isinstance(book, SchemeBook):
        return ()
    return layouts_of(book, kind, cast(Role, role), on)


def _none(book: object, on: date, every: tuple[FormUse, ...]) -> str:
    """Why there is no form: for nobody of this kind, or on this day of no kind, and then what came before and after."""
    if every:
        others = "; ".join(_short(use) for use in every)
        return f"Văn bản đã đọc không nêu mẫu nào cho đối tượng này. Các mẫu có nêu: {others}."
    lines = [f"Văn bản đã đọc không nêu mẫu nào dùng ngày {on:%d/%m/%Y}."]
    later, earlier = _later(book, on), _earlier(book, on)
    if later:
        cites = "; ".join(dict.fromkeys(item.text() for _, use in later for item in _cites(book, use)))
        named = "; ".join(_short(use) for _, use in later)
        lines.append(f"Từ ngày {later[0][1].since:%d/%m/%Y} có: {named} ({cites}).")
    if earlier:
        other = earlier[0][0]
        cites = "; ".join(dict.fromkeys(item.text() for _, use in earlier for item in _cites(other, use)))
        named = "; ".join(_short(use) for _, use in earlier)
        lines.append(f"Trước đó, theo {other.short_title}, có: {named} ({cites}).")
    if later or earlier:
        lines.append(
            "Không nguồn nào đã đọc nói những ngày này dùng mẫu nào, hay mẫu trước đó còn dùng được không: cấp có thẩm "
            "quyền quyết định."
        )
    return "\n".join(lines)


def _short(use: FormUse) -> str:
    return f"Mẫu {use.number}: {use.label}"


def _later(book: object, on: date) -> list[tuple[SchemeBook, FormUse]]:
    return [(book, use) for use in forms_later(book, on)] if isinstance(book, SchemeBook) else []


def _earlier(book: object, on: date) -> list[tuple[SchemeBook, FormUse]]:
    """The forms of the rulebook that rated Party organisations until this one began to."""
    if not isinstance(book, SchemeBook) or _governing(on) != book.key:
        return []
    day = book.since - timedelta(days=1)
    key = _governing(day)
    other = load_book(key) if key is not None else None
    return [(other, use) for use in forms_of(other, day)] if isinstance(other, SchemeBook) else []


def _governing(day: date) -> str | None:
    return select_rulebook("party_organisation", day, procedure="party", rating_date=day).rulebook


def _around(book: object, on: date, every: tuple[FormUse, ...]) -> dict[str, Any]:
    """For programs, where no form is named on the day: those named later, and those of the rulebook before."""
    if every:
        return {}
    return {
        name: [{**_use(of, use), "since": use.since.isoformat(), "rulebook": of.key} for of, use in found]
        for name, found in (("later", _later(book, on)), ("earlier", _earlier(book, on)))
    }


def _cites(book: Any, use: FormUse) -> Any:
    return book.cite(use.cite)


def _line(book: Any, use: FormUse) -> str:
    who = ", ".join(SUBJECTS[kind] for kind in use.subjects) or "không gắn với một loại đối tượng"
    roles = f" ({', '.join(ROLES[role] for role in use.roles)})" if use.roles else ""
    cites = book.cite(use.cite)
    articles = "; ".join(f"{one.text()} (độ tin cậy {one.confidence})" for one in cites)
    return f"\nMẫu {use.number}: {use.label}\n   của: {who}{roles}\n   {articles}"


def _report(one: Layout) -> str:
    lines = [f"\nBố cục: {one.label}{f' (Mẫu {one.form})' if one.form else ''}"]
    for block in one.blocks:
        lines.append(f"   {f'{block.number} {block.label}'.strip()}")
        lines += [f"      - {head.label}{' (chỉ khi có)' if head.when_needed else ''}" for head in block.heads]
        if block.kind == "marks":
            lines += [f"      - {row.label}: {_scale(row)}" for row in one.rows]
            lines += [f"      - {label}: chưa có điểm tối đa" for label in one.unsaid]
            if one.levels:
                lines.append(f"      - Tự nhận mức: {'; '.join(label for _, label in one.levels)}")
    return "\n".join([*lines, *([f"   {one.note}"] if one.note else [])])


def _scale(row: Row) -> str:
    return "bốn mức" if row.most is None else f"tối đa {format_points(row.most)} điểm"


def _use(book: Any, use: FormUse) -> dict[str, Any]:
    cites = book.cite(use.cite)
    return {
        "number": use.number,
        "label": use.label,
        "subjects": use.subjects,
        "roles": use.roles,
        "cite": [item.text() for item in cites],
        "confidence": [item.confidence for item in cites],
    }


def _layout(one: Layout) -> dict[str, Any]:
    blocks = [
        {"id": b.id, "number": b.number, "label": b.label, "kind": b.kind, "heads": [h.label for h in b.heads]}
        for b in one.blocks
    ]
    rows = [
        {"id": row.id, "label": row.label, "most": None if row.most is None else format_points(row.most)}
        for row in one.rows
    ]
    return {
        "id": one.id, "form": one.form, "label": one.label, "blocks": blocks, "rows": rows, "unsaid": one.unsaid,
        "levels": [{"code": code, "label": label} for code, label in one.levels],
    }  # fmt: skip
