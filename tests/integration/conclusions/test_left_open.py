"""Hòa Bình 2018: a text that leaves the levels of a collective open is decided by the authority; no level is none."""

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.factories import conclusions as world
from tests.factories.conclusions import WORDS, competent
from tests.factories.hoa_binh import AT, LONG_AGO, PLAN, begin, make_district, second_officer
from tests.factories.rounds import Ward
from thuocdo.audit.verify import verify as verify_all
from thuocdo.cli.verifying import assessments
from thuocdo.kernel.errors import Refusal
from thuocdo.reviews import actions as reviews
from thuocdo.reviews.scoring.access import rule_of
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db
DAY = date(2018, 12, 12)
GRADES = {"grades.results": "excellent", "grades.others": "excellent"}


def decided_district() -> Ward:
    ward = make_district()
    second_officer(ward)
    for kind in ("party_organisation", "collective"):
        competent(ward, kind, start=LONG_AGO, at=AT - timedelta(days=10))
    begin(ward, 2018, AT, overlays=["overlays/hoa-binh-2018"], **PLAN)
    return ward


def take(ward: Ward, one: RoundSubject, *steps: str) -> None:
    rounds.take_steps(round_id=ward.round.pk, steps=[(step, one.pk) for step in steps], on=DAY, place="Hội trường",
                      number="1", body="Ban Thường vụ Huyện ủy", levels={}, by=ward.user("excused"), at=AT)  # fmt: skip


def verified(ward: Ward, one: RoundSubject) -> str:
    """Own part from paper and verification; what the page of deciding shows."""
    document = {"fields": GRADES, **WORDS}
    world.file_own(ward, one, "excused", document=document, paper="Bản giấy số 3", at=AT)
    world.verify(ward, one, "excused", document={"fields": GRADES, "comment": "Đúng"}, group="", at=AT)
    page = Client()
    page.force_login(ward.user("chair"))
    return page.get(f"/ket-luan/doi-tuong/{one.pk}/").content.decode()


def refused(ward: Ward, one: RoundSubject, field: str, **more: str) -> str:
    with pytest.raises(Refusal) as told:
        world.decide(ward, one, on=DAY, at=AT, **more)
    assert told.value.field == field
    return told.value.message


def test_where_the_text_names_no_reading_the_authority_chooses_the_level_with_its_reason() -> None:
    ward = decided_district()
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy")
    one = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    rounds.decide_subjects(round_id=ward.round.pk, subject_ids=[one.pk], standing="in", reason="Kiểm điểm cùng Ủy ban",
                           cite="Kế hoạch 183", holds=False, with_id=government.pk, by=ward.user("excused"),
                           at=AT)  # fmt: skip
    take(ward, government, "review_collective")
    take(ward, one, "ask_around")
    shown = verified(ward, one)
    assert "không nêu cách hiểu nào để chọn" in shown
    assert "Từng mức của tập thể lãnh đạo, quản lý đòi các nhóm tiêu chí đạt mức nào?" in shown
    assert "Theo kết quả của quy tắc" not in shown
    assert "hãy chọn một mức (Hoàn thành xuất sắc nhiệm vụ, " in refused(ward, one, "level")
    assert "hãy ghi lý do" in refused(ward, one, "reason", level="good")
    part = world.decide(ward, one, on=DAY, at=AT, level="good", reason="Ủy ban xếp hoàn thành tốt")
    assert (part.level, part.rule_level, part.reason) == ("good", "", "Ủy ban xếp hoàn thành tốt")
    assert StepDone.objects.get(node="rate_same_level", subject=one).level == "good"

    folded = '<details class="panel"><summary>Kỷ luật, quyết định 1 (nếu có)</summary>'
    officer = Client()
    officer.force_login(ward.user("excused"))
    member = f"/ket-luan/doi-tuong/{ward.subject('party_member', 'Ngô Chánh').pk}/"
    world.file_own(ward, ward.subject("party_member", "Ngô Chánh"), "officer", paper="Bản giấy số 4", at=AT,
                   document={"fields": GRADES | {"tasks.assigned": "10", "tasks.done": "10"}, **WORDS})  # fmt: skip
    assert folded in officer.get(member).content.decode()
    typed = officer.post(member, {"do": "verify", "version": "1", "fields.disciplines.1.effective_date": "hôm qua"})
    assert typed.status_code == 400
    assert folded.replace('"panel"', '"panel" open') in typed.content.decode(), "what was typed is not folded away"

    cell = ward.subject("party_organisation", "Chi bộ Kinh tế")
    take(ward, ward.subject("unit", "Phòng Kinh tế"), "rate_same_level")
    take(ward, cell, "review_collective")
    rule = rule_of(ward.round)
    assert rule is not None
    for kind, number, _ in rule.places:
        score = reviews.score_itself(
            organisation_id=ward.party["economy"].pk, year=2018, kind=kind, number=number, held_on=date(2018, 5, 3),
            could=True, marks={}, total="92", reason="", by=ward.user("officer"), at=AT,
        )  # fmt: skip
        reviews.recognise_score(score_id=score.pk, seen=0, recognised=False, words="Chưa đúng thực tế",
                                by=ward.user("chair"), at=AT)  # fmt: skip
    shown = verified(ward, cell)
    assert "Theo quy tắc: không xếp loại." in shown
    assert "Mức quyết định" not in shown
    assert "để trống mức" in refused(ward, cell, "level", level="excellent")
    assert world.decide(ward, cell, on=DAY, at=AT).level == ""
    assert StepDone.objects.get(node="rate_organisation", subject=cell).level == ""
    report = verify_all(rerate=[assessments()])
    assert [said.message for said in report.problems if said.kind.startswith(("conclusions.", "rounds."))] == []
