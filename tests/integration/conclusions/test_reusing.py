"""The civil servant's level as the member's, where four fifths of the staff are members and the committee chose such a
regulation: counted exactly, never above the rule, another level refused or with a reason."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.factories import conclusions as world
from tests.factories.conclusions import DAY, decide, file_own, verify
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.conclusions.test_deciding import with_fields
from tests.standing import standing
from thuocdo.conclusions import actions, facts, sheets
from thuocdo.conclusions.actions import deciding
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.conclusions.reusing import Reused
from thuocdo.engine.outcome import Outcome
from thuocdo.engine.schemes.reusing import reuse_of
from thuocdo.kernel.errors import Refusal
from thuocdo.records.models import PartyMembership
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject

pytestmark = pytest.mark.django_db
GOOD = with_fields(marks__results="50", led__above="0")
LABEL = "Nơi có từ 80% đảng viên: dùng mức công chức, viên chức, người lao động làm mức đảng viên"


@standing
def ward(db: None) -> Ward:
    """Seven of the eight people of the place are members; the committee chose the regulation."""
    return world.decided_ward(overlays=["overlays/vi-du-dung-lai-muc"])


def member(ward: Ward, work_level: str, **own: Any) -> RoundSubject:
    found, work = ward.subject("party_member", "Lê Phó Một"), ward.subject("civil_servant", "Lê Phó Một")
    rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=DAY, place="", number="1",
                      body="Ủy ban", levels={work.pk: work_level}, by=ward.user("officer"), at=AT)  # fmt: skip
    file_own(ward, found, "vice", **own)
    return found


def test_seven_of_eight_are_enough_and_the_lower_work_level_is_the_members(ward: Ward, client: Client) -> None:
    one = member(ward, "complete")
    client.force_login(ward.user("officer"))
    page = client.get(f"/ket-luan/doi-tuong/{one.pk}/").content.decode()
    assert LABEL in page
    assert "7/8 người của Ủy ban nhân dân Phường Một là đảng viên (ngày 20/12/2025), từ 80%: dùng lại mức " in page
    assert "Điều 1 Quy chế dùng lại mức xếp loại của cấp ủy (ví dụ minh họa) (độ tin cậy I)" in page
    with pytest.raises(Refusal, match="Không chọn mức cao hơn mức ấy"):
        verify(ward, one, document=GOOD, level="good")
    part = verify(ward, one, document=GOOD)
    assert (part.rule_level, part.level, part.reason[: len(LABEL)]) == ("good", "complete", LABEL)
    assert any(label == LABEL for _, label, _, _ in facts.read(part)["sources"])
    with pytest.raises(Refusal, match="Không chọn mức cao hơn mức ấy"):
        decide(ward, one, level="good", reason="Nổi bật")
    with pytest.raises(Refusal, match="lý do"):
        decide(ward, one, level="incomplete")
    made = decide(ward, one)
    assert (made.level, made.rule_level, made.reason[: len(LABEL)]) == ("complete", "good", LABEL)


def test_a_better_work_level_leaves_the_rules_result(ward: Ward) -> None:
    one = member(ward, "excellent")
    assert verify(ward, one, document=GOOD).level == "good"
    assert (decide(ward, one).level, Assessment.objects.get().level) == ("good", "good")


def test_six_of_eight_are_not_enough_and_nothing_is_used(ward: Ward) -> None:
    with outside_actions():
        PartyMembership.objects.filter(person=ward.people["excused"]).update(end=DAY)
    one = member(ward, "complete")
    part = verify(ward, one, document=GOOD)
    assert (part.level, part.reason) == ("good", "")
    said = next(row for row in facts.read(part)["sources"] if row[1] == LABEL)
    assert said[2].endswith("6/8 người của Ủy ban nhân dân Phường Một là đảng viên (ngày 20/12/2025), chưa đủ 80%: "
                            "không dùng lại")  # fmt: skip


def test_where_the_place_is_not_known_the_page_says_so(ward: Ward, client: Client) -> None:
    one, work = member(ward, "complete"), ward.subject("civil_servant", "Lê Phó Một")
    with outside_actions():
        RoundSubject.objects.filter(pk=work.pk).update(agency=None)
    client.force_login(ward.user("officer"))
    page = client.get(f"/ket-luan/doi-tuong/{one.pk}/").content.decode()
    assert "chưa xác định được nơi để đếm: không dùng lại" in page
    assert verify(ward, one, document=GOOD).level == "good"


def test_where_the_text_leaves_the_level_open_the_choice_is_not_above_the_one_used_again(ward: Ward) -> None:
    """The rule's own ceiling: where every level left is above it, the one that is used again is what remains."""
    one = ward.subject("party_member", "Lê Phó Một")
    form = sheets.form_of(facts.of_round(one), live=False)
    rule = reuse_of(form.book, one.kind, ward.round.rating_date)
    assert rule is not None
    again = Reused(rule, "complete", "Hoàn thành nhiệm vụ", "Ủy ban", 7, 8, "20/12/2025")
    open_ = replace(form, delivered=replace(form.delivered, reused=again))

    def outcome(*within: str) -> Outcome:
        return Outcome("x", "needs_decision", None, None, None, (), (), within=within)

    every = outcome("excellent", "good", "complete", "incomplete")
    assert (form.left(every), open_.left(every)) == (list(every.within), ["complete", "incomplete"])
    assert open_.left(outcome("excellent", "good")) == ["complete"]
    with pytest.raises(Refusal, match="Không chọn mức cao hơn mức ấy"):
        deciding._by_authority(open_, every, "good", "Nổi bật")
    with pytest.raises(Refusal, match=r"hãy chọn một mức \(Hoàn thành nhiệm vụ, "):
        deciding._by_authority(open_, every, "", "Nổi bật")
    assert deciding._by_authority(open_, every, "complete", "Theo quy chế") == "complete"
    assert deciding._by_authority(form, every, "good", "Nổi bật") == "good"


def test_a_list_takes_the_same_level_with_the_same_reason(ward: Ward) -> None:
    with outside_actions():
        RoundSubject.objects.filter(kind="party_member", person=ward.people["vice"]).update(role="none")
    fields = world.PLAIN | {"marks.results": "50", "tasks.above": "0"}
    member(ward, "complete", document={"fields": fields, **world.WORDS})
    given: dict[str, Any] = {"round_id": ward.round.pk, "at": AT}
    row = Assessment.objects.get()
    seen = {row.pk: row.version}
    actions.verify_many(rows=seen, comment="Đúng", group="Chuyên viên", by=ward.user("officer"), **given)
    row.refresh_from_db()
    assert (row.rule_level, row.proposed) == ("good", "complete")
    chosen = {row.pk: actions.Row(row.version, "good", "Nổi bật")}
    with pytest.raises(Refusal, match="Không chọn mức cao hơn mức ấy"):
        actions.decide_many(rows=chosen, on=DAY, number="15", by=ward.user("chair"), **given)
    actions.decide_many(rows={row.pk: actions.Row(row.version)}, on=DAY, number="15", by=ward.user("chair"), **given)
    made = AssessmentPart.objects.get(part="decision")
    assert (made.level, made.reason[: len(LABEL)]) == ("complete", LABEL)
