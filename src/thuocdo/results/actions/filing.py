"""Papers filed with a person's year by the organisation officer (NĐ 335 Điều 24), replaced only by a new version."""

from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Person
from thuocdo.results.papers.models import YearPaper
from thuocdo.results.papers.queries import agency_kept_for, is_old
from thuocdo.results.papers.rules import MOST_PAPERS, checked_pdf
from thuocdo.work.evidence import Upload
from thuocdo.work.storage import keep


@action
def file_year_paper(
    *,
    person_id: int,
    year: int,
    kind: str,
    number: str,
    signed_on: date | None,
    issued_by: str,
    upload: Upload | None,
    replaces_id: int = 0,
    reason: str = "",
    by: User,
    at: datetime,
) -> YearPaper:
    """File a PDF with the year of a person in a period that the user looks after, never one's own; `replaces_id` with a
    reason puts it in the place of an older version, which stays.

    Raises NotYours, Conflict (replaced already, the same file is there), and all faults of the form at once.
    """
    on = localdate(at)
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    place = agency_kept_for(by, person, year, on) if person is not None else None
    if person is None or place is None:
        raise NotYours()
    agency, chain = place
    filed = YearPaper.objects.filter(person__in=identities(person.pk), year=year, agency=agency)
    standing = {row.pk: row for row in filed.select_related("replaced_by") if not is_old(row)}
    old = _to_replace(standing, replaces_id)
    read = Reading()
    if kind not in YearPaper.Kind.values:
        read(_refuse, "kind", "Loại giấy tờ: chưa chọn. Hãy chọn một loại.")
    number = read(text_from, number, "Số, ký hiệu", "number", 80)
    if signed_on is None or signed_on > on:
        read(_refuse, "signed_on", "Ngày văn bản: hãy ghi ngày không sau hôm nay, ví dụ 05/12/2026.")
    issued_by = read(text_from, issued_by, "Cơ quan, tổ chức lập", "issued_by", 160)
    name = read(checked_pdf, upload)
    reason = read(text_from, reason, "Lý do thay", "reason", 500) if old else ""
    read.done()
    assert upload is not None, "refused above"
    assert signed_on is not None, "refused above"
    if old is None and len(standing) >= MOST_PAPERS:
        raise Refusal("year_paper.many", f"Mỗi hồ sơ năm có tối đa {MOST_PAPERS} giấy tờ. Hãy gộp tệp.", field="file")
    digest = keep(upload.content)
    if any(row.sha256 == digest for row in standing.values()):
        raise Conflict("Đúng tệp này đã có trong hồ sơ năm. Hãy tải lại trang.")
    made = YearPaper.objects.create(
        person=person, year=year, agency_id=agency, kind=kind, number=number, signed_on=signed_on,
        issued_by=issued_by, file_name=name, size=len(upload.content), sha256=digest, replaces=old,
        replace_reason=reason, account=person.user, added_by=by, added_at=at,
    )  # fmt: skip
    notify(
        users=[person.user], kind="year_paper.filed", path=f"/ket-qua/ho-so/{person.pk}/{year}/giay-to/", at=at,
        text=f"Hồ sơ năm {year} của ông/bà có giấy tờ mới.",
    )  # fmt: skip
    code = "year_paper.replaced" if old else "year_paper.filed"
    data = {"kind": YearPaper.Kind(made.kind).label, "year": year}
    record(chain=chain, code=code, by=by, at=at, objects=[made], data=data)
    return made


def _to_replace(standing: dict[int, YearPaper], key: int) -> YearPaper | None:
    if not key:
        return None
    if key not in standing:
        raise Conflict("Giấy tờ này đã được thay bằng bản khác. Hãy tải lại trang để xem bản mới nhất.")
    return standing[key]


def _refuse(field: str, message: str) -> None:
    raise Refusal(f"year_paper.{field}", message, field=field)
