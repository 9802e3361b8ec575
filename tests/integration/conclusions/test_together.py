"""Many assessments verified and decided in one write, with the places of the group counted as if all were decided."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import conclusions as world
from tests.factories.conclusions import DAY, PLAIN, WORDS, file_own
from tests.factories.party import join
from tests.factories.people import make_person
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.verify import verify as verify_all
from thuocdo.cli.verifying import assessments
from thuocdo.conclusions import actions, facts, many, places, sheets
from thuocdo.conclusions.models import Assessment, AssessmentPart, Competence, QuotaRaising
from thuocdo.conclusions.papers import content
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db
NAMES = {"vice": "Mai Chuyên Viên Một", "vice2": "Mai Chuyên Viên Hai", "chief": "Mai Chuyên Viên Ba"}
GOOD = PLAIN | {"marks.results": "50", "tasks.above": "0"}


@standing
def ward(db: None) -> Ward:
    """Three members without a post whose work is rated and whose self-ratings wait, as one group."""
    ward = world.decided_ward(three)
    for name in NAMES.values():
        work = ward.subject("civil_servant", name)
        rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=DAY, place="",
                          number="1", body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"),
                          at=AT)  # fmt: skip
    for name, fields in (("vice", GOOD), ("vice2", GOOD), ("chief", PLAIN)):
        file_own(ward, member(ward, name), name, document={"fields": fields, **WORDS})
    return ward


def three(ward: Ward) -> None:
    ward.people["deputy"] = ward.people["vice"]
    for number, (name, whole) in enumerate(NAMES.items()):
        ward.people[name] = make_person(f"M{number}", whole, ward.units["office"], "Chuyên viên")
        join(ward.people[name], ward.party["office"])


def member(ward: Ward, name: str) -> RoundSubject:
    return ward.subject("party_member", NAMES[name])


def one(ward: Ward, name: str) -> Assessment:
    return Assessment.objects.get(subject=member(ward, name))


def verify(ward: Ward, *names: str, by: str = "officer", **more: Any) -> list[int]:
    rows = {one(ward, name).pk: one(ward, name).version for name in names}
    given = {"rows": rows, "comment": "Đúng", "group": "Chuyên viên"} | more
    return actions.verify_many(round_id=ward.round.pk, by=ward.user(by), at=AT, **given)


def decide(ward: Ward, *names: str, by: str = "chair", **rows: actions.Row) -> list[int]:
    chosen = {one(ward, name).pk: rows.get(name, actions.Row(one(ward, name).version)) for name in names}
    return actions.decide_many(round_id=ward.round.pk, rows=chosen, on=DAY, number="15", by=ward.user(by), at=AT)


def test_many_are_verified_and_decided_in_one_write_each_and_rated_again_bit_for_bit(ward: Ward) -> None:
    verify(ward, "vice", "vice2")
    assert [row.proposed for row in Assessment.objects.filter(state="decide")] == ["good", "good"]
    decide(ward, "vice", "vice2")
    steps = StepDone.objects.filter(node="rate_member", source="conclusions.decision")
    assert set(steps.values_list("level", "number")) == {("good", "15")}
    parts = AssessmentPart.objects.filter(part="decision")
    assert {part.verified_by_id for part in parts} == {ward.people["officer"].pk}
    assert all(facts.stored_again(part) == part.outcome for part in AssessmentPart.objects.exclude(part="order"))
    assert {part.source_key for part in steps} == {str(part.pk) for part in parts}
    report = verify_all(rerate=[assessments()])
    assert [said.message for said in report.problems if "conclusions" in said.kind or "stepdone" in said.kind] == []


def test_the_verifiers_strengths_defects_and_prospects_begin_the_conclusion(ward: Ward, client: Client) -> None:
    words = {"strengths": "Chủ động", "defects": "Còn chậm", "prospects": "Có thể làm trưởng phòng"}
    subject = member(ward, "vice")
    document = {"fields": GOOD, "opinions": "", "comment": "Đúng"} | words
    actions.verify(subject_id=subject.pk, version=one(ward, "vice").version, document=document, level="", reason="",
                   group="Chuyên viên", by=ward.user("officer"), at=AT)  # fmt: skip
    client.force_login(ward.user("chair"))
    page = client.get(f"/ket-luan/doi-tuong/{subject.pk}/").content.decode()
    assert all(f">{said}</textarea>" in page for said in words.values())
    decide(ward, "vice")
    said = facts.read(AssessmentPart.objects.get(part="decision"))
    assert {name: said[name] for name in (*words, "said_by")} == words | {"said_by": "verifier"}


def test_a_list_decision_says_whose_words_it_holds_and_takes_prospects(ward: Ward, client: Client) -> None:
    verify(ward, "vice", comment="Giữ vững tiến độ của phòng")
    decide(ward, "vice", vice=actions.Row(one(ward, "vice").version, prospects="Có khả năng làm việc ở cấp trên"))
    part = AssessmentPart.objects.get(part="decision")
    said = facts.read(part)
    assert (said["comment"], said["said_by"]) == ("Giữ vững tiến độ của phòng", "own")
    assert said["prospects"] == "Có khả năng làm việc ở cấp trên"
    client.force_login(ward.user("officer"))
    page = client.get(f"/ket-luan/doi-tuong/{member(ward, 'vice').pk}/").content.decode()
    assert "Nhận xét của nơi thẩm định" in page
    assert "Ưu điểm (lời tự nêu)" in page
    blank = content.Typed("", "own", "", "", "", ())
    whose = part.assessment
    paper = content.of(whose, part, sheets.form_of(whose, live=False), blank)["paragraphs"]
    assert any(words.startswith("1. Ưu điểm (lời tự nêu trong phần tự xếp loại): ") for words in paper)
    assert "Nhận xét của nơi thẩm định: Giữ vững tiến độ của phòng" in paper


def test_who_cannot_go_with_the_others_is_named_and_nothing_is_written(ward: Ward) -> None:
    with pytest.raises(Several) as told:
        verify(ward, "vice", group=" ")
    assert list(told.value.problems) == ["group"]
    lacks = {name: value for name, value in GOOD.items() if name not in ("marks.results", "defects.fixed")}
    file_own(ward, member(ward, "vice2"), "vice2", document={"fields": lacks, **WORDS})
    with pytest.raises(Several) as told:
        verify(ward, "vice", "vice2")
    key = one(ward, "vice2").pk
    lack = "Còn thiếu dữ kiện: Nhóm tiêu chí kết quả thực hiện nhiệm vụ."
    assert told.value.problems == {f"row-{key}": f"{NAMES['vice2']}: {lack} {many.ONE_BY_ONE}"}
    file_own(ward, member(ward, "vice2"), "vice2", document={"fields": GOOD, **WORDS})
    verify(ward, "vice", "vice2", "chief")
    with pytest.raises(Several, match="hiện không ở bước này"):
        decide(ward, "vice", by="officer")
    with pytest.raises(Several) as told:
        decide(ward, "vice", "chief")
    assert list(told.value.problems) == [f"row-{one(ward, 'chief').pk}"]
    assert "Không còn suất" in str(told.value)
    with pytest.raises(Several, match="lý do"):
        decide(ward, "vice", "chief", chief=actions.Row(one(ward, "chief").version, "good"))
    with pytest.raises(Several, match="vừa được người khác ghi"):
        decide(ward, "vice", vice=actions.Row(1))
    with pytest.raises(NotYours):
        decide(ward, "vice", by="outside")
    assert not AssessmentPart.objects.filter(part="decision").exists()
    decide(ward, "vice", "chief", chief=actions.Row(one(ward, "chief").version, "good", "Hết suất"))


def test_a_level_chosen_of_who_is_not_rated_is_refused_in_words(ward: Ward, client: Client) -> None:
    document = {"fields": PLAIN | {"facts.suspended": "1"}, "comment": "Đang bị đình chỉ"}
    world.verify(ward, member(ward, "vice"), document=document)
    row = one(ward, "vice")
    assert (row.rule_kind, row.rule_level) == ("not_rated", "")
    client.force_login(ward.user("chair"))
    page = client.get(f"/ket-luan/dot/{ward.round.pk}/quyet-dinh/").content.decode()
    assert "Không xếp loại" in page
    assert f'name="level-{row.pk}"' not in page
    with pytest.raises(Several, match="Theo quy tắc thì không xếp loại: hãy để trống mức") as told:
        decide(ward, "vice", vice=actions.Row(row.version, "good"))
    assert list(told.value.problems) == [f"row-{row.pk}"]
    decide(ward, "vice")
    assert StepDone.objects.get(subject=member(ward, "vice"), node="rate_member").level == ""


def test_a_row_that_the_round_holds_back_or_that_is_looked_into_is_named(ward: Ward) -> None:
    own = ward.subject("party_member", "Đỗ Tổ Chức")
    good = {"marks.results": "50", "led.above": "0"}
    file_own(ward, own, "officer", document={"fields": world.OWN | good, **WORDS})
    world.verify(ward, own, by="second", document={"fields": world.MEMBER | good, "comment": "Đúng"})
    early = Assessment.objects.get(subject=own)
    verify(ward, "vice")
    actions.begin_hold(subject_id=member(ward, "vice").pk, version=one(ward, "vice").version, kind="denunciation",
                       note="Đấu thầu", by=ward.user("officer"), at=AT)  # fmt: skip
    rows = {row.pk: actions.Row(row.version) for row in (early, one(ward, "vice"))}
    with pytest.raises(Several, match="việc phải xác minh"):
        actions.decide_many(round_id=ward.round.pk, rows=rows, on=DAY, number="15", by=ward.user("chair"), at=AT)
    with pytest.raises(Several, match=r"phải chờ “Xếp loại công chức.*Điều 3 khoản 4"):
        actions.decide_many(round_id=ward.round.pk, rows={early.pk: rows[early.pk]}, on=DAY, number="15",
                            by=ward.user("chair"), at=AT)  # fmt: skip


def crowd(ward: Ward, number: int) -> None:
    """More of the group, verified at good."""
    base = one(ward, "vice")
    spare = RoundSubject.objects.filter(assessment=None).order_by("pk")[:number]
    with outside_actions():
        for subject in spare:
            base.pk, base.subject, base.person, base.kind = None, subject, None, "party_member"
            base.save(force_insert=True)


def test_the_body_raises_the_share_of_a_group_with_its_document(ward: Ward) -> None:
    verify(ward, "vice", "vice2", "chief")
    crowd(ward, 2)
    given: dict[str, Any] = {"like": one(ward, "chief").pk, "by": ward.user("chair"), "at": AT}
    with pytest.raises(Several, match="Không còn suất"):
        decide(ward, "chief")
    with pytest.raises(Several) as told:
        actions.raise_line(document_number="", reason=" ", **given)
    assert list(told.value.problems) == ["document_number", "raise_reason"]
    with pytest.raises(NotYours):
        actions.raise_line(document_number="20", reason="Vượt", **given | {"by": ward.user("officer")})
    mine = Assessment.objects.filter(pk=one(ward, "vice").pk)
    with outside_actions():
        mine.update(person=ward.people["deputy"])
    with pytest.raises(Forbidden, match="chính ông/bà"):
        actions.raise_line(document_number="20", reason="Vượt", **given | {"by": ward.user("deputy")})
    with outside_actions():
        mine.update(person=ward.people["vice"])
    raised = actions.raise_line(document_number="20-QĐ/ĐU", reason="Vượt kế hoạch", **given)
    with pytest.raises(Conflict, match="đang áp dụng"):
        actions.raise_line(document_number="21", reason="Vượt", **given)
    decide(ward, "chief")
    with pytest.raises(Conflict, match="quá 0 suất của tỷ lệ thường"):
        actions.end_raising(raising_id=raised.pk, by=ward.user("chair"), at=AT)
    assert QuotaRaising.objects.get().ended_at is None


def test_each_body_raises_the_share_of_its_own_side_of_a_group_name(ward: Ward) -> None:
    """A group that somebody names is one of the body that decides and of one side; a name is no bar to another body."""
    verify(ward, "vice", "vice2", "chief")
    crowd(ward, 2)
    world.competent(ward, "party_member", role="head", body="Ban Thường vụ Thành ủy", party_id=0)
    spare = list(Assessment.objects.filter(person=None).order_by("pk"))
    with outside_actions():
        Assessment.objects.filter(pk=one(ward, "vice2").pk).update(competence=Competence.objects.get(party=None))
        Assessment.objects.filter(pk=spare[0].pk).update(kind="leader", role="head")
    given: dict[str, Any] = {"document_number": "20-QĐ/ĐU", "reason": "Vượt kế hoạch", "at": AT}
    with pytest.raises(NotYours):
        actions.raise_line(like=one(ward, "vice2").pk, by=ward.user("chair"), **given)
    mine = actions.raise_line(like=one(ward, "chief").pk, by=ward.user("chair"), **given)
    assert (mine.body, mine.side) == ("Ban Thường vụ Đảng ủy Phường Một", "party_member")
    chair = Client()
    chair.force_login(ward.user("chair"))
    page = f"/ket-luan/dot/{ward.round.pk}/quyet-dinh/?nhom=Chuyên viên"
    shown = chair.get(page).content.decode()
    wanted = ("theo 20-QĐ/ĐU, Ban Thường vụ Đảng ủy Phường Một", f'name="like" value="{spare[0].pk}"')
    assert [words for words in wanted if words not in shown] == []
    sent = {"do": "raise", "like": str(spare[0].pk), "document_number": "21-QĐ/ĐU", "raise_reason": "Vượt"}
    assert chair.post(page, sent).status_code == 302
    theirs = actions.raise_line(like=one(ward, "vice2").pk, by=ward.user("officer"), **given)
    assert {row.deciding for row in (mine, theirs)} == {f"party-{ward.party['ward'].pk}", "Ban Thường vụ Thành ủy"}
    assert len(places.raised_of(ward.round, ["Chuyên viên"])) == 3
    with pytest.raises(NotYours):
        actions.end_raising(raising_id=theirs.pk, by=ward.user("chair"), at=AT)
    actions.end_raising(raising_id=mine.pk, by=ward.user("chair"), at=AT)
    here = one(ward, "chief")
    form = sheets.counting_form(here, {})
    left = places.raised_of(ward.round, ["Chuyên viên"])
    assert places.raising_for(here, form, left) is None
    assert places.raising_for(one(ward, "vice2"), form, left) == theirs
    with outside_actions():
        QuotaRaising.objects.filter(pk=theirs.pk).update(deciding="", side="")
    old = places.raised_of(ward.round, ["Chuyên viên"])
    assert (places.raising_for(here, form, old), places.raising_for(one(ward, "vice2"), form, old)) == (None, theirs)


def test_a_text_without_a_raised_line_is_told_so(ward: Ward) -> None:
    verify(ward, "vice")
    with outside_actions():
        Assessment.objects.filter(pk=one(ward, "vice").pk).update(kind="civil_servant")
    with pytest.raises(Refusal, match="không có tỷ lệ nâng"):
        actions.raise_line(like=one(ward, "vice").pk, document_number="1", reason="x", by=ward.user("chair"), at=AT)


def test_the_pages_tick_rows_count_places_and_keep_what_was_typed(ward: Ward) -> None:
    root = f"/ket-luan/dot/{ward.round.pk}/"
    officer, chair = Client(), Client()
    officer.force_login(ward.user("officer"))
    chair.force_login(ward.user("chair"))
    assert "Thẩm định nhiều hồ sơ" in officer.get(root).content.decode()
    keys = {name: one(ward, name).pk for name in NAMES}
    sent = {"do": "verify", "take": list(keys.values()), "comment": "Đúng", "group": "Chuyên viên"}
    sent |= {f"version-{key}": "1" for key in keys.values()}
    assert "3 hồ sơ chờ thẩm định" in officer.get(f"{root}tham-dinh/").content.decode()
    assert officer.post(f"{root}tham-dinh/", sent | {"comment": ""}).status_code == 400
    assert officer.post(f"{root}tham-dinh/", sent).status_code == 302
    page = f"{root}quyet-dinh/?nhom=Chuyên viên"
    with CaptureQueriesContext(connection) as asked:
        shown = chair.get(page).content.decode()
    assert len(asked) <= 15
    assert "Chuyên viên: 1/0" in shown
    assert "quyết định nâng đến 25%" in shown
    chosen = {"take": list(keys.values()), "number": "15", "on": "01/12/2025", f"reason-{keys['chief']}": "Hết suất"}
    chosen |= {f"version-{key}": "2" for key in keys.values()} | {f"level-{key}": "good" for key in keys.values()}
    shown = chair.post(page, chosen | {"do": "count"}).content.decode()
    assert "Chuyên viên: 0/0" in shown
    assert 'value="Hết suất"' in shown
    refused = chair.post(page, chosen | {"do": "decide", "on": "32/12/2025"})
    assert refused.status_code == 400
    assert chair.post(page, chosen | {"do": "decide"}).status_code == 302
    assert Assessment.objects.filter(state="decided", level="good").count() == 3
    assert Client().get(page).status_code == 302
