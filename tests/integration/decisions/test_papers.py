"""Papers of a unit: frozen content in Vietnamese order, numbers typed and unique, who signs, replacement, delivery."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.agreement import all_disagree
from tests.cast import Cast
from tests.clients import signed_in
from tests.factories.months import judgement
from tests.guards import outside_actions
from tests.integration.decisions.conftest import CLOSED
from tests.integration.web.office import text_of
from thuocdo.appraisals import actions as appraisals
from thuocdo.appraisals.access import headed_units
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions, contents, queries
from thuocdo.decisions.district import district
from thuocdo.decisions.models import Decision, DecisionLine, Delivery
from thuocdo.documents.decisions import laid_out
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation.models import Employment, Person, Unit, UnitLink
from thuocdo.organisation.waiting import todo

AT = CLOSED + timedelta(days=1)
ON = AT.date()


def drafted(cast: Cast, cycle: Cycle, kind: str = "decision", by: Person | None = None) -> Decision:
    who = (by or cast.organisation_officer).user
    return actions.draft_decision(cycle_id=cycle.pk, unit_id=cast.economy.pk, kind=kind, by=who, at=AT)


def saved(cast: Cast, row: Decision, **changed: Any) -> Decision:
    typed = {
        "subject": row.subject, "number": "07", "symbol": "qđ-kt", "place": "Bồ Đề", "signing_form": "own",
        "on_behalf": "", "signer": str(cast.head.pk), "recipients": "Như Điều 3;\nLưu: VT.",
    }  # fmt: skip
    signed_on = changed.pop("signed_on", date(2026, 3, 9))
    return actions.save_decision(
        decision_id=row.pk,
        version=changed.pop("version", row.version),
        typed=typed | changed,
        signed_on=signed_on,
        by=cast.organisation_officer.user,
        at=AT,
    )


def issued(cast: Cast, cycle: Cycle, kind: str = "decision", **changed: Any) -> Decision:
    row = saved(cast, drafted(cast, cycle, kind), **changed)
    return actions.issue_decision(decision_id=row.pk, version=row.version, by=cast.head.user, at=AT)


def test_the_officers_table_counts_the_forms_made_and_issued_of_each_unit(cast: Cast, closed: Cycle) -> None:
    issued(cast, closed)
    drafted(cast, closed, "list")
    found = district(cast.organisation_officer.user, closed.pk, AT)
    papers = {row.unit: (row.papers["made"], row.papers["issued"]) for row in found.units}
    assert papers.pop(cast.economy) == (2, 1)
    assert set(papers.values()) == {(0, 0)}
    assert (found.sums.papers["made"], found.sums.papers["issued"]) == (2, 1)
    page = signed_in(cast.organisation_officer).get(reverse("cycle_progress", args=[closed.pk]))
    assert "1/2 đã ban hành" in text_of(page)


def test_a_draft_freezes_the_list_in_vietnamese_order(cast: Cast, closed: Cycle) -> None:
    row = drafted(cast, closed)
    content, lines = contents.read(row.content)
    assert [line.name for line in lines] == ["Đỗ Ánh", "Phạm Thu Hà", "Nguyễn Thị Hồng Ngọc"]
    assert {line.score for line in lines} == {"99"}
    assert all(line.level for line in lines)
    assert cast.head.full_name not in row.content  # the head's own result is decided above
    assert "Nhất trí" not in row.content
    assert (content["period"], row.number, row.agency) == ("tháng 2 năm 2026", "", cast.economy)
    with pytest.raises(Conflict, match="đã có quyết định dự thảo"):
        drafted(cast, closed)
    assert drafted(cast, closed, "list", cast.head).kind == "list"
    for other in (cast.colleague, cast.head_elsewhere, cast.inspector):
        with pytest.raises(NotYours):
            drafted(cast, closed, "notice", other)
    with pytest.raises(Refusal, match="chưa có kết quả"):
        actions.draft_decision(
            cycle_id=closed.pk, unit_id=cast.culture.pk, kind="list", by=cast.organisation_officer.user, at=AT
        )
    with pytest.raises(Refusal):
        drafted(cast, closed, "song")


def test_numbers_are_typed_and_unique(cast: Cast, closed: Cycle) -> None:
    first = issued(cast, closed)
    assert (first.number, first.symbol, first.number_year, first.state) == ("7", "QĐ-KT", 2026, "issued")
    other = drafted(cast, closed, "list")
    assert saved(cast, other).number == "7"  # another kind of paper has numbers of its own
    replacement = actions.draft_replacement(
        decision_id=first.pk, reason="Sai số", by=cast.organisation_officer.user, at=AT
    )
    assert replacement.number == ""
    with outside_actions():
        Decision.objects.filter(pk=replacement.pk).update(kind="decision")
    replacement.refresh_from_db()
    with pytest.raises(Conflict, match="Số 07 năm 2026 đã dùng"):
        saved(cast, replacement, number="007")
    assert saved(cast, replacement, number="8").number == "8"
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        Decision.objects.filter(pk=replacement.pk).update(number="7")
    for wrong in ({"number": "mười"}, {"number": "0"}, {"symbol": "?"}, {"recipients": ""}, {"subject": ""}):
        replacement.refresh_from_db()
        with pytest.raises(Refusal):
            saved(cast, replacement, **wrong)


def test_issuing_wants_everything_and_the_right_person(cast: Cast, closed: Cycle) -> None:
    row = drafted(cast, closed)
    with pytest.raises(Refusal, match="còn thiếu số, ký hiệu, ngày ký, địa danh, người ký"):
        actions.issue_decision(decision_id=row.pk, version=1, by=cast.head.user, at=AT)
    row = saved(cast, row)
    with pytest.raises(Conflict, match="vừa được sửa"):
        saved(cast, row, version=1)
    with pytest.raises(Forbidden, match="Người đứng đầu đơn vị hoặc người ký"):
        actions.issue_decision(decision_id=row.pk, version=2, by=cast.organisation_officer.user, at=AT)
    for stranger in (cast.colleague, cast.stranger):
        with pytest.raises(NotYours):
            actions.issue_decision(decision_id=row.pk, version=2, by=stranger.user, at=AT)
    with pytest.raises(Conflict):
        actions.issue_decision(decision_id=row.pk, version=1, by=cast.head.user, at=AT)
    for _ in range(2):
        done = actions.issue_decision(decision_id=row.pk, version=2, by=cast.head.user, at=AT)
    assert DecisionLine.objects.filter(decision=done, signer=cast.head).count() == 3
    assert Event.objects.filter(code="decision.issued").count() == 1
    with pytest.raises(Conflict, match="không sửa được nữa"):
        saved(cast, done)
    with pytest.raises(Conflict):
        actions.drop_decision(decision_id=row.pk, version=3, by=cast.head.user, at=AT)


@pytest.mark.parametrize(
    ("who", "form", "behalf", "message"),
    [
        ("deputy", "own", "", "không phải người đứng đầu"),
        ("head", "kt", "Trưởng phòng", "KT. dùng cho cấp phó"),
        ("deputy", "kt", "", "phải ghi thay mặt"),
        ("stranger", "tl", "Trưởng phòng", "đang công tác"),
        ("head", "xx", "", "Hãy chọn thể thức ký"),
    ],
)
def test_who_signs_in_which_form(cast: Cast, closed: Cycle, who: str, form: str, behalf: str, message: str) -> None:
    row = drafted(cast, closed)
    signer = str(getattr(cast, who).pk)
    with pytest.raises(Refusal, match=message):
        saved(cast, row, signer=signer, signing_form=form, on_behalf=behalf)


def test_nobody_signs_a_paper_with_the_own_result(cast: Cast, closed: Cycle) -> None:
    row = saved(cast, drafted(cast, closed), signer=str(cast.deputy.pk), signing_form="kt", on_behalf="Trưởng phòng")
    assert (row.signer, row.signer_position) == (cast.deputy, "Phó Trưởng phòng")
    for by in (cast.head, cast.deputy):
        with pytest.raises(Refusal, match="không ai ký kết quả của chính mình"):
            actions.issue_decision(decision_id=row.pk, version=row.version, by=by.user, at=AT)
    result = cast.deputy.sheets.get().confirmations.get()
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        DecisionLine.objects.create(decision=row, confirmation=result, person=cast.deputy, signer=cast.deputy)
    assert saved(cast, row, signer="").signer is None


def test_the_head_comes_first_among_signers_and_nobody_of_the_list_is_offered(cast: Cast, closed: Cycle) -> None:
    found = queries.paper(cast.organisation_officer.user, drafted(cast, closed).pk, ON)
    offered = [post.person for post in found.signers]
    assert offered[0] == cast.head
    assert not {line.person for line in found.lines} & {person.pk for person in offered}


def test_a_replacement_takes_the_place_of_the_old_paper(cast: Cast, closed: Cycle) -> None:
    old = issued(cast, closed)
    result = cast.colleague.sheets.get().confirmations.get()
    asked = appraisals.petition(confirmation_id=result.pk, text="Xin xem lại.", by=cast.colleague.user, at=AT)
    late = {"202602-KT004-01": {"quality_met": "2", "note": "Sai số liệu"}}
    appraisals.correct(
        petition_id=asked.pk, answer="Sửa.", judgement=judgement(tasks=late), by=cast.chairman.user, at=AT
    )
    act = {"decision_id": old.pk, "by": cast.organisation_officer.user, "at": AT}
    with pytest.raises(Refusal, match="chưa nhập"):
        actions.draft_replacement(reason="", **act)
    new = actions.draft_replacement(reason="Kết quả được sửa theo kiến nghị", **act)
    with pytest.raises(Conflict):
        actions.draft_replacement(reason="Lần nữa", **act)
    assert queries.paper(cast.head.user, old.pk, ON).outdated == (cast.colleague.full_name,)
    assert queries.paper(cast.head.user, new.pk, ON).outdated == ()
    content, lines = contents.read(new.content)
    assert content["replaces"]["number"] == "07/QĐ-KT"
    assert len({line.score for line in lines}) == 2
    dropped = actions.drop_decision(decision_id=new.pk, version=1, by=cast.organisation_officer.user, at=AT)
    assert dropped.state == "dropped"
    new = saved(cast, actions.draft_replacement(reason="Theo kiến nghị", **act), number="9")
    actions.issue_decision(decision_id=new.pk, version=new.version, by=cast.head.user, at=AT)
    old.refresh_from_db()
    assert old.state == "replaced"
    assert "99" in old.content
    assert queries.paper(cast.head.user, old.pk, ON).replaced_by == new


def test_the_closed_month_of_a_merged_unit_goes_on_with_the_keeper_of_its_files(cast: Cast, closed: Cycle) -> None:
    with outside_actions():
        UnitLink.objects.filter(child=cast.economy).update(end=ON)
        UnitLink.objects.create(tree=UnitLink.Tree.SUCCESSION, child=cast.economy, parent=cast.culture, start=ON)
        Employment.objects.filter(unit=cast.economy).update(end=ON)
        Unit.objects.filter(pk=cast.economy.pk).update(end=ON)
    row = drafted(cast, closed, by=cast.head_elsewhere)
    content = contents.read(row.content)[0]
    assert (content["unit"], content["of_unit"]) == (cast.culture.name, cast.economy.name)
    assert {post.unit for post in queries.paper(cast.head_elsewhere.user, row.pk, ON).signers} == {cast.culture}
    with pytest.raises(Refusal, match="đang công tác"):
        saved(cast, row, signer=str(cast.head.pk), signed_on=ON)
    row = saved(cast, row, signer=str(cast.head_elsewhere.pk), signed_on=ON)
    with pytest.raises(NotYours):
        actions.issue_decision(decision_id=row.pk, version=row.version, by=cast.head.user, at=AT)
    row = actions.issue_decision(decision_id=row.pk, version=row.version, by=cast.head_elsewhere.user, at=AT)
    printed = laid_out(queries.paper(cast.head_elsewhere.user, row.pk, ON))
    assert printed.head.agency == cast.culture.name
    assert f"thuộc thẩm quyền của {cast.economy.name} (nay do {cast.culture.name} tiếp nhận)" in printed.articles[0]
    assert headed_units(cast.head_elsewhere.user, ON) == {cast.culture.pk, cast.economy.pk}
    assert headed_units(cast.head.user, ON) == set()


def test_a_paper_is_delivered_with_receipt(cast: Cast, closed: Cycle) -> None:
    draft = drafted(cast, closed, "list")
    assert "decision.to_issue" not in {t.kind for t in todo(cast.head.user, AT)}
    numbered = saved(cast, draft, number="31")
    assert f"/quyet-dinh/van-ban/{draft.pk}/" in {t.path for t in todo(cast.head.user, AT)}
    assert "decision.to_issue" not in {t.kind for t in todo(cast.deputy.user, AT)}
    saved(cast, numbered, signer="")
    assert "decision.to_issue" not in {t.kind for t in todo(cast.head.user, AT)}
    send = {"by": cast.organisation_officer.user, "at": AT}
    with pytest.raises(Conflict, match="chưa ban hành"):
        actions.deliver(decision_id=draft.pk, to_ids=[cast.committee.pk], **send)
    row = issued(cast, closed)
    for chosen in ([], [cast.economy.pk]):
        with pytest.raises(Refusal, match="ít nhất một đơn vị"):
            actions.deliver(decision_id=row.pk, to_ids=chosen, **send)
    for _ in range(2):
        actions.deliver(decision_id=row.pk, to_ids=[cast.committee.pk, cast.office.pk], **send)
    assert Delivery.objects.count() == 2
    came = Delivery.objects.get(to=cast.committee)
    with pytest.raises(NotYours):
        actions.receive_decision(delivery_id=came.pk, by=cast.head.user, at=AT)
    assert queries.paper(cast.chairman.user, row.pk, ON).received_here == (came,)
    assert all_disagree(AT) == []
    assert "decision.to_receive" in {t.kind for t in todo(cast.chairman.user, AT)}
    for _ in range(2):
        actions.receive_decision(delivery_id=came.pk, by=cast.chairman.user, at=AT)
    came.refresh_from_db()
    assert (came.received_by, came.received_at) == (cast.chairman.user, AT)
    assert "decision.to_receive" not in {t.kind for t in todo(cast.chairman.user, AT)}
    assert [d.decision for d in queries.desk(cast.chairman.user, ON).incoming] == [row]
    for never in (cast.stranger, cast.colleague, cast.head_elsewhere):
        with pytest.raises(NotYours):
            queries.paper(never.user, row.pk, ON)


def test_a_rulebook_kept_is_read_once_for_all_lines_of_a_list(
    cast: Cast, closed: Cycle, django_assert_num_queries: Any
) -> None:
    """It was read once for each line: 33 queries for a unit of a city."""
    results = contents.results_in_force(closed, cast.economy)
    assert len({one.rulebook_hash for one in results}) == 1 < len([one for one in results if one.band])
    with django_assert_num_queries(2):
        lines = contents.lines_of(results)
    assert [line.level for line in lines] == [contents.lines_of([one])[0].level for one in results]
