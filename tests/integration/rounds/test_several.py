"""Several at once, through the pages: an overlay of the unit on that of its superior, two rounds open side by side."""

from datetime import datetime, timezone

import pytest
from django.test import Client

from tests.factories import rounds as world
from tests.factories.rounds import Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.models import Event
from thuocdo.organisation.waiting import todo
from thuocdo.rounds.books import rules_of, selected
from thuocdo.rounds.models import Round, RoundSubject, StepDone

pytestmark = pytest.mark.django_db
PARENT, UNIT = "overlays/vi-du-dang-uy-xa", "overlays/vi-du-dung-lai-muc"
NEXT_YEAR = datetime(2026, 12, 1, 2, 0, tzinfo=timezone.utc)


@standing
def ward(db: None) -> Ward:
    return world.open_ward()


def planned(ward: Ward, **more: str) -> dict[str, str]:
    return {
        "organisation": str(ward.party["ward"].pk), "year": "2026", "rating_date": "20/12/2026", "basis": "KH 2",
        "leaderships": "every", "seats": "leading", "do": "save", **more,
    }  # fmt: skip


def test_the_units_overlay_lies_on_that_of_its_superior_and_both_show_in_the_round(
    ward: Ward, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NEXT_YEAR)
    client.force_login(ward.user("officer"))
    twice = client.post("/dot-xep-loai/lap/", planned(ward, parent_overlay=PARENT, unit_overlay=PARENT))
    assert twice.status_code == 400
    page = twice.content.decode()
    assert "mỗi quy chế một lần" in page
    assert page.count(f'<option value="{PARENT}" selected>') == 2, "what was chosen is kept"
    assert not Round.objects.filter(year=2026).exists()
    assert client.post("/dot-xep-loai/lap/", planned(ward, parent_overlay=PARENT, unit_overlay=UNIT)).status_code == 302
    one = Round.objects.get(year=2026)
    assert one.overlays == [PARENT, UNIT]
    plan = client.get(f"/dot-xep-loai/{one.pk}/ke-hoach/").content.decode()
    parent, unit = plan.split('id="parent_overlay"')[1].split('id="unit_overlay"')
    assert f'<option value="{PARENT}" selected>' in parent
    assert f'<option value="{UNIT}" selected>' in unit.split("</select>")[0]
    assert client.post(f"/dot-xep-loai/{one.pk}/ke-hoach/", {"do": "open", "version": "1"}).status_code == 302
    one.refresh_from_db()
    of_parent, alone = selected(one.rating_date, [PARENT]), selected(one.rating_date)
    steps = [[edge.id for edge in rules.graph.edges] for rules in (rules_of(one), of_parent, alone)]
    assert steps[0] == steps[1] != steps[2], "the superior's order of steps"
    assert [reuse.id for reuse in rules_of(one).book.book.reuses] == ["work_as_member"], "what the unit adds"
    assert not of_parent.book.book.reuses


def test_two_rounds_open_at_once_each_have_one_page_of_work_and_do_not_touch(
    ward: Ward, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ward.round
    world.plan(ward, year=2026, rating_date=NEXT_YEAR.date().replace(day=20), at=NEXT_YEAR)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NEXT_YEAR)
    officer = Client()
    officer.force_login(ward.user("officer"))
    sent = {"do": "open", "version": "1"}
    assert officer.post(f"/dot-xep-loai/{ward.round.pk}/ke-hoach/", sent).status_code == 302
    assert Round.objects.filter(state="open").count() == 2
    client.force_login(ward.user("chief"))
    desk = client.get("/dot-xep-loai/").content.decode()
    for one in (first, ward.round):
        assert f"/dot-xep-loai/{one.pk}/viec/" in desk
        work = client.get(f"/dot-xep-loai/{one.pk}/viec/").content.decode()
        mine = RoundSubject.objects.filter(round=one, person=ward.people["chief"]).values_list("kind", flat=True)
        assert sorted(mine) == ["civil_servant", "leader", "leader", "party_member"]
        assert work.count("Ngô Chánh Văn Phòng") >= len(mine)
    member = ward.subject("party_member", "Lê Phó Một")
    path = f"/dot-xep-loai/{ward.round.pk}/viec/?buoc=review_in_cell"
    step = {"step": f"review_in_cell:{member.pk}", "on": "01/12/2026", "place": "Phòng họp 2"}
    assert client.post(path, step).status_code == 302
    assert StepDone.objects.get().round_id == ward.round.pk
    other = RoundSubject.objects.get(round=first, kind="party_member", person=ward.people["vice"])
    assert client.post(path, step | {"step": f"review_in_cell:{other.pk}"}).status_code == 404, "of the other round"
    texts = [one.text for one in todo(ward.user("chief"), NEXT_YEAR) if one.kind == "reviews.to_write"]
    assert [("2025" in text, "2026" in text) for text in sorted(texts)].count((True, False)) == 1
    assert len(texts) == 2
    waiting = [one for one in todo(ward.user("chief"), NEXT_YEAR) if one.kind == "rounds.members"]
    assert {(one.path, one.due) for one in waiting} == {
        (f"/dot-xep-loai/{one.pk}/viec/", one.rating_date) for one in (first, ward.round)
    }, "who leads a cell is told of members without a level, and by when"
    late = next(one for one in waiting if "2025" in one.text)
    members = RoundSubject.objects.filter(kind="party_member", organisation=other.organisation, standing="in")
    left = members.exclude(person=ward.people["chief"]).count()
    assert (late.overdue, late.text.split()[0]) == (True, str(left))
    assert not any(one.kind == "rounds.members" for one in todo(ward.user("vice"), NEXT_YEAR))
    everywhere = client.get("/dot-xep-loai/viec/").content.decode()
    heading = everywhere.index("Tôi ghi nhận")
    for one in (first, ward.round):
        assert everywhere.index(f"Đợt {one.label}") < heading, "the own procedures of both rounds on one page"
    assert f"review_in_cell:{other.pk}" in everywhere
    one_meeting = {"step": [f"review_in_cell:{other.pk}", f"review_in_cell:{member.pk}"], "on": "01/12/2026"}
    assert client.post("/dot-xep-loai/viec/", one_meeting | {"on": "?"}).status_code == 400
    hidden = RoundSubject.objects.filter(round=first, kind="party_member").exclude(pk=other.pk).first()
    assert hidden is not None
    early = RoundSubject.objects.get(round=first, kind="leader", party=None, person=ward.people["vice"])
    sooner = officer.post("/dot-xep-loai/viec/", one_meeting | {"step": [
        f"review_in_cell:{hidden.pk}", f"review_others:{early.pk}"]})  # fmt: skip
    assert sooner.status_code == 409, "what comes too early holds all of them back"
    assert "Điều 7 khoản 3" in sooner.content.decode()
    rating = officer.post("/dot-xep-loai/viec/", one_meeting | {"step": f"rate_member:{other.pk}"})
    assert "Bước xếp loại cần mức" in rating.content.decode()
    assert StepDone.objects.count() == 1
    events = Event.objects.filter(code="round.steps_taken").count()
    next_one = RoundSubject.objects.filter(round=ward.round, kind="party_member").exclude(pk=member.pk).first()
    assert next_one is not None
    both = one_meeting | {"step": [f"review_in_cell:{hidden.pk}", f"review_in_cell:{next_one.pk}"]}
    assert officer.post("/dot-xep-loai/viec/", both).status_code == 302
    assert set(StepDone.objects.exclude(subject=member).values_list("round_id", flat=True)) == {first.pk, ward.round.pk}
    assert Event.objects.filter(code="round.steps_taken").count() == events + 2, "one event in each round's chain"
    stranger = Client()
    stranger.force_login(ward.user("outside"))
    assert stranger.post("/dot-xep-loai/viec/", both).status_code == 404
    assert "Lê Phó Một" not in stranger.get("/dot-xep-loai/viec/").content.decode()
    open_reviews = officer.get("/dot-xep-loai/viec/", {"viec": "review"}).content.decode()
    assert f"/dot-xep-loai/{first.pk}/doi-tuong/{hidden.pk}/" not in open_reviews, "done, so no longer before them"
    with outside_actions():
        StepDone(round=first, subject=other, node="rate_member", step="rating", on=NEXT_YEAR.date(), source="x",
                 by=ward.user("officer"), at=NEXT_YEAR).save()  # fmt: skip
    texts = [one.text for one in todo(ward.user("chief"), NEXT_YEAR) if one.kind == "rounds.members"]
    assert [text.split()[0] for text in texts if "2025" in text] == [str(left - 1)] * (left > 1)
