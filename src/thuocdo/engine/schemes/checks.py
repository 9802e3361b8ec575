"""Static checks of a rulebook of schemes when it loads; each refusal names file, key, line, article, remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thuocdo.engine.checks import check_cites, cited_rules
from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes import checks_refs
from thuocdo.engine.schemes.schema import SchemeBookFile
from thuocdo.engine.source import SourceFile

Rule = tuple[SourceFile, tuple[str | int, ...], Cited]


def check_schemes(
    book: SchemeBookFile,
    parts: Mapping[str, SourceFile],
    schemes: Mapping[str, SourceFile],
    forms: Sequence[SourceFile],
    key: str,
) -> None:
    """All checks of the content; raises `RulebookError` at the first failure."""
    table = parts["instrument"]
    if book.key != key:
        raise table.error(("key",), f"khóa ghi là “{book.key}” nhưng thư mục là “{key}”", "Ghi khóa đúng thư mục.")
    rules = list(_rules(book, parts, schemes, forms))
    check_cites(book.instruments, [((source, path), rule.cite) for source, path, rule in rules], table)
    for source, path, rule in rules:
        _check_dates(book, source, path, rule)
    for scheme, source in zip(book.schemes, schemes.values(), strict=True):
        checks_refs.check_scheme(scheme, source)
    checks_refs.check_whom(book, list(schemes.values()))
    checks_refs.check_money(book, parts["money"])


def _rules(
    book: SchemeBookFile,
    parts: Mapping[str, SourceFile],
    schemes: Mapping[str, SourceFile],
    forms: Sequence[SourceFile],
) -> Iterator[Rule]:
    for source in parts.values():
        for name in source.data:
            value = getattr(book, name)
            yield from ((source, path, rule) for path, rule in cited_rules(value, (name,)))
    found: list[tuple[SourceFile, Any]] = [
        *zip(schemes.values(), book.schemes, strict=True),
        *zip(forms, book.forms, strict=True),
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
