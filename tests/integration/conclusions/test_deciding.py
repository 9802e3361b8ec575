"""The chain of one subject: self-rating, verification, decision; who may do what; what the rule gives and why."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import conclusions as world
from tests.factories.conclusions import DAY, MEMBER, decide, file_own, verify
from tests.factories.people import make_person
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.verify import verify as verify_all
from thuocdo.conclusions import actions, facts
from thuocdo.conclusions.competences import rule_words
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.conclusions.reconsidering import found
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.rounds import actions as rounds
from thuocdo.rounds import books, gate
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db


@standing
def ward(db: None) -> Ward:
    return world.decided_ward()


def member(ward: Ward, name: str = "Lê Phó Một") -> RoundSubject:
    """A member whose work level is there, so that the rating step is free."""
    found = ward.subject("party_member", name)
    work = ward.subject("civil_servant", name)
    rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=DAY, place="",
                      number="1", body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"), at=AT)  # fmt: skip
    return found


def proposed(ward: Ward, **more: Any) -> RoundSubject:
    one = member(ward)
    file_own(ward, one, "vice")
    verify(ward, one, **more)
    return one


def with_fields(**more: str) -> dict[str, Any]:
    return {"fields": MEMBER | {name.replace("__", "."): value for name, value in more.items()}, "comment": "Đã xét"}


def test_a_member_is_rated_by_rule_from_frozen_facts_and_the_round_is_told(ward: Ward) -> None:
    one = member(ward)
    file_own(ward, one, "vice")
    part = verify(ward, one, document=with_fields(led__above="2"), level="")
    assert (part.rule_level, Assessment.objects.get().rule_kind) == ("", "needs_decision")
    part = verify(ward, one, document=with_fields(marks__results="50", led__above="0"))
    assert (part.rule_level, part.level) == ("good", "good")
    made = decide(ward, one)
    assert (made.level, made.body, made.verified_by) == (
        "good",
        "Ban Thường vụ Đảng ủy Phường Một",
        ward.people["officer"],
    )
    step = StepDone.objects.get(subject=one, node="rate_member")
    assert (step.level, step.source, step.number) == ("good", "conclusions.decision", "15-QĐ/ĐU")
    assert facts.again(made).to_json() == made.outcome
    assert [p.message for p in verify_all().problems if "conclusions" in p.kind] == []


def test_a_hole_of_the_text_is_answered_by_the_authority_with_a_reason(ward: Ward) -> None:
    one = proposed(ward, document=with_fields(led__above="2"))
    with pytest.raises(Several) as told:
        decide(ward, one)
    assert list(told.value.problems) == ["decisions.gap"]
    with pytest.raises(Several, match="Lý do của lựa chọn"):
        decide(ward, one, decisions={"gap": ("good", " ")})
    made = decide(ward, one, decisions={"gap": ("good", "Kết quả nổi bật nhưng chưa đủ 30%")})
    frozen = facts.read(made)["subject"]["decisions"]["gap"]
    assert (made.level, frozen["by"]) == ("good", "Trần Chủ Tịch, thay mặt Ban Thường vụ Đảng ủy Phường Một")


@pytest.mark.parametrize(("fact", "answer", "level"),
                         [("self_remedied", "apply", "incomplete"), ("force_majeure", "waive", "good")])  # fmt: skip
def test_low_votes_with_a_mitigating_fact_ask_whether_they_apply_not_of_which_base(
    ward: Ward, fact: str, answer: str, level: str
) -> None:
    """11 of 20: more than half on both bases of the open text, so only its application is left to decide."""
    counts = {"convened": 30, "present": 20, "issued": 20, "collected": 20, "valid": 20, "high": 5, "medium": 4}
    votes = {f"votes__{name}": str(value) for name, value in (counts | {"low": 11}).items()}
    one = proposed(ward, document=with_fields(**votes, **{f"facts__low_votes_{fact}": "1"}))
    with pytest.raises(Several) as told:
        decide(ward, one)
    assert list(told.value.problems) == ["decisions.low_votes"]
    made = decide(ward, one, decisions={"low_votes": (answer, "Đã xem xét nguyên nhân, hậu quả")},
                  level=level if answer == "waive" else "", reason="Chưa có suất xuất sắc")  # fmt: skip
    assert (made.level, made.rule_level) == (level, "excellent" if answer == "waive" else "incomplete")


def test_nobody_verifies_or_decides_the_own_and_the_one_who_verified_does_not_decide(ward: Ward) -> None:
    own = ward.subject("party_member", "Đỗ Tổ Chức")
    file_own(ward, own, "officer")
    with pytest.raises(Forbidden, match="chính mình"):
        verify(ward, own)
    verify(ward, own, by="second")
    chair = ward.subject("party_member", "Trần Chủ Tịch")
    file_own(ward, chair, "chair")
    verify(ward, chair)
    with pytest.raises(Forbidden, match="chính mình"):
        decide(ward, chair)
    with pytest.raises(Forbidden):
        decide(ward, own, by="chief")
    row = AssessmentPart.objects.filter(part="verification").latest("pk")
    for column in ("verified_by_id", "person_id"):
        again = AssessmentPart.objects.get(pk=row.pk)
        again.pk, again.number, again.part, again.on, again.document_number, again.body = (
            None,
            9,
            "decision",
            DAY,
            "1",
            "B",
        )
        again.verified_by_id = ward.people["second"].pk
        setattr(again, column, again.by_person_id)
        with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
            again.save(force_insert=True)


def test_a_decision_comes_after_what_the_round_says_with_the_article(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    file_own(ward, one, "vice")
    verify(ward, one, document=with_fields(marks__results="50", led__above="0"))
    with pytest.raises(Conflict, match=r"phải chờ “Xếp loại công chức.*Điều 3 khoản 4"):
        decide(ward, one)


def test_without_a_competence_nothing_is_decided_and_the_rulebooks_row_is_shown(ward: Ward) -> None:
    cell = ward.subject("party_organisation", "Chi bộ Kinh tế")
    row = ward_competence("party_organisation")
    actions.end_competence(competence_id=row, last=AT.date().replace(day=1, month=11), by=ward.user("officer"), at=AT)
    actions.file_own(subject_id=cell.pk, version=0, document={"fields": {}}, level="good", paper="BB 1",
                     by=ward.user("officer"), at=AT)  # fmt: skip
    begun = Assessment.objects.get(subject=cell)
    assert begun.competence is None
    said = [words for words, _ in rule_words(facts.book_of(begun), begun)]
    assert any(words.startswith("Chi bộ trực thuộc: Đảng ủy cơ sở") for words in said)
    world.competent(ward, "party_organisation", party_kind="sub_cell", start=AT.date().replace(day=1))
    assert Assessment.objects.get(subject=cell).competence.party_kind == "sub_cell"  # type: ignore[union-attr]


def ward_competence(kind: str) -> int:
    from thuocdo.conclusions.models import Competence

    return Competence.objects.get(kind=kind).pk


def test_a_complaint_is_verified_before_the_decision(ward: Ward) -> None:
    one = proposed(ward, document=with_fields(marks__results="50", led__above="0"))
    hold = actions.begin_hold(subject_id=one.pk, version=world.version(one), kind="denunciation",
                              note="Về việc đấu thầu", by=ward.user("officer"), at=AT)  # fmt: skip
    with pytest.raises(Conflict, match=r"tố cáo.*Về việc đấu thầu"):
        decide(ward, one)
    with pytest.raises(NotYours):
        actions.end_hold(hold_id=hold.pk, outcome="Không đúng", by=ward.user("outside"), at=AT)
    actions.end_hold(hold_id=hold.pk, outcome="Không có căn cứ", by=ward.user("officer"), at=AT)
    assert decide(ward, one).level == "good"


def test_a_level_is_not_above_the_rule_and_below_it_needs_a_reason(ward: Ward) -> None:
    one = proposed(ward, document=with_fields(marks__results="50", led__above="0"))
    with pytest.raises(Refusal, match="không chọn mức cao hơn"):
        decide(ward, one, level="excellent")
    with pytest.raises(Refusal, match="lý do"):
        decide(ward, one, level="complete")
    assert decide(ward, one, level="complete", reason="Chưa gương mẫu").level == "complete"


def test_one_excellent_needs_four_others_and_the_fixed_point_says_so(ward: Ward) -> None:
    one = proposed(ward)
    assert Assessment.objects.get().proposed == "excellent"
    with pytest.raises(Conflict, match="Không còn suất"):
        decide(ward, one, reason="Nổi bật")
    base = Assessment.objects.get()
    spare = RoundSubject.objects.filter(kind="party_member", assessment=None).order_by("pk")
    with outside_actions():
        for number, subject in enumerate([*spare, *RoundSubject.objects.filter(kind="leader")][:5]):
            base.pk, base.subject, base.kind = None, subject, "party_member"
            base.proposed = "good" if number else "excellent"
            base.person = make_person(f"N{number}", f"Lý Người {number}", ward.units["office"], "Chuyên viên")
            base.save(force_insert=True)
    assert decide(ward, one).level == "excellent"


def test_a_superior_orders_it_again_and_the_new_decision_replaces_the_old(ward: Ward) -> None:
    one = proposed(ward, document=with_fields(marks__results="50", led__above="0"))
    first = decide(ward, one)
    actions.order_again(subject_id=one.pk, version=world.version(one), body="Ban Thường vụ Thành ủy", on=DAY,
                        number="3-QĐ", reason="Chấm chưa đúng", by=ward.user("officer"), at=AT)  # fmt: skip
    assert StepDone.objects.get(subject=one, node="rate_member", undone=None, undoes=None).level == "good"
    verify(ward, one, document=with_fields(marks__results="30", led__above="0", marks__general="25"))
    with pytest.raises(Refusal, match="thay quyết định"):
        decide(ward, one)
    cell = ward.subject("party_organisation", "Chi bộ Văn phòng")
    graph = books.rules_of(ward.round).graph
    node = next(n for n in graph.steps_of(cell.kind, cell.role) if n.step == "rating")
    with outside_actions():
        gate.told(ward.round, node, cell, gate.Taken(DAY, number="9", level="good"), ward.user("officer"), AT)
    assert found.begun(first) == []
    second = decide(ward, one, reason="Theo QĐ 3", number="16-QĐ/ĐU")
    assert found.begun(second) == [cell.name]
    assert (second.level, second.replaces) == ("complete", first)
    active = StepDone.objects.get(subject=one, node="rate_member", undone=None, undoes=None)
    assert (active.level, StepDone.objects.filter(subject=one, node="rate_member").count()) == ("complete", 3)


TWO_DECISIONS = {
    f"disciplines.{number}.{name}": value
    for number, about, day in ((1, "duty", "10/05/2025"), (2, "other", "20/06/2025"))
    for name, value in (("form", "khien_trach"), ("side", "party"), ("about", about), ("effective_date", day))
} | {"disciplines.2.act": "HV1"}


def test_what_was_frozen_before_two_decisions_had_to_agree_is_read_and_verified_and_new_facts_are_refused(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    """The rule of today refuses what comes in; what was frozen before it is rated as it was."""
    one = member(ward)
    file_own(ward, one, "vice")
    fields = MEMBER | TWO_DECISIONS
    document = {"fields": fields, "comment": "Đã xét"}
    with monkeypatch.context() as before:
        before.setattr("thuocdo.engine.case_io.contradictions", lambda subject: ())
        verify(ward, one, document=document)
        first = decide(ward, one)
    assert facts.stored_again(first) == first.outcome
    assert [p.message for p in verify_all().problems if "conclusions" in p.kind] == []
    assert facts.again(first).level == "incomplete"
    client.force_login(ward.user("officer"))
    assert client.get(f"/ket-luan/doi-tuong/{one.pk}/").status_code == 200
    actions.order_again(subject_id=one.pk, version=world.version(one), body="Ban Thường vụ Thành ủy", on=DAY,
                        number="3-QĐ", reason="Chấm chưa đúng", by=ward.user("officer"), at=AT)  # fmt: skip
    with pytest.raises(Several) as told:
        verify(ward, one, document=document)
    assert list(told.value.problems) == ["fields.disciplines.2.about"]
    assert "cùng về hành vi HV1" in told.value.problems["fields.disciplines.2.about"]
    agreed = {"fields": fields | {"disciplines.2.about": "duty"}, "comment": "Đã xét"}
    verify(ward, one, document=agreed)
    assert decide(ward, one, reason="Theo QĐ 3", number="16-QĐ/ĐU").level == "incomplete"


def test_parts_are_added_and_never_changed(ward: Ward) -> None:
    part = file_own(ward, member(ward), "vice")
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        AssessmentPart.objects.filter(pk=part.pk).update(level="good")


def test_somebody_who_wrote_first_is_not_overwritten(ward: Ward) -> None:
    one = member(ward)
    file_own(ward, one, "vice")
    with pytest.raises(Conflict, match="vừa được người khác ghi"):
        file_own(ward, one, "vice", version=0)
    with pytest.raises(Several) as told:
        file_own(ward, one, "second", level="", document={"fields": {"marks.general": "31"}})
    assert told.value.problems.keys() == {"fields.marks.general"} | {"level", "paper"}
