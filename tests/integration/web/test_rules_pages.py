"""Library, selection, readers of schemes, past versions, comparison and cases: what they say and what they refuse."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests.cast import Cast, build_cast
from tests.factories import months
from thuocdo.engine.loader import default_roots, is_of_schemes, list_rulebooks
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets import catalogue
from thuocdo.web.rules.rows import SURE

pytestmark = pytest.mark.django_db
OF_SCHEMES = [key for key in list_rulebooks() if is_of_schemes(default_roots()[0] / key)]
"""Asked of their folders: to read all rulebooks took every worker that collects this file seconds."""
NUMBERS, PARTY = "state/nd-335-2025", "party/qd-366-2025"


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture
def reader(client: Client, cast: Cast) -> Client:
    assert cast.officer_appraised.user is not None
    client.force_login(cast.officer_appraised.user)
    return client


def body(client: Client, path: str, status: int = 200, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == status, answer.content.decode()[-1500:]
    return str(answer.content.decode())


def test_the_library_lists_every_rulebook_and_narrows_by_kind_and_day(reader: Client) -> None:
    page = body(reader, "/quy-tac/")
    for book in catalogue.books():
        assert escape(book.title) in page
    party = body(reader, "/quy-tac/", **{"doi-tuong": "party_member", "ngay": "01/09/2025"})
    assert f'href="/quy-tac/{PARTY}/"' in party
    assert f'href="/quy-tac/{NUMBERS}/"' not in party
    assert f'href="/quy-tac/{PARTY}/"' not in body(
        reader, "/quy-tac/", **{"doi-tuong": "party_member", "ngay": "29/08/2025"}
    )
    assert "Không có bộ quy tắc nào như vậy" in body(reader, "/quy-tac/", ngay="01/01/1990")


def test_a_day_that_cannot_be_read_is_named_and_kept(reader: Client) -> None:
    page = body(reader, "/quy-tac/", ngay="hôm qua")
    assert "Ngày không đọc được" in page
    assert 'value="hôm qua"' in page


def test_what_if_is_offered_only_to_those_who_may(client: Client, cast: Cast, reader: Client) -> None:
    assert "/quy-tac/neu-doi/" not in body(reader, "/quy-tac/")
    assert cast.organisation_officer.user is not None
    client.force_login(cast.organisation_officer.user)
    assert "/quy-tac/neu-doi/" in body(client, "/quy-tac/")


def test_a_broken_rulebook_is_named_and_hides_no_other(reader: Client, settings: Any, tmp_path: Path) -> None:
    copytree(default_roots()[0] / PARTY, tmp_path / "party/qd-999")
    settings.EXTRA_RULEBOOKS = str(tmp_path)
    page = body(reader, "/quy-tac/")
    assert "Không đọc được party/qd-999" in page
    assert f'href="/quy-tac/{NUMBERS}/"' in page


def test_selection_answers_one_line_for_each_procedure(reader: Client) -> None:
    page = body(reader, "/quy-tac/chon/", ai=["civil_servant", "party_member"], ngay="01/03/2026")
    assert f'href="/quy-tac/{NUMBERS}/"' in page
    assert f'href="/quy-tac/{PARTY}/"' in page
    assert "Điều 27 khoản 1" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"ai": "civil_servant", "ngay": "32/13/2026"}, "không đọc được"),
        ({"ngay": "01/03/2026"}, "Hãy chọn ít nhất một đối tượng"),
        ({"ai": "robot", "ngay": "01/03/2026"}, "Không có đối tượng này"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(reader: Client, query: dict[str, str], said: str) -> None:
    page = body(reader, "/quy-tac/chon/", **query)
    assert said in page
    assert "Quy tắc áp dụng ngày" not in page


@pytest.mark.parametrize("key", OF_SCHEMES)
def test_a_rulebook_of_schemes_is_read_whole_with_its_articles(reader: Client, key: str) -> None:
    book = catalogue.load_any(key)
    assert isinstance(book, SchemeBook)
    page = body(reader, f"/quy-tac/{key}/", khung="tat-ca")
    data = book.book
    for words in (
        *data.unknown,
        *(one.label for one in data.assumed),
        *(item.label for s in data.schemes for item in (*s.levels, *s.triggers, *s.limits, *s.not_rated, *s.quotas)),
        *(test.label for s in data.schemes for level in s.levels for test in level.when),
        *(group.label for s in data.schemes if s.score for group in s.score.groups),
        *(criterion.label for s in data.schemes if s.grades for criterion in s.grades.criteria),
        *(line for s in data.schemes for line in s.left_out),
        *(point.question for point in data.points),
        *(reading.label for point in data.points for reading in point.readings),
        *(decider.decides for decider in data.deciders),
        *(step.text for step in data.steps),
        *(use.label for use in data.form_uses),
        *(timing.label for timing in data.timings),
        *(rule.label for rule in (data.sync, data.petition) if rule),
        *(edge.label for edge in data.precedence),
        *(table.label for table in data.tables),
        *(form.title for form in data.forms),
        *(article.text for instrument in book.instruments for article in instrument.articles),
        *(article.source for instrument in book.instruments for article in instrument.articles),
    ):
        assert escape(words) in page, words
    assert any(sure in page for sure in SURE.values())


def test_many_schemes_are_read_one_at_a_time(reader: Client) -> None:
    book = catalogue.load_any(PARTY)
    assert isinstance(book, SchemeBook)
    first, second = book.schemes[:2]
    page = body(reader, f"/quy-tac/{PARTY}/")
    assert f'<h2 id="khung-{first.id}">' in page
    assert f'<h2 id="khung-{second.id}">' not in page
    assert f'<h2 id="khung-{second.id}">' in body(reader, f"/quy-tac/{PARTY}/", khung=second.id)


def test_what_an_overlay_wrote_is_marked(reader: Client) -> None:
    overlay = next(o for o in catalogue.overlays() if catalogue.parent_of(o).startswith("local/"))
    parent = catalogue.parent_of(overlay)
    book = catalogue.load_any(parent, (overlay,))
    page = body(reader, f"/quy-tac/{parent}/", **{"quy-che": overlay})
    assert f"Cơ quan đã ghi: {escape(book.overlay_titles[overlay])}" in page
    assert "Cơ quan đã ghi" not in body(reader, f"/quy-tac/{parent}/")


def test_the_version_of_a_period_is_readable_and_named(
    reader: Client, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.HEADS_DIR = tmp_path
    cycle = months.open_month(cast.ward, cast.organisation_officer)
    digest = cycle.pins[0]["hash"]
    assert "Bản mà một kỳ đã dùng" in body(reader, f"/quy-tac/ban/{digest}/")
    body(reader, f"/quy-tac/ban/{'0' * 64}/", 404)
    body(reader, "/quy-tac/ban/khong-co/", 404)


def test_two_rulebooks_are_compared_with_articles_on_both_sides(reader: Client) -> None:
    from thuocdo.engine import compare_books

    a, b = "state/nd-90-2020", "state/nd-90-2020-nd-48-2023"
    found = compare_books(catalogue.load_any(a), catalogue.load_any(b))
    page = body(reader, "/quy-tac/so-sanh/", a=a, b=b)
    assert f"{len(found)} chỗ khác nhau" in page
    for difference in found:
        assert escape(difference.before_vi) in page
        assert escape(difference.after_vi) in page
        assert all(escape(c.article) in page for c in (*difference.cite_before, *difference.cite_after))


def test_an_overlay_is_compared_with_the_law_alone(reader: Client) -> None:
    page = body(reader, "/quy-tac/so-sanh/", a=NUMBERS, b=f"{NUMBERS}+overlays/vi-du-phuong")
    assert "chỗ khác nhau" in page
    assert "0 chỗ khác nhau" not in page


@pytest.mark.parametrize(("a", "b"), [(NUMBERS, NUMBERS), (NUMBERS, "khong/co"), ("ban:0", NUMBERS), ("../x", NUMBERS)])
def test_what_cannot_be_compared_is_not_found(reader: Client, a: str, b: str) -> None:
    body(reader, "/quy-tac/so-sanh/", 404, a=a, b=b)


def test_a_case_is_run_on_the_page_against_what_it_expects(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thuocdo.web.rules.cases.SECONDS", 60)  # however busy the machine of the tests is
    page = body(reader, f"/quy-tac/tinh-huong/{NUMBERS}/")
    assert "Mức tương ứng ngay tại ngưỡng 90, 70, 50" in page
    assert "đúng như mong đợi" not in page
    ran = body(reader, f"/quy-tac/tinh-huong/{NUMBERS}/", chay="levels-month-bounds")
    assert "đúng như mong đợi" in ran
    assert "Hoàn thành xuất sắc nhiệm vụ" in ran
    assert "Vì sao:" in ran
    count = len(list((default_roots()[0] / NUMBERS / "cases").glob("*.toml")))
    assert f"Đã chạy {count} trên {count} tình huống: {count} đúng" in body(
        reader, f"/quy-tac/tinh-huong/{NUMBERS}/", chay="tat-ca"
    )


def test_a_case_that_gives_something_else_says_what(reader: Client, settings: Any, tmp_path: Path) -> None:
    """An operator's own copy of a rulebook with one wrong expectation."""
    copytree(default_roots()[0] / NUMBERS, tmp_path / "own/nd-335-2025")
    instrument = tmp_path / "own/nd-335-2025/instrument.toml"
    text = instrument.read_text(encoding="utf-8").replace(f'key = "{NUMBERS}"', 'key = "own/nd-335-2025"')
    instrument.write_text(text, encoding="utf-8")
    case = tmp_path / "own/nd-335-2025/cases/levels-month-bounds.toml"
    case.write_text(case.read_text(encoding="utf-8").replace('score = "90"', 'score = "91"', 1), encoding="utf-8")
    settings.EXTRA_RULEBOOKS = str(tmp_path)
    page = body(reader, "/quy-tac/tinh-huong/own/nd-335-2025/", chay="levels-month-bounds")
    assert "khác với mong đợi" in page
    assert "điểm là 90, mong đợi 91" in page


def test_a_long_run_stops_and_goes_on(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thuocdo.web.rules.cases.SECONDS", -1)
    page = body(reader, f"/quy-tac/tinh-huong/{NUMBERS}/", chay="tat-ca")
    assert "Đã chạy 0 trên" in page
    assert "Chạy tiếp phần còn lại" in page


@pytest.mark.parametrize(("key", "run"), [("khong/co", ""), (NUMBERS, "khong-co"), ("..", ""), (NUMBERS, "../x")])
def test_a_case_or_rulebook_that_is_not_there_is_not_found(reader: Client, key: str, run: str) -> None:
    body(reader, f"/quy-tac/tinh-huong/{key}/", 404, **({"chay": run} if run else {}))


def test_keys_of_files_are_not_shown_to_readers(reader: Client) -> None:
    asked = body(reader, "/quy-tac/chon/", ai="civil_servant", ngay="01/07/2022")
    assert "cần nêu: ngày xếp loại" in asked
    assert "rating_date" not in asked
    assert "Nguồn không nêu" not in asked
    earlier = body(reader, "/quy-tac/chon/", ai="civil_servant", ngay="01/10/2021", noi="ha-noi")
    assert "Nguồn không nêu, phần mềm đang hiểu như sau" in earlier
    assert "nên tháng 10/2021 còn theo Quyết định 3814-QĐ/TU" in earlier
    listed = body(reader, f"/quy-tac/tinh-huong/{NUMBERS}/")
    assert "levels-month-bounds," not in listed
    sheet = reader.post(
        "/quy-tac/tinh-thu/", {"a": NUMBERS, "doi-tuong": "civil_servant", "ky": "month", "nam": "2026"}
    )
    assert "Chưa đủ dữ kiện" in sheet.content.decode()
    assert "marks." not in sheet.content.decode().split('<form method="post"', 1)[0]
