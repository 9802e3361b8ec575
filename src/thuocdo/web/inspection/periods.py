"""The inspector's search, and a whole period as a file: XLSX, CSV or JSON. Taking one is on the log."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.intake.files import table_file
from thuocdo.kernel.errors import NotYours
from thuocdo.results import actions
from thuocdo.results.inspection import HEADER, HEADER_TO_READ, PeriodFile, inspect, period_file
from thuocdo.web.access import needs, now, today, user_of

FORMAT = "thuocdo-ket-qua-ky/1"
NOTE = (
    "Định dạng riêng của Thước Đo (docs/handbook/ket-qua.md). Định dạng trao đổi với Cơ sở dữ liệu quốc gia về cán bộ, "
    "công chức, viên chức chưa được công bố trong nguồn mà Thước Đo có, nên không được phỏng đoán ở đây."
)
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_UNSEEN = " \u00a0\u200b\u200c\u200d\u2060\ufeff"
"""Spaces and letters without width, which a spreadsheet may drop before it looks."""
Write = Callable[[PeriodFile, IO[bytes]], None]


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Sheets by name or code within scope, and the periods that can be taken out."""
    typed = request.GET.get("tim", "")[:100]
    return render(request, "web/inspection/search.html", {"found": inspect(user_of(request), typed, today())})


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_safe
def period(request: HttpRequest, cycle_id: int, kind: str) -> FileResponse:
    """Everybody of a period with every version of the result and who looked; written to disk, then sent."""
    if kind not in _WRITERS:
        raise NotYours("Chỉ có tệp Excel (xlsx), CSV hoặc JSON. Hãy chọn một trong ba.")
    write, content_type = _WRITERS[kind]
    file = period_file(user_of(request), cycle_id, today())
    with ExitStack() as held:
        out = held.enter_context(TemporaryFile())
        write(file, out)
        actions.record_period_file(cycle_id=cycle_id, form=kind, by=user_of(request), at=now())
        held.pop_all()  # from here on the response closes the file
    out.seek(0)
    cycle = file.cycle
    name = f"ket-qua_{_PERIODS[cycle.kind]}_{cycle.year}-{cycle.number:02d}_{cycle.pk}.{kind}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=content_type)


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("Nguyễn Văn A")
    ("'=1+1", 'Nguyễn Văn A')
    """
    return f"'{text}" if text.lstrip(_UNSEEN).startswith(_FORMULA) else text


def _csv(file: PeriodFile, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for row in file.rows():
        writer.writerow([safe_cell(cell) for cell in row])
    text.detach()


def _json(file: PeriodFile, out: IO[bytes]) -> None:
    cycle = file.cycle
    head: dict[str, Any] = {
        "format": FORMAT,
        "note": NOTE,
        "unit": cycle.root.code,
        "period": {"kind": cycle.kind, "year": cycle.year, "number": cycle.number, "state": cycle.state},
        "columns": list(HEADER),
    }
    if file.units is not None:
        head["only_units_within_reach"] = True
    out.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    for place, row in enumerate(file.rows()):
        out.write((b",\n" if place else b"\n") + json.dumps(row, ensure_ascii=False).encode())
    out.write(b"\n]}\n")


def _xlsx(file: PeriodFile, out: IO[bytes]) -> None:
    out.write(table_file("Kết quả", HEADER_TO_READ, file.rows_to_read(), [18] * len(HEADER)))


_PERIODS = {"month": "thang", "quarter": "quy", "year": "nam"}
_WRITERS: dict[str, tuple[Write, str]] = {
    "xlsx": (_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (_csv, "text/csv; charset=utf-8"),
    "json": (_json, "application/json"),
}
