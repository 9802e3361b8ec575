"""The electronic file of a person's year as one ZIP with a manifest; written piece by piece, never held in memory."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO, Any

from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.documents.forms import mau_01, mau_02
from thuocdo.documents.render import to_pdf
from thuocdo.engine import Rulebook
from thuocdo.results.papers.models import YearPaper
from thuocdo.results.papers.queries import filed_with, is_old, missing_of
from thuocdo.results.person_file import PersonFile, name_of, person_file, pieces
from thuocdo.rulesets.versions import pinned_book
from thuocdo.work.storage import stored

FORMAT = "thuocdo-ho-so/1"
MANIFEST = "manifest.json"
README = """HỒ SƠ ĐIỆN TỬ VỀ THEO DÕI, ĐÁNH GIÁ CỦA MỘT NGƯỜI TRONG MỘT NĂM

Các kết quả trong hồ sơ theo: {rules}.

Có trong tệp này: mọi kết quả đã xác nhận (kể cả bản đã được thay), bản in Mẫu 01 và Mẫu 02, kiến nghị và trả lời,
số hiệu văn bản kết quả, điểm quý, 6 tháng, năm đã chốt, vị trí công tác và thời gian vắng; giấy tờ do cán bộ phụ trách
đính kèm nếu có.

{papers}

Kiểm tra tệp còn nguyên vẹn, không cần hệ thống: thuocdo verify-bundle TỆP.zip
Lệnh so từng tệp với mã SHA-256 trong manifest.json và in mã của chính manifest.json; mã đó được ghi trong nhật ký của
hệ thống khi người khác lấy hồ sơ.
"""


@dataclass(frozen=True)
class Bundle:
    """What was written: how many files, and the SHA-256 of the manifest."""

    reference: str
    files: int
    digest: str


def write_bundle(user: User, person_id: int, year: int, at: datetime, out: IO[bytes]) -> Bundle:
    """Write the file of the year to `out`, for whoever `person_file` admits. Raises NotYours, and Refusal where a
    rulebook of the year is not installed or fonts are missing."""
    file = person_file(user, person_id, year, localdate(at))
    listed: list[dict[str, Any]] = []
    moment = localtime(at).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, what, content in _contents(user, file, at):
            archive.writestr(zipfile.ZipInfo(path, moment), content, zipfile.ZIP_DEFLATED)
            listed.append({"path": path, "what": what, "bytes": len(content), "sha256": sha256(content).hexdigest()})
        manifest = _json(
            {
                "format": FORMAT,
                "person": {"code": file.person.code, "name": file.person.full_name},
                "year": year,
                "made_at": localtime(at).isoformat(),
                "files": listed,
            }
        )
        archive.writestr(zipfile.ZipInfo(MANIFEST, moment), manifest, zipfile.ZIP_DEFLATED)
    return Bundle(f"ho-so_{file.person.pk}_{year}", len(listed), sha256(manifest).hexdigest())


def _contents(user: User, file: PersonFile, at: datetime) -> Iterator[tuple[str, str, bytes]]:
    books = {row.pk: pinned_book(row.rulebook, row.overlays, row.rulebook_hash) for row in file.results}
    rules = "; ".join(dict.fromkeys(book.title for book in books.values()))
    papers = filed_with(file)
    cover = README.format(rules=rules or "chưa có kết quả", papers=_papers_words(papers))
    yield "doc-toi.txt", "tệp này là gì và kiểm tra thế nào", cover.encode()
    for row in file.results:
        if isinstance(books[row.pk], Rulebook):
            form = mau_01(user, row.sheet_id, row.number)
            yield f"mau-01/{name_of(row)}.pdf", "Mẫu 01", to_pdf(form)
    if file.monthly and file.results and _in_points(file):
        yield "mau-02.pdf", "Mẫu 02 (dự thảo, chưa xếp loại)", to_pdf(mau_02(user, file.person.pk, file.year, at))
    for path, what, content in pieces(file):
        yield path, what, _json(content)
    if papers:
        yield "giay-to/danh-sach.json", "danh sách giấy tờ đính kèm", _json({"papers": [_listed(p) for p in papers]})
    for paper in papers:
        yield _path(paper), paper.get_kind_display(), stored(paper.sha256)


def _path(row: YearPaper) -> str:
    return f"giay-to/{row.kind}-{row.pk}.pdf"


def _papers_words(rows: tuple[YearPaper, ...]) -> str:
    """What was filed beside the results, and what Điều 24 names that nobody filed, for the cover."""
    said = [
        f"- {_path(row)}: {row.get_kind_display()} số {row.number} ngày {row.signed_on:%d/%m/%Y}, {row.issued_by}"
        + (" (đã được thay bằng bản khác)" if is_old(row) else "")
        for row in rows
    ]
    missing = [f"- {words}" for words in missing_of(rows)]
    parts = [*(["Giấy tờ đính kèm:", *said] if said else [])]
    parts += ["Chưa có trong hồ sơ, cần cán bộ phụ trách đính kèm hoặc lưu riêng:", *missing] if missing else []
    return "\n".join(parts)


def _listed(row: YearPaper) -> dict[str, Any]:
    return {
        "path": _path(row),
        "kind": row.get_kind_display(),
        "number": row.number,
        "signed_on": row.signed_on.isoformat(),
        "issued_by": row.issued_by,
        "agency": row.agency.name,
        "sha256": row.sha256,
        "replaces": row.replaces_id,
        "replace_reason": row.replace_reason,
        "in_force": not is_old(row),
        "added_at": localtime(row.added_at).isoformat(),
    }


def _in_points(file: PersonFile) -> bool:
    """Whether the last sheet of the year counts converted products, so that the decree's form of the year is its."""
    last = file.results[-1]
    return isinstance(pinned_book(last.rulebook, last.overlays, last.rulebook_hash), Rulebook)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()
