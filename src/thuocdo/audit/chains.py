"""Walking every chain: numbers without a gap, each hash right and holding the one before, heads in place."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from thuocdo.audit.models import Chain, Event, EventObject
from thuocdo.audit.recording import Touched, event_hash, objects_hash
from thuocdo.audit.report import Anchor, Report

BATCH = 500
SET_BACK = timedelta(minutes=5)
"""Requests that run side by side may be recorded a little out of their order; more than this is the clock."""


class Line(NamedTuple):
    """One event as stored."""

    id: int
    chain: str
    seq: int
    at: Any
    code: str
    actor: str
    on_behalf_of: str
    data: str
    objects_hash: str
    previous: str
    hash: str


class ChainCheck:
    """Follows the events of one chain in order and reports what does not fit."""

    def __init__(
        self, key: str, report: Report, head: tuple[int, str] | None, anchor: tuple[int, str] | None
    ):
        self.key, self.report, self.head, self.anchor = key, report, head, anchor
        self.seq, self.hash = 0, ""
        self.at: datetime | None = None

    def problem(self, code: str, message: str, seq: int | None = None) -> None:
        self.report.add(code, f"Chuỗi “{self.key}”: {message}", chain=self.key, seq=seq)

    def follow(self, line: Line, touched: list[Touched]) -> None:
        """Check the next event of the chain with the objects stored for it."""
        if line.seq != self.seq + 1:
            self.problem("gap", f"thiếu sự kiện từ số {self.seq + 1} đến số {line.seq - 1}.", line.seq)
        elif line.previous != self.hash:
            self.problem("link", f"sự kiện số {line.seq} không nối với sự kiện đứng trước.", line.seq)
        if objects_hash(sorted(touched)) != line.objects_hash:
            self.problem("objects", f"danh sách đối tượng của sự kiện số {line.seq} đã bị sửa.", line.seq)
        expected = event_hash(
            line.previous,
            line.chain,
            line.seq,
            line.at,
            line.code,
            line.actor,
            line.on_behalf_of,
            line.data,
            line.objects_hash,
        )
        if expected != line.hash:
            self.problem("event", f"nội dung sự kiện số {line.seq} đã bị sửa.", line.seq)
        if self.anchor and line.seq == self.anchor[0] and expected != self.anchor[1]:
            self.problem(
                "anchor", f"sự kiện số {line.seq} khác với mã chốt đã xuất: chuỗi đã bị viết lại.", line.seq
            )
        self._clock(line)
        self.seq, self.hash = line.seq, line.hash

    def _clock(self, line: Line) -> None:
        """The order is that of the numbers; a clock set back is told, and is no forgery by itself."""
        if self.at is not None and line.at < self.at - SET_BACK:
            self.report.backwards.setdefault(self.key, line.seq)
        self.at = line.at

    def end(self) -> None:
        """After the last event: the head row and the exported head must be reached."""
        if self.head != (self.seq, self.hash):
            self.problem("head", f"đầu chuỗi không khớp với sự kiện cuối (số {self.seq}).", self.seq)
        if self.anchor and self.anchor[0] > self.seq:
            self.problem(
                "cut",
                f"mã chốt đã xuất đến sự kiện số {self.anchor[0]}, nay chỉ còn đến số {self.seq}: "
                "phần cuối đã bị cắt.",
                self.seq,
            )
        self.report.anchors[self.key] = Anchor(min(self.anchor[0], self.seq) if self.anchor else 0, self.seq)


def check_chains(report: Report, anchors: dict[str, tuple[int, str]]) -> None:
    """Check all chains against themselves, their head rows and the exported heads `anchors`."""
    heads = {key: (seq, head) for key, seq, head in Chain.objects.values_list("key", "seq", "head")}
    expected = (heads.keys() | anchors.keys()) - {key for key, head in heads.items() if head == (0, "")}
    current: ChainCheck | None = None
    seen = set()
    for line, touched in _lines():
        if current is None or current.key != line.chain:
            if current:
                current.end()
            current = ChainCheck(line.chain, report, heads.get(line.chain), anchors.get(line.chain))
            seen.add(line.chain)
        current.follow(line, touched)
        report.events += 1
        report.objects += len(touched)
    if current:
        current.end()
    for key in sorted(expected - seen):
        ChainCheck(key, report, heads.get(key), anchors.get(key)).end()
    _check_loose_objects(report)


def _lines() -> Iterator[tuple[Line, list[Touched]]]:
    """Events by chain and number, each with its objects; memory is bounded by one batch."""
    rows = Event.objects.order_by("chain", "seq").values_list(*Line._fields).iterator(chunk_size=BATCH)
    while lines := [Line(*row) for row in islice(rows, BATCH)]:
        objects: dict[int, list[Touched]] = defaultdict(list)
        stored = EventObject.objects.filter(event_id__in=[line.id for line in lines])
        for event, kind, key, revision, digest in stored.values_list(
            "event_id", "kind", "key", "revision", "digest"
        ):
            objects[event].append((kind, key, revision, digest))
        for line in lines:
            yield line, objects[line.id]


def _check_loose_objects(report: Report) -> None:
    """Objects that belong to no event can only come from a database whose foreign keys were switched off."""
    loose = EventObject.objects.count() - report.objects
    if loose:
        report.add("loose_objects", f"Có {loose} đối tượng không thuộc sự kiện nào.")
