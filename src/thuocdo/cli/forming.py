"""`thuocdo forms`: which forms a round uses on its rating date, by number and by whose they are, with their blocks."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any, cast

from thuocdo.cli import rating_run
from thuocdo.cli.ordering import chosen_book
from thuocdo.cli.rating_text import SUBJECTS
from thuocdo.engine import CaseError, SchemeBook
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.graph import forms_of
from thuocdo.engine.schemes.reviewing import Layout, layouts_of
from thuocdo.engine.schemes.schema import FormUse

ROLES = {"none": "không giữ chức vụ", "head": "người đứng đầu", "deputy": "cấp phó"}


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
            }
        )
    else:
        print(f"{book.title} ({key})")
        print("\n".join([*(_line(book, use) for use in mine), *map(_report, layouts)]) or _none(every))
    return rating_run.FINE if mine or layouts else rating_run.FAILED


def _layouts(book: object, kind: str | None, role: str, on: date) -> tuple[Layout, ...]:
    if kind is None or not isinstance(book, SchemeBook):
        return ()
    return layouts_of(book, kind, cast(Role, role), on)


def _none(every: tuple[FormUse, ...]) -> str:
    others = "; ".join(f"Mẫu {use.number}: {use.label}" for use in every)
    said = "Văn bản đã đọc không nêu mẫu nào cho đối tượng này." if every else "Văn bản đã đọc không nêu mẫu nào."
    return f"{said} Các mẫu có nêu: {others}." if others else said


def _line(book: Any, use: FormUse) -> str:
    who = ", ".join(SUBJECTS[kind] for kind in use.subjects) or "không gắn với một loại đối tượng"
    roles = f" ({', '.join(ROLES[role] for role in use.roles)})" if use.roles else ""
    cites = book.cite(use.cite)
    articles = "; ".join(f"{one.text()} (độ tin cậy {one.confidence})" for one in cites)
    return f"\nMẫu {use.number}: {use.label}\n   của: {who}{roles}\n   {articles}"


def _report(one: Layout) -> str:
    blocks = "\n".join(f"   {block.number} {block.label}".rstrip() for block in one.blocks)
    return f"\nBố cục: {one.label}{f' (Mẫu {one.form})' if one.form else ''}\n{blocks}"


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
    return {"id": one.id, "form": one.form, "label": one.label, "blocks": blocks}

