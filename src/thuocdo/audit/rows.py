"""Comparing every row of the record with the digest its last event left."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import CharField, Model
from django.db.models.functions import Cast

from thuocdo.audit.digests import digest_of_values, recorded_fields
from thuocdo.audit.models import EventObject
from thuocdo.audit.report import Report
from thuocdo.audit.tables import protected_models

BATCH = 2000
Recorded = tuple[str, str, int, str]
"""Kind, key, revision and digest of one recorded object."""


class TableCheck:
    """One table beside the objects recorded for it, both read once in the order of their keys."""

    def __init__(self, model: type[Model], report: Report, objects: Iterable[Recorded]) -> None:
        self.model, self.report, self.objects, self.kind = model, report, objects, model._meta.label_lower
        self.name = str(model._meta.verbose_name)

    def run(self) -> None:
        """Report each row without an event, each event without its row, and each row that differs."""
        rows, recorded = self._rows(), self._recorded()
        row, last = next(rows, None), next(recorded, None)
        while row or last:
            if last is None or (row is not None and row[0] < last[0]):
                self._inserted(row)
                row = next(rows, None)
            elif row is None or last[0] < row[0]:
                self._deleted(last)
                last = next(recorded, None)
            else:
                self._compare(row, last)
                row, last = next(rows, None), next(recorded, None)

    def _problem(self, code: str, key: str, message: str) -> None:
        name = self.name[:1].upper() + self.name[1:]
        self.report.add(code, f"{name} (khóa {key}): {message}", kind=self.kind, key=key)

    def _inserted(self, row: tuple[str, str] | None) -> None:
        assert row is not None
        self._problem("inserted", row[0], "có trong bảng nhưng không sự kiện nào ghi lại.")

    def _deleted(self, last: tuple[str, str]) -> None:
        if last[1]:
            self._problem("deleted", last[0], "đã được ghi lại nhưng không còn trong bảng.")

    def _compare(self, row: tuple[str, str], last: tuple[str, str]) -> None:
        if row[1] != last[1]:
            self._problem("changed", row[0], "nội dung hiện nay khác nội dung ở lần ghi cuối cùng.")

    def _rows(self) -> Iterator[tuple[str, str]]:
        """(key, digest) of each row."""
        names = [field.attname for field in recorded_fields(self.model)]
        rows = self.model._base_manager.annotate(row_key=Cast("pk", CharField())).order_by("row_key")
        for key, *values in rows.values_list("row_key", *names).iterator(chunk_size=BATCH):
            self.report.rows += 1
            yield key, digest_of_values(self.model, values)

    def _recorded(self) -> Iterator[tuple[str, str]]:
        """(key, last digest) of each recorded object; revisions must count 1, 2, 3, …"""
        current: tuple[str, str] | None = None
        count = 0
        for _kind, key, revision, digest in self.objects:
            if current is None or key != current[0]:
                if current:
                    yield current
                count = 0
            count += 1
            if revision != count:
                self._problem("revision", key, f"thiếu lần ghi số {count}.")
                count = revision
            current = (key, digest)
        if current:
            yield current


def check_rows(report: Report) -> None:
    """Check every protected table beside the objects recorded for it, the log's objects being read once."""
    waiting = {model._meta.label_lower: model for model in protected_models()}
    ordered = EventObject.objects.order_by("kind", "key", "revision")
    objects = ordered.values_list("kind", "key", "revision", "digest").iterator(chunk_size=BATCH)
    for kind, of_kind in groupby(objects, key=itemgetter(0)):
        if kind in waiting:
            _check_table(waiting.pop(kind), report, of_kind)
        else:
            report.add(
                "unknown_kind",
                f"Nhật ký ghi một loại đối tượng không có trong hệ thống: “{kind}”.",
                kind=kind,
            )
    for model in waiting.values():
        _check_table(model, report, ())


def _check_table(model: type[Model], report: Report, objects: Iterable[Recorded]) -> None:
    table = TableCheck(model, report, objects)
    try:
        table.run()
    except (ValueError, TypeError, OverflowError) as error:
        report.add("unreadable", f"Bảng “{table.name}” có giá trị không đọc được: {error}", kind=table.kind)
