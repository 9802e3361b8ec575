"""Reads: who may see what, how many queries, what the pages get."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import (
    confirmed,
    judgement,
    leader_judgement,
    make_task,
    marks,
    self_document,
    sheet_of,
    submitted,
)
from tests.factories.people import make_person
from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions, queries
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours, Refusal


def test_only_those_who_may_see_a_sheet_do(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = submitted(february, cast.officer_appraised, at)
    seen_by = (cast.officer_appraised, cast.head, cast.organisation_officer, cast.inspector)
    hidden_from = (
        cast.colleague,
        cast.head_elsewhere,
        cast.task_giver,
        cast.stranger,
        cast.chairman,
        cast.deputy,
    )
    for person in seen_by:
        assert queries.sheet_to_view(person.user, sheet.pk, at).sheet == sheet
        assert queries.explanation(person.user, sheet.pk, at=at).total
        actions.record_view(sheet_id=sheet.pk, by=person.user, at=at)
    for person in hidden_from:
        for read in (
            lambda p: queries.sheet_to_view(p.user, sheet.pk, at),
            lambda p: queries.explanation(p.user, sheet.pk, at=at),
            lambda p: queries.own_sheet(p.user, sheet.pk),
            lambda p: queries.sheet_to_evaluate(p.user, sheet.pk),
            lambda p: queries.preview(p.user, sheet.pk, {}),
            lambda p: queries.preview_judgement(p.user, sheet.pk, {}),
            lambda p: queries.viewers(p.user, sheet.pk),
            lambda p: queries.year_draft(p.user, cast.officer_appraised.pk, 2026, at),
            lambda p: actions.record_view(sheet_id=sheet.pk, by=p.user, at=at),
        ):
            with pytest.raises(NotYours):
                read(person)
    actions.record_view(sheet_id=sheet.pk, by=cast.head.user, at=at + timedelta(minutes=1))
    actions.record_view(sheet_id=sheet.pk, by=cast.head.user, at=at + timedelta(hours=1))
    looks = queries.viewers(cast.officer_appraised.user, sheet.pk)
    assert [v.name for v in looks] == ["Lê Minh Đức", "Trịnh Xuân Bách", "Bùi Thị Mai", "Lê Minh Đức"]


def test_own_sheet_from_empty_to_confirmed(cast: Cast, february: Cycle, at: datetime) -> None:
    me = cast.officer_appraised.user
    sheet = sheet_of(february, cast.officer_appraised)
    view = queries.own_sheet(me, sheet.pk, at)
    assert (view.document, len(view.tasks), view.may) == ({}, 2, {"submit"})
    partial = queries.preview(me, sheet.pk, {"marks": {"discipline": "4,5", "hard_tasks": "9"}})
    assert partial.kind == "needs_decision"
    assert "marks.hard_tasks" in " ".join(partial.missing)
    assert partial.finding("general.total").value == Fraction(9, 2)
    assert queries.preview(me, sheet.pk, self_document()).score == 99
    actions.save_draft(sheet_id=sheet.pk, document={"strengths": "Nháp"}, by=me, at=at)
    assert queries.own_sheet(me, sheet.pk).document == {"strengths": "Nháp"}
    submitted(february, cast.officer_appraised, at)
    view = queries.own_sheet(me, sheet.pk, at)
    assert (view.document["marks"], view.may) == (marks(), {"withdraw"})
    head = cast.head.user
    judging = queries.sheet_to_evaluate(head, sheet.pk, at)
    assert (judging.view.may, judging.flags, len(judging.base["subject"]["products"])) == ({"open"}, (), 2)
    assert queries.preview_judgement(head, sheet.pk, {}).score == 99
    with pytest.raises(Refusal):
        queries.preview_judgement(head, sheet.pk, {"tasks": {"202602-KT003-01": {"completed": "x"}}})
    actions.open_for_review(sheet_id=sheet.pk, by=head, at=at)
    actions.confirm(sheet_id=sheet.pk, version=3, judgement=judgement(), by=head, at=at)
    view = queries.own_sheet(me, sheet.pk, at)
    assert view.may == {"petition"}
    assert view.confirmation is not None
    assert queries.rate_document(view.confirmation).to_json() == view.confirmation.outcome


def test_explanation_is_a_bill_that_adds_up(cast: Cast, february: Cycle, at: datetime) -> None:
    confirmed(february, cast.team_member, at)
    result = confirmed(
        february,
        cast.team_head,
        at,
        leader_judgement(tasks={"202602-KT006-01": {"quality_errors": "1", "note": "Sai số liệu"}}),
    )
    bill = queries.explanation(cast.team_head.user, result.sheet_id)
    assert [g.id for g in bill.groups] == [
        "general",
        "products",
        "ratios",
        "leadership",
        "mean",
        "total",
        "band",
    ]
    lines = {line.id: line for group in bill.groups for line in group.lines}
    assert lines["product.202602-KT006-01"].note == "Sai số liệu"
    total = Fraction(lines["general.total"].exact) + Fraction(lines["results.points"].exact)
    assert total == Fraction(lines["total"].exact) == Fraction(result.score)
    parts = [f"results.{r}" for r in ("quantity", "quality", "progress")] + [
        f"results.leadership.{f}" for f in ("unit_results", "organising", "solidarity")
    ]
    assert sum(Fraction(lines[p].exact) for p in parts) / 6 == Fraction(lines["results.mean"].exact)
    assert "chưa phải xếp loại" in bill.caution
    assert all(line.cite for line in lines.values())


def test_flags_and_rows_of_the_table(cast: Cast, february: Cycle, at: datetime) -> None:
    make_task(
        cast.colleague,
        cast.economy,
        3,
        outside_plan=True,
        late=1,
        quality_errors=2,
        cause="Mất điện",
        evidence="",
    )
    document = self_document(marks=marks(political_ethics="5"))
    sheet = sheet_of(february, cast.colleague)
    actions.submit(sheet_id=sheet.pk, version=1, document=document, by=cast.colleague.user, at=at)
    confirmed(february, cast.officer_appraised, at)
    submitted(february, cast.team_head, at)
    table = queries.evaluation_table(cast.head.user, february.pk, at)
    rows = {r.sheet.person_id: r for r in table.rows}
    assert rows[cast.colleague.pk].flags == (
        "Có việc ngoài kế hoạch",
        "Chậm 1 lần, chưa được xác nhận nguyên nhân",
        "Nêu nguyên nhân khách quan, cần xác nhận",
        "2 lần không đạt chất lượng",
        "1 việc chưa có minh chứng",
        "Tỷ lệ trên 100%: số lượng, chất lượng, tiến độ",
        "Tự chấm tối đa mọi tiêu chí chung",
    )
    done = rows[cast.officer_appraised.pk]
    assert (str(done.judged_score), str(done.self_score), str(done.difference)) == ("99", "99", "0")
    assert "Cần người đánh giá quyết định" in rows[cast.team_head.pk].flags
    assert rows[cast.deputy.pk].self_score is None
    flagged = [bool(r.flags) and r.sheet.state == "submitted" for r in table.rows]
    assert flagged == sorted(flagged, reverse=True)
    with pytest.raises(NotYours):
        queries.evaluation_table(cast.head_elsewhere.user, february.pk + 1, at)


def test_year_draft_lists_what_is_missing(cast: Cast, february: Cycle, at: datetime) -> None:
    confirmed(february, cast.officer_appraised, at)
    draft = queries.year_draft(cast.officer_appraised.user, cast.officer_appraised.pk, 2026, at)
    assert len(draft.months) == 12
    assert str(draft.months[1].score) == "99"
    assert len(draft.missing) == 11
    assert draft.mean is not None
    assert (draft.mean.value, draft.mean_label) == (Fraction(99), "tạm tính, trên 1 tháng đã xác nhận")
    away = queries.year_draft(cast.on_maternity.user, cast.on_maternity.pk, 2026, at)
    assert away.months[1].note == "vắng cả kỳ"
    assert away.mean is None


def test_a_month_whose_rules_were_not_kept_is_named_and_stops_no_page_of_the_year(
    cast: Cast, february: Cycle, at: datetime, client: Client
) -> None:
    confirmed(february, cast.officer_appraised, at)
    with outside_actions():
        Member.objects.filter(person=cast.officer_appraised).update(rulebook_hash="0" * 64)
    client.force_login(cast.officer_appraised.user)
    shown = client.get("/nam/2026/").content.decode()
    assert "Bản bộ quy tắc được chốt cho tháng 2 không còn trên hệ thống" in shown
    assert "chưa tính: không có bộ quy tắc của tháng 2" in shown
    assert ">99<" in shown
    assert "mau-02" not in shown
    assert "Điểm các tháng năm 2026" in client.get("/phieu/").content.decode()
    refused = client.get("/nam/2026/mau-02.pdf")
    assert (refused.status_code, "Chưa lập được Mẫu 02 năm 2026" in refused.content.decode()) == (400, True)


def test_todo_of_each_role(cast: Cast, february: Cycle, at: datetime) -> None:
    submitted(february, cast.officer_appraised, at)

    def kinds(user: User, when: datetime = at) -> list[tuple[str, bool]]:
        return [(t.kind, t.overdue) for t in queries.todo(user, when)]

    assert kinds(cast.officer_appraised.user) == []
    assert kinds(cast.colleague.user) == [("sheet.drafting", True)]
    assert ("sheets.to_evaluate", False) in kinds(cast.head.user)
    assert ("cycle.to_close", True) in kinds(cast.organisation_officer.user, at + timedelta(days=3))
    assert kinds(cast.stranger.user) == []


@pytest.mark.parametrize("people", [5, 50])
def test_lists_need_a_constant_number_of_queries(
    cast: Cast, at: datetime, people: int, django_assert_max_num_queries: Any
) -> None:
    from tests.factories.months import open_month

    for n in range(people):
        person = make_person(f"N{n:03d}", f"Nguyễn Văn Số {n}", cast.economy)
        make_task(person, cast.economy)
    cycle = open_month(cast.ward, cast.organisation_officer)
    sheets = list(cycle.sheets.filter(person__code__startswith="N").select_related("person__user"))
    for sheet in sheets[: people // 2]:
        actions.submit(sheet_id=sheet.pk, version=1, document=self_document(), by=sheet.person.user, at=at)
    with django_assert_max_num_queries(10):
        assert len(queries.evaluation_table(cast.head.user, cycle.pk, at).rows) >= people
    with django_assert_max_num_queries(10):
        assert queries.progress(cast.organisation_officer.user, cycle.pk, at).total >= people
    with django_assert_max_num_queries(12):
        queries.todo(cast.organisation_officer.user, at)
    with django_assert_max_num_queries(3):
        queries.cycles_to_evaluate(cast.head.user)
    with django_assert_max_num_queries(15):
        queries.sheet_to_evaluate(cast.head.user, sheets[0].pk, at)
