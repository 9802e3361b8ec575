"""Practice mode: the pages and rules on an invented month; marked, kept in the session, never counted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.factories.months import OPENED, marks
from thuocdo.appraisals import practice
from thuocdo.rulesets import catalogue

pytestmark = pytest.mark.django_db
BANNER = "TẬP LÀM"
PLACES = ("/tap-lam/", "/tap-lam/phieu/", "/tap-lam/phieu/xem-lai/", "/tap-lam/danh-gia/")


@pytest.fixture
def client(cast: Cast) -> Client:
    found = Client()
    found.force_login(cast.officer_appraised.user)
    return found


def rows() -> dict[str, int]:
    """How many rows every table has, sessions aside."""
    models = [m for m in apps.get_models() if m is not Session]
    return {m._meta.label: m._base_manager.count() for m in models}


def typed(**changed: str) -> dict[str, str]:
    own = {f"mark:{slug}": text for slug, text in marks().items()}
    return own | {"strengths": "Đúng hạn.", "version": "1"} | changed


def all_done() -> dict[str, Any]:
    return {"do": "all", "all": [str(n) for n in range(1, len(practice.WORK) + 1)]}


def test_an_employee_practises_the_month_and_nothing_is_written(client: Client) -> None:
    client.get("/tap-lam/")
    before = rows()
    assert client.post("/tap-lam/phieu/", typed(do="review")).status_code == 400
    assert client.post("/tap-lam/phieu/", typed() | all_done()).status_code == 302
    assert client.get("/tap-lam/phieu/").content.decode().count("đã ghi</span>") == len(practice.WORK)
    assert client.post("/tap-lam/phieu/", typed(do="review")).status_code == 302
    review = client.get("/tap-lam/phieu/xem-lai/").content.decode()
    assert BANNER in review
    hidden = dict(re.findall(r'<input type="hidden" name="(mark:\w+)" value="([^"]*)"', review))
    assert hidden == {f"mark:{slug}": text for slug, text in marks().items()}
    assert client.post("/tap-lam/phieu/xem-lai/", hidden).headers["Location"] == "/tap-lam/phieu/ket-qua/"
    result = client.get("/tap-lam/phieu/ket-qua/").content.decode()
    assert BANNER in result
    lost = sum(int(c.max * 100) for c in catalogue.load(practice.BOOK).criteria) - 100
    assert f"{lost / 100 + 70:g}".replace(".", ",") in result
    assert rows() == before


def test_a_wrong_number_is_named_and_kept(client: Client) -> None:
    refused = client.post("/tap-lam/phieu/", typed(do="task:1", **{"task:1:completed": "nhiều"}))
    assert refused.status_code == 400
    assert 'value="nhiều"' in refused.content.decode()
    over = {"task:1:completed": "1", "task:1:quality_met": "2", "task:1:on_time": "1"}
    assert "không được nhiều hơn" in client.post("/tap-lam/phieu/", typed(do="task:1", **over)).content.decode()


def test_the_fragments_of_the_form_work_as_on_the_real_one(client: Client) -> None:
    saved = client.post("/tap-lam/phieu/luu/", typed(), headers={"HX-Request": "true"})
    assert (saved.status_code, "tong-tam-tinh" in saved.content.decode()) == (200, True)
    one = client.post("/tap-lam/phieu/viec/2/", typed(whole="1"), headers={"HX-Request": "true"}).content.decode()
    assert "đã ghi" in one
    assert 'hx-post="/tap-lam/phieu/viec/2/"' in one
    assert client.post("/tap-lam/phieu/viec/9/", typed()).status_code == 404
    every = client.post("/tap-lam/phieu/", typed() | all_done(), headers={"HX-Request": "true"})
    assert every.content.decode().count("đã ghi</span>") == len(practice.WORK)
    form = client.get("/tap-lam/phieu/").content.decode()
    assert "/phieu/1/" not in form.replace("/tap-lam/phieu/", "")
    assert "data-keep" not in form


def test_a_head_practises_the_table(client: Client) -> None:
    shown = client.get("/tap-lam/danh-gia/").content.decode()
    assert shown.count('name="item"') == 2
    assert "Tự chấm tối đa mọi tiêu chí chung" in shown
    assert "Chậm 1 lần" in shown
    assert client.post("/tap-lam/danh-gia/", {"item": "1"}).status_code == 400
    assert client.post("/tap-lam/danh-gia/", {"item": "4", "comment": "Nhất trí."}).status_code == 400
    answer = client.post("/tap-lam/danh-gia/", {"item": ["1", "2", "3"], "comment": "Nhất trí."})
    assert answer.status_code == 302
    after = client.get("/tap-lam/danh-gia/").content.decode()
    assert "đã xác nhận thử 2 phiếu" in after
    assert 'name="item"' not in after


@pytest.mark.parametrize("path", PLACES)
def test_every_page_is_marked_also_in_print(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    banner = page[page.index('class="note note-wait practice"') - 5 :].split("</div>")[0]
    assert BANNER in banner
    assert "no-print" not in banner.split("<a")[0]


def test_it_is_erased_by_a_press_by_signing_out_and_with_the_session(client: Client) -> None:
    client.post("/tap-lam/phieu/", typed(do="save"))
    assert "đang làm dở" in client.get("/tap-lam/").content.decode()
    assert client.post("/tap-lam/").status_code == 302
    assert "đang làm dở" not in client.get("/tap-lam/").content.decode()
    client.post("/tap-lam/phieu/", typed(do="save"))
    client.post("/dang-xuat/")
    assert not any("practice" in one.get_decoded() for one in Session.objects.all())


def test_texts_are_cut_and_expired_sessions_swept(client: Client) -> None:
    client.post("/tap-lam/phieu/", typed(do="save", strengths="x" * 5000))
    kept = next(one for one in Session.objects.all() if "practice" in one.get_decoded())
    assert len(kept.get_decoded()["practice"]["document"]["strengths"]) == 2000
    Session.objects.filter(pk=kept.pk).update(expire_date=timezone.now() - timedelta(days=1))
    call_command("clearsessions")
    assert not Session.objects.filter(pk=kept.pk).exists()


def test_the_engine_rates_the_example_as_any_sheet() -> None:
    """Everything in full under NĐ 335: 30 points for the criteria less what was marked lower, 70 for the results."""
    done = {str(n): practice._done(n, 0) for n in range(1, len(practice.WORK) + 1)}
    view = practice.own_view({}, done, OPENED)
    outcome = practice.rated(view, {"marks": marks(), "strengths": "", "shortcomings": "", "unreported_ok": False})
    assert (str(outcome.score), outcome.kind) == ("99", "scored")
    bare = practice.own_view({}, {}, OPENED)
    assert practice.rated(bare, {"marks": {}, "strengths": "", "shortcomings": ""}).score is None
