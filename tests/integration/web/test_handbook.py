"""The handbook inside the product: every page leads to its section, every link to something, nothing left unmarked."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import Resolver404, resolve

import thuocdo
from tests.pages import FIXED, NO_PAGE, PAGES
from thuocdo.web.handbook.markup import Rendered, render
from thuocdo.web.handbook.pages import FOLDER, INDEX, page, slugs
from thuocdo.web.handbook.places import ABOUT, place_of
from thuocdo.work.rules import STAYS_IN_TOTAL

ALL = [INDEX, *slugs()]


def shown(text: str) -> Rendered:
    return render(text, link=lambda to: f"/l/{to}", picture=lambda name: f"/p/{name}")


def test_every_page_of_the_product_has_its_section() -> None:
    """A page that renders (tests/integration/web/test_query_budget.py knows them) stands in places.ABOUT."""
    pages = set(PAGES) | set(FIXED)
    assert not pages & NO_PAGE
    assert set(ABOUT) == pages, (
        f"add to src/thuocdo/web/handbook/places.py: {sorted(pages - set(ABOUT))}; gone: {sorted(set(ABOUT) - pages)}"
    )


@pytest.mark.parametrize("name", ABOUT)
def test_the_section_exists(name: str) -> None:
    slug, _, anchor = ABOUT[name].partition("#")
    assert slug in slugs()
    assert not anchor or anchor in {one.anchor for one in page(slug).sections}, f"{slug}: no section {anchor}"
    assert page(slug).title in place_of(name).label


@pytest.mark.parametrize("slug", ALL)
def test_a_page_is_rendered_whole(slug: str) -> None:
    found = page(slug)
    text = re.sub(r"<(code|pre)[^>]*>.*?</\1>", "", found.html, flags=re.DOTALL)
    assert found.title
    assert re.findall(r"\*\*|\]\(|^#|^\||\x00|<h1", text, flags=re.MULTILINE) == []
    anchors = [one.anchor for one in found.sections]
    assert len(set(anchors)) == len(anchors)


@pytest.mark.parametrize("slug", ALL)
def test_links_and_pictures_lead_somewhere(slug: str) -> None:
    for written in page(slug).links:
        file, _, anchor = written.partition("#")
        if file.startswith("/"):
            try:
                resolve(file)
            except Resolver404:
                pytest.fail(f"{slug}: {written}")
            continue
        target = file.removesuffix(".md") if file else slug
        assert target in ALL, f"{slug}: {written} is not in the handbook"
        assert not anchor or anchor in {one.anchor for one in page(target).sections}, f"{slug}: {written}"
    for name in re.findall(r"\]\((pictures/[^)]+)\)", (FOLDER / f"{slug}.md").read_text(encoding="utf-8")):
        assert (FOLDER / name).is_file(), name


def test_every_page_of_the_handbook_is_reached_from_its_index() -> None:
    linked = {one.partition("#")[0].removesuffix(".md") for one in page(INDEX).links}
    assert sorted(linked) == slugs()


def test_markup_of_a_page_is_text() -> None:
    made = shown("# A <b>\n\n## Kết quả & đơn vị\n\n<script>x</script> `a<b` **đậm** và *nghiêng* 2*3*4\n")
    assert made.title == "A <b>"
    assert [(one.level, one.anchor) for one in made.sections] == [(2, "ket-qua-don-vi")]
    assert "<script>" not in made.html
    assert "<code>a&lt;b</code> <b>đậm</b> và <em>nghiêng</em> 2*3*4" in made.html


def test_lists_tables_pictures_and_code() -> None:
    made = shown(
        "1. một\n   tiếp\n2. hai\n   - con\n   - nữa\n\n3. ba\n\nđoạn\ncòn\n\n5. năm\n\n- x\n\ny\n\n"
        "    lệnh --a\n\n| A | B |\n|---|---|\n| [n](b.md#c) | ![hình](p/h.png) |\n"
    )
    assert "<ol><li>một tiếp</li><li><p>hai</p>\n<ul><li>con</li><li>nữa</li></ul></li><li>ba</li></ol>" in made.html
    assert "<p>đoạn còn</p>" in made.html
    assert '<ol start="5"><li>năm</li></ol>' in made.html
    assert '<pre tabindex="0">lệnh --a</pre>' in made.html
    assert '<td><a href="/l/b.md#c">n</a></td><td><img class="picture" src="/p/p/h.png" alt="hình"' in made.html
    assert made.links == ["b.md#c"]


def test_what_was_handed_back_is_told_as_the_page_tells_it() -> None:
    """Điều 18 khoản 1: it stays assigned and is not completed."""
    form = get_template("web/my_work/task.html").template.source
    said = (
        "iệc vẫn nằm trong tổng số được giao và không tính hoàn thành (tháng tính theo Nghị định 335: Điều 18 khoản 1)"
    )
    assert said in form
    assert said in " ".join(page("viec-cua-toi").html.split())


def test_pages_for_everybodys_tasks_say_for_which_months_the_decree_speaks() -> None:
    """A task may be of a month under other rules, where no total assigned divides anything."""
    where = Path(thuocdo.__file__).parent / "web/templates/web"
    pages = [*where.glob("my_work/*.html"), *where.glob("my_unit/*task*.html")]
    told = {path.name: path.read_text() for path in pages} | {"rules": STAYS_IN_TOTAL}
    told |= {name: " ".join(page(name).html.split()) for name in ("nguoi-giao-viec", "viec-cua-toi")}
    cites = [(name, text[: m.start()]) for name, text in told.items() for m in re.finditer("Điều 1[48]", text)]
    assert len(cites) >= 12
    assert [name for name, before in cites if "tháng tính theo Nghị định 335" not in before[-260:]] == []


def test_a_report_names_the_fields_that_there_are() -> None:
    form = get_template("web/my_work/_report.html").template.source.lower()
    told = " ".join(page("cong-chuc").html.split())
    reported = re.search(r"báo số lượng ([^()]+?) ở từng việc", told)
    assert reported
    assert [name for name in reported[1].split(", ") if f">{name}</label>" not in form] == []


@pytest.mark.django_db
def test_who_cannot_sign_in_reads_it_and_no_name(client: Client) -> None:
    signing_in = client.get("/dang-nhap/").content.decode()
    assert '<a href="/tro-giup/bat-dau/#dang-nhap">Bắt đầu: Đăng nhập</a>' in signing_in
    for slug in slugs():
        answer = client.get(f"/tro-giup/{slug}/")
        assert answer.status_code == 200
        assert len(answer.content) < 100_000
    index = client.get("/tro-giup/").content.decode()
    assert "Không đăng nhập được" in index
    assert '<a href="/tro-giup/cong-chuc/">' in index


@pytest.mark.django_db
def test_a_page_that_there_is_not_is_refused(client: Client) -> None:
    for path in ("/tro-giup/khong-co/", "/tro-giup/README/", "/tro-giup/..%2Fapi/"):
        assert client.get(path).status_code in (302, 404), path
