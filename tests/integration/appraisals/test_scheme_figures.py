"""Sheets of cities and of NĐ 233 through the real actions, against sums and bounds worked out by hand from the article.

Each row says what the person files, what the head changes, and what the cited article makes of it.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.factories.months import OPENED, VIETNAM, sheet_of
from tests.factories.people import make_person
from tests.factories.schemes import bound, judged, opened_period
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.queries import explanation, rate_document, year_draft
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.models import Person

DA_NANG = ("local/da-nang-2013", (), "month", 2)
PHU_THO = ("local/phu-tho-so-tttt-2022", ("overlays/vi-du-phu-tho-so-tttt",), "month", 2)
HCM = ("local/tp-hcm-20-2024", ("overlays/vi-du-tp-hcm-so",), "quarter", 1)
UNKNOWN = "Phần thang điểm và mức xếp loại (không có trong nguồn)"
CITED = {DA_NANG[0]: ["Phần mức xếp loại"], PHU_THO[0]: [UNKNOWN], HCM[0]: ["Phần mức xếp loại"]}
Figures = dict[str, str]


def phu_tho(key: str, regular: str, discipline: str, common: str, initiatives: str = "") -> Figures:
    names = ("key_tasks", "regular_tasks", "discipline", "common_activities", "initiatives")
    typed = zip(names, (key, regular, discipline, common, initiatives), strict=True)
    return {f"marks.{name}": text for name, text in typed if text}


def hcm(discipline: str, competence: str, results: str, **more: str) -> Figures:
    marks = {"marks.discipline": discipline, "marks.competence": competence, "marks.results": results}
    return marks | {name.replace("__", "."): text for name, text in more.items()}


# Rulebook, what is filed, what the head changes, the sum, the level, the words of its condition in the article.
TABLE: list[tuple[Any, Figures, Figures, str, str, str]] = [
    # Đà Nẵng: từ 85 xuất sắc, 80 đến dưới 85 tốt, 70 đến dưới 80 còn hạn chế, dưới 70 chưa hoàn thành.
    (DA_NANG, {"marks.total": "85,5"}, {}, "171/2", "excellent", "Từ 85 điểm"),
    (DA_NANG, {"marks.total": "90"}, {"marks.total": "84,99"}, "8499/100", "good", "80–85 điểm"),
    (DA_NANG, {"marks.total": "79,99"}, {}, "7999/100", "limited", "70–80 điểm"),
    (DA_NANG, {"marks.total": "69,99"}, {}, "6999/100", "incomplete", "Dưới 70 điểm"),
    # Phú Thọ, bảng của Sở: 28 + 30 + 14 + 9 = 81; sáng kiến là điểm thưởng: + 9 = 90, đúng ngưỡng xuất sắc.
    (PHU_THO, phu_tho("28", "30", "14", "9"), {}, "81", "good", "hoàn thành tốt nhiệm vụ"),
    (PHU_THO, phu_tho("28", "30", "14", "9", "9"), {}, "90", "excellent", "hoàn thành xuất sắc nhiệm vụ"),
    (PHU_THO, phu_tho("28", "30", "14", "9", "9"), {"marks.initiatives": "8,75"}, "359/4", "good", "hoàn thành tốt"),
    # TP.HCM, quý: 18 + 27 + 45 = 90; chấm lại 29,9 thì 74,9, dưới 75; điểm trừ 25 của nhóm 1: 18 − 25 + 27 + 45 = 65.
    (HCM, hcm("18", "27", "45"), {}, "90", "excellent", "Từ 90 đến 100 điểm"),
    (HCM, hcm("18", "27", "45"), {"marks.results": "29,9"}, "749/10", "complete", "Từ 50 đến dưới 75 điểm"),
    (HCM, hcm("18", "27", "45"), {"deductions.discipline": "25"}, "65", "complete", "Từ 50 đến dưới 75 điểm"),
]


def filed_and_judged(
    sheet_person: Person, cycle: Cycle, own: Figures, changed: Figures, at: datetime, **more: Any
) -> Confirmation:
    sheet = sheet_of(cycle, sheet_person)
    document = {"fields": own, "strengths": "Đúng hạn.", "shortcomings": ""}
    actions.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=sheet_person.user, at=at)
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=at)
    reasons = dict.fromkeys(changed, "Theo biên bản")
    return judged(sheet_of(cycle, sheet_person), at, fields=changed, reasons=reasons, **more)


@pytest.mark.parametrize(("book", "own", "changed", "total", "level", "article"), TABLE)
def test_the_sheet_gives_what_the_article_gives_by_hand(
    cast: Cast, book: Any, own: Figures, changed: Figures, total: str, level: str, article: str
) -> None:
    rulebook, overlays, kind, number = book
    bound(cast, rulebook, overlays)
    cycle = opened_period(cast, kind=kind, number=number)
    done = filed_and_judged(cast.colleague, cycle, own, changed, OPENED)
    assert (done.outcome_kind, done.score, done.band) == ("rated", total if "/" in total else f"{total}/1", level)
    assert rate_document(done).to_json() == done.outcome
    (line,) = [f for f in json.loads(done.outcome)["findings"] if f["id"] == f"level.{level}.score"]
    assert article in line["sentence"]
    assert [one["article"] for one in line["cite"]] == CITED[rulebook]
    bill = explanation(cast.colleague.user, done.sheet_id)
    assert f"level.{level}" in {one.id for group in bill.groups for one in group.lines}


def test_a_commune_police_chief_is_outside_the_model_of_da_nang(cast: Cast) -> None:
    bound(cast, DA_NANG[0])
    cycle = opened_period(cast)
    flag = {"facts.police_or_military_chief": "1"}
    done = filed_and_judged(cast.colleague, cycle, {"marks.total": "90"}, flag, OPENED)
    assert (done.outcome_kind, done.score, done.band) == ("not_rated", "", "")


def test_a_head_in_ho_chi_minh_city_needs_the_satisfaction_of_the_level(cast: Cast) -> None:
    """92 điểm; hài lòng 85% không đủ 90% của mức xuất sắc, mà đủ 80% của mức tốt: quy chế của sở xếp mức tốt."""
    bound(cast, HCM[0], HCM[1])
    cycle = opened_period(cast, kind="quarter", number=1)
    done = filed_and_judged(cast.head, cycle, hcm("18", "27", "47", facts__satisfaction="85"), {}, OPENED)
    assert (done.score, done.band) == ("92/1", "good")


def test_a_case_of_discipline_fixes_the_level_whatever_the_points(cast: Cast) -> None:
    bound(cast, HCM[0], HCM[1])
    cycle = opened_period(cast, kind="quarter", number=1)
    done = filed_and_judged(cast.colleague, cycle, hcm("18", "27", "45"), {"facts.prosecuted": "1"}, OPENED)
    assert (done.score, done.band) == ("90/1", "incomplete")


def quarter_of_public_employees(cast: Cast, rulebook: str, overlays: tuple[str, ...] = ()) -> tuple[Person, Cycle]:
    person = make_person("VC001", "Hồ Thị Sáu", cast.economy, "Viên chức", kind="public_employee")
    bound(cast, rulebook, overlays, kind="public_employee")
    at = datetime(2026, 9, 28, 8, 0, tzinfo=VIETNAM)
    cycle = actions.open_cycle(
        root_id=cast.ward.pk, kind="quarter", year=2026, number=3, submit_by=at + timedelta(days=3),
        confirm_by=at + timedelta(days=6), choices={}, by=cast.organisation_officer.user, at=at,
    )  # fmt: skip
    return person, cycle


@pytest.mark.parametrize(
    ("general", "results", "reading", "total", "band"),
    [("25,5", "64,5", "points", "90/1", "excellent"), ("25,5", "64,49", "points", "8999/100", "good"),
     ("20", "30", "points", "50/1", "complete"), ("20", "29,99", "points", "4999/100", "incomplete"),
     ("25,5", "64,5", "percent_100", "1413/20", "good")],
)  # fmt: skip
def test_a_quarter_of_nd_233_is_general_plus_results(
    cast: Cast, general: str, results: str, reading: str, total: str, band: str
) -> None:
    """Điều 10, 11: nhóm chung tối đa 30, kết quả tối đa 70; Điều 12: 90, 70, 50 điểm. Kết quả ghi bằng điểm hay
    phần trăm thì nghị định để ngỏ: người đánh giá chọn; 64,5% của 70 điểm là 45,15, cộng 25,5 là 70,65."""
    person, cycle = quarter_of_public_employees(cast, "state/nd-233-2026")
    own = {"marks.general": general, "marks.results": results}
    decision = {"results_input": {"reading": reading, "reason": "Quy chế của đơn vị"}}
    done = filed_and_judged(person, cycle, own, {}, cycle.opened_at, decisions=decision)
    assert (done.score, done.band) == (total, band)
    assert rate_document(done).to_json() == done.outcome


def test_nd_90_rates_the_year_so_a_quarter_says_that_it_has_no_form(cast: Cast) -> None:
    person, cycle = quarter_of_public_employees(cast, "state/nd-90-2020-nd-48-2023")
    member = Member.objects.get(cycle=cycle, person=person)
    assert member.standing == "no_rule"
    assert member.reason.startswith("Quy định đã ghi từ 01/01/2026 chỉ dùng cho kỳ năm. Chưa chọn được quy định")
    assert Member.objects.get(cycle=opened_period(cast, kind="year", number=1), person=person).standing == "in"


def test_a_year_of_months_under_another_rule_has_no_mean_and_no_mau_02(cast: Cast, client: Client) -> None:
    """NĐ 233, Điều 12 khoản 5: how a year follows from its months the unit's regulation says, so no mean is shown; the
    form and the meeting of Điều 21 are those of NĐ 335."""
    person = make_person("VC001", "Hồ Thị Sáu", cast.economy, "Viên chức", kind="public_employee")
    bound(cast, "state/nd-233-2026", kind="public_employee")
    at = datetime(2026, 7, 28, 8, 0, tzinfo=VIETNAM)
    cycle = actions.open_cycle(
        root_id=cast.ward.pk, kind="month", year=2026, number=7, submit_by=at + timedelta(days=3),
        confirm_by=at + timedelta(days=6), choices={}, by=cast.organisation_officer.user, at=at,
    )  # fmt: skip
    own = {"marks.general": "25,5", "marks.results": "60"}
    chosen = {"results_input": {"reading": "points", "reason": "Chưa có Quy chế"}}
    sheet = sheet_of(cycle, person)
    client.force_login(person.user)
    typed = {"fields": own, "strengths": "", "shortcomings": ""}
    actions.save_draft(sheet_id=sheet.pk, document=typed, by=person.user, at=at)
    form = client.get(f"/phieu/{sheet.pk}/").content.decode()
    assert form.count("chấm thẳng bằng điểm hay tính từ phần trăm") == 1, "asked once"
    assert "Phần điểm đã tính được" in form, "25,5 of 30 is not the month's score"
    assert "phiếu vẫn nộp được" in form
    filed_and_judged(person, cycle, own, {}, at, decisions=chosen)
    draft = year_draft(person.user, person.pk, 2026, at)
    assert (draft.mean, draft.others, draft.is_form) == (None, ("NĐ 233/2026",), False)
    assert draft.months[6].score is not None
    page = client.get("/nam/2026/").content.decode()
    assert "Không có dự thảo Mẫu 02" in page
    assert "lấy trung bình các tháng là cách của NĐ 335/2025" in page
    assert "mau-02" not in page
    for path in (reverse("own_sheets"), reverse("own_history"), "/nam/2026/"):
        named = client.get(path).content.decode()
        assert ("Điểm các tháng năm 2026" in named, "Phiếu xếp loại năm" in named) == (True, False), path
    refused = client.get("/nam/2026/mau-02.pdf")
    assert (refused.status_code, "có tháng theo NĐ 233/2026" in refused.content.decode()) == (400, True)
    rolled = client.get(f"/ket-qua/nguoi/{person.pk}/quarter/2026/3/").content.decode()
    assert "không tổng hợp điểm các tháng thành điểm quý 3 năm 2026" in rolled
    assert "(own_regulation)" not in rolled
    assert year_draft(cast.colleague.user, cast.colleague.pk, 2026, at).others == ()
