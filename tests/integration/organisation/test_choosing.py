"""A choice among units: all where few, found by words or code where many, what was chosen always among them."""

import re

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests.cast import Cast
from thuocdo.audit.models import Event
from thuocdo.organisation import choosing
from thuocdo.organisation.finding import index
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import officer_units


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
    mine = Unit.objects.filter(pk__in=officer_units(officer, localdate()), end=None)
    every = list(mine.order_by("order", "code").values_list("pk", flat=True))
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


def test_what_stands_in_a_form_survives_a_search_without_scripts(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button that looks for units sends the form: nothing is recorded, and every field shows what was in it."""
    index.add(Unit, Unit.objects.all())
    monkeypatch.setattr(choosing, "MOST", 1)
    client.force_login(cast.organisation_officer.user)
    person = f"/to-chuc/nguoi/{cast.colleague.pk}/"
    post = cast.colleague.employments.get()
    unit = f"/to-chuc/co-cau/don-vi/{cast.ward.pk}/"
    forms = {
        "/to-chuc/nguoi/them/": {"code": "KT77", "full_name": "Đỗ Thị Đang Gõ", "position": "Chuyên viên gõ dở"},
        f"{person}sua/": {"viec": "them-vi-tri", "position": "Vị trí gõ dở", "start": "09/09/2026"},
        person: {"viec": "vai-tro", "kind": "inspector", "start": "08/08/2026"},
        "/to-chuc/nguon-viec/lap/": {"name": "Nguồn gõ dở", "kind": "rest", "token_days": "77"},
        "/to-chuc/quy-dinh-ap-dung/": {"subject_kind": "civil_servant", "decided_by": "Cấp gõ dở", "reason": "Vì"},
        "/phan-cap/": {"body": "Ban gõ dở", "verifier": "Nơi gõ dở", "basis": "12/QĐ gõ dở", "start": "07/07/2026"},
        "/ket-qua/theo-doi/": {"step": "set", "run": "7", "score": "77,5", "bound": "below", "source": "Dở"},
        "/to-chuc/quy-che/": {"rulebook": "state/nd-335-2025"},
        "/to-chuc/co-cau/sap-xep/": {"title": "Phương án gõ dở", "decision": "34/QĐ gõ dở", "start": "06/06/2026"},
        f"{unit}?viec=uy-quyen": {"viec": "uy-quyen", "decision": "56/QĐ gõ dở", "start": "05/05/2026"},
        f"{unit}?viec=them-don-vi": {"viec": "them-don-vi", "code": "GODO", "name": "Đơn vị gõ dở"},
        "/danh-muc/de-xuat/": {"name": "Sản phẩm gõ dở", "words": "Vì sao gõ dở"},
    }
    selects = {"/to-chuc/co-cau/sap-xep/": "root", "/danh-muc/de-xuat/": "agency", f"{unit}?viec=uy-quyen": "units",
               f"{unit}?viec=them-don-vi": "manager"}
    events = Event.objects.count()
    for path, typed in forms.items():
        found = cast.economy
        sent = typed | {"tim-don-vi": found.code, selects.get(path, "unit"): post.unit_id, "chi-tim": "1"}
        answer = client.post(path, sent)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        form = next(part for part in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="chi-tim"' in part
                    and all(f'"{value}"' in part for name, value in typed.items() if name in ("viec", "step")))
        for name, value in typed.items():
            field = re.escape(value)
            shown = rf'name="{name}" value="{field}"|value="{field}" (?:selected|checked)|>{field}</textarea>'
            assert re.search(shown, form), (path, name)
        assert f'value="{found.pk}"' in form, path
        assert f'value="{found.code}"' in form, "the words that were looked for"
        assert re.search(rf'value="{post.unit_id}" selected', form), path
    assert Event.objects.count() == events


def test_what_a_page_was_asked_survives_a_search_for_units(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forms that ask by their address: the chosen unit stays among those found, every other field as it was."""
    index.add(Unit, Unit.objects.all())
    client.force_login(cast.organisation_officer.user)
    opening = {"kind": "quarter", "number": "3", "year": "2027", "submit_by": "gõ dở"}
    forms = {
        "/danh-muc/": ("co-quan", {"ngay": "02/03/2026", "tim": "bao cao"}),
        "/to-chuc/ky/mo/": ("root", opening),
        "/to-chuc/ky/mo/ra-soat/": ("root", opening),
        "/tap-the/ky/mo/": ("authority", {"kind": "quarter", "number": "2", "year": "2027"}),
    }
    for path, (select, typed) in forms.items():
        listed, _ = options(client.get(path, {} if "ra-soat" not in path else {"kind": "x"}).content.decode(), select)
        assert len(listed) > 1, path
        chosen, other = listed[0], listed[-1]
        code = Unit.objects.get(pk=other).code
        with monkeypatch.context() as patch:
            patch.setattr(choosing, "MOST", 1)
            few = client.get(path, {select: chosen, **typed, "tim-don-vi": "", "chi-tim": "1"}).content.decode()
            assert other not in options(few, select)[0], path
            patch.setattr(choosing, "MOST", 3)
            page = client.get(path, {select: chosen, **typed, "tim-don-vi": code, "chi-tim": "1"}).content.decode()
        assert {chosen, other} <= set(options(page, select)[0]), path
        assert options(page, select)[1] == str(chosen), path
        for name, value in typed.items():
            field = re.escape(value)
            shown = rf'name="{name}" value="{field}"|value="{field}" (?:selected|checked)'
            assert re.search(shown, page), (path, name)
