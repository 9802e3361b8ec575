"""A closed month opens for a replacing result only, by two people; recusal; routes where the rulebook is silent."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.agreement import all_disagree
from tests.cast import Cast
from tests.clients import signed_in
from tests.factories.months import judgement, self_document, sheet_of
from tests.factories.people import give_role
from tests.guards import outside_actions
from tests.integration.decisions.conftest import CLOSED
from thuocdo.appraisals import actions as appraisals
from thuocdo.appraisals.authority import authority_under, named_authority, said_of_petitions
from thuocdo.appraisals.models import Petition
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle, Member
from thuocdo.decisions import actions
from thuocdo.decisions.actions import reopening
from thuocdo.decisions.models import Recusal, Reopening
from thuocdo.engine.source import OverlaySource
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Person, Role, UnitLink
from thuocdo.rulesets import catalogue

AT = CLOSED + timedelta(days=1)
HAI_PHONG = "local/hai-phong-212-2025"
SETTLED = """
key = "thu/hai-phong"
title = "Quy chế của thành phố"
extends = "local/hai-phong-212-2025"
by = "Chủ tịch UBND thành phố"
on = 2026-01-02
reason = "Giao rõ nơi giải quyết"

[[instruments]]
id = "quy-che"
title = "Quy chế của thành phố"
name = "Quy chế của thành phố"
number = "1/QC"
issuer = "UBND thành phố"
since = 2026-01-02
articles = [{ ref = "3", text = "Điều 3", about = "Kiến nghị", source = "quy chế", confidence = "H" }]

[[settle]]
point = "petition_authority"
reading = "managing"
reason = "Khách quan"
cite = "quy-che/3"
since = 2026-01-02
"""
LATE = {"202602-KT003-01": {"quality_met": "2", "note": "Sai số liệu"}}


def proposed(cast: Cast, cycle: Cycle, *people: Person, by: Person | None = None) -> list[Reopening]:
    return actions.propose_reopening(
        cycle_id=cycle.pk,
        sheet_ids=[sheet_of(cycle, person).pk for person in people or (cast.officer_appraised,)],
        reason="Số liệu báo cáo không trung thực",
        by=(by or cast.organisation_officer).user,
        at=AT,
    )


def test_two_people_reopen_and_the_replacement_closes_again(
    cast: Cast, closed: Cycle, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    (row,) = proposed(cast, closed)
    assert (row.state, row.authority, row.subject) == ("proposed", cast.committee, cast.officer_appraised)
    assert all_disagree(AT) == []
    act = {"reopening_id": row.pk, "at": AT}
    change = {"judgement": judgement(tasks=LATE, comment="Sửa."), "reason": "Theo kết luận kiểm tra"}
    with pytest.raises(Conflict, match="chờ người thứ hai"):
        actions.replace_result(by=cast.chairman.user, **act, **change)
    for other in (cast.head, cast.organisation_officer, cast.colleague):
        with pytest.raises(NotYours):
            actions.agree_reopening(by=other.user, **act)
    actions.agree_reopening(by=cast.chairman.user, **act)
    assert all_disagree(AT) == []
    with pytest.raises(Conflict, match="đã mở"):
        actions.agree_reopening(by=cast.chairman.user, **act)
    assert Cycle.objects.get(pk=closed.pk).state == "closed"
    sheet = sheet_of(closed, cast.officer_appraised)
    with pytest.raises(Conflict):  # nothing else is possible in the closed month
        appraisals.submit(
            sheet_id=sheet.pk, version=sheet.version, document=self_document(), by=cast.officer_appraised.user, at=AT
        )
    with pytest.raises(Refusal):
        actions.replace_result(by=cast.chairman.user, judgement={}, reason="x", **act)
    with pytest.raises(Refusal, match="giống hệt kết quả cũ"):
        actions.replace_result(judgement=judgement(), reason="Không sửa gì", by=cast.chairman.user, **act)
    with django_capture_on_commit_callbacks(execute=True):
        new = actions.replace_result(by=cast.chairman.user, **act, **change)
    assert Notice.objects.get(kind="result.replaced_by_other").user == cast.head.user
    assert (new.number, new.confirmed_by, new.replaces.number) == (2, cast.chairman, 1)
    assert new.score != new.replaces.score
    row.refresh_from_db()
    assert (row.state, row.replacement) == ("replaced", new)
    assert all_disagree(AT) == []
    assert len(list(Path(settings.HEADS_DIR).glob("heads-*.json"))) == 1
    with pytest.raises(Conflict, match="đã khóa lại"):
        actions.replace_result(by=cast.chairman.user, **act, **change)
    codes = Event.objects.filter(code__startswith="reopening.").order_by("seq").values_list("code", flat=True)
    assert list(codes) == ["reopening.proposed", "reopening.agreed", "reopening.replaced"]


def test_what_cannot_be_reopened(cast: Cast, closed: Cycle) -> None:
    for other in (cast.head, cast.chairman, cast.stranger):
        with pytest.raises(NotYours):
            proposed(cast, closed, by=other)
    with pytest.raises(Forbidden, match="phiếu của chính ông/bà"):
        proposed(cast, closed, cast.organisation_officer)
    with pytest.raises(Refusal, match="chưa có kết quả để thay"):
        proposed(cast, closed, cast.head_elsewhere)
    proposed(cast, closed)
    with pytest.raises(Conflict, match="đang được đề nghị"):
        proposed(cast, closed)
    with outside_actions():
        Cycle.objects.filter(pk=closed.pk).update(state="open", closed_at=None, closed_by=None)
    with pytest.raises(Conflict, match="đang mở"):
        proposed(cast, closed, cast.colleague)


def test_the_managing_agency_comes_before_the_one_that_rates_the_year(cast: Cast, closed: Cycle) -> None:
    member = Member.objects.get(cycle=closed, person=cast.officer_appraised)
    with outside_actions():  # as for a component unit: confirmed there, the year rated by the head of the division
        Member.objects.filter(pk=member.pk).update(evaluator_unit=cast.finance_team, rating_unit=cast.culture)
    rows = {row.subject_id: row for row in proposed(cast, closed, cast.officer_appraised, cast.head)}
    first, second = rows[cast.officer_appraised.pk], rows[cast.head.pk]
    assert first.authority == cast.committee
    assert first.authority_note == (
        "Điều 21 khoản 3 Nghị định 335/2025/NĐ-CP giao người đứng đầu cơ quan quản lý ra quyết định mới thay "
        "quyết định xếp loại năm; Nghị định không nêu riêng ai thay kết quả tháng, quý. Đề nghị này chuyển tới "
        "người đứng đầu “Ủy ban nhân dân phường”, cơ quan quản lý ở trên nơi đã xác nhận."
    )
    assert second.authority == cast.city


def test_without_a_managing_agency_above_the_note_says_so(cast: Cast, closed: Cycle) -> None:
    with outside_actions():
        UnitLink.objects.filter(tree="management", child=cast.committee).delete()
    (row,) = proposed(cast, closed, cast.head)  # confirmed by the managing agency itself
    assert row.authority == cast.committee
    assert row.authority_note.endswith("“Ủy ban nhân dân phường”, cơ quan quản lý, cũng là nơi đã xác nhận.")
    with outside_actions():
        UnitLink.objects.filter(tree="management").delete()
        Member.objects.filter(cycle=closed, person=cast.colleague).update(rating_unit=cast.committee)
    (row,) = proposed(cast, closed, cast.colleague)
    assert row.authority == cast.committee
    assert "Chưa ghi nhận cơ quan quản lý nào" in row.authority_note
    assert row.authority_note.endswith("nơi xếp loại cuối năm và ở trên nơi đã xác nhận.")


def test_a_result_under_petition_is_not_replaced_beside_it(cast: Cast, closed: Cycle) -> None:
    (row,) = proposed(cast, closed, cast.officer_appraised)
    actions.agree_reopening(reopening_id=row.pk, by=cast.chairman.user, at=AT)
    result = cast.officer_appraised.sheets.get().confirmations.get()
    act: Any = {"confirmation_id": result.pk, "by": cast.officer_appraised.user, "at": AT}
    petition = appraisals.petition(text="Xem lại.", **act)
    replace: Any = {"reopening_id": row.pk, "reason": "Theo kết luận", "by": cast.chairman.user, "at": AT}
    late = judgement(tasks=LATE, comment="Sửa.")
    chairman, page = signed_in(cast.chairman), f"/quyet-dinh/mo-lai/{row.pk}/"
    told = chairman.get(page).content.decode()
    assert "Chưa thay được lúc này" in told
    assert "“Ủy ban nhân dân phường” trả lời" in told
    named = "Nguyễn Thị Hồng Ngọc .*“Ủy ban nhân dân phường” trả lời"
    with pytest.raises(Conflict, match=named):
        actions.replace_result(judgement=late, **replace)
    other = cast.colleague.sheets.get().confirmations.get()
    appraisals.petition(confirmation_id=other.pk, text="Xem lại.", by=cast.colleague.user, at=AT)
    with pytest.raises(Conflict, match="Đỗ Ánh"):
        proposed(cast, closed, cast.colleague)
    appraisals.uphold(petition_id=petition.pk, answer="Đã đối chiếu.", by=cast.chairman.user, at=AT)
    assert "Chưa thay được lúc này" not in chairman.get(page).content.decode()
    assert actions.replace_result(judgement=late, **replace).replaces == result


def test_a_petition_left_over_on_a_replaced_result_is_answered_truly(
    cast: Cast, closed: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = proposed(cast, closed, cast.officer_appraised)
    actions.agree_reopening(reopening_id=row.pk, by=cast.chairman.user, at=AT)
    result = cast.officer_appraised.sheets.get().confirmations.get()
    petition = appraisals.petition(confirmation_id=result.pk, text="Xem lại.", by=cast.officer_appraised.user, at=AT)
    with monkeypatch.context() as patch:  # as earlier versions let it happen
        patch.setattr(reopening, "require_no_petition", lambda sheets: None)
        actions.replace_result(
            reopening_id=row.pk, judgement=judgement(tasks=LATE), reason="Sai", by=cast.chairman.user, at=AT
        )
    act: Any = {"petition_id": petition.pk, "answer": "Đã thay.", "by": cast.chairman.user, "at": AT}
    with pytest.raises(Conflict, match="nay là kết quả lần 2"):
        appraisals.correct(judgement=judgement(comment="Khác."), **act)
    appraisals.uphold(**act)
    told = Notice.objects.get(kind="petition.answered", user=cast.officer_appraised.user)
    assert "giữ kết quả đang có hiệu lực (kết quả lần 2, thay ngày" in told.text


def test_dropping_closes_again_with_a_reason(cast: Cast, closed: Cycle) -> None:
    first, second = proposed(cast, closed, cast.officer_appraised, cast.colleague)
    for other in (cast.head, cast.officer_appraised):
        with pytest.raises(NotYours):
            actions.drop_reopening(reopening_id=first.pk, reason="Không cần", by=other.user, at=AT)
    with pytest.raises(Refusal, match="chưa nhập"):
        actions.drop_reopening(reopening_id=first.pk, reason="", by=cast.chairman.user, at=AT)
    actions.drop_reopening(reopening_id=first.pk, reason="Không cần", by=cast.chairman.user, at=AT)
    actions.agree_reopening(reopening_id=second.pk, by=cast.chairman.user, at=AT)
    actions.drop_reopening(reopening_id=second.pk, reason="Xét lại", by=cast.organisation_officer.user, at=AT)
    with pytest.raises(Conflict):
        actions.drop_reopening(reopening_id=second.pk, reason="Nữa", by=cast.chairman.user, at=AT)
    assert proposed(cast, closed)[0].state == "proposed"


def test_the_database_wants_two_people_neither_of_them_concerned(cast: Cast, closed: Cycle) -> None:
    (row,) = proposed(cast, closed)
    for wrong in (
        {"state": "open", "agreed_by": row.proposed_by, "agreed_at": AT},
        {"state": "open", "agreed_by": row.subject, "agreed_at": AT},
        {"state": "open"},
        {"proposed_by": row.subject},
        {"reason": ""},
        {"state": "dropped"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
            Reopening.objects.filter(pk=row.pk).update(**wrong)


def test_abuse_42_an_answerer_recuses_and_the_petition_goes_up(cast: Cast, closed: Cycle) -> None:
    result = cast.officer_appraised.sheets.get().confirmations.get()
    row = appraisals.petition(confirmation_id=result.pk, text="Xem lại.", by=cast.officer_appraised.user, at=AT)
    act = {"petition_id": row.pk, "at": AT}
    for other in (cast.head, cast.chairman_above, cast.officer_appraised):
        with pytest.raises(NotYours):
            actions.pass_on(reason="Tôi không tham gia", by=other.user, **act)
    with pytest.raises(Refusal, match="chưa nhập"):
        actions.pass_on(reason=" ", by=cast.chairman.user, **act)
    recusal = actions.pass_on(reason="Là người thân của người kiến nghị", by=cast.chairman.user, **act)
    assert (recusal.unit, recusal.passed_to) == (cast.committee, cast.city)
    passed = Petition.objects.get()
    assert (passed.authority, passed.answer_by) == (cast.city, row.answer_by)  # the clock runs on
    assert "từ chối giải quyết và chuyển lên" in passed.authority_note
    with pytest.raises(NotYours):
        appraisals.uphold(petition_id=row.pk, answer="Giữ nguyên.", by=cast.chairman.user, at=AT)
    with pytest.raises(Refusal, match="Chưa ghi nhận"):
        actions.pass_on(reason="Tôi cũng vậy", by=cast.chairman_above.user, **act)
    appraisals.uphold(petition_id=row.pk, answer="Giữ nguyên.", by=cast.chairman_above.user, at=AT)
    with pytest.raises(Conflict):
        actions.pass_on(reason="Muộn", by=cast.chairman_above.user, **act)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        Recusal.objects.create(
            petition=passed, person=cast.head, unit=cast.city, passed_to=cast.city, reason="x", at=AT
        )


def test_where_the_rulebook_is_silent_the_regulation_of_the_agency_says_where(cast: Cast, closed: Cycle) -> None:
    sheet = sheet_of(closed, cast.officer_appraised)
    with pytest.raises(Refusal, match=r"Quy định A\. Đơn vị chưa ghi nhận.*hỏi cán bộ tổ chức"):
        named_authority(sheet, "Quy định A.", AT.date())
    values = {"unit_id": cast.ward.pk, "start": AT.date(), "by": cast.organisation_officer.user, "at": AT}
    for wrong in ({"authority_id": 0, "named_in": "x"}, {"authority_id": cast.committee.pk, "named_in": ""}):
        with pytest.raises(Refusal):
            actions.set_petition_route(**values, **wrong)
    for wrong, match in (
        ({"chosen_by": "Chủ tịch UBND phường"}, "Lý do chọn"),
        ({"reason": "Chưa có quy chế"}, "Cấp có thẩm quyền đã chọn"),
        ({"authority_id": cast.ward.pk}, "chưa ghi nhận người đứng đầu"),
        ({"unit_id": cast.economy.pk, "authority_id": cast.economy.pk}, "cũng quyết định kết quả"),
    ):
        with pytest.raises(Refusal, match=match):
            actions.set_petition_route(**values | {"authority_id": cast.committee.pk, "named_in": "x"} | wrong)
    give_role(cast.head, cast.ward, Role.Kind.OFFICER)
    with pytest.raises(Forbidden, match="không tự ghi nơi giải quyết kiến nghị"):
        actions.set_petition_route(**values | {"by": cast.head.user}, authority_id=cast.committee.pk, named_in="x")
    for _ in range(2):
        actions.set_petition_route(**values, authority_id=cast.committee.pk, named_in="Quy chế số 3, Điều 9")
    unit, note = named_authority(sheet, "Quy định A.", AT.date(), decided_by=cast.head.pk)
    assert unit == cast.committee
    assert note.endswith(" Quy định A.")
    assert "Quy chế số 3, Điều 9" in note
    with pytest.raises(Refusal, match="chính là người kiến nghị hay người đã quyết định"):
        named_authority(sheet, "Quy định A.", AT.date(), decided_by=cast.chairman.pk)
    actions.set_petition_route(
        **values | {"start": AT.date() + timedelta(days=1)}, authority_id=cast.committee.pk, named_in="Công văn số 8",
        chosen_by="Chủ tịch Ủy ban nhân dân phường", reason="Quy chế chưa nêu.",
    )  # fmt: skip
    note = named_authority(sheet, "Quy định A.", AT.date() + timedelta(days=1))[1]
    assert "Công văn số 8 (Chủ tịch Ủy ban nhân dân phường chọn vì quy chế chưa nêu; lý do: Quy chế chưa nêu)" in note


def test_hai_phong_leaves_open_who_answers_until_an_agency_settles_it(cast: Cast, closed: Cycle) -> None:
    sheet, plain = sheet_of(closed, cast.colleague), catalogue.load_any(HAI_PHONG)
    assert "petition_authority" in {point.id for point in plain.open_points}
    with pytest.raises(Refusal, match="Đơn vị chưa ghi nhận nơi giải quyết"):
        authority_under(plain, sheet, AT.date())
    own = catalogue.load_with(HAI_PHONG, (), OverlaySource("thu/hai-phong", SETTLED))
    unit, note = authority_under(own, sheet, AT.date(), decided_by=cast.head.pk)
    assert unit == cast.committee
    assert "Chủ tịch UBND thành phố quy định như vậy: Khách quan." in note
    with outside_actions():
        UnitLink.objects.filter(tree=UnitLink.Tree.MANAGEMENT).delete()
    with pytest.raises(Refusal, match="chưa ghi nhận cơ quan ấy"):
        authority_under(own, sheet, AT.date(), decided_by=cast.head.pk)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("state/nd-233-2026", "không quy định quyền kiến nghị, nơi và thời hạn giải quyết"),
        ("state/nd-90-2020", "hồ sơ kiến nghị là một thành phần hồ sơ; phần văn bản mà phần mềm đọc được không nêu"),
        ("local/hai-phong-212-2025", "Điều 13 Quyết định 212/2025/QĐ-UBND: Không nhất trí với kết luận thì có quyền"),
        ("local/ha-noi-3251-2022", "phần văn bản mà phần mềm đọc được không nêu nơi, thời hạn"),
        ("state/nd-56-2015", "phần văn bản mà phần mềm đọc được không nêu nơi, thời hạn"),
    ],
)
def test_only_a_text_read_whole_is_said_to_have_no_rule_on_petitions(key: str, said: str) -> None:
    words = said_of_petitions(catalogue.load_any(key))
    assert said in words
    assert ("không quy định" in words) == (key == "state/nd-233-2026")
