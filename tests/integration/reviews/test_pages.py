"""The pages of review reports: written, refused with what was typed, sent and read."""

from io import BytesIO

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader

from tests.factories import rounds as world
from tests.factories.reviews import typed_whole
from tests.factories.rounds import AT, Ward
from thuocdo.audit.models import Event
from thuocdo.documents.party import OPEN
from thuocdo.reviews import actions, calling
from thuocdo.reviews.models import ReviewReport
from thuocdo.reviews.rules import Typed
from thuocdo.rounds import actions as rounds
from thuocdo.web.reviews import meetings

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(db: None, monkeypatch: pytest.MonkeyPatch) -> Ward:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    return world.open_ward()


def signed_in(ward: Ward, name: str) -> Client:
    client = Client()
    client.force_login(ward.user(name))
    return client


def test_a_report_is_written_refused_with_what_was_typed_sent_and_read(ward: Ward) -> None:
    one, client = ward.subject("party_member", "Lê Phó Một"), signed_in(ward, "vice")
    desk = client.get(f"/kiem-diem/{ward.round.pk}/").content.decode()
    assert f"/kiem-diem/ban/{one.pk}/viet/" in desk
    form = client.get(f"/kiem-diem/ban/{one.pk}/viet/").content.decode()
    assert "Mẫu 02A" in form
    assert "Gửi dự thảo hôm nay thì họp kiểm điểm sớm nhất ngày" in form
    assert form.count("Phương hướng, biện pháp khắc phục</h2>") == 1
    assert 'class="hidden-visually">Phương hướng, biện pháp khắc phục</label>' in form, "said once, read aloud still"
    whole = typed_whole(one)
    sent = {f"text-{key}": text for key, text in whole.texts.items()} | {"level": whole.level, "none_before": "1"}
    sent |= {f"mark-{key}": mark for key, mark in whole.marks.items()} | {"version-shared": "0", "version-own": "0"}
    wrong = client.post(f"/kiem-diem/ban/{one.pk}/viet/", sent | {"do": "draft", "mark-general": "30,5"})
    assert wrong.status_code == 400
    page = wrong.content.decode()
    assert "lớn hơn mức tối đa 30" in page
    assert 'value="30,5"' in page
    assert "Nội dung qualities" in page
    assert client.post(f"/kiem-diem/ban/{one.pk}/viet/", sent | {"do": "draft"}).status_code == 302
    read = signed_in(ward, "officer").get(f"/kiem-diem/ban/{one.pk}/").content.decode()
    assert "Nội dung measures" in read
    assert "100/100" in read, "marks out of what could be given"
    assert "họp kiểm điểm sớm nhất ngày <b>04/12/2025</b>" in read, "three working days after Monday, 1 December"
    at_meetings = signed_in(ward, "officer").get(f"/kiem-diem/{ward.round.pk}/hoi-nghi/").content.decode()
    cell = at_meetings.partition(f">{one.organisation.name}</h3>")[2].partition("</section>")[0]  # type: ignore[union-attr]
    assert "dự thảo gửi 01/12/2025, họp sớm nhất 04/12/2025" in cell
    assert 'name="place_of" value="' in cell
    found = signed_in(ward, "officer").get(f"/kiem-diem/{ward.round.pk}/hoi-nghi/", {"tim": one.organisation.name})  # type: ignore[union-attr]
    assert one.name in found.content.decode(), "found by the place in which it is reviewed"
    assert ReviewReport.objects.count() == 1
    assert one.name in signed_in(ward, "officer").get(f"/kiem-diem/{ward.round.pk}/?xem=read").content.decode()
    assert signed_in(ward, "outside").get(f"/kiem-diem/ban/{one.pk}/").status_code == 404
    assert signed_in(ward, "vice").post(f"/kiem-diem/ban/{one.pk}/viet/", {"do": "?"}).status_code == 400
    paper = f"/kiem-diem/ban/{one.pk}/tai/"
    looks = Event.objects.filter(code="review.viewed").count()
    assert signed_in(ward, "chair").get(f"{paper}pdf/").content.startswith(b"%PDF")
    assert Event.objects.filter(code="review.viewed").count() == looks + 1, "a look at another's report is on record"
    word = Document(BytesIO(client.get(f"{paper}docx/?lan=1").content))
    printed = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "A.VI. Phương hướng, biện pháp khắc phục\nNội dung measures" in printed
    assert "Mẫu 02A: dự thảo gửi người dự họp, lần 1" in printed
    assert "\nTự nhận mức xếp loại (đánh dấu X)" in printed, "the boxes may be on the next page"
    pdf = PdfReader(BytesIO(client.get(f"{paper}pdf/?lan=1").content))
    assert "Tự nhận mức xếp loại (đánh dấu X)" in "".join(page.extract_text() for page in pdf.pages)
    top, *_, marks, boxes, _signing = word.tables
    right = top.rows[0].cells[1].text
    assert right.strip() == OPEN, "the State's name and motto stand on no Party paper"
    assert one.organisation.name.upper() in top.rows[0].cells[0].text, "the cell at left, not the unit beside it"
    assert "chưa ghi tiêu đề văn bản" in printed
    assert [cell.text for cell in marks.rows[-1].cells] == ["", "Tổng cộng", "100", "100"]
    assert sum("☒" in cell.text for row in boxes.rows for cell in row.cells) == 1
    for path in (f"{paper}odt/", f"/kiem-diem/ban/{ward.subject('collective', 'Ban Thường').pk}/tai/pdf/"):
        assert signed_in(ward, "officer").get(path).status_code == 404, "no such file, nothing filed"
    assert signed_in(ward, "outside").get(f"{paper}pdf/").status_code == 404


def test_a_whole_place_is_called_at_once_and_past_defects_come_with_how_far_their_remedies_are(ward: Ward) -> None:
    one, officer = ward.subject("party_member", "Lê Phó Một"), ward.user("officer")
    defect = actions.add_defect(
        subject_id=one.pk, year=2024, text="Báo cáo chậm", cause="", source="meeting", by=officer, at=AT
    )
    remedy = actions.plan_remedy(
        defect_id=defect.pk, measure="Báo cáo thứ Năm", person_id=ward.people["vice"].pk, due=AT.date(), by=officer,
        at=AT,
    )  # fmt: skip
    actions.report_remedy(remedy_id=remedy.pk, state="doing", words="Còn hai kỳ chậm", by=ward.user("vice"), at=AT)
    writes = signed_in(ward, "vice")
    form = writes.get(f"/kiem-diem/ban/{one.pk}/viet/").content.decode()
    assert "Đã khắc phục <b>0/1</b>" in form
    assert "Đang khắc phục: Báo cáo thứ Năm" in form
    assert "Mức độ, khó khăn, vướng mắc: Còn hai kỳ chậm" in form
    typed = typed_whole(one, none_before=False)
    given = {"subject_id": one.pk, "own": (), "layout": "", "versions": {}, "by": ward.user("vice"), "at": AT}
    actions.file_review(stage="draft", typed=typed, **given)
    remedy = actions.report_remedy(remedy_id=remedy.pk, state="fixed", words="Đã hết", by=officer, at=AT)
    read = writes.get(f"/kiem-diem/ban/{one.pk}/").content.decode()
    assert "Mức độ, khó khăn, vướng mắc: Còn hai kỳ chậm" in read, "as it was when the report was sent"
    assert "Đã khắc phục <b>1/1</b>" in writes.get(f"/kiem-diem/ban/{one.pk}/viet/").content.decode()
    page, sent = signed_in(ward, "officer"), {"on": "04/12/2025", "half_days": "2", "place": "Hội trường"}
    address = f"/kiem-diem/{ward.round.pk}/hoi-nghi/"
    refused = page.post(address, sent)
    assert "Chưa chọn đối tượng nào" in refused.content.decode()
    wrong = page.post(address, sent | {"place_of": f"{one.pk},0"})
    assert wrong.status_code in (400, 404)
    assert page.post(address, sent | {"place_of": f"{one.pk}"}).status_code == 302
    assert "Hội nghị kiểm điểm: 04/12/2025, Hội trường" in writes.get(f"/kiem-diem/ban/{one.pk}/").content.decode()


def test_what_was_written_in_one_round_of_the_year_begins_the_report_of_the_other(ward: Ward) -> None:
    one, first = ward.subject("party_member", "Lê Phó Một"), ward.round
    assert one.organisation is not None
    texts = {"duties": "Đã làm xong kế hoạch", "measures": "Lập lịch tuần"}
    given = {"own": (), "layout": "", "versions": {}, "at": AT}
    actions.keep_review(subject_id=one.pk, typed=Typed(texts, {}), by=ward.user("vice"), **given)
    world.plan(ward, organisation_id=one.organisation.party_id)
    rounds.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=AT)
    again = ward.subject("party_member", "Lê Phó Một")
    assert again.round_id != first.pk
    address, note = f"/kiem-diem/ban/{again.pk}/viet/", "Điền sẵn từ bản ông/bà đang viết ở đợt"
    form = signed_in(ward, "vice").get(address).content.decode()
    assert note in form
    assert "Đã làm xong kế hoạch</textarea>" in form
    officers = signed_in(ward, "officer").get(address).content.decode()
    assert note not in officers, "what somebody is still writing elsewhere is nobody else's to read"
    assert "Đã làm xong kế hoạch" not in officers
    actions.keep_review(subject_id=again.pk, typed=Typed({"duties": "Khác"}, {}), by=ward.user("vice"), **given)
    assert note not in signed_in(ward, "vice").get(address).content.decode()


def test_nobody_who_may_be_called_is_left_out_of_the_pages_and_no_place_is_cut(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offered(number: int) -> list[calling.Place]:
        return calling.to_call(ward.user("officer"), ward.round.pk, "", "", AT, number=number).places

    whole = {place.keys for place in offered(1)}
    largest = max(key.count(",") + 1 for key in whole)
    assert largest > 4, "a place larger than a page"
    monkeypatch.setattr(calling, "OFFERED", 4)
    monkeypatch.setattr(meetings, "UNFOLDED", 4)
    first = calling.to_call(ward.user("officer"), ward.round.pk, "", "", AT)
    assert 1 < first.leaf.pages <= len(whole)
    assert first.leaf.total == sum(key.count(",") + 1 for key in whole)
    paged = [place.keys for number in range(first.leaf.pages) for place in offered(number + 1)]
    assert sorted(paged) == sorted(whole), "every place once, with all of its subjects"
    page = signed_in(ward, "officer").get(f"/kiem-diem/{ward.round.pk}/hoi-nghi/", {"trang": "2", "loai": ""})
    shown = page.content.decode()
    assert f"Trang 2/{first.leaf.pages}" in shown
    assert f"{first.leaf.total} đối tượng chờ hội nghị" in shown
    address = f"/kiem-diem/{ward.round.pk}/hoi-nghi/"
    big = max(whole, key=lambda keys: keys.count(","))
    page_no = next(n for n in range(1, first.leaf.pages + 1) if big in [place.keys for place in offered(n)])
    client = signed_in(ward, "officer")
    assert '<details class="listed"><summary>' in client.get(f"{address}?trang={page_no}").content.decode()
    wrong = client.post(f"{address}?trang={page_no}", {"subject": big.partition(",")[0], "on": "x"}).content.decode()
    assert '<details class="listed" open><summary>' in wrong, "who was ticked is seen again"
