"""The pages of opinions about subjects of the year's round, from beginning one to reading what was said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.clients import page_of
from tests.factories.rounds import AT, Ward
from tests.integration.opinions.year_world import answered, asked_ward, fresh, staff_of
from tests.standing import standing
from thuocdo.audit.models import Event
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.models import OpinionRound

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@standing
def ward(db: None) -> Ward:
    return asked_ward()


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_from_the_list_to_what_was_said(ward: Ward, client: Client) -> None:
    place = f"dot={ward.round.pk}&don-vi={ward.units['place'].pk}"
    client.force_login(ward.user("officer"))
    assert "Lập đợt lấy ý kiến cho kiểm điểm, xếp loại của năm" in page_of(client.get("/y-kien/"))
    page = page_of(client.get(f"/y-kien/lap-nam/?{place}&loai=party_member"))
    assert "Điều 17 Quy định 366-QĐ/TW (nguồn chắc chắn)" in page
    assert "Lê Phó Một" in page
    assert "Đỗ Tổ Chức" not in page.split("Lấy ý kiến về ai")[1].split("</fieldset>")[0]
    member = ward.subject("party_member", "Lê Phó Một")
    form = {
        "dot": str(ward.round.pk), "don-vi": str(ward.units["place"].pk), "loai": "party_member", "secret": "1",
        "subjects": [str(member.pk)], "question-1": "Kết quả", "kind-1": "points", "maximum-1": "100",
        "question-2": "Đoàn kết", "kind-2": "agree", "threshold": "5", "told": "figures", "closes_on": "01/12/2025",
        "shows_self": "1",
    }  # fmt: skip
    refused = client.post("/y-kien/lap-nam/", form)
    assert refused.status_code == 400
    assert f'href="#self-{member.pk}"' in page_of(refused)
    made = client.post("/y-kien/lap-nam/", form | {f"self-{member.pk}": "Hoàn thành tốt nhiệm vụ"})
    one = OpinionRound.objects.get()
    path = f"/y-kien/{one.pk}/"
    assert made.headers["Location"] == path
    raters = [str(person.pk) for person in staff_of(ward)]
    party = {"do": "party", "version": "1", "group": "colleague", "questions": ["1", "2"], "raters": raters}
    assert client.post(path, party).status_code == 302
    assert "Thiếu một bên:" in page_of(client.get(path))
    bodies = {"do": "bodies", "version": "2", "group": "residence", "questions": ["2"], "bodies": "Chi ủy khu phố 3"}
    wrong = client.post(path, bodies | {"bodies": "Chi ủy | XX9"})
    assert (wrong.status_code, "Chi ủy | XX9" in page_of(wrong)) == (400, True)
    assert client.post(path, bodies).status_code == 302
    assert "Thiếu một bên:" not in page_of(client.get(path))
    assert client.post(path, {"do": "send", "version": "3"}).status_code == 302
    client.force_login(ward.user("s1"))
    assert "Hoàn thành tốt nhiệm vụ" in page_of(client.get(f"{path}tra-loi/"))
    for rater in staff_of(ward):
        answered(one, rater)
    _paper(ward, client, one, path)
    client.force_login(ward.user("officer"))
    assert client.post(path, {"do": "close", "version": str(fresh(one).version)}).status_code == 302
    about = f"/y-kien/ve/{member.pk}/"
    client.force_login(ward.user("chief"))
    page = page_of(client.get(about))
    assert "từ 80% trở lên đồng ý" in page
    assert "Chi ủy khu phố 3" in page
    client.get(about)
    assert Event.objects.filter(code="opinions.viewed", actor=str(ward.user("chief").pk)).count() == 1
    for stranger in ("s1", "vice", "chair"):
        client.force_login(ward.user(stranger))
        assert client.get(about).status_code == 404, "nobody else, nor the person on this page"


def _paper(ward: Ward, client: Client, one: OpinionRound, path: str) -> None:
    """The form of a body is printed, entered with its scan by one officer and confirmed by the other."""
    body, key = OpinionBody.objects.get(), one.subjects.get().pk
    client.force_login(ward.user("officer"))
    assert "Kính gửi: <b>Chi ủy khu phố 3</b>" in page_of(client.get(f"/y-kien/tap-the/{body.pk}/phieu/"))
    entry = f"/y-kien/tap-the/{body.pk}/"
    typed = {f"b{key}.2": "yes", f"b{key}.text": "Gương mẫu", "number": "không số", "on": "01/12/2025"}
    refused = client.post(entry, typed)
    assert refused.status_code == 400
    assert 'href="#file"' in page_of(refused)
    assert "Gương mẫu" in page_of(refused)
    assert client.post(entry, typed | {"file": SimpleUploadedFile("phieu.pdf", PDF)}).status_code == 302
    paper = OpinionPaper.objects.get()
    client.force_login(ward.user("officer2"))
    assert "Đối chiếu phiếu lấy ý kiến của Chi ủy khu phố 3" in page_of(client.get("/"))
    page = page_of(client.get(path))
    assert "Đoàn kết: đồng ý. Gương mẫu" in page
    assert client.get(f"/y-kien/van-ban/{paper.pk}/").content == PDF
    assert client.post(path, {"do": "confirm", "paper": str(paper.pk)}).status_code == 400
    assert client.post(path, {"do": "return", "paper": str(paper.pk), "reason": ""}).status_code == 400
    assert client.post(path, {"do": "confirm", "paper": str(paper.pk), "same": "1"}).status_code == 302
    client.force_login(ward.user("s1"))
    for closed in (entry, f"{entry}phieu/", f"/y-kien/van-ban/{paper.pk}/", path):
        assert client.get(closed).status_code in (403, 404), closed
