"""The continuous record of observations on a leader: who, when, on what, read by the person; beside the assessment."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import events
from tests.factories.conclusions import decided_ward
from tests.factories.people import make_person
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify as verify_all
from thuocdo.conclusions import opened
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Employment, PersonMerge
from thuocdo.organisation.waiting import todo
from thuocdo.records.models import Observation
from thuocdo.records.observations import actions, queries

pytestmark = pytest.mark.django_db
DAY = date(2025, 11, 20)


@standing
def ward(db: None) -> Ward:
    return decided_ward()


def observe(ward: Ward, whom: str = "vice", by: str = "chair", **more: Any) -> Observation:
    given: dict[str, Any] = {
        "person_id": ward.people[whom].pk, "on": DAY, "about": "Tiếp dân", "text": "Giải quyết xong 12 đơn",
        "by": ward.user(by), "at": AT,
    }  # fmt: skip
    return actions.record_observation(**(given | more))


def waiting(ward: Ward) -> list[str]:
    return [one.text for one in todo(ward.user("vice"), AT) if one.kind == "observations.to_read"]


def test_a_superior_or_officer_writes_and_the_person_is_told_and_reads_once(ward: Ward) -> None:
    row = observe(ward)
    assert (row.position, row.unit, row.by_person) == ("Phó Chủ tịch", ward.units["people"], ward.people["chair"])
    assert Notice.objects.get(kind="observation.recorded").user == ward.user("vice")
    assert waiting(ward) == ["Đọc ghi nhận về ông/bà: Tiếp dân"]
    with pytest.raises(NotYours):
        actions.read_observation(observation_id=row.pk, answer="", by=ward.user("chair"), at=AT)
    actions.read_observation(observation_id=row.pk, answer="Có phần của phòng", by=ward.user("vice"), at=AT)
    assert actions.read_observation(observation_id=row.pk, answer="Khác", by=ward.user("vice"), at=AT) is None
    seen = queries.own(ward.user("vice"), "", AT).rows[0]
    assert seen.read is not None
    assert (seen.read.text, waiting(ward)) == ("Có phần của phòng", [])
    observe(ward, by="officer", about="Họp giao ban")
    assert [p.message for p in verify_all().problems if "records.observation" in p.kind] == []


def test_nobody_writes_about_the_self_nor_about_who_leads_nothing_nor_from_elsewhere(ward: Ward) -> None:
    with pytest.raises(Forbidden):
        observe(ward, "chair")
    with pytest.raises(NotYours):
        observe(ward, "new")
    with pytest.raises(NotYours):
        observe(ward, by="outside")
    with pytest.raises(Several) as told:
        observe(ward, about=" ", text="", on=AT.date() + timedelta(days=1))
    assert list(told.value.problems) == ["about", "text", "on"]
    row = observe(ward)
    with pytest.raises(NotYours):
        queries.about(ward.user("outside"), ward.people["vice"].pk, AT)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        Observation.objects.filter(pk=row.pk).update(text="Khác")


def test_leaders_of_the_party_are_written_about_by_secretary_and_officer_and_no_deputy_about_who_leads_beside(
    ward: Ward,
) -> None:
    """A committee member without a post; the head and the other deputy of the own unit; a code merged later."""
    with outside_actions():
        Employment.objects.filter(person=ward.people["chief"]).update(leadership="none")
        Employment.objects.filter(person=ward.people["officer"]).update(leadership="none")
    row = observe(ward, "chief", by="second")
    assert (row.unit, row.position) == (ward.units["place"], "Cấp ủy viên Đảng bộ Phường Một")
    assert observe(ward, "officer", by="chief").position == "Phó bí thư Chi bộ Văn phòng"
    for whom in ("chair", "vice2"):
        with pytest.raises(NotYours):
            observe(ward, whom, by="vice")
    observe(ward, "chief", by="vice")
    names = [person.full_name for person, _ in queries.own(ward.user("vice"), "", AT).people]
    assert ("Trần Chủ Tịch" in names, "Ngô Chánh Văn Phòng" in names) == (False, True)
    old = make_person("B1", "Mã Cũ", ward.units["people"], "Chuyên viên")
    with outside_actions():
        PersonMerge.objects.create(
            kept=ward.people["vice"], dropped=old, reason="Trùng", proposed_by=ward.user("second"), proposed_at=AT,
            approved_by=ward.user("officer"), approved_at=AT,
        )  # fmt: skip
        Observation.objects.create(
            person=old, unit=ward.units["people"], position="Phó", on=DAY, about="Cũ", text="Cũ", by=ward.user("chair"),
            by_person=ward.people["chair"], at=AT,
        )  # fmt: skip
    assert "Cũ" in [one.one.about for one in queries.standing([ward.people["vice"].pk], DAY, DAY)]


def test_whoever_holds_several_posts_stands_once_with_all(ward: Ward) -> None:
    found = queries.own(ward.user("officer"), "", AT).people
    [posts] = [posts for person, posts in found if person == ward.people["vice"]]
    held = ["Cấp ủy viên Chi bộ Văn phòng", "Phó Chủ tịch", "Phó bí thư Đảng bộ Phường Một"]
    assert sorted(post.position for post in posts) == held


def test_what_was_wrong_is_taken_back_with_a_reason_and_counts_no_more(ward: Ward) -> None:
    row = observe(ward)
    with pytest.raises(NotYours):
        actions.withdraw_observation(observation_id=row.pk, reason="Nhầm", by=ward.user("officer"), at=AT)
    with pytest.raises(Refusal, match="Lý do rút"):
        actions.withdraw_observation(observation_id=row.pk, reason=" ", by=ward.user("chair"), at=AT)
    actions.withdraw_observation(observation_id=row.pk, reason="Nhầm người", by=ward.user("chair"), at=AT)
    with pytest.raises(Conflict, match="đã được rút"):
        actions.read_observation(observation_id=row.pk, answer="", by=ward.user("vice"), at=AT)
    assert (waiting(ward), queries.standing([row.person_id], DAY, DAY)) == ([], [])


def test_it_stands_beside_the_assessment_of_the_time_looked_at(ward: Ward) -> None:
    row = observe(ward)
    observe(ward, on=date(2020, 1, 5), about="Việc cũ")
    one = events.opened(ward)
    view = opened.view(ward.user("chair"), AT, assessment_id=one.pk)
    assert [seen.one for seen in view.observed] == [row]


def test_the_pages_write_read_and_put_a_look_on_record(ward: Ward) -> None:
    chair, vice, officer = Client(), Client(), Client()
    for client, name in ((chair, "chair"), (vice, "vice"), (officer, "officer")):
        client.force_login(ward.user(name))
    path = f"/ghi-nhan/{ward.people['vice'].pk}/"
    assert path in chair.get("/ghi-nhan/?tim=Phó Một").content.decode()
    bad = chair.post(path, {"do": "add", "on": "20/11/2025", "about": "Tiếp dân", "text": " "})
    assert (bad.status_code, "Tiếp dân" in bad.content.decode()) == (400, True)
    sent = {"do": "add", "on": "20/11/2025", "about": "Tiếp dân", "text": "Xong 12 đơn"}
    assert chair.post(path, sent).status_code == 302
    assert vice.get(path).status_code == 404
    assert "Xong 12 đơn" in vice.get("/ghi-nhan/").content.decode()
    key = Observation.objects.get().pk
    assert vice.post("/ghi-nhan/", {"observation": key, f"answer-{key}": ""}).status_code == 302
    assert officer.get(path).status_code == 200
    assert Event.objects.filter(code="observation.viewed", actor=str(ward.user("officer").pk)).count() == 1
