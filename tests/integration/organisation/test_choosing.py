"""A choice among units: all where few, found by words or code where many, what was chosen always among them."""

import re

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests.cast import Cast
from thuocdo.organisation import choosing
from thuocdo.organisation.finding import index
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import units_for_officer


def test_many_units_are_looked_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    every = choosing.choice(Unit.objects.all())
    assert len(every.units) == Unit.objects.count()
    assert (every.many, every.more) == (False, False)
    monkeypatch.setattr(choosing, "MOST", 2)
    first = choosing.choice(Unit.objects.all())
    assert (len(first.units), first.many, first.more) == (2, True, True)
    economy = cast.economy
    index.add(Unit, Unit.objects.all())
    for place, one in enumerate((*first.units, Unit.objects.order_by("order", "code", "pk")[2], economy)):
        kept = choosing.choice(Unit.objects.all(), chosen=one.pk)
        others = [unit for unit in first.units if unit != one]
        assert kept.units == (one, *others)[:2], place  # the chosen one first, wherever it stands
        assert (kept.many, kept.more) == (True, True)
    beyond = choosing.choice(Unit.objects.exclude(pk=economy.pk), chosen=economy.pk)
    assert (economy in beyond.units, len(beyond.units)) == (False, 2), "what may not be chosen is not offered"
    for typed in ("phong kinh te", economy.code.lower()):
        found = choosing.choice(Unit.objects.filter(pk=economy.pk), typed)
        assert (found.units, found.many) == ((economy,), True), typed
    nothing = choosing.choice(Unit.objects.all(), "khong co don vi nay", chosen=economy.pk)
    assert nothing.units == (economy,)
    assert not choosing.choice(Unit.objects.none())


def options(page: str, select: str) -> tuple[list[int], str]:
    """Ids of the units in a select of a page, and the one chosen."""
    found = re.search(rf'<select id="{select}".*?</select>', page, re.DOTALL)
    assert found, select
    listed = [int(key) for key in re.findall(r'value="(\d+)"', found[0])]
    return listed, "".join(re.findall(r'value="(\d+)" selected', found[0]))


def test_forms_of_people_and_sources_offer_many_units_by_their_words(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = cast.organisation_officer.user
    every = [unit.pk for unit in units_for_officer(officer, localdate())]
    post = Employment.objects.exclude(person__user=officer).filter(unit__in=every[1:], end=None).first()
    assert post is not None
    index.add(Unit, Unit.objects.all())
    client.force_login(officer)
    person = f"/to-chuc/nguoi/{post.person_id}/"
    own, selects = f"p{post.pk}unit", {"/to-chuc/nguoi/them/": "unit", person: "unit", f"{person}sua/": "n-unit",
                                       "/to-chuc/nguon-viec/lap/": "unit", "/phan-cap/": "unit"}
    for path, select in selects.items():
        page = client.get(path).content.decode()
        assert options(page, select)[0] == every, path
        assert "tim-don-vi" not in page
    monkeypatch.setattr(choosing, "MOST", 1)
    other = next(unit for unit in Unit.objects.filter(pk__in=every) if unit.pk not in (every[0], post.unit_id))
    strange = Unit.objects.exclude(pk__in=every).first()
    for path, select in selects.items():
        page = client.get(path).content.decode()
        assert options(page, select)[0] == every[:1], path
        assert "gõ tên" in page
        assert other.pk in options(client.get(f"{path}?tim-don-vi={other.code}").content.decode(), select)[0]
        if strange:
            assert not options(client.get(f"{path}?tim-don-vi={strange.code}").content.decode(), select)[0]
    assert "Tìm tổ chức đảng, đơn vị" in client.get("/bo-phieu/?tim-don-vi=x").content.decode()
    assert client.get("/y-kien/").status_code == 200
    page = client.get(f"{person}sua/").content.decode()
    assert options(page, own) == ([post.unit_id, *every[:1]], str(post.unit_id))
    assert f"#{own}" in page
    refused = client.post(f"{person}sua/", {"viec": "vi-tri", "post": post.pk, "unit": other.pk})
    assert options(refused.content.decode(), own) == ([post.unit_id, other.pk], str(other.pk))
    refused = client.post("/to-chuc/nguoi/them/", {"unit": other.pk})
    assert options(refused.content.decode(), "unit") == ([other.pk], str(other.pk))
