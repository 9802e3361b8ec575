"""Cases 1 and 2: nothing of another place is reached through any address, field or filter, whatever one's role is."""

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import resolve, reverse

from tests.abuse import strangers
from tests.abuse.forms import BESIDE, FORMS, Form
from tests.abuse.strangers import NAME_OF_THEIRS, Places, addresses, rows, signed_in, urls
from tests.house.sources import ROOT
from tests.pages import PAGES
from thuocdo.audit.models import Event
from thuocdo.organisation.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOBODY = (403, 404, 405)
REFUSED = (400, 403, 404, 409)
# Address -> why it answers to everybody who is signed in; names of their people are then looked for in the page.
EVERYBODY = {"difficulty": "the accepted reading of a question is for everybody, without who asked"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Places]:
    """Both places, for every test of this module; nothing is kept."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: strangers.AT)
        with transaction.atomic():
            yield strangers.build()
            transaction.set_rollback(True)


URLS = [one for one in urls() if any(part.endswith("_id") for part in one[2])]


@pytest.mark.parametrize(("name", "route", "variable"), URLS, ids=[name for name, _, _ in URLS])
def test_abuse_01_no_role_elsewhere_reaches_anything_by_its_address(
    world: Places, name: str, route: str, variable: tuple[str, ...]
) -> None:
    before, events = rows(), Event.objects.count()
    nowhere = next(addresses(route, variable, None))
    for who, person in world.strangers.items():
        client = signed_in(person)
        for send in (client.get, client.post):
            unknown = send(nowhere, strangers.BODY)
            for address in addresses(route, variable, world.ids):
                answer = send(address, strangers.BODY)
                place = f"{send.__name__} {address} by {who}: {answer.status_code}"
                if name in EVERYBODY and answer.status_code == 200:
                    assert NAME_OF_THEIRS not in answer.content.decode(), place
                    continue
                assert answer.status_code in NOBODY, place
                assert answer.status_code == unknown.status_code, place
    assert rows() == before
    assert Event.objects.count() == events


def test_a_page_whose_object_the_first_place_lacks_is_not_passed_over() -> None:
    with pytest.raises(AssertionError, match=r"makes no work\.task"):
        next(addresses("viec/<int:task_id>/", ("task_id",), {"work.task": ()}))


# Names of fields that carry an id, as the pages read them, with the model whose key they are.
_READ = re.compile(r'(?:GET|POST|posted|values|query)\.get(?:list)?\(\s*"([^"]+)"')
SENT_BY_PAGES = sorted(
    {name for file in (ROOT / "src/thuocdo/web").rglob("*.py") for name in _READ.findall(file.read_text("utf-8"))}
)


def _pages() -> list[str]:
    """Addresses without an id that a stranger opens in the own place."""
    found = [f"/{route}" for _, route, variable in urls() if not variable]
    return sorted(set(found) - {"/dang-xuat/", "/dang-nhap/"})


def _ids(world: Places) -> list[int]:
    """Keys of theirs of every kind, a few of each, without those that the stranger has too."""
    kinds = ("appraisals.sheet", "work.task", "organisation.person", "organisation.unit", "cycles.cycle")
    return sorted({one for kind in kinds for one in world.ids[kind][:1]})


@pytest.mark.parametrize("page", _pages())
def test_abuse_02_an_id_of_theirs_in_any_field_or_filter_brings_nothing(world: Places, page: str) -> None:
    """All at once, by who has every role elsewhere; one at a time in addresses that hold: below."""
    assert len(SENT_BY_PAGES) > 40
    client = signed_in(world.strangers["every role"])
    for one in _ids(world):
        asked = dict.fromkeys(SENT_BY_PAGES, str(one)) | {"next": "/", "tim": NAME_OF_THEIRS, "do": "x"}
        answer = client.get(page, asked)
        assert answer.status_code < 500, (page, one)
        text = answer.content.decode(errors="replace").replace(f'value="{NAME_OF_THEIRS}"', "")
        assert NAME_OF_THEIRS + "0" not in text, (page, one)


# Parameters of addresses that hold no key, by what they hold; every other one is tried with keys.
HOLDS = {
    "words to look for": "q tim tim-cap tim-don-vi",
    "a word of a fixed list": "ai b a ban chay chi khung kind ky-cua loai phan quy-che quy-che-don-vi qc-a qc-b "
    "sap-xep tai-khoan trang-thai vai-tro viec xem bo dieu doi-tuong noi",
    "a number or a date": "lan muc-excellent nam ngay ngay-xep-loai number sau thang trang tuan year "
    "submit_by submit_by_time confirm_by confirm_by_time",
    "an address": "next",
}
THEIRS = re.compile(r"Lò (?:Văn|Thị) (?:Đầu|Trên|Phó|Chuyên|Tổ)|(?:Phường|Phòng|phường|tỉnh) khác\b")
NO_KEY = {name for names in HOLDS.values() for name in names.split()}
_ASKED = re.compile(r'(?:GET|query)\.get(?:list)?\(\s*"([^"]+)"')


def _filters() -> list[tuple[str, str]]:
    """(name of the page, one parameter): those of an address that holds, and those that its view's module reads."""
    routes = {name: route for name, route, _ in urls()}
    found = []
    for name, (_, address) in PAGES.items():
        query = dict(parse_qsl(address.partition("?")[2]))
        some = re.sub(r"<[^>]+>", lambda part: "1" if "int" in part[0] else "x", routes[name])
        path = re.sub(r"\{[a-z_]+\}", "1", address.partition("?")[0])
        try:
            view = resolve(path).func
        except Http404:
            view = resolve(f"/{some}").func
        read = _ASKED.findall(inspect.getsource(sys.modules[inspect.unwrap(view).__module__]))
        found += [(name, one) for one in sorted({*query, *read}) if one not in NO_KEY or one in ("q", "tim")]
    return found


@pytest.mark.parametrize(("name", "filter_"), _filters())
def test_abuse_02_one_filter_at_a_time_of_an_address_that_holds_brings_nothing_of_another_place(
    world: Places, name: str, filter_: str
) -> None:
    assert all(THEIRS.search(person.full_name) for person in world.strangers.values())
    who, address = PAGES[name]
    path, _, query = address.format(**world.first.ids).partition("?")
    client = Client(raise_request_exception=False)
    client.force_login(world.first.users[who])
    kept = dict(parse_qsl(query))
    assert client.get(path, kept).status_code == 200, "the address holds"
    prefix = re.match(r"[a-z]*", kept.get(filter_, ""))
    keys = {"Lò Văn"} if filter_ in ("q", "tim") else {f"{prefix[0] if prefix else ''}{k}" for k in world.own.values()}
    for key in sorted(keys):
        answer = client.get(path, kept | {filter_: key})
        assert answer.status_code < 500, (path, filter_, key)
        found = THEIRS.findall(answer.content.decode(errors="replace"))
        assert not found, (path, filter_, key, found)


def _sent(world: Places, form: Form, **changed: object) -> Any:
    """The answer to the press; the names of some fields carry a key, too."""
    own = {name: str(key) for name, key in world.own.items()}
    body = {name.format_map(own): value.format_map(own) for name, value in form.body.items()}
    where = {name: world.own.get(str(part), part) for name, part in form.at.items()}
    who = world.strangers.get(form.by) or Person.objects.get(pk=world.own[form.by])
    return signed_in(who).post(reverse(form.page, kwargs=where), body | changed)


def _takes_a_post(address: str) -> bool:
    """As the view's own decorators say it."""
    head = inspect.getsource(inspect.unwrap(resolve(address).func)).partition("\ndef ")[0]
    return "require_POST" in head or '"POST"' in head


def test_abuse_02_every_page_that_takes_a_post_has_its_form_tried_or_a_reason_not_to() -> None:
    some = {"year": 2026, "number": 1, "digest": "0" * 64, "kind": "people"}
    taking = {
        name
        for name, route, variable in urls()
        if _takes_a_post(
            reverse(name, kwargs={one: 1 if one.endswith("_id") else some.get(one, "x") for one in variable})
        )
    }
    beside = [name for names in BESIDE.values() for name in names.split()]
    assert len(beside) == len(set(beside))
    assert {one.page for one in FORMS} & set(beside) == set()
    assert taking - {one.page for one in FORMS} - set(beside) == set(), "add the form to tests/abuse/forms.py"
    assert set(beside) - taking == set(), "no such page, or it takes no POST"


def _said(answer: Any) -> str:
    """What the page complains about."""
    words = re.sub(r"<[^>]*>|\s+", " ", answer.content.decode(errors="replace").partition("<main")[2])
    return f"{answer.status_code}: {words[:1500]}"


@pytest.mark.parametrize("form", FORMS, ids=[f"{one.page} {one.act}".strip() for one in FORMS])
def test_abuse_02_a_form_that_is_accepted_is_refused_with_one_key_of_theirs(world: Places, form: Form) -> None:
    before, events = rows(), Event.objects.count()
    with transaction.atomic():
        sent = _sent(world, form)
        assert sent.status_code == form.answers, _said(sent)
        assert Event.objects.count() > events, "the own form changes something"
        transaction.set_rollback(True)
    for field, model in form.keys.items():
        for key in world.ids[model]:
            with transaction.atomic():
                refused = _sent(world, form, **{field: str(key)})
                assert refused.status_code in REFUSED, (field, key, refused.status_code)
                assert NAME_OF_THEIRS + "0" not in refused.content.decode(errors="replace"), (field, key)
                assert (rows(), Event.objects.count()) == (before, events), (field, key)
                transaction.set_rollback(True)
