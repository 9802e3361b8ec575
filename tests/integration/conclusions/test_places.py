"""A hard share holds whatever becomes of the group after a place was given, and counts those whom the text means."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories import conclusions as world
from tests.factories import rounds as rounds_world
from tests.factories.conclusions import DAY, decide
from tests.factories.party import make_party
from tests.factories.people import START
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.conclusions.test_together import GOOD, crowd, member, one, verify
from tests.integration.conclusions.test_together import decide as decide_many
from tests.integration.conclusions.test_together import ward as ward
from thuocdo.conclusions import actions, facts, grouping, places, sheets
from thuocdo.conclusions.delivering import NOTHING
from thuocdo.conclusions.models import Assessment, Competence
from thuocdo.engine.schemes.graph import Node
from thuocdo.kernel.errors import Conflict, Refusal, Several
from thuocdo.organisation.models import Employment, UnitLink
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation
from thuocdo.rounds import actions as rounds
from thuocdo.rounds import books, gate
from thuocdo.rounds.models import RoundSubject, StepDone

PAPER = date(2022, 12, 1)
pytestmark = pytest.mark.django_db
WHOLE = {"document": {"fields": GOOD, "comment": "Đúng"}}


def six(ward: Ward) -> None:
    """One at excellent, decided, and five at good who wait: exactly one place."""
    verify(ward, "vice", "vice2", "chief")
    crowd(ward, 3)
    decide(ward, member(ward, "chief"))


def close(ward: Ward) -> None:
    ward.round.refresh_from_db()
    rounds.close_round(round_id=ward.round.pk, version=ward.round.version, by=ward.user("officer"), at=AT)


def test_who_leaves_the_base_does_not_leave_a_place_without_its_ground(ward: Ward) -> None:
    six(ward)
    chair = Client()
    chair.force_login(ward.user("chair"))
    asked = chair.get(f"/ket-luan/doi-tuong/{member(ward, 'vice').pk}/").content.decode()
    one_level = r'<input type="radio" id="level-(\w+)"(.*?)(?=<div class="choice">|</fieldset>)'
    levels = dict(re.findall(one_level, asked, re.DOTALL))
    assert [code for code, rest in levels.items() if " disabled" in rest] == ["excellent"], "above the rule's level"
    assert "kết quả theo quy tắc cao nhất là “Hoàn thành tốt nhiệm vụ”" in levels["excellent"]
    assert "needs-" not in levels["good"], "the rule's own needs nothing"
    assert "các suất ấy vượt tỷ lệ 1" in levels["complete"], "what a decision would be told stands beside the level"
    lower = {"level": "complete", "reason": "Chưa gương mẫu"}
    with pytest.raises(Refusal, match="các suất ấy vượt tỷ lệ 1") as told:
        decide(ward, member(ward, "vice"), **lower)
    assert told.value.field == "quota_reason"
    with pytest.raises(Several, match=r"các suất ấy vượt tỷ lệ 1.* Hãy mở riêng hồ sơ này"):
        decide_many(ward, "vice", vice=actions.Row(one(ward, "vice").version, **lower))
    decide(ward, member(ward, "vice2"))
    holder, best = member(ward, "chief"), {"document": {"fields": world.PLAIN, "comment": "Đúng"}}
    actions.order_again(subject_id=holder.pk, version=world.version(holder), body="Ban Thường vụ Thành ủy", on=DAY,
                        number="3-QĐ", reason="Nhóm đổi", by=ward.user("officer"), at=AT)  # fmt: skip
    decide(ward, member(ward, "vice"), **lower)
    with pytest.raises(Conflict, match=r"Chưa kết thúc được.*“Chuyên viên”: đã quyết định 1 suất, vượt 1"):
        close(ward)
    officer = Client()
    officer.force_login(ward.user("officer"))
    assert "đã quyết định 1 suất, vượt 1" in officer.get(f"/dot-xep-loai/{ward.round.pk}/ke-hoach/").content.decode()
    world.verify(ward, holder, **best, level="good", reason="Hết suất")
    decide(ward, holder, level="good", reason="Hết suất")
    close(ward)


def test_a_proposal_that_falls_is_named_beside_the_places_and_its_decision_waits(ward: Ward) -> None:
    six(ward)
    vice = member(ward, "vice")
    world.verify(ward, vice, **WHOLE, level="complete", reason="Chưa gương mẫu")
    chair = Client()
    chair.force_login(ward.user("chair"))
    shown = chair.get(f"/ket-luan/dot/{ward.round.pk}/?nhom=Chuyên viên").content.decode()
    assert "Đã quyết định 1 suất, vượt 1" in shown
    assert "chuyen-vien" not in shown
    lower = {"level": "complete", "reason": "Chưa gương mẫu"}
    with pytest.raises(Refusal, match="yêu cầu xếp loại lại"):
        decide(ward, vice, **lower)
    decide(ward, member(ward, "vice2"))
    with pytest.raises(Conflict, match="vượt 1"):
        close(ward)
    with pytest.raises(Refusal, match="Lý do"):
        decide(ward, vice, **lower, quota_reason="x" * 1001)

    page = f"/ket-luan/doi-tuong/{vice.pk}/"
    typed = lower | world.WORDS | {"do": "decide", "version": world.version(vice)}
    typed |= {"number": "16-QĐ", "on": "01/12/2025"}
    asked = chair.post(page, typed)
    assert (asked.status_code, 'id="quota_reason"' in asked.content.decode()) == (400, True)
    why = "Ban Thường vụ sẽ xếp loại lại người giữ suất"
    assert chair.post(page, typed | {"quota_reason": why}).status_code == 302
    kept = facts.read(vice.assessment.parts.get(part="decision"))["over_quota"]
    assert (kept["reason"], "các suất ấy vượt tỷ lệ 1" in kept["said"][0]) == (why, True)
    assert f"Lý do: {why}" in chair.get(page).content.decode()
    own = Client()
    own.force_login(ward.user("vice"))
    assert why not in own.get(page).content.decode(), "whose places they are is not told to who is rated"
    with pytest.raises(Conflict, match="vượt 1"):
        close(ward)


def test_a_named_group_is_one_of_each_deciding_body_and_has_no_size_limit(ward: Ward) -> None:
    six(ward)
    world.competent(ward, "party_member", role="head", body="Ban Thường vụ Thành ủy", party_id=0)
    other = Assessment.objects.get(subject=member(ward, "vice2"))
    with outside_actions():
        Assessment.objects.filter(pk=other.pk).update(competence=Competence.objects.get(party=None))
    with pytest.raises(Conflict, match="đã quyết định 1 suất, vượt 1"):
        close(ward)
    here = one(ward, "vice")
    form = sheets.Form(here, facts.book_of(here), facts.scheme_of(here, facts.book_of(here)), (), NOTHING)
    row = places.held_of(here)
    crowd_of = [places.Held(key, row.kind, row.role, row.group, row.level, False, row.body) for key in range(20_001)]
    (count,) = places.counts(here, form, crowd_of)
    assert (count.cell.base, count.cell.places) == (20_001, 4_000)
    leaders = [places.Held(key, "leader", "head", row.group, row.level, False, row.body) for key in range(5)]
    (count,) = places.counts(here, form, [*leaders, *crowd_of[5:8]])
    assert (count.cell.base, count.cell.places) == (3, 0)


def same_person(ward: Ward, name: str, other: str) -> None:
    """Two procedures of one person, as who leads two collectives has."""
    with outside_actions():
        Assessment.objects.filter(pk=one(ward, name).pk).update(person=ward.people[other])


def test_a_person_of_two_procedures_at_one_level_counts_once(ward: Ward) -> None:
    verify(ward, "vice", "vice2", "chief")
    crowd(ward, 3)
    same_person(ward, "vice2", "vice")
    with pytest.raises(Conflict, match=r"được tối đa 0 .*Không còn suất"):
        decide(ward, member(ward, "chief"))


def test_a_person_of_two_levels_counts_both_ways_and_the_authority_decides_with_a_reason(ward: Ward) -> None:
    verify(ward, "vice", "vice2", "chief")
    crowd(ward, 3)
    same_person(ward, "vice2", "chief")
    chief = member(ward, "chief")
    asked = r"Mai Chuyên Viên Ba \(M2\) được xếp loại ở nhiều nơi.*Một cách vượt, một cách không.*hãy ghi lý do"
    with pytest.raises(Refusal, match=asked) as told:
        decide(ward, chief)
    assert (told.value.field, told.value.code) == ("quota_reason", places.GROUND)
    with pytest.raises(Several, match="Hãy mở riêng hồ sơ này"):
        decide_many(ward, "chief")
    made = decide(ward, chief, quota_reason="Tính theo chức vụ chính")
    kept = facts.read(made)["over_quota"]
    assert (kept["reason"], "Một cách vượt" in kept["said"][0]) == ("Tính theo chức vụ chính", True)
    chair = Client()
    chair.force_login(ward.user("chair"))
    shown = chair.get(f"/ket-luan/dot/{ward.round.pk}/?nhom=Chuyên viên").content.decode()
    assert "Cần quyết định: một người có nhiều mức trong nhóm" in shown
    close(ward)


def test_two_levels_of_one_person_do_not_lose_the_count_of_the_others(ward: Ward) -> None:
    """Exceeded however that person counts: refused as ever."""
    verify(ward, "vice", "vice2", "chief")
    crowd(ward, 2)
    same_person(ward, "vice2", "vice")
    world.verify(ward, member(ward, "vice2"), **WHOLE, level="complete", reason="Chưa gương mẫu")
    with pytest.raises(Conflict, match=r"Cách nào cũng vượt.*Không còn suất"):
        decide(ward, member(ward, "chief"))


def test_two_base_organisations_of_one_name_are_two_groups(ward: Ward) -> None:
    name = "Chi bộ Trường Tiểu học " + "A" * 120
    first, second = (make_party(code, name, "base_cell", ward.units["place"]) for code in ("T1", "T2"))
    names = {grouping.named(row.name, row.code) for row in (first, second)}
    assert len(names) == 2
    assert max(map(len, names)) == 120


def test_levels_from_paper_take_places_in_their_base_organisation(db: None) -> None:
    """2022: twenty percent of "tốt" in each base organisation. Excellent on paper beside one other at good stands over
    the share; nobody of the group is decided in the software, and the round does not end, also with a self-rating."""
    ward = rounds_world.make_ward()
    with outside_actions():
        for model in (Employment, UnitLink, PartyOrganisation, PartyLink, PartyMembership, CommitteeSeat):
            model.objects.filter(start=START).update(start=PAPER.replace(year=2020))
    rounds_world.plan(ward, year=2022, rating_date=date(2022, 12, 20), whom="Toàn thể đảng viên")
    ward.round = rounds.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=AT)
    members = list(RoundSubject.objects.filter(round=ward.round, kind="party_member", standing="in").order_by("pk"))
    group = grouping.base_groups(ward.round, members)[members[0].pk]
    assert group == "Đảng bộ Phường Một (DB)"
    levels = ("excellent", "good", "complete")
    with outside_actions():
        for subject, level in zip(members, levels, strict=False):
            gate.told(ward.round, _rating(ward, subject), subject, gate.Taken(PAPER, "Cấp trên", "1", level),
                      ward.user("officer"), AT)  # fmt: skip
    found = places.from_paper(ward.round, [group])
    assert [(row.key, row.level, row.decided) for row in found] == [
        (-subject.pk, level, True) for subject, level in zip(members, levels, strict=False)
    ]
    assert places.from_paper(ward.round, ["Đảng bộ khác (X)"]) == []
    one = facts.of_round(members[3])
    one.group = group
    form = sheets.form_of(one, live=False)
    (count,) = places.counts(one, form, places.counted(ward.round, group))
    assert (count.cell.base, count.cell.at_level, count.taken, count.over) == (1, 1, 1, 1)
    said = rf"“{re.escape(group)}”: đã quyết định 1 suất, vượt 1"
    with pytest.raises(Conflict, match=said):
        close(ward)
    with pytest.raises(Conflict, match="đã ghi theo quyết định giấy số 1 ngày 01/12/2022 và đang được tính"):
        world.file_own(ward, members[0], "officer", paper="Bản tự xếp loại ngày 05/12/2022")
    with outside_actions():
        one = facts.of_round(members[0])
        one.state, one.opened_at = Assessment.State.VERIFY, AT
        one.save(force_insert=True)
    with pytest.raises(Conflict, match=said):
        close(ward)
    with outside_actions():
        step = StepDone.objects.get(subject=members[0])
        gate.told(ward.round, _rating(ward, members[0]), members[0], gate.Taken(PAPER), ward.user("officer"), AT, step,
                  "Nhầm")  # fmt: skip
    close(ward)


def test_levels_from_paper_are_named_where_groups_of_alike_are_counted(ward: Ward) -> None:
    six(ward)
    other = ward.subject("party_member", "Trần Chủ Tịch")
    with outside_actions():
        gate.told(ward.round, _rating(ward, other), other, gate.Taken(DAY, "Thành ủy", "1", "excellent"),
                  ward.user("officer"), AT)  # fmt: skip
    assert places.from_paper(ward.round, ["Chuyên viên"]) == []
    chair = Client()
    chair.force_login(ward.user("chair"))
    page = chair.get(f"/ket-luan/doi-tuong/{member(ward, 'vice').pk}/").content.decode()
    assert "chưa tính vào nhóm nào: Hoàn thành xuất sắc nhiệm vụ 1." in page
    with pytest.raises(Conflict, match="1 mức có tỷ lệ ghi từ quyết định giấy chưa nêu nhóm"):
        close(ward)


def test_a_level_from_paper_that_has_a_share_names_its_group_and_takes_a_place_in_it(ward: Ward) -> None:
    """The one place of five at good is given; a second excellent, on paper, is over it."""
    six(ward)
    other, work = (ward.subject(kind, "Trần Chủ Tịch") for kind in ("party_member", "civil_servant"))
    given: dict[str, Any] = {
        "round_id": ward.round.pk, "on": DAY, "place": "", "number": "1", "body": "Ban Thường vụ Đảng ủy",
        "by": ward.user("second"), "at": AT,
    }  # fmt: skip
    rounds.take_steps(steps=[("rate_work", work.pk)], levels={work.pk: "excellent"}, **given)
    given |= {"steps": [("rate_member", other.pk)], "levels": {other.pk: "excellent"}}
    with pytest.raises(Refusal, match="Mức của Trần Chủ Tịch có tỷ lệ") as told:
        rounds.take_steps(**given)
    assert told.value.field == "group"
    [made] = rounds.take_steps(**given, group=" Chuyên viên ")
    assert (made.group, StepDone.objects.get(subject=work).group) == ("Chuyên viên", "")
    [found] = places.from_paper(ward.round, ["Chuyên viên"])
    like = replace(places.held_of(one(ward, "vice")), key=-other.pk, role="head", person="Trần Chủ Tịch (A1)")
    assert found == places.chosen_of(like, "excellent")
    assert places.from_paper(ward.round, ["Nhóm khác"]) == []
    with pytest.raises(Conflict, match="đã quyết định 2 suất, vượt"):
        close(ward)
    rounds.undo_step(step_id=made.pk, reason="Ghi nhầm nhóm", by=ward.user("second"), at=AT)
    [made] = rounds.take_steps(**given, group="Lãnh đạo")
    with pytest.raises(Conflict, match="“Lãnh đạo”: đã quyết định 1 suất, vượt 1"):
        close(ward)
    rounds.undo_step(step_id=made.pk, reason="Mức khác", by=ward.user("second"), at=AT)
    [made] = rounds.take_steps(**given | {"levels": {other.pk: "good"}}, group="Chuyên viên")
    close(ward)
    paper: dict[str, Any] = {
        "step_id": made.pk, "on": DAY, "number": "2", "body": "Ban Thường vụ", "group": "Chuyên viên",
        "reason": "Thanh tra", "by": ward.user("second"), "at": AT,
    }  # fmt: skip
    with pytest.raises(Conflict, match=r"Đợt đã kết thúc mà mức này làm vượt tỷ lệ\..*đã quyết định 2 suất, vượt 1"):
        rounds.replace_paper(**paper, level="excellent")
    assert not StepDone.objects.filter(undoes=made).exists()
    assert rounds.replace_paper(**paper, level="complete").level == "complete"


def _rating(ward: Ward, subject: RoundSubject) -> Node:
    graph = books.rules_of(ward.round).graph
    return next(n for n in graph.steps_of(subject.kind, subject.role) if n.step == "rating")
