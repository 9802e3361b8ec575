"""Sources, items and a file for counting queries."""

from typing import Any

from tests.integration.web.crowd import AT, Crowd
from thuocdo.inflow.actions import create_source, deliver, preview_file
from thuocdo.inflow.payloads import Offer, TaskContent, content_of
from thuocdo.inflow.typed import Settings


def build(people: Crowd, rows: int) -> dict[str, Any]:
    """`rows` sources, `rows` waiting items in one of them, and a file of `rows` rows."""
    act: Any = {"by": people.officer.user, "at": AT}
    made = [
        create_source(unit_id=people.place.pk, kind="file", settings=Settings(name=f"Nguồn {n}"), **act).source
        for n in range(rows)
    ]
    offers = [
        Offer(f"vb-{n}", content_of(TaskContent(title=f"Việc {n}", person="LA", due_date=AT.date())))
        for n in range(rows)
    ]
    deliver(source_id=made[0].pk, offers=offers, **act)
    header = "Mã ở nguồn (số văn bản),Tên việc (trích yếu),Người xử lý (mã),Hạn"
    lines = [header, *(f"moi-{n},Việc {n},LA,25/03/2026" for n in range(rows))]
    content = "\n".join(lines).encode()
    file = preview_file(source_id=made[0].pk, file_name="viec.csv", content=content, whole=False, **act)
    return {"source": made[0].pk, "source_file": file.pk}
