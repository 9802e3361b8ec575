"""Levels of the year that the month side decided become the round's rating steps, and nobody types them."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import rounds as world
from tests.factories.people import give_role
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.appraisals.models import Confirmation, LevelDecision, Sheet, Submission
from thuocdo.audit.verify import verify
from thuocdo.conclusions import actions, year_taking
from thuocdo.conclusions.models import Reconsideration
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Role
from thuocdo.rounds import actions as rounds
from thuocdo.rounds import closing, gate
from thuocdo.rounds.models import StepDone
from thuocdo.rulesets import catalogue

pytestmark = pytest.mark.django_db
BOOK = "state/nd-335-2025"


@standing
def ward(db: None) -> Ward:
    """With a second officer, who leads nobody."""
    made = world.open_ward()
    give_role(made.people["excused"], made.units["place"], Role.Kind.OFFICER)
    return made


def decided(ward: Ward, name: str, level: str, number: int = 1) -> LevelDecision:
    """The year's sheet of that person, confirmed by the chair and its level decided."""
    officer, person = ward.user("officer"), ward.people[name]
    post = person.employments.get()
    with outside_actions():
        cycle, _ = Cycle.objects.get_or_create(
            root=ward.units["place"], kind=Cycle.Kind.YEAR, year=2025, number=1,
            defaults={"submit_by": AT, "confirm_by": AT, "pins": {}, "opened_by": officer, "opened_at": AT},
        )  # fmt: skip
        of = {"evaluator": ward.people["chair"]}
        member, _ = Member.objects.get_or_create(
            cycle=cycle, person=person,
            defaults=of | {"employment": post, "unit": post.unit, "kind": post.kind, "leadership": post.leadership,
                      "position": "Chuyên viên", "standing": "in", "rulebook": BOOK,
                      "rulebook_hash": catalogue.load(BOOK).hash},
        )  # fmt: skip
        sheet, _ = Sheet.objects.get_or_create(
            cycle=cycle, member=member, person=person,
            defaults=of | {"submit_by": AT, "changed_at": AT, "changed_by": officer, "state": "confirmed"},
        )  # fmt: skip
        filed, _ = Submission.objects.get_or_create(
            sheet=sheet, number=1, defaults={"part": "evaluator", "author": officer, "document": "{}", "at": AT}
        )
        result, _ = Confirmation.objects.get_or_create(
            sheet=sheet, number=1,
            defaults={"submission": filed, "subject": person, "confirmed_by": ward.people["chair"], "comment": "Đúng",
                      "rulebook": BOOK, "rulebook_hash": "", "engine_version": "1", "outcome_kind": "rated",
                      "outcome": "{}", "at": AT},
        )  # fmt: skip
        return LevelDecision.objects.create(
            sheet=sheet, confirmation=result, number=number, subject=person, level=level,
            decided_by=ward.people["chair"], reason="Xét lại", at=AT,
        )  # fmt: skip


def take(ward: Ward, *names: str, by: str = "officer") -> tuple[int, int]:
    chosen = [ward.subject("civil_servant", name).pk for name in names] or None
    return actions.take_year_levels(round_id=ward.round.pk, chosen=chosen, by=ward.user(by), at=AT)


def states(ward: Ward) -> dict[str, str]:
    return {one.subject.name: one.state for one in year_taking.page(ward.user("officer"), ward.round.pk, 1, AT).offers}


def test_decided_levels_are_taken_once_with_their_source_and_free_the_members_rating(ward: Ward) -> None:
    made, own = decided(ward, "vice", "good"), decided(ward, "officer", "good")
    member: Any = ward.subject("party_member", "Lê Phó Một")
    assert gate.waiting(ward.round, "rate_member", member)
    assert take(ward) == (1, 0)
    step = StepDone.objects.get()
    assert (step.subject, step.node, step.level) == (ward.subject("civil_servant", "Lê Phó Một"), "rate_work", "good")
    assert (step.source, step.source_key, step.on) == (gate.YEAR_LEVEL, f"level_decision:{made.pk}", date(2025, 12, 1))
    assert gate.waiting(ward.round, "rate_member", member) == ()
    assert take(ward) == (0, 0)
    assert take(ward, "Lê Phó Một") == (0, 0)
    assert StepDone.objects.count() == 1
    found = states(ward)
    assert (found["Lê Phó Một"], found["Đỗ Tổ Chức"], found["Phạm Phó Hai"]) == ("same", "none", "none")
    assert [p.message for p in verify().problems if p.kind.startswith("rounds.")] == []
    assert own.level == "good"


def test_a_replaced_level_is_shown_and_replaces_its_step_only_where_chosen(ward: Ward) -> None:
    decided(ward, "vice", "good")
    take(ward)
    decided(ward, "vice", "excellent", number=2)
    assert states(ward)["Lê Phó Một"] == "changed"
    assert take(ward) == (0, 0)
    assert take(ward, "Lê Phó Một") == (1, 0)
    assert [(one.turn, one.level, bool(one.undoes_id)) for one in StepDone.objects.order_by("pk")] == [
        (1, "good", False), (2, "", True), (3, "excellent", False)
    ]  # fmt: skip
    rounds.take_steps(
        round_id=ward.round.pk, steps=[("rate_member", ward.subject("party_member", "Lê Phó Một").pk)],
        on=date(2025, 12, 1), place="", number="1", body="Ủy ban", levels={}, by=ward.user("excused"), at=AT,
    )  # fmt: skip
    decided(ward, "vice", "good", number=3)
    assert take(ward, "Lê Phó Một") == (1, 0)
    assert Reconsideration.objects.count() == 1, "the member's result rests on the old one"


def test_a_step_recorded_by_hand_stays_and_only_the_officer_takes(ward: Ward, client: Client) -> None:
    work = ward.subject("civil_servant", "Lê Phó Một")
    rounds.take_steps(
        round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=date(2025, 12, 1), place="", number="9-QĐ",
        body="Ủy ban", levels={work.pk: "excellent"}, by=ward.user("officer"), at=AT,
    )  # fmt: skip
    decided(ward, "vice", "good")
    decided(ward, "vice2", "good")
    assert states(ward)["Lê Phó Một"] == "other"
    assert take(ward, "Lê Phó Một") == (0, 0)
    with pytest.raises(NotYours):
        take(ward, by="chief")
    client.force_login(ward.user("officer"))
    path = f"/dot-xep-loai/{ward.round.pk}/muc-nam/"
    with CaptureQueriesContext(connection) as made:
        page = client.get(path).content.decode()
    assert len([one for one in made if "SAVEPOINT" not in one["sql"]]) <= 17
    assert "1/8 người đã có bước xếp loại" in page
    assert "Bước này ghi tay" in page
    only = client.get(path, {"to-chuc-dang": "chi bo kinh te"}).content.decode()
    assert "Phạm Phó Hai" not in only
    assert "Vũ Mới Vào" in only
    assert "Không có công chức" in client.get(path, {"to-chuc-dang": "không có"}).content.decode()
    said = client.post(path, {"do": "chosen"})
    assert said.status_code == 400
    assert "Hãy chọn từ 1 đến" in said.content.decode()
    assert "của tổ chức đảng có tên “chi bo kinh te”, ở mọi trang" in only
    for typed in ("chi bo kinh te", "không có"):
        assert client.post(f"{path}?{urlencode({'to-chuc-dang': typed})}", {"do": "all"}).status_code == 302
    assert not StepDone.objects.filter(source=gate.YEAR_LEVEL).exists(), "who is taken is not of those filtered"
    assert client.post(path, {"do": "all"}).status_code == 302
    assert StepDone.objects.filter(source=gate.YEAR_LEVEL).count() == 1
    step = StepDone.objects.get(source=gate.YEAR_LEVEL)
    rounds.undo_step(step_id=step.pk, reason="Đưa nhầm", by=ward.user("officer"), at=AT)
    assert states(ward)["Phạm Phó Hai"] == "new"


def test_results_that_rest_on_a_replaced_level_of_the_year_are_put_up(ward: Ward, client: Client) -> None:
    decided(ward, "vice", "good")
    take(ward)
    member = ward.subject("party_member", "Lê Phó Một")
    rounds.take_steps(
        round_id=ward.round.pk, steps=[("rate_member", member.pk)], on=date(2025, 12, 1), place="", number="1",
        body="Ủy ban", levels={member.pk: "good"}, by=ward.user("excused"), at=AT,
    )  # fmt: skip
    decided(ward, "vice", "complete", number=2)
    assert take(ward, "Lê Phó Một") == (1, 0)
    row = Reconsideration.objects.get()
    assert (row.subject, row.cause) == (member, None)
    assert row.taken is not None
    assert row.taken.undoes is not None
    assert (row.taken.undoes.level, StepDone.objects.get(subject=member).level) == ("good", "good")
    client.force_login(ward.user("officer"))
    page = client.get(f"/ket-luan/doi-tuong/{member.pk}/").content.decode()
    assert "mức của Lê Phó Một đổi từ “Hoàn thành tốt nhiệm vụ” thành “Hoàn thành nhiệm vụ”" in page
    assert any("dựa trên mức đã thay" in words for words in closing.problems(ward.round))
    kinds = ("rounds.", "conclusions.")
    assert [p.message for p in verify().problems if p.kind.startswith(kinds)] == []
    decided(ward, "vice", "good", number=3)
    assert take(ward, "Lê Phó Một") == (1, 0)
    assert Reconsideration.objects.count() == 2, "a second change asks again"
