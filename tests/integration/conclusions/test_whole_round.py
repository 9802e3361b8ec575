"""The organisation of the Hòa Bình story in 2025, decided to the end: members, collective, leaders, organisations.

Everything is done in the order that the round itself calls free; whatever it holds back is refused with the article.
"""

import pytest
from django.test import Client

from tests.factories import conclusions as world
from tests.factories.conclusions import DAY, MEMBER, TASKS, WORDS
from tests.factories.rounds import AT, Ward
from thuocdo.appraisals.errors import Refused
from thuocdo.audit.verify import verify as verify_all
from thuocdo.cli.verifying import assessments
from thuocdo.conclusions import facts, sheets
from thuocdo.conclusions.models import Assessment
from thuocdo.engine.schemes.standing import Standing
from thuocdo.kernel.errors import Conflict
from thuocdo.rounds import actions as rounds
from thuocdo.rounds import books, gate
from thuocdo.rounds.models import Round, RoundSubject, StepDone

pytestmark = pytest.mark.django_db
ABOVE = MEMBER | TASKS
LEVEL = ABOVE | {"marks.results": "50", "tasks.above": "0", "led.above": "0"}
BEST = "Ngô Chánh Văn Phòng"
IN_SOFTWARE = ("party_member", "leader")


def waiting(ward: Ward) -> list[tuple[Standing, RoundSubject]]:
    """Steps that are not done, with whose they are."""
    rows = list(RoundSubject.objects.filter(round=ward.round, standing="in").order_by("pk"))
    found = gate.standing_of(ward.round, rows)
    return [(step, one) for one in rows for step in found[one.pk] if step.state != "done"]


def assess(ward: Ward, one: RoundSubject) -> None:
    """Own part from paper, verification, decision of the committee; the head's by the deputy."""
    fields = ABOVE if one.kind == "party_member" and one.name == BEST else LEVEL
    form = sheets.form_of(facts.of_round(one), live=False)
    given = {name: value for name, value in fields.items() if form.spec(name)}
    paper = {"level": "good", "paper": "Bản giấy ngày 01/12/2025"}
    own = {name: value for name, value in given.items() if not name.startswith("related.")}
    world.file_own(ward, one, "second", document={"fields": own, **WORDS}, **paper)
    whole = {"document": {"fields": given, "comment": "Đúng thực tế"}, "group": books.LABELS[one.kind]}
    refused = ""
    try:
        world.verify(ward, one, by="second", **whole)
    except Refused as told:
        refused = str(told)
    if refused:
        assert one.kind == "leader"
        assert "không có nơi nào thì ghi 0" in refused
        given["related.units.good"] = "0"
        world.verify(ward, one, by="second", **whole)
    by = "vice" if one.name == "Trần Chủ Tịch" else "chair"
    if fields is ABOVE:
        with pytest.raises(Conflict, match="Không còn suất"):
            world.decide(ward, one, by=by)
        world.decide(ward, one, by=by, level="good", reason="Hết suất của nhóm")
    else:
        world.decide(ward, one, by=by)


def take(ward: Ward, step: Standing, one: RoundSubject) -> None:
    """A step that was done at a meeting or decided on paper by a body that is not in the software."""
    level = {one.pk: "good"} if step.node.step == "rating" else {}
    rounds.take_steps(round_id=ward.round.pk, steps=[(step.node.id, one.pk)], on=DAY, place="Hội trường", number="1",
                      body="Ban Thường vụ Thành ủy", levels=level, group=books.LABELS[one.kind] if level else "",
                      by=ward.user("second"), at=AT)  # fmt: skip


def held_back(ward: Ward, step: Standing, one: RoundSubject) -> None:
    """Taken early it is refused with the article."""
    with pytest.raises(Conflict, match=r"phải chờ .*Căn cứ: .*độ tin cậy"):
        take(ward, step, one)


def test_a_round_is_decided_to_the_end_in_its_own_order_and_nobody_is_over_the_share() -> None:
    ward = world.decided_ward()
    open_ = RoundSubject.objects.get(round=ward.round, standing="open")
    rounds.decide_subjects(round_id=ward.round.pk, subject_ids=[open_.pk], standing="exempt",
                           reason="Văn phòng chỉ có một lãnh đạo", cite="Quyết định 9-QĐ/ĐU", holds=False, with_id=None,
                           by=ward.user("second"), at=AT)  # fmt: skip
    early: set[str] = set()
    for _ in range(12):
        left = waiting(ward)
        for step, one in left:
            if step.state == "free" and step.node.step == "rating" and one.kind in IN_SOFTWARE:
                assess(ward, one)
            elif step.state == "free" and not (step.node.step == "review" and one.reviewed_with_id):
                take(ward, step, one)
            elif step.state == "waits" and step.node.id not in early and gate.waiting(ward.round, step.node.id, one):
                held_back(ward, step, one)
                early.add(step.node.id)
        if not left:
            break
    assert [(step.node.id, one.kind, one.name) for step, one in waiting(ward)] == []
    assert early >= {"rate_member", "rate_head", "rate_individual", "rate_organisation"}, early
    rated = StepDone.objects.filter(step="rating")
    levels = rated.filter(subject__kind="party_member").values_list("level", flat=True)
    assert list(levels) == ["good"] * 5, "a fifth of three, and of four, is no place"
    assert {*rated.filter(subject__kind="party_organisation").values_list("subject__name", "level")} == {
        ("Đảng bộ Phường Một", "good"), ("Chi bộ Văn phòng", "good"), ("Chi bộ Kinh tế", "good")}  # fmt: skip
    assert rated.filter(source="conclusions.decision").count() == Assessment.objects.count() > len(early)
    page = Client()
    page.force_login(ward.user("second"))
    shown = page.get(f"/dot-xep-loai/so-sanh/?a=20/12/2018&qc-a=overlays/hoa-binh-2018&dot={ward.round.pk}").content
    assert "chỗ chỉ một bên nêu" in shown.decode()
    ward.round.refresh_from_db()
    rounds.close_round(round_id=ward.round.pk, version=ward.round.version, by=ward.user("second"), at=AT)
    ward.round.refresh_from_db()
    assert ward.round.state == Round.State.CLOSED
    report = verify_all(rerate=[assessments()])
    assert [said.message for said in report.problems if said.kind.startswith(("conclusions.", "rounds."))] == []
