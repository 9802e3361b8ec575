"""The pages: prefilled forms, typed text kept, who sees what, filters, the yearly review and its file."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories.months import confirmed, make_task, open_month
from tests.integration.difficulties.conftest import ARTICLE, BOOK, Raise
from tests.integration.web.office import set_clock, text_of
from thuocdo.appraisals.models import DECIDED, Confirmation
from thuocdo.difficulties import access, actions
from thuocdo.difficulties.models import Difficulty
from thuocdo.difficulties.review import listed, review
from thuocdo.organisation.models import Person

RAISE = reverse("difficulty_raise")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    set_clock(monkeypatch, at)


def answered(row: Difficulty, who: Person, at: datetime) -> Difficulty:
    return actions.answer(
        difficulty_id=row.pk, version=row.version, answer="So trên điểm chính xác.", by=who.user, at=at
    )


def published(row: Difficulty, who: Person, at: datetime) -> Difficulty:
    done = answered(row, who, at)
    actions.publish(
        difficulty_id=row.pk, version=done.version, article=ARTICLE, question="So ngưỡng thế nào?",
        reading="So trước khi làm tròn.", start=date(2026, 1, 1), by=who.user, at=at,
    )  # fmt: skip
    return done


def test_the_form_offers_what_is_in_force_and_keeps_what_was_typed(cast: Cast) -> None:
    client = signed_in(cast.officer_appraised)
    page = text_of(client.get(RAISE))
    assert "Nghị định số 335/2025/NĐ-CP" in page
    path = f"{RAISE}?bo={BOOK}&dieu={ARTICLE}"
    form = client.get(path)
    assert f'<option value="{ARTICLE}" selected>' in form.content.decode()
    assert "Tên không được công bố" in text_of(form)
    refused = client.post(path, {"article": "", "text": "Lời đã gõ", "proposal": "Đề xuất đã gõ"})
    assert refused.status_code == 400
    assert "Lời đã gõ" in refused.content.decode()
    assert "Đề xuất đã gõ" in refused.content.decode()
    assert 'href="#article"' in refused.content.decode()
    done = client.post(path, {"article": "nd-335/11.2", "text": "Nghỉ ốm tính sao?", "proposal": ""}, follow=True)
    row = Difficulty.objects.get()
    assert row.article == "nd-335/11.2"
    assert f"Đã gửi vướng mắc số {row.pk} tới {cast.ward.name}" in text_of(done)
    assert signed_in(cast.cadre).get(path).status_code == 403
    assert client.get(f"{RAISE}?bo=state/khong-co").status_code == 404
    assert client.get(f"{RAISE}?bo={BOOK}&diem=khong-co").status_code == 404
    assert "làm tròn" in text_of(client.get(f"{RAISE}?bo={BOOK}&diem=rounding"))
    assert client.post(RAISE, {"text": "x"}).status_code == 400


def test_from_why_to_the_line_of_the_own_result(cast: Cast, at: datetime) -> None:
    make_task(cast.officer_appraised, cast.economy, giver=cast.task_giver.user)
    result = confirmed(open_month(cast.ward, cast.organisation_officer), cast.officer_appraised, at)
    client = signed_in(cast.officer_appraised)
    why = client.get(reverse("why", args=[result.sheet_id])).content.decode()
    path = f"{RAISE}?phieu={result.sheet_id}"
    assert path in why
    form = client.get(path + "&dong=band").content.decode()
    assert '<option value="band" selected>' in form
    assert client.post(path, {"line": "", "text": "x"}).status_code == 400
    assert client.post(path, {"line": "band", "text": "Vì sao mức này?"}).status_code == 302
    row = Difficulty.objects.get()
    handled = signed_in(cast.organisation_officer).get(reverse("difficulty_handle", args=[row.pk]))
    assert reverse("look", args=[result.sheet_id]) in handled.content.decode()
    for other in (cast.colleague, cast.head):
        assert signed_in(other).get(path).status_code == 404


def test_a_difficulty_is_seen_by_its_author_and_the_officers_until_published(
    cast: Cast, at: datetime, raised: Raise
) -> None:
    row = raised(text="Lời nêu gốc của tôi")
    path = reverse("difficulty", args=[row.pk])
    for other in (cast.colleague, cast.head, cast.stranger, cast.inspector):
        assert signed_in(other).get(path).status_code == 404
    assert "Lời nêu gốc của tôi" in text_of(signed_in(cast.officer_appraised).get(path))
    assert "Mở trang xử lý" in text_of(signed_in(cast.organisation_officer).get(path))
    published(row, cast.organisation_officer, at)
    for other in (cast.colleague, cast.stranger):
        page = text_of(signed_in(other).get(path))
        assert "So trước khi làm tròn." in page
        assert "áp dụng từ 01/01/2026" in page
        assert "Lời nêu gốc" not in page
        assert cast.officer_appraised.full_name not in page
        assert "So trên điểm chính xác" not in page, "the answer is for the author"
        assert "So trước khi làm tròn" in text_of(signed_in(other).get(reverse("difficulties") + "?tim=lam+tron"))
    asked = signed_in(cast.colleague).get(f"{RAISE}?bo={BOOK}&dieu={ARTICLE}")
    assert "đã có cách hiểu được công bố" in text_of(asked)


def test_withdrawing_on_the_page(cast: Cast, at: datetime, raised: Raise) -> None:
    row = raised()
    client = signed_in(cast.officer_appraised)
    path = reverse("difficulty_withdraw", args=[row.pk])
    assert signed_in(cast.colleague).post(path, {"version": "1"}).status_code == 404
    late = client.post(path, {"version": "0"})
    assert late.status_code == 409
    assert "Nội dung ông/bà vừa gửi chưa được ghi" in text_of(late)
    assert "Đã rút lại" in text_of(client.post(path, {"version": "1"}, follow=True))


def test_the_officer_answers_and_a_late_one_keeps_the_text(cast: Cast, at: datetime, raised: Raise) -> None:
    row = raised()
    client = signed_in(cast.organisation_officer)
    path = reverse("difficulty_handle", args=[row.pk])
    assert cast.officer_appraised.full_name in text_of(client.get(path))
    empty = client.post(path, {"viec": "tra-loi", "version": "1", "answer": ""})
    assert empty.status_code == 400
    assert 'href="#answer"' in empty.content.decode()
    assert client.post(path, {"viec": "tra-loi", "version": "1", "answer": "Đây"}).status_code == 302
    late = client.post(path, {"viec": "tra-loi", "version": "1", "answer": "Câu trả lời chậm"})
    assert late.status_code == 409
    assert "Câu trả lời chậm" in late.content.decode()
    unknown = client.post(path, {"viec": "gi-do", "version": "2"})
    assert unknown.status_code == 400
    typed = {"viec": "cong-bo", "version": "2", "article": ARTICLE, "question": "Hỏi gì?", "reading": "Cách hiểu gõ"}
    wrong = client.post(path, typed | {"start": "31/02/2026"})
    assert wrong.status_code == 400
    assert 'href="#start"' in wrong.content.decode()
    assert "Cách hiểu gõ" in wrong.content.decode()
    assert client.post(path, typed | {"start": "01/01/2026"}).status_code == 302
    reopened = client.post(path, {"viec": "mo-lai", "version": "3", "open_reason": ""})
    assert 'href="#open_reason"' in reopened.content.decode()
    assert client.post(path, {"viec": "mo-lai", "version": "3", "open_reason": "Sửa"}).status_code == 302
    assert client.post(path, {"viec": "gop", "version": "4", "into": "99"}).status_code == 400
    up = client.post(path, {"viec": "gui-len", "version": "4", "up_reason": "Hỏi"})
    assert "Chưa ghi nhận đơn vị nào ở trên" in text_of(up)
    back = client.post(path, {"viec": "lay-lai", "version": "4", "back_reason": "Lấy"})
    assert back.status_code == 409
    assert signed_in(cast.inspector).get(path).status_code == 403
    assert client.get(reverse("difficulty_handle", args=[10_000])).status_code == 404


def test_the_list_filters_pages_and_says_when_it_is_empty(cast: Cast, at: datetime, raised: Raise) -> None:
    client = signed_in(cast.organisation_officer)
    path = reverse("difficulties_to_handle")
    assert "Chưa ai nêu vướng mắc" in text_of(client.get(path))
    rows = [raised(text=f"Vướng mắc thứ {n}") for n in range(27)]
    page = client.get(path)
    assert "Trang 1/2" in text_of(page)
    assert "Trang 2/2" in text_of(client.get(path + "?trang=9"))
    answered(rows[0], cast.organisation_officer, at)
    assert "đã trả lời (1)" in text_of(client.get(path + "?bo=" + BOOK))
    assert "Không có vướng mắc nào khớp" in text_of(client.get(path + "?tim=khong+co+chu+nay"))
    chosen = text_of(client.get(path + f"?tinh-trang=answered&dieu={ARTICLE}&noi-giu={cast.ward.pk}"))
    assert f"Số {rows[0].pk}" in chosen
    assert f"Số {rows[1].pk}" not in chosen
    home = text_of(client.get("/"))
    assert "26 vướng mắc về quy tắc chờ trả lời" in home


def test_the_yearly_review_and_its_file(cast: Cast, at: datetime, raised: Raise) -> None:
    officer = cast.organisation_officer
    path = reverse("difficulty_review", args=[2026])
    client = signed_in(officer)
    assert "Không có vướng mắc nào" in text_of(client.get(path))
    people = [cast.officer_appraised, cast.colleague, cast.task_giver]
    for person in people:
        make_task(person, cast.economy, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, officer)
    for person in people:
        confirmed(cycle, person, at)
    first, second = raised(text="=1+1 là công thức?"), raised(cast.colleague, text="Trùng")
    actions.merge(difficulty_id=second.pk, into_id=first.pk, version=1, by=officer.user, at=at)
    published(Difficulty.objects.get(pk=first.pk), officer, at)
    raised(cast.task_giver, point="rounding", article="")
    gone = raised(cast.head, text="Rút lại sau")
    actions.withdraw(difficulty_id=gone.pk, version=1, by=cast.head.user, at=at)
    page = text_of(client.get(path))
    assert "4 vướng mắc được nêu trong năm" in page
    assert page.count("NĐ 335/2025 4 1 0 1 1 1") == 1, "one row for the article, also of those about an open point"
    assert "cùng 1 vướng mắc khác" in page
    assert "So trước khi làm tròn." in page
    assert "Rút lại sau" not in page
    assert "Tháng 2 năm 2026" in page
    assert "Kết quả đã xác nhận, đang có hiệu lực dưới 5" in page
    assert "Kiến nghị về kết quả 0" in page
    shown = review(officer.user, 2026, 1, at)
    assert shown.page.total == len(shown.page.lines) == len(listed(officer.user, 2026, at))
    held = Confirmation.objects.filter(sheet__cycle=cycle, replaced_by=None)
    assert len(shown.figures.bands) == len(set(held.values_list("rulebook", "band")))
    decided = sum('"settled_by_decision"' in outcome for outcome in held.values_list("outcome", flat=True))
    assert decided == Confirmation.objects.filter(DECIDED).count()
    assert access.places_of({cast.ward.pk, cast.economy.pk, cast.city.pk}) == {cast.ward.pk, cast.economy.pk}
    for person in people:
        assert person.full_name not in page
    seen = signed_in(cast.inspector).get(path)
    assert seen.status_code == 200
    assert "Rà soát hằng năm" in text_of(signed_in(cast.inspector).get(reverse("difficulties")))
    assert "Rà soát hằng năm" not in text_of(signed_in(cast.head).get(reverse("difficulties")))
    assert signed_in(cast.head).get(path).status_code == 403
    for year in (1, 9999):
        assert client.get(reverse("difficulty_review", args=[year])).status_code == 404
    assert client.get(reverse("difficulty_reviews")).headers["Location"] == path
    file = client.get(reverse("difficulty_review_file", args=[2026]))
    rows: Any = load_workbook(BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert [row[4] for row in rows] == ["Vướng mắc", "=1+1 là công thức?", "Điểm sát ngưỡng hiểu thế nào?"]
    assert (rows[1][6], rows[1][12], rows[1][13]) == ("2", "So trước khi làm tròn.", "01/01/2026")
    assert not any(person.full_name in str(rows) for person in people)


def test_the_reader_leads_to_the_form_and_shows_readings_beside_the_article(
    cast: Cast, at: datetime, raised: Raise
) -> None:
    path = reverse("rulebook", args=[BOOK])
    mine = signed_in(cast.officer_appraised).get(path).content.decode()
    assert f"{RAISE}?bo=state%2Fnd-335-2025&amp;dieu={ARTICLE}" in mine
    assert f"{RAISE}?bo=state%2Fnd-335-2025&amp;diem=rounding" in mine
    assert RAISE not in signed_in(cast.cadre).get(path).content.decode()
    assert "cách hiểu đã công bố" not in mine.split("</main>")[0]
    row = raised()
    published(row, cast.organisation_officer, at)
    page = signed_in(cast.cadre).get(path).content.decode()
    assert "So trước khi làm tròn." in page
    assert reverse("difficulty", args=[row.pk]) in page
    assert "Có cách hiểu đã công bố về Điều 17 khoản 1" in page
