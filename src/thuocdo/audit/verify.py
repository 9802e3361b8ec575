"""`verify`: does the database still hold what the events say, and are the events those that were exported?

Limits. Events after the last exported head are held by nothing outside the database: its owner can rewrite
them consistently. The report says for each chain from which event on that is so. Rows of
`tables.UNRECORDED_TABLES` and of Django's own tables are not on the record.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from thuocdo.audit import heads as exported
from thuocdo.audit.chains import check_chains
from thuocdo.audit.report import Report
from thuocdo.audit.rows import check_rows
from thuocdo.engine.errors import CaseError, RulebookError
from thuocdo.engine.outcome import deciding
from thuocdo.kernel.errors import Refusal

BATCH = 200


@dataclass(frozen=True)
class Rerating:
    """Frozen results to compute again: `stored(row)` and `again(row)` give the outcome as canonical text. What they
    decided is compared, not their words, which a later version may say better; the stored text itself is held by the
    digest of its row."""

    rows: QuerySet[Any]
    stored: Callable[[Any], str]
    again: Callable[[Any], str]


Check = Callable[[Report], None]
"""What a room above checks of its own rows: it adds what it finds to the report."""


def verify(
    heads: dict[str, Any] | None = None, *, rerate: Iterable[Rerating] = (), checks: Iterable[Check] = ()
) -> Report:
    """Check all chains, all protected rows, what rooms add (`checks`), and that `rerate` gives the stored outcomes.

    `heads` is what `heads.export` gave (HeadsError when malformed). Reads one state and writes
    nothing; the product may run at the same time.
    """
    started = time.perf_counter()
    report = Report()
    anchors = {}
    if heads is not None:
        anchors = {one["key"]: (one["seq"], one["hash"]) for one in exported.checked(heads)["chains"]}
    with _one_state():
        try:
            check_chains(report, anchors)
        except (ValueError, TypeError, OverflowError) as error:
            report.add("unreadable", f"Nhật ký có giá trị không đọc được: {error}")
        check_rows(report)
        for check in checks:
            check(report)
        for rerating in rerate:
            _rerate(report, rerating)
    report.seconds = time.perf_counter() - started
    return report


def _rerate(report: Report, rerating: Rerating) -> None:
    for row in rerating.rows.order_by("pk").iterator(chunk_size=BATCH):
        report.rerated += 1
        place = {"kind": row._meta.label_lower, "key": str(row.pk)}
        name = str(row._meta.verbose_name)
        name = name[:1].upper() + name[1:]
        try:
            same = deciding(rerating.again(row)) == deciding(rerating.stored(row))
        except (Refusal, RulebookError, CaseError, ValueError, TypeError, LookupError) as error:
            report.add("rerate_failed", f"{name} (khóa {row.pk}): không tính lại được: {error}", **place)
            continue
        if not same:
            report.add("rerate_differs", f"{name} (khóa {row.pk}): tính lại ra kết quả khác.", **place)


@contextmanager
def _one_state() -> Iterator[None]:
    """Read one state of the database throughout, without keeping writers out."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
