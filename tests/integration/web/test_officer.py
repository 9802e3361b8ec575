"""The officer's period: opening, following, exceptions with reasons, closing, log, looking at a result."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils.http import urlencode

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.integration.web.office import MOST_QUERIES, counted, ready_cast, set_clock, text_of
from thuocdo.appraisals import queries
from thuocdo.appraisals.progress import UnitProgress
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.models import Unit
from thuocdo.web.organisation_office.progress_table import by_reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime, settings: Any, tmp_path: Path) -> Cast:
    set_clock(monkeypatch, at)
    settings.HEADS_DIR = tmp_path / "heads"
    return ready_cast()


@pytest.fixture
def february(cast: Cast) -> Cycle:
    return months.open_month(cast.ward, cast.organisation_officer)


def asked(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "root": str(cast.ward.pk),
        "kind": "month",
        "number": "2",
        "year": "2026",
        "submit_by": "10/03/2026",
        "submit_by_time": "17:00",
        "confirm_by": "15/03/2026",
        "confirm_by_time": "17:00",
    } | changed


def test_open_a_period_after_reviewing_who_is_in_and_who_is_out(cast: Cast) -> None:
    officer, path = signed_in(cast.organisation_officer), reverse("cycle_review")
    wrong = officer.get(path, asked(cast, submit_by="31/02/2026"))
    assert wrong.status_code == 400
    assert 'value="31/02/2026"' in wrong.content.decode()
    page = text_of(officer.get(path, asked(cast)))
    assert "thứ Ba, 10/03/2026, 17:00" in page
    assert cast.mover.full_name in page
    assert "ghi tại trang Quy định áp dụng" in page
    assert "Chưa có tài khoản" in page
    assert counted(officer, f"{path}?{urlencode(asked(cast))}") <= MOST_QUERIES
    choice = f"choice-{cast.mover.pk}"
    post = cast.mover.employments.order_by("-start").first()
    assert post is not None
    refused = officer.post(path, asked(cast) | {choice: str(post.pk), f"{choice}-reason": ""})
    assert refused.status_code == 400
    assert Cycle.objects.count() == 0
    opened = officer.post(path, asked(cast) | {choice: str(post.pk), f"{choice}-reason": "Làm chính ở đây"})
    assert opened.status_code == 302
    assert Member.objects.get(person=cast.mover).standing == "in"
    twice = officer.post(path, asked(cast))
    assert twice.status_code == 409
    assert "đã được mở" in text_of(twice)
    assert signed_in(cast.head).get(path, asked(cast)).status_code == 403
    assert officer.get(path, asked(cast, root=str(cast.other_ward.pk))).status_code == 404


def test_progress_counts_filter_and_exceptions_keep_the_reason(cast: Cast, february: Cycle, at: datetime) -> None:
    months.confirmed(february, cast.officer_appraised, at)
    officer, path = signed_in(cast.organisation_officer), reverse("cycle_progress", args=[february.pk])
    page = text_of(officer.get(path))
    assert "Ai đang quá hạn nộp" in page
    assert cast.colleague.full_name in page
    confirmed = text_of(officer.get(f"{path}?trang-thai=confirmed"))
    assert cast.officer_appraised.full_name in confirmed
    assert counted(officer, path) <= MOST_QUERIES
    assert counted(officer, reverse("cycles")) <= MOST_QUERIES
    outside = officer.get(path).context["outside"]
    assert [len(rows) for _, rows in by_reason(outside)] == [1] * len(outside)
    assert by_reason([outside[0], outside[1], outside[0]])[0] == (outside[0].member.reason, [outside[0]] * 2)
    sheet = months.sheet_of(february, cast.colleague)
    extend = reverse("sheet_exception", args=[sheet.pk, "gia-han"])
    wrong = officer.post(extend, {"reason": "Đi công tác", "until": "32/03/2026", "until_time": "17:00"})
    assert wrong.status_code == 400
    assert "Đi công tác</textarea>" in wrong.content.decode()
    past = officer.post(extend, {"reason": "Đi công tác", "until": "01/03/2026", "until_time": "17:00"})
    assert "sau bây giờ" in text_of(past)
    fields = {"reason": "Đi công tác", "until": "09/03/2026", "until_time": "17h00"}
    assert officer.post(extend, fields).status_code == 302
    assert months.sheet_of(february, cast.colleague).extended_until is not None
    assert officer.get(reverse("sheet_exception", args=[sheet.pk, "khac"])).status_code == 404
    for act in ("mien", "lap-thay"):
        other = months.sheet_of(february, cast.deputy if act == "mien" else cast.team_head)
        assert officer.post(reverse("sheet_exception", args=[other.pk, act]), {"reason": " "}).status_code == 400
        assert officer.post(reverse("sheet_exception", args=[other.pk, act]), {"reason": "Ốm"}).status_code == 302
    assert months.sheet_of(february, cast.deputy).state == "exempted"


def test_a_left_out_person_is_let_in_with_a_reason(cast: Cast, february: Cycle) -> None:
    member = Member.objects.get(cycle=february, person=cast.mover)
    officer, path = signed_in(cast.organisation_officer), reverse("member_admit", args=[member.pk])
    post = cast.mover.employments.order_by("start").first()
    assert post is not None
    assert "Đang ở ngoài kỳ vì" in text_of(officer.get(path))
    assert officer.post(path, {"employment_id": str(post.pk), "reason": ""}).status_code == 400
    assert officer.post(path, {"employment_id": str(post.pk), "reason": "Chốt ở đơn vị cũ"}).status_code == 302
    assert months.sheet_of(february, cast.mover).member.employment_id == post.pk


def test_closing_lists_what_stops_it_then_offers_the_chain_heads(
    cast: Cast, february: Cycle, at: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    officer, path = signed_in(cast.organisation_officer), reverse("cycle_close", args=[february.pk])
    page = officer.get(path)
    assert cast.colleague.full_name in text_of(page)
    assert reverse("sheet_exception", args=[months.sheet_of(february, cast.colleague).pk, "mien"]) in (
        page.content.decode()
    )
    assert counted(officer, path) <= MOST_QUERIES
    assert officer.post(path).status_code == 400
    for sheet in february.sheets.all():
        months.exempted(sheet, cast.organisation_officer, at)
    assert "Không còn phiếu nào vướng" in text_of(officer.get(path))
    with django_capture_on_commit_callbacks(execute=True):
        assert officer.post(path).status_code == 302
    assert "thuocdo verify --heads" in text_of(officer.get(path))
    heads = json.loads(officer.get(reverse("cycle_heads", args=[february.pk])).content)
    assert heads["chains"][0]["seq"] >= 1
    assert signed_in(cast.head).get(reverse("cycle_heads", args=[february.pk])).status_code == 403


def test_log_reads_as_sentences_page_by_page(cast: Cast, february: Cycle, at: datetime) -> None:
    months.confirmed(february, cast.officer_appraised, at)
    officer, path = signed_in(cast.organisation_officer), reverse("cycle_log", args=[february.pk])
    page = text_of(officer.get(path))
    assert "Xác nhận kết quả của phiếu" in page
    assert "Mở kỳ đánh giá" in page
    assert cast.head.full_name in page
    assert counted(officer, path) <= MOST_QUERIES


def test_every_look_at_anothers_result_is_on_the_record(cast: Cast, february: Cycle, at: datetime) -> None:
    months.confirmed(february, cast.officer_appraised, at)
    sheet = months.sheet_of(february, cast.officer_appraised)
    path = reverse("look", args=[sheet.pk])
    for looker in (cast.inspector, cast.organisation_officer):
        page = text_of(signed_in(looker).get(path))
        assert "chỉ để đọc" in page
        assert "Điều 14" in page
    assert Event.objects.filter(code="sheet.viewed").count() == 2
    seen = [viewer.name for viewer in queries.viewers(cast.officer_appraised.user, sheet.pk)]
    assert len(seen) == 2
    assert signed_in(cast.head_elsewhere).get(path).status_code == 404
    assert Event.objects.filter(code="sheet.viewed").count() == 2
    inspector = signed_in(cast.inspector)
    assert "Tháng 2/2026" in text_of(inspector.get(reverse("cycles")))
    assert inspector.get(reverse("cycle_close", args=[february.pk])).status_code == 403


def test_a_city_of_156_agencies_fits_into_100_kb(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row red, every count there, names as long as those of real wards; columns named by the style on a phone."""
    found = queries.progress(cast.organisation_officer.user, february.pk, at)
    states = ("drafting", "submitted", "returned", "confirmed", "exempted")
    rows = tuple(
        UnitProgress(
            unit=Unit(pk=5000 + n, name=f"Ủy ban nhân dân phường Hoàn Kiếm {n:03}"),
            total=950, counts=Counter(dict.fromkeys(states, 180)), late=40, petitions=2, owners=360, evaluators=180,
        )
        for n in range(156)
    )  # fmt: skip
    many = replace(found, units=rows, by_agency=True)
    monkeypatch.setattr("thuocdo.web.organisation_office.progress.district", lambda *_args: many)
    answer = signed_in(cast.organisation_officer).get(reverse("cycle_progress", args=[february.pk]))
    assert answer.content.count(b'aria-labelledby="n5') == 156
    assert len(answer.content) <= 100_000
    head = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', answer.content.decode())[1:9]
    styles = Path(str(finders.find("web/office.css"))).read_text(encoding="utf-8")
    shown = dict(re.findall(r'\.counts td:nth-child\((\d)\)::before \{ content: "([^"]+)"', styles))
    assert [shown[str(place)] for place in range(2, 10)] == head
