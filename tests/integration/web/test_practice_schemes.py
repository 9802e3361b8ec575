"""Practice under schemes: each shipped one renders and rates; a visitor gets that of the own unit; nothing is kept."""

import html
import re
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from tests.cast import Cast, build_cast
from tests.factories.months import OPENED
from tests.factories.schemes import FIELDS, HA_NOI, bound
from tests.guards import outside_actions
from thuocdo.appraisals import practice_schemes
from thuocdo.appraisals.practice_schemes import Exercise, explained, rated, view_of
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.engine import list_rulebooks
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.fields import FieldSpec, all_fields
from thuocdo.rulesets.models import Binding
from thuocdo.web.practice.schemes import NAMES as SLUG

pytestmark = pytest.mark.django_db
EXAMPLES = {
    "local/ha-noi-1841-2021": "overlays/vi-du-ha-noi-co-quan",
    "local/ha-noi-3251-2022": "overlays/vi-du-ha-noi-quan",
    "local/ha-noi-3814-2018": "overlays/vi-du-ha-noi-2018",
    "local/khanh-hoa-2025": "overlays/vi-du-khanh-hoa",
    "local/phu-tho-so-tttt-2022": "overlays/vi-du-phu-tho-so-tttt",
    "local/tp-hcm-20-2024": "overlays/vi-du-tp-hcm-so",
    "local/tp-hcm-4631-2018": "overlays/vi-du-tp-hcm-2018",
}
"""The example that fills what the text leaves open, where there is one."""
FORM = "/tap-lam/ky/thang/"
KNOWN = {"tasks.assigned": "4", "tasks.done": "4", "led.assigned": "4", "led.done": "4", "time.months_worked": "12",
         "time.working_days": "22", "time.worked_days": "22"}  # fmt: skip


@cache
def shipped(key: str) -> tuple[Exercise, ...]:
    """One exercise for each scheme of people in this rulebook and each role that it knows."""
    layer = EXAMPLES.get(key)
    book = catalogue.load_any(key, (layer,) if layer else ())
    if not isinstance(book, SchemeBook) or key.startswith("votes/") or not catalogue.sheet_kinds(book):
        return ()
    found = []
    for scheme in book.schemes:
        periods = [p for p in scheme.periods if p in catalogue.SPANS]
        for kind in sorted(catalogue.PEOPLE.intersection(scheme.subject_kinds))[:1] if periods else ():
            found += [Exercise(periods[0], book, kind, role, "Chuyên viên") for role in scheme.roles]
    return tuple(found)


KEYS = list_rulebooks()


def filled(exercise: Exercise) -> dict[str, str]:
    """Every own field, as somebody types it who did everything."""
    shape = SchemeShape(exercise.book)
    own = shape.asked(view_of(exercise, {}, OPENED).sheet).own
    return {spec.name: _text(spec) for spec in all_fields(own)}


def _text(spec: FieldSpec) -> str:
    if spec.options:
        return spec.options[0][0]
    if spec.name.startswith(("marks.", "months.", "quarters.")):
        return "60" if spec.most is None else f"{spec.most:f}".replace(".", ",")
    return KNOWN.get(spec.name, "0")


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast)


def signed_in(cast: Cast) -> Client:
    found = Client()
    found.force_login(cast.officer_appraised.user)
    return found


def rows() -> dict[str, int]:
    return {m._meta.label: m._base_manager.count() for m in apps.get_models() if m is not Session}


def test_every_shipped_scheme_of_people_is_there() -> None:
    books = {book.key for book in catalogue.of_sheets() if isinstance(book, SchemeBook)}
    assert {key for key in KEYS if shipped(key)} == {key for key in books if not key.startswith("votes/")} != set()


@pytest.mark.parametrize("key", KEYS)
def test_a_scheme_rates_without_the_database(key: str, django_assert_num_queries: Any) -> None:
    for exercise in shipped(key):
        document = {"fields": filled(exercise), "strengths": "", "shortcomings": ""}
        with django_assert_num_queries(0):
            view = view_of(exercise, document, OPENED)
            assert SchemeShape(exercise.book).problems(view.sheet, document, complete=True) == {}
            outcome, bill = rated(view, document), explained(view, document)
        assert outcome.kind in ("rated", "scored", "needs_decision"), (exercise, outcome)
        assert [line.id for group in bill.groups for line in group.lines]
        assert bill.outcome == outcome


@pytest.mark.parametrize("key", KEYS)
def test_a_scheme_is_practised_on_the_real_pages(key: str, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in shipped(key):
        if one.leadership == "none" or "none" not in one.book.scheme_for(one.kind, one.leadership, one.period).roles:
            practised(one, signed_in(cast), monkeypatch)


def practised(exercise: Exercise, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice_schemes, "exercises", lambda user, on: {exercise.period: exercise})
    path = f"/tap-lam/ky/{SLUG[exercise.period]}/"
    fields = {f"fields.{name}": text for name, text in filled(exercise).items()}
    form = client.get(path).content.decode()
    assert set(re.findall(r'name="(fields\.[^"]+)"', form)) == set(fields)
    assert "TẬP LÀM" in form
    assert html.escape(exercise.book.short_title) in form
    assert client.post(path, fields | {"do": "review"}).status_code == 302
    review = client.get(f"{path}xem-lai/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(fields\.[^"]+)" value="([^"]*)"', review))
    assert hidden == fields
    assert client.post(f"{path}xem-lai/", hidden).headers["Location"] == f"{path}ket-qua/"
    result = client.get(f"{path}ket-qua/").content.decode()
    assert "Bài tập làm: phần tự đánh giá, không được tính" in result


def test_the_scheme_of_the_visitors_own_unit_is_offered_and_nothing_is_written(cast: Cast, client: Client) -> None:
    assert FORM not in client.get("/tap-lam/").content.decode(), "under NĐ 335 there is the other form"
    assert client.get(FORM).status_code == 404
    bound(cast, *HA_NOI)
    before = rows()
    index = client.get("/tap-lam/").content.decode()
    assert "Quy chế đánh giá hằng tháng của một cơ quan Hà Nội" in index
    assert "/tap-lam/phieu/" not in index
    assert client.get("/tap-lam/ky/quy/").status_code == client.get("/tap-lam/ky/tuan/").status_code == 404
    assert client.get(f"{FORM}ket-qua/").headers["Location"] == FORM
    marks = {"marks.discipline": "18", "marks.quantity": "24", "marks.quality": "24", "marks.progress": "18"}
    fields = {f"fields.{name}": text for name, text in (FIELDS | marks).items()}
    wrong = client.post(FORM, fields | {"do": "review", "fields.marks.discipline": "nhiều", "fields.khac": "x"})
    assert wrong.status_code == 400
    assert 'value="nhiều"' in wrong.content.decode()
    assert client.post(FORM, fields | {"do": "save", "fields.marks.discipline": "?"}).status_code == 200
    saved = client.post(f"{FORM}luu/", fields, headers={"HX-Request": "true"}).content.decode()
    assert "84<small> / 100</small>" in saved
    assert "đang làm dở" in client.get("/tap-lam/").content.decode()
    assert client.post(f"{FORM}xem-lai/", {}).status_code == 400
    client.post(f"{FORM}xem-lai/", fields)
    result = client.get(f"{FORM}ket-qua/").content.decode()
    assert "Hoàn thành tốt nhiệm vụ" in result
    assert rows() == before
    with outside_actions():
        Binding.objects.update(overlays=[])
    assert "đã nộp thử" not in client.get("/tap-lam/").content.decode(), "another text, another exercise"
    client.post("/tap-lam/")
    assert not any("practice" in one.get_decoded() for one in Session.objects.all())


def test_a_sum_that_the_rulebook_refuses_is_told_on_the_form_which_stays_open(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    (exercise,) = (e for e in shipped("state/nd-233-2026") if (e.leadership, e.period) == ("none", "month"))
    monkeypatch.setattr(practice_schemes, "exercises", lambda user, on: {"month": exercise})
    over = {f"fields.{name}": text for name, text in filled(exercise).items()} | {"fields.marks.results": "90"}
    refused = client.post(FORM, over | {"do": "review"})
    assert refused.status_code == 400
    page = client.get(FORM)
    assert page.status_code == 200
    for answer in (refused, page):
        assert "được 90, quá tối đa 70 điểm" in answer.content.decode()
    assert 'id="fields.marks.general-error"' in refused.content.decode()
    assert client.post(f"{FORM}xem-lai/", over).status_code == 400


def test_months_by_decree_and_the_year_by_a_scheme(cast: Cast, client: Client) -> None:
    with outside_actions():
        Binding.objects.create(
            unit=cast.ward, subject_kind="civil_servant", rulebook="state/nd-90-2020-nd-48-2023", periods="year",
            overlays=[], start="2026-01-01", decided_by="Chủ tịch", reason="Quyết định",
        )  # fmt: skip
    index = client.get("/tap-lam/").content.decode()
    assert "/tap-lam/phieu/" in index
    assert "/tap-lam/ky/nam/" in index
    form = client.get("/tap-lam/ky/nam/").content.decode()
    assert 'name="fields.tasks.assigned"' in form
    assert "Số điền sẵn lấy từ đâu" not in form, "nobody's records are read into an exercise"
