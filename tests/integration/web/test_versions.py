"""A replaced result stays viewable and printable; evaluators and inspectors print their people's forms."""

import io
from datetime import datetime, timedelta

import pypdf
import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.factories.months import judgement
from tests.integration.web.office import counted, ready_cast, set_clock, text_of
from thuocdo.appraisals import actions, queries
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.documents.forms import mau_01
from thuocdo.kernel.errors import NotYours

pytestmark = pytest.mark.django_db
REASON = "Báo cáo đạt yêu cầu."


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Cast:
    set_clock(monkeypatch, at)
    return ready_cast()


@pytest.fixture
def february(cast: Cast) -> Cycle:
    return months.open_month(cast.ward, cast.organisation_officer)


def corrected(cast: Cast, cycle: Cycle, at: datetime) -> int:
    """The sheet of one person whose first result, 93,16…, was replaced by 99."""
    wrong = {"202602-KT003-01": {"quality_met": "2", "note": "Sai số liệu"}}
    old = months.confirmed(cycle, cast.officer_appraised, at, judgement(tasks=wrong, comment="Cũ"))
    row = actions.petition(confirmation_id=old.pk, text="Xem lại", by=cast.officer_appraised.user, at=at)
    actions.correct(petition_id=row.pk, answer=REASON, judgement=judgement(comment="Mới"), by=cast.chairman.user, at=at)
    return old.sheet_id


def test_every_version_is_listed_and_the_old_one_says_what_replaced_it(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    pk = corrected(cast, february, at)
    banner = f"Đã được thay bằng bản 2 ngày {at:%d/%m/%Y}, lý do: {REASON}"
    for who, name in (
        (cast.officer_appraised, "why"),
        (cast.head, "look"),
        (cast.inspector, "look"),
        (cast.organisation_officer, "look"),
        (cast.chairman, "look"),
    ):
        client, path = signed_in(who), reverse(name, args=[pk])
        new = client.get(path)
        assert "Các bản kết quả của phiếu này" in text_of(new)
        assert 'href="?ban=1"' in new.content.decode()
        assert "Đã được thay bằng" not in text_of(new)
        assert "93,16" not in text_of(new)
        old = client.get(f"{path}?ban=1")
        assert banner in text_of(old)
        assert "Ý kiến nhận xét Cũ" in text_of(old)
        assert "93,16" in text_of(old)
        assert 'href="?ban=2"' in old.content.decode()
        assert f"{reverse('form_01', args=[pk, 'pdf'])}?ban=1" in old.content.decode()
        assert "Gửi kiến nghị</a>" not in old.content.decode()
        for wrong in ("3", "0", "x", "-1", "١"):
            assert client.get(f"{path}?ban={wrong}").status_code == 404
        assert counted(client, f"{path}?ban=1") <= 20
    stranger = signed_in(cast.head_elsewhere)
    assert stranger.get(f"{reverse('look', args=[pk])}?ban=1").status_code == 404
    assert signed_in(cast.colleague).get(f"{reverse('why', args=[pk])}?ban=1").status_code == 404


def test_one_version_alone_has_no_list(cast: Cast, february: Cycle, at: datetime) -> None:
    pk = months.confirmed(february, cast.officer_appraised, at).sheet_id
    page = text_of(signed_in(cast.officer_appraised).get(reverse("why", args=[pk])))
    assert "Các bản kết quả" not in page
    assert "Đã được thay bằng" not in page


def test_the_replaced_result_is_printed_with_a_note(cast: Cast, february: Cycle, at: datetime) -> None:
    pk = corrected(cast, february, at)
    user = cast.officer_appraised.user
    old, new = mau_01(user, pk, 1), mau_01(user, pk)
    assert mau_01(user, pk, 2) == new
    assert (old.points[2].value[:5], new.points[2].value) == ("93,16", "99")
    assert (old.comments[2].value, new.comments[2].value) == ("Cũ", "Mới")
    assert old.remark == f"ĐÃ ĐƯỢC THAY bằng kết quả lần 2, ngày {at:%d/%m/%Y}"
    note = f"đã được thay bằng kết quả lần 2, Nguyễn Hữu Thắng xác nhận ngày {at:%d/%m/%Y}; lý do: {REASON}"
    assert any(note in line for line in old.notes)
    assert new.remark == ""
    assert not any("đã được thay bằng" in line for line in new.notes)
    assert (old.reference, new.reference) == ("mau-01_KT003_2026-02_lan-1", "mau-01_KT003_2026-02")
    for number in (0, 3):
        with pytest.raises(NotYours):
            mau_01(user, pk, number)
    with pytest.raises(NotYours):
        mau_01(cast.colleague.user, pk, 1)
    file = signed_in(cast.officer_appraised).get(f"{reverse('form_01', args=[pk, 'pdf'])}?ban=1")
    assert "lan-1.pdf" in file.headers["Content-Disposition"]
    text = " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(file.content)).pages).split())
    assert "ĐÃ ĐƯỢC THAY bằng kết quả lần 2" in text


def test_forms_are_offered_where_the_sheet_is_read_and_taking_one_is_a_look(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = cast.officer_appraised
    pk = months.confirmed(february, person, at).sheet_id
    monthly = [reverse("form_01", args=[pk, kind]) for kind in ("pdf", "docx")]
    yearly = [reverse("form_02_of", args=[person.pk, 2026, kind]) for kind in ("pdf", "docx")]
    evaluator = signed_in(cast.head).get(reverse("evaluate_sheet", args=[pk])).content.decode()
    inspector = signed_in(cast.inspector).get(reverse("look", args=[pk])).content.decode()
    for link in (*monthly, *yearly):
        assert link in evaluator
        assert link in inspector
    for who in (cast.head, cast.organisation_officer, cast.inspector):
        before = Event.objects.count()
        for path in (*monthly, *yearly):
            assert signed_in(who).get(path).status_code == 200
        looked = 0 if who == cast.inspector else 1
        assert Event.objects.count() == before + looked + 1  # two formats within ten minutes are one look
    names = [viewer.name for viewer in queries.viewers(person.user, pk)]
    assert sorted(set(names)) == sorted(p.full_name for p in (cast.head, cast.organisation_officer, cast.inspector))
    assert Event.objects.filter(code="sheet.year_viewed").count() == 3
    log = text_of(signed_in(cast.organisation_officer).get(reverse("cycle_log", args=[february.pk])))
    assert "Xem phiếu năm 2026 của một người (1 phiếu)" in log
    for path in (monthly[0], yearly[0]):
        assert signed_in(cast.head_elsewhere).get(path).status_code == 404
    assert signed_in(cast.colleague).get(yearly[0]).status_code == 403
    assert signed_in(person).get(monthly[0]).status_code == 200
    assert Event.objects.filter(actor=str(person.user.pk), code="sheet.viewed").count() == 0
    set_clock(monkeypatch, at + timedelta(minutes=11))
    signed_in(cast.head).get(yearly[1])
    assert Event.objects.filter(code="sheet.year_viewed").count() == 4


def test_nothing_confirmed_offers_the_year_but_no_month(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.submitted(february, cast.officer_appraised, at)
    page = signed_in(cast.head).get(reverse("evaluate_sheet", args=[sheet.pk])).content.decode()
    assert reverse("form_01", args=[sheet.pk, "pdf"]) not in page
    assert reverse("form_02_of", args=[cast.officer_appraised.pk, 2026, "pdf"]) in page
    before = Event.objects.count()
    assert signed_in(cast.head).get(reverse("form_01", args=[sheet.pk, "pdf"])).status_code == 400
    assert Event.objects.count() == before
    wrong = reverse("form_02_of", args=[cast.officer_appraised.pk, 2026, "txt"])
    assert signed_in(cast.head).get(wrong).status_code == 404
    assert Event.objects.count() == before
