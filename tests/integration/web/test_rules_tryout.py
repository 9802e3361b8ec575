"""The try-it page: a fictional sheet under one or two rulebooks; refused beside the field; a file for the CLI."""

import json
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import build_cast
from tests.clients import page_of
from tests.factories import months
from thuocdo.audit.models import Event
from thuocdo.cli.main import run
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets import catalogue

pytestmark = pytest.mark.django_db
NUMBERS, PARTY = "state/nd-335-2025", "party/qd-366-2025"
PATH, FILE = "/quy-tac/tinh-thu/", "/quy-tac/tinh-thu/tep/"


@pytest.fixture
def user(client: Client) -> Client:
    person = build_cast().officer_appraised.user
    assert person is not None
    client.force_login(person)
    return client


def month(**changed: str) -> dict[str, str]:
    """A full month under NĐ 335: 29 points of marks and one product done in full."""
    marks = {f"f.marks.{slug}": text for slug, text in months.marks().items()}
    product = {"coefficient": "2", "assigned": "4", "completed": "4", "quality_met": "4", "on_time": "4"}
    return {"a": NUMBERS} | marks | {f"f.products.1.{k}": v for k, v in product.items()} | changed


@pytest.mark.parametrize("book", [b for b in catalogue.books() if isinstance(b, SchemeBook)], ids=lambda b: b.key)
def test_every_scheme_opens_a_sheet_and_says_what_is_missing(user: Client, book: SchemeBook) -> None:
    for scheme in book.schemes:
        whom = {"doi-tuong": scheme.subject_kinds[0], "vai-tro": scheme.roles[0], "ky": scheme.periods[0]}
        page_of(user.get(PATH, {"a": book.key, **whom}), 200)
        page = page_of(user.post(PATH, {"a": book.key, **whom}), 200)
        assert "Kết quả" in page


def test_a_month_is_rated_and_explained_and_nothing_is_stored(user: Client) -> None:
    events = Event.objects.count()
    page = page_of(user.post(PATH, month()), 200)
    assert "99 điểm, mức tương ứng “Hoàn thành xuất sắc nhiệm vụ”" in page
    assert "Vì sao:" in page
    assert Event.objects.count() == events


def test_two_rulebooks_stand_side_by_side(user: Client) -> None:
    other = f"{NUMBERS}+overlays/vi-du-phuong"
    page = page_of(user.post(PATH, month(b=other)), 200)
    assert page.count("99 điểm, mức tương ứng") == 2
    page = page_of(user.post(PATH, month(b=PARTY)), 200)
    assert "QĐ 366" in page
    assert "không có khung cho công chức" in page


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("f.marks.discipline", "5,5", "không quá 5"),
        ("f.marks.discipline", "năm", "không phải số"),
        ("f.products.1.late", "1,5", "Hãy ghi số nguyên"),
        ("f.products.1.completed", "9999999999", "tối đa 9 chữ số"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(user: Client, name: str, typed: str, said: str) -> None:
    page = page_of(user.post(PATH, month(**{name: typed})), 400)
    assert said in page
    assert f'value="{typed}"' in page
    assert 'aria-invalid="true"' in page
    assert page_of(user.post(FILE, month(**{name: typed})), 400)


def test_facts_that_contradict_each_other_are_refused_in_words(user: Client) -> None:
    page = page_of(user.post(PATH, month(**{"f.products.1.on_time": "5"})), 200)
    assert "lớn hơn completed" in page
    assert 'value="5"' in page


def test_other_parts_of_a_year_nothing_to_do_and_decisions_on_discipline(user: Client) -> None:
    whom = {"a": NUMBERS, "ky": "half_year", "ky-so": "2", "nam": "2026"}
    asked = page_of(user.get(PATH, whom), 200)
    assert '<option value="2" selected>2</option>' in asked
    assert 'name="f.months.7"' in asked
    assert 'name="f.months.6"' not in asked
    scored = whom | {"f.quarters.3": "80", "f.quarters.4": "90"}
    assert "Cần quyết định" in page_of(user.post(PATH, scored), 200)  # the decree knows no mean of quarters
    page = page_of(user.post(PATH, scored | {"d.quarterly_mean": "mean_of_quarters"}), 200)
    assert "85 điểm, mức tương ứng “Hoàn thành tốt nhiệm vụ”" in page
    page = page_of(user.post(PATH, month(**{"f.products.none": "1"})), 400)
    assert "Hãy bỏ dấu hoặc bỏ sản phẩm." in page
    decided = {"form": "khien_trach", "side": "party", "about": "duty", "effective_date": "10/05/2026"}
    year = {"a": NUMBERS, "ky": "year", "nam": "2026", "f.year.months_worked": "12"}
    year |= {f"f.months.{n}": "95" for n in range(1, 13)} | {f"f.disciplines.1.{k}": v for k, v in decided.items()}
    assert "mức “Không hoàn thành nhiệm vụ”" in page_of(user.post(PATH, year), 200)
    assert 'disciplines = [{ act = "HV1", form = "khien_trach"' in user.post(FILE, year).content.decode()


def test_the_supposed_decision_on_an_open_point_is_used(user: Client) -> None:
    """89,995: only rounding makes it 90, and the decree does not say how to round."""
    numbers = {"assigned": "140", "completed": "120", "quality_met": "120", "on_time": "119,97", "coefficient": "1"}
    near = month(**{f"f.products.1.{key}": text for key, text in numbers.items()}, **{"f.marks.political_ethics": "5"})
    page = page_of(user.post(PATH, near), 200)
    assert "Giả sử cấp có thẩm quyền chọn" in page
    point = next(p for p in catalogue.load(NUMBERS).open_points if p.id == "rounding")
    shown = {r.id: page_of(user.post(PATH, near | {f"d.{point.id}": r.id}), 200) for r in point.readings}
    assert sum("Có điểm, 90 điểm, mức tương ứng “Hoàn thành xuất sắc" in page for page in shown.values()) == 1
    assert all("Giả sử cấp có thẩm quyền chọn" not in page for page in shown.values())


def test_the_file_gives_the_same_result_on_the_command_line(
    user: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = user.post(FILE, month())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tinh-thu.toml"'
    path = tmp_path / "tinh-thu.toml"
    path.write_bytes(answer.content)
    assert run(["rate", str(path), "--json"]) == 0
    (outcome,) = json.loads(capsys.readouterr().out)["subjects"]
    assert outcome["score"]["exact"] == "99/1"
    assert outcome["band"] == "excellent"


@pytest.mark.parametrize("key", [PARTY, "state/nd-90-2020", "local/tp-hcm-20-2024"])
def test_the_file_of_a_scheme_is_accepted_by_the_command_line(
    user: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    """Every input filled with something that fits."""
    page = user.get(PATH, {"a": key})
    sheet = page.context["sheet"]
    typed = {"a": key, "doi-tuong": sheet.whom.kind, "vai-tro": sheet.whom.role, "ky": sheet.whom.period}
    typed["nam"] = str(sheet.whom.year)
    for group in sheet.groups:
        for field in group.fields:
            if not field.name.startswith("disciplines."):
                value = {"check": "1", "select": field.options[0][0] if field.options else ""}.get(field.kind, "1")
                typed[f"f.{field.name}"] = value
    shown = user.post(PATH, typed)
    path = tmp_path / "tinh-thu.toml"
    path.write_bytes(user.post(FILE, typed).content)
    assert run(["rate", str(path), "--json"]) == 0, path.read_text(encoding="utf-8")
    (outcome,) = json.loads(capsys.readouterr().out)["subjects"]
    assert shown.context["results"][0].result.kind == outcome["outcome"]


def test_two_decisions_on_one_act_are_asked_about_and_decided_on_the_page(user: Client) -> None:
    typed = {"a": "state/nd-90-2020-nd-48-2023", "doi-tuong": "civil_servant", "vai-tro": "none", "nam": "2024"}
    typed |= {"f.tasks.assigned": "10", "f.tasks.done": "10", "f.tasks.late": "0", "f.tasks.above": "5"}
    typed |= {"f.tasks.failing": "0", "f.time.months_worked": "12", "f.facts.leave_months": "0"}
    typed |= {"f.facts.criteria_well": "1", "f.facts.high_efficiency": "1", "f.disciplines.2.act": "HV1"}
    for number, side, day in (("1", "party", "20/11/2023"), ("2", "administrative", "15/06/2024")):
        record = {"form": "khien_trach", "side": side, "about": "duty", "effective_date": day}
        typed |= {f"f.disciplines.{number}.{name}": text for name, text in record.items()}
    page = page_of(user.post(PATH, typed), 200)
    assert "chỉ nói tính một năm. Tính vào năm nào? Cấp có thẩm quyền xếp loại quyết định." in page
    assert "Nghị định 48/2023/NĐ-CP" in page
    assert "văn bản không nói năm nào: chưa biết tính ở đâu" in page
    (apart,) = user.post(PATH, typed | {"f.disciplines.2.act": ""}).context["results"]
    assert "Không hoàn thành nhiệm vụ" in apart.result.line


def test_an_unknown_rulebook_is_not_found(user: Client) -> None:
    assert user.get(PATH, {"a": "khong/co"}).status_code == 404
    assert user.post(FILE, {"a": "khong/co"}).status_code == 404
    assert user.get(FILE).status_code == 405


def test_without_a_rulebook_the_page_asks_for_one(user: Client) -> None:
    assert "Bộ quy tắc thứ nhất" in page_of(user.get(PATH), 200)
