"""The machine's clock, watched while the product writes: set back, whoever keeps the machine is told at once.

`thuocdo verify` finds the same in the record afterwards, also what happened while nothing ran.
"""

import logging
from time import monotonic, time

LOG = logging.getLogger("thuocdo.clock")
MOST = 60.0
"""Seconds; less is what time servers put right from day to day."""


class Watch:
    """Compares the clock of the wall with one that never goes back.

    >>> watch = Watch()
    >>> [watch.look(wall, steady) for wall, steady in ((100.0, 0.0), (110.0, 10.0), (60.0, 20.0), (70.0, 30.0))]
    [0.0, 0.0, 60.0, 0.0]
    """

    def __init__(self) -> None:
        self._apart: float | None = None

    def look(self, wall: float, steady: float) -> float:
        """By how many seconds the wall clock was set back since the last look."""
        before, self._apart = self._apart, wall - steady
        return 0.0 if before is None else max(0.0, before - self._apart)


_WATCH = Watch()


def watch_the_clock() -> None:
    """Called with each event. The order of the record is that of its numbers, whatever the clock says."""
    back = _WATCH.look(time(), monotonic())
    if back >= MOST:
        LOG.warning(
            "Đồng hồ máy chủ vừa bị lùi %d giây. Thứ tự nhật ký vẫn theo số; thời điểm ghi từ nay có thể sai. Hãy kiểm "
            "tra máy chủ giờ, rồi chạy thuocdo verify.", back,
        )  # fmt: skip
