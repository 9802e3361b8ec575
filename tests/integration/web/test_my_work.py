"""“Việc của tôi”: own tasks of a month, proposing, evidence, causes, explanations, taking over, shares."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.clients import signed_in
from tests.guards import outside_actions
from tests.integration.web.office import ready_cast, set_clock, text_of
from thuocdo.organisation.models import Person
from thuocdo.work.models import CauseClaim, Clarification, Evidence, Product, Task, UncountableChoice

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 20, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MONTH = "?thang=2&nam=2026"
PDF = b"%PDF-1.7 bao cao"


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Cast:
    set_clock(monkeypatch, AT)
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return ready_cast()


def own_task(person: Person) -> Task:
    return Task.objects.filter(person=person).order_by("pk")[0]


def step(client: Client, task: Task, name: str, **fields: Any) -> Any:
    task.refresh_from_db()
    return client.post(f"/cong-viec/{task.pk}/{name}/", {"version": str(task.version), **fields})


def test_the_month_lists_tasks_and_takes_a_report_in_one_press(cast: Cast) -> None:
    client, task = signed_in(cast.officer_appraised), own_task(cast.officer_appraised)
    page = client.get(f"/cong-viec/{MONTH}")
    assert page.status_code == 200
    assert task.title in text_of(page)
    mine = Task.objects.filter(person=cast.officer_appraised, month="2026-02-01", state="active")
    with outside_actions():
        mine.update(reported_at=None, handed_back=False)
    later = client.get("/cong-viec/?thang=3&nam=2026").content.decode()
    assert f"Tháng 2/2026 còn {mine.count()} việc chưa báo cáo" in later
    assert 'href="/cong-viec/?thang=2&amp;nam=2026">Báo cáo việc tháng 2/2026' in later
    assert "chưa báo cáo. <a" not in page.content.decode(), "no month before it"
    done = step(client, task, "bao-cao", whole="1", back_to_list="1")
    assert (done.status_code, done.url) == (302, f"/cong-viec/?thang=2&nam=2026#viec-{task.pk}")
    task.refresh_from_db()
    assert task.completed == task.quality_met == task.on_time == task.assigned
    with outside_actions():
        mine.update(reported_at=AT)
    assert "việc chưa báo cáo" not in client.get("/cong-viec/?thang=3&nam=2026").content.decode()
    each = {"quality_errors": "5", "late": "1", "quality_errors_each": "1;1;3", "late_each": "1"}
    assert step(client, task, "bao-cao", completed="4", quality_met="4", on_time="3", **each).status_code == 302
    task.refresh_from_db()
    assert (task.on_time, task.quality_errors_each, task.late_each) == (300, "1; 1; 3", "1")
    wrong = step(client, task, "bao-cao", completed="1", quality_met="2", on_time="0", quality_errors="", late="")
    assert wrong.status_code == 400
    assert 'href="#quality_met"' in wrong.content.decode()
    assert 'value="2"' in wrong.content.decode(), "what was typed is kept"


def test_a_proposal_goes_to_the_head_and_back(cast: Cast) -> None:
    client, head = signed_in(cast.officer_appraised), signed_in(cast.head)
    again = client.get(f"/cong-viec/de-xuat/{MONTH}&nhu={own_task(cast.officer_appraised).pk}")
    assert f'value="{own_task(cast.officer_appraised).title}"' in again.content.decode()
    form = {"title": "Số hóa hồ sơ", "coefficient": "1,5", "assigned": "20", "due_date": "27/02/2026", "is_hard": "1"}
    bad = client.post(f"/cong-viec/de-xuat/{MONTH}", form | {"assigned": "hai"})
    assert bad.status_code == 400
    assert "Số hóa hồ sơ" in bad.content.decode()
    assert client.post(f"/cong-viec/de-xuat/{MONTH}", form).status_code == 302
    task = Task.objects.get(state="proposed")
    assert (task.coefficient, task.assigned, task.is_hard) == (150, 2000, True)
    assert "chờ duyệt" in text_of(client.get(f"/cong-viec/{MONTH}"))
    assert "1 việc tự đề xuất chờ ông/bà duyệt" in text_of(head.get("/"))
    assert "Duyệt đề xuất" in text_of(head.get(f"/cong-viec/{task.pk}/"))
    assert step(head, task, "khong-duyet", answer="").status_code == 400
    assert step(head, task, "duyet", coefficient="1", assigned="10", answer="Bớt").status_code == 302
    task.refresh_from_db()
    assert (task.state, task.coefficient, task.assigned, task.given_by) == ("active", 100, 1000, cast.head.user)


def test_work_hard_to_count_says_who_must_decide_until_the_agency_has_chosen(cast: Cast) -> None:
    client, officer = signed_in(cast.officer_appraised), signed_in(cast.organisation_officer)
    form = {"title": "Trực bão", "assigned": "16", "due_date": "27/02/2026", "uncountable": "1"}
    refused = client.post(f"/cong-viec/de-xuat/{MONTH}", form)
    assert refused.status_code == 400
    assert "Người đứng đầu cơ quan quyết định" in text_of(refused)
    choice = {
        "agency": str(cast.economy.pk), "way": "hours", "hours": "8", "text": "Quy chế", "decided_by": "Chủ tịch",
        "decided_on": "01/02/2026", "start": "15/02/2026",
    }  # fmt: skip
    assert officer.post("/to-chuc/viec-kho-luong-hoa/", choice).status_code == 400
    assert officer.post("/to-chuc/viec-kho-luong-hoa/", choice | {"start": "01/02/2026"}).status_code == 302
    assert UncountableChoice.objects.get().hours == 800
    assert "8 giờ" in text_of(officer.get("/to-chuc/viec-kho-luong-hoa/"))
    assert client.post(f"/cong-viec/de-xuat/{MONTH}", form).status_code == 302
    page = text_of(client.get(f"/cong-viec/{Task.objects.get(uncountable=True).pk}/"))
    assert "Lựa chọn của cơ quan, không phải quy định của luật" in page


def add_file(client: Client, task: Task, name: str = "Báo cáo.pdf", content: bytes = PDF) -> Any:
    return step(client, task, "minh-chung", kind="file", file=SimpleUploadedFile(name, content))


def test_evidence_is_an_attachment_for_those_who_may_see_the_task(cast: Cast) -> None:
    client, task = signed_in(cast.officer_appraised), own_task(cast.officer_appraised)
    assert add_file(client, task, "../../bao\u202efdp cáo.pdf").status_code == 302
    row = Evidence.objects.get()
    for person in (cast.officer_appraised, cast.head, cast.organisation_officer, cast.inspector):
        answer = signed_in(person).get(f"/cong-viec/minh-chung/{row.pk}/tep/")
        assert (answer.status_code, answer.content) == (200, PDF), person
        assert answer["Content-Disposition"].startswith("attachment;")
        assert "%2F" not in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/pdf"


def test_abuse_31_a_page_that_calls_itself_pdf_is_refused_in_words(cast: Cast) -> None:
    client, task = signed_in(cast.officer_appraised), own_task(cast.officer_appraised)
    refused = add_file(client, task, "a.pdf", b"<html><script>alert(1)</script>")
    assert refused.status_code == 400
    assert "không phải là .pdf" in text_of(refused)
    link = step(client, task, "minh-chung", kind="link", text="javascript:alert(1)")
    assert link.status_code == 400
    assert 'href="javascript:' not in link.content.decode()
    assert Evidence.objects.count() == 0


def test_abuse_28_markup_in_names_is_shown_as_text(cast: Cast) -> None:
    client, task = signed_in(cast.officer_appraised), own_task(cast.officer_appraised)
    step(client, task, "minh-chung", kind="document", text="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in client.get(f"/cong-viec/{task.pk}/").content.decode()


def test_abuse_2_tasks_evidence_causes_and_explanations_of_others_are_not_found(cast: Cast) -> None:
    client, head, task = signed_in(cast.officer_appraised), signed_in(cast.head), own_task(cast.officer_appraised)
    add_file(client, task)
    step(client, task, "bao-cao", completed="1", quality_met="1", on_time="1", quality_errors="0", late="1")
    step(client, task, "nguyen-nhan", occurrences="1", text="Mất điện")
    step(head, task, "yeu-cau-giai-trinh", question="Vì sao?", due="25/02/2026")
    evidence, claim, asked = Evidence.objects.get(), CauseClaim.objects.get(), Clarification.objects.get()
    other = own_task(cast.colleague)
    for person in (cast.colleague, cast.head_elsewhere, cast.stranger):
        by = signed_in(person)
        assert by.get(f"/cong-viec/{task.pk}/").status_code == 404
        assert by.get(f"/cong-viec/minh-chung/{evidence.pk}/tep/").status_code == 404
        assert step(by, task, "bao-cao", whole="1").status_code == 404
    colleague = signed_in(cast.colleague)
    through_own = (
        ("rut-minh-chung", {"evidence": evidence.pk, "reason": "x"}),
        ("xac-nhan-nguyen-nhan", {"claim": claim.pk, "confirmed": "1", "reason": "x"}),
        ("giai-trinh", {"clarification": asked.pk, "answer": "x"}),
        ("minh-chung", {"kind": "document", "text": "1", "replaces": evidence.pk}),
        ("khong-co", {}),
    )
    for name, fields in through_own:
        assert step(colleague, other, name, **fields).status_code == 404, name
    assert Evidence.objects.count() == 1
    for row in (claim, asked):
        row.refresh_from_db()
    assert (claim.state, asked.answer) == ("waiting", "")


def test_a_cause_and_an_explanation_go_back_and_forth(cast: Cast) -> None:
    client, head, task = signed_in(cast.officer_appraised), signed_in(cast.head), own_task(cast.officer_appraised)
    step(client, task, "bao-cao", completed="1", quality_met="1", on_time="1", quality_errors="0", late="1")
    assert step(client, task, "nguyen-nhan", occurrences="2", text="Mất điện").status_code == 400
    assert step(client, task, "nguyen-nhan", occurrences="1", text="Mất điện").status_code == 302
    claim = CauseClaim.objects.get()
    assert "1 nguyên nhân khách quan chờ ông/bà xác nhận" in text_of(head.get("/"))
    assert step(head, task, "xac-nhan-nguyen-nhan", claim=claim.pk, confirmed="x", reason="").status_code == 400
    assert step(head, task, "xac-nhan-nguyen-nhan", claim=claim.pk, confirmed="1", reason="Đúng").status_code == 302
    task.refresh_from_db()
    assert task.late_excused == 1
    assert step(head, task, "yeu-cau-giai-trinh", question="Vì sao?", due="25/02/2026").status_code == 302
    assert "chưa trả lời" in text_of(client.get(f"/cong-viec/{MONTH}"))
    assert "Giải trình về một công việc" in text_of(client.get("/"))
    assert "Chờ giải trình đã yêu cầu" in text_of(head.get("/"))
    asked = Clarification.objects.get()
    assert step(client, task, "giai-trinh", clarification=asked.pk, answer="Chờ thuế").status_code == 302
    assert "Chờ thuế" in text_of(head.get(f"/cong-viec/{task.pk}/"))


def test_a_task_is_handed_back_and_a_colleague_takes_it_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client, colleague, task = (
        signed_in(cast.officer_appraised), signed_in(cast.colleague), own_task(cast.officer_appraised)
    )  # fmt: skip
    assert step(client, task, "bao-khong-lam-duoc", reason="").status_code == 400
    assert step(client, task, "bao-khong-lam-duoc", reason="Ốm").status_code == 302
    assert "cần người nhận thay" in text_of(colleague.get(f"/cong-viec/{MONTH}"))
    path = f"/cong-viec/{task.pk}/nhan-thay/{MONTH}"
    assert path.replace("&", "&amp;") in colleague.get(f"/cong-viec/{MONTH}").content.decode()
    set_clock(monkeypatch, datetime(2026, 3, 2, 9, tzinfo=AT.tzinfo))
    refused = colleague.post(path, {"due_date": "30/02/2026"})
    assert (refused.status_code, "Việc của tôi tháng 2/2026" in text_of(refused)) == (400, True)
    assert f'id="nhan-{task.pk}" name="due_date" value="30/02/2026"' in refused.content.decode()
    assert f'href="#nhan-{task.pk}"' in refused.content.decode()
    assert colleague.post(path, {"due_date": "27/02/2026"}).status_code == 302
    late = signed_in(cast.deputy).post(path, {"due_date": "27/02/2026"})
    assert (late.status_code, "đã nhận thay việc này" in text_of(late)) == (409, True)
    assert Task.objects.filter(taken_over_from=task).count() == 1
    refused = step(signed_in(cast.head), task, "giao-thay", person=str(cast.deputy.pk), due_date="27/02/2026")
    assert refused.status_code == 409


def test_no_form_asks_for_a_coefficient_that_the_catalogue_gives(cast: Cast) -> None:
    client, head, task = signed_in(cast.officer_appraised), signed_in(cast.head), own_task(cast.officer_appraised)
    with outside_actions():
        product = Product.objects.create(
            agency=task.agency, code="SP-7", name="Trả kết quả", complexity=2, coefficient=130, start=task.month
        )
    form = {"product": product.pk, "assigned": "4", "due_date": "27/02/2026"}
    assert client.post(f"/cong-viec/de-xuat/{MONTH}", form).status_code == 302
    made = Task.objects.get(product=product)
    page = head.get(f"/cong-viec/{made.pk}/").content.decode()
    assert "Hệ số quy đổi: 1,3" in page
    assert 'name="coefficient"' not in page
    assert step(head, made, "duyet", assigned="4", coefficient="9").status_code == 400
    assert step(head, made, "duyet", assigned="4").status_code == 302
    path = f"/giao-viec/cong-viec/{made.pk}/"
    assert 'name="coefficient"' not in head.get(path).content.decode()
    made.refresh_from_db()
    change = {"title": "Trả kết quả", "assigned": "5", "due_date": "27/02/2026", "version": made.version}
    refused = head.post(path, change | {"coefficient": "9"})
    assert (refused.status_code, "khác danh mục (1,3)" in text_of(refused)) == (400, True)
    assert head.post(path, change).status_code == 302
    made.refresh_from_db()
    assert (made.coefficient, made.assigned) == (130, 500)
    other = own_task(cast.officer_appraised)
    assert 'name="coefficient"' in head.get(f"/giao-viec/cong-viec/{other.pk}/").content.decode()


def test_a_product_is_split_on_the_page(cast: Cast) -> None:
    head, task = signed_in(cast.head), own_task(cast.officer_appraised)
    rows = {
        "share-0-person": str(cast.officer_appraised.pk), "share-0-month": "2/2026", "share-0-assigned": "1",
        "share-0-due": "27/02/2026",
        "share-1-person": str(cast.colleague.pk), "share-1-month": "13/2026", "share-1-assigned": "1",
        "share-1-due": "27/02/2026",
    }  # fmt: skip
    wrong = step(head, task, "chia-phan", **rows)
    assert wrong.status_code == 400
    assert "không có tháng 13" in text_of(wrong)
