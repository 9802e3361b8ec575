"""The file of a person's year: who takes it, what is in it, and the check without the system."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.integration.results import world
from thuocdo.audit.models import Event
from thuocdo.cli.main import run
from thuocdo.documents.bundle import write_bundle
from thuocdo.kernel.errors import NotYours

AT = world.day_after(2, 20)


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
