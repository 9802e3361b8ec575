"""Nobody decides about the body that they lead: the level above does, and its decision is on somebody's list."""

from datetime import timedelta

import pytest

from tests.factories import conclusions as world
from tests.factories.conclusions import DAY, decide, verify
from tests.factories.party import make_party, seat
from tests.factories.people import make_person
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.conclusions import actions, many
from thuocdo.conclusions.models import Assessment, Competence
from thuocdo.kernel.errors import Forbidden, NotYours, Refusal, Several
from thuocdo.organisation.waiting import todo
from thuocdo.rounds.models import RoundSubject

pytestmark = pytest.mark.django_db


@standing
def ward(db: None) -> Ward:
    return world.decided_ward()


def verified(ward: Ward, kind: str, name: str) -> RoundSubject:
    """A body of the round whose decision waits."""
    one = ward.subject(kind, name)
    actions.file_own(subject_id=one.pk, version=0, document={"fields": {}, **world.WORDS}, level="good", paper="BB 1",
                     by=ward.user("second"), at=AT)  # fmt: skip
    with outside_actions():
        Assessment.objects.filter(subject=one).update(state="decide", proposed="good", group="Tổ chức đảng", version=2)
    return one


def lists(ward: Ward, name: str) -> list[str]:
    return [line.text for line in todo(ward.user(name), AT) if line.kind == "assessments.to_decide"]


@pytest.mark.parametrize(("kind", "name"), [("party_organisation", "Đảng bộ Phường"), ("collective", "Ban Thường vụ")])
def test_a_body_is_not_decided_on_by_its_own_committee(ward: Ward, kind: str, name: str) -> None:
    one = verified(ward, kind, name)
    found = Assessment.objects.get(subject=one)
    assert found.competence is None, "the row of its own committee does not hold for it"
    with pytest.raises(Refusal, match="Chưa ghi phân cấp"):
        decide(ward, one)
    with outside_actions():
        Assessment.objects.filter(pk=found.pk).update(competence=Competence.objects.get(kind=kind))
    assert not many.for_decider(ward.user("chair"), AT.date(), ward.round).exists()
    with pytest.raises(Refusal, match="Chưa ghi phân cấp"):
        decide(ward, one)
    with pytest.raises((Several, NotYours)):
        actions.decide_many(round_id=ward.round.pk, rows={found.pk: actions.Row(2)}, on=DAY, number="1",
                            by=ward.user("chair"), at=AT)  # fmt: skip


def test_who_leads_below_and_above_leaves_it_to_the_others_above(ward: Ward) -> None:
    city = make_party("TU", "Thành ủy", "province", ward.units["place"])
    other = make_person("A10", "Mai Thành Ủy", ward.units["people"], "Ủy viên")
    seat(ward.people["chair"], city, "deputy")
    seat(other, city, "deputy")
    ward.people["city"] = other
    world.competent(ward, "party_organisation", party_kind="above_base", body="Ban Thường vụ Thành ủy",
                    party_id=city.pk)  # fmt: skip
    one = verified(ward, "party_organisation", "Đảng bộ Phường")
    assert Assessment.objects.get(subject=one).competence.party == city  # type: ignore[union-attr]
    waiting = {who: many.for_decider(ward.user(who), AT.date(), ward.round).count() for who in ("chair", "city")}
    assert waiting == {"chair": 0, "city": 1}
    assert (lists(ward, "chair"), len(lists(ward, "city"))) == ([], 1)
    with pytest.raises(Forbidden, match="nơi mình lãnh đạo"):
        decide(ward, one)


def test_what_a_place_above_decides_is_on_the_list_of_the_officer_who_records_it(ward: Ward) -> None:
    member = ward.subject("party_member", "Lê Phó Một")
    row = Competence.objects.get(kind="party_member")
    actions.end_competence(competence_id=row.pk, last=DAY - timedelta(days=1), by=ward.user("officer"), at=AT)
    world.competent(ward, "party_member", body="Ban Thường vụ Thành ủy", party_id=0, start=DAY)
    world.file_own(ward, member, "vice")
    verify(ward, member)
    assert lists(ward, "second") == [f"1 hồ sơ chờ quyết định trong đợt năm 2025, {ward.party['ward'].name}"]
    assert lists(ward, "chair") == []
