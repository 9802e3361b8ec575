"""Static checks of a rulebook of schemes when it loads; each refusal names file, key, line, article, remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuocdo.engine.checks import check_cites, cited_rules
from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes.checks_figures import check_figures
from thuocdo.engine.schemes.checks_order import check_order, check_reuses
from thuocdo.engine.schemes.checks_points import check_points, check_readings
from thuocdo.engine.schemes.checks_refs import check_money, check_scheme, check_whom
from thuocdo.engine.schemes.draft import Draft, build
from thuocdo.engine.schemes.schema import SchemeBookFile
from thuocdo.engine.source import SourceFile

Rule = tuple[SourceFile, tuple[str | int, ...], Cited]


def check_book(book: SchemeBookFile, draft: Draft) -> None:
    """All checks of a rulebook as written; raises `RulebookError` at the first failure."""
    table = draft.parts["instrument"]
    if book.key != draft.key:
        raise table.error(
            ("key",), f"khóa ghi là “{book.key}” nhưng thư mục là “{draft.key}”", "Ghi khóa đúng thư mục."
        )
    rules = list(_rules(book, draft))
    check_cites(book.instruments, [((source, path), rule.cite) for source, path, rule in rules], table)
    for source, path, rule in rules:
        _check_dates(book, source, path, rule)
    check_content(book, draft, touching=False)
    check_points(book, draft)
    check_readings(book, draft, check_again)


def check_content(book: SchemeBookFile, draft: Draft, *, touching: bool) -> None:
    """What must hold of the rules also after overlays and changes; raises `RulebookError`."""
    for scheme, source in zip(book.schemes, draft.schemes.values(), strict=True):
        check_scheme(scheme, source)
        check_figures(scheme, source, touching=touching)
    check_whom(book, list(draft.schemes.values()))
    check_money(book, draft.parts["money"])
    check_order(book, draft.parts["procedure"])
    check_reuses(book, draft.parts["procedure"])


def check_again(draft: Draft) -> None:
    """Build and check a draft into which a reading, an overlay or a change was written."""
    check_content(build(draft), draft, touching=True)


def _rules(book: SchemeBookFile, draft: Draft) -> Iterator[Rule]:
    for source in draft.parts.values():
        for name in source.data:
            value = getattr(book, name)
            yield from ((source, path, rule) for path, rule in cited_rules(value, (name,)))
    found: list[tuple[SourceFile, Any]] = [
        *zip(draft.schemes.values(), book.schemes, strict=True),
        *zip(draft.forms, book.forms, strict=True),
    ]
    for source, model in found:
        yield from ((source, path, rule) for path, rule in cited_rules(model, ()))


def _check_dates(book: SchemeBookFile, source: SourceFile, path: tuple[str | int, ...], rule: Cited) -> None:
    article = ", ".join(rule.cite)
    if rule.until is not None and rule.until <= rule.since:
        raise source.error(
            (*path, "until"), "ngày hết hiệu lực không sau ngày có hiệu lực", "Sửa ngày.", article=article
        )
    started = min(item.since for item in book.instruments if any(r.startswith(f"{item.id}/") for r in rule.cite))
    if rule.since < started:
        raise source.error(
            (*path, "since"), "có hiệu lực trước cả văn bản được trích dẫn", "Sửa ngày.", article=article
        )
    if rule.until is not None and rule.until <= book.since:
        raise source.error(
            (*path, "until"), "đã hết hiệu lực trước khi có bộ quy tắc", "Bỏ quy định này.", article=article
        )
    if book.until is not None and rule.since >= book.until:
        raise source.error(
            (*path, "since"), "có hiệu lực sau khi bộ quy tắc hết hiệu lực", "Sửa ngày.", article=article
        )
