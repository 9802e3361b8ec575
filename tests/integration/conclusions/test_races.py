"""Two who write about the same assessments at the same moment: one of them wins, the other is told."""

from collections.abc import Sequence
from functools import partial

import pytest

from tests.factories import conclusions as world
from tests.factories.conclusions import DAY, MEMBER, OWN, WORDS, file_own
from tests.factories.rounds import AT
from tests.integration.conclusions.test_together import GOOD as OF_MEMBER
from tests.integration.conclusions.test_together import NAMES, three
from tests.races import together
from thuocdo.conclusions import actions
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.kernel.errors import Several
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import StepDone

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = MEMBER | {"marks.results": "50", "led.above": "0"}


def test_two_deciders_and_a_verifier_at_once(transactional_db: None) -> None:
    """A list that is decided, one of its rows decided alone, and the same row verified again: whoever is late is told,
    and what was decided is not put back."""
    ward = world.decided_ward()
    one = ward.subject("party_member", "Ngô Chánh Văn Phòng")
    work = ward.subject("civil_servant", one.name)
    rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=DAY, place="",
                      number="1", body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"), at=AT)  # fmt: skip
    file_own(ward, one, "chief", document={"fields": OWN | {"marks.results": "50", "led.above": "0"}, **WORDS})
    world.verify(ward, one, document={"fields": GOOD, "comment": "Đúng"})
    key = Assessment.objects.get(subject=one).pk
    many = partial(
        actions.decide_many, round_id=ward.round.pk, rows={key: actions.Row(2)}, on=DAY, number="15",
        by=ward.user("chair"), at=AT,
    )  # fmt: skip
    alone = partial(world.decide, ward, one, by="vice", version=2)
    again = partial(world.verify, ward, one, by="second", version=2, document={"fields": GOOD, "comment": "Lại"})
    found = together(many, alone, again)
    won = [type(result).__name__ for result in found if type(result).__name__ in ("list", "AssessmentPart")]
    assert len(won) == 1, found
    after = Assessment.objects.get(pk=key)
    decided = AssessmentPart.objects.filter(part="decision").count()
    assert (after.version, after.state == "decided", decided) == (3, bool(decided), StepDone.objects.filter(
        node="rate_member", source="conclusions.decision").count())  # fmt: skip


def test_two_officers_verify_at_once(transactional_db: None) -> None:
    """One verification stands; the other is told, and what it typed overwrites nothing."""
    ward = world.decided_ward()
    one = ward.subject("party_member", "Ngô Chánh Văn Phòng")
    file_own(ward, one, "chief", document={"fields": OWN | {"marks.results": "50", "led.above": "0"}, **WORDS})
    document = {"fields": GOOD, "comment": "Đúng"}
    calls = [partial(world.verify, ward, one, by=by, version=1, document=document) for by in ("officer", "second")]
    found = together(*calls)
    assert sorted(type(result).__name__ for result in found) == ["AssessmentPart", "Conflict"], found
    written = AssessmentPart.objects.filter(part="verification").count()
    assert (written, Assessment.objects.get(subject=one).version) == (1, 2)


def test_two_lists_that_overlap_are_sent_at_once(transactional_db: None) -> None:
    """Whoever is late is told by the row that both hold, writes nothing of the list, and sends the rest again."""
    ward = world.decided_ward(three)
    people = {name: NAMES[name] for name in ("chief", "vice2")}
    keys = {}
    for by, name in people.items():
        one, work = ward.subject("party_member", name), ward.subject("civil_servant", name)
        rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=DAY, place="", number="1",
                          body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"), at=AT)  # fmt: skip
        file_own(ward, one, by, document={"fields": OF_MEMBER, **WORDS})
        keys[by] = Assessment.objects.get(subject=one).pk
    lists = (["chief", "vice2"], ["vice2"])

    def verify(by: str, names: Sequence[str]) -> list[int]:
        return actions.verify_many(
            round_id=ward.round.pk, rows={keys[name]: 1 for name in names}, comment="Đúng", group="Chuyên viên",
            by=ward.user(by), at=AT,
        )  # fmt: skip

    def decide(by: str, names: Sequence[str]) -> list[int]:
        return actions.decide_many(
            round_id=ward.round.pk, rows={keys[name]: actions.Row(2) for name in names}, on=DAY, number="15",
            by=ward.user(by), at=AT,
        )  # fmt: skip

    verifiers, deciders = ("officer", "second"), ("chair", "deputy")
    for send, users, part in ((verify, verifiers, "verification"), (decide, deciders, "decision")):
        found = together(*(partial(send, by, names) for by, names in zip(users, lists, strict=True)))
        lost = next(result for result in found if isinstance(result, Several))
        assert list(lost.problems) == [f"row-{keys['vice2']}"], found
        written = AssessmentPart.objects.filter(part=part)
        if lost is found[0]:
            assert list(written.values_list("assessment_id", flat=True)) == [keys["vice2"]]
            send(users[0], ["chief"])
        assert sorted(written.values_list("assessment_id", flat=True)) == sorted(keys.values()), "each once"
    assert StepDone.objects.filter(node="rate_member", source="conclusions.decision").count() == 2
    assert set(Assessment.objects.values_list("version", "state").filter(pk__in=keys.values())) == {(3, "decided")}
