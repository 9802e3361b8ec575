"""Several at once, through the pages: an overlay of the unit on that of its superior, two rounds open side by side."""

from datetime import datetime, timezone

import pytest
from django.test import Client

from tests.factories import rounds as world
from tests.factories.rounds import Ward
from tests.standing import standing
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
        "leaderships": "every", "do": "save", **more,
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
