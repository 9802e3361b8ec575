"""The pages of a sheet under a scheme: filled in, checked, judged, explained, levels proposed; no script."""

import re

import pytest

from tests.cast import Cast
from tests.clients import fields, page_of, signed_in
from tests.factories.months import sheet_of
from tests.factories.schemes import FIELDS, HA_NOI, bound, filed, judged, opened_period, under_review
from thuocdo.appraisals.models import Confirmation, LevelProposal, QuotaPlaces

MARKS = {"marks.discipline": "18", "marks.quantity": "24", "marks.quality": "24,5", "marks.progress": "20"}
OWN = MARKS | {"marks.bonus": "5"} | FIELDS
FULL = {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "30", "marks.bonus": "5"}


@pytest.fixture(autouse=True)
def _in_the_month(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.factories.months import OPENED

    for module in ("my_month.filing", "my_month.scheme", "my_month.views", "my_unit.judging", "my_unit.judgement_page",
                   "my_unit.table", "my_unit.levels", "organisation_office.places"):  # fmt: skip
        monkeypatch.setattr(f"thuocdo.web.{module}.now", lambda: OPENED)


def value_of(page: str, name: str) -> str:
    """The value of a hidden input."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_the_owner_fills_in_checks_and_files(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    sheet = sheet_of(opened_period(cast), cast.colleague)
    me, path = signed_in(cast.colleague), f"/phieu/{sheet.pk}/"
    page = page_of(me.get(path))
    assert "tối đa 25 điểm" in page
    assert 'name="fields.time.working_days" value="15"' in page
    wrong = me.post(path, fields({**OWN, "marks.quality": "30"}, do="review"))
    assert wrong.status_code == 400
    assert 'href="#fields.marks.quality"' in page_of(wrong)
    assert 'value="30"' in page_of(wrong)
    fragment = me.post(f"{path}luu/", fields(OWN), headers={"HX-Request": "true"})
    assert "91,5" in page_of(fragment)
    assert "Hoàn thành xuất sắc nhiệm vụ" in page_of(fragment)
    assert me.post(path, fields(OWN, do="review")).headers["Location"] == f"{path}xem-lai/"
    check = page_of(me.get(f"{path}xem-lai/"))
    assert 'name="fields.marks.quality" value="24,5"' in check
    done = me.post(f"{path}xem-lai/", fields(OWN, version=str(sheet.version), strengths="Tốt"))
    assert done.headers["Location"] == f"{path}bien-nhan/"
    assert "Rút lại phiếu" in page_of(me.get(path))


def test_the_head_judges_from_the_owners_marks_and_both_read_why(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    sheet = under_review(cycle, cast.colleague, OWN)
    head, path = signed_in(cast.head), f"/danh-gia/phieu/{sheet.pk}/"
    page = page_of(head.get(path))
    assert 'name="fields.marks.quality" value="24,5"' in page
    assert "tự ghi: 24,5" in page
    bound_to = {"version": str(sheet.version), "seen": value_of(page, "seen")}
    changed = fields({**OWN, "marks.quality": "20"}, comment="Đã xem", **bound_to)
    refused = head.post(f"{path}xac-nhan/", changed)
    assert refused.status_code == 400
    assert "hãy ghi lý do" in page_of(refused)
    assert "Đã xem</textarea>" in page_of(refused)
    done = head.post(f"{path}xac-nhan/", changed | {"reasons.marks.quality": "Còn lỗi trình bày"})
    assert done.status_code == 302
    assert Confirmation.objects.get(sheet=sheet).band == "good"
    assert "Hoàn thành tốt nhiệm vụ" in page_of(head.get(path))
    why = page_of(signed_in(cast.colleague).get(f"/phieu/{sheet.pk}/vi-sao/"))
    assert "Người đánh giá ghi: Còn lỗi trình bày" in why
    assert "Mẫu 01" not in why
    assert "Gửi kiến nghị" not in why, "the text names nobody to petition, and neither has the unit"
    petition = page_of(signed_in(cast.colleague).get(f"/phieu/{sheet.pk}/kien-nghi/"))
    assert "<textarea" not in petition
    assert "Hãy hỏi cán bộ tổ chức" in petition
    assert "Hoàn thành tốt nhiệm vụ" in page_of(head.get(f"/danh-gia/{cycle.pk}/"))


def test_levels_are_proposed_with_the_count_in_sight(cast: Cast) -> None:
    bound(cast, "local/ha-noi-3814-2018", ("overlays/vi-du-ha-noi-2018",))
    cycle = opened_period(cast)
    for person in (cast.colleague, cast.officer_appraised, cast.task_giver):
        judged(under_review(cycle, person, FULL))
    filed(cycle, cast.deputy, FULL)
    head, path = signed_in(cast.head), f"/danh-gia/{cycle.pk}/muc/"
    assert path in page_of(head.get(f"/danh-gia/{cycle.pk}/"))
    assert "Chưa có suất nào được chốt" in page_of(head.get(path))
    office, places = signed_in(cast.organisation_officer), f"/to-chuc/ky/{cycle.pk}/suat/"
    page = page_of(office.get(places))
    assert "Làm tròn theo quy định áp dụng: phần lẻ bỏ đi" in page
    assert office.post(places).headers["Location"] == places
    assert "Hoàn thành xuất sắc nhiệm vụ 0/2" in page_of(office.get(places))
    assert signed_in(cast.colleague).get(places).status_code == 403
    first, second, third = (sheet_of(cycle, p).pk for p in (cast.colleague, cast.officer_appraised, cast.task_giver))
    sent = levels(first, second)
    assert head.post(path, sent).status_code == 302
    assert "Hoàn thành xuất sắc nhiệm vụ 2/2" in page_of(head.get(path))
    full = head.post(path, sent | levels(third))
    assert full.status_code == 409
    assert "Không còn suất" in page_of(full)
    lower = head.post(path, {f"level-{first}": "good", f"version-{first}": "1"})
    assert lower.status_code == 400
    assert f'href="#reason-{first}"' in page_of(lower)
    why = {f"reason-{first}": "Nhường", f"level-{first}": "good", f"version-{first}": "1"}
    assert head.post(path, why | levels(third)).status_code == 302  # one gives its place, another takes it
    assert LevelProposal.objects.filter(level="excellent").count() == 2
    assert signed_in(cast.colleague).get(path).status_code in (403, 404)


def levels(*sheets: int) -> dict[str, str]:
    """What the head's page sends for sheets proposed as excellent for the first time."""
    return {f"level-{one}": "excellent" for one in sheets} | {f"version-{one}": "0" for one in sheets}


def test_the_authority_decides_on_a_page_and_the_person_reads_who_and_why(cast: Cast) -> None:
    bound(cast, "local/ha-noi-3814-2018", ("overlays/vi-du-ha-noi-2018",))
    cycle = opened_period(cast)
    sheets = [judged(under_review(cycle, one, FULL)).sheet_id for one in (cast.colleague, cast.officer_appraised)]
    head, path = signed_in(cast.head), f"/danh-gia/{cycle.pk}/quyet-dinh-muc/"
    assert head.get(path).status_code == 404  # nothing is proposed yet
    signed_in(cast.organisation_officer).post(f"/to-chuc/ky/{cycle.pk}/suat/")
    head.post(f"/danh-gia/{cycle.pk}/muc/", levels(*sheets))
    assert "2 đề xuất mức tháng 2/2026 chờ ông/bà quyết định" in page_of(head.get("/"))
    assert path in page_of(head.get("/danh-gia/"))
    shown = {f"level-{one}": "excellent" for one in sheets} | {f"version-{one}": "1" for one in sheets}
    asked = shown | {f"number-{one}": "0" for one in sheets} | {"do": "ticked"}
    assert head.post(path, asked).status_code == 400  # nothing is ticked
    other = asked | {f"level-{sheets[0]}": "good", "sheet": str(sheets[0])}
    refused = head.post(path, other)
    assert refused.status_code == 400
    assert "lý do quyết định khác với đề xuất" in page_of(refused)
    assert head.post(path, other | {f"reason-{sheets[0]}": "Cân đối chung"}).status_code == 302
    assert head.post(path, asked | {"do": "all", "open": str(sheets[1])}).status_code == 302
    page = page_of(head.get(path))
    assert "Còn 0/2 đề xuất chưa quyết định" in page
    assert "lý do: Cân đối chung" in page
    assert "chờ ông/bà quyết định" not in page_of(head.get("/"))
    why = page_of(signed_in(cast.colleague).get(f"/phieu/{sheets[0]}/vi-sao/"))
    assert "Mức được quyết định</dt><dd>Hoàn thành tốt nhiệm vụ" in why
    assert "Lý do: Cân đối chung" in why
    assert signed_in(cast.deputy).get(path).status_code in (403, 404)
    closed = page_of(signed_in(cast.organisation_officer).get(f"/to-chuc/ky/{cycle.pk}/suat/"))
    assert "không chốt lại được nữa" in closed


def test_the_agency_chooses_the_rounding_with_its_reason(cast: Cast) -> None:
    bound(cast, "local/ha-noi-3814-2018")
    cycle = opened_period(cast)
    office, path = signed_in(cast.organisation_officer), f"/to-chuc/ky/{cycle.pk}/suat/"
    page = page_of(office.get(path))
    assert "Văn bản không nói làm tròn thế nào; cơ quan chọn" in page
    assert path in page_of(office.get(f"/to-chuc/ky/{cycle.pk}/"))
    name = next(part.split('"')[0] for part in page.split('name="')[1:] if part.startswith("rounding."))
    refused = office.post(path, {name: "up", "reason": " "})
    assert refused.status_code == 400
    assert 'href="#reason"' in page_of(refused)
    assert office.post(path, {name: "up", "reason": "Kết luận số 3 của lãnh đạo"}).status_code == 302
    page = page_of(office.get(path))
    assert "phần lẻ làm tròn lên (cơ quan chọn)" in page
    assert "Kết luận số 3 của lãnh đạo" in page
    row = QuotaPlaces.objects.filter(cycle=cycle, agency=cast.economy).get()
    done = office.post(path, {"places": str(row.pk), "raised_by": "Quận ủy, QĐ 7", "raised_reason": "Tập thể xuất sắc"})
    assert done.status_code == 302
    page = page_of(office.get(path))
    assert "Tỷ lệ cao hơn theo Quận ủy, QĐ 7: Tập thể xuất sắc" in page
    assert "khuyến nghị" in page
    row.refresh_from_db()
    assert (row.hard, row.rounding) == (False, "up")


def test_a_period_without_quota_shows_no_places(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    office = signed_in(cast.organisation_officer)
    assert "/suat/" not in page_of(office.get(f"/to-chuc/ky/{cycle.pk}/"))
    assert "không có tỷ lệ nào theo mức" in page_of(office.get(f"/to-chuc/ky/{cycle.pk}/suat/"))
    judged(under_review(cycle, cast.colleague, OWN))
    assert "/muc/" not in page_of(signed_in(cast.head).get(f"/danh-gia/{cycle.pk}/"))


def test_a_scheme_is_confirmed_at_once_in_its_own_words(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    filed(cycle, cast.colleague, OWN)
    filed(cycle, cast.task_giver, OWN | {"marks.quantity": "10", "marks.bonus": "0"})
    head, table = signed_in(cast.head), f"/danh-gia/{cycle.pk}/"
    page = page_of(head.get(table))
    assert "chưa phải xếp loại" not in page, "the month is rated by this text"
    assert "data-all>Chọn mọi phiếu không có điều cần xem" in page
    items = re.findall(r'name="item" value="([^"]+)"', page)
    summary = page_of(head.post(f"{table}xac-nhan/", {"item": items}))
    best, lower = "<dt>Hoàn thành xuất sắc nhiệm vụ</dt>", "<dt>Hoàn thành tốt nhiệm vụ</dt>"
    assert summary.index(best) < summary.index(lower), "the best level first"
    assert "Mẫu 01" not in summary, "the form of NĐ 335 alone"


def test_parts_stand_under_their_group_and_a_confirmed_sheet_says_what_the_head_changed(cast: Cast) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    group = "Kết quả thực hiện chức trách, nhiệm vụ: tiến độ, chất lượng, sản phẩm, số lượng, độ khó"
    form = page_of(signed_in(cast.colleague).get(f"/phieu/{sheet_of(cycle, cast.colleague).pk}/"))
    assert form.count(group) == 1
    assert '<label for="fields.marks.quality">Chất lượng sản phẩm' in form
    sheet = under_review(cycle, cast.colleague, OWN)
    judged(sheet, fields=OWN | {"marks.quality": "20"}, reasons={"marks.quality": "Còn lỗi trình bày"})
    page = page_of(signed_in(cast.head).get(f"/danh-gia/phieu/{sheet.pk}/"))
    assert "<dd>24,5<br>Người đánh giá ghi <b>20</b>: Còn lỗi trình bày</dd>" in page
    assert "Trường hợp nào có thì đánh dấu" not in page, "no heading of a group in which nobody wrote"


def test_before_opening_a_scheme_asks_for_no_tasks_and_names_the_rulebook(cast: Cast) -> None:
    office, asked = signed_in(cast.organisation_officer), "/to-chuc/ky/mo/ra-soat/"
    typed = {"root": str(cast.ward.pk), "kind": "month", "number": "2", "year": "2026", "submit_by": "27/02/2026",
             "submit_by_time": "17:00", "confirm_by": "03/03/2026", "confirm_by_time": "17:00"}  # fmt: skip
    by_tasks = page_of(office.get(asked, typed))
    assert "Chưa được giao công việc nào trong kỳ" in by_tasks
    assert "(Điều 14)" in by_tasks
    bound(cast, *HA_NOI)
    page = page_of(office.get(asked, typed))
    assert "<dt>Bộ quy tắc</dt><dd>QĐ 1841-QĐ/TU (Hà Nội, 2021)" in page
    assert "Chưa được giao công việc" not in page
    assert "(Điều 14)" not in page
