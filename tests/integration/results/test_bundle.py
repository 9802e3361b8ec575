"""The file of a person's year: who takes it, what is in it, and the check without the system."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories.people import give_role
from tests.guards import outside_actions
from tests.integration.results import world
from thuocdo.audit.models import Event
from thuocdo.cli.main import run
from thuocdo.documents.bundle import write_bundle
from thuocdo.kernel.errors import Conflict, NotYours, Several
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Role
from thuocdo.results import actions
from thuocdo.results.models import YearPaper
from thuocdo.work.evidence import Upload
from thuocdo.work.storage import stored

AT = world.day_after(2, 20)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def year(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One confirmed month, corrected once."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    february = world.month_of_work(cast, 2, [cast.officer_appraised], late=1)
    confirmation: Any = february.sheets.get(person=cast.officer_appraised).confirmations.get()
    world.corrected(confirmation, cast, world.day_after(2, 8))
    return cast


def written(cast: Any, by: Any) -> bytes:
    out = BytesIO()
    write_bundle(by.user, cast.officer_appraised.pk, 2026, AT, out)
    return out.getvalue()


def test_the_file_holds_every_version_and_is_whole(
    year: Any, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = year.officer_appraised
    address = f"/ket-qua/ho-so/{person.pk}/2026/"
    client.force_login(year.inspector.user)
    answer: Any = client.get(address)
    data = b"".join(answer.streaming_content)
    (event,) = Event.objects.filter(code="sheet.bundle_taken")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        results = [json.loads(archive.read(n)) for n in names if n.startswith("ket-qua/")]
        assert archive.read("mau-02.pdf")[:5] == b"%PDF-"
    assert sum(n.startswith("mau-01/") for n in names) == 2
    assert sum(n.startswith("kien-nghi/") for n in names) == 1
    assert [(r["version"], r["in_force"]) for r in results] == [(1, False), (2, True)]
    path = tmp_path / "ho-so.zip"
    path.write_bytes(data)
    assert run(["verify-bundle", str(path)]) == 0
    said = capsys.readouterr().out
    assert json.loads(event.data)["manifest"] in said
    assert f"{len(names) - 1} tệp" in said
    client.force_login(person.user)
    own: Any = client.get(address)
    assert b"".join(own.streaming_content)[:2] == b"PK"
    assert Event.objects.filter(code="sheet.bundle_taken").count() == 1
    client.force_login(year.colleague.user)
    assert client.get(address).status_code == 404
    with pytest.raises(NotYours):
        written(year, year.stranger)


def changed(data: bytes, path: Path, *, edit: str = "", extra: str = "", drop: str = "") -> Path:
    """The same archive with one entry edited, added or dropped."""
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name != drop:
                new.writestr(name, old.read(name) + (b" " if name == edit else b""))
        if extra:
            new.writestr(extra, "x")
    return path


def test_a_changed_file_is_found_out(year: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(year, year.officer_appraised)
    for given, said in (
        ({"edit": "ho-so.json"}, "nội dung đã khác: ho-so.json"),
        ({"extra": "them.txt"}, "tệp không có trong manifest: them.txt"),
        ({"drop": "mau-02.pdf"}, "thiếu tệp mau-02.pdf"),
    ):
        assert run(["verify-bundle", str(changed(data, tmp_path / "x.zip", **given))]) == 1
        assert said in capsys.readouterr().out
    assert run(["verify-bundle", str(changed(data, tmp_path / "x.zip", drop="manifest.json"))]) == 3
    assert run(["verify-bundle", str(changed(data, tmp_path / "x.zip", edit="manifest.json"))]) == 0
    (tmp_path / "no.zip").write_bytes(b"PK not a zip")
    assert run(["verify-bundle", str(tmp_path / "no.zip")]) == 3
    assert run(["verify-bundle", str(tmp_path / "nowhere.zip")]) == 3


def filed(cast: Any, **changed: Any) -> YearPaper:
    """One paper filed by the officer in charge."""
    given: dict[str, Any] = {
        "person_id": cast.officer_appraised.pk, "year": 2026, "kind": "minutes", "number": "5/BB", "at": AT,
        "signed_on": AT.date(), "issued_by": "Văn phòng", "upload": Upload("bien ban.pdf", PDF),
        "by": cast.organisation_officer.user,
    }  # fmt: skip
    return actions.file_year_paper(**(given | changed))


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_papers_of_the_year_go_along_and_missing_ones_are_named(year: Any, settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    minutes, opinion = "biên bản cuộc họp", "ý kiến bằng văn bản của cấp ủy"
    cover = entries(written(year, year.inspector))["doc-toi.txt"].decode()
    assert "Chưa có trong hồ sơ" in cover
    assert minutes in cover.split("Chưa có")[1]
    first = filed(year)
    second = filed(year, replaces_id=first.pk, reason="Quét thiếu trang", upload=Upload("b.pdf", PDF + b"2%%EOF"))
    found = entries(written(year, year.inspector))
    cover = found["doc-toi.txt"].decode()
    assert minutes not in cover.split("Chưa có")[1]
    assert opinion in cover.split("Chưa có")[1]
    listed = json.loads(found["giay-to/danh-sach.json"])["papers"]
    assert [(one["path"], one["in_force"]) for one in listed] == [
        (f"giay-to/minutes-{first.pk}.pdf", False), (f"giay-to/minutes-{second.pk}.pdf", True),
    ]  # fmt: skip
    assert found[f"giay-to/minutes-{first.pk}.pdf"] == PDF == stored(first.sha256)
    filed(year, kind="opinion", upload=Upload("c.pdf", PDF + b"3%%EOF"))
    assert "Chưa có trong hồ sơ" not in entries(written(year, year.officer_appraised))["doc-toi.txt"].decode()
    codes = Event.objects.filter(code__startswith="year_paper").order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["year_paper.filed", "year_paper.replaced", "year_paper.filed"]
    assert Notice.objects.filter(user=year.officer_appraised.user, kind="year_paper.filed").exists()
    path = tmp_path / "x.zip"
    path.write_bytes(written(year, year.inspector))
    assert run(["verify-bundle", str(path)]) == 0


def test_only_the_officer_in_charge_files_a_whole_pdf_once(year: Any, settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    for stranger in (year.officer_appraised, year.head, year.inspector, year.stranger, year.colleague):
        with pytest.raises(NotYours):
            filed(year, by=stranger.user)
    give_role(year.officer_appraised, year.ward, Role.Kind.OFFICER)
    with pytest.raises(NotYours):
        filed(year, by=year.officer_appraised.user)
    with pytest.raises(Several) as refused:
        filed(year, kind="", number="", signed_on=None, issued_by="", upload=None)
    assert set(refused.value.problems) == {"kind", "number", "signed_on", "issued_by", "file"}
    png = b"\x89PNG\r\n\x1a\n"
    wrong = (("a.docx", b"PK"), ("a.png", png), ("a.pdf", b"GIF8"), ("a.pdf", PDF[:20]), ("a.pdf", b""))
    for name, content in wrong:
        with pytest.raises(Several) as refused:
            filed(year, upload=Upload(name, content))
        assert set(refused.value.problems) == {"file"}
    first = filed(year)
    with pytest.raises(Conflict, match="đã có"):
        filed(year)
    with pytest.raises(Several, match="Lý do thay"):
        filed(year, replaces_id=first.pk, upload=Upload("b.pdf", PDF + b"2%%EOF"))
    filed(year, replaces_id=first.pk, reason="Nhầm", upload=Upload("b.pdf", PDF + b"2%%EOF"))
    with pytest.raises(Conflict, match="đã được thay"):
        filed(year, replaces_id=first.pk, reason="Nhầm", upload=Upload("c.pdf", PDF + b"3%%EOF"))
    values = {field.attname: getattr(first, field.attname) for field in YearPaper._meta.concrete_fields}
    for forged in ({"added_by_id": first.account_id}, {"number": ""}, {"replace_reason": "x"}):
        with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
            YearPaper(**(values | {"id": None} | forged)).save(force_insert=True)


def test_the_page_of_the_papers(year: Any, settings: Any, tmp_path: Path, client: Client) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    address = f"/ket-qua/ho-so/{year.officer_appraised.pk}/2026/giay-to/"
    client.force_login(year.organisation_officer.user)
    refused = client.post(address, {"kind": "minutes", "number": "5/BB", "signed_on": "mai"})
    assert refused.status_code == 400
    assert 'value="5/BB"' in refused.content.decode()
    given = {"kind": "opinion", "number": "9-CV/ĐU", "signed_on": "01/03/2026", "issued_by": "Đảng ủy phường"}
    sent = client.post(address, given | {"file": SimpleUploadedFile("y kien.pdf", PDF)})
    assert sent.status_code == 302, sent.content.decode()
    (row,) = YearPaper.objects.all()
    page = client.get(f"{address}?thay={row.pk}").content.decode()
    assert "Vì sao thay" in page
    assert "biên bản cuộc họp" in page
    client.force_login(year.inspector.user)
    assert "Đính kèm giấy tờ" not in client.get(address).content.decode()
    file = client.get(f"/ket-qua/ho-so/giay-to/{row.pk}/")
    assert file.content == PDF
    assert file["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(code="sheet.year_viewed", actor=str(year.inspector.user.pk)).exists()
    client.force_login(year.colleague.user)
    assert client.get(address).status_code == 404
    assert client.get(f"/ket-qua/ho-so/giay-to/{row.pk}/").status_code == 404
