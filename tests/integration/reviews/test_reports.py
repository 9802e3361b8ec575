"""Review reports: the form of the year, written once for every procedure, sent whole, never changed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import rounds as world
from tests.factories.reviews import typed_whole
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.kernel.errors import Conflict, NotYours, Several
from thuocdo.reviews import actions, composing, queries
from thuocdo.reviews.layouts import layout_for
from thuocdo.reviews.models import ReviewReport
from thuocdo.reviews.rules import Typed
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject

pytestmark = pytest.mark.django_db


@standing
def ward(db: None) -> Ward:
    return world.open_ward()


def file(ward: Ward, one: RoundSubject, by: str, **more: Any) -> ReviewReport:
    typed = more.pop("typed", None) or typed_whole(one)
    given: dict[str, Any] = {"stage": "draft", "own": (), "layout": "", "versions": {}, "at": AT} | more
    return actions.file_review(subject_id=one.pk, typed=typed, by=ward.user(by), **given)


def keep(ward: Ward, one: RoundSubject, by: str, texts: dict[str, str], **more: Any) -> None:
    given: dict[str, Any] = {"own": (), "layout": "", "versions": {}, "at": AT} | more
    actions.keep_review(subject_id=one.pk, typed=Typed(texts, {}), by=ward.user(by), **given)


def test_each_kind_of_subject_has_the_form_of_the_year(ward: Ward) -> None:
    forms = {
        ("collective", "Ban Thường"): "01",
        ("leader", "Trần Chủ Tịch"): "02A",
        ("party_member", "Đỗ Tổ Chức"): "02A",
        ("party_member", "Vũ Mới Vào"): "02B",
    }
    for (kind, name), form in forms.items():
        one = RoundSubject.objects.filter(kind=kind, name__startswith=name).first()
        assert one is not None
        assert layout_for(one).form == form
    with pytest.raises(Conflict, match="không có bản kiểm điểm"):
        layout_for(ward.subject("civil_servant", "Đỗ Tổ Chức"))


def test_the_text_of_a_person_is_written_once_and_own_texts_stay_apart(ward: Ward) -> None:
    cell = ward.subject("party_member", "Trần Chủ Tịch")
    board = ward.subject("leader", "Trần Chủ Tịch", of="Ban Thường vụ")
    keep(ward, cell, "chair", {"qualities": "Viết một lần", "duties": "Việc ở chi bộ"})
    assert composing.written(board).typed.texts == {"qualities": "Viết một lần", "duties": "Việc ở chi bộ"}
    versions = dict(composing.written(board).versions)
    assert versions == {"shared": 1, "own": 0}
    keep(
        ward,
        board,
        "chair",
        {"qualities": "Viết một lần", "duties": "Việc của Bí thư"},
        own=("duties",),
        versions=versions,
    )
    assert composing.written(board).typed.texts["duties"] == "Việc của Bí thư"
    assert composing.written(cell).typed.texts == {"qualities": "Viết một lần"}


def test_who_saves_over_a_colleague_is_told(ward: Ward) -> None:
    board = ward.subject("collective", "Ban Thường")
    keep(ward, board, "chair", {"principles": "Một"})
    with pytest.raises(Conflict, match="Trần Chủ Tịch vừa lưu"):
        keep(ward, board, "vice", {"principles": "Hai"})
    keep(ward, board, "vice", {"principles": "Hai"}, versions={"own": 1})
    keep(ward, board, "vice", {"principles": "Hai"}, versions={"own": 1})


def test_a_report_that_is_not_whole_is_refused_with_every_place(ward: Ward) -> None:
    one = ward.subject("party_member", "Đỗ Tổ Chức")
    whole = typed_whole(one)
    with pytest.raises(Several) as told:
        file(ward, one, "officer", typed=Typed({**whole.texts, "duties": " "}, {"general": "31", "results": ""}))
    assert set(told.value.problems) == {"text-duties", "mark-general", "mark-results", "level", "none_before"}


def test_a_filed_report_stands_and_the_same_twice_is_one(ward: Ward) -> None:
    one = ward.subject("party_member", "Đỗ Tổ Chức")
    first = file(ward, one, "officer")
    versions = dict(composing.written(one).versions)
    assert file(ward, one, "officer", versions=versions).pk == first.pk
    second = file(ward, one, "officer", versions=versions, typed=typed_whole(one, level="excellent"))
    assert (second.number, json.loads(second.content)["level"]) == (2, "excellent")
    assert json.loads(first.content)["marks"] == {"general": 3000, "results": 7000}
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        ReviewReport.objects.filter(pk=first.pk).update(content="{}")
    assert [p.message for p in verify().problems if p.kind.startswith("reviews.")] == []


def test_defects_of_both_years_go_into_the_report_and_a_dropped_one_does_not(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    by: dict[str, Any] = {"by": ward.user("vice"), "at": AT, "cause": "Chưa sát", "source": "self"}
    past = actions.add_defect(subject_id=one.pk, year=2024, text="Chậm báo cáo", **by)
    now = actions.add_defect(subject_id=one.pk, year=2025, text="Họp nhiều", **by)
    gone = actions.add_defect(subject_id=one.pk, year=2025, text="Ghi nhầm", **by)
    actions.drop_defect(defect_id=gone.pk, reason="Trùng", by=ward.user("vice"), at=AT)
    assert actions.add_defect(subject_id=one.pk, year=2025, text="Họp nhiều", **by).pk == now.pk
    row = file(ward, one, "vice", typed=typed_whole(one, none_before=False))
    content = json.loads(row.content)
    assert [d["id"] for d in content["defects"]] == [now.pk]
    assert [d["id"] for d in content["past"]] == [past.pk]
    elsewhere = ward.subject("leader", "Lê Phó Một", of="Ban Thường vụ")
    assert [d.pk for d in queries.writing(ward.user("vice"), elsewhere.pk, AT).defects] == [now.pk]


def test_what_others_pointed_out_is_not_dropped_by_the_one_it_is_about(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    given: dict[str, Any] = {"subject_id": one.pk, "year": 2025, "cause": "", "at": AT}
    told = actions.add_defect(text="Nóng nảy", source="meeting", by=ward.user("chief"), **given)
    with pytest.raises(NotYours):
        actions.drop_defect(defect_id=told.pk, reason="Không đúng", by=ward.user("vice"), at=AT)
    with pytest.raises(NotYours):
        actions.add_defect(text="Tự nhận hộ", source="self", by=ward.user("chief"), **given)
    with pytest.raises(Several, match="2025 hoặc 2024"):
        actions.add_defect(text="Cũ", source="self", by=ward.user("vice"), **given | {"year": 2020})


def test_completing_waits_for_the_meeting_and_after_it_no_draft_is_sent(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    with pytest.raises(Conflict, match="chưa họp xong"):
        file(ward, one, "vice", stage="final")
    rounds.take_steps(
        round_id=ward.round.pk, steps=[("review_in_cell", one.pk)], on=AT.date(), place="", number="", levels={},
        by=ward.user("chief"), at=AT,
    )  # fmt: skip
    with pytest.raises(Conflict, match="đã họp xong"):
        file(ward, one, "vice")
    assert file(ward, one, "vice", stage="final").stage == "final"


def test_who_meets_reads_and_each_look_is_on_record(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    file(ward, one, "vice")
    mate, stranger = ward.user("officer"), ward.user("outside")
    assert queries.reading(mate, one.pk, 0, AT) is not None
    actions.record_review_view(subject_id=one.pk, by=mate, at=AT)
    actions.record_review_view(subject_id=one.pk, by=mate, at=AT + timedelta(minutes=5))
    actions.record_review_view(subject_id=one.pk, by=ward.user("vice"), at=AT)
    assert Event.objects.filter(code="review.viewed").count() == 1
    with pytest.raises(NotYours):
        queries.reading(stranger, one.pk, 0, AT)
    with pytest.raises(NotYours):
        queries.writing(ward.user("chief"), one.pk, AT)


def test_a_person_without_account_is_written_for(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    with outside_actions():
        ward.people["vice"].user = None
        ward.people["vice"].save()
    assert file(ward, one, "chief").by == ward.user("chief")
