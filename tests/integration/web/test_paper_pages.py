"""Pages of entries from paper: list, form, marks on every page of the sheet, objection; both shapes of rulebook."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast, build_cast
from tests.clients import signed_in
from tests.factories.months import OPENED, judgement, make_task, marks, open_month, sheet_of
from tests.factories.people import give_role
from tests.factories.schemes import HA_NOI, bound, opened_period
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import PaperEntry
from thuocdo.organisation.models import Role
from thuocdo.records.models import Absence

pytestmark = pytest.mark.django_db
MARK = "nhập thay từ bản giấy"


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Any) -> Cast:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    found = build_cast()
    make_task(found.officer_appraised, found.economy, reported=False, giver=found.task_giver.user)
    return found


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_a_paper_is_entered_marked_and_objected_to(cast: Cast, at: datetime) -> None:
    month = open_month(cast.ward, cast.organisation_officer)
    sheet, task = sheet_of(month, cast.officer_appraised), cast.officer_appraised.tasks.get()
    office, owner = signed_in(cast.organisation_officer), signed_in(cast.officer_appraised)
    path = f"/nhap-thay/{sheet.pk}/"
    assert f'href="{path}"' in read(office, "/nhap-thay/?tim=hong+ngoc")
    assert task.title in read(office, path)
    typed = {"version": str(sheet.version), "do": "enter", "signed_on": "27/02/2026", "strengths": "Đúng hạn."}
    typed |= {f"mark:{slug}": text for slug, text in marks().items()}
    refused = office.post(path, typed | {"mark:political_ethics": "99"})
    shown = refused.content.decode()
    assert refused.status_code == 400
    assert 'value="99"' in shown
    assert "Đúng hạn." in shown
    tried = office.post(path, typed | {"do": "try", f"task:{task.pk}:completed": "bốn"})
    assert (tried.status_code, f"task-{task.pk}-completed" in tried.content.decode()) == (400, True)
    assert "chưa có căn cứ" in office.post(path, typed | {"unreported_ok": "1"}).content.decode().lower()
    typed |= {f"task:{task.pk}:version": str(task.version)}
    typed |= {f"task:{task.pk}:{name}": "4" for name in ("completed", "quality_met")}
    typed |= {f"task:{task.pk}:on_time": "3", f"task:{task.pk}:late": "1"}  # as signed, whatever it may mean
    scan = SimpleUploadedFile("phiếu ký.pdf", b"%PDF-1.7 x")
    assert office.post(path, typed | {"file": scan}).status_code == 302
    assert PaperEntry.objects.get().scan_name == "phiếu ký.pdf"
    task.refresh_from_db()
    assert (task.completed, task.on_time, task.late) == (400, 300, 1)
    assert MARK in read(owner, f"/phieu/{sheet.pk}/")
    assert MARK in read(owner, f"/phieu/{sheet.pk}/vi-sao/")
    assert MARK in read(owner, f"/phieu/{sheet.pk}/bien-nhan/")
    head = signed_in(cast.head)
    assert MARK in read(head, f"/danh-gia/{month.pk}/")
    assert MARK in read(head, f"/danh-gia/phieu/{sheet.pk}/")
    assert owner.get(f"{path}ban-chup/").content == b"%PDF-1.7 x"
    assert signed_in(cast.stranger).get(f"{path}ban-chup/").status_code == 404
    assert office.get(path).status_code == 409
    objecting = f"/phieu/{sheet.pk}/khong-dong-y/"
    assert objecting in read(owner, f"/phieu/{sheet.pk}/")
    version = {"version": str(sheet_of(month, cast.officer_appraised).version)}
    assert owner.post(objecting, version).status_code == 400
    assert owner.post(objecting, version | {"reason": "Điểm khác."}).status_code == 302
    assert owner.get(objecting).status_code == 302
    assert "đang lập" in read(owner, f"/phieu/{sheet.pk}/")
    assert "Đã nhập thay" in read(office, "/nhap-thay/")


def test_the_history_and_the_result_carry_the_mark(cast: Cast, at: datetime) -> None:
    month = open_month(cast.ward, cast.organisation_officer)
    sheet = sheet_of(month, cast.officer_appraised)
    office = signed_in(cast.organisation_officer)
    typed = {"version": str(sheet.version), "signed_on": "27/02/2026", "number": "12", "unreported_ok": "1"}
    typed |= {f"mark:{slug}": text for slug, text in marks().items()}
    assert office.post(f"/nhap-thay/{sheet.pk}/", typed).status_code == 302
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    version = sheet_of(month, cast.officer_appraised).version
    actions.confirm(sheet_id=sheet.pk, version=version, judgement=judgement(), by=cast.head.user, at=at)
    owner = signed_in(cast.officer_appraised)
    for path in ("/lich-su/", f"/phieu/{sheet.pk}/vi-sao/", f"/phieu/{sheet.pk}/"):
        assert MARK in read(owner, path), path
    assert owner.get(f"/phieu/{sheet.pk}/mau-01.pdf").status_code == 200


def test_a_signed_judgement_is_entered_marked_and_objected_to(cast: Cast, at: datetime) -> None:
    with outside_actions():
        away = {"start": date(2026, 2, 2), "end": date(2026, 2, 7)}
        Absence.objects.create(person=cast.officer_appraised, kind="sick_leave", **away)
    month = open_month(cast.ward, cast.organisation_officer)
    sheet = sheet_of(month, cast.officer_appraised)
    office, head, owner = map(signed_in, (cast.organisation_officer, cast.head, cast.officer_appraised))
    typed = {"version": str(sheet.version), "signed_on": "27/02/2026", "number": "12", "unreported_ok": "1"}
    typed |= {f"mark:{slug}": text for slug, text in marks().items()}
    give_role(cast.office_head, cast.ward, Role.Kind.OFFICER)
    other = signed_in(cast.office_head)
    assert other.post(f"/nhap-thay/{sheet.pk}/", typed).status_code == 302
    path = f"/nhap-thay/{sheet.pk}/nhan-xet/"
    assert f'href="{path}"' in read(office, "/nhap-thay/")
    assert f'href="{path}"' not in read(other, "/nhap-thay/")
    assert "không nhập cả phần nhận xét" in other.get(path).content.decode()
    form = read(office, path)
    assert 'name="comment"' in form
    assert "02/02/2026" in form[form.index("Trường hợp riêng trong kỳ") : form.index("Ý kiến nhận xét</h2>")]
    assert "nhập nguyên văn vào “Ý kiến nhận xét”" in form
    assert f"/danh-gia/phieu/{sheet.pk}/truong-hop/" not in form
    for stranger in (head, owner, other, signed_in(cast.stranger)):
        assert stranger.get(path).status_code == 403
    given = {"version": str(sheet_of(month, cast.officer_appraised).version), "comment": "Hoàn thành tốt."}
    refused = office.post(path, given | {"do": "enter", "signed_on": "27/02/2026"})
    assert refused.status_code == 400
    assert "Hoàn thành tốt." in refused.content.decode()
    assert office.post(path, given | {"do": "try"}).status_code == 200
    scan = SimpleUploadedFile("a.pdf", b"%PDF-1.7 y")
    sent = given | {"do": "enter", "signed_on": "28/02/2026", "number": "15", "file": scan}
    assert office.post(path, sent).status_code == 302
    assert office.get(path).status_code == 409
    mark = f"nhận xét {MARK}"
    for who, page in (
        (owner, f"/phieu/{sheet.pk}/vi-sao/"),
        (owner, f"/phieu/{sheet.pk}/"),
        (head, f"/danh-gia/{month.pk}/"),
        (head, f"/danh-gia/phieu/{sheet.pk}/"),
    ):
        assert mark in read(who, page), page
    assert head.get(f"/nhap-thay/{sheet.pk}/ban-chup/?phan=nhan-xet").content == b"%PDF-1.7 y"
    objecting = f"/danh-gia/phieu/{sheet.pk}/khong-dong-y/"
    assert objecting in read(head, f"/danh-gia/phieu/{sheet.pk}/")
    version = {"version": str(sheet_of(month, cast.officer_appraised).version)}
    assert "khác với bản" in read(head, objecting)
    assert head.post(objecting, version).status_code == 400
    assert head.post(objecting, version | {"reason": "Điểm khác."}).status_code == 302
    assert head.get(objecting).status_code == 302
    judging = read(head, f"/danh-gia/phieu/{sheet.pk}/")
    assert "Xác nhận kết quả" in judging
    assert "Trả lại để người nộp bổ sung" not in judging
    read(owner, f"/phieu/{sheet.pk}/")


def test_a_paper_under_a_scheme(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    month = opened_period(cast)
    sheet = sheet_of(month, cast.colleague)
    office = signed_in(cast.organisation_officer)
    path = f"/nhap-thay/{sheet.pk}/"
    assert 'name="fields.marks.discipline"' in read(office, path)
    typed = {"version": str(sheet.version), "signed_on": f"{OPENED:%d/%m/%Y}", "number": "12"}
    refused = office.post(path, typed | {"fields.marks.discipline": "21"})
    assert refused.status_code == 400
    assert 'value="21"' in refused.content.decode()
